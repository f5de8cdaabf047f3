"""The demonstration hall's training: records brought in, sessions held, a gate, a newcomer."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from drills.training.coverage import DAY, add_months
from drills.training.jobs import follow_all
from drills.training.models import Course, Result, SessionStatus, Source, TrainingSession
from drills.training.service.attending import close_session, sign_in
from drills.training.service.courses import list_courses
from drills.training.service.gate_keeping import allow, set_gate
from drills.training.service.results import Fact, record_many
from drills.training.service.sessions import Plan, plan_session
from safety_app.accounts import service as accounts
from safety_app.accounts.service import Drawn, Staffed
from safety_app.core import clock
from safety_app.core.access import Actor, Role
from safety_app.core.feature import Demo
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Site

PRE_POST: Final = ("PRE-CENTRE", "PRE-DEPT", "PRE-WINDOW")
ENDS_SOON_DAYS: Final = 14
NEWCOMER: Final = ("林小雨", "Lin Xiaoyu", "linxiaoyu")
CAME_DAYS_AGO: Final = 5
HELD_DAYS_AGO: Final = (62, 20)
FIRE: Final = ("FIRE", 2.0, time(9), "灭火器与消火栓使用、报警、疏散引导")
REFRESHER: Final = ("REFRESHER", 4.0, time(14), "用电安全、火灾报警与初期扑救、引导群众疏散")
"""What is taught: the course, its hours, from when on, the topic."""
AHEAD: Final = (("PRE-CENTRE", 8), ("PRE-DEPT", 8), ("PRE-WINDOW", 8), ("FIRE", 2))
PRESENT: Final = 16
PLACE: Final = "三楼会议室"
INK: Final = Drawn(
    strokes=(((30, 100), (80, 50), (140, 120), (190, 60)), ((220, 70), (290, 90), (360, 100))),
    width=640,
    height=200,
)


def live(session: Session, day: date, until: datetime, _random: Random) -> None:
    """Records on the first day, the gate two days later; sessions now and then; a newcomer."""
    site = session.scalars(select(Site).where(Site.is_demo)).one()
    today = clock.local_day(until, site.timezone)
    morning = min(clock.at_local(day, time(8), site.timezone), until)
    if not session.scalar(select(func.count()).select_from(Result)):
        _begin(session, site.id, day, today, morning)
        _hold(session, site, day, morning, *FIRE)
    if (today - day).days in HELD_DAYS_AGO:
        _hold(session, site, day, morning, *REFRESHER)
    if (today - day).days == CAME_DAYS_AGO:
        _newcomer(session, site, day, morning)
    if day == today:
        _ahead(session, site, today, morning)


def _begin(session: Session, site_id: int, day: date, today: date, now: datetime) -> None:
    """What people had passed before, as last year's lists have it; then the day of the gate."""
    follow_all(session, now)
    courses = {one.code: one for one in list_courses(session, site_id)}
    people = accounts.staffing(session, site_id)
    facts = [fact for n, one in enumerate(people) for fact in _facts(one, n, courses, day, today)]
    record_many(session, None, facts, site_id=site_id, now=now)
    manager = _actor(session, site_id, Role.MANAGER)
    set_gate(session, manager, starts_on=day + 2 * DAY, now=now)


