"""Records from before come in by a list: understood as offices write it, faults all at once."""

import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from drills.training.errors import ListFaulty, NothingToRecord
from drills.training.models import Purpose, Result, Source, TrainingFile
from drills.training.service import may_see_file
from drills.training.service.importing.doing import Imported, import_list
from drills.training.service.importing.form import faulty_rows, list_form
from drills.training.service.importing.plan import Fate, Plan, from_people, plan_import
from drills.training.service.importing.reading import Listed, read_list
from safety_app.accounts.service import User
from safety_app.core import files
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import use_language
from safety_app.core.intake_errors import NoHeadings
from tests.cast import NOW, TODAY, Cast
from tests.core import papers
from tests.drills.training.lessons import course, scan

HEAD = ["姓名", "工号", "课程", "日期", "学时", "成绩", "结果"]
GOOD = ["王晓燕", "0001", "消防安全培训", "2026-03-15", 2, 92, "合格"]
pytestmark = pytest.mark.usefixtures("store", "numbers")


@pytest.fixture
def numbers(session: Session, hall: Cast) -> None:
    """Staff numbers, as a hall has them."""
    for number, actor in enumerate((hall.staff, hall.second_staff, hall.lead), start=1):
        session.get_one(User, actor.user_id).staff_no = f"{number:04}"
    session.flush()


def given(
    session: Session, hall: Cast, *rows: Sequence[Any], head: Sequence[str] = HEAD,
    by: Actor | None = None,
) -> Listed:  # fmt: skip
    actor = by or hall.officer
    content = papers.book(("培训台账", [["2025年度安全培训台账"], head, *rows]))
    file = files.receive(session, actor, content, "台账.xlsx", now=NOW)
    return read_list(session, actor, file.id)


def plan(session: Session, hall: Cast, *rows: Sequence[Any], **how: Any) -> Plan:
    return plan_import(session, hall.officer, given(session, hall, *rows, **how), now=NOW)


def bring_in(session: Session, hall: Cast, found: Listed, **how: Any) -> Imported:
    return import_list(session, hall.officer, found, now=NOW, **how)


def results(session: Session) -> list[Result]:
    return list(session.scalars(select(Result).order_by(Result.id)))


def faults(found: Plan) -> list[str]:
    return [one.message() for one in found.problems]


def test_a_good_row_becomes_a_result(session: Session, hall: Cast) -> None:
    done = bring_in(session, hall, given(session, hall, GOOD))
    assert (done.recorded, done.same, done.faulty) == (1, 0, 0)
    (one,) = results(session)
    assert one.user_id == hall.staff.user_id
    assert one.course_id == course(session, hall, "FIRE").id
    assert (one.on_date, one.passed, one.counts) == (date(2026, 3, 15), True, True)
    assert (one.hours, one.score, one.out_of, one.source) == (2, 92, 100, Source.IMPORTED)


def test_the_same_list_again_records_nothing_twice(session: Session, hall: Cast) -> None:
    found = given(session, hall, GOOD, GOOD)
    assert bring_in(session, hall, found).recorded == 1, "a row that stands twice counts once"
    with pytest.raises(NothingToRecord):
        bring_in(session, hall, given(session, hall, GOOD))
    more = given(session, hall, GOOD, ["周航", "0002", "消防培训", "2026-03-15", 2, 85, ""])
    done = bring_in(session, hall, more)
    assert (done.recorded, done.same) == (1, 1)
    assert len(results(session)) == 2


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"姓名": "无此人", "工号": ""}, "“姓名”：没有名为“无此人”的人员。"),
        ({"工号": "9999"}, "“工号”：没有工号为 9999 的人员。"),
        ({"工号": "0002"}, "“姓名”：工号 0002 对应的人员是周航。"),
        ({"课程": "烹饪"}, "“课程”：没有“烹饪”这门课程。"),
        ({"课程": ""}, "“课程”：请填写课程。"),
        ({"日期": "2026-11-24"}, "“日期”：2026-11-24 尚未到。"),
        ({"日期": "去年三月"}, "“日期”："),
        ({"日期": ""}, "“日期”：此项必填。"),
        ({"成绩": 105}, "“成绩”：成绩 105 超过满分 100。"),
        ({"成绩": -5}, "“成绩”：“-5”不是 0 至 1000 之间的数。"),
        ({"成绩": "很好", "结果": ""}, "“成绩”：“很好”不是"),
        ({"学时": "若干"}, "“学时”：“若干”不是"),
        ({"结果": "还行"}, "“结果”：请将“还行”改为合格或不合格。"),
        ({"成绩": "", "结果": ""}, "“结果”：请填写结果或成绩。"),
        ({"成绩": 40}, "“成绩”：结果为合格，但成绩 40/100 低于合格线 80%。请更正结果或成绩。"),
        ({"成绩": 79.5, "结果": "补考合格"}, "“成绩”：结果为合格，但成绩 79.5/100 低于"),
        (
            {"学时": 0.5},
            "“学时”：结果为合格，但学时 0.5 少于课程要求的 2 学时。请更正结果或学时；"
            "学时不清楚的留空。",
        ),
        ({"学时": 1.5, "结果": ""}, "“学时”：结果为合格，但学时 1.5 少于"),
    ],
)
def test_what_is_wrong_is_named_by_row_and_column(
    session: Session, hall: Cast, cells: dict[str, Any], fault: str
) -> None:
    row = [cells.get(name, cell) for name, cell in zip(HEAD, GOOD, strict=True)]
    found = plan(session, hall, row)
    assert [line.fate for line in found.lines] == [Fate.BAD]
    said = faults(found)
    assert any("第 3 行" in one and fault in one for one in said), said


