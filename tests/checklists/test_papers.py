"""The record of patrols, the record of checks and the blank sheets: complete, honest, in both
languages, and only for those who may see them.
"""

import io
from datetime import date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import service
from checklists.documents import blank, checks, patrols
from checklists.models import Kind, MissedReason, Task
from checklists.record import Place, tally
from checklists.service import Typed
from checklists.service.figures import Counts, of_kind, place_counts, total
from safety_app.core.i18n import use_language
from tests.cast import NOW, TODAY, Cast
from tests.checklists.checks import make_check
from tests.checklists.sheets import INK, Tablet
from tests.factories import make_task

EVENING = NOW + timedelta(hours=13)


@pytest.fixture
def a01(hall: Cast) -> Place:
    """The window as papers name it."""
    return Place(hall.a01, None, "A01", "A01 综合窗口")


@pytest.fixture
def monday(session: Session, hall: Cast) -> list[Task]:
    """Opening with a hazard, countersigned; during in order and late; closing missed."""
    opening, during, closing = (
        make_task(session, hall, part=part) for part in ("opening", "during", "closing")
    )
    tablet = Tablet(session, hall.staff, opening, now=opening.due_at)
    tablet.pass_all(but=("D07", "D12"))
    tablet.answer("D07", "F", disposal="hazard", note="插头发热")
    tablet.answer("D12", "N", reason="not_today")
    tablet.submit(companion_id=hall.second_staff.user_id)
    service.countersign(
        session, hall.lead, [tablet.run.id], signature=INK, remark="已安排更换", now=EVENING
    )
    late = Tablet(session, hall.second_staff, during, now=during.due_at + timedelta(minutes=7))
    late.pass_all()
    late.submit(signature=Typed("周航"))
    service.explain_missed(
        session, hall.staff, closing.id, MissedReason.SHORT_OF_STAFF, note="两人请假", now=EVENING
    )
    return [opening, during, closing]


def words(data: bytes) -> str:
    """All words of a PDF on one line, without breaks."""
    return " ".join(
        "".join(page.extract_text().split("\n")) for page in PdfReader(io.BytesIO(data)).pages
    )


def november(session: Session, hall: Cast, place: Place, now: datetime = EVENING) -> patrols.Record:
    """The record of this month."""
    return patrols.of_month(session, hall.site_id, place, 2026, 11, now=now)


def test_who_patrolled_what_when_and_what_became_of_each_hazard(
    session: Session, hall: Cast, a01: Place, monday: list[Task]
) -> None:
    said = words(patrols.record_pdf(november(session, hall, a01)))
    for expected in (
        "清河县政务服务中心", "A01 综合窗口", "XC-A01-202611",
        "11月23日", "09:00", "王晓燕", "同行：周航", "插头发热", "HZ-2026-0001", "待交办",
        "李敏", "已安排更换", "超时", "周航", "姓名加密码签名", "未复核",
        "未巡查", "人手不足", "两人请假", "应巡查 3 次", "已复核签字 1 份",
        "公安部令第61号第二十五条",
    ):  # fmt: skip
        assert "".join(expected.split()) in "".join(said.split()), expected


def test_the_same_record_in_english(
    session: Session, hall: Cast, a01: Place, monday: list[Task]
) -> None:
    with use_language("en"):
        said = words(patrols.record_pdf(november(session, hall, a01)))
    for expected in ("Fire patrol record", "Wang Xiaoyan", "not countersigned", "Too few staff"):
        assert "".join(expected.split()) in "".join(said.split())
    assert "未巡查" not in said


def test_drawn_signatures_are_drawn(
    session: Session, hall: Cast, a01: Place, monday: list[Task]
) -> None:
    from safety_app.core.pdf.blocks import Ink, Table

    table = next(
        one for one in patrols.record_blocks(november(session, hall, a01)) if isinstance(one, Table)
    )
    inks = [sum(isinstance(cell, Ink) for cell in row) for row in table.rows]
    assert inks == [2, 0, 0]


