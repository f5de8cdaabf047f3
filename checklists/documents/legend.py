"""What the codes in a record mean: the points of each part that was due, as it was then worded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.models import Template, TemplateItem, TemplatePart
from safety_app.core.i18n import _, bilingual, ngettext
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Table
from safety_app.core.sheets import Cell, SheetColumn, SheetTable

ABREAST: Final = 2
"""So many points stand beside each other."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of one version of a checklist, and its points with their codes."""

    id: int
    title: str
    version: int
    name: str
    points: tuple[tuple[str, str], ...]


def parts(session: Session, part_ids: Iterable[int]) -> tuple[Part, ...]:
    """Some parts by checklist and version, each in its order."""
    rows = session.execute(
        select(TemplatePart, Template, TemplateItem)
        .join(Template, Template.id == TemplatePart.template_id)
        .join(TemplateItem, TemplateItem.part_id == TemplatePart.id)
        .where(TemplatePart.id.in_(sorted(set(part_ids))))
        .order_by(
            Template.code, Template.version, Template.id, TemplatePart.position,
            TemplateItem.position,
        )
    ).all()  # fmt: skip
    found: dict[int, Part] = {}
    points: dict[int, list[tuple[str, str]]] = {}
    for part, template, item in rows:
        points.setdefault(part.id, []).append((item.code, bilingual(item.text, item.text_en)))
        found[part.id] = Part(
            part.id,
            bilingual(template.title, template.title_en),
            template.version,
            bilingual(part.name, part.name_en),
            tuple(points[part.id]),
        )
    return tuple(found.values())


def blocks(found: Sequence[Part]) -> list[Block]:
    """The legend under a heading of its own."""
    if not found:
        return []
    said: list[Block] = [Heading(_("Points patrolled"))]
    for part in found:
        name = ngettext(
            "{checklist}, {part} (version {version}, {n} point)",
            "{checklist}, {part} (version {version}, {n} points)",
            len(part.points),
            checklist=part.title,
            part=part.name,
            version=part.version,
        )
        said += [Note(name), _table(part)]
    return said


def _table(part: Part) -> Table:
    number, point = Column(_("No."), 0.5), Column(_("Point"), 3)
    lines = -(-len(part.points) // ABREAST)
    columns = [part.points[at : at + lines] for at in range(0, len(part.points), lines)]
    rows = [
        tuple(text for column in columns for text in (column[at] if at < len(column) else ("", "")))
        for at in range(lines)
    ]
    return Table((number, point) * len(columns), tuple(rows))


def sheet(found: Sequence[Part]) -> SheetTable:
    """The same as a sheet of a workbook."""
    head = (
        SheetColumn(_("Checklist")),
        SheetColumn(_("Version"), "number"),
        SheetColumn(_("Part of the day")),
        SheetColumn(_("Item no.")),
        SheetColumn(_("Point")),
    )
    rows: list[tuple[Cell, ...]] = [
        (part.title, part.version, part.name, code, text)
        for part in found
        for code, text in part.points
    ]
    return SheetTable(_("Points patrolled"), head, rows)
