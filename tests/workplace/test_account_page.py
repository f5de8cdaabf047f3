"""The own account: secrets changed by who knows the old ones, sessions seen and ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from safety_app.accounts import passwords
from safety_app.accounts.agents import browser_words
from safety_app.accounts.models import Attempt, SignInSession, User
from safety_app.accounts.service.sessions import open_session
from safety_app.core import clock
from safety_app.core.db import Database, reading, transaction
from safety_app.core.i18n import use_language
from tests.accounts.people import PASSWORD, PIN, give_secrets
from tests.cast import NOW, Cast
from tests.dialects import sqlite_only
from tests.screens import open_page, text_of

pytestmark = sqlite_only
AGENT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"


@pytest.fixture(autouse=True)
def _ready(database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with transaction() as session:
        give_secrets(session, "wangxy")
        user = session.get_one(User, hall.staff.user_id)
        began = NOW - timedelta(minutes=5)
        open_session(session, user, device_id=None, agent=AGENT, now=began)


def account(hall: Cast, language: str = "zh_CN") -> AppTest:
    """The page of 王晓燕."""
    page = open_page(hall.staff, "account", language=language)
    assert not page.exception
    return page


def fill(page: AppTest, form: str, *values: str) -> AppTest:
    """Fill in one of the two forms and send it."""
    keys = {"password": ("old", "new", "again"), "pin": ("pin.old", "pin.new", "pin.again")}[form]
    for key, value in zip(keys, values, strict=True):
        page.text_input(key=f"account.{key}").set_value(value)
    return page.button(key=f"account.{form}.send").click().run()


def said(page: AppTest) -> str:
    """All words of the page."""
    return "\n".join(text_of(page))


def user_of(hall: Cast) -> User:
    """王晓燕 as the database has her."""
    with reading() as session:
        return session.get_one(User, hall.staff.user_id)


def test_it_shows_name_sessions_and_both_forms(database: Database, hall: Cast) -> None:
    page = account(hall)
    words = said(page)
    assert page.text_input(key="account.login").value == "wangxy"
    assert "Android · Chrome" in words and "修改 6 位数字密码" in words
    english = said(account(hall, "en"))
    assert "Chrome on Android" in english and "Sign out there" in english


def test_the_password_is_changed_by_who_knows_the_old_one(database: Database, hall: Cast) -> None:
    page = fill(account(hall), "password", PASSWORD, "fresh words 9", "fresh words 9")
    assert "密码已修改" in said(page)
    assert passwords.matches(user_of(hall).password_hash, "fresh words 9")
    with reading() as session:
        assert session.scalars(select(SignInSession.ended_at)).all() == [NOW]


def test_a_wrong_old_password_counts_as_a_try(database: Database, hall: Cast) -> None:
    page = fill(account(hall), "password", "guess", "fresh words 9", "fresh words 9")
    assert "原密码不正确，还可再试 4 次" in said(page)
    assert passwords.matches(user_of(hall).password_hash, PASSWORD)
    with reading() as session:
        assert len(session.scalars(select(Attempt)).all()) == 2


def test_what_is_weak_or_differs_is_refused(database: Database, hall: Cast) -> None:
    for values, word in (
        ((PASSWORD, "short", "short"), "密码"),
        ((PASSWORD, "fresh words 9", "fresh words 8"), "两次输入的“新密码”不一致"),
    ):
        assert word in said(fill(account(hall), "password", *values))
    assert "123456" in said(fill(account(hall), "pin", PIN, "123456", "123456"))
    assert passwords.matches(user_of(hall).password_hash, PASSWORD)
    assert passwords.matches(user_of(hall).pin_hash, PIN)


@pytest.mark.parametrize("old", [PASSWORD, PIN])
def test_the_code_is_changed_by_password_or_old_code(
    database: Database, hall: Cast, old: str
) -> None:
    page = fill(account(hall), "pin", old, "730518", "730518")
    assert "6 位数字密码已修改" in said(page)
    assert passwords.matches(user_of(hall).pin_hash, "730518")


def test_no_code_at_all_is_no_try(database: Database, hall: Cast) -> None:
    page = account(hall)
    for old in ("", "", "", "4802", "480 27"):
        page = fill(page, "pin", old, "730518", "730518")
        assert "请输入 6 位数字密码" in said(page)
    assert "6 位数字密码已修改" in said(fill(page, "pin", PIN, "730518", "730518"))


def test_other_sessions_are_ended(database: Database, hall: Cast) -> None:
    page = account(hall)
    with reading() as session:
        [row] = session.scalars(select(SignInSession)).all()
    page.button(key=f"account.end.{row.id}").click().run()
    with reading() as session:
        assert session.get_one(SignInSession, row.id).ended_at == NOW


def test_browsers_are_named_in_plain_words() -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0"
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1"
    wechat = "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 MicroMessenger/8.0"
    assert [browser_words(one) for one in (edge, phone, wechat, "", "curl/8")] == [
        "Windows · Edge", "iPhone · Safari", "Android · 微信", "未知浏览器", "未知浏览器",
    ]  # fmt: skip
    with use_language("en"):
        assert browser_words(wechat) == "WeChat on Android"
