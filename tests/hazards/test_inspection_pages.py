"""Inspections by authorities and the page of papers, as each person sees them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from hazards.models import AuthorityInspection, Hazard, Origin, Status
from hazards.service import Finding
from safety_app.core import clock
from safety_app.core.db import Database, reading, transaction
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.factories import make_hazard
from tests.hazards.test_inspections import record
from tests.screens import open_page, text_of

pytestmark = sqlite_only


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def make(hall: Cast, **facts: Any) -> int:
    """An inspection with one finding, in the database for good."""
    with transaction() as session:
        return record(session, hall, Finding("应急灯坏", window_id=hall.a01), **facts).id


def says(page: AppTest, words: str) -> bool:
    """Whether these words stand somewhere on the page."""
    return any(words in text for text in text_of(page))


def fill(page: AppTest, ending: str, value: str) -> None:
    """Type into the field whose key ends so."""
    fields = [*page.text_input, *page.text_area]
    next(one for one in fields if str(one.key).endswith(ending)).input(value)


def test_the_empty_list_says_what_to_do(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, "inspections")
    assert not page.exception
    assert says(page, "还没有上级检查的登记") and says(page, "登记检查")


def test_list_and_detail_show_state_and_findings(database: Database, hall: Cast) -> None:
    key = make(hall, reply_by=TODAY - timedelta(days=0))
    assert says(open_page(hall.manager, "inspections"), "今天到期答复")
    page = open_page(hall.manager, "inspections", id=str(key))
    assert not page.exception
    for words in ("应急灯坏", "1 项问题，1 项未销号", "登记答复"):
        assert says(page, words), words


@pytest.mark.parametrize("wrong", ["0", "99", "x", "-1", "9" * 40, "٣"])
def test_an_inspection_that_is_not_there_is_explained(
    database: Database, hall: Cast, wrong: str
) -> None:
    page = open_page(hall.manager, "inspections", id=wrong)
    assert not page.exception and says(page, "没有找到该次检查")


def test_an_inspection_is_recorded_with_its_findings(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, "inspections", do="new")
    fill(page, ".authority", "清河县消防救援大队")
    fill(page, ".0.what", "安全出口上锁")
    place = next(one for one in page.selectbox if str(one.key).endswith(".0.place"))
    place.select(f"w{hall.a01}")
    page.button(key="inspection.new.submit").click().run()
    assert not page.exception
    with reading() as session:
        found = session.scalars(select(AuthorityInspection)).one()
        hazard = session.scalars(select(Hazard)).one()
    assert (hazard.inspection_id, hazard.origin) == (found.id, Origin.AUTHORITY)


def test_what_is_missing_is_said_and_nothing_is_lost(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, "inspections", do="new")
    fill(page, ".0.what", "安全出口上锁")
    page.button(key="inspection.new.submit").click().run()
    assert says(page, "检查部门")
    assert any(one.value == "安全出口上锁" for one in page.text_input)
    with reading() as session:
        assert session.scalars(select(Hazard)).all() == []


def test_several_findings_are_entered_at_once(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, "inspections", do="new")
    more = next(one for one in page.button if str(one.key).endswith(".more"))
    more.click().run()
    assert says(page, "问题 2")


def test_a_reply_is_recorded_once_it_has_words(database: Database, hall: Cast) -> None:
    key = make(hall)
    page = open_page(hall.officer, "inspections", id=str(key), do="reply")
    assert says(page, "答复中应如实说明")
    page.button(key="inspection.reply.submit").click().run()
    with reading() as session:
        assert session.get_one(AuthorityInspection, key).replied_on is None
    fill(page, ".text", "已全部整改")
    page.button(key="inspection.reply.submit").click().run()
    assert not page.exception
    with reading() as session:
        assert session.get_one(AuthorityInspection, key).replied_on == TODAY


def test_a_hazard_names_the_inspection_that_found_it(database: Database, hall: Cast) -> None:
    make(hall)
    with reading() as session:
        number = session.scalars(select(Hazard.number)).one()
    assert says(open_page(hall.officer, "hazards", no=number), "清河县消防救援大队")


def test_today_tells_officer_and_manager_of_a_reply_that_falls_due(
    database: Database, hall: Cast
) -> None:
    make(hall, reply_by=TODAY + timedelta(days=2))
    assert says(open_page(hall.manager), "有 1 项上级检查待答复")
    assert not says(open_page(hall.lead), "上级检查待答复")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_page_of_papers_takes_over_the_filters_of_the_board(
    database: Database, hall: Cast, language: str
) -> None:
    with transaction() as session:
        make_hazard(session, hall, Status.CLOSED)
        make_hazard(session, hall)
    page = open_page(hall.officer, "hazard-papers", language=language)
    assert not page.exception
    links = "".join(element.proto.body for element in page.get("html"))
    assert "/hazards/register.pdf?first=2026-01-01&amp;last=2026-11-23&amp;state=all" in links
    assert "/hazards/statistics/2026-Q4.pdf" in links, "the only one of a new hall"


def test_a_lead_is_offered_own_windows_and_no_statistics(database: Database, hall: Cast) -> None:
    page = open_page(hall.lead, "hazard-papers")
    links = "".join(element.proto.body for element in page.get("html"))
    assert "/hazards/register.pdf" in links and "/hazards/statistics/" not in links


def test_the_owner_finds_the_notice_on_the_hazard(database: Database, hall: Cast) -> None:
    with transaction() as session:
        number = make_hazard(session, hall, Status.ASSIGNED).number
    address = f"/hazards/notice/{number}.pdf"
    for actor, offered in ((hall.second_staff, True), (hall.lead, True), (hall.staff, False)):
        page = open_page(actor, "hazards", no=number)
        links = "".join(element.proto.body for element in page.get("html"))
        assert (address in links) is offered
        assert (address.replace(".pdf", ".xlsx") in links) is offered
