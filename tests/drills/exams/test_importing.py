"""Questions from a table: understood as offices write them, every fault told, twice-safe."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest
from sqlalchemy.orm import Session

from drills.exams import bank
from drills.exams.errors import TableFaulty
from drills.exams.models import Kind, Question
from drills.exams.service import importing, questions, tables
from drills.exams.service.importing import Fate, Imported, Plan
from safety_app.core import files
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import use_language
from safety_app.core.intake_errors import NoHeadings
from safety_app.core.settings import settings
from tests.cast import NOW, Cast
from tests.core import papers
from tests.drills.exams.cases import add_question

HEAD: Final = ("题目", "题型", "选项A", "选项B", "选项C", "选项D", "答案", "知识点", "分值", "解析")
GOOD: Final = (
    ("汛期巡查看哪里？", "单选题", "配电间", "食堂", "车棚", "", "a", "防汛", "3分", "易进水"),
    ("哪些属于应急物资？", "多选", "沙袋", "手电", "零食", "雨衣", "A、B，D", "防汛", "", ""),
    ("沙袋应当提前备好。", "判断题", "", "", "", "", "√", "防汛", "", ""),
    ("雨停后可以立即送电。", "判断", "正确", "错误", "", "", "错", "防汛", "", ""),
)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Files that are handed in go to a folder of the test."""
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()


def hand_in(session: Session, hall: Cast, *rows: Sequence[Any], head: Sequence[str] = HEAD) -> int:
    """The id of a table with these rows."""
    content = papers.book(("题库", [head, *rows]))
    return files.receive(session, hall.officer, content, "题库.xlsx", now=NOW).id


def plan(session: Session, hall: Cast, *rows: Sequence[Any]) -> Plan:
    """What these rows would make."""
    return importing.plan_import(session, hall.officer, hand_in(session, hall, *rows))


def told(found: Plan) -> list[tuple[int | None, str, str]]:
    """Each fault with its place."""
    return [(one.row, one.column, one.text) for one in found.problems]


def test_a_table_is_understood_as_offices_write_it(session: Session, hall: Cast) -> None:
    file_id = hand_in(
        session, hall, ("示例：怎么填？", "单选", "甲", "乙", "", "", "A", "防汛"), *GOOD
    )
    found = importing.plan_import(session, hall.officer, file_id)
    assert (told(found), found.count(Fate.NEW)) == ([], 4)
    done = importing.import_questions(session, hall.officer, file_id, only_good=False, now=NOW)
    assert done == Imported(added=4, changed=0, left_out=0)
    bank = {one.text: one for one in questions.bank_of(session, hall.site_id)}
    single, several, yes, no = (bank[row[0]] for row in GOOD)
    assert (single.kind, single.right, single.points) == (Kind.SINGLE, "A", 3)
    assert [pair[0] for pair in single.options] == ["配电间", "食堂", "车棚"]
    assert (several.right, several.points) == ("ABD", 4)
    assert (yes.kind, yes.right, no.right) == (Kind.TRUE_FALSE, "A", "B")
    assert single.topic == "防汛" and single.explanation == "易进水"


def test_importing_twice_adds_nothing(session: Session, hall: Cast) -> None:
    for expected in (4, 0):
        file_id = hand_in(session, hall, *GOOD)
        done = importing.import_questions(session, hall.officer, file_id, only_good=False, now=NOW)
        assert (done.added, done.changed, done.left_out) == (expected, 0, 0)
    found = plan(session, hall, *GOOD)
    assert found.count(Fate.SAME) == 4 and not found.is_needed


