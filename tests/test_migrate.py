"""The database is migrated at start, by one process, and never backwards."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from safety_app import migrate
from safety_app.core import journal
from safety_app.core.db import Base, Database
from tests import postgres
from tests.dialects import DIALECTS, postgresql_only


def test_the_revisions_read_from_the_files_are_those_alembic_finds() -> None:
    found = ScriptDirectory.from_config(migrate.configuration())
    steps = {step.revision: step.down_revision for step in found.walk_revisions()}
    assert migrate.revisions() == steps
    assert migrate.head() == found.get_current_head()


def test_a_second_start_has_nothing_to_do(database: Database) -> None:
    assert migrate.upgrade(database) is False


@postgresql_only
def test_the_migrated_tables_are_those_of_the_models(database: Database) -> None:
    assert migrate.differences(database) == []


def test_an_older_file_gets_the_tables_and_indexes_of_a_new_one(tmp_path: Path) -> None:
    migrated, made = (Database(f"sqlite:///{tmp_path / name}.db") for name in ("old", "new"))
    migrate.upgrade(migrated)
    Base.metadata.create_all(made.engine)
    assert _schema(migrated) == _schema(made)


def _schema(database: Database) -> dict[str, object]:
    """Columns, references and indexes; an added column stands last, so order does not count."""
    look = inspect(database.engine)
    with database.engine.connect() as connection:
        indexes = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        )
        found: dict[str, object] = {
            name: " ".join(sql.split()).replace('"', "") for name, sql in indexes
        }
    for table in sorted(set(look.get_table_names()) - {"alembic_version"}):
        found[table] = (
            {(one["name"], str(one["type"]), one["nullable"]) for one in look.get_columns(table)},
            {
                (*one["constrained_columns"], one["referred_table"])
                for one in look.get_foreign_keys(table)
            },
        )
    return found


def test_a_newer_database_is_refused_and_left_alone(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migrate.DatabaseNewer):
        migrate.upgrade(database)
    with database.engine.connect() as connection:
        assert migrate.revision_of(connection) == "9999"


def test_lost_triggers_are_put_back_at_start(database: Database) -> None:
    name = "journal_no_delete" if database.is_sqlite else "journal_no_truncate"
    on = "" if database.is_sqlite else " ON journal"
    with database.engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {name}{on}"))
    assert migrate.upgrade(database) is True
    with database.engine.connect() as connection:
        assert journal.missing_triggers(connection) == []


def test_of_four_simultaneous_starts_one_migrates(tmp_path: Path) -> None:
    program = (
        "from safety_app import migrate; from safety_app.core.db import Database;"
        f"print(migrate.upgrade(Database('sqlite:///{tmp_path}/new.db')))"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = [run.communicate(timeout=60)[0].strip() for run in runs]
    assert sorted(said) == ["False", "False", "False", "True"]
    assert all(run.returncode == 0 for run in runs)


FIRST_RELEASE = (
    "INSERT INTO sites (id, name, name_en, timezone, unit_kind, key_fire_unit, public_gathering,"
    " crowded_place, business_operator, is_demo, created_at) VALUES (1, '清河', '',"
    " 'Asia/Shanghai', 'organ', false, false, true, false, false, '2026-11-01 00:00:00')",
    "INSERT INTO locations (id, site_id, name, name_en, floor, is_patrolled, is_basement,"
    " is_key_location) VALUES (1, 1, '锅炉房', '', '-1', false, true, true),"
    " (2, 1, '大厅', '', '1', true, false, false)",
    "INSERT INTO opening_hours (site_id, weekday, opens, closes)"
    " VALUES (1, 0, '09:00:00.000000', '12:00:00.000000')",
    "INSERT INTO templates (id, code, version, title, title_en, target, rule, rule_en, digest,"
    " created_at) VALUES (1, 'x', 1, '', '', 'window', '', '', '', '2026-11-01 00:00:00')",
    "INSERT INTO template_parts (id, template_id, position, code, name, name_en)"
    " VALUES (1, 1, 0, 'opening', '', '')",
    "INSERT INTO plans (id, site_id, template_code, starts_on) VALUES (1, 1, 'x', '2026-11-02')",
    "INSERT INTO tasks (site_id, plan_id, part_id, part, on_date, opens_at, due_at, closes_at,"
    " missed_reason, missed_note) VALUES (1, 1, 1, 'opening', '2026-11-02',"
    " '2026-11-02 00:00:00', '2026-11-02 01:00:00', '2026-11-02 03:00:00', '', '')",
)


CHOSEN = (
    FIRST_RELEASE[0],
    "INSERT INTO users (id, site_id, login, name, name_en, post, post_en, is_active, created_at)"
    " VALUES (1, 1, 'aqy', '陈静', '', '', '', true, '2026-11-01 00:00:00')",
    "INSERT INTO drill_settings (id, site_id, is_each, notice_days, changes, because, changed_by,"
    " changed_at) VALUES (7, 1, true, 5, '{}', '会议纪要', 1, '2026-11-20 00:00:00')",
)


@contextmanager
def _older(dialect: str, folder: Path, revision: str, *rows: str) -> Iterator[Database]:
    """A database as an earlier release left it, with what was recorded then."""
    url = f"sqlite:///{folder / 'safety.db'}" if dialect == "sqlite" else postgres.create()
    database = Database(url)
    try:
        config = migrate.configuration()
        with database.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            for statement in rows:
                connection.execute(text(statement))
        yield database
    finally:
        database.engine.dispose()
        if dialect == "postgresql":
            postgres.drop(url)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_records_of_the_first_release_are_kept_and_counted(dialect: str, tmp_path: Path) -> None:
    with _older(dialect, tmp_path, "0001", *FIRST_RELEASE) as database:
        assert migrate.upgrade(database)
        with database.engine.connect() as connection:
            hours = connection.execute(text("SELECT site_id, weekday, opens, closes FROM hours"))
            assert [
                (site, day, str(opens)[:5], str(closes)[:5]) for site, day, opens, closes in hours
            ] == [(1, 0, "09:00", "12:00")]
            half = text("SELECT is_half_monthly FROM locations ORDER BY id")
            assert list(map(bool, connection.scalars(half))) == [True, False]
            task = connection.execute(text("SELECT due_on, slot, counts, doer FROM tasks")).one()
            assert (str(task.due_on), task.slot, bool(task.counts), task.doer) == (
                "2026-11-02", 0, True, "staff",
            )  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_was_chosen_for_drills_stays_and_a_later_choice_stands_beside_it(
    dialect: str, tmp_path: Path
) -> None:
    with _older(dialect, tmp_path, "0004", *CHOSEN) as database:
        assert migrate.upgrade(database)
        later = CHOSEN[2].replace("(7, ", "(8, ").replace("11-20", "11-25")
        with database.engine.begin() as connection:
            connection.execute(text(later))
            found = connection.scalars(text("SELECT because FROM drill_settings ORDER BY id"))
            assert list(found) == ["会议纪要", "会议纪要"]
