"""Append-only record of who did what when: ids, steps and hashes, sealed into a chain.

The database itself refuses UPDATE, DELETE, TRUNCATE and `INSERT OR REPLACE`. `guard` is run
after every migration, since a rebuilt table loses its triggers.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ForeignKey, String, insert, inspect, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Session, mapped_column

from safety_app.core.access import Actor
from safety_app.core.db import Base, Big

GENESIS: Final = "0" * 64
_PG_LOCK: Final = 7_219_001


class Entry(Base):
    """One step taken on one object."""

    __tablename__ = "journal"

    id: Mapped[int] = mapped_column(Big, primary_key=True)
    site_id: Mapped[int] = mapped_column(index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    action: Mapped[str] = mapped_column(String(64))
    object: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    chain: Mapped[str] = mapped_column(String(64))


_COLUMNS: Final = tuple(column.name for column in Entry.__table__.c if column.name != "id")
_LAST: Final = select(Entry.chain).order_by(Entry.id.desc()).limit(1)
_INSERT: Final = insert(Entry)


def digest(facts: Mapping[str, Any]) -> str:
    """SHA-256 of the facts as canonical JSON."""
    canon = json.dumps(
        facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str
    )
    return hashlib.sha256(canon.encode()).hexdigest()


def _link(before: str, entry: Entry) -> str:
    stamp = entry.at.isoformat()
    parts = (before, entry.site_id, stamp, entry.actor_id, entry.action, entry.object)
    return hashlib.sha256(
        "|".join(map(str, (*parts, entry.object_id, entry.digest))).encode()
    ).hexdigest()


def lock(session: Session) -> None:
    """Wait until no other transaction is writing entries.

    Whoever locks rows and writes entries calls this first, or two of them wait for each other.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PG_LOCK})


def write(
    session: Session,
    actor: Actor | None,
    action: str,
    kind: str,
    object_id: int,
    *,
    now: datetime,
    site_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Append one entry; `actor` is `None` for the worker, `facts` are kept as a hash only."""
    lock(session)
    site = actor.site_id if actor else site_id
    if site is None:
        raise ValueError("a journal entry needs a site")
    connection = session.connection()
    entry = Entry(
        site_id=site,
        at=now,
        actor_id=actor.user_id if actor else None,
        action=action,
        object=kind,
        object_id=object_id,
        digest=digest(facts or {}),
    )
    entry.chain = _link(connection.scalar(_LAST) or GENESIS, entry)
    connection.execute(_INSERT, {name: getattr(entry, name) for name in _COLUMNS})


def write_all(
    session: Session,
    actor: Actor | None,
    entries: Sequence[tuple[str, str, int, Mapping[str, Any] | None]],
    *,
    now: datetime,
    site_id: int,
) -> None:
    """Append many entries at once: action, kind, id and facts of each."""
    lock(session)
    connection = session.connection()
    chain = connection.scalar(_LAST) or GENESIS
    rows = []
    for action, kind, object_id, facts in entries:
        entry = Entry(
            site_id=site_id,
            at=now,
            actor_id=actor.user_id if actor else None,
            action=action,
            object=kind,
            object_id=object_id,
            digest=digest(facts or {}),
        )
        chain = entry.chain = _link(chain, entry)
        rows.append({name: getattr(entry, name) for name in _COLUMNS})
    if rows:
        connection.execute(_INSERT, rows)


def first_break(session: Session) -> int | None:
    """Id of the first entry that does not follow from the one before; `None` if all do."""
    before = GENESIS
    query = select(Entry).order_by(Entry.id).execution_options(yield_per=1000)
    with closing(session.scalars(query)) as entries:
        for entry in entries:
            if _link(before, entry) != entry.chain:
                return entry.id
            before = entry.chain
    return None


_REFUSAL: Final = "the journal is append-only"
_SQLITE: Final[Mapping[str, str]] = {
    "journal_no_update": f"""CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
        BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
    "journal_no_delete": f"""CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
        BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",
    "journal_no_replace": """CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
        WHEN EXISTS (SELECT 1 FROM journal WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
}
_POSTGRESQL: Final[Mapping[str, str]] = {
    "journal_no_change": """CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal
        FOR EACH ROW EXECUTE FUNCTION journal_refuse()""",
    "journal_no_truncate": """CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal
        FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()""",
}


_REFUSE: Final = f" BEGIN RAISE EXCEPTION '{_REFUSAL}'; END "


def _plain(sql: str) -> str:
    return " ".join(sql.split())


def _standing(connection: Connection) -> dict[str, str]:
    """The journal's triggers on this database, each with what it does."""
    if connection.dialect.name == "sqlite":
        query = (
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'"
        )
        return {name: _plain(sql) for name, sql in connection.execute(text(query))}
    query = (
        "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE t.tgrelid = 'journal'::regclass AND NOT t.tgisinternal"
        " AND t.tgenabled IN ('O', 'A')"
    )
    return {name: _plain(body) for name, body in connection.execute(text(query))}


def missing_triggers(connection: Connection) -> list[str]:
    """Names of the journal's triggers that do not stand on this database as they should."""
    standing = _standing(connection)
    if connection.dialect.name == "sqlite":
        return [name for name, sql in _SQLITE.items() if standing.get(name) != _plain(sql)]
    return [name for name in _POSTGRESQL if standing.get(name) != _plain(_REFUSE)]


def guard(connection: Connection) -> None:
    """Put up anew the triggers that are missing or were changed."""
    if not inspect(connection).has_table("journal"):
        return
    sqlite = connection.dialect.name == "sqlite"
    missing = missing_triggers(connection)
    if missing and not sqlite:
        connection.execute(
            text(
                "CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS"
                f" $${_REFUSE}$$"
            )
        )
    for name in missing:
        connection.execute(
            text(f"DROP TRIGGER IF EXISTS {name}" + ("" if sqlite else " ON journal"))
        )
        connection.execute(text((_SQLITE if sqlite else _POSTGRESQL)[name]))
