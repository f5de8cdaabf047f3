"""The command line: `python -m safety_app WORD`; each command migrates by itself.

What only one command needs is imported there, so that `serve` is up in a moment.
"""

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from safety_app import migrate
from safety_app.core import clock, db, log
from safety_app.core.failures import explain_start
from safety_app.core.feature import load
from safety_app.core.i18n import choose_language, set_language
from safety_app.core.settings import settings
from safety_app.features import features

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


def ready() -> None:
    """Open and migrate the database, and let every feature prepare what it needs."""
    migrate.upgrade(db.database())
    with db.transaction() as session:
        for feature in features():
            if feature.prepare:
                feature.prepare(session, clock.now())


@app.command()
def prepare(
    empty: Annotated[bool, typer.Option(help="Do not load the demonstration hall.")] = False,
) -> None:
    """Migrate, and load the demonstration hall into an empty database."""
    from safety_app import demo as demonstration

    ready()
    if not empty and demonstration.is_unfinished():
        demonstration.make(typer.echo)
    demonstration.announce(typer.echo)


@app.command()
def serve(
    host: str = "127.0.0.1",
    port: int = 8501,
    lan: Annotated[bool, typer.Option(help="Listen on the network.")] = False,
) -> None:
    """Serve the pages."""
    load("safety_app.serve:serve")(host=host, port=port, lan=lan)


@app.command(name="worker")
def work() -> None:
    """Run the jobs: new tasks, what is due, what must be swept."""
    from safety_app import worker

    ready()
    worker.main()


@app.command()
def demo() -> None:
    """Load the demonstration hall; refused where there is a site already."""
    from safety_app import demo as demonstration

    ready()
    demonstration.make(typer.echo)
    demonstration.announce(typer.echo)


@app.command()
def doctor() -> None:
    """Say what is wrong here and how to mend it."""
    from safety_app import doctor as diagnosis

    lost = diagnosis.lost_guards()
    ready()
    with db.reading() as session:
        findings = diagnosis.examine(session, clock.now(), lost)
    marks = {"fine": "✓", "warning": "!", "error": "✗"}
    for finding in findings:
        typer.echo(f"{marks[finding.severity]} {finding.title}")
        if finding.advice:
            typer.echo(f"  → {finding.advice}")
    if any(finding.severity is diagnosis.Severity.ERROR for finding in findings):
        raise typer.Exit(1)


@app.command()
def check() -> None:
    """Check translations, migrations and the journal's guards."""
    from safety_app import check as checks

    features()
    faults = list(checks.faults())
    for fault in faults:
        typer.echo(fault)
    typer.echo(f"{len(faults)} faults in translations, migrations and the journal")
    if faults:
        raise typer.Exit(1)


@app.command(hidden=True)
def tidy(
    package: str,
    words: Annotated[Path | None, typer.Option(help="JSON of ids and their Chinese.")] = None,
) -> None:
    """Write a package's translation catalogue anew from the code, say of `safety_app/core`."""
    from safety_app import translations

    chinese = json.loads(words.read_text(encoding="utf-8")) if words else {}
    for text in translations.tidy(package, chinese):
        typer.echo(json.dumps(text, ensure_ascii=False))


for _feature in features():
    if _feature.commands:
        load(_feature.commands)(app, ready)


def main() -> None:
    """Run a command; a broken rule or a wrong setting is a sentence, not a stack trace."""
    set_language(choose_language(None, _terminal_language()))
    try:
        log.configure(settings().log_level)
        app()
    except Exception as error:
        known = explain_start(error)
        if known is None:
            raise
        typer.echo(known.message(), err=True)
        sys.exit(1)


def _terminal_language() -> str:
    """As the terminal's environment says; the C library knows only languages it was built with."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    found = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "" if found.split(".")[0] in ("C", "POSIX") else found.split(".")[0].replace("_", "-")


if __name__ == "__main__":
    main()
