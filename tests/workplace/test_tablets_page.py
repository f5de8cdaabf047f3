"""Tablets enrolled, changed and revoked on the page; everybody's sessions."""

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from safety_app.accounts import service
from safety_app.accounts.models import Device, SignInSession, User
from safety_app.accounts.service.sessions import open_session
from safety_app.core import clock
from safety_app.core.db import Database, reading, transaction
from tests.cast import NOW, Cast
from tests.dialects import sqlite_only
from tests.screens import open_page, text_of

pytestmark = sqlite_only


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def tablets(hall: Cast, language: str = "zh_CN", **query: str) -> AppTest:
    """The page of the administrator."""
    page = open_page(hall.administrator, "tablets", language=language, **query)
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    """All words of the page."""
    return "\n".join(text_of(page))


def enrolled(hall: Cast) -> int:
    """A tablet of window A01 on which 王晓燕 is signed in."""
    with transaction() as session:
        device, _token = service.enrol_device(
            session, None, site_id=hall.site_id, name="公用平板 03", window_ids=[hall.a01], now=NOW
        )
        user = session.get_one(User, hall.staff.user_id)
        open_session(session, user, device_id=device.id, now=NOW)
    return device.id


def test_a_code_is_made_and_enrols_one_tablet(database: Database, hall: Cast) -> None:
    assert "尚未登记平板" in said(tablets(hall))
    page = tablets(hall, do="enrol")
    page.button(key="big_code").click().run()
    assert "请填写" in said(page)
    page.text_input(key="tablets.name").set_value("公用平板 09")
    page.multiselect(key="tablets.windows").set_value([hall.a02])
    page.button(key="big_code").click().run()
    _name, code = page.session_state["tablets.code"]
    assert code in said(page) and "/enrol" in said(page)
    with transaction() as session:
        _device, token = service.use_enrolment(session, code.lower(), now=NOW)
        tablet = service.tablet_of(session, token)
    assert tablet is not None
    assert (tablet.name, tablet.window_ids) == ("公用平板 09", frozenset({hall.a02}))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_tablet_shows_its_windows_and_who_used_it_last(
    database: Database, hall: Cast, language: str
) -> None:
    enrolled(hall)
    words = said(tablets(hall, language))
    assert "公用平板 03" in words and "A01" in words
    assert ("王晓燕" if language == "zh_CN" else "Wang Xiaoyan") in words


def test_a_revoked_tablet_signs_everybody_out(database: Database, hall: Cast) -> None:
    device_id = enrolled(hall)
    page = tablets(hall)
    page.button(key=f"tablet.revoke.{device_id}").click().run()
    with reading() as session:
        assert session.get_one(Device, device_id).revoked_at == NOW
        assert session.scalars(select(SignInSession.ended_at)).all() == [NOW]
    assert "停用" in said(page)


def test_the_windows_of_a_tablet_are_changed(database: Database, hall: Cast) -> None:
    device_id = enrolled(hall)
    page = tablets(hall)
    page.multiselect(key=f"tablet.windows.{device_id}").set_value([hall.a02, hall.a03])
    page.text_input(key=f"tablet.name.{device_id}").set_value("公用平板 04")
    next(one for one in page.button if one.label == "保存").click().run()
    with reading() as session:
        [seen] = service.list_devices(session, hall.administrator)
    assert (seen.name, seen.window_ids) == ("公用平板 04", frozenset({hall.a02, hall.a03}))


def test_everybodys_sessions_are_searched_and_ended(database: Database, hall: Cast) -> None:
    enrolled(hall)
    page = tablets(hall)
    page.segmented_control(key="tablets.view").set_value("sessions").run()
    assert "王晓燕" in said(page) and "公用平板 03" in said(page)
    page.text_input(key="tablets.text").set_value("李").run()
    assert "没有符合条件的人员" in said(page)
    page.text_input(key="tablets.text").set_value("平板").run()
    with reading() as session:
        [row] = session.scalars(select(SignInSession)).all()
    page.button(key=f"tablets.end.{row.id}").click().run()
    with reading() as session:
        assert session.get_one(SignInSession, row.id).ended_at == NOW


def test_only_the_administrator_opens_it(database: Database, hall: Cast) -> None:
    enrolled(hall)
    for role, actor in hall.everyone().items():
        if role != "administrator":
            page = open_page(actor, "tablets")
            assert "公用平板 03" not in "\n".join(text_of(page)), role
