"""The tablets: a process of its own that sends requests over kept connections and takes the time.

Reads one job a line (JSON: port and, for each connection, its requests in order), sends all
connections at once, and writes one line: for each connection a list of [milliseconds, status].
"""

import asyncio
import base64
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from tests.bench.processes import ROOT, environment


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `body` is sent as it is."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def raw(self, port: int) -> bytes:
        """The bytes on the wire."""
        headers = {"host": f"127.0.0.1:{port}", "content-length": str(len(self.body))}
        lines = [f"{name}: {value}\r\n" for name, value in {**headers, **self.headers}.items()]
        return f"{self.method} {self.path} HTTP/1.1\r\n{''.join(lines)}\r\n".encode() + self.body


@dataclass(frozen=True, slots=True)
class Reply:
    """How long it took, how it was answered, and with what."""

    ms: float
    status: int
    body: str


class Refused(Exception):
    """The server answered with an error, so that there is nothing to measure."""


class Tablets:
    """The sending process."""

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.client"],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()

    def send(self, port: int, lanes: Sequence[Sequence[Request]]) -> list[list[Reply]]:
        """All lanes at once, each in order; raises `Refused` unless all went well."""
        assert self.process.stdin and self.process.stdout
        packed = [
            [base64.b64encode(request.raw(port)).decode() for request in lane] for lane in lanes
        ]
        self.process.stdin.write(json.dumps({"port": port, "lanes": packed}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        replies = [[Reply(*one) for one in lane] for lane in answer]
        for lane, sent in zip(replies, lanes, strict=True):
            for reply, request in zip(lane, sent, strict=True):
                if not 200 <= reply.status < 300:
                    said = f"{request.method} {request.path}: {reply.status} {reply.body[:500]}"
                    raise Refused(said)
        return replies


class Lines:
    """Kept connections by server and place."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, int], tuple[asyncio.StreamReader, asyncio.StreamWriter]] = {}

    async def lane(self, port: int, at: int, requests: Sequence[bytes]) -> list[tuple[Any, ...]]:
        """One after the other over one connection."""
        reader, writer = await self._line(port, at)
        found = []
        for raw in requests:
            began = time.perf_counter()
            writer.write(raw)
            status, body = await _reply(reader)
            found.append(((time.perf_counter() - began) * 1000, status, body))
        return found

    async def _line(
        self, port: int, at: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:  # fmt: skip
        kept = self.known.get((port, at))
        if kept is None or kept[0].at_eof() or kept[1].is_closing():
            self.known[port, at] = await asyncio.open_connection("127.0.0.1", port)
        return self.known[port, at]


async def _reply(reader: asyncio.StreamReader) -> tuple[int, str]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status = int(head[9:12])
    fields = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in head.split("\r\n")[1:])
    }
    if "content-length" in fields:
        return status, (await reader.readexactly(int(fields["content-length"]))).decode()
    body = b""
    while size := int((await reader.readline()).strip(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return status, body.decode()


async def _work() -> None:
    lines = Lines()
    loop = asyncio.get_running_loop()
    while text := await loop.run_in_executor(None, sys.stdin.readline):
        job = json.loads(text)
        lanes = [[base64.b64decode(raw) for raw in lane] for lane in job["lanes"]]
        found = await asyncio.gather(
            *(lines.lane(job["port"], at, lane) for at, lane in enumerate(lanes))
        )
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_work())
