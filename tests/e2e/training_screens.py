"""The screens of training: whose each is, and the address of what was made."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from drills.training import service
from drills.training.models import EventKind
from drills.training.service import Plan, Source
from drills.training.service.events import record_event
from tests.cast import Cast
from tests.drills.training.test_attending import INK
from tests.e2e.hall import today

DAY = timedelta(days=1)


def teach(session: Session, people: Cast, now: datetime) -> dict[str, int]:
    """A session to come, one that goes on, one that was held; results, a transfer."""
    courses = {one.code: one.id for one in service.list_courses(session, people.site_id)}
    for code, days in (("FIRE", 340), ("REFRESHER", 20), ("PRE-WINDOW", 400)):
        service.record_result(
            session, None, site_id=people.site_id, user_id=people.staff.user_id,
            course_id=courses[code], on=today() - days * DAY, passed=True, score=92, out_of=100,
            source=Source.CERTIFICATE, source_key=f"screen:{code}", certificate="ZS-1",
            issuer="县应急管理局", now=now,
        )  # fmt: skip
    event = record_event(
        session, people.officer, user_id=people.staff.user_id, kind=EventKind.TRANSFERRED,
        on=today() - 3 * DAY, now=now,
    )  # fmt: skip
    ahead = _plan(session, people, courses["FIRE"], now + 3 * DAY, now)
    going_on = _plan(session, people, courses["REFRESHER"], now, now)
    before = now - timedelta(minutes=70)
    held = _plan(session, people, courses["CONTRACTOR"], before, now)
    for actor in (people.staff, people.second_staff):
        service.sign_in(
            session, people.officer, held, user_id=actor.user_id, signature=INK, now=before
        )
    service.close_session(session, people.officer, held, now=now)
    rules = service.list_courses(session, people.site_id)
    return {
        "ahead": ahead,
        "going_on": going_on,
        "held": held,
        "pupil": people.staff.user_id,
        "course": rules[0].id,
        "event": event.id,
    }


def _plan(session: Session, people: Cast, course_id: int, at: datetime, now: datetime) -> int:
    plan = Plan(
        course_id=course_id, starts_at=at, ends_at=at + timedelta(minutes=60), place="三楼会议室",
        trainer="刘洋", hours=1,
    )  # fmt: skip
    invited = [people.staff.user_id, people.second_staff.user_id]
    return service.plan_session(session, people.officer, plan, invited=invited, now=now).id


PERSON, SESSION, COURSE = "/training-person?id=", "/training-sessions?id=", "/training-courses?id="
SCREENS: Final = (
    ("training", "officer", "/training", "", "ul.rows button"),
    ("own training", "staff", "/training", "", ".dates"),
    ("who is covered", "manager", "/training-matrix", "", "table.cover"),
    ("training of a person", "officer", PERSON, "pupil", ".dates"),
    ("certificate", "officer", "/training-person?do=certificate&id=", "pupil",
     ".st-key-card_person_certificate"),
    ("transfer", "officer", "/training-person?do=event&id=", "pupil", ".st-key-card_person_event"),
    ("training sessions", "lead", "/training-sessions", "", "ul.rows button"),
    ("session to come", "officer", SESSION, "ahead", ".st-key-card_people"),
    ("session going on", "officer", SESSION, "going_on", ".st-key-card_presence"),
    ("session held", "officer", SESSION, "held", ".st-key-card_people"),
    ("new session", "officer", "/training-sessions?do=new&course=", "course",
     ".st-key-session-plan button"),
    *(
        (f"session, {step}", "officer", f"/training-sessions?do={step}&id=", "ahead",
         f".st-key-card_session_{step}")
        for step in ("change", "postpone", "cancel", "invite")
    ),
    ("session, close", "officer", "/training-sessions?do=close&id=", "going_on",
     ".st-key-card_session_close"),
    ("courses", "administrator", "/training-courses", "", ".dates"),
    ("new course", "administrator", "/training-courses?do=new", "", ".st-key-card_course_edit"),
    ("a course changed", "administrator", "/training-courses?do=change&id=", "course",
     ".st-key-card_course_edit"),
    ("new requirement", "administrator", "/training-courses?do=need&id=", "course",
     ".st-key-card_course_need"),
    ("a course ends", "administrator", "/training-courses?do=stop&id=", "course",
     ".st-key-card_course_stop"),
    ("gate before duty", "manager", "/training-gate", "", ".st-key-card_gate_overrides"),
    ("import of training", "administrator", "/training-import", "", ".st-key-card_import"),
)  # fmt: skip
"""Name, person, beginning of the address, which id follows, and what to wait for."""
