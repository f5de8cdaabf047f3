"""The papers' own addresses: PDF and Excel, shown in the browser, in the language asked for.

/incidents/report/{number}.pdf?names=1     with personal data, for those who may see it
/incidents/statutory/{number}.pdf
/incidents/register/{YYYY}.pdf|xlsx
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Final
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hazards import service as hazards
from hazards.incidents.asof import Story, stories
from hazards.incidents.documents import register, report, statutory
from hazards.incidents.documents.paper import head_of
from hazards.incidents.errors import BadIncidentPaper
from hazards.incidents.lifecycle import WHO_MAY
from hazards.incidents.permissions import Permission
from hazards.incidents.service.detail import IncidentDetail, get
from hazards.incidents.service.statutory import statement
from safety_app.core import clock, db, i18n
from safety_app.core.access import Actor
from safety_app.core.errors import AppError, NotAllowed
from safety_app.core.file_kinds import XLSX
from safety_app.core.i18n import _
from safety_app.web.identity import actor_of
from safety_app.web.refusals import refusal

MEDIA: Final = {"pdf": "application/pdf", "xlsx": XLSX}
YEARS: Final = range(2000, 2200)
Made = tuple[str, bytes]
Make = Callable[[Session, Actor, Request, datetime], Made]


def paper(make: Make, suffix: str) -> Callable[[Request], Response]:
    """A route that answers with the file, or with the rule that forbids it."""

    def answer(request: Request) -> Response:
        try:
            actor = actor_of(request)
            language = request.query_params.get("lang", i18n.language())
            if language not in i18n.LANGUAGES:
                raise BadIncidentPaper()
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


def _report(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    incident = _printable(session, actor, request, now)
    people = None
    if request.query_params.get("names") == "1":
        if not incident.sees_all_people:
            raise NotAllowed(who=WHO_MAY[Permission.HANDLE])
        people = incident.people
    head = head_of(session, actor.site_id, now)
    content = report.report_pdf(incident, head, people=people)
    return f"{_('Incident report')} {incident.number}", content


def _statutory(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    incident = _printable(session, actor, request, now)
    said = statement(session, incident, site_id=actor.site_id, sender_id=actor.user_id, now=now)
    head = head_of(session, actor.site_id, now)
    return f"{said.title} {incident.number}", statutory.statutory_pdf(said, head)


def _printable(session: Session, actor: Actor, request: Request, now: datetime) -> IncidentDetail:
    """The incident of the address, if its papers are for this person."""
    incident = get(session, actor, str(request.path_params["number"]), now=now)
    if not incident.may_print:
        raise NotAllowed(who=WHO_MAY[Permission.HANDLE])
    return incident


def _register(session: Session, actor: Actor, request: Request, now: datetime, suffix: str) -> Made:
    if not actor.reach(Permission.PAPERS).site:
        raise NotAllowed(who=WHO_MAY[Permission.HANDLE])
    year = int(request.path_params["year"])
    if year not in YEARS:
        raise BadIncidentPaper()
    rows = of_year(session, actor.site_id, actor.timezone, year, now)
    names = hazards.place_names(session, actor.site_id)
    places = {one.id: names.text(one.window_id, one.location_id, one.place) for one in rows}
    head = head_of(session, actor.site_id, now)
    make = register.register_pdf if suffix == "pdf" else register.register_xlsx
    name = f"{_('Register of incidents and near misses')} {year}"
    return name, make(rows, year, places, head)


def of_year(session: Session, site_id: int, timezone: str, year: int, now: datetime) -> list[Story]:
    """What happened in a year, as known now."""
    start = clock.at_local(date(year, 1, 1), time(), timezone)
    end = clock.at_local(date(year + 1, 1, 1), time(), timezone)
    # What is recorded at this very moment is in it.
    cutoff = now + timedelta(seconds=1)
    return stories(session, site_id, timezone, start=start, end=end, cutoff=cutoff)


ROUTES: Final = (
    Route("/incidents/report/{number}.pdf", paper(_report, "pdf")),
    Route("/incidents/statutory/{number}.pdf", paper(_statutory, "pdf")),
    *(
        Route(f"/incidents/register/{{year:int}}.{suffix}",
              paper(partial(_register, suffix=suffix), suffix))
        for suffix in MEDIA
    ),
)  # fmt: skip
