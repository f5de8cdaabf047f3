"""Tables of the workplace: site, opening hours, locations, windows, calendar, roster."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from safety_app.core.db import Base, Record


class UnitKind(StrEnum):
    """Decides quarterly or monthly fire checks (MPS Order 61, art. 26)."""

    ORGAN = "organ"
    INSTITUTION = "institution"
    ENTERPRISE = "enterprise"


class DayKind(StrEnum):
    """What a calendar day is."""

    WORKDAY = "workday"
    OFF = "off"


class Site(Base):
    """One service hall with its legal profile."""

    __tablename__ = "sites"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    name_en: Mapped[str] = mapped_column(String(128), default="")
    timezone: Mapped[str] = mapped_column(String(64), default="Asia/Shanghai")
    unit_kind: Mapped[UnitKind] = mapped_column(String(16), default=UnitKind.ORGAN)
    key_fire_unit: Mapped[bool] = mapped_column(default=False)
    public_gathering: Mapped[bool] = mapped_column(default=False)
    crowded_place: Mapped[bool] = mapped_column(default=True)
    business_operator: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class OpeningHours(Record):
    """An open segment of a weekday (0 = Monday); a day may have several."""

    __tablename__ = "opening_hours"
    __table_args__ = (UniqueConstraint("site_id", "weekday", "opens"),)

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


class CalendarDay(Base):
    """A day that differs from the weekday rule; a site's own row wins over the shipped one."""

    __tablename__ = "calendar_days"
    __table_args__ = (
        Index("uq_calendar_days_day", text("coalesce(site_id, 0)"), "day", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    day: Mapped[date]
    kind: Mapped[DayKind] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(64), default="")
    note_en: Mapped[str] = mapped_column(String(64), default="")
    provisional: Mapped[bool] = mapped_column(default=False)


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
