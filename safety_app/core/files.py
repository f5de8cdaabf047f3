"""Papers that people hand in: scans, tables, photos of forms; one file in one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Final

from sqlalchemy import ColumnElement, ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.db import Base, Record
from safety_app.core.errors import NotFound
from safety_app.core.file_errors import FileGone, TooManyFiles, UnknownFileKind
from safety_app.core.file_kinds import CSV, JPEG, PDF, SUFFIXES, XLSX, recognise
from safety_app.core.file_store import FileStore
from safety_app.core.i18n import _
from safety_app.core.settings import settings
from safety_app.core.text import plain

NAME_LIMIT: Final = 200
KEPT: Final = timedelta(days=1)
"""How long a file waits for the record that names it."""
LARGEST_ID: Final = 2**31 - 1
SCANS: Final = frozenset({PDF, JPEG})
TABLES: Final = frozenset({XLSX, CSV})


class File(Record):
    """A file that was handed in; its bytes are in the store under `key` (their SHA-256)."""

    __tablename__ = "files"

    key: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    pages: Mapped[int | None]
    client_key: Mapped[str] = mapped_column(String(64), default="")
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]

    @property
    def is_pdf(self) -> bool:
        """Whether it is a PDF."""
        return self.media_type == PDF

    @property
    def is_picture(self) -> bool:
        """Whether it is a photo or a scan as JPEG."""
        return self.media_type == JPEG

    @property
    def is_table(self) -> bool:
        """Whether it is a workbook or a list of values."""
        return self.media_type in TABLES


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is checked and on disk, before its row is written."""

    key: str
    name: str
    media_type: str
    size: int
    pages: int | None


def receive(
    session: Session,
    actor: Actor,
    content: bytes,
    name: str,
    *,
    client_key: str = "",
    now: datetime,
) -> File:
    """Check, store and note a file; the same `client_key` of the same person gives the same one."""
    known = find(session, actor, client_key)
    return known or note(session, actor, store(content, name), client_key=client_key, now=now)


def store(content: bytes, name: str) -> Stored:
    """Check a file and put it on disk: the slow part, outside any transaction."""
    found = recognise(content)
    return Stored(
        key=FileStore(settings().file_dir).put(found.data),
        name=_name(name, SUFFIXES[found.media_type]),
        media_type=found.media_type,
        size=len(found.data),
        pages=found.pages,
    )


def note(
    session: Session, actor: Actor, stored: Stored, *, client_key: str = "", now: datetime
) -> File:
    """Write the row of a file that is on disk."""
    journal.lock(session)  # two requests with one key wait for each other here
    known = find(session, actor, client_key)
    if known:
        return known
    file = File(
        site_id=actor.site_id,
        key=stored.key,
        name=stored.name,
        media_type=stored.media_type,
        size=stored.size,
        pages=stored.pages,
        client_key=client_key[:64],
        by=actor.user_id,
        at=now,
    )
    session.add(file)
    session.flush()
    facts = {"key": stored.key, "name": stored.name}
    journal.write(session, actor, "files.receive", "file", file.id, now=now, facts=facts)
    return file


def find(session: Session, actor: Actor, client_key: str) -> File | None:
    """What this person already handed in under a key."""
    if not client_key:
        return None
    return session.scalar(
        select(File).where(File.by == actor.user_id, File.client_key == client_key[:64])
    )


def get(session: Session, site_id: int, file_id: int) -> File:
    """One file of the site; who may see it is asked before."""
    found = session.get(File, file_id) if 0 < file_id <= LARGEST_ID else None
    if found is None or found.site_id != site_id:
        raise NotFound()
    return found


def claim(
    session: Session,
    actor: Actor,
    file_ids: Sequence[int],
    *,
    kinds: frozenset[str] = SCANS,
    most: int = 20,
) -> list[File]:
    """The files of a form in their order, each once; only those its sender handed in."""
    wanted = list(dict.fromkeys(file_ids))
    if len(wanted) > most:
        raise TooManyFiles(limit=most)
    if any(not 0 < one <= LARGEST_ID for one in wanted):
        raise FileGone()
    own = select(File).where(File.id.in_(wanted), File.by == actor.user_id)
    found = {file.id: file for file in session.scalars(own)}
    if len(found) != len(wanted):
        raise FileGone()
    if any(file.media_type not in kinds for file in found.values()):
        raise UnknownFileKind()
    return [found[one] for one in wanted]


def read(file: File) -> bytes:
    """The bytes of a file."""
    return FileStore(settings().file_dir).read(file.key)


def forget(session: Session, now: datetime) -> int:
    """Forget files that no record named within a day; their bytes go with the store's sweep."""
    waiting = session.scalars(select(File.id).where(File.at < now - KEPT, *_nobody_names()))
    stale = list(waiting)
    for start in range(0, len(stale), 500):
        session.execute(delete(File).where(File.id.in_(stale[start : start + 500])))
    return len(stale)


def sweep(session: Session, now: datetime) -> int:
    """Remove bytes older than a day that no row names."""

    def named(keys: Sequence[str]) -> set[str]:
        return set(session.scalars(select(File.key).where(File.key.in_(keys))))

    root = FileStore(settings().file_dir)
    return root.sweep(named, KEPT.total_seconds(), now.timestamp())


def _nobody_names() -> list[ColumnElement[bool]]:
    """One condition for each column, of whatever feature, that points to a file."""
    conditions: list[ColumnElement[bool]] = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.target_fullname == "files.id" for key in column.foreign_keys):
                conditions.append(~select(column).where(column == File.id).exists())
    return conditions


def _name(name: str, suffix: str) -> str:
    """What the file was called, without folders, ending as what it is."""
    given = PurePath(plain(name).replace("\\", "/")).name
    stem = given[: -len(PurePath(given).suffix)] if PurePath(given).suffix else given
    return (stem.strip(" .") or _("file"))[: NAME_LIMIT - len(suffix)] + suffix
