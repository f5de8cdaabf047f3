"""The report of safety facilities for managers: figures first, then lists, budget, files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from equipment.documents import archive, stocks
from equipment.documents.budget import budget, costs
from equipment.documents.lists import LEFT_BY, ahead, gone, overdue
from equipment.documents.paper import (
    FEW,
    Head,
    print_paper,
    rate,
    signatures,
    yuan,
)
from equipment.models import Step
from equipment.service.asof import Lack
from equipment.service.figures import Covered, Tally
from equipment.service.reporting import Report
from safety_app.core.i18n import N_, _, bilingual, month_text, ngettext
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Heading,
    Note,
    Paragraph,
    Table,
    Title,
)

LACK_NAMES: Final[Mapping[Lack, str]] = {
    Lack.SCRAP: N_("To be scrapped and replaced"),
    Lack.AWAY: N_("Away for service"),
    Lack.OUT: N_("Out of service"),
    Lack.EXPIRY: N_("A part has expired"),
    Lack.UNDATED: N_("Printed date of a part not recorded"),
    Lack.SERVICE: N_("Service overdue"),
    Lack.INSPECTION: N_("Inspection overdue"),
    Lack.FAILED: N_("Last inspection not passed, nothing done since"),
}


def title() -> str:
    """What the paper is called."""
    return _("Report of safety facilities")


def report_pdf(report: Report, head: Head) -> bytes:
    """The paper in the current language."""
    return print_paper(report_blocks(report, head), head, title=title())


def report_blocks(report: Report, head: Head) -> list[Block]:
    """Everything from the title to the signatures."""
    as_of = _("As of {moment}", moment=head.moment)
    return [
        Title(title(), f"{head.unit}\n{as_of}"),
        *head.limits(),
        Heading(_("Overview")),
        *(Paragraph(text) for text in overview(report)),
        figure_table(report),
        Note(how_counted(report)),
        *_lacks(report.whole),
        Heading(_("By kind")),
        tally_table(_("Kind"), report.by_kind),
        Heading(_("By place")),
        tally_table(_("Place"), report.by_place),
        *stocks.levels(report),
        *overdue(report),
        *ahead(report),
        *gone(report),
        Heading(_("Inspections by month")),
        coverage_table(report.coverage),
        Note(how_covered()),
        *costs(report),
        *budget(report),
        *stocks.to_buy(report),
        signatures(_("Safety officer (signature):"), _("Person in charge (signature):")),
        *archive.blocks(report),
    ]


def overview(report: Report) -> Iterator[str]:
    """The figures in sentences."""
    whole = report.whole
    if not whole.registered:
        yield _("No safety facility is registered.")
        return
    yield _(
        "Registered: {n}, of which intact: {intact} ({rate}).",
        n=whole.registered,
        intact=whole.intact,
        rate=rate(whole.intact, whole.registered),
    )
    if whole.late:
        words = ngettext("{n} is past a date", "{n} are past a date", whole.late)
        yield _("{overdue}; see the list.", overdue=words)
    else:
        yield _("Nothing is past its date.")
    if whole.ahead:
        yield _(
            "Within 30 days {soon} and within 90 days {ahead} fall due for service, new parts or"
            " replacement.",
            soon=whole.soon,
            ahead=whole.ahead,
        )


def figures(report: Report) -> list[tuple[str, str, str, str]]:
    """Name, value, numerator over denominator, and a remark, of each main figure."""
    whole, year = report.whole, report.asof.day.year
    last = [one for one in report.coverage if not one.is_running]
    spent = report.costs.get(year, {})
    left = {step: sum(one.step is step for one in report.gone) for step in LEFT_BY}
    rows = [
        (_("On the register"), str(whole.registered), "", ""),
        (_("Intact rate"), rate(whole.intact, whole.registered),
         f"{whole.intact}/{whole.registered}", _remarks(whole)),
        (_("Past a date"), str(whole.late), "", _("each counted once")),
        (_("Due within 30 days"), str(whole.soon), "", _("service, new part or replacement")),
        (_("Due within 90 days"), str(whole.ahead), "", _("including those within 30 days")),
        (_("Away for service"), str(whole.of(Lack.AWAY)), "", ""),
    ]  # fmt: skip
    if last:
        month = month_text(last[-1].month.year, last[-1].month.month)
        rows.append((_("Inspection coverage"), rate(last[-1].done, last[-1].due),
                     f"{last[-1].done}/{last[-1].due}", month))  # fmt: skip
    said = _(
        "scrapped {scrapped}, lost {lost}; of these, replaced {replaced}",
        scrapped=left[Step.SCRAP],
        lost=left[Step.LOSE],
        replaced=left[Step.REPLACE],
    )
    rows.append(
        (_("Left the register this year"), str(left[Step.SCRAP] + left[Step.LOSE]), "", said)
    )
    total = sum(spent.values()) if spent else None
    rows.append((_("Spent this year (yuan)"), yuan(total), "", _("as far as recorded")))
    return rows


def _remarks(whole: Tally) -> str:
    """What is among the intact ones."""
    said = []
    if whole.never:
        said.append(ngettext("{n} not inspected yet, not due before its first date",
                             "{n} not inspected yet, not due before their first date",
                             whole.never))  # fmt: skip
    if whole.mended:
        said.append(ngettext("{n} repaired since it failed", "{n} repaired since they failed",
                             whole.mended))  # fmt: skip
    return _("; ").join(said)


def figure_table(report: Report) -> Table:
    """The main figures."""
    columns = (
        Column(_("Figure"), 2.4), Column(_("Value"), 1.2, "right"), Column(_("Of"), 1.2, "right"),
        Column(_("Remark"), 4),
    )  # fmt: skip
    return Table(columns, tuple(figures(report)))


def how_counted(report: Report) -> str:
    """How the intact rate is made, and what of a past day is as it is known now."""
    rule = _(
        "Intact: in its place, no service, part or scrap date reached, no inspection overdue, and"
        " the last inspection passed. The rate is of everything on the register; what was scrapped"
        " or lost is not on it."
    )
    if report.asof.today == report.asof.day:
        return rule
    known = _(
        "Places, inspections and services are those known at that time; rules and what is written"
        " on the facilities are as they are now."
    )
    return rule + bilingual("", " ") + known


def _lacks(whole: Tally) -> list[Block]:
    """Why what is not intact is not."""
    rows = tuple((_(LACK_NAMES[lack]), str(whole.of(lack))) for lack in Lack if whole.of(lack))
    if not rows:
        return []
    note = _("One facility may stand in several lines.")
    columns = (Column(_("Reason"), 5), Column(_("Facilities"), 1.2, "right"))
    return [Heading(_("Why not intact")), Table(columns, rows, note=note)]


def tally_table(label: str, lines: Sequence[tuple[str, Tally]]) -> Table:
    """Groups of facilities beside each other."""
    columns = (
        Column(label, 3.6),
        *(Column(name, 1.05, "right") for name in (
            _("On register"), _("Intact"), _("Share intact"), _("Past a date"), _("In 30 days"),
            _("In 90 days"), _("Away or out"),
        )),
    )  # fmt: skip
    return Table(columns, tuple((name, *_cells(tally)) for name, tally in lines), first=FEW)


def _cells(tally: Tally) -> tuple[str, ...]:
    return (
        str(tally.registered),
        str(tally.intact),
        rate(tally.intact, tally.registered),
        str(tally.late),
        str(tally.soon),
        str(tally.ahead),
        str(tally.of(Lack.AWAY) + tally.of(Lack.OUT)),
    )


def coverage_table(coverage: Sequence[Covered]) -> Table:
    """What should have been inspected in each month, and what was."""
    columns = (
        Column(_("Month"), 2), Column(_("To inspect"), 1, "right"),
        Column(_("Inspected"), 1, "right"),
        Column(_("Coverage"), 1, "right"), Column(_("Remark"), 2),
    )  # fmt: skip
    rows = tuple(
        (
            month_text(one.month.year, one.month.month),
            str(one.due),
            str(one.done),
            rate(one.done, one.due),
            _("month not over") if one.is_running else "",
        )
        for one in coverage
    )
    return Table(columns, rows, first=FEW)


def how_covered() -> str:
    """Which inspections a month asks for."""
    return _(
        "Due are the facilities whose inspection fell due in the month or before and that were"
        " there."
    )


def standing(lacks: Sequence[Lack]) -> str:
    """How an item stands, in words."""
    return _("; ").join(_(LACK_NAMES[lack]) for lack in lacks) or _("Intact")
