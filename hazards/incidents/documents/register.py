"""The register of a year: accidents, incidents, near misses; nought is stated."""

from collections.abc import Mapping, Sequence

from hazards.incidents.asof import Story
from hazards.incidents.deadlines import State
from hazards.incidents.documents.paper import NOTHING, Head, print_paper, signatures
from hazards.incidents.models import KIND_NAMES, STATUS_NAMES
from hazards.incidents.wording import (
    casualties_text,
    clock_text,
    level_text,
    local,
    narrow,
    what_of,
    yuan_text,
)
from safety_app.core.clock import zone
from safety_app.core.i18n import _
from safety_app.core.pdf.blocks import Block, Column, Note, Paragraph, Table, Title
from safety_app.core.sheets import Cell, SheetColumn, SheetTable, workbook

Places = Mapping[int, str]


def register_pdf(rows: Sequence[Story], year: int, places: Places, head: Head) -> bytes:
    """The paper in the current language."""
    blocks: list[Block] = [
        Title(_title(), "\n".join((head.unit, _("{year}, whole year", year=year)))),
        *head.limits(),
        Paragraph(summary(rows), indent=False),
        *register_blocks(rows, places, head),
        signatures(_("Filled in by (signature):"), _("Head of the unit (signature):")),
    ]
    return print_paper(blocks, head, title=f"{_title()} {year}", landscape=True)


def register_blocks(rows: Sequence[Story], places: Places, head: Head) -> list[Block]:
    """The table, or that there was nothing."""
    if not rows:
        return [Paragraph(_("No accident, incident or near miss was reported."))]
    columns = (
        Column(_("Number"), 1.4), Column(_("Time"), 1.6), Column(_("Place"), 1.7),
        Column(_("Kind"), 1.1), Column(_("What happened?"), 2.6), Column(_("Legal level"), 1.2),
        Column(_("Casualties"), 1.4), Column(_("Direct loss"), 1.1),
        Column(_("Reported to authorities"), 1.8), Column(_("State"), 1.3),
    )  # fmt: skip
    table = tuple(_cells(one, places.get(one.id, ""), head) for one in rows)
    found: list[Block] = [Table(columns, table)]
    if any(one.is_near_miss for one in rows):
        found.append(Note(_("Reporting a near miss is welcome and is held against nobody.")))
    return found


def narrow_blocks(rows: Sequence[Story], places: Places, head: Head) -> list[Block]:
    """The same on a portrait page, two facts in a cell; nothing where there was nothing."""
    if not rows:
        return []
    columns = (
        Column(_("Number, time"), 1.7), Column(_("Place, what happened"), 3.0),
        Column(_("Legal level, kind"), 1.5), Column(_("Casualties, loss"), 1.6),
        Column(_("Reported, state"), 2.0),
    )  # fmt: skip
    pairs = ((0, 1), (2, 4), (5, 3), (6, 7), (8, 9))
    cells = [_cells(one, places.get(one.id, ""), head) for one in rows]
    table = tuple(tuple("\n".join((row[a], row[b])) for a, b in pairs) for row in cells)
    return [Table(columns, table)]


def register_xlsx(rows: Sequence[Story], year: int, places: Places, head: Head) -> bytes:
    """All columns, one incident a line."""
    columns = (
        SheetColumn(_("Number")), SheetColumn(_("Time"), "moment"), SheetColumn(_("Place")),
        SheetColumn(_("Kind")), SheetColumn(_("What happened?")), SheetColumn(_("Legal level")),
        SheetColumn(_("Deaths"), "number"), SheetColumn(_("Missing (people)"), "number"),
        SheetColumn(_("Serious injuries"), "number"), SheetColumn(_("Minor injuries"), "number"),
        SheetColumn(_("Direct loss (yuan)"), "number"), SheetColumn(_("Reported"), "moment"),
        SheetColumn(_("Reported to authorities")), SheetColumn(_("State")),
        SheetColumn(_("Case closed on"), "date"),
    )  # fmt: skip
    lines = [_line(one, places.get(one.id, ""), head) for one in rows]
    facts = SheetTable(
        _("Register"),
        (SheetColumn(_("Fact")), SheetColumn(_("Value"))),
        [(_("Unit"), head.unit), (_("Year"), str(year)), (_("Counts"), summary(rows))],
    )
    tables = [SheetTable(_title(), columns, lines), facts]
    return workbook(tables, title=_title(), created_at=head.as_of)


def summary(rows: Sequence[Story]) -> str:
    """How many of each; what was found untrue is not counted."""
    counted = [one for one in rows if not one.is_void]
    accidents = sum(one.is_accident for one in counted)
    near = sum(one.is_near_miss for one in counted)
    return _(
        "Accidents by law: {accidents}; other incidents: {others}; near misses: {near}.",
        accidents=accidents,
        others=len(counted) - accidents - near,
        near=near,
    )


def _title() -> str:
    return _("Register of incidents and near misses")


def _cells(one: Story, place: str, head: Head) -> tuple[str, ...]:
    return (
        one.number,
        narrow(one.occurred_at, head.timezone),
        place,
        _(KIND_NAMES[one.kind]),
        what_of(one.kind, one.what),
        level_text(one.level),
        casualties_text(one.counted),
        yuan_text(one.loss_fen),
        _told(one, head),
        _state(one, head),
    )


def _told(one: Story, head: Head) -> str:
    if one.clock.state in (State.NOT_COUNTED, State.UNSURE):
        return NOTHING
    return clock_text(one.clock, head.as_of)


def _state(one: Story, head: Head) -> str:
    words = _(STATUS_NAMES[one.status])
    return f"{words} {local(one.closed_at, head.timezone)}" if one.closed_at else words


def _line(one: Story, place: str, head: Head) -> tuple[Cell, ...]:
    numbers: tuple[int | None, ...] = one.numbers or (None, None, None, None)
    here = zone(head.timezone)
    return (
        one.number,
        one.occurred_at.astimezone(here).replace(tzinfo=None),
        place,
        _(KIND_NAMES[one.kind]),
        what_of(one.kind, one.what),
        level_text(one.level),
        *numbers,
        None if one.loss_fen is None else one.loss_fen / 100,
        one.reported_at.astimezone(here).replace(tzinfo=None),
        _told(one, head),
        _(STATUS_NAMES[one.status]),
        local(one.closed_at, head.timezone) if one.closed_at else None,
    )
