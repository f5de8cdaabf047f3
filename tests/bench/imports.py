"""A table of a thousand people, from its bytes to the commit."""

import gc
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from safety_app.core import clock, db, files
from safety_app.features import features
from safety_app.workplace import service
from tests.bench.hall import adopt
from tests.bench.table import Line
from tests.cast import Cast, build
from tests.workplace import tables

WINDOWS, PEOPLE = 50, 1_000
LOOKS = 10
MB = 1_000_000


def measure(folder: Path, rounds: int, people: int = PEOPLE) -> Iterator[Line]:
    """Reading, comparing, writing; and what ten previews of it leave in memory."""
    content = tables.book(*tables.hall(min(WINDOWS, people // 2), people))
    seconds = []
    for turn in range(max(1, rounds // 2)):
        cast = _hall(folder / str(turn))
        began = time.perf_counter()
        _bring_in(cast, content)
        seconds.append(time.perf_counter() - began)
    yield Line(f"Import of {people:,} people", statistics.median(seconds), None, 3, "s")
    before = _memory()
    for _look in range(LOOKS):
        _preview(cast, content)
    yield Line("Ten previews of that import: memory", _memory(), before, 20, "MB", above=True)


def _hall(folder: Path) -> Cast:
    adopt(folder)
    with db.transaction() as session:
        cast = build(session)
        for feature in features():
            if feature.prepare:
                feature.prepare(session, clock.now())
    return cast


def _bring_in(cast: Cast, content: bytes) -> None:
    with db.transaction() as session:
        admin, now = cast.administrator, clock.now()
        file = files.receive(session, admin, content, "people.xlsx", now=now)
        found = service.read_import(session, admin, [file.id])
        done = service.import_tables(session, admin, found, now=now)
        assert not done.left_out


def _preview(cast: Cast, content: bytes) -> None:
    with db.transaction() as session:
        admin, now = cast.administrator, clock.now()
        file = files.receive(session, admin, content, "people.xlsx", now=now)
        found = service.read_import(session, admin, [file.id])
        assert not service.plan_import(session, admin, found, now=now).is_needed


def _memory() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / MB
