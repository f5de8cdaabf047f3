"""Courses and who needs them: shipped, changed by the hall, its own."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from drills.training import shipped
from drills.training.models import Course, Requirement
from drills.training.service.beginnings import earliest_new
from drills.training.shipped import ShippedCourse
from safety_app.core import clock
from safety_app.core.errors import NotFound
from safety_app.workplace import service as workplace


def follow(session: Session, site_id: int, now: datetime) -> None:
    """Bring a hall's courses up to what is shipped; what the hall has changed stays."""
    known = {course.code: course for course in _all(session, site_id)}
    rules = set(session.scalars(select(Requirement.code).where(Requirement.site_id == site_id)))
    today = clock.local_day(now, workplace.site(session, site_id).timezone)
    for one in shipped.courses():
        course = known.get(one.code)
        if course is None:
            course = _add(session, site_id, one, now)
        elif not course.is_own:
            _refresh(course, one)
        for rule in one.requirements:
            if rule.code not in rules:
                begins = None
                if known:
                    begins = earliest_new(session, site_id, today) if rule.gates else today
                _require(session, course, rule, begins, now)
    session.flush()


def list_courses(session: Session, site_id: int, *, active: bool = True) -> list[Course]:
    """The courses of a hall, shipped ones first, in the order of the file."""
    order = {one.code: number for number, one in enumerate(shipped.courses())}
    found = (course for course in _all(session, site_id) if course.is_active or not active)
    return sorted(found, key=lambda one: (order.get(one.code, len(order)), one.code))


def get_course(session: Session, site_id: int, course_id: int) -> Course:
    """One course of a hall."""
    course = session.get(Course, course_id)
    if course is None or course.site_id != site_id:
        raise NotFound()
    return course


def requirements_of(
    session: Session, site_id: int, on: date, *, ahead: bool = False
) -> Mapping[int, list[Requirement]]:
    """The requirements in force on a day, by course; with `ahead` those to come too."""
    query = select(Requirement).where(
        Requirement.site_id == site_id,
        or_(Requirement.last.is_(None), Requirement.last >= on),
    )
    if not ahead:
        query = query.where(or_(Requirement.first.is_(None), Requirement.first <= on))
    found: dict[int, list[Requirement]] = {}
    for row in session.scalars(query.order_by(Requirement.id)):
        found.setdefault(row.course_id, []).append(row)
    return found


def in_force(session: Session, course_id: int, on: date) -> list[Requirement]:
    """The requirements of a course that hold on a day or are told for later."""
    query = select(Requirement).where(
        Requirement.course_id == course_id,
        or_(Requirement.last.is_(None), Requirement.last >= on),
    )
    return list(session.scalars(query))


def _all(session: Session, site_id: int) -> Iterable[Course]:
    return session.scalars(select(Course).where(Course.site_id == site_id)).all()


def _add(session: Session, site_id: int, one: ShippedCourse, now: datetime) -> Course:
    course = Course(site_id=site_id, code=one.code, changed=[], changed_at=now, **one.facts())
    session.add(course)
    session.flush()
    return course


def _refresh(course: Course, one: ShippedCourse) -> None:
    for name, value in one.facts().items():
        if name not in course.changed and getattr(course, name) != value:
            setattr(course, name, value)


def _require(
    session: Session,
    course: Course,
    rule: shipped.ShippedRequirement,
    begins: date | None,
    now: datetime,
) -> None:
    session.add(
        Requirement(
            site_id=course.site_id,
            course_id=course.id,
            code=rule.code,
            who=rule.who,
            who_value=rule.who_value,
            occasion=rule.occasion,
            interval_months=rule.interval_months,
            public_months=rule.public_months,
            gates=rule.gates,
            first=begins,
            rule=rule.rule,
            rule_en=rule.rule_en,
            mark=rule.mark,
            changed_at=now,
        )
    )
