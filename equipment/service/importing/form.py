"""Workbooks around an import: the form to fill in, and the faulty rows to correct."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import xlsxwriter
from sqlalchemy.orm import Session

from equipment.kinds import Kind
from equipment.service import facts
from equipment.service.importing.checks import plan_import
from equipment.service.importing.columns import COLUMNS, LABELS, STATUS_WORDS, USUAL
from equipment.service.importing.lines import Line, Plan
from equipment.service.importing.reading import WHERE, Listed, require_import
from equipment.service.places import places
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.i18n import _, language
from safety_app.core.sheets import A4, FONT, HEAD, Cell, SheetColumn, SheetTable, workbook

ROWS: Final = 5_000
EXAMPLE: Final = {"font_color": "#6B7785", "italic": True}
NEEDED: Final = {"bg_color": "#DCEBF2"}
EXAMPLES: Final = 3
WIDTHS: Final[Mapping[str, int]] = {"name": 26, "place": 24, "placing": 22, "note": 24}


def list_form(session: Session, actor: Actor, *, now: datetime) -> bytes:
    """The form in the current language, with this hall's kinds, places and people to choose."""
    require_import(actor)
    choices = _choices(session, actor)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        made = now.replace(tzinfo=None)
        book.set_properties({"title": _("Safety facilities"), "created": made, "author": ""})
        _list(book, choices)
        hints = book.add_worksheet(_("How to fill in"))
        hints.set_column(0, 0, 110, book.add_format({**FONT, "text_wrap": True}))
        for number, line in enumerate(_hints()):
            hints.write_string(number, 0, line)
        _words(book, choices)
    return out.getvalue()


def faulty_rows(session: Session, actor: Actor, found: Listed, *, now: datetime) -> bytes:
    """The faulty rows as they were typed, each with what is wrong, to correct and import again."""
    plan = plan_import(session, actor, found, now=now)
    told = list(_faults(plan))
    several = len({line.sheet for line in plan.lines}) > 1
    keys = [
        one.key
        for one in COLUMNS
        if one.key in USUAL or any(line.said[one.key] for line, _faults in told)
    ]
    columns = (
        SheetColumn(_("Fault")),
        *([SheetColumn(_("Sheet"))] if several else []),
        SheetColumn(_("Row"), "number"),
        *(SheetColumn(LABELS[key].label) for key in keys),
    )
    rows: list[list[Cell]] = [
        [faults, *([line.sheet] if several else []), line.row, *(_said(line, key) for key in keys)]
        for line, faults in told
    ]
    table = SheetTable(_("Faulty rows"), columns, rows)
    return workbook([table], title=_("Faulty rows"), created_at=now)


def _said(line: Line, key: str) -> str:
    """A cell as it was typed; the place that only the name of the sheet gave is written out."""
    is_by_sheet = not any(line.said[one] for one in WHERE) and line.place_text
    return line.sheet if key == "place" and is_by_sheet else line.said[key]


def _faults(plan: Plan) -> Iterator[tuple[Line, str]]:
    """Each faulty row with its faults, one a line."""
    told: dict[tuple[str, int | None], list[str]] = {}
    for one in plan.problems:
        text = _("{what}: {value}", what=one.column, value=one.text) if one.column else one.text
        told.setdefault((one.sheet, one.row), []).append(text)
    for line in plan.lines:
        faults = told.get((line.sheet, line.row))
        if faults:
            yield line, "\n".join(faults)


def _choices(session: Session, actor: Actor) -> dict[str, list[str]]:
    """What may be chosen in a column; other words are understood too."""
    ground = facts.ground(session, actor.site_id)
    named = places(session, actor.site_id)
    windows = [named.windows[one.id] for one in ground.windows.values() if one.is_active]
    areas = [named.locations[one.id] for one in ground.locations.values() if one.is_active]
    people = [one.display_name for one in accounts.list_people(session, actor.site_id)]
    at = 1 if language() == "en" else 0
    return {
        "name": [kind.display_name for kind in ground.kinds.values() if _is_listed(kind)],
        "place": [*areas, *windows],
        "custodian": list(dict.fromkeys(people)),
        "window": windows,
        "status": [words[at] for words in list(STATUS_WORDS.values())[:EXAMPLES]],
    }


