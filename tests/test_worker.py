"""The worker: alone among replicas, safe after a crash, undeterred by a failing job."""

import io
import os
from datetime import datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.service import Category, Level, Origin, report
from safety_app.core import lease
from safety_app.core.db import Database
from safety_app.core.feature import Job
from safety_app.core.photos import Photo, PhotoStore, ingest
from safety_app.core.settings import settings
from safety_app.worker import NAME, Worker, all_jobs
from safety_app.workplace.models import Site
from tests.cast import NOW, Cast


class Clock:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def pass_seconds(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)


def _rename(session: Session, now: datetime) -> int:
    site = session.scalars(select(Site).order_by(Site.id)).first()
    assert site is not None
    site.name += "!"
    return 1


def _fail(session: Session, now: datetime) -> int:
    _rename(session, now)
    raise ValueError("broken")


RENAME = Job("test.rename", 60, _rename)
FAIL = Job("test.fail", 60, _fail)


def _marks(database: Database) -> int:
    with database.reading() as session:
        site = session.scalars(select(Site).order_by(Site.id)).first()
        return site.name.count("!") if site else -1


def test_only_one_of_two_workers_works(database: Database) -> None:
    clock = Clock()
    first, second = Worker((RENAME,), clock), Worker((RENAME,), clock)
    assert first.beat() and not second.beat()
    assert first.run(RENAME) == 1
    assert second.run(RENAME) is None
    assert _marks(database) == 1


def test_another_takes_over_when_the_first_falls_silent(database: Database) -> None:
    clock = Clock()
    first, second = Worker((RENAME,), clock), Worker((RENAME,), clock)
    first.beat()
    clock.pass_seconds(31)
    assert second.beat()
    assert second.run(RENAME) == 1


def test_the_replaced_worker_cannot_write_any_more(database: Database) -> None:
    clock = Clock()
    first, second = Worker((RENAME,), clock), Worker((RENAME,), clock)
    first.beat()
    clock.pass_seconds(31)
    second.beat()
    assert first.run(RENAME) is None
    assert first.fence is None
    assert _marks(database) == 0


@pytest.mark.filterwarnings("ignore")
def test_a_failing_job_is_undone_noted_and_does_not_stop_the_others(database: Database) -> None:
    clock = Clock()
    worker = Worker((FAIL, RENAME), clock)
    worker.beat()
    worker.run_all()
    assert _marks(database) == 1
    with database.reading() as session:
        rows = {row.name: row for row in session.scalars(select(lease.JobRun))}
    assert rows["test.fail"].error == "ValueError" and rows["test.fail"].succeeded_at is None
    assert rows["test.rename"].error == "" and rows["test.rename"].succeeded_at == NOW


def test_much_work_is_done_in_portions_of_a_transaction_each(database: Database) -> None:
    seen: list[int] = []

    def work(session: Session, now: datetime) -> int:
        seen.append(_marks(database))
        return _rename(session, now) if len(seen) < 3 else 0

    worker = Worker((), Clock())
    worker.beat()
    assert worker.run(Job("test.portions", 60, work, until_done=True)) == 2
    assert seen == [0, 1, 2], "what was done before is there for everybody"
    assert worker.run(Job("test.rename", 60, _rename)) == 1, "others run once"


def test_the_heartbeat_is_seen_and_the_lease_given_back(database: Database) -> None:
    clock = Clock()
    worker = Worker((), clock)
    worker.beat()
    worker.stopping.set()
    worker.work()
    with database.reading() as session:
        assert lease.heartbeat(session) == NOW
    assert Worker((), clock).beat()
    with database.reading() as session:
        assert session.get_one(lease.Lease, NAME).fence == 2


def _stored(store: PhotoStore, colour: str, age: timedelta) -> str:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    key = ingest(store, out.getvalue()).key
    for thumb in (False, True):
        moment = (NOW - age).timestamp()
        os.utime(store.path(key, thumb=thumb), (moment, moment))
    return key


def test_orphans_are_swept_after_a_day_and_nothing_else(database: Database, hall: Cast) -> None:
    store = PhotoStore(settings().photo_dir)
    old = _stored(store, "red", timedelta(days=2))
    young = _stored(store, "green", timedelta(hours=23))
    held = _stored(store, "blue", timedelta(days=2))
    with database.transaction() as session:
        hazard = report(
            session, hall.staff, what="插排发热", level=Level.SERIOUS, origin=Origin.MANUAL,
            category=Category.ELECTRICITY, window_id=hall.a01, now=NOW,
            photos=[Photo(held, 64, 48, None, "0" * 64, 0, 1)],
        )  # fmt: skip
        assert hazard.id
    worker = Worker((), Clock())
    worker.beat()
    sweep = next(job for job in all_jobs() if job.name == "photos.sweep")
    assert worker.run(sweep) == 1
    assert [store.exists(key) for key in (old, young, held)] == [False, True, True]
    assert worker.run(sweep) == 0
