"""The page on which an empty installation gets its hall and its first administrator."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from safety_app import migrate, serve
from safety_app.accounts import gate
from safety_app.core import db
from safety_app.core.db import Database
from safety_app.features import features
from safety_app.web import middleware
from safety_app.web.identity import actor_of
from safety_app.workplace.models import Site
from safety_app.workplace.signin import first_hall
from safety_app.workplace.signin.routes import routes

TYPED = {
    "name": "青山区政务服务中心",
    "name_en": "",
    "person": "石磊",
    "login": "shilei",
    "password": "qingshan-2026",
    "again": "qingshan-2026",
}


async def _who(request: Request) -> Response:
    return PlainTextResponse(actor_of(request).name)


@pytest.fixture
def nothing(tmp_path: Path) -> Iterator[Database]:
    """A migrated database without a hall."""
    features()
    made = db.configure(f"sqlite:///{tmp_path / 'safety.db'}")
    migrate.upgrade(made)
    yield made
    made.engine.dispose()


@pytest.fixture
def browser(nothing: Database) -> Iterator[TestClient]:
    """A browser in front of it."""
    app = Starlette(
        routes=[*routes, Route("/{path:path}", _who)],
        middleware=middleware.stack(gate.find_live),
    )
    with TestClient(
        app,
        base_url="http://hall.example",
        headers={"accept": "text/html"},
        follow_redirects=False,
    ) as opened:
        yield opened


def _fill(browser: TestClient, **changed: str) -> dict[str, str]:
    page = browser.get(first_hall.link("")).text
    (csrf,) = re.findall(r'name="csrf" value="([^"]+)"', page)[-1:]
    return {**TYPED, "csrf": csrf, "code": first_hall.code(), **changed}


def _halls(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Site.name)))


def test_the_terminal_names_the_link_while_there_is_no_hall(nothing: Database) -> None:
    assert first_hall.link("http://127.0.0.1:8501") in serve.first_step("http://127.0.0.1:8501")


def test_the_form_makes_the_hall_and_leads_its_administrator_to_the_first_steps(
    browser: TestClient, nothing: Database
) -> None:
    answer = browser.post("/set-up", data=_fill(browser))
    assert (answer.status_code, answer.headers["location"]) == (303, "/starting")
    assert _halls(nothing) == ["青山区政务服务中心"]
    assert browser.get("/").text == "石磊"
    assert serve.first_step("") == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"again": "qingshan-2027"}, "两次输入的“密码”不一致"),
        ({"password": "short", "again": "short"}, "8"),
        ({"name": "  "}, "请填写"),
        ({"code": "guessed"}, "链接"),
        ({"csrf": "stolen"}, "页面"),
    ],
)
def test_what_does_not_fit_is_said_and_makes_no_hall(
    browser: TestClient, nothing: Database, changed: dict[str, str], said: str
) -> None:
    answer = browser.post("/set-up", data=_fill(browser, **changed))
    assert answer.status_code >= 400
    assert said in answer.text
    assert _halls(nothing) == []


def test_what_was_typed_stays_and_passwords_do_not(browser: TestClient, nothing: Database) -> None:
    page = browser.post("/set-up", data=_fill(browser, again="other-2026")).text
    assert "青山区政务服务中心" in page
    assert "qingshan-2026" not in page


def test_without_the_link_there_is_no_form(browser: TestClient, nothing: Database) -> None:
    answer = browser.get("/set-up?code=guessed")
    assert answer.status_code == 403
    assert "<form class=" not in answer.text


def test_a_second_hall_cannot_be_made_by_the_link(browser: TestClient, nothing: Database) -> None:
    form = _fill(browser)
    browser.post("/set-up", data=form)
    assert browser.post("/set-up", data={**form, "name": "别的大厅"}).status_code == 303
    assert browser.get(first_hall.link("")).headers["location"] == "/sign-in"
    assert _halls(nothing) == ["青山区政务服务中心"]