@pytest.mark.parametrize(
    "cells",
    [
        {"学时": "", "成绩": ""},
        {"学时": 3},
        {"学时": 0.5, "成绩": 40, "结果": "不合格"},
        {"学时": 0.5, "成绩": 40, "结果": ""},
    ],
)
def test_what_does_not_contradict_itself_comes_in(
    session: Session, hall: Cast, cells: dict[str, Any]
) -> None:
    row = [cells.get(name, cell) for name, cell in zip(HEAD, GOOD, strict=True)]
    assert faults(plan(session, hall, row)) == []


def test_both_contradictions_of_a_row_are_told(session: Session, hall: Cast) -> None:
    head = [*HEAD, "满分"]
    said = faults(plan(session, hall, [*GOOD[:4], 1, 92, "合格", 120], head=head))
    assert len(said) == 2 and "成绩 92/120 低于" in " ".join(said) and "学时 1 " in " ".join(said)


def test_whoever_certified_it_outside_had_a_mark_of_their_own(session: Session, hall: Cast) -> None:
    found = plan(session, hall, [*GOOD[:4], 1, 65, "合格", "JS-1"], head=[*HEAD, "证书编号"])
    assert faults(found) == [] and found.lines[0].fit and found.lines[0].fit.passed


@pytest.mark.parametrize(
    ("day", "fault"),
    [
        ("2025.13.01", "“2025.13.01”不是日期，请写成 2026-11-25。"),
        ("", "此项必填。"),
        ("2099-01-01", "2099-01-01 尚未到。"),
    ],
)
def test_a_bad_day_is_told_once_by_the_heading_of_the_list(
    session: Session, hall: Cast, day: str, fault: str
) -> None:
    head = ["员工姓名", "培训项目", "培训日期", "考核结果"]
    good, bad = (["王晓燕", "消防培训", on, "合格"] for on in ("2025.12.01", day))
    found = plan(session, hall, good, bad, head=head)
    assert faults(found) == [f"第 4 行“培训日期”：{fault}"]
    assert [line.fit.on for line in found.lines if line.fit] == [date(2025, 12, 1)]


def test_all_faults_are_told_at_once_and_good_rows_only_on_request(
    session: Session, hall: Cast
) -> None:
    found = given(session, hall, GOOD, ["无此人", "", "烹饪", "2099-01-01", "若干", 300, "还行"])
    told = plan_import(session, hall.officer, found, now=NOW)
    assert len(told.problems) == 6
    with pytest.raises(ListFaulty):
        bring_in(session, hall, found)
    assert results(session) == []
    done = bring_in(session, hall, found, only_good=True)
    assert (done.recorded, done.faulty) == (1, 1)


