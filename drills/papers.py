"""The papers' own addresses, shown in the browser in the language asked for (`lang=`).

/drills/YL-2026-01/report.pdf       the record of a drill; sign-in.pdf and notice.pdf before it
/drills/year/{YYYY}.pdf|xlsx        the plan of a year; `day=2026-10-31` as it stood on that day
/drills/record/{YYYY}.pdf|xlsx      every drill of a year, likewise
/drills/readiness/{YYYY-MM-DD}.pdf  plans, drills and people on post of a day
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Final
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from drills import service
from drills.errors import DayToCome, NotHeldYet, UnknownYear
from drills.models import Drill, Step
from drills.permissions import WHO_MAY, Permission
from drills.readiness import require_readiness
from drills.service import years
from safety_app.core import clock, db, i18n
from safety_app.core.access import Actor
from safety_app.core.errors import AppError, NotAllowed, NotFound
from safety_app.core.feature import load
from safety_app.core.file_kinds import XLSX
from safety_app.core.i18n import N_, _
from safety_app.web.identity import actor_of
from safety_app.web.refusals import refusal

MEDIA: Final = {"pdf": "application/pdf", "xlsx": XLSX}
YEAR: Final = re.compile(r"20\d{2}", re.ASCII)
Made = tuple[str, bytes]
Make = Callable[[Session, Actor, Request, datetime], Made]


def paper(make: Make, suffix: str) -> Callable[[Request], Response]:
    """A route that answers with the file, or with the rule that forbids it."""

    def answer(request: Request) -> Response:
        try:
            actor = actor_of(request)
            asked = request.query_params.get("lang", "")
            language = asked if asked in i18n.LANGUAGES else i18n.language()
            with db.reading() as session, i18n.use_language(language):
                name, content = make(session, actor, request, clock.now())
        except AppError as problem:
            return refusal(request.scope, problem)
        plain = "".join(char for char in name if char.isascii()).strip("- ") or "paper"
        place = f"inline; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{quote(name)}.{suffix}"
        headers = {"content-disposition": place, "cache-control": "no-store"}
        return Response(content, media_type=MEDIA[suffix], headers=headers)

    return answer


def _drill(session: Session, actor: Actor, request: Request) -> Drill:
    return service.by_code(session, actor, str(request.path_params["code"]))


def _report(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    """With everybody's signatures, so for those who answer for it."""
    drill = _drill(session, actor, request)
    _require(session, actor, drill, Permission.REPORT)
    if drill.held_on is None or drill.status not in HELD:
        raise NotHeldYet(code=drill.code)
    return _print("drills.documents.report:report_pdf", session, drill, now,
                  _("Record of an emergency drill"))  # fmt: skip


def _sign_in(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    drill = _drill(session, actor, request)
    _require(session, actor, drill, Permission.HOLD)
    return _print("drills.documents.sign_in:sign_in_pdf", session, drill, now,
                  _("Sign-in sheet of a drill"))  # fmt: skip


def _notice(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    drill = _drill(session, actor, request)
    return _print("drills.documents.poster:notice_pdf", session, drill, now,
                  _("Notice of a drill"))  # fmt: skip


def _print(name: str, session: Session, drill: Drill, now: datetime, title: str) -> Made:
    content: bytes = load(name)(session, drill, now)  # slow to import: not at the start
    return f"{drill.code} {title}", content


def _require(session: Session, actor: Actor, drill: Drill, permission: Permission) -> None:
    """The permission for its place, or being the one who may hold it."""
    if actor.may_somewhere(permission) or service.may(session, actor, drill, Step.RECORD):
        return
    raise NotAllowed(who=WHO_MAY[permission])


def _of_year(name: str, title: str) -> Make:
    def make(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
        if not actor.may_somewhere(Permission.REPORT):
            raise NotAllowed(who=WHO_MAY[Permission.REPORT])
        year = str(request.path_params["year"])
        if not YEAR.fullmatch(year):
            raise UnknownYear()
        at = _moment(actor, request, now)
        content: bytes = load(name)(session, actor.site_id, int(year), at)
        return f"{year} {_(title)}", content

    return make


def _moment(actor: Actor, request: Request, now: datetime) -> datetime:
    """The end of the day asked for; never one to come."""
    asked = request.query_params.get("day")
    if not asked:
        return now
    try:
        return years.at_the_end_of(date.fromisoformat(asked), actor.timezone, now)
    except ValueError:
        raise UnknownYear() from None


def _readiness(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    require_readiness(actor)
    try:
        day = date.fromisoformat(str(request.path_params["day"]))
    except ValueError:
        raise NotFound() from None
    if day > clock.local_day(now, actor.timezone):
        raise DayToCome()
    content: bytes = load("drills.documents.day:day_pdf")(session, actor, day, now)
    return f"{day} {_('Readiness on a day')}", content


HELD: Final = frozenset({service.Status.HELD, service.Status.EVALUATED, service.Status.CLOSED})
_YEAR: Final = "drills.documents.year"
ROUTES: Final = (
    Route("/drills/{code}/report.pdf", paper(_report, "pdf")),
    Route("/drills/{code}/sign-in.pdf", paper(_sign_in, "pdf")),
    Route("/drills/{code}/notice.pdf", paper(_notice, "pdf")),
    Route("/drills/readiness/{day}.pdf", paper(_readiness, "pdf")),
    *(
        Route(
            f"/drills/{name}/{{year}}.{suffix}",
            paper(_of_year(f"{_YEAR}:{make}_{suffix}", title), suffix),
        )
        for name, make, title in (
            ("year", "plan", N_("Drill plan of the year")),
            ("record", "record", N_("Drills of the year")),
        )
        for suffix in ("pdf", "xlsx")
    ),
)
