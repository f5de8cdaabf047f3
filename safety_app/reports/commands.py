"""`report`: monthly reports and an inspector's papers as files."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer
from sqlalchemy.orm import Session

from safety_app.core import clock, db, i18n
from safety_app.core.errors import NotFound
from safety_app.core.i18n import _, bilingual
from safety_app.reports import batch, documents, dossier, dossier_paper, service
from safety_app.reports.errors import UnknownLanguage
from safety_app.reports.files import write_whole, written_whole
from safety_app.reports.months import parse_month
from safety_app.reports.service import Report, WindowChoice, short_code
from safety_app.workplace import service as workplace
from safety_app.workplace.errors import UnknownWindow

MONTH: Final = typer.Option(help="Year and month, such as 2026-10.")
OUT: Final = typer.Option(help="File to write.")
LANG: Final = typer.Option(help="zh_CN or en.")
XLSX: Final = typer.Option("--xlsx", help="Write Excel tables.")
SITE: Final = typer.Option(help="Number of the hall, where there are several.")


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
        month: Annotated[str, MONTH],
        out: Annotated[Path, OUT],
        lang: Annotated[str, LANG] = i18n.DEFAULT,
        xlsx: Annotated[bool, XLSX] = False,
    ) -> None:
        """Write the monthly report of a window as PDF, or as Excel tables."""
        year, number = _asked(month, lang, ready)
        _write(make(window, year, number, language=lang), out, xlsx)

    @reports.command(name="site")
    def _site(
        month: Annotated[str, MONTH],
        out: Annotated[Path, OUT],
        lang: Annotated[str, LANG] = i18n.DEFAULT,
        xlsx: Annotated[bool, XLSX] = False,
        site: Annotated[int, SITE] = 0,
    ) -> None:
        """Write the monthly report of the whole hall as PDF, or as Excel tables."""
        year, number = _asked(month, lang, ready)
        with db.reading() as session, i18n.use_language(lang):
            made = service.site_report(
                session, None, _hall(session, site), year, number, now=clock.now()
            )
        _write(made, out, xlsx)

    @reports.command(name="all")
    def _all(
        month: Annotated[str, MONTH],
        out: Annotated[Path, OUT],
        lang: Annotated[str, LANG] = i18n.DEFAULT,
        site: Annotated[int, SITE] = 0,
    ) -> None:
        """Write the reports of all windows: a ZIP by the ending of the file, else one PDF."""
        year, number = _asked(month, lang, ready)
        with db.reading() as session, i18n.use_language(lang):
            windows = [
                WindowChoice(one.id, one.code, bilingual(one.name, one.name_en))
                for one in service.windows_of(session, _hall(session, site), year, number)
            ]
        suffix = "zip" if out.suffix.lower() == ".zip" else "pdf"
        with written_whole(out) as beside:
            batch.write_all(
                None, windows, year, number, beside,
                language=lang, suffix=suffix, now=clock.now(), step=_say,
            )  # fmt: skip
        typer.echo(_("{n} reports written to {path}.", n=len(windows), path=out))

    @reports.command(name="dossier")
    def _dossier(
        out: Annotated[Path, OUT],
        lang: Annotated[str, LANG] = i18n.DEFAULT,
        site: Annotated[int, SITE] = 0,
    ) -> None:
        """Write what an inspector asks for as one PDF."""
        _check_language(lang)
        ready()
        with db.reading() as session, i18n.use_language(lang):
            found = dossier.collect(session, None, _hall(session, site), now=clock.now(), step=_say)
        with written_whole(out) as beside:
            code = dossier_paper.write(found, beside, step=_say)
        typer.echo(
            _("Papers for an inspector written to {path}. Check code {code}.",
              path=out, code=short_code(code))
        )  # fmt: skip


def make(code: str, year: int, month: int, *, language: str) -> Report:
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


def _asked(month: str, lang: str, ready: Callable[[], None]) -> tuple[int, int]:
    """The month, once everything that was typed is known to be possible."""
    found = parse_month(month)
    _check_language(lang)
    ready()
    return found


def _check_language(lang: str) -> None:
    if lang not in i18n.LANGUAGES:
        raise UnknownLanguage(language=lang)


def _hall(session: Session, number: int) -> int:
    """The hall that is meant; the first one if none is named."""
    halls = [one.id for one in workplace.list_sites(session)]
    if not halls or (number and number not in halls):
        raise NotFound()
    return number or halls[0]


def _write(made: Report, out: Path, xlsx: bool) -> None:
    excel = xlsx or out.suffix.lower() == ".xlsx"
    write_whole(out, documents.report_xlsx(made) if excel else documents.report_pdf(made))
    typer.echo(
        _("Report {number} written to {path}. Check code {code}.",
          number=made.number, path=out, code=made.short_code)
    )  # fmt: skip


def _say(done: int, total: int, at: str) -> None:
    if at:
        typer.echo(f"{done}/{total} {at}", err=True)
