"""The worker: runs every feature's jobs by the clock, alone among replicas."""

import os
import signal
import socket
import threading
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Final

import schedule
import structlog

from safety_app.core import clock, lease
from safety_app.core.db import transaction
from safety_app.core.feature import Job
from safety_app.features import features

BEAT_SECONDS: Final = 10
NAME: Final = "worker"
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
        """One job in one transaction; how much it did, or `None` if it failed."""
        if self.fence is None:
            return None
        now = self._now()
        try:
            with transaction() as session:
                if not lease.holds(session, NAME, self.holder, self.fence):
                    raise Replaced
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


def all_jobs() -> tuple[Job, ...]:
    """The jobs of every feature."""
    return tuple(job for feature in features() for job in feature.jobs)


def main() -> None:
    """Work until SIGINT or SIGTERM."""
    worker = Worker(all_jobs())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_facts: worker.stopping.set())
    log.info("worker started", jobs=[job.name for job in all_jobs()])
    worker.work()
    log.info("worker stopped")
