"""A tiny application behind the real middleware, and a hand-made finder of sessions."""

from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from safety_app.core.access import Actor, Role
from safety_app.core.i18n import language
from safety_app.web import middleware
from safety_app.web.guard import SESSION_COOKIE
from safety_app.web.identity import Live, actor_of, csrf_of

TOKEN = "good-token"
CSRF = "good-csrf"
ACTOR = Actor(7, 1, "王晓燕", frozenset({Role.STAFF}))
SIGNED_IN = {"cookie": f"{SESSION_COOKIE}={TOKEN}"}


class Finder:
    """Knows one token; counts how often it was asked."""

    def __init__(self, actor: Actor | None = ACTOR) -> None:
        self.actor = actor
        self.asked = 0

    def __call__(self, token: str, now: datetime) -> Live | None:
        self.asked += 1
        return Live(self.actor, CSRF) if self.actor and token == TOKEN else None


async def _page(request: Request) -> Response:
    state = request.scope.get("state", {})
    who = state["actor"].name if "actor" in state else ""
    return JSONResponse({"who": who, "language": language(), "path": request.url.path})


async def _actor(request: Request) -> Response:
    return PlainTextResponse(f"{actor_of(request).user_id} {csrf_of(request)}")


async def _echo(request: Request) -> Response:
    form = await request.form()
    return PlainTextResponse(str(form.get("what", "")))


async def _swallow(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def _bug(_request: Request) -> Response:
    raise KeyError("a secret detail")


async def _kept(_request: Request) -> Response:
    return HTMLResponse("<p>", headers={"cache-control": "public, max-age=60"})


async def _stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(language())
    await socket.close()


def application(finder: Finder) -> Starlette:
    """Pages, forms, an upload and a websocket at the paths the guard knows."""
    return Starlette(
        routes=[
            Route("/sign-in", _page, methods=["GET", "POST"]),
            Route("/healthz", _page),
            Route("/who", _actor),
            Route("/form", _echo, methods=["POST"]),
            Route("/bug", _bug),
            Route("/kept", _kept),
            Mount(
                "/api",
                routes=[
                    Route("/runs/{id:int}/{what}", _page, methods=["GET", "POST"]),
                    Route("/attempts/{id:int}/{what}", _page, methods=["GET", "POST"]),
                    Route("/drills/{code}/{what}", _page, methods=["GET", "POST"]),
                    Route("/body", _swallow, methods=["POST", "PUT", "DELETE"]),
                ],
            ),
            WebSocketRoute("/_stcore/stream", _stream),
            Route("/{path:path}", _page, methods=["GET", "POST", "PUT", "DELETE"]),
        ],
        middleware=middleware.stack(finder),
    )
