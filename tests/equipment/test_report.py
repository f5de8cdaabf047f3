"""The managers' report and the monthly inspection record: what they say, and to whom."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.testclient import TestClient

from equipment.documents import inspections, lists, report_tables
from equipment.documents import report as documents
from equipment.documents.paper import head_of, rate, yuan
from equipment.due import Precision
from equipment.feature import FEATURE
from equipment.models import Item
from equipment.paper_errors import PaperToCome
from equipment.routes import ROUTES
from equipment.service import inspection_record, life, reporting
from equipment.service.asof import AsOf
from equipment.service.replacing import NewUnit, Scrapped, replace
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database, transaction
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import use_language
from safety_app.core.pdf import blocks
from safety_app.core.pdf.font import find_typeface
from safety_app.workplace.models import Site
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.equipment import sheets
from tests.equipment.items import ABC, make_item
from tests.equipment.lives import at, inspect, months, scrap, serve
from tests.hazards.test_api import SignedIn

LATER = NOW + timedelta(hours=1)
ASOF = AsOf(LATER, "Asia/Shanghai")
SPRING = at(date(2026, 3, 2))


@contextmanager
def browser(actor: Actor) -> Iterator[TestClient]:
    """A browser in somebody's name."""
    app = SignedIn(Starlette(routes=ROUTES), actor)
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


def words(content: bytes) -> str:
    """All that a paper says, without spaces."""
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def furnished(session: Session, hall: Cast) -> dict[str, Item]:
    """A small hall: 6 extinguishers, 1 lamp; one overdue, one replaced, one serviced."""
    session.get_one(Site, hall.site_id).created_at = SPRING
    made: dict[str, Item] = {
        "good": make_item(session, hall, registered=SPRING, placing="柜台右侧"),
        "failed": make_item(session, hall, registered=SPRING, window_id=hall.a02),
        "overdue": make_item(session, hall, made_on=date(2020, 3, 1), registered=SPRING),
        "serviced": make_item(
            session, hall, made_on=date(2019, 3, 1), last_service_on=date(2024, 3, 5), size="8 kg",
            registered=SPRING, common=True,
        ),
        "aged": make_item(session, hall, made_on=date(2016, 11, 1), registered=SPRING),
        "lamp": make_item(
            session, hall, "emergency-light", made_on=None, precision=Precision.UNKNOWN, size="",
            registered=SPRING, common=True,
        ),
    }  # fmt: skip
    for day in months(date(2026, 4, 1), date(2026, 10, 31), 20):
        for name in ("good", "overdue", "serviced", "lamp"):
            inspect(session, hall.officer, made[name], day)
    serve(session, hall.officer, made["serviced"], date(2026, 3, 6), "85")
    for name in ("good", "overdue", "serviced", "lamp"):
        inspect(session, hall.officer, made[name], date(2026, 11, 12))
    inspect(session, hall.officer, made["failed"], date(2026, 11, 13), "E05")
    made["new"] = replace(
        session, hall.officer, made["aged"].id,
        by=NewUnit(ABC, date(2026, 10, 1), Precision.MONTH, "4 kg"),
        old=Scrapped("到报废年限", certificate="BF-9", firm="宏安消防"), on_date=TODAY,
        cost_yuan=Decimal("139.90"), now=NOW,
    )  # fmt: skip
    return made


def report(session: Session, hall: Cast, asof: AsOf = ASOF) -> reporting.Report:
    return reporting.report(session, hall.manager, asof)


def test_the_report_says_what_is_counted(session: Session, hall: Cast) -> None:
    made = furnished(session, hall)
    found = report(session, hall)
    # On the register: good, failed, overdue, serviced, lamp, new.
    assert (found.whole.registered, found.whole.intact, found.whole.late) == (6, 4, 1)
    head = head_of(session, hall.site_id, ASOF.cutoff)
    text = words(documents.report_pdf(found, head))
    for part in (
        "安全设施管理报告", "数据截至2026年11月23日10:04",
        "在册设施6件，其中完好4件，完好率66.7%。",
        "超期1件，见清单。", "4/6", made["overdue"].code, "最近检查不合格，尚未处理",
        "2026年10月", "1件尚未检查", "BF-9", f"更换为{made['new'].code}", "139.90", "85",
        "今后24个月预算", "安全员（签字）", "单位负责人（签字）", "单位（盖章）",
    ):  # fmt: skip
        assert part in text, part
    assert find_typeface().stand_in not in text
    with use_language("en"):
        english = words(documents.report_pdf(found, head_of(session, hall.site_id, ASOF.cutoff)))
    for part in ("Reportofsafetyfacilities", "Registered:6,ofwhichintact:4(66.7%).",
                 "1ispastadate;seethelist.", "Replaced", "ABCpowderextinguisher"):  # fmt: skip
        assert part in english, part
    assert find_typeface().stand_in not in english


