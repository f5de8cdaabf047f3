"""What is due when on a day, and why: pure functions of opening hours, calendar and moments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, Protocol

from checklists.models import Anchor, Kind
from safety_app.core.clock import at_closing, at_local
from safety_app.core.i18n import N_, _, language

Segments = Sequence[tuple[time, time]]
DAY_MINUTES: Final = 24 * 60
SATURDAY: Final = 5
GRACE: Final = timedelta(hours=2)
"""From due to closed where the slot's own closing time makes no sense on a day: as long as an
ordinary morning leaves, from opening at nine to the cut-off at eleven."""


class State(StrEnum):
    """How a task stands at a moment; computed, never stored."""

    UPCOMING = "upcoming"
    OPEN = "open"
    LATE = "late"
    MISSED = "missed"
    DONE = "done"
    DONE_LATE = "done_late"
    ON_PAPER = "on_paper"
    EXCUSED = "excused"


STATE_NAMES: Final[Mapping[State, str]] = {
    State.UPCOMING: N_("Not open yet"),
    State.OPEN: N_("To do now"),
    State.LATE: N_("Past its time"),
    State.MISSED: N_("Not patrolled"),
    State.DONE: N_("Done in time"),
    State.DONE_LATE: N_("Done late"),
    State.ON_PAPER: N_("Handed in on paper"),
    State.EXCUSED: N_("Does not count"),
}


CHECK_NAMES: Final[Mapping[State, str]] = {
    State.OPEN: N_("To be checked"),
    State.MISSED: N_("Not done"),
}


def state_name(state: State, kind: Kind | str = Kind.PATROL) -> str:
    """How a state is called, to be translated; a check is not patrolled but done."""
    if kind == Kind.CHECK:
        return CHECK_NAMES.get(state, STATE_NAMES[state])
    return STATE_NAMES[state]


class Day(Protocol):
    """What the working calendar says about a day."""

    @property
    def on(self) -> date: ...
    @property
    def is_open(self) -> bool: ...
    @property
    def segments(self) -> Segments: ...
    @property
    def note(self) -> str: ...
    @property
    def provisional(self) -> bool: ...
    @property
    def why(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Moment:
    """Minutes from opening or closing of the day, or from midnight."""

    anchor: Anchor
    minutes: int


@dataclass(frozen=True, slots=True)
class Slot:
    """When a part opens, is due and closes on an open day.

    With `every_minutes` the part comes again and again while the place is open, and the three
    moments say nothing.
    """

    part: str
    opens: Moment
    due: Moment
    closes: Moment
    every_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """The moments of one task in UTC: `opens_at` < `due_at` <= `closes_at`."""

    opens_at: datetime
    due_at: datetime
    closes_at: datetime


DEFAULT_SLOTS: Final[Mapping[str, Slot]] = {
    # Staff come up to an hour early. Exits must be unlocked and routes free when the public comes
    # in, so the part is due at opening. 11:00 still finds most of the morning's dangers; a later
    # cut-off would invite patrols tapped at the end of the day.
    "opening": Slot(
        "opening",
        Moment(Anchor.OPENING, -60),
        Moment(Anchor.OPENING, 0),
        Moment(Anchor.CLOCK, 11 * 60),
    ),
    # Crowds and equipment are looked at while the hall is full: from the busy end of the morning
    # to the middle of the afternoon; what is not seen by closing time can no longer be seen.
    "during": Slot(
        "during",
        Moment(Anchor.CLOCK, 10 * 60 + 30),
        Moment(Anchor.CLOCK, 15 * 60 + 30),
        Moment(Anchor.CLOSING, 0),
    ),
    # The last visitors leave around closing time; an hour suffices to shut down. Two hours after
    # closing the building is handed to the night guard.
    "closing": Slot(
        "closing",
        Moment(Anchor.CLOSING, -30),
        Moment(Anchor.CLOSING, 60),
        Moment(Anchor.CLOSING, 120),
    ),
}


def repeated(part: str, every_minutes: int) -> Slot:
    """A part that comes every so many minutes while the place is open."""
    opening, closing = Moment(Anchor.OPENING, 0), Moment(Anchor.CLOSING, 0)
    return Slot(part, opening, closing, closing, every_minutes)


def whole_day(part: str) -> Slot:
    """A part without usual times: from opening to closing, late until the hall is locked up."""
    return Slot(
        part, Moment(Anchor.OPENING, 0), Moment(Anchor.CLOSING, 0), Moment(Anchor.CLOSING, 120)
    )


def day_times(slot: Slot, segments: Segments, on: date, timezone: str) -> list[Times]:
    """The moments of each task that a slot makes on an open day, in order."""
    if slot.every_minutes is None:
        return [slot_times(slot, segments, on, timezone)]
    return repeated_times(slot.every_minutes, segments, on, timezone)


def repeated_times(every: int, segments: Segments, on: date, timezone: str) -> list[Times]:
    """Every so many minutes of each open segment, which the tasks cover without a gap.

    Due a third of the step after its start, so that starts in time are never more than four
    thirds of a step apart. A rest shorter than a third belongs to the task before.
    """
    step = timedelta(minutes=every)
    found: list[Times] = []
    for opens, closes in sorted(segments):
        start, end = at_local(on, opens, timezone), at_closing(on, closes, timezone)
        while start < end:
            following = start + step
            if end - following < step / 3:
                following = end
            found.append(Times(start, min(start + step / 3, following), following))
            start = following
    return found


def slot_times(slot: Slot, segments: Segments, on: date, timezone: str) -> Times:
    """The moments of a slot on an open day; sane on a half day too.

    Clock times that fall outside the opening hours of the day move to where they make sense.
    """
    base = {
        Anchor.OPENING: at_local(on, min(segments)[0], timezone),
        Anchor.CLOSING: max(at_closing(on, end, timezone) for _start, end in segments),
    }

    def at(moment: Moment) -> datetime:
        if moment.anchor is Anchor.CLOCK:
            days, minutes = divmod(moment.minutes, DAY_MINUTES)
            clock = time(*divmod(minutes, 60))
            return at_local(on + timedelta(days=days), clock, timezone)
        return base[moment.anchor] + timedelta(minutes=moment.minutes)

    opens, due, closes = at(slot.opens), at(slot.due), at(slot.closes)
    if (
        slot.opens.anchor is Anchor.CLOCK
        and not base[Anchor.OPENING] <= opens < base[Anchor.CLOSING]
    ):
        opens = base[Anchor.OPENING]
    return _ordered(slot, opens, due, closes)


def closing_time(segments: Segments, on: date, timezone: str) -> datetime:
    """When the place closes for the day."""
    return max(at_closing(on, end, timezone) for _start, end in segments)


def _ordered(slot: Slot, opens: datetime, due: datetime, closes: datetime) -> Times:
    """Order the three; a time counted from the day's hours stands, a clock time gives way."""
    if closes < due and slot.closes.anchor is Anchor.CLOCK and due > opens:
        closes = due + GRACE
    if closes <= opens:
        closes = max(due, opens) + GRACE
    due = min(due, closes)
    if due <= opens:
        due = closes
    return Times(opens, due, closes)


