"""What the shelf holds of what an inspector asks for: a list, the scans, and what is missing."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Final

from dateutil.relativedelta import relativedelta
from sqlalchemy.orm import Session

from safety_app.core import clock
from safety_app.core.feature import Chapter, Dossier
from safety_app.core.i18n import _
from safety_app.core.pdf.blocks import Block, Column, Note, Table
from safety_app.papers import service
from safety_app.papers.gaps import Gap, Why, gaps_of, months_text
from safety_app.papers.kinds import Kind, kinds
from safety_app.papers.service import PaperRow, State
from safety_app.workplace import service as workplace


def chapter(number: int, session: Session, site_id: int, now: datetime) -> Chapter:
    """The share of one chapter."""
    site = workplace.site(session, site_id)
    today = clock.local_day(now, site.timezone)
    wanted = [kind for kind in kinds().values() if kind.chapter == number]
    papers = service.papers_of(session, site_id, [kind.code for kind in wanted], today)
    shown = [one for kind in wanted for one in _shown(kind, papers, today)]
    gaps = [gap for gap in gaps_of(session, site_id, wanted, today) if gap.why is not Why.ENDING]
    return Chapter(
        blocks=_blocks(shown),
        scans=tuple(file.id for file in service.scans_of(session, [one.id for one in shown])),
        missing=tuple(_missing(gap) for gap in gaps),
    )


def _shown(kind: Kind, papers: Sequence[PaperRow], today: date) -> list[PaperRow]:
    """The newest one, and what else is not over or not too old."""
    own = [one for one in papers if one.kind == kind]
    first = today - relativedelta(months=kind.shown_months) if kind.shown_months else date.min
    return [
        one
        for at, one in enumerate(own)
        if one.dated_on >= first and (at == 0 or one.state is not State.EXPIRED)
    ]


def _missing(gap: Gap) -> str:
    """What should be there and is not, or no longer."""
    places = {"name": gap.name, "source": gap.kind.display_source}
    if gap.paper is None:
        return _("There is no “{name}” ({source}).", **places)
    if gap.without:
        return _("“{name}” is missing for {months} ({source}).",
                 months=months_text(gap.without), **places)  # fmt: skip
    if gap.why is Why.ENDLESS:
        return _("No end date of “{name}” is recorded ({source}).", **places)
    if gap.why is Why.ENDED:
        day = gap.on or gap.paper.dated_on
        return _("“{name}” ended on {day} ({source}).", day=day.isoformat(), **places)
    return _(
        "The last “{name}” is of {day}; one is due every {n} months ({source}).",
        day=gap.paper.dated_on.isoformat(), n=gap.months, **places,
    )  # fmt: skip


def _blocks(papers: Sequence[PaperRow]) -> tuple[Block, ...]:
    if not papers:
        return ()
    columns = (
        Column(_("Category"), 2.2), Column(_("Title"), 3), Column(_("Number"), 1.6),
        Column(_("Date"), 1.3), Column(_("Valid until"), 1.3),
    )  # fmt: skip
    rows = tuple(
        (
            one.kind.display_name,
            one.title + (" *" if one.is_history else ""),
            one.number or "–",
            one.dated_on.isoformat(),
            one.valid_until.isoformat() if one.valid_until else "–",
        )
        for one in papers
    )
    if not any(one.is_history for one in papers):
        return (Table(columns, rows),)
    return (Table(columns, rows), Note(_("* From before this system; in none of its figures.")))


DOSSIER: Final = tuple(
    Dossier(number, partial(chapter, number))
    for number in sorted({kind.chapter for kind in kinds().values() if kind.chapter})
)
