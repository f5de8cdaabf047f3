"""The benchmark measures what it says, and a broken limit fails; no time is judged here."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from checklists.models import Run
from hazards.models import Hazard, Status
from safety_app.core import db
from safety_app.core.settings import settings
from tests.bench import __main__ as bench
from tests.bench import (
    answers,
    books,
    drills,
    equipment,
    imports,
    pages,
    papers,
    plans,
    processes,
    starts,
    tasks,
    training,
)
from tests.bench.hall import Hall, Size, adopt, furnish
from tests.bench.table import Line, Paired, in_turn, render
from tests.cast import build

SMALL = Size(hazards=60, sheets=26)


@pytest.fixture
def kept_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The benchmark names a data folder of its own; others must not inherit it."""
    monkeypatch.setenv("SAFETY_DATA_DIR", "")
    yield
    db.database().close()
    db._current.clear()
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def hall(tmp_path: Path, kept_settings: None) -> Hall:
    """A small hall to measure."""
    return furnish(tmp_path / "ours", SMALL)


def test_a_figure_is_a_ratio_a_difference_or_as_it_is() -> None:
    assert Line("a", 3, 2, 1.5).figure == 1.5 and Line("a", 3, 2, 1.5).holds
    assert Line("a", 3, 2, 1.4).holds is False
    assert Line("a", 30, 4, 25, above=True).figure == 26
    assert Line("a", 2.5, None, 3, "s").figure == 2.5


def test_a_slower_machine_has_longer_for_what_is_limited_in_time_alone() -> None:
    assert Line("a", 2.5, None, 2, "s").allowed(1.5).limit == 3
    assert Line("a", 30, 4, 20, above=True).allowed(1.5).holds
    assert Line("a", 3, 2, 1.4).allowed(9).holds is False
    assert Line("a", 30, None, 20, "MB").allowed(9).holds is False
    assert Line("a", 2.5, None, 2, "s").allowed(0.5).limit == 2


def test_ours_and_floor_take_turns_and_medians_are_compared() -> None:
    turns: list[str] = []
    ours, floor = iter([9.0, 2.0, 3.0]), iter([1.0, 1.0, 8.0])

    def one(name: str, figures: Iterator[float]) -> float:
        turns.append(name)
        return next(figures)

    found = in_turn(3, lambda: one("ours", ours), lambda: one("floor", floor))
    assert turns == ["ours", "floor"] * 3
    assert found.line("a", 4) == Line("a", 3.0, 1.0, 4)


def test_a_broken_limit_is_shown_and_makes_the_exit_code_1(tmp_path: Path) -> None:
    said: list[str] = []
    lines = [Paired((4.0,), (2.0,)).line("fine", 2.5), Paired((4.0,), (1.0,)).line("not", 2.5)]
    assert bench.report(lines[:1], None, said.append) == 0
    assert bench.report(lines, tmp_path / "found.json", said.append) == 1
    assert "TOO MUCH" not in said[0] and "TOO MUCH" in said[1].splitlines()[2]
    found = json.loads((tmp_path / "found.json").read_text("utf-8"))
    assert [(one["name"], one["figure"], one["holds"]) for one in found["lines"]] == [
        ("fine", 2.0, True),
        ("not", 4.0, False),
    ]


def test_the_table_lines_up_with_chinese_in_it() -> None:
    rows = render([Line("答案", 1, 2, 3), Line("an answer", 100, 2, 3)]).splitlines()
    assert len({len(row.encode("gb18030")) for row in rows[1:2]} | {len(rows[2])}) <= 2
    assert rows[1].split() == ["答案", "1.00", "ms", "2.00", "ms", "0.50", "×", "3", "×", "ok"]


@pytest.mark.slow
def test_inspections_and_answers_reach_both_servers(hall: Hall, tmp_path: Path) -> None:
    before = _hazards(Status.ASSIGNED)
    lines = list(answers.measure(hall, tmp_path / "floor", SMALL, rounds=1, each=5))
    assert len(lines) == 9 and all(line.ours > 0 and line.floor for line in lines)
    with db.reading() as session:
        submitted = session.scalar(select(func.count()).where(Run.submitted_at.is_not(None)))
        assert submitted == 2  # one to warm up, one measured
    assert _hazards(Status.ASSIGNED) == before + 2


