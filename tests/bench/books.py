"""Papers of the demonstration hall that take a while: all windows' reports, an inspector's papers.

Each is made twice: the time is the first one's, the memory what the second one leaves behind.
"""

import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from safety_app.core import clock, db
from safety_app.core.clock import local_day
from safety_app.core.i18n import bilingual
from safety_app.reports import batch, dossier, dossier_paper
from safety_app.reports.months import month_before
from safety_app.reports.service import WindowChoice
from safety_app.workplace import service as workplace
from tests.bench.hall import adopt
from tests.bench.starts import demonstration
from tests.bench.table import Line

REPORTS_LIMIT, DOSSIER_LIMIT = 12.0, 60.0
LEFT_LIMIT: Final = 30.0
"""Megabytes: fonts and code that stay loaded, and what the allocator keeps."""


def measure(folder: Path) -> Iterator[Line]:
    """Both, each with what it leaves behind."""
    demonstration(folder)
    adopt(folder)
    yield from books(folder)


def books(folder: Path) -> Iterator[Line]:
    """The papers of the hall in this process's database."""
    windows = _windows()
    name = f"{len(windows)} window reports in one PDF"
    yield from _twice(lambda: _all(windows, folder / "all.pdf"), name, REPORTS_LIMIT)
    name = "Papers for an inspector"
    yield from _twice(lambda: _dossier(folder / "dossier.pdf"), name, DOSSIER_LIMIT)


def _twice(work: Callable[[], None], name: str, limit: float) -> Iterator[Line]:
    began = time.perf_counter()
    work()
    yield Line(name, time.perf_counter() - began, None, limit, "s")
    before = _resident()
    work()
    left = max(0.0, _resident() - before)
    yield Line(f"{name}: left in memory", left, None, LEFT_LIMIT, "MB")


def _resident() -> float:
    """Megabytes of this process that are in memory."""
    gc.collect()
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _windows() -> list[WindowChoice]:
    with db.reading() as session:
        site = workplace.list_sites(session)[0]
        return [
            WindowChoice(one.id, one.code, bilingual(one.name, one.name_en))
            for one in workplace.list_windows(session, site.id)
        ]


def _all(windows: list[WindowChoice], out: Path) -> None:
    now = clock.now()
    today = local_day(now, "Asia/Shanghai")
    year, month = month_before(today.year, today.month)
    batch.write_all(
        None, windows, year, month, out, language="zh_CN", suffix="pdf", now=now, step=_quiet
    )


def _dossier(out: Path) -> None:
    with db.reading() as session:
        site = workplace.list_sites(session)[0]
        found = dossier.collect(session, None, site.id, now=clock.now(), step=_quiet)
    dossier_paper.write(found, out, step=_quiet)


def _quiet(_done: int, _total: int, _at: str) -> None:
    """Nobody listens."""
