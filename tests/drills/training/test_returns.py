"""Who was off post for a year or more, whatever it was made of."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from drills.training.models import EventKind, GatePeriod, Posting
from drills.training.service import follow_people
from drills.training.service.returns import returns
from safety_app.accounts import service as accounts
from safety_app.accounts.service import User
from safety_app.core import clock
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Absence
from safety_app.workplace.roster_errors import AbsencesOverlap
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.drills.training.lessons import LONG_AGO, here_since, only, passed
from tests.drills.training.test_gate_wiring import months_after
from tests.drills.training.test_postings import events

DAY = timedelta(days=1)
FRIDAY = TODAY - 3 * DAY
HERE, AWAY, CLOSED = "here", "away", "closed"
Life = Sequence[tuple[str, int]]


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def away(session: Session, hall: Cast, first: date, last: date, user_id: int = 0) -> Absence:
    row = Absence(
        site_id=hall.site_id, user_id=user_id or hall.staff.user_id, first=first, last=last,
        reason="sick", note="", created_at=NOW,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def backs(session: Session, hall: Cast) -> list[date]:
    return [on for kind, on in events(session, hall.staff.user_id) if kind == EventKind.BACK]


@pytest.mark.parametrize(
    ("ends", "begins", "is_one"),
    [
        (date(2026, 5, 29), date(2026, 6, 1), True),  # a weekend
        (date(2026, 9, 30), date(2026, 10, 8), True),  # the National Day holiday
        (date(2026, 5, 28), date(2026, 6, 1), False),  # a Friday
        (date(2026, 9, 18), date(2026, 9, 21), False),  # a Sunday on which the hall is open
    ],
)
def test_days_on_which_the_hall_is_closed_make_no_two_absences_of_one(
    session: Session, hall: Cast, ends: date, begins: date, is_one: bool
) -> None:
    here_since(session, hall)
    away(session, hall, date(2025, 10, 20), ends)
    away(session, hall, begins, FRIDAY)
    follow_people(session, hall.site_id, NOW)
    assert backs(session, hall) == ([FRIDAY + DAY] if is_one else [])


@pytest.mark.parametrize(("left_ago", "is_one"), [(200, True), (199, True), (198, False)])
def test_an_absence_and_a_closed_account_after_it_are_one_spell(
    session: Session, hall: Cast, left_ago: int, is_one: bool
) -> None:
    here_since(session, hall)
    user_id = hall.staff.user_id
    away(session, hall, TODAY - 420 * DAY, TODAY - 200 * DAY)
    ago = left_ago * DAY
    accounts.leave(session, hall.administrator, user_id, on=TODAY - ago, now=NOW - ago)
    follow_people(session, hall.site_id, NOW - ago + DAY)
    assert backs(session, hall) == [], "nobody has come back yet"
    accounts.reactivate(session, hall.administrator, user_id, now=NOW)
    assert backs(session, hall) == ([TODAY] if is_one else [])


@pytest.mark.parametrize(("years", "is_back"), [(2, True), (0, False)])
def test_who_had_left_before_anything_was_written_of_them_comes_back_too(
    session: Session, hall: Cast, years: int, is_back: bool
) -> None:
    here_since(session, hall)
    user_id = hall.staff.user_id
    session.execute(delete(Posting).where(Posting.user_id == user_id))
    user = session.get_one(User, user_id)
    user.is_active, user.left_on = False, TODAY - (years * 365 + 10) * DAY
    session.flush()
    follow_people(session, hall.site_id, NOW)
    assert follow_people(session, hall.site_id, NOW) == 0
    accounts.reactivate(session, hall.administrator, user_id, now=NOW)
    assert backs(session, hall) == ([TODAY] if is_back else [])


@pytest.fixture
def gated(session: Session, hall: Cast) -> Absence:
    """Everybody has learned the post; 王晓燕 has been away for 13 months and is still."""
    here_since(session, hall)
    only(session, hall, "PRE-WINDOW")
    for actor in hall.everyone().values():
        passed(session, hall, actor.user_id, "PRE-WINDOW", LONG_AGO, now=NOW - 2000 * DAY)
    session.add(
        GatePeriod(
            site_id=hall.site_id, starts_on=TODAY - 90 * DAY, grace_days=0, set_at=NOW - 90 * DAY
        )
    )
    row = away(session, hall, TODAY - 400 * DAY, TODAY + 30 * DAY)
    follow_people(session, hall.site_id, NOW)
    return row


def barred(session: Session, hall: Cast, on: date = TODAY) -> bool:
    return workplace.find_bar(session, hall.site_id, hall.staff.user_id, on) is not None


def test_who_is_there_again_is_refused_at_once(
    session: Session, hall: Cast, gated: Absence
) -> None:
    assert [barred(session, hall, TODAY + n * DAY) for n in (0, 30, 31)] == [False, False, True]
    workplace.end_absence(session, hall.officer, gated.id, now=NOW)
    assert backs(session, hall) == [TODAY]
    assert barred(session, hall)
    assert follow_people(session, hall.site_id, NOW) == 0, "the job finds nothing more"


def test_an_absence_that_was_ended_by_mistake_ends_later(
    session: Session, hall: Cast, gated: Absence
) -> None:
    workplace.end_absence(session, hall.officer, gated.id, now=NOW)
    row = workplace.record_absence(
        session, hall.officer, user_id=hall.staff.user_id, site_id=hall.site_id, first=TODAY,
        last=TODAY + 9 * DAY, reason="sick", now=NOW,
    )  # fmt: skip
    assert backs(session, hall) == [TODAY + 10 * DAY]
    with pytest.raises(AbsencesOverlap):
        workplace.record_absence(
            session, hall.officer, user_id=hall.staff.user_id, site_id=hall.site_id, first=TODAY,
            last=TODAY, reason="sick", now=NOW,
        )  # fmt: skip
    workplace.change_absence(
        session, hall.officer, row.id, first=TODAY, last=TODAY + 4 * DAY, reason="sick", now=NOW
    )
    assert backs(session, hall) == [TODAY + 5 * DAY]


def test_who_is_away_for_a_year_to_come_is_told_when_it_is_entered(
    session: Session, hall: Cast
) -> None:
    row = workplace.record_absence(
        session, hall.officer, user_id=hall.staff.user_id, site_id=hall.site_id, first=TODAY,
        last=TODAY + 364 * DAY, reason="sick", now=NOW,
    )  # fmt: skip
    assert backs(session, hall) == [TODAY + 365 * DAY]
    workplace.end_absence(session, hall.officer, row.id, now=NOW)
    assert backs(session, hall) == []


LENGTHS = st.integers(1, 5) | st.integers(1, 5) | st.integers(100, 380)
LIVES = st.lists(st.tuples(st.sampled_from((HERE, AWAY, CLOSED)), LENGTHS), min_size=1, max_size=9)
BEGAN = TODAY - 1000 * DAY


def live(session: Session, hall: Cast, life: Life) -> list[Posting]:
    """The rows of somebody who was here, away, or had left, for so many days each."""
    user_id, day = hall.staff.user_id, BEGAN
    row = Posting(site_id=hall.site_id, user_id=user_id, first=day - DAY, last=None, roles="staff")
    rows = [row]
    for kind, n in life:
        if kind == CLOSED and rows[-1].last is None:
            rows[-1].last = day - DAY
        if kind != CLOSED and rows[-1].last is not None:
            rows.append(Posting(site_id=hall.site_id, user_id=user_id, first=day, roles="staff"))
        if kind == AWAY:
            away(session, hall, day, day + (n - 1) * DAY)
        day += n * DAY
    return rows


def expected(life: Life, opened: set[date]) -> Iterator[date]:
    """The returns, looked at day by day."""
    day, first, last = BEGAN, None, None
    whole = [kind for kind, n in (*life, (HERE, 60)) for _n in range(n)]
    for kind, following in pairwise(whole):
        leaves = kind == HERE and following == CLOSED
        if kind != HERE:
            first, last = first or day, day
        elif day in opened and not leaves and first is not None and last is not None:
            if last + DAY >= months_after(first, 12):
                yield last + DAY
            first = last = None
        day += DAY


@sqlite_only
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(life=LIVES.filter(lambda life: life[-1][0] != CLOSED))
def test_a_year_off_post_is_one_whatever_it_is_made_of(
    session: Session, hall: Cast, life: Life
) -> None:
    inner = session.begin_nested()
    rows = live(session, hall, life)
    last = BEGAN + 4000 * DAY
    opened = {
        on for on, day in workplace.days(session, hall.site_id, BEGAN, last).items() if day.is_open
    }
    found = returns(session, hall.site_id, {hall.staff.user_id: rows}, TODAY)
    assert sorted(on for _user, on in found) == list(expected(life, opened))
    inner.rollback()
    session.expire_all()
