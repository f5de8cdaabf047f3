"""The sign-in pages over the real routes, guard and database."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from safety_app.accounts import gate, service
from safety_app.accounts.models import SignInSession, User
from safety_app.core import clock
from safety_app.core.access import Role
from safety_app.core.db import Database
from safety_app.features import features
from safety_app.workplace import demo
from safety_app.workplace.commands import enrolment_link
from safety_app.workplace.models import Site
from safety_app.workplace.signin import view
from safety_app.workplace.signin.routes import safe_next
from tests.accounts.people import PASSWORD, PIN, give_secrets
from tests.cast import Cast
from tests.dialects import sqlite_only
from tests.workplace.doors import browser, enrolled, fields_of, sign_in


@pytest.fixture(autouse=True)
def _ready(database: Database) -> None:
    features()
    with database.transaction() as session:
        give_secrets(session, "wangxy", "limin", "liuyang", "wutao")


def test_a_password_leads_to_the_page_that_was_asked_for(database: Database, hall: Cast) -> None:
    with browser() as client:
        first = client.get("/hazards?no=HZ-2026-0001")
        page = client.get(first.headers["location"])
        answer = client.post(
            "/sign-in", data={**fields_of(page), "login": "wangxy", "password": PASSWORD}
        )
        assert answer.status_code == 303
        assert answer.headers["location"] == "/hazards?no=HZ-2026-0001"
        assert client.get("/hazards").text == "王晓燕"


@sqlite_only
def test_the_cookie_is_out_of_reach_of_scripts_and_secure_over_https(
    database: Database, hall: Cast
) -> None:
    for scheme in ("http", "https"):
        with browser(scheme) as client:
            cookie, *_others = sign_in(client).headers.get_list("set-cookie")
            assert cookie.startswith("safety_session=")
            assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
            assert ("Secure" in cookie) is (scheme == "https")
            assert "Max-Age" not in cookie and "expires" not in cookie.lower()


@sqlite_only
def test_a_wrong_password_comes_back_with_the_login_and_the_reason_at_the_field(
    database: Database, hall: Cast
) -> None:
    with browser() as client:
        page = sign_in(client, password="wrong", to="/hazards")
        assert page.status_code == 401
        assert 'value="wangxy"' in page.text and "wrong" not in page.text
        assert fields_of(page)["next"] == "/hazards"
        assert re.search(r'id="password"[^>]*aria-describedby="account-error"', page.text)
        error = page.text.partition('id="account-error"')[2]
        assert "再错 4 次将锁定 15 分钟" in error.partition("</p>")[0]
        assert "safety_session" not in page.headers.get("set-cookie", "")


@sqlite_only
def test_a_locked_account_is_told_how_long(database: Database, hall: Cast) -> None:
    with browser() as client:
        for _ in range(5):
            sign_in(client, password="wrong")
        page = sign_in(client)
        assert page.status_code == 429
        assert "请 15 分钟后再试" in page.text


@sqlite_only
def test_what_was_typed_is_never_markup(database: Database, hall: Cast) -> None:
    with browser() as client:
        page = sign_in(client, login='"><script>alert(1)</script>')
        assert "<script>alert" not in page.text


@sqlite_only
def test_a_form_without_the_browsers_own_token_signs_nobody_in(
    database: Database, hall: Cast
) -> None:
    with browser() as client:
        facts = {"login": "wangxy", "password": PASSWORD}
        client.get("/sign-in")
        for csrf in ("", "guess"):
            page = client.post("/sign-in", data={**facts, "csrf": csrf})
            assert page.status_code == 403
            assert "页面已过期" in page.text
        assert "safety_session" not in client.cookies


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "/sign-in",
        "/sign-out",
        "/x\r\nset-cookie: a=b",
        "/" + "x" * 600,
        "\\\\evil",
        "/\tx",
    ],
)
def test_nobody_is_sent_to_another_website(wanted: str) -> None:
    assert safe_next(wanted) == ""


@pytest.mark.parametrize("wanted", ["/", "/hazards?no=HZ-2026-0001", "/sheet/12", "/报告"])
def test_an_own_page_is_gone_on_to(wanted: str) -> None:
    assert safe_next(wanted) == wanted


@sqlite_only
def test_a_foreign_next_in_the_form_leads_home(database: Database, hall: Cast) -> None:
    with browser() as client:
        page = client.get("/sign-in")
        data = {**fields_of(page), "next": "//evil.example", "login": "wangxy"}
        answer = client.post("/sign-in", data={**data, "password": PASSWORD})
        assert answer.headers["location"] == "/"


def test_a_tablet_shows_its_names_and_six_digits_let_in(database: Database, hall: Cast) -> None:
    with browser() as client:
        enrolled(database, hall, client, hall.a01)
        page = client.get("/sign-in?next=/sheet/3")
        assert "王晓燕" in page.text and "李敏" in page.text and "吴涛" not in page.text
        assert "公用平板 03" in page.text and "A01 综合窗口" in page.text
        answer = client.post(
            "/sign-in/pin",
            data={**fields_of(page), "user_id": str(hall.staff.user_id), "pin": PIN},
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/sheet/3")
        assert client.get("/x").text == "王晓燕"
    with database.reading() as session:
        assert session.scalars(select(SignInSession.device_id)).one() is not None


@sqlite_only
def test_a_wrong_code_keeps_the_name_and_says_the_tries_left(
    database: Database, hall: Cast
) -> None:
    with browser() as client:
        enrolled(database, hall, client, hall.a01)
        data = {**fields_of(client.get("/sign-in")), "user_id": str(hall.staff.user_id)}
        page = client.post("/sign-in/pin", data={**data, "pin": "135790"})
        assert page.status_code == 401
        assert re.search(rf'value="{hall.staff.user_id}" required checked', page.text)
        assert "还可试 4 次" in page.text.partition('id="pin-error"')[2]
        for user_id in ("", "x", "0", "99999999999", "-1"):
            page = client.post("/sign-in/pin", data={**data, "user_id": user_id, "pin": PIN})
            assert page.status_code in (403, 422)


@sqlite_only
def test_without_the_tablets_cookie_no_name_is_shown(database: Database, hall: Cast) -> None:
    with browser() as client:
        page = client.get("/sign-in")
        assert "王晓燕" not in page.text and 'name="login"' in page.text


@sqlite_only
def test_switching_the_person_ends_the_session_and_shows_the_names(
    database: Database, hall: Cast
) -> None:
    with browser() as client:
        enrolled(database, hall, client, hall.a01)
        sign_in(client)
        token = client.cookies["safety_session"]
        assert client.get("/sign-out").status_code == 200
        assert client.post("/sign-out", data={"csrf": "guess"}).status_code == 403
        assert client.get("/x").text == "王晓燕"
        answer = client.post("/sign-out", data=fields_of(client.get("/sign-out")))
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        client.cookies.set("safety_session", token, domain="hall.example")
        assert client.get("/x").status_code == 303
        assert "王晓燕" in client.get("/sign-in").text


@sqlite_only
def test_the_language_is_kept_in_the_browser_and_in_the_account(
    database: Database, hall: Cast
) -> None:
    with browser() as client:
        assert '<html lang="zh-CN">' in client.get("/sign-in").text
        answer = client.post("/language/en", data={"next": "/sign-in"})
        assert answer.headers["location"] == "/sign-in"
        assert '<html lang="en">' in client.get("/sign-in").text
        sign_in(client)
        with database.reading() as session:
            live = service.find_session(session, client.cookies["safety_session"], now=clock.now())
        assert live is not None
        back = client.post(
            "/language/zh_CN",
            data={"csrf": live.csrf},
            headers={"referer": "http://hall.example/hazards?x=1"},
        )
        assert back.headers["location"] == "/hazards?x=1"
        client.post("/language/en", data={"csrf": "guess"})
        assert client.post("/language/tlh").status_code == 404
    with database.reading() as session:
        assert session.get_one(User, hall.staff.user_id).language == "zh_CN"


@sqlite_only
def test_the_browsers_language_is_spoken_first(database: Database, hall: Cast) -> None:
    with browser(**{"accept-language": "en-GB"}) as client:
        assert "User name or staff number" in client.get("/sign-in").text


def test_a_one_time_link_makes_a_shared_tablet(database: Database, hall: Cast) -> None:
    link = enrolment_link("公用平板 07", "A01，A02", "http://hall.example/")
    assert link.startswith("http://hall.example/enrol?code=")
    with browser() as client:
        for _ in range(2):
            page = client.get(link)  # looking, as a link preview does, spends nothing
        assert "公用平板 07" in page.text
        answer = client.post("/enrol", data=fields_of(page))
        assert answer.status_code == 303
        assert "HttpOnly" in answer.headers["set-cookie"]
        assert "公用平板 07" in client.get("/sign-in").text
        again = client.post("/enrol", data=fields_of(page))
        assert again.status_code == 410 and "已使用或已过期" in again.text
        assert client.get("/enrol?code=guess").status_code == 410


@sqlite_only
def test_a_tablet_is_unlocked_in_place(database: Database, hall: Cast) -> None:
    with browser() as client:
        enrolled(database, hall, client, hall.a01)
        sign_in(client, login="limin")
        old = client.cookies["safety_session"]
        body = {"user_id": hall.staff.user_id, "pin": PIN}
        answer = client.post("/api/session/pin", json=body)
        assert answer.status_code == 200
        assert answer.json()["actor"] == {"id": hall.staff.user_id, "name": "王晓燕"}
        assert client.cookies["safety_session"] != old
        assert client.get("/x").text == "王晓燕"
        alive = client.post("/api/session/alive", headers={"x-csrf-token": answer.json()["csrf"]})
        assert alive.json()["idle_seconds"] == 120
        wrong = client.post("/api/session/pin", json={**body, "pin": "135790"})
        assert (wrong.status_code, wrong.json()["code"]) == (401, "WrongPin")
        client.cookies.clear()
        assert client.post("/api/session/pin", json=body).status_code == 403
        assert client.post("/api/session/alive").status_code == 401


@sqlite_only
@pytest.mark.parametrize("body", [{}, {"user_id": "x", "pin": "1"}, {"user_id": 1, "pin": 5}])
def test_a_shapeless_request_is_a_sentence(
    database: Database, hall: Cast, body: dict[str, object]
) -> None:
    with browser() as client:
        answer = client.post("/api/session/pin", json=body)
        assert answer.status_code == 422 and answer.json()["message"]


@sqlite_only
def test_the_deactivated_are_out_at_the_next_click(database: Database, hall: Cast) -> None:
    with browser() as client:
        sign_in(client)
        assert client.get("/x").status_code == 200
        with database.transaction() as session:
            service.deactivate(session, None, hall.staff.user_id, clock.now())
        assert client.get("/x").status_code == 303


def test_being_asked_keeps_a_session_alive(database: Database, hall: Cast) -> None:
    with browser() as client:
        sign_in(client)
        token = client.cookies["safety_session"]
    now = clock.now()
    later = now + timedelta(minutes=25)
    assert gate.find_live(token, later)
    assert gate.find_live(token, later + timedelta(minutes=25))
    assert gate.find_live(token, later + timedelta(minutes=56)) is None


@sqlite_only
def test_only_the_demonstration_shows_how_to_get_in(database: Database, hall: Cast) -> None:
    with browser() as client:
        assert demo.PASSWORD not in client.get("/sign-in").text
        with database.transaction() as session:
            session.get_one(Site, hall.site_id).is_demo = True
        page = client.get("/sign-in").text
        assert demo.PASSWORD in page and "演示" in page and "limin" in page


@sqlite_only
def test_more_than_twelve_names_get_a_search(database: Database, hall: Cast) -> None:
    with browser() as client:
        enrolled(database, hall, client)
        assert 'id="find"' not in client.get("/sign-in").text
        with database.transaction() as session:
            for number in range(4):
                user = service.create_user(
                    session,
                    None,
                    site_id=hall.site_id,
                    login=f"extra{number}",
                    name=f"李{number}",
                    now=clock.now(),
                )
                service.grant_role(session, None, user.id, Role.OFFICER, now=clock.now())
        assert 'id="find"' in client.get("/sign-in").text


@sqlite_only
def test_style_and_script_are_kept_for_good_under_their_hash(
    database: Database, hall: Cast
) -> None:
    with browser() as client:
        page = client.get("/sign-in").text
        for address in re.findall(r'"(/sign-in/static/[^"]+)"', page):
            answer = client.get(address)
            assert answer.status_code == 200
            assert "immutable" in answer.headers["cache-control"]
        assert (
            "immutable"
            not in client.get("/sign-in/static/signin.css?v=old").headers["cache-control"]
        )
        assert client.get("/sign-in/static/routes.py").status_code == 404
        assert view.static_text("signin.css").startswith("/* The tokens")
