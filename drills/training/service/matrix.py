"""People by courses on a day: who is covered, whose cover ends, who lacks what."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, Integer, String, cast, func, literal, select
from sqlalchemy.orm import Session

from drills.training.ahead import here_on, look_ahead
from drills.training.coverage import DAY
from drills.training.grid import FOR_EVER, Grid, Light, Numbers, grid
from drills.training.models import Course, Result
from drills.training.needs import Rules
from drills.training.permissions import Permission
from drills.training.service.access import covers
from drills.training.service.courses import list_courses
from drills.training.service.people import People, people
from drills.training.service.proofs import MANY, stands
from drills.training.service.rules import rules as rules_of
from safety_app.accounts.service import Staffed
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.i18n import _, day_text
from safety_app.core.text import plain
from safety_app.workplace import service as workplace

PAGE_SIZE: Final = 30
SEARCH_LIMIT: Final = 60
_DAYS: Final = 100_000
"""More days than there are until the year 2243."""
_ENDLESS: Final = _DAYS - 1


@dataclass(frozen=True, slots=True)
class Standing:
    """Everybody who belongs to the hall on a day, against every course that anybody needs.

    `coming` is what people do not need yet and will lack once they do, with the day; of who is yet
    to come too.
    """

    grid: Grid
    people: People
    courses: tuple[Course, ...]
    coming: Mapping[int, Sequence[tuple[Course, date]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cell:
    """How one person stands in one course; one not needed yet ends soon, with the day before."""

    course_id: int
    light: Light
    last_on: date | None
    until: date | None
    needed_from: date | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person's line of the matrix; `coming` is what will be needed and lacking."""

    person: Staffed
    cells: tuple[Cell, ...]
    coming: tuple[Cell, ...] = ()

    @property
    def worst(self) -> Light:
        """The worst of the cells."""
        return max((cell.light for cell in self.cells), default=Light.NOT_NEEDED)

    @property
    def pressing(self) -> list[Cell]:
        """What is lacking or will be within a month, the worst first."""
        found = (cell for cell in (*self.cells, *self.coming) if cell.light >= Light.SOON)
        return sorted(found, key=lambda cell: -cell.light)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many are covered, of those who need it: of all courses and of each."""

    whole: int
    of: int
    courses: tuple[tuple[Course, int, int], ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A page of the matrix; `total` counts the people that the filters found."""

    on: date
    courses: tuple[Course, ...]
    rows: tuple[PersonRow, ...]
    total: int
    coverage: Coverage
    coming: tuple[Course, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """Whom to show: of a window, whose name or staff number holds a text, who lacks something."""

    window_id: int | None = None
    text: str = ""
    only_lacking: bool = False
    page: int = 0
    size: int | None = PAGE_SIZE


def standing(
    session: Session,
    site_id: int,
    on: date,
    user_ids: Collection[int] | None = None,
    *,
    known_at: datetime | None = None,
) -> Standing:
    """How people stand on a day, from what was recorded; as known at a moment, if one is given."""
    rules = rules_of(session, site_id)
    everybody = people(session, site_id, on, user_ids)
    workers = everybody.workers.values()
    here = here_on(rules, workers, on)
    needed = {course_id for _user, needs in here for course_id in needs}
    every = list_courses(session, site_id, active=False)
    courses = tuple(one for one in every if one.id in needed)
    passes = _passes(session, site_id, on, rules, user_ids, known_at)
    stands = grid(on, here, [one.id for one in courses], passes)
    # Of days gone by it is not asked: what was to come then may have been changed since.
    is_past = on < clock.local_day(clock.now(), workplace.site(session, site_id).timezone)
    coming = {} if is_past else look_ahead(stands, rules, workers, passes)
    named = {one.id: one for one in every}
    return Standing(
        stands,
        everybody,
        courses,
        {
            user_id: [(named[course_id], day) for course_id, day in days.items()]
            for user_id, days in coming.items()
        },
    )


def matrix(found: Standing, actor: Actor, filters: Filters) -> Matrix:
    """A page of the people the actor may see, the worst first, with the coverage of them all."""
    on = found.grid.on
    visible = _visible(actor, found)
    rows: list[int | PersonRow] = [
        *_chosen(found, visible, filters, on),
        *_chosen_to_come(found, actor, filters),
    ]
    first = filters.page * filters.size if filters.size else 0
    shown = rows[first : first + filters.size] if filters.size else rows
    return Matrix(
        on=on,
        courses=found.courses,
        rows=tuple(row if isinstance(row, PersonRow) else row_at(found, row) for row in shown),
        total=len(rows),
        coverage=coverage_of(found, _in_window(found, visible, filters.window_id, on)),
        coming=tuple({one for days in found.coming.values() for one, _day in days}),
    )


def coverage_of(found: Standing, rows: Sequence[int] | None = None) -> Coverage:
    """How many of some rows, or of all, are covered."""
    part = found.grid if rows is None else found.grid.part(rows)
    whole, of = part.people()
    counts = zip(found.courses, part.counts(), strict=True)
    return Coverage(whole, of, tuple((course, *count) for course, count in counts if count[1]))


def row_of(found: Standing, user_id: int) -> PersonRow | None:
    """One person's line, if they belong to the hall on the day or come and will lack something."""
    ids = found.grid.user_ids
    if user_id in ids:
        return row_at(found, ids.index(user_id))
    if user_id not in found.coming:
        return None
    nothing = tuple(Cell(one.id, Light.NOT_NEEDED, None, None) for one in found.courses)
    return PersonRow(found.people.staff[user_id], nothing, _coming(found, user_id))


def yet_to_come(found: Standing) -> list[int]:
    """Who does not belong to the hall yet and will lack something on the first day."""
    here = set(found.grid.user_ids)
    return [user_id for user_id in found.coming if user_id not in here]


def _passes(
    session: Session,
    site_id: int,
    on: date,
    rules: Rules,
    user_ids: Collection[int] | None,
    known_at: datetime | None,
) -> Numbers:
    """Of passes without an own end the newest of each person and course, of others every one."""
    where = [
        Result.site_id == site_id,
        Result.course_id.in_(rules.courses),
        Result.on_date <= on,
        stands(known_at),
    ]
    if user_ids is not None and len(user_ids) <= MANY:
        where.append(Result.user_id.in_(user_ids))
    newest = (
        select(Result.course_id, Result.user_id, func.max(Result.on_date).label("on_date"))
        .where(*where, Result.valid_until.is_(None))
        .group_by(Result.course_id, Result.user_id)
        .subquery()
    )
    number = _day_number(session)
    endless = _packed(newest.c.user_id, number(newest.c.on_date), literal(_ENDLESS))
    ending = _packed(Result.user_id, number(Result.on_date), number(Result.valid_until))
    return _unpacked(
        [
            *session.execute(select(newest.c.course_id, endless).group_by(newest.c.course_id)),
            *session.execute(
                select(Result.course_id, ending)
                .where(*where, Result.valid_until.is_not(None))
                .group_by(Result.course_id)
            ),
        ]
    )


def _packed(user_id: Any, on: ColumnElement[int], until: ColumnElement[int]) -> ColumnElement[str]:
    """All passes of a course in one text, a number each: a text is read faster than many rows."""
    number = (cast(user_id, BigInteger) * _DAYS + on) * _DAYS + until
    return func.aggregate_strings(cast(number, String), ",")


def _unpacked(texts: Iterable[Sequence[Any]]) -> Numbers:
    parts = []
    for course_id, text in texts:
        numbers = np.array(text.split(","), dtype=np.int64)
        rest, until = np.divmod(numbers, _DAYS)
        user_ids, on = np.divmod(rest, _DAYS)
        until[until == _ENDLESS] = FOR_EVER
        parts.append(np.stack([user_ids, np.full(len(on), course_id), on, until], axis=1))
    return np.concatenate(parts) if parts else np.zeros((0, 4), dtype=np.int64)


def _day_number(session: Session) -> Callable[[Any], ColumnElement[int]]:
    """Days since 1970 in the words of this database."""
    if session.get_bind().dialect.name == "sqlite":
        return lambda day: cast(func.julianday(day) - 2440587.5, Integer)
    return lambda day: cast(func.extract("epoch", day) / 86400, Integer)


def _visible(actor: Actor, found: Standing) -> list[int]:
    """The rows whom the actor may see, who need anything."""
    reach = actor.reach(Permission.VIEW)
    worst = found.grid.worst()
    staff = found.people.staff
    return [
        row
        for row, user_id in enumerate(found.grid.user_ids)
        if (worst[row] or user_id in found.coming)
        and (covers(reach, staff[user_id]) or user_id == actor.user_id)
    ]


def _chosen(found: Standing, visible: Sequence[int], filters: Filters, on: date) -> list[int]:
    worst = found.grid.worst()
    rows = _in_window(found, visible, filters.window_id, on)
    text = plain(filters.text)[:SEARCH_LIMIT].casefold()
    if text:
        rows = [row for row in rows if _fits(found.people.staff[found.grid.user_ids[row]], text)]
    if filters.only_lacking:
        coming = found.coming
        rows = [
            row for row in rows
            if worst[row] >= Light.SOON or found.grid.user_ids[row] in coming
        ]  # fmt: skip
    return sorted(rows, key=lambda row: -int(worst[row]))


def _chosen_to_come(found: Standing, actor: Actor, filters: Filters) -> list[PersonRow]:
    """Who belongs to the hall only later stands among those to be trained, and nowhere else."""
    if not filters.only_lacking:
        return []
    reach = actor.reach(Permission.VIEW)
    text = plain(filters.text)[:SEARCH_LIMIT].casefold()
    return [
        row
        for user_id in yet_to_come(found)
        if (row := row_of(found, user_id)) is not None
        and covers(reach, row.person)
        and (filters.window_id is None or filters.window_id in row.person.window_ids)
        and _fits(row.person, text)
    ]


def _fits(one: Staffed, text: str) -> bool:
    return any(text in value.casefold() for value in (one.name, one.name_en, one.staff_no))


def _in_window(found: Standing, rows: Sequence[int], window_id: int | None, on: date) -> list[int]:
    if window_id is None:
        return list(rows)
    chosen = []
    for row in rows:
        stay = found.people.workers[found.grid.user_ids[row]].stay(on)
        if stay is not None and window_id in stay.windows:
            chosen.append(row)
    return chosen


def row_at(found: Standing, row: int) -> PersonRow:
    """The line at a place of the grid."""
    user_id = found.grid.user_ids[row]
    return PersonRow(
        person=found.people.staff[user_id],
        cells=tuple(
            Cell(course.id, light, last_on, until)
            for course, (light, last_on, until) in zip(
                found.courses, found.grid.line(row), strict=True
            )
        ),
        coming=_coming(found, user_id),
    )


def _coming(found: Standing, user_id: int) -> tuple[Cell, ...]:
    return tuple(
        Cell(course.id, Light.SOON, None, day - DAY, needed_from=day)
        for course, day in found.coming.get(user_id, ())
    )


def kept_since(session: Session, site_id: int, day: date) -> str:
    """What is not known of a day before the records begin; of others nothing."""
    since = workplace.records_since(session, site_id)
    if day >= since:
        return ""
    return _("Records begin on {day}; of days before it only what was filed since is known.",
             day=day_text(since, year=True))  # fmt: skip
