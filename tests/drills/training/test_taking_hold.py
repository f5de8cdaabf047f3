"""What asks more of people takes hold once they are warned; days gone by stay as they were."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import pytest
from sqlalchemy.orm import Session

from drills.training.models import GatePeriod
from drills.training.pages import tiles
from drills.training.service import shortages
from drills.training.service.matrix import coverage_of, standing
from drills.training.service.month import month_of
from drills.training.service.on_post import on_post
from drills.training.service.views import own_warning, warnings
from safety_app.core import clock
from safety_app.core.feature import Period
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Duty, UnitKind
from tests.cast import NOW, TODAY, Cast
from tests.drills.training.lessons import here_since, only, passed

DAY: Final = timedelta(days=1)
LATER: Final = TODAY + 30 * DAY
"""The first day of what asks more from today on."""
PAST: Final = (TODAY - 40 * DAY, TODAY - 20 * DAY, TODAY - DAY)


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(shortages, "FEW", 1)


@pytest.fixture
def gated(session: Session, hall: Cast) -> Session:
    """The gate has been on for long; everybody passed fire safety nine months ago, nothing else."""
    here_since(session, hall)
    only(session, hall, "FIRE")
    everybody = {one.user_id for one in hall.everyone().values()} | {
        one.user_id for one in (hall.second_staff, hall.other_staff, hall.other_lead)
    }
    day = TODAY - 275 * DAY
    for user_id in sorted(everybody):
        passed(session, hall, user_id, "FIRE", day, now=at(day))
    session.add(
        GatePeriod(
            site_id=hall.site_id, starts_on=date(2025, 1, 6), grace_days=90,
            set_by=hall.manager.user_id, set_at=datetime(2025, 1, 5, 4, tzinfo=UTC),
        )
    )  # fmt: skip
    for on in (*PAST, TODAY):
        session.add(
            Duty(site_id=hall.site_id, user_id=hall.staff.user_id, on_date=on, window_id=hall.a01)
        )
    session.flush()
    return session


def at(day: date) -> datetime:
    return datetime.combine(day, time(4), UTC)


def gathers(session: Session, hall: Cast, is_so: bool, on: date = TODAY) -> None:
    site = workplace.site(session, hall.site_id)
    workplace.set_profile(
        session, hall.administrator, site_id=hall.site_id, unit_kind=UnitKind(site.unit_kind),
        key_fire_unit=site.key_fire_unit, public_gathering=is_so,
        crowded_place=site.crowded_place, business_operator=site.business_operator, now=at(on),
    )  # fmt: skip
    session.expire_all()


CHANGES: Final[Mapping[str, Callable[[Session, Cast], object]]] = {
    "the public gathers": lambda session, hall: gathers(session, hall, True),
}
SAID: Final = {
    "the public gathers": "消防安全培训",
}


def barred(session: Session, hall: Cast, on: date, user_id: int | None = None) -> bool:
    who = hall.staff.user_id if user_id is None else user_id
    return workplace.find_bar(session, hall.site_id, who, on) is not None


def seen_of(session: Session, hall: Cast, on: date) -> list[object]:
    """All that pages and papers say of who is covered on a day."""
    found = standing(session, hall.site_id, on)
    whole = coverage_of(found)
    post = on_post(session, hall.manager, on, now=NOW)
    zone = "Asia/Shanghai"
    first = on.replace(day=1)
    begins, ends = (clock.at_local(day, time(), zone) for day in (first, on + DAY))
    month = month_of(session, hall.site_id, None, Period(first, on, begins, ends, NOW, zone))
    return [
        (whole.whole, whole.of, [(one.code, *n) for one, *n in whole.courses]),
        found.grid.lights.tolist(),
        (post.lacking, post.coverage.whole, post.coverage.of),
        (month.unfit, month.coverage.whole, month.is_clean, len(month.lacking)),
        workplace.on_duty(session, hall.site_id, on, hall.a01),
        barred(session, hall, on),
    ]


@pytest.mark.parametrize("name", CHANGES)
def test_a_day_gone_by_stays_as_it_was(gated: Session, hall: Cast, name: str) -> None:
    before = [seen_of(gated, hall, on) for on in PAST]
    CHANGES[name](gated, hall)
    gated.expire_all()
    assert [seen_of(gated, hall, on) for on in PAST] == before


@pytest.mark.parametrize("name", CHANGES)
def test_nobody_who_might_serve_yesterday_is_refused_before_thirty_days(
    gated: Session, hall: Cast, name: str
) -> None:
    CHANGES[name](gated, hall)
    gated.expire_all()
    days = [TODAY - DAY, TODAY, LATER - DAY, LATER, LATER + DAY]
    assert [barred(gated, hall, on) for on in days] == [False, False, False, True, True]
    found = workplace.roster(gated, hall.site_id, TODAY - DAY, LATER + DAY)
    assert [bool(found.barred(hall.staff.user_id, on)) for on in days] == [
        barred(gated, hall, on) for on in days
    ]


@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize(
    ("days", "left", "tone"),
    [(0, 30, "yellow"), (16, 14, "orange"), (27, 3, "red"), (30, 0, "red")],
)  # fmt: skip
def test_people_are_warned_thirty_fourteen_and_three_days_before(
    gated: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch, name: str, days: int, left: int,
    tone: str,
) -> None:  # fmt: skip
    assert own_warning(gated, hall.staff, now=NOW) is None
    CHANGES[name](gated, hall)
    gated.expire_all()
    now = at(TODAY + days * DAY)
    monkeypatch.setattr(clock, "now", lambda: now)
    found = own_warning(gated, hall.staff, now=now)
    assert found is not None
    assert (found.days_left, tiles.tone_of(found), found.courses) == (left, tone, (SAID[name],))
    assert found.refused_on == LATER
    told = warnings(gated, hall.lead, now=now, most=9)
    assert "王晓燕" in {one.row.person.name for one in told.shown}
    assert bool(told.lacking) == (left == 0)


def test_where_the_public_gathers_no_more_the_longer_interval_holds_at_once(
    gated: Session, hall: Cast
) -> None:
    gathers(gated, hall, True, TODAY - 60 * DAY)
    days = [TODAY - 31 * DAY, TODAY - 30 * DAY, TODAY - DAY, TODAY]
    assert [barred(gated, hall, on) for on in days] == [False, True, True, True]
    gathers(gated, hall, False)
    assert [barred(gated, hall, on) for on in days] == [False, True, True, False]


def test_a_tick_taken_back_in_time_refuses_nobody(gated: Session, hall: Cast) -> None:
    gathers(gated, hall, True)
    gathers(gated, hall, False, TODAY + 20 * DAY)
    assert not any(barred(gated, hall, TODAY + n * DAY) for n in range(60))
    gathers(gated, hall, True, TODAY + 40 * DAY)
    gathers(gated, hall, False, TODAY + 41 * DAY)
    gathers(gated, hall, True, TODAY + 41 * DAY)
    days = [TODAY + n * DAY for n in (69, 70)]
    assert [barred(gated, hall, on) for on in days] == [False, True]
