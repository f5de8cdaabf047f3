"""What the exam's page is told, as plain data: nothing of it says what is right before the end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from drills.exams.models import KIND_NAMES, Kind
from drills.exams.scoring import needed
from drills.exams.service import results, sitting
from drills.exams.service.definitions import get_exam
from drills.exams.service.results import Line, Outcome
from drills.exams.service.sitting import Cover, Opened
from drills.training import service as training
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.i18n import _, bilingual, day_text, language, moment_text, ngettext
from safety_app.core.settings import settings

BACK: Final = "/exams"


def cover_facts(session: Session, actor: Actor, exam_id: int, now: datetime) -> dict[str, Any]:
    """The page before the first question; of an attempt under way where and until when."""
    cover = sitting.cover(session, actor, exam_id, now)
    running = cover.standing.running
    return {
        "exam_id": exam_id,
        "user_id": actor.user_id,
        "title": cover.rules.name,
        "course": cover.course,
        "candidate": accounts.names(session, [actor.user_id])[actor.user_id],
        "language": language(),
        "timezone": actor.timezone,
        "now": now,
        "back_url": BACK,
        "tablet": actor.device_id is not None,
        "idle_seconds": settings().tablet_idle_minutes * 60,
        "rules": rules_said(cover),
        "refused": cover.standing.refused.message() if cover.standing.refused else "",
        "attempt": None if running is None else {
            "id": running.id,
            "deadline": running.deadline,
            "closes_at": running.closes_at,
            "running_on": cover.running_on,
            "seen_text": moment_text(running.seen_at, actor.timezone) if running.seen_at else "",
        },
    }  # fmt: skip


def rules_said(cover: Cover) -> list[str]:
    """What a candidate must know, a sentence each."""
    rules = cover.rules
    said = [
        ngettext("{n} question in {minutes} minutes.", "{n} questions in {minutes} minutes.",
                 cover.questions, minutes=rules.minutes),
        _("Passed with {percent}% of the points or more.", percent=rules.pass_percent),
        _("An incomplete choice of several gives half of the points, a wrong one none.")
        if rules.gives_part_marks
        else _("Of several right answers all must be chosen, and no wrong one."),
        _attempts_said(cover),
    ]  # fmt: skip
    if rules.grace_minutes:
        said.append(
            ngettext(
                "If the tablet fails, go on at any other one: up to {n} minute is given back,"
                " once.",
                "If the tablet fails, go on at any other one: up to {n} minutes are given back,"
                " once.",
                rules.grace_minutes,
            )
        )
    return [one for one in said if one]


def _attempts_said(cover: Cover) -> str:
    standing, exam = cover.standing, cover.exam
    if standing.allowed is None:
        return ""
    now = standing.used + (0 if standing.running else 1)
    counted = {"n": min(now, standing.allowed), "total": standing.allowed}
    if not exam.retake_days:
        return _("Attempt {n} of {total}. After a fail it can be retaken at once.", **counted)
    return _(
        "Attempt {n} of {total}. After a fail it can be retaken {days} days later.",
        days=exam.retake_days, **counted,
    )  # fmt: skip


def opened_facts(opened: Opened, now: datetime) -> dict[str, Any]:
    """An attempt as the page goes on with it."""
    attempt = opened.attempt
    return {
        "attempt_id": attempt.id,
        "number": attempt.number,
        "now": now,
        "deadline": attempt.deadline,
        "closes_at": attempt.closes_at,
        "answers": attempt.answers,
        "marks": attempt.marks,
        "last_seq": opened.last_seq,
        "given_back": opened.given_back,
        "taken_over": opened.taken_over,
        "over": opened.is_over,
        "questions": [
            {
                "kind": one.kind,
                "kind_text": _(KIND_NAMES[Kind(one.kind)]),
                "text": one.text,
                "options": list(one.options),
                "points": one.points,
                "photo": f"/photos/{one.photo_key}" if one.photo_key else "",
            }
            for one in opened.questions
        ],
    }


def result_facts(session: Session, actor: Actor, attempt_id: int, now: datetime) -> dict[str, Any]:
    """The result of an attempt that is over, each question explained."""
    found = results.outcome(session, actor, attempt_id, now)
    brief = found.brief
    return {
        "attempt_id": brief.id,
        "number": brief.number,
        "title": brief.exam,
        "candidate": brief.person,
        "passed": brief.passed,
        "score": brief.score,
        "percent": f"{brief.percent:g}",
        "needed": f"{needed(brief.out_of, brief.pass_percent):g}",
        "held_on": day_text(brief.held_on, year=True),
        "next_step": found.next_step,
        "remarks": remarks_of(found),
        "right": sum(one.is_right for one in found.lines),
        "lines": [_line(one) for one in found.lines],
        "course": _course(session, actor, brief.exam_id),
    }


def read_facts(session: Session, actor: Actor, attempt_id: int, now: datetime) -> dict[str, Any]:
    """The page of a result that is read again, with all that the page needs."""
    found = result_facts(session, actor, attempt_id, now)
    return {
        "title": found["title"],
        "course": found["course"],
        "candidate": found["candidate"],
        "language": language(),
        "timezone": actor.timezone,
        "now": now,
        "back_url": BACK,
        "tablet": actor.device_id is not None,
        "idle_seconds": settings().tablet_idle_minutes * 60,
        "result": found,
    }


def _course(session: Session, actor: Actor, exam_id: int) -> str:
    exam = get_exam(session, actor.site_id, exam_id)
    course = training.get_course(session, actor.site_id, exam.course_id)
    return bilingual(course.name, course.name_en)


def remarks_of(found: Outcome) -> list[str]:
    """What was out of the ordinary, for the candidate and the examiner alike."""
    brief, attempt = found.brief, found.attempt
    said = []
    if brief.ended_by == "time":
        said.append(_("Handed in by itself when the time was up."))
    if brief.given_back and attempt.away_from and attempt.away_until:
        minutes, seconds = divmod(brief.given_back, 60)
        said.append(_("Interrupted; {minutes} min {seconds} s were given back.",
                      minutes=minutes, seconds=seconds))  # fmt: skip
    if brief.late:
        said.append(
            ngettext(
                "{n} answer given in time arrived after the deadline.",
                "{n} answers given in time arrived after the deadline.",
                brief.late,
            )
        )
    return said


def _line(one: Line) -> Mapping[str, Any]:
    options: Sequence[Mapping[str, Any]] = [
        {"letter": each.letter, "text": each.text, "chosen": each.is_chosen, "right": each.is_right}
        for each in one.options
    ]
    return {
        "number": one.number,
        "kind_text": _(KIND_NAMES[Kind(one.kind)]),
        "text": one.text,
        "options": options,
        "points": one.points,
        "got": one.got,
        "is_right": one.is_right,
        "chosen": one.chosen,
        "right": one.right,
        "explanation": one.explanation,
        "source": one.source,
        "photo": f"/photos/{one.photo_key}" if one.photo_key else "",
    }