FAULTY: Final = (
    (("没有答案的题", "单选", "甲", "乙", "", "", "", "防汛"), "答案", "没有正确答案"),
    (("两个答案的题", "单选", "甲", "乙", "", "", "AB", "防汛"), "答案", "只能有 1 个"),
    (("一个答案的题", "多选", "甲", "乙", "", "", "A", "防汛"), "答案", "至少有 2 个"),
    (("答案不在选项里", "单选", "甲", "乙", "", "", "D", "防汛"), "答案", "不在选项"),
    (("答案看不懂", "单选", "甲", "乙", "", "", "甲", "防汛"), "答案", "不是答案"),
    (("判断看不懂", "判断", "", "", "", "", "也许", "防汛"), "答案", "不是答案"),
    (("选项太少", "单选", "甲", "", "", "", "A", "防汛"), "选项A", "至少要有 2 个"),
    (("中间空着", "单选", "甲", "", "丙", "", "A", "防汛"), "选项A", "选项 B 为空"),
    (("选项重复", "单选", "甲", "甲。", "", "", "A", "防汛"), "选项A", "内容相同"),
    (("分值不对", "单选", "甲", "乙", "", "", "A", "防汛", "很多"), "分值", "1 至 20"),
    (("题型不对", "填空", "甲", "乙", "", "", "A", "防汛"), "题型", "填空"),
    (("", "单选", "甲", "乙", "", "", "A", "防汛"), "题目", "必填"),
)


@pytest.mark.parametrize(
    ("row", "column", "words"), FAULTY, ids=[one[0][0] or "空" for one in FAULTY]
)
def test_a_fault_is_told_with_its_row_and_column(
    session: Session, hall: Cast, row: Sequence[Any], column: str, words: str
) -> None:
    found = plan(session, hall, GOOD[0], row)
    assert [(one[0], one[1]) for one in told(found)] == [(3, column)], told(found)
    assert words in told(found)[0][2]
    assert (found.count(Fate.NEW), found.count(Fate.BAD)) == (1, 1)


def test_all_faults_are_told_at_once(session: Session, hall: Cast) -> None:
    found = plan(session, hall, *(row for row, _column, _words in FAULTY))
    assert {one[0] for one in told(found)} == set(range(2, 2 + len(FAULTY)))
    several = plan(session, hall, ("一身是错", "单选", "甲", "", "", "", "AB", "", "0"))
    assert {one[1] for one in told(several)} == {"答案", "选项A", "分值"}


def test_with_faults_nothing_is_imported_unless_the_good_rows_are_asked_for(
    session: Session, hall: Cast
) -> None:
    file_id = hand_in(session, hall, FAULTY[0][0], *GOOD)
    with pytest.raises(TableFaulty):
        importing.import_questions(session, hall.officer, file_id, only_good=False, now=NOW)
    assert not [one for one in questions.bank_of(session, hall.site_id) if one.topic == "防汛"]
    done = importing.import_questions(session, hall.officer, file_id, only_good=True, now=NOW)
    assert (done.added, done.left_out) == (4, 1)


def test_the_same_question_twice_in_a_table_or_otherwise_in_the_bank_is_a_fault(
    session: Session, hall: Cast
) -> None:
    add_question(session, hall, text="哪些属于应急物资？")
    again = (GOOD[0][0] + "　", *GOOD[0][1:])
    found = plan(session, hall, GOOD[0], again, GOOD[1])
    assert told(found) == [
        (3, "题目", "与第 2 行的题目相同。"),
        (4, "题目", "题库中已有这道题（T0001）。"),
    ]


def test_a_table_without_these_headings_is_refused(session: Session, hall: Cast) -> None:
    content = papers.book(("名单", [("姓名", "工号"), ("张三", "1")]))
    file = files.receive(session, hall.officer, content, "名单.xlsx", now=NOW)
    with pytest.raises(NoHeadings) as found:
        importing.plan_import(session, hall.officer, file.id)
    wanted = "题目、题型、选项A、选项B、选项C、选项D、答案、知识点、分值、解析、依据"
    assert wanted in found.value.message()


