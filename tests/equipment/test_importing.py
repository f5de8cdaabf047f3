"""A list of safety facilities: understood, checked as a whole, brought in once or not at all."""

import time
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from equipment.due import Precision
from equipment.kinds import built_in
from equipment.list_errors import ListFaulty, NothingToRegister
from equipment.models import ImportedList, Item, ItemStep, Status, Step
from equipment.service import moving
from equipment.service.importing.checks import plan_import
from equipment.service.importing.doing import Imported, import_list
from equipment.service.importing.lines import Fate, Line, Plan
from equipment.service.importing.reading import Listed, listed
from safety_app.accounts import service as accounts
from safety_app.accounts.models import User
from safety_app.core import files, journal
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.core.errors import NotAllowed
from safety_app.core.file_kinds import XLSX
from safety_app.core.i18n import use_language
from safety_app.core.intake_errors import NoHeadings
from safety_app.features import features
from safety_app.workplace.models import Location, Window
from tests.bench.pace import pace
from tests.cast import NOW, TODAY, Cast
from tests.core import papers
from tests.equipment import lists
from tests.equipment.items import last_step, make_item, steps_of
from tests.equipment.lists import FULL, book, row

GOOD: Mapping[str, Any] = {
    "名称": "手提式干粉灭火器", "型号": "MFZ/ABC4", "出厂年月": "2024-03", "位置": "一楼大厅",
}  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def _words() -> None:
    features()


def good(**cells: Any) -> list[Any]:
    """A row in which nothing is wrong, with these cells otherwise."""
    return row(**{**GOOD, **cells})


def read(session: Session, hall: Cast, *rows: list[Any]) -> Listed:
    """A list of these rows as the officer has handed it in."""
    return handed_in(session, hall.officer, book(*rows, head=FULL))


def handed_in(session: Session, actor: Actor, content: bytes) -> Listed:
    """A list that this person has handed in, without the disk."""
    file = files.File(
        site_id=actor.site_id, key="0" * 64, name="台账.xlsx", media_type=XLSX,
        size=len(content), by=actor.user_id, at=NOW,
    )  # fmt: skip
    session.add(file)
    session.flush()
    return listed(content, file.name, file.id)


def plan(session: Session, hall: Cast, *rows: list[Any], **how: Any) -> Plan:
    return plan_import(session, hall.officer, read(session, hall, *rows), now=NOW, **how)


def only(session: Session, hall: Cast, **cells: Any) -> Line:
    """What one row becomes."""
    [line] = plan(session, hall, good(**cells)).lines
    return line


def bring_in(session: Session, hall: Cast, *rows: list[Any], **how: Any) -> Imported:
    return import_list(session, hall.officer, read(session, hall, *rows), now=NOW, **how)


def said(made: Plan) -> list[str]:
    return [one.message() for one in made.problems]


def hints(made: Plan) -> list[str]:
    return [one.message() for one in made.hints]


def items(session: Session) -> list[Item]:
    return list(session.scalars(select(Item).order_by(Item.id)))


def rest_of(item: Item) -> dict[str, Any]:
    names = ("kind", "size", "fire_classes", "window_id", "location_id", "placing", "status")
    return {name: getattr(item, name) for name in names}


# What comes of a good list


def test_a_row_becomes_as_many_pieces_as_it_says(session: Session, hall: Cast) -> None:
    row = good(数量="12具", 责任人="刘洋", 位置="一楼大厅消火栓箱旁", 最近维修="2025-01")
    done = bring_in(session, hall, row)
    assert (done.pieces_new, done.pieces_changed, done.rows_faulty) == (12, 0, 0)
    made = items(session)
    assert [item.code for item in made] == [f"MHQ-{n:04}" for n in range(1, 13)]
    first = made[0]
    assert rest_of(first) == {
        "kind": "extinguisher-abc", "size": "4 kg", "fire_classes": "ABCE", "window_id": None,
        "location_id": hall.floor, "placing": "消火栓箱旁", "status": Status.IN_SERVICE,
    }  # fmt: skip
    assert (first.made_on, first.made_precision) == (date(2024, 3, 1), Precision.MONTH)
    assert first.custodian_id == hall.officer.user_id
    assert first.last_services == {"service": "2025-01-01"}
    assert (first.registered_on, first.inspect_by) == (TODAY, date(2026, 12, 23))
    assert first.service_by == date(2027, 1, 1) and first.scrap_on == date(2034, 3, 1)
    assert first.due_on == first.inspect_by
    assert last_step(session, first).note == "型号：MFZ/ABC4"