def test_its_sums_are_those_of_the_report(
    session: Session, hall: Cast, a01: Place, monday: list[Task]
) -> None:
    record = november(session, hall, a01)
    parts = place_counts(
        session, hall.site_id, hall.a01, first=date(2026, 11, 1), last=date(2026, 11, 30),
        cutoff=EVENING,
    )  # fmt: skip
    assert tally(record.lines) == total(of_kind(parts, Kind.PATROL)) == Counts(1, 1, 1)


def test_what_happens_later_is_not_in_it_and_the_future_is_left_out(
    session: Session, hall: Cast, a01: Place, monday: list[Task]
) -> None:
    make_task(session, hall, on=TODAY + timedelta(days=1))
    early = november(session, hall, a01, now=monday[0].opens_at + timedelta(minutes=1))
    assert [line.submitted_at for line in early.lines] == [None]
    assert "尚未完成" in words(patrols.record_pdf(early))


def test_a_month_without_patrols_says_so(session: Session, hall: Cast, a01: Place) -> None:
    said = words(patrols.record_pdf(november(session, hall, a01)))
    assert "本期没有应巡查的任务" in said
    assert "休息日" in said and "11月1日" in said


def test_what_does_not_count_is_told_apart(
    session: Session, hall: Cast, a01: Place, monday: list[Task]
) -> None:
    monday[2].counts = False
    session.flush()
    record = november(session, hall, a01)
    assert tally(record.lines) == Counts(1, 1, 0, 0, 1)
    assert "不计入" in words(patrols.record_pdf(record))


def test_the_workbook_holds_every_line_and_the_hazards(
    session: Session, hall: Cast, a01: Place, monday: list[Task]
) -> None:
    book = load_workbook(io.BytesIO(patrols.record_xlsx(november(session, hall, a01))))
    patrol, hazards, points = book.worksheets
    rows = list(patrol.iter_rows(min_row=2, values_only=True))
    assert [row[2] for row in rows] == ["按时完成", "超时完成", "未巡查"]
    assert rows[0][3] == datetime(2026, 11, 23, 9, 0)
    assert rows[0][8] == "李敏" and rows[0][7] == "HZ-2026-0001"
    assert hazards["A2"].value == "HZ-2026-0001"
    listed = list(points.iter_rows(min_row=2, values_only=True))
    assert len(listed) == sum(len(part.points) for part in november(session, hall, a01).legend)
    assert ("D07" in {row[3] for row in listed}) and all(row[4] for row in listed)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_record_says_what_was_patrolled(
    session: Session, hall: Cast, a01: Place, monday: list[Task], language: str
) -> None:
    from checklists.models import TemplateItem

    with use_language(language):
        record = november(session, hall, a01)
        said = "".join(words(patrols.record_pdf(record)).split())
    items = session.scalars(
        select(TemplateItem).where(TemplateItem.part_id.in_([task.part_id for task in monday]))
    ).all()
    texts = [item.text if language == "zh_CN" else item.text_en for item in items]
    assert texts and all("".join(text.split()) in said for text in texts)
    assert len(record.legend) == 3
    d12 = next(item for item in items if item.code == "D12")
    opening = sum(item.part_id == monday[0].part_id for item in items)
    expected = (
        (f"不涉及：D12 {d12.text}（", f"其余 {opening - 2} 项正常。")
        if language == "zh_CN"
        else (f"D12 {d12.text_en} (", f"The other {opening - 2} points are in order.")
    )
    for one in expected:
        assert "".join(one.split()) in said, one


def test_a_month_before_the_records_began_says_so(session: Session, hall: Cast, a01: Place) -> None:
    early = patrols.of_month(session, hall.site_id, a01, 2026, 9, now=EVENING)
    assert "本中心的记录自2026年11月23日起" in words(patrols.record_pdf(early))
    later = patrols.of_month(session, hall.site_id, a01, 2026, 12, now=EVENING)
    assert "本中心的记录自" not in words(patrols.record_pdf(later))


