"""The journal cannot be changed, on either database, also after its table was rebuilt."""

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from safety_app.core import journal
from safety_app.core.db import Database
from tests.cast import NOW, Cast
from tests.dialects import postgresql_only, sqlite_only


def _entry(session: Session, hall: Cast, object_id: int = 1) -> None:
    journal.write(
        session, hall.lead, "hazards:assign", "hazard", object_id, now=NOW, facts={"what": "灯不亮"}
    )


CHANGES = (
    "UPDATE journal SET actor_id = NULL",
    "DELETE FROM journal",
    "DELETE FROM journal WHERE object_id = 1",
)


@pytest.mark.parametrize("statement", CHANGES)
def test_a_written_entry_cannot_be_changed(session: Session, hall: Cast, statement: str) -> None:
    _entry(session, hall)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


@sqlite_only
def test_replace_is_refused_where_delete_triggers_do_not_see_it(
    session: Session, hall: Cast
) -> None:
    _entry(session, hall)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(
            text(
                "INSERT OR REPLACE INTO journal"
                " (id, site_id, at, action, object, object_id, digest, chain)"
                " SELECT id, site_id, at, 'x', object, object_id, digest, chain FROM journal"
            )
        )


@postgresql_only
def test_truncate_is_refused(session: Session, hall: Cast) -> None:
    _entry(session, hall)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text("TRUNCATE journal"))


def test_it_keeps_no_words_of_what_was_written(session: Session, hall: Cast) -> None:
    _entry(session, hall)
    row = session.execute(select(journal.Entry.__table__)).one()
    assert "灯不亮" not in repr(row)
    assert row.digest == journal.digest({"what": "灯不亮"})


def test_the_chain_holds_and_a_forged_entry_breaks_it(session: Session, hall: Cast) -> None:
    for number in range(3):
        _entry(session, hall, number)
    assert journal.first_break(session) is None
    forged = session.scalars(select(journal.Entry).order_by(journal.Entry.id.desc())).first()
    assert forged is not None
    session.expunge(forged)
    later = {column.name: getattr(forged, column.name) for column in journal.Entry.__table__.c}
    later |= {"id": forged.id + 1, "object_id": 99}
    session.execute(insert(journal.Entry).values(**later))
    assert journal.first_break(session) == forged.id + 1


def test_a_guard_that_was_hollowed_out_counts_as_missing(database: Database) -> None:
    with database.engine.begin() as connection:
        if database.is_sqlite:
            connection.execute(text("DROP TRIGGER journal_no_delete"))
            hollow = "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT 1; END"
            connection.execute(text(hollow))
        else:
            body = "BEGIN RETURN COALESCE(NEW, OLD); END"
            connection.execute(
                text(
                    "CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger"
                    f" LANGUAGE plpgsql AS $${body}$$"
                )
            )
        assert journal.missing_triggers(connection)
        journal.guard(connection)
        assert journal.missing_triggers(connection) == []


@sqlite_only
def test_a_rebuilt_table_gets_its_guards_back(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        _entry(session, hall)
    with database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE rebuilt AS SELECT * FROM journal"))
        connection.execute(text("DROP TABLE journal"))
        connection.execute(text("ALTER TABLE rebuilt RENAME TO journal"))
        assert len(journal.missing_triggers(connection)) == 3
        journal.guard(connection)
        assert journal.missing_triggers(connection) == []
    with database.engine.begin() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text("DELETE FROM journal"))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(journal.Entry)) == 1
