"""Stocks in the managers' report: how they stand, and what must be bought anew in which month."""

from equipment.documents.paper import NOTHING, short
from equipment.service.reporting import Report
from equipment.service.shortages import Level, Want
from equipment.service.stock_figures import purchases
from equipment.units import amount_text
from safety_app.core.i18n import _, month_text
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Paragraph, Table
from safety_app.core.sheets import SheetColumn, SheetTable


def levels(report: Report) -> list[Block]:
    """How every stock stands; nothing where the hall keeps none."""
    if not report.stocks:
        return []
    columns = (
        Column(_("Kind"), 2.6), Column(_("Place"), 2.6), Column(_("Fit for use"), 1.1, "right"),
        Column(_("At least"), 1.1, "right"), Column(_("Expired"), 1.1, "right"),
        Column(_("Next expiry"), 1.3), Column(_("Remark"), 1.8),
    )  # fmt: skip
    rows = tuple(
        (
            one.title,
            one.place,
            amount_text(one.level.usable, one.unit),
            str(one.level.minimum or NOTHING),
            str(one.level.expired or NOTHING),
            short(one.level.next_expiry),
            remark(one.level),
        )
        for one in report.stocks
    )
    return [Heading(_("Stock of protective equipment")), Table(columns, rows)]


def remark(level: Level) -> str:
    """What is wrong with a stock, in short."""
    words = {
        Want.EXPIRED: _("Expired"),
        Want.SHORT: _("Below the minimum"),
        Want.EXPIRING: _("Expires within 30 days"),
    }
    return _(", ").join(words[want] for want in level.wants)


def to_buy(report: Report) -> list[Block]:
    """What must be bought anew in each of the next months."""
    if not report.stocks:
        return []
    heading = Heading(_("Stock to be bought anew in the next 24 months"))
    found = purchases(report.stocks)
    if not found:
        return [heading, Paragraph(_("Nothing of the stock expires in the next 24 months."))]
    columns = (Column(_("Month"), 1.6), Column(_("Kind"), 4), Column(_("Quantity"), 1.4, "right"))
    rows = tuple(
        (month_text(month.year, month.month), title, amount_text(n, unit))
        for month, title, unit, n in found
    )
    return [heading, Table(columns, rows), Note(how_counted())]


def how_counted() -> str:
    """What stands in which month."""
    return _(
        "What has expired or is short of the minimum stands in the first month, what expires later"
        " in its month. What is handed out meanwhile is not known and not counted."
    )


def tables(report: Report) -> list[SheetTable]:
    """The same for the workbook."""
    if not report.stocks:
        return []
    stock = (
        SheetColumn(_("Kind")), SheetColumn(_("Place")), SheetColumn(_("Fit for use"), "number"),
        SheetColumn(_("At least"), "number"), SheetColumn(_("Expired"), "number"),
        SheetColumn(_("Next expiry"), "date"), SheetColumn(_("Remark")),
    )  # fmt: skip
    lines = [
        (one.title, one.place, one.level.usable, one.level.minimum, one.level.expired,
         one.level.next_expiry, remark(one.level))
        for one in report.stocks
    ]  # fmt: skip
    buy = (SheetColumn(_("Month")), SheetColumn(_("Kind")), SheetColumn(_("Quantity"), "number"))
    needs = [(f"{month:%Y-%m}", title, n) for month, title, _unit, n in purchases(report.stocks)]
    return [
        SheetTable(_("Stock of protective equipment"), stock, lines),
        SheetTable(_("Stock to be bought"), buy, needs),
    ]
