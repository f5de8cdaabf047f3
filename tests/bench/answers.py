"""One answer, by one tablet and by twenty at once; and one whole inspection."""

import itertools
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from hazards import service as hazards
from hazards.models import Hazard
from safety_app.core import clock, db
from safety_app.core.access import Actor
from tests.bench import floor_server, pictures, processes
from tests.bench.client import Reply, Request, Tablets
from tests.bench.hall import ITEMS, ONE_OPEN_IN, Hall, Paper, Sheet, Size
from tests.bench.processes import Server
from tests.bench.table import Line, in_turn

CROWD = 20
FAILED = 7
PHOTOS = 3
JSON = {"content-type": "application/json"}
NOTE = "插头温热，已停用"
INK = {"strokes": [[[10, 10], [80, 60], [160, 20]], [[20, 90], [150, 95]]], "w": 300, "h": 120}


class Pen:
    """One tablet with one sheet, at our server: the next request of each kind."""

    def __init__(self, sheet: Sheet, *, usual: str = "P") -> None:
        self.sheet = sheet
        self.usual = usual
        self.seq = 0

    def answer(self) -> Request:
        """The next item is answered as usual; after the last comes the first again."""
        return self._entry((self.seq) % ITEMS, value=self.usual)

    def fail(self, position: int) -> Request:
        """An item is not, and becomes a hazard."""
        return self._entry(position, value="F", disposal="hazard", level="moderate", note=NOTE)

    def photo(self, position: int, jpeg: bytes) -> Request:
        """A picture of it."""
        self.seq += 1
        key = f"photo-{self.sheet.run_id}-{self.seq}"
        query = f"seq={self.seq}&item_id={self.sheet.items[position]}&client_key={key}"
        path = f"/api/runs/{self.sheet.run_id}/photos?{query}"
        headers = {"content-type": "image/jpeg", "x-run-token": self.sheet.run_token}
        return Request("POST", path, headers, jpeg)

    def submit(self) -> Request:
        """The signature."""
        body = {"client_at": _at(), "signature": INK, "last_seq": self.seq}
        headers = {**JSON, **cookie(self.sheet.signed_in.token)}
        headers["x-csrf-token"] = self.sheet.signed_in.csrf
        path = f"/api/runs/{self.sheet.run_id}/submit"
        return Request("POST", path, headers, _json(body))

    def _entry(self, position: int, **facts: Any) -> Request:
        self.seq += 1
        item_id = self.sheet.items[position]
        body = {"seq": self.seq, "client_at": _at(), "item_id": item_id, **facts}
        headers = {**JSON, "x-run-token": self.sheet.run_token}
        return Request("POST", f"/api/runs/{self.sheet.run_id}/entries", headers, _json(body))


class ExamPen:
    """One tablet with one exam."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.seq = 0

    def answer(self) -> Request:
        """The next question is answered; after the last comes the first again."""
        place, choice = self.seq % self.paper.questions, 1 + self.seq % 2
        self.seq += 1
        body = {"seq": self.seq, "client_at": _at(), "place": place, "choice": choice}
        headers = {**JSON, "x-run-token": self.paper.token}
        path = f"/api/attempts/{self.paper.attempt_id}/entries"
        return Request("POST", path, headers, _json(body))


class BarePen:
    """The same for the floor."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.seq = 0

    def answer(self) -> Request:
        """The next item is normal."""
        return self._entry(self.seq % ITEMS, value="P")

    def fail(self, position: int) -> Request:
        """An item is not."""
        return self._entry(position, value="F", note=NOTE)

    def photo(self, position: int, jpeg: bytes) -> Request:
        """A picture of it."""
        return Request("POST", f"/runs/{self.run_id}/photos", {"content-type": "image/jpeg"}, jpeg)

    def submit(self) -> Request:
        """The signature."""
        return Request("POST", f"/runs/{self.run_id}/submit", JSON, _json({"client_at": _at()}))

    def _entry(self, position: int, **facts: Any) -> Request:
        self.seq += 1
        body = {"seq": self.seq, "client_at": _at(), "position": position, **facts}
        return Request("POST", f"/runs/{self.run_id}/answers", JSON, _json(body))


