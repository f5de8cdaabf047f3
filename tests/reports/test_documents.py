"""The paper and the workbook: what stands in them, in order, in one language, always the same."""

import hashlib
import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from hazards.models import Status
from safety_app.core.clock import month_bounds
from safety_app.core.db import Database, reading, transaction
from safety_app.core.feature import Figure, Period, SectionContent
from safety_app.core.i18n import use_language
from safety_app.core.pdf.document import lay_out
from safety_app.core.pdf.font import find_typeface
from safety_app.core.pdf.page import Flow
from safety_app.reports import service
from safety_app.reports.documents import (
    file_name,
    report_blocks,
    report_pdf,
    report_xlsx,
)
from safety_app.reports.service import Part, Report
from safety_app.reports.wording import rate_text, share_text
from tests.cast import NOW, Cast
from tests.factories import make_hazard
from tests.reports.made_up import many_hazards, quiet

IN_OCTOBER = datetime(2026, 10, 12, 2, tzinfo=UTC)
START, END = month_bounds(2026, 10, "Asia/Shanghai")


def paper(*contents: SectionContent, **facts: Any) -> Report:
    """A finished month made of these sections."""
    report = Report(
        number="AQ-2026-10-A01",
        unit="清河县政务服务中心",
        window_id=1,
        window_code="A01",
        window="A01 综合窗口",
        year=2026,
        month=10,
        period=Period(date(2026, 10, 1), date(2026, 10, 31), START, END, END, "Asia/Shanghai"),
        language="zh_CN",
        filled_by="李敏",
        officers=("刘洋",),
        lead="李敏",
        begun_at=datetime(2026, 1, 1, tzinfo=UTC),
        is_demo=False,
        parts=tuple(Part(f"part{at}", content) for at, content in enumerate(contents)),
        check_code="ab12cd34ef567890" * 4,
    )
    return replace(report, **facts)


def pages_of(report: Report) -> list[str]:
    """The text of each page, spaces left out."""
    reader = PdfReader(io.BytesIO(report_pdf(report)))
    return [re.sub(r"\s", "", page.extract_text()) for page in reader.pages]


def real(session: Session, hall: Cast, language: str = "zh_CN") -> Report:
    """October of A01 with hazards in several states."""
    for status in (Status.CLOSED, Status.ASSIGNED, Status.FIXED, Status.REGISTERED):
        make_hazard(session, hall, status, now=IN_OCTOBER, fix_by=date(2026, 10, 20),
                    what="插排破损", what_en="Broken power strip")  # fmt: skip
    with use_language(language):
        return service.window_report(session, hall.lead, hall.a01, 2026, 10, now=NOW)


def test_the_paper_holds_what_a_lead_signs(session: Session, hall: Cast) -> None:
    report = real(session, hall)
    text = "".join(pages_of(report))
    for words in (
        "窗口安全生产月度报告", "清河县政务服务中心", "A01综合窗口", "2026年10月", "AQ-2026-10-A01",
        "填报人（现任）：李敏", "窗口负责人（现任）：李敏", "安全员（现任）：刘洋",
        "一、总体情况", "二、主要指标",
        "分子/分母", "25.0%", "1/4", "HZ-2026-0001", "插排破损", "下月重点",
        "窗口负责人（签字）：", "中心审核（签字）：", "单位（盖章）", "数据截至2026年10月31日24:00",
        f"校验码{report.short_code}", report.check_code, "第1页，共",
    ):  # fmt: skip
        assert words in text, words
    assert "非最终" not in text


