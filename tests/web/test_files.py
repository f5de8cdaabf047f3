"""Files over HTTP: handed in once, shown to those they concern, running nothing."""

from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from safety_app import api
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.features import features
from safety_app.web import files, middleware
from tests.cast import Cast
from tests.core import papers
from tests.web.doors import CSRF, SIGNED_IN, Finder

SENDING = {**SIGNED_IN, "x-csrf-token": CSRF}


@pytest.fixture(autouse=True)
def _words() -> None:
    features()


def client(actor: Actor) -> TestClient:
    app = Starlette(
        routes=[*files.routes, Mount("/api", api.build())],
        middleware=middleware.stack(Finder(actor)),
    )
    return TestClient(app, base_url="http://hall.example", raise_server_exceptions=False)


def send(actor: Actor, content: bytes, name: str = "检测报告.pdf", key: str = "k-1") -> int:
    answer = client(actor).post(
        "/api/files", params={"client_key": key, "name": name}, content=content, headers=SENDING
    )
    assert answer.status_code == 200, answer.text
    return int(answer.json()["id"])


def test_a_file_comes_back_as_it_is_and_runs_nothing(database: Database, hall: Cast) -> None:
    content = papers.pdf(2)
    number = send(hall.officer, content)
    assert send(hall.officer, content) == number
    answer = client(hall.officer).get(f"/files/{number}", headers=SIGNED_IN)
    assert answer.content == content
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["content-disposition"] == (
        "inline; filename*=UTF-8''%E6%A3%80%E6%B5%8B%E6%8A%A5%E5%91%8A.pdf"
    )
    saved = client(hall.officer).get(f"/files/{number}?download=1", headers=SIGNED_IN)
    assert saved.headers["content-disposition"].startswith("attachment;")


def test_a_table_is_never_shown_by_the_browser(database: Database, hall: Cast) -> None:
    number = send(hall.officer, b"<script>alert(1)</script>,b\n1,2", "x.html")
    answer = client(hall.officer).get(f"/files/{number}", headers=SIGNED_IN)
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''x.csv"
    assert answer.headers["content-type"].startswith("text/csv")


def test_only_the_sender_and_whom_a_feature_lets_see_it(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = send(hall.officer, papers.pdf())

    def may_see(_session: object, actor: Actor, file_id: int) -> bool:
        return actor == hall.lead and file_id == number

    shelves = (SimpleNamespace(may_see_file=None), SimpleNamespace(may_see_file=may_see))
    monkeypatch.setattr(files, "features", lambda: shelves)
    seen = {
        name: client(actor).get(f"/files/{number}", headers=SIGNED_IN).status_code
        for name, actor in (
            ("officer", hall.officer),
            ("lead", hall.lead),
            ("staff", hall.staff),
            ("foreign", hall.foreign_manager),
        )
    }
    assert seen == {"officer": 200, "lead": 200, "staff": 404, "foreign": 404}
    assert client(hall.lead).get("/files/999999", headers=SIGNED_IN).status_code == 404


def test_without_session_or_token_nothing_is_taken(database: Database, hall: Cast) -> None:
    door = client(hall.officer)
    where = "/api/files?client_key=k"
    assert door.post(where, content=papers.pdf()).status_code == 401
    assert door.post(where, content=papers.pdf(), headers=SIGNED_IN).status_code == 403
    assert door.get("/files/1").status_code == 401
    assert door.post("/api/files", content=papers.pdf(), headers=SENDING).status_code == 422


def test_a_refusal_is_a_sentence(database: Database, hall: Cast) -> None:
    door = client(hall.officer)
    where = "/api/files?client_key=k"
    locked = door.post(where, content=papers.pdf(password="x"), headers=SENDING)
    assert (locked.status_code, locked.json()["code"]) == (422, "PdfLocked")
    large = door.post(where, content=b"%PDF-1.7" + bytes(25_500_000), headers=SENDING)
    assert (large.status_code, large.json()["code"]) == (413, "FileTooBig")
