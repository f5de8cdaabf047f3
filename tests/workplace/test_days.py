"""Which days the hall is open, and why; the shipped calendar against an independent source."""

from datetime import date, time, timedelta

import chinese_calendar
import pytest
from sqlalchemy import delete, event, func, select
from sqlalchemy.orm import Session

from safety_app.core.access import Actor
from safety_app.core.errors import InvalidValue, NotAllowed, NotFound, TextTooLong
from safety_app.core.i18n import use_language
from safety_app.features import features
from safety_app.workplace import service
from safety_app.workplace.calendar_errors import (
    ClosedHasNoHours,
    DayIsPast,
    HoursIncomplete,
    NoDays,
)
from safety_app.workplace.errors import ClosesBeforeOpens, HoursOverlap
from safety_app.workplace.models import CalendarDay, DayKind, OpeningHours
from safety_app.workplace.roster_errors import DaysReversed, PeriodTooLong
from safety_app.workplace.service import Own, exceptions
from tests.cast import NOW, Cast

NATIONAL_DAY = date(2026, 10, 1)
EXCHANGED_SUNDAY = date(2026, 9, 20)
MONDAY = date(2026, 11, 23)
SATURDAY = date(2026, 11, 28)
NEXT_NEW_YEAR = date(2027, 1, 1)


@pytest.fixture(autouse=True)
def _words() -> None:
    features()


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_shipped_year_is_the_official_one(session: Session, hall: Cast, year: int) -> None:
    found = service.days(session, hall.site_id, date(year, 1, 1), date(year, 12, 31))
    assert len(found) == 365
    wrong = [on for on, day in found.items() if day.is_open != chinese_calendar.is_workday(on)]
    assert wrong == []
    assert sum(day.is_open for day in found.values()) == 248
    assert not any(day.provisional for day in found.values())


def test_the_year_to_come_knows_its_statutory_days_and_says_it_is_provisional(
    session: Session, hall: Cast
) -> None:
    found = service.days(session, hall.site_id, date(2027, 1, 1), date(2027, 12, 31))
    assert all(day.provisional for day in found.values())
    closed = {on for on, day in found.items() if not day.is_open and on.weekday() < 5}
    assert closed == {
        date(2027, 1, 1),
        date(2027, 2, 5),
        date(2027, 2, 8),
        date(2027, 4, 5),
        date(2027, 6, 9),
        date(2027, 9, 15),
        date(2027, 10, 1),
    }
    assert "2027年放假安排尚未公布" in found[date(2027, 3, 1)].why


def test_a_year_nobody_knows_is_provisional_too(session: Session, hall: Cast) -> None:
    assert service.day(session, hall.site_id, date(2031, 5, 1)).provisional


def test_each_day_says_why(session: Session, hall: Cast) -> None:
    def why(on: date) -> str:
        return service.day(session, hall.site_id, on).why

    assert why(MONDAY) == "11月23日 周一 正常办公，09:00–17:00。"
    assert why(SATURDAY) == "11月28日 周六 休息：当日不对外办公。"
    assert why(NATIONAL_DAY) == "10月1日 周四 休息：国庆节（国务院办公厅2025年11月4日通知）。"
    assert why(EXCHANGED_SUNDAY).startswith("9月20日 周日 调休上班，09:00–17:00：国庆节")
    with use_language("en"):
        assert why(NATIONAL_DAY) == (
            "Thu 1 Oct is closed: National Day (State Council notice of 4 November 2025)."
        )


def test_an_exchanged_sunday_is_worked_like_a_monday(session: Session, hall: Cast) -> None:
    halves = [(time(8, 30), time(12)), (time(13, 30), time(17))]
    service.set_opening_hours(session, None, site_id=hall.site_id, hours={0: halves}, now=NOW)
    found = service.day(session, hall.site_id, EXCHANGED_SUNDAY)
    assert found.segments == tuple(halves)
    assert (found.opens, found.closes) == (time(8, 30), time(17))


def test_an_exchanged_sunday_with_hours_of_its_own_keeps_them(session: Session, hall: Cast) -> None:
    short = [(time(10), time(12))]
    service.set_opening_hours(session, None, site_id=hall.site_id, hours={6: short}, now=NOW)
    assert service.day(session, hall.site_id, EXCHANGED_SUNDAY).segments == tuple(short)
    assert service.day(session, hall.site_id, date(2026, 11, 29)).is_open


def test_the_halls_own_word_wins_over_the_shipped_one(session: Session, hall: Cast) -> None:
    for on, kind, is_open in (
        (NEXT_NEW_YEAR, DayKind.WORKDAY, True),
        (MONDAY, DayKind.OFF, False),
        (SATURDAY, DayKind.WORKDAY, True),
    ):
        service.set_day(
            session,
            hall.administrator,
            site_id=hall.site_id,
            on=on,
            kind=kind,
            note="延时服务",
            now=NOW,
        )
        found = service.day(session, hall.site_id, on)
        assert (found.is_open, found.note) == (is_open, "延时服务")
        assert "本中心日历" in found.why
        assert service.day(session, hall.foreign_site_id, on).note != "延时服务"
        service.set_day(session, None, site_id=hall.site_id, on=on, kind=None, now=NOW)
        assert service.day(session, hall.site_id, on).is_open != is_open