def measure(hall: Hall, folder: Path, size: Size, rounds: int, each: int) -> Iterator[Line]:
    """All lines that need both servers; `each` answers a block."""
    folder.mkdir()
    floor_server.fill(
        folder, runs=size.sheets, items=ITEMS, hazards=size.hazards, every=ONE_OPEN_IN
    )
    with (
        processes.application(hall.data) as ours,
        processes.bare(folder) as floor,
        Tablets() as tablets,
    ):
        ours.settle()
        floor.settle()
        bench = Bench(hall, ours, floor, tablets)
        yield bench.inspection(rounds)
        yield from bench.answers("one tablet", 1, each, rounds)
        yield from bench.scores(each, rounds)
        yield from bench.exam(each, rounds)
        yield from bench.answers(f"{CROWD} tablets at once", CROWD, max(1, each // 5), rounds)


@dataclass(slots=True)
class Side:
    """Who answers at which server, and how long they waited in each block."""

    server: Server
    pens: Sequence[Pen | BarePen | ExamPen]
    waits: list[float] = field(default_factory=list)


class Bench:
    """Both servers, the sending process, and the sheets not used yet."""

    def __init__(self, hall: Hall, ours: Server, floor: Server, tablets: Tablets) -> None:
        self.hall, self.ours, self.floor, self.tablets = hall, ours, floor, tablets
        self.sheets = iter(hall.sheets)
        self.bare_runs = itertools.count(1)
        self.picture = itertools.count()

    def answers(self, who: str, lanes: int, each: int, rounds: int) -> Iterator[Line]:
        """Half of all answers take no longer than p50; CPU is the server's, an answer."""
        pens = [Pen(next(self.sheets)) for _ in range(lanes)]
        yield from self._answers(f"An answer, {who}", pens, each, rounds)

    def scores(self, each: int, rounds: int) -> Iterator[Line]:
        """The same for the evaluation of a drill, whose answers are points."""
        assert self.hall.evaluation
        pen = Pen(self.hall.evaluation, usual="4")
        yield from self._answers("A score, one tablet", [pen], each, rounds)

    def exam(self, each: int, rounds: int) -> Iterator[Line]:
        """An answer in an exam, beside one on a patrol: both ours, on the same server."""
        assert self.hall.exam
        exam = Side(self.ours, [ExamPen(self.hall.exam)])
        patrol = Side(self.ours, [Pen(next(self.sheets))])
        name = "An exam answer, one tablet"
        yield from self._beside(name, exam, patrol, each, rounds, limits=(1.5, 1.5))

    def _answers(self, what: str, pens: Sequence[Pen], each: int, rounds: int) -> Iterator[Line]:
        bare = [BarePen(next(self.bare_runs)) for _ in pens]
        ours, floor = Side(self.ours, pens), Side(self.floor, bare)
        yield from self._beside(what, ours, floor, each, rounds, limits=(2.0, 4.0))

    def _beside(
        self, what: str, ours: Side, floor: Side, each: int, rounds: int,
        *, limits: tuple[float, float],
    ) -> Iterator[Line]:  # fmt: skip
        """Two sides in turn, after one turn of each that does not count."""
        self._block(ours, each)
        self._block(floor, each)
        ours.waits.clear()
        floor.waits.clear()
        cpu = in_turn(rounds, lambda: self._block(ours, each), lambda: self._block(floor, each))
        p50, floor_p50 = statistics.median(ours.waits), statistics.median(floor.waits)
        yield Line(f"{what}: p50 until it is on disk", p50, floor_p50, limits[0])
        yield cpu.line(f"{what}: server CPU", limits[1])

    def _block(self, side: Side, each: int) -> float:
        """`each` answers by every pen; the processor time of one."""
        work = [[pen.answer() for _ in range(each)] for pen in side.pens]
        before = side.server.cpu_ms()
        replies = self.tablets.send(side.server.port, work)
        taken = side.server.cpu_ms() - before
        side.waits.append(statistics.median(one.ms for lane in replies for one in lane))
        return taken / (len(work) * each)

    def inspection(self, rounds: int) -> Line:
        """20 answers, one with note and three photos, signature, owner, list of open hazards."""
        self._ours()
        self._bare()
        name = f"An inspection of {ITEMS} items with {PHOTOS} photos: server CPU"
        return in_turn(rounds, self._ours, self._bare).line(name, 1.5)

    def _ours(self) -> float:
        pen = Pen(next(self.sheets))
        before = self.ours.cpu_ms()
        number = json.loads(self._walk(self.ours, pen).body)["hazards"][0]
        assigned = _assign(number, self.hall.officer.actor)
        path = "/api/hazards?view=open"
        listing = Request("GET", path, cookie(self.hall.officer.token))
        (replies,) = self.tablets.send(self.ours.port, [[listing]])
        assert len(json.loads(replies[0].body)["hazards"]) > 1
        return self.ours.cpu_ms() - before + assigned

    def _bare(self) -> float:
        pen = BarePen(next(self.bare_runs))
        before = self.floor.cpu_ms()
        self._walk(self.floor, pen)
        body = {"owner_id": 1, "fix_by": "2026-12-04", "measures": "更换插排"}
        assign = Request("POST", f"/hazards/HZ-R-{pen.run_id}/assign", JSON, _json(body))
        self.tablets.send(self.floor.port, [[assign, Request("GET", "/hazards")]])
        return self.floor.cpu_ms() - before

    def _walk(self, server: Server, pen: Pen | BarePen) -> Reply:
        """The sheet from its first item to the signature, which is answered."""
        requests: list[Request] = []
        for position in range(ITEMS):
            if position != FAILED:
                requests.append(pen._entry(position, value="P"))
                continue
            requests.append(pen.fail(position))
            for _ in range(PHOTOS):
                jpeg = pictures.jpeg(next(self.picture))
                requests.append(pen.photo(position, jpeg))
        (replies,) = self.tablets.send(server.port, [[*requests, pen.submit()]])
        return replies[-1]


def _assign(number: str, actor: Actor) -> float:
    """Owner and deadline, as the page sets them; the processor time it took this process."""
    with db.reading() as session:  # the page shows the hazard already
        columns = select(Hazard.id, Hazard.row_version).where(Hazard.number == number)
        hazard_id, version = session.execute(columns).one()
    now = clock.now()
    before = time.process_time()
    with db.transaction() as session:
        hazards.assign(
            session,
            actor,
            hazard_id,
            owner_id=actor.user_id,
            fix_by=clock.local_day(now, actor.timezone) + timedelta(days=3),
            measures="更换插排",
            row_version=version,
            now=now,
        )
    return (time.process_time() - before) * 1000


def cookie(token: str) -> dict[str, str]:
    """The header of somebody who is signed in."""
    return {"cookie": f"safety_session={token}"}


def _at() -> str:
    return clock.now().isoformat()


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
