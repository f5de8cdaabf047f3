"""Changing courses and who needs them; what held before a change goes on holding for then."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import count
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.training.asking import is_the_same
from drills.training.coverage import DAY
from drills.training.errors import (
    CodeTaken,
    CourseIsRequired,
    IntervalMissing,
    NobodyMeant,
    NumberNotPossible,
    RequirementDoubled,
    RequirementTooSoon,
)
from drills.training.models import Course, CourseKind, Occasion, Requirement, Who
from drills.training.permissions import Permission
from drills.training.service.beginnings import before, earliest, is_held, usual, will_lack
from drills.training.service.courses import get_course, in_force
from drills.training.service.easing import (
    COURSE,
    EASED,
    ENDED,
    REQUIREMENT,
    is_course_eased,
    is_eased,
    note,
    require_gate,
)
from drills.training.service.gating import periods_of
from drills.training.service.results import MOST_HOURS
from safety_app.core import clock, journal
from safety_app.core.access import Actor, Role
from safety_app.core.errors import NotFound
from safety_app.core.horizon import require_near
from safety_app.core.i18n import N_, bilingual, day_text
from safety_app.core.text import clean, plain
from safety_app.workplace import service as workplace

WHO_KEEPS: Final = N_("The safety officer, a manager or the administrator")
MOST_MONTHS: Final = 120
_NAMED: Final = frozenset({Who.ROLE, Who.POST, Who.APPOINTED})


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """What a hall says of a course."""

    name: str
    kind: CourseKind
    name_en: str = ""
    hours: float = 0
    validity_months: int | None = None
    needs_exam: bool = False
    needs_practical: bool = False
    pass_mark: int = 80


@dataclass(frozen=True, slots=True)
class RequirementFacts:
    """Whom a course binds and when."""

    who: Who
    occasion: Occasion
    who_value: str = ""
    interval_months: int | None = None
    public_months: int | None = None
    gates: bool = True
    joined_from: date | None = None
    rule: str = ""


def add_course(
    session: Session, actor: Actor, code: str, facts: CourseFacts, *, now: datetime
) -> Course:
    """Add a course of the hall's own."""
    _begin(session, actor)
    word = clean(code, field=N_("Code"), limit=32, required=True).upper()
    known = select(Course.id).where(Course.site_id == actor.site_id, Course.code == word)
    if session.scalar(known) is not None:
        raise CodeTaken(code=word)
    course = Course(
        site_id=actor.site_id, code=word, is_own=True, changed=[], changed_by=actor.user_id,
        changed_at=now, **_columns(facts),
    )  # fmt: skip
    session.add(course)
    session.flush()
    _note(session, actor, "training.add_course", "training_course", course.id, now, facts)
    return course


def change_course(
    session: Session, actor: Actor, course_id: int, facts: CourseFacts, *, now: datetime
) -> Course:
    """Change a course; what differs from what is shipped outlasts updates."""
    _begin(session, actor)
    course = get_course(session, actor.site_id, course_id)
    today = clock.local_day(now, actor.timezone)
    wanted = _columns(facts)
    eases = is_course_eased(course, wanted, in_force(session, course.id, today))
    eases = require_gate(session, actor, today, eases=eases)
    changed = set(course.changed)
    for name, value in wanted.items():
        if getattr(course, name) != value:
            setattr(course, name, value)
            changed.add(name)
    course.changed = sorted(changed)
    course.changed_by, course.changed_at = actor.user_id, now
    session.flush()
    _note(session, actor, "training.change_course", COURSE, course.id, now, facts)
    if eases:
        note(session, actor, EASED, COURSE, course.id, now)
    return course


def offer_course(
    session: Session,
    actor: Actor,
    course_id: int,
    *,
    is_active: bool,
    ends_requirements: bool = False,
    now: datetime,
) -> Course:
    """Offer a course again, or not any more; then nobody is required to have it either."""
    _begin(session, actor)
    course = get_course(session, actor.site_id, course_id)
    today = clock.local_day(now, actor.timezone)
    bound = [] if is_active else in_force(session, course.id, today)
    if bound and not ends_requirements:
        raise CourseIsRequired(course=bilingual(course.name, course.name_en), n=len(bound))
    _end_now(session, actor, bound, today, now)
    course.is_active = is_active
    course.changed_by, course.changed_at = actor.user_id, now
    session.flush()
    told = {"is_active": is_active, "ended": [row.code for row in bound]}
    journal.write(
        session, actor, "training.offer_course", "training_course", course.id, now=now, facts=told
    )
    return course


