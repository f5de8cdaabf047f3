"""The papers' own addresses, shown in the browser in the language asked for (`lang=`).

/training/session/{id}/sign-in.pdf      the sheet that people sign
/training/session/{id}/record.pdf       the record of a session that was held
/training/person/{id}.pdf               somebody's training file
/training/matrix.pdf|xlsx?on=&window=   who is covered on a day
/training/matrix/{code}.pdf|xlsx        the same of a window, today
/training/ledger/{year}.pdf|xlsx        the sessions and results of a year
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session
from starlette.routing import Route

from drills.training.errors import UnknownPaper
from drills.training.exporting import Made, Maker, answering, whole
from drills.training.permissions import Permission
from drills.training.service.ledger import ledger_of
from drills.training.service.matrix import Filters, kept_since, matrix, standing
from drills.training.service.session_views import get_session
from drills.training.service.views import person_file
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.feature import load
from safety_app.core.file_kinds import PDF, XLSX
from safety_app.core.i18n import N_, _
from safety_app.workplace import service as workplace

DOCUMENTS: Final = "drills.training.documents"
"""Loaded when they are used: what draws is slow to import."""
WHO_SEES: Final = N_("The window lead, the safety officer or a manager")
YEARS: Final = range(2000, 2200)
Asked = Mapping[str, str]


def _head(session: Session, actor: Actor, now: datetime) -> Any:
    return load(f"{DOCUMENTS}.paper:head_of")(session, actor.site_id, now)


def _sign_in(session: Session, actor: Actor, asked: Asked, now: datetime) -> Made:
    found = get_session(session, actor, whole(asked, "id"), now=now)
    actor.require(Permission.TEACH, window_id=found.window_id, who=WHO_SEES)
    content: bytes = load(f"{DOCUMENTS}.session_paper:sign_in_pdf")(
        found, _head(session, actor, now)
    )
    return _("Training sign-in sheet"), content


def _record(session: Session, actor: Actor, asked: Asked, now: datetime) -> Made:
    found = get_session(session, actor, whole(asked, "id"), now=now)
    actor.require(Permission.TEACH, window_id=found.window_id, who=WHO_SEES)
    content: bytes = load(f"{DOCUMENTS}.session_paper:record_pdf")(
        found, _head(session, actor, now)
    )
    return _("Record of a safety training"), content


def _person(session: Session, actor: Actor, asked: Asked, now: datetime) -> Made:
    found = person_file(session, actor, whole(asked, "id"), now=now)
    content: bytes = load(f"{DOCUMENTS}.person_paper:person_pdf")(found, _head(session, actor, now))
    return f"{_('Training file')} {found.person.display_name}", content


def _matrix(suffix: str) -> Maker:
    def make(session: Session, actor: Actor, asked: Asked, now: datetime) -> Made:
        on = _day(asked.get("on", "")) or clock.local_day(now, actor.timezone)
        if on > clock.local_day(now, actor.timezone):
            raise UnknownPaper()
        window_id, about = _window(session, actor, asked)
        if window_id is None and not actor.reach(Permission.REPORT).site:
            _require_some(actor)
        elif window_id is not None:
            actor.require(Permission.REPORT, window_id=window_id, who=WHO_SEES)
        found = matrix(
            standing(session, actor.site_id, on), actor, Filters(window_id=window_id, size=None)
        )
        note = kept_since(session, actor.site_id, on)
        stand = load(f"{DOCUMENTS}.matrix_paper:Stand")(found, about, note)
        content: bytes = load(f"{DOCUMENTS}.matrix_paper:matrix_{suffix}")(
            stand, _head(session, actor, now)
        )
        name = _("Who is covered by training")
        return " ".join(filter(None, (name, about, on.isoformat()))), content

    return make


def _require_some(actor: Actor) -> None:
    """Of the whole hall a lead gets the own people."""
    if not actor.may_somewhere(Permission.REPORT):
        actor.require(Permission.REPORT, who=WHO_SEES)


def _window(session: Session, actor: Actor, asked: Asked) -> tuple[int | None, str]:
    names = workplace.window_names(session, actor.site_id)
    if "code" in asked:
        window = workplace.get_window(session, actor.site_id, asked["code"])
        return window.id, names[window.id]
    if not asked.get("window"):
        return None, ""
    window_id = whole(asked, "window")
    if window_id not in names:
        raise NotFound()
    return window_id, names[window_id]


def _ledger(suffix: str) -> Maker:
    def make(session: Session, actor: Actor, asked: Asked, now: datetime) -> Made:
        actor.require(Permission.REPORT, who=WHO_SEES)
        year = whole(asked, "year")
        if year not in YEARS or year > clock.local_day(now, actor.timezone).year:
            raise UnknownPaper()
        found = ledger_of(session, actor, year, now=now)
        content: bytes = load(f"{DOCUMENTS}.ledger:ledger_{suffix}")(
            found, _head(session, actor, now)
        )
        return f"{_('Training ledger')} {year}", content

    return make


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UnknownPaper() from None
    if day.year not in YEARS:
        raise UnknownPaper()
    return day


def _both(path: str, make: Any) -> Iterator[Route]:
    """The same paper as PDF and as a workbook."""
    yield Route(f"{path}.pdf", answering(make("pdf"), PDF))
    yield Route(f"{path}.xlsx", answering(make("xlsx"), XLSX))


ROUTES: Final = (
    Route("/training/session/{id}/sign-in.pdf", answering(_sign_in, PDF)),
    Route("/training/session/{id}/record.pdf", answering(_record, PDF)),
    Route("/training/person/{id}.pdf", answering(_person, PDF)),
    *_both("/training/matrix", _matrix),
    *_both("/training/matrix/{code}", _matrix),
    *_both("/training/ledger/{year}", _ledger),
)
