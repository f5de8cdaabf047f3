"""Failures of the machine and of its set-up are sentences, and nothing is written past them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from safety_app.core import db
from safety_app.core.db import Database, DatabaseUnreachable, UnknownDatabase
from safety_app.workplace.models import Site
from tests.dialects import sqlite_only


def _doctor(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "SAFETY_DATA_DIR": str(folder), "LANG": "zh_CN.UTF-8", **variables}
    command = [sys.executable, "-m", "safety_app", "doctor"]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)


@sqlite_only
@pytest.mark.parametrize("again", [False, True])
def test_a_database_file_that_was_moved_takes_no_more_writes(
    database: Database, tmp_path: Path, again: bool
) -> None:
    with database.transaction() as session:
        before = session.scalars(select(Site.name)).all()
    (tmp_path / "safety.db").rename(tmp_path / "moved.db")
    if again:
        (tmp_path / "safety.db").write_bytes(b"")
    with pytest.raises(DatabaseUnreachable), database.transaction() as session:
        session.scalars(select(Site)).all()
    with pytest.raises(DatabaseUnreachable), database.at_once():
        pass
    with pytest.raises(DatabaseUnreachable), database.reading():
        pass
    assert (tmp_path / "safety.db").exists() is again
    (tmp_path / "moved.db").rename(tmp_path / "safety.db")
    with database.reading() as session:
        assert session.scalars(select(Site.name)).all() == before


def test_an_unknown_kind_of_database_is_named() -> None:
    with pytest.raises(UnknownDatabase):
        db.Database("mysql://hall/safety")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("safety.db", "no database", "数据库文件已损坏"),
        ("safety.toml", "session_idle_minuts = 5", "session_idle_minuts"),
        ("safety.toml", "= broken", "safety.toml"),
    ],
)
def test_what_keeps_the_program_from_starting_is_a_sentence(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    (tmp_path / name).write_text(content * 200 if name.endswith("db") else content)
    run = _doctor(tmp_path)
    assert run.returncode == 1
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_a_data_folder_below_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    run = _doctor(tmp_path / "file" / "data")
    assert run.returncode == 1
    assert "无法使用" in run.stderr and "Traceback" not in run.stderr


def test_a_database_server_that_does_not_answer_is_a_sentence(tmp_path: Path) -> None:
    run = _doctor(tmp_path, SAFETY_DATABASE_URL="postgresql://x:y@127.0.0.1:9/none")
    assert run.returncode == 1
    assert "暂时无法访问数据库" in run.stderr and "Traceback" not in run.stderr
