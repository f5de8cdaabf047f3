"""The style sheet as one file under an address that changes with its content; shared script."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

STATIC: Final = Path(__file__).parent / "static"
SHEETS: Final = (
    "tokens.css",
    "pieces.css",
    "ink.css",
    "split.css",
    "roster.css",
    "setup.css",
    "style.css",
    "people.css",
    "plans.css",
    "equipment.css",
    "incidents.css",
    "emergency.css",
    "training.css",
    "drills.css",
)
FOREVER: Final = "public, max-age=31536000, immutable"


@cache
def style() -> tuple[str, str]:
    """The whole style sheet and a short hash of it."""
    whole = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in SHEETS)
    return whole, hashlib.sha256(whole.encode()).hexdigest()[:12]


def style_address() -> str:
    """Where the browser finds it, and may keep it for good."""
    return f"/ui/style.css?v={style()[1]}"


def with_lease(script: Path) -> bytes:
    """A page's module with `Lease` before it, so that one file brings both."""
    return (STATIC / "lease.js").read_bytes() + script.read_bytes()


async def _style(_request: Request) -> Response:
    return Response(style()[0], media_type="text/css", headers={"cache-control": FOREVER})


async def _tokens(_request: Request) -> Response:
    return FileResponse(STATIC / "tokens.css", media_type="text/css")


async def _shield(_request: Request) -> Response:
    path = STATIC / "shield.svg"
    return FileResponse(path, media_type="image/svg+xml", headers={"cache-control": FOREVER})


routes: Final = [
    Route("/ui/style.css", _style),
    Route("/ui/tokens.css", _tokens),
    *(Route(path, _shield) for path in ("/ui/shield.svg", "/favicon.png", "/favicon.ico")),
]
