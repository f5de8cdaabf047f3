"""The year's plan and the year's drills on paper and as tables: what they say, and to whom."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from drills import service
from drills.documents import year as documents
from safety_app.core import clock
from safety_app.core.db import Database
from safety_app.core.i18n import use_language
from safety_app.workplace import service as workplace
from tests.cast import NOW, Cast
from tests.dialects import sqlite_only
from tests.drills.cases import make_drill
from tests.drills.clocks import held
from tests.drills.papers import rows, visitor, words
from tests.drills.plans.documents import make_plan

LATER = NOW + timedelta(hours=2)
DECEMBER = date(2026, 12, 8)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


def test_the_plan_says_what_must_be_drilled_on_which_rule_and_what_is_planned(
    session: Session, hall: Cast
) -> None:
    workplace.site(session, hall.site_id).counts_from = date(2026, 1, 1)
    plan = make_plan(session, hall)
    drill = make_drill(session, hall, on=DECEMBER, plan_ids=(plan.id,))
    said = words(documents.plan_pdf(session, hall.site_id, 2026, LATER))
    for part in (
        "2026年度演练计划", "公安部令第61号第四十条", "2026年上半年", "未演练", drill.code,
        drill.title, "2026-12-08", "火灾现场处置方案", "已列入计划", "编制人", "李敏",
    ):  # fmt: skip
        assert part in said, part


def test_what_was_put_off_or_struck_off_stays_with_its_reason(session: Session, hall: Cast) -> None:
    first, second = make_drill(session, hall), make_drill(session, hall, title="停电演练")
    service.reschedule(
        session, hall.officer, first.id, planned_on=DECEMBER, reason="暴雨预警", now=NOW
    )
    service.cancel(session, hall.officer, second.id, reason="大厅装修", now=NOW)
    said = words(documents.plan_pdf(session, hall.site_id, 2026, LATER))
    assert f"{first.code}：由11月23日调整为12月8日，原因：暴雨预警" in said
    assert f"{second.code}：已取消，原因：大厅装修" in said
    before = words(documents.plan_pdf(session, hall.site_id, 2026, NOW - timedelta(minutes=1)))
    assert "暴雨预警" not in before and "大厅装修" not in before


def test_the_plan_as_a_workbook_has_duties_and_drills(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall, on=DECEMBER)
    found = rows(documents.plan_xlsx(session, hall.site_id, 2026, LATER))
    assert [row for row in found if row[1] == "公安部令第61号第四十条" and row[5] == drill.code]
    (row,) = [row for row in found if row[0] == drill.code]
    assert row[2].date() == DECEMBER and row[-1] == "已安排"  # type: ignore[attr-defined]


def test_the_years_drills_are_counted(session: Session, hall: Cast) -> None:
    drill = held(session, hall, make_drill(session, hall))
    make_drill(session, hall, on=DECEMBER)
    said = words(documents.record_pdf(session, hall.site_id, 2026, LATER))
    assert "共2项，已举行1项" in said and drill.code in said
    (row,) = [
        row
        for row in rows(documents.record_xlsx(session, hall.site_id, 2026, LATER))
        if row[0] == drill.code
    ]
    assert row[8] == 2 and isinstance(row[7], int) and row[7] >= 2
    nothing = words(documents.record_pdf(session, hall.site_id, 2024, LATER))
    assert "该年度没有演练记录" in nothing
    with use_language("en"):
        assert "Drillsof2026" in words(documents.record_pdf(session, hall.site_id, 2026, LATER))


PAPERS = ("year/2026.pdf", "year/2026.xlsx", "record/2026.pdf", "record/2026.xlsx")


@sqlite_only
@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 403), ("third_party", 403), ("administrator", 403), ("lead", 200), ("manager", 200)],
)
def test_the_year_is_for_who_answers_for_it(
    database: Database, hall: Cast, who: str, status: int
) -> None:
    with database.transaction() as session:
        make_drill(session, hall)
    for paper in PAPERS:
        answer = visitor(getattr(hall, who)).get(f"/drills/{paper}")
        assert answer.status_code == status, paper
        assert ("content-disposition" in answer.headers) is (status == 200)


@sqlite_only
def test_another_hall_prints_its_own_year(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        drill = make_drill(session, hall)
    answer = visitor(hall.foreign_manager).get("/drills/record/2026.pdf")
    assert answer.status_code == 200 and drill.code not in words(answer.content)


@sqlite_only
@pytest.mark.parametrize("year", ["1899", "20266", "２０２６", "next", "2026;drop"])
def test_what_is_no_year_is_refused_in_words(database: Database, hall: Cast, year: str) -> None:
    answer = visitor(hall.manager).get(f"/drills/year/{year}.pdf")
    assert answer.status_code == 404 and "年份" in answer.text
