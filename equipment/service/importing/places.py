"""Where a cell means: a window by number or name, a location, or a floor; and what is left over."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from safety_app.workplace.models import Location, Window
from safety_app.workplace.service.importing.known import floor_of

_FLOOR: Final = re.compile(
    r"第?(?:负|地下|-|b)?(?:[0-9]{1,2}|[一二三四五六七八九十首])(?:楼层|楼|层|f(?![a-z]))"
)
_NUMBERED: Final = re.compile(r"0*([1-9][0-9]*)(?:号窗?口?|窗口?)\Z")
_COUNTED: Final = re.compile(r"[0-9a-z]|[一二三四五六七八九十]+(?:号|\Z)")
_POINT: Final = re.compile(
    r"(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:号|#)(?!(?:窗|厅|大厅|室|楼|层|区|廊|走廊|通道|院))."
)
"""A numbered point inside a place, such as 1号消火栓箱; a numbered room is another place."""
_EDGES: Final = " ·,，、;；:：/-—–.。"
SHORTEST: Final = 3
"""So many letters a location's name must have to be recognised in the middle of a text."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the hall; `rest` is what the text says beside it: where exactly.

    `is_guess`: only the floor was named, and what stands beside it may be a place of its own.
    """

    window_id: int | None = None
    location_id: int | None = None
    rest: str = ""
    is_guess: bool = field(default=False, compare=False)


class Places:
    """Windows, locations and floors by all that they may be called."""

    def __init__(self, windows: Sequence[Window], locations: Sequence[Location]) -> None:
        self.windows = [one for one in windows if one.is_active]
        self.locations = list(locations)
        self._by_window = dict(self._window_words())
        self._by_name = {**dict(self._location_words()), **self._by_window}
        self._longest = sorted(self._by_name, key=len, reverse=True)
        self._floors = {one.id: floor_of(one.floor) for one in self.locations if one.floor}
        self._found: dict[str, Spot | None] = {}

    def window(self, said: str) -> Spot | None:
        """The window that a text names, and nothing else."""
        key = _key(said)
        return self._by_window.get(key) or self._numbered(key)

    def place(self, said: str) -> Spot | None:
        """The window or location that a text names or begins with, else the floor."""
        if said not in self._found:
            self._found[said] = self._look_up(said)
        return self._found[said]

    def floor(self, said: str, name: str = "") -> Spot | None:
        """The location of a floor: the one with this name in it, else the usual one."""
        wanted = floor_of(said)
        same = [one for one in self.locations if self._floors.get(one.id) == wanted]
        named = [one for one in same if name and _key(name) in _key(one.name)]
        usual = named if len(named) == 1 else [one for one in same if not one.has_own_hours]
        first = min(usual, key=lambda one: (not one.is_patrolled, one.id), default=None)
        if first is None:
            return None
        return Spot(location_id=first.id, rest="" if named == [first] else name)

    def floor_of(self, spot: Spot) -> str:
        """The floor of a place, as it is compared; empty where nobody has said it."""
        location_id = spot.location_id
        if spot.window_id is not None:
            here = (one.location_id for one in self.windows if one.id == spot.window_id)
            location_id = next(here, None)
        return self._floors.get(location_id, "") if location_id is not None else ""

    def nearest(self, said: str) -> str:
        """The name that looks most like a text, if any does."""
        names = [one.name for one in self.locations]
        names += [name for one in self.windows for name in (one.code, one.name)]
        return next(iter(difflib.get_close_matches(said, names, n=1, cutoff=0.6)), "")

    def _look_up(self, said: str) -> Spot | None:
        key = _key(said)
        exact = self._by_name.get(key) or self._numbered(key)
        if exact or not key:
            return exact
        return self._beginning(said, key) or self._on_floor(said, key) or self._inside(said, key)

    def _beginning(self, said: str, key: str) -> Spot | None:
        """The longest name that a text begins with."""
        for name in self._longest:
            rest = key[len(name) :] if key.startswith(name) else None
            if rest is not None and (not _COUNTED.match(rest) or _is_inside(name, rest)):
                return replace(self._by_name[name], rest=_behind(said, name))
        return None

    def _on_floor(self, said: str, key: str) -> Spot | None:
        """一楼东走廊 is the usual location of that floor, 一楼配电间门口 the switch room on it."""
        floor = _FLOOR.match(key)
        if floor is None:
            return None
        rest = _behind(said, floor[0])
        inner = self._beginning(rest, _key(rest))
        if inner and self.floor_of(inner) in ("", floor_of(floor[0])):
            return inner
        return self._beside(floor[0], rest)

    def _beside(self, floor: str, rest: str) -> Spot | None:
        """What is said beside a floor; its usual location is not named a second time."""
        found = self.floor(floor, rest)
        if found is None or found.rest != rest:
            return found
        usual = next(_key(one.name) for one in self.locations if one.id == found.location_id)
        name = usual.removeprefix(_key(floor))
        if len(name) > 1 and name != usual and _key(rest).startswith(name):
            return replace(found, rest=_behind(rest, name))
        return replace(found, is_guess=bool(rest))

    def _inside(self, said: str, key: str) -> Spot | None:
        """The one location that is named somewhere in a text."""
        names = [_key(one.name) for one in self.locations]
        found = {self._by_name[name] for name in names if len(name) >= SHORTEST and name in key}
        return replace(found.pop(), rest=said) if len(found) == 1 else None

    def _numbered(self, key: str) -> Spot | None:
        """3号窗口, where one window alone has the number 3."""
        found = _NUMBERED.match(key)
        same = [one for one in self.windows if found and _number(one.code) == found[1]]
        return Spot(window_id=same[0].id) if len(same) == 1 else None

    def _window_words(self) -> Iterator[tuple[str, Spot]]:
        for one in self.windows:
            spot = Spot(window_id=one.id)
            code = _key(one.code)
            for name in filter(None, (_key(one.name), _key(one.name_en))):
                yield name, spot
                yield code + name, spot
                yield name + code, spot
        for one in self.windows:  # a number wins over another window's name
            code = _key(one.code)
            for word in (code, f"{code}窗口", f"{code}号窗口", f"窗口{code}", f"window{code}"):
                yield word, Spot(window_id=one.id)

    def _location_words(self) -> Iterator[tuple[str, Spot]]:
        for one in reversed(self.locations):  # of two with one name the first one counts
            for name in filter(None, (one.name, one.name_en)):
                yield _key(name), Spot(location_id=one.id)


def _key(said: str) -> str:
    """A text as it is compared: small letters, no spaces."""
    return "".join(said.casefold().split())


def _is_inside(name: str, rest: str) -> bool:
    """Whether a number behind a name counts points in that place, not further such places."""
    return "\u4e00" <= name[-1] <= "\u9fff" and _POINT.match(rest) is not None


def _behind(said: str, name: str) -> str:
    """What a text says after a name, whose spaces may be written otherwise."""
    at, left = 0, len(name)
    while left:
        left -= len(said[at].casefold()) if not said[at].isspace() else 0
        at += 1
    return said[at:].strip(_EDGES)


def _number(code: str) -> str:
    return "".join(filter(str.isdecimal, code)).lstrip("0")
