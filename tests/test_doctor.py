"""The doctor names what is wrong and what to do."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from safety_app import doctor
from safety_app.core import journal, lease
from safety_app.core.db import Database
from safety_app.core.settings import settings
from safety_app.doctor import Severity
from tests.cast import NOW, Cast
from tests.dialects import sqlite_only


def _findings(database: Database) -> dict[str, doctor.Finding]:
    with database.reading() as session:
        return {finding.title: finding for finding in doctor.examine(session, NOW)}


def _worst(database: Database) -> list[str]:
    found = _findings(database).values()
    return [finding.title for finding in found if finding.severity is Severity.ERROR]


def test_a_sound_house_has_nothing_wrong(database: Database) -> None:
    with database.transaction() as session:
        lease.acquire(session, "worker", "me", NOW - timedelta(minutes=1))
    assert _worst(database) == []


def test_a_silent_worker_is_named(database: Database) -> None:
    with database.transaction() as session:
        lease.acquire(session, "worker", "me", NOW - timedelta(minutes=3))
    assert _worst(database) == ["后台程序未运行，不会生成新任务"]


@sqlite_only
def test_a_forged_journal_is_named_with_its_entry(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        lease.acquire(session, "worker", "me", NOW)
        journal.write(session, hall.lead, "x", "hazard", 1, now=NOW)
        journal.write(session, hall.lead, "y", "hazard", 1, now=NOW)
    with database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER journal_no_update"))
        connection.execute(text("UPDATE journal SET object_id = 2 WHERE action = 'x'"))
        last = connection.scalar(text("SELECT id FROM journal WHERE action = 'x'"))
    assert "操作日志的防篡改保护缺失" in _worst(database)
    with database.engine.begin() as connection:
        journal.guard(connection)
    assert _worst(database) == [f"操作日志第 {last} 条被外部改动"]


@sqlite_only
def test_an_unwritable_photo_folder_is_named(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings().data_dir.joinpath("photos").write_text("not a folder")
    assert any(title.startswith("照片无法写入") for title in _worst(database))


@sqlite_only
def test_a_check_that_cannot_be_made_is_a_finding(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> doctor.Finding:
        raise ZeroDivisionError

    monkeypatch.setattr(doctor, "_disk", broken)
    assert "有一项检查无法进行（ZeroDivisionError）" in _worst(database)