def _is_listed(kind: Kind) -> bool:
    return kind.is_offered and not kind.is_stocked


def _list(book: Any, choices: Mapping[str, Sequence[str]]) -> None:
    sheet = book.add_worksheet(_("Safety facilities"))
    text = book.add_format({**FONT, "num_format": "@"})
    head, needed = book.add_format(HEAD), book.add_format({**HEAD, **NEEDED})
    example = book.add_format({**FONT, **EXAMPLE, "num_format": "@"})
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    for at, column in enumerate(COLUMNS):
        sheet.set_column(at, at, WIDTHS.get(column.key, 14), text)
        sheet.write_string(0, at, column.label, needed if column.key in USUAL else head)
        for row, said in enumerate(_examples(choices), start=1):
            sheet.write_string(row, at, said.get(column.key, ""), example)
        if choices.get(column.key):
            _offer(sheet, at, column.key, choices)


def _offer(sheet: Any, at: int, key: str, choices: Mapping[str, Sequence[str]]) -> None:
    """A list to choose from that takes other words as well."""
    letter, count = chr(ord("A") + list(choices).index(key)), len(choices[key])
    source = f"='{_('Choices')}'!${letter}$2:${letter}${count + 1}"
    sheet.data_validation(
        1, at, ROWS, at, {"validate": "list", "source": source, "show_error": False}
    )


def _words(book: Any, choices: Mapping[str, Sequence[str]]) -> None:
    sheet = book.add_worksheet(_("Choices"))
    head, text = book.add_format(HEAD), book.add_format(FONT)
    for at, (key, words) in enumerate(choices.items()):
        sheet.set_column(at, at, 32, text)
        # Not the heading itself: this sheet must not be read as a list.
        sheet.write_string(0, at, _("Possible: {column}", column=LABELS[key].label), head)
        for row, word in enumerate(words, start=1):
            sheet.write_string(row, at, word)


def _examples(choices: Mapping[str, Sequence[str]]) -> Iterable[Mapping[str, str]]:
    place = next(iter(choices["place"]), "")
    person = next(iter(choices["custodian"]), "")
    return (
        {
            "name": _("Example: ABC powder extinguisher"), "model": "MFZ/ABC4", "count": "2",
            "made": "2024-03", "place": place, "custodian": person,
            "placing": _("Right of the counter"),
        },
        {
            "name": _("Example: CO₂ extinguisher"), "model": "MT3", "count": "1",
            "made": "2019-11", "serviced": "2025-04", "place": place, "custodian": person,
        },
        {"name": _("Example: emergency light"), "count": "6", "place": place},
    )  # fmt: skip


def _hints() -> list[str]:
    return [
        _("One row for pieces that are alike and in one place; coloured columns are what most"
          " lists have. Columns may be left out, renamed as usual or put in another order."),
        _("Rows that begin with “Example” are not imported; they may stay or go."),
        _("Name and model: as they are written on the thing. An extinguisher's agent and size are"
          " read from the model, such as MFZ/ABC4, MT3, MSWZ/3, MFTZ/ABC35."),
        _("Quantity 12 makes 12 pieces, each with a code of its own for its label."),
        _("Made and last service: year and month as 2024-03. Leave empty what nobody knows: it is"
          " to be read off the item within 30 days. Write “unreadable” where somebody has looked"
          " and nothing can be read: that is a scrap condition."),
        _("Location: a window, a location of the hall or a floor; what stands behind it says where"
          " exactly."),
        _("Custodian: the name or staff number of somebody who works here."),
        _("Code: only if the thing has a label already. Rows with a code that is registered change"
          " that item; an empty cell changes nothing."),
        _("Importing the same list again registers nothing twice."),
    ]  # fmt: skip
