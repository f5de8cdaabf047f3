"""The page of one day for an inspector: three answers with what was missing then."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from drills.training.service import follow
from drills.training.service.on_post import on_post
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.db import Database
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Duty
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.drills.plans.documents import make_plan
from tests.drills.training.lessons import here_since, only, passed
from tests.screens import open_page, text_of


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=1))


@sqlite_only
def test_a_day_before_anything_was_in_order_says_what_was_missing(
    database: Database, hall: Cast
) -> None:
    with database.transaction() as session:
        workplace.site(session, hall.site_id).counts_from = date(2026, 1, 1)
        make_plan(session, hall)
    before = " ".join(text_of(open_page(hall.manager, "readiness-day", day="2026-08-03")))
    assert "这一天没有现行预案" in before and "未按期演练" in before
    now = " ".join(text_of(open_page(hall.manager, "readiness-day")))
    assert "现行预案 1 份，其中 1 份有效" in now


@sqlite_only
def test_of_a_day_before_the_records_begin_nothing_is_said(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        workplace.site(session, hall.site_id).counts_from = date(2026, 1, 1)
    said = " ".join(text_of(open_page(hall.manager, "readiness-day", day="2025-12-31")))
    assert "本系统的记录从2026年1月1日" in said and "在岗" not in said.split("本系统的记录")[1]
    first = " ".join(text_of(open_page(hall.manager, "readiness-day", day="2026-01-01")))
    assert "本系统的记录从" not in first


@sqlite_only
def test_staff_do_not_see_it(database: Database, hall: Cast) -> None:
    assert "没有此项权限" in " ".join(text_of(open_page(hall.staff, "readiness-day")))


@pytest.fixture
def courses(session: Session, hall: Cast) -> None:
    """Nothing but the fire course is required."""
    follow(session, hall.site_id, NOW)
    here_since(session, hall)
    only(session, hall, "FIRE")


@pytest.mark.usefixtures("courses")
def test_who_is_on_the_roster_without_a_course_is_named(session: Session, hall: Cast) -> None:
    people = (hall.staff, hall.second_staff)
    session.add_all(
        Duty(site_id=hall.site_id, user_id=one.user_id, on_date=TODAY, window_id=hall.a01)
        for one in people
    )
    passed(session, hall, hall.staff.user_id, "FIRE", TODAY - timedelta(days=30))
    names = [one.name for one in on_post(session, hall.officer, TODAY, now=NOW).lacking]
    assert accounts.names(session, [hall.second_staff.user_id])[hall.second_staff.user_id] in names
    assert accounts.names(session, [hall.staff.user_id])[hall.staff.user_id] not in names
