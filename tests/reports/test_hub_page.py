"""The report's page: what may be chosen, what is shown, where its links lead."""

import re
import time
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from hazards.models import Status
from safety_app.core import clock
from safety_app.core.db import Database, reading, transaction
from safety_app.core.feature import PaperKind
from safety_app.core.i18n import _, month_text, use_language
from safety_app.features import features
from safety_app.reports import kinds, making, texts
from safety_app.reports.kinds import Place
from safety_app.reports.models import ReportText
from safety_app.reports.pages import progress
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


def pressed(page: AppTest, label: str) -> AppTest:
    """The page after the button with this label."""
    return next(one for one in page.button if one.label == label).click().run()


def written(hall: Cast) -> list[str]:
    with reading() as session:
        return list(session.scalars(select(ReportText.text).order_by(ReportText.id)))


def test_the_papers_offered_are_those_of_all_features_this_person_may_print(
    old_hall: Cast,
) -> None:
    lead = open_page(old_hall.lead, "reports")
    manager = open_page(old_hall.manager, "reports")
    assert "窗口月度报告" in text_of(lead) and "全部窗口月度报告" in text_of(lead)
    assert "中心月度报告" not in text_of(lead) and "迎检材料" not in text_of(lead)
    assert {"中心月度报告", "迎检材料"} <= set(text_of(manager))
    for feature in features():
        for kind in feature.papers:
            shown = _(kind.title) in text_of(manager)
            assert shown is any(one.name == kind.name for one in kinds.offered(old_hall.manager))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_paper_has_its_choices_and_its_address(old_hall: Cast, language: str) -> None:
    for kind in kinds.offered(old_hall.manager):
        page = open_page(old_hall.manager, "reports", language=language, paper=kind.name)
        assert not page.exception, kind.name
        for suffix in kind.formats:
            assert re.search(rf'href="/[^"]+\.{suffix}\?lang={language}"', markup(page)), kind.name
        assert "{" not in "".join(re.findall(r'href="([^"]+)"', markup(page))), kind.name


def test_a_quarter_and_a_place_are_put_into_the_address(old_hall: Cast) -> None:
    kind = PaperKind(
        "k", "t", "d", "/x/{window}/{quarter}", "p",
        period="quarter", location_address="/y/{location}",
    )  # fmt: skip
    window = Place("window-A 1", "A 1", 7, "A 1")
    assert kinds.address(kind, window, "2026-Q4", "xlsx", "en") == "/x/A%201/2026-Q4.xlsx?lang=en"
    common = Place("location-3", "大厅")
    assert kinds.address(kind, common, "2026-Q4", "pdf", "zh_CN") == "/y/3.pdf?lang=zh_CN"


def test_a_paragraph_is_worded_and_brought_back(old_hall: Cast) -> None:
    page = open_page(old_hall.lead, "reports", window="A01", month="2026-10")
    before = page.text_area[0].value
    assert before and "本月未发现安全隐患" in before
    page.text_area[0].set_value("本月平稳。").run()
    pressed(page, "保存文字")
    assert page.text_area[0].value == "本月平稳。" and written(old_hall) == ["本月平稳。"]
    assert "李敏于2026年11月2日 10:00修改。" in text_of(page)
    pressed(page, "恢复自动文字")
    assert page.text_area[0].value == before and written(old_hall) == ["本月平稳。", ""]
    assert not [one for one in page.button if one.label == "恢复自动文字"]


def test_keeping_the_proposal_as_it_is_writes_nothing(old_hall: Cast) -> None:
    page = open_page(old_hall.lead, "reports", window="A01", month="2026-10")
    pressed(page, "保存文字")
    assert written(old_hall) == []


def test_who_was_overtaken_reads_by_whom_and_keeps_what_was_typed(old_hall: Cast) -> None:
    page = open_page(old_hall.lead, "reports", window="A01", month="2026-10")
    with transaction() as session:
        texts.write(
            session, old_hall.officer, old_hall.a01, 2026, 10, texts.Slot.OPENING,
            language="zh_CN", text="安全员的说法。", seen=0, now=clock.now(),
        )  # fmt: skip
    page.text_area[0].set_value("我的说法。").run()
    pressed(page, "保存文字")
    assert any("刘洋" in text and "总体情况" in text for text in text_of(page))
    assert written(old_hall) == ["安全员的说法。"]
    assert page.text_area[0].value == "我的说法。"
    pressed(page, "保存文字")
    assert written(old_hall) == ["安全员的说法。", "我的说法。"]


def test_all_windows_are_made_with_progress_and_fetched(
    old_hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "_known", {})
    page = open_page(old_hall.manager, "reports", paper="all")
    pressed(page, "生成 3 份报告")
    for _turn in range(200):
        if "打开文件" in text_of(page):
            break
        time.sleep(0.05)
        page.run()
    assert re.search(r'href="/reports/made/[\w-]+"', markup(page))
    assert any("3 份报告" in text for text in text_of(page))
    made = next(iter(making._known.values()))
    assert made.name == "清河县政务服务中心全部窗口安全生产月度报告2026-10.pdf"
    assert making.fetch(old_hall.manager, made.token).path.read_bytes()[:4] == b"%PDF"


def test_the_inspectors_papers_are_made_from_their_page(
    old_hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "_known", {})
    page = open_page(old_hall.officer, "dossier")
    assert "1. 单位概况、责任人和验收情况" in text_of(page)
    pressed(page, "生成迎检材料")
    for _turn in range(400):
        if "打开文件" in text_of(page):
            break
        time.sleep(0.05)
        page.run()
    assert re.search(r'href="/reports/made/[\w-]+"', markup(page))
    assert [one.label for one in page.button] == ["重新生成"]


def test_progress_is_said_to_screen_readers(dialect: str) -> None:
    said = progress.bar(3, 24, "A04 <b>")
    assert 'role="progressbar"' in said and 'aria-valuenow="12"' in said and "&lt;b&gt;" in said
    assert 'aria-valuenow="0"' in progress.bar(0, 0, "")
