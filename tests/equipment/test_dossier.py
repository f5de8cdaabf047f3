"""Chapter 6 of an inspector's papers, and the part of equipment in monthly reports."""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from equipment import comparison, dossier, sections
from equipment.due import Precision
from equipment.models import Item
from equipment.service import life, servicing
from equipment.service.replacing import NewUnit, Scrapped, replace
from safety_app.core.feature import Figure, Light, Period, SectionContent
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Block, Heading, Table
from safety_app.core.settings import settings
from safety_app.features import features
from safety_app.papers import dossier as shelf
from safety_app.papers import gaps
from safety_app.reports.dossier import collect
from safety_app.reports.months import period_of
from safety_app.reports.service import site_report, window_report
from safety_app.workplace.models import Site
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import ABC, make_file, make_item
from tests.equipment.lives import at, inspect, months, scrap, serve

LATER = NOW + timedelta(hours=1)
SPRING = at(date(2026, 3, 2))


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    features()
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()


def month(year: int = 2026, number: int = 11, now: datetime = LATER) -> Period:
    return period_of(year, number, "Asia/Shanghai", now=now)


def headings(blocks: Iterable[Block]) -> list[str]:
    return [one.text for one in blocks if isinstance(one, Heading)]


def cells(blocks: Iterable[Block]) -> list[str]:
    tables = [one for one in blocks if isinstance(one, Table)]
    return [str(cell) for table in tables for row in table.rows for cell in row]


def furnished(session: Session, hall: Cast) -> dict[str, Item]:
    """At A01 a good, an overdue and a failed one; at A02 one that was replaced today."""
    session.get_one(Site, hall.site_id).created_at = SPRING
    made = {
        "good": make_item(session, hall, registered=SPRING),
        "overdue": make_item(session, hall, made_on=date(2020, 3, 1), registered=SPRING),
        "failed": make_item(session, hall, registered=SPRING),
        "aged": make_item(
            session, hall, made_on=date(2016, 11, 1), registered=SPRING, window_id=hall.a02
        ),
        "lamp": make_item(
            session, hall, "emergency-light", made_on=None, precision=Precision.UNKNOWN, size="",
            registered=SPRING, common=True,
        ),
    }  # fmt: skip
    for day in months(date(2026, 4, 1), TODAY, 12):
        for name in ("good", "overdue", "lamp", "failed"):
            failed = ["E05"] if name == "failed" and day.month == 11 else []
            if not (name == "good" and day.month == 9):
                inspect(session, hall.officer, made[name], day, *failed)
    paper = make_file(session, hall.officer)
    made["new"] = replace(
        session, hall.officer, made["aged"].id,
        by=NewUnit(ABC, date(2026, 10, 1), Precision.MONTH, "4 kg"),
        old=Scrapped("到报废年限", file_ids=[paper]), on_date=TODAY, now=NOW,
    )  # fmt: skip
    return made


def test_without_a_register_the_shelf_asks_for_the_papers(session: Session, hall: Cast) -> None:
    chapter = dossier.equipment(session, hall.site_id, LATER)
    assert not (chapter.blocks or chapter.missing or chapter.shortfalls)
    assert dossier.stands_for(session, hall.site_id) == frozenset()
    assert len(shelf.chapter(6, session, hall.site_id, LATER).missing) == 2
    make_item(session, hall)
    assert shelf.chapter(6, session, hall.site_id, LATER).missing == ()
    found = gaps.list_gaps(session, hall.officer, today=TODAY)
    assert not dossier.STOOD_FOR & {gap.kind.code for gap in found}


def test_the_chapter_has_register_inspections_services_and_scrapping(
    session: Session, hall: Cast
) -> None:
    made = furnished(session, hall)
    serve(
        session, hall.officer, made["good"], date(2026, 6, 3), "85",
        file_ids=[make_file(session, hall.officer, "维修单.pdf")],
    )  # fmt: skip
    servicing.repair(
        session, hall.officer, made["lamp"].id, note="换灯管", on_date=date(2026, 7, 1),
        cost_yuan=Decimal(20), now=at(date(2026, 7, 1)),
    )  # fmt: skip
    chapter = dossier.equipment(session, hall.site_id, LATER)
    assert headings(chapter.blocks) == [
        "台账（按种类）", "台账（按位置）", "灭火器档案", "逐具登记", "最近12个月检查情况",
        "灭火器月检一览", "其他设施检查一览", "最近12个月维修记录",
        "最近12个月报废、更换和丢失", "超期",
    ]  # fmt: skip
    said = cells(chapter.blocks)
    for part in ("宏安消防", "WX-1", "换灯管", "√12", "×12", made["aged"].code, "到报废年限"):
        assert part in said, part
    assert any(made["new"].code in one for one in said)
    # The proof of the scrapping and of the service, the latest first.
    assert len(chapter.scans) == 2 and chapter.scans[1] > chapter.scans[0]
    assert chapter.landscape and chapter.missing == ()


def test_what_was_not_done_is_said_and_not_to_be_added_from_paper(
    session: Session, hall: Cast
) -> None:
    made = furnished(session, hall)
    life.condemn(session, hall.staff, made["good"].id, because="锈蚀", now=NOW)
    aed = make_item(
        session, hall, "aed", made_on=None, precision=Precision.UNKNOWN, size="", common=True,
        consumables={"pads": TODAY},
    )  # fmt: skip
    assert aed.expires_on == TODAY
    chapter = dossier.equipment(session, hall.site_id, LATER)
    assert chapter.shortfalls == (
        "有 1 件设施应报废更换而未办理。",
        "有 1 件设施超期未维修。",
        "有 1 件设施的耗材已到期。",
        "有 1 件设施最近检查不合格，尚未处理。",
        # September: the good one. April to October: the aged one, seven times.
        "最近12个月中有 7 个月检查不全，共漏检 8 件次。",
    )
    with use_language("en"):
        told = dossier.equipment(session, hall.site_id, LATER).shortfalls
        assert told[1] == "1 facility is overdue for service."


