"""Somebody new in the browser: refused on the roster, trained, failed, retaken, passed, on duty."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, expect

from drills.training import service
from drills.training.models import TrainingSession
from drills.training.service import Plan, Source
from safety_app.accounts import service as accounts
from safety_app.accounts.service import User
from safety_app.core.access import Actor, Role
from safety_app.workplace import service as workplace
from tests.drills.exams import front
from tests.e2e.hall import PASSWORD, PIN, Hall, today
from tests.e2e.test_stock import sign
from tests.e2e.visits import DESKTOP, TABLET, Visit, visit
from tests.live import ZONE

pytestmark = pytest.mark.e2e
NAME = "林小雨"
DAY = timedelta(days=1)


@pytest.fixture
def newcomer(hall: Hall) -> Iterator[Actor]:
    """The gate is on since today; she came after that and lacks the window level only."""
    people = hall.people
    now = datetime.now(UTC)
    with hall.database.transaction() as session:
        service.set_gate(session, people.manager, starts_on=today(), now=now - DAY / 1440)
        user = accounts.create_user(
            session, None, site_id=people.site_id, login="linxiaoyu", name=NAME,
            name_en="Lin Xiaoyu", joined_on=today(), password=PASSWORD, pin=PIN, now=now,
        )  # fmt: skip
        accounts.grant_role(session, None, user.id, Role.STAFF, people.a01, now=now)
        for course in service.list_courses(session, people.site_id):
            if course.code in ("PRE-CENTRE", "PRE-DEPT", "FIRE"):
                service.record_result(
                    session, None, site_id=people.site_id, user_id=user.id, course_id=course.id,
                    on=today(), passed=True, source=Source.CERTIFICATE,
                    source_key=f"e2e:{course.code}", now=now,
                )  # fmt: skip
        found = Actor(
            user_id=user.id, site_id=people.site_id, name=NAME, roles=frozenset({Role.STAFF}),
            served=frozenset({people.a01}), timezone=ZONE,
        )  # fmt: skip
    yield found
    with hall.database.transaction() as session:
        service.end_gate(session, people.manager, now=datetime.now(UTC))
        session.get_one(User, found.user_id).is_active = False


@pytest.fixture
def lesson(hall: Hall, newcomer: Actor) -> TrainingSession:
    """A session of the window of today that ends now, to which she is invited."""
    now = datetime.now(UTC)
    begins = now - timedelta(hours=6)
    with hall.database.transaction() as session:
        course = next(
            one.id
            for one in service.list_courses(session, hall.people.site_id)
            if one.code == "PRE-WINDOW"
        )
        plan = Plan(
            course_id=course, window_id=hall.people.a01, starts_at=begins, ends_at=now,
            place="三楼会议室", trainer="李敏", hours=8,
        )  # fmt: skip
        return service.plan_session(
            session, hall.people.lead, plan, invited=[newcomer.user_id], now=now
        )


def test_from_the_refusal_on_the_roster_to_the_first_duty(
    hall: Hall, chromium: Browser, newcomer: Actor, lesson: TrainingSession
) -> None:
    with visit(chromium, hall, "zh_CN", **DESKTOP) as desk:
        desk.be(hall.people.lead)
        _name_on_the_roster(desk, hall)
        refusal = desk.page.get_by_text(f"{NAME} ").filter(has_text="不能上岗：缺窗口级岗前培训")
        expect(refusal.first).to_be_visible(timeout=30_000)
        assert not _is_on_duty(hall, newcomer)
    with visit(chromium, hall, "zh_CN", **TABLET) as tablet:
        tablet.be(hall.people.lead, shared=True)
        _sign_in(tablet, lesson)
        _close(tablet, lesson)
    _sit_and_fail_and_pass(hall, chromium, newcomer)
    with visit(chromium, hall, "zh_CN", **DESKTOP) as desk:
        desk.be(hall.people.lead)
        _name_on_the_roster(desk, hall)
        expect(desk.page.get_by_text("值班安排已保存。").first).to_be_visible(timeout=30_000)
        assert desk.trouble == []
    assert _is_on_duty(hall, newcomer)


def _name_on_the_roster(desk: Visit, hall: Hall) -> None:
    """Tap her name for today and save."""
    desk.open(f"/roster?cell={hall.people.a01}.{today().isoformat()}")
    desk.settle()
    desk.page.get_by_role("button", name=NAME, exact=True).first.click()
    desk.settle()
    desk.press("Save who is on duty")


def _is_on_duty(hall: Hall, newcomer: Actor) -> bool:
    with hall.database.reading() as session:
        there = workplace.on_duty(session, hall.people.site_id, today(), hall.people.a01)
        return newcomer.user_id in there


def _sign_in(tablet: Visit, lesson: TrainingSession) -> None:
    """Choose the name, sign in the field, press."""
    page = tablet.open(f"/training-sessions?id={lesson.id}")
    tablet.settle()
    page.get_by_role("combobox", name=tablet.say("Who signs in")).click()
    page.get_by_role("option", name=NAME).first.click()
    page.locator("canvas").wait_for()
    tablet.settle()
    page.locator("canvas").scroll_into_view_if_needed()
    sign(page)
    page.locator(".ink .go").click()
    expect(page.get_by_text(f"{NAME}已签到").first).to_be_visible(timeout=30_000)
    tablet.settle()


def _close(tablet: Visit, lesson: TrainingSession) -> None:
    """Close it; this course goes on with an exam."""
    page = tablet.open(f"/training-sessions?id={lesson.id}&do=close")
    tablet.settle()
    tablet.press("Close the session")
    expect(page.get_by_text("1 人待考试").first).to_be_visible(timeout=30_000)


def _sit_and_fail_and_pass(hall: Hall, chromium: Browser, newcomer: Actor) -> None:
    """All wrong at first; the next day all right."""
    house = front.House(cast(Any, hall), "")
    exam = house.exam()
    with visit(chromium, hall, "zh_CN", **TABLET) as tablet:
        tablet.be(newcomer)
        for is_right in (False, True):
            house.begin(tablet.page, exam)
            for choice in house.right(exam, newcomer):
                front.answer(tablet.page, choice if is_right else 3 - min(choice, 2))
            front.wait_saved(tablet.page, 12)
            front.hand_in(tablet.page)
            stamp = "合格" if is_right else "不合格"
            assert tablet.page.inner_text(".stamp").strip() == stamp
            if not is_right:
                house.pass_time(exam, newcomer, DAY)
