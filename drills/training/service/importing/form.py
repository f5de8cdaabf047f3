"""Workbooks around an import: the form to fill in, and the faulty rows to correct."""

import io
from datetime import datetime
from typing import Any, Final

import xlsxwriter
from sqlalchemy.orm import Session

from drills.training.service.courses import list_courses
from drills.training.service.importing.plan import plan_import
from drills.training.service.importing.reading import USUAL, Listed, columns, require_import
from safety_app.core.access import Actor
from safety_app.core.i18n import _, bilingual, language
from safety_app.core.sheets import A4, FONT, HEAD, Cell, SheetColumn, SheetTable, workbook

ROWS: Final = 5_000
NEEDED: Final = {"bg_color": "#DCEBF2"}
EXAMPLE: Final = {"font_color": "#6B7785", "italic": True}


def list_form(session: Session, actor: Actor, *, now: datetime) -> bytes:
    """The form in the current language, with this hall's courses to choose."""
    require_import(actor)
    names = [bilingual(one.name, one.name_en) for one in list_courses(session, actor.site_id)]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.set_properties(
            {"title": _("Training records"), "created": now.replace(tzinfo=None), "author": ""}
        )
        _list(book, names)
        hints = book.add_worksheet(_("How to fill in"))
        hints.set_column(0, 0, 110, book.add_format({**FONT, "text_wrap": True}))
        for number, line in enumerate(_hints()):
            hints.write_string(number, 0, line)
        chosen = book.add_worksheet(_("Choices"))
        chosen.set_column(0, 0, 40)
        for number, name in enumerate(names):
            chosen.write_string(number, 0, name)
    return out.getvalue()


def faulty_rows(session: Session, actor: Actor, found: Listed, *, now: datetime) -> bytes:
    """The faulty rows as they were typed, each with what is wrong, to correct and import again."""
    plan = plan_import(session, actor, found, now=now)
    told: dict[int, list[str]] = {}
    for one in plan.problems:
        text = _("{what}: {value}", what=one.column, value=one.text) if one.column else one.text
        told.setdefault(one.row or 0, []).append(text)
    rows: list[list[Cell]] = []
    for line in plan.lines:
        if line.said.number not in told:
            continue
        days = {"on": line.said.on, "valid_until": line.said.valid_until}
        cells: list[Cell] = [
            days[column.key] if column.key in days else line.said.cells[column.key]
            for column in columns()
        ]
        rows.append(["\n".join(told[line.said.number]), line.said.number, *cells])
    heads = (
        SheetColumn(_("Fault")),
        SheetColumn(_("Row"), "number"),
        *(
            SheetColumn(column.label, "date" if column.key in ("on", "valid_until") else "text")
            for column in columns()
        ),
    )
    table = SheetTable(_("Faulty rows"), heads, rows)
    return workbook([table], title=_("Faulty rows"), created_at=now)


def _list(book: Any, names: list[str]) -> None:
    sheet = book.add_worksheet(_("Training records"))
    text = book.add_format({**FONT, "num_format": "@"})
    head, needed = book.add_format(HEAD), book.add_format({**HEAD, **NEEDED})
    example = book.add_format({**FONT, **EXAMPLE, "num_format": "@"})
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sample = _example(names)
    for at, column in enumerate(columns()):
        sheet.set_column(at, at, 26 if column.key in ("course", "note", "issuer") else 14, text)
        sheet.write_string(0, at, column.label, needed if column.key in USUAL else head)
        sheet.write_string(1, at, sample.get(column.key, ""), example)
        if column.key == "course" and names:
            source = f"='{_('Choices')}'!$A$1:$A${len(names)}"
            sheet.data_validation(
                1, at, ROWS, at, {"validate": "list", "source": source, "show_error": False}
            )


def _example(names: list[str]) -> dict[str, str]:
    return {
        "name": _("Example: Wang Xiaoyan"),
        "staff_no": "0031",
        "course": names[0] if names else "",
        "on": "2026-03-15",
        "hours": "8",
        "score": "92",
        "outcome": "合格" if language() == "zh_CN" else "passed",
    }


def _hints() -> list[str]:
    return [
        _("One row for each person, course and day. Coloured columns are what most lists have;"
          " others may be left out, renamed as usual or put in another order."),
        _("Rows that begin with “Example” are not imported; they may stay or go."),
        _("Two people with one name are told apart by the staff number."),
        _("Give the result, or the score: then the pass mark of the course decides."),
        _("What is passed has no score below the pass mark, nor fewer hours than the course takes."
          " Leave hours empty that are not known."),
        _("A certificate from outside has its number, who issued it and until when it is valid."),
        _("Importing the same list again records nothing twice."),
    ]  # fmt: skip
