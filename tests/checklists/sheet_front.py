"""What the tests of the sheet's page share: a hall with patrols that are due, and tablets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from checklists.models import Finding, FindingPhoto, LateEntry, Run, RunToken
from safety_app import migrate
from safety_app.accounts import service as accounts
from safety_app.accounts.models import User
from safety_app.accounts.service.sessions import open_session
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.features import features
from tests import cast
from tests.factories import make_task
from tests.live import ZONE, House

TABLET: Final[dict[str, Any]] = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}
PIN: Final = "246802"


@dataclass
class Hall:
    """The running application and its database, looked at from outside."""

    house: House
    database: Database
    people: cast.Cast
    days: Iterator[date]
    tablet_token: str
    visits: list[BrowserContext] = field(default_factory=list)

    def patrol(self, *, common: bool = False, part: str = "opening") -> int:
        """A patrol that is open now, on a day of its own."""
        now = datetime.now(UTC)
        with self.database.transaction() as session:
            task = make_task(session, self.people, part=part, common=common, on=next(self.days))
            task.opens_at = now - timedelta(hours=1)
            task.due_at = now + timedelta(minutes=20)
            task.closes_at = now + timedelta(hours=3)
            session.flush()
            return task.id

    def sign_in(self, context: BrowserContext, who: Actor, *, shared: bool = False) -> None:
        """Put a fresh session (and, on a shared tablet, its own token) into the browser."""
        with self.database.transaction() as session:
            device = accounts.device_of(session, self.tablet_token) if shared else None
            user = session.get_one(User, who.user_id)
            opened = open_session(
                session, user, device_id=device.id if device else None, now=datetime.now(UTC)
            )
        cookies = {accounts.SESSION_COOKIE: opened.token, accounts.LANG_COOKIE: "zh_CN"}
        if shared:
            cookies[accounts.DEVICE_COOKIE] = self.tablet_token
        context.add_cookies(
            [{"name": key, "value": value, "url": self.house.url} for key, value in cookies.items()]
        )

    def visit(
        self, browser: Browser, who: Actor, task: int, *, shared: bool = False, **options: Any
    ) -> Page:
        """A tablet of its own that has opened the sheet; its scripts' errors fail the test."""
        context = browser.new_context(**{**TABLET, **options})
        self.visits.append(context)
        self.sign_in(context, who, shared=shared)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        self.open(page, task)
        assert page.evaluate("isSecureContext") is False
        return page

    def open(self, page: Page, task: int) -> None:
        """Open (or reload) the sheet and wait for its items."""
        page.goto(f"{self.house.url}/sheet/{task}")
        page.wait_for_selector(".item")

    def leave(self) -> None:
        """Close the tablets of a test."""
        while self.visits:
            self.visits.pop().close()

    def record(self, task: int) -> "Record":
        """What the database holds of the patrol."""
        with self.database.reading() as session:
            run = session.scalars(select(Run).where(Run.task_id == task)).one()
            tokens = session.scalars(
                select(RunToken).where(RunToken.run_id == run.id).order_by(RunToken.id)
            ).all()
            photos = session.scalars(
                select(FindingPhoto).where(
                    FindingPhoto.run_id == run.id, FindingPhoto.removed_at.is_(None)
                )
            ).all()
            findings = session.scalars(select(Finding).where(Finding.run_id == run.id)).all()
            late = session.scalars(select(LateEntry).where(LateEntry.run_id == run.id)).all()
        return Record(
            answers=run.answers,
            last_seqs=[token.last_seq for token in tokens],
            notes=sorted(one.note or one.what for one in findings if one.note or one.what),
            photos=[photo.client_key for photo in photos],
            late=len(late),
            submitted=run.submitted_at is not None,
            hazards=[one.hazard_number for one in findings if one.hazard_number],
        )


@dataclass(frozen=True)
class Record:
    """A run as it lies in the database."""

    answers: str
    last_seqs: list[int]
    notes: list[str]
    photos: list[str]
    late: int
    submitted: bool
    hazards: list[str]


wrong: list[str] = []


@contextmanager
def opened_hall(folder: Path) -> Iterator[Hall]:
    """A furnished hall with its application running; taken down at the end."""
    database = Database(f"sqlite:///{folder / 'safety.db'}")
    migrate.upgrade(database)
    with database.transaction() as session:
        people = cast.build(session, ZONE)
        for feature in features():
            if feature.prepare:
                feature.prepare(session, cast.NOW)
        accounts.set_pin(session, None, people.staff.user_id, pin=PIN, now=cast.NOW)
        _, token = accounts.enrol_device(
            session, None, site_id=people.site_id, name="公用平板 1", window_ids=[people.a01],
            now=cast.NOW,
        )  # fmt: skip
    house = House(folder)
    house.start()
    weekdays = (cast.TODAY + timedelta(days=n) for n in range(60))
    days = (day for day in weekdays if day.weekday() < 5)
    try:
        yield Hall(house, database, people, days, token)
    finally:
        house.kill()
        database.engine.dispose()


@contextmanager
def visited(hall: Hall) -> Iterator[None]:
    """One test in a hall that is up; at its end no script may have failed in any tablet."""
    wrong.clear()
    if not hall.house.is_up:
        hall.house.start()
    yield
    hall.leave()
    assert wrong == []


def item(place: int) -> str:
    """Selector of the item at a place, counted from 1."""
    return f".item:nth-child({place})"


def answer(page: Page, place: int, value: str) -> None:
    """Tap an answer."""
    page.tap(f"{item(place)} [data-value={value}]")


def wait_saved(page: Page, count: int, total: int) -> None:
    """Wait for the server's receipt."""
    page.wait_for_selector(f".receipt:has-text('已保存 {count}/{total}')", timeout=30_000)


def sign(page: Page) -> None:
    """Draw something across the signature field with the finger's stand-in."""
    box = page.locator(".pad canvas").bounding_box()
    assert box
    left, top = box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.5
    page.mouse.move(left, top)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(left + step * box["width"] * 0.018, top + (step % 6 - 3) * 9)
    page.mouse.up()


def picture(folder: Path, name: str, colour: str = "steelblue") -> str:
    """A photograph as a phone takes it, larger than what is kept."""
    path = folder / name
    image = Image.new("RGB", (2400, 1800), colour)
    image.paste("white", (300, 300, 1300, 900))
    image.save(path, quality=90)
    return str(path)
