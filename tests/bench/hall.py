"""The hall that is measured: 24 windows, lists of 20 items, a drill, an exam, 10,000 hazards."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from checklists import service as checklists
from checklists import templates
from checklists.models import Anchor, Plan, PlanSlot, Run, Task, TemplateItem, TemplatePart
from checklists.templates import ChecklistFile
from drills import service as drills
from drills.exams.drawing import Part
from drills.exams.models import Kind as QuestionKind
from drills.exams.service import definitions, sitting
from drills.models import Content, Form
from drills.models import Step as DrillStep
from drills.training import service as training
from hazards.models import Category, Hazard, HazardStep, Kind, Level, Origin, Status, Step
from safety_app import migrate
from safety_app.accounts.models import Membership, User
from safety_app.accounts.service.sessions import SignedIn, open_session
from safety_app.core import clock, db
from safety_app.core.access import Role
from safety_app.core.settings import settings
from safety_app.features import features
from safety_app.workplace.models import Window
from tests.cast import Cast, build
from tests.drills.cases import attended

CODE = "bench"
ITEMS = 20
QUESTIONS = (
    Part(QuestionKind.SINGLE, 28), Part(QuestionKind.MULTIPLE, 11),
    Part(QuestionKind.TRUE_FALSE, 11),
)  # fmt: skip
WINDOWS = 24
ONE_OPEN_IN = 10
OPEN = (Status.REGISTERED, Status.ASSIGNED, Status.FIXED)


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is to measure with."""

    hazards: int = 10_000
    sheets: int = 60


@dataclass(frozen=True, slots=True)
class Sheet:
    """An open patrol or evaluation of somebody who is signed in."""

    run_id: int
    run_token: str
    items: tuple[int, ...]
    signed_in: SignedIn


@dataclass(frozen=True, slots=True)
class Paper:
    """An exam under way on a tablet."""

    attempt_id: int
    token: str
    questions: int


@dataclass(frozen=True, slots=True)
class Hall:
    """The data folder, who looks at pages, the sheets to fill, a drill's evaluation, an exam."""

    data: Path
    officer: SignedIn
    sheets: tuple[Sheet, ...]
    evaluation: Sheet | None = None
    exam: Paper | None = None


def furnish(data: Path, size: Size) -> Hall:
    """Fill an empty data folder; the database becomes that of this process."""
    now = clock.now()
    adopt(data)
    with db.transaction() as session:
        cast = build(session)
        windows = _windows(session, cast.site_id)
        templates.sync(session, now)
        templates.publish(session, _checklist(), now=now)
        for window_id in windows:
            checklists.create_plan(
                session,
                None,
                site_id=cast.site_id,
                template_code="window-daily",
                window_id=window_id,
                starts_on=clock.local_day(now, "Asia/Shanghai"),
                now=now,
            )
        for feature in features():
            if feature.prepare:
                feature.prepare(session, now)
        _hazards(session, cast, windows, size.hazards, now)
    with db.transaction() as session:
        officer = session.get_one(User, cast.officer.user_id)
        signed_in = open_session(session, officer, device_id=None, now=now)
        sheets = _sheets(session, cast.site_id, windows, size.sheets, now)
        evaluation = _evaluation(session, cast, signed_in, now)
        exam = _exam(session, cast, now)
    return Hall(data, signed_in, sheets, evaluation, exam)


def adopt(data: Path) -> None:
    """Make an empty, migrated database in this folder that of this process."""
    data.mkdir(parents=True, exist_ok=True)
    os.environ["SAFETY_DATA_DIR"] = str(data)
    settings.cache_clear()
    migrate.upgrade(db.configure(settings().url))


