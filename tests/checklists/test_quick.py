"""The short way of an ordinary answer ends where the long way does, or leaves it to that."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.entries import Entry
from checklists.models import Finding, Run, RunToken
from checklists.service import quick
from checklists.service.recording import Receipt
from tests.cast import NOW, Cast
from tests.checklists.sheets import Tablet
from tests.factories import make_task

AT = NOW + timedelta(minutes=1)
CLIENT_AT = "2026-11-23T09:05:10.25+08:00"


@pytest.fixture
def tablet(sqlite_session: Session, hall: Cast) -> Tablet:
    """An open sheet at window A01."""
    return Tablet(sqlite_session, hall.staff, make_task(sqlite_session, hall))


@pytest.fixture(params=["sqlite"])
def dialect(request: pytest.FixtureRequest) -> str:
    """PostgreSQL has no short way."""
    return str(request.param)


@pytest.fixture
def sqlite_session(session: Session) -> Session:
    """The session on SQLite."""
    return session


def send(tablet: Tablet, code: str | None, value: str, *, seq: int = 1, **facts: Any) -> Any:
    """The entry by the short way; what it answers."""
    tablet.seq = seq
    entry = tablet.entry(code, value, **facts)
    return keep(tablet, entry, tablet.opened.token, tablet.opened.run_id)


def keep(tablet: Tablet, entry: Entry, token: str, run_id: int) -> Receipt | None:
    """The short way, inside the test's transaction."""
    driver = tablet.session.connection().connection.dbapi_connection
    return quick.record(driver, token, entry, run_id=run_id, now=AT)


def state(tablet: Tablet) -> list[Any]:
    """All that an answer may change."""
    tablet.session.expire_all()
    run = tablet.run
    last = tablet.session.scalar(select(RunToken.last_seq).where(RunToken.run_id == run.id))
    return [run.answers, run.last_client_at, run.last_answer_at, last]


@pytest.mark.parametrize("client_at", [CLIENT_AT, None])
def test_both_ways_write_and_answer_the_same(
    tablet: Tablet, hall: Cast, client_at: str | None
) -> None:
    code = list(tablet.items)[2]
    other = Tablet(
        tablet.session, hall.lead, make_task(tablet.session, hall, window_id=hall.a02), now=AT
    )
    long = other.answer(code, "P", client_at=client_at)
    short = send(tablet, code, "P", client_at=client_at)
    assert short == long == Receipt(1, 1, len(tablet.items))
    assert state(tablet) == state(other)


def test_an_answer_may_be_repeated_in_its_turn(tablet: Tablet) -> None:
    first, second = list(tablet.items)[:2]
    assert send(tablet, first, "P").saved == 1
    assert send(tablet, second, "P", seq=2).saved == 2
    assert send(tablet, second, "P", seq=3).saved == 2


@pytest.mark.parametrize(
    ("value", "facts"),
    [
        ("F", {}),
        ("N", {"reason": "absent"}),
        ("P", {"note": "松动"}),
        ("P", {"seq": 3}),
        ("P", {"seq": 1}),
    ],
)
def test_whatever_is_out_of_the_ordinary_is_left_to_the_long_way(
    tablet: Tablet, value: str, facts: dict[str, Any]
) -> None:
    first, second = list(tablet.items)[:2]
    tablet.answer(first, "P")
    before = state(tablet)
    assert send(tablet, second, value, **{"seq": 2, **facts}) is None
    assert state(tablet) == before


def test_an_exception_that_becomes_normal_is_left_to_the_long_way(tablet: Tablet) -> None:
    code = next(iter(tablet.items))
    tablet.answer(code, "F", note="松动")
    before = state(tablet)
    assert send(tablet, code, "P", seq=2) is None
    assert state(tablet) == before
    assert tablet.session.scalars(select(Finding.value)).one() == "F"


def test_a_token_that_no_longer_holds_is_left_to_the_long_way(tablet: Tablet, hall: Cast) -> None:
    code = next(iter(tablet.items))
    row = tablet.session.scalars(select(RunToken)).one()
    for change in ({"replaced_at": AT}, {"expires_at": AT}):
        with tablet.session.begin_nested() as point:
            for name, value in change.items():
                setattr(row, name, value)
            tablet.session.flush()
            assert send(tablet, code, "P") is None
            point.rollback()
    run = tablet.session.get_one(Run, tablet.opened.run_id)
    run.submitted_at = AT
    tablet.session.flush()
    assert send(tablet, code, "P") is None


def test_after_closing_all_is_left_to_the_long_way(tablet: Tablet) -> None:
    tablet.task.closes_at = AT + timedelta(seconds=1)
    tablet.session.flush()
    first, second = list(tablet.items)[:2]
    assert send(tablet, first, "P")
    tablet.task.closes_at = AT
    tablet.session.flush()
    assert send(tablet, second, "P", seq=2) is None


def test_a_foreign_run_or_item_is_left_to_the_long_way(tablet: Tablet, hall: Cast) -> None:
    code = next(iter(tablet.items))
    closing = make_task(tablet.session, hall, part="closing")
    foreign = Tablet(tablet.session, hall.staff, closing, now=closing.opens_at)
    foreign.seq = tablet.seq = 1
    own = tablet.opened
    elsewhere = foreign.entry(next(iter(foreign.items)), "P")
    assert keep(tablet, elsewhere, own.token, own.run_id) is None
    entry = tablet.entry(code, "P")
    assert keep(tablet, entry, own.token, foreign.opened.run_id) is None
    assert keep(tablet, entry, "x" * 43, own.run_id) is None
    assert keep(tablet, entry, own.token, own.run_id) == Receipt(1, 1, len(tablet.items))
