"""Several people at once, on real connections."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest

from hazards import service
from hazards.models import Category, Hazard, Level, Origin, Status
from safety_app.core.db import Database, transaction
from safety_app.core.errors import ChangedMeanwhile
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_hazard

T = TypeVar("T")


def at_once(actions: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Run every action in a thread of its own, all starting together."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], T]) -> T | Exception:
        barrier.wait()
        try:
            return action()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def report(hall: Cast, source: str | None) -> str:
    """Report in a transaction of its own; the number."""
    with transaction() as session:
        return service.report(
            session, hall.staff, what="堆物", level=Level.MINOR, category=Category.EXITS,
            origin=Origin.PATROL, window_id=hall.a01, source=source, now=NOW,
        ).number  # fmt: skip


def test_numbers_have_no_gaps_and_no_doubles(database: Database, hall: Cast) -> None:
    found = at_once([lambda: report(hall, None)] * 12)
    assert sorted(map(str, found)) == [f"HZ-2026-{n:04d}" for n in range(1, 13)]


def test_a_failed_report_gives_its_number_back(database: Database, hall: Cast) -> None:
    def fail() -> None:
        with transaction() as session:
            make_hazard(session, hall)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert report(hall, None) == "HZ-2026-0001"


def test_two_reports_of_one_source_at_once_are_one_hazard(database: Database, hall: Cast) -> None:
    found = at_once([lambda: report(hall, "checklists:window/A01/D07")] * 6)
    assert set(map(str, found)) == {"HZ-2026-0001"}


def test_of_two_people_on_one_hazard_the_second_is_told(database: Database, hall: Cast) -> None:
    with transaction() as session:
        hazard = make_hazard(session, hall)
    drawn = hazard.row_version

    def assign(actor_name: str) -> Hazard:
        with transaction() as session:
            return service.assign(
                session, getattr(hall, actor_name), hazard.id, owner_id=hall.staff.user_id,
                fix_by=TODAY, measures=actor_name, row_version=drawn, now=NOW,
            )  # fmt: skip

    found = at_once([lambda: assign("lead"), lambda: assign("officer")])
    refused = [one for one in found if isinstance(one, Exception)]
    taken = [one for one in found if isinstance(one, Hazard)]
    assert len(taken) == 1 and taken[0].status == Status.ASSIGNED
    assert [isinstance(one, ChangedMeanwhile) for one in refused] == [True]
