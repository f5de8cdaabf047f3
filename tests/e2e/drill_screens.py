"""The screens of drills: whose each is, and the address of what was made."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from drills.models import Status
from drills.service import problems
from hazards.service import Level
from tests.cast import Cast
from tests.drills.cases import attended, brought_to, make_drill
from tests.e2e.hall import today
from tests.e2e.visits import Visit

PLANNED, UNDER_WAY, HELD = "planned", "under way", "held"
FORM: Final = ".st-key-bar_form button"
Show = Callable[[Visit], object]
_codes: dict[str, str] = {}


def hold(session: Session, people: Cast, now: datetime) -> None:
    """A drill to come, one under way, one that was held and has shown a problem."""
    ahead = make_drill(session, people, on=today() + timedelta(days=9), now=now)
    running, held = (make_drill(session, people, on=today(), now=now) for _ in range(2))
    brought_to(session, running, Status.UNDER_WAY, now=now)
    brought_to(session, attended(session, held, now=now), Status.HELD, now=now)
    problems.add_hazard(
        session, people.officer, held.id, what="东侧听不清广播", level=Level.MODERATE, now=now
    )
    _codes.update({PLANNED: ahead.code, UNDER_WAY: running.code, HELD: held.code})


def _opens(path: str, wait_for: str = FORM) -> Show:
    return lambda visit: visit.open(path, wait_for)


def _of(which: str, tail: str = "", wait_for: str = FORM) -> Show:
    return lambda visit: visit.open(f"/drills?drill={_codes[which]}{tail}", wait_for)


def _forms(which: str, *steps: str) -> tuple[tuple[str, str, Show], ...]:
    return tuple((f"drill, {step}", "officer", _of(which, f"&do={step}")) for step in steps)


SCREENS: Final[tuple[tuple[str, str, Show], ...]] = (
    ("drills", "manager", _opens("/drills", ".st-key-card_duties")),
    ("drills of the staff", "staff", _opens("/drills", ".st-key-card_duties")),
    ("new drill", "officer", _opens("/drills?do=new")),
    ("drill held before", "officer", _opens("/drills?do=past")),
    ("a drill to come", "officer", _of(PLANNED, "", ".st-key-card_drill_history")),
    *_forms(PLANNED, "edit", "notify", "reschedule", "cancel"),
    ("a drill under way", "officer", _of(UNDER_WAY, "", ".st-key-card_drill_history")),
    *_forms(UNDER_WAY, "finish", "reset"),
    *(
        (f"{part} of a drill", "officer", _of(HELD, f"&tab={part}", ".st-key-parts_of_drill"))
        for part in ("record", "evaluation", "problems", "photos")
    ),
    *_forms(HELD, "attendance", "times", "record", "papers", "problem"),
    ("drill plan of the year", "manager", _opens("/drill-year", ".st-key-card_duties")),
    ("rhythm of drills", "administrator", _opens("/drill-rules", ".st-key-card_binding")),
    ("readiness on a day", "manager", _opens("/readiness-day", ".st-key-card_readiness_people")),
)
"""Each by its name and the person, in the order in which they are looked at."""
