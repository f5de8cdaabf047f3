"""The ASGI application: Streamlit's pages, every feature's routes, the API, the guard."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Final

import streamlit as st
import structlog
from sqlalchemy.orm import Session
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from safety_app import api, migrate
from safety_app.accounts import gate
from safety_app.accounts import service as accounts
from safety_app.api import NoSuchAddress
from safety_app.core import clock, db, journal
from safety_app.core.failures import explain
from safety_app.core.feature import load
from safety_app.core.settings import settings
from safety_app.features import features
from safety_app.ui import assets
from safety_app.ui import session as ui_session
from safety_app.web import files, health, middleware, photos
from safety_app.web.refusals import refusal, wants_page

HERE: Final = Path(__file__).parent
API: Final = "/api/"
STREAMLIT: Final = ("/_stcore/", "/static/", "/media/", "/component/", "/app/", "/manifest.json")
log = structlog.get_logger("safety_app.main")


class Failures:
    """A full disk or a lost database behind a plain route is a sentence too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; answer for a known failure that was not answered yet."""
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as error:
            known = explain(error)
            if known is None or begun or scope["type"] != "http":
                raise
            if known is not error:
                log.error("failure", cause=str(error), path=scope["path"])
            await refusal(scope, known)(scope, receive, send)


class Straight:
    """The API is answered past what Streamlit puts before its pages.

    Streamlit's sessions and compression do nothing for a receipt, and cost as much as its route.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self.app = app
        paths = (str(getattr(route, "path", "")) + "/" for route in routes)
        own = [route for route, path in zip(routes, paths, strict=True) if path.startswith(API)]
        self.router = Router(own)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on to everything else."""
        is_api = scope["type"] == "http" and scope["path"].startswith(API)
        await (self.router if is_api else self.app)(scope, receive, send)


class NoPage(Route):
    """Answers a browser that asks for a page there is not; Streamlit would do so in English."""

    def __init__(self, pages: Collection[str]) -> None:
        super().__init__("/{path:path}", _no_page)
        self.pages = pages

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Only paths that nobody else answers."""
        path = str(scope.get("path", ""))
        if path.strip("/") in self.pages or path.startswith(STREAMLIT) or not wants_page(scope):
            return Match.NONE, {}
        return super().matches(scope)


async def _no_page(request: Request) -> Response:
    return refusal(request.scope, NoSuchAddress())


def find_visit(token: str | None, now: datetime) -> ui_session.Visit | None:
    """Who a page's cookie stands for; a click counts as activity."""
    live = gate.find_live(token, now) if token else None
    return ui_session.Visit(live.actor, live.csrf) if live else None


def name_of(user_id: int) -> str:
    """A person's name in the current language."""
    with db.reading() as session:
        return accounts.names(session, [user_id])[user_id]


def _up_to_date(session: Session) -> bool:
    connection = session.connection()
    return migrate.revision_of(connection) == migrate.head() and not journal.missing_triggers(
        connection
    )


def routes() -> list[BaseRoute]:
    """Every plain page and interface; Streamlit's own follow after them."""
    own: list[BaseRoute] = [health.health_route(_up_to_date)]
    own += [*photos.routes, *files.routes, *assets.routes]
    for feature in features():
        if feature.routes:
            own.extend(load(feature.routes))
    pages = {page.url_path for feature in features() for page in feature.pages}
    return [*own, Mount("/api", api.build()), NoPage(pages)]


def prepare() -> None:
    """Bring the database up to date, and what the features ship with them."""
    migrate.upgrade(db.configure(settings().url))
    now = clock.now()
    with db.transaction() as session:
        for feature in features():
            if feature.prepare:
                feature.prepare(session, now)


def warm_up() -> None:
    """Import what the first visitor would wait for, then take all of it out of the collector."""
    for feature in features():
        for name in (
            *(page.render for page in feature.pages),
            *(tile.render for tile in feature.tiles),
        ):
            try:
                load(name)
            except Exception:  # whoever opens the page is told there
                log.exception("page cannot be loaded", page=name)
    import_module("safety_app.core.pdf.document")
    gc.collect()
    gc.freeze()
    # A page makes thousands of objects and few circles; the usual 700 cost a twentieth of it.
    gc.set_threshold(20_000, 20, 20)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Prepare before the first request is answered; warm up beside it."""
    await asyncio.to_thread(prepare)
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    yield


ui_session.use_finder(find_visit, accounts.SESSION_COOKIE, namer=name_of)
_own: Final = routes()
app = st.App(
    HERE / "app.py",
    routes=_own,
    middleware=[
        *middleware.stack(gate.find_live),
        Middleware(Failures),
        Middleware(Straight, routes=_own),
    ],
    lifespan=lifespan,
)
if settings().public_url:
    config.set_option("server.corsAllowedOrigins", [settings().public_url])