def test_the_file_of_extinguishers_has_what_order_61_asks_for(session: Session, hall: Cast) -> None:
    made = furnished(session, hall)
    found = report(session, hall)
    head = head_of(session, hall.site_id, ASOF.cutoff)
    text = words(documents.report_pdf(found, head))
    heads = ("附：灭火器档案", "公安部令第61号第二十九条", "配置类型", "数量", "设置位置",
             "最近检查及人员", "维修单位", "更换药剂时间")  # fmt: skip
    for part in heads:
        assert part in text, part
    book = openpyxl.load_workbook(io.BytesIO(report_tables.report_xlsx(found, head)))
    sheet = book["灭火器档案"]
    rows = {row[0].value: [cell.value for cell in row] for row in sheet.iter_rows(min_row=2)}
    assert len(rows) == 5, "the lamp is no extinguisher"
    one = rows[made["serviced"].code]
    assert one[1] == "干粉（ABC）灭火器 8 kg（ABCE 类火灾）" and one[2] == 1
    assert one[3] == "一楼大厅" and one[8] == "刘洋"
    assert one[9] == "宏安消防\nWX-1" and one[10] == datetime(2026, 3, 6)
    assert one[11] == datetime(2028, 3, 6) and one[12] == datetime(2029, 3, 1)
    assert rows[made["good"].code][3] == "A01 综合窗口 · 柜台右侧"


def test_the_workbook_has_every_list_whole(session: Session, hall: Cast) -> None:
    furnished(session, hall)
    head = head_of(session, hall.site_id, ASOF.cutoff)
    book = openpyxl.load_workbook(
        io.BytesIO(report_tables.report_xlsx(report(session, hall), head))
    )
    assert book.sheetnames == [
        "安全设施管理报告", "按种类", "按位置", "超期", "90 天内到期", "本年报废、更换和丢失",
        "月度检查覆盖率", "年度费用（元）", "今后 24 个月预算", "灭火器档案", "全部在册设施",
    ]  # fmt: skip
    kinds = [[cell.value for cell in row[:3]] for row in book["按种类"].iter_rows(min_row=2)]
    assert kinds == [["干粉（ABC）灭火器", 5, 3], ["应急照明灯", 1, 1]]
    coverage = {row[0].value: (row[1].value, row[2].value) for row in book["月度检查覆盖率"]}
    # Five extinguishers and a lamp, registered in March: due from April on; two never inspected.
    assert coverage["2026-10"] == (6, 4) and coverage["2026-03"] == (0, 0)
    assert coverage["2026-11"] == (6, 5), "the replaced one was missed, the new one is not due yet"
    costs = [[cell.value for cell in row] for row in book["年度费用（元）"].iter_rows(min_row=2)]
    assert costs == [["2026", 85, None, None, 139.9, None, 224.9]]
    assert len(list(book["全部在册设施"].iter_rows(min_row=2))) == 6


