"""The quarterly statistics that the person in charge signs: PDF and Excel."""

from hazards.documents.paper import NOTHING, Head, date_units, print_paper
from hazards.service import Line, Quarter
from safety_app.core.i18n import _, day_text, language, moment_text
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Note,
    SignatureLine,
    Signatures,
    Table,
    Title,
)
from safety_app.core.sheets import Cell, SheetColumn, SheetTable, workbook

YUAN = 10_000
"""The form counts in units of ten thousand yuan (万元)."""


def statistics_pdf(quarter: Quarter, head: Head) -> bytes:
    """The form in the current language, in landscape."""
    return print_paper(statistics_blocks(quarter, head), head, title=_title(), landscape=True)


def statistics_xlsx(quarter: Quarter, head: Head) -> bytes:
    """The same figures as an Excel workbook."""
    columns = (SheetColumn(_("Period")), *(SheetColumn(name, "number") for name in _labels()))
    figures = SheetTable(
        _quarter_text(quarter),
        columns,
        [(name, *_numbers(line)) for name, line in _lines(quarter)],
    )
    facts = SheetTable(
        _("Statistics"),
        (SheetColumn(_("Fact")), SheetColumn(_("Value"))),
        [
            (_("Unit"), head.unit),
            (_("Quarter"), _quarter_text(quarter)),
            (_("As of"), _as_of(quarter, head)),
            *((_("Remark"), text) for text in _remarks(quarter)),
        ],
    )
    return workbook([figures, facts], title=_title(), created_at=quarter.cutoff)


def statistics_blocks(quarter: Quarter, head: Head) -> list[Block]:
    """Head, the two lines, how they are counted, and who signs."""
    subtitle = [
        _("Unit (seal): {unit}        {quarter}", unit=head.unit, quarter=_quarter_text(quarter)),
    ]
    if not quarter.is_final:
        moment = _as_of(quarter, head)
        subtitle.append(
            _("As of {moment}: the quarter is not over, these figures are not final.",
              moment=moment)
        )  # fmt: skip
    return [
        Title(_title(), "\n".join(subtitle)),
        *head.limits(),
        _table(quarter),
        Note(("" if language() == "zh_CN" else " ").join(_remarks(quarter))),
        Signatures(
            (
                SignatureLine(_("Filled in by:")),
                SignatureLine(_("Checked by:")),
                SignatureLine(_("Person in charge of the unit (signature):")),
            ),
            _("Date:"),
            date_units(),
            seal=_("Seal of the unit"),
        ),
    ]


def yuan_text(yuan: int) -> str:
    """Yuan as ten thousands, exactly: 12,500 is `1.25`."""
    return f"{yuan / YUAN:.4f}".rstrip("0").rstrip(".")


def _title() -> str:
    return _("Quarterly statistics of hazards found and rectified")


def _quarter_text(quarter: Quarter) -> str:
    if language() == "en":
        return f"Q{quarter.quarter} {quarter.year}"
    return f"{quarter.year}年 第{'一二三四'[quarter.quarter - 1]}季度"


def _as_of(quarter: Quarter, head: Head) -> str:
    if quarter.is_final:
        return f"{day_text(quarter.last, weekday=False, year=True)} 24:00"
    return moment_text(quarter.cutoff, head.timezone, year=True)


def _lines(quarter: Quarter) -> tuple[tuple[str, Line], ...]:
    return (
        (_("This quarter"), quarter.this_quarter),
        (_("Year to date"), quarter.this_year),
    )


def _labels() -> tuple[str, ...]:
    general, major = _("General hazards"), _("Major hazards")
    return (
        _("{group}: found", group=general),
        _("{group}: fixed", group=general),
        _("{group}: rate (%)", group=general),
        _("{group}: found", group=major),
        _("{group}: fixed", group=major),
        _("{group}: rate (%)", group=major),
        _("Major hazards planned"),
        _("Owner settled"),
        _("Measures settled"),
        _("Money settled"),
        _("Deadline settled"),
        _("Backup plan settled"),
        _("Funds settled (ten thousand yuan)"),
    )


def _numbers(line: Line) -> tuple[Cell, ...]:
    planned = [line.planned] * 6
    return (
        line.general,
        line.general_rectified,
        _share(line.general_rectified, line.general),
        line.major,
        line.major_rectified,
        _share(line.major_rectified, line.major),
        *planned,
        line.funds_yuan / YUAN,
    )


def _share(rectified: int, found: int) -> float | None:
    return round(100 * rectified / found, 1) if found else None


def _rate(rectified: int, found: int) -> str:
    share = _share(rectified, found)
    return NOTHING if share is None else f"{share:.1f}"


def _table(quarter: Quarter) -> Table:
    *counts, funds = _labels()
    columns = (
        Column(_("Period"), 1.4, is_name=True),
        *(Column(name, 1, "center") for name in counts),
        Column(funds, 1.3, "center"),
    )
    return Table(columns, tuple((name, *_cells(line)) for name, line in _lines(quarter)))


def _cells(line: Line) -> tuple[str, ...]:
    return (
        str(line.general),
        str(line.general_rectified),
        _rate(line.general_rectified, line.general),
        str(line.major),
        str(line.major_rectified),
        _rate(line.major_rectified, line.major),
        *([str(line.planned)] * 6),
        yuan_text(line.funds_yuan),
    )


def _remarks(quarter: Quarter) -> list[str]:
    """How the figures are counted and from when, which an auditor asks first."""
    begun = day_text(quarter.begun_on, weekday=False, year=True)
    since = _("The records of this hall begin on {day}.", day=begun)
    return [
        *([since] if quarter.begins_late else []),
        _(
            "Note: the general hazards contain {quarter} corrected on the spot this quarter and"
            " {year} this year.",
            quarter=quarter.this_quarter.spot,
            year=quarter.this_year.spot,
        ),
        _(
            "Rectified are those found in the period and closed before the cut-off. Planned are"
            " the major hazards on the list in the period that were handed out with all five facts"
            " settled. Service points are not counted."
        ),
    ]
