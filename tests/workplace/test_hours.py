"""Opening hours with lunch, seasons, and locations with hours of their own."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checklists import recurrence
from checklists.models import Anchor
from safety_app.core.clock import at_closing
from safety_app.core.errors import InvalidValue, NotAllowed, NotFound, TextMissing
from safety_app.core.journal import Entry
from safety_app.features import features
from safety_app.workplace import service
from safety_app.workplace.errors import (
    ClosesBeforeOpens,
    HoursOverlap,
    NeverOpen,
    SeasonsOverlap,
)
from safety_app.workplace.models import OpeningHours, Season
from safety_app.workplace.service import changes
from tests.cast import NOW, Cast

LUNCH = [(time(9), time(12)), (time(13, 30), time(17))]
SUMMER = [(time(8, 30), time(12)), (time(14, 30), time(18))]
MONDAY = date(2026, 11, 23)
SATURDAY = date(2026, 11, 28)
NATIONAL_DAY = date(2026, 10, 1)
EXCHANGED_SUNDAY = date(2026, 9, 20)
WEEKDAYS = dict.fromkeys(range(5), SUMMER)


@pytest.fixture(autouse=True)
def _words() -> None:
    features()


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sites of which the features were told."""
    told: list[int] = []
    listener = replace(features()[0], follow=lambda _s, site_id, _now: told.append(site_id))
    monkeypatch.setattr(changes, "features", lambda: (listener,))
    return told


def season(session: Session, hall: Cast, **facts: Any) -> Season:
    """Summer hours from June to September unless said otherwise."""
    usual: dict[str, Any] = {
        "name": "夏令时间", "starts": "06-01", "ends": "09-30", "hours": WEEKDAYS,
    }  # fmt: skip
    return service.save_season(
        session, hall.administrator, site_id=hall.site_id, now=NOW, **{**usual, **facts}
    )


def segments(session: Session, hall: Cast, on: date, location_id: int | None = None) -> list[Any]:
    """When the hall or a location is open on a day."""
    return list(service.days(session, hall.site_id, on, on, location_id)[on].segments)


def test_a_lunch_break_lies_between_two_segments(session: Session, hall: Cast) -> None:
    service.set_opening_hours(session, None, site_id=hall.site_id, hours={0: LUNCH}, now=NOW)
    found = service.day(session, hall.site_id, MONDAY)
    assert list(found.segments) == LUNCH
    assert "09:00–12:00、13:30–17:00" in found.why


def test_an_opening_hour_after_the_closing_hour_is_named(session: Session, hall: Cast) -> None:
    with pytest.raises(ClosesBeforeOpens) as told:
        service.set_opening_hours(
            session, None, site_id=hall.site_id, hours={1: [(time(17), time(9))]}, now=NOW
        )
    message = told.value.message()
    assert "周二" in message and "17:00" in message and "09:00" in message


@pytest.mark.parametrize(
    "wrong",
    [
        [(time(9), time(12)), (time(11), time(17))],
        [(time(13), time(17)), (time(9), time(12))],
        [(time(13), time(0)), (time(14), time(15))],
    ],
)
def test_segments_that_overlap_are_refused(
    session: Session, hall: Cast, wrong: list[tuple[time, time]]
) -> None:
    with pytest.raises(HoursOverlap):
        service.set_opening_hours(session, None, site_id=hall.site_id, hours={0: wrong}, now=NOW)


def test_a_week_without_an_open_day_is_refused(session: Session, hall: Cast) -> None:
    closed: dict[int, list[Any]] = {weekday: [] for weekday in range(7)}
    facts = {"site_id": hall.site_id, "now": NOW}
    summer = season(session, hall)
    for place in ({}, {"season_id": summer.id}, {"location_id": hall.floor}):
        with pytest.raises(NeverOpen):
            service.set_opening_hours(session, None, hours=closed, **facts, **place)  # type: ignore[arg-type]
    assert service.day(session, hall.site_id, MONDAY).is_open
    one_day = {**closed, 5: LUNCH}
    service.set_opening_hours(session, None, hours=one_day, **facts)  # type: ignore[arg-type]
    with pytest.raises(NeverOpen):
        service.set_opening_hours(session, None, hours={5: []}, **facts)  # type: ignore[arg-type]


