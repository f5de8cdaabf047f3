"""Whose request this is: what the guard found out, for the routes behind it."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.types import Scope

from safety_app.core.access import Actor
from safety_app.core.errors import AppError
from safety_app.core.i18n import N_
from safety_app.core.settings import settings

CSRF_HEADER: Final = "x-csrf-token"
CSRF_FIELD: Final = "csrf"


@dataclass(frozen=True, slots=True)
class Live:
    """Somebody who is signed in, and the token their forms must carry."""

    actor: Actor
    csrf: str


Finder = Callable[[str, datetime], Live | None]
"""Leads from the session cookie's token to who is signed in."""


class SignedOut(AppError):
    """Nobody is signed in, or no longer."""

    text = N_("You are not signed in, or were signed out after a pause. Please sign in again.")
    status = 401


class FormOutdated(AppError):
    """A form came without the token of this session."""

    text = N_("This form is out of date. Nothing was saved; load the page again and repeat.")
    status = 403


class ForeignPage(AppError):
    """Another website tried to send something in the user's name."""

    text = N_("This request came from another website and was refused.")
    status = 403


def actor_of(request: HTTPConnection) -> Actor:
    """Who is signed in; raises `SignedOut` where the guard let a request through without."""
    live = _live(request)
    if live is None:
        raise SignedOut()
    return live.actor


def csrf_of(request: HTTPConnection) -> str:
    """The token that forms on this page must carry."""
    live = _live(request)
    if live is None:
        raise SignedOut()
    return live.csrf


def csrf_ok(request: Request, token: str | None = None) -> bool:
    """Whether the request, or a form's token, belongs to the live session."""
    live = _live(request)
    given = token or request.headers.get(CSRF_HEADER)
    return live is not None and same(given, live.csrf)


def same(given: str | None, wanted: str | None) -> bool:
    """Compare two tokens in constant time; nothing equals nothing."""
    return bool(given and wanted) and hmac.compare_digest(str(given).encode(), str(wanted).encode())


def is_https(scope: Scope) -> bool:
    """Whether the browser speaks HTTPS to us, or to the proxy we trust."""
    if scope["scheme"] in ("https", "wss"):
        return True
    if not settings().trusted_proxy:
        return False
    return Headers(scope=scope).get("x-forwarded-proto", "").split(",")[0].strip() == "https"


def address_of(scope: Scope) -> str:
    """The client's network address; behind a trusted proxy the one that the proxy saw."""
    if settings().trusted_proxy:
        forwarded = Headers(scope=scope).get("x-forwarded-for", "")
        if last := forwarded.rpartition(",")[2].strip():
            return last[:64]
    client: Any = scope.get("client")
    return str(client[0]) if client else "unknown"


def base_address(request: Request) -> str:
    """The address that printed codes carry: the set one, else where this browser found us."""
    scheme = "https" if is_https(request.scope) else "http"
    base = settings().public_url or f"{scheme}://{request.headers.get('host', 'localhost')}"
    return base.rstrip("/")


def _live(request: HTTPConnection) -> Live | None:
    found = request.scope.get("state", {}).get("live")
    return found if isinstance(found, Live) else None
