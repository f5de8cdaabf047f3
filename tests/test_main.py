"""The application's doors: health, API, style, unknown pages, failures of the machine."""

import pytest
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Route
from starlette.testclient import TestClient

from safety_app import api, main, migrate
from safety_app.accounts import gate
from safety_app.accounts.service import SESSION_COOKIE
from safety_app.accounts.service.sessions import open_session
from safety_app.core import clock
from safety_app.core.db import Database, transaction
from safety_app.ui import assets
from safety_app.web import middleware
from tests.cast import Cast

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
PAGE = {"accept": "text/html", "accept-language": "zh-CN"}


async def _full(_request: Request) -> None:
    raise OperationalError("INSERT", {}, Exception("database or disk is full"))


async def _bug(_request: Request) -> None:
    raise ZeroDivisionError


@pytest.fixture
def client(database: Database, hall: Cast) -> TestClient:
    """The doors without Streamlit behind them, opened by a member of staff."""
    from safety_app.accounts.models import User

    with transaction() as session:
        person = session.get_one(User, hall.staff.user_id)
        token = open_session(session, person, device_id=None, now=clock.now()).token
    stack = [*middleware.stack(gate.find_live), Middleware(main.Failures)]
    doors = [Route("/full", _full), Route("/bug", _bug), *main.routes()]
    app = Starlette(routes=doors, middleware=stack)
    return TestClient(app, cookies={SESSION_COOKIE: token}, raise_server_exceptions=False)


def test_a_page_there_is_not_is_refused_in_the_visitors_language(client: TestClient) -> None:
    answer = client.get("/nonsense", headers=PAGE)
    assert answer.status_code == 404
    assert "这个地址没有内容" in answer.text


def test_pages_and_streamlits_own_files_are_left_to_streamlit(client: TestClient) -> None:
    unknown = main.NoPage({"", "hazards"})
    scope = {"type": "http", "method": "GET", "headers": [(b"accept", b"text/html")]}
    for path in ("/", "/hazards", "/_stcore/health", "/static/index.js"):
        assert unknown.matches({**scope, "path": path})[0].name == "NONE", path
    assert unknown.matches({**scope, "path": "/nonsense"})[0].name == "FULL"


def test_the_api_answers_in_json_even_where_there_is_nothing(client: TestClient) -> None:
    answer = client.get("/api/nonsense", headers={"accept-language": "zh-CN"})
    assert answer.status_code == 404
    assert answer.json() == {
        "code": "NoSuchAddress",
        "message": "这个地址没有内容，请返回首页。",
    }


def test_a_wrong_method_is_refused_with_its_own_status(client: TestClient) -> None:
    answer = client.put("/api/openapi.json", headers={"accept-language": "en"})
    assert answer.status_code in (403, 405)
    assert set(answer.json()) == {"code", "message"}


def test_the_interface_is_described(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    assert described["info"]["version"] == api.version()


def test_health_is_asked_without_signing_in(client: TestClient) -> None:
    client.cookies.clear()
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["migrations"] == "ok"


def test_a_database_of_another_version_is_not_healthy(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "head", lambda: "9999")
    assert client.get("/healthz").status_code == 503


def test_the_style_sheet_may_be_kept_for_good(client: TestClient) -> None:
    client.cookies.clear()
    answer = client.get(assets.style_address())
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/css")


def test_a_full_disk_is_a_sentence(client: TestClient) -> None:
    answer = client.get("/full", headers=PAGE)
    assert answer.status_code == 507
    assert "服务器磁盘已满" in answer.text


def test_a_bug_is_a_sentence_without_a_stack_trace(client: TestClient) -> None:
    answer = client.get("/bug", headers=PAGE)
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "ZeroDivisionError" not in answer.text


def test_a_page_is_drawn_for_the_owner_of_a_live_session_only(
    client: TestClient, hall: Cast
) -> None:
    token = client.cookies[SESSION_COOKIE]
    visit = main.find_visit(token, clock.now())
    assert visit is not None
    assert visit.actor.user_id == hall.staff.user_id
    assert main.find_visit("nonsense", clock.now()) is None
    assert main.find_visit(None, clock.now()) is None
