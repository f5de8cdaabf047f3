"""Certificates from outside, and results that were wrong and are put right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.training.errors import (
    CourseNotOffered,
    HoursTooFew,
    NothingChanged,
    ProofMissing,
    ScoreTooLow,
    Superseded,
)
from drills.training.models import PARTS, Course, Purpose, Result, Source
from drills.training.permissions import Permission
from drills.training.service.access import somebody_else
from drills.training.service.courses import get_course
from drills.training.service.halves import (
    Half,
    complete,
    forsaken,
    halves_of,
    stands_alone,
    wholes,
)
from drills.training.service.results import (
    attach,
    check_facts,
    reaches,
    record_result,
    usual_end,
)
from safety_app.core import files, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_, bilingual
from safety_app.core.text import clean


@dataclass(frozen=True, slots=True)
class Facts:
    """What a result says, as it should have been recorded."""

    on: date
    passed: bool
    score: float | None = None
    out_of: float | None = None
    hours: float | None = None
    valid_until: date | None = None


def file_certificate(
    session: Session,
    actor: Actor,
    *,
    user_id: int,
    course_id: int,
    number: str,
    issuer: str,
    issued_on: date,
    expires_on: date | None,
    file_ids: Sequence[int],
    note: str = "",
    client_key: str,
    now: datetime,
) -> Result:
    """A certificate stands for its course from the day it was issued; the same form sent twice
    files it once."""
    somebody_else(session, actor, user_id, Permission.RECORD)
    journal.lock(session)
    course = get_course(session, actor.site_id, course_id)
    if not course.is_active:
        raise CourseNotOffered(course=bilingual(course.name, course.name_en))
    key = f"certificate:{actor.user_id}:{client_key}"[:100]
    known = _find(session, actor.site_id, key)
    if known is not None:
        return known
    if not file_ids:
        raise ProofMissing()
    claimed = files.claim(session, actor, file_ids)
    words = clean(number, field=N_("Number on the certificate"), limit=64, required=True)
    return record_result(
        session, actor, site_id=actor.site_id, user_id=user_id, course_id=course_id, on=issued_on,
        passed=True, source=Source.CERTIFICATE, source_key=key, now=now, valid_until=expires_on,
        certificate=words, issuer=clean(issuer, field=N_("Issuing body"), limit=100, required=True),
        note=note, file_ids=[file.id for file in claimed],
    )  # fmt: skip


def correct(
    session: Session,
    actor: Actor,
    result_id: int,
    facts: Facts,
    *,
    reason: str,
    file_ids: Sequence[int] = (),
    now: datetime,
) -> Result:
    """Replace a result that was recorded wrongly; the wrong one stays to be seen."""
    old, course = _begin(session, actor, result_id)
    why = clean(reason, field=N_("Reason"), limit=500, required=True)
    if facts == Facts(old.on_date, old.passed, old.score, old.out_of, old.hours, old.valid_until):
        raise NothingChanged()
    source = Source(old.source)
    check_facts(
        session, course, old.user_id, facts.on, source, facts.score, facts.out_of,
        facts.hours, facts.valid_until, now,
    )  # fmt: skip
    if facts.passed and source is not Source.CERTIFICATE:
        _check_pass(course, old, facts)
    claimed = files.claim(session, actor, file_ids)
    before = halves_of(session, course, old.user_id)
    after = [one for one in before if one.id != old.id]
    if facts.passed and source in PARTS:
        after.append(Half(facts.on, old.id, source))
    stays = old.counts and old.id not in forsaken(before, after)
    counts = (
        stands_alone(course, source) or stays or (course.parts == PARTS and old.id in wholes(after))
    )
    fresh = _replace(
        session, actor, old, why, now, on_date=facts.on, passed=facts.passed,
        counts=facts.passed and counts, score=facts.score, out_of=facts.out_of, hours=facts.hours,
        valid_until=facts.valid_until or usual_end(course, facts.on),
    )  # fmt: skip
    _judge_anew(session, actor, course, old, why, before, after, now)
    attach(session, old.site_id, [file.id for file in claimed], Purpose.PROOF, record_id=fresh.id)
    return fresh


def _check_pass(course: Course, old: Result, facts: Facts) -> None:
    """What is said anew must agree; what stands from before is left as it is."""
    said_before = (old.passed, old.score, old.out_of)
    if (
        facts.score is not None
        and (facts.passed, facts.score, facts.out_of) != said_before
        and not reaches(course, facts.score, facts.out_of)
    ):
        most = f"{facts.out_of or 100:g}"
        raise ScoreTooLow(score=f"{facts.score:g}", most=most, n=course.pass_mark)
    if (
        facts.hours is not None
        and (facts.passed, facts.hours) != (old.passed, old.hours)
        and facts.hours < course.hours
    ):
        raise HoursTooFew(total=f"{course.hours:g}", hours=f"{facts.hours:g}")


def strike(session: Session, actor: Actor, result_id: int, *, reason: str, now: datetime) -> Result:
    """Say that there was no such result at all; it stays to be seen, and counts no more."""
    old, course = _begin(session, actor, result_id)
    why = clean(reason, field=N_("Reason"), limit=500, required=True)
    before = halves_of(session, course, old.user_id)
    after = [one for one in before if one.id != old.id]
    fresh = _replace(
        session, actor, old, why, now, on_date=old.on_date, passed=False, counts=False,
        is_void=True, score=None, out_of=None, hours=None, valid_until=None,
    )  # fmt: skip
    _judge_anew(session, actor, course, old, why, before, after, now)
    return fresh


def _judge_anew(
    session: Session,
    actor: Actor,
    course: Course,
    old: Result,
    why: str,
    before: Sequence[Half],
    after: Sequence[Half],
    now: datetime,
) -> None:
    """What counted by a half that is gone is one half again; what goes together now counts."""
    if old.source not in PARTS:
        return
    lost = forsaken(before, after) - {old.id}
    if course.parts != PARTS and old.counts:
        lost = set()  # what counted alone has completed no other half
    for result_id in sorted(lost):
        one = session.get_one(Result, result_id)
        if one.counts and not stands_alone(course, one.source):
            _replace(
                session, actor, one, why, now, note=one.note, on_date=one.on_date,
                passed=True, counts=False, score=one.score, out_of=one.out_of, hours=one.hours,
                valid_until=one.valid_until,
            )  # fmt: skip
    complete(session, course, old.user_id, now)


def _begin(session: Session, actor: Actor, result_id: int) -> tuple[Result, Course]:
    journal.lock(session)
    old = session.get(Result, result_id)
    if old is None or old.site_id != actor.site_id:
        raise NotFound()
    somebody_else(session, actor, old.user_id, Permission.CORRECT)
    if old.superseded_at is not None or old.is_void:
        raise Superseded()
    return old, get_course(session, old.site_id, old.course_id)


def _replace(
    session: Session, actor: Actor, old: Result, why: str, now: datetime, **facts: object
) -> Result:
    facts.setdefault("note", why)
    old.superseded_at = now
    fresh = Result(
        site_id=old.site_id,
        user_id=old.user_id,
        course_id=old.course_id,
        source=old.source,
        source_key=f"correction:{old.id}",
        certificate=old.certificate,
        issuer=old.issuer,
        supersedes_id=old.id,
        recorded_by=actor.user_id,
        recorded_at=now,
        **facts,
    )
    session.add(fresh)
    session.flush()
    journal.write(
        session, actor, "training.correct_result", "training_record", fresh.id,
        now=now, facts={"old": old.id, "reason": why, **facts},
    )  # fmt: skip
    return fresh


def _find(session: Session, site_id: int, key: str) -> Result | None:
    return session.scalar(select(Result).where(Result.site_id == site_id, Result.source_key == key))
