"""The demonstration hall's drills: last half-year's is closed, one is followed up, one planned."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import service as checklists
from drills import demo_pictures, service
from drills.entries import Ink, Tap
from drills.models import Content, Drill, EntryKind, Form, Problem, Status, Topic
from drills.service import OnPaper, attending, clock, problems, proofs, tried, years
from drills.service.years import Accepted
from hazards import service as hazards
from safety_app.accounts import service as accounts
from safety_app.accounts.service import Drawn
from safety_app.core import clock as times
from safety_app.core.access import Actor, Role
from safety_app.core.feature import Demo
from safety_app.core.photos import PhotoStore, ingest
from safety_app.core.settings import settings
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Site

LIVED: Final = timedelta(days=92)
FIXED_AFTER, CLOSED_AFTER, HELD_AFTER, PLANNED_BEFORE = 3, 8, 40, 3
INK: Final = Drawn(
    strokes=(((40, 120), (90, 60), (150, 130), (200, 70)), ((230, 60), (300, 90), (380, 120))),
    width=640,
    height=200,
)
PAST_SECONDS: Final = {
    "alarm": 42, "call_119": 65, "announcement": 88, "groups": 150, "first_fire": 131,
    "power_off": 122, "hall_empty": 194, "head_count": 262,
}  # fmt: skip
LIVE_SECONDS: Final = {
    "alarm": 35, "announcement": 151, "repair": 118, "by_hand": 402, "restored": 845,
}  # fmt: skip
PAST_SHEET: Final[dict[str, dict[str, Any]]] = {
    "G03": {"value": "4"},
    "G07": {"value": "3"},
    "G09": {"value": "2", "note": "两名使用轮椅的群众没有固定引导人", "disposal": "hazard"},
    "G10": {"value": "3"},
    "G11": {"value": "4"},
    "G12": {"value": "3"},
    "G16": {"value": "3"},
}
LIVE_SHEET: Final[dict[str, dict[str, Any]]] = {
    **{code: {"value": "N", "reason": "not_played"} for code in ("G10", "G11", "G12", "G15")},
    "G08": {"value": "2", "note": "二楼东侧听不清广播", "disposal": "hazard"},
    "G06": {"value": "4"},
}


def found(session: Session, now: datetime) -> None:
    """The drill of the half-year before, from its paper, and its evaluation."""
    site, officer = _site(session), _first_with(session, Role.OFFICER, now)
    today = times.local_day(now, site.timezone)
    on = workplace.previous_open_day(session, site.id, _last_half(today))
    start = times.at_local(on, time(17, 5), site.timezone)
    facts = _facts(
        session, site, officer, today, "全大厅灭火和应急疏散演练",
        "Fire and evacuation drill of the hall",
    )  # fmt: skip
    there = _people(session, site)
    paper = OnPaper(start, start + timedelta(minutes=18), there, visitors=31, third_parties=4)
    drill = service.enter_new(session, officer, facts, paper, now=now)
    for row in service.moments_of(session, drill.id):
        row.stamped_at = start + timedelta(seconds=PAST_SECONDS[row.code])
        row.stamped_by = officer.user_id
    _complete(session, officer, drill, now)
    manager = _first_with(session, Role.MANAGER, now)
    checklists.inspect(
        session, manager, f"drills:{drill.code}", _sheet(PAST_SHEET), signature=INK, now=now
    )
    _hand_out(session, officer, drill, now)


def live(session: Session, day: date, until: datetime, _random: Random) -> None:
    """Fix and close what the past drill has shown, hold another, plan the next."""
    site = _site(session)
    if not workplace.day(session, site.id, day).is_open:
        return
    moment = times.at_local(day, time(16, 40), site.timezone)
    if moment > until:
        return
    first = times.local_day(site.created_at, site.timezone)
    last = times.local_day(until, site.timezone)
    age = (day - first).days
    if age >= FIXED_AFTER:
        _fix(session, site, moment)
    if age >= CLOSED_AFTER:
        _close(session, site, moment)
    if age >= HELD_AFTER and not _has_live(session, site):
        _hold(session, site, day, moment)
    if (last - day).days <= PLANNED_BEFORE:
        _plan(session, site, day, moment)


def _people(session: Session, site: Site) -> frozenset[int]:
    """Most of those who work in the hall."""
    people = [one for one in accounts.list_people(session, site.id) if one.window_ids]
    return frozenset(one.id for at, one in enumerate(people) if at % 9)


def _last_half(today: date) -> date:
    """A day in the half-year before the one in which the demonstration ends, before it begins."""
    end = today + LIVED
    before = date(end.year, 6, 30) if end.month > 6 else date(end.year - 1, 12, 31)
    return min(before - timedelta(days=30), today - timedelta(days=10))


def _facts(
    session: Session, site: Site, officer: Actor, today: date, title: str, title_en: str,
    **changes: Any,
) -> service.Facts:  # fmt: skip
    leads = accounts.with_role(session, site.id, Role.LEAD)
    managers = accounts.with_role(session, site.id, Role.MANAGER)
    plans = tried.plans_of(session, site.id, today)
    fire = [one.id for one in plans if one.topic == Topic.FIRE and one.was_in_force(today)][:1]
    facts: dict[str, Any] = {
        "title": title,
        "title_en": title_en,
        "content": Content.COMPREHENSIVE,
        "form": Form.LIVE,
        "topic": Topic.FIRE,
        "owner_id": officer.user_id,
        "commander_id": leads[0],
        "evaluator_ids": (managers[0],),
        "plan_ids": tuple(fire),
        "place": "一楼大厅",
        "assembly_point": "北广场",
        "scenario": "17 时许，一楼综合窗口后方电源插座冒烟起火，现场有办事群众约三十人。",
        "objectives": "3 分钟内大厅人员疏散完毕，5 分钟内清点人数完毕；各小组职责清楚。",
        "safety": "烟雾用标识代替；楼梯口设安全监护人；孕妇、病弱人员不参加。",
        **changes,
    }
    return service.Facts(**facts)


def _complete(session: Session, officer: Actor, drill: Drill, now: datetime) -> None:
    """Words and pictures of the record."""
    service.write_down(
        session, officer, drill.id,
        course="按预案发现起火、按下手动报警、广播疏散，各小组到位；灭火组用灭火器模拟扑救，断电后"
        "引导群众从东、南出口撤至北广场清点。",
        debrief="报警和广播及时，撤离有序。不足：两名使用轮椅的群众没有指定引导人，疏散比目标慢"
        " 14 秒。要求在预案中固定引导岗位。",
        partners="物业公司", visitors=drill.visitors, third_parties=drill.third_parties, now=now,
    )  # fmt: skip
    store = PhotoStore(settings().photo_dir)
    shots = [ingest(store, demo_pictures.draw(place)) for place in range(3)]
    proofs.keep_photos(session, officer, drill, shots, caption="演练现场", now=now)


def _sheet(said: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    full: dict[str, dict[str, Any]] = {f"G{n:02}": {"value": "5"} for n in range(1, 21)}
    return {**full, **said}


def _hand_out(session: Session, officer: Actor, drill: Drill, now: datetime) -> None:
    """What the sheet has registered is handed to the lead who commanded."""
    fix_by = times.local_day(now, officer.timezone) + timedelta(days=6)
    for problem in _problems(session, drill):
        if problem.hazard_id:
            hazards.assign(
                session, officer, problem.hazard_id, owner_id=drill.commander_id or 0,
                fix_by=fix_by, measures="指定引导人并在班前会上演示", row_version=None,
                interim_measure="由导办员临时负责", now=now,
            )  # fmt: skip


def _fix(session: Session, site: Site, now: datetime) -> None:
    """The owner submits the fix of the first drill's problems, the officer verifies it."""
    drill = _first(session, site)
    officer = _first_with(session, Role.OFFICER, now)
    if drill is None or drill.status != Status.EVALUATED or drill.commander_id is None:
        return
    owner = accounts.actor_for(session, drill.commander_id, now=now)
    ids = [one.hazard_id for one in _problems(session, drill)]
    for hazard in hazards.outcomes(session, site.id, ids).values():
        if hazard.is_open and str(hazard.status) == "assigned":
            shot = ingest(PhotoStore(settings().photo_dir), demo_pictures.draw(1))
            hazards.fix(
                session, owner, hazard.id, note="已在排班表中固定引导人", photos=[shot],
                row_version=None, now=now,
            )  # fmt: skip
            hazards.accept(session, officer, hazard.id, row_version=None, now=now)


