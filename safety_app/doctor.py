"""What is wrong with this installation, and how to mend it."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from safety_app import migrate
from safety_app.core import db, journal, lease
from safety_app.core.errors import AppError
from safety_app.core.i18n import _
from safety_app.core.pdf.font import find_typeface
from safety_app.core.settings import settings

LOW_DISK_MB: Final = 1024
LATE_BEAT: Final = timedelta(minutes=2)


class Severity(StrEnum):
    """How bad a finding is."""

    FINE = "fine"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what is, and what to do about it if anything."""

    severity: Severity
    title: str
    advice: str = ""


def _sqlite() -> Finding:
    version = ".".join(map(str, db.SQLITE_VERSION))
    if not db.database().is_sqlite or db.SQLITE_VERSION >= db.SAFE_SQLITE:
        return Finding(Severity.FINE, _("Database library {version}", version=version))
    return Finding(
        Severity.WARNING,
        _("SQLite {version} can damage its log in rare crashes", version=version),
        _("Install Python with SQLite 3.51.3 or newer, or use PostgreSQL."),
    )


def _revision(session: Session) -> Finding:
    found = migrate.revision_of(session.connection())
    if found == migrate.head():
        return Finding(Severity.FINE, _("The tables are up to date ({revision})", revision=found))
    return Finding(
        Severity.ERROR,
        _("The tables are not those of this version"),
        _("Stop the program and start it again: it updates them by itself."),
    )


def _integrity(session: Session) -> Finding:
    if not db.database().is_sqlite:
        return Finding(Severity.FINE, _("PostgreSQL answers"))
    answer = session.scalar(text("PRAGMA quick_check(1)"))
    if answer == "ok":
        return Finding(Severity.FINE, _("The database file is sound"))
    return Finding(
        Severity.ERROR,
        _("The database file is damaged"),
        _("Stop the program, keep a copy of the data folder, and restore the last backup."),
    )


def lost_guards() -> list[str]:
    """Which of the journal's triggers are missing, before anything puts them back."""
    with db.database().engine.connect() as connection:
        there = inspect(connection).has_table("journal")
        return journal.missing_triggers(connection) if there else []


def _journal(session: Session, lost: Sequence[str]) -> Finding:
    missing = lost or journal.missing_triggers(session.connection())
    broken = journal.first_break(session)
    if missing:
        return Finding(
            Severity.ERROR,
            _("The journal is not protected against changes"),
            _("Start the program again: it puts the protection back. Find out who removed it."),
        )
    if broken is not None:
        return Finding(
            Severity.ERROR,
            _("The journal was changed from outside at entry {entry}", entry=broken),
            _("Keep a copy of the data folder and compare it with the last backup."),
        )
    return Finding(Severity.FINE, _("The journal is complete and protected"))


def _worker(session: Session, now: datetime) -> Iterator[Finding]:
    beat = lease.heartbeat(session)
    if beat is None or now - beat > LATE_BEAT:
        yield Finding(
            Severity.ERROR,
            _("The worker is not running: no new tasks will appear"),
            _("Start everything with “python3 manage.py run”."),
        )
    else:
        yield Finding(Severity.FINE, _("The worker is running"))
    for row in session.scalars(select(lease.JobRun).where(lease.JobRun.error != "")):
        yield Finding(
            Severity.WARNING,
            _("Job “{name}” failed at its last run ({error})", name=row.name, error=row.error),
            _("The log has the cause. It is tried again by itself."),
        )


def _disk() -> Finding:
    folder = settings().data_dir
    free = shutil.disk_usage(folder if folder.exists() else folder.parent).free // 1_000_000
    if free >= LOW_DISK_MB:
        return Finding(Severity.FINE, _("{free} MB of disk are free", free=free))
    return Finding(
        Severity.ERROR if free < LOW_DISK_MB // 10 else Severity.WARNING,
        _("Only {free} MB of disk are free", free=free),
        _("Make room on the disk of {folder}.", folder=folder),
    )


def _font() -> Finding:
    try:
        return Finding(
            Severity.FINE,
            _("Reports are set in {font}", font=find_typeface(settings().font_path).path.name),
        )
    except AppError as problem:
        return Finding(Severity.ERROR, _("No Chinese font for reports"), problem.message())


def _photos() -> Finding:
    folder = settings().photo_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as problem:
        return Finding(
            Severity.ERROR,
            _("Photos cannot be written ({error})", error=problem.strerror),
            _("Give the program's user the right to write to {folder}.", folder=folder),
        )
    return Finding(Severity.FINE, _("Photos can be written"))


def examine(session: Session, now: datetime, lost: Sequence[str] = ()) -> list[Finding]:
    """Look at everything; the worst first. `lost` are guards that had to be put back just now."""
    findings = [
        _guarded(lambda: _revision(session)),
        _guarded(lambda: _integrity(session)),
        _guarded(lambda: _journal(session, lost)),
        *_worker(session, now),
        _guarded(_sqlite),
        _guarded(_photos),
        _guarded(_disk),
        _guarded(_font),
    ]
    order = list(Severity)
    return sorted(findings, key=lambda finding: -order.index(finding.severity))


def _guarded(look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except Exception as problem:  # a check that fails is a finding, not the end of the round
        return Finding(
            Severity.ERROR,
            _("A check could not be made ({error})", error=type(problem).__name__),
            _("The log has the cause. Tell the one who looks after the program."),
        )