def test_what_an_office_asks_for_is_printed_even_when_it_is_nothing(
    session: Session, hall: Cast
) -> None:
    report = service.window_report(session, hall.lead, hall.a01, 2026, 10, now=NOW)
    printed = {figure.key for figure in report.figures if figure.is_worth_a_line}
    assert {
        "hazards.general.found", "hazards.general.rectified", "hazards.major.found",
        "hazards.major.rectified", "hazards.carried", "hazards.open", "hazards.overdue",
        "patrols.done", "patrols.late", "patrols.missed", "patrols.spot",
    } <= printed  # fmt: skip
    assert {"hazards.repeated", "hazards.service"}.isdisjoint(printed)
    text = "".join(pages_of(report))
    for figure in report.figures:
        words = re.sub(r"\s", "", figure.label)
        assert (words in text) is (figure.key in printed), words


def test_the_english_paper_has_no_chinese_and_the_chinese_one_no_english(
    session: Session, hall: Cast
) -> None:
    chinese = real(session, hall)
    with use_language("en"):
        english = service.window_report(session, hall.lead, hall.a01, 2026, 10, now=NOW)
    assert re.findall(r"[\u4e00-\u9fff]+", "".join(pages_of(english))) == []
    allowed = {"AQ", "HZ", "A"}
    words = re.findall(r"[A-Za-z]+", "".join(pages_of(chinese)).replace(chinese.check_code, ""))
    words = [word for word in words if word not in allowed]
    assert [word for word in words if not re.fullmatch(r"[A-F]+", word)] == []


def test_the_current_month_says_that_it_is_not_final(session: Session, hall: Cast) -> None:
    report = service.window_report(session, hall.lead, hall.a01, 2026, 11, now=NOW)
    text = "".join(pages_of(report))
    assert "截至2026年11月23日09:04，本月尚未结束，非最终数据" in text
    assert "数据截至2026年11月23日09:04" in text


def test_records_that_begin_within_the_month_are_named() -> None:
    begun = datetime(2026, 10, 12, tzinfo=UTC)
    assert "本中心的记录自2026年10月12日起" in pages_of(paper(quiet(), begun_at=begun))[0]
    assert "记录自" not in pages_of(paper(quiet()))[0]


def test_a_demonstration_is_marked_as_made_up() -> None:
    assert "演示数据" in pages_of(paper(quiet(), is_demo=True))[0]


def test_headings_are_numbered_and_clauses_counted_up() -> None:
    text = pages_of(paper(quiet()))[0]
    assert "三、设施" in text and "四、需中心协调解决的事项" in text and "五、下月重点" in text
    assert "一是更换顶灯，等待经费；二是修复自动门，等待物业。" in text
    assert "一是复查顶灯；二是复查自动门；三是补做演练。" in text


def test_nothing_for_the_centre_is_stated_only_where_it_is_true() -> None:
    nothing = "没有需中心协调解决的事项"
    assert nothing in pages_of(paper(SectionContent(paragraphs=("无。",))))[0]
    assert nothing not in pages_of(paper(quiet()))[0]


def test_a_dash_stands_where_there_was_nothing_to_do() -> None:
    assert (rate_text(Figure("a", "", 0, 0)), share_text(Figure("a", "", 0, 0))) == ("–", "0/0")
    assert (rate_text(Figure("a", "", 53, 54)), share_text(Figure("a", "", 53, 54))) == (
        "98.1%",
        "53/54",
    )
    assert (rate_text(Figure("a", "", 3)), share_text(Figure("a", "", 3))) == ("3", "")


def test_a_quiet_month_fits_one_page() -> None:
    assert len(pages_of(paper(quiet()))) == 1


def test_many_hazards_repeat_the_head_and_keep_the_signatures_together() -> None:
    pages = pages_of(paper(many_hazards(60, 40)))
    assert len(pages) >= 10
    rows = [page for page in pages if "HZ-2026-" in page and "插排破损" in page]
    assert len(rows) >= 2 and all("编号内容状态" in page for page in rows)
    last = pages[-1]
    for words in ("下月重点", "窗口负责人（签字）", "中心审核（签字）", "单位（盖章）"):
        assert words in last
        assert not any(words in page for page in pages[:-1])
    for at, page in enumerate(pages, start=1):
        assert f"第{at}页，共{len(pages)}页" in page


