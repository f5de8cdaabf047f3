"""What safety facilities give to the papers for an inspector: chapter 6."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from equipment.documents import archive, lists, yearly
from equipment.documents.paper import short
from equipment.documents.report import coverage_table, figure_table, how_counted, tally_table
from equipment.due import add_months
from equipment.models import ON_REGISTER, Item, ItemStepFile
from equipment.service import figures, reporting
from equipment.service.asof import AsOf, Lack
from equipment.service.figures import Gone, Work
from equipment.service.reporting import Report
from safety_app.core.feature import Chapter
from safety_app.core.i18n import _, ngettext
from safety_app.core.pdf.blocks import Block, Heading, Note
from safety_app.workplace import service as workplace

MOST: Final = 300
"""Extinguishers one by one, and services."""
MOST_SCANS: Final = 60
STOOD_FOR: Final = frozenset({"equipment-register", "equipment-care"})
"""The kinds of papers on file that the register makes needless."""


def stands_for(session: Session, site_id: int) -> frozenset[str]:
    """Which papers on file the register stands for: those of equipment, once it holds any."""
    query = select(func.count()).where(Item.site_id == site_id, Item.status.in_(ON_REGISTER))
    return STOOD_FOR if session.scalar(query) else frozenset()


def equipment(session: Session, site_id: int, now: datetime) -> Chapter:
    """Register, a year of inspections, services and scrapping, with the proofs behind them."""
    if not stands_for(session, site_id):
        return Chapter()
    asof = AsOf(now, workplace.site(session, site_id).timezone)
    report = reporting.report_of(session, site_id, asof)
    first = add_months(asof.day, -12)
    work = figures.served(session, site_id, asof, first)
    gone = figures.gone(session, site_id, asof, first)
    steps = [(one.on, one.step_id) for one in work] + [(one.on, one.step_id) for one in gone]
    files = _files(session, [step_id for _on, step_id in sorted(steps, reverse=True)])
    scans, proved = list(files), _proved(report, work, gone)
    blocks: list[Block] = [
        figure_table(report),
        Note(how_counted(report)),
        Heading(_("Register by kind")),
        tally_table(_("Kind"), report.by_kind),
        Heading(_("Register by place")),
        tally_table(_("Place"), report.by_place),
        *archive.file_blocks(report, MOST),
        Heading(_("Inspections of the last 12 months")),
        coverage_table(report.coverage),
        *yearly.blocks(report, MOST),
        Heading(_("Services of the last 12 months")),
        *_work(report, work),
        Heading(_("Scrapped, replaced and lost in the last 12 months")),
        *lists.gone_blocks(report, gone, _("Nothing was scrapped, replaced or lost in this time.")),
        *lists.overdue(report),
    ]
    if len(scans) > MOST_SCANS:
        words = _("Behind this chapter are the latest {shown} of {all} documents.",
                  shown=MOST_SCANS, all=len(scans))  # fmt: skip
        blocks.append(Note(words))
    return Chapter(
        blocks=tuple(blocks),
        scans=tuple(scans[:MOST_SCANS]),
        captions={id_: _caption([proved[step] for step in files[id_]]) for id_ in scans},
        shortfalls=tuple(shortfalls(report)),
        landscape=True,
    )


def shortfalls(report: Report) -> Iterator[str]:
    """What the records show as not done."""
    whole = report.whole
    if n := whole.of(Lack.SCRAP):
        yield ngettext("{n} facility should have been scrapped and replaced.",
                       "{n} facilities should have been scrapped and replaced.", n)  # fmt: skip
    if n := whole.of(Lack.SERVICE):
        yield ngettext("{n} facility is overdue for service.",
                       "{n} facilities are overdue for service.", n)  # fmt: skip
    if n := whole.of(Lack.EXPIRY):
        yield ngettext("{n} facility holds a part that has expired.",
                       "{n} facilities hold parts that have expired.", n)  # fmt: skip
    if n := whole.of(Lack.UNDATED):
        yield ngettext("{n} facility holds a part whose printed date is not recorded.",
                       "{n} facilities hold parts whose printed dates are not recorded.",
                       n)  # fmt: skip
    if n := whole.of(Lack.INSPECTION):
        yield ngettext("{n} facility is overdue for inspection.",
                       "{n} facilities are overdue for inspection.", n)  # fmt: skip
    if n := whole.of(Lack.FAILED):
        yield ngettext("{n} facility failed its last inspection and nothing was done since.",
                       "{n} facilities failed their last inspection and nothing was done since.",
                       n)  # fmt: skip
    left = [one for one in report.coverage if not one.is_running and one.done < one.due]
    if left:
        missed = sum(one.due - one.done for one in left)
        yield ngettext(
            "In {months} of the last months inspections were left out, {n} in all.",
            "In {months} of the last months inspections were left out, {n} in all.",
            missed,
            months=len(left),
        )


def _work(report: Report, work: Sequence[Work]) -> list[Block]:
    nothing = _("No service is recorded in this time.")
    found = lists.work_blocks(report, work[:MOST], nothing)
    if len(work) > MOST:
        words = _("The latest {shown} of {all}.", shown=MOST, all=len(work))
        found.append(Note(words))
    return found


def _proved(report: Report, work: Sequence[Work], gone: Sequence[Gone]) -> dict[int, str]:
    """What each step was: the day, the code, what was done."""
    words = {one.step_id: (one.on, one.code, lists.work_text(report, one)) for one in work}
    words |= {one.step_id: (one.on, one.code, _(lists.LEFT_BY[one.step])) for one in gone}
    return {step: f"{code} {what} {short(on)}" for step, (on, code, what) in words.items()}


def _caption(said: Sequence[str]) -> str:
    """What a document proves; of many steps the first, and how many more."""
    if len(said) <= 1:
        return "".join(said)
    return _("{what} and {n} more", what=said[0], n=len(said) - 1)


def _files(session: Session, step_ids: Sequence[int]) -> dict[int, list[int]]:
    """The documents that prove these steps, in their order, each with its steps."""
    order = {step_id: at for at, step_id in enumerate(step_ids)}
    found: list[tuple[int, int]] = []
    for start in range(0, len(step_ids), 500):
        query = select(ItemStepFile.step_id, ItemStepFile.file_id).where(
            ItemStepFile.step_id.in_(step_ids[start : start + 500])
        )
        found += [(order[step_id], file_id) for step_id, file_id in session.execute(query)]
    steps: dict[int, list[int]] = {}
    for at, file_id in sorted(found):
        steps.setdefault(file_id, []).append(step_ids[at])
    return steps
