"""What is to be done with a drill next, and how much it presses: pure functions."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from drills.models import Status


class Todo(StrEnum):
    """The next step of a drill; earlier ones press more."""

    RUNNING = "running"
    SLIPPED = "slipped"
    HOLD = "hold"
    EVALUATE = "evaluate"
    ANNOUNCE = "announce"
    FOLLOW_UP = "follow_up"
    DEBRIEF = "debrief"
    REPORT = "report"
    CLOSE = "close"
    WAIT = "wait"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Known:
    """What the next step depends on."""

    status: Status
    planned_on: date
    is_told: bool
    is_near: bool
    is_debriefed: bool
    open_problems: int
    owes_report: bool


def next_of(known: Known, today: date) -> Todo:
    """The one next step."""
    match known.status:
        case Status.UNDER_WAY:
            return Todo.RUNNING
        case Status.HELD:
            return Todo.EVALUATE
        case Status.EVALUATED:
            return _after_evaluation(known)
        case Status.PLANNED:
            return _before(known, today)
        case Status.CLOSED if known.owes_report:
            return Todo.REPORT
        case _:
            return Todo.NOTHING


def _before(known: Known, today: date) -> Todo:
    if known.planned_on < today:
        return Todo.SLIPPED
    if known.planned_on == today:
        return Todo.HOLD
    return Todo.ANNOUNCE if known.is_near and not known.is_told else Todo.WAIT


def _after_evaluation(known: Known) -> Todo:
    if known.open_problems:
        return Todo.FOLLOW_UP
    if not known.is_debriefed:
        return Todo.DEBRIEF
    return Todo.REPORT if known.owes_report else Todo.CLOSE
