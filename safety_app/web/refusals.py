"""How a broken rule is answered: as a page to a browser, as JSON to a program."""

import json
from html import escape

from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_, _, html_language

_PAGE = """<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/sign-in/static/signin.css"></head>
<body><main><h1>{title}</h1>
<div class="card narrow"><p>{message}</p><p><a class="button" href="/">{back}</a></p></div>
</main></body></html>
"""


class Broken(AppError):
    """Something failed that is a bug; the log has the cause under the request's number."""

    text = N_("Something went wrong here. Please try again; if it stays, give number {request_id}.")
    status = 500


class TooLarge(AppError):
    """The body of a request is larger than anything this application takes."""

    text = N_("This is too large: at most {limit}. Nothing was saved.")
    status = 413


class TooSlow(AppError):
    """The body of a request did not arrive in time."""

    text = N_("The data arrived too slowly and was dropped. Check the network and try again.")
    status = 408


def wants_page(scope: Scope) -> bool:
    """Whether a browser navigates here and should see a page rather than JSON."""
    if scope["type"] != "http" or scope["path"].startswith(("/api/", "/_stcore/")):
        return False
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


def refusal(scope: Scope, problem: AppError) -> Response:
    """The answer to a broken rule, in the current language."""
    if wants_page(scope):
        return _page(problem)
    content = {"code": problem.code, "message": problem.message()}
    return Response(
        json.dumps(content, ensure_ascii=False), problem.status, media_type="application/json"
    )


def _page(problem: AppError) -> Response:
    body = _PAGE.format(
        lang=html_language(),
        title=escape(_("That is not possible")),
        message=escape(problem.message()),
        back=escape(_("To the start page")),
    )
    return HTMLResponse(body, problem.status)
