"""The report's page: what may be chosen, what is shown, where its links lead."""

from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from hazards.models import Status
from safety_app.core import clock
from safety_app.core.db import Database, transaction
from safety_app.core.i18n import month_text, use_language
from tests.cast import Cast
from tests.dialects import sqlite_only
from tests.factories import make_hazard
from tests.screens import open_page, text_of

pytestmark = sqlite_only


@pytest.fixture(autouse=True)
def _november(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two days into November; the hall's records are three months old."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 2, 2, tzinfo=UTC))


@pytest.fixture
def old_hall(database: Database, hall: Cast) -> Cast:
    """The hall with records since August."""
    from safety_app.workplace.models import Site

    with transaction() as session:
        session.get_one(Site, hall.site_id).created_at = datetime(2026, 8, 1, tzinfo=UTC)
    return hall


def markup(page: AppTest) -> str:
    return "".join(element.proto.body for element in page.get("html"))


def test_last_month_is_chosen_in_the_first_days_and_its_paper_opens(old_hall: Cast) -> None:
    page = open_page(old_hall.lead, "reports")
    assert not page.exception
    assert [box.label for box in page.selectbox] == ["窗口", "月份"]
    assert page.selectbox[1].options == [
        month_text(2026, 11),
        *(month_text(*month) for month in ((2026, 10), (2026, 9), (2026, 8))),
    ]
    body = markup(page)
    assert 'href="/reports/window/A01/2026-10.pdf?lang=zh_CN" target="_blank"' in body
    assert 'href="/reports/window/A01/2026-10.xlsx?lang=zh_CN" target="_blank"' in body
    assert "没有缺项，可以打印签字。" in text_of(page)


def test_a_lead_chooses_among_own_windows_a_manager_among_all(old_hall: Cast) -> None:
    assert open_page(old_hall.lead, "reports").selectbox[0].options == [
        "A01 综合窗口",
        "A02 社保窗口",
    ]
    assert len(open_page(old_hall.manager, "reports").selectbox[0].options) == 3


def test_the_current_month_is_marked_and_not_called_ready(old_hall: Cast) -> None:
    page = open_page(old_hall.lead, "reports")
    page.selectbox[1].select_index(0).run()
    assert "/reports/window/A01/2026-11.pdf" in markup(page)
    assert any("非最终数据" in text for text in text_of(page))
    assert "没有缺项，可以打印签字。" not in text_of(page)


def test_what_is_missing_is_named_with_the_way_there(old_hall: Cast) -> None:
    with transaction() as session:
        make_hazard(session, old_hall, Status.REGISTERED, now=datetime(2026, 10, 9, tzinfo=UTC))
        make_hazard(session, old_hall, Status.FIXED, now=datetime(2026, 10, 9, tzinfo=UTC),
                    fix_by=date(2026, 10, 20))  # fmt: skip
    page = open_page(old_hall.lead, "reports")
    assert "签字前请处理" in text_of(page)
    assert 'href="/hazards?view=unassigned"' in markup(page)
    assert 'href="/hazards?view=to_verify"' in markup(page)
    assert "0/2" in text_of(page)


def test_the_paper_may_speak_the_other_language(old_hall: Cast) -> None:
    page = open_page(old_hall.lead, "reports", language="en")
    assert "2026-10.pdf?lang=en" in markup(page)
    with use_language("en"):  # the test's side of the page words the choices as well
        page.button_group[0].set_value("zh_CN").run()
    assert "2026-10.pdf?lang=zh_CN" in markup(page)
    assert "October 2026" in page.selectbox[1].options


def test_without_a_window_the_page_says_whom_to_ask(old_hall: Cast) -> None:
    with transaction() as session:
        from safety_app.workplace.models import Window

        for window in session.query(Window).filter_by(site_id=old_hall.site_id):
            window.is_active = False
    page = open_page(old_hall.manager, "reports")
    assert not page.exception and not page.selectbox
    assert "没有可报告的窗口" in text_of(page)
