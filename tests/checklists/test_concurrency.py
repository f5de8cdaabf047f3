"""Two tablets on one patrol at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from checklists import jobs, service
from checklists.entries import Entry
from checklists.errors import RunTakenOver
from checklists.models import LateEntry, Run, RunToken, Task
from checklists.service import Receipt
from hazards.models import Hazard
from safety_app.core.access import Actor
from safety_app.core.db import Database, reading, transaction
from tests.cast import NOW, Cast
from tests.checklists.sheets import INK, items_of
from tests.factories import make_task


@pytest.fixture
def task(database: Database, hall: Cast) -> Task:
    """The patrol before opening at window A01."""
    with transaction() as session:
        return make_task(session, hall)


def at_once(count: int) -> ThreadPoolExecutor:
    """Threads, one each."""
    return ThreadPoolExecutor(count)


def test_two_tablets_that_open_at_once_make_one_run(hall: Cast, task: Task) -> None:
    actors = [hall.staff, hall.second_staff, hall.lead, hall.officer]
    start = Barrier(len(actors))

    def open_sheet(actor: Actor) -> str:
        start.wait()
        with transaction() as session:
            return service.open_run(session, actor, task.id, now=NOW).token

    with at_once(len(actors)) as pool:
        tokens = list(pool.map(open_sheet, actors))
    assert len(set(tokens)) == len(actors)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Run)) == 1
        live = select(func.count()).where(RunToken.replaced_at.is_(None))
        assert session.scalar(live) == 1


def test_no_answer_is_lost_between_retries_that_overlap(hall: Cast, task: Task) -> None:
    with transaction() as session:
        token = service.open_run(session, hall.staff, task.id, now=NOW).token
        items = list(items_of(session, task).values())
    entries = [
        Entry.model_validate({"seq": seq, "item_id": item.id, "value": "P"})
        for seq, item in enumerate(items, start=1)
    ]

    def send(_turn: int) -> list[Receipt]:
        found = []
        for entry in entries:
            with transaction() as session:
                found.append(service.record(session, token, entry, now=NOW))
        return found

    with at_once(2) as pool:
        receipts = list(pool.map(send, range(2)))
    assert [one.seq for one in receipts[0]] == [1, 2, 3, 4]
    with reading() as session:
        assert session.scalars(select(Run.answers)).one() == "PPPP"


def test_a_takeover_in_mid_stream_keeps_every_answer_somewhere(hall: Cast, task: Task) -> None:
    with transaction() as session:
        first = service.open_run(session, hall.staff, task.id, now=NOW)
        item = items_of(session, task)["D07"]
    start = Barrier(2)

    def stream(_turn: int) -> int:
        start.wait()
        beside = 0
        for seq in range(1, 31):
            entry = Entry(seq=seq, item_id=item.id, value="PN"[seq % 2], note=f"第 {seq} 次")
            with transaction() as session:
                beside += service.record(session, first.token, entry, now=NOW).beside
        return beside

    def take_over(_turn: int) -> None:
        start.wait()
        with transaction() as session:
            service.open_run(session, hall.second_staff, task.id, now=NOW)

    with at_once(2) as pool:
        streamed, taken = pool.submit(stream, 0), pool.submit(take_over, 0)
        taken.result()
        beside = streamed.result()
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(LateEntry)) == beside


def test_an_urgent_answer_and_a_signature_at_once_do_not_block_each_other(
    hall: Cast, task: Task
) -> None:
    with transaction() as session:
        token = service.open_run(session, hall.staff, task.id, now=NOW)
        items = items_of(session, task)
    start = Barrier(2)

    def urgent(_turn: int) -> None:
        start.wait()
        facts = {"disposal": "hazard", "level": "urgent", "note": "冒烟"}
        for seq, code in enumerate(items, start=1):
            entry = Entry.model_validate(
                {"seq": seq, "item_id": items[code].id, "value": "F", **facts}
            )
            with transaction() as session:
                service.record(session, token.token, entry, now=NOW)

    def sign(_turn: int) -> None:
        start.wait()
        for _try in range(20):
            try:
                with transaction() as session:
                    service.submit(
                        session, hall.second_staff, token.run_id,
                        signature=INK, last_seq=None, now=NOW,
                    )  # fmt: skip
            except RunTakenOver:
                continue

    with at_once(2) as pool:
        for job in [pool.submit(urgent, 0), pool.submit(sign, 0)]:
            job.result()
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Hazard)) == len(items)


def test_two_workers_register_a_hazard_once(hall: Cast, task: Task) -> None:
    with transaction() as session:
        opened = service.open_run(session, hall.staff, task.id, now=NOW)
        item = items_of(session, task)["D07"]
        entry = Entry.model_validate(
            {"seq": 1, "item_id": item.id, "value": "F", "disposal": "hazard"}
        )
        service.record(session, opened.token, entry, now=NOW)
    start = Barrier(2)

    def sweep(turn: int) -> int:
        start.wait()
        with transaction() as session:
            return jobs.sweep_closed(session, task.closes_at + timedelta(seconds=turn))

    with at_once(2) as pool:
        assert sum(pool.map(sweep, range(2))) == 1
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Hazard)) == 1
