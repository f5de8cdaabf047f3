"""Drills in a list: where each stands, what is to be done next, and what it came to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from drills.models import WAS_HELD, Attendance, Content, Drill, Form, Status
from drills.rhythm import State
from drills.service import problems, years
from drills.service.attending import Counts
from drills.service.next_steps import Known, Todo, next_of
from drills.service.problems import Followed
from drills.service.years import Standing, Year
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.i18n import _, bilingual
from safety_app.workplace import service as workplace

NOTHING_SHOWN: Final = Followed()
NOBODY: Final = Counts(0, 0, 0, 0)
ORDER: Final = {todo: place for place, todo in enumerate(Todo)}


@dataclass(frozen=True, slots=True)
class DrillRow:
    """One drill in a list."""

    id: int
    code: str
    title: str
    day: date
    status: Status
    place: str
    content: Content
    form: Form
    owner: str
    counts: Counts
    open_problems: int
    points: int | None
    points_of: int | None
    grade: str
    todo: Todo
    followed: Followed = NOTHING_SHOWN

    @property
    def percent(self) -> int | None:
        """What the evaluation came to, never rounded up."""
        if not self.points_of or self.points is None:
            return None
        return self.points * 100 // self.points_of


def rows(session: Session, site_id: int, found: Year, now: datetime) -> list[DrillRow]:
    """The drills of a hall as they stood at a moment, the latest first."""
    today = clock.local_day(now, workplace.site(session, site_id).timezone)
    drills = [one.drill for one in found.standings]
    ids = [drill.id for drill in drills]
    names = accounts.names(session, [drill.owner_id for drill in drills])
    windows = workplace.window_names(session, site_id)
    counts = counts_of(session, ids)
    held = [one.drill.id for one in found.standings if one.is_held]
    followed = problems.followed_at(session, site_id, held, years.just_after(now), today)
    still = {drill_id: one.open for drill_id, one in followed.items()}
    todos = todos_of(session, site_id, found, still, today)
    return [
        DrillRow(
            id=drill.id,
            code=drill.code,
            title=bilingual(drill.title, drill.title_en),
            day=years.day_of(one),
            status=one.status,
            place=place_text(drill, windows),
            content=Content(drill.content),
            form=Form(drill.form),
            owner=names.get(drill.owner_id, "–"),
            counts=_counts_then(one, counts.get(drill.id, NOBODY)),
            open_problems=still.get(drill.id, 0),
            points=drill.points if one.is_judged else None,
            points_of=drill.points_of if one.is_judged else None,
            grade=drill.grade if one.is_judged else "",
            followed=followed.get(drill.id, Followed()),
            todo=todos[drill.id],
        )
        for one, drill in zip(found.standings, drills, strict=True)
    ]


def _counts_then(one: Standing, counts: Counts) -> Counts:
    """Who was there; before a drill was held nobody was, whoever signed in since."""
    was_held_since = not one.is_held and one.drill.status in WAS_HELD
    return replace(counts, present=0, expected_present=0) if was_held_since else counts


def matching(found: Sequence[DrillRow], *, year: int | None, text: str) -> list[DrillRow]:
    """Those of a year, or of all, whose title, code or place holds the words."""
    wanted = text.strip().casefold()
    return [
        row
        for row in found
        if (year is None or row.day.year == year)
        and (not wanted or wanted in f"{row.code} {row.title} {row.place}".casefold())
    ]


def pressing(found: Sequence[DrillRow]) -> list[DrillRow]:
    """Drills with something to do, the most pressing first."""
    waiting = [row for row in found if row.todo not in (Todo.WAIT, Todo.NOTHING)]
    return sorted(waiting, key=lambda row: (ORDER[row.todo], row.day, row.code))


def todos_of(
    session: Session, site_id: int, found: Year, still: dict[int, int], today: date
) -> dict[int, Todo]:
    """The next step of each drill."""
    drills = [one.drill for one in found.standings]
    told = years.announced(session, [one.id for one in drills])
    near = {one.id for one in years.unannounced(session, site_id, drills, today)}
    owing = {duty.code for duty in found.duties if not duty.is_reported}
    return {
        one.drill.id: next_of(
            Known(
                status=one.status,
                planned_on=one.planned_on,
                is_told=one.drill.id in told,
                is_near=one.drill.id in near,
                is_debriefed=bool(one.drill.debrief.strip()),
                open_problems=still.get(one.drill.id, 0),
                owes_report=one.drill.code in owing,
            ),
            today,
        )
        for one in found.standings
    }


def counts_of(session: Session, drill_ids: Collection[int]) -> dict[int, Counts]:
    """Who was there, for many drills at once."""
    present = Attendance.is_present.is_(True)
    expected = Attendance.is_expected.is_(True)
    query = (
        select(
            Attendance.drill_id,
            func.count().filter(present),
            func.count().filter(expected),
            func.count().filter(expected & present),
            func.count().filter(Attendance.is_present.is_(None)),
        )
        .where(Attendance.drill_id.in_(drill_ids))
        .group_by(Attendance.drill_id)
    )
    return {row[0]: Counts(*row[1:]) for row in session.execute(query)}


def place_text(drill: Drill, windows: dict[int, str]) -> str:
    """Where a drill is: the whole hall, or a window."""
    if drill.window_id is None:
        return drill.place or _("Whole hall")
    return windows.get(drill.window_id, drill.place)


def now_year(session: Session, actor: Actor, now: datetime) -> Year:
    """The year that it is in the hall."""
    today = clock.local_day(now, actor.timezone)
    return years.year_of(session, actor.site_id, today.year, years.just_after(now))


def counted(found: Year) -> tuple[int, int]:
    """How many duties of a year are met, of how many whose time has come or that are met."""
    done = sum(duty.state is State.DONE for duty in found.duties)
    return done, len(found.duties)