def _windows(session: Session, site_id: int) -> list[int]:
    rows = [
        Window(site_id=site_id, code=f"B{number:02}", name="社保窗口", name_en="Social insurance")
        for number in range(WINDOWS)
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def _checklist() -> ChecklistFile:
    items = [
        {
            "code": f"Q{number:02}",
            "text": f"电源线、插排完好，不串接（{number}）",
            "text_en": f"Cables and power strips are sound, not chained ({number})",
            "problem": f"电源线、插排破损或串接（{number}）",
            "problem_en": f"Cable or power strip is damaged or chained ({number})",
            "auto": "hazard",
            "level": "moderate",
            "days": 3,
            "category": "electricity",
            "source": "HALL 4.2(2)",
        }
        for number in range(ITEMS)
    ]
    part = {"code": "all", "name": "全部", "name_en": "All", "items": items}
    words = {"title": "测速", "title_en": "Benchmark", "rule": "测速", "rule_en": "Benchmark"}
    return ChecklistFile.model_validate(
        {"code": CODE, "target": "window", "parts": [part], **words}
    )


def _sheets(
    session: Session, site_id: int, windows: list[int], count: int, now: datetime
) -> tuple[Sheet, ...]:
    """One person with one open patrol for each; several at a window lie on different days."""
    template = templates.newest(session, CODE)
    assert template
    part_id = session.scalars(
        select(TemplatePart.id).where(TemplatePart.template_id == template.id)
    ).one()
    items = session.scalars(
        select(TemplateItem.id)
        .where(TemplateItem.part_id == part_id)
        .order_by(TemplateItem.position)
    ).all()
    people = [_staff(session, site_id, window_id, now) for window_id in windows]
    plans = [_plan(session, site_id, window_id, now) for window_id in windows]
    found = []
    for number in range(count):
        at, days = number % len(windows), number // len(windows)
        task = Task(
            site_id=site_id, plan_id=plans[at], part_id=part_id, part="all",
            window_id=windows[at], on_date=now.date() - timedelta(days=days),
            opens_at=now - timedelta(hours=1), due_at=now + timedelta(hours=6),
            closes_at=now + timedelta(hours=12),
        )  # fmt: skip
        session.add(task)
        session.flush()
        opened = checklists.open_run(session, people[at].actor, task.id, now=now)
        found.append(Sheet(opened.run_id, opened.token, tuple(items), people[at]))
    return tuple(found)


def _evaluation(session: Session, cast: Cast, officer: SignedIn, now: datetime) -> Sheet:
    """The open evaluation of a drill that was held."""
    facts = drills.Facts(
        "测速", Content.COMPREHENSIVE, Form.LIVE, owner_id=cast.manager.user_id, place="一楼"
    )
    today = clock.local_day(now, "Asia/Shanghai")
    drill = drills.plan(session, cast.manager, facts, planned_on=today, now=now)
    drills.take(session, None, drill, DrillStep.START, now=now)
    attended(session, drill, now=now)
    drills.take(session, None, drill, DrillStep.FINISH, now=now)
    subject = f"drills:{drill.code}"
    opened = checklists.open_inspection(session, officer.actor, subject, now=now)
    items = session.scalars(
        select(TemplateItem.id)
        .join(Run, Run.part_id == TemplateItem.part_id)
        .where(Run.id == opened.run_id)
        .order_by(TemplateItem.position)
    ).all()
    assert len(items) == ITEMS
    return Sheet(opened.run_id, opened.token, tuple(items), officer)


def _exam(session: Session, cast: Cast, now: datetime) -> Paper:
    """The exam of 50 questions that the first lead has begun."""
    course = training.list_courses(session, cast.site_id)[0]
    course.hours, course.changed = 0, [*course.changed, "hours"]  # nobody is trained here
    facts = definitions.ExamFacts(course.id, "测速", QUESTIONS, minutes=240)
    exam = definitions.save_exam(session, cast.officer, facts, now=now)
    token = "x" * 64
    attempt = sitting.begin(session, cast.lead, exam.id, token=token, now=now).attempt
    return Paper(attempt.id, token, len(attempt.questions))


def _staff(session: Session, site_id: int, window_id: int, now: datetime) -> SignedIn:
    user = User(
        site_id=site_id, login=f"bench{window_id}", name="周航", name_en="Zhou Hang", created_at=now
    )
    session.add(user)
    session.flush()
    session.add(
        Membership(site_id=site_id, user_id=user.id, role=Role.STAFF, window_id=window_id)
    )  # fmt: skip
    session.flush()
    return open_session(session, user, device_id=None, now=now)


def _plan(session: Session, site_id: int, window_id: int, now: datetime) -> int:
    """A plan that makes no tasks of its own: it ended before it began."""
    today = now.date()
    plan = Plan(
        site_id=site_id, template_code=CODE, window_id=window_id,
        starts_on=today, ends_on=today - timedelta(days=1),
    )  # fmt: skip
    session.add(plan)
    session.flush()
    session.add(
        PlanSlot(
            plan_id=plan.id, part="all", opens_from=Anchor.CLOCK, opens_minutes=0,
            due_from=Anchor.CLOCK, due_minutes=720, closes_from=Anchor.CLOCK, closes_minutes=1439,
        )
    )  # fmt: skip
    session.flush()
    return plan.id


def _hazards(
    session: Session, cast: Cast, windows: list[int], count: int, now: datetime
) -> None:  # fmt: skip
    """Years of hazards, of which every tenth is still open, an urgent one among a hundred."""
    levels = (Level.SERIOUS, Level.MODERATE, Level.MODERATE, Level.MINOR)
    today = clock.local_day(now, "Asia/Shanghai")
    rows, steps = [], []
    for number in range(1, count + 1):
        open_ = number % ONE_OPEN_IN == 0
        at = now - timedelta(hours=number)
        rows.append(
            {
                "id": number,
                "site_id": cast.site_id,
                "number": f"HZ-2025-{number:05}",
                "kind": Kind.SAFETY,
                "status": OPEN[number // ONE_OPEN_IN % 3] if open_ else Status.CLOSED,
                "what": "台下插排串接，插头温热",
                "what_en": "Power strip plugged into another, plug is warm",
                "category": Category.ELECTRICITY,
                "level": Level.URGENT if number % 1000 == 0 else levels[number % 4],
                "origin": Origin.PATROL,
                "window_id": windows[number % len(windows)] if number % 5 else None,
                "location_id": None if number % 5 else cast.floor,
                "registered_at": at,
                "registered_by": cast.staff.user_id,
                "owner_id": cast.second_staff.user_id if number % 3 else None,
                "fix_by": today + timedelta(days=number % 40 - 20),
                "fixed_by": cast.second_staff.user_id,
                "closed_at": None if open_ else at + timedelta(days=2),
            }
        )
        steps.append(
            {
                "site_id": cast.site_id,
                "hazard_id": number,
                "step": Step.REGISTER,
                "at": at,
                "actor_id": cast.staff.user_id,
            }
        )
    session.execute(insert(Hazard), rows)
    session.execute(insert(HazardStep), steps)
