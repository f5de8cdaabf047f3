"""The columns of a list of safety facilities, with the headings that offices use."""

from collections.abc import Mapping, Sequence
from typing import Final

from equipment.models import Status
from equipment.service.importing.table import table
from safety_app.core.intake import Column

LONGEST: Final = 200
"""So much of a cell is kept as it was typed; what fits is asked later, so that nothing is lost."""

COLUMNS: Final = tuple(
    Column(row["key"], tuple(row["names"]), limit=LONGEST) for row in table()["columns"]
)
LABELS: Final[Mapping[str, Column]] = {column.key: column for column in COLUMNS}
USUAL: Final = ("name", "model", "count", "made", "serviced", "place", "custodian")
"""What every hall's list has; the rest may be left out."""
COUNTERS: Final = frozenset(table()["counters"])
DITTO: Final = frozenset(table()["ditto"])
TOTALS: Final = tuple(table()["totals"])
STATUS_WORDS: Final[Mapping[str, Sequence[str]]] = {
    Status(status): tuple(words) for status, words in table()["statuses"].items()
}


def label(key: str) -> str:
    """The heading of a column in the current language."""
    return LABELS[key].label
