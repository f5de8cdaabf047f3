"""`report window`: the monthly report of a window as a file."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from safety_app.core import clock, db, i18n
from safety_app.core.i18n import _
from safety_app.reports import documents, service
from safety_app.reports.errors import UnknownLanguage
from safety_app.reports.files import write_whole
from safety_app.reports.months import parse_month
from safety_app.workplace import service as workplace
from safety_app.workplace.errors import UnknownWindow


def register(app: typer.Typer, ready: Callable[[], None]) -> None:
    """Add `report` to the command line; `ready` opens and migrates the database."""
    reports = typer.Typer(help="Print reports.", no_args_is_help=True)
    app.add_typer(reports, name="report")

    @reports.callback()
    def _reports() -> None:
        """Print reports."""

    @reports.command(name="window")
    def _window(
        window: Annotated[str, typer.Option(help="Number of the window, such as A01.")],
        month: Annotated[str, typer.Option(help="Year and month, such as 2026-10.")],
        out: Annotated[Path, typer.Option(help="File to write.")],
        lang: Annotated[str, typer.Option(help="zh_CN or en.")] = i18n.DEFAULT,
        xlsx: Annotated[bool, typer.Option("--xlsx", help="Write Excel tables.")] = False,
    ) -> None:
        """Write the monthly report of a window as PDF, or as Excel tables."""
        year, number = parse_month(month)
        if lang not in i18n.LANGUAGES:
            raise UnknownLanguage(language=lang)
        ready()
        made = make(window, year, number, language=lang)
        excel = xlsx or out.suffix.lower() == ".xlsx"
        content = documents.report_xlsx(made) if excel else documents.report_pdf(made)
        write_whole(out, content)
        typer.echo(
            _("Report {number} written to {path}. Check code {code}.",
              number=made.number, path=out, code=made.short_code)
        )  # fmt: skip


def make(code: str, year: int, month: int, *, language: str) -> service.Report:
    """The report of the window with this code, as of now, in the first hall that has it."""
    with db.reading() as session, i18n.use_language(language):
        for site in workplace.list_sites(session):
            find = partial(workplace.find_window, session, site.id)
            found = find(code.strip()) or find(code.strip().upper())
            if found is not None:
                return service.window_report(
                    session, None, found.id, year, month, now=clock.now()
                )  # fmt: skip
    raise UnknownWindow(code=code)
