"""The yearly notice of holidays and exchange days, brought in from a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.clock import local_day
from safety_app.core.errors import TextMissing, TextTooLong
from safety_app.core.i18n import N_, _, day_text, language
from safety_app.core.intake import Column, Intake, Kind, Problem, Row, read_table
from safety_app.workplace import calendar
from safety_app.workplace.calendar_errors import (
    DayIsPast,
    NoNotice,
    NoticeEmpty,
    NoticeFaulty,
    YearOutOfRange,
)
from safety_app.workplace.models import CalendarDay, CalendarYear, DayKind
from safety_app.workplace.service.changes import changed
from safety_app.workplace.service.days import Origin, days
from safety_app.workplace.service.exceptions import YEARS_AHEAD, require_calendar
from safety_app.workplace.service.places import site

SOURCE_LIMIT: Final = 200
KIND_WORDS: Final[Mapping[DayKind, tuple[str, ...]]] = {
    DayKind.OFF: ("放假", "Off", "休息", "休", "节假日", "放假调休", "Holiday", "Closed"),
    DayKind.WORKDAY: ("上班", "Work", "班", "补班", "调休上班", "工作日", "Workday", "Open"),
}
COLUMNS: Final = (
    Column("day", ("日期", "Date", "放假日期", "Day"), Kind.DATE, needed=True),
    Column(
        "kind", ("类型", "Kind", "安排", "Type"), Kind.CHOICE, needed=True,
        choices={str(kind): words for kind, words in KIND_WORDS.items()},
    ),
    Column("note", ("节日", "Holiday", "节日名称", "名称", "备注", "Name", "Note")),
    Column("note_en", ("英文名称", "English name", "Holiday in English")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """A day that the notice says something about."""

    on: date
    kind: DayKind
    note: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A table as it was understood: the days that are right, and all that is wrong."""

    year: int
    days: tuple[NoticeDay, ...]
    problems: tuple[Problem, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class YearState:
    """What the calendar of a year rests on."""

    year: int
    source: str
    is_provisional: bool
    is_imported: bool


def read_notice(content: bytes, name: str, *, year: int) -> Notice:
    """The days of a table and every mistake in it; raises where it is no table at all."""
    return understand(read_table(content, name, COLUMNS), year=year)


def understand(found: Intake, *, year: int) -> Notice:
    """Check the rows against each other and the year; one that is wrong is no day."""
    problems = list(found.problems)
    first: dict[date, int] = {}
    good: dict[date, NoticeDay] = {}
    for row in found.rows:
        on = row.day("day")
        if on is None:
            continue
        said = _trouble(on, year, first)
        if said:
            problems.append(Problem(said, row.number, COLUMNS[0].label, found.sheet))
        first.setdefault(on, row.number)
        if said or row.number in found.bad_rows:
            _doubt(good, on, row)
            continue
        good[on] = _notice_day(on, row)
    problems.sort(key=lambda one: one.row or 0)
    return Notice(year, tuple(good[on] for on in sorted(good)), tuple(problems), found.unknown)


def import_notice(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    notice: Notice,
    source: str,
    good_only: bool = False,
    now: datetime,
) -> CalendarYear:
    """Let the notice speak for its year; with mistakes only if asked for the good rows alone.

    The hall's own words on single days stay above it, and days that are over stay as they were.
    """
    require_calendar(actor, site_id)
    journal.lock(session)
    today = local_day(now, site(session, site_id).timezone)
    _check_year(notice.year, today)
    source = source.strip()
    if not source:
        raise TextMissing(field=N_("Number of the notice"))
    if len(source) > SOURCE_LIMIT:
        raise TextTooLong(field=N_("Number of the notice"), limit=SOURCE_LIMIT)
    if notice.problems and not good_only:
        raise NoticeFaulty(n=len(notice.problems))
    if not notice.days:
        raise NoticeEmpty()
    _end_notice(session, site_id, notice.year, today)
    year = CalendarYear(
        site_id=site_id, year=notice.year, source=source, imported_at=now,
        first=max(date(notice.year, 1, 1), today), last=date(notice.year, 12, 31),
        imported_by=actor.user_id if actor else None,
    )  # fmt: skip
    session.add(year)
    session.flush()
    ahead = [day for day in notice.days if day.on >= year.first]
    session.add_all(
        CalendarDay(
            site_id=site_id, year_id=year.id, day=day.on, kind=day.kind,
            note=day.note, note_en=day.note_en,
        )
        for day in ahead
    )  # fmt: skip
    session.flush()
    facts = {
        "year": notice.year,
        "source": source,
        "from": year.first,
        "days": {str(day.on): [day.kind, day.note] for day in ahead},
    }
    journal.write(
        session, actor, "workplace.import_year", "site", site_id,
        now=now, site_id=site_id, facts=facts,
    )  # fmt: skip
    changed(session, site_id, now)
    return year


def remove_notice(
    session: Session, actor: Actor | None, *, site_id: int, year: int, now: datetime
) -> None:
    """Take an imported notice back: what is shipped counts again, from today on."""
    require_calendar(actor, site_id)
    journal.lock(session)
    row = find_notice(session, site_id, year)
    if row is None:
        raise NoNotice(year=year)
    today = local_day(now, site(session, site_id).timezone)
    if row.last < today:
        raise DayIsPast(day=day_text(row.last, year=True))
    _end_notice(session, site_id, year, today)
    journal.write(
        session, actor, "workplace.remove_year", "site", site_id,
        now=now, site_id=site_id, facts={"year": year},
    )  # fmt: skip
    changed(session, site_id, now)


def find_notice(session: Session, site_id: int, year: int) -> CalendarYear | None:
    """The notice of the hall that speaks for a year to its end."""
    return session.scalar(
        select(CalendarYear).where(
            CalendarYear.site_id == site_id,
            CalendarYear.year == year,
            CalendarYear.last == date(year, 12, 31),
        )
    )


def rows_left_out(session: Session, site_id: int, notice: Notice, now: datetime) -> int:
    """How many rows would change a day that is over, and are therefore not taken."""
    today = local_day(now, site(session, site_id).timezone)
    past = [day for day in notice.days if day.on < today]
    if not past:
        return 0
    found = days(session, site_id, past[0].on, past[-1].on)
    return sum(
        found[day.on].is_open is (day.kind is DayKind.OFF)
        for day in past
        if found[day.on].origin is not Origin.OWN
    )


def year_state(session: Session, site_id: int, year: int) -> YearState:
    """What the calendar of a year rests on, in words."""
    own = find_notice(session, site_id, year)
    if own is not None:
        return YearState(year, own.source, is_provisional=False, is_imported=True)
    shipped = calendar.years().get(year)
    if shipped is None:
        return YearState(year, "", is_provisional=True, is_imported=False)
    return YearState(year, shipped.display_source, shipped.provisional, is_imported=False)


def importable_years(today: date) -> range:
    """The years for which a notice may be brought in."""
    return range(today.year, today.year + YEARS_AHEAD + 1)


def notice_columns() -> list[str]:
    """The headings of the form, in the current language."""
    return [column.label for column in COLUMNS]


def notice_form(year: int) -> Sequence[Sequence[str]]:
    """Example rows of the form, in the current language."""
    off, work = (_kind_word(kind) for kind in (DayKind.OFF, DayKind.WORKDAY))
    return (
        (_("Example: {day}", day=f"{year}-10-01"), off, _("National Day"), "National Day"),
        (_("Example: {day}", day=f"{year}-10-10"), work, _("National Day"), "National Day"),
    )


def kind_text(kind: DayKind) -> str:
    """Off or work, as the notice says it."""
    return _("Day off") if kind is DayKind.OFF else _("Working day in exchange")


def _kind_word(kind: DayKind) -> str:
    return KIND_WORDS[kind][1 if language() == "en" else 0]


def _end_notice(session: Session, site_id: int, year: int, today: date) -> None:
    """Let what a notice says end yesterday; one that has not begun goes altogether."""
    row = find_notice(session, site_id, year)
    if row is None:
        return
    session.execute(
        delete(CalendarDay).where(CalendarDay.year_id == row.id, CalendarDay.day >= today)
    )
    if row.first < today:
        row.last = today - timedelta(days=1)
    else:
        session.delete(row)
    session.flush()


def _trouble(on: date, year: int, first: Mapping[date, int]) -> str:
    if on.year != year:
        return _("{day} is not in {year}.", day=day_text(on, year=True), year=year)
    if on in first:
        return _(
            "{day} is there twice; it stands in row {row} already.",
            day=day_text(on), row=first[on],
        )  # fmt: skip
    return ""


def _doubt(good: dict[date, NoticeDay], on: date, row: Row) -> None:
    """Of a day that the table calls both off and worked, nobody knows which is right."""
    if on in good and row.text("kind") != good[on].kind:
        del good[on]


def _notice_day(on: date, row: Row) -> NoticeDay:
    return NoticeDay(on, DayKind(row.text("kind")), row.text("note"), row.text("note_en"))


def _check_year(year: int, today: date) -> None:
    known = importable_years(today)
    if year not in known:
        raise YearOutOfRange(year=year, first=known[0], last=known[-1])