def test_a_season_has_hours_of_its_own_with_both_its_ends(session: Session, hall: Cast) -> None:
    season(session, hall)
    for on, expected in (
        (date(2026, 5, 29), [(time(9), time(17))]),
        (date(2026, 6, 1), SUMMER),
        (date(2026, 9, 30), SUMMER),
        (date(2026, 10, 8), [(time(9), time(17))]),
        (date(2026, 7, 4), []),
    ):
        assert segments(session, hall, on) == expected, on
    assert segments(session, hall, EXCHANGED_SUNDAY) == SUMMER  # worked like a Monday of its season


def test_a_season_may_go_over_new_year(session: Session, hall: Cast) -> None:
    season(session, hall, name="冬季", starts="11-16", ends="02-27")
    for on, is_winter in (
        (date(2026, 11, 13), False),
        (date(2026, 11, 16), True),
        (date(2026, 12, 31), True),
        (date(2026, 2, 27), True),
        (date(2026, 3, 2), False),
    ):
        assert (segments(session, hall, on) == SUMMER) is is_winter, on


def test_a_season_to_the_leap_day_ends_with_february_in_other_years(
    session: Session, hall: Cast
) -> None:
    season(session, hall, starts="01-05", ends="02-29")
    assert segments(session, hall, date(2028, 2, 29)) == SUMMER  # a Tuesday
    assert segments(session, hall, date(2028, 3, 1)) != SUMMER
    assert segments(session, hall, date(2027, 3, 1)) != SUMMER
    assert segments(session, hall, date(2026, 2, 27)) == SUMMER


@pytest.mark.parametrize(
    ("starts", "ends"),
    [("09-30", "10-15"), ("05-01", "06-01"), ("12-01", "06-01"), ("07-01", "07-31")],
)
def test_seasons_do_not_overlap(session: Session, hall: Cast, starts: str, ends: str) -> None:
    season(session, hall)
    with pytest.raises(SeasonsOverlap) as told:
        season(session, hall, name="另一个", starts=starts, ends=ends)
    assert "夏令时间" in told.value.message()
    season(session, hall, name="冬季", starts="12-01", ends="02-29")


