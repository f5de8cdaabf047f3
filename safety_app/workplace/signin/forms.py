"""Forms of plain pages where nobody is signed in yet: their token and their fields."""

import secrets

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from safety_app.accounts import cookies
from safety_app.web.identity import FormOutdated, same


def token_of(request: Request) -> str:
    """Nobody is signed in yet, so a form's token is tied to a cookie of its own."""
    return request.cookies.get(cookies.FORM_COOKIE) or secrets.token_urlsafe(24)


def answer(request: Request, page: str, token: str, status: int) -> Response:
    """The page, and the cookie that its form's token must fit."""
    response = HTMLResponse(page, status)
    if request.cookies.get(cookies.FORM_COOKIE) != token:
        cookies.put(response, request, cookies.FORM_COOKIE, token)
    return response


def check(request: Request, fields: FormData) -> None:
    """Raise unless the form came from our own page."""
    if not same(text(fields, "csrf"), request.cookies.get(cookies.FORM_COOKIE)):
        raise FormOutdated()


async def read(request: Request) -> FormData:
    """The fields of a small form."""
    return await request.form(max_files=0, max_fields=20)


def text(fields: FormData, name: str) -> str:
    """A field as text; nothing where there is none."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""