def test_an_import_is_written_with_steps_and_journal(session: Session, hall: Cast) -> None:
    before = session.scalar(select(func.count(journal.Entry.id))) or 0
    bring_in(session, hall, good(数量=3), good(位置="A01"))
    steps = session.scalars(select(ItemStep)).all()
    assert {(step.step, step.on_date, step.actor_id) for step in steps} == {
        (Step.REGISTER, TODAY, hall.officer.user_id)
    }
    assert len(steps) == 4
    after = session.scalar(select(func.count(journal.Entry.id))) or 0
    assert after - before == 5 and journal.first_break(session) is None
    kept = session.scalars(select(ImportedList)).one()
    assert (kept.pieces_new, kept.rows_left_out, sorted(kept.rows.values())) == (4, 0, [1, 1])


def test_a_window_wins_and_its_location_is_not_copied(session: Session, hall: Cast) -> None:
    line = only(session, hall, 位置="A01 综合窗口柜台下")
    assert (line.window_id, line.location_id, line.placing) == (hall.a01, None, "柜台下")
    line = only(session, hall, 位置="", 窗口="a02", 摆放位置="柜台右侧")
    assert (line.window_id, line.placing) == (hall.a02, "柜台右侧")
    line = only(session, hall, 位置="一楼大厅", 窗口="A02")
    assert (line.window_id, line.location_id) == (hall.a02, hall.floor)


def test_a_floor_will_do_and_words_beside_it_say_where(session: Session, hall: Cast) -> None:
    made = plan(session, hall, good(位置="东门", 楼层="1楼"), good(位置="", 楼层="一层"))
    assert [(line.location_id, line.placing) for line in made.lines] == [
        (hall.floor, "东门"), (hall.floor, ""),
    ]  # fmt: skip
    assert hints(made) == ["第 2 行“位置”：没有这个区域，记为“一楼大厅”内的具体位置。"]


def test_an_area_of_the_hall_is_found_behind_its_floor(session: Session, hall: Cast) -> None:
    area = Location(site_id=hall.site_id, name="机房", floor="")
    session.add(area)
    session.flush()
    made = plan(
        session, hall, good(位置="一楼机房"), good(位置="一楼走廊东"), good(位置="一楼大厅东")
    )
    assert [(line.location_id, line.placing) for line in made.lines] == [
        (area.id, ""), (hall.floor, "走廊东"), (hall.floor, "东"),
    ]  # fmt: skip
    assert hints(made) == ["第 3 行“位置”：没有这个区域，记为“一楼大厅”内的具体位置。"]


def test_a_custodian_is_known_by_name_or_number(session: Session, hall: Cast) -> None:
    accounts.update_person(session, None, hall.staff.user_id, staff_no="0020", now=NOW)
    for cell in ("王晓燕", "0020", "王　晓燕", "王晓燕 13800000000", "Wang Xiaoyan"):
        assert only(session, hall, 责任人=cell).custodian_id == hall.staff.user_id
    assert only(session, hall, 责任人="无").custodian_id is None


def test_an_unknown_date_is_to_be_verified_within_a_month(session: Session, hall: Cast) -> None:
    made = plan(session, hall, good(出厂年月=""), good(出厂年月="不详"), good(出厂年月="无"))
    assert len(made.hints) == 3 and not made.problems
    bring_in(session, hall, good(出厂年月="不详", 摆放位置="东门"))
    [item] = items(session)
    assert (item.made_precision, item.made_unknown_since) == (Precision.UNKNOWN, TODAY)
    assert item.scrap_on == TODAY + timedelta(30)
    assert "出厂年月：不详" in last_step(session, item).note


def test_what_cannot_be_read_comes_in_to_be_scrapped(session: Session, hall: Cast) -> None:
    made = plan(session, hall, good(出厂年月="看不清"), good(出厂年月="2024-03"))
    assert hints(made) == ["第 2 行“出厂年月”：表中注明看不清，属报废条件，登记后即列为待报废。"]
    assert not made.problems
    bring_in(session, hall, good(出厂年月="钢印磨损", 摆放位置="东门"))
    [item] = items(session)
    assert (item.made_precision, item.made_unknown_since) == (Precision.UNREADABLE, None)
    assert item.scrap_on == item.due_on == TODAY
    assert "出厂年月：钢印磨损" in last_step(session, item).note


