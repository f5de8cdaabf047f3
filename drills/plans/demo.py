"""The demonstration hall's plans: published, read by most, one draft, one that names who left."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.plans.content import Group, Map, Maps, Organisation, Resource, Resources, Words
from drills.plans.demo_map import draw
from drills.plans.models import Document, Kind, Trigger
from drills.plans.service import (
    acknowledge,
    approve,
    as_of,
    create,
    publish,
    request_revision,
    save_section,
)
from drills.plans.service.drafting import draft_of
from drills.plans.service.reading import audience
from safety_app.accounts import service as accounts
from safety_app.core import clock, files
from safety_app.core.access import Actor, Role
from safety_app.core.feature import Demo
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Site

PUBLISHED: Final = ("staff_rules", "visitor_rules", "third_party_rules", "fire", "evacuation")
LATER: Final = "outage"
DRAFTED: Final = "illness"
LEAVER: Final = ("陆远", "Lu Yuan", "luyuan")
LEAVES_AFTER: Final = timedelta(days=12)
REVISED_AFTER: Final = timedelta(days=9)
READ_BY: Final = timedelta(days=8)
SHARES: Final = 4
"""In so many days after publication most have read."""
SLOW: Final = 7
"""Every so many people take longer than that."""


def found(session: Session, now: datetime) -> None:
    """What was in force on the first day, and a draft."""
    site = _site(session)
    officer = accounts.actor_for(session, _of(session, site, Role.OFFICER)[0], now=now)
    manager = accounts.actor_for(session, _of(session, site, Role.MANAGER)[0], now=now)
    leaver = _hire(session, site, now)
    for scenario in PUBLISHED:
        document = _draft(session, site, officer, scenario, now)
        _publish(session, manager, document, now)
    outage = _draft(session, site, officer, LATER, now, first=leaver)
    _publish(session, manager, outage, now)
    _draft(session, site, officer, DRAFTED, now)


def live(session: Session, day: date, until: datetime, _random: Random) -> None:
    """People read; somebody leaves; a drill has asked for a revision."""
    site = _site(session)
    moment = clock.at_local(day, time(16, 30), site.timezone)
    if moment > until or not workplace.day(session, site.id, day).is_open:
        return
    first = clock.local_day(site.created_at, site.timezone)
    if day - first <= READ_BY:
        days = workplace.days(session, site.id, first, day)
        _read(session, site, day, sum(one.is_open for one in days.values()) - 1, moment)
    if first + LEAVES_AFTER <= day < first + LEAVES_AFTER + timedelta(days=7):
        _leave(session, site, day, moment)
    if first + REVISED_AFTER <= day < first + REVISED_AFTER + timedelta(days=7):
        _ask(session, site, day, moment)


def _draft(
    session: Session, site: Site, officer: Actor, scenario: str, now: datetime, first: int = 0
) -> Document:
    document = create(session, officer, scenario=scenario, now=now)
    content, _sections = draft_of(session, document.id)
    if content.organisation.groups:
        groups = _staffed(session, site, content.organisation.groups, first)
        _save(session, officer, document, Organisation(groups=groups), now)
    if scenario in ("fire", "evacuation"):
        picture = files.receive(session, officer, draw(), "一楼疏散示意图.png", now=now)
        words = Words(zh="一楼大厅疏散示意图", en="Ground floor: ways out")
        maps = Maps(maps=(Map(file_id=picture.id, caption=words),))
        _save(session, officer, document, maps, now)
    if scenario == "fire":
        uses = (("MHQ-0001", "入口处先用", "first choice at the entrance"),
                ("XHS-0001", "断电后使用", "once the power is off"))  # fmt: skip
        items = tuple(Resource(code=code, use=Words(zh=zh, en=en)) for code, zh, en in uses)
        resources = Resources(items=items, others=content.resources.others)
        _save(session, officer, document, resources, now)
    return document


def _staffed(
    session: Session, site: Site, groups: Sequence[Group], first: int
) -> tuple[Group, ...]:
    """Commanded by a manager, led by leads and officers, with staff as members."""
    managers, officers = (_of(session, site, role) for role in (Role.MANAGER, Role.OFFICER))
    leads, staff = (_of(session, site, role) for role in (Role.LEAD, Role.STAFF))
    found = []
    for n, group in enumerate(groups):
        if n == 0:
            named: Mapping[str, object] = {"lead_id": managers[0], "deputy_id": officers[0]}
        else:
            members = tuple(staff[(3 * n + step) % len(staff)] for step in range(3))
            lead = first if first and n == 1 else leads[(2 * n) % len(leads)]
            named = {"lead_id": lead, "deputy_id": leads[(2 * n + 1) % len(leads)],
                     "member_ids": members}  # fmt: skip
        found.append(group.model_copy(update=dict(named)))
    return tuple(found)


def _save(
    session: Session,
    officer: Actor,
    document: Document,
    part: Organisation | Maps | Resources,
    now: datetime,
) -> None:
    save_section(session, officer, document.id, part, row_version=None, now=now)


def _publish(session: Session, manager: Actor, document: Document, now: datetime) -> None:
    approve(session, manager, document.id, row_version=None, now=now)
    publish(session, manager, document.id, now=now)


def _hire(session: Session, site: Site, now: datetime) -> int:
    """Somebody of the property company who will leave."""
    name, name_en, login = LEAVER
    user = accounts.create_user(
        session, None, site_id=site.id, login=login, name=name, name_en=name_en, post="物业电工",
        post_en="Electrician of the property company", now=now,
    )  # fmt: skip
    accounts.grant_role(session, None, user.id, Role.THIRD_PARTY, None, now=now)
    return user.id


def _leave(session: Session, site: Site, day: date, now: datetime) -> None:
    """The leaver hands over and goes; the plan in force names them until its next version."""
    leaver = accounts.find_login(session, LEAVER[2])
    person = accounts.get_person(session, site.id, leaver or 0)
    if not person.is_active:
        return
    chief = _of(session, site, Role.ADMINISTRATOR)[0]
    administrator = accounts.actor_for(session, chief, now=now)
    successor = next(one for one in _of(session, site, Role.THIRD_PARTY) if one != person.id)
    things = accounts.held_by(session, administrator, person.id, now=now)
    to = {one.id: successor for one in things}
    accounts.hand_over(session, administrator, person.id, to, now=now)
    accounts.leave(session, administrator, person.id, on=day, now=now)


def _ask(session: Session, site: Site, day: date, now: datetime) -> None:
    """Asked once: the source has one open task."""
    officer = accounts.actor_for(session, _of(session, site, Role.OFFICER)[0], now=now)
    held = next(one for one in as_of(session, site.id, day) if one.scenario == "evacuation")
    request_revision(
        session, officer, held.plan_id, trigger=Trigger.RISK, source="plans:demo/peak",
        why="社保集中缴费期人流比预案估计的多，入口限流的人员和位置需要重新安排",
        owner_id=officer.user_id, due_on=day + timedelta(days=120), now=now,
    )  # fmt: skip


def _read(session: Session, site: Site, day: date, nth: int, now: datetime) -> None:
    """An equal share each day; some take longer, and are still to be reminded."""
    held = as_of(session, site.id, day, kinds=Kind)
    wanted = audience(session, site.id, held)
    for one in held:
        for place, user_id in enumerate(sorted(wanted[one.version_id])):
            is_slow = place % SLOW == one.plan_id % SLOW
            if not is_slow and place % SHARES == nth:
                reader = accounts.actor_for(session, user_id, now=now)
                acknowledge(session, reader, one.version_id, proved=False, now=now)


def _of(session: Session, site: Site, role: Role) -> list[int]:
    return sorted(accounts.with_role(session, site.id, role))


def _site(session: Session) -> Site:
    return session.scalars(select(Site).where(Site.is_demo)).one()


DEMO: Final = Demo(found=found, live=live)