def test_the_whole_dossier_is_made_with_it(session: Session, hall: Cast) -> None:
    furnished(session, hall)
    found = collect(session, hall.manager, hall.site_id, now=LATER, step=lambda *_: None)
    chapter = found.chapters[5]
    assert chapter.kind.number == 6 and not chapter.is_empty
    assert not any("缺少" in one for one in chapter.missing)
    assert "有 1 件设施超期未维修。" in chapter.shortfalls


def section(
    session: Session, hall: Cast, window_id: int | None = None, **how: int
) -> SectionContent:
    year, number = how.get("year", 2026), how.get("number", 11)
    return sections.build(session, hall.site_id, window_id, month(year, number))


def figure(content: SectionContent, key: str) -> Figure:
    return next(one for one in content.figures if one.key == f"equipment.{key}")


def test_a_window_without_facilities_says_nothing(session: Session, hall: Cast) -> None:
    furnished(session, hall)
    assert section(session, hall, hall.a03) == SectionContent()
    assert section(session, hall, year=2026, number=2) == SectionContent()


def test_the_section_of_a_window_counts_what_stood_there(session: Session, hall: Cast) -> None:
    made = furnished(session, hall)
    content = section(session, hall, hall.a01)
    assert (figure(content, "intact").value, figure(content, "intact").of) == (1, 3)
    assert (figure(content, "inspected").value, figure(content, "inspected").of) == (3, 3)
    assert (figure(content, "late").value, figure(content, "failed").value) == (1, 1)
    assert content.paragraphs == (
        "安全设施在册 3 件，完好 1 件；本月应检 3 件，已检 3 件。", "超期安全设施 1 件。"
    )  # fmt: skip
    said = cells(content.blocks)
    assert made["overdue"].code in said and "2025-03-01" in said and "维修" in said
    assert made["failed"].code in said and "最近检查不合格，尚未处理" in said
    assert made["good"].code not in said
    assert content.requests == ("维修超期的安全设施 1 件",)
    assert content.missing == (("有 1 件安全设施超期未维修或未更换耗材。", "/equipment?view=due"),)
    other = section(session, hall, hall.a02)
    assert figure(other, "replaced").value == figure(other, "scrapped").value == 1
    assert (figure(other, "intact").value, figure(other, "inspected").of) == (1, 1)


def test_the_section_of_the_hall_adds_up(session: Session, hall: Cast) -> None:
    furnished(session, hall)
    whole = section(session, hall)
    parts = [section(session, hall, one) for one in (hall.a01, hall.a02)]
    # The lamp of the ground floor belongs to no window.
    assert figure(whole, "intact").of == 1 + sum(figure(one, "intact").of or 0 for one in parts)
    assert json.dumps(whole.facts)
    assert whole.sheets[0].name == "安全设施" and len(whole.sheets[0].rows) == 2


def test_a_month_that_is_over_reads_the_same_for_ever(session: Session, hall: Cast) -> None:
    made = furnished(session, hall)
    gone = make_item(session, hall, registered=SPRING)
    inspect(session, hall.officer, gone, date(2026, 9, 20))
    before = section(session, hall, hall.a01, year=2026, number=9)
    assert (figure(before, "inspected").value, figure(before, "inspected").of) == (3, 4)
    assert ("本月有 1 件安全设施未检查。", "/equipment-round") in before.missing
    serve(session, hall.officer, made["overdue"], TODAY, "95")
    scrap(session, hall.officer, gone, date(2026, 9, 30))
    make_item(session, hall)
    assert section(session, hall, hall.a01, year=2026, number=9) == before


def test_the_report_carries_it_and_its_code_is_of_no_language(session: Session, hall: Cast) -> None:
    furnished(session, hall)
    codes = set()
    for language in ("zh_CN", "en"):
        with use_language(language):
            window = window_report(session, None, hall.a01, 2026, 11, now=LATER)
            codes.add(window.check_code)
    assert len(codes) == 1
    assert "equipment" in [part.name for part in window.parts]
    whole = site_report(session, None, hall.site_id, 2026, 11, now=LATER)
    assert any("Safety facilities: 5" in text or "安全设施在册 5 件" in text
               for part in whole.parts for text in part.content.paragraphs)  # fmt: skip


def test_the_windows_stand_beside_each_other(session: Session, hall: Cast) -> None:
    assert comparison.build(session, hall.site_id, month()).columns == ()
    made = furnished(session, hall)
    found = comparison.build(session, hall.site_id, month())
    assert found.columns == (("equipment.wrong", "设施异常"),)
    assert {key: one.numbers for key, one in found.standings.items()} == {
        hall.a01: (2,), hall.a02: (0,), None: (0,)
    }  # fmt: skip
    assert found.standings[hall.a01].light is Light.WATCH
    life.condemn(session, hall.staff, made["good"].id, because="锈蚀", now=NOW)
    standing = comparison.build(session, hall.site_id, month()).standings[hall.a01]
    assert (standing.light, standing.why) == (Light.ACT, ("1 件设施应报废",))


def test_what_a_test_measured_is_in_the_chapter(session: Session, hall: Cast) -> None:
    lamp = furnished(session, hall)["lamp"]
    servicing.record_service(
        session, hall.officer, lamp.id, services=["discharge"], on_date=TODAY, reading=45, now=NOW
    )
    told = dossier.equipment(session, hall.site_id, LATER)
    assert "放电试验、持续工作时间 45 分钟" in cells(told.blocks)