def test_a_season_may_be_moved_within_itself_and_taken_away(session: Session, hall: Cast) -> None:
    made = season(session, hall)
    season(session, hall, season_id=made.id, starts="06-15", ends="09-15")
    assert segments(session, hall, date(2026, 6, 3)) != SUMMER
    assert segments(session, hall, date(2026, 6, 15)) == SUMMER
    assert [one.id for one in service.list_seasons(session, hall.site_id)] == [made.id]
    service.remove_season(
        session, hall.administrator, site_id=hall.site_id, season_id=made.id, now=NOW
    )
    assert segments(session, hall, date(2026, 6, 15)) == [(time(9), time(17))]
    left = select(func.count(OpeningHours.id)).where(OpeningHours.season_id == made.id)
    assert session.scalar(left) == 0


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"starts": "02-30"}, InvalidValue),
        ({"ends": "13-01"}, InvalidValue),
        ({"ends": "soon"}, InvalidValue),
        ({"name": " "}, TextMissing),
        ({"hours": {}}, NeverOpen),
        ({"hours": {0: [(time(12), time(9))]}}, ClosesBeforeOpens),
        ({"season_id": 999_999}, NotFound),
    ],
)
def test_a_season_that_cannot_be_is_refused(
    session: Session, hall: Cast, facts: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        season(session, hall, **facts)


def test_a_location_without_hours_of_its_own_is_open_like_the_hall(
    session: Session, hall: Cast
) -> None:
    season(session, hall)
    for on in (MONDAY, SATURDAY, NATIONAL_DAY, date(2026, 7, 1)):
        assert segments(session, hall, on, hall.floor) == segments(session, hall, on)


def _self_service(session: Session, hall: Cast, *, holidays: bool) -> int:
    made = service.create_location(
        session, None, site_id=hall.site_id, name="24 小时自助区", now=NOW
    )
    service.set_opening_hours(
        session, None, site_id=hall.site_id, location_id=made.id,
        hours=service.ROUND_THE_CLOCK, now=NOW,
    )  # fmt: skip
    service.update_location(
        session, None, made.id, site_id=hall.site_id, name="24 小时自助区",
        has_own_hours=True, open_on_holidays=holidays, now=NOW,
    )  # fmt: skip
    return made.id


def test_a_self_service_area_is_open_round_the_clock(session: Session, hall: Cast) -> None:
    area = _self_service(session, hall, holidays=True)
    first, last = date(2026, 1, 1), date(2027, 12, 31)
    found = service.days(session, hall.site_id, first, last, area)
    assert all(day.segments == ((time(0), time(0)),) for day in found.values())
    assert not any(day.provisional for day in found.values())
    assert "00:00–24:00" in found[NATIONAL_DAY].why
    assert segments(session, hall, NATIONAL_DAY) == []


def test_own_hours_heed_the_calendar_unless_open_on_holidays(session: Session, hall: Cast) -> None:
    area = _self_service(session, hall, holidays=False)
    assert segments(session, hall, NATIONAL_DAY, area) == []
    assert segments(session, hall, SATURDAY, area) == [(time(0), time(0))]


def test_a_day_round_the_clock_gives_a_slot_its_moments(session: Session, hall: Cast) -> None:
    area = _self_service(session, hall, holidays=True)
    day = service.days(session, hall.site_id, MONDAY, MONDAY, area)[MONDAY]
    moment = recurrence.Moment
    slot = recurrence.Slot(
        "closing", moment(Anchor.OPENING, 0), moment(Anchor.CLOSING, -60), moment(Anchor.CLOSING, 0)
    )
    times = recurrence.slot_times(slot, day.segments, MONDAY, "Asia/Shanghai")
    midnight = datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert (times.opens_at, times.due_at, times.closes_at) == (
        midnight - timedelta(days=1),
        midnight - timedelta(hours=1),
        midnight,
    )


def test_the_midnight_that_ends_a_day_heeds_summer_time() -> None:
    on = date(2026, 3, 29)  # Berlin loses an hour
    assert at_closing(on, time(0), "Europe/Berlin") == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert at_closing(on, time(17), "Europe/Berlin") == datetime(2026, 3, 29, 15, tzinfo=UTC)


def test_hours_of_one_place_leave_the_others_alone(session: Session, hall: Cast) -> None:
    area = _self_service(session, hall, holidays=True)
    made = season(session, hall)
    service.set_opening_hours(session, None, site_id=hall.site_id, hours={0: LUNCH}, now=NOW)
    assert segments(session, hall, MONDAY) == LUNCH
    assert segments(session, hall, MONDAY, area) == [(time(0), time(0))]
    assert segments(session, hall, date(2026, 7, 1), area) == [(time(0), time(0))]
    week = service.opening_week(session, hall.site_id, season_id=made.id)
    assert {day: list(parts) for day, parts in week.items()} == WEEKDAYS


def test_each_change_tells_the_features_once_and_the_journal(
    session: Session, hall: Cast, followed: list[int]
) -> None:
    before = session.scalar(select(func.max(Entry.id))) or 0
    made = season(session, hall)
    assert followed == [hall.site_id]
    service.set_opening_hours(
        session, hall.administrator, site_id=hall.site_id, hours={0: LUNCH}, now=NOW
    )
    service.remove_season(
        session, hall.administrator, site_id=hall.site_id, season_id=made.id, now=NOW
    )
    assert followed == [hall.site_id] * 3
    actions = session.scalars(select(Entry.action).where(Entry.id > before).order_by(Entry.id))
    assert set(actions) == {
        "workplace.save_season", "workplace.set_hours", "workplace.remove_season",
    }  # fmt: skip


def test_hours_and_seasons_are_the_administrators(session: Session, hall: Cast) -> None:
    made = season(session, hall)
    for role, actor in hall.everyone().items():
        if role != "administrator":
            with pytest.raises(NotAllowed):
                service.save_season(
                    session, actor, site_id=hall.site_id, name="x", starts="01-01", ends="01-02",
                    hours=WEEKDAYS, now=NOW,
                )  # fmt: skip
            with pytest.raises(NotAllowed):
                service.remove_season(
                    session, actor, site_id=hall.site_id, season_id=made.id, now=NOW
                )
    foreign = service.save_season(
        session, None, site_id=hall.foreign_site_id, name="外", starts="01-01", ends="01-02",
        hours=WEEKDAYS, now=NOW,
    )  # fmt: skip
    with pytest.raises(NotFound):
        service.remove_season(
            session, hall.administrator, site_id=hall.site_id, season_id=foreign.id, now=NOW
        )