def _facts(
    one: Staffed, number: int, courses: dict[str, Course], day: date, today: date
) -> list[Fact]:
    """One person's records: before the post, fire safety, the yearly refresher, the own role's."""
    if Role.THIRD_PARTY in one.roles:
        return [_fact(one, courses["CONTRACTOR"], day - (20 + number % 40) * DAY)]
    if not one.roles & {Role.STAFF, Role.LEAD, Role.OFFICER, Role.MANAGER}:
        return []
    came = one.joined_on or day
    found = [_fact(one, courses[code], came, 82 + number % 17) for code in PRE_POST]
    trained = day - (15 + number * 7 % 190) * DAY
    if number % 23 == 7:  # a few end soon, the first of them in two weeks
        trained = add_months(today, -12) + (ENDS_SOON_DAYS + number // 23 * 5) * DAY
    found.append(_fact(one, courses["FIRE"], trained, 84 + number % 15))
    found.append(_fact(one, courses["REFRESHER"], day - (10 + number * 11 % 200) * DAY))
    if one.roles & {Role.OFFICER, Role.MANAGER}:
        found.append(_fact(one, courses["SAFETY-FIRST"], came + 30 * DAY, 88))
        found.append(_fact(one, courses["SAFETY-YEARLY"], day - 60 * DAY))
        found.append(_fact(one, courses["FIRE-HEADS"], day - 200 * DAY))
    return found


def _fact(one: Staffed, course: Course, on: date, score: int | None = None) -> Fact:
    return Fact(
        user_id=one.id,
        course=course,
        on=on,
        passed=True,
        score=score,
        out_of=100 if score else None,
        hours=course.hours or None,
        source=Source.IMPORTED,
        source_key=f"import:{one.id}:{course.id}:{on}:passed",
    )


def _hold(
    session: Session,
    site: Site,
    day: date,
    now: datetime,
    code: str,
    hours: float,
    begins: time,
    topic: str,
) -> None:
    """A session whose attendants sign on the tablet."""
    officer = _actor(session, site.id, Role.OFFICER)
    course = next(one for one in list_courses(session, site.id) if one.code == code)
    start = clock.at_local(day, begins, site.timezone)
    end = start + timedelta(minutes=45 * hours)
    staff = [one.id for one in accounts.list_people(session, site.id) if Role.STAFF in one.roles]
    there = staff[:PRESENT]
    one = plan_session(
        session,
        officer,
        Plan(
            course_id=course.id,
            starts_at=start,
            ends_at=end,
            place=PLACE,
            trainer=officer.name,
            hours=hours,
            topic=topic,
        ),
        invited=staff[: PRESENT + 2],
        now=now,
    )
    for number, user_id in enumerate(there):
        at = start - timedelta(minutes=15) + timedelta(seconds=40 * number)
        sign_in(session, officer, one.id, user_id=user_id, signature=INK, now=at)
    after = end + timedelta(minutes=10)
    close_session(session, officer, one.id, summary="结合大厅实际讲解并提问。", now=after)


def _newcomer(session: Session, site: Site, day: date, now: datetime) -> None:
    """Somebody new, who has passed nothing here yet; let through on the first two days."""
    name, name_en, login = NEWCOMER
    window = workplace.list_windows(session, site.id)[0]
    officer = next(one for one in accounts.list_people(session, site.id) if Role.STAFF in one.roles)
    user = accounts.create_user(
        session, None, site_id=site.id, login=login, name=name, name_en=name_en,
        post="窗口人员", post_en="Window staff", staff_no="0088", joined_on=day,
        secrets_of=session.get_one(accounts.User, officer.id), now=now,
    )  # fmt: skip
    accounts.grant_role(session, None, user.id, Role.STAFF, window.id, now=now)
    follow_all(session, now)
    manager = _actor(session, site.id, Role.MANAGER)
    allow(
        session, manager, user_id=user.id, first=day, last=day + DAY, now=now,
        reason="窗口人手不足，由老员工全程带教，不单独上岗",
    )  # fmt: skip


def _ahead(session: Session, site: Site, today: date, now: datetime) -> None:
    """The sessions of the days to come, to which those are invited who lack something."""
    planned = select(func.count()).where(
        TrainingSession.site_id == site.id, TrainingSession.status == SessionStatus.PLANNED
    )
    if session.scalar(planned):
        return
    officer = _actor(session, site.id, Role.OFFICER)
    courses = {one.code: one for one in list_courses(session, site.id)}
    new = accounts.find_login(session, NEWCOMER[2])
    invited = [new] if new else []
    days = workplace.days(session, site.id, today + DAY, today + 20 * DAY)
    open_days = [on for on, one in days.items() if one.is_open][1:]
    for on, (code, hours) in zip(open_days, AHEAD, strict=False):
        start = clock.at_local(on, time(8, 30) if hours > 4 else time(14), site.timezone)
        plan = Plan(
            course_id=courses[code].id, starts_at=start,
            ends_at=start + timedelta(minutes=45 * hours), place=PLACE, trainer=officer.name,
            hours=hours,
        )  # fmt: skip
        plan_session(session, officer, plan, invited=invited, now=now)


def _actor(session: Session, site_id: int, role: Role) -> Actor:
    """The first person of a role who was entered, as one who acts."""
    people = accounts.list_people(session, site_id)
    found = min((one for one in people if role in one.roles), key=lambda one: one.id)
    return Actor(found.id, site_id, found.name, frozenset({role}))


DEMO: Final = Demo(live=live)
