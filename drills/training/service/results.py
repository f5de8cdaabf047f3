"""Results: what a training, an exam or a certificate came to; recorded once, never edited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from drills.training.coverage import last_day
from drills.training.errors import (
    HoursNotPossible,
    ResultAhead,
    ResultBeforeJoining,
    ScoreNotPossible,
    ValidityReversed,
)
from drills.training.models import Course, Purpose, Result, Source, TrainingFile
from drills.training.service.courses import get_course
from drills.training.service.halves import complete, is_whole
from drills.training.shipped import figures
from safety_app.accounts import service as accounts
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_, day_text
from safety_app.core.text import clean
from safety_app.workplace import service as workplace

MOST_SCORE: Final = 1000
MOST_HOURS: Final = 500


def record_result(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    user_id: int,
    course_id: int,
    on: date,
    passed: bool,
    score: float | None = None,
    out_of: float | None = None,
    source: Source,
    source_key: str,
    now: datetime,
    hours: float | None = None,
    valid_until: date | None = None,
    certificate: str = "",
    issuer: str = "",
    note: str = "",
    file_ids: Sequence[int] = (),
) -> Result:
    """Record what somebody's training came to; the same `source_key` again gives the same one.

    Whether the actor may is asked by whoever calls: an exam is submitted by who sat it. An exam
    and a practical test count as far as the course ends with them (`halves`); without a date of
    its own a result is valid as long as the course says.
    """
    journal.lock(session)
    known = session.scalar(
        select(Result).where(Result.site_id == site_id, Result.source_key == source_key)
    )
    if known is not None:
        return known
    course = get_course(session, site_id, course_id)
    check_facts(session, course, user_id, on, source, score, out_of, hours, valid_until, now)
    result = Result(
        site_id=site_id,
        user_id=user_id,
        course_id=course_id,
        on_date=on,
        passed=passed,
        counts=passed and is_whole(session, course, user_id, on, source),
        score=score,
        out_of=out_of,
        hours=hours,
        valid_until=valid_until or usual_end(course, on),
        source=source,
        source_key=source_key,
        certificate=clean(certificate, field=N_("Number on the certificate"), limit=64),
        issuer=clean(issuer, field=N_("Issuing body"), limit=100),
        note=clean(note, field=N_("Note on the record"), limit=500, lines=True),
        recorded_by=actor.user_id if actor else None,
        recorded_at=now,
    )
    session.add(result)
    session.flush()
    if passed and not result.counts:
        complete(session, course, user_id, now)
    attach(session, site_id, file_ids, Purpose.PROOF, record_id=result.id)
    _note(session, actor, result, course, now)
    return result


def _note(
    session: Session, actor: Actor | None, result: Result, course: Course, now: datetime
) -> None:
    facts = {
        "user": result.user_id, "course": course.code, "on": result.on_date,
        "passed": result.passed, "score": result.score,
    }  # fmt: skip
    journal.write(
        session, actor, "training.record_result", "training_record", result.id,
        now=now, site_id=result.site_id, facts=facts,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One result of many, looked at already by whoever brings them."""

    user_id: int
    course: Course
    on: date
    passed: bool
    source: Source
    source_key: str
    score: float | None = None
    out_of: float | None = None
    hours: float | None = None
    valid_until: date | None = None
    certificate: str = ""
    issuer: str = ""
    note: str = ""


def record_many(
    session: Session,
    actor: Actor | None,
    facts: Sequence[Fact],
    *,
    site_id: int,
    now: datetime,
) -> list[int]:
    """Record many results at once; their keys are new, and each stands for its whole course."""
    journal.lock(session)
    if not facts:
        return []
    rows = [
        {
            "site_id": site_id,
            "user_id": one.user_id,
            "course_id": one.course.id,
            "on_date": one.on,
            "passed": one.passed,
            "counts": one.passed,
            "is_void": False,
            "score": one.score,
            "out_of": one.out_of,
            "hours": one.hours,
            "valid_until": one.valid_until or usual_end(one.course, one.on),
            "source": one.source,
            "source_key": one.source_key,
            "certificate": one.certificate,
            "issuer": one.issuer,
            "note": one.note,
            "recorded_by": actor.user_id if actor else None,
            "recorded_at": now,
        }
        for one in facts
    ]
    session.execute(insert(Result), rows)
    made = _ids(session, site_id, [one.source_key for one in facts])
    told: list[tuple[str, str, int, Mapping[str, Any] | None]] = [
        (
            "training.record_result",
            "training_record",
            made[one.source_key],
            {"user": one.user_id, "course": one.course.code, "on": one.on, "passed": one.passed},
        )
        for one in facts
    ]
    journal.write_all(session, actor, told, now=now, site_id=site_id)
    return [made[one.source_key] for one in facts]


def _ids(session: Session, site_id: int, keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(keys), 500):
        query = select(Result.source_key, Result.id).where(
            Result.site_id == site_id, Result.source_key.in_(keys[start : start + 500])
        )
        found.update(session.execute(query).all())
    return found


def check_facts(
    session: Session,
    course: Course,
    user_id: int,
    on: date,
    source: Source,
    score: float | None,
    out_of: float | None,
    hours: float | None,
    valid_until: date | None,
    now: datetime,
) -> None:
    """Refuse a result that cannot be: of a day ahead, of somebody else's hall, beyond the most."""
    person = next(iter(accounts.staffing(session, course.site_id, [user_id])), None)
    if person is None:
        raise NotFound()
    today = clock.local_day(now, workplace.site(session, course.site_id).timezone)
    if on > today:
        raise ResultAhead(day=day_text(on, year=True))
    earliest = timedelta(days=figures().before_joining_days)
    if source is not Source.CERTIFICATE and person.joined_on and on < person.joined_on - earliest:
        joined = day_text(person.joined_on, weekday=False, year=True)
        day = day_text(on, weekday=False, year=True)
        raise ResultBeforeJoining(name=person.display_name, joined=joined, day=day)
    check_score(score, out_of)
    if hours is not None and not 0 < hours <= MOST_HOURS:
        raise HoursNotPossible(most=MOST_HOURS)
    if valid_until is not None and valid_until < on:
        until = day_text(valid_until, weekday=False, year=True)
        raise ValidityReversed(until=until, day=day_text(on, weekday=False, year=True))


def check_score(score: float | None, out_of: float | None) -> None:
    """Refuse a score below nothing or above the most."""
    most = 100 if out_of is None else out_of
    if not 0 < most <= MOST_SCORE:
        raise ScoreNotPossible(most=MOST_SCORE)
    if score is not None and not 0 <= score <= most:
        raise ScoreNotPossible(most=f"{most:g}")


def reaches(course: Course, score: float, out_of: float | None) -> bool:
    """Whether a score is enough for the pass mark of a course."""
    return score * 100 >= (out_of or 100) * course.pass_mark


def attach(
    session: Session,
    site_id: int,
    file_ids: Sequence[int],
    purpose: Purpose,
    *,
    record_id: int | None = None,
    session_id: int | None = None,
) -> None:
    """Keep files with a result or a session; each once."""
    session.add_all(
        TrainingFile(
            site_id=site_id,
            file_id=file_id,
            purpose=purpose,
            record_id=record_id,
            session_id=session_id,
        )
        for file_id in dict.fromkeys(file_ids)
    )
    session.flush()


def usual_end(course: Course, on: date) -> date | None:
    months = course.validity_months
    return None if months is None else last_day(on, months)
