"""The demonstration's patrols and checks: done on most days, late on some, forgotten on a few."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import demo_signing as signing
from checklists import service
from checklists.entries import Entry
from checklists.models import (
    Anchor,
    Answer,
    Auto,
    Disposal,
    MissedReason,
    NaReason,
    Rhythm,
    Task,
    TemplateItem,
    Unit,
)
from checklists.recurrence import Moment, Slot
from checklists.service.timing import Timing
from hazards.demo import picture
from hazards.service import Category, Level, Phase
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor, Role
from safety_app.core.feature import Demo
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Site

WINDOW_LIST: Final = "window-daily"
MONTHLY: Final = Timing(rhythm=Rhythm.PERIOD, unit=Unit.MONTH)
QUARTERLY: Final = Timing(rhythm=Rhythm.PERIOD, unit=Unit.QUARTER)
COMMON_LIST: Final = "common-daily"
LATE: Final = 0.04
MISSED: Final = 0.03
EXPLAINED: Final = 0.6
FAILED: Final = 0.005
ABSENT: Final = 0.006
SPOT_FIXED: Final = 0.75
BEGUN_TODAY: Final = 0.6
# The windows of the demonstration accounts keep today's patrols, open all day, for whoever tries
# them at whatever hour.
KEPT_FREE: Final = 2
ALL_DAY: Final = tuple(
    Slot(part, Moment(Anchor.OPENING, -540), Moment(Anchor.CLOCK, 1380), Moment(Anchor.CLOCK, 1439))
    for part in ("opening", "during", "closing")
)
# When people really walk, in minutes of the day.
WALKED: Final = {"opening": (490, 535), "during": (640, 900), "closing": (1000, 1075)}
JOINED_AFTER: Final = timedelta(days=40)
NOTE: Final = "现场发现，已告知周边人员注意"
SPOT_NOTE: Final = "已当场清理"
SIGNATURE: Final = service.Drawn(
    strokes=(
        ((40, 120), (90, 60), (150, 130), (200, 70)),
        ((230, 60), (240, 150), (300, 90), (380, 120)),
    ),
    width=640,
    height=200,
)


def found(session: Session, now: datetime) -> None:
    """Plan the two daily checklists: the ground floor at once, the other floor later."""
    site = session.scalars(select(Site).where(Site.is_demo)).one()
    first = clock.local_day(now, site.timezone)
    starts = {
        location.id: first if number == 0 else first + JOINED_AFTER
        for number, location in enumerate(workplace.list_locations(session, site.id))
        if location.is_patrolled
    }
    for number, window in enumerate(workplace.list_windows(session, site.id)):
        service.create_plan(
            session, None, site_id=site.id, template_code=WINDOW_LIST, window_id=window.id,
            starts_on=starts.get(window.location_id or 0, first),
            slots=ALL_DAY if number < KEPT_FREE else None, now=now,
        )  # fmt: skip
    for location_id, starts_on in starts.items():
        service.create_plan(
            session, None, site_id=site.id, template_code=COMMON_LIST, location_id=location_id,
            starts_on=starts_on, now=now,
        )  # fmt: skip
    _plan_checks(session, site.id, list(starts), first, now)


def _plan_checks(
    session: Session, site_id: int, locations: list[int], first: date, now: datetime
) -> None:
    """The lead's monthly check, and the quarterly fire check of windows and common areas."""
    windows = [window.id for window in workplace.list_windows(session, site_id)]
    plans: list[tuple[str, int | None, int | None, Timing]] = [
        ("lead-monthly", window, None, MONTHLY) for window in windows
    ]
    plans += [("fire-quarterly", window, None, QUARTERLY) for window in windows]
    plans += [("fire-quarterly", None, location, QUARTERLY) for location in locations]
    for code, window_id, location_id, timing in plans:
        service.create_plan(
            session, None, site_id=site_id, template_code=code, window_id=window_id,
            location_id=location_id, starts_on=first, timing=timing, now=now,
        )  # fmt: skip


def live(session: Session, day: date, until: datetime, random: Random) -> None:
    """Walk the day's patrols that fall before `until`."""
    site = session.scalars(select(Site).where(Site.is_demo)).one()
    today = clock.local_day(until, site.timezone)
    last = day + timedelta(days=service.AHEAD_DAYS) if day == today else day
    now = min(until, clock.at_local(day, time(), site.timezone, minutes=360))
    service.materialise(session, site.id, first=day, last=last, now=now)
    tasks = session.scalars(
        select(Task)
        .where(Task.site_id == site.id, Task.on_date == day, Task.part.in_(WALKED))
        .order_by(Task.opens_at, Task.id)
    ).all()
    if not tasks:
        return
    walkers, items = _walkers(session, site.id, day), _items(session)
    free = {w.id for w in workplace.list_windows(session, site.id)[:KEPT_FREE]}
    signing.countersign(session, site, day, until, random, free)
    signing.hand_in_paper(session, site, day, until, walkers)
    cut = signing.power_cut(session, site, day, until)
    _check(session, site, day, until, random, items)
    for task in tasks:
        moment = _moment(task, site.timezone, random)
        if cut.get(task.window_id or 0) == task.part:
            continue
        if day == today and (task.window_id in free or random.random() > BEGUN_TODAY):
            continue
        if moment is None:
            is_told = task.closes_at < until and random.random() < EXPLAINED
            if is_told and task.window_id in walkers:
                _explain(session, walkers, task, until, random)
        elif moment < until and task.window_id in walkers:
            actor = random.choice(walkers[task.window_id])
            _walk(session, actor, task, items[task.part_id], moment, random)


