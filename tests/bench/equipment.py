"""Twenty thousand safety facilities: the register, the due list, the nightly job, labels."""

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from equipment.due import Precision
from equipment.jobs import due_hazards
from equipment.models import Item, Status
from equipment.service import labels, rules
from equipment.service.labels import Chosen
from hazards.models import Hazard
from safety_app.accounts.models import User
from safety_app.accounts.service.sessions import open_session
from safety_app.core import clock, db
from safety_app.core.feature import load
from safety_app.features import features
from tests.bench import pages, processes
from tests.bench.hall import Hall, adopt
from tests.bench.pages import PageFailed, Visit, beside_empty
from tests.bench.table import Line, in_turn
from tests.cast import Cast, build

ITEMS, LATE_ONE_IN, LABELS = 20_000, 10, 480
PAGE_MS, JOB_S, LABELS_S = 30.0, 5.0, 2.5
ZONE = "Asia/Shanghai"
KINDS = ("extinguisher-abc", "extinguisher-water", "extinguisher-co2", "emergency-light", "hydrant")
SERVICES = ("service", "full_check", "discharge", "function_test")
VIEWS = {
    "The register of {n:,} facilities": "",
    "The list of what is due, {n:,} facilities": "view=due",
}


def measure(folder: Path, rounds: int, reruns: int, items: int = ITEMS) -> Iterator[Line]:
    """Pages beside the empty one; job and labels by themselves."""
    hall, cast = furnish(folder, items)
    yield from _labels(cast, rounds, min(LABELS, items))
    yield from _pages(hall, rounds, reruns, items)
    yield _job(items)


def furnish(folder: Path, items: int) -> tuple[Hall, Cast]:
    """A hall full of facilities, one in ten of them late in some way."""
    adopt(folder)
    now = clock.now()
    with db.transaction() as session:
        cast = build(session)
        for feature in features():
            if feature.prepare:
                feature.prepare(session, now)
        session.execute(insert(Item), [_row(cast, number, now) for number in range(items)])
        rules.refresh(session, session.scalars(select(Item)).all())
        officer = session.get_one(User, cast.officer.user_id)
        signed_in = open_session(session, officer, device_id=None, now=now)
    return Hall(folder, signed_in, ()), cast


def _row(cast: Cast, number: int, now: datetime) -> dict[str, Any]:
    """One item: of every kind, at every place, of every age below scrap."""
    today = clock.local_day(now, ZONE)
    is_late = number % LATE_ONE_IN == 0
    inspected = today - timedelta(days=45 if is_late else number % 28)
    windows = (cast.a01, cast.a02, cast.a03, None)
    window_id = windows[number % 4]
    return {
        "site_id": cast.site_id,
        "code": f"MHQ-{number + 1:05d}",
        "kind": KINDS[number % len(KINDS)],
        "size": "4 kg",
        "made_on": date(today.year - 1 - number % 2, number % 12 + 1, 1),
        "made_precision": Precision.MONTH,
        "window_id": window_id,
        "location_id": None if window_id else cast.floor,
        "placing": f"{number % 400 + 1} 号箱",
        "status": Status.IN_SERVICE,
        "status_on": today,
        "registered_on": today - timedelta(days=400),
        "registered_by": cast.officer.user_id,
        "registered_at": now,
        "last_inspected_on": inspected,
        "last_inspection_passed": True,
        "limits": {},
        "last_services": dict.fromkeys(SERVICES, (today - timedelta(days=20)).isoformat()),
        "row_version": 1,
    }


def _labels(cast: Cast, rounds: int, count: int) -> Iterator[Line]:
    """From the choice to the finished PDF."""
    write = load("equipment.documents.labels:print_labels")
    sheet = next(iter(labels.PAPERS.values()))

    def once() -> float:
        began = time.perf_counter()
        with db.reading() as session:
            ids = tuple(session.scalars(select(Item.id).order_by(Item.id).limit(count)))
            today = clock.local_day(clock.now(), cast.officer.timezone)
            found = labels.list_labels(session, cast.officer, Chosen(ids=ids), today=today)
            made = write(
                session, cast.officer, found, sheet, address="http://192.168.1.20:8501", used=0,
                with_cuts=False, now=clock.now(),
            )  # fmt: skip
        assert len(found) == count and made.startswith(b"%PDF")
        return time.perf_counter() - began

    once()
    seconds = statistics.median(once() for _ in range(max(1, rounds // 2)))
    yield Line(f"{count} labels", seconds, None, LABELS_S, "s")


def _pages(hall: Hall, rounds: int, reruns: int, items: int) -> Iterator[Line]:
    with ExitStack() as stack:
        ours = stack.enter_context(processes.application(hall.data))
        floor = stack.enter_context(pages.empty(hall))
        ours.settle()
        floor.settle()
        nothing = stack.enter_context(Visit(floor, hall.officer.token, ""))
        nothing.rerun(3)
        for name, query in VIEWS.items():
            with Visit(ours, hall.officer.token, "equipment", query) as page:
                page.rerun(3)
                if page.deltas <= nothing.deltas:
                    raise PageFailed(f"{name} shows nothing")
                paired = in_turn(
                    rounds, partial(page.rerun, reruns), partial(nothing.rerun, reruns)
                )
            yield beside_empty(paired, f"{name.format(n=items)}: server CPU", PAGE_MS)


def _job(items: int) -> Line:
    """All that is late becomes a hazard, in portions; a second night finds nothing to do."""
    began = time.perf_counter()
    raised = _until_done()
    seconds = time.perf_counter() - began
    with db.reading() as session:
        known = len(session.scalars(select(Hazard.id)).all())
    assert raised == known >= items // LATE_ONE_IN
    assert _until_done() == 0
    return Line(f"The nightly job over {items:,}, {raised:,} late", seconds, None, JOB_S, "s")


def _until_done() -> int:
    raised = 0
    while True:
        with db.transaction() as session:
            more = _portion(session)
        raised += more
        if not more:
            return raised


def _portion(session: Session) -> int:
    return due_hazards(session, clock.now())
