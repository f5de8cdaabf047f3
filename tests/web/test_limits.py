"""Large and slow bodies, security headers, the log, the health page."""

import asyncio
import http.client
import json
import logging
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from safety_app.core.db import Database
from safety_app.core.i18n import use_language
from safety_app.core.settings import settings
from safety_app.features import features
from safety_app.web import health
from safety_app.web.headers import streamlit_policy
from safety_app.web.identity import address_of, is_https
from safety_app.web.limits import Limits
from tests.cast import NOW
from tests.live import free_port
from tests.web.doors import CSRF, SIGNED_IN, Finder, application

SENDING = {**SIGNED_IN, "x-csrf-token": CSRF}


@pytest.fixture(autouse=True)
def _words() -> None:
    features()


@pytest.fixture
def client() -> TestClient:
    return TestClient(
        application(Finder()), base_url="http://hall.example", raise_server_exceptions=False
    )


@pytest.mark.parametrize(
    ("kind", "size", "status"),
    [
        ("application/json", 250_000, 200),
        ("application/json", 260_000, 413),
        ("image/jpeg", 25_000_000, 200),
        ("image/jpeg", 26_000_001, 413),
        ("application/x-www-form-urlencoded", 70_000, 413),
    ],
)
def test_a_body_beyond_its_limit_is_refused(
    client: TestClient, kind: str, size: int, status: int
) -> None:
    answer = client.post(
        "/api/body", content=b"x" * size, headers={**SENDING, "content-type": kind}
    )
    assert answer.status_code == status
    if status == 413:
        assert answer.json()["code"] == "TooLarge"
        assert "没有保存" in answer.json()["message"]


def test_a_stated_length_is_refused_before_a_byte_is_read() -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError("the application was asked")

    async def receive() -> Message:
        raise AssertionError("the body was read")

    assert _status(Limits(app), receive, [(b"content-length", b"99000000")]) == 413
    assert _status(Limits(app), receive, [(b"content-length", b"-1")]) == 413


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ([], "没有保存"),
        ([(b"accept-language", b"en-GB,en;q=0.9")], "Nothing was saved"),
        ([(b"accept-language", b"en"), (b"cookie", b"safety_lang=zh_CN")], "没有保存"),
    ],
)
def test_a_refusal_speaks_the_language_of_the_request_not_of_the_server(
    headers: list[tuple[bytes, bytes]], words: str
) -> None:
    sent: list[Message] = []

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError("the application was asked")

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/api/body",
        "headers": [(b"content-length", b"27000000"), *headers],
    }  # fmt: skip
    with use_language("en" if words == "没有保存" else "zh_CN"):
        asyncio.run(Limits(app)(scope, receive, send))
    assert words in json.loads(sent[1]["body"])["message"]


