"""What a tablet sends for one point of a sheet: its shape and its limits."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter

from checklists.models import Answer, Disposal, NaReason
from hazards.service import Category, Level
from safety_app.core.text import plain

NOTE_LIMIT = 1000
WHAT_LIMIT = 200
MAX_SEQ = 5_000
BARE = frozenset(Answer) - {Answer.FAIL, Answer.NOT_APPLICABLE}
_moment: TypeAdapter[datetime] = TypeAdapter(datetime)


def plausible(value: Any) -> datetime | None:
    """The tablet's clock, or nothing where it cannot be right: the server's decides anyway."""
    if value in (None, ""):
        return None
    try:
        found = _moment.validate_python(value)
    except ValueError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    try:
        found = found.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return found if 2020 <= found.year < 2100 else None


def _or_none(value: Any) -> Any:
    return None if value == "" else value


ClientMoment = Annotated[datetime | None, BeforeValidator(plausible)]
ClientKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{8,64}$")]


def _line(value: Any) -> Any:
    return plain(value) if isinstance(value, str) else value


def _lines(value: Any) -> Any:
    return plain(value, lines=True) if isinstance(value, str) else value


Line = BeforeValidator(_line)
Lines = BeforeValidator(_lines)


class Entry(BaseModel):
    """The whole state of one item, or of another hazard, as the tablet knows it.

    Incomplete ones are welcome: whether all is there is asked when the sheet is submitted.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    seq: Annotated[int, Field(ge=1, le=MAX_SEQ)] = 1
    client_at: ClientMoment = None
    item_id: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None
    client_key: ClientKey | None = None
    value: Answer
    reason: Annotated[NaReason | None, BeforeValidator(_or_none)] = None
    number: Annotated[float | None, Field(ge=-1e6, le=1e6, allow_inf_nan=False)] = None
    note: Annotated[str, Lines, Field(max_length=NOTE_LIMIT)] = ""
    disposal: Annotated[Disposal | None, BeforeValidator(_or_none)] = None
    level: Annotated[Level | None, BeforeValidator(_or_none)] = None
    level_reason: Annotated[str, Line, Field(max_length=200)] = ""
    category: Annotated[Category | None, BeforeValidator(_or_none)] = None
    what: Annotated[str, Line, Field(max_length=WHAT_LIMIT)] = ""

    @property
    def is_bare(self) -> bool:
        """Nothing but an answer: no finding is needed to keep it."""
        if self.value.points is not None and self.disposal is not None:
            return False
        return self.value in BARE and not self.note and self.number is None
