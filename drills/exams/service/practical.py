"""Practical tests: shown to an assessor, judged point by point, signed, never by the candidate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.exams import flows
from drills.exams.errors import (
    DayOutside,
    EssentialNotShown,
    HoursMissing,
    NoteMissing,
    OwnAssessor,
    PointsNotMarked,
)
from drills.exams.models import PracticalTest
from drills.exams.permissions import Permission
from drills.exams.practicals import Point, PracticalList, lists
from drills.exams.service import numbering
from drills.exams.service.results import visible
from drills.exams.service.retaking import hours_missing
from drills.training import service as training
from drills.training.service import Course
from safety_app.accounts import service as accounts
from safety_app.accounts.service import Signature
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.i18n import N_, _, bilingual, day_text
from safety_app.core.text import clean

SHOWN, NOT_SHOWN = "P", "F"
LOOK_BACK: Final = timedelta(days=7)
"""A test is signed when it was held; a week covers the tablet that had no network."""
NOTE_LIMIT: Final = 500
WHO_ASSESSES: Final = N_("A window lead, the safety officer or a manager")


@dataclass(frozen=True, slots=True)
class PracticalRow:
    """One test in a list."""

    id: int
    number: str
    title: str
    course: str
    user_id: int
    person: str
    assessor: str
    held_on: date
    shown: int
    total: int
    passed: bool
    note: str
    signature: str
    points: tuple[tuple[str, bool, bool], ...]
    """Each point in words, whether it must be shown, and whether it was."""


def may_assess(session: Session, actor: Actor, user_id: int) -> bool:
    """Whether this person may test that one: of the own windows, or of the hall."""
    reach = actor.reach(Permission.ASSESS)
    if reach.site or not reach.windows:
        return reach.site
    person = accounts.get_person(session, actor.site_id, user_id)
    return bool(person.window_ids & reach.windows)


def candidates(session: Session, actor: Actor) -> list[accounts.Person]:
    """Whom this person may test, by name; never oneself."""
    reach = actor.reach(Permission.ASSESS)
    people = accounts.list_people(session, actor.site_id)
    return [
        one
        for one in people
        if one.id != actor.user_id and (reach.site or one.window_ids & reach.windows)
    ]


def get_list(code: str) -> PracticalList:
    """A list by its code."""
    found = lists().get(code)
    if found is None:
        raise NotFound()
    return found


def record_test(
    session: Session,
    actor: Actor,
    *,
    list_code: str,
    course_id: int,
    user_id: int,
    on: date,
    marks: Sequence[bool | None],
    passed: bool,
    note: str = "",
    signature: Signature,
    now: datetime,
) -> PracticalTest:
    """Record what was shown, signed by the assessor, who is the actor."""
    if not actor.may_somewhere(Permission.ASSESS) or not may_assess(session, actor, user_id):
        raise NotAllowed(who=WHO_ASSESSES)
    journal.lock(session)
    chosen = get_list(list_code)
    course = training.get_course(session, actor.site_id, course_id)
    person = accounts.get_person(session, actor.site_id, user_id)
    if user_id == actor.user_id:
        raise OwnAssessor(name=person.display_name)
    today = clock.local_day(now, actor.timezone)
    if not today - LOOK_BACK <= on <= today:
        raise DayOutside(day=day_text(on, weekday=False, year=True))
    note = clean(note, field=N_("Note"), limit=NOTE_LIMIT, lines=True)
    _check_marks(chosen, marks, passed=passed, note=note)
    missing = missing_before(session, course, user_id, on)
    if passed and missing:
        raise missing
    test = PracticalTest(
        site_id=actor.site_id,
        number=numbering.next_numbers(session, actor.site_id, numbering.PRACTICAL, on.year)[0],
        list_code=chosen.code,
        course_id=course_id,
        user_id=user_id,
        assessor_id=actor.user_id,
        held_on=on,
        points=chosen.kept(),
        marks="".join(SHOWN if one else NOT_SHOWN for one in marks),
        passed=passed,
        note=note,
        signature=accounts.keep_signature(session, actor.user_id, signature),
        recorded_at=now,
    )
    session.add(test)
    session.flush()
    facts = {
        "number": test.number, "list": test.list_code, "user": user_id, "marks": test.marks,
        "passed": passed, "signature": test.signature,
    }  # fmt: skip
    journal.write(
        session, actor, "exams.record_practical", "practical_test", test.id, now=now, facts=facts
    )
    flows.record_practical(session, actor, test, now=now)
    return test


def missing_before(session: Session, course: Course, user_id: int, on: date) -> HoursMissing | None:
    """The hours that somebody lacks to pass a course that ends with a practical test."""
    return hours_missing(session, course, user_id, on) if course.needs_practical else None


def _check_marks(
    chosen: PracticalList, marks: Sequence[bool | None], *, passed: bool, note: str
) -> None:
    """Every point judged, the essential ones shown by whoever passes, a fail explained."""
    given = [*marks, *[None] * (len(chosen.points) - len(marks))]
    missing = [str(at) for at, one in enumerate(given, start=1) if one is None]
    if missing or len(given) > len(chosen.points):
        raise PointsNotMarked(numbers=_(", ").join(missing) or "–")
    lacking = [
        point.words
        for point, one in zip(chosen.points, given, strict=True)
        if point.must and not one
    ]
    if passed and lacking:
        raise EssentialNotShown(points=_(", ").join(lacking))
    if not passed and not note:
        raise NoteMissing()


def list_tests(
    session: Session,
    actor: Actor,
    *,
    first: date | None = None,
    last: date | None = None,
    most: int = 200,
) -> list[PracticalRow]:
    """Tests of those whose results one may see, and the own, the newest first."""
    query = select(PracticalTest).where(PracticalTest.site_id == actor.site_id)
    if first:
        query = query.where(PracticalTest.held_on >= first)
    if last:
        query = query.where(PracticalTest.held_on <= last)
    seen = visible(session, actor)
    if seen is not None:
        query = query.where(PracticalTest.user_id.in_(seen | {actor.user_id}))
    ordered = query.order_by(PracticalTest.held_on.desc(), PracticalTest.id.desc())
    return rows_of(session, session.scalars(ordered.limit(most)).all())


def tests_between(session: Session, site_id: int, first: date, last: date) -> list[PracticalRow]:
    """All tests of a time, in the order in which they were held; for papers."""
    query = select(PracticalTest).where(
        PracticalTest.site_id == site_id, PracticalTest.held_on.between(first, last)
    )
    ordered = query.order_by(PracticalTest.held_on, PracticalTest.id)
    return rows_of(session, session.scalars(ordered).all())


def get_test(session: Session, actor: Actor, test_id: int) -> PracticalRow:
    """One test, of somebody whose results one may see, or one's own."""
    test = session.get(PracticalTest, test_id)
    if test is None or test.site_id != actor.site_id:
        raise NotFound()
    seen = visible(session, actor)
    if seen is not None and test.user_id not in seen | {actor.user_id}:
        raise NotAllowed()
    return rows_of(session, [test])[0]


