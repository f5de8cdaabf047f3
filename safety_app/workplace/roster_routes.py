"""Addresses of the roster and the calendar: the week on paper, the form for a yearly notice."""

from datetime import date
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from safety_app.core import clock, i18n
from safety_app.core.db import reading
from safety_app.core.errors import AppError, NotAllowed, NotFound
from safety_app.core.file_kinds import XLSX
from safety_app.core.horizon import require_near
from safety_app.core.i18n import _
from safety_app.core.sheets import SheetColumn, SheetTable, workbook
from safety_app.web.identity import actor_of
from safety_app.web.refusals import refusal
from safety_app.workplace import roster_papers, service
from safety_app.workplace.people.routes import paper_language
from safety_app.workplace.permissions import Permission
from safety_app.workplace.roster_papers import WeekPaper

PDF: Final = "application/pdf"
_FIRST_YEAR: Final = 2000


def week_pdf(request: Request) -> Response:
    """The week for the wall."""
    return _week(request, "pdf", PDF)


def week_xlsx(request: Request) -> Response:
    """The week as a workbook."""
    return _week(request, "xlsx", XLSX)


def notice_form(request: Request) -> Response:
    """The empty form of a yearly notice, in the reader's language."""
    try:
        actor = actor_of(request)
        actor.require(Permission.CALENDAR)
        with i18n.use_language(paper_language(request.query_params.get("lang", ""))):
            year = clock.local_day(clock.now(), actor.timezone).year + 1
            columns = tuple(SheetColumn(label) for label in service.notice_columns())
            title = _("Holidays of the year")
            table = SheetTable(title, columns, service.notice_form(year))
            content = workbook([table], title=title, created_at=clock.now())
    except AppError as problem:
        return refusal(request.scope, problem)
    return _file(content, f"{title}.xlsx", "holidays.xlsx", XLSX, kind="attachment")


def _week(request: Request, suffix: str, media_type: str) -> Response:
    try:
        actor = actor_of(request)
        if not actor.may_somewhere(Permission.ROSTER):
            raise NotAllowed()
        language = paper_language(request.query_params.get("lang", ""))
        with i18n.use_language(language):
            with reading() as session:
                paper = WeekPaper(session, actor, _monday(request), clock.now())
            content = (
                roster_papers.roster_pdf(paper, language)
                if suffix == "pdf"
                else roster_papers.roster_xlsx(paper)
            )
            name = f"{paper.file_name}.{suffix}"
    except AppError as problem:
        return refusal(request.scope, problem)
    return _file(content, name, f"roster-{paper.week.monday}.{suffix}", media_type)


def _monday(request: Request) -> date:
    try:
        monday = date.fromisoformat(request.path_params["monday"])
    except ValueError as error:
        raise NotFound() from error
    if monday.year < _FIRST_YEAR:
        raise NotFound()
    require_near(monday, clock.now().date())
    return monday


def _file(
    content: bytes, name: str, plain: str, media_type: str, *, kind: str = "inline"
) -> Response:
    disposition = f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=media_type, headers={"content-disposition": disposition})


routes: Final = [
    Route("/roster/{monday}.pdf", week_pdf),
    Route("/roster/{monday}.xlsx", week_xlsx),
    Route("/calendar/form.xlsx", notice_form),
]
