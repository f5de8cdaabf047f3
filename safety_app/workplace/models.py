"""Tables of the workplace: site, opening hours, locations, windows, calendar, roster."""

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from safety_app.core.db import Base, Record
from safety_app.core.i18n import N_


class UnitKind(StrEnum):
    """Decides quarterly or monthly fire checks (MPS Order 61, art. 26)."""

    ORGAN = "organ"
    INSTITUTION = "institution"
    ENTERPRISE = "enterprise"


class DayKind(StrEnum):
    """What a calendar day is."""

    WORKDAY = "workday"
    OFF = "off"


class AbsenceReason(StrEnum):
    """Why somebody is not there."""

    LEAVE = "leave"
    SICK = "sick"
    TRAINING = "training"
    BUSINESS_TRIP = "business_trip"
    OTHER = "other"


ABSENCE_REASON_NAMES: Final[Mapping[AbsenceReason, str]] = {
    AbsenceReason.LEAVE: N_("Leave"),
    AbsenceReason.SICK: N_("Sick leave"),
    AbsenceReason.TRAINING: N_("Training"),
    AbsenceReason.BUSINESS_TRIP: N_("Business trip"),
    AbsenceReason.OTHER: N_("Other reason"),
}


class Profile:
    """What a unit is before the law."""

    unit_kind: Mapped[UnitKind] = mapped_column(String(16), default=UnitKind.ORGAN)
    key_fire_unit: Mapped[bool] = mapped_column(default=False)
    public_gathering: Mapped[bool] = mapped_column(default=False)
    crowded_place: Mapped[bool] = mapped_column(default=True)
    business_operator: Mapped[bool] = mapped_column(default=False)


class Site(Profile, Base):
    """One service hall with its legal profile."""

    __tablename__ = "sites"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    name_en: Mapped[str] = mapped_column(String(128), default="")
    timezone: Mapped[str] = mapped_column(String(64), default="Asia/Shanghai")
    is_demo: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str] = mapped_column(String(128), default="", server_default="")
    phone: Mapped[str] = mapped_column(String(32), default="", server_default="")
    acceptance_number: Mapped[str] = mapped_column(String(64), default="", server_default="")
    counts_from: Mapped[date | None]
    trial_since: Mapped[date | None]
    created_at: Mapped[datetime]


class FormerProfile(Profile, Record):
    """The legal profile of a hall as it was until it was changed."""

    __tablename__ = "former_profiles"

    until: Mapped[datetime]


class Post(StrEnum):
    """A post that the fire protection law asks a unit to fill."""

    RESPONSIBLE = "responsible"
    FIRE_MANAGER = "fire_manager"


class Appointment(Record):
    """Who holds a post, from a day to a day (null: still); the past stays."""

    __tablename__ = "appointments"

    post: Mapped[Post] = mapped_column(String(16))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    first: Mapped[date]
    last: Mapped[date | None]


class Season(Record):
    """A part of every year with opening hours of its own; `starts` and `ends` are `MM-DD`."""

    __tablename__ = "seasons"

    name: Mapped[str] = mapped_column(String(32))
    name_en: Mapped[str] = mapped_column(String(32), default="")
    starts: Mapped[str] = mapped_column(String(5))
    ends: Mapped[str] = mapped_column(String(5))


class OpeningHours(Record):
    """An open segment of a weekday (0 = Monday) of the hall or of a location with own hours.

    A segment that ends at midnight has `closes` 00:00.
    """

    __tablename__ = "hours"
    __table_args__ = (
        Index(
            "uq_hours_segment",
            "site_id",
            text("coalesce(location_id, 0)"),
            text("coalesce(season_id, 0)"),
            "weekday",
            "opens",
            unique=True,
        ),
    )

    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    season_id: Mapped[int | None] = mapped_column(ForeignKey("seasons.id"))
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]


class Location(Record):
    """A part of the building; a patrolled one has a common-area patrol of its own."""

    __tablename__ = "locations"

    name: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(64), default="")
    floor: Mapped[str] = mapped_column(String(16), default="")
    is_patrolled: Mapped[bool] = mapped_column(default=False)
    is_basement: Mapped[bool] = mapped_column(default=False)
    is_key_location: Mapped[bool] = mapped_column(default=False)
    # GB 50444 art. 5.2.2: extinguishers here are inspected twice a month.
    is_half_monthly: Mapped[bool] = mapped_column(default=False, server_default=false())
    has_own_hours: Mapped[bool] = mapped_column(default=False, server_default=false())
    open_on_holidays: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_active: Mapped[bool] = mapped_column(default=True, server_default=true())


class Window(Record):
    """A counter at which the public is served."""

    __tablename__ = "windows"
    __table_args__ = (UniqueConstraint("site_id", "code"),)

    code: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(64), default="")
    agency: Mapped[str] = mapped_column(String(64), default="")
    agency_en: Mapped[str] = mapped_column(String(64), default="")
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    is_active: Mapped[bool] = mapped_column(default=True)
    retired_on: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))


class WindowName(Record):
    """What a window was called before the day on which it was renamed."""

    __tablename__ = "window_names"

    window_id: Mapped[int] = mapped_column(ForeignKey("windows.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(64), default="")
    until: Mapped[date]


class WindowPause(Record):
    """Days on which a window does not serve: its patrols are excused, not missed."""

    __tablename__ = "window_pauses"

    window_id: Mapped[int] = mapped_column(ForeignKey("windows.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]


class CalendarDay(Base):
    """A day that differs from the weekday rule.

    A site's own row wins over the one of a yearly notice that it brought in (`year_id`), and that
    notice over everything shipped for its year.
    """

    __tablename__ = "calendar_days"
    __table_args__ = (
        Index(
            "uq_calendar_days_once",
            text("coalesce(site_id, 0)"),
            text("coalesce(year_id, 0)"),
            "day",
            unique=True,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    day: Mapped[date]
    kind: Mapped[DayKind] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(64), default="")
    note_en: Mapped[str] = mapped_column(String(64), default="")
    provisional: Mapped[bool] = mapped_column(default=False)
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    year_id: Mapped[int | None] = mapped_column(ForeignKey("calendar_years.id"))


class CalendarYear(Record):
    """A yearly notice that the hall has brought in itself, and the days it speaks for.

    One brought in or taken back in the middle of its year changes the days ahead alone: what it
    said of days gone by stays in force for them.
    """

    __tablename__ = "calendar_years"
    __table_args__ = (UniqueConstraint("site_id", "year", "first"),)

    year: Mapped[int]
    first: Mapped[date]
    last: Mapped[date]
    source: Mapped[str] = mapped_column(String(200))
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    imported_at: Mapped[datetime]

    def speaks(self, on: date) -> bool:
        """Whether this notice holds for a day."""
        return self.first <= on <= self.last


class Absence(Record):
    """Days on which a person is not there, whatever the roster says."""

    __tablename__ = "absences"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    reason: Mapped[AbsenceReason] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(200), default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]


class Duty(Record):
    """Who is on duty on a day, at a window or for the common areas (`window_id` is null)."""

    __tablename__ = "duties"
    __table_args__ = (
        Index(
            "uq_duties_once",
            "user_id",
            "on_date",
            text("coalesce(window_id, 0)"),
            unique=True,
        ),
        Index("ix_duties_day", "site_id", "on_date"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    on_date: Mapped[date]
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    stands_in_for: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