def test_a_lamp_that_cannot_be_read_is_no_scrap(session: Session, hall: Cast) -> None:
    bring_in(session, hall, good(名称="应急灯", 型号="", 出厂年月="看不清"))
    [lamp] = items(session)
    assert (lamp.made_precision, lamp.scrap_on) == (Precision.UNKNOWN, None)


def test_a_list_that_cannot_read_it_settles_what_was_open(session: Session, hall: Cast) -> None:
    unknown = make_item(session, hall, made_on=None, precision=Precision.UNKNOWN, common=True)
    known = make_item(session, hall, common=True)
    rows = [good(编号=one.code, 出厂年月="无法辨认") for one in (unknown, known)]
    made = plan(session, hall, *rows)
    assert [line.fate for line in made.lines] == [Fate.CHANGED, Fate.SAME]
    assert "属报废条件" in hints(made)[0] and "台账中为2024年3月" in hints(made)[1]
    bring_in(session, hall, *rows)
    for one in (unknown, known):
        session.refresh(one)
    assert unknown.made_precision == Precision.UNREADABLE
    assert unknown.scrap_on == unknown.registered_on
    assert known.made_precision == Precision.MONTH
    assert not plan(session, hall, *rows).is_needed, "the same list once more changes nothing"


def test_a_date_that_does_not_matter_is_not_asked_for(session: Session, hall: Cast) -> None:
    made = plan(session, hall, good(名称="应急灯", 型号="", 出厂年月=""))
    assert not made.hints and not made.problems


def test_what_is_past_its_age_comes_in_with_a_word(session: Session, hall: Cast) -> None:
    made = plan(session, hall, good(出厂年月="2016-11"), good(出厂年月="2016-12"))
    assert hints(made) == ["第 2 行“出厂年月”：已到报废期，登记后即列为待报废。"]
    assert not made.problems and made.pieces == 2


def test_what_is_phased_out_comes_in_with_a_word(session: Session, hall: Cast) -> None:
    made = plan(session, hall, good(名称="1211灭火器", 型号="MY4"))
    assert not made.problems and "已淘汰" in hints(made)[0]
    bring_in(session, hall, good(名称="1211灭火器", 型号="MY4"))
    assert items(session)[0].scrap_on == TODAY


def test_own_codes_and_serial_numbers_are_kept(session: Session, hall: Cast) -> None:
    bring_in(
        session, hall, good(编号="xf-1-01", 出厂编号="SN 1", 生产厂家="安泰", 灭火级别="2A:55B"),
        good(编号="MHQ-2"), good(), good(摆放位置="东门"), good(摆放位置="西门"),
    )  # fmt: skip
    made = items(session)
    codes = [item.code for item in made]
    assert codes == ["XF-1-01", "MHQ-0002", "MHQ-0001", "MHQ-0003", "MHQ-0004"]
    assert (made[0].serial, made[0].maker, made[0].fire_classes) == ("SN 1", "安泰", "ABCE")
    assert "灭火级别：2A:55B" in last_step(session, made[0]).note


def test_the_number_of_a_line_is_no_code(session: Session, hall: Cast) -> None:
    made = plan(session, hall, good(编号=1), good(编号=2))
    assert [line.code for line in made.lines] == ["", ""] and not made.problems
    assert {one.text for one in made.hints} == {"视为序号；每件器材由系统编号。"}


def test_what_is_counted_or_gone_is_not_registered(session: Session, hall: Cast) -> None:
    made = plan(
        session,
        hall,
        good(名称="防尘口罩", 型号="", 数量=200),
        good(状态="报废"),
        good(状态="丢失"),
    )
    assert [line.fate for line in made.lines] == [Fate.LEFT_OUT] * 3
    assert not made.is_needed and len(made.hints) >= 3
    with pytest.raises(NothingToRegister):
        bring_in(session, hall, good(名称="防尘口罩", 型号="", 数量=200))