def rows_of(session: Session, tests: Sequence[PracticalTest]) -> list[PracticalRow]:
    """Tests as lists and papers show them."""
    people = {one.user_id for one in tests} | {one.assessor_id for one in tests}
    names = accounts.names(session, people)
    sites = {one.site_id for one in tests}
    courses = {
        one.id: bilingual(one.name, one.name_en)
        for site_id in sites
        for one in training.list_courses(session, site_id, active=False)
    }
    return [_row(one, names, courses) for one in tests]


def _row(one: PracticalTest, names: Mapping[int, str], courses: Mapping[int, str]) -> PracticalRow:
    known = lists().get(one.list_code)
    points = tuple(
        (Point(**point).words, bool(point["must"]), mark == SHOWN)
        for point, mark in zip(one.points, one.marks, strict=True)
    )
    return PracticalRow(
        id=one.id,
        number=one.number,
        title=known.title if known else one.list_code,
        course=courses.get(one.course_id, ""),
        user_id=one.user_id,
        person=names.get(one.user_id, ""),
        assessor=names.get(one.assessor_id, ""),
        held_on=one.held_on,
        shown=one.marks.count(SHOWN),
        total=len(one.marks),
        passed=one.passed,
        note=one.note,
        signature=one.signature,
        points=points,
    )