def test_days_take_a_few_queries_however_many(session: Session, hall: Cast) -> None:
    queries: list[str] = []

    @event.listens_for(session.get_bind(), "before_cursor_execute")
    def count(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        queries.append(statement)

    service.days(session, hall.site_id, date(2025, 1, 1), date(2027, 12, 31))
    event.remove(session.get_bind(), "before_cursor_execute", count)
    assert sum(query.startswith("SELECT") for query in queries) == 3


def test_open_days_are_counted_over_the_holiday(session: Session, hall: Cast) -> None:
    last_before = date(2026, 9, 30)

    def after(n: int) -> date:
        return service.add_open_days(session, hall.site_id, last_before, n)

    assert [after(0), after(1), after(3)] == [last_before, date(2026, 10, 8), date(2026, 10, 10)]


def test_the_last_open_day_is_found_backwards(session: Session, hall: Cast) -> None:
    def last(on: date) -> date:
        return service.previous_open_day(session, hall.site_id, on)

    assert last(MONDAY) == MONDAY
    assert last(SATURDAY) == SATURDAY - timedelta(days=1)
    assert last(date(2026, 10, 7)) == date(2026, 9, 30)


def test_a_hall_that_never_opens_hangs_nothing(session: Session, hall: Cast) -> None:
    session.execute(delete(OpeningHours).where(OpeningHours.site_id == hall.site_id))
    assert service.previous_open_day(session, hall.site_id, MONDAY) == MONDAY
    assert service.add_open_days(session, hall.site_id, MONDAY, 2) == MONDAY + timedelta(days=2)
    assert not service.day(session, hall.site_id, EXCHANGED_SUNDAY).is_open


def test_loading_the_calendar_twice_changes_nothing(session: Session, hall: Cast) -> None:
    service.load_calendar(session)
    before = session.scalar(select(func.count(CalendarDay.id)))
    assert service.load_calendar(session) == 0
    assert session.scalar(select(func.count(CalendarDay.id))) == before


def test_loading_mends_shipped_rows_and_leaves_the_halls_own(session: Session, hall: Cast) -> None:
    service.load_calendar(session)
    service.set_day(
        session, None, site_id=hall.site_id, on=NATIONAL_DAY, kind=DayKind.WORKDAY, now=NOW
    )
    row = session.scalars(
        select(CalendarDay).where(CalendarDay.site_id.is_(None), CalendarDay.day == NATIONAL_DAY)
    ).one()
    row.kind = DayKind.WORKDAY
    session.add(CalendarDay(site_id=None, day=date(2026, 3, 3), kind=DayKind.OFF))
    session.flush()
    assert service.load_calendar(session) == 2
    assert row.kind == DayKind.OFF
    assert service.day(session, hall.site_id, NATIONAL_DAY).is_open
    assert service.day(session, hall.site_id, date(2026, 3, 3)).is_open


@pytest.mark.parametrize(
    "segments",
    [
        [(time(9), time(9))],
        [(time(12), time(9))],
        [(time(9), time(12)), (time(11), time(17))],
        [(time(13), time(17)), (time(9), time(12))],
    ],
)
def test_opening_hours_follow_each_other(
    session: Session, hall: Cast, segments: list[tuple[time, time]]
) -> None:
    with pytest.raises((HoursOverlap, ClosesBeforeOpens)):
        service.set_opening_hours(session, None, site_id=hall.site_id, hours={0: segments}, now=NOW)


def test_there_is_no_eighth_weekday(session: Session, hall: Cast) -> None:
    with pytest.raises(InvalidValue):
        service.set_opening_hours(session, None, site_id=hall.site_id, hours={7: []}, now=NOW)


def test_only_the_administrator_of_the_hall_changes_its_hours(session: Session, hall: Cast) -> None:
    for role, actor in hall.everyone().items():
        if role != "administrator":
            with pytest.raises(NotAllowed):
                service.set_opening_hours(session, actor, site_id=hall.site_id, now=NOW)
    with pytest.raises(NotFound):
        service.set_opening_hours(
            session, hall.administrator, site_id=hall.foreign_site_id, now=NOW
        )


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("staff", False), ("lead", False), ("third_party", False),
        ("officer", True), ("manager", True), ("administrator", True),
    ],
)  # fmt: skip
def test_who_keeps_the_calendar(session: Session, hall: Cast, role: str, allowed: bool) -> None:
    def close() -> None:
        service.set_day(
            session, hall.everyone()[role], site_id=hall.site_id, on=MONDAY, kind=DayKind.OFF,
            now=NOW,
        )  # fmt: skip

    if allowed:
        close()
        assert not service.day(session, hall.site_id, MONDAY).is_open
    else:
        with pytest.raises(NotAllowed):
            close()


