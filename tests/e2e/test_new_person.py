"""A new person before the gate: refused on the roster, trained, failed, retaken, passed, accepted.

A hall of its own: the gate that is set here would stand in the way of everybody elsewhere.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from drills.exams import scoring
from drills.exams.drawing import Part
from drills.exams.models import Attempt, Kind
from drills.exams.service import lots
from drills.training import service as training
from safety_app.accounts import service as accounts
from safety_app.accounts.models import User
from safety_app.core.access import Actor
from safety_app.workplace import service as workplace
from tests.drills.exams.cases import course_id, make_exam
from tests.drills.exams.front import OPTION, answer, hand_in, pass_time, wait_saved
from tests.drills.training.lessons import here_since, only, passed
from tests.e2e.hall import PIN, Hall, opened_hall, today
from tests.e2e.test_stock import sign
from tests.e2e.visits import Visit, visit

pytestmark = pytest.mark.e2e
NAME = "赵小禾"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TALL = {"width": 1440, "height": 1600}  # what scrolls shuts an open choice
PARTS = (Part(Kind.SINGLE, 4, "extinguisher"), Part(Kind.TRUE_FALSE, 4))


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """All have passed fire safety, nothing else is required, and the gate begins today."""
    with opened_hall(tmp_path_factory.mktemp("gate")) as opened:
        now, people = datetime.now(UTC), opened.people
        with opened.database.transaction() as session:
            here_since(session, people)
            only(session, people, "FIRE")
            for one in accounts.list_people(session, people.site_id):
                passed(session, people, one.id, "FIRE", today() - 30 * DAY, now=now)
            make_exam(
                session, people, now=now, course_id=course_id(session, people, "FIRE"),
                title="消防安全考试", title_en="Fire safety exam", parts=PARTS, retake_days=1,
                hours=2,
            )  # fmt: skip
            training.set_gate(session, people.manager, starts_on=today(), now=now)
        yield opened


def test_a_new_person_is_refused_then_trains_fails_retakes_passes_and_is_accepted(
    hall: Hall, chromium: Browser
) -> None:
    with (
        visit(chromium, hall, "zh_CN", viewport=TALL) as desk,
        visit(chromium, hall, "zh_CN", tablet=True) as tablet,
    ):
        desk.be(hall.people.administrator)
        who = add_person(desk)
        desk.be(hall.people.officer)
        name_for_the_window(desk)
        expect(desk.page.locator(".note-red", has_text="不能上岗").first).to_contain_text(
            "缺消防安全培训；尚未安排场次"
        )
        assert on_duty(hall) == []

        lesson = plan_lesson(hall, who)
        with signed_in(tablet, hall.people.officer):
            sign_for_presence(tablet, lesson)
        close_lesson(desk, lesson)
        name_for_the_window(desk)
        expect(desk.page.locator(".note-red", has_text="不能上岗").first).to_contain_text(
            "消防安全培训"
        )
        assert on_duty(hall) == []

        tablet.sign_in_by_pin(NAME)
        sit(tablet, who, is_right=False)
        assert "不合格" in tablet.page.inner_text(".stamp")
        again = today() + DAY
        expect(tablet.page.locator("main")).to_contain_text(f"{again.month}月{again.day}日")
        expect(tablet.page.locator("main")).to_contain_text("起可以补考")
        name_for_the_window(desk)
        expect(desk.page.locator(".note-red", has_text="不能上岗").first).to_be_visible()
        tablet.open("/exams")
        tablet.settle()
        assert tablet.page.locator("a.big[href^='/exam/']").count() == 0

        pass_time(hall.database, attempt(hall, who).id, DAY)
        sit(tablet, who, is_right=True)
        assert tablet.page.inner_text(".stamp").strip() == "合格"
        name_for_the_window(desk)
        expect(desk.page.locator(".note-green", has_text="值班安排已保存").first).to_be_visible()
        assert on_duty(hall) == [who.user_id]
        assert desk.trouble + tablet.trouble == []


def add_person(desk: Visit) -> Actor:
    """The administrator adds somebody to window A01."""
    hall, page = desk.hall, desk.open("/people?id=new", "[data-testid=stForm]")
    desk.settle()
    page.get_by_label("姓名（必填）").fill(NAME)
    page.locator(".st-key-person-new-staff input").press("ArrowDown")
    page.get_by_role("option", name="A01").click()
    page.keyboard.press("Escape")
    desk.press("Save")
    expect(page.locator("h1")).to_have_text(NAME)
    now = datetime.now(UTC)
    with hall.database.transaction() as session:
        user = session.scalars(select(User).where(User.name == NAME)).one()
        accounts.set_pin(session, None, user.id, pin=PIN, now=now)
        return accounts.actor_for(session, user.id, now=now)


def name_for_the_window(desk: Visit) -> None:
    """The officer names the new person for A01 today."""
    page = desk.open(f"/roster?cell={desk.hall.people.a01}.{today().isoformat()}")
    desk.settle()
    page.get_by_role("button", name=NAME, exact=True).click()
    desk.settle()
    desk.press("Save who is on duty")


def on_duty(hall: Hall) -> list[int]:
    """Who of the window's people named today is fit to serve."""
    with hall.database.reading() as session:
        found = workplace.on_duty(session, hall.people.site_id, today(), hall.people.a01)
        return [one for one in found if one > hall.people.third_party.user_id]


