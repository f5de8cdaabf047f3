"""What safety facilities have cost, and what they will need: by year, by month, by sort."""

from collections.abc import Mapping
from typing import Final

from equipment.documents.paper import FEW, NOTHING, yuan
from equipment.due import Cause
from equipment.models import Step
from equipment.service.forecast import Forecast, Sort
from equipment.service.history import part_name
from equipment.service.reporting import Report
from safety_app.core.i18n import N_, _, month_text
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Paragraph, Table

SPENT_ON: Final[Mapping[Step, str]] = {
    Step.SERVICE: N_("Services"),
    Step.REPAIR: N_("Repairs"),
    Step.CHANGE_CONSUMABLE: N_("Parts"),
    Step.REPLACE: N_("Replacements"),
    Step.SCRAP: N_("Disposal"),
}
NEEDS: Final[Mapping[Cause, str]] = {
    Cause.SERVICE: N_("Service"),
    Cause.EXPIRY: N_("New part"),
    Cause.SCRAP: N_("New unit"),
}


def costs(report: Report) -> list[Block]:
    heading = Heading(_("Cost by year (yuan)"))
    if not report.costs:
        return [heading, Paragraph(_("No cost is recorded."))]
    columns = (
        Column(_("Year"), 1),
        *(Column(_(name), 1.2, "right") for name in SPENT_ON.values()),
        Column(_("Total"), 1.3, "right"),
    )
    rows = tuple(
        (
            str(year),
            *(yuan(spent.get(step)) for step in SPENT_ON),
            yuan(sum(spent.values())),
        )
        for year, spent in report.costs.items()
    )
    return [heading, Table(columns, rows, note=_("As recorded with each step."))]


def budget(report: Report) -> list[Block]:
    """By month, then by what is needed."""
    plan = report.forecast
    heading = Heading(_("Budget for the next 24 months"))
    if not plan.counts:
        return [heading, Paragraph(_("Nothing falls due in the next 24 months."))]
    return [
        heading,
        month_table(plan),
        Note(how_forecast()),
        Heading(_("What is needed in the next 24 months")),
        sort_table(report),
    ]


def how_forecast() -> str:
    """On what the forecast rests."""
    return _(
        "Each service is taken as done on its day; what is overdue stands in the first month. A"
        " price is the mean of what this hall has recorded for the same in the last three years;"
        " “–” where nothing is recorded, and then it is not in the sum."
    )


def month_table(plan: Forecast) -> Table:
    """How many of what in each month, and what that may cost."""
    columns = (
        Column(_("Month"), 1.6),
        *(Column(_(name), 1, "right") for name in NEEDS.values()),
        Column(_("Cost (yuan)"), 1.4, "right"),
        Column(_("Without a price"), 1.2, "right"),
    )
    rows = [
        (
            month_text(month.year, month.month),
            *(str(plan.number(cause, month) or NOTHING) for cause in NEEDS),
            yuan(plan.cost(month)),
            str(plan.unpriced(month) or NOTHING),
        )
        for month in plan.months
    ]
    return Table(columns, (*rows, _total(plan)), first=FEW)


def _total(plan: Forecast) -> tuple[str, ...]:
    months = plan.months
    known = [cost for cost in map(plan.cost, months) if cost is not None]
    return (
        _("Total"),
        *(str(sum(plan.number(cause, month) for month in months)) for cause in NEEDS),
        yuan(sum(known)) if known else NOTHING,
        str(sum(map(plan.unpriced, months))),
    )


def sort_table(report: Report) -> Table:
    """Each sort with its number, price and cost."""
    columns = (
        Column(_("Kind"), 2.6), Column(_("Needed"), 1.8), Column(_("In 12 months"), 1, "right"),
        Column(_("In 24 months"), 1, "right"), Column(_("Price (yuan)"), 1.2, "right"),
        Column(_("From records"), 1.2, "right"), Column(_("Cost (yuan)"), 1.3, "right"),
    )  # fmt: skip
    return Table(
        columns, tuple(_sort_row(report, sort) for sort in report.forecast.sorts), first=FEW
    )


def _sort_row(report: Report, sort: Sort) -> tuple[str, ...]:
    plan = report.forecast
    price, n = plan.prices.get(sort), plan.of(sort)
    return (
        sort_kind(report, sort),
        need_text(report, sort),
        str(plan.of(sort, 12)),
        str(n),
        yuan(price.fen) if price else NOTHING,
        str(price.records) if price else NOTHING,
        yuan(price.fen * n) if price else NOTHING,
    )


def sort_kind(report: Report, sort: Sort) -> str:
    """The kind of what is needed."""
    kind = report.kinds.get(sort[0])
    return kind.display_name if kind else sort[0]


def need_text(report: Report, sort: Sort) -> str:
    """The service or part by its name, or a new unit."""
    kind = report.kinds.get(sort[0])
    if sort[1] is Cause.SCRAP or kind is None:
        return _(NEEDS[sort[1]])
    return part_name(kind, sort[2])
