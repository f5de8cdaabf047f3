"""Bring the database to this version: Alembic at start, one process at a time."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from safety_app.core import journal
from safety_app.core.db import Base, Database
from safety_app.core.errors import AppError
from safety_app.core.i18n import N_
from safety_app.features import features

if TYPE_CHECKING:  # Alembic is imported only where something has to be migrated
    from alembic.config import Config

_LOCK: Final = 7_219_000
_REVISION: Final = re.compile(r'^(revision|down_revision)\b[^=]*= ["\'](\w+)["\']', re.MULTILINE)
log = structlog.get_logger("safety_app.migrate")
FOLDER: Final = Path(__file__).parent / "migrations"


class DatabaseNewer(AppError):
    """The database was written by a later version of the program."""

    text = N_(
        "The records were written by a newer version of the program (revision {revision})."
        " Nothing was changed. Start that newer version, or restore an older backup."
    )


class ForeignKeysBroken(AppError):
    """After the migration some rows point at nothing; it was undone."""

    text = N_("The records do not fit together after the update ({count} rows). It was undone.")


def configuration() -> "Config":
    """Alembic's configuration, without a file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


@lru_cache(maxsize=1)
def revisions() -> dict[str, str | None]:
    """Every revision this version of the program knows, and the one before it."""
    known: dict[str, str | None] = {}
    for path in sorted((FOLDER / "versions").glob("*.py")):
        stated = dict(_REVISION.findall(path.read_text(encoding="utf-8")))
        known[stated["revision"]] = stated.get("down_revision")
    return known


def head() -> str:
    """The revision this version of the program works with."""
    last = set(revisions()) - set(revisions().values())
    return last.pop()


def revision_of(connection: Connection) -> str | None:
    """The revision the database is at."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return str(found) if found else None


@contextmanager
def _locked(database: Database) -> Iterator[Connection]:
    """A connection in a transaction that no second migration can enter."""
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
                yield connection
            return
        raw = connection.connection.cursor()
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise ForeignKeysBroken(count=len(broken))
        finally:
            raw.execute("PRAGMA foreign_keys=ON")
            raw.close()


def upgrade(database: Database) -> bool:
    """Migrate if needed and put the journal's guards up; whether anything had to be done.

    Raises `DatabaseNewer` for a revision this program does not know.
    """
    features()
    target = head()
    with database.engine.connect() as connection:
        if revision_of(connection) == target and not journal.missing_triggers(connection):
            return False
    with _locked(database) as connection:
        current = revision_of(connection)
        if current is not None and current not in revisions():
            raise DatabaseNewer(revision=current)
        if current == target and not journal.missing_triggers(connection):
            return False
        if current == target:
            log.warning(
                "journal guards were missing", triggers=journal.missing_triggers(connection)
            )
        else:
            _run(connection)
        journal.guard(connection)
    return True


def _run(connection: Connection) -> None:
    from alembic import command

    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def differences(database: Database) -> list[object]:
    """What separates the migrated tables from the models; empty when they are equal."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    features()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))