def test_without_a_topic_a_question_is_of_the_general_one_or_stays_with_its_own(
    session: Session, hall: Cast
) -> None:
    head = ("题目", "题型", "选项A", "选项B", "答案")
    rows = [("值班电话贴在哪里？", "单选", "值班室", "家里", "A")]
    file_id = hand_in(session, hall, *rows, head=head)
    importing.import_questions(session, hall.officer, file_id, only_good=False, now=NOW)
    kept = {one.text: one for one in questions.bank_of(session, hall.site_id)}
    assert kept["值班电话贴在哪里？"].topic == bank.GENERAL
    assert questions.topics_in_use(list(kept.values()))[bank.GENERAL] == "综合"
    known = add_question(session, hall, explanation="", text="巡查记录要保存多久？")
    again = ("巡查记录要保存多久？", "单选", "系统里", "废纸上", "A")
    changed = ("窗口的安全巡查记录怎样保存？", "单选", "系统里", "废纸上", "A", known.code)
    file_id = hand_in(session, hall, (*again, ""), changed, head=(*head, "编号"))
    found = importing.plan_import(session, hall.officer, file_id)
    assert [one.facts and one.facts.topic for one in found.lines] == ["patrol", "patrol"]


def test_only_who_keeps_the_bank_imports(session: Session, hall: Cast) -> None:
    file_id = hand_in(session, hall, *GOOD)
    for who in (hall.staff, hall.lead, hall.manager):
        with pytest.raises(NotAllowed):
            importing.plan_import(session, who, file_id)
        with pytest.raises(NotAllowed):
            tables.bank_xlsx(session, who, now=NOW)
        with pytest.raises(NotAllowed):
            tables.form_xlsx(who, now=NOW)


def receive(session: Session, hall: Cast, content: bytes) -> int:
    """The id of a workbook that was handed in."""
    return files.receive(session, hall.officer, content, "题库.xlsx", now=NOW).id


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_bank_as_excel_is_the_same_when_it_comes_back(
    session: Session, hall: Cast, language: str
) -> None:
    add_question(session, hall)
    with use_language(language):
        content = tables.bank_xlsx(session, hall.officer, now=NOW)
        found = importing.plan_import(session, hall.officer, receive(session, hall, content))
    assert told(found) == []
    assert (
        found.count(Fate.SAME) == len(found.lines) == len(questions.bank_of(session, hall.site_id))
    )


def test_a_question_is_changed_by_its_code_and_keeps_what_the_table_leaves_out(
    session: Session, hall: Cast
) -> None:
    own = add_question(session, hall, text_en="Where are records kept?")
    questions.mark_used(session, [own.id], NOW)
    head = (*HEAD, "编号")
    row = (own.text, "单选", "系统里", "废纸上", "", "", "B", "安全巡查", "", "", own.code.lower())
    file_id = hand_in(session, hall, row, head=head)
    done = importing.import_questions(session, hall.officer, file_id, only_good=False, now=NOW)
    assert (done.added, done.changed) == (0, 1)
    new = next(one for one in questions.bank_of(session, hall.site_id) if one.code == own.code)
    assert (new.version, new.right, new.text_en) == (2, "B", "Where are records kept?")
    assert new.options == [["系统里", "In the system"], ["废纸上", "On scrap paper"]]
    session.expire_all()
    assert session.get_one(Question, own.id).right == "A"
    unknown = (*row[:-1], "T9999")
    found = importing.plan_import(session, hall.officer, hand_in(session, hall, unknown, head=head))
    assert "编号" in {one[1] for one in told(found)}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_form_can_be_handed_in_as_it_is_and_holds_nothing_yet(
    session: Session, hall: Cast, language: str
) -> None:
    with use_language(language):
        content = tables.form_xlsx(hall.officer, now=NOW)
        found = importing.plan_import(session, hall.officer, receive(session, hall, content))
    assert (told(found), found.lines) == ([], ())


def test_the_faulty_rows_are_handed_back_with_what_is_wrong(session: Session, hall: Cast) -> None:
    file_id = hand_in(session, hall, GOOD[0], FAULTY[0][0], FAULTY[6][0])
    content = tables.faults_xlsx(session, hall.officer, file_id, now=NOW)
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("问题", "行", "题目", "题型")
    assert [(row[1], row[2], row[3]) for row in rows[1:]] == [
        (3, "没有答案的题", "单项选择"), (4, "选项太少", "单项选择"),
    ]  # fmt: skip
    assert "没有正确答案" in str(rows[1][0])