@pytest.mark.slow
def test_pages_are_drawn_over_the_websocket(hall: Hall) -> None:
    lines = list(pages.measure(hall, rounds=1, times=2))
    assert all(line.floor and line.figure > 1 for line in lines) and len(lines) == 2


@pytest.mark.slow
def test_papers_are_made_by_both(tmp_path: Path, kept_settings: None) -> None:
    line = papers.report(tmp_path / "papers", rounds=1, pairs=2)
    assert line.ours > 0 and line.floor
    assert papers.photo(tmp_path, rounds=1, size=(800, 600)).ours > 0


@pytest.mark.slow
def test_books_are_timed_and_leave_little_behind(tmp_path: Path, kept_settings: None) -> None:
    adopt(tmp_path)
    with db.transaction() as session:
        build(session)
    lines = list(books.books(tmp_path))
    assert [line.unit for line in lines] == ["s", "MB", "s", "MB"]
    assert lines[0].ours > 0 and lines[2].ours > 0
    assert (tmp_path / "all.pdf").stat().st_size and (tmp_path / "dossier.pdf").stat().st_size


@pytest.mark.slow
def test_people_are_imported_and_previewed(tmp_path: Path, kept_settings: None) -> None:
    lines = list(imports.measure(tmp_path / "imports", rounds=1, people=20))
    assert lines[0].ours > 0 and lines[1].above


@pytest.mark.slow
def test_tasks_are_made_in_portions_and_then_none(tmp_path: Path, kept_settings: None) -> None:
    lines = list(tasks.measure(tmp_path / "tasks", rounds=1, few=2, many=4))
    assert [line.unit for line in lines] == ["s", "s", "s", "µs"]
    made, again = lines[0], lines[1]
    assert 0 < again.ours < made.ours
    assert int(made.name.split()[0]) >= 4 * (3 * 20 + 2)


@pytest.mark.slow
def test_the_start_is_timed_until_it_is_healthy(hall: Hall) -> None:
    line = starts.start(hall, rounds=1)
    assert line.floor is None and 0 < line.ours < processes.PATIENCE_SECONDS


def test_a_server_that_does_not_start_says_why() -> None:
    command = [sys.executable, "-c", "print('no such luck'); raise SystemExit(3)"]
    server = processes.Server(command, processes.free_port(), processes.environment())
    with pytest.raises(processes.NotStarted, match="no such luck"), server:
        pass


def _hazards(status: Status) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).where(Hazard.status == status)) or 0


@pytest.mark.slow
def test_facilities_are_measured_as_they_are_used(tmp_path: Path, kept_settings: None) -> None:
    lines = list(equipment.measure(tmp_path / "hall", 1, 1, items=60))
    assert [line.unit for line in lines] == ["s", "ms", "ms", "s"]
    assert all(line.ours > 0 for line in lines)
    assert "60 labels" in lines[0].name and "6 late" in lines[-1].name


@pytest.mark.slow
def test_the_page_of_an_emergency_is_measured_as_a_tablet_asks_for_it(
    tmp_path: Path, kept_settings: None
) -> None:
    lines = list(plans.measure(tmp_path / "plans", rounds=1))
    assert [line.unit for line in lines] == ["ms", "s"] and all(line.ours > 0 for line in lines)


@pytest.mark.slow
def test_the_record_of_a_drill_is_made_by_both(tmp_path: Path, kept_settings: None) -> None:
    (line,) = drills.measure(tmp_path / "drills", rounds=1, photos=3)
    assert line.ours > 0 and line.floor and line.name.endswith("3 photos")


@pytest.mark.slow
def test_the_matrix_of_training_is_measured_with_its_page(
    tmp_path: Path, kept_settings: None
) -> None:
    lines = list(training.measure(tmp_path / "training", 1, 1, people=30, count=3))
    assert [line.floor is None for line in lines] == [True, True, False]
    assert all(line.ours > 0 for line in lines) and "30 people × 3" in lines[0].name
