"""Tables of accounts: users, their roles, sessions, shared tablets, sign-in attempts."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from safety_app.core.access import Role
from safety_app.core.db import Base, Record


class User(Record):
    """A person who may sign in, or who is only named as an owner of fixes."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("login"),)

    login: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(64), default="")
    post: Mapped[str] = mapped_column(String(64), default="")
    post_en: Mapped[str] = mapped_column(String(64), default="")
    language: Mapped[str | None] = mapped_column(String(8))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    pin_hash: Mapped[str | None] = mapped_column(String(255))
    is_active: Mapped[bool] = mapped_column(default=True)
    agency: Mapped[str] = mapped_column(String(64), default="", server_default="")
    staff_no: Mapped[str] = mapped_column(String(32), default="", server_default="")
    phone: Mapped[str] = mapped_column(String(32), default="", server_default="")
    joined_on: Mapped[date | None]
    trained_on: Mapped[date | None]
    exam_result: Mapped[str] = mapped_column(String(32), default="", server_default="")
    left_on: Mapped[date | None]
    erased_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Membership(Record):
    """A role of a person, at one window or for the whole site (`window_id` is null)."""

    __tablename__ = "memberships"
    __table_args__ = (
        Index(
            "uq_memberships_one_lead",
            "window_id",
            unique=True,
            sqlite_where=text("role = 'lead'"),
            postgresql_where=text("role = 'lead'"),
        ),
        Index(
            "uq_memberships_once",
            "user_id",
            "role",
            text("coalesce(window_id, 0)"),
            unique=True,
        ),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[Role] = mapped_column(String(16))
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"), index=True)


class Deputy(Record):
    """Somebody who leads a window in place of its lead, from `first` to `last` (null: no end)."""

    __tablename__ = "deputies"

    window_id: Mapped[int] = mapped_column(ForeignKey("windows.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    first: Mapped[date]
    last: Mapped[date | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]


class Handover(Record):
    """What somebody who left was in charge of, and who has it now; in both languages, as it was."""

    __tablename__ = "handovers"

    from_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(String(300))
    what_en: Mapped[str] = mapped_column(String(300))
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class FirstCode(Record):
    """A one-time code on a printed slip: whoever types it sets an own password and code."""

    __tablename__ = "first_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInSession(Record):
    """A signed-in browser. Only the SHA-256 of the cookie's token is kept."""

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    csrf: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    agent: Mapped[str] = mapped_column(String(200), default="", server_default="")


class Device(Record):
    """A shared tablet that was enrolled; it knows its windows, empty meaning the common areas."""

    __tablename__ = "devices"

    name: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    enrolled_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class DeviceWindow(Base):
    """A window that a shared tablet serves."""

    __tablename__ = "device_windows"

    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    window_id: Mapped[int] = mapped_column(ForeignKey("windows.id"), primary_key=True)


class Enrolment(Record):
    """A one-time link that turns the tablet which opens it into an enrolled one."""

    __tablename__ = "enrolments"

    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    window_ids: Mapped[list[int]] = mapped_column(JSON)
    expires_at: Mapped[datetime]


class Attempt(Base):
    """A failed sign-in, counted by account and by address."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(128))
    at: Mapped[datetime]
