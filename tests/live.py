"""The whole application in a process of its own, killed and started again at will."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
NAME: Final = "hall.test"
"""Not localhost: there browsers allow what a hall's plain HTTP does not have."""
ZONE: Final = f"Etc/GMT{datetime.now(UTC).hour - 11:+d}"
"""A zone where it is eleven now: what lasts hours lies in one day, and no run sees midnight."""
RESOLVE: Final = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"


def eventually(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for what another thread or process does."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class House:
    """`python -m safety_app serve` on an own data folder; the port stays the same."""

    def __init__(self, folder: Path, module: str = "safety_app") -> None:
        self.folder = folder
        self.module = module
        self.port = free_port()
        self.url = f"http://{NAME}:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it is healthy."""
        env = {**os.environ, "SAFETY_DATA_DIR": str(self.folder)}
        command = [sys.executable, "-m", self.module, "serve", "--port", str(self.port)]
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True
            )
        for _ in range(600):
            if self.process.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(0.1)
        raise AssertionError((self.folder / "serve.log").read_text("utf-8", "replace")[-4000:])

    @property
    def is_up(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """Take it down without a word, as a power cut does."""
        if self.process and self.is_up:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=20)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as got:
                return bool(got.status == 200)
        except (OSError, urllib.error.URLError):
            return False
