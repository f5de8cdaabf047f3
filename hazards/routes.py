"""The papers' own addresses: PDF and Excel, shown in the browser, in the language asked for."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hazards import service
from hazards.documents import notice as notices
from hazards.documents import quarterly, register, reply
from hazards.documents.paper import Head, head_of
from hazards.errors import BadLanguage, BadRegister
from hazards.models import Hazard, Level
from hazards.service import RegisterFilters, RegisterState
from safety_app.core import clock, db, i18n
from safety_app.core.access import Actor
from safety_app.core.errors import AppError
from safety_app.core.i18n import _
from safety_app.web.identity import actor_of
from safety_app.web.refusals import refusal
from safety_app.workplace import service as workplace

PDF: Final = "application/pdf"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
YEARS: Final = range(2000, 2200)
LONGEST: Final = timedelta(days=3 * 366)
COMMON: Final = "common"
Made = tuple[str, bytes]


def _paper(
    make: Callable[[Session, Actor, Request], Made], media_type: str = PDF
) -> Callable[[Request], Response]:
    """A route that answers with the file, or with the rule that forbids it."""

    def answer(request: Request) -> Response:
        suffix = "xlsx" if media_type == XLSX else "pdf"
        try:
            actor = actor_of(request)
            language = request.query_params.get("lang", i18n.language())
            if language not in i18n.LANGUAGES:
                raise BadLanguage(language=language)
            with db.reading() as session, i18n.use_language(language):
                name, content = make(session, actor, request)
        except AppError as problem:
            return refusal(request.scope, problem)
        kept = "".join(char if char.isalnum() or char in "-_ ()（）" else "-" for char in name)
        plain = "".join(char for char in kept if char.isascii()).strip("- ") or "paper"
        disposition = (
            f"inline; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{quote(kept)}.{suffix}"
        )
        headers = {"content-disposition": disposition, "cache-control": "no-store"}
        return Response(content, media_type=media_type, headers=headers)

    return answer


def _notice_pdf(session: Session, actor: Actor, request: Request) -> Made:
    return _notice(session, actor, request, notices.notice_pdf)


def _notice_xlsx(session: Session, actor: Actor, request: Request) -> Made:
    return _notice(session, actor, request, notices.notice_xlsx)


def _notice(
    session: Session,
    actor: Actor,
    request: Request,
    make: Callable[[service.HazardDetail, Head, str], bytes],
) -> Made:
    now = clock.now()
    hazard, basis = service.notice(session, actor, request.path_params["number"], now=now)
    head = head_of(session, actor.site_id, now)
    name = f"{_('Hazard rectification notice')} {notices.notice_number(hazard.number)}"
    return name, make(hazard, head, basis)


def _register_pdf(session: Session, actor: Actor, request: Request) -> Made:
    filters, place = _filters(session, actor, request)
    rows = service.register(session, actor, filters)
    head = head_of(session, actor.site_id, clock.now())
    before, after = None, None
    if request.query_params.get("photos") == "1":
        before, after = service.pictures(session, [one.id for one in rows])
    content = register.register_pdf(rows, filters, head, place=place, before=before, after=after)
    return _register_name(filters), content


def _register_xlsx(session: Session, actor: Actor, request: Request) -> Made:
    filters, place = _filters(session, actor, request)
    rows = service.register(session, actor, filters)
    head = head_of(session, actor.site_id, clock.now())
    return _register_name(filters), register.register_xlsx(rows, filters, head, place=place)


def _register_name(filters: RegisterFilters) -> str:
    return f"{_('Hazard register')} {filters.first} {filters.last}"


def _statistics_pdf(session: Session, actor: Actor, request: Request) -> Made:
    found = _quarter(session, actor, request)
    head = head_of(session, actor.site_id, found.cutoff)
    return _quarter_name(found), quarterly.statistics_pdf(found, head)


def _statistics_xlsx(session: Session, actor: Actor, request: Request) -> Made:
    found = _quarter(session, actor, request)
    head = head_of(session, actor.site_id, found.cutoff)
    return _quarter_name(found), quarterly.statistics_xlsx(found, head)


def _quarter(session: Session, actor: Actor, request: Request) -> service.Quarter:
    year, quarter = service.parse_quarter(request.path_params["quarter"])
    return service.statistics(session, actor, year, quarter, now=clock.now())


def _quarter_name(found: service.Quarter) -> str:
    words = _("Quarterly statistics of hazards found and rectified")
    return f"{words} {found.year}-Q{found.quarter}"


def _reply(session: Session, actor: Actor, request: Request) -> Made:
    now = clock.now()
    key = request.path_params["inspection"]
    found = service.get_inspection(session, actor, key, now=now)
    rows = service.rows_of(
        session, actor.site_id, actor.timezone, [Hazard.inspection_id == found.row.id]
    )
    before, after = service.pictures(session, [one.id for one in rows])
    head = head_of(session, actor.site_id, now)
    content = reply.reply_pdf(found, rows, head, before, after)
    return f"{_('Reply on the rectification of findings')} {found.row.number}", content


def _filters(session: Session, actor: Actor, request: Request) -> tuple[RegisterFilters, str]:
    """What the address asks for, and the place in words; raises `BadRegister`."""
    asked = {**request.query_params, **request.path_params}
    today = clock.local_day(clock.now(), actor.timezone)
    try:
        if "year" in asked:
            year = int(asked["year"])
            if year not in YEARS:
                raise BadRegister()
            first, last = date(year, 1, 1), date(year, 12, 31)
        else:
            first = date.fromisoformat(asked.get("first") or f"{today.year}-01-01")
            last = date.fromisoformat(asked.get("last") or today.isoformat())
        state = RegisterState(asked.get("state") or RegisterState.ALL)
        level = Level(asked["level"]) if asked.get("level") else None
    except ValueError:
        raise BadRegister() from None
    if last < first or last - first > LONGEST or first.year not in YEARS:
        raise BadRegister()
    place = str(asked.get("place") or asked.get("code") or "")
    if place == COMMON:
        words = _("Common areas")
        return RegisterFilters(first, last, state, common=True, level=level), words
    if not place:
        return RegisterFilters(first, last, state, level=level), ""
    window = workplace.get_window(session, actor.site_id, place)
    name = workplace.window_names(session, actor.site_id)[window.id]
    return RegisterFilters(first, last, state, window_id=window.id, level=level), name


ROUTES: Final = [
    Route("/hazards/notice/{number}.pdf", _paper(_notice_pdf)),
    Route("/hazards/notice/{number}.xlsx", _paper(_notice_xlsx, XLSX)),
    Route("/hazards/register.pdf", _paper(_register_pdf)),
    Route("/hazards/register.xlsx", _paper(_register_xlsx, XLSX)),
    Route("/hazards/register/{year:int}.pdf", _paper(_register_pdf)),
    Route("/hazards/register/{year:int}.xlsx", _paper(_register_xlsx, XLSX)),
    Route("/hazards/register/{code}/{year:int}.pdf", _paper(_register_pdf)),
    Route("/hazards/register/{code}/{year:int}.xlsx", _paper(_register_xlsx, XLSX)),
    Route("/hazards/statistics/{quarter}.pdf", _paper(_statistics_pdf)),
    Route("/hazards/statistics/{quarter}.xlsx", _paper(_statistics_xlsx, XLSX)),
    Route("/inspections/{inspection:int}/reply.pdf", _paper(_reply)),
]
