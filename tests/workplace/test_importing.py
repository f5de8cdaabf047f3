"""Windows and people from a table: matched, checked as a whole, done once, all or nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.accounts.models import Membership, User
from safety_app.core import files, journal
from safety_app.core.access import Role
from safety_app.core.db import Database
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import use_language
from safety_app.core.intake import Intake, read_tables
from safety_app.core.intake_errors import NoHeadings
from safety_app.features import features
from safety_app.workplace import service as workplace
from safety_app.workplace.errors import ImportFaulty, NothingToImport, TableTwice
from safety_app.workplace.models import Location, Window
from safety_app.workplace.service import Imported
from safety_app.workplace.service.importing.columns import TABLES
from safety_app.workplace.service.importing.known import floor_of
from safety_app.workplace.service.importing.lines import Fate, Plan
from tests.cast import NOW, TODAY, Cast
from tests.core import papers
from tests.workplace import tables
from tests.workplace.tables import PEOPLE_HEAD, WINDOW_HEAD, Rows


@pytest.fixture(autouse=True, scope="module")
def _words() -> None:
    features()


def read(windows: Rows = (), people: Rows = ()) -> dict[str, Intake]:
    return read_tables(tables.book(windows, people), "x.xlsx", TABLES)


def plan(session: Session, hall: Cast, windows: Rows = (), people: Rows = ()) -> Plan:
    return workplace.plan_import(session, hall.administrator, read(windows, people), now=NOW)


def bring_in(
    session: Session, hall: Cast, windows: Rows = (), people: Rows = (), **how: Any
) -> Imported:
    found = read(windows, people)
    return workplace.import_tables(session, hall.administrator, found, now=NOW, **how)


def said(made: Plan) -> list[str]:
    return [one.message() for one in made.problems]


def user(session: Session, **facts: str) -> User:
    return session.scalars(select(User).filter_by(**facts)).one()


def window(session: Session, code: str) -> Window:
    return session.scalars(select(Window).where(Window.code == code, Window.site_id == 1)).one()


B01 = ["B01", "不动产窗口", "自然资源局", "张伟", "李娜", "二楼"]
ZHANG = [
    "张伟",
    "B1001",
    "自然资源局",
    "B01",
    "窗口负责人",
    "首席",
    "2024-03-01",
    "2026-09-01",
    "合格",
]
LI = ["李娜", "B1002", "自然资源局", "B01", "窗口人员"]
GUARD = ["赵保安", "", "诚信物业", "", "保安", "巡逻"]


def test_a_floor_that_is_only_a_number_gets_a_name(session: Session, hall: Cast) -> None:
    bring_in(session, hall, [["B09", "公证窗口", "公证处", "", "", "7"]])
    made = session.scalars(select(Location).where(Location.floor == "7")).one()
    assert (made.name, made.name_en) == ("7楼", "Floor 7")


def test_a_new_hall_comes_in_with_its_leads_and_deputies(session: Session, hall: Cast) -> None:
    done = bring_in(session, hall, [B01], [ZHANG, LI, GUARD])
    assert (done.windows_new, done.people_new, done.left_out) == (1, 3, 0)
    made = window(session, "B01")
    zhang, li = user(session, staff_no="B1001"), user(session, staff_no="B1002")
    assert (made.name, made.agency) == ("不动产窗口", "自然资源局")
    assert (zhang.post, zhang.agency, zhang.exam_result) == ("首席", "自然资源局", "合格")
    assert (zhang.joined_on, zhang.trained_on) == (date(2024, 3, 1), date(2026, 9, 1))
    assert zhang.password_hash is None and zhang.login == "b1001"
    assert accounts.lead_of(session, made.id) == zhang.id
    assert accounts.acting_leads(session, made.id, TODAY) == {zhang.id, li.id}
    deputies = accounts.list_deputies(session, hall.site_id, on=TODAY)
    assert [(one.user_id, one.last) for one in deputies] == [(li.id, None)]
    guard = accounts.get_person(session, hall.site_id, user(session, name="赵保安").id)
    assert guard.roles == {Role.THIRD_PARTY} and user(session, name="赵保安").login == "zhaobaoan"
    place = session.get_one(Location, made.location_id)
    assert (place.name, place.floor, place.is_patrolled) == ("二楼", "二楼", False)
    assert journal.first_break(session) is None


def test_the_same_table_again_changes_nothing(session: Session, hall: Cast) -> None:
    bring_in(session, hall, [B01], [ZHANG, LI, GUARD])
    before = session.scalar(select(func.count(journal.Entry.id)))
    made = plan(session, hall, [B01], [ZHANG, LI, GUARD])
    assert not made.is_needed and not made.problems
    assert made.count("people", Fate.SAME) == 3 and made.count("windows", Fate.SAME) == 1
    with pytest.raises(NothingToImport):
        bring_in(session, hall, [B01], [ZHANG, LI, GUARD])
    assert session.scalar(select(func.count(journal.Entry.id))) == before


def test_what_is_here_is_known_by_number_or_by_name_and_window(
    session: Session, hall: Cast
) -> None:
    rows = [["王晓燕", "A7", "", "A01", "窗口人员", "综合岗"], ["刘洋", "", "", "", "安全员"]]
    made = plan(session, hall, [["a01", "综合窗口"]], rows)
    fates = [*(one.fate for one in made.windows), *(one.fate for one in made.people)]
    assert fates == [Fate.SAME, Fate.CHANGED, Fate.SAME] and not made.problems
    bring_in(session, hall, [["a01", "综合窗口"]], rows)
    wang = session.get_one(User, hall.staff.user_id)
    assert (wang.staff_no, wang.post, wang.login) == ("A7", "综合岗", "wangxy")
    bring_in(session, hall, (), [["王晓燕", "a7", "", "A01", "窗口人员", "导办岗"]])
    assert (wang.name, wang.post) == ("王晓燕", "导办岗")


def test_a_changed_lead_takes_over_and_an_empty_cell_changes_nothing(
    session: Session, hall: Cast
) -> None:
    bring_in(session, hall, [["A03", "税务窗口", "税务局", "吴涛", "孙丽", "1楼"]])
    made = window(session, "A03")
    assert accounts.lead_of(session, hall.a03) == hall.other_staff.user_id
    assert (made.agency, made.location_id) == ("税务局", hall.floor)
    bring_in(session, hall, [["A03", "税务综合窗口"]])
    assert (made.name, made.name_en, made.agency) == ("税务综合窗口", "", "税务局")
    assert accounts.lead_of(session, hall.a03) == hall.other_staff.user_id
    bring_in(session, hall, [["A03", "税务综合窗口", "", "孙丽", "吴涛"]])
    assert accounts.lead_of(session, hall.a03) == hall.other_lead.user_id
    assert accounts.acting_leads(session, hall.a03, TODAY) == {
        hall.other_lead.user_id, hall.other_staff.user_id
    }  # fmt: skip


def test_one_person_with_several_rows_or_windows_is_one_person(
    session: Session, hall: Cast
) -> None:
    rows = [
        ["张伟", "7", "", "A01、A02", "窗口人员"], ["张伟", "7", "", "A03", "窗口人员"],
        ["张伟", "8", "", "A01", "窗口人员"],
    ]  # fmt: skip
    assert bring_in(session, hall, (), rows).people_new == 2
    found = accounts.get_person(session, hall.site_id, user(session, staff_no="7").id)
    assert found.window_ids == {hall.a01, hall.a02, hall.a03}
    assert {user(session, staff_no=one).login for one in "78"} == {"7", "8"}


def test_user_names_are_never_taken_twice(session: Session, hall: Cast) -> None:
    rows = [
        ["王晓燕", "", "", "A03", "窗口人员"], ["管理", "admin", "", "A01", "窗口人员"],
        ["吕布", "", "", "A01", "窗口人员"],
    ]  # fmt: skip
    bring_in(session, hall, (), rows)
    logins = set(session.scalars(select(User.login)))
    assert {"wangxiaoyan", "admin2", "lvbu"} <= logins


def test_everything_that_is_wrong_is_listed_at_once(session: Session, hall: Cast) -> None:
    windows = [
        ["B01", "不动产", "", "无此人"], ["b01", "重号"], ["B02", "公积金", "", "张三", "张三"],
        ["", "没有编号"], ["B03", "医保", "", "同名"],
    ]  # fmt: skip
    people = [
        ["张三", "1", "", "B02", "窗口人员"], ["张四", "1", "", "B02", "窗口人员"],
        ["王五", "2", "", "C99", "窗口人员"], ["赵六", "3", "", "", "窗口人员"],
        ["钱七", "4", "", "", ""], ["孙八", "5", "", "A01", "安全员"],
        ["李敏", "6", "", "A03", "负责人"],
        ["同名", "7", "", "A01", "窗口人员"], ["同名", "8", "", "A01", "窗口人员"],
        ["重名", "", "", "A01", "窗口人员"], ["重名", "", "", "A02", "窗口人员"],
        ["周九", "9", "", "B01", "窗口人员", "", "", "昨天"],
    ]  # fmt: skip
    made = plan(session, hall, windows, people)
    assert said(made) == [
        "第 2 行“负责人”：人员中没有“无此人”。",
        "第 3 行“编号”：窗口 b01 在第 2 行已经出现过。",
        "第 4 行“B角”：B角不能与负责人是同一个人。",
        "第 5 行“编号”：此项必填。",
        "第 6 行“负责人”：有几个人叫同名，请填写工号。",
        "第 2 行“窗口”：窗口 B02 所在的行有错误。",
        "第 3 行“工号”：工号 1 在第 2 行已属于张三。",
        "第 4 行“窗口”：没有编号为 C99 的窗口。",
        "第 5 行“窗口”：该角色须填写窗口。",
        "第 6 行“角色”：此项必填。",
        "第 7 行“窗口”：该角色面向整个大厅，请不要填写窗口。",
        "第 8 行“角色”：窗口 A03 的负责人是孙丽，更换负责人请在窗口表中填写。",
        "第 11 行“姓名”：重名在第 12 行也出现过，请为每一行填写工号。",
        "第 12 行“姓名”：重名在第 11 行也出现过，请为每一行填写工号。",
        "第 13 行“最近培训日期”：“昨天”不是日期，请写成 2026-11-25。",
    ]
    with use_language("en"):
        assert all(
            one.isascii() or "“" in one for one in said(plan(session, hall, windows, people))
        )


def test_good_rows_alone_come_in_only_on_request(session: Session, hall: Cast) -> None:
    windows = [["B01", "不动产", "", "张伟"], ["B02", "公积金", "", "无此人"]]
    people = [ZHANG[:5], ["李娜", "2", "", "B02", "窗口人员"], ["周航", "3", "", "A01", "窗口人员"]]
    with pytest.raises(ImportFaulty):
        bring_in(session, hall, windows, people)
    assert workplace.find_window(session, hall.site_id, "B01") is None
    done = bring_in(session, hall, windows, people, only_good=True)
    assert done == Imported(1, 0, 1, 1, 2)
    assert workplace.find_window(session, hall.site_id, "B02") is None
    assert session.get_one(User, hall.second_staff.user_id).staff_no == "3"


def test_of_two_people_that_look_alike_neither_comes_in(session: Session, hall: Cast) -> None:
    people = [
        ["王五", "", "x", "A03", "窗口人员"], ["王五", "", "x", "A04", "窗口人员"],
        ["周航", "3", "", "A01", "窗口人员"],
    ]  # fmt: skip
    made = plan(session, hall, (), people)
    assert [one.fate for one in made.people] == [Fate.BAD, Fate.BAD, Fate.CHANGED]
    done = bring_in(session, hall, (), people, only_good=True)
    assert (done.people_new, done.people_changed, done.left_out) == (0, 1, 2)
    assert not session.scalars(select(User).where(User.name == "王五")).all()


def test_every_faulty_row_of_the_sheet_is_counted_and_shown(session: Session, hall: Cast) -> None:
    people = [
        ["王五", "", "", "A03", "窗口人员"], ["王五", "", "", "A03", "窗口人员"],
        ["", "", "", "A01", "窗口人员"], ["张伟", "7", "", "A01", "窗口人员"],
        ["张威", "7", "", "A01", "窗口人员"], ["", "7", "", "A01", "窗口人员"],
        ["李娜", "8", "", "A01", "窗口人员"], ["李娜", "8", "", "Z99", "窗口人员"],
        ["", "", "", "A02", "窗口人员"],
    ]  # fmt: skip
    made = plan(session, hall, (), people)
    faulty = [row for one in made.people if one.fate is Fate.BAD for row in one.rows]
    assert sorted(faulty) == [2, 3, 4, 6, 7, 8, 9, 10]
    assert made.left_out == made.rows("people", Fate.BAD) == 8
    assert {one.row for one in made.problems} <= set(faulty)
    with pytest.raises(ImportFaulty) as refused:
        bring_in(session, hall, (), people)
    assert "8" in refused.value.message()
    assert bring_in(session, hall, (), people, only_good=True) == Imported(0, 0, 1, 0, 8)


def test_another_name_under_a_known_number_renames_nobody(session: Session, hall: Cast) -> None:
    wang = session.get_one(User, hall.staff.user_id)
    wang.staff_no = "0020"
    people = [["全新名字", "0020", "", "A01", "窗口人员"], ["李娜", "8", "", "A01", "窗口人员"]]
    made = plan(session, hall, (), people)
    assert said(made) == [
        "第 2 行“姓名”：工号 0020 是王晓燕，表中写的是全新名字；若确需更名，请先在人员页面修改。"
    ]
    [change] = made.people[0].changes
    assert (change.column, change.old, change.new) == ("姓名", "王晓燕", "全新名字")
    done = bring_in(session, hall, (), people, only_good=True)
    assert (done.people_new, done.left_out, wang.name) == (1, 1, "王晓燕")


def test_a_plan_says_what_changes_from_what_to_what(session: Session, hall: Cast) -> None:
    session.get_one(User, hall.staff.user_id).post = "导办岗"
    rows = [["王晓燕", "9", "", "A01、A02", "窗口人员", "综合岗"]]
    made = plan(session, hall, [["A03", "税务综合", "税务局", "吴涛", "", "9楼"]], rows)
    changes = {(one.column, one.old, one.new) for one in made.people[0].changes}
    assert changes == {
        ("岗位", "导办岗", "综合岗"), ("工号", "", "9"), ("角色", "", "A02 窗口人员"),
    }  # fmt: skip
    changes = {(one.column, one.old, one.new) for one in made.windows[0].changes}
    assert changes == {
        ("名称", "税务窗口", "税务综合"), ("进驻单位", "", "税务局"),
        ("负责人", "孙丽", "吴涛"), ("楼层", "", "9楼"),
    }  # fmt: skip


def test_a_newcomer_leads_a_window_that_had_nobody(session: Session, hall: Cast) -> None:
    accounts.revoke_role(session, None, hall.other_lead.user_id, Role.LEAD, hall.a03, now=NOW)
    windows = [["A03", "税务窗口", "", "张伟", "李娜"]]
    people = [["张伟", "7", "", "A03", "窗口人员"], ["李娜", "8", "", "A03", "窗口人员"]]
    bring_in(session, hall, windows, people)
    zhang, li = user(session, staff_no="7").id, user(session, staff_no="8").id
    assert accounts.lead_of(session, hall.a03) == zhang
    assert accounts.acting_leads(session, hall.a03, TODAY) == {zhang, li}


def test_days_that_cannot_be_are_faults(session: Session, hall: Cast) -> None:
    later, far = str(TODAY + timedelta(1)), str(TODAY + timedelta(91))
    people = [
        ["张伟", "7", "", "A01", "窗口人员", "", "", later],
        ["李娜", "8", "", "A01", "窗口人员", "", far],
        ["王五", "9", "", "A01", "窗口人员", "", str(TODAY + timedelta(90)), str(TODAY)],
    ]
    made = plan(session, hall, (), people)
    assert [one.row for one in made.problems] == [2, 3]
    assert [one.codes for one in made.people] == [{"a01"}] * 3
    assert later not in said(made)[0] and str(TODAY) in said(made)[0] and far in said(made)[1]
    assert bring_in(session, hall, (), people, only_good=True).people_new == 1


def test_a_plan_names_who_would_get_a_role_over_the_hall(session: Session, hall: Cast) -> None:
    people = [
        ["张伟", "7", "", "", "管理员"], ["周航", "3", "", "A01", "窗口人员"],
        ["周航", "3", "", "", "中心领导"], ["刘洋", "", "", "", "安全员"],
        ["", "", "", "", "管理员"],
    ]  # fmt: skip
    made = plan(session, hall, (), people)
    assert made.powers == ((Role.ADMINISTRATOR, ["张伟"]), (Role.MANAGER, ["周航"]))
    assert not plan(session, hall, (), [LI]).powers


def test_a_window_out_of_use_and_somebody_who_left_stay_what_they_are(
    session: Session, hall: Cast
) -> None:
    window(session, "A03").is_active = False
    accounts.update_person(session, None, hall.third_party.user_id, staff_no="77", now=NOW)
    accounts.deactivate(session, None, hall.third_party.user_id, NOW)
    made = plan(session, hall, [["A03", "税务"]], [["赵国强", "77", "", "", "物业"]])
    assert said(made) == [
        "第 2 行“编号”：窗口 A03 已停用，请换一个编号。",
        "第 2 行“工号”：工号 77 属于已离开的人员。",
    ]


def test_a_number_that_the_column_of_people_would_part_is_told(
    session: Session, hall: Cast
) -> None:
    faults = said(plan(session, hall, [("Y 1", "一号"), ("Y,2", "二号"), ("Y-3", "三号")]))
    assert len(faults) == 2
    assert "“Y 1”" in faults[0] and "编号" in faults[0] and "“Y,2”" in faults[1]


def test_a_deputy_for_some_days_is_not_overruled(session: Session, hall: Cast) -> None:
    accounts.name_deputy(
        session, None, hall.a01, hall.officer.user_id, first=TODAY, last=TODAY, now=NOW
    )
    made = plan(session, hall, [["A01", "综合窗口", "", "", "周航"]])
    assert len(made.problems) == 1 and "刘洋" in said(made)[0]


def test_only_the_administrator_imports(session: Session, hall: Cast) -> None:
    for actor in (hall.lead, hall.officer, hall.manager, hall.staff):
        with pytest.raises(NotAllowed):
            workplace.import_tables(session, actor, read([B01], [ZHANG]), now=NOW)


def test_headings_of_nobody_are_refused_and_others_only_named(session: Session, hall: Cast) -> None:
    with pytest.raises(NoHeadings):
        read_tables(papers.book(("x", [["部门", "电话"], ["a", "b"]])), "x", TABLES)
    content = papers.book(("x", [[*PEOPLE_HEAD, "身高"], [*LI[:3], "A01", "窗口人员"]]))
    found = read_tables(content, "x", TABLES)
    made = workplace.plan_import(session, hall.administrator, found, now=NOW)
    assert made.unknown == ("身高",) and not made.problems


def test_two_files_are_one_import_and_the_same_sheet_twice_is_refused(
    database: Database, hall: Cast
) -> None:
    both = [
        papers.book(("窗口", [WINDOW_HEAD, B01])),
        "\n".join(",".join(row) for row in (PEOPLE_HEAD[:5], ZHANG[:5], LI)).encode("gbk"),
    ]
    with database.transaction() as session:
        admin = hall.administrator
        ids = [files.receive(session, admin, one, "t", now=NOW).id for one in both]
        found = workplace.read_import(session, admin, ids)
        assert workplace.import_tables(session, admin, found, now=NOW).people_new == 2
        again = files.receive(session, admin, both[0], "t", now=NOW).id
        with pytest.raises(TableTwice):
            workplace.read_import(session, admin, [*ids, again])


def test_a_thousand_people_come_in_with_progress(session: Session, hall: Cast) -> None:
    shares: list[float] = []
    done = bring_in(session, hall, *tables.hall(50, 1000), progress=shares.append)
    assert (done.windows_new, done.people_new) == (50, 1000)
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) > 20
    members = session.scalar(select(func.count(Membership.id)).where(Membership.role == Role.LEAD))
    assert members == 53
    assert journal.first_break(session) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("一楼", "1F"),
        ("1", "第一层"),
        ("首层", "1楼"),
        ("负一楼", "B1"),
        ("地下1层", "-1"),
        ("３楼", "３楼"),
    ],
)
def test_floors_are_the_same_however_they_are_written(one: str, other: str) -> None:
    assert floor_of(one) == floor_of(other)
