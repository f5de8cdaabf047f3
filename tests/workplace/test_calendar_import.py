"""The yearly notice: brought in from a table, whole or not at all, and taken back."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import chinese_calendar
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safety_app.core import journal
from safety_app.core.clock import local_day
from safety_app.core.errors import NotAllowed, NotFound, TextMissing, TextTooLong
from safety_app.core.i18n import use_language
from safety_app.core.intake import Intake, Problem, Row
from safety_app.core.intake_errors import NoHeadings
from safety_app.core.sheets import Cell, SheetColumn, SheetTable, workbook
from safety_app.features import features
from safety_app.workplace import calendar, service
from safety_app.workplace.calendar_errors import (
    DayIsPast,
    NoNotice,
    NoticeEmpty,
    NoticeFaulty,
    YearOutOfRange,
)
from safety_app.workplace.models import CalendarDay, CalendarYear, DayKind
from safety_app.workplace.service import Day, Notice, NoticeDay, Origin, Own, calendar_years
from tests.cast import NOW, TODAY, Cast

DAY = timedelta(days=1)
SOURCE = "国办发明电〔2026〕12号"
CSV = "日期,类型,节日\n2027-02-05,放假,春节\n2027年2月6日,放假,春节\n2027/2/20,上班,春节\n"
NOTICE = (
    NoticeDay(date(2027, 2, 4), DayKind.OFF, "春节", "Spring Festival"),
    NoticeDay(date(2027, 2, 20), DayKind.WORKDAY, "春节", "Spring Festival"),
)


@pytest.fixture(autouse=True)
def _words() -> None:
    features()


def _read(text: str, encoding: str = "utf-8", year: int = 2027) -> Notice:
    return service.read_notice(text.encode(encoding), "notice.csv", year=year)


def _import(session: Session, hall: Cast, notice: Notice | None = None, **facts: Any) -> object:
    wanted: dict[str, Any] = {"by": hall.officer, "source": SOURCE, "good_only": False, **facts}
    return service.import_notice(
        session, wanted.pop("by"), site_id=hall.site_id,
        notice=notice or Notice(2027, NOTICE, ()), now=NOW, **wanted,
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_a_list_is_read_in_every_usual_script(encoding: str) -> None:
    notice = _read(CSV, encoding)
    assert notice.problems == ()
    assert notice.days == (
        NoticeDay(date(2027, 2, 5), DayKind.OFF, "春节"),
        NoticeDay(date(2027, 2, 6), DayKind.OFF, "春节"),
        NoticeDay(date(2027, 2, 20), DayKind.WORKDAY, "春节"),
    )


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_own_form_filled_in_is_read(language: str) -> None:
    with use_language(language):
        columns = tuple(SheetColumn(one.label) for one in calendar_years.COLUMNS)
        examples = service.notice_form(2027)
        rows: list[tuple[Cell, ...]] = [tuple(row) for row in examples]
        rows.append((date(2027, 10, 1), *examples[0][1:]))
        form = workbook([SheetTable("2027", columns, rows)], title="form", created_at=NOW)
        notice = service.read_notice(form, "form.xlsx", year=2027)
    assert notice.problems == () and notice.unknown == ()
    assert [(one.on, one.kind) for one in notice.days] == [(date(2027, 10, 1), DayKind.OFF)]


def test_every_mistake_is_told_at_once_by_row_and_column() -> None:
    notice = _read(
        "日期,类型,节日\n"
        "2027-02-05,放假,春节\n"
        "2027-02-05,放假,春节\n"
        "2026-10-01,放假,国庆节\n"
        "2027-02-30,放假,春节\n"
        "2027-02-20,半天,春节\n"
        ",放假,春节\n"
        "2027-02-21,,春节\n"
    )
    told = [one.message() for one in notice.problems]
    assert len(told) == 6
    assert told[0] == "第 3 行“日期”：2月5日 周五 重复，第 2 行已有。"
    assert told[1] == "第 4 行“日期”：2026年10月1日 周四 不在 2027 年内。"
    assert [one.row for one in notice.problems] == [3, 4, 5, 6, 7, 8]
    assert [one.column for one in notice.problems] == ["日期"] * 3 + ["类型", "日期", "类型"]
    assert notice.days == (NoticeDay(date(2027, 2, 5), DayKind.OFF, "春节"),)


def test_a_day_that_is_both_off_and_worked_is_neither() -> None:
    notice = _read("日期,类型\n2027-02-05,放假\n2027-02-05,上班\n2027-02-06,放假\n")
    assert [one.on for one in notice.days] == [date(2027, 2, 6)]
    assert len(notice.problems) == 1


def test_a_table_of_something_else_is_refused() -> None:
    with pytest.raises(NoHeadings):
        _read("编号,名称\nA01,综合窗口\n")


def test_a_notice_with_mistakes_is_not_brought_in_by_half(session: Session, hall: Cast) -> None:
    notice = _read("日期,类型\n2027-02-04,放假\n2027-02-04,放假\n")
    with pytest.raises(NoticeFaulty):
        _import(session, hall, notice)
    assert session.scalar(select(func.count(CalendarYear.id))) == 0
    assert service.day(session, hall.site_id, date(2027, 2, 4)).is_open
    _import(session, hall, notice, good_only=True)
    assert not service.day(session, hall.site_id, date(2027, 2, 4)).is_open


def test_the_notice_speaks_for_its_whole_year(session: Session, hall: Cast) -> None:
    _import(session, hall)
    found = service.days(session, hall.site_id, date(2027, 1, 1), date(2027, 12, 31))
    assert not any(day.provisional for day in found.values())
    exceptions = {on: day.kind for on, day in found.items() if day.kind}
    assert exceptions == {day.on: day.kind for day in NOTICE}
    assert all(day.origin is Origin.NOTICE for day in found.values() if day.kind)
    assert found[date(2027, 1, 1)].is_open, "what was shipped for the year counts no more"
    assert found[NOTICE[0].on].why == f"2月4日 周四 休息：春节（{SOURCE}）。"
    assert "调休上班" in found[NOTICE[1].on].why
    state = service.year_state(session, hall.site_id, 2027)
    assert (state.source, state.is_provisional, state.is_imported) == (SOURCE, False, True)
    abroad = service.day(session, hall.foreign_site_id, NOTICE[0].on)
    assert abroad.is_open and abroad.provisional


def test_a_start_of_the_program_leaves_the_notice_alone(session: Session, hall: Cast) -> None:
    _import(session, hall)
    service.load_calendar(session)
    assert not service.day(session, hall.site_id, NOTICE[0].on).is_open
    assert service.day(session, hall.site_id, NOTICE[1].on).is_open


def test_a_second_notice_takes_the_place_of_the_first(session: Session, hall: Cast) -> None:
    _import(session, hall)
    second = (NoticeDay(date(2027, 2, 9), DayKind.OFF, "春节"),)
    _import(session, hall, Notice(2027, second, ()), source="更正")
    assert service.day(session, hall.site_id, NOTICE[0].on).is_open
    assert not service.day(session, hall.site_id, second[0].on).is_open
    assert session.scalar(select(func.count(CalendarYear.id))) == 1


def test_the_halls_own_word_stays_above_the_notice(session: Session, hall: Cast) -> None:
    on = NOTICE[0].on
    facts = {"site_id": hall.site_id, "on": [on], "now": NOW}
    service.set_days(session, hall.officer, own=Own(DayKind.WORKDAY, "值班"), **facts)  # type: ignore[arg-type]
    _import(session, hall)
    assert service.day(session, hall.site_id, on).note == "值班"
    service.set_days(session, hall.officer, own=None, **facts)  # type: ignore[arg-type]
    found = service.day(session, hall.site_id, on)
    assert (found.is_open, found.origin) == (False, Origin.NOTICE)


def test_a_notice_taken_back_leaves_what_is_shipped(session: Session, hall: Cast) -> None:
    _import(session, hall)
    remove = {"site_id": hall.site_id, "year": 2027, "now": NOW}
    service.remove_notice(session, hall.officer, **remove)  # type: ignore[arg-type]
    assert service.day(session, hall.site_id, NOTICE[0].on).is_open
    assert not service.day(session, hall.site_id, date(2027, 1, 1)).is_open
    assert service.day(session, hall.site_id, date(2027, 3, 1)).provisional
    assert session.scalar(select(func.count(CalendarDay.id)).where(CalendarDay.year_id > 0)) == 0
    with pytest.raises(NoNotice):
        service.remove_notice(session, hall.officer, **remove)  # type: ignore[arg-type]


PAST = date(2026, 11, 16)
"""An open Monday a week ago."""


def _year_gone_by(session: Session, hall: Cast) -> list[Day]:
    """Everything that is known of the days of this year that are over."""
    return list(service.days(session, hall.site_id, date(2026, 1, 1), TODAY - DAY).values())


def _late(session: Session, hall: Cast, *days: NoticeDay, **facts: Any) -> Notice:
    notice = Notice(2026, days, ())
    _import(session, hall, notice, **facts)
    return notice


def test_a_notice_of_the_current_year_speaks_for_the_days_ahead_alone(
    session: Session, hall: Cast
) -> None:
    before = _year_gone_by(session, hall)
    days = (NoticeDay(PAST, DayKind.OFF, "校庆"), NoticeDay(TODAY + DAY, DayKind.OFF, "校庆"))
    left_out = service.rows_left_out(session, hall.site_id, Notice(2026, days, ()), NOW)
    _late(session, hall, *days)
    assert _year_gone_by(session, hall) == before
    assert left_out == 1
    assert not service.day(session, hall.site_id, TODAY + DAY).is_open
    assert service.day(session, hall.site_id, TODAY + DAY).origin is Origin.NOTICE


def test_the_day_that_is_over_is_the_halls_own(session: Session, hall: Cast) -> None:
    tuesday = NOW.replace(hour=17)  # in Shanghai, Monday is over
    day = NoticeDay(TODAY, DayKind.OFF, "停电")
    assert service.rows_left_out(session, hall.site_id, Notice(2026, (day,), ()), NOW) == 0
    assert service.rows_left_out(session, hall.site_id, Notice(2026, (day,), ()), tuesday) == 1
    service.import_notice(
        session, hall.officer, site_id=hall.site_id, notice=Notice(2026, (day,), ()),
        source=SOURCE, now=tuesday,
    )  # fmt: skip
    assert service.day(session, hall.site_id, TODAY).is_open


def test_rows_of_days_gone_by_that_agree_are_not_told(session: Session, hall: Cast) -> None:
    national_day, sunday, own = date(2026, 10, 1), date(2026, 11, 15), PAST
    service.set_day(session, None, site_id=hall.site_id, on=own, kind=DayKind.OFF, now=NOW)
    days = (
        NoticeDay(national_day, DayKind.OFF, "国庆节"),
        NoticeDay(sunday, DayKind.OFF),
        NoticeDay(own, DayKind.WORKDAY),
    )
    assert service.rows_left_out(session, hall.site_id, Notice(2026, days, ()), NOW) == 0


def test_a_second_notice_and_taking_it_back_leave_what_the_first_said_of_days_gone_by(
    session: Session, hall: Cast
) -> None:
    friday = NOW + timedelta(days=4)
    ahead = NoticeDay(TODAY + 7 * DAY, DayKind.OFF, "校庆")
    _late(session, hall, NoticeDay(TODAY + DAY, DayKind.OFF, "校庆"), ahead)
    gone = (TODAY, TODAY + 3 * DAY)
    before = service.days(session, hall.site_id, *gone)
    assert not before[TODAY + DAY].is_open
    second = Notice(2026, (NoticeDay(TODAY + 2 * DAY, DayKind.OFF), ahead), ())
    service.import_notice(
        session, hall.officer, site_id=hall.site_id, notice=second, source="更正", now=friday
    )
    assert service.days(session, hall.site_id, *gone) == before
    assert "更正" in service.day(session, hall.site_id, ahead.on).why
    service.remove_notice(session, hall.officer, site_id=hall.site_id, year=2026, now=friday + DAY)
    assert service.days(session, hall.site_id, *gone) == before
    assert service.day(session, hall.site_id, ahead.on).is_open
    assert not service.year_state(session, hall.site_id, 2026).is_imported


def test_a_notice_whose_year_is_over_is_not_taken_back(session: Session, hall: Cast) -> None:
    _late(session, hall, NoticeDay(TODAY + DAY, DayKind.OFF, "校庆"))
    new_year = datetime(2027, 1, 1, 1, tzinfo=UTC)
    with pytest.raises(DayIsPast):
        service.remove_notice(session, hall.officer, site_id=hall.site_id, year=2026, now=new_year)
    assert not service.day(session, hall.site_id, TODAY + DAY).is_open


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["day", "period", "import", "remove"]),
            st.integers(-40, 60), st.sampled_from(DayKind), st.integers(0, 9),
        ),
        min_size=1, max_size=8,
    )
)  # fmt: skip
def test_any_day_gone_by_reads_the_same_after_whatever_people_do_to_the_calendar(
    session: Session, hall: Cast, changes: list[tuple[str, int, DayKind, int]]
) -> None:
    with session.begin_nested() as inner:
        now = NOW
        for what, offset, kind, passing in changes:
            now += timedelta(days=passing)
            today = local_day(now, "Asia/Shanghai")
            gone = (today - timedelta(days=80), today - DAY)
            before = service.days(session, hall.site_id, *gone)
            on = today + timedelta(days=offset)
            span = [on + timedelta(days=n) for n in range(5)]
            facts: dict[str, Any] = {"site_id": hall.site_id, "now": now}
            with suppress(DayIsPast, NoNotice):
                if what == "day":
                    service.set_day(session, hall.officer, on=on, kind=kind, **facts)
                elif what == "period":
                    service.set_days(session, hall.officer, on=span, own=Own(kind, "x"), **facts)
                elif what == "import":
                    days = tuple(NoticeDay(day, kind) for day in span if day.year == on.year)
                    notice = Notice(max(on.year, today.year), days, ())
                    service.import_notice(
                        session, hall.officer, notice=notice, source=f"第{offset}号", **facts
                    )
                else:
                    service.remove_notice(session, hall.officer, year=on.year, **facts)
            assert service.days(session, hall.site_id, *gone) == before
        inner.rollback()


def test_what_is_refused(session: Session, hall: Cast) -> None:
    for source, error in ((" ", TextMissing), ("号" * 201, TextTooLong)):
        with pytest.raises(error):
            _import(session, hall, source=source)
    with pytest.raises(NoticeEmpty):
        _import(session, hall, Notice(2027, (), ()))
    for year in (2025, 2029):
        with pytest.raises(YearOutOfRange):
            _import(session, hall, Notice(year, NOTICE, ()))
    for by in (hall.staff, hall.lead, hall.third_party):
        with pytest.raises(NotAllowed):
            _import(session, hall, by=by)
    with pytest.raises(NotFound):
        _import(session, hall, by=hall.foreign_manager)
    assert list(service.importable_years(TODAY)) == [2026, 2027, 2028]


def test_bringing_in_and_taking_back_are_in_the_journal(session: Session, hall: Cast) -> None:
    before = session.scalar(select(func.count(journal.Entry.id))) or 0
    _import(session, hall)
    service.remove_notice(session, hall.officer, site_id=hall.site_id, year=2027, now=NOW)
    found = session.scalars(select(journal.Entry.action).order_by(journal.Entry.id)).all()
    assert found[before:] == ["workplace.import_year", "workplace.remove_year"]


def test_the_shipped_year_brought_in_again_is_exactly_the_official_one(
    session: Session, hall: Cast
) -> None:
    shipped = [
        NoticeDay(one.day, one.kind, one.note) for one in calendar.shipped() if one.day.year == 2026
    ]
    _import(session, hall, Notice(2026, tuple(shipped), ()))
    found = service.days(session, hall.site_id, date(2026, 1, 1), date(2026, 12, 31))
    assert [on for on, day in found.items() if day.is_open != chinese_calendar.is_workday(on)] == []


DAYS = st.dates(date(2026, 12, 25), date(2028, 1, 5))


@given(st.lists(st.tuples(DAYS, st.sampled_from(["off", "workday", ""])), max_size=30))
def test_every_row_is_either_a_day_or_a_problem(rows: list[tuple[date, str]]) -> None:
    table = tuple(
        Row(number, {"day": on, "kind": kind, "note": "", "note_en": ""})
        for number, (on, kind) in enumerate(rows, start=2)
    )
    bad_kinds = tuple(Problem("?", row.number, "类型") for row in table if not row.text("kind"))
    notice = calendar_years.understand(Intake(table, bad_kinds), year=2027)
    good = {day.on for day in notice.days}
    told = {one.row for one in notice.problems}
    for row in table:
        on = row.day("day")
        assert (
            on in good
            or row.number in told
            or on in {other.day("day") for other in table if other.number in told}
        )
    assert all(on.year == 2027 for on in good)
    assert len(good) == len(notice.days)
    assert [day.on for day in notice.days] == sorted(good)
    for day in notice.days:
        said = {row.text("kind") for row in table if row.day("day") == day.on}
        assert said == {str(day.kind)} or said == {str(day.kind), ""}


@given(st.dates(date(2025, 1, 1), date(2026, 12, 31)))
def test_the_shipped_rows_name_each_exception_once(on: date) -> None:
    """Against an independent source, on any day."""
    rows = [one for one in calendar.shipped() if one.day == on]
    weekday = on.weekday() < 5
    worked = rows[0].kind is DayKind.WORKDAY if rows else weekday
    assert len(rows) <= 1
    assert worked == chinese_calendar.is_workday(on)
    assert not rows or on + timedelta(0) == rows[0].day
