"""The gate before duty: days on which somebody may not serve, as the features above know them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Bar:
    """Days `first`..`last` on which a person may not be on duty.

    `text` says in the current language all that is missing and what to do: a clause without a full
    stop. `short` is the same for a narrow cell.
    """

    first: date
    last: date
    text: str
    short: str = ""


Gate = Callable[[Session, int, date, date, Collection[int] | None], Mapping[int, Sequence[Bar]]]
"""`gate(session, site_id, first, last, user_ids)`: the bars of people by id; of all, if `None`."""
