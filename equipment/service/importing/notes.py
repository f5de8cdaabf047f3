"""What is wrong with the rows of a list, and what is worth a look without being wrong."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from equipment.service.importing.columns import label
from equipment.service.importing.lines import Line
from safety_app.core.errors import AppError
from safety_app.core.intake import Problem

T = TypeVar("T")


class Notes:
    """Gathers faults and hints at their rows and columns."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        self.hints: list[Problem] = []
        self._told = set(self.problems)
        self._bad = {(one.sheet, one.row) for one in self.problems}

    def fault(self, line: Line, key: str, text: str) -> None:
        """The row cannot be imported; the same is told once."""
        problem = Problem(text, line.row, label(key), line.sheet)
        if problem not in self._told:
            self.problems.append(problem)
        self._told.add(problem)
        self._bad.add((line.sheet, line.row))

    def hint(self, line: Line, key: str, text: str) -> None:
        """The row can be imported; somebody should know this, once."""
        found = Problem(text, line.row, label(key), line.sheet)
        if found not in self._told:
            self.hints.append(found)
        self._told.add(found)

    def forget_hints(self, lines: Sequence[Line], before: int) -> None:
        """Of the first hints leave out those of rows that will not be taken."""
        gone = {(line.sheet, line.row) for line in lines}
        kept = [one for one in self.hints[:before] if (one.sheet, one.row) not in gone]
        self.hints = [*kept, *self.hints[before:]]

    def is_bad(self, line: Line) -> bool:
        """Whether anything is wrong with a row."""
        return (line.sheet, line.row) in self._bad

    def asked(self, line: Line, key: str, ask: Callable[[], T]) -> T | None:
        """What a rule of the register answers; what it refuses becomes a fault."""
        try:
            return ask()
        except AppError as refused:
            self.fault(line, key, refused.message())
            return None
