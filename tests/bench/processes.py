"""Servers in processes of their own, and the processor time they take."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60.0


class NotStarted(Exception):
    """A server did not answer; carries the end of what it wrote."""


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**more: str) -> dict[str, str]:
    """As `manage.py` starts the application: bytecode is kept, nothing of ours leaks in."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("SAFETY_")}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**env, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **more}


def cpu_ms(pid: int) -> float:
    """Processor time of a process and its children so far."""
    family = [psutil.Process(pid)]
    with contextlib.suppress(psutil.Error):
        family += family[0].children(recursive=True)
    return sum(map(_cpu_of, family)) * 1000


def _cpu_of(process: psutil.Process) -> float:
    if sys.platform == "linux":
        # Linux keeps a clock of nanoseconds for each process; /proc counts hundredths of a second.
        with contextlib.suppress(OSError):
            return time.clock_gettime((~process.pid) << 3 | 2)
    with contextlib.suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


class Server:
    """A web server that runs inside a `with` block; `seconds` is how long its start took."""

    def __init__(
        self, command: Sequence[str], port: int, env: Mapping[str, str], healthy: str = "/healthz"
    ) -> None:
        self.command = list(command)
        self.port = port
        self.env = dict(env)
        self.healthy = healthy
        self.seconds = 0.0

    def __enter__(self) -> Self:
        self.log = tempfile.TemporaryFile()
        began = time.perf_counter()
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.env, stdout=self.log, stderr=self.log
        )
        try:
            self._wait(began + PATIENCE_SECONDS)
        except BaseException:
            self._end()
            raise
        self.seconds = time.perf_counter() - began
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def settle(self) -> None:
        """Wait until what goes on beside the start, such as loading pages ahead, is done."""
        until = time.perf_counter() + PATIENCE_SECONDS
        busy = True
        while busy and time.perf_counter() < until:
            before = self.cpu_ms()
            time.sleep(0.5)
            busy = self.cpu_ms() - before > 25

    def cpu_ms(self) -> float:
        """Processor time so far."""
        return cpu_ms(self.process.pid)

    def said(self) -> str:
        """The end of what the server wrote."""
        self.log.seek(0)
        return self.log.read().decode("utf-8", "replace")[-4000:]

    def _wait(self, until: float) -> None:
        while not answers(self.port, self.healthy):
            if self.process.poll() is not None or time.perf_counter() > until:
                raise NotStarted(f"{' '.join(self.command)}\n{self.said()}")
            time.sleep(0.02)

    def _end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def answers(port: int, path: str) -> bool:
    """Whether a page is there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def application(data: Path, *, log_level: str = "INFO") -> Server:
    """The real server on a data folder."""
    port = free_port()
    command = [sys.executable, "-m", "safety_app", "serve", "--port", str(port)]
    return Server(command, port, environment(SAFETY_DATA_DIR=str(data), SAFETY_LOG_LEVEL=log_level))


def bare(data: Path) -> Server:
    """The floor's server on a folder."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.floor_server", str(data), str(port)]
    return Server(command, port, environment())


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder on the disk; `TMPDIR` says which, a memory disk would flatter nobody."""
    with tempfile.TemporaryDirectory(prefix="safety-bench-", ignore_cleanup_errors=True) as name:
        yield Path(name)