@pytest.mark.parametrize("stated", [True, False])
def test_a_client_that_sends_too_much_still_hears_the_sentence(stated: bool) -> None:
    server = uvicorn.Server(
        uvicorn.Config(application(Finder()), port=free_port(), log_level="error")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    connection = http.client.HTTPConnection("127.0.0.1", server.config.port, timeout=60)
    pieces = (b"x" * 1_000_000 for _ in range(40))
    length = {"content-length": "40000000"} if stated else {"transfer-encoding": "chunked"}
    try:
        connection.request(
            "POST", "/api/body", body=pieces, headers={**SENDING, **length},
            encode_chunked=not stated,
        )  # fmt: skip
        answer = connection.getresponse()
        assert answer.status == 413
        assert "没有保存" in json.loads(answer.read())["message"]
    finally:
        connection.close()
        server.should_exit = True
        thread.join(20)


def test_a_body_of_unstated_length_is_counted_on_the_way(client: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(27):
            yield b"x" * 1_000_000

    answer = client.post("/api/body", content=pieces(), headers=SENDING)
    assert (answer.status_code, answer.json()["code"]) == (413, "TooLarge")


def test_a_body_that_never_ends_is_dropped() -> None:
    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        while True:
            await receive()

    async def receive() -> Message:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"x", "more_body": True}

    slow = Limits(app, body_seconds=0.1)
    assert _status(slow, receive, []) == 408


def _status(limits: Limits, receive: Receive, headers: list[tuple[bytes, bytes]]) -> int:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/api/body", "headers": headers}
    asyncio.run(limits(scope, receive, send))
    return int(sent[0]["status"])


def test_streamlits_pages_and_our_own_get_their_content_policies(client: TestClient) -> None:
    page = client.get("/hazards", headers=SIGNED_IN).headers["content-security-policy"]
    own = client.get("/sign-in").headers["content-security-policy"]
    assert page == streamlit_policy()
    assert "'sha256-" in page and "'unsafe-inline'" not in page.partition("style-src")[0]
    assert own.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in own and "frame-ancestors 'none'" in own and "frame-ancestors" in page


def test_every_answer_carries_the_safe_headers_and_refusals_too(client: TestClient) -> None:
    for answer in (client.get("/sign-in"), client.get("/photos/x"), client.get("/bug")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["permissions-policy"].startswith("camera=(self)")
        assert "no-store" in answer.headers["cache-control"]
        assert "strict-transport-security" not in answer.headers
    assert "cache-control" not in client.get("/static/x.js").headers


def test_a_page_is_never_kept_whatever_it_says_itself(client: TestClient) -> None:
    answer = client.get("/kept", headers=SIGNED_IN)
    assert answer.headers["cache-control"] == "private, no-store"


def test_https_is_insisted_on_where_it_is_spoken() -> None:
    client = TestClient(application(Finder()), base_url="https://hall.example")
    assert client.get("/sign-in").headers["strict-transport-security"].startswith("max-age=")


def test_a_proxy_is_believed_only_when_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    scope = {
        "type": "http",
        "scheme": "http",
        "client": ("10.0.0.1", 1),
        "headers": [(b"x-forwarded-for", b"6.6.6.6, 192.0.2.7"), (b"x-forwarded-proto", b"https")],
    }
    assert (address_of(scope), is_https(scope)) == ("10.0.0.1", False)
    monkeypatch.setattr(settings(), "trusted_proxy", True)
    assert (address_of(scope), is_https(scope)) == ("192.0.2.7", True)


def test_a_bug_is_a_sentence_with_a_number_and_no_trace(client: TestClient) -> None:
    answer = client.get("/bug", headers={**SIGNED_IN, "accept": "text/html"})
    number = answer.headers["x-request-id"]
    assert answer.status_code == 500
    assert number in answer.text
    assert "secret detail" not in answer.text and "Traceback" not in answer.text
    with use_language("en"):
        assert client.get("/bug", headers=SIGNED_IN).json()["code"] == "Broken"


def test_each_request_is_one_line_without_its_query(
    client: TestClient, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO, logger="safety_app.request")
    client.get("/hazards?token=secret", headers={**SIGNED_IN, "x-request-id": "abc-1"})
    client.get("/static/x.js")
    client.get("/photos/x")
    written = capsys.readouterr().err
    first, second = (json.loads(line) for line in written.splitlines())
    assert (first["method"], first["path"], first["status"]) == ("GET", "/hazards", 200)
    assert (first["user"], first["request_id"], first["event"]) == (7, "abc-1", "request")
    assert first["ms"] >= 0
    assert (second["path"], second["status"], second["user"]) == ("/photos/x", 401, None)
    assert "secret" not in written


@pytest.mark.parametrize(("given", "kept"), [("abc-1", True), ("a b", False), ("x" * 65, False)])
def test_a_request_keeps_a_sound_number_and_gets_one_otherwise(
    client: TestClient, given: str, kept: bool
) -> None:
    number = client.get("/sign-in", headers={"x-request-id": given}).headers["x-request-id"]
    assert (number == given) is kept
    assert len(number) >= 5


def test_the_health_page_says_ok_and_what_is_wrong(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    facts = health.examine(lambda session: True, NOW)
    assert (facts["status"], facts["database"], facts["worker_age_s"]) == ("degraded", "ok", None)
    behind = health.examine(lambda session: False, NOW)
    assert (behind["status"], behind["migrations"]) == ("down", "behind")
    monkeypatch.setattr(health, "reading", _lost)
    assert health.examine(lambda session: True, NOW)["status"] == "down"


def _lost() -> None:
    raise OSError("gone")


def test_what_is_too_large_is_read_off_before_the_answer_up_to_a_bound() -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError("the application was asked")

    read = 0

    async def receive() -> Message:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"x" * 1_000_000, "more_body": read < 40}

    assert _status(Limits(app), receive, [(b"content-length", b"40000000")]) == 413
    assert read == 40
