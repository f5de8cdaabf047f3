"""Which days the hall is open, and why; the shipped calendar against an independent source."""

from datetime import date, time, timedelta

import chinese_calendar
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from safety_app.core.errors import InvalidValue, NotAllowed, NotFound
from safety_app.core.i18n import use_language
from safety_app.features import features
from safety_app.workplace import service
from safety_app.workplace.errors import ClosesBeforeOpens, HoursOverlap
from safety_app.workplace.models import CalendarDay, DayKind
from tests.cast import NOW, Cast

NATIONAL_DAY = date(2026, 10, 1)
EXCHANGED_SUNDAY = date(2026, 9, 20)
MONDAY = date(2026, 11, 23)
SATURDAY = date(2026, 11, 28)


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
        (NATIONAL_DAY, DayKind.WORKDAY, True),
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


def test_days_take_two_queries_however_many(session: Session, hall: Cast) -> None:
    queries: list[str] = []

    @event.listens_for(session.get_bind(), "before_cursor_execute")
    def count(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        queries.append(statement)

    service.days(session, hall.site_id, date(2025, 1, 1), date(2027, 12, 31))
    event.remove(session.get_bind(), "before_cursor_execute", count)
    assert sum(query.startswith("SELECT") for query in queries) == 2


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
    never: dict[int, list[tuple[time, time]]] = {weekday: [] for weekday in range(7)}
    service.set_opening_hours(session, None, site_id=hall.site_id, hours=never, now=NOW)
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


def test_only_the_administrator_of_the_hall_changes_its_days(session: Session, hall: Cast) -> None:
    for role, actor in hall.everyone().items():
        if role != "administrator":
            with pytest.raises(NotAllowed):
                service.set_opening_hours(session, actor, site_id=hall.site_id, now=NOW)
            with pytest.raises(NotAllowed):
                service.set_day(
                    session, actor, site_id=hall.site_id, on=MONDAY, kind=DayKind.OFF, now=NOW
                )
    with pytest.raises(NotFound):
        service.set_opening_hours(
            session, hall.administrator, site_id=hall.foreign_site_id, now=NOW
        )