def test_the_page_number_stands_in_the_same_place_on_every_page() -> None:
    report = paper(many_hazards(30, 2))
    with use_language("zh_CN"):
        pages = lay_out(
            report_blocks(report), Flow(find_typeface(), "zh_CN"), "数据截至\n" + "ab12" * 8,
            lambda at, of: f"第 {at} 页，共 {of} 页", qr=report.number,
        )  # fmt: skip
    places = {(text.x, text.y) for page in pages for text in page.texts if "页，共" in text.text}
    assert len(pages) > 1 and len(places) == 1


def test_no_heading_stands_alone_at_the_foot_of_a_page() -> None:
    for count in range(10, 26, 2):
        for page in pages_of(paper(many_hazards(count, 1)))[:-1]:
            above_foot = page.split("数据截至")[0]
            assert not re.search(r"[一二三四五六]、(隐患及整改|下月重点)$", above_foot)


def test_the_same_record_gives_the_same_bytes(session: Session, hall: Cast) -> None:
    report = real(session, hall)
    again = service.window_report(session, hall.lead, hall.a01, 2026, 10, now=NOW)
    assert report_pdf(report) == report_pdf(again)
    assert report_xlsx(report) == report_xlsx(again)


PROGRAM = """
import hashlib, sys
from datetime import UTC, datetime, timedelta
from safety_app.core import db
from safety_app.features import features
from safety_app.reports import documents, service
features()
now = datetime(2026, 11, 23, 1, 4, tzinfo=UTC) + timedelta(days=int(sys.argv[2]))
with db.reading() as session:
    report = service.window_report(session, None, int(sys.argv[1]), 2026, 10, now=now)
for write in (documents.report_pdf, documents.report_xlsx):
    print(hashlib.sha256(write(report)).hexdigest())
"""


@pytest.mark.slow
def test_another_process_on_another_day_writes_the_same_bytes(
    database: Database, hall: Cast
) -> None:
    with transaction() as session:
        real(session, hall)
    with reading() as session:
        report = service.window_report(session, None, hall.a01, 2026, 10, now=NOW)
    here = [hashlib.sha256(write(report)).hexdigest() for write in (report_pdf, report_xlsx)]
    url = database.url.render_as_string(hide_password=False)
    for days, seed in ((0, "1"), (40, "2")):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(hall.a01), str(days)],
            env={**os.environ, "SAFETY_DATABASE_URL": url, "PYTHONHASHSEED": seed,
                 "TZ": "America/New_York"},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout.split() == here


def test_the_workbook_holds_the_same_figures(session: Session, hall: Cast) -> None:
    report = real(session, hall)
    book = openpyxl.load_workbook(io.BytesIO(report_xlsx(report)))
    rows = list(book["主要指标"].values)[1:]
    read = {str(row[0]): (row[2], row[3]) for row in rows}
    assert read == {figure.label: (figure.value, figure.of) for figure in report.figures}
    shares = {str(row[0]): row[1] for row in rows}
    for figure in report.figures:
        if figure.of:
            assert shares[figure.label] == pytest.approx(figure.value / figure.of)
        else:
            assert shares[figure.label] == ("–" if figure.of == 0 else str(figure.value))
    facts = {str(row[0]): row[1] for row in book["报告"].values}
    assert facts["下月重点"]
    assert facts["编号"] == "AQ-2026-10-A01" and facts["校验码（SHA-256）"] == report.check_code
    numbers = [row[0] for row in list(book["隐患"].values)[1:]]
    assert numbers == [f"HZ-2026-{at:04}" for at in range(1, 5)]


def test_the_file_name_says_what_is_in_the_file() -> None:
    assert file_name(paper(), "pdf") == "A01综合窗口安全生产月度报告2026-10.pdf"
    english = paper(language="en", window="A01 General/services")
    assert file_name(english, "xlsx") == "A01 General-services monthly safety report 2026-10.xlsx"
