"""The form to fill in: a workbook with headings, an example, and lists to choose from."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import xlsxwriter

from safety_app.core.access import Role
from safety_app.core.i18n import _, language
from safety_app.core.intake import Column, Kind
from safety_app.core.sheets import A4, FONT, HEAD
from safety_app.workplace.service.importing.columns import (
    PEOPLE_COLUMNS,
    ROLE_WORDS,
    WINDOW_COLUMNS,
)

ROWS: Final = 2_000
FIRST, LAST = date(1990, 1, 1), date(2100, 12, 31)
EXAMPLE: Final = {"font_color": "#6B7785", "italic": True}
NEEDED: Final = {"bg_color": "#DCEBF2"}
Example = Mapping[str, str | date]


def form(now: datetime) -> bytes:
    """The form in the current language."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        made = now.replace(tzinfo=None)
        book.set_properties({"title": _("Windows and people"), "created": made, "author": ""})
        styles = {
            "head": book.add_format(HEAD),
            "needed": book.add_format({**HEAD, **NEEDED}),
            "text": book.add_format({**FONT, "num_format": "@"}),
            "date": book.add_format({**FONT, "num_format": "yyyy-mm-dd", "align": "left"}),
            "example": book.add_format({**FONT, **EXAMPLE}),
            "example date": book.add_format(
                {**FONT, **EXAMPLE, "num_format": "yyyy-mm-dd", "align": "left"}
            ),
        }
        first = book.add_worksheet(_("Windows"))
        _sheet(first, WINDOW_COLUMNS, _window(), styles)
        second = book.add_worksheet(_("People"))
        _sheet(second, PEOPLE_COLUMNS, _person(), styles)
        third = book.add_worksheet(_("How to fill in"))
        third.set_column(0, 0, 100, book.add_format({**FONT, "text_wrap": True}))
        for number, line in enumerate(_hints()):
            third.write_string(number, 0, line)
    return out.getvalue()


def _sheet(
    sheet: Any, columns: Sequence[Column], example: Example, styles: Mapping[str, Any]
) -> None:
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    for at, column in enumerate(columns):
        kind = "date" if column.kind is Kind.DATE else "text"
        sheet.set_column(at, at, 16 if kind == "date" else 18, styles[kind])
        sheet.write_string(0, at, column.label, styles["needed" if column.needed else "head"])
        value = example.get(column.key, "")
        if isinstance(value, date):
            sheet.write_datetime(1, at, value, styles["example date"])
        else:
            sheet.write_string(1, at, value, styles["example"])
        if column.kind is Kind.CHOICE:
            words = [_word(words) for words in column.choices.values()]
            sheet.data_validation(1, at, ROWS, at, {"validate": "list", "source": words})
        elif kind == "date":
            _only_dates(sheet, at)


def _only_dates(sheet: Any, at: int) -> None:
    sheet.data_validation(
        1, at, ROWS, at,
        {
            "validate": "date", "criteria": "between", "minimum": FIRST, "maximum": LAST,
            "error_type": "warning", "error_title": _("Date"),
            "error_message": _("Write dates as 2026-11-25."),
        },
    )  # fmt: skip


def _word(words: Sequence[str]) -> str:
    return words[1] if language() == "en" else words[0]


def _window() -> Example:
    return {
        "code": _("Example: A01"),
        "name": _("Social insurance"),
        "agency": _("Human resources bureau"),
        "lead": _("Li Min"),
        "deputy": _("Wang Xiaoyan"),
        "floor": "1",
    }


def _person() -> Example:
    return {
        "name": _("Example: Li Min"),
        "staff_no": "0001",
        "agency": _("Human resources bureau"),
        "windows": "A01",
        "role": _word(ROLE_WORDS[Role.LEAD]),
        "post": _("Head of the window"),
        "joined_on": date(2024, 3, 1),
        "trained_on": date(2026, 9, 1),
        "exam_result": _("Passed"),
    }


def _hints() -> list[str]:
    return [
        _("Fill in the sheets “{windows}” and “{people}”; coloured columns are needed.",
          windows=_("Windows"), people=_("People")),
        _("Rows that begin with “Example” are not imported; they may stay or go."),
        _("Lead and deputy: the name as in the sheet of people, or the staff number where two"
          " people have the same name."),
        _("Windows of a person: the numbers, several of them with a comma between. Empty for"
          " safety officers, managers, administrators and third parties."),
        _("Several roles: one row for each, with the same staff number."),
        _("Importing again is safe: whoever is there is known by the staff number, or else by name"
          " and window. An empty cell changes nothing, and nobody is removed."),
    ]  # fmt: skip
