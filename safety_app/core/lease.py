"""One active worker among replicas: a lease row with a fencing token, and each job's last run."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from safety_app.core.db import Base

TERM: Final = timedelta(seconds=30)


class Lease(Base):
    """Who works now. A new holder raises `fence`, so that the old one can tell it was replaced."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    fence: Mapped[int]
    beat_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class JobRun(Base):
    """When a job last ran and how it ended; an empty `error` is a success."""

    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
    succeeded_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(200), default="")


def acquire(session: Session, name: str, holder: str, now: datetime) -> int | None:
    """Take or renew the lease; the fencing token, or `None` while somebody else holds it."""
    lease = session.scalar(select(Lease).where(Lease.name == name).with_for_update())
    if lease is None:
        lease = Lease(name=name, holder=holder, fence=1, beat_at=now, expires_at=now + TERM)
        session.add(lease)
        session.flush()
        return 1
    if lease.holder != holder:
        if lease.expires_at > now:
            return None
        lease.holder, lease.fence = holder, lease.fence + 1
    lease.beat_at, lease.expires_at = now, now + TERM
    return lease.fence


def release(session: Session, name: str, holder: str, now: datetime) -> None:
    """Give the lease back, so that another worker need not wait."""
    lease = session.get(Lease, name, with_for_update=True)
    if lease and lease.holder == holder:
        lease.expires_at = now


def holds(session: Session, name: str, holder: str, fence: int) -> bool:
    """Whether the lease is still this holder's, checked in the transaction that does the work."""
    found = session.scalar(select(Lease).where(Lease.name == name).with_for_update())
    return found is not None and found.holder == holder and found.fence == fence


def note_run(session: Session, name: str, now: datetime, error: str = "") -> None:
    """Remember how a job ended."""
    row = session.get(JobRun, name)
    if row is None:
        row = JobRun(name=name, at=now)
        session.add(row)
    row.at, row.error = now, error[:200]
    if not error:
        row.succeeded_at = now


def heartbeat(session: Session, name: str = "worker") -> datetime | None:
    """When the active worker last said that it lives."""
    return session.scalar(select(Lease.beat_at).where(Lease.name == name))
