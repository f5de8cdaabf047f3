"""Five thousand people who each need twelve trainings: the matrix, its page, the gate."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from drills.training.models import (
    Course,
    CourseKind,
    GatePeriod,
    Occasion,
    Requirement,
    Result,
    Source,
    Who,
)
from drills.training.service import courses, gating, matrix
from safety_app.accounts.models import Membership, User
from safety_app.accounts.service.sessions import open_session
from safety_app.core import clock, db
from safety_app.core.access import Role
from safety_app.features import features
from tests.bench import pages, processes
from tests.bench.hall import Hall, adopt
from tests.bench.pages import PageFailed, Visit, beside_empty
from tests.bench.table import Line, in_turn
from tests.cast import Cast, build

PEOPLE, COURSES = 5_000, 12
MATRIX_MS, PAGE_MS, GATE_MS = 300.0, 40.0, 40.0
ZONE = "Asia/Shanghai"
YEAR = 12
BACK = (0, 370)
"""Days between the results of a person in a course: so many records each."""


def measure(
    folder: Path, rounds: int, reruns: int, people: int = PEOPLE, count: int = COURSES
) -> Iterator[Line]:
    """Everything by itself, and the page beside the empty one."""
    hall, cast, somebody = furnish(folder, people, count)
    today = clock.local_day(clock.now(), ZONE)

    def drawn(session: Session) -> object:
        stands = matrix.standing(session, cast.site_id, today)
        return matrix.matrix(stands, cast.officer, matrix.Filters())

    yield Line(
        f"The matrix, {people:,} people × {count}, on a date: CPU",
        _cpu_ms(rounds, drawn),
        None,
        MATRIX_MS,
    )
    yield Line(
        f"The gate asked about one of {people:,}: CPU",
        _cpu_ms(rounds, lambda one: gating.gate(one, cast.site_id, today, today, [somebody])),
        None,
        GATE_MS,
    )
    yield from _page(hall, rounds, reruns, people)


def furnish(folder: Path, people: int, count: int) -> tuple[Hall, Cast, int]:
    """A hall full of staff, of whom some are not covered in every course; the gate is on."""
    adopt(folder)
    now = clock.now()
    with db.transaction() as session:
        cast = build(session)
        for feature in features():
            if feature.prepare:
                feature.prepare(session, now)
        everybody = _staff(session, cast, people, now)
        for row in courses.list_courses(session, cast.site_id):
            row.is_active = False
        for number in range(count):
            _course(session, cast.site_id, number, everybody, now)
        session.add(
            GatePeriod(
                site_id=cast.site_id,
                starts_on=clock.local_day(now, ZONE) - timedelta(days=200),
                grace_days=90,
                set_at=now - timedelta(days=300),
            )
        )
        officer = session.get_one(User, cast.officer.user_id)
        signed_in = open_session(session, officer, device_id=None, now=now)
    return Hall(folder, signed_in, ()), cast, everybody[0]


def _staff(session: Session, cast: Cast, count: int, now: datetime) -> list[int]:
    made = {"site_id": cast.site_id, "name_en": "", "post": "", "is_active": True}
    rows = [
        made
        | {
            "login": f"u{number}", "name": f"张{number}", "joined_on": date(2020, 1, 1),
            "created_at": now - timedelta(days=1000),
        }
        for number in range(count)
    ]  # fmt: skip
    session.execute(insert(User), rows)
    found = list(session.scalars(select(User.id).where(User.created_at < now - timedelta(999))))
    windows = (cast.a01, cast.a02, cast.a03)
    session.execute(
        insert(Membership),
        [
            {"site_id": cast.site_id, "user_id": one, "role": Role.STAFF,
             "window_id": windows[at % len(windows)]}
            for at, one in enumerate(found)
        ],
    )  # fmt: skip
    return found


def _course(
    session: Session, site_id: int, number: int, everybody: list[int], now: datetime
) -> None:
    """Every second one has to be repeated each year; ages of results run over thirteen months."""
    course = Course(
        site_id=site_id, code=f"B{number}", name=f"课程{number}",
        kind=CourseKind.SPECIAL, changed=[], changed_at=now, is_own=True,
    )  # fmt: skip
    session.add(course)
    session.flush()
    session.add(
        Requirement(
            site_id=site_id, course_id=course.id, code=f"B{number}/all", who=Who.EVERYBODY,
            occasion=Occasion.PERIODIC if number % 2 else Occasion.NEW,
            interval_months=YEAR if number % 2 else None, changed_at=now,
        )
    )  # fmt: skip
    today = clock.local_day(now, ZONE)
    session.execute(
        insert(Result),
        [
            {
                "site_id": site_id, "user_id": one, "course_id": course.id,
                "on_date": today - timedelta(days=(at * 7 + number * 13) % 380 + back),
                "passed": True, "counts": True, "source": Source.IMPORTED,
                "source_key": f"bench:{one}:{number}:{back}", "recorded_at": now,
            }
            for at, one in enumerate(everybody)
            for back in BACK
        ],
    )  # fmt: skip


def _cpu_ms(rounds: int, work: Callable[[Session], object]) -> float:
    """The processor time of one call, in a session of its own that has seen nothing yet."""

    def once() -> float:
        with db.reading() as session:
            session.connection()
            began = time.process_time()
            work(session)
            return (time.process_time() - began) * 1000

    once()
    return statistics.median(once() for _ in range(rounds))


def _page(hall: Hall, rounds: int, reruns: int, people: int) -> Iterator[Line]:
    """One page of it, with the whole of it kept for a moment."""
    with ExitStack() as stack:
        ours = stack.enter_context(processes.application(hall.data))
        floor = stack.enter_context(pages.empty(hall))
        ours.settle()
        floor.settle()
        nothing = stack.enter_context(Visit(floor, hall.officer.token, ""))
        nothing.rerun(3)
        page = stack.enter_context(Visit(ours, hall.officer.token, "training-matrix"))
        page.rerun(3)
        if page.deltas <= nothing.deltas:
            raise PageFailed("the matrix shows nothing")
        paired = in_turn(rounds, partial(page.rerun, reruns), partial(nothing.rerun, reruns))
        yield beside_empty(paired, f"A page of the matrix of {people:,}: server CPU", PAGE_MS)
