"""The demonstration hall's exams: sat week by week, one failed and retaken."""

import secrets
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from drills.exams import scoring
from drills.exams.entries import Entry
from drills.exams.models import Attempt, Exam
from drills.exams.practicals import lists
from drills.exams.service import answering, definitions, lots, practical, sitting
from drills.exams.service.retaking import standing
from drills.training import service as training
from safety_app.accounts import service as accounts
from safety_app.accounts.service import Drawn
from safety_app.core import clock
from safety_app.core.access import Actor, Role
from safety_app.core.feature import Demo
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Site

TUESDAY: Final = 1
SLIPS: Final = 0.07
FAILS: Final = 3
"""The third to sit the exam fails it first."""
BREAKS: Final = 5
"""The fifth has an interruption of four minutes."""
INK: Final = Drawn(
    strokes=(((40, 120), (90, 60), (150, 130), (200, 70)), ((230, 60), (300, 90), (380, 120))),
    width=640,
    height=200,
)


def found(session: Session, now: datetime) -> None:
    """Set up the exams that are ready."""
    definitions.add_ready(session, _officer(session, now), now=now)


def live(session: Session, day: date, until: datetime, random: Random) -> None:
    """Every Tuesday somebody sits the fire exam; with it goes a practical test once a month."""
    site = _site(session)
    moment = clock.at_local(day, time(14, 30), site.timezone)
    if day.weekday() != TUESDAY or not workplace.day(session, site.id, day).is_open:
        return
    if moment + timedelta(minutes=30) > until:
        return
    course = _course(session, site.id, "FIRE")
    exam = session.scalars(select(Exam).where(Exam.course_id == course)).one()
    count = session.scalar(select(func.count(Attempt.id)).where(Attempt.site_id == site.id)) or 0
    person = _next(session, exam, day)
    if person is None:
        return
    actor = accounts.actor_for(session, person, now=moment)
    _sit(session, actor, exam.id, moment, random, nth=count + 1)
    if day.day <= 7:
        _show(session, site, person, moment)


def _next(session: Session, exam: Exam, day: date) -> int | None:
    """Whoever failed last sits it again, else the next who was trained and has not sat it."""
    last = session.scalars(
        select(Attempt).where(Attempt.exam_id == exam.id).order_by(Attempt.id.desc()).limit(1)
    ).first()
    if last is not None and not last.passed:
        return last.user_id
    people = accounts.with_role(session, exam.site_id, Role.STAFF)
    return next((one for one in people if standing(session, exam, one, day).may_sit), None)


def _sit(
    session: Session, actor: Actor, exam_id: int, now: datetime, random: Random, *, nth: int
) -> None:
    """Begin, answer every question, hand in; some answers are wrong."""
    token = secrets.token_hex(32)
    opened = sitting.begin(session, actor, exam_id, token=token, now=now)
    attempt = opened.attempt
    questions = lots.questions_of(session, attempt.questions)
    for place, (question, order) in enumerate(zip(questions, attempt.orders, strict=True)):
        now += timedelta(seconds=random.randrange(15, 45))
        if nth == BREAKS and place == 6:
            now += timedelta(minutes=4)
            sitting.open_attempt(session, actor, attempt.id, token=token, now=now)
        right = scoring.as_shown(scoring.mask_of(question.right), order)
        is_wrong = place % 2 == 1 if nth == FAILS else random.random() < SLIPS
        choice = 1 if is_wrong and right != 1 else 2 if is_wrong else right
        entry = Entry(seq=place + 1, place=place, choice=choice, client_at=now)
        answering.record(session, token, entry, attempt_id=attempt.id, now=now)
    answering.submit(session, token, attempt_id=attempt.id, last_seq=len(questions), now=now)


def _show(session: Session, site: Site, person: int, now: datetime) -> None:
    """The officer has the extinguisher shown."""
    points = lists()["extinguisher"].points
    practical.record_test(
        session, _officer(session, now), list_code="extinguisher",
        course_id=_course(session, site.id, "FIRE"), user_id=person,
        on=clock.local_day(now, site.timezone), marks=[True] * len(points), passed=True,
        note="动作规范", signature=INK, now=now,
    )  # fmt: skip


def _course(session: Session, site_id: int, code: str) -> int:
    return next(one.id for one in training.list_courses(session, site_id) if one.code == code)


def _site(session: Session) -> Site:
    return next(one for one in workplace.list_sites(session) if one.is_demo)


def _officer(session: Session, now: datetime) -> Actor:
    officers = accounts.with_role(session, _site(session).id, Role.OFFICER)
    return accounts.actor_for(session, officers[0], now=now)


DEMO: Final = Demo(found=found, live=live)