def test_what_may_be_handed_out_is_pointed_to_the_stock(session: Session, hall: Cast) -> None:
    made = plan(session, hall, good(名称="护目镜", 型号="", 数量=20))
    assert made.pieces == 20 and any("防护用品库存" in hint for hint in hints(made))
    assert not hints(plan(session, hall, good(名称="护目镜", 型号="", 数量=1)))


def test_what_is_away_or_broken_comes_in_as_that(session: Session, hall: Cast) -> None:
    bring_in(
        session, hall, good(状态="送修"), good(状态="故障", 摆放位置="东门"), good(状态="完好")
    )
    away, broken, fine = items(session)
    assert (away.status, broken.status, fine.status) == (
        Status.AWAY, Status.DEFECTIVE, Status.IN_SERVICE,
    )  # fmt: skip
    assert steps_of(session, away) == [Step.SEND_AWAY] and not steps_of(session, broken)
    assert "状态：故障" in last_step(session, broken).note


def test_a_thing_without_a_kind_of_its_own_keeps_its_name(session: Session, hall: Cast) -> None:
    line = only(session, hall, 名称="灭火毯", 型号="1m×1m", 出厂年月="")
    assert line.kind is not None
    assert (line.kind.code, line.size) == ("other", "灭火毯 1m×1m")


# A list as it is


def test_headings_stand_anywhere_in_either_language(session: Session, hall: Cast) -> None:
    content = papers.book(
        ("x", [
            ["某中心消防器材台账"], ["填报单位", None, "2026"], [],
            ["No.", "Name", "Model", "Quantity", "Made", "Location", "Custodian", "Remarks"],
            [1, "Dry powder extinguisher", "MFZ/ABC4", 2, "2024-03", "Ground floor", "Liu Yang"],
            [None, "合计", None, 2], [None, None, None, "制表人：刘洋"],
        ]),
    )  # fmt: skip
    found = listed(content, "x.xlsx")
    assert [said.row for said in found.rows] == [5] and not found.unknown
    made = plan_import(session, hall.officer, found, now=NOW)
    [line] = made.lines
    assert (line.count, line.location_id, line.custodian_id) == (
        2, hall.floor, hall.officer.user_id,
    )  # fmt: skip


def test_ditto_means_what_stands_above(session: Session, hall: Cast) -> None:
    made = plan(
        session, hall, good(责任人="刘洋"), row(名称="同上", 型号="〃", 位置='"', 责任人="〃")
    )
    assert [line.custodian_id for line in made.lines] == [hall.officer.user_id] * 2
    assert made.lines[1].size == "4 kg" and made.lines[1].location_id == hall.floor


def test_a_sheet_named_after_a_floor_says_where(session: Session, hall: Cast) -> None:
    head: list[Any] = ["位置", "名称", "数量"]
    ground = [head, ["", "应急灯", 3], ["门厅", "应急灯", 3]]
    block = [head, ["", "应急灯", 1], ["一楼大厅", "应急灯", 1]]
    found = listed(papers.book(("一楼", ground), ("B栋", block)), "x.xlsx")
    made = plan_import(session, hall.officer, found, now=NOW)
    assert [(line.location_id, line.placing) for line in made.lines if line.fate is Fate.NEW] == [
        (hall.floor, ""), (hall.floor, "门厅"), (hall.floor, ""),
    ]  # fmt: skip
    assert [(one.sheet, one.row) for one in made.problems] == [("B栋", 2)]


def test_lines_across_the_table_are_passed_over(session: Session, hall: Cast) -> None:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    for cells in (FULL, ["一楼"], good(数量=2), ["合计", None, 2], FULL, good()):
        sheet.append(cells)
    sheet.merge_cells("A2:G2")
    sheet.merge_cells("A4:B4")
    found = listed(papers.saved(made), "x.xlsx")
    assert [said.row for said in found.rows] == [3, 6] and not found.problems
    assert plan_import(session, hall.officer, found, now=NOW).pieces == 3


def test_a_sheet_of_totals_is_passed_over(session: Session, hall: Cast) -> None:
    found = listed(
        papers.book(("台账", [FULL, good()]), ("汇总", [["名称", "数量"], ["灭火器", 9]])), "x"
    )
    assert (len(found.rows), found.skipped) == (1, ("汇总",))


def test_a_list_of_commas_of_a_chinese_windows_is_read(session: Session, hall: Cast) -> None:
    content = lists.as_csv(book(good(), good(数量=2), head=FULL))
    made = plan_import(session, hall.officer, listed(content, "台账.csv"), now=NOW)
    assert made.pieces == 3 and not made.problems


