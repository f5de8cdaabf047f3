"""The demonstration hall's safety facilities: inspected every month, mended, replaced in time."""

import tomllib
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, Final

from dateutil.relativedelta import relativedelta
from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import service as checklists
from equipment.due import Precision, is_due
from equipment.kinds import Family, Kind
from equipment.models import Item, ItemStep, Status, Step, Stock
from equipment.service import register, stock
from equipment.service.replacing import NewUnit, Scrapped, replace
from equipment.service.rules import kinds_of
from equipment.service.servicing import record_service, repair
from equipment.service.steps import may
from equipment.units import Unit
from safety_app.accounts import service as accounts
from safety_app.accounts.service import Drawn
from safety_app.core import clock
from safety_app.core.access import Actor, Role
from safety_app.core.feature import Demo
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Site

ROUND_DAYS: Final = (8, 9, 10, 13, 14, 15)
"""On the open ones of these the month's round is walked, an equal share each."""
FAULTY: Final = 0.06
MENDED_AFTER: Final = timedelta(days=3)
REPLACED_AFTER: Final = timedelta(days=9)
INK: Final = Drawn(
    strokes=(((40, 120), (90, 60), (150, 130), (200, 70)), ((230, 60), (300, 90), (380, 120))),
    width=640,
    height=200,
)


@lru_cache(maxsize=1)
def story() -> dict[str, Any]:
    """What hangs where, as written down in `demo.toml`."""
    return tomllib.loads((Path(__file__).parent / "demo.toml").read_text(encoding="utf-8"))


def found(session: Session, now: datetime) -> None:
    """Register everything as it hung on the first day, and stock the cupboard."""
    site, officer = _site(session), _officer(session, now)
    places = {one.name: one.id for one in workplace.list_locations(session, site.id)}
    windows = [one.id for one in workplace.list_windows(session, site.id)]
    today = clock.local_day(now, site.timezone)
    for one in story()["items"]:
        if not one.get("late"):
            _register(session, officer, one, places, windows, today, now)
    for one in story()["stocks"]:
        kept = stock.add_stock(
            session, officer, kind=one["kind"], variant=one["variant"], unit=Unit(one["unit"]),
            location_id=places[one["location"]], minimum=one["minimum"],
            is_reusable=one.get("reusable", False), now=now,
        )  # fmt: skip
        for quantity, days in one["batches"]:
            expires_on = today + timedelta(days=days) if days else None
            stock.receive(
                session, officer, kept.id, quantity=quantity, expires_on=expires_on, now=now
            )


def live(session: Session, day: date, until: datetime, random: Random) -> None:
    """What is done on one day: rounds, mending, replacing, handing out."""
    site = _site(session)
    if not workplace.day(session, site.id, day).is_open:
        return
    moment = clock.at_local(day, time(10), site.timezone)
    if moment > until:
        return
    officer = _officer(session, moment)
    _mend(session, officer, day, moment)
    _retire(session, officer, day, moment)
    if day.day in ROUND_DAYS:
        days = workplace.days(session, site.id, day.replace(day=1), day.replace(day=28))
        rounds = [one for one in ROUND_DAYS if days[day.replace(day=one)].segments]
        _walk(session, site, (rounds.index(day.day), len(rounds)), moment, until, random)
    if day.day == 20:
        _late_find(session, site, officer, moment)
    if day.weekday() == 2:
        _hand_out(session, site, officer, moment, random)


