"""The demonstration's incidents: a near miss that is closed, an injury under investigation."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards import service as hazards
from hazards.demo import picture
from hazards.incidents.models import Incident, Kind, Origin, Part, RootClass
from hazards.incidents.service import closing, figures, investigating, people, reporting, scene
from hazards.incidents.service.figures import Numbers
from hazards.incidents.service.settings import Addressee, set_rules
from hazards.service import Category, Phase
from hazards.service import Level as HazardLevel
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor, Role
from safety_app.core.feature import Demo
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Site

NEAR_MISS, INJURY = "demo:near-miss", "demo:injury"
CAREFUL: Final = ("rescue", "cordon", "photos", "sketch", "witnesses")
"""What was done at the scene of the injury."""


@lru_cache(maxsize=1)
def story() -> dict[str, Any]:
    """What happened, as written down in `demo.toml`."""
    return tomllib.loads((Path(__file__).parent / "demo.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class _Hall:
    """The demonstration hall at a moment, and the people in it."""

    session: Session
    site: Site
    now: datetime

    def one(self, role: Role) -> Actor:
        """The first of a role."""
        ids = accounts.with_role(self.session, self.site.id, role)
        return accounts.actor_for(self.session, ids[0], now=self.now)

    def window(self, code: str) -> int:
        """A window by its code."""
        return workplace.get_window(self.session, self.site.id, code).id

    def staff(self, window_id: int) -> Actor:
        """Somebody who works at a window."""
        found = accounts.list_people(self.session, self.site.id, window_id=window_id)
        staff = next(one for one in found if Role.STAFF in one.roles)
        return accounts.actor_for(self.session, staff.id, now=self.now)


def live(session: Session, day: date, until: datetime, _random: Random) -> None:
    """What happens on one day: each incident on its own, what follows some days later."""
    site = session.scalars(select(Site).where(Site.is_demo)).one()
    left = (clock.local_day(until, site.timezone) - day).days
    told = story()
    if left == told["near_miss"]["before"]:
        _near_miss(session, site, day, told["near_miss"])
    if left == told["injury"]["before"]:
        _injury(session, site, day, told["injury"])


def _at(site: Site, day: date, told: dict[str, Any]) -> datetime:
    return clock.at_local(day, time(told["hour"], told["minute"]), site.timezone)


def _near_miss(session: Session, site: Site, day: date, told: dict[str, Any]) -> None:
    """Reported by staff, put right and closed within a week."""
    at = _at(site, day, told)
    hall = _Hall(session, site, at)
    officer, manager = hall.one(Role.OFFICER), hall.one(Role.MANAGER)
    window = hall.window(told["window"])
    _addresses(session, officer, at)
    incident = reporting.report(
        session, hall.staff(window), kind=Kind.NEAR_MISS, occurred_at=at, window_id=window,
        place=told["spot"], what=told["what"], measures=told["measures"],
        photos=[picture(Category.BUILDING, Phase.BEFORE, window, day)], client_key=NEAR_MISS,
        now=at + timedelta(minutes=3),
    )  # fmt: skip
    later = at + timedelta(minutes=40)
    reporting.confirm(session, officer, incident.id, row_version=None, now=later)
    hazard = _measure(session, officer, incident, told["action"], day, later)
    fixed = at + timedelta(minutes=200)
    owner = accounts.actor_for(session, officer.user_id, now=fixed)
    hazards.fix(
        session, owner, hazard, note=told["done"],
        photos=[picture(Category.BUILDING, Phase.AFTER, window, day)], row_version=None, now=fixed,
    )  # fmt: skip
    hazards.accept(session, manager, hazard, row_version=None, now=fixed + timedelta(minutes=20))
    for code, words in (("cause", told["cause"]), ("measures", told["measure"])):
        closing.answer(session, officer, incident.id, condition=code, words=words, now=fixed)
    closing.close(
        session, manager, incident.id, row_version=None, now=fixed + timedelta(minutes=30)
    )


def _injury(session: Session, site: Site, day: date, told: dict[str, Any]) -> None:
    """Reported in four minutes, the scene kept; the officer investigates."""
    at = _at(site, day, told)
    hall = _Hall(session, site, at)
    officer = hall.one(Role.OFFICER)
    window = hall.window(told["window"])
    staff, now = hall.staff(window), at + timedelta(minutes=4)
    incident = reporting.report(
        session, staff, kind=Kind.INJURY, occurred_at=at, window_id=window, place=told["spot"],
        what=told["what"], photos=[picture(Category.BUILDING, Phase.BEFORE, window, day)],
        client_key=INJURY, now=now,
    )  # fmt: skip
    for number, code in enumerate(CAREFUL):
        moment = now + timedelta(minutes=number * 3)
        scene.mark(session, staff, incident.id, code=code, is_done=True, now=moment)
    reporting.tell_head(
        session, officer, incident.id, told_at=now + timedelta(minutes=5), row_version=None,
        now=now + timedelta(minutes=20),
    )  # fmt: skip
    later = at + timedelta(minutes=90)
    texts = {name: told[name] for name in ("what", "scene", "course", "measures")}
    reporting.amend(
        session, officer, incident.id, kind=Kind.INJURY, occurred_at=at, window_id=window,
        location_id=None, place=told["spot"], row_version=None, now=later, **texts,
    )  # fmt: skip
    figures.count(
        session, officer, incident.id, numbers=Numbers(minor=1, loss_fen=68_000),
        reason=told["reason"], row_version=None, now=later,
    )  # fmt: skip
    reporting.confirm(session, officer, incident.id, row_version=None, now=later)
    investigating.investigate(
        session, officer, incident.id, leader_id=officer.user_id, member_ids=[staff.user_id],
        investigate_by=day + timedelta(days=15), row_version=None, now=later,
    )  # fmt: skip
    _findings(session, officer, staff, incident, told, later + timedelta(minutes=30))
    scene.release(
        session, officer, incident.id, note="安全员、物业经理", row_version=None,
        now=later + timedelta(minutes=40),
    )  # fmt: skip
    _measure(session, officer, incident, told["action"], day, later + timedelta(minutes=50))


def _findings(
    session: Session,
    officer: Actor,
    staff: Actor,
    incident: Incident,
    told: dict[str, Any],
    now: datetime,
) -> None:
    for one in told["moments"]:
        investigating.log_moment(
            session, officer, incident.id, what=one["what"], origin=Origin(one["origin"]),
            happened_at=incident.occurred_at + timedelta(minutes=one["minutes"]), now=now,
        )  # fmt: skip
    investigating.explain(
        session, officer, incident.id, whys=told["whys"], root=RootClass.MANAGEMENT, now=now
    )
    people.hear(session, officer, incident.id, part=Part.MINOR, now=now, **told["hurt"])
    people.hear(
        session, officer, incident.id, part=Part.WITNESS, user_id=staff.user_id, now=now,
        **told["witness"],
    )  # fmt: skip


def _measure(
    session: Session, officer: Actor, incident: Incident, what: str, day: date, now: datetime
) -> int:
    row = closing.raise_action(
        session, officer, incident.id, what=what, category=Category.MANAGEMENT,
        level=HazardLevel.MODERATE, fix_by=day + timedelta(days=10), owner_id=officer.user_id,
        now=now,
    )  # fmt: skip
    return row.hazard_id


def _addresses(session: Session, officer: Actor, now: datetime) -> None:
    told = story()["addresses"]
    set_rules(
        session, officer, emergency=Addressee(told["emergency"], told["emergency_phone"]),
        sector=Addressee(told["sector"], told["sector_phone"]), loss_from_yuan=None, now=now,
    )  # fmt: skip


DEMO: Final = Demo(live=live)
