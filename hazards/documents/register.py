"""The hazard register: PDF in landscape and Excel, service points apart."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from hazards.documents.paper import NOTHING, Head, print_paper
from hazards.models import LEVEL_NAMES, STATUS_NAMES, Kind, LegalClass, Level
from hazards.service import REGISTER_STATES, RegisterFilters, RegisterRow
from safety_app.core import clock
from safety_app.core.i18n import _, bilingual, day_text
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Heading,
    Note,
    Paragraph,
    PhotoBox,
    PhotoPair,
    PhotoPairs,
    Table,
    Title,
)
from safety_app.core.photos import PhotoStore
from safety_app.core.settings import settings
from safety_app.core.sheets import SheetColumn, SheetTable, workbook

MOST_ROWS: Final = 1000
MOST_PAIRS: Final = 60
Pictures = Mapping[int, tuple[str, datetime]]


def register_pdf(
    rows: Sequence[RegisterRow],
    filters: RegisterFilters,
    head: Head,
    *,
    place: str = "",
    before: Pictures | None = None,
    after: Pictures | None = None,
) -> bytes:
    """The paper in the current language; with pictures they follow as an annex."""
    blocks: list[Block] = [
        Title(_("Hazard register"), _subtitle(filters, head, place)),
        *head.limits(),
        *register_blocks(rows[-MOST_ROWS:], _nothing(filters, place)),
    ]
    if len(rows) > MOST_ROWS:
        words = _(
            "Only the latest {shown} of {all} are printed. The Excel file has all of them.",
            shown=MOST_ROWS,
            all=len(rows),
        )
        blocks.insert(1, Note(words))
    if before is not None and after is not None:
        blocks += annex(rows, before, after, head.timezone)
    return print_paper(blocks, head, title=_("Hazard register"), landscape=True)


def register_xlsx(
    rows: Sequence[RegisterRow], filters: RegisterFilters, head: Head, *, place: str = ""
) -> bytes:
    """All columns, one hazard a line; service points on a sheet of their own."""
    safety = [one for one in rows if one.kind == Kind.SAFETY]
    points = [one for one in rows if one.kind == Kind.SERVICE]
    facts = SheetTable(
        _("Register"),
        (SheetColumn(_("Fact")), SheetColumn(_("Value"))),
        [
            (_("Unit"), head.unit),
            (_("Found"), _period(filters)),
            (_("Place"), place or _("The whole hall")),
            (_("Which"), _(REGISTER_STATES[filters.state])),
            (_("Hazards"), len(safety)),
            (_("Service points (not in safety statistics)"), len(points)),
        ],
    )
    tables = [_sheet(_("Hazards"), safety), _sheet(_("Service points"), points), facts]
    return workbook(tables, title=_("Hazard register"), created_at=head.as_of)


def register_blocks(
    rows: Sequence[RegisterRow], nothing: str, *, narrow: bool = False
) -> list[Block]:
    """Hazards, or that there are none; then service points under a heading of their own.

    `narrow` fits a portrait page.
    """
    table = _narrow_table if narrow else _table
    safety = [one for one in rows if one.kind == Kind.SAFETY]
    points = [one for one in rows if one.kind == Kind.SERVICE]
    found: list[Block] = [table(safety)] if safety else [Paragraph(nothing)]
    if points:
        found.append(Heading(_("Service points (not in safety statistics)")))
        found.append(table(points))
    return found


def annex(
    rows: Sequence[RegisterRow], before: Pictures, after: Pictures, timezone: str
) -> list[Block]:
    """The pictures of the latest hazards that have any."""
    shown = [one for one in rows if one.id in before or one.id in after]
    if not shown:
        return []
    pairs = tuple(
        PhotoPair(
            f"{one.number} {one.what}",
            _box(before.get(one.id), timezone, fixed=False),
            _box(after.get(one.id), timezone, fixed=True),
        )
        for one in shown[-MOST_PAIRS:]
    )
    found: list[Block] = [Heading(_("Annex: before and after the fix"))]
    if len(shown) > MOST_PAIRS:
        words = _("The latest {shown} of {all} with pictures.", shown=MOST_PAIRS, all=len(shown))
        found.append(Note(words))
    return [*found, PhotoPairs(pairs, empty=_("No photo"))]


def _subtitle(filters: RegisterFilters, head: Head, place: str) -> str:
    return "\n".join((head.unit, "    ".join(_chosen(filters, place))))


def _chosen(filters: RegisterFilters, place: str) -> list[str]:
    """The filters in words."""
    parts = [
        place or _("The whole hall"),
        _("Found {period}", period=_period(filters)),
        _("Which: {state}", state=_(REGISTER_STATES[filters.state])),
    ]
    if filters.level:
        parts.append(_("Level: {level}", level=_(LEVEL_NAMES[filters.level])))
    return parts


def _nothing(filters: RegisterFilters, place: str) -> str:
    """That none fits is no proof that none was found, so the filters are named."""
    if filters.is_narrowed:
        chosen = _("; ").join(_chosen(filters, place))
        return _("No hazard fits what was chosen ({chosen}).", chosen=chosen)
    if filters.is_year:
        return _("No hazards were found this year.")
    return _("No hazards were found in the chosen period.")


def _period(filters: RegisterFilters) -> str:
    first = day_text(filters.first, weekday=False, year=True)
    last = day_text(filters.last, weekday=False, year=True)
    return _("{first} to {last}", first=first, last=last)


def _table(rows: Sequence[RegisterRow]) -> Table:
    columns = (
        Column(_("Number"), 1.35),
        Column(_("Found"), 1.05),
        Column(_("Place"), 1.7),
        Column(_("What is wrong"), 2.3),
        Column(_("Level"), 0.9),
        Column(_("Class"), 0.8),
        Column(_("Owner"), 1.0),
        Column(_("Measures"), 2.5),
        Column(_("Fix by"), 1.05),
        Column(_("State"), 1.0),
        Column(_("Closed on"), 1.05),
        Column(_("Re-inspected by"), 1.0),
        Column(_("Funds (yuan)"), 0.9, "right"),
    )
    return Table(columns, tuple(_cells(one) for one in rows))


def _narrow_table(rows: Sequence[RegisterRow]) -> Table:
    """Two facts in a cell."""
    columns = (
        Column(_("Number, found"), 1.5),
        Column(_("Place, what is wrong"), 2.6),
        Column(_("Level, class"), 1.1),
        Column(_("Owner, measures"), 2.2),
        Column(_("Fix by"), 1.4),
        Column(_("State, closed on"), 1.4),
        Column(_("Re-inspected by"), 1.15),
    )
    cells = [_cells(one) for one in rows]
    pairs = ((0, 1), (2, 3), (4, 5), (6, 7), (8,), (9, 10), (11,))
    return Table(
        columns,
        tuple(tuple("\n".join(_told(row[at] for at in pair)) for pair in pairs) for row in cells),
    )


def _told(cells: Iterable[str]) -> list[str]:
    """What is known; a dash where nothing is."""
    return [cell for cell in cells if cell != NOTHING] or [NOTHING]


def _cells(one: RegisterRow) -> tuple[str, ...]:
    return (
        one.number,
        _narrow(one.found_on),
        one.place,
        one.what,
        _(LEVEL_NAMES[one.level]),
        _class(one),
        one.owner or NOTHING,
        one.measures or NOTHING,
        _narrow(one.fix_by),
        _(STATUS_NAMES[one.status]),
        _narrow(one.closed_on),
        one.inspector or NOTHING,
        NOTHING if one.funds_yuan is None else f"{one.funds_yuan:,}",
    )


def _class(one: RegisterRow) -> str:
    if one.kind == Kind.SERVICE:
        return NOTHING
    return _("Major") if one.legal_class == LegalClass.MAJOR else _("General")


def _narrow(day: date | None) -> str:
    """`2026-10-19` or `19 Oct 2026`."""
    if day is None:
        return NOTHING
    return bilingual(day.isoformat(), day_text(day, weekday=False, year=True))


def _box(picture: tuple[str, datetime] | None, timezone: str, *, fixed: bool) -> PhotoBox | None:
    if picture is None:
        return None
    key, at = picture
    day = day_text(clock.local_day(at, timezone), weekday=False)
    words = _("After the fix, {day}", day=day) if fixed else _("Before the fix, {day}", day=day)
    return PhotoBox(PhotoStore(settings().photo_dir).path(key), words)


def _sheet(name: str, rows: Sequence[RegisterRow]) -> SheetTable:
    columns = (
        SheetColumn(_("Number")),
        SheetColumn(_("Found"), "date"),
        SheetColumn(_("Place")),
        SheetColumn(_("What is wrong")),
        SheetColumn(_("Level")),
        SheetColumn(_("Legal class")),
        SheetColumn(_("Owner")),
        SheetColumn(_("Measures")),
        SheetColumn(_("Fix by"), "date"),
        SheetColumn(_("State")),
        SheetColumn(_("Closed on"), "date"),
        SheetColumn(_("Re-inspected by")),
        SheetColumn(_("Funds (yuan)"), "number"),
    )
    return SheetTable(
        name,
        columns,
        [
            (
                one.number,
                one.found_on,
                one.place,
                one.what,
                _(LEVEL_NAMES[Level(one.level)]),
                _class(one),
                one.owner,
                one.measures,
                one.fix_by,
                _(STATUS_NAMES[one.status]),
                one.closed_on,
                one.inspector,
                one.funds_yuan,
            )
            for one in rows
        ],
    )
