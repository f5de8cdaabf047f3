"""The page of an emergency and the public notices: who reads them, what they say, how kept."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from drills.plans.content import Map, Maps, Resource, Resources, Words
from drills.plans.routes import ROUTES
from equipment.models import Status
from safety_app.accounts import gate
from safety_app.accounts import service as accounts
from safety_app.accounts.models import User
from safety_app.accounts.service import DEVICE_COOKIE, SESSION_COOKIE
from safety_app.accounts.service.sessions import open_session
from safety_app.core import files
from safety_app.core.access import Actor
from safety_app.core.db import Database, transaction
from safety_app.web import middleware
from tests.cast import NOW, Cast
from tests.core.papers import picture
from tests.dialects import sqlite_only
from tests.drills.plans.documents import make_draft, put_in_force, save
from tests.equipment.items import make_item

HTML = {"accept": "text/html"}


@pytest.fixture
def client(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The routes behind the real guard, at the moment of the tests."""
    monkeypatch.setattr("safety_app.core.clock.now", lambda: NOW)
    app = Starlette(routes=[*ROUTES], middleware=middleware.stack(gate.find_live))
    with TestClient(app, base_url="http://hall.example", follow_redirects=False) as opened:
        opened.headers.update({"accept-language": "zh-CN", **HTML})
        yield opened


def sign_in(client: TestClient, actor: Actor) -> None:
    """This person is signed in in the client's browser."""
    with transaction() as session:
        user = session.get_one(User, actor.user_id)
        token = open_session(session, user, device_id=None, agent="", now=NOW).token
    client.cookies.set(SESSION_COOKIE, token)


def enrol(client: TestClient, hall: Cast) -> int:
    """The client's browser is a shared tablet."""
    with transaction() as session:
        device, token = accounts.enrol_device(
            session, None, site_id=hall.site_id, name="平板", window_ids=[], now=NOW
        )
    client.cookies.set(DEVICE_COOKIE, token)
    return device.id


def publish_fire(hall: Cast) -> tuple[int, int]:
    """The fire plan with a map; ids of both."""
    with transaction() as session:
        document = make_draft(session, hall)
        shown = files.receive(session, hall.officer, picture(), "图.jpg", now=NOW)
        maps = Maps(maps=(Map(file_id=shown.id, caption=Words(zh="一楼")),))
        save(session, hall, document, maps)
        put_in_force(session, hall, document)
        session.get_one(User, hall.manager.user_id).phone = "138 0000 0001"
        return document.id, shown.id


@sqlite_only
def test_who_is_neither_signed_in_nor_at_a_tablet_is_sent_to_sign_in(
    client: TestClient, hall: Cast
) -> None:
    _plan, shown = publish_fire(hall)
    answer = client.get("/emergency")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/emergency")
    assert "no-store" in answer.headers["cache-control"]
    assert client.get(f"/emergency/map/{shown}").status_code == 404


@sqlite_only
def test_everybody_who_is_signed_in_reads_steps_people_and_numbers(
    client: TestClient, hall: Cast
) -> None:
    plan, shown = publish_fire(hall)
    for actor in hall.everyone().values():
        sign_in(client, actor)
        answer = client.get("/emergency")
        assert answer.status_code == 200
        assert 'href="tel:119"' in answer.text and 'href="tel:13800000001"' in answer.text
        assert f'id="plan-{plan}"' in answer.text and "大声示警" in answer.text
        assert "陈静" in answer.text and "灭火行动组" in answer.text
    picture_answer = client.get(f"/emergency/map/{shown}")
    assert picture_answer.headers["content-type"] == "image/jpeg"
    with transaction() as session:
        other = files.receive(session, hall.officer, picture((320, 240)), "别的.jpg", now=NOW)
    for hidden in (other.id, other.id + 1):
        assert client.get(f"/emergency/map/{hidden}").status_code == 404


@sqlite_only
def test_a_shared_tablet_reads_it_with_nobody_signed_in_until_it_is_revoked(
    client: TestClient, hall: Cast
) -> None:
    publish_fire(hall)
    device = enrol(client, hall)
    answer = client.get("/emergency")
    assert answer.status_code == 200 and "火灾" in answer.text
    assert answer.headers["cache-control"] == f"private, max-age={14 * 86400}"
    with transaction() as session:
        accounts.revoke_device(session, None, device, NOW)
    assert client.get("/emergency").status_code == 303


