"""People as the administrator, a lead and others see them, in both languages."""

import pytest
from streamlit.testing.v1 import AppTest

from safety_app.accounts import service
from safety_app.accounts.models import User
from safety_app.core import clock
from safety_app.core.access import Actor, Role
from safety_app.core.db import Database, reading, transaction
from tests.accounts.people import give_secrets
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.screens import open_page, text_of

pytestmark = sqlite_only
BROKEN = ("暂时无法显示", "This cannot be shown right now")


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def people(actor: Actor, language: str = "zh_CN", **query: str) -> AppTest:
    """The page at an address."""
    opened = open_page(actor, "people", language=language, **query)
    assert not opened.exception
    return opened


def said(page: AppTest) -> str:
    """All words of the page."""
    return "\n".join(text_of(page))


def user_of(user_id: int) -> User:
    """The person as the database has them."""
    with reading() as session:
        return session.get_one(User, user_id)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("role", ["lead", "officer", "manager", "administrator"])
def test_every_view_opens_for_each_role(
    database: Database, hall: Cast, role: str, language: str
) -> None:
    actor, staff = hall.everyone()[role], str(hall.staff.user_id)
    for query in ({}, {"id": staff}, {"do": "slips"}, {"do": "deputies"}, {"id": "new"},
                  {"id": staff, "do": "edit"}, {"id": staff, "do": "leave"},
                  {"id": staff, "do": "slips"}, {"id": "999999"}, {"id": "x"}):  # fmt: skip
        words = said(people(actor, language, **query))
        assert not any(broken in words for broken in BROKEN), (query, words)


def test_a_lead_sees_the_own_people_and_no_way_to_add(database: Database, hall: Cast) -> None:
    words = said(people(hall.lead))
    assert "王晓燕" in words and "吴涛" not in words
    links = words.partition("在岗 3 人")[2].partition("本页说明")[0]
    assert "添加人员" not in links and "打印登录条" in links and "代理负责人" in links
    assert "没有这条记录" in said(people(hall.lead, id=str(hall.other_staff.user_id)))


def test_staff_do_not_open_the_page(database: Database, hall: Cast) -> None:
    assert "王晓燕" not in said(people(hall.second_staff))


def test_the_list_is_searched_and_filtered(database: Database, hall: Cast) -> None:
    page = people(hall.administrator)
    page.text_input(key="people.text").set_value("wuTAO").run()
    assert "吴涛" in said(page) and "王晓燕" not in said(page)
    page.text_input(key="people.text").set_value("").run()
    page.selectbox(key="people.role").set_value("officer").run()
    assert "刘洋" in said(page) and "吴涛" not in said(page)
    page.text_input(key="people.text").set_value("没有这个人").run()
    assert "没有符合条件的人员" in said(page)


def test_a_person_is_added_with_a_proposed_user_name(database: Database, hall: Cast) -> None:
    page = people(hall.administrator, id="new")
    page.text_input(key="person.new.name").set_value("李敏")
    page.text_input(key="person.new.staff_no").set_value("B031")
    page.text_input(key="person.new.joined").set_value("2026年3月1日")
    page.multiselect(key="person.new.staff").set_value([hall.a02])
    page.button(key="big_person.new").click().run()
    with reading() as session:
        added = service.find_by_staff_no(session, hall.site_id, "b031")
        assert added is not None
        person = service.get_person(session, hall.site_id, added)
    assert user_of(added).login == "limin2"
    assert str(user_of(added).joined_on) == "2026-03-01"
    assert person.window_ids == {hall.a02} and person.roles == {Role.STAFF}


def test_who_leads_a_window_is_named_and_nothing_is_half_saved(
    database: Database, hall: Cast
) -> None:
    page = people(hall.administrator, id="new")
    page.text_input(key="person.new.name").set_value("钱多")
    page.multiselect(key="person.new.leads").set_value([hall.a01])
    page.button(key="big_person.new").click().run()
    assert "该窗口已由李敏负责" in said(page)
    with reading() as session:
        assert "钱多" not in [one.name for one in service.list_people(session, hall.site_id)]


def test_a_day_that_is_none_is_refused(database: Database, hall: Cast) -> None:
    staff = hall.staff.user_id
    page = people(hall.administrator, id=str(staff), do="edit")
    page.text_input(key=f"person.{staff}.joined").set_value("2026-02-30")
    page.button(key=f"big_person.{staff}").click().run()
    assert "到岗日期" in said(page) and "2026-02-30" in said(page)
    assert user_of(staff).joined_on is None


def test_the_slips_page_offers_whom_one_may_reset(database: Database, hall: Cast) -> None:
    with transaction() as session:
        give_secrets(session, "wangxy")
    words = said(people(hall.lead, do="slips"))
    assert "周航" in words and "王晓燕" not in words and "吴涛" not in words
    page = people(hall.lead, do="slips")
    page.segmented_control(key="slips.which").set_value("all").run()
    assert "王晓燕" in said(page) and "李敏" not in said(page).partition("打印登录条")[2]
    assert "其中 1 人已设置密码" in said(page)


def test_a_deputy_is_named_and_ended_on_the_page(database: Database, hall: Cast) -> None:
    page = people(hall.lead, do="deputies")
    page.selectbox(key="deputy.window").set_value(hall.a01)
    page.button(key="big_deputy").click().run()
    assert "请选择人员" in said(page)
    page.selectbox(key="deputy.who").set_value(hall.staff.user_id)
    page.checkbox(key="deputy.endless").check()
    page.button(key="big_deputy").click().run()
    with reading() as session:
        [stand] = service.list_deputies(session, hall.site_id, on=TODAY)
        assert service.acting_leads(session, hall.a01, TODAY) == {
            hall.lead.user_id,
            hall.staff.user_id,
        }
    assert stand.last is None and "王晓燕" in said(page)
    page.button(key=f"deputy.end.{stand.id}").click().run()
    with reading() as session:
        assert service.list_deputies(session, hall.site_id, on=TODAY) == []


def test_a_lead_leaves_after_handing_over(database: Database, hall: Cast) -> None:
    lead = hall.lead.user_id
    page = people(hall.administrator, id=str(lead), do="leave")
    assert "还有 2 项须先移交" in said(page) and "停用账户" not in said(page)
    page.button(key="big_hand_over").click().run()
    assert "请选择接收人" in said(page)
    page.selectbox(key=f"leaving.all.{lead}").set_value(hall.other_lead.user_id).run()
    page.button(key="big_hand_over").click().run()
    assert "没有待移交的事项" in said(page)
    page.button(key="big_leave").click().run()
    assert user_of(lead).left_on == TODAY
    words = said(people(hall.administrator, id=str(lead)))
    assert "离岗" in words and "工作交接单" in words


def test_names_are_erased_by_typing_them(database: Database, hall: Cast) -> None:
    staff = hall.staff.user_id
    with transaction() as session:
        service.leave(session, hall.administrator, staff, on=TODAY, now=NOW)
    page = people(hall.administrator, id=str(staff))
    page.text_input[0].set_value("王小燕")
    page.button[-1].click().run()
    assert user_of(staff).erased_at is None and "请按上方所示准确输入姓名" in said(page)
    page.text_input[0].set_value("王晓燕")
    page.button[-1].click().run()
    assert user_of(staff).name == f"已注销人员 {staff:04}"
    assert "王晓燕" not in said(people(hall.administrator, id=str(staff)))
