"""A small hall made by the services, its patrols open at any hour, and what is stored of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import service as checklists
from checklists.models import (
    Anchor,
    Finding,
    FindingPhoto,
    LateEntry,
    Run,
    RunToken,
    Task,
)
from checklists.recurrence import Moment, Slot
from safety_app import migrate
from safety_app.accounts import service as accounts
from safety_app.accounts.service.sessions import open_session
from safety_app.core.access import Actor
from safety_app.core.clock import local_day
from safety_app.core.db import Database
from safety_app.features import features
from safety_app.workplace import service as workplace
from safety_app.workplace.models import DayKind
from tests import cast
from tests.live import ZONE, House

PIN: Final = "246802"
PASSWORD: Final = "a-long-password-26"
WHOLE_DAY: Final = ((time(0), time(23, 59)),)
DAY, LATER = Moment(Anchor.OPENING, 0), Moment(Anchor.CLOSING, 1)
OPEN_ALL_DAY: Final = (
    Slot("opening", DAY, Moment(Anchor.CLOSING, 0), LATER),
    Slot("during", DAY, Moment(Anchor.CLOSING, 0), LATER),
    Slot("closing", DAY, Moment(Anchor.CLOSING, 0), LATER),
)


@dataclass(frozen=True)
class Hall:
    """The running application, its database looked at from outside, and its people."""

    house: House
    database: Database
    people: cast.Cast
    tablet_token: str

    def stored(self, task_id: int) -> "Stored":
        """What the database and the photo folder hold of a patrol."""
        with self.database.reading() as session:
            run = session.scalars(select(Run).where(Run.task_id == task_id)).one()
            tokens = session.scalars(select(RunToken).where(RunToken.run_id == run.id)).all()
            findings = session.scalars(select(Finding).where(Finding.run_id == run.id)).all()
            photos = session.scalars(
                select(FindingPhoto).where(FindingPhoto.run_id == run.id)
            ).all()
            late = session.scalars(select(LateEntry).where(LateEntry.run_id == run.id)).all()
        folder = self.house.folder / "photos"
        files = [path for photo in photos for path in folder.rglob(f"{photo.key}*")]
        return Stored(
            answers=run.answers,
            submitted=run.submitted_at is not None,
            signature=run.signature,
            last_seqs=[token.last_seq for token in tokens],
            notes=[finding.note for finding in findings if finding.note],
            hazards=[finding.hazard_number for finding in findings if finding.hazard_number],
            photo_keys=[photo.client_key for photo in photos],
            picture_files=[path for path in files if path.stat().st_size],
            late=len(late),
        )

    def session_token(self, actor: Actor, *, shared: bool = False) -> str:
        """A fresh session, as signing in makes one."""
        with self.database.transaction() as session:
            device = accounts.device_of(session, self.tablet_token) if shared else None
            user = session.get_one(accounts.User, actor.user_id)
            opened = open_session(
                session, user, device_id=device.id if device else None, now=datetime.now(UTC)
            )
        return opened.token

    def task(self, window_id: int, part: str = "opening") -> int:
        """Today's task of a window."""
        query = select(Task.id).where(
            Task.window_id == window_id, Task.part == part, Task.on_date == today()
        )
        with self.database.reading() as session:
            return session.scalars(query).one()


@dataclass(frozen=True)
class Stored:
    """A run as it lies on disk."""

    answers: str
    submitted: bool
    signature: str
    last_seqs: list[int]
    notes: list[str]
    hazards: list[str]
    photo_keys: list[str]
    picture_files: list[Path]
    late: int


def today() -> date:
    """The day in the hall."""
    return local_day(datetime.now(UTC), ZONE)


@contextmanager
def opened_hall(folder: Path) -> Iterator[Hall]:
    """A furnished hall with its server running; taken down at the end."""
    database = Database(f"sqlite:///{folder / 'safety.db'}")
    migrate.upgrade(database)
    with database.transaction() as session:
        people, token = _furnish(session, datetime.now(UTC))
    house = House(folder)
    house.start()
    try:
        yield Hall(house, database, people, token)
    finally:
        house.kill()
        database.engine.dispose()


def _furnish(session: Session, now: datetime) -> tuple[cast.Cast, str]:
    people = cast.build(session, ZONE)
    site = people.site_id
    for feature in features():
        if feature.prepare:
            feature.prepare(session, now)
    for actor in people.everyone().values():
        _secrets(session, actor.user_id, now)
    for actor in (people.second_staff, people.other_staff, people.other_lead):
        _secrets(session, actor.user_id, now)
    hours = dict.fromkeys(range(7), WHOLE_DAY)
    workplace.set_opening_hours(session, None, site_id=site, hours=hours, now=now)
    days = [today() + timedelta(days=n) for n in (-1, 0, 1)]
    for on in days:
        workplace.set_day(session, None, site_id=site, on=on, kind=DayKind.WORKDAY, now=now)
    for window in (people.a01, people.a03):
        _plan(session, site, "window-daily", now, window_id=window)
    _plan(session, site, "common-daily", now, location_id=people.floor)
    _plan(session, site, "window-daily", now - timedelta(days=1), window_id=people.a02)
    checklists.materialise(session, site, first=days[0], last=days[-1], now=now)
    _device, token = accounts.enrol_device(
        session,
        None,
        site_id=site,
        name="公用平板 01",
        window_ids=[people.a01, people.a03],
        now=now,
    )
    return people, token


def _secrets(session: Session, user_id: int, now: datetime) -> None:
    accounts.set_password(session, None, user_id, password=PASSWORD, now=now)
    accounts.set_pin(session, None, user_id, pin=PIN, now=now)


def _plan(
    session: Session,
    site_id: int,
    code: str,
    now: datetime,
    *,
    window_id: int | None = None,
    location_id: int | None = None,
) -> None:
    checklists.create_plan(
        session,
        None,
        site_id=site_id,
        template_code=code,
        window_id=window_id,
        location_id=location_id,
        starts_on=local_day(now, ZONE),
        slots=OPEN_ALL_DAY,
        now=now,
    )