def _check(
    session: Session,
    site: Site,
    day: date,
    until: datetime,
    random: Random,
    items: dict[int, list[TemplateItem]],
) -> None:
    """Do the checks that fall on this day; those of the demonstration's own windows stay open."""
    free = {window.id for window in workplace.list_windows(session, site.id)[:KEPT_FREE]}
    today = clock.local_day(until, site.timezone)
    for task in signing.checks_of(session, site, day):
        now = clock.at_local(day, time(14), site.timezone, minutes=random.randint(0, 120))
        actor = signing.actor_of(session, site, task)
        stays = task.window_id in free and task.due_on >= today
        if actor and not stays and task.opens_at < now < min(until, task.closes_at):
            _walk(session, actor, task, items[task.part_id], now, random)


def _walkers(session: Session, site_id: int, day: date) -> dict[int | None, list[Actor]]:
    """Who walks where on a day: the staff of each window, the officers in the common areas.

    Without those whom the gate keeps off duty.
    """
    found: dict[int | None, list[Actor]] = {}
    people = accounts.list_people(session, site_id)
    roster = workplace.roster(session, site_id, day, day, people)
    for person in people:
        if roster.barred(person.id, day):
            continue
        actor = accounts.actor_for(session, person.id)
        places: set[int | None] = set(actor.served)
        if Role.OFFICER in person.roles:
            places.add(None)
        for place in places:
            found.setdefault(place, []).append(actor)
    return found


def _moment(task: Task, timezone: str, random: Random) -> datetime | None:
    """When it is done: in time, late, or never."""
    luck = random.random()
    if luck < MISSED:
        return None
    if luck < MISSED + LATE and task.closes_at - task.due_at > timedelta(hours=1):
        return task.due_at + (task.closes_at - task.due_at) * random.uniform(0.1, 0.9)
    minutes = random.randint(*WALKED[task.part])
    return clock.at_local(task.on_date, time(), timezone, minutes=minutes)


def _items(session: Session) -> dict[int, list[TemplateItem]]:
    """The items of each part in their order."""
    found: dict[int, list[TemplateItem]] = {}
    for item in session.scalars(select(TemplateItem).order_by(TemplateItem.position)):
        found.setdefault(item.part_id, []).append(item)
    return found


def _walk(
    session: Session,
    actor: Actor,
    task: Task,
    items: list[TemplateItem],
    now: datetime,
    random: Random,
) -> None:
    entries = [_answer(item, random) for item in items]
    photos = {
        item.id: [picture(Category(item.category), Phase.BEFORE, task.window_id, task.on_date)]
        for item, entry in zip(items, entries, strict=True)
        if entry.disposal is Disposal.HAZARD
    }
    service.walk(
        session,
        actor,
        task,
        items,
        entries,
        signature=SIGNATURE,
        photos=photos,
        opened_at=now - timedelta(minutes=3),
        now=now,
    )


def _answer(item: TemplateItem, random: Random) -> Entry:
    luck = random.random()
    if luck < FAILED and item.level != Level.URGENT:
        spot = item.auto == Auto.SPOT and random.random() < SPOT_FIXED
        return Entry(
            item_id=item.id,
            value=Answer.FAIL,
            disposal=Disposal.SPOT if spot else Disposal.HAZARD,
            note=SPOT_NOTE if spot else NOTE,
        )
    if luck < FAILED + ABSENT:
        return Entry(item_id=item.id, value=Answer.NOT_APPLICABLE, reason=NaReason.ABSENT)
    return Entry(item_id=item.id, value=Answer.PASS)


def _explain(
    session: Session,
    walkers: dict[int | None, list[Actor]],
    task: Task,
    until: datetime,
    random: Random,
) -> None:
    """The next morning somebody says why it was not done."""
    now = min(until, task.closes_at + timedelta(hours=14))
    reason = random.choice([MissedReason.RUSH, MissedReason.SHORT_OF_STAFF, MissedReason.FORGOTTEN])
    actor = walkers[task.window_id][0]
    service.explain_missed(session, actor, task.id, reason=reason, now=now)


DEMO: Final = Demo(found=found, live=live)
