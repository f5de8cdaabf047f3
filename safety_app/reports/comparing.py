"""The windows beside each other in the report of the whole hall; good, watch, act at a glance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from safety_app.core.feature import Compared, Light, Standing
from safety_app.core.i18n import N_, _
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Table, Turned
from safety_app.core.sheets import Cell, SheetColumn, SheetTable
from safety_app.reports.service import Report

LIGHT_NAMES: Final[Mapping[Light, str]] = {
    Light.GOOD: N_("In order"),
    Light.WATCH: N_("Watch"),
    Light.ACT: N_("Act"),
}
# Shapes that differ in black print; the word stands beside them.
SHAPES: Final[Mapping[Light, str]] = {Light.GOOD: "●", Light.WATCH: "▲", Light.ACT: "■"}
GRAVITY: Final = tuple(Light)


@dataclass(frozen=True, slots=True)
class Line:
    """One window over all features."""

    place: str
    numbers: tuple[int, ...]
    light: Light
    why: tuple[str, ...]


def lines(report: Report) -> list[Line]:
    """Every window by code, then what belongs to none."""
    known = [*report.places, None]
    return [
        _line(report, key)
        for key in known
        if any(key in table.standings for table in report.compared)
    ]


def blocks(report: Report) -> list[Block]:
    """Heading and table on a page of their own, with what makes a light other than good."""
    found = lines(report)
    if not found:
        return []
    columns = (
        Column(_("Window"), 3),
        *(Column(label, 1, "right") for label in _labels(report)),
        Column(_("State"), 1.4),
        Column(_("Why"), 3),
    )
    rows = [
        (one.place, *map(str, one.numbers), light_text(one.light), _("; ").join(one.why))
        for one in found
    ]
    total = (_("Total"), *map(str, _total(found)), "", "")
    legend = _("; ").join(light_text(light) for light in Light)
    heading = Heading(_("The windows beside each other"))
    return [Turned((heading, Note(legend), Table(columns, (*rows, total))))]


def sheet(report: Report) -> SheetTable:
    """The same table for Excel."""
    found = lines(report)
    rows: list[tuple[Cell, ...]] = [
        (one.place, *one.numbers, _(LIGHT_NAMES[one.light]), _(", ").join(one.why)) for one in found
    ]
    if found:
        rows.append((_("Total"), *_total(found), "", ""))
    return SheetTable(
        _("Windows"),
        (
            SheetColumn(_("Window")),
            *(SheetColumn(label, "number") for label in _labels(report)),
            SheetColumn(_("State")),
            SheetColumn(_("Why")),
        ),
        rows,
    )


def light_text(light: Light) -> str:
    """Shape and word together."""
    return f"{SHAPES[light]} {_(LIGHT_NAMES[light])}"


def worst(lights: list[Light]) -> Light:
    """The gravest of them."""
    return max(lights, key=GRAVITY.index, default=Light.GOOD)


def _labels(report: Report) -> list[str]:
    return [label for table in report.compared for _key, label in table.columns]


def _line(report: Report, key: int | None) -> Line:
    found = [_standing(table, key) for table in report.compared]
    numbers: list[int] = []
    for table, one in zip(report.compared, found, strict=True):
        numbers += one.numbers if one else [0] * len(table.columns)
    there = [one for one in found if one]
    return Line(
        place=_("Common areas") if key is None else report.places[key],
        numbers=tuple(numbers),
        light=worst([one.light for one in there]),
        why=tuple(clause for one in there for clause in one.why),
    )


def _standing(table: Compared, key: int | None) -> Standing | None:
    return table.standings.get(key)


def _total(found: list[Line]) -> tuple[int, ...]:
    columns = zip(*(one.numbers for one in found), strict=True)
    return tuple(map(sum, columns))