def test_two_people_with_one_name_are_told_apart_by_their_number(
    session: Session, hall: Cast
) -> None:
    session.get_one(User, hall.other_staff.user_id).name = "王晓燕"
    session.flush()
    row = ["王晓燕", "", "消防安全培训", "2026-03-15", 2, 92, "合格"]
    assert faults(plan(session, hall, row)) == ["第 3 行“工号”：有 2 人名为“王晓燕”，请填写工号。"]
    assert plan(session, hall, GOOD).count(Fate.NEW) == 1


@pytest.mark.parametrize(
    ("score", "outcome", "passed"),
    [
        (80, "", True),
        (79.5, "", False),
        (60, "不合格", False),
        (95, "不合格", False),
        (80, "合格", True),
        ("合格", "", True),
        ("", "优秀", True),
        ("", "补考合格", True),
        ("", "不合格", False),
        ("95分", "", True),
    ],
)
def test_the_result_is_what_was_written_else_the_pass_mark_decides(
    session: Session, hall: Cast, score: Any, outcome: str, passed: bool
) -> None:
    found = plan(session, hall, ["王晓燕", "0001", "消防安全培训", "2026-03-15", 2, score, outcome])
    (line,) = found.lines
    assert line.fit is not None, faults(found)
    assert line.fit.passed is passed


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("中心级", "", "PRE-CENTRE"),
        ("三级安全教育", "", "PRE-WINDOW"),
        ("消防知识培训", "", "FIRE"),
        ("安全培训", "", "REFRESHER"),
        ("", "岗前培训（窗口级）", "PRE-WINDOW"),
        ("", "再培训", "REFRESHER"),
        ("fire safety training", "", "FIRE"),
        ("FIRE", "", "FIRE"),
    ],
)
def test_a_course_is_known_by_the_words_offices_use(
    session: Session, hall: Cast, name: str, kind: str, code: str
) -> None:
    found = plan(
        session, hall, ["王晓燕", "0001", name, kind, "2026-03-15", "合格"],
        head=["姓名", "工号", "培训项目", "类别", "培训时间", "考核结果"],
    )  # fmt: skip
    (line,) = found.lines
    assert line.fit is not None, faults(found)
    assert line.fit.course.code == code


def test_a_certificate_has_its_number_and_its_end(session: Session, hall: Cast) -> None:
    head = ["姓名", "课程", "发证日期", "证书编号", "发证单位", "有效期至"]
    row = ["李敏", "消防设施操作员", "2019-05-06", "JS-1", "省鉴定站", "2027-05-05"]
    session.get_one(User, hall.lead.user_id).joined_on = date(2024, 1, 1)
    session.flush()
    bring_in(session, hall, given(session, hall, row, head=head))
    (one,) = results(session)
    assert (one.source, one.certificate, one.issuer) == (Source.CERTIFICATE, "JS-1", "省鉴定站")
    assert one.valid_until == date(2027, 5, 5)
    bad = plan(session, hall, [*row[:5], "2019-05-05"], head=head)
    assert faults(bad) == ["第 3 行“有效期至”：早于培训日期。"]


def test_long_before_somebody_came_nothing_was_learnt_here(session: Session, hall: Cast) -> None:
    session.get_one(User, hall.staff.user_id).joined_on = TODAY
    session.flush()
    early = (TODAY - timedelta(days=91)).isoformat()
    row = [*GOOD[:3], early, *GOOD[4:]]
    assert faults(plan(session, hall, row)) == [
        f"第 3 行“日期”：王晓燕 {TODAY.isoformat()} 才到岗。"
    ]


def test_ditto_and_lines_of_totals_are_understood(session: Session, hall: Cast) -> None:
    found = plan(
        session, hall, GOOD, ["周航", "0002", "同上", "2026-03-15", "同上", 90, "同上"],
        ["合计", "", "", "", 4, "", ""],
    )  # fmt: skip
    assert [line.fate for line in found.lines] == [Fate.NEW, Fate.NEW]
    assert found.lines[1].fit is not None
    assert found.lines[1].fit.hours == 2


def test_a_table_without_headings_is_refused(session: Session, hall: Cast) -> None:
    with pytest.raises(NoHeadings):
        given(session, hall, ["a", "b"], head=["甲", "乙"])


