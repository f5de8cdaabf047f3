"""The interface under `/api`: photos sent ahead, the list, one hazard."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PIL import Image
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from hazards.models import Hazard, Status, Upload
from safety_app import api
from safety_app.core.access import Actor
from safety_app.core.db import Database, reading, transaction
from safety_app.web.identity import Live
from tests.cast import Cast
from tests.dialects import sqlite_only
from tests.factories import make_hazard


class SignedIn:
    """What the guard leaves behind for a signed-in person."""

    def __init__(self, app: ASGIApp, actor: Actor) -> None:
        self.app, self.actor = app, actor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, with the person in the request's state."""
        if scope["type"] == "http":
            scope.setdefault("state", {})["live"] = Live(self.actor, "csrf")
        await self.app(scope, receive, send)


@contextmanager
def client(actor: Actor) -> Iterator[TestClient]:
    """A client in somebody's name."""
    with TestClient(SignedIn(api.build(), actor), raise_server_exceptions=False) as opened:
        yield opened


def jpeg(colour: str = "red", size: tuple[int, int] = (64, 48)) -> bytes:
    """A real picture."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def test_a_photo_is_received_once_per_key(database: Database, hall: Cast) -> None:
    with client(hall.staff) as browser:
        first = browser.post("/photos?client_key=k-1", content=jpeg())
        again = browser.post("/photos?client_key=k-1", content=jpeg("blue"))
    assert first.status_code == 200
    assert first.json() == again.json()
    assert first.json()["thumb"].endswith("?thumb=1")
    with reading() as session:
        assert session.query(Upload).count() == 1


@sqlite_only
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "PhotoEmpty"),
        (b"no picture at all", 422, "PhotoUnreadable"),
        (jpeg()[:200], 422, "PhotoUnreadable"),
        (jpeg(size=(8, 8)), 422, "PhotoTooSmall"),
        (b"x" * 25_000_001, 413, "PhotoTooBig"),
    ],
)
def test_a_bad_photo_is_refused_with_a_sentence(
    database: Database, hall: Cast, body: bytes, status: int, code: str
) -> None:
    with client(hall.staff) as browser:
        answer = browser.post("/photos?client_key=k-1", content=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(answer.json()["message"]) > 8
    with reading() as session:
        assert session.query(Upload).count() == 0


@sqlite_only
def test_a_photo_needs_a_key(database: Database, hall: Cast) -> None:
    with client(hall.staff) as browser:
        assert browser.post("/photos", content=jpeg()).status_code == 422
        assert browser.post("/photos?client_key=a%20b", content=jpeg()).status_code == 422


def test_the_list_holds_what_the_caller_may_see(database: Database, hall: Cast) -> None:
    with transaction() as session:
        own = make_hazard(session, hall)
        make_hazard(session, hall, by=hall.other_staff, window_id=hall.a03)
    with client(hall.staff) as browser:
        found = browser.get("/hazards").json()
    assert [one["number"] for one in found["hazards"]] == [own.number]
    assert found["more"] is False


def test_the_list_pages(database: Database, hall: Cast) -> None:
    with transaction() as session:
        for _n in range(3):
            make_hazard(session, hall)
    with client(hall.officer) as browser:
        first = browser.get("/hazards?size=2").json()
        second = browser.get("/hazards?size=2&page=2").json()
    numbers = [one["number"] for page in (first, second) for one in page["hazards"]]
    assert len(set(numbers)) == 3
    assert (first["more"], second["more"]) == (True, False)


@sqlite_only
@pytest.mark.parametrize(
    "query", ["view=all", "page=0", "size=1000", "window_id=99999999999", "level=red", "area=x"]
)
def test_a_query_out_of_range_is_refused(database: Database, hall: Cast, query: str) -> None:
    with client(hall.officer) as browser:
        answer = browser.get(f"/hazards?{query}")
    assert answer.status_code == 422
    assert query.split("=")[0] in answer.json()["message"]


def test_one_hazard_tells_its_story_and_the_next_steps(database: Database, hall: Cast) -> None:
    with transaction() as session:
        hazard = make_hazard(session, hall, Status.FIXED)
    with client(hall.lead) as browser:
        found = browser.get(f"/hazards/{hazard.number}").json()
    assert [one["step"] for one in found["steps"]] == ["register", "assign", "fix"]
    assert found["after"][0]["url"].startswith("/photos/")
    assert found["allowed"] == ["accept", "send_back", "sight"]


@pytest.mark.parametrize("number", ["HZ-2026-9999", "%00", "隐患", "x" * 500])
def test_an_unknown_or_hidden_hazard_is_not_found(
    database: Database, hall: Cast, number: str
) -> None:
    with transaction() as session:
        hidden: Hazard = make_hazard(session, hall, by=hall.other_staff, window_id=hall.a03)
    with client(hall.staff) as browser:
        assert browser.get(f"/hazards/{number}").status_code == 404
        assert browser.get(f"/hazards/{hidden.number}").status_code == 404
