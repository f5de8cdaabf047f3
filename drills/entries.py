"""What a tablet sends in the course of a drill: its shape, its limits, and what became of it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from drills.models import EntryKind
from safety_app.core.i18n import N_
from safety_app.core.text import plain

ClientKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{8,64}$")]
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
Count = Annotated[int, Field(ge=0, le=9_999)]


def _line(value: Any) -> Any:
    return plain(value) if isinstance(value, str) else value


class Ink(BaseModel):
    """Strokes drawn in a box of `w` by `h`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    strokes: Annotated[list[list[list[float]]], Field(max_length=200)]
    w: float = 0
    h: float = 0


class Tap(BaseModel):
    """One tap. `at` is the tablet's moment by the server's clock, in milliseconds since 1970.

    `of` is the key of the stamp that is taken back; `person_id` whoever signs or is ticked.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    key: ClientKey
    kind: EntryKind
    at: Annotated[int, Field(ge=1_577_836_800_000, lt=4_102_444_800_000)]
    milestone_id: Id | None = None
    of: ClientKey | None = None
    person_id: Id | None = None
    ink: Ink | None = None
    reason: Annotated[str, BeforeValidator(_line), Field(max_length=200)] = ""
    visitors: Count = 0
    third_parties: Count = 0

    @property
    def moment(self) -> datetime:
        """When it was tapped."""
        return datetime.fromtimestamp(self.at / 1000, UTC)


class Outcome(StrEnum):
    """What became of a tap."""

    KEPT = "kept"
    JOINED = "joined"
    BEGUN_EARLIER = "begun_earlier"
    KEPT_FIRST = "kept_first"
    EARLIER = "earlier"
    UNDONE = "undone"
    RESET = "reset"
    NOTHING = "nothing"
    TOO_LATE = "too_late"
    NOT_TODAY = "not_today"
    ANOTHER_DAY = "another_day"
    NOT_BEGUN = "not_begun"
    OVER = "over"
    BEFORE_START = "before_start"
    AFTER_END = "after_end"
    ELSEWHERE = "elsewhere"
    OLDER = "older"
    SIGNED = "signed"
    LAST_PRESENT = "last_present"
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"


STANDING: Final = frozenset(
    {Outcome.KEPT, Outcome.KEPT_FIRST, Outcome.EARLIER, Outcome.BEGUN_EARLIER}
)
"""Starts and stamps that were not taken back; the earliest of them is the one that counts."""
SENTENCES: Final[Mapping[Outcome, str]] = {
    Outcome.JOINED: N_("{name} started this drill at {time}. This is the same clock."),
    Outcome.BEGUN_EARLIER: N_(
        "The drill was started on this tablet first, at {time}. All its times count from then."
    ),
    Outcome.RESET: N_(
        "This was tapped before the drill was set back after a false start, and does not count."
    ),
    Outcome.KEPT_FIRST: N_(
        "“{what}” was stamped at {time} by {name} already. The first one stays."
    ),
    Outcome.EARLIER: N_("“{what}” was tapped earlier on this tablet. Its time is {time} now."),
    Outcome.NOTHING: N_("“{what}” is not stamped any more, there is nothing to take back."),
    Outcome.TOO_LATE: N_(
        "“{what}” was stamped more than two minutes ago. Correct it on the drill's page, with a"
        " reason."
    ),
    Outcome.NOT_TODAY: N_("This drill is not planned for that day. Change its day first."),
    Outcome.ANOTHER_DAY: N_(
        "The drill was held on another day. Record on the drill's page who was there."
    ),
    Outcome.NOT_BEGUN: N_("This drill has not begun. Press “Start” first."),
    Outcome.OVER: N_("This drill is over. What was sent now is kept and does not count."),
    Outcome.BEFORE_START: N_("“{what}” was tapped before the drill began and does not count."),
    Outcome.AFTER_END: N_("“{what}” was tapped after the clock was stopped and does not count."),
    Outcome.ELSEWHERE: N_(
        "{person} is recorded as present elsewhere at the same time: {where}. Say why on the"
        " drill's page, or leave it out."
    ),
    Outcome.OLDER: N_("Something later is known of {person} already."),
    Outcome.SIGNED: N_("{person} has signed. Take it back on the drill's page, with a reason."),
    Outcome.LAST_PRESENT: N_(
        "{person} is the only one recorded as present at this drill, which was held. Record first"
        " who was there."
    ),
    Outcome.UNREADABLE: N_("This signature cannot be read. Please sign again."),
    Outcome.UNKNOWN: N_("This milestone or person is not part of the drill. Load the page again."),
}
"""What is said of an outcome that is not simply kept."""
