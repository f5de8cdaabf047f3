"""The pictures of readiness: plans, drills, training and the gate, exams, incidents, one day."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills import service as drills
from drills.entries import Tap
from drills.exams.models import Exam
from drills.exams.service.retaking import standing
from drills.models import Content, Drill, EntryKind, Form, Status, Topic
from drills.service import clock, tried
from hazards.incidents.models import Incident, Kind
from hazards.incidents.service import reporting
from hazards.incidents.service.figures import Numbers
from safety_app.accounts import service as accounts
from safety_app.core import db
from safety_app.core.access import Role
from safety_app.workplace import service as workplace
from tests.cast import NOW, TODAY
from tests.drills.exams.front import OPTION
from tests.e2e.studio import LANGUAGES, Studio, keep, pages_of, settle, shoot
from tests.e2e.visits import DESKTOP, PHONE, TABLET

OFFICER, LEAD, MANAGER = "liuyang", "limin", "chenjing"
NAMED: Final = date(2026, 11, 20)
"""The day that an inspector names."""
RUNNING: Final = timedelta(minutes=3, seconds=20)
STAMPED: Final = 4
WHO: Final = (Role.OFFICER, Role.LEAD)


def plans(studio: Studio) -> None:
    """The emergency page of the tablet with nobody signed in, and a plan in force."""
    with db.reading() as session:
        fire = fire_plan(session)
    for language, short in LANGUAGES:
        with studio.as_("", language, TABLET) as page:
            studio.show(page, "/emergency", "main")
            shoot(page, f"emergency-tablet-{short}")
        with studio.as_(MANAGER, language, DESKTOP) as page:
            studio.show(page, f"/emergency-plans?plan={fire}", "h2")
            shoot(page, f"emergency-plan-desktop-{short}")


def held(studio: Studio) -> None:
    """The drills of the year, and the record of one that is closed."""
    with db.reading() as session:
        closed = session.scalars(select(Drill.code).where(Drill.status == Status.CLOSED)).first()
    for language, short in LANGUAGES:
        with studio.as_(MANAGER, language, DESKTOP) as page:
            studio.show(page, "/drills", ".st-key-card_duties")
            shoot(page, f"drills-desktop-{short}")
            record = f"/drills/{closed}/report.pdf?lang={language}"
            keep(pages_of(page, studio.house.url + record)[0], f"drill-record-{short}")


def trained(studio: Studio) -> None:
    """Who is covered, the gate, and somebody who is refused at it."""
    with db.reading() as session:
        site = workplace.list_sites(session)[0]
        window = workplace.list_windows(session, site.id)[0].id
    name = {"zh": "林小雨", "en": "Lin Xiaoyu"}
    for language, short in LANGUAGES:
        with studio.as_(OFFICER, language, DESKTOP) as page:
            studio.show(page, "/training-matrix", "table.cover")
            shoot(page, f"coverage-desktop-{short}")
        with studio.as_(MANAGER, language, DESKTOP) as page:
            studio.show(page, "/training-gate", ".st-key-card_gate_overrides")
            shoot(page, f"gate-desktop-{short}")
        with studio.as_(LEAD, language, DESKTOP) as page:
            studio.show(page, f"/roster?cell={window}.{TODAY}", ".strip")
            page.get_by_role("button", name=name[short], exact=True).first.click()
            settle(page)
            page.locator("button[kind=primary]:visible").first.click()
            page.locator(".note-red").first.wait_for()
            settle(page)
            shoot(page, f"refused-desktop-{short}")


def examined(studio: Studio) -> None:
    """A question on the tablet, and the result; another person for each language."""
    with db.reading() as session:
        candidates = may_sit(session)
    for (language, short), login in zip(LANGUAGES, candidates, strict=False):
        with studio.as_(login, language, TABLET) as page:
            studio.show(page, "/exams", "a.big[href^='/exam/']")
            page.locator("a.big[href^='/exam/']").first.click()
            page.locator("[data-act=begin]").click()
            page.locator(OPTION).first.wait_for()
            page.locator(".option").first.click()
            page.wait_for_timeout(600)
            shoot(page, f"exam-tablet-{short}")


def reported(studio: Studio) -> None:
    """An incident under investigation; another whose hour runs, on the phone."""
    with db.transaction() as session:
        known = session.scalars(select(Incident).where(Incident.kind == Kind.INJURY)).first()
        assert known
        staff = accounts.with_role(session, known.site_id, Role.STAFF)[0]
        fresh = reporting.report(
            session, accounts.actor_for(session, staff, now=NOW), kind=Kind.INJURY,
            numbers=Numbers(serious=1), occurred_at=NOW - timedelta(minutes=6),
            window_id=known.window_id, what="一名群众在楼梯口摔倒，小腿骨折", now=NOW,
        )  # fmt: skip
        number, urgent = known.number, fresh.number
    for language, short in LANGUAGES:
        with studio.as_(OFFICER, language, DESKTOP) as page:
            studio.show(page, f"/incidents?no={number}&part=investigation", "ol.whys")
            shoot(page, f"incident-desktop-{short}")
        with studio.as_(OFFICER, language, PHONE) as page:
            studio.show(page, f"/incidents?no={urgent}&part=overview", ".timeline")
            shoot(page, f"hour-phone-{short}")


def answered(studio: Studio) -> None:
    """The day that an inspector names, on the screen and on paper."""
    for language, short in LANGUAGES:
        with studio.as_(MANAGER, language, DESKTOP) as page:
            studio.show(page, f"/readiness-day?day={NAMED}", ".st-key-card_readiness_people")
            shoot(page, f"readiness-desktop-{short}")
            paper = f"/drills/readiness/{NAMED}.pdf?lang={language}"
            keep(pages_of(page, studio.house.url + paper)[0], f"readiness-paper-{short}")


def stopwatch(studio: Studio) -> None:
    """A drill under way on the tablet, with its first milestones stamped."""
    with db.transaction() as session:
        code = begin(session, NOW)
    for language, short in LANGUAGES:
        with studio.as_(OFFICER, language, TABLET) as page:
            studio.show(page, f"/drill/{code}/clock", ".moment.stamped")
            shoot(page, f"stopwatch-tablet-{short}")


# ------------------------------------------------------------------ what is shown


def fire_plan(session: Session) -> int:
    """The plan for a fire that is in force."""
    found = tried.plans_of(session, workplace.list_sites(session)[0].id, TODAY)
    return next(one.id for one in found if one.topic == Topic.FIRE)


def may_sit(session: Session) -> list[str]:
    """The user names of staff who may sit the exam of fire safety."""
    exam = session.scalars(select(Exam).where(Exam.title == "消防安全考试")).first()
    assert exam
    staff = accounts.with_role(session, exam.site_id, Role.STAFF)
    return [
        accounts.login_of(session, one)
        for one in staff
        if standing(session, exam, one, TODAY).may_sit
    ]


def begin(session: Session, now: datetime) -> str:
    """A drill of today that has gone on for some minutes; its code."""
    site = workplace.list_sites(session)[0]
    officer, lead = (accounts.with_role(session, site.id, role)[0] for role in WHO)
    actor = accounts.actor_for(session, officer, now=now)
    facts = drills.Facts(
        title="一楼大厅灭火和应急疏散演练", title_en="Fire and evacuation drill, ground floor",
        content=Content.COMPREHENSIVE, form=Form.LIVE, owner_id=officer, commander_id=lead,
        plan_ids=(fire_plan(session),),
        place="一楼大厅", assembly_point="北广场",
    )  # fmt: skip
    drill = drills.plan(session, actor, facts, planned_on=TODAY, now=now)
    _drill, token = clock.open_clock(session, actor, drill.code, now=now - RUNNING)
    moments = [None, *(one.id for one in drills.moments_of(session, drill.id)[:STAMPED])]
    for number, moment in enumerate(moments):
        at = now - RUNNING + timedelta(seconds=number * 41)
        kind = EntryKind.STAMP if moment else EntryKind.START
        tap = Tap(
            key=f"picture-{number}", kind=kind, at=int(at.timestamp() * 1000), milestone_id=moment
        )
        clock.record(session, token, tap, now=at)
    return drill.code


STEPS: Final[dict[str, Callable[[Studio], None]]] = {
    "emergency": plans, "drills": held, "training": trained, "exams": examined,
    "readiness": answered, "incidents": reported, "stopwatch": stopwatch,
}  # fmt: skip
