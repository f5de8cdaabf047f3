"""The demonstration's hazards: found by hand, handed out, fixed, accepted or forgotten."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from random import Random
from typing import Any, Final
from zlib import crc32

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hazards import service
from hazards.demo_pictures import draw
from hazards.models import (
    OPEN,
    Category,
    ExtensionReason,
    Hazard,
    Kind,
    LegalClass,
    Level,
    Origin,
    Phase,
    Status,
)
from safety_app.accounts import service as accounts
from safety_app.core import clock, files
from safety_app.core.access import Actor, Role
from safety_app.core.feature import Demo
from safety_app.core.pdf.blocks import Paragraph, Title
from safety_app.core.photos import Photo, PhotoStore, ingest
from safety_app.core.settings import settings
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Site

STAGED: Final = "demo:"
MANUAL_A_DAY: Final = 0.3
ASSIGNED_A_DAY: Final = 0.9
VERIFIED_A_DAY: Final = 0.8
SENT_BACK: Final = 0.12
BY_THIRD_PARTY: Final = 0.35
FUNDS: Final = (None, None, 0, 60, 180, 320, 1200)


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The story as written down in `demo.toml`."""
    with (Path(__file__).parent / "demo.toml").open("rb") as file:
        return tomllib.load(file)


def picture(category: Category, phase: Phase, place: object, day: object = "") -> Photo:
    """A drawn picture of a place, taken in like any other; before and after show the same one.

    `day` is that of the finding: nobody takes the same picture twice.
    """
    seed = crc32(f"{category}/{place}/{day}".encode())
    return ingest(PhotoStore(settings().photo_dir), draw(category, phase, seed))


@dataclass
class _Day:
    """One open day of the demonstration hall and the people in it."""

    session: Session
    site: Site
    day: date
    until: datetime
    random: Random

    @cached_property
    def people(self) -> list[accounts.Person]:
        return accounts.list_people(self.session, self.site.id)

    def actor(self, user_id: int) -> Actor:
        return accounts.actor_for(self.session, user_id)

    def one(self, role: Role) -> Actor:
        return self.actor(next(p.id for p in self.people if role in p.roles))

    def at(self, hour: int, minute: int = 0) -> datetime:
        return clock.at_local(self.day, time(hour), self.site.timezone, minutes=minute)

    def sometime(self) -> datetime:
        """Some moment of the working day."""
        return self.at(9, self.random.randint(30, 420))

    def responsible(self, window_id: int | None) -> Actor:
        """Who hands out: the window's lead, for common areas the officer."""
        lead = accounts.lead_of(self.session, window_id) if window_id else None
        return self.actor(lead) if lead else self.one(Role.OFFICER)

    def owner_for(self, window_id: int | None) -> int:
        """Who fixes: somebody of the window, or the property company."""
        third = [p.id for p in self.people if p.is_third_party]
        own = [p.id for p in self.people if window_id in p.window_ids and Role.STAFF in p.roles]
        if not own or self.random.random() < BY_THIRD_PARTY:
            return self.random.choice(third)
        return self.random.choice(own)

    def verifier(self, hazard: Hazard) -> Actor:
        """Who accepts: the lead, unless the fix is the lead's own."""
        barred = (hazard.fixed_by, hazard.fix_recorded_by)
        found = self.responsible(hazard.window_id)
        return self.one(Role.MANAGER) if found.user_id in barred else found


def live(session: Session, day: date, until: datetime, random: Random) -> None:
    """What happens to hazards on one day, up to the moment `until`."""
    site = session.scalars(select(Site).where(Site.is_demo)).one()
    if not workplace.day(session, site.id, day).is_open:
        return
    today = _Day(session, site, day, until, random)
    _handle(today)
    if random.random() < MANUAL_A_DAY and today.at(10) <= until:
        _report(
            today, random.choice(list(Category)), Level.MODERATE, _any_window(today), today.at(10)
        )
    _stage(today)
    _inspect(today)


def _any_window(today: _Day) -> int | None:
    windows = workplace.list_windows(today.session, today.site.id)
    return today.random.choice([*(window.id for window in windows), None, None])


def _report(
    today: _Day,
    category: Category,
    level: Level,
    window_id: int | None,
    now: datetime,
    **more: Any,
) -> Hazard:
    told = words()["usual"]["service" if more.get("kind") == Kind.SERVICE else category]
    finders = [p.id for p in today.people if window_id in p.window_ids] or [
        today.one(Role.OFFICER).user_id
    ]
    if more.get("kind") == Kind.SERVICE:
        finders = [today.responsible(window_id).user_id]
    floor = workplace.list_locations(today.session, today.site.id)[0]
    return service.report(
        today.session,
        today.actor(today.random.choice(finders)),
        what=told["what"],
        what_en=told["what_en"],
        place=told["place"],
        level=level,
        category=category,
        origin=Origin.MANUAL,
        window_id=window_id,
        location_id=None if window_id else floor.id,
        photos=[picture(category, Phase.BEFORE, window_id, today.day)],
        now=now,
        **more,
    )


