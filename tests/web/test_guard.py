"""Who comes in: pages, programs, websockets, forms."""

import pytest
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from safety_app.core.access import Actor, Role
from safety_app.features import features
from tests.web.doors import ACTOR, CSRF, SIGNED_IN, Finder, application

HTML = {"accept": "text/html"}


@pytest.fixture(autouse=True)
def _words() -> None:
    features()


def _client(finder: Finder | None = None) -> TestClient:
    return TestClient(
        application(finder or Finder()), base_url="http://hall.example", follow_redirects=False
    )


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/", "/sign-in"),
        ("/hazards?no=HZ-2026-0123", "/sign-in?next=/hazards%3Fno%3DHZ-2026-0123"),
        ("/sheet/12", "/sign-in?next=/sheet/12"),
        ("/reports/window/A01/2026-10.pdf", "/sign-in?next=/reports/window/A01/2026-10.pdf"),
    ],
)
def test_a_browser_without_a_session_is_sent_to_sign_in(path: str, to: str) -> None:
    answer = _client().get(path, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, to)


@pytest.mark.parametrize(
    "path",
    [
        "/photos/ab",
        "/media/x.png",
        "/_stcore/host-config",
        "/_stcore/upload_file/1",
        "/api/runs/1/x",
        "/component/x",
        "/app/static/x",
        "/static",
        "/SIGN-IN",
        "/sign-in/../hazards",
    ],
)
def test_a_program_without_a_session_gets_a_sentence(path: str) -> None:
    answer = _client().get(path, headers={"accept": "image/*"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "SignedOut"
    assert "请重新登录" in answer.json()["message"]


@pytest.mark.parametrize("path", ["/sign-in", "/healthz", "/static/js/index.js", "/ui/style.css"])
def test_the_door_itself_is_open_and_costs_no_look_up(path: str) -> None:
    finder = Finder()
    assert _client(finder).get(path, headers=SIGNED_IN).status_code == 200
    assert finder.asked == 0


def test_who_is_signed_in_comes_in_and_the_routes_know_who() -> None:
    assert _client().get("/hazards", headers=SIGNED_IN).json()["who"] == "王晓燕"
    assert _client().get("/who", headers=SIGNED_IN).text == f"7 {CSRF}"


@pytest.mark.parametrize("cookie", ["safety_session=other", "safety_session=", "other=good-token"])
def test_a_wrong_cookie_is_no_session(cookie: str) -> None:
    assert _client().get("/hazards", headers={"cookie": cookie}).status_code == 401


def test_the_deactivated_are_out_at_the_next_request_and_websocket() -> None:
    finder = Finder()
    client = _client(finder)
    assert client.get("/hazards", headers=SIGNED_IN).status_code == 200
    finder.actor = None
    assert client.get("/hazards", headers=SIGNED_IN).status_code == 401
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream"):
        pass


def test_a_websocket_needs_a_session() -> None:
    client = _client()
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        client.websocket_connect("/_stcore/stream"),
    ):
        pass
    assert closed.value.code == 4401
    with client.websocket_connect("/_stcore/stream", headers=SIGNED_IN) as socket:
        assert socket.receive_text() == "zh_CN"


def test_a_websocket_from_another_website_is_refused() -> None:
    client = _client()
    foreign = {**SIGNED_IN, "origin": "http://evil.example"}
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        client.websocket_connect("/_stcore/stream", headers=foreign),
    ):
        pass
    assert closed.value.code == 4403
    own = {**SIGNED_IN, "origin": "http://hall.example"}
    with client.websocket_connect("ws://hall.example/_stcore/stream", headers=own) as socket:
        assert socket.receive_text()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_change_needs_the_sessions_own_token(method: str) -> None:
    client = _client()
    bare = client.request(method, "/api/body", headers=SIGNED_IN)
    wrong = client.request(method, "/api/body", headers={**SIGNED_IN, "x-csrf-token": "guess"})
    right = client.request(method, "/api/body", headers={**SIGNED_IN, "x-csrf-token": CSRF})
    assert [bare.status_code, wrong.status_code, right.status_code] == [403, 403, 200]
    assert bare.json()["code"] == "FormOutdated"