def open_days(days: Mapping[date, Day], first: date, last: date) -> list[date]:
    """The days from `first` to `last` on which patrols are due."""
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [on for on in span if on in days and days[on].is_open and days[on].segments]


def why(rules: Iterable[str], day: Day) -> str:
    """Why a task is due on an open day: the rules, and what is unusual about the day."""
    sentences = [_("Rule: {rule}.", rule=rule.rstrip("。.")) for rule in rules]
    if day.on.weekday() >= SATURDAY or day.note or day.provisional:
        sentences.append(day.why)
    return ("" if language() == "zh_CN" else " ").join(sentences)


def state(
    opens_at: datetime,
    due_at: datetime,
    closes_at: datetime,
    submitted_at: datetime | None,
    now: datetime,
    *,
    counts: bool = True,
    on_paper: bool = False,
) -> State:
    """How a task stands at `now`; what was submitted later than `now` is not known yet.

    What nobody did is missed, unless it falls into a trial or a pause (`counts` false): then nobody
    owed it; or a paper form of it was confirmed (`on_paper`).
    """
    if submitted_at is not None and submitted_at <= now:
        return State.DONE if submitted_at <= due_at else State.DONE_LATE
    if now < opens_at:
        return State.UPCOMING
    if now < closes_at:
        return State.OPEN if now <= due_at else State.LATE
    if not counts:
        return State.EXCUSED
    return State.ON_PAPER if on_paper else State.MISSED
