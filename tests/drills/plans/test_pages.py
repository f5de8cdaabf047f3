"""The pages of plans and rules: from the proposal to who has read it, in both languages."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from drills.plans.content import Card, Words
from drills.plans.models import Document, DraftStatus, Filing, Reading, Section, Version
from drills.plans.service import approve, request_revision, revise, save_section
from drills.plans.service.drafting import draft_of
from safety_app.accounts import service as accounts
from safety_app.accounts.models import User
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database, reading, transaction
from safety_app.core.settings import settings
from safety_app.workplace import service as workplace
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.drills.plans.documents import make_draft, make_plan, next_version, put_in_force
from tests.screens import open_page, text_of

pytestmark = sqlite_only
PLANS = "emergency-plans"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()


def said(page: AppTest) -> str:
    """All words of a page."""
    assert not page.exception, page.exception
    return "\n".join(text_of(page))


def the_document() -> Document:
    """The one document there is."""
    with reading() as session:
        return session.scalars(select(Document)).one()


def press(page: AppTest, label: str) -> AppTest:
    """Press the button with this label."""
    button = next(one for one in page.button if one.label == label)
    return button.click().run()


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("zh_CN", ("还没有应急预案", "从范本开始", "火灾现场处置方案", "综合应急预案")),
        ("en", ("No emergency plan yet", "Begin with a proposal", "On-site plan: fire")),
    ],
)
def test_an_empty_hall_is_offered_the_proposals(
    database: Database, hall: Cast, language: str, wanted: tuple[str, ...]
) -> None:
    text = said(open_page(hall.officer, PLANS, language=language))
    for part in wanted:
        assert part in text, part
    assert "火灾现场处置方案" not in said(open_page(hall.staff, PLANS))


def test_a_proposal_becomes_a_draft_with_one_tap(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, PLANS)
    page.button(key="plans.begin_fire").click().run()
    assert the_document().draft_status == DraftStatus.DRAFTING
    assert "草稿：火灾现场处置方案" in said(page)


def test_an_own_plan_needs_a_title(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, PLANS, do="new")
    page = press(page, "开始起草")
    assert "请填写“名称”" in said(page).replace("标题", "名称")
    page.text_input(key="plans.title").input("燃气泄漏")
    press(page, "开始起草")
    assert the_document().title == "燃气泄漏"


def test_a_section_is_saved_by_itself(database: Database, hall: Cast) -> None:
    with transaction() as session:
        plan = make_draft(session, hall).id
    page = open_page(hall.officer, PLANS, plan=str(plan), do="edit", section="card")
    (area,) = page.text_area
    area.input("喊：着火了\n报：119")
    page = press(page, "保存本部分")
    assert "“应急处置卡”已保存" in said(page)
    with reading() as session:
        content, _sections = draft_of(session, plan)
    assert content.card.lines.zh == "喊：着火了\n报：119"
    assert content.card.lines.en.startswith("Shout"), "the other language stays"


def test_the_slower_of_two_editors_is_told_and_nothing_is_overwritten(
    database: Database, hall: Cast
) -> None:
    with transaction() as session:
        plan = make_draft(session, hall).id
    page = open_page(hall.officer, PLANS, plan=str(plan), do="edit", section="card")
    with transaction() as session:
        version = draft_of(session, plan)[1][Section.CARD].row_version
        card = Card(lines=Words(zh="先到的"))
        save_section(session, hall.manager, plan, card, row_version=version, now=NOW)
    page.text_area[0].input("后到的")
    page = press(page, "保存本部分")
    assert "陈静 刚刚保存了“应急处置卡”" in said(page)
    assert page.text_area[0].value == "后到的", "what was typed can still be copied"
    with reading() as session:
        assert draft_of(session, plan)[0].card.lines.zh == "先到的"
    page = press(page, "重新打开该部分")
    assert page.text_area[0].value == "先到的"
    page.text_area[0].input("先到的\n后到的")
    press(page, "保存本部分")
    with reading() as session:
        assert draft_of(session, plan)[0].card.lines.zh == "先到的\n后到的"


def test_every_section_of_a_draft_opens_in_both_languages(database: Database, hall: Cast) -> None:
    with transaction() as session:
        plan, rules = make_draft(session, hall).id, make_draft(session, hall, "staff_rules").id
    for language in ("zh_CN", "en"):
        for section in Section:
            where = ("hall-rules", rules) if section is Section.RULES else (PLANS, plan)
            page = open_page(
                hall.officer, where[0], language=language, plan=str(where[1]), do="edit",
                section=section,
            )  # fmt: skip
            assert not page.exception and page.get("form"), (section, page.exception)


def test_people_are_chosen_from_the_directory(database: Database, hall: Cast) -> None:
    with transaction() as session:
        plan = make_draft(session, hall, lead_id=None).id
    page = open_page(hall.officer, PLANS, plan=str(plan), do="edit", section="organisation")
    assert "没有组长" in said(page)
    lead = next(one for one in page.selectbox if one.label == "组长（必填）")
    lead.select(hall.other_lead.user_id)
    press(page, "保存本部分")
    with reading() as session:
        groups = draft_of(session, plan)[0].organisation.groups
    assert groups[0].lead_id == hall.other_lead.user_id and groups[1].lead_id is None


def test_a_manager_approves_what_is_complete_and_publishes_after_a_question(
    database: Database, hall: Cast
) -> None:
    with transaction() as session:
        plan = make_draft(session, hall).id
    assert "草稿待批准" in said(open_page(hall.manager))
    page = open_page(hall.manager, PLANS, plan=str(plan))
    page = press(page, "批准草稿")
    assert the_document().draft_status == DraftStatus.APPROVED
    page = open_page(hall.manager, PLANS, plan=str(plan), do="publish")
    assert "将“火灾现场处置方案”发布为第 1 版？" in said(page)
    page = press(page, "发布")
    with reading() as session:
        assert session.scalars(select(Version.version)).all() == [1]
    assert "现行 第 1 版" in said(page)


def test_what_was_changed_since_it_was_read_is_not_approved(database: Database, hall: Cast) -> None:
    with transaction() as session:
        plan = make_draft(session, hall).id
    page = open_page(hall.manager, PLANS, plan=str(plan))
    with transaction() as session:
        card = Card(lines=Words(zh="刚改的"))
        save_section(session, hall.officer, plan, card, row_version=None, now=NOW)
    page = press(page, "批准草稿")
    assert "刚刚有改动" in said(page) and "刚改的" in said(page)
    assert the_document().draft_status == DraftStatus.DRAFTING
    press(page, "批准草稿")
    assert the_document().draft_status == DraftStatus.APPROVED


def test_publishing_somebody_who_left_is_refused_by_name(database: Database, hall: Cast) -> None:
    with transaction() as session:
        plan = make_draft(session, hall).id
        approve(session, hall.manager, plan, row_version=None, now=NOW)
        session.get_one(User, hall.staff.user_id).is_active = False
    page = open_page(hall.manager, PLANS, plan=str(plan), do="publish")
    assert "王晓燕已离岗，请换人" in said(page)
    page = press(page, "发布")
    assert "王晓燕已离岗，但仍列在预案中" in said(page)
    with reading() as session:
        assert session.scalars(select(Version)).all() == []


def test_the_officer_sees_no_button_of_the_manager(database: Database, hall: Cast) -> None:
    with transaction() as session:
        plan = make_draft(session, hall).id
        approve(session, hall.manager, plan, row_version=None, now=NOW)
    page = open_page(hall.officer, PLANS, plan=str(plan), do="publish")
    assert "发布为第" not in said(page)


def test_what_is_not_published_is_not_shown_to_staff(database: Database, hall: Cast) -> None:
    with transaction() as session:
        plan = make_draft(session, hall).id
    assert "火灾现场处置方案" not in said(open_page(hall.staff, PLANS))
    assert "没有找到" in said(open_page(hall.staff, PLANS, plan=str(plan)))


@pytest.mark.parametrize(
    ("language", "tile", "button", "done"),
    [
        ("zh_CN", "待阅读 1 项预案、制度", "我已阅读", "您已于"),
        ("en", "1 plan or rule to read", "I have read it", "You confirmed on"),
    ],
)
def test_today_reminds_until_it_is_read(
    database: Database, hall: Cast, language: str, tile: str, button: str, done: str
) -> None:
    with transaction() as session:
        plan = make_plan(session, hall).id
    assert tile in said(open_page(hall.staff, language=language))
    page = press(open_page(hall.staff, PLANS, language=language, plan=str(plan)), button)
    assert done in said(page)
    assert tile not in said(open_page(hall.staff, language=language))


def test_on_a_shared_tablet_only_the_own_six_digits_confirm(database: Database, hall: Cast) -> None:
    with transaction() as session:
        plan = make_plan(session, hall).id
        accounts.set_pin(session, None, hall.staff.user_id, pin="482916", now=NOW)
    on_tablet = replace(hall.staff, device_id=_tablet(hall))
    page = open_page(on_tablet, PLANS, plan=str(plan))
    for nothing_yet in ("", "", "", "", "48291"):
        page.text_input(key="plans.pin").input(nothing_yet)
        page = press(page, "我已阅读")
        assert "请输入 6 位数字密码" in said(page)
    page.text_input(key="plans.pin").input("111222")
    page = press(page, "我已阅读")
    assert "还可试 4 次" in said(page)
    with reading() as session:
        assert session.scalars(select(Reading)).all() == []
    page.text_input(key="plans.pin").input("482916")
    press(page, "我已阅读")
    with reading() as session:
        (row,) = session.scalars(select(Reading)).all()
    assert row.user_id == hall.staff.user_id and row.by_code


def _tablet(hall: Cast) -> int:
    with transaction() as session:
        device, _token = accounts.enrol_device(
            session, None, site_id=hall.site_id, name="平板", window_ids=[hall.a01], now=NOW
        )
        return device.id


def readers_of(actor: Actor, plan: int) -> str:
    """What this person sees of who has read it."""
    return said(open_page(actor, PLANS, plan=str(plan), view="readers"))


def test_who_has_not_read_it_is_listed_for_leads_and_above(database: Database, hall: Cast) -> None:
    with transaction() as session:
        plan = make_plan(session, hall).id
    assert "8 人还没有阅读" in readers_of(hall.lead, plan)
    assert "8 人还没有阅读" not in readers_of(hall.staff, plan)


def test_the_life_of_a_plan_shows_versions_differences_tasks_and_filing(
    database: Database, hall: Cast
) -> None:
    with transaction() as session:
        document = make_plan(session, hall)
        request_revision(
            session, hall.officer, document.id, why="出口改道", source="x",
            owner_id=hall.officer.user_id, due_on=TODAY + timedelta(days=9), now=NOW,
        )  # fmt: skip
        next_version(session, hall, document, days=0, because="增设警戒")
        plan = document.id
    text = said(open_page(hall.manager, PLANS, plan=str(plan), view="life"))
    for part in ("出口改道", "还剩 9 天", "本单位无备案要求", "第 2 版", "增设警戒", "增设组0",
                 "第 2 版发布", "2029年11月23日"):  # fmt: skip
        assert part in text, part
    assert "修订“火灾现场处置方案”" in said(open_page(hall.officer)), "on the owner's tasks"


def test_the_form_of_a_filing_says_which_version_it_is_of(database: Database, hall: Cast) -> None:
    with transaction() as session:
        document = make_plan(session, hall)
        first = document.current_id
        next_version(session, hall, document, days=0, effective_on=TODAY + timedelta(days=60))
        plan, rules = document.id, make_plan(session, hall, "staff_rules").id
    page = open_page(hall.officer, PLANS, plan=str(plan), do="file")
    assert "第 1 版，2026年11月23日起施行" in said(page)
    page.text_input(key="plans.authority").input("应急管理局")
    press(page, "登记备案")
    with reading() as session:
        (row,) = session.scalars(select(Filing)).all()
    assert row.version_id == first
    assert "备案" not in said(open_page(hall.officer, "hall-rules", plan=str(rules), do="file"))


def test_a_plan_that_names_who_left_stands_first_and_says_so(
    database: Database, hall: Cast
) -> None:
    with transaction() as session:
        make_plan(session, hall)
        make_plan(
            session, hall, "outage", lead_id=hall.lead.user_id,
            member_ids=(hall.other_staff.user_id,),
        )  # fmt: skip
        session.get_one(User, hall.other_staff.user_id).is_active = False
    text = said(open_page(hall.staff, PLANS))
    assert text.index("停电和系统故障现场处置方案") < text.index("火灾现场处置方案")
    assert "吴涛已离岗，请修订预案并换人" in text and "须立即修订" in text


def test_a_step_that_is_not_for_now_leads_back_to_the_plan(database: Database, hall: Cast) -> None:
    with transaction() as session:
        document = make_plan(session, hall)
        plan = document.id
    for do in ("publish", "back", "discard", "edit", "nonsense"):
        page = open_page(hall.manager, PLANS, plan=str(plan), do=do)
        assert "适用范围和风险" in said(page), do
    with transaction() as session:
        revise(session, hall.officer, plan, now=NOW)
    assert "删除草稿？" in said(open_page(hall.manager, PLANS, plan=str(plan), do="discard"))


def test_rules_live_on_a_page_of_their_own(database: Database, hall: Cast) -> None:
    with transaction() as session:
        document = make_draft(session, hall, "staff_rules")
        put_in_force(session, hall, document)
    text = said(open_page(hall.staff, "hall-rules", plan=str(document.id)))
    assert "一、目的" in text and "请阅读并确认" in text and "备案" not in text
    assert "窗口服务安全生产管理制度" in said(open_page(hall.staff, "hall-rules"))
    english = open_page(hall.staff, "hall-rules", language="en", plan=str(document.id))
    assert "1. Purpose" in said(english)


def test_which_plans_were_in_force_on_a_day(database: Database, hall: Cast) -> None:
    with transaction() as session:
        workplace.site(session, hall.site_id).counts_from = date(2026, 1, 1)
        make_plan(session, hall)
    page = open_page(hall.manager, PLANS)
    assert "当日有效" in said(page)
    page.date_input(key="plans.day").set_value(TODAY - timedelta(days=1)).run()
    assert "这一天没有现行预案" in said(page)


@pytest.mark.parametrize("path", ["", PLANS, "hazards"])
def test_the_emergency_is_one_tap_away_on_every_page(
    database: Database, hall: Cast, path: str
) -> None:
    for actor in hall.everyone().values():
        page = open_page(actor, path)
        assert any('href="/emergency"' in one.proto.body for one in page.get("html"))
