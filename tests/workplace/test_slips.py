"""Slips and tablets' codes over the real routes, guard and database."""

import pytest
from sqlalchemy import select

from safety_app.accounts import service
from safety_app.accounts.models import SignInSession
from safety_app.core import clock
from safety_app.core.db import Database
from safety_app.features import features
from safety_app.workplace.commands import enrolment_link
from tests.accounts.people import PASSWORD, give_secrets
from tests.cast import Cast
from tests.dialects import sqlite_only
from tests.workplace.doors import browser, enrolled, fields_of, sign_in


@pytest.fixture(autouse=True)
def _ready(database: Database) -> None:
    features()
    with database.transaction() as session:
        give_secrets(session, "wangxy", "limin", "liuyang", "wutao")


@sqlite_only
def test_a_tablets_code_is_typed_by_hand(database: Database, hall: Cast) -> None:
    code = enrolment_link("公用平板 07", "A01", "").partition("code=")[2]
    with browser() as client:
        page = client.get("/enrol")
        assert page.status_code == 200 and "平板登记码" in page.text
        asked = client.post("/enrol", data={**fields_of(page), "code": code.lower()})
        assert "公用平板 07" in asked.text and "safety_device" not in client.cookies
        assert client.post("/enrol", data={"code": code, "sure": "yes"}).status_code == 403
        assert client.post("/enrol", data=fields_of(asked)).status_code == 303
        assert "公用平板 07" in client.get("/sign-in").text


@sqlite_only
def test_guesses_at_a_tablets_code_are_counted(database: Database, hall: Cast) -> None:
    link = enrolment_link("公用平板 07", "A01", "http://hall.example")
    with browser() as client:
        fields = {**fields_of(client.get("/enrol")), "sure": "yes"}
        for _ in range(20):
            assert client.post("/enrol", data={**fields, "code": "AAAA-AAAA"}).status_code == 410
        assert client.get(link).status_code == 429


def slip(database: Database, hall: Cast, user_id: int) -> str:
    """The code of a newly printed slip."""
    with database.transaction() as session:
        found = service.issue_first_code(session, hall.administrator, user_id, now=clock.now())
    return found.code


CHOSEN = {
    "password": "my-own-words",
    "password_again": "my-own-words",
    "pin": "７30518",
    "pin_again": "730518",
}


def test_a_slip_leads_to_an_own_password_and_code(database: Database, hall: Cast) -> None:
    code = slip(database, hall, hall.staff.user_id)
    with browser() as client:
        page = client.get("/first")
        assert "登录条上的登录码" in page.text
        asked = client.post("/first", data={**fields_of(page), "code": code.lower()})
        assert "王晓燕" in asked.text and "wangxy" in asked.text
        done = client.post("/first", data={**fields_of(asked), **CHOSEN})
        assert done.status_code == 303 and done.headers["location"] == "/"
        assert client.get("/x").text == "王晓燕"
        again = client.post("/first", data={**fields_of(asked), **CHOSEN})
        assert again.status_code == 410 and "已使用过" in again.text
    with browser() as client:
        assert sign_in(client, password=CHOSEN["password"]).status_code == 303
        assert sign_in(client, password=PASSWORD).status_code == 401
        enrolled(database, hall, client, hall.a01)
        body = {"user_id": hall.staff.user_id, "pin": "730518"}
        assert client.post("/api/session/pin", json=body).status_code == 200


@sqlite_only
def test_looking_at_a_slip_spends_nothing(database: Database, hall: Cast) -> None:
    code = slip(database, hall, hall.staff.user_id)
    with browser() as client:
        for _ in range(25):
            page = client.get(f"/first?code={code}")
        assert page.status_code == 200 and "王晓燕" in page.text
        assert "safety_session" not in client.cookies
        bare = client.post("/first", data={"code": code, **CHOSEN})
        assert bare.status_code == 403 and "safety_session" not in client.cookies
        assert client.post("/first", data={**fields_of(page), **CHOSEN}).status_code == 303


@sqlite_only
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password": "short", "password_again": "short"}, "密码"),
        ({"password": "wangxy123", "password_again": "wangxy124"}, "两次输入的“新密码”不一致"),
        ({"pin": "111111", "pin_again": "111111"}, "123456"),
        ({"pin": "123456", "pin_again": "123456"}, "123456"),
        ({"pin_again": "730519"}, "两次输入的“新的 6 位数字密码”不一致"),
        ({"pin": "", "pin_again": ""}, "6 位数字"),
    ],
)
def test_what_is_chosen_badly_is_asked_again_and_the_slip_stays(
    database: Database, hall: Cast, change: dict[str, str], said: str
) -> None:
    code = slip(database, hall, hall.staff.user_id)
    with browser() as client:
        fields = fields_of(client.get(f"/first?code={code}"))
        refused = client.post("/first", data={**fields, **CHOSEN, **change})
        assert refused.status_code == 422
        assert said in refused.text.partition('id="first-error"')[2].partition("</p>")[0]
        assert "my-own-words" not in refused.text
        assert client.post("/first", data={**fields, **CHOSEN}).status_code == 303


@sqlite_only
def test_guesses_at_slips_are_counted(database: Database, hall: Cast) -> None:
    code = slip(database, hall, hall.staff.user_id)
    with browser() as client:
        fields = fields_of(client.get("/first"))
        for _ in range(20):
            wrong = client.post("/first", data={**fields, "code": "AAAA-AAAA"})
            assert wrong.status_code == 404 and "没有这个登录码" in wrong.text
        locked = client.post("/first", data={**fields, "code": code})
        assert locked.status_code == 429 and "15 分钟" in locked.text
        assert client.post("/first", data={**fields, "code": code, **CHOSEN}).status_code == 429


@sqlite_only
def test_the_staff_number_signs_in_as_well(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        service.update_person(session, None, hall.staff.user_id, now=clock.now(), staff_no="B031")
    with browser() as client:
        assert sign_in(client, login="b０31").status_code == 303
        for tries in range(5):
            sign_in(client, login=("wangxy", "B031")[tries % 2], password="guess")
        assert sign_in(client).status_code == 429


@sqlite_only
def test_the_browser_is_noted_with_the_session(database: Database, hall: Cast) -> None:
    with browser(**{"user-agent": "Pad/1.0 " + "x" * 400}) as client:
        sign_in(client)
    with database.reading() as session:
        found = session.scalars(select(SignInSession.agent)).one()
    assert found.startswith("Pad/1.0") and len(found) == 200


@sqlite_only
def test_a_deputy_stands_among_the_names_of_the_windows_tablet(
    database: Database, hall: Cast
) -> None:
    with browser() as client:
        enrolled(database, hall, client, hall.a01)
        assert "吴涛" not in client.get("/sign-in").text
        with database.transaction() as session:
            today = clock.local_day(clock.now(), "Asia/Shanghai")
            service.name_deputy(
                session, hall.lead, hall.a01, hall.other_staff.user_id,
                first=today, last=today, now=clock.now(),
            )  # fmt: skip
        assert "吴涛" in client.get("/sign-in").text