def test_scans_are_kept_with_every_result_for_those_who_keep_records(
    session: Session, hall: Cast
) -> None:
    paper = scan(session, hall.officer)
    rows = (GOOD, ["周航", "0002", "消防培训", "2026-03-15", 2, 85, ""])
    bring_in(session, hall, given(session, hall, *rows), scan_ids=[paper])
    kept = session.scalars(select(TrainingFile)).all()
    assert {one.purpose for one in kept} == {Purpose.BATCH} and len(kept) == 2
    for actor, sees in (
        (hall.officer, True), (hall.lead, True), (hall.staff, False), (hall.other_lead, False),
        (hall.foreign_manager, False),
    ):  # fmt: skip
        assert may_see_file(session, actor, paper) is sees, actor.name


def test_who_may_import(session: Session, hall: Cast) -> None:
    for actor in (hall.manager, hall.administrator):
        assert given(session, hall, GOOD, by=actor).rows
    for actor in (hall.lead, hall.staff, hall.third_party):
        with pytest.raises(NotAllowed):
            given(session, hall, GOOD, by=actor)


def test_nobody_brings_in_their_own_results(session: Session, hall: Cast) -> None:
    rows = (GOOD, ["刘洋", "", "消防安全培训", "2026-03-15", 2, 92, "合格"])
    found = given(session, hall, *rows)
    (fault,) = plan_import(session, hall.officer, found, now=NOW).problems
    assert fault.row == 4 and fault.column == "姓名"
    bring_in(session, hall, found, only_good=True)
    assert [one.user_id for one in results(session)] == [hall.staff.user_id]
    for other in (hall.manager, hall.administrator):
        assert plan_import(session, other, found, now=NOW).count(Fate.NEW) == 1


def test_what_came_with_the_list_of_people_can_be_taken_over(session: Session, hall: Cast) -> None:
    told = {
        hall.staff: "92", hall.second_staff: "不合格", hall.lead: "", hall.manager: "差不多",
    }  # fmt: skip
    for actor, result in told.items():
        user = session.get_one(User, actor.user_id)
        user.trained_on, user.exam_result = date(2026, 3, 15), result
    session.flush()
    found = from_people(session, hall.officer, course(session, hall, "FIRE").id)
    planned = plan_import(session, hall.officer, found, now=NOW)
    assert planned.count(Fate.BAD) == 1
    bring_in(session, hall, found, only_good=True)
    passed = {one.user_id: (one.passed, one.score) for one in results(session)}
    assert passed == {
        hall.staff.user_id: (True, 92),
        hall.second_staff.user_id: (False, None),
        hall.lead.user_id: (True, None),
    }
    with pytest.raises(NothingToRecord):
        bring_in(session, hall, found, only_good=True)


def test_the_form_can_be_filled_in_and_read_back(session: Session, hall: Cast) -> None:
    for language in ("zh_CN", "en"):
        with use_language(language):
            content = list_form(session, hall.officer, now=NOW)
            file = files.receive(session, hall.officer, content, "form.xlsx", now=NOW)
            assert read_list(session, hall.officer, file.id).rows == ()


def test_faulty_rows_can_be_taken_along_corrected_and_imported(
    session: Session, hall: Cast
) -> None:
    found = given(session, hall, GOOD, ["无此人", "", "消防培训", "2026-03-15", 2, 85, ""])
    content = faulty_rows(session, hall.officer, found, now=NOW)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    assert sheet.max_row == 2
    assert "没有名为“无此人”的人员" in str(sheet.cell(2, 1).value)
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(2, heads.index("姓名") + 1).value = "周航"
    file = files.receive(session, hall.officer, papers.saved(book), "again.xlsx", now=NOW)
    again = plan_import(session, hall.officer, read_list(session, hall.officer, file.id), now=NOW)
    assert again.problems == () and again.count(Fate.NEW) == 1


def test_a_thousand_rows_take_few_statements(session: Session, hall: Cast) -> None:
    rows = [
        ["王晓燕", "0001", "消防安全培训", (date(2024, 1, 1) + timedelta(days=n)).isoformat(), 2,
         90, ""]
        for n in range(1000)
    ]  # fmt: skip
    found = given(session, hall, *rows)
    seen: list[str] = []
    event.listen(
        session.get_bind(), "before_cursor_execute",
        lambda _c, _cursor, statement, *_rest: seen.append(statement),
    )  # fmt: skip
    assert bring_in(session, hall, found).recorded == 1000
    assert len(seen) < 80, max(set(seen), key=seen.count)
    assert session.scalar(select(func.count()).select_from(Result)) == 1000
