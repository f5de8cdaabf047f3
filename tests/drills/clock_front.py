"""What the browser tests of the stopwatch share: a hall with a drill of today, and tablets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page
from sqlalchemy import select

from drills import service
from drills.models import Attendance, Drill, DrillPhoto, Entry, EntryKind
from safety_app.core import clock
from safety_app.core.access import Actor
from tests.checklists import sheet_front
from tests.checklists.sheet_front import Hall
from tests.drills.cases import facts_of
from tests.live import ZONE


@dataclass(frozen=True)
class Record:
    """A drill as it lies in the database."""

    status: str
    seconds: dict[str, int]
    """Milestones that are stamped, by their codes."""
    stamps: int
    """Taps of milestones that were received, each counted once."""
    signed: int
    photos: int


@contextmanager
def opened_hall(folder: Path) -> Iterator[Hall]:
    """A furnished hall with its application running."""
    with sheet_front.opened_hall(folder) as hall:
        yield hall


def plan_today(hall: Hall, *, days: int = 0, **changes: Any) -> str:
    """The code of a new drill for today, or some days later."""
    now = datetime.now(UTC)
    with hall.database.transaction() as session:
        drill = service.plan(
            session,
            hall.people.manager,
            facts_of(hall.people, **changes),
            planned_on=clock.local_day(now, ZONE) + timedelta(days=days),
            now=now,
        )
        return drill.code


def visit(hall: Hall, browser: Browser, who: Actor, code: str, **options: Any) -> Page:
    """A tablet of its own that has opened the stopwatch; its scripts' errors fail the test."""
    context = browser.new_context(**{**sheet_front.TABLET, **options})
    hall.visits.append(context)
    hall.sign_in(context, who)
    page = context.new_page()
    page.on("pageerror", lambda error: sheet_front.wrong.append(str(error)))
    open_clock(hall, page, code)
    return page


def open_clock(hall: Hall, page: Page, code: str) -> None:
    """Open (or reload) the stopwatch and wait for its milestones."""
    page.goto(f"{hall.house.url}/drill/{code}/clock")
    page.wait_for_selector(".moment")


def stamp(page: Page, name: str) -> None:
    """Tap a milestone."""
    page.tap(f".moment:has(h3:text-is('{name}')) .stamp")


def wait_stamped(page: Page, name: str) -> None:
    """Wait until a milestone shows its time, and that the server has it."""
    page.wait_for_selector(f".moment.stamped:has(h3:text-is('{name}')):not(:has-text('已存本机'))")


def record(hall: Hall, code: str) -> Record:
    """What the database holds of a drill."""
    with hall.database.reading() as session:
        drill = session.scalars(select(Drill).where(Drill.code == code)).one()
        moments = service.moments_of(session, drill.id)
        entries = session.scalars(select(Entry).where(Entry.drill_id == drill.id)).all()
        heads = session.scalars(select(Attendance).where(Attendance.drill_id == drill.id)).all()
        photos = session.scalars(select(DrillPhoto).where(DrillPhoto.drill_id == drill.id)).all()
    start = drill.started_at
    return Record(
        status=str(drill.status),
        seconds={
            one.code: round((one.stamped_at - start).total_seconds())
            for one in moments
            if one.stamped_at and start
        },
        stamps=sum(one.kind == EntryKind.STAMP for one in entries),
        signed=sum(bool(one.signature) for one in heads),
        photos=len(photos),
    )