def test_a_form_may_carry_the_token_as_a_field_and_arrives_whole() -> None:
    client = _client()
    right = client.post("/form", data={"csrf": CSRF, "what": "一切正常"}, headers=SIGNED_IN)
    assert (right.status_code, right.text) == (200, "一切正常")
    for data in ({"what": "x"}, {"csrf": "guess"}, {"csrf": ""}):
        assert client.post("/form", data=data, headers=SIGNED_IN).status_code == 403


def test_the_token_in_the_address_counts_for_nothing() -> None:
    answer = _client().post(f"/form?csrf={CSRF}", data={"what": "x"}, headers=SIGNED_IN)
    assert answer.status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://hall.example.evil.com"])
@pytest.mark.parametrize("path", ["/form", "/sign-in", "/api/runs/1/entries"])
def test_nothing_is_changed_from_another_website(origin: str, path: str) -> None:
    headers = {**SIGNED_IN, "origin": origin, "x-csrf-token": CSRF, "x-run-token": "t"}
    answer = _client().post(path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "ForeignPage")


def test_an_answer_with_a_run_token_costs_no_look_up() -> None:
    finder = Finder()
    runs = [f"/api/runs/12/{what}" for what in ("entries", "photos")]
    exams = [f"/api/attempts/12/{what}" for what in ("entries", "alive", "submit")]
    drills = [f"/api/drills/YL-2026-01/{what}" for what in ("taps", "face", "photos")]
    for path in (*runs, *exams, *drills):
        answer = _client(finder).post(path, headers={**SIGNED_IN, "x-run-token": "t"})
        assert (answer.status_code, answer.json()["who"]) == (200, "")
    assert finder.asked == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/runs/12/submit"),
        ("POST", "/api/runs"),
        ("GET", "/api/runs/12/entries"),
        ("POST", "/api/runs/12/entries/more"),
        ("POST", "/api/attempts/12/open"),
        ("POST", "/api/attempts/12/entries/more"),
        ("GET", "/api/attempts/12/alive"),
        ("GET", "/api/attempts/12/result"),
        ("POST", "/hazards"),
        ("DELETE", "/api/runs/12/photos/abc"),
        ("POST", "/api/drills/YL-2026-01/finish"),
        ("POST", "/api/drills/YL-2026-01/signatures"),
        ("POST", "/api/drills/YL-2026-01/clock"),
    ],
)
def test_a_run_token_opens_nothing_else(method: str, path: str) -> None:
    answer = _client().request(method, path, headers={"x-run-token": "t"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("stored", "cookie", "accept", "spoken"),
    [
        ("en", "zh_CN", "zh-CN", "en"),
        (None, "en", "zh-CN", "en"),
        (None, None, "en-GB,en;q=0.9", "en"),
        (None, None, "", "zh_CN"),
        (None, "tlh", "fr", "zh_CN"),
    ],
)
def test_the_language_is_the_persons_then_the_browsers(
    stored: str | None, cookie: str | None, accept: str, spoken: str
) -> None:
    actor = Actor(7, 1, "王晓燕", frozenset({Role.STAFF}), language=stored)
    cookies = SIGNED_IN["cookie"] + (f"; safety_lang={cookie}" if cookie else "")
    headers = {"cookie": cookies, "accept-language": accept}
    assert _client(Finder(actor)).get("/x", headers=headers).json()["language"] == spoken


def test_a_lost_database_is_a_sentence_not_an_open_door() -> None:
    class Lost(Finder):
        def __call__(self, token: str, now: object) -> None:
            raise OperationalError("SELECT", {}, Exception("gone"))

    answer = _client(Lost()).get("/hazards", headers=SIGNED_IN)
    assert (answer.status_code, answer.json()["code"]) == (503, "DatabaseUnreachable")
    page = _client(Lost()).get("/hazards", headers={**SIGNED_IN, **HTML})
    assert page.status_code == 503
    assert page.text.startswith("<!DOCTYPE html>")


def test_the_guards_actor_is_the_one_the_finder_gave() -> None:
    assert ACTOR.user_id == 7