def add_requirement(
    session: Session,
    actor: Actor,
    course_id: int,
    facts: RequirementFacts,
    *,
    first: date | None = None,
    now: datetime,
) -> Requirement:
    """These people need a course from a day on, by default the earliest that is possible."""
    _begin(session, actor)
    course = get_course(session, actor.site_id, course_id)
    _check(facts)
    today = clock.local_day(now, actor.timezone)
    others = in_force(session, course.id, today)
    if any(is_the_same(row, facts) for row in others):
        raise RequirementDoubled()
    columns = _rule_columns(facts)
    parts = (course.code, facts.occasion, facts.who, columns["who_value"])
    row = Requirement(
        site_id=actor.site_id, course_id=course.id,
        code=_free("/".join(filter(None, parts))[:60], {one.code for one in others}),
        first=_first_day(session, actor, facts, None, first, today), is_own=True,
        changed_by=actor.user_id, changed_at=now, **columns,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note_requirement(session, actor, "training.add_requirement", row, now, facts)
    return row


def change_requirement(
    session: Session,
    actor: Actor,
    requirement_id: int,
    facts: RequirementFacts,
    *,
    first: date | None = None,
    now: datetime,
) -> Requirement:
    """It holds as given from a day on, by default the earliest; until then it goes on as it is.

    One that is still to come is replaced.
    """
    _begin(session, actor)
    row = _get(session, actor, requirement_id)
    _check(facts)
    today = clock.local_day(now, actor.timezone)
    begins = _first_day(session, actor, facts, row, first, today)
    eases = is_eased(session, row, facts, begins, today)
    eases = require_gate(session, actor, today, eases=eases)
    if row.first is not None and (row.first > today or row.first == begins):
        held = before(session, row) if row.first > today else None
        if held is not None:
            _end(held, actor, begins - DAY, now)
        for name, value in _rule_columns(facts).items():
            setattr(row, name, value)
        row.first, row.changed_by, row.changed_at = begins, actor.user_id, now
        fresh = row
    else:
        _end(row, actor, begins - DAY, now)
        fresh = Requirement(
            site_id=row.site_id, course_id=row.course_id, code=row.code, first=begins,
            is_own=True, changed_by=actor.user_id, changed_at=now, **_rule_columns(facts),
        )  # fmt: skip
        session.add(fresh)
    session.flush()
    _note_requirement(session, actor, "training.change_requirement", fresh, now, facts)
    if eases:
        note(session, actor, EASED, REQUIREMENT, fresh.id, now)
    return fresh


@dataclass(frozen=True, slots=True)
class Outlook:
    """From when on a requirement holds that is being written, and how many will lack it then."""

    earliest: date
    first: date
    lacking: int
    refuses: bool
    """Whether whoever lacks it will be kept off duty, the days of warning of the gate aside."""
    has_holders: bool
    """Whether anybody has the post today that it speaks of, if it does."""


def outlook(
    session: Session,
    actor: Actor,
    course_id: int,
    facts: RequirementFacts,
    requirement_id: int | None = None,
    *,
    first: date | None = None,
    now: datetime,
) -> Outlook:
    """What becomes of a requirement if it is saved so; without a day, from the earliest on."""
    actor.require(Permission.COURSES, who=WHO_KEEPS)
    course = get_course(session, actor.site_id, course_id)
    row = _get(session, actor, requirement_id) if requirement_id is not None else None
    today = clock.local_day(now, actor.timezone)
    soonest = earliest(session, actor.site_id, facts, row, today)
    begins = max(first or usual(facts, row, soonest, today), soonest)
    wanted = Requirement(
        id=0, site_id=actor.site_id, course_id=course.id, first=begins, **_rule_columns(facts)
    )
    return Outlook(
        soonest,
        begins,
        will_lack(session, wanted),
        refuses=facts.gates and bool(periods_of(session, actor.site_id, (begins, begins))),
        has_holders=wanted.who != Who.POST or is_held(session, wanted, today),
    )


def end_requirement(session: Session, actor: Actor, requirement_id: int, *, now: datetime) -> None:
    """From today on nobody needs it; what it was to become goes with it."""
    _begin(session, actor)
    row = _get(session, actor, requirement_id)
    today = clock.local_day(now, actor.timezone)
    held = before(session, row)
    is_held = held is not None and held.last is not None and held.last >= today
    _end_now(session, actor, [held, row] if held and is_held else [row], today, now)
    session.flush()
    journal.write(
        session, actor, "training.end_requirement", "training_requirement", row.id, now=now
    )


def _begin(session: Session, actor: Actor) -> None:
    actor.require(Permission.COURSES, who=WHO_KEEPS)
    journal.lock(session)


def _get(session: Session, actor: Actor, requirement_id: int) -> Requirement:
    row = session.get(Requirement, requirement_id)
    if row is None or row.site_id != actor.site_id or row.last is not None:
        raise NotFound()
    return row


def _end(row: Requirement, actor: Actor, last: date, now: datetime) -> None:
    """One whose last day lies before its first never comes to hold."""
    row.last, row.changed_by, row.changed_at = last, actor.user_id, now


def _end_now(
    session: Session, actor: Actor, rows: Sequence[Requirement], today: date, now: datetime
) -> None:
    """From today on none of them holds; what they were to become does not either."""
    gating = {row.code: row for row in reversed(rows) if row.gates}  # as it holds, not as told
    if require_gate(session, actor, today, eases=bool(gating)):
        for row in gating.values():
            note(session, actor, ENDED, REQUIREMENT, row.id, now)
    for row in rows:
        _end(row, actor, today - DAY, now)


def _first_day(
    session: Session,
    actor: Actor,
    facts: RequirementFacts,
    row: Requirement | None,
    wanted: date | None,
    today: date,
) -> date:
    soonest = earliest(session, actor.site_id, facts, row, today)
    if wanted is not None and wanted < soonest:
        raise RequirementTooSoon(day=day_text(soonest, year=True))
    require_near(wanted, today)
    return wanted or usual(facts, row, soonest, today)


def _free(code: str, taken: Collection[str]) -> str:
    """A code by which a requirement and what it was before are told from all others."""
    numbered = (f"{code}/{n}" for n in count(2))
    return code if code not in taken else next(one for one in numbered if one not in taken)


def _columns(facts: CourseFacts) -> dict[str, Any]:
    _within(N_("Hours"), facts.hours, 0, MOST_HOURS)
    _within(N_("Valid for months"), facts.validity_months, 1, MOST_MONTHS)
    _within(N_("Pass mark in percent"), facts.pass_mark, 1, 100)
    return {
        **{field.name: getattr(facts, field.name) for field in fields(facts)},
        "kind": CourseKind(facts.kind),
        "name": clean(facts.name, field=N_("Name of the course"), limit=64, required=True),
        "name_en": clean(facts.name_en, field=N_("English name"), limit=96),
    }


def _rule_columns(facts: RequirementFacts) -> dict[str, Any]:
    is_periodic = facts.occasion is Occasion.PERIODIC
    value = clean(facts.who_value, field=N_("Post"), limit=64)
    return {
        "who": facts.who,
        "who_value": value if facts.who in _NAMED else "",
        "occasion": facts.occasion,
        "interval_months": facts.interval_months if is_periodic else None,
        "public_months": facts.public_months if is_periodic else None,
        "gates": facts.gates,
        "joined_from": facts.joined_from,
        "rule": clean(facts.rule, field=N_("Basis of the requirement"), limit=200),
        "rule_en": "",
        "mark": "",
    }


def _check(facts: RequirementFacts) -> None:
    if facts.occasion is Occasion.PERIODIC and facts.interval_months is None:
        raise IntervalMissing()
    _within(N_("Interval in months"), facts.interval_months, 1, MOST_MONTHS)
    _within(N_("Interval where the public gathers"), facts.public_months, 1, MOST_MONTHS)
    known = {
        Who.ROLE: {str(role) for role in Role},
        Who.APPOINTED: {str(post) for post in workplace.POST_NAMES},
    }
    if facts.who in _NAMED and not plain(facts.who_value):
        raise NobodyMeant()
    if facts.who in known and facts.who_value not in known[facts.who]:
        raise NobodyMeant()


def _within(field: str, value: float | None, least: float, most: float) -> None:
    if value is not None and not least <= value <= most:
        raise NumberNotPossible(field=field, least=least, most=most)


def _note(
    session: Session,
    actor: Actor,
    action: str,
    kind: str,
    object_id: int,
    now: datetime,
    facts: CourseFacts | RequirementFacts,
    **more: object,
) -> None:
    told = {field.name: getattr(facts, field.name) for field in fields(facts)}
    journal.write(session, actor, action, kind, object_id, now=now, facts=told | more)


def _note_requirement(
    session: Session,
    actor: Actor,
    action: str,
    row: Requirement,
    now: datetime,
    facts: RequirementFacts,
) -> None:
    _note(session, actor, action, REQUIREMENT, row.id, now, facts, first=row.first)
