"""Badges and words of drills: where one stands, what comes next, how a duty is met."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from drills.grading import GRADE_NAMES, Grade
from drills.models import STATUS_NAMES, Drill, Status
from drills.rhythm import STATE_NAMES, Duty, State
from drills.service.listing import DrillRow
from drills.service.next_steps import Todo
from safety_app import ui
from safety_app.core import clock
from safety_app.core.i18n import N_, _, day_text, ngettext
from safety_app.ui.markup import Tone

STATES: Final[Mapping[State, tuple[Tone, str]]] = {
    State.DONE: ("green", "check_circle"),
    State.PLANNED: ("grey", "event"),
    State.OPEN: ("yellow", "error"),
    State.OVERDUE: ("red", "report"),
    State.MISSED: ("red", "event_busy"),
}
GRADES: Final[Mapping[str, tuple[Tone, str]]] = {
    Grade.EXCELLENT: ("green", "thumb_up"),
    Grade.GOOD: ("green", "thumb_up"),
    Grade.FAIR: ("yellow", "error"),
    Grade.POOR: ("red", "report"),
}
TODO_WORDS: Final[Mapping[Todo, str]] = {
    Todo.RUNNING: N_("Under way now"),
    Todo.SLIPPED: N_("Its day is over and it was not held"),
    Todo.HOLD: N_("To be held today"),
    Todo.EVALUATE: N_("To be evaluated"),
    Todo.ANNOUNCE: N_("To be announced"),
    Todo.FOLLOW_UP: N_("Problems to be put right"),
    Todo.DEBRIEF: N_("Debrief to be written down"),
    Todo.REPORT: N_("To be reported to the authority"),
    Todo.CLOSE: N_("To be closed"),
    Todo.WAIT: N_("Planned"),
    Todo.NOTHING: N_("Nothing to do"),
}
TODO_TONES: Final[Mapping[Todo, tuple[Tone, str]]] = {
    Todo.RUNNING: ("petrol", "play_arrow"),
    Todo.SLIPPED: ("red", "report"),
    Todo.HOLD: ("orange", "today"),
    Todo.EVALUATE: ("orange", "fact_check"),
    Todo.ANNOUNCE: ("yellow", "campaign"),
    Todo.FOLLOW_UP: ("yellow", "build"),
    Todo.DEBRIEF: ("yellow", "edit_note"),
    Todo.REPORT: ("yellow", "outgoing_mail"),
    Todo.CLOSE: ("grey", "task_alt"),
}


def state_badge(duty: Duty) -> str:
    """How a duty is met."""
    tone, symbol = STATES[duty.state]
    solid = duty.state in (State.OVERDUE, State.MISSED)
    return ui.badge(_(STATE_NAMES[duty.state]), tone, symbol, solid=solid)


def grade_badge(grade: str) -> str:
    """How well a drill went; nothing before it is judged."""
    if grade not in GRADES:
        return ""
    tone, symbol = GRADES[grade]
    return ui.badge(_(GRADE_NAMES[Grade(grade)]), tone, symbol)


def status_badge(status: Status) -> str:
    """Where a drill is."""
    words = _(STATUS_NAMES[status])
    match status:
        case Status.CLOSED:
            return ui.badge(words, "green", "verified")
        case Status.CANCELLED:
            return ui.badge(words, "grey", "block")
        case Status.PLANNED:
            return ui.outline_badge(words, "event")
        case Status.UNDER_WAY:
            return ui.badge(words, "petrol", "play_arrow")
        case _:
            return ui.outline_badge(words, "fact_check")


def row_badges(row: DrillRow) -> str:
    """What a row of the list says with colour, symbol and word."""
    todo = todo_badge(row.todo, row.open_problems)
    status = "" if todo else status_badge(row.status)
    return ui.badges(status, todo, grade_badge(row.grade))


def todo_badge(todo: Todo, open_problems: int) -> str:
    """What is to be done next; nothing where nothing is."""
    if todo not in TODO_TONES:
        return ""
    tone, symbol = TODO_TONES[todo]
    words = open_text(open_problems) if todo is Todo.FOLLOW_UP else _(TODO_WORDS[todo])
    return ui.badge(words, tone, symbol, solid=todo is Todo.SLIPPED)


def open_text(n: int) -> str:
    """How many problems are open."""
    return ngettext("{n} problem open", "{n} problems open", n)


def when_text(drill: Drill, timezone: str) -> str:
    """`11月18日 17:40–18:05`, or the planned day."""
    if drill.started_at is None or drill.held_on is None:
        day = day_text(drill.planned_on, year=True)
        return f"{day} {drill.planned_time:%H:%M}" if drill.planned_time else day
    start = drill.started_at.astimezone(clock.zone(timezone))
    text = f"{day_text(drill.held_on, year=True)} {start:%H:%M}"
    if drill.ended_at is None:
        return text
    return f"{text}–{drill.ended_at.astimezone(clock.zone(timezone)):%H:%M}"


def due_text(on: date) -> str:
    """`by 31 December`."""
    return _("by {day}", day=day_text(on, weekday=False))


def seconds_text(seconds: int | None) -> str:
    """`2 min 40 s`, or a dash."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return _("{s} s", s=rest)
    return _("{m} min {s} s", m=minutes, s=rest) if rest else _("{m} min", m=minutes)