def plan_lesson(hall: Hall, who: Actor) -> int:
    """A session of today that ends now, with the new person invited."""
    now = datetime.now(UTC)
    with hall.database.transaction() as session:
        plan = training.Plan(
            course_id=course_id(session, hall.people, "FIRE"), starts_at=now - 2 * HOUR,
            ends_at=now, place="二楼会议室", trainer="刘洋", hours=2,
        )  # fmt: skip
        made = training.plan_session(
            session, hall.people.officer, plan, invited=[who.user_id], now=now
        )
        return made.id


@contextmanager
def signed_in(tablet: Visit, who: Actor) -> Iterator[None]:
    """For a moment somebody else has the tablet."""
    tablet.be(who, shared=True)
    yield
    tablet.context.clear_cookies(name=accounts.SESSION_COOKIE)


def sign_for_presence(tablet: Visit, lesson: int) -> None:
    """The new person draws the name on the trainer's tablet."""
    page = tablet.open(f"/training-sessions?id={lesson}", ".st-key-training_session-who-0")
    tablet.settle()
    page.locator(".st-key-training_session-who-0 input").press("ArrowDown")
    page.get_by_role("option", name=NAME).click()
    page.locator("canvas").wait_for()
    tablet.settle()
    page.locator("canvas").scroll_into_view_if_needed()
    sign(page)
    page.locator(".ink .go").click()
    expect(page.locator(".note-green", has_text=f"{NAME}已签到").first).to_be_visible()


def close_lesson(desk: Visit, lesson: int) -> None:
    """The officer closes the session; who was there has the exam before them."""
    page = desk.open(f"/training-sessions?id={lesson}&do=close")
    desk.settle()
    desk.press("Close the session")
    expect(page.locator(".note-green").first).to_contain_text("1 人待考试")


def sit(tablet: Visit, who: Actor, *, is_right: bool) -> None:
    """From the page of exams through all questions to the result."""
    page = tablet.open("/exams", "a.big[href^='/exam/']")
    page.locator("a.big[href^='/exam/']").tap()
    page.tap("[data-act=begin]")
    page.wait_for_selector(OPTION)
    for right in right_choices(tablet.hall, who):
        answer(page, right if is_right else 3 - right if right < 3 else 1)
    wait_saved(page, 8, 8)
    hand_in(page)


def right_choices(hall: Hall, who: Actor) -> list[int]:
    """The right choice of each question as shown."""
    found = attempt(hall, who)
    with hall.database.reading() as session:
        questions = lots.questions_of(session, found.questions)
    return [
        scoring.as_shown(scoring.mask_of(question.right), order)
        for question, order in zip(questions, found.orders, strict=True)
    ]


def attempt(hall: Hall, who: Actor) -> Attempt:
    """The newest attempt."""
    with hall.database.reading() as session:
        query = select(Attempt).where(Attempt.user_id == who.user_id)
        return session.scalars(query.order_by(Attempt.id.desc()).limit(1)).one()