def test_one_of_a_kind_is_told_in_the_singular(session: Session, hall: Cast, a01: Place) -> None:
    day = [make_task(session, hall, part=part) for part in ("opening", "during", "closing")]
    for other in day[1:]:
        session.delete(other)
    task = make_check(session, hall)
    tablet = Tablet(session, hall.lead, task, now=NOW)
    tablet.pass_all()
    tablet.submit()
    with use_language("en"):
        record = words(patrols.record_pdf(november(session, hall, a01)))
        found = checks.of_year(session, hall.site_id, a01, 2026, now=EVENING)
        check = words(checks.checks_pdf(found))
    assert "1 patrol was due" in record and "No problem found" in check


def test_the_record_of_checks_has_each_point_and_both_signatures(
    session: Session, hall: Cast, a01: Place
) -> None:
    task = make_check(session, hall)
    tablet = Tablet(session, hall.lead, task, now=NOW)
    tablet.pass_all(but=("M06",))
    tablet.answer("M06", "F", disposal="hazard", note="一盏不亮")
    tablet.submit()
    service.countersign(session, hall.manager, [tablet.run.id], signature=INK, now=EVENING)
    found = checks.of_year(session, hall.site_id, a01, 2026, now=EVENING)
    said = "".join(words(checks.checks_pdf(found)).split())
    for expected in ("防火检查记录", "窗口负责人月度安全检查", "M01", "M15", "合格", "不合格",
                     "一盏不亮", "HZ-2026-0001", "李敏", "陈静", "JC-A01-2026"):  # fmt: skip
        assert expected in said, expected
    book = load_workbook(io.BytesIO(checks.checks_xlsx(found)))
    assert book.worksheets[1].max_row == 1 + 15


def test_a_year_without_checks_says_so(session: Session, hall: Cast, a01: Place) -> None:
    found = checks.of_year(session, hall.site_id, a01, 2026, now=EVENING)
    assert "本期没有应进行的检查" in words(checks.checks_pdf(found))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_blank_sheet_is_numbered_and_fits_one_page(
    session: Session, hall: Cast, language: str
) -> None:
    tasks = [make_task(session, hall, part=part) for part in ("opening", "during", "closing")]
    common = [make_task(session, hall, part=p, common=True) for p in ("opening", "during")]
    with use_language(language):
        found = blank.of_days(session, hall.officer, TODAY, TODAY)
        pages = PdfReader(io.BytesIO(blank.blank_pdf(session, hall.site_id, found, now=NOW))).pages
    numbers = [one.number for one in found]
    assert numbers[:3] == [f"XC-20261123-A01-{n}" for n in (1, 2, 3)]
    assert len(set(numbers)) == len(numbers) == len(pages) == len(tasks) + 3
    assert numbers[3:] == [f"XC-20261123-G{hall.floor:02}-{n}" for n in (1, 2, 3)]
    assert len(common) == 2
    for page, number in zip(pages, numbers, strict=True):
        said = page.extract_text()
        assert number in said and "□" in said


def test_one_blank_sheet_has_the_number_of_the_days_pile(session: Session, hall: Cast) -> None:
    make_task(session, hall)
    during = make_task(session, hall, part="during")
    (one,) = blank.of_task(session, hall.staff, during.id)
    assert one.number == "XC-20261123-A01-2"


def test_blank_sheets_are_printed_for_places_in_sight_only(session: Session, hall: Cast) -> None:
    for window in (hall.a01, hall.a02, hall.a03):
        make_task(session, hall, window_id=window)
    seen = {one.subject for one in blank.of_days(session, hall.lead, TODAY, TODAY)}
    assert seen == {"A01 综合窗口", "A02 社保窗口"}
    assert len(blank.of_days(session, hall.officer, TODAY, TODAY, window_id=hall.a03)) == 3


def test_a_check_is_printed_blank_too(session: Session, hall: Cast) -> None:
    task = make_check(session, hall, "fire-quarterly", common=True)
    (one,) = blank.of_task(session, hall.officer, task.id)
    assert one.number.startswith("JC-20261130-G")
    data = blank.blank_pdf(session, hall.site_id, [one], now=NOW)
    said = words(data)
    assert "□不适用" in said and "被检查部门负责人" in said
    assert len(PdfReader(io.BytesIO(data)).pages) <= 2
