"""How everybody stands in every course on a day: arrays, for thousands of people at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from drills.training.coverage import DAY, Need

SOON_DAYS: Final = 30
"""So long before its end a cover is shown as ending."""
_NEVER: Final = np.datetime64("1900-01-01", "D")
_EVER: Final = np.datetime64("9999-12-31", "D")
FOR_EVER: Final = int(_EVER.astype(np.int64))
Days = NDArray[np.datetime64]
Numbers = NDArray[np.int64]


class Light(IntEnum):
    """How somebody stands in a course; worse is greater."""

    NOT_NEEDED = 0
    COVERED = 1
    SOON = 2
    EXPIRED = 3
    LACKING = 4


_LIGHTS: Final = tuple(Light)


@dataclass(frozen=True, slots=True)
class Grid:
    """People by courses on a day. `last` is the newest pass, `until` the last day of the cover."""

    on: date
    user_ids: tuple[int, ...]
    course_ids: tuple[int, ...]
    lights: NDArray[np.int8]
    last: Days
    until: Days

    def covered_until(self, row: int, column: int) -> date | None:
        """The last day of the cover, where there is one that ends."""
        found: date = self.until[row, column].item()
        return found if _NEVER.item() < found < _EVER.item() else None

    def line(self, row: int) -> Iterator[tuple[Light, date | None, date | None]]:
        """How somebody stands in each course, with the day of the newest pass and of its end."""
        never, ever = _NEVER.item(), _EVER.item()
        figures = (one[row].tolist() for one in (self.lights, self.last, self.until))
        for light, last, until in zip(*figures, strict=True):
            passed_on = last if last > never else None
            yield _LIGHTS[light], passed_on, until if never < until < ever else None

    def needed(self) -> NDArray[np.bool_]:
        """Where somebody needs a course."""
        return np.asarray(self.lights != Light.NOT_NEEDED)

    def covered(self) -> NDArray[np.bool_]:
        """Where somebody needs a course and is covered."""
        return np.asarray((self.lights == Light.COVERED) | (self.lights == Light.SOON))

    def worst(self) -> NDArray[np.int8]:
        """The worst light of each person."""
        if not self.lights.size:
            return np.zeros(len(self.user_ids), dtype=np.int8)
        return np.asarray(self.lights.max(axis=1), dtype=np.int8)

    def counts(self) -> list[tuple[int, int]]:
        """For each course how many of those who need it are covered."""
        covered, needed = self.covered().sum(axis=0), self.needed().sum(axis=0)
        return [(int(a), int(b)) for a, b in zip(covered, needed, strict=True)]

    def part(self, rows: Sequence[int]) -> "Grid":
        """Some rows only, for looking at."""
        picked = list(rows)
        return replace(
            self,
            user_ids=tuple(self.user_ids[row] for row in picked),
            lights=self.lights[picked],
            last=self.last[picked],
            until=self.until[picked],
        )

    def people(self) -> tuple[int, int]:
        """How many lack nothing, of those who need anything."""
        needed = self.needed().any(axis=1)
        whole = needed & ~(self.lights >= Light.EXPIRED).any(axis=1)
        return int(whole.sum()), int(needed.sum())


def grid(
    on: date,
    needs: Sequence[tuple[int, Mapping[int, Need]]],
    course_ids: Sequence[int],
    passes: Numbers,
) -> Grid:
    """Everybody's needs in their order against passes: person, course, day, last day; a row each.

    Days are counted from 1970, a last day of `FOR_EVER` is none. People who need alike share one
    mapping, so that it is looked at once.
    """
    user_ids = np.array([user_id for user_id, _needs in needs], dtype=np.int64)
    columns = {course_id: column for column, course_id in enumerate(course_ids)}
    shape = (len(user_ids), len(columns))
    needed, since, months = _needs(needs, columns, shape)
    rows, cols, days, ends = _places(passes, user_ids, np.array(course_ids, dtype=np.int64))
    last = np.full(shape, _NEVER)
    until = np.full(shape, _NEVER)
    np.maximum.at(last, (rows, cols), days)
    fits = days >= since[rows, cols]
    rows, cols, days, ends = rows[fits], cols[fits], days[fits], ends[fits]
    ends = np.minimum(ends, _last_days(days, months[rows, cols]))
    valid = ends >= np.datetime64(on, "D")
    np.maximum.at(until, (rows[valid], cols[valid]), ends[valid])
    return Grid(
        on=on,
        user_ids=tuple(int(one) for one in user_ids),
        course_ids=tuple(course_ids),
        lights=_lights(np.datetime64(on, "D"), needed, last, until),
        last=last,
        until=until,
    )


def lacking_by(found: Grid, last: date) -> Iterator[tuple[int, int, date]]:
    """Who lacks which course on the day, or will up to a last day, and from when on."""
    bare = found.lights >= Light.EXPIRED
    ends = found.covered() & (found.until < np.datetime64(last, "D"))
    rows, columns = np.nonzero(bare | ends)
    days = np.where(bare, np.datetime64(found.on, "D"), found.until + np.timedelta64(1, "D"))
    for row, column, day in zip(
        rows.tolist(), columns.tolist(), days[rows, columns].tolist(), strict=True
    ):
        yield found.user_ids[row], found.course_ids[column], day


def cut_short(
    found: Grid, lacking_from: Mapping[int, Mapping[int, date]]
) -> dict[int, dict[int, date]]:
    """Let covers end where needs to come end them, and only there.

    By person and course from when on it will be lacking, of all whose needs change; gives back
    what is not needed yet.
    """
    rows = {user_id: row for row, user_id in enumerate(found.user_ids)}
    columns = {course_id: column for column, course_id in enumerate(found.course_ids)}
    rest: dict[int, dict[int, date]] = {}
    _outlived(found, lacking_from, rows)
    for user_id, lacks in lacking_from.items():
        for course_id, day in lacks.items():
            if day <= found.on:
                continue
            at = (rows.get(user_id, -1), columns.get(course_id, -1))
            if min(at) < 0 or found.lights[at] == Light.NOT_NEEDED:
                rest.setdefault(user_id, {})[course_id] = day
            elif found.lights[at] in (Light.COVERED, Light.SOON):
                found.lights[at] = Light.SOON
                found.until[at] = np.datetime64(day - DAY, "D")
    return rest


def _outlived(
    found: Grid, lacking_from: Mapping[int, Mapping[int, date]], rows: Mapping[int, int]
) -> None:
    """A cover that ends when it is needed no more is none that ends soon."""
    changed = [rows[user_id] for user_id in lacking_from if user_id in rows]
    for at, column in np.argwhere(found.lights[changed] == Light.SOON):
        row = changed[at]
        if found.course_ids[column] not in lacking_from[found.user_ids[row]]:
            found.lights[row, column] = Light.COVERED


def _lights(
    on: np.datetime64, needed: NDArray[np.bool_], last: Days, until: Days
) -> NDArray[np.int8]:
    found = np.where(last > _NEVER, Light.EXPIRED, Light.LACKING).astype(np.int8)
    found[until >= on] = Light.COVERED
    found[(until >= on) & (until < on + np.timedelta64(SOON_DAYS, "D"))] = Light.SOON
    found[~needed] = Light.NOT_NEEDED
    return found


def _needs(
    needs: Sequence[tuple[int, Mapping[int, Need]]],
    columns: Mapping[int, int],
    shape: tuple[int, int],
) -> tuple[NDArray[np.bool_], Days, Numbers]:
    """Where a course is needed, not older than when, and again every how many months."""
    needed = np.zeros(shape, dtype=bool)
    since = np.full(shape, _NEVER)
    months = np.zeros(shape, dtype=np.int64)
    alike: dict[int, tuple[Mapping[int, Need], list[int]]] = {}
    for row, (_user_id, wanted) in enumerate(needs):
        alike.setdefault(id(wanted), (wanted, []))[1].append(row)
    for wanted, rows in alike.values():
        for course_id, need in wanted.items():
            column = columns[course_id]
            needed[rows, column] = True
            since[rows, column] = _NEVER if need.since is None else np.datetime64(need.since, "D")
            months[rows, column] = need.months or 0
    return needed, since, months


def _places(
    passes: Numbers, user_ids: Numbers, course_ids: Numbers
) -> tuple[Numbers, Numbers, Days, Days]:
    """Row and column of every pass of these people in these courses, with its days."""
    if not (passes.size and user_ids.size and course_ids.size):
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing.astype("M8[D]"), nothing.astype("M8[D]")
    rows, known = _index(user_ids, passes[:, 0])
    cols, offered = _index(course_ids, passes[:, 1])
    kept = known & offered
    days, ends = passes[kept, 2].astype("M8[D]"), passes[kept, 3].astype("M8[D]")
    return rows[kept], cols[kept], days, ends


def _index(known: Numbers, wanted: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """Where each wanted number stands among the known ones, and whether it does."""
    order = np.argsort(known)
    at = np.minimum(np.searchsorted(known, wanted, sorter=order), len(known) - 1)
    places = order[at]
    return places, known[places] == wanted


def _last_days(days: Days, months: Numbers) -> Days:
    """The last days that passes cover, as `coverage.last_day` has it; without an interval ever."""
    begins = days.astype("M8[M]")
    number = (days - begins.astype("M8[D]")).astype(np.int64)
    then = begins + months.astype("m8[M]")
    longest = ((then + np.timedelta64(1, "M")).astype("M8[D]") - then.astype("M8[D]")).astype(
        np.int64
    ) - 1
    anniversary = then.astype("M8[D]") + np.minimum(number, longest).astype("m8[D]")
    return np.where(months > 0, anniversary - np.timedelta64(1, "D"), _EVER)
