"""The cookies of this application: never for scripts, never sent from other websites."""

from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from safety_app.accounts.service import DEVICE_COOKIE, LANG_COOKIE, SESSION_COOKIE
from safety_app.web.identity import is_https

FORM_COOKIE: Final = "safety_form"
LONG: Final = 400 * 24 * 3600
"""The longest that browsers keep a cookie."""


def put(
    response: Response,
    request: HTTPConnection,
    name: str,
    value: str,
    *,
    max_age: int | None = None,
) -> None:
    """Set a cookie; over plain HTTP, as in a hall's own network, it cannot be `Secure`."""
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        secure=is_https(request.scope),
        httponly=True,
        samesite="lax",
    )


def put_session(response: Response, request: HTTPConnection, token: str) -> None:
    """Keep a session until the browser closes; its real end is in the database."""
    put(response, request, SESSION_COOKIE, token)


def put_device(response: Response, request: HTTPConnection, token: str) -> None:
    """Make this browser a shared tablet."""
    put(response, request, DEVICE_COOKIE, token, max_age=LONG)


def put_language(response: Response, request: HTTPConnection, code: str) -> None:
    """Remember a language."""
    put(response, request, LANG_COOKIE, code, max_age=LONG)


def drop_session(response: Response) -> None:
    """Forget the session in the browser."""
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")
