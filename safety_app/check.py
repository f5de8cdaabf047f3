"""What the linters cannot see: translations, migrations equal to models, the journal's guards."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from safety_app import migrate, translations
from safety_app.core import journal
from safety_app.core.db import Base, Database

_FORBIDDEN = (
    "UPDATE journal SET actor_id = NULL",
    "DELETE FROM journal",
    "INSERT OR REPLACE INTO journal SELECT * FROM journal",
)


def _tables(database: Database) -> Iterator[str]:
    """Compare names and columns; types and constraints are compared on PostgreSQL by the tests."""
    with database.engine.connect() as connection:
        for table in Base.metadata.tables.values():
            have = {row[1] for row in connection.execute(text(f"PRAGMA table_info({table.name})"))}
            if have != {column.name for column in table.columns}:
                yield f"table {table.name}: the migration and the model differ"


def _journal(database: Database) -> Iterator[str]:
    with database.engine.begin() as connection:
        for name in journal.missing_triggers(connection):
            yield f"journal trigger {name} is missing after the migration"
        connection.execute(
            text(
                "INSERT INTO journal (site_id, at, action, object, object_id, digest, chain)"
                " VALUES (1, '2026-01-01', 'check', 'check', 1, '', '')"
            )
        )
    for statement in _FORBIDDEN:
        try:
            with database.engine.begin() as connection:
                connection.execute(text(statement))
        except DBAPIError:
            continue
        yield f"the journal lets “{statement}” through"


def faults() -> Iterator[str]:
    """Every fault found, one line each."""
    yield from translations.faults()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'check.db'}")
        migrate.upgrade(database)
        yield from _tables(database)
        yield from _journal(database)
        database.engine.dispose()