def _close(session: Session, site: Site, now: datetime) -> None:
    drill = _first(session, site)
    if drill is None or drill.status != Status.EVALUATED:
        return
    if not any(one.is_open for one in problems.list_problems(session, drill)):
        problems.close(session, _first_with(session, Role.MANAGER, now), drill.id, now=now)


def _hold(session: Session, site: Site, day: date, now: datetime) -> None:
    """A drill of a power failure, held by the stopwatch; its problem is being put right."""
    officer = _first_with(session, Role.OFFICER, now)
    facts = _facts(
        session, site, officer, day, "停电和系统故障应急演练", "Power and system failure drill",
        content=Content.SINGLE, topic=Topic.OUTAGE, plan_ids=(),
        scenario="16 时 40 分大厅停电，叫号和业务系统中断。",
        objectives="3 分钟内告知群众，10 分钟内启用手工受理。",
        safety="配电间由电工监护。",
    )  # fmt: skip
    drill = service.plan(session, officer, facts, planned_on=day, now=now)
    service.notify(
        session, officer, drill.id, audience="全体在岗人员、办事群众",
        text="今日 16 时 40 分举行停电应急演练，业务暂停约 15 分钟。", now=now,
    )  # fmt: skip
    _run(session, officer, drill, now)
    drill.debrief = "告知及时；二楼东侧听不清广播。"
    manager = _first_with(session, Role.MANAGER, now)
    end = now + timedelta(minutes=40)
    checklists.inspect(
        session, manager, f"drills:{drill.code}", _sheet(LIVE_SHEET), signature=INK, now=end
    )


