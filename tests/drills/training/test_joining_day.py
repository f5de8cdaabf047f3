"""A first day that is put right: whoever it keeps off duty unwarned is named before it is saved."""

from datetime import date, timedelta
from typing import Final

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from drills.training import service
from drills.training.models import GatePeriod
from drills.training.service import shortages
from safety_app.accounts import service as accounts
from safety_app.accounts.service import User
from safety_app.core import clock
from safety_app.core.db import Database
from safety_app.features import features
from safety_app.workplace import service as workplace
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.drills.training.lessons import here_since, only, passed
from tests.screens import open_page, text_of

DAY: Final = timedelta(days=1)
LONG_BEFORE: Final = TODAY - 800 * DAY
LATELY: Final = TODAY - 60 * DAY


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(shortages, "FEW", 1)
    features()


def gated(session: Session, hall: Cast, *, grace_days: int = 0, joined: date = LATELY) -> int:
    """The gate is on, the refresher is asked for; 周航 came lately and need not have it yet."""
    here_since(session, hall)
    only(session, hall, "REFRESHER")
    user_id = hall.second_staff.user_id
    session.execute(update(User).where(User.id == user_id).values(joined_on=joined))
    session.add(
        GatePeriod(
            site_id=hall.site_id, starts_on=TODAY - DAY, grace_days=grace_days,
            set_by=hall.manager.user_id, set_at=NOW - DAY,
        )
    )  # fmt: skip
    session.flush()
    service.follow_people(session, hall.site_id, NOW)
    return user_id


def put_right(session: Session, hall: Cast, user_id: int, on: date) -> tuple[date, str] | None:
    found = workplace.newly_barred(
        session, hall.site_id, user_id, TODAY,
        lambda: accounts.update_person(
            session, hall.administrator, user_id, joined_on=on, now=NOW
        ),
    )  # fmt: skip
    return found and (found[0], found[1].text)


def test_an_earlier_day_says_whom_it_keeps_off_from_today_on(session: Session, hall: Cast) -> None:
    user_id = gated(session, hall)
    assert workplace.find_bar(session, hall.site_id, user_id, TODAY) is None
    found = put_right(session, hall, user_id, LONG_BEFORE)
    assert found == (TODAY, "缺年度安全再培训；尚未安排场次")
    assert workplace.find_bar(session, hall.site_id, user_id, TODAY) is not None


def test_a_day_behind_that_of_the_gate_ends_the_days_of_warning(
    session: Session, hall: Cast
) -> None:
    user_id = gated(session, hall, grace_days=90, joined=LONG_BEFORE)
    only(session, hall, "PRE-CENTRE")
    assert workplace.find_bar(session, hall.site_id, user_id, TODAY) is None
    found = put_right(session, hall, user_id, TODAY)
    assert found is not None and found[0] == TODAY


def test_whoever_is_warned_in_time_or_refused_already_is_not_named(
    session: Session, hall: Cast
) -> None:
    user_id = gated(session, hall)
    assert put_right(session, hall, user_id, LATELY - DAY) is None
    assert put_right(session, hall, user_id, TODAY - 334 * DAY) is None, "31 days from now"
    assert put_right(session, hall, user_id, TODAY - 345 * DAY) is not None, "within the 30 days"
    put_right(session, hall, user_id, LONG_BEFORE)
    assert put_right(session, hall, user_id, LONG_BEFORE - DAY) is None, "refused already"
    passed(session, hall, user_id, "REFRESHER")
    assert put_right(session, hall, user_id, LONG_BEFORE - 9 * DAY) is None


@sqlite_only
def test_the_form_names_it_before_it_saves(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        user_id = gated(session, hall)

    def saved_with(page: AppTest, day: date) -> AppTest:
        page.text_input(key=f"person.{user_id}.joined").set_value(day.isoformat())
        return page.button(key=f"big_person.{user_id}").click().run()

    def kept() -> date | None:
        with database.transaction() as session:
            return session.get_one(User, user_id).joined_on

    told = (
        "按此到岗日期，周航自2026年11月23日 周一起不能上岗：缺年度安全再培训；尚未安排场次。"
        "系统未能提前提醒本人，请先告知本人，再点一次“保存”。"
    )
    page = open_page(hall.administrator, "people", id=str(user_id), do="edit")
    page = saved_with(page, LONG_BEFORE)
    assert told in " ".join(text_of(page))
    assert kept() == LATELY
    page = saved_with(page, LONG_BEFORE - DAY)
    assert told in " ".join(text_of(page)), "another day is another question"
    assert kept() == LATELY
    saved_with(page, LONG_BEFORE - DAY)
    assert kept() == LONG_BEFORE - DAY
    page = open_page(hall.administrator, "people", id=str(user_id), do="edit")
    saved_with(page, LONG_BEFORE - 2 * DAY)
    assert kept() == LONG_BEFORE - 2 * DAY, "who is refused already is not named"
