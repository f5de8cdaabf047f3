"""Pieces of the register that a row without a code may mean: those that look the same there."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from equipment.due import Precision
from equipment.models import ON_REGISTER, Status
from equipment.service.importing.known import KnownItem
from equipment.service.importing.lines import Line

Spot = tuple[str, int | None, int | None, str]
"""A kind at a place; at a window the location says no more."""
FOUND_OUT: Final = frozenset({Precision.UNKNOWN, Precision.UNREADABLE})


@dataclass(frozen=True, slots=True)
class _Look:
    """What a row and a piece have in common that nobody can tell apart by a list."""

    spot: Spot
    size: str
    made_on: date | None


class Pool:
    """The pieces of a hall that no row has claimed yet; each one is claimed once."""

    def __init__(self, items: Iterable[KnownItem]) -> None:
        self._exact: dict[Hashable, list[KnownItem]] = defaultdict(list)
        self._undated: dict[Hashable, list[KnownItem]] = defaultdict(list)
        self._there: dict[Hashable, list[KnownItem]] = defaultdict(list)
        self._claimed: set[int] = set()
        for item in items:
            spot = _spot(item.kind, item.window_id, item.location_id, item.placing)
            self._exact[_Look(spot, item.size, item.made_on)].append(item)
            if item.status in ON_REGISTER:
                self._there[spot].append(item)
                if item.made_precision in FOUND_OUT:
                    self._undated[spot, item.size].append(item)

    def take(self, item: KnownItem) -> None:
        """This piece is meant by a row already."""
        self._claimed.add(item.id)

    def alike(self, line: Line) -> list[KnownItem]:
        """The pieces that say the same as a row, as many as it stands for, or none."""
        look = _Look(_spot_of(line), line.size, line.made_on)
        return self._claim(self._exact, look, line, lambda _item: True)

    def dated(self, line: Line) -> list[KnownItem]:
        """Pieces whose manufacture date only one of the two knows: the row, or the register.

        A row that does not know it means what stands at its very point, not anything in the hall.
        """
        spot = _spot_of(line)
        if line.made_on is not None:
            return self._claim(self._undated, (spot, line.size), line, lambda _item: True)
        if not line.placing:
            return []
        return self._claim(self._there, spot, line, lambda item: item.size == line.size)

    def there(self, line: Line) -> KnownItem | None:
        """A piece of the same kind at the very point of a row, that no row has claimed."""
        if not line.placing:
            return None
        return next(iter(self._open(self._there, _spot_of(line))), None)

    def _claim(
        self,
        pieces: dict[Hashable, list[KnownItem]],
        key: Hashable,
        line: Line,
        fits: Callable[[KnownItem], bool],
    ) -> list[KnownItem]:
        """As many as the row stands for, those of its custodian first."""
        found = [
            item for item in self._open(pieces, key) if fits(item) and not _differs(line, item)
        ]
        if not found or len(found) < line.count:
            return []
        found.sort(key=lambda item: _order(line, item))
        self._claimed.update(item.id for item in found[: line.count])
        return found[: line.count]

    def _open(self, pieces: dict[Hashable, list[KnownItem]], key: Hashable) -> Sequence[KnownItem]:
        if key not in pieces:
            return ()
        pieces[key] = [item for item in pieces[key] if item.id not in self._claimed]
        return pieces[key]


def _differs(line: Line, item: KnownItem) -> bool:
    """Whether the serial numbers say that these are two pieces."""
    return bool(line.serial and item.serial and line.serial.casefold() != item.serial.casefold())


def _order(line: Line, item: KnownItem) -> tuple[bool, bool, int]:
    gone = item.status in (Status.SCRAPPED, Status.LOST)
    return gone, line.custodian_id not in (None, item.custodian_id), item.id


def _spot_of(line: Line) -> Spot:
    kind = line.kind.code if line.kind else ""
    return _spot(kind, line.window_id, line.location_id, line.placing)


def _spot(kind: str, window_id: int | None, location_id: int | None, placing: str) -> Spot:
    where = location_id if window_id is None else None
    return kind, window_id, where, "".join(placing.casefold().split())