def _handle(today: _Day) -> None:
    """Take the next step of open hazards, as busy people do: not each, not at once."""
    query = (
        select(Hazard)
        .where(Hazard.site_id == today.site.id, Hazard.status.in_(OPEN))
        .where(or_(Hazard.client_key.is_(None), Hazard.client_key.not_like(f"{STAGED}%")))
        .order_by(Hazard.id)
    )
    for hazard in today.session.scalars(query).all():
        now = today.sometime()
        if hazard.registered_at < now <= today.until:
            _NEXT[hazard.status](today, hazard, now)


def _assign_some(today: _Day, hazard: Hazard, now: datetime) -> None:
    if hazard.level == Level.URGENT or today.random.random() < ASSIGNED_A_DAY:
        _assign(today, hazard, now, max(hazard.fix_by or today.day, today.day))


def _fix_some(today: _Day, hazard: Hazard, now: datetime) -> None:
    left = ((hazard.fix_by or today.day) - today.day).days
    chance = 0.3 if left > 1 else 0.75 if left >= 0 else 0.5
    if today.random.random() < chance:
        _fix(today, hazard, now)


def _verify_some(today: _Day, hazard: Hazard, now: datetime) -> None:
    if (hazard.fixed_at or now) >= now or today.random.random() > VERIFIED_A_DAY:
        return
    actor = today.verifier(hazard)
    if today.random.random() < SENT_BACK:
        _send_back(today, hazard, actor, now)
    elif not service.bar_of(today.session, hazard.site_id, hazard.source, now):
        service.accept(today.session, actor, hazard.id, row_version=None, now=now)


_NEXT: Final = {
    Status.REGISTERED: _assign_some,
    Status.ASSIGNED: _fix_some,
    Status.FIXED: _verify_some,
}


def _told(hazard: Hazard) -> dict[str, str]:
    """What people say about a hazard of this category, or about a service point."""
    found: dict[str, str] = words()["usual"][
        "service" if hazard.kind == Kind.SERVICE else hazard.category
    ]
    return found


def _assign(today: _Day, hazard: Hazard, now: datetime, fix_by: date) -> None:
    plan = words()["plan"]
    grave = hazard.level in (Level.URGENT, Level.SERIOUS)
    service.assign(
        today.session,
        today.responsible(hazard.window_id),
        hazard.id,
        owner_id=today.owner_for(hazard.window_id),
        fix_by=fix_by,
        measures=_told(hazard)["measures"],
        interim_measure=plan["interim"] if grave else "",
        funds=plan["funds"] if grave else "",
        contingency=plan["contingency"] if grave else "",
        row_version=None,
        now=now,
    )


def _fix(today: _Day, hazard: Hazard, now: datetime) -> None:
    assert hazard.owner_id is not None  # noqa: S101 - assigned hazards have one
    service.fix(
        today.session,
        today.actor(hazard.owner_id),
        hazard.id,
        note=_told(hazard)["done"],
        photos=[
            picture(
                Category(hazard.category),
                Phase.AFTER,
                hazard.window_id,
                clock.local_day(hazard.registered_at, today.site.timezone),
            )
        ],
        funds_yuan=today.random.choice(FUNDS),
        row_version=None,
        now=now,
    )


def _send_back(today: _Day, hazard: Hazard, actor: Actor, now: datetime) -> None:
    reason = words()["plan"]["sent_back"]
    service.send_back(today.session, actor, hazard.id, reason=reason, row_version=None, now=now)


def _open_days_left(today: _Day) -> int | None:
    """Open days from this one to the last before the end; `None` after that."""
    end = clock.local_day(today.until, today.site.timezone)
    last = workplace.previous_open_day(today.session, today.site.id, end - timedelta(days=1))
    if today.day > last:
        return None
    between = workplace.days(today.session, today.site.id, today.day, last).values()
    return sum(day.is_open for day in between) - 1


