"""The papers' own addresses, shown in the browser in the language asked for (`lang=`).

/patrols/record/{window code}/{YYYY-MM}.pdf | .xlsx       monthly patrol record of a window
/patrols/record/location/{id}/{YYYY-MM}.pdf | .xlsx       the same of a common area
/patrols/checks/{window code}/{YYYY}.pdf | .xlsx          checks of a year
/patrols/checks/location/{id}/{YYYY}.pdf | .xlsx
/patrols/blank/task/{id}.pdf                              one blank sheet
/patrols/blank/{YYYY-MM-DD}.pdf?window=&location=&days=   blank sheets of a day or a week
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from checklists import convertors
from checklists.documents import blank, checks, patrols
from checklists.errors import BadPaper, MonthToCome, NothingToPrint
from checklists.permissions import Permission
from checklists.record import Place
from safety_app.core import clock, db, i18n
from safety_app.core.access import Actor
from safety_app.core.errors import AppError, NotFound
from safety_app.core.i18n import _
from safety_app.web.identity import actor_of
from safety_app.web.refusals import refusal
from safety_app.workplace import service as workplace

MEDIA: Final = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_DAYS: Final = 7
YEARS: Final = range(2000, 2200)
Made = tuple[str, bytes]
Make = Callable[[Session, Actor, Request, datetime], Made]


def _paper(make: Make, suffix: str) -> Callable[[Request], Response]:
    """A route that answers with the file, or with the rule that forbids it."""

    def answer(request: Request) -> Response:
        try:
            actor = actor_of(request)
            wanted = request.query_params.get("lang", "")
            language = wanted if wanted in i18n.LANGUAGES else i18n.language()
            with db.reading() as session, i18n.use_language(language):
                name, content = make(session, actor, request, clock.now())
        except AppError as problem:
            return refusal(request.scope, problem)
        kept = "".join(char if char.isalnum() or char in "-_ ()（）" else "-" for char in name)
        plain = "".join(char for char in kept if char.isascii()).strip("- ") or "paper"
        place = f"inline; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{quote(kept)}.{suffix}"
        headers = {"content-disposition": place, "cache-control": "no-store"}
        return Response(content, media_type=MEDIA[suffix], headers=headers)

    return answer


def _record_pdf(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    found = _record(session, actor, request, now)
    return f"{_('Fire patrol record')} {found.number}", patrols.record_pdf(found)


def _record_xlsx(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    found = _record(session, actor, request, now)
    return f"{_('Fire patrol record')} {found.number}", patrols.record_xlsx(found)


def _checks_pdf(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    found = _checks(session, actor, request, now)
    return f"{_('Fire check record')} {found.number}", checks.checks_pdf(found)


def _checks_xlsx(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    found = _checks(session, actor, request, now)
    return f"{_('Fire check record')} {found.number}", checks.checks_xlsx(found)


def _blank_task(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    found = blank.of_task(session, actor, request.path_params["task_id"])
    return _blanks(session, actor, found, now)


def _blank_days(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    asked = request.query_params
    try:
        first = date.fromisoformat(request.path_params["day"])
        days = int(asked.get("days") or 1)
        location_id = int(asked["location"]) if asked.get("location") else None
    except ValueError:
        raise BadPaper() from None
    if not 1 <= days <= MOST_DAYS or first.year not in YEARS:
        raise BadPaper()
    code = asked.get("window") or ""
    window_id = workplace.get_window(session, actor.site_id, code).id if code else None
    last = first + timedelta(days=days - 1)
    found = blank.of_days(session, actor, first, last, window_id=window_id, location_id=location_id)
    return _blanks(session, actor, found, now)


def _blanks(session: Session, actor: Actor, found: list[blank.Blank], now: datetime) -> Made:
    if not found:
        raise NothingToPrint()
    name = f"{_('Blank sheets')} {found[0].number}"
    return name, blank.blank_pdf(session, actor.site_id, found, now=now)


def _record(session: Session, actor: Actor, request: Request, now: datetime) -> patrols.Record:
    try:
        month = datetime.strptime(request.path_params["month"], "%Y-%m").date()  # noqa: DTZ007
    except ValueError:
        raise BadPaper() from None
    if month.year not in YEARS:
        raise BadPaper()
    today = clock.local_day(now, workplace.site(session, actor.site_id).timezone)
    if month > today:
        raise MonthToCome(month=i18n.month_text(month.year, month.month))
    place = _place(session, actor, request)
    return patrols.of_month(session, actor.site_id, place, month.year, month.month, now=now)


def _checks(session: Session, actor: Actor, request: Request, now: datetime) -> checks.Checks:
    year = request.path_params["year"]
    if year not in YEARS:
        raise BadPaper()
    return checks.of_year(session, actor.site_id, _place(session, actor, request), year, now=now)


def _place(session: Session, actor: Actor, request: Request) -> Place:
    """The window or common area of the address, if the actor may see its patrols."""
    code = request.path_params.get("code")
    if code is not None:
        window = workplace.get_window(session, actor.site_id, code)
        if not actor.may(Permission.VIEW, window_id=window.id):
            raise NotFound()
        name = workplace.window_names(session, actor.site_id)[window.id]
        return Place(window.id, None, window.code, name)
    location_id = request.path_params["location_id"]
    names = workplace.location_names(session, actor.site_id)
    if location_id not in names or not actor.may(Permission.VIEW, window_id=None):
        raise NotFound()
    return Place(None, location_id, blank.location_code(location_id), names[location_id])


convertors.register()
ROUTES: Final = tuple(
    Route(f"/patrols/{path}.{suffix}", _paper(make, suffix))
    for path, suffix, make in (
        ("record/location/{location_id:record}/{month}", "pdf", _record_pdf),
        ("record/location/{location_id:record}/{month}", "xlsx", _record_xlsx),
        ("record/{code}/{month}", "pdf", _record_pdf),
        ("record/{code}/{month}", "xlsx", _record_xlsx),
        ("checks/location/{location_id:record}/{year:int}", "pdf", _checks_pdf),
        ("checks/location/{location_id:record}/{year:int}", "xlsx", _checks_xlsx),
        ("checks/{code}/{year:int}", "pdf", _checks_pdf),
        ("checks/{code}/{year:int}", "xlsx", _checks_xlsx),
        ("blank/task/{task_id:record}", "pdf", _blank_task),
        ("blank/{day}", "pdf", _blank_days),
    )
)
