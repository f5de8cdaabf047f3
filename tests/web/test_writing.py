"""What waits together is committed together, and nobody hears of it before."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from safety_app.core import db
from safety_app.core.db import Database
from safety_app.web import writing
from safety_app.web.writing import Unusual, Writer
from tests.dialects import DIALECTS


@pytest.fixture(params=[one for one in DIALECTS if one == "sqlite"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Only SQLite has a single writer."""
    return str(request.param)


@pytest.fixture
def commits(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each commit of a table to write to."""
    with database.transaction() as session:
        session.execute(text("CREATE TABLE marks (name TEXT UNIQUE)"))
    found: list[int] = []
    event.listen(database.engine, "commit", lambda _connection: found.append(1))
    at_once = database.at_once

    @contextmanager
    def counted() -> Iterator[Any]:
        with at_once() as driver:
            yield driver
        found.append(1)

    monkeypatch.setattr(database, "at_once", counted)
    return found


def mark(name: str) -> Callable[[Session], str]:
    """Work that writes one row."""

    def work(session: Session) -> str:
        session.execute(text("INSERT INTO marks VALUES (:name)"), {"name": name})
        return name

    return work


def quick_mark(name: str) -> Callable[[Any], str]:
    """The same by the driver."""

    def work(driver: Any) -> str:
        driver.execute("INSERT INTO marks VALUES (?)", (name,))
        return name

    return work


def both(name: str) -> tuple[Callable[[Session], str], Callable[[Any], str]]:
    """The two ways to write one row."""
    return mark(name), quick_mark(name)


def marks() -> list[str]:
    """What another connection sees."""
    with db.reading() as session:
        return list(session.scalars(text("SELECT name FROM marks ORDER BY name")))


def test_writes_that_arrive_together_share_a_commit(commits: list[int]) -> None:
    async def crowd() -> list[str]:
        writer = Writer()
        return await asyncio.gather(*(writer.write(*both(f"{at:02}")) for at in range(20)))

    assert asyncio.run(crowd()) == [f"{at:02}" for at in range(20)]
    assert len(marks()) == 20
    assert len(commits) == 1


def test_a_commit_is_shared_by_no_more_than_a_certain_number(commits: list[int]) -> None:
    async def crowd() -> None:
        writer = Writer()
        names = (f"{at:03}" for at in range(writing.MOST + 1))
        await asyncio.gather(*(writer.write(*both(name)) for name in names))

    asyncio.run(crowd())
    assert len(marks()) == writing.MOST + 1
    assert len(commits) == 2


def test_one_that_fails_takes_nobody_along(commits: list[int]) -> None:
    async def crowd() -> list[str | BaseException]:
        writer = Writer()
        names = ("a", "b", "b", "c")
        work = (writer.write(*both(name)) for name in names)
        return await asyncio.gather(*work, return_exceptions=True)

    done = asyncio.run(crowd())
    assert done[:2] == ["a", "b"] and done[3] == "c"
    assert isinstance(done[2], Exception)
    assert marks() == ["a", "b", "c"]


def test_it_is_on_disk_before_anybody_hears_of_it(commits: list[int]) -> None:
    async def one() -> None:
        await Writer().write(*both("a"))
        assert marks() == ["a"]

    asyncio.run(one())


def test_nothing_stands_still_while_another_one_writes(
    commits: list[int], database: Database
) -> None:
    other, begun = threading.Event(), threading.Event()

    def long_one() -> None:
        with database.transaction():
            begun.set()
            other.wait(10)

    async def one() -> float:
        began = time.perf_counter()
        waiting = asyncio.ensure_future(Writer().write(*both("a")))
        await asyncio.sleep(0.05)  # comes back although the write cannot begin
        free = time.perf_counter() - began
        assert not waiting.done()
        other.set()
        await waiting
        return free

    thread = threading.Thread(target=long_one)
    thread.start()
    begun.wait(10)
    assert asyncio.run(one()) < 5
    thread.join()
    assert marks() == ["a"]


def test_another_process_that_writes_is_waited_for_in_the_thread(
    commits: list[int], database: Database
) -> None:
    foreign = Database(database.url.render_as_string(hide_password=False))

    async def one() -> None:
        with foreign.transaction() as session:
            session.connection()
            waiting = asyncio.ensure_future(Writer().write(*both("a")))
            await asyncio.sleep(0.2)
            assert not waiting.done()
        await waiting

    asyncio.run(one())
    foreign.engine.dispose()
    assert marks() == ["a"]


def test_what_has_no_short_way_or_does_not_fit_it_goes_to_the_thread(commits: list[int]) -> None:
    def where(session: Session) -> str:
        return threading.current_thread().name

    def here(driver: Any) -> str:
        return threading.current_thread().name

    def unusual(driver: Any) -> str:
        driver.execute("INSERT INTO marks VALUES ('undone')")
        raise Unusual

    async def all_three() -> list[str]:
        writer = Writer()
        return [await writer.write(where, quick) for quick in (here, None, unusual)]

    assert asyncio.run(all_three()) == [threading.current_thread().name, "writer", "writer"]
    assert marks() == []


def test_after_a_slow_commit_the_thread_waits_for_the_disk(
    commits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def where(session: Session) -> str:
        return "thread"

    def here(driver: Any) -> str:
        return "loop"

    async def twice() -> list[str]:
        writer = Writer()
        monkeypatch.setattr(writing, "SLOW_SECONDS", -1.0)
        return [await writer.write(where, here) for _ in range(2)]

    assert asyncio.run(twice()) == ["loop", "thread"]
