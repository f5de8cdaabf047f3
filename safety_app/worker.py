"""The worker: runs every feature's jobs by the clock, alone among replicas."""

import os
import signal
import socket
import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import schedule
import structlog
from sqlalchemy.orm import Session

from safety_app.core import clock, files, lease
from safety_app.core.db import reading, transaction
from safety_app.core.feature import Job
from safety_app.core.photos import PhotoStore
from safety_app.core.settings import settings
from safety_app.features import features

BEAT_SECONDS: Final = 10
NAME: Final = "worker"
ORPHAN_SECONDS: Final = 24 * 3600
log = structlog.get_logger("worker")


class Replaced(Exception):
    """Another worker holds the lease now; this job's work is undone."""


class Worker:
    """Ticks until told to stop; a failing job is logged and tried again at its next time."""

    def __init__(self, jobs: tuple[Job, ...], now: Callable[[], datetime] = clock.now) -> None:
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"[:64]
        self.fence: int | None = None
        self.stopping = threading.Event()
        self._now = now
        self._scheduler = schedule.Scheduler()
        for job in jobs:
            self._scheduler.every(job.every_seconds).seconds.do(self.run, job)

    def beat(self) -> bool:
        """Take or renew the lease; whether this worker is the active one."""
        try:
            with transaction() as session:
                self.fence = lease.acquire(session, NAME, self.holder, self._now())
        except Exception:
            self.fence = None
            log.exception("heartbeat failed")
        return self.fence is not None

    def run(self, job: Job) -> int | None:
        """One job, portion by portion; how much it did, or `None` if it failed."""
        total = more = self._run_once(job)
        while job.until_done and more and not self.stopping.is_set() and self.beat():
            more = self._run_once(job)
            total = (total or 0) + (more or 0)
        return total

    def _run_once(self, job: Job) -> int | None:
        """One job in one transaction."""
        if self.fence is None:
            return None
        now = self._now()
        try:
            if job.reads_only:
                with reading() as session:
                    done = job.run(session, now)
            with transaction() as session:
                if not lease.holds(session, NAME, self.holder, self.fence):
                    raise Replaced
                if not job.reads_only:
                    done = job.run(session, now)
                lease.note_run(session, job.name, now)
        except Replaced:
            self.fence = None
            log.warning("replaced by another worker", job=job.name)
            return None
        except Exception as problem:
            log.exception("job failed", job=job.name)
            self._note_failure(job, now, type(problem).__name__)
            return None
        if done:
            log.info("job done", job=job.name, done=done)
        return done

    def _note_failure(self, job: Job, now: datetime, error: str) -> None:
        try:
            with transaction() as session:
                lease.note_run(session, job.name, now, error)
        except Exception:
            log.exception("failure could not be noted", job=job.name)

    def run_all(self) -> None:
        """Every job once, now: what was missed while no worker ran is caught up at start."""
        self._scheduler.run_all()

    def work(self) -> None:
        """Beat and tick until `stopping` is set; the first beat as holder runs every job."""
        fresh = True
        while not self.stopping.is_set():
            if self.beat():
                if fresh:
                    self.run_all()
                fresh = False
                self._scheduler.run_pending()
            else:
                fresh = True
            self.stopping.wait(BEAT_SECONDS)
        with transaction() as session:
            lease.release(session, NAME, self.holder, self._now())


def sweep_photos(session: Session, now: datetime) -> int:
    """Remove pictures older than a day that no feature holds."""
    shelves = [feature.photos for feature in features() if feature.photos]

    def in_use(keys: Sequence[str]) -> set[str]:
        return set().union(*(shelf.in_use(session, keys) for shelf in shelves))

    store = PhotoStore(settings().photo_dir)
    return store.sweep(in_use, ORPHAN_SECONDS, now.timestamp())


def all_jobs() -> tuple[Job, ...]:
    """The jobs of every feature, and the sweeps of the stores that they share."""
    own = (
        Job("photos.sweep", 6 * 3600, sweep_photos, reads_only=True),
        Job("files.forget", 3600, files.forget),
        Job("files.sweep", 6 * 3600, files.sweep, reads_only=True),
    )
    return own + tuple(job for feature in features() for job in feature.jobs)


def main() -> None:
    """Work until SIGINT or SIGTERM."""
    worker = Worker(all_jobs())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_facts: worker.stopping.set())
    log.info("worker started", jobs=[job.name for job in all_jobs()])
    worker.work()
    log.info("worker stopped")
