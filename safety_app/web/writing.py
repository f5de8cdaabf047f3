"""Many small writes with one wait for the disk: what waits together is committed together.

SQLite has one writer, and a commit waits for the disk, a millisecond or a few. Twenty tablets
that answer at once would wait twenty times; here all that arrived meanwhile shares one commit.
Nobody gets an answer before the commit that holds it.

An ordinary write is done where it arrives, between two events of the loop, by the driver itself:
a thread would take over and hand back later than the disk needs. What is out of the ordinary goes
to a thread; so does everything while somebody else is writing, or when the disk was slow the last
time, so that no page stands still.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from contextvars import Context, copy_context
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from safety_app.core import db
from safety_app.core.db import Database

T = TypeVar("T")
MOST: Final = 50
"""At most so many share a commit: each of them waits for all."""
SLOW_SECONDS: Final = 0.05


class Unusual(Exception):
    """The driver's short way does not fit this piece of work."""


class Piece:
    """A write that waits, and who waits for it."""

    __slots__ = ("context", "error", "future", "loop", "quick", "result", "work")

    def __init__(
        self, work: Callable[[Session], Any], quick: Callable[[Any], Any] | None = None
    ) -> None:
        self.work = work
        self.quick = quick
        self.context: Context = copy_context()
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.result: Any = None
        self.error: Exception | None = None

    def deliver(self) -> None:
        """Tell whoever waits; they may have gone."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


class Writer:
    """Gathers what is to be written, and writes it on the spot or in its thread."""

    def __init__(self) -> None:
        self._gathered: WeakKeyDictionary[asyncio.AbstractEventLoop, list[Piece]] = (
            WeakKeyDictionary()
        )
        self._waiting: SimpleQueue[Piece] = SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._slow = False

    async def write(
        self, work: Callable[[Session], T], quick: Callable[[Any], T] | None = None
    ) -> T:
        """Do the work in a transaction, perhaps with others; on disk when this returns.

        `quick` does the same with the driver's connection, or raises `Unusual`. The work may be
        done again, in a transaction of its own, after one that failed.
        """
        piece = Piece(work, quick)
        if quick is None:
            self._hand_over([piece])
        else:
            gathered = self._gathered.setdefault(piece.loop, [])
            gathered.append(piece)
            if len(gathered) == 1:
                # After what else the loop has ready now: the others come along.
                piece.loop.call_soon(self._flush, piece.loop)
        found: T = await piece.future
        return found

    def _flush(self, loop: asyncio.AbstractEventLoop) -> None:
        gathered = self._gathered[loop]
        batch, gathered[:] = gathered[:MOST], gathered[MOST:]
        if gathered:
            loop.call_soon(self._flush, loop)
        if self._slow or not self._waiting.empty() or not self._at_once(batch):
            self._hand_over(batch)
            return
        for piece in batch:
            piece.deliver()

    def _at_once(self, batch: Sequence[Piece]) -> bool:
        """Whether all of it could be written without waiting for anybody but the disk."""
        began = time.perf_counter()
        try:
            with db.database().at_once() as driver:
                for piece in batch:
                    piece.result = piece.quick(driver) if piece.quick else None
        except Exception:  # the thread does it again and finds out what each of them means
            return False
        finally:
            self._slow = time.perf_counter() - began > SLOW_SECONDS
        return True

    def _hand_over(self, batch: Sequence[Piece]) -> None:
        if self._thread is None:
            self._start()
        for piece in batch:
            self._waiting.put(piece)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            batch = [self._waiting.get()]
            with suppress(Empty):
                while len(batch) < MOST:
                    batch.append(self._waiting.get_nowait())
            began = time.perf_counter()
            commit(db.database(), batch)
            self._slow = time.perf_counter() - began > SLOW_SECONDS
            for piece in batch:
                with suppress(RuntimeError):  # its loop is closed: nobody waits any more
                    piece.loop.call_soon_threadsafe(piece.deliver)


def commit(base: Database, batch: Sequence[Piece]) -> None:
    """All in one transaction; if one of them fails, each in its own."""
    try:
        with base.transaction() as session:
            _do(session, batch)
    except Exception as error:  # whoever waits for it decides what it means
        if len(batch) == 1:
            batch[0].error = error
            return
        for piece in batch:
            commit(base, [piece])


def _do(session: Session, batch: Sequence[Piece]) -> None:
    for piece in batch:
        piece.result = piece.context.run(piece.work, session)
        # The next one must not see what this one had loaded.
        session.flush()
        session.expunge_all()


_writer: Final = Writer()


async def written(work: Callable[[Session], T], quick: Callable[[Any], T] | None = None) -> T:
    """Do a write off the way of everybody else, as `Writer.write`; PostgreSQL has many writers."""
    if db.database().is_sqlite:
        return await _writer.write(work, quick)
    return await run_in_threadpool(_alone, work)


def _alone(work: Callable[[Session], T]) -> T:
    with db.transaction() as session:
        return work(session)