def test_the_lists_of_the_workbook_say_where_what_falls_due_when_and_at_what_price(
    session: Session, hall: Cast
) -> None:
    furnished(session, hall)
    for made in (date(2021, 12, 1), date(2022, 1, 1), date(2022, 3, 1)):
        item = make_item(session, hall, made_on=made, registered=SPRING, window_id=hall.a03)
        inspect(session, hall.officer, item, date(2026, 11, 12))
    head = head_of(session, hall.site_id, ASOF.cutoff)
    book = openpyxl.load_workbook(
        io.BytesIO(report_tables.report_xlsx(report(session, hall), head))
    )

    def rows(sheet: str, *columns: int) -> list[tuple[Any, ...]]:
        found = book[sheet].iter_rows(min_row=2, values_only=True)
        return [tuple(row[at] for at in columns) for row in found]

    # Place, registered, intact, past a date, within 30 and within 90 days.
    assert rows("按位置", 0, 1, 2, 4, 5, 6) == [
        ("A01 综合窗口", 3, 2, 1, 0, 0), ("A02 社保窗口", 1, 0, 0, 0, 0),
        ("A03 税务窗口", 3, 3, 0, 1, 2), ("一楼大厅", 2, 2, 0, 0, 0),
    ]  # fmt: skip
    first = "维修：首次满 5 年（GB 50444-2008 表5.3.2）"
    assert rows("超期", 0, 2, 3, 4, 5, 6) == [
        ("MHQ-0003", "A01 综合窗口", "维修", datetime(2025, 3, 1), 632, first)
    ]
    assert rows("90 天内到期", 0, 2, 3, 4, 6) == [
        ("MHQ-0007", "A03 税务窗口", "维修", datetime(2026, 12, 1), first),
        ("MHQ-0008", "A03 税务窗口", "维修", datetime(2027, 1, 1), first),
    ]
    powder, light = "干粉（ABC）灭火器", "应急照明灯"
    assert rows("今后 24 个月预算", 0, 1, 3, 4, 5, 7) == [
        ("2026-11", powder, "维修", 1, 85, 85), ("2026-12", powder, "维修", 1, 85, 85),
        ("2027-01", powder, "维修", 1, 85, 85), ("2027-03", light, "放电试验", 1, None, None),
        ("2027-03", powder, "维修", 1, 85, 85), ("2028-03", light, "放电试验", 1, None, None),
        ("2028-03", powder, "维修", 1, 85, 85),
    ]  # fmt: skip


def test_the_same_record_gives_the_same_bytes(session: Session, hall: Cast) -> None:
    made = furnished(session, hall)
    gone = make_item(session, hall, registered=SPRING)
    end = AsOf(at(date(2026, 11, 1), 0), "Asia/Shanghai")
    head = head_of(session, hall.site_id, end.cutoff)
    before = documents.report_pdf(report(session, hall, end), head)
    book = report_tables.report_xlsx(report(session, hall, end), head)
    assert "2026年10月31日24:00" in words(before)
    serve(session, hall.officer, made["overdue"], TODAY, "95")
    scrap(session, hall.officer, gone, date(2026, 10, 30))
    assert documents.report_pdf(report(session, hall, end), head) == before
    assert report_tables.report_xlsx(report(session, hall, end), head) == book
    assert (
        documents.report_pdf(report(session, hall), head_of(session, hall.site_id, LATER)) != before
    )


def test_an_empty_register_is_said(session: Session, hall: Cast) -> None:
    head = head_of(session, hall.site_id, ASOF.cutoff)
    text = words(documents.report_pdf(report(session, hall), head))
    for part in (
        "未登记安全设施。",
        "未登记灭火器。",
        "无费用记录。",
        "今后24个月内无到期项目。",
        "–",
    ):
        assert part in text, part
    assert report_tables.report_xlsx(report(session, hall), head)