def test_a_table_of_something_else_is_a_sentence(session: Session, hall: Cast) -> None:
    with pytest.raises(NoHeadings) as refused:
        listed(papers.book(("x", [["部门", "电话"], ["a", "b"]])), "x")
    assert "名称、型号、数量" in refused.value.message()


def test_a_messy_list_of_a_hall_is_understood_but_for_its_faults(
    session: Session, hall: Cast
) -> None:
    session.add(Location(site_id=hall.site_id, name="二楼大厅", floor="2", is_patrolled=True))
    session.add(Location(site_id=hall.site_id, name="机房", floor="2"))
    session.flush()
    messy = lists.messy()
    found = handed_in(session, hall.officer, messy.content)
    made = plan_import(session, hall.officer, found, now=NOW)
    assert {(line.sheet, line.row) for line in made.lines if line.fate is Fate.BAD} == messy.faulty
    assert made.pieces == messy.pieces
    done = import_list(session, hall.officer, found, only_good=True, now=NOW)
    assert (done.pieces_new, done.rows_faulty) == (messy.pieces, len(messy.faulty))
    assert {item.kind for item in items(session)} <= set(built_in("cn"))


# Everything that is wrong, at once

FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"出厂年月": "2026-12"}, "第 2 行“出厂年月”：出厂日期 2026年12月 晚于今天"),
    ({"出厂年月": "去年"}, "第 2 行“出厂年月”：“去年”不是日期"),
    ({"最近维修": "2024-02"}, "第 2 行“最近维修”：出厂日期为"),
    ({"最近维修": "2027-01"}, "第 2 行“最近维修”："),
    ({"名称": "不明物件", "型号": ""}, "第 2 行“名称”：没有“不明物件”这一类器材"),
    ({"名称": "消火拴", "型号": ""}, "第 2 行“名称”：没有“消火拴”，是否为“消火栓”？"),
    ({"名称": "灭火器", "型号": ""}, "第 2 行“名称”：未写明是哪种灭火器"),
    ({"名称": "", "型号": ""}, "第 2 行“名称”：请填写名称或型号。"),
    ({"名称": "二氧化碳灭火器"}, "第 2 行“型号”：名称与型号不一致"),
    ({"位置": "档案室"}, "第 2 行“位置”：本大厅没有“档案室”"),
    ({"位置": ""}, "第 2 行“位置”：请填写位置"),
    ({"位置": "", "楼层": "9楼"}, "第 2 行“楼层”：本大厅没有“9楼”"),
    ({"位置": "", "窗口": "Z99"}, "第 2 行“窗口”："),
    ({"数量": "若干"}, "第 2 行“数量”：“若干”不是数量"),
    ({"数量": 0}, "第 2 行“数量”：数量至少为 1"),
    ({"数量": 501}, "第 2 行“数量”：一行最多 500 件"),
    ({"数量": 2, "出厂编号": "S1"}, "第 2 行“出厂编号”：此项只属于一件器材"),
    ({"编号": "灭-1"}, "第 2 行“编号”：“灭-1”不能作为编号"),
    ({"灭火级别": "很高"}, "第 2 行“灭火级别”：“很高”不是灭火级别"),
    ({"状态": "还行"}, "第 2 行“状态”：没有“还行”这一项"),
    ({"生产厂家": "厂" * 65}, "第 2 行“生产厂家”：内容太长"),
]


@pytest.mark.parametrize(("cells", "sentence"), FAULTS, ids=[one for _cells, one in FAULTS])
def test_a_fault_is_named_at_its_place(
    session: Session, hall: Cast, cells: dict[str, Any], sentence: str
) -> None:
    made = plan(session, hall, good(**cells))
    assert len(made.problems) == 1 and said(made)[0].startswith(sentence), said(made)
    assert made.lines[0].fate is Fate.BAD and not made.is_needed
    with use_language("en"):
        english = plan(session, hall, good(**cells)).problems[0].text
        assert english != made.problems[0].text


