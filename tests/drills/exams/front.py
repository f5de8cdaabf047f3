"""What the browser tests of the exam's page share: an exam, tablets, and what is right."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page
from sqlalchemy import select

from drills.exams import scoring
from drills.exams.drawing import Part
from drills.exams.models import Attempt, Exam, Kind
from drills.exams.service import lots
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.db import Database
from tests.cast import NOW
from tests.checklists import sheet_front
from tests.checklists.sheet_front import TABLET, Hall, wrong
from tests.drills.exams.cases import make_exam

PARTS = (Part(Kind.SINGLE, 6), Part(Kind.MULTIPLE, 2), Part(Kind.TRUE_FALSE, 4))
OPTION = ".option input"


@dataclass
class House:
    """The running hall with its exams."""

    hall: Hall
    second_tablet: str

    def exam(self, **changes: Any) -> int:
        """Twelve questions in 30 minutes, to be retaken after a day, three times in all."""
        facts: dict[str, Any] = {"parts": PARTS, "attempts": 3, "retake_days": 1, **changes}
        with self.hall.database.transaction() as session:
            exam = make_exam(session, self.hall.people, now=datetime.now(UTC), **facts)
            return exam.id

    def visit(
        self, browser: Browser, who: Actor, *, tablet: str | None = None, **options: Any
    ) -> Page:
        """A browser of its own where somebody is signed in, perhaps a shared tablet."""
        context = browser.new_context(**{**TABLET, **options})
        self.hall.visits.append(context)
        before = self.hall.tablet_token
        if tablet is not None:
            self.hall.tablet_token = tablet
        self.hall.sign_in(context, who, shared=tablet is not None)
        self.hall.tablet_token = before
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        return page

    def begin(self, page: Page, exam: int) -> None:
        """Read the cover and begin."""
        self.open(page, exam)
        page.tap("[data-act=begin]")
        page.wait_for_selector(OPTION)

    def open(self, page: Page, exam: int) -> None:
        """Open the page of the exam."""
        page.goto(f"{self.hall.house.url}/exam/{exam}")
        page.wait_for_selector("#app h1")

    def attempt(self, exam: int, who: Actor) -> Attempt:
        """The newest attempt of somebody."""
        with self.hall.database.reading() as session:
            query = select(Attempt).where(Attempt.exam_id == exam, Attempt.user_id == who.user_id)
            return session.scalars(query.order_by(Attempt.id.desc()).limit(1)).one()

    def right(self, exam: int, who: Actor) -> list[int]:
        """The right choice of each question as shown."""
        attempt = self.attempt(exam, who)
        with self.hall.database.reading() as session:
            questions = lots.questions_of(session, attempt.questions)
        return [
            scoring.as_shown(scoring.mask_of(question.right), order)
            for question, order in zip(questions, attempt.orders, strict=True)
        ]

    def pass_time(self, exam: int, who: Actor, by: timedelta) -> None:
        """Whatever was done in the newest attempt lies so much longer ago."""
        pass_time(self.hall.database, self.attempt(exam, who).id, by)

    def the_exam(self, exam: int) -> Exam:
        """The exam as it stands."""
        with self.hall.database.reading() as session:
            return session.get_one(Exam, exam)


def pass_time(database: Database, attempt_id: int, by: timedelta) -> None:
    """Whatever was done in an attempt lies so much longer ago."""
    with database.transaction() as session:
        attempt = session.get_one(Attempt, attempt_id)
        for name in ("started_at", "deadline", "closes_at", "seen_at", "submitted_at"):
            moment = getattr(attempt, name)
            setattr(attempt, name, moment - by if moment else None)
        if by >= timedelta(days=1):
            attempt.held_on -= by


def choose(page: Page, mask: int) -> None:
    """Choose these options of the question on the screen."""
    for at in range(scoring.MOST_OPTIONS):
        if mask >> at & 1:
            page.tap(f".option:nth-child({at + 1})")


def answer(page: Page, mask: int) -> None:
    """Choose and go on to the next question, if there is one."""
    choose(page, mask)
    onward = page.locator(".foot [data-act=next]")
    if onward.count():
        onward.tap()


def wait_saved(page: Page, count: int, total: int = 12) -> None:
    """Wait for the server's receipt."""
    page.wait_for_selector(f".receipt:has-text('已保存 {count}/{total}')", timeout=30_000)


def hand_in(page: Page) -> None:
    """Hand in and confirm."""
    page.locator("[data-act=hand-in]:visible").first.tap()
    page.tap("[data-act=hand-in-now]")
    page.wait_for_selector(".verdict")


def seconds_left(page: Page) -> int:
    """What the clock on the screen says."""
    minutes, seconds = page.inner_text(".time span[aria-hidden]").split(":")
    return int(minutes) * 60 + int(seconds)


@contextmanager
def opened_house(folder: Path) -> Iterator[House]:
    """A furnished hall with two shared tablets and its application running."""
    with sheet_front.opened_hall(folder) as hall:
        with hall.database.transaction() as session:
            _device, token = accounts.enrol_device(
                session, None, site_id=hall.people.site_id, name="公用平板 2",
                window_ids=[hall.people.a01], now=NOW,
            )  # fmt: skip
        yield House(hall, token)
