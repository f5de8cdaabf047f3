"""Sitting an exam on the tablet: begun once, opened again or taken over by another tablet.

The tablet makes up the token by which it answers, so that asking twice begins nothing twice. The
newest token counts; who held the one before is told.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.exams import scoring
from drills.exams.drawing import parts_of
from drills.exams.errors import (
    AlreadyUnderWay,
    AnotherUnderWay,
    NotYourExam,
    TokenTooShort,
    TokenUnknown,
)
from drills.exams.models import Attempt, AttemptToken, Ending, Exam, Form, Question
from drills.exams.permissions import Permission
from drills.exams.service import definitions, lots, marking, numbering
from drills.exams.service.definitions import Rules
from drills.exams.service.retaking import Standing, standing
from drills.exams.timing import Clock, given_back
from drills.training import service as training
from safety_app.accounts import service as accounts
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import bilingual

TOKEN: Final = (32, 100)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the candidate sees it; what is right is not in it."""

    kind: str
    text: str
    options: tuple[str, ...]
    points: int
    photo_key: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An attempt that goes on here. `is_over` says that it has ended meanwhile.

    `given_back` is how many seconds this opening gave back, `taken_over` whether another tablet
    had it before.
    """

    attempt: Attempt
    rules: Rules
    questions: tuple[Asked, ...] = ()
    last_seq: int = 0
    given_back: int = 0
    taken_over: bool = False
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """What the page says before an exam is begun, or opened again on another tablet."""

    exam: Exam
    rules: Rules
    course: str
    questions: int
    standing: Standing
    running_on: str = ""


def hash_of(token: str) -> str:
    """What the database keeps of a tablet's token."""
    least, most = TOKEN
    if not least <= len(token) <= most or not token.isascii():
        raise TokenTooShort()
    return hashlib.sha256(token.encode()).hexdigest()


def cover(session: Session, actor: Actor, exam_id: int, now: datetime) -> Cover:
    """What is examined, by which rules, and whether this person may sit it now."""
    actor_may_sit(actor)
    exam = definitions.get_exam(session, actor.site_id, exam_id)
    course = training.get_course(session, actor.site_id, exam.course_id)
    found = standing(session, exam, actor.user_id, clock.local_day(now, actor.timezone))
    rules = Rules(**found.running.rules) if found.running else definitions.rules_of(exam)
    asked = len(found.running.questions) if found.running else None
    return Cover(
        exam=exam,
        rules=rules,
        course=bilingual(course.name, course.name_en),
        questions=asked or sum(one.count for one in parts_of(exam.parts)),
        standing=found,
        running_on=_held_by(session, found.running) if found.running else "",
    )


def actor_may_sit(actor: Actor) -> None:
    """Raise where somebody has no part in exams at all."""
    if not actor.may_somewhere(Permission.SIT):
        actor.require(Permission.SIT)


def begin(session: Session, actor: Actor, exam_id: int, *, token: str, now: datetime) -> Opened:
    """Draw a paper and start the clock. With the same token again it is the same attempt."""
    actor_may_sit(actor)
    journal.lock(session)
    exam = definitions.get_exam(session, actor.site_id, exam_id)
    hashed = hash_of(token)
    known = _by_hash(session, hashed)
    if known is not None:
        return open_attempt(session, actor, known.attempt_id, token=token, now=now)
    _settle(session, actor, now)
    today = clock.local_day(now, actor.timezone)
    found = standing(session, exam, actor.user_id, today)
    if found.running:
        raise AlreadyUnderWay()
    _require_no_other(session, actor)
    if found.refused:
        raise found.refused
    attempt = _draw(session, actor, exam, now)
    session.add(_token(actor, attempt, hashed, now))
    session.flush()
    facts = {"number": attempt.number, "seed": attempt.seed, "bank": attempt.bank}
    journal.write(session, actor, "exams.begin", "exam_attempt", attempt.id, now=now, facts=facts)
    return _opened(session, attempt, 0)


def open_attempt(
    session: Session, actor: Actor, attempt_id: int, *, token: str, now: datetime
) -> Opened:
    """Go on with an attempt: on the tablet that holds this token, or else taking it over.

    Time that the tablet was away is given back, once, as far as the grace goes.
    """
    journal.lock(session)
    attempt = own_attempt(session, actor, attempt_id)
    hashed = hash_of(token)
    if marking.is_over(attempt, now):
        marking.finish(session, attempt, actor, ending=Ending.TIME, now=now)
    if attempt.submitted_at is not None:
        return Opened(attempt, Rules(**attempt.rules), is_over=True)
    before = current_token(session, attempt.id)
    held = before if before and before.token_hash == hashed else None
    if held is None and _by_hash(session, hashed) is not None:
        raise TokenUnknown()  # one that was replaced does not come back by itself
    seconds = _give_back(session, actor, attempt, now)
    attempt.seen_at = now
    if held is None:
        _take_over(session, actor, attempt, before, hashed, now)
    session.flush()
    return _opened(
        session, attempt, held.last_seq if held else 0,
        given_back=seconds, taken_over=held is None and before is not None,
    )  # fmt: skip


def own_attempt(session: Session, actor: Actor, attempt_id: int) -> Attempt:
    """An attempt of this person, locked."""
    query = select(Attempt).where(Attempt.id == attempt_id).with_for_update()
    attempt = session.scalar(query.execution_options(populate_existing=True))
    if attempt is None or attempt.site_id != actor.site_id:
        raise NotFound()
    if attempt.user_id != actor.user_id:
        raise NotYourExam()
    return attempt


