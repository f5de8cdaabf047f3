"""A browser in front of the plain pages, for tests."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from safety_app import api
from safety_app.accounts import gate
from safety_app.core.db import Database
from safety_app.web import middleware
from safety_app.web.identity import actor_of
from safety_app.workplace.signin.routes import routes
from tests.accounts.people import PASSWORD, tablet
from tests.cast import Cast

HTML = {"accept": "text/html"}


async def _who(request: Request) -> Response:
    return PlainTextResponse(actor_of(request).name)


@contextmanager
def browser(scheme: str = "http", **headers: str) -> Iterator[TestClient]:
    """A browser in front of the sign-in pages, the API and one page that says who is there."""
    app = Starlette(
        routes=[*routes, Mount("/api", api.build()), Route("/{path:path}", _who)],
        middleware=middleware.stack(gate.find_live),
    )
    with TestClient(
        app,
        base_url=f"{scheme}://hall.example",
        headers={**HTML, **headers},
        follow_redirects=False,
        raise_server_exceptions=False,
    ) as opened:
        yield opened


def fields_of(page: Response | object) -> dict[str, str]:
    """The hidden fields of the page's last form."""
    html = getattr(page, "text", "")
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))


def sign_in(client: TestClient, login: str = "wangxy", password: str = PASSWORD, to: str = "/x"):  # type: ignore[no-untyped-def]
    """Fill in the form as a person does."""
    page = client.get(f"/sign-in?next={to}")
    return client.post("/sign-in", data={**fields_of(page), "login": login, "password": password})


def enrolled(database: Database, hall: Cast, client: TestClient, *windows: int) -> None:
    """Make this browser a shared tablet."""
    with database.transaction() as session:
        token = tablet(session, hall, *windows)
    client.cookies.set("safety_device", token, domain="hall.example")