def test_all_faults_of_all_rows_are_told_at_once(session: Session, hall: Cast) -> None:
    rows = [good(**cells) for cells, _sentence in FAULTS]
    made = plan(session, hall, *rows, good(位置="档案室", 数量="x"))
    assert [one.row for one in made.problems] == [*range(2, len(FAULTS) + 2)] + [
        len(FAULTS) + 2
    ] * 2
    assert made.rows(Fate.BAD) == len(FAULTS) + 1
    assert made.missing_places == {"档案室": 2, "9楼": 1, "Z99": 1}


def test_two_people_of_one_name_need_their_number(session: Session, hall: Cast) -> None:
    session.get_one(User, hall.other_staff.user_id).name = "王晓燕"
    made = plan(session, hall, good(责任人="王晓燕"))
    assert hints(made) == [
        "第 2 行“责任人”：有几个人叫王晓燕，请填写工号。本行登记时暂不设责任人。"
    ]
    assert made.is_needed and made.lines[0].custodian_id is None


@pytest.mark.parametrize(
    ("who", "why"),
    [("王小燕", "没有“王小燕”，是否为“王晓燕”？"), ("无此人氏", "人员中没有“无此人氏”"),
     ("刘洋、李敏", "填写了不止一人")],
)  # fmt: skip
def test_an_unknown_custodian_is_worth_a_look_and_keeps_nothing_out(
    session: Session, hall: Cast, who: str, why: str
) -> None:
    made = plan(session, hall, good(责任人=who))
    [hint] = hints(made)
    assert hint.startswith(f"第 2 行“责任人”：{why}") and hint.endswith("暂不设责任人。")
    assert made.pieces == 1 and made.lines[0].custodian_id is None
    item = make_item(session, hall, common=True, custodian_id=hall.officer.user_id)
    made = plan(session, hall, good(编号=item.code, 责任人=who))
    assert made.lines[0].fate is Fate.SAME and not made.problems


def test_a_code_of_several_pieces_goes_to_the_note(session: Session, hall: Cast) -> None:
    bring_in(session, hall, good(数量=2, 编号="XF-1"))
    assert [item.code for item in items(session)] == ["MHQ-0001", "MHQ-0002"]
    query = select(ItemStep.note).where(ItemStep.step == Step.REGISTER)
    assert all("编号：XF-1" in note for note in session.scalars(query))
    made = plan(session, hall, good(数量=2, 编号="MHQ-0001"))
    assert said(made)[0].startswith("第 2 行“编号”：此项只属于一件器材")


def test_a_code_or_serial_number_twice_in_the_list_is_a_fault(session: Session, hall: Cast) -> None:
    made = plan(
        session, hall, good(编号="XF-1"), good(编号="xf1"), good(出厂编号="S1"), good(出厂编号="s1")
    )
    assert said(made) == [
        "第 3 行“编号”：XF-0001 在第 2 行已经出现过。",
        "第 5 行“出厂编号”：s1 在第 4 行已经出现过。",
    ]


def test_good_rows_alone_come_in_only_on_request(session: Session, hall: Cast) -> None:
    rows = [good(), good(数量="x"), good(摆放位置="东门")]
    with pytest.raises(ListFaulty) as refused:
        bring_in(session, hall, *rows)
    assert "1" in refused.value.message() and not items(session)
    done = bring_in(session, hall, *rows, only_good=True)
    assert (done.pieces_new, done.rows_faulty) == (2, 1)
    assert session.scalars(select(ImportedList.rows_left_out)).one() == 1


# Once more


def test_the_same_list_again_registers_nothing(session: Session, hall: Cast) -> None:
    rows = [good(数量=3), good(), good(), good(编号="XF-1")]
    bring_in(session, hall, *rows)
    made = plan(session, hall, *rows)
    assert [line.fate for line in made.lines] == [Fate.SAME] * 4 and not made.is_needed
    with pytest.raises(NothingToRegister):
        bring_in(session, hall, *rows)
    assert len(items(session)) == 6


def test_what_is_there_already_gives_no_hints(session: Session, hall: Cast) -> None:
    rows = [good(出厂年月=""), good(出厂年月="2016-01", 摆放位置="东门", 编号="XF-1")]
    assert len(plan(session, hall, *rows).hints) == 2
    bring_in(session, hall, *rows)
    assert not plan(session, hall, *rows).hints


def test_corrected_rows_come_in_later_without_the_rest(session: Session, hall: Cast) -> None:
    bring_in(session, hall, good(数量=3), good(数量="x"), only_good=True)
    done = bring_in(session, hall, good(数量=3), good(数量=2, 摆放位置="东门"))
    assert done.pieces_new == 2 and len(items(session)) == 5


