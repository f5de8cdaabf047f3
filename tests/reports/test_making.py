"""Papers made in the background: progress, leaving, stopping, failing, whose they are."""

import io
import os
import threading
import time
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader

from safety_app.core import clock, db
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.core.errors import NotFound
from safety_app.core.i18n import language, use_language
from safety_app.reports import batch, making, service
from safety_app.reports.making import Making, State
from safety_app.reports.permissions import Permission
from tests.cast import NOW, Cast
from tests.dialects import sqlite_only
from tests.live import eventually
from tests.reports.test_api import browser

pytestmark = sqlite_only


@pytest.fixture(autouse=True)
def _november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(making, "_known", {})


def finished(made: Making) -> Making:
    eventually(lambda: not made.is_under_way)
    return made


def anybody(_actor: Actor) -> bool:
    return True


def two_steps(made: Making, out: Path) -> None:
    made.step(0, 2, "甲")
    made.step(1, 2, "乙")
    out.write_bytes(b"%PDF-1.7 paper")


class Held:
    """Work that waits in the middle until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, made: Making, out: Path) -> None:
        made.step(1, 4, "A02")
        out.write_bytes(b"half")
        self.begun.set()
        assert self.go.wait(5)
        made.step(2, 4, "A03")
        out.write_bytes(b"whole")


def test_a_paper_is_there_when_it_is_made(database: Database, hall: Cast) -> None:
    made = finished(making.start(hall.officer, "k", "月报.pdf", two_steps, anybody))
    assert made.state is State.DONE and (made.done, made.total) == (2, 2)
    with browser(hall.officer) as page:
        answer = page.get(f"/reports/made/{made.token}")
    assert answer.content == b"%PDF-1.7 paper"
    assert answer.headers["content-type"] == "application/pdf"
    assert "inline" in answer.headers["content-disposition"]
    assert "%E6%9C%88%E6%8A%A5.pdf" in answer.headers["content-disposition"]


def test_whoever_leaves_finds_it_going_on(database: Database, hall: Cast) -> None:
    work = Held()
    made = making.start(hall.officer, "k", "a.pdf", work, anybody)
    assert work.begun.wait(5)
    found = making.find(hall.officer, "k")
    assert found is made and (found.done, found.total, found.at) == (1, 4, "A02")
    assert making.start(hall.officer, "k", "a.pdf", two_steps, anybody) is made
    work.go.set()
    assert finished(made).path.read_bytes() == b"whole"


def test_half_a_paper_is_not_given_out(database: Database, hall: Cast) -> None:
    work = Held()
    made = making.start(hall.officer, "k", "a.pdf", work, anybody)
    assert work.begun.wait(5)
    with pytest.raises(NotFound):
        making.fetch(hall.officer, made.token)
    work.go.set()
    finished(made)


def test_stopping_keeps_nothing(database: Database, hall: Cast) -> None:
    work = Held()
    made = making.start(hall.officer, "k", "a.pdf", work, anybody)
    assert work.begun.wait(5)
    making.stop(hall.officer, "k")
    work.go.set()
    assert finished(made).state is State.STOPPED
    eventually(lambda: list(making.folder().iterdir()) == [])


def test_what_fails_says_so_and_may_be_tried_again(database: Database, hall: Cast) -> None:
    def broken(_made: Making, _out: Path) -> None:
        raise OSError(28, "No space left on device")

    made = finished(making.start(hall.officer, "k", "a.pdf", broken, anybody))
    assert made.state is State.FAILED and made.error is not None
    assert made.error.code == "DiskFull"
    again = finished(making.start(hall.officer, "k", "a.pdf", two_steps, anybody))
    assert again.state is State.DONE


def test_a_bug_is_a_sentence_too(database: Database, hall: Cast) -> None:
    def broken(_made: Making, _out: Path) -> None:
        raise KeyError("x")

    made = finished(making.start(hall.officer, "k", "a.pdf", broken, anybody))
    assert made.error is not None and "未能生成" in made.error.message()


def test_it_belongs_to_whoever_asked(database: Database, hall: Cast) -> None:
    made = finished(making.start(hall.officer, "k", "a.pdf", two_steps, anybody))
    with pytest.raises(NotFound):
        making.fetch(hall.manager, made.token)
    assert making.find(hall.manager, "k") is None
    with browser(hall.manager) as page:
        assert page.get(f"/reports/made/{made.token}").status_code == 404
        assert page.get("/reports/made/x").status_code == 404


def test_a_right_that_was_lost_meanwhile_counts(database: Database, hall: Cast) -> None:
    rights = {hall.officer.user_id}
    made = making.start(
        hall.officer, "k", "a.pdf", two_steps, lambda actor: actor.user_id in rights
    )
    finished(made)
    making.fetch(hall.officer, made.token)
    rights.clear()
    with pytest.raises(NotFound):
        making.fetch(hall.officer, made.token)


def test_a_new_one_takes_the_place_of_the_old(database: Database, hall: Cast) -> None:
    first = finished(making.start(hall.officer, "k", "a.pdf", two_steps, anybody))
    second = finished(making.start(hall.officer, "k", "a.pdf", two_steps, anybody))
    assert [path.name for path in making.folder().iterdir()] == [second.path.name]
    with pytest.raises(NotFound):
        making.fetch(hall.officer, first.token)


def test_old_papers_are_swept_twice_without_harm(database: Database, hall: Cast) -> None:
    assert making.sweep(time.time()) == 0
    made = finished(making.start(hall.officer, "k", "a.pdf", two_steps, anybody))
    assert making.sweep(time.time()) == 0
    os.utime(made.path, (0, 0))
    assert making.sweep(time.time()) == 1
    assert making.sweep(time.time()) == 0
    with pytest.raises(NotFound):
        making.fetch(hall.officer, made.token)


def test_the_work_speaks_the_language_of_whoever_asked(database: Database, hall: Cast) -> None:
    spoken: list[str] = []

    def work(_made: Making, out: Path) -> None:
        spoken.append(language())
        out.write_bytes(b"")

    with use_language("en"):
        made = making.start(hall.officer, "k", "a.pdf", work, anybody)
    finished(made)
    assert spoken == ["en"]


def all_of(hall: Cast, out: Path, suffix: str, said: list[tuple[int, int, str]]) -> None:
    with db.reading() as session:
        windows = service.list_choices(session, hall.manager)
    batch.write_all(
        hall.manager, windows, 2026, 10, out, language="zh_CN", suffix=suffix, now=NOW,
        step=lambda done, total, at: said.append((done, total, at)),
    )  # fmt: skip


def test_all_windows_in_one_pdf_with_bookmarks(
    database: Database, hall: Cast, tmp_path: Path
) -> None:
    said: list[tuple[int, int, str]] = []
    all_of(hall, tmp_path / "all.pdf", "pdf", said)
    reader = PdfReader(tmp_path / "all.pdf")
    titles = [one.title for one in reader.outline]  # type: ignore[union-attr]
    assert titles == ["A01 综合窗口", "A02 社保窗口", "A03 税务窗口"]
    text = "".join(page.extract_text() for page in reader.pages)
    assert text.count("窗口安全生产月度报告") == 3
    assert said[0] == (0, 3, "A01 综合窗口") and said[-1] == (3, 3, "")


def test_all_windows_in_a_zip_hold_the_same_papers_as_each_page(
    database: Database, hall: Cast, tmp_path: Path
) -> None:
    all_of(hall, tmp_path / "all.zip", "zip", [])
    with zipfile.ZipFile(tmp_path / "all.zip") as box:
        names = box.namelist()
        assert names == [f"{one}安全生产月度报告2026-10.pdf" for one in
                         ("A01综合窗口", "A02社保窗口", "A03税务窗口")]  # fmt: skip
        inside = box.read(names[0])
    with browser(hall.manager) as page:
        assert page.get("/reports/window/A01/2026-10.pdf?lang=zh_CN").content == inside
    assert len(PdfReader(io.BytesIO(inside)).pages) >= 1


def test_a_lead_gets_own_windows_only(database: Database, hall: Cast, tmp_path: Path) -> None:
    with db.reading() as session:
        windows = service.list_choices(session, hall.lead)
    assert [one.code for one in windows] == ["A01", "A02"]
    assert all(hall.lead.may(Permission.VIEW, window_id=one.id) for one in windows)