def _run(session: Session, officer: Actor, drill: Drill, start: datetime) -> None:
    """The stopwatch, and who signed in."""
    _drill, token = clock.open_clock(session, officer, drill.code, now=start)

    def tap(kind: EntryKind, seconds: int, **facts: Any) -> None:
        at = start + timedelta(seconds=seconds)
        key = f"demo-{drill.code}-{kind}-{facts.get('milestone_id', facts.get('person_id', 0))}"
        one = Tap(key=key, kind=kind, at=int(at.timestamp() * 1000), **facts)
        clock.record(session, token, one, now=at)

    tap(EntryKind.START, 0)
    for row in service.moments_of(session, drill.id):
        tap(EntryKind.STAMP, LIVE_SECONDS[row.code], milestone_id=row.id)
    ink = Ink(strokes=[[[x, y] for x, y in one] for one in INK.strokes], w=INK.width, h=INK.height)
    for place, head in enumerate(attending.rows_of(session, drill.id)):
        kind = EntryKind.SIGN if place % 7 else EntryKind.PRESENT
        facts = {"ink": ink} if kind is EntryKind.SIGN else {}
        tap(kind, 900 + place, person_id=head.user_id, **facts)
    tap(EntryKind.STOP, 890)
    service.finish(session, officer, drill.id, now=start + timedelta(minutes=35))


def _plan(session: Session, site: Site, day: date, now: datetime) -> None:
    """Put what is proposed for this half-year on the plan."""
    officer = _first_with(session, Role.OFFICER, now)
    proposed = years.proposal_of(session, site.id, day.year, now)
    leads = accounts.with_role(session, site.id, Role.LEAD)
    wanted = [Accepted(one.key, one.on, officer.user_id, leads[0]) for one in proposed]
    if wanted:
        years.accept(session, officer, day.year, wanted, now=now)


def _first(session: Session, site: Site) -> Drill | None:
    query = select(Drill).where(Drill.site_id == site.id).order_by(Drill.id).limit(1)
    return session.scalar(query)


def _has_live(session: Session, site: Site) -> bool:
    query = select(Drill.id).where(Drill.site_id == site.id, Drill.topic == Topic.OUTAGE)
    return session.scalar(query.limit(1)) is not None


def _problems(session: Session, drill: Drill) -> list[Problem]:
    return list(session.scalars(select(Problem).where(Problem.drill_id == drill.id)))


def _site(session: Session) -> Site:
    return next(one for one in workplace.list_sites(session) if one.is_demo)


def _first_with(session: Session, role: Role, now: datetime) -> Actor:
    found = accounts.with_role(session, _site(session).id, role)
    return accounts.actor_for(session, found[0], now=now)


DEMO: Final = Demo(found=found, live=live)
