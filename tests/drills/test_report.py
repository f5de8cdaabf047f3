"""The papers of one drill: its record, the sheet to sign by hand, the notice for the wall."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from drills import service
from drills.documents import poster, sign_in
from drills.documents.paper import head_of
from drills.documents.report import report_blocks, report_pdf
from drills.models import Drill, Status, Step
from drills.service import attending, proofs
from safety_app.core import clock
from safety_app.core.db import Database
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Bars, Block, Cell, Note, Paragraph, PhotoPairs, Table
from safety_app.core.photos import PhotoStore, ingest
from safety_app.core.settings import settings
from tests.cast import NOW, Cast
from tests.core.pdf_sample import sample_jpegs
from tests.dialects import sqlite_only
from tests.drills.cases import brought_to, make_drill
from tests.drills.clocks import after, held, tablet
from tests.drills.papers import visitor, words
from tests.drills.plans.documents import make_plan
from tests.drills.test_evaluation import BROADCAST, evaluate

LATER = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()


def drilled(session: Session, hall: Cast) -> Drill:
    """A drill by the stopwatch: late to empty the hall, two there, one of them signed."""
    plan = make_plan(session, hall)
    drill = make_drill(session, hall, plan_ids=(plan.id,), scenario="插座冒烟", safety="烟雾标识")
    here = tablet(session, drill, hall.lead)
    here.start()
    here.stamp("alarm", 25)
    here.stamp("hall_empty", 200)
    here.sign(hall.staff, 205)
    here.present(hall.lead, 206)
    here.absent(hall.other_staff, 207)
    here.stop(300)
    return service.finish(session, hall.lead, drill.id, now=after(320))


def report_of(session: Session, hall: Cast, drill: Drill) -> list[Block]:
    return report_blocks(session, drill, head_of(session, hall.site_id, LATER), LATER)


def cells(blocks: list[Block]) -> list[Cell]:
    tables = [one for one in blocks if isinstance(one, Table)]
    return [cell for table in tables for row in table.rows for cell in row]


def texts(blocks: list[Block]) -> str:
    return "\n".join(one.text for one in blocks if isinstance(one, Paragraph | Note))


def test_the_record_has_what_the_law_asks_for(session: Session, hall: Cast) -> None:
    drill = drilled(session, hall)
    said = words(report_pdf(session, drill, LATER))
    for part in (
        "应急演练记录", drill.code, drill.title, "一楼大厅", "北广场", "综合演练", "实战演练",
        "2026年11月23日09:04", "2026年11月23日09:09", "李敏", "陈静", "刘洋", "插座冒烟",
        "火灾现场处置方案（第1版）", "公安部令第61号第四十条", "尚未评估。",
    ):  # fmt: skip
        assert part in said, part


def test_the_times_stand_to_scale_beside_their_targets(session: Session, hall: Cast) -> None:
    drill = drilled(session, hall)
    (chart,) = [one for one in report_of(session, hall, drill) if isinstance(one, Bars)]
    bars = {bar.label: bar for bar in chart.bars}
    alarm, empty = bars["发现并报警"], bars["大厅人员疏散完毕"]
    assert (alarm.actual, alarm.late, alarm.text) == (25, False, "25 秒")
    assert (empty.actual, empty.target, empty.late) == (200, 180, True)
    assert empty.text == "3 分 20 秒，超出 20 秒"
    assert bars["清点人数完毕"].actual is None and bars["清点人数完毕"].text == "未记录"
    assert chart.ticks[-1][0] >= 300 and len(chart.ticks) <= 7


def test_who_was_there_stands_with_the_signature_and_who_was_not_by_name(
    session: Session, hall: Cast
) -> None:
    drill = drilled(session, hall)
    blocks = report_of(session, hall, drill)
    there = cells(blocks)
    at = there.index("王晓燕")
    assert there[at + 1] == "A01 综合窗口" and getattr(there[at + 2], "strokes", None)
    lead = there.index("李敏", at - 3)
    assert there[lead + 2] == "由记录人勾选"
    counts = attending.counts(session, drill.id)
    assert f"应到 {counts.expected} 人，实到 {counts.expected_present} 人" in texts(blocks)
    absent = next(one.text for one in blocks if isinstance(one, Note) and "缺席" in one.text)
    assert "王晓燕" not in absent and hall.other_staff.name in absent


def test_the_evaluation_and_its_problems_stand_in_the_record(session: Session, hall: Cast) -> None:
    drill = drilled(session, hall)
    evaluate(session, hall.officer, drill, {"G08": BROADCAST}, now=LATER)
    said = words(report_pdf(session, drill, LATER))
    assert "尚未评估" not in said
    for part in ("得97分", "疏散广播听不清或有盲区", "HZ-2026-0001", "评估人（签字）"):
        assert part in said, part


def test_a_record_from_paper_says_that_no_stopwatch_took_the_times(
    session: Session, hall: Cast
) -> None:
    drill = drilled(session, hall)
    assert "手工" not in texts(report_of(session, hall, drill))
    drill.is_by_hand = True
    assert "时间为手工补录" in texts(report_of(session, hall, drill))


def test_pictures_are_printed_as_they_were_stored(session: Session, hall: Cast) -> None:
    drill = drilled(session, hall)
    store = PhotoStore(settings().photo_dir)
    for jpeg in sample_jpegs(3, (320, 240)):
        kept = ingest(store, jpeg)
        proofs.keep_photos(session, hall.lead, drill, [kept], caption="集合点", now=LATER)
    (pairs,) = [one for one in report_of(session, hall, drill) if isinstance(one, PhotoPairs)]
    boxes = [box for pair in pairs.pairs for box in (pair.before, pair.after) if box]
    assert len(boxes) == 3 and all(box.caption.startswith("集合点") for box in boxes)
    printed = report_pdf(session, drill, LATER)
    for one in proofs.photos_of(session, drill.id):
        stored = store.path(one.key).read_bytes()
        assert stored[stored.index(b"\xff\xda") :] in printed


def test_a_lost_picture_does_not_hinder_the_record(session: Session, hall: Cast) -> None:
    drill = drilled(session, hall)
    store = PhotoStore(settings().photo_dir)
    kept = ingest(store, sample_jpegs(1, (320, 240))[0])
    proofs.keep_photos(session, hall.lead, drill, [kept], now=LATER)
    store.path(kept.key).unlink()
    assert "照片无法读取" in words(report_pdf(session, drill, LATER))


def test_a_record_speaks_english_and_is_the_same_twice(session: Session, hall: Cast) -> None:
    drill = drilled(session, hall)
    with use_language("en"):
        first = report_pdf(session, drill, LATER)
        assert first == report_pdf(session, drill, LATER + timedelta(seconds=20))
    assert "Recordofanemergencydrill" in words(first) and "over" in words(first)


def test_the_sheet_to_sign_names_whom_the_roster_expects_and_leaves_room(
    session: Session, hall: Cast
) -> None:
    drill = make_drill(session, hall)
    said = words(sign_in.sign_in_pdf(session, drill, NOW))
    expected = attending.expected(session, drill, drill.planned_on)
    assert hall.staff.user_id in expected and "王晓燕" in said and "演练签到表" in said
    one_window = make_drill(session, hall, window_id=hall.a03)
    there = words(sign_in.sign_in_pdf(session, one_window, NOW))
    assert "孙丽" in there and "王晓燕" not in there


def test_the_notice_says_what_people_were_told(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    assert "北广场" in words(poster.notice_pdf(session, drill, NOW))
    service.notify(
        session, hall.officer, drill.id, audience="全体", text="听到广播请有序离开。", now=NOW
    )
    said = words(poster.notice_pdf(session, drill, NOW))
    assert "听到广播请有序离开" in said and "演练告知" in said and drill.code in said


@sqlite_only
@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 403), ("third_party", 403), ("lead", 200), ("officer", 200), ("manager", 200),
     ("foreign_manager", 404)],
)  # fmt: skip
def test_the_record_is_for_who_answers_for_it(
    database: Database, hall: Cast, who: str, status: int
) -> None:
    with database.transaction() as session:
        drill = held(session, hall, make_drill(session, hall))
    answer = visitor(getattr(hall, who)).get(f"/drills/{drill.code}/report.pdf")
    assert answer.status_code == status
    assert (answer.headers["content-type"] == "application/pdf") is (status == 200)


@sqlite_only
def test_its_commander_may_print_it_whatever_the_role(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        drill = make_drill(session, hall, commander_id=hall.staff.user_id)
        held(session, hall, drill, by=hall.staff)
    for paper in ("report", "sign-in", "notice"):
        answer = visitor(hall.staff).get(f"/drills/{drill.code}/{paper}.pdf")
        assert answer.status_code == 200, paper


@sqlite_only
@pytest.mark.parametrize("status", [Status.PLANNED, Status.UNDER_WAY, Status.CANCELLED])
def test_there_is_no_record_of_what_was_not_held(
    database: Database, hall: Cast, status: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)
    with database.transaction() as session:
        drill = brought_to(session, make_drill(session, hall), status)
        if status is Status.UNDER_WAY:
            service.take(session, None, drill, Step.RECORD, now=NOW)
    answer = visitor(hall.officer).get(f"/drills/{drill.code}/report.pdf")
    assert answer.status_code == 404 and f"{drill.code} 尚未举行" in answer.text
    notice = visitor(hall.staff).get(f"/drills/{drill.code}/notice.pdf?lang=en")
    assert notice.status_code == 200 and "Noticeofadrill" in words(notice.content)
    assert visitor(hall.staff).get("/drills/YL-2026-77/notice.pdf").status_code == 404
