"""What plans say in the hall's monthly report: in force, due for review, revisions, read."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from drills.plans.documents.paper import day as day_of
from drills.plans.reasons import reason, standing_word
from drills.plans.review import SOON_DAYS, Cause
from drills.plans.service.on_a_day import OnDay, on_day
from safety_app.core import clock
from safety_app.core.feature import Figure, Period, SectionContent
from safety_app.core.i18n import _, ngettext
from safety_app.core.pdf.blocks import Block, Column, Heading, Table

REQUESTS = (Cause.REQUEST, Cause.REQUEST_OVERDUE)


def build(session: Session, site_id: int, window_id: int | None, period: Period) -> SectionContent:
    """The plans as they stood on the last day of the month; nothing for a window or without plans.

    Judged as a day gone by, so that the report printed again says the same.
    """
    if window_id is not None:
        return SectionContent()
    on = min(
        period.last, clock.local_day(period.cutoff - timedelta(microseconds=1), period.timezone)
    )
    found = on_day(session, site_id, on, today=on + timedelta(days=1))
    if not found:
        return SectionContent()
    due = [one for one in found if one.held.review_by <= on + timedelta(days=SOON_DAYS)]
    asked = sum(why.cause in REQUESTS for one in found for why in one.whys)
    return SectionContent(
        figures=_figures(found, len(due), asked),
        paragraphs=(_paragraph(found),),
        blocks=tuple(_blocks(found)),
        facts={"plans": _facts(found)},
        focus=tuple(_focus(due, asked)),
    )


def _figures(found: Sequence[OnDay], due: int, asked: int) -> tuple[Figure, ...]:
    read, of = _read(found)
    return (
        Figure("plans.current", _("Emergency plans in order"),
               sum(one.is_current for one in found), len(found), _("of those in force"),
               minor=True),
        Figure("plans.due", _("Plans due for review within 60 days"), due, minor=True),
        Figure("plans.revisions", _("Open revisions of plans"), asked, minor=True),
        Figure("plans.read", _("Plans read and confirmed"), read, of,
               _("confirmations, of those asked for"), minor=True),
    )  # fmt: skip


def _read(found: Sequence[OnDay]) -> tuple[int, int]:
    return sum(one.coverage.read for one in found), sum(one.coverage.of for one in found)


def _paragraph(found: Sequence[OnDay]) -> str:
    read, of = _read(found)
    good = sum(one.is_current for one in found)
    return ngettext(
        "{n} emergency plan is in force, {good} in order; {read} of {of} confirmations of having"
        " read it are there.",
        "{n} emergency plans are in force, {good} in order; {read} of {of} confirmations of having"
        " read them are there.",
        len(found), good=good, read=read, of=of,
    )  # fmt: skip


def _blocks(found: Sequence[OnDay]) -> Iterator[Block]:
    yield Heading(_("Emergency plans in force"))
    columns = (
        Column(_("Number"), 1), Column(_("Emergency plan"), 3), Column(_("Version"), 1.1),
        Column(_("Review by"), 1.5), Column(_("At the end of the month"), 3.2),
        Column(_("Read by"), 1, "center"),
    )  # fmt: skip
    yield Table(columns, tuple(_row(one) for one in found))


def _row(one: OnDay) -> tuple[str, ...]:
    held, read = one.held, one.coverage
    return (
        held.number, held.title, _("Version {n}", n=held.version), day_of(held.review_by),
        "\n".join((standing_word(one), *map(reason, one.whys))),
        f"{read.read}/{read.of}",
    )  # fmt: skip


def _facts(found: Sequence[OnDay]) -> list[list[Any]]:
    return [
        [one.held.number, one.held.version, str(one.standing), one.coverage.read, one.coverage.of]
        for one in found
    ]


def _focus(due: Sequence[OnDay], asked: int) -> Iterator[str]:
    if due:
        yield ngettext("review {n} emergency plan", "review {n} emergency plans", len(due))
    if asked:
        yield ngettext("finish {n} revision of plans", "finish {n} revisions of plans", asked)
