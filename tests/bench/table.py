"""What was measured: lines with limits, as a table for people and as JSON for machines."""

import json
import platform
import statistics
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

HEAD = ("", "ours", "floor", "figure", "limit", "")


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: how many times the floor, or how much above it, or (without one) as it is."""

    name: str
    ours: float
    floor: float | None
    limit: float
    unit: str = "ms"
    above: bool = False

    @property
    def in_time(self) -> bool:
        """Whether the limit is a time, which a slower machine needs more of."""
        return self.unit != "MB" and (self.floor is None or self.above)

    def allowed(self, pace: float) -> "Line":
        """The same with the limit that a machine has which takes `pace` times as long."""
        return replace(self, limit=self.limit * max(pace, 1.0)) if self.in_time else self

    @property
    def figure(self) -> float:
        """What the limit is about."""
        if self.floor is None:
            return self.ours
        if self.above:
            return self.ours - self.floor
        return self.ours / self.floor if self.floor else float("inf")

    @property
    def holds(self) -> bool:
        """Whether the figure is within its limit."""
        return self.figure <= self.limit

    def cells(self) -> tuple[str, ...]:
        """The line as it is printed."""
        sign, kind = ("+", f" {self.unit}") if self.above else ("", f" {self.unit}")
        if self.floor is not None and not self.above:
            sign, kind = "", " ×"
        floor = "" if self.floor is None else f"{_short(self.floor)} {self.unit}"
        return (
            self.name,
            f"{_short(self.ours)} {self.unit}",
            floor,
            f"{sign}{_short(self.figure)}{kind}",
            f"{sign}{self.limit:.3g}{kind}",
            "ok" if self.holds else "TOO MUCH",
        )


@dataclass(frozen=True, slots=True)
class Paired:
    """Ours and the floor's, measured in turn."""

    ours: tuple[float, ...]
    floor: tuple[float, ...]

    def line(self, name: str, limit: float, *, unit: str = "ms", above: bool = False) -> Line:
        """The medians against a limit."""
        ours, floor = statistics.median(self.ours), statistics.median(self.floor)
        return Line(name, ours, floor, limit, unit, above)


def in_turn(rounds: int, ours: Callable[[], float], floor: Callable[[], float]) -> Paired:
    """Ours, floor, ours, floor …, so that a slow minute of the machine slows down both."""
    found = [(ours(), floor()) for _ in range(rounds)]
    return Paired(tuple(one for one, _ in found), tuple(other for _, other in found))


def render(lines: Sequence[Line]) -> str:
    """The table."""
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(_width(row[at]) for row in rows) for at in range(len(HEAD))]
    return "\n".join(
        "  ".join(_pad(cell, width, right=0 < at < 5) for at, (cell, width) in enumerate(pairs))
        .rstrip()
        for pairs in (list(zip(row, widths, strict=True)) for row in rows)
    )  # fmt: skip


def write_json(file: Path, lines: Sequence[Line]) -> None:
    """The same, with the machine it was measured on."""
    facts: dict[str, Any] = {
        "machine": {"system": platform.platform(), "python": platform.python_version()},
        "lines": [
            {**asdict(line), "figure": line.figure, "holds": line.holds} for line in lines
        ],
    }  # fmt: skip
    file.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _short(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _pad(text: str, width: int, *, right: bool) -> str:
    room = " " * (width - _width(text))
    return room + text if right else text + room