def current_token(session: Session, attempt_id: int) -> AttemptToken | None:
    """By which tablet an attempt is answered now."""
    query = select(AttemptToken).where(
        AttemptToken.attempt_id == attempt_id, AttemptToken.replaced_at.is_(None)
    )
    return session.scalar(query)


def under_way(session: Session, user_id: int, now: datetime) -> Attempt | None:
    """The exam of somebody whose clock still runs; there is never more than one."""
    query = select(Attempt).where(
        Attempt.user_id == user_id, Attempt.submitted_at.is_(None), Attempt.closes_at > now
    )
    return session.scalar(query)


def clock_of(attempt: Attempt) -> Clock:
    """Its clock; only of an attempt on the tablet."""
    if attempt.deadline is None or attempt.seen_at is None:
        raise NotFound()
    grace = Rules(**attempt.rules).grace
    return Clock(attempt.deadline, attempt.seen_at, grace, is_given=attempt.away_from is not None)


def _settle(session: Session, actor: Actor, now: datetime) -> None:
    """Mark what this person left lying, so that it does not stand in the way."""
    query = select(Attempt).where(
        Attempt.user_id == actor.user_id, Attempt.submitted_at.is_(None), Attempt.closes_at <= now
    )
    for left in session.scalars(query.with_for_update()).all():
        marking.finish(session, left, actor, ending=Ending.TIME, now=now)


def _require_no_other(session: Session, actor: Actor) -> None:
    query = select(Attempt).where(Attempt.user_id == actor.user_id, Attempt.submitted_at.is_(None))
    other = session.scalar(query)
    if other is not None:
        raise AnotherUnderWay(exam=Rules(**other.rules).name)


def _draw(session: Session, actor: Actor, exam: Exam, now: datetime) -> Attempt:
    lot = lots.draw_paper(session, exam, now=now)
    rules = definitions.rules_of(exam)
    deadline = now + timedelta(minutes=rules.minutes)
    today = clock.local_day(now, actor.timezone)
    year = today.year
    count = len(lot.questions)
    attempt = Attempt(
        site_id=actor.site_id,
        exam_id=exam.id,
        user_id=actor.user_id,
        number=numbering.next_numbers(session, actor.site_id, numbering.ATTEMPT, year)[0],
        form=Form.TABLET,
        held_on=today,
        rules=rules.kept(),
        seed=lot.seed,
        questions=list(lot.questions),
        orders=list(lot.orders),
        bank=lot.bank,
        answers=scoring.NONE * count,
        marks=scoring.NONE * count,
        started_at=now,
        deadline=deadline,
        closes_at=deadline + rules.grace,
        seen_at=now,
        out_of=lot.out_of,
    )
    session.add(attempt)
    session.flush()
    return attempt


def _give_back(session: Session, actor: Actor, attempt: Attempt, now: datetime) -> int:
    """Move the deadline by the time away; how many seconds that were."""
    found = clock_of(attempt)
    back = given_back(found, now)
    if not back:
        return 0
    attempt.deadline = found.deadline + back
    attempt.closes_at = attempt.deadline + found.grace
    attempt.away_from, attempt.away_until = found.seen_at, now
    attempt.given_back = int(back.total_seconds())
    facts = {"seconds": attempt.given_back, "from": found.seen_at}
    journal.write(
        session, actor, "exams.give_back", "exam_attempt", attempt.id, now=now, facts=facts
    )
    return attempt.given_back


def _take_over(
    session: Session,
    actor: Actor,
    attempt: Attempt,
    before: AttemptToken | None,
    hashed: str,
    now: datetime,
) -> None:
    if before is not None:
        before.replaced_at = now
        session.flush()
    session.add(_token(actor, attempt, hashed, now))
    facts = {"device": actor.device_id}
    journal.write(
        session, actor, "exams.take_over", "exam_attempt", attempt.id, now=now, facts=facts
    )


def _token(actor: Actor, attempt: Attempt, hashed: str, now: datetime) -> AttemptToken:
    return AttemptToken(
        site_id=attempt.site_id,
        attempt_id=attempt.id,
        device_id=actor.device_id,
        token_hash=hashed,
        last_seq=0,
        issued_at=now,
    )


def _by_hash(session: Session, hashed: str) -> AttemptToken | None:
    return session.scalar(select(AttemptToken).where(AttemptToken.token_hash == hashed))


def _held_by(session: Session, attempt: Attempt) -> str:
    """The shared tablet on which it was last answered; nothing for any other browser."""
    token = current_token(session, attempt.id)
    return accounts.device_name(session, attempt.site_id, token.device_id) if token else ""


def _opened(
    session: Session,
    attempt: Attempt,
    last_seq: int,
    *,
    given_back: int = 0,
    taken_over: bool = False,
) -> Opened:
    questions = lots.questions_of(session, attempt.questions)
    return Opened(
        attempt=attempt,
        rules=Rules(**attempt.rules),
        questions=tuple(
            asked(question, order)
            for question, order in zip(questions, attempt.orders, strict=True)
        ),
        last_seq=last_seq,
        given_back=given_back,
        taken_over=taken_over,
    )


def asked(question: Question, order: str) -> Asked:
    """A question in the current language with its options in the order shown."""
    return Asked(
        kind=question.kind,
        text=bilingual(question.text, question.text_en),
        options=shown_options(question.options, order),
        points=question.points,
        photo_key=question.photo_key,
    )


def shown_options(options: Sequence[Sequence[str]], order: str) -> tuple[str, ...]:
    """The options in the order shown, in the current language."""
    pairs = (options[scoring.LETTERS.index(letter)] for letter in order)
    return tuple(bilingual(chinese, english) for chinese, english in pairs)
