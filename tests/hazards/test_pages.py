"""The board, its forms and the report by hand, as each person sees them."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from hazards import service
from hazards.lifecycle import RULES
from hazards.models import Hazard, HazardStep, Kind, Level, Status, Step
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database, reading, transaction
from safety_app.core.errors import NotFound
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.factories import make_hazard
from tests.screens import open_page, text_of

pytestmark = sqlite_only
BROKEN = ("暂时无法显示", "This cannot be shown right now")


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def make(hall: Cast, status: Status = Status.REGISTERED, **facts: Any) -> Hazard:
    """A hazard that is in the database for good."""
    with transaction() as session:
        return make_hazard(session, hall, status, what_en="Damaged power strip", **facts)


def board(actor: Actor, language: str = "zh_CN", **query: str) -> AppTest:
    """The board at an address."""
    return open_page(actor, "hazards", language=language, **query)


def now_of(hazard: Hazard) -> Hazard:
    """The hazard as the database has it."""
    with reading() as session:
        return session.get_one(Hazard, hazard.id)


def press(page: AppTest, key: str) -> AppTest:
    """Press the button with this key."""
    return page.button(key=key).click().run()


@pytest.mark.parametrize(
    ("role", "language"),
    [
        ("staff", "zh_CN"),
        ("lead", "en"),
        ("officer", "zh_CN"),
        ("manager", "en"),
        ("administrator", "zh_CN"),
        ("third_party", "en"),
    ],
)
def test_every_hazard_and_every_form_opens_for_each_role(
    database: Database, hall: Cast, role: str, language: str
) -> None:
    actor = hall.everyone()[role]
    made = [make(hall, status, owner=actor, level=Level.URGENT) for status in Status]
    made.append(make(hall, kind=Kind.SERVICE, level=Level.SERIOUS, common=True))
    for hazard in made:
        with reading() as session:
            allowed = RULES.keys() & _allowed(session, actor, hazard)
        for step in ("", *(str(step) for step in allowed)):
            opened = board(actor, language, no=hazard.number, do=step)
            assert not opened.exception, step
            texts = text_of(opened)
            assert not any(broken in text for text in texts for broken in BROKEN), (step, texts)


def _allowed(session: Session, actor: Actor, hazard: Hazard) -> frozenset[Step]:
    try:
        return service.get(session, actor, hazard.id, now=NOW).allowed
    except NotFound:
        return frozenset()


def test_the_one_filled_button_is_the_persons_own_step(database: Database, hall: Cast) -> None:
    hazard = make(hall)
    page = board(hall.lead, no=hazard.number)
    primary = [one.label for one in page.button if one.proto.type == "primary"]
    assert primary == ["交办"]
    for other in (hall.staff, hall.manager):
        page = board(other, no=hazard.number)
        assert not [one for one in page.button if one.proto.type == "primary"]
        assert any("等待 李敏" in text for text in text_of(page))


def test_a_lead_hands_a_hazard_out(database: Database, hall: Cast) -> None:
    hazard = make(hall)
    page = press(board(hall.lead, no=hazard.number), "hazard.assign")
    key = f"assign.{hazard.id}"
    page.button_group(key=f"{key}.owner").set_value(str(hall.second_staff.user_id)).run()
    page.button_group(key=f"{key}.chips").set_value(["更换破损件"]).run()
    page.text_area(key=f"{key}.measures").set_value("换成带保护的插排").run()
    assert "交办给 周航" in [one.label for one in page.button]
    page = press(page, "assign.submit")
    found = now_of(hazard)
    assert (found.status, found.owner_id) == (Status.ASSIGNED, hall.second_staff.user_id)
    assert found.measures == "更换破损件；换成带保护的插排"
    assert found.fix_by == date(2026, 11, 30)
    assert any("已交办给 周航" in text for text in text_of(page))


def test_an_overdue_one_is_handed_to_another_owner(database: Database, hall: Cast) -> None:
    over = date(2026, 11, 20)
    hazard = make(hall, Status.ASSIGNED, now=NOW - timedelta(days=9), fix_by=over)
    page = board(hall.lead, no=hazard.number, do="assign")
    key = f"assign.{hazard.id}"
    days = page.button_group(key=f"{key}.day.{over}")
    assert list(days.options) == ["保持11月20日不变"]
    page.button_group(key=f"{key}.owner").set_value(str(hall.staff.user_id)).run()
    press(page, "assign.submit")
    assert (now_of(hazard).owner_id, now_of(hazard).fix_by) == (hall.staff.user_id, over)


def test_a_refused_form_keeps_what_was_typed(database: Database, hall: Cast) -> None:
    hazard = make(hall)
    page = press(board(hall.lead, no=hazard.number), "hazard.assign")
    page.text_area(key=f"assign.{hazard.id}.measures").set_value("换插排").run()
    page = press(page, "assign.submit")
    assert any("请另选他人" in text for text in text_of(page))
    assert page.text_area(key=f"assign.{hazard.id}.measures").value == "换插排"
    assert now_of(hazard).status == Status.REGISTERED


def test_an_urgent_one_shows_the_five_fix_block(database: Database, hall: Cast) -> None:
    urgent, minor = make(hall, level=Level.URGENT), make(hall, level=Level.MINOR)
    assert "五落实" in text_of(board(hall.lead, no=urgent.number, do="assign"))
    assert "五落实" not in text_of(board(hall.lead, no=minor.number, do="assign"))


def test_the_owner_is_told_that_a_photo_is_missing(database: Database, hall: Cast) -> None:
    hazard = make(hall, Status.ASSIGNED, owner=hall.staff)
    page = press(board(hall.staff, no=hazard.number), "hazard.fix")
    page.text_area(key=f"fix.{hazard.id}.note").set_value("已更换").run()
    page = press(page, "fix.submit")
    assert any("整改后的照片" in text for text in text_of(page))
    assert page.text_area(key=f"fix.{hazard.id}.note").value == "已更换"


def test_an_officer_accepts_and_another_sends_back(database: Database, hall: Cast) -> None:
    one, other = make(hall, Status.FIXED), make(hall, Status.FIXED)
    page = press(board(hall.officer, no=one.number), "hazard.accept")
    press(page, "accept.submit")
    assert now_of(one).status == Status.CLOSED
    page = press(board(hall.lead, no=other.number), "hazard.send_back")
    page.text_area(key=f"send_back.{other.id}.reason").set_value("仍松动").run()
    press(page, "send_back.submit")
    assert (now_of(other).status, now_of(other).sent_back_count) == (Status.ASSIGNED, 1)


def test_whoever_comes_second_is_told_who_was_first(database: Database, hall: Cast) -> None:
    hazard = make(hall, Status.FIXED)
    page = press(board(hall.officer, no=hazard.number), "hazard.accept")
    with transaction() as session:
        service.send_back(session, hall.lead, hazard.id, reason="松动", row_version=None, now=NOW)
    page = press(page, "accept.submit")
    assert any("李敏刚已退回整改" in text for text in text_of(page))
    assert now_of(hazard).status == Status.ASSIGNED


def test_a_form_drawn_before_a_change_is_refused_once(database: Database, hall: Cast) -> None:
    hazard = make(hall)
    page = press(board(hall.officer, no=hazard.number), "hazard.assign")
    with transaction() as session:
        service.assign(
            session, hall.lead, hazard.id, owner_id=hall.staff.user_id, fix_by=TODAY,
            measures="清理", row_version=None, now=NOW,
        )  # fmt: skip
    key = f"assign.{hazard.id}"
    page.button_group(key=f"{key}.owner").set_value(str(hall.second_staff.user_id)).run()
    page = press(page, "assign.submit")
    assert any("李敏刚已交办" in text for text in text_of(page))
    assert now_of(hazard).owner_id == hall.staff.user_id


def test_a_hidden_hazard_is_not_shown(database: Database, hall: Cast) -> None:
    hazard = make(hall, by=hall.other_staff, window_id=hall.a03)
    texts = text_of(board(hall.staff, no=hazard.number))
    assert "未找到该隐患" in texts and "插排破损" not in texts


def test_an_empty_board_says_so(database: Database, hall: Cast) -> None:
    assert "没有未销号的隐患" in text_of(board(hall.lead))


def test_a_link_opens_the_view_it_names(database: Database, hall: Cast) -> None:
    make(hall, Status.CLOSED)
    page = board(hall.lead, view="closed")
    assert page.session_state["board.view"] == "closed"
    assert any("插排破损" in text for text in text_of(page))


def test_a_hazard_is_reported_by_hand_once(database: Database, hall: Cast) -> None:
    page = open_page(hall.staff, "report-hazard")
    page = press(page, "report.submit")
    assert any("请填写“隐患内容”" in text for text in text_of(page))
    next(one for one in page.text_input if "what" in str(one.key)).set_value("插排冒火花").run()
    page = press(page, "report.submit")
    assert any("HZ-2026-0001 已登记" in text for text in text_of(page))
    with reading() as session:
        hazard = session.query(Hazard).one()
        assert session.query(HazardStep).count() == 1
    assert (hazard.what, hazard.window_id) == ("插排冒火花", hall.a01)
    page = press(page, "report.again")
    assert next(one for one in page.text_input if "what" in str(one.key)).value == ""


def test_a_service_point_has_its_own_list(database: Database, hall: Cast) -> None:
    assert not [one for one in open_page(hall.staff, "report-hazard").button_group
                if str(one.key).endswith(".kind")]  # fmt: skip
    page = open_page(hall.lead, "report-hazard")
    kind = next(one for one in page.button_group if str(one.key).endswith(".kind"))
    assert list(kind.options) == ["安全隐患", "服务整改项"]
    kind.set_value("service").run()
    next(one for one in page.text_input if "spot" in str(one.key)).set_value("大厅").run()
    next(one for one in page.text_input if "what" in str(one.key)).set_value("叫号屏不亮").run()
    page = press(page, "report.submit")
    with reading() as session:
        assert session.query(Hazard).one().kind == Kind.SERVICE
    page = board(hall.lead)
    assert "没有未销号的隐患" in text_of(page)
    assert page.selectbox(key="board.kind").options == ["安全隐患", "服务整改项 1"]
    page.selectbox(key="board.kind").select_index(1).run()
    assert any("叫号屏不亮" in text for text in text_of(page))


def test_today_shows_urgent_ones_and_what_waits(database: Database, hall: Cast) -> None:
    make(hall, level=Level.URGENT)
    make(hall, Status.ASSIGNED, owner=hall.staff)
    assert "有 1 项紧急隐患未销号" in text_of(open_page(hall.lead))
    assert "待我处理 1" in text_of(open_page(hall.lead))
    assert "我的整改 1" in text_of(open_page(hall.staff))
    assert not any("隐患未销号" in text for text in text_of(open_page(hall.other_staff)))
