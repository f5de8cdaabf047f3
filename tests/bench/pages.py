"""A rerun of a page in the real server, over the websocket, beside an empty page."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.bench import processes
from tests.bench.hall import Hall
from tests.bench.processes import Server, environment, free_port
from tests.bench.table import Line, Paired, in_turn

LIMIT_MS = 25.0
EMPTY_MS = 2.1
"""What an empty page took where the limits were set; they are kept as multiples of one."""
PAGES = {"Today": "", "The board of hazards": "hazards"}


class PageFailed(Exception):
    """The script ended badly, so that there is nothing to measure."""


class Visit:
    """One browser on one page, without a browser's processor time."""

    def __init__(self, server: Server, token: str, page: str, query: str = "") -> None:
        self.server, self.token, self.page, self.query = server, token, page, query
        self.deltas = 0

    def __enter__(self) -> Self:
        self.connection = connect(
            f"ws://127.0.0.1:{self.server.port}/_stcore/stream",
            additional_headers={"Cookie": f"safety_session={self.token}"},
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
            compression=None,
        )
        self.socket = self.connection.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.connection.__exit__(kind, error, trace)

    def rerun(self, times: int) -> float:
        """Server CPU of a rerun, of so many in a row."""
        before = self.server.cpu_ms()
        for _ in range(times):
            self._once()
        return (self.server.cpu_ms() - before) / times

    def _once(self) -> None:
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        self.socket.send(message.SerializeToString())
        self.deltas = 0
        while True:
            got = ForwardMsg.FromString(bytes(self.socket.recv(timeout=60)))  # type: ignore[arg-type]
            kind = got.WhichOneof("type")
            self.deltas += kind == "delta"
            if kind == "delta" and got.delta.new_element.HasField("exception"):
                raise PageFailed(got.delta.new_element.exception.message)
            if kind == "script_finished":
                if got.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
                    raise PageFailed(ForwardMsg.ScriptFinishedStatus.Name(got.script_finished))
                return


def beside_empty(paired: Paired, name: str, above_ms: float) -> Line:
    """A page that may take so much more than an empty one, wherever that takes `EMPTY_MS`."""
    return paired.line(name, (EMPTY_MS + above_ms) / EMPTY_MS)


def empty(hall: Hall) -> Server:
    """The server of the empty page, which asks the same database who is there."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.empty_server", str(port)]
    env = environment(SAFETY_DATA_DIR=str(hall.data))
    return Server(command, port, env)


def measure(hall: Hall, rounds: int, times: int) -> Iterator[Line]:
    """Each page beside the empty one."""
    with ExitStack() as stack:
        ours = stack.enter_context(processes.application(hall.data))
        floor = stack.enter_context(empty(hall))
        ours.settle()
        floor.settle()
        nothing = stack.enter_context(Visit(floor, hall.officer.token, ""))
        nothing.rerun(3)
        for name, path in PAGES.items():
            with Visit(ours, hall.officer.token, path) as page:
                page.rerun(3)
                if page.deltas <= nothing.deltas:
                    raise PageFailed(f"{name} shows nothing")
                paired = in_turn(rounds, partial(page.rerun, times), partial(nothing.rerun, times))
            yield beside_empty(paired, f"{name}, a rerun: server CPU", LIMIT_MS)
