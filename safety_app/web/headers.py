"""Security headers on every answer; own plain pages get a stricter content policy."""

import base64
import hashlib
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from safety_app.web.guard import PUBLIC_UNDER
from safety_app.web.identity import is_https
from safety_app.web.opened import is_kept, is_open

PLAIN: Final = (
    "/sign-in",
    "/sign-out",
    "/enrol",
    "/first",
    "/language/",
    "/sheet/",
    "/exam/",
    "/drill/",
    "/photos/",
    "/api/",
)
PLAIN_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
# The viewer inside the browser styles a PDF by itself.
PDF_POLICY: Final = "default-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
FIXED: Final = (
    ("x-content-type-options", "nosniff"),
    # Not `no-referrer`: with it browsers hide the origin of our own forms as well.
    ("referrer-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("permissions-policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"),
)
YEAR: Final = 31_536_000
_INLINE: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@lru_cache(maxsize=1)
def streamlit_policy() -> str:
    """What Streamlit's page needs; the hash of its inline script follows the installed version."""
    spec = find_spec("streamlit")
    index = Path(str(spec.origin)).parent / "static" / "index.html" if spec else None
    page = index.read_text(encoding="utf-8") if index and index.exists() else ""
    hashes = "".join(f" 'sha256-{_sha256(script)}'" for script in _INLINE.findall(page))
    return (
        f"default-src 'self'; script-src 'self' blob: 'wasm-unsafe-eval'{hashes};"
        " style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:;"
        " font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self' blob:;"
        " object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


class SecurityHeaders:
    """Adds what an answer does not say by itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, and watch the answer's start."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(scope, MutableHeaders(raw=message.setdefault("headers", [])))
            await send(message)

        await self.app(scope, receive, with_headers)


def _add(scope: Scope, headers: MutableHeaders) -> None:
    path: str = scope["path"]
    for name, value in FIXED:
        headers.setdefault(name, value)
    headers.setdefault("content-security-policy", _policy(path, headers))
    if is_https(scope):
        headers.setdefault("strict-transport-security", f"max-age={YEAR}")
    # Shared tablets: the back button must not show the last person's pages, Streamlit's either.
    is_page = headers.get("content-type", "").startswith("text/html")
    if is_page and not is_kept(path):
        headers["cache-control"] = "private, no-store"
    elif not path.startswith(PUBLIC_UNDER):
        headers.setdefault("cache-control", "private, no-store")


def _policy(path: str, headers: MutableHeaders) -> str:
    if headers.get("content-type", "").startswith("application/pdf"):
        return PDF_POLICY
    return PLAIN_POLICY if path.startswith(PLAIN) or is_open(path) else streamlit_policy()
