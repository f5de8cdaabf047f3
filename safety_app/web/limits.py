"""Bodies that are too large or too slow are refused before anybody reads them."""

import asyncio
import contextlib
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from safety_app.core import i18n
from safety_app.core.errors import AppError
from safety_app.web.guard import spoken
from safety_app.web.refusals import TooLarge, TooSlow, refusal

MB: Final = 1_000_000
BODY_LIMIT: Final = 26 * MB
JSON_LIMIT: Final = 256_000
FORM_LIMIT: Final = 64_000
READ_OFF: Final = 64 * MB
BODY_SECONDS: Final = 120.0
JSON_SECONDS: Final = 30.0


class _Stopped(HTTPException):
    """Ends the reading of a body wherever it is read; the answer is replaced by ours."""

    def __init__(self, problem: AppError) -> None:
        super().__init__(problem.status, problem.code)
        self.problem = problem


class Limits:
    """Counts a body while it arrives."""

    def __init__(
        self, app: ASGIApp, body_seconds: float = BODY_SECONDS, json_seconds: float = JSON_SECONDS
    ) -> None:
        self.app = app
        self.body_seconds = body_seconds
        self.json_seconds = json_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or hand on a request whose body is watched."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        kind = headers.get("content-type", "")
        limit, seconds = self._allowance(kind)
        stated = headers.get("content-length", "0")
        deadline = asyncio.get_running_loop().time() + seconds
        if not stated.isdigit() or int(stated) > limit:
            i18n.set_language(spoken(scope))
            if stated.isdigit() and int(stated) <= READ_OFF:
                await _read_off(receive, READ_OFF, deadline)
            await refusal(scope, _too_large(limit))(scope, receive, send)
            return
        watch = _Watch(receive, limit, deadline)
        await self._run(scope, watch, send)

    def _allowance(self, kind: str) -> tuple[int, float]:
        if kind.startswith("application/json"):
            return JSON_LIMIT, self.json_seconds
        if kind.startswith("application/x-www-form-urlencoded"):
            return FORM_LIMIT, self.json_seconds
        return BODY_LIMIT, self.body_seconds

    async def _run(self, scope: Scope, watch: "_Watch", send: Send) -> None:
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if watch.stopped is None or started:
                started = True
                await send(message)

        with contextlib.suppress(_Stopped):
            await self.app(scope, watch.receive, guarded)
        if watch.stopped is not None and not started:
            await watch.read_off()
            await refusal(scope, watch.stopped)(scope, watch.receive, send)


class _Watch:
    """A body on its way in."""

    def __init__(self, receive: Receive, limit: int, deadline: float) -> None:
        self._receive = receive
        self._limit = limit
        self._deadline = deadline
        self._seen = 0
        self._done = False
        self.stopped: AppError | None = None

    async def receive(self) -> Message:
        """The next piece; raises once the body is too large or too slow."""
        if self._done:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError as error:
            self.stopped = TooSlow()
            raise _Stopped(self.stopped) from error
        self._seen += len(message.get("body", b""))
        self._done = not message.get("more_body", False)
        if self._seen > self._limit:
            self.stopped = _too_large(self._limit)
            raise _Stopped(self.stopped)
        return message

    async def read_off(self) -> None:
        """Take in the rest of a body that is too large; one that is too slow gets no more time."""
        if not self._done:
            await _read_off(self._receive, READ_OFF - self._seen, self._deadline)


async def _read_off(receive: Receive, most: int, deadline: float) -> None:
    """Read and forget: a client that is still sending would never see the answer."""
    more = True
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout_at(deadline):
            while more and most > 0:
                message = await receive()
                most -= len(message.get("body", b""))
                more = message.get("more_body", False)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(limit=f"{limit // MB} MB" if limit >= MB else f"{limit // 1000} kB")