def test_long_lists_are_cut_on_paper_and_say_so(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST", 1)
    furnished(session, hall)
    head = head_of(session, hall.site_id, ASOF.cutoff)
    text = words(documents.report_pdf(report(session, hall), head))
    # One left by being scrapped and replaced.
    assert "共2条，此处列前1条，全部见Excel文件。" in text


def test_what_happened_in_the_begun_minute_stands_on_the_paper(
    session: Session, hall: Cast
) -> None:
    item = make_item(session, hall, registered=SPRING)
    inspect(session, hall.officer, item, TODAY, hour=9)
    [one] = report(session, hall, reporting.moment_of(
        session, hall.site_id, TODAY, at(TODAY, 9) + timedelta(seconds=34)
    )).items  # fmt: skip
    assert one.last_inspected_on == TODAY
    midnight = at(TODAY, 0) + timedelta(seconds=30)
    asof = reporting.moment_of(session, hall.site_id, TODAY, midnight)
    head = head_of(session, hall.site_id, asof.cutoff)
    assert asof.day == TODAY and "00:00" in head.moment
    assert head.minute == at(TODAY, 0)


def test_a_share_is_rounded_half_up_but_never_to_a_whole() -> None:
    assert (rate(26, 29), rate(26, 27), rate(1, 2000), rate(2, 3)) == (
        "89.7%", "96.3%", "0.1%", "66.7%",
    )  # fmt: skip
    assert (rate(1999, 2000), rate(1, 3), rate(0, 0), rate(7, 7)) == (
        "99.9%",
        "33.3%",
        "–",
        "100.0%",
    )
    assert (yuan(None), yuan(128_000), yuan(1250), yuan(5)) == ("–", "1,280", "12.50", "0.05")


@pytest.mark.parametrize("role", ["staff", "third_party", "administrator"])
def test_the_report_is_for_who_answers_for_the_hall(
    session: Session, hall: Cast, role: str
) -> None:
    with pytest.raises(NotAllowed):
        reporting.report(session, hall.everyone()[role], ASOF)
    with pytest.raises(NotAllowed):
        reporting.require(hall.everyone()[role], hall.a01)
    for actor in (hall.lead, hall.officer, hall.manager):
        reporting.report(session, actor, ASOF)


def test_a_day_to_come_has_no_report(session: Session, hall: Cast) -> None:
    with pytest.raises(PaperToCome):
        reporting.moment_of(session, hall.site_id, TODAY + timedelta(days=1), NOW)
    today = reporting.moment_of(session, hall.site_id, TODAY, NOW)
    assert today.cutoff == NOW and today.day == TODAY
    past = reporting.moment_of(session, hall.site_id, date(2026, 10, 31), NOW)
    assert (past.day, past.today) == (date(2026, 10, 31), date(2026, 11, 1))


def record(session: Session, hall: Cast, month: date, **how: Any) -> inspection_record.Record:
    wanted = how.pop("wanted", inspection_record.is_extinguisher)
    last = min(month.replace(day=28) + timedelta(days=4), TODAY)
    last = last.replace(day=1) - timedelta(days=1) if last.month != month.month else last
    asof = reporting.moment_of(session, hall.site_id, last, LATER)
    return inspection_record.record_of(session, hall.site_id, month, asof, wanted, **how)


def test_the_inspection_record_names_who_found_what(session: Session, hall: Cast) -> None:
    made = furnished(session, hall)
    life.lose(session, hall.lead, made["good"].id, reason="缺少", on_date=TODAY, now=NOW)
    found = record(session, hall, date(2026, 11, 1))
    lines = {line.code: line for line in found.lines}
    assert set(lines) == {made[name].code for name in made if name != "lamp"}
    failed = lines[made["failed"].code]
    assert (failed.passed, failed.inspector, failed.on) == (False, "刘洋", date(2026, 11, 13))
    assert failed.problems == "E05", "without a sheet behind it the codes must do"
    assert lines[made["good"].code].passed is True
    assert (lines[made["new"].code].on, lines[made["new"].code].remark) == (None, "未到检查日期")
    assert lines[made["aged"].code].remark == "11月2日到期未检，后转为“已报废”"
    # Due were good (inspected before it was lost), failed, overdue, serviced and the aged one.
    assert (found.covered.done, found.covered.due, found.failed) == (4, 5, 1)
    head = head_of(session, hall.site_id, LATER)
    text = words(inspections.record_pdf(found, head, "灭火器月检记录"))
    for part in ("灭火器月检记录", "2026年11月", "YJ-202611", "本月应检5件，已检4件（80.0%）",
                 "本月尚未结束。", "不合格", "未检", "检查人（签字）", "审核人（签字）",
                 "GB50444-2008第5.2.1条"):  # fmt: skip
        assert part in text, part
    book = openpyxl.load_workbook(
        io.BytesIO(inspections.record_xlsx(found, head, "灭火器月检记录"))
    )
    assert len(list(book["灭火器月检记录"].iter_rows(min_row=2))) == len(found.lines)


def test_the_inspection_record_has_a_column_for_each_group(session: Session, hall: Cast) -> None:
    good, low, lost = (make_item(session, hall, registered=SPRING) for _n in range(3))
    sheets.inspect(session, hall.officer, good, now=NOW)
    sheets.inspect(
        session, hall.officer, low, now=NOW, E06={"disposal": "hazard", "note": "指针在红区"}
    )
    found = record(session, hall, date(2026, 11, 1))
    groups = ["位置与取用", "压力与铅封", "喷嘴、软管与筒体", "铭牌与筒体修补"]
    assert found.groups == groups
    said = {line.code: list(line.groups.values()) for line in found.lines}
    assert said[good.code] == [True] * 4 and said[lost.code] == []
    assert said[low.code] == [True, False, True, True]
    head = head_of(session, hall.site_id, LATER)
    book = openpyxl.load_workbook(
        io.BytesIO(inspections.record_xlsx(found, head, "灭火器月检记录"))
    )
    names, *rows = book["灭火器月检记录"].iter_rows(values_only=True)
    cells = {row[0]: row[names.index(groups[0]) : names.index(groups[-1]) + 1] for row in rows}
    assert cells[low.code] == ("√", "×", "√", "√")
    assert not any(cells[lost.code]), "no mark where nothing was inspected"
    paper = inspections.record_blocks(found, head, "")
    (table,) = (one for one in paper if isinstance(one, blocks.Table))
    assert [column.label for column in table.columns][5:9] == list("①②③④")
    assert ["√", "×", "√", "√"] in [list(row[5:9]) for row in table.rows]
    notes = [one.text for one in paper if isinstance(one, blocks.Note)]
    assert any("② 压力与铅封" in one and "× 不符合" in one for one in notes)


def test_a_past_month_stays_as_it_was(session: Session, hall: Cast) -> None:
    made = furnished(session, hall)
    gone = make_item(session, hall, registered=SPRING)
    inspect(session, hall.officer, gone, date(2026, 10, 4))
    october = date(2026, 10, 1)
    before = record(session, hall, october)
    assert {line.code for line in before.lines if line.on} == {
        gone.code, *(made[name].code for name in ("good", "overdue", "serviced")),
    }  # fmt: skip
    assert made["new"].code not in {line.code for line in before.lines}
    scrap(session, hall.officer, gone, date(2026, 10, 5))
    assert record(session, hall, october) == before


def test_places_and_other_facilities_have_records_of_their_own(
    session: Session, hall: Cast
) -> None:
    made = furnished(session, hall)

    def codes(wanted: inspection_record.Wanted) -> set[str]:
        return {line.code for line in record(session, hall, date(2026, 10, 1), wanted=wanted).lines}

    assert codes(inspection_record.is_other) == {made["lamp"].code}
    assert codes(inspection_record.at_place(hall.a02, None)) == {made["failed"].code}
    area = inspection_record.at_place(None, hall.floor)
    assert codes(area) == {made["lamp"].code, made["serviced"].code}


@sqlite_only
@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        ("manager", "report.pdf", 200),
        ("manager", "report.xlsx?lang=en", 200),
        ("officer", "report.pdf?day=2026-10-31", 200),
        ("lead", "report/2026-10.pdf", 200),
        ("officer", "report/2026-11.xlsx", 200),
        ("officer", "report/2026-12.pdf", 422),
        ("officer", "report.pdf?day=2026-11-24", 422),
        ("officer", "report.pdf?day=2026-02-30", 422),
        ("officer", "report.pdf?day=1900-01-01", 422),
        ("officer", "report/2026-13.pdf", 422),
        ("officer", "report/x.pdf", 422),
        ("officer", "report.pdf?lang=xx", 422),
        ("staff", "report.pdf", 403),
        ("administrator", "report.pdf", 403),
        ("third_party", "inspections/extinguishers/2026-10.pdf", 403),
        ("officer", "inspections/extinguishers/2026-10.pdf", 200),
        ("officer", "inspections/others/2026-11.xlsx?lang=en", 200),
        ("officer", "inspections/nonsense/2026-11.pdf", 422),
        ("officer", "inspections/extinguishers/2026-12.pdf", 422),
        ("lead", "inspections/window/A01/2026-10.pdf", 200),
        ("lead", "inspections/window/Z99/2026-10.pdf", 404),
        ("staff", "inspections/window/A01/2026-10.pdf", 403),
        ("officer", "inspections/location/999/2026-10.pdf", 404),
    ],
)
def test_who_may_gets_the_paper_and_everybody_else_a_sentence(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch, who: str, address: str,
    status: int,
) -> None:  # fmt: skip
    monkeypatch.setattr(clock, "now", lambda: LATER)
    with transaction() as session:
        furnished(session, hall)
    with browser(hall.everyone()[who]) as page:
        answer = page.get(f"/equipment/{address}")
    assert answer.status_code == status, answer.text[:200]
    if status != 200:
        assert not answer.json()["message"].isascii()


@sqlite_only
def test_every_paper_offered_has_an_answer(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)
    places = {"window": "A01", "month": "2026-10", "year": "2026", "location": str(hall.floor)}
    with browser(hall.manager) as page:
        for kind in FEATURE.papers:
            for template in filter(None, (kind.address, kind.location_address)):
                for suffix in kind.formats:
                    address = f"{template.format(**places)}.{suffix}"
                    assert page.get(address).status_code == 200, address