@sqlite_only
def test_the_browser_keeps_it_a_day_and_its_digest_tells_when_it_has_changed(
    client: TestClient, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, hall.staff)

    def digest() -> str:
        answer = client.get("/emergency")
        assert answer.headers["cache-control"] == "private, max-age=86400"
        found = re.search(r'data-digest="(\w+)"', answer.text)
        assert found
        return found[1]

    empty = digest()
    monkeypatch.setattr("safety_app.core.clock.now", lambda: NOW + timedelta(minutes=2))
    assert digest() == empty
    publish_fire(hall)
    assert digest() != empty


@sqlite_only
def test_without_a_plan_it_still_says_whom_to_call(client: TestClient, hall: Cast) -> None:
    sign_in(client, hall.staff)
    text = client.get("/emergency").text
    assert "还没有发布应急预案" in text
    assert [number for number in ("119", "120", "110") if f"tel:{number}" in text] == [
        "119", "120", "110",
    ]  # fmt: skip
    assert 'href="/report-incident"' in text and "报告事故险情" in text
    english = client.get("/emergency?lang=en").text
    assert "No emergency plan is published yet" in english and 'lang="en"' in english


@sqlite_only
def test_a_code_on_a_card_opens_its_plan(client: TestClient, hall: Cast) -> None:
    plan, _shown = publish_fire(hall)
    sign_in(client, hall.staff)
    assert client.get(f"/emergency?plan={plan}").headers["location"] == f"/emergency#plan-{plan}"
    assert client.get("/emergency?plan=x'><").status_code == 200


@sqlite_only
def test_who_has_left_is_not_called_and_another_hall_sees_none_of_it(
    client: TestClient, hall: Cast
) -> None:
    publish_fire(hall)
    with transaction() as session:
        session.get_one(User, hall.manager.user_id).is_active = False
    sign_in(client, hall.staff)
    text = client.get("/emergency").text
    assert "陈静" not in text and "13800000001" not in text
    sign_in(client, hall.foreign_manager)
    assert "灭火行动组" not in client.get("/emergency").text


@sqlite_only
def test_things_are_shown_where_they_are_now_and_scrapped_ones_are_not(
    client: TestClient, hall: Cast
) -> None:
    with transaction() as session:
        there, gone = make_item(session, hall), make_item(session, hall)
        document = make_draft(session, hall)
        codes = (Resource(code=there.code, use=Words(zh="先用")), Resource(code=gone.code))
        save(session, hall, document, Resources(items=codes))
        put_in_force(session, hall, document)
        there.window_id, there.location_id = None, hall.floor
        gone.status = Status.SCRAPPED
    sign_in(client, hall.staff)
    text = client.get("/emergency").text
    assert there.code in text and "一楼大厅" in text and "先用" in text
    assert gone.code not in text


@sqlite_only
def test_visitors_read_their_notice_without_signing_in_and_without_names(
    client: TestClient, hall: Cast
) -> None:
    assert "还没有发布须知" in client.get("/rules/visitors").text
    with transaction() as session:
        for scenario in ("visitor_rules", "third_party_rules", "staff_rules"):
            put_in_force(session, hall, make_draft(session, hall, scenario))
    answer = client.get("/rules/visitors")
    assert answer.status_code == 200 and "请勿吸烟" in answer.text
    assert "刘洋" not in answer.text and "陈静" not in answer.text
    assert answer.headers["cache-control"] == "public, max-age=600"
    again = client.get("/rules/visitors", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert "Do not smoke" in client.get("/rules/visitors?lang=en").text
    assert "动火" in client.get("/rules/third-parties").text
    assert client.get("/rules/staff").status_code == 404
    assert client.post("/rules/visitors").status_code == 401, "what changes needs a session"


@sqlite_only
def test_style_and_script_are_kept_for_good_under_their_digest(client: TestClient) -> None:
    page = client.get("/rules/visitors").text
    found = re.search(r'href="(/emergency/static/emergency\.css\?v=\w+)"', page)
    assert found
    assert "immutable" in client.get(found[1]).headers["cache-control"]
    assert client.get("/emergency/static/emergency.css").headers["cache-control"] == "no-cache"
    assert client.get("/emergency/static/page.py").status_code == 404