def _register(
    session: Session,
    officer: Actor,
    one: dict[str, Any],
    places: dict[str, int],
    windows: list[int],
    today: date,
    now: datetime,
) -> None:
    """A row of the story, as many times as it says."""
    count = one.get("windows", one.get("count", 1))
    made = (today - relativedelta(months=one["months"])).replace(day=1) if "months" in one else None
    precision = Precision(one.get("precision", Precision.MONTH if made else Precision.UNKNOWN))
    consumables = {
        code: today + timedelta(days=days) for code, days in one.get("consumables", {}).items()
    }
    serviced = today - relativedelta(months=one["serviced"]) if "serviced" in one else None
    for number in range(count):
        window_id = windows[number] if "windows" in one else None
        lead = accounts.lead_of(session, window_id) if window_id else None
        register.add_item(
            session, officer, kind=one["kind"], size=one.get("size", ""), made_on=made,
            precision=precision, maker=one.get("maker", ""), window_id=window_id,
            location_id=None if window_id else places[one["location"]],
            placing=one["placing"].replace("#", str(number // one.get("each", 1) + 1)),
            custodian_id=lead or officer.user_id, consumables=consumables,
            limits={code: (low, None) for code, low in one.get("limits", {}).items()},
            last_service_on=serviced, now=now,
        )  # fmt: skip


def _walk(
    session: Session,
    site: Site,
    turn: tuple[int, int],
    now: datetime,
    until: datetime,
    random: Random,
) -> None:
    """A part of the month's round: each item on its turn, most in order; some are left out."""
    kinds = kinds_of(session, site.id)
    month = clock.local_day(now, site.timezone).replace(day=1)
    is_last = month == clock.local_day(until, site.timezone).replace(day=1)
    items = session.scalars(
        select(Item)
        .where(Item.site_id == site.id, Item.status == Status.IN_SERVICE)
        .order_by(Item.window_id, Item.location_id, Item.id)
    ).all()
    for at, item in enumerate(items):
        share = at * turn[1] // len(items)
        left_out = is_last and random.random() < 0.15
        if share != turn[0] or left_out or item.condemned_on or not kinds[item.kind].inspect_months:
            continue
        moment = now + timedelta(minutes=at % 40)
        actor = _inspector(session, item, moment)
        if moment <= until:
            said = _said(kinds[item.kind], item, random)
            checklists.inspect(session, actor, f"equipment:{item.code}", said, now=moment)


def _said(kind: Kind, item: Item, random: Random) -> dict[str, dict[str, Any]]:
    """What is not in order, and what the scale shows."""
    said: dict[str, dict[str, Any]] = {}
    for code, (low, _high) in (item.limits or {}).items():
        said[code] = {"value": "P", "number": round((low or 1) + random.uniform(0.05, 0.3), 2)}
    if kind.family is Family.EXTINGUISHER and random.random() < FAULTY:
        wrong = random.choice(list(story()["words"]["repair"]))
        said[wrong] = {"value": "F", "disposal": "hazard", "note": story()["words"]["found"]}
    return said


def _mend(session: Session, officer: Actor, day: date, now: datetime) -> None:
    """What failed some days ago is repaired."""
    waiting = session.scalars(
        select(Item).where(
            Item.site_id == officer.site_id,
            Item.failed_on <= day - MENDED_AFTER,
            Item.status == Status.IN_SERVICE,
            Item.condemned_on.is_(None),
        )
    ).all()
    for item in waiting:
        steps = select(ItemStep.note).where(ItemStep.item_id == item.id)
        newest = steps.where(ItemStep.step == Step.INSPECT).order_by(ItemStep.id.desc())
        words = story()["words"]["repair"][session.scalars(newest.limit(1)).one()]
        repair(session, officer, item.id, note=words, on_date=day, now=now)


def _retire(session: Session, officer: Actor, day: date, now: datetime) -> None:
    """What is past its age for some days is replaced, what is due for service goes to the firm."""
    items = session.scalars(
        select(Item).where(
            Item.site_id == officer.site_id, Item.status == Status.IN_SERVICE,
            Item.made_on.is_not(None),
        )
    ).all()  # fmt: skip
    for item in items:
        if item.scrap_on and is_due(item.scrap_on, day):
            if is_due(item.scrap_on + REPLACED_AFTER, day):
                _replace(session, officer, item, day, now)
        elif item.service_by and is_due(item.service_by + REPLACED_AFTER, day):
            usual = kinds_of(session, item.site_id)[item.kind].usual_service
            measure = usual.measure if usual else None
            record_service(
                session, officer, item.id, services=[usual.code] if usual else [], on_date=day,
                firm=_firm(), certificate=f"WX{day:%Y%m%d}-{item.id}", cost_yuan=Decimal(35),
                reading=measure.least + item.id % 20 if measure else None, now=now,
            )  # fmt: skip


def _replace(session: Session, officer: Actor, item: Item, day: date, now: datetime) -> None:
    """A new one of the same kind in its place."""
    made = (day - relativedelta(months=2)).replace(day=1)
    unit = NewUnit(item.kind, made, Precision.MONTH, size=item.size, maker=item.maker)
    gone = Scrapped("达到报废年限", certificate=f"BF{day:%Y%m%d}", firm=_firm())
    replace(
        session, officer, item.id, by=unit, old=gone, on_date=day, cost_yuan=Decimal(138), now=now
    )


def _late_find(session: Session, site: Site, officer: Actor, now: datetime) -> None:
    """Something that nobody had on the list turns up, its date not known yet."""
    places = {one.name: one.id for one in workplace.list_locations(session, site.id)}
    today = clock.local_day(now, site.timezone)
    for one in story()["items"]:
        placed = select(Item.id).where(Item.site_id == site.id, Item.placing == one["placing"])
        if one.get("late") and session.scalar(placed.limit(1)) is None:
            _register(session, officer, one, places, [], today, now)


def _hand_out(session: Session, site: Site, officer: Actor, now: datetime, random: Random) -> None:
    """Masks for somebody at the windows, signed for."""
    masks = session.scalars(
        select(Stock.id).where(Stock.site_id == site.id, Stock.kind == "dust-mask")
    ).one()
    people = [one.id for one in accounts.list_people(session, site.id) if Role.STAFF in one.roles]
    stock.issue(
        session, officer, masks, person_id=random.choice(people), quantity=5, signature=INK, now=now
    )


def _inspector(session: Session, item: Item, now: datetime) -> Actor:
    """The lead of its window, else the officer."""
    lead = accounts.lead_of(session, item.window_id) if item.window_id else None
    actor = accounts.actor_for(session, lead, now=now) if lead else _officer(session, now)
    return actor if may(actor, item, Step.INSPECT) else _officer(session, now)


def _firm() -> str:
    return str(story()["words"]["firm"])


def _site(session: Session) -> Site:
    return next(one for one in workplace.list_sites(session) if one.is_demo)


def _officer(session: Session, now: datetime) -> Actor:
    officers = accounts.with_role(session, _site(session).id, Role.OFFICER)
    return accounts.actor_for(session, officers[0], now=now)


DEMO: Final = Demo(found=found, live=live)