def test_a_row_more_of_the_same_is_new(session: Session, hall: Cast) -> None:
    bring_in(session, hall, good(), good())
    assert plan(session, hall, good(), good(), good()).pieces == 1


def test_what_was_moved_since_is_still_known(session: Session, hall: Cast) -> None:
    bring_in(session, hall, good())
    [item] = items(session)
    moving.move(
        session, hall.officer, item.id, window_id=hall.a01, location_id=None, placing="",
        custodian_id=None, now=NOW,
    )  # fmt: skip
    assert not plan(session, hall, good()).is_needed


def test_what_was_registered_by_hand_is_not_doubled(session: Session, hall: Cast) -> None:
    for _turn in range(2):
        make_item(session, hall, common=True, placing="东门")
    made = plan(session, hall, *[good(位置="一楼大厅 东门")] * 3)
    assert [line.fate for line in made.lines] == [Fate.SAME, Fate.SAME, Fate.NEW]
    assert plan(session, hall, good(数量=3, 摆放位置="东门")).pieces == 3


def test_further_pieces_come_in_on_request(session: Session, hall: Cast) -> None:
    bring_in(session, hall, good(数量=3))
    assert plan(session, hall, good(数量=3), again=True).pieces == 3
    assert bring_in(session, hall, good(数量=3), again=True).pieces_new == 3
    assert len(items(session)) == 6 and not plan(session, hall, good(数量=3)).is_needed


# What changes on what is there


def test_a_row_with_a_known_code_changes_that_item(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, common=True, placing="东门", maker="旧厂")
    cells = {"编号": item.code, "规格": "5 kg", "型号": "", "生产厂家": "安泰",
             "出厂年月": "2023-12",
             "责任人": "王晓燕", "位置": "A01", "出厂编号": "S9"}  # fmt: skip
    made = plan(session, hall, good(**cells))
    changes = {(one.column, one.old, one.new) for one in made.lines[0].changes}
    assert changes == {
        ("规格", "4 kg", "5 kg"), ("生产厂家", "旧厂", "安泰"), ("出厂编号", "", "S9"),
        ("出厂年月", "2024年3月", "2023年12月"), ("责任人", "", "王晓燕"),
        ("位置", "一楼大厅 · 东门", "A01 综合窗口 · 东门"),
    }  # fmt: skip
    done = bring_in(session, hall, good(**cells))
    assert (done.pieces_new, done.pieces_changed) == (0, 1)
    session.refresh(item)
    assert (item.size, item.maker, item.serial) == ("5 kg", "安泰", "S9")
    assert (item.window_id, item.location_id, item.placing) == (hall.a01, None, "东门")
    assert (item.made_on, item.custodian_id) == (date(2023, 12, 1), hall.staff.user_id)
    assert item.scrap_on == date(2033, 12, 1)
    assert steps_of(session, item) == [Step.EDIT, Step.MOVE]
    moved = last_step(session, item)
    assert (moved.old_location_id, moved.window_id) == (hall.floor, hall.a01)
    assert journal.first_break(session) is None
    assert not plan(session, hall, good(**cells)).is_needed


def test_an_empty_cell_changes_nothing(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, common=True, placing="东门", maker="安泰", serial="S1")
    made = plan(session, hall, row(编号=item.code))
    assert made.lines[0].fate is Fate.SAME and not made.problems
    made = plan(
        session, hall, row(编号=item.code, 名称="干粉灭火器", 出厂年月="看不清", 责任人="无")
    )
    assert made.lines[0].fate is Fate.SAME and not made.problems


def test_a_serial_number_is_as_good_as_a_code(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, common=True, serial="S1")
    [line] = plan(session, hall, good(出厂编号="s1", 责任人="刘洋")).lines
    assert (line.item_id, line.fate) == (item.id, Fate.CHANGED)


def test_the_area_of_its_window_takes_nothing_from_the_window(session: Session, hall: Cast) -> None:
    session.get_one(Window, hall.a01).location_id = hall.floor
    item = make_item(session, hall, window_id=hall.a01)
    [line] = plan(session, hall, good(编号=item.code)).lines
    assert line.fate is Fate.SAME


