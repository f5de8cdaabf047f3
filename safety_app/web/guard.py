"""The guard before every page, route and websocket: who comes in, and in which language."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

import structlog
from anyio import to_thread
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from safety_app.core import clock, i18n
from safety_app.core.db import DatabaseUnreachable
from safety_app.core.errors import AppError
from safety_app.core.settings import settings
from safety_app.web.identity import (
    CSRF_FIELD,
    CSRF_HEADER,
    Finder,
    ForeignPage,
    FormOutdated,
    Live,
    SignedOut,
    same,
)
from safety_app.web.opened import is_open
from safety_app.web.refusals import refusal, wants_page

SESSION_COOKIE: Final = "safety_session"
LANG_COOKIE: Final = "safety_lang"
PUBLIC: Final = frozenset(
    {"/sign-in", "/sign-in/pin", "/sign-out", "/enrol", "/first", "/set-up"}
    | {"/healthz", "/api/session/pin"}
    | {"/favicon.ico", "/favicon.png", "/robots.txt"}
)
"""Reached without a session; those that take forms check their own double-submit token."""
PUBLIC_UNDER: Final = ("/static/", "/ui/", "/sign-in/static/", "/sheet/static/", "/language/")
RUN_TOKEN: Final = b"x-run-token"
# Only these let the token of a run, an exam or a stopwatch stand for a session and its CSRF token.
RUN_ROUTES: Final = re.compile(
    r"/api/(?:runs/\d+/(?:entries|photos)|attempts/\d+/(?:entries|alive|submit)"
    r"|drills/[A-Z0-9-]{1,16}/(?:taps|face|photos))\Z"
)
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_LIMIT: Final = 64 * 1024
REFUSED: Final = 4401
FOREIGN: Final = 4403

_log = structlog.get_logger("safety_app.web")
_DOWN = (OperationalError, InterfaceError, PoolTimeout)


class Guard:
    """Lets in who is signed in; sends browsers to the sign-in page and refuses the rest."""

    def __init__(self, app: ASGIApp, find: Finder) -> None:
        self.app = app
        self.find = find

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for the application, or hand the request on."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        cookies = _cookies(headers)
        accept = headers.get(b"accept-language", b"").decode("latin-1")
        i18n.set_language(_choose(cookies.get(LANG_COOKIE), accept))
        try:
            receive = await self._admit(scope, receive, headers, cookies, accept)
        except SignedOut as problem:
            await _refuse(scope, receive, send, problem, REFUSED)
        except AppError as problem:
            _log.warning("refused", code=problem.code, path=scope["path"])
            await _refuse(scope, receive, send, problem, FOREIGN)
        else:
            await self.app(scope, receive, send)

    async def _admit(
        self,
        scope: Scope,
        receive: Receive,
        headers: Mapping[bytes, bytes],
        cookies: Mapping[str, str],
        accept: str,
    ) -> Receive:
        """Raise, or say how the application may read the request."""
        path: str = scope["path"]
        changes = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        if changes and not _own_origin(headers):
            raise ForeignPage()
        if path in PUBLIC or path.startswith(PUBLIC_UNDER):
            return receive
        if RUN_TOKEN in headers and changes and RUN_ROUTES.match(path):
            return receive
        live = await self._live(cookies.get(SESSION_COOKIE))
        if live is None:
            if is_open(path) and not changes:
                return receive
            raise SignedOut()
        scope.setdefault("state", {}).update(live=live, actor=live.actor)
        if live.actor.language:
            i18n.set_language(_choose(live.actor.language, accept))
        # Streamlit's own upload route has Streamlit's own token.
        if changes and scope["type"] == "http" and not path.startswith("/_stcore/"):
            return await _with_csrf(receive, headers, live)
        return receive

    async def _live(self, token: str | None) -> Live | None:
        if not token:
            return None
        try:
            return await to_thread.run_sync(self.find, token, clock.now())
        except _DOWN as error:
            _log.exception("the database is unreachable")
            raise DatabaseUnreachable() from error


def _cookies(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    """The cookies; ours need no unquoting."""
    pairs = headers.get(b"cookie", b"").decode("latin-1").split(";")
    return {
        name.strip(): value.strip()
        for name, sign, value in (p.partition("=") for p in pairs)
        if sign
    }


def spoken(scope: Scope) -> str:
    """The language of a request that is answered before anybody asks whose it is."""
    headers = dict(scope["headers"])
    accept = headers.get(b"accept-language", b"").decode("latin-1")
    return _choose(_cookies(headers).get(LANG_COOKIE), accept)


@lru_cache(maxsize=256)
def _choose(preferred: str | None, accept: str) -> str:
    return i18n.choose_language(preferred, accept)


def _own_origin(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a request comes from our own pages; programs outside a browser name no origin."""
    origin = headers.get(b"origin")
    if origin is None:
        return True
    host = urlsplit(origin.decode("latin-1")).netloc.lower()
    own = {headers.get(b"host", b"").decode("latin-1").lower()}
    own.add(urlsplit(settings().public_url).netloc.lower())
    if settings().trusted_proxy:
        own.add(headers.get(b"x-forwarded-host", b"").decode("latin-1").lower())
    return bool(host) and host in own


async def _with_csrf(receive: Receive, headers: Mapping[bytes, bytes], live: Live) -> Receive:
    """Check the session's token in the header, or else in a form, whose body is read ahead."""
    given = headers.get(CSRF_HEADER.encode())
    if given is not None:
        if not same(given.decode("latin-1"), live.csrf):
            raise FormOutdated()
        return receive
    if not headers.get(b"content-type", b"").startswith(b"application/x-www-form-urlencoded"):
        raise FormOutdated()
    body = await _body(receive)
    fields = parse_qs(body.decode("utf-8", "replace"))
    if not same(fields.get(CSRF_FIELD, [""])[0], live.csrf):
        raise FormOutdated()
    return _replay(body, receive)


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return body
        if len(body) > FORM_LIMIT:
            raise FormOutdated()


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


async def _refuse(scope: Scope, receive: Receive, send: Send, problem: AppError, code: int) -> None:
    if scope["type"] == "websocket":
        await receive()  # the handshake must be read before it can be refused
        await send({"type": "websocket.close", "code": code, "reason": problem.code})
        return
    response: Response
    if isinstance(problem, SignedOut) and scope["method"] in ("GET", "HEAD") and wants_page(scope):
        response = RedirectResponse("/sign-in" + _next(scope), 303)
    else:
        response = refusal(scope, problem)
    await response(scope, receive, send)


def _next(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    wanted = scope["path"] + (f"?{query}" if query else "")
    return "" if wanted == "/" else "?next=" + quote(wanted, safe="/")