def _stage(today: _Day) -> None:
    """Set what must be there to look at on the last open day before `until`."""
    end = clock.local_day(today.until, today.site.timezone)
    before = _open_days_left(today)
    if before is None:
        return
    codes = {w.code: w.id for w in workplace.list_windows(today.session, today.site.id)}
    for number, row in enumerate(words()["stage"]):
        if row["before"] == before:
            now = today.at(14, number * 7)
            hazard = _report(
                today,
                Category(row["category"]),
                Level(row["level"]),
                codes.get(row["window"]),
                now,
                kind=Kind(row.get("kind", Kind.SAFETY)),
                legal_class=LegalClass(row.get("legal_class", LegalClass.GENERAL)),
                client_key=f"{STAGED}{number}",
            )
            _play(today, hazard, row["end"], now + timedelta(minutes=20), end)


def _document(today: _Day, told: dict[str, Any], now: datetime) -> int:
    """The authority's paper as if it had been scanned."""
    from safety_app.core.pdf.document import render  # slow to import: not at the start

    content = render(
        (
            Title("责令限期改正通知书", told["number"].format(year=today.day.year)),
            Paragraph(f"{today.site.name}：", indent=False),
            Paragraph(told["summary"]),
            *(Paragraph(one["what"]) for one in told["findings"]),
            Paragraph(told["authority"], indent=False),
        ),
        title="责令限期改正通知书",
        language="zh_CN",
        created_at=now,
        footer_left="演示数据",
        page_label=lambda page, pages: f"{page}/{pages}",
        font_path=settings().font_path,
    )
    officer = today.one(Role.OFFICER)
    return files.receive(today.session, officer, content, "责令限期改正通知书.pdf", now=now).id


def _inspect(today: _Day) -> None:
    """The fire brigade comes some open days before the end; one finding is closed by then."""
    told = words()["inspection"]
    if _open_days_left(today) != told["before"]:
        return
    now = today.at(15, 30)
    floor = workplace.list_locations(today.session, today.site.id)[0]
    codes = {w.code: w.id for w in workplace.list_windows(today.session, today.site.id)}
    found = service.record(
        today.session,
        today.one(Role.OFFICER),
        authority=told["authority"],
        number=told["number"].format(year=today.day.year),
        inspected_on=today.day,
        reply_by=clock.local_day(today.until, today.site.timezone) + timedelta(days=told["left"]),
        summary=told["summary"],
        file_ids=[_document(today, told, now)],
        findings=[
            service.Finding(
                one["what"],
                level=Level(one["level"]),
                category=Category(one["category"]),
                window_id=codes.get(one["window"]),
                location_id=None if one["window"] else floor.id,
                place=one["place"],
            )
            for one in told["findings"]
        ],
        now=now,
    )
    hazards = today.session.scalars(
        select(Hazard).where(Hazard.inspection_id == found.id).order_by(Hazard.id)
    ).all()
    for number, hazard in enumerate(hazards):
        hazard.what_en = told["findings"][number]["what_en"]
        hazard.client_key = f"{STAGED}inspection-{number}"
        seen = picture(Category(hazard.category), Phase.BEFORE, hazard.window_id, today.day)
        officer = today.one(Role.OFFICER)
        service.attach_photos(today.session, officer, hazard.id, [seen], Phase.BEFORE, now=now)
        _assign(today, hazard, now + timedelta(minutes=10), hazard.fix_by or today.day)
    closed, later = hazards[0], now + timedelta(minutes=40)
    _fix(today, closed, later)
    service.accept(
        today.session, today.verifier(closed), closed.id, row_version=None,
        now=later + timedelta(minutes=20),
    )  # fmt: skip


def _play(today: _Day, hazard: Hazard, ending: str, now: datetime, end: date) -> None:
    later = now + timedelta(minutes=40)
    if ending == "voided":
        reason = words()["plan"]["voided"]
        manager = today.one(Role.MANAGER)
        service.void(today.session, manager, hazard.id, reason=reason, row_version=None, now=now)
    if ending in ("voided", "registered"):
        return
    deadline = {"overdue": today.day + timedelta(days=3), "due": end}
    _assign(today, hazard, now, deadline.get(ending, today.day + timedelta(days=15)))
    if ending in ("fixed", "sent_back", "closed"):
        _fix(today, hazard, later)
    if ending == "closed":
        service.accept(
            today.session,
            today.verifier(hazard),
            hazard.id,
            row_version=None,
            now=later + timedelta(minutes=30),
        )
    if ending == "sent_back":
        _send_back(today, hazard, today.verifier(hazard), later + timedelta(minutes=30))
    if ending == "extended":
        service.extend(
            today.session,
            today.responsible(hazard.window_id),
            hazard.id,
            fix_by=today.day + timedelta(days=25),
            reason=ExtensionReason.AWAITING_MANUFACTURER,
            note=words()["plan"]["waiting"],
            row_version=None,
            now=later,
        )


DEMO: Final = Demo(live=live)
