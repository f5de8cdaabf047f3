"""The addresses of the issue record of protective equipment (`lang=` says in which language).

/equipment/issues/{YYYY-MM}.pdf | .xlsx                  a month of the whole hall
/equipment/issues/{window code}/{YYYY-MM}.pdf | .xlsx    a month of a window
/equipment/issues/person/{id}.pdf | .xlsx                all that somebody got
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.routing import Route

from equipment.documents import issues
from equipment.documents.issues import IssueRecord
from equipment.paper_errors import PaperToCome, UnknownPaper
from equipment.papers import Made, Make, paper
from equipment.permissions import Permission
from equipment.service.stock_views import require_record
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.i18n import _
from safety_app.workplace import service as workplace

YEARS: Final = range(2000, 2200)
Find = Callable[[Session, Actor, Request, datetime], IssueRecord]


def _pdf(find: Find) -> Make:
    def make(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
        found = find(session, actor, request, now)
        return _name(found), issues.issues_pdf(found)

    return make


def _xlsx(find: Find) -> Make:
    def make(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
        found = find(session, actor, request, now)
        return _name(found), issues.issues_xlsx(found)

    return make


def _name(found: IssueRecord) -> str:
    return f"{_('Issue record of protective equipment')} {found.number}"


def _month(session: Session, actor: Actor, request: Request, now: datetime) -> IssueRecord:
    code = request.path_params.get("code")
    window_id = workplace.get_window(session, actor.site_id, code).id if code else None
    actor.require(Permission.REPORT, window_id=window_id)
    try:
        month = datetime.strptime(request.path_params["month"], "%Y-%m").date()  # noqa: DTZ007
    except ValueError:
        raise UnknownPaper() from None
    if month.year not in YEARS:
        raise UnknownPaper()
    if month > clock.local_day(now, actor.timezone):
        raise PaperToCome()
    return issues.of_month(
        session, actor.site_id, month.year, month.month, window_id=window_id, now=now
    )


def _person(session: Session, actor: Actor, request: Request, now: datetime) -> IssueRecord:
    person = require_record(session, actor, request.path_params["person_id"])
    return issues.of_person(session, actor.site_id, person.id, now=now)


ROUTES: Final = tuple(
    Route(f"/equipment/issues/{path}.{suffix}", paper(make(find), suffix))
    for path, find in (
        ("person/{person_id:int}", _person),
        ("{code}/{month}", _month),
        ("{month}", _month),
    )
    for suffix, make in (("pdf", _pdf), ("xlsx", _xlsx))
)
