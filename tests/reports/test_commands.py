"""`report window` writes the file whole, or says in a sentence why not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from safety_app.core import clock
from safety_app.core.db import Database, reading
from safety_app.core.errors import AppError, NotFound
from safety_app.reports import documents, service
from safety_app.reports.commands import register
from safety_app.reports.errors import BadMonth, FileNotWritable, FutureMonth, UnknownLanguage
from safety_app.workplace.errors import UnknownWindow
from tests.cast import NOW, Cast
from tests.dialects import sqlite_only


@pytest.fixture(autouse=True)
def _november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def run(*words: str, what: str = "window") -> str:
    """What the command says; raises what it raised."""
    app = typer.Typer()
    register(app, lambda: None)
    done = CliRunner().invoke(app, ["report", what, *words], catch_exceptions=True)
    if isinstance(done.exception, AppError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def of(month: str = "2026-10", window: str = "A01") -> tuple[str, ...]:
    return ("--window", window, "--month", month)


def test_the_command_writes_what_the_page_shows_to_the_lead(
    database: Database, hall: Cast, tmp_path: Path
) -> None:
    said = run(*of(), "--out", str(tmp_path / "r.pdf"))
    with reading() as session:
        for actor in (hall.lead, hall.officer, hall.manager):
            report = service.window_report(session, actor, hall.a01, 2026, 10, now=NOW)
            assert (tmp_path / "r.pdf").read_bytes() == documents.report_pdf(report)
    assert report.short_code in said


@sqlite_only
def test_the_window_may_be_typed_in_small_letters(
    database: Database, hall: Cast, tmp_path: Path
) -> None:
    run(*of(window=" a01 "), "--out", str(tmp_path / "small.pdf"))
    run(*of(), "--out", str(tmp_path / "large.pdf"))
    assert (tmp_path / "small.pdf").read_bytes() == (tmp_path / "large.pdf").read_bytes()


@sqlite_only
def test_language_and_excel_are_chosen(database: Database, hall: Cast, tmp_path: Path) -> None:
    run(*of(), "--out", str(tmp_path / "chinese.pdf"))
    run(*of(), "--out", str(tmp_path / "english.pdf"), "--lang", "en")
    run(*of(), "--out", str(tmp_path / "by-name.xlsx"))
    run(*of(), "--out", str(tmp_path / "by-flag"), "--xlsx")
    assert (tmp_path / "chinese.pdf").read_bytes() != (tmp_path / "english.pdf").read_bytes()
    assert (tmp_path / "by-name.xlsx").read_bytes() == (tmp_path / "by-flag").read_bytes()
    assert (tmp_path / "by-flag").read_bytes()[:2] == b"PK"


@sqlite_only
@pytest.mark.parametrize(
    ("words", "error"),
    [
        (of(window="Z9"), UnknownWindow),
        (of("2026-13"), BadMonth),
        (of("October"), BadMonth),
        (of("2026-12"), FutureMonth),
        ((*of(), "--lang", "fr"), UnknownLanguage),
    ],
)
def test_a_wrong_wish_is_refused_and_nothing_is_written(
    database: Database, hall: Cast, tmp_path: Path, words: tuple[str, ...], error: type[AppError]
) -> None:
    with pytest.raises(error):
        run(*words, "--out", str(tmp_path / "r.pdf"))
    assert not (tmp_path / "r.pdf").exists()


@sqlite_only
@pytest.mark.parametrize("out", ["missing/r.pdf", "folder", "file/r.pdf"])
def test_a_place_that_cannot_be_written_is_named(
    database: Database, hall: Cast, tmp_path: Path, out: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(FileNotWritable) as refused:
        run(*of(), "--out", str(tmp_path / out))
    assert str(tmp_path / out) in refused.value.message()
    assert "文件夹" in refused.value.message()


@sqlite_only
def test_a_write_that_fails_leaves_the_old_file_and_no_other(
    database: Database, hall: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "reports" / "r.pdf"
    out.parent.mkdir()
    out.write_bytes(b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("safety_app.reports.files.os.fsync", full)
    with pytest.raises(AppError) as refused:
        run(*of(), "--out", str(out))
    assert refused.value.code == "DiskFull"
    assert out.read_bytes() == b"old" and list(out.parent.iterdir()) == [out]


@sqlite_only
def test_the_cut_off_is_the_moment_of_the_command_in_the_current_month(
    database: Database, hall: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(*of("2026-11"), "--out", str(tmp_path / "a.pdf"))
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 23, 1, 4, 40, tzinfo=UTC))
    run(*of("2026-11"), "--out", str(tmp_path / "b.pdf"))
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 23, 1, 5, tzinfo=UTC))
    run(*of("2026-11"), "--out", str(tmp_path / "c.pdf"))
    first, same, later = ((tmp_path / f"{name}.pdf").read_bytes() for name in "abc")
    assert first == same != later


@sqlite_only
def test_the_whole_hall_all_windows_and_the_inspectors_papers_are_written(
    database: Database, hall: Cast, tmp_path: Path
) -> None:
    october = ("--month", "2026-10")
    run(*october, "--out", str(tmp_path / "site.pdf"), what="site")
    run(*october, "--out", str(tmp_path / "site.xlsx"), what="site")
    run(*october, "--out", str(tmp_path / "all.zip"), what="all")
    assert "3" in run(*october, "--out", str(tmp_path / "all.pdf"), "--lang", "en", what="all")
    said = run("--out", str(tmp_path / "dossier.pdf"), what="dossier")
    with reading() as session:
        report = service.site_report(session, hall.manager, hall.site_id, 2026, 10, now=NOW)
    assert (tmp_path / "site.pdf").read_bytes() == documents.report_pdf(report)
    assert "校验码" in said
    heads = {
        path.name: path.read_bytes()[:4] for path in tmp_path.iterdir() if path.suffix != ".db"
    }
    wanted = {"site.pdf": b"%PDF", "site.xlsx": b"PK\x03\x04", "all.zip": b"PK\x03\x04",
              "all.pdf": b"%PDF", "dossier.pdf": b"%PDF"}  # fmt: skip
    assert wanted.items() <= heads.items()


@sqlite_only
def test_a_hall_that_is_not_there_is_refused(
    database: Database, hall: Cast, tmp_path: Path
) -> None:
    for what in ("site", "all"):
        with pytest.raises(NotFound):
            run("--month", "2026-10", "--out", str(tmp_path / "x.pdf"), "--site", "99", what=what)
    with pytest.raises(NotFound):
        run("--out", str(tmp_path / "x.pdf"), "--site", "99", what="dossier")
    assert not (tmp_path / "x.pdf").exists()


@sqlite_only
def test_another_hall_is_named_by_its_number(
    database: Database, hall: Cast, tmp_path: Path
) -> None:
    here, there = tmp_path / "here.pdf", tmp_path / "there.pdf"
    run("--month", "2026-10", "--out", str(here), what="site")
    run("--month", "2026-10", "--out", str(there), "--site", str(hall.foreign_site_id), what="site")
    assert here.read_bytes() != there.read_bytes()