def test_another_kind_under_a_known_code_is_a_fault(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, common=True)
    made = plan(session, hall, good(编号=item.code, 名称="应急灯", 型号=""))
    assert said(made)[0].startswith(f"第 2 行“编号”：台账中 {item.code} 是“干粉（ABC）灭火器”")


def test_what_is_gone_stays_as_it_is(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, common=True)
    item.status = Status.SCRAPPED
    session.flush()
    [line] = plan(session, hall, good(编号=item.code, 责任人="刘洋")).lines
    assert line.fate is Fate.SAME and "已报废" in line.why


def test_a_service_is_kept_until_one_is_recorded(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, common=True)
    bring_in(session, hall, good(编号=item.code, 最近维修="2025-06"))
    session.refresh(item)
    assert item.last_services == {"service": "2025-06-01"}
    assert item.service_by == date(2027, 6, 1)
    assert not plan(session, hall, good(编号=item.code, 最近维修="2025-05")).is_needed
    session.add(
        ItemStep(site_id=hall.site_id, item_id=item.id, step=Step.SERVICE, on_date=TODAY, at=NOW)
    )
    session.flush()
    made = plan(session, hall, good(编号=item.code, 最近维修="2026-06"))
    assert not made.is_needed and "维修合格证" in hints(made)[0]


def test_a_status_is_changed_by_steps_alone(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, common=True)
    made = plan(session, hall, good(编号=item.code, 状态="报废"))
    assert made.lines[0].fate is Fate.SAME and "在用" in hints(made)[0]


def test_a_substitute_is_not_moved_by_a_list(session: Session, hall: Cast) -> None:
    item, other = make_item(session, hall, common=True), make_item(session, hall)
    item.stands_in_for_id = other.id
    session.flush()
    made = plan(session, hall, good(编号=item.code, 位置="A02"))
    assert "请先归还" in said(made)[0]


# Who, and how fast


def test_a_list_is_for_whoever_may_import(session: Session, hall: Cast) -> None:
    found = read(session, hall, good())
    for actor in (hall.officer, hall.administrator):
        assert plan_import(session, actor, found, now=NOW).is_needed
    for actor in (hall.lead, hall.staff, hall.manager, hall.third_party):
        with pytest.raises(NotAllowed):
            plan_import(session, actor, found, now=NOW)
        with pytest.raises(NotAllowed):
            import_list(session, actor, found, now=NOW)


def test_items_of_another_hall_are_not_seen(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, common=True)
    item.site_id = hall.foreign_site_id
    item.code = "XF-0001"
    session.flush()
    [line] = plan(session, hall, good(编号="XF-1")).lines
    assert line.fate is Fate.NEW


def test_five_thousand_rows_with_faults_are_checked_and_brought_in_fast(
    database: Database, hall: Cast
) -> None:
    content = lists.long_list(5_000, bad=37)
    with database.transaction() as session:
        quick, began = max(pace(), 1), time.process_time()
        found = handed_in(session, hall.officer, content)
        made = plan_import(session, hall.officer, found, now=NOW)
        assert time.process_time() - began < 5 * quick
        assert made.rows(Fate.BAD) == 37 and len({one.row for one in made.problems}) == 37
        shares: list[float] = []
        began = time.process_time()
        done = import_list(
            session, hall.officer, found, only_good=True, now=NOW, progress=shares.append
        )
        assert time.process_time() - began < 10 * quick
        assert done.pieces_new == 4_963
        assert shares == sorted(shares) and len(shares) >= 10 and shares[-1] == 1.0
    with database.reading() as session:
        assert session.scalar(select(func.count(Item.id)).where(Item.due_on.is_(None))) == 0
        assert session.scalar(select(func.count(ItemStep.id))) == 4_963


def test_a_wrong_file_is_told_fast(session: Session, hall: Cast) -> None:
    signs = [chr(0xA000 + n) for n in range(3_000)]
    rows = [row(名称=f"甲乙{one}", 位置=f"戊己{one}", 责任人=f"壬癸{one}") for one in signs]
    found = read(session, hall, *rows)
    quick, began = max(pace(), 1), time.process_time()
    made = plan_import(session, hall.officer, found, now=NOW)
    assert time.process_time() - began < 4 * quick
    assert made.rows(Fate.BAD) == 3_000 and len(made.problems) == 6_000
