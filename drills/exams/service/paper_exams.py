"""Exams on paper: a paper drawn to be printed, and the scores entered with its scans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.exams import scoring
from drills.exams.errors import (
    DayOutside,
    ExamNotOffered,
    NobodyChosen,
    OwnAssessor,
    OwnScore,
    RowsRefused,
    ScanMissing,
    ScoreOutside,
)
from drills.exams.models import Attempt, AttemptFile, Exam, ExamLeave, ExamPaper, Form
from drills.exams.permissions import Permission
from drills.exams.service import definitions, lots, marking, numbering
from drills.exams.service.definitions import Rules, exam_name, rules_of
from drills.exams.service.questions import WHO_GRADES
from drills.exams.service.retaking import hours_missing, standing
from drills.training import service as training
from safety_app.accounts import service as accounts
from safety_app.core import clock, files, journal
from safety_app.core.access import Actor
from safety_app.core.errors import AppError, NotFound
from safety_app.core.i18n import N_, day_text
from safety_app.core.text import clean

LOOK_BACK: Final = timedelta(days=366)
MOST_POINTS: Final = 1000
MOST_FILES: Final = 20


@dataclass(frozen=True, slots=True)
class Score:
    """What somebody reached, in half points."""

    user_id: int
    halves: int


def require_grade(actor: Actor) -> None:
    """Raise unless this person enters results."""
    actor.require(Permission.GRADE, who=WHO_GRADES)


def draw_for_print(
    session: Session, actor: Actor, exam_id: int, *, seed: int | None = None, now: datetime
) -> ExamPaper:
    """Draw a paper to be printed; the same one may be answered by many."""
    require_grade(actor)
    journal.lock(session)
    exam = definitions.get_exam(session, actor.site_id, exam_id)
    if not exam.is_active:
        raise ExamNotOffered(exam=exam_name(exam))
    lot = lots.draw_paper(session, exam, seed=seed, now=now)
    year = clock.local_day(now, actor.timezone).year
    paper = ExamPaper(
        site_id=actor.site_id,
        exam_id=exam.id,
        number=numbering.next_numbers(session, actor.site_id, numbering.PAPER, year)[0],
        seed=lot.seed,
        questions=list(lot.questions),
        orders=list(lot.orders),
        rules=rules_of(exam).kept(),
        bank=lot.bank,
        out_of=lot.out_of,
        drawn_by=actor.user_id,
        drawn_at=now,
    )
    session.add(paper)
    session.flush()
    facts = {"number": paper.number, "seed": paper.seed, "bank": paper.bank}
    journal.write(session, actor, "exams.draw_paper", "exam_paper", paper.id, now=now, facts=facts)
    return paper


def get_paper(session: Session, actor: Actor, paper_id: int) -> ExamPaper:
    """A printed paper, for who enters results: it shows what is right."""
    require_grade(actor)
    found = session.get(ExamPaper, paper_id)
    if found is None or found.site_id != actor.site_id:
        raise NotFound()
    return found


def list_papers(session: Session, actor: Actor, *, most: int = 50) -> list[ExamPaper]:
    """The papers drawn last."""
    require_grade(actor)
    query = select(ExamPaper).where(ExamPaper.site_id == actor.site_id)
    return list(session.scalars(query.order_by(ExamPaper.id.desc()).limit(most)))


def record_scores(
    session: Session,
    actor: Actor,
    exam_id: int,
    *,
    paper_id: int | None = None,
    out_of: int | None = None,
    on: date,
    scores: Sequence[Score],
    assessor_id: int,
    file_ids: Sequence[int],
    note: str = "",
    now: datetime,
) -> list[Attempt]:
    """Enter what candidates reached on paper; all of them, or nothing and why.

    Without one of our papers `out_of` says how many points there were.
    """
    require_grade(actor)
    journal.lock(session)
    exam = definitions.get_exam(session, actor.site_id, exam_id)
    paper = get_paper(session, actor, paper_id) if paper_id is not None else None
    if paper is not None and paper.exam_id != exam.id:
        raise NotFound()
    most = paper.out_of if paper else out_of or 0
    if not 1 <= most <= MOST_POINTS:
        raise ScoreOutside(most=MOST_POINTS)
    _check_day(actor, on, now)
    if not scores:
        raise NobodyChosen()
    scans = files.claim(session, actor, file_ids, most=MOST_FILES)
    if not scans:
        raise ScanMissing()
    percent = Rules(**paper.rules).pass_percent if paper else exam.pass_percent
    _check_people(session, actor, exam, on, scores, assessor_id, most, percent)
    attempts = _insert(
        session, actor, exam, paper, most, on, scores, assessor_id,
        clean(note, field=N_("Note"), limit=200), now,
    )  # fmt: skip
    session.add_all(
        AttemptFile(attempt_id=attempt.id, file_id=scan.id)
        for attempt in attempts
        for scan in scans
    )
    session.flush()
    for attempt in attempts:
        marking.conclude(session, attempt, actor, now=now)
    return attempts


def _check_day(actor: Actor, on: date, now: datetime) -> None:
    today = clock.local_day(now, actor.timezone)
    if not today - LOOK_BACK <= on <= today:
        raise DayOutside(day=day_text(on, weekday=False, year=True))


def _check_people(
    session: Session,
    actor: Actor,
    exam: Exam,
    on: date,
    scores: Sequence[Score],
    assessor_id: int,
    most: int,
    percent: int,
) -> None:
    """Each candidate once, of this hall, not the assessor, allowed to sit it that day."""
    accounts.get_person(session, actor.site_id, assessor_id)
    names = accounts.names(session, [one.user_id for one in scores])
    problems: list[tuple[str, AppError]] = []
    for score in {one.user_id: one for one in scores}.values():
        try:
            _check_one(session, actor, exam, on, score, assessor_id, most, percent, names)
        except AppError as problem:
            problems.append((names.get(score.user_id, "?"), problem))
    if problems:
        raise RowsRefused(problems)


def _check_one(
    session: Session,
    actor: Actor,
    exam: Exam,
    on: date,
    score: Score,
    assessor_id: int,
    most: int,
    percent: int,
    names: Mapping[int, str],
) -> None:
    accounts.get_person(session, actor.site_id, score.user_id)
    if score.user_id == assessor_id:
        raise OwnAssessor(name=names[assessor_id])
    if score.user_id == actor.user_id:
        raise OwnScore()
    if not 0 <= score.halves <= most * 2:
        raise ScoreOutside(most=most)
    found = standing(session, exam, score.user_id, on, needs_hours=False)
    if found.refused:
        raise found.refused
    if scoring.has_passed(score.halves, most, percent):
        course = training.get_course(session, exam.site_id, exam.course_id)
        missing = hours_missing(session, course, score.user_id, on)
        if missing:
            raise missing


def _insert(
    session: Session,
    actor: Actor,
    exam: Exam,
    paper: ExamPaper | None,
    most: int,
    on: date,
    scores: Sequence[Score],
    assessor_id: int,
    note: str,
    now: datetime,
) -> list[Attempt]:
    rules = Rules(**paper.rules) if paper else rules_of(exam)
    numbers = numbering.next_numbers(
        session, actor.site_id, numbering.ATTEMPT, on.year, len(scores)
    )
    attempts = [
        Attempt(
            site_id=actor.site_id,
            exam_id=exam.id,
            user_id=score.user_id,
            number=number,
            form=Form.PAPER,
            held_on=on,
            rules=rules.kept(),
            paper_id=paper.id if paper else None,
            seed=paper.seed if paper else None,
            questions=paper.questions if paper else [],
            orders=paper.orders if paper else [],
            submitted_at=now,
            halves=score.halves,
            out_of=most,
            passed=scoring.has_passed(score.halves, most, rules.pass_percent),
            assessor_id=assessor_id,
            entered_by=actor.user_id,
            note=note,
        )
        for number, score in zip(numbers, scores, strict=True)
    ]
    session.add_all(attempts)
    session.flush()
    return attempts


def allow_another(
    session: Session, actor: Actor, exam_id: int, user_id: int, *, reason: str, now: datetime
) -> ExamLeave:
    """One more attempt for somebody at once, by name and with a reason."""
    require_grade(actor)
    journal.lock(session)
    exam = definitions.get_exam(session, actor.site_id, exam_id)
    accounts.get_person(session, actor.site_id, user_id)
    if user_id == actor.user_id:
        raise OwnScore()
    leave = ExamLeave(
        site_id=actor.site_id,
        exam_id=exam.id,
        user_id=user_id,
        reason=clean(reason, field=N_("Reason"), limit=200, required=True),
        given_by=actor.user_id,
        given_at=now,
    )
    session.add(leave)
    session.flush()
    facts = {"exam": exam.id, "user": user_id, "reason": leave.reason}
    journal.write(
        session, actor, "exams.allow_another", "exam_leave", leave.id, now=now, facts=facts
    )
    return leave


def may_see_scan(session: Session, actor: Actor, file_id: int) -> bool:
    """Whether a scan belongs to a result that one may see."""
    from drills.exams.service.results import visible

    query = (
        select(Attempt.user_id)
        .join(AttemptFile, AttemptFile.attempt_id == Attempt.id)
        .where(AttemptFile.file_id == file_id, Attempt.site_id == actor.site_id)
    )
    people = set(session.scalars(query))
    seen = visible(session, actor)
    # A scan may hold the papers of several: only who may see all of them sees it.
    return bool(people) and (seen is None or people <= seen | {actor.user_id})