def test_another_halls_calendar_is_not_there(session: Session, hall: Cast) -> None:
    with pytest.raises(NotFound):
        _set(session, hall, Own(DayKind.OFF), MONDAY, by=hall.foreign_manager)


def test_days_that_are_over_stay_as_they_were(session: Session, hall: Cast) -> None:
    friday = date(2026, 11, 20)
    with pytest.raises(DayIsPast):
        _set(session, hall, Own(DayKind.OFF), friday, MONDAY)
    assert service.day(session, hall.site_id, MONDAY).is_open


def test_a_half_day_has_its_own_hours(session: Session, hall: Cast) -> None:
    half = Own(DayKind.WORKDAY, "年终盘点", "Stocktaking", time(9), time(12))
    _set(session, hall, half, MONDAY, SATURDAY)
    for on in (MONDAY, SATURDAY):
        found = service.day(session, hall.site_id, on)
        assert (found.segments, found.is_short) == (((time(9), time(12)),), True)
    assert service.day(session, hall.site_id, MONDAY).why == (
        "11月23日 周一 开放，09:00–12:00：年终盘点（本中心日历）。"
    )
    assert not service.day(session, hall.site_id, date(2026, 11, 24)).is_short


def test_a_location_with_own_hours_keeps_them_on_the_halls_half_days(
    session: Session, hall: Cast
) -> None:
    always = {n: [(time(0), time(0))] for n in range(7)}
    service.set_opening_hours(
        session, None, site_id=hall.site_id, location_id=hall.floor, hours=always, now=NOW
    )
    _set(session, hall, Own(DayKind.WORKDAY, opens=time(9), closes=time(12)), MONDAY)
    found = service.days(session, hall.site_id, MONDAY, SATURDAY, hall.floor)
    assert found[MONDAY].segments == ((time(0), time(0)),)
    _set(session, hall, Own(DayKind.OFF), SATURDAY)
    found = service.days(session, hall.site_id, MONDAY, SATURDAY, hall.floor)
    assert not found[SATURDAY].is_open


@pytest.mark.parametrize(
    ("own", "error"),
    [
        (Own(DayKind.OFF, opens=time(9), closes=time(12)), ClosedHasNoHours),
        (Own(DayKind.WORKDAY, opens=time(9)), HoursIncomplete),
        (Own(DayKind.WORKDAY, closes=time(12)), HoursIncomplete),
        (Own(DayKind.WORKDAY, opens=time(12), closes=time(9)), HoursIncomplete),
        (Own(DayKind.WORKDAY, opens=time(9), closes=time(9)), HoursIncomplete),
        (Own(DayKind.WORKDAY, note="长" * 65), TextTooLong),
    ],
)
def test_what_a_day_cannot_be(
    session: Session, hall: Cast, own: Own, error: type[Exception]
) -> None:
    with pytest.raises(error):
        _set(session, hall, own, MONDAY)


def test_a_saturday_service_is_set_for_a_period_and_undone(session: Session, hall: Cast) -> None:
    saturdays = service.spread(MONDAY, date(2026, 12, 31), {5})
    assert saturdays[0] == SATURDAY and len(saturdays) == 5
    _set(session, hall, Own(DayKind.OFF, "停电"), SATURDAY)
    service_hours = Own(DayKind.WORKDAY, "周六延时服务", "Saturday service", time(9), time(12))
    before = _set(session, hall, service_hours, *saturdays)
    (exceptions,) = service.list_exceptions(session, hall.site_id, MONDAY, date(2026, 12, 31))
    assert (exceptions.own, exceptions.days) == (service_hours, tuple(saturdays))
    assert all(service.day(session, hall.site_id, on).is_open for on in saturdays)
    service.put_back(session, hall.officer, site_id=hall.site_id, before=before, now=NOW)
    assert service.day(session, hall.site_id, SATURDAY).note == "停电"
    assert not any(service.day(session, hall.site_id, on).is_open for on in saturdays)
    assert len(service.list_exceptions(session, hall.site_id, MONDAY, date(2026, 12, 31))) == 1


def test_what_is_no_period(session: Session) -> None:
    with pytest.raises(DaysReversed):
        service.spread(SATURDAY, MONDAY)
    with pytest.raises(PeriodTooLong):
        service.spread(MONDAY, date(2027, 11, 24))
    with pytest.raises(NoDays):
        service.spread(MONDAY, MONDAY, {5})
    assert service.spread(MONDAY, MONDAY) == [MONDAY]


def test_features_follow_every_change_of_the_calendar(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []

    def follow(_session: Session, site_id: int, _now: object) -> None:
        told.append(site_id)

    monkeypatch.setattr(exceptions, "changed", follow)
    before = _set(session, hall, Own(DayKind.OFF), MONDAY)
    service.put_back(session, hall.officer, site_id=hall.site_id, before=before, now=NOW)
    assert told == [hall.site_id] * 2


def _set(
    session: Session, hall: Cast, own: Own, *on: date, by: Actor | None = None
) -> service.Before:
    actor = by or hall.officer
    return service.set_days(session, actor, site_id=hall.site_id, on=on, own=own, now=NOW)
