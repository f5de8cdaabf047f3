"""The benchmark: `python -m tests.bench [--json FILE] [--only WORD]`; started by `manage.py`."""

import argparse
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import (
    answers,
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
from tests.bench.hall import Hall, Size, furnish
from tests.bench.pace import pace
from tests.bench.table import Line, render, write_json

SLOW = 1.1
GROUPS = (
    "answers", "pages", "papers", "imports", "tasks", "equipment", "plans", "drills", "training",
    "start", "demonstration",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effort:
    """How often things are measured."""

    size: Size = field(default_factory=Size)
    rounds: int = 7
    answers: int = 100
    reruns: int = 15


def measure(groups: Sequence[str], effort: Effort) -> Iterator[Line]:
    """The lines of each group, as they are found."""
    with processes.folder() as folder:
        if "papers" in groups:
            yield from papers.measure(folder / "papers", effort.rounds)
        if "imports" in groups:
            yield from imports.measure(folder / "imports", effort.rounds)
        if "tasks" in groups:
            yield from tasks.measure(folder / "tasks", effort.rounds)
        if "equipment" in groups:
            yield from equipment.measure(folder / "equipment", effort.rounds, effort.reruns)
        if "plans" in groups:
            yield from plans.measure(folder / "plans", effort.rounds)
        if "drills" in groups:
            yield from drills.measure(folder / "drills", effort.rounds)
        if "training" in groups:
            yield from training.measure(folder / "training", effort.rounds, effort.reruns)
        if {"answers", "pages", "start"} & set(groups):
            hall = furnish(folder / "ours", effort.size)
            yield from _served(groups, effort, hall, folder)
        if "demonstration" in groups:
            yield starts.demonstration(folder / "hall")


def _served(groups: Sequence[str], effort: Effort, hall: Hall, folder: Path) -> Iterator[Line]:
    if "answers" in groups:
        yield from answers.measure(
            hall, folder / "floor", effort.size, effort.rounds, effort.answers
        )
    if "pages" in groups:
        yield from pages.measure(hall, effort.rounds, effort.reruns)
    if "start" in groups:
        yield starts.start(hall, effort.rounds)


def report(lines: Iterable[Line], file: Path | None, say: Callable[[str], None]) -> int:
    """Print the table, write the JSON; 1 if a limit is broken."""
    found, paces = [], []
    for line in lines:
        paces.append(pace() if line.in_time else 1.0)
        found.append(line.allowed(paces[-1]))
        sys.stderr.write(f"… {line.name}\n")
    say(render(found))
    if max(paces) > SLOW:
        say(
            f"This machine took up to {max(paces):.1f} times as long for a fixed piece of work as"
            " the one on which the limits in time were set: these are longer by as much."
        )
    if file:
        write_json(file, found)
    return 0 if all(line.holds for line in found) else 1


def main(words: Sequence[str]) -> int:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(prog="manage.py bench")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here as well")
    parser.add_argument(
        "--only", choices=GROUPS, action="append", help="this group; may be given again"
    )
    options = parser.parse_args(words)
    logging.getLogger().setLevel(logging.ERROR)
    return report(measure(options.only or GROUPS, Effort()), options.json, print)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
