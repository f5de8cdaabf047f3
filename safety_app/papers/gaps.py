"""What the shelf lacks of what an inspector asks for: never filed, ended, too old, ending soon,
months without their paper, a contract without an end.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from dateutil.relativedelta import relativedelta
from sqlalchemy.orm import Session

from safety_app.core.access import Actor
from safety_app.core.i18n import bilingual, month_text
from safety_app.features import features
from safety_app.papers import service
from safety_app.papers.kinds import Kind, kinds
from safety_app.papers.service import SOON_DAYS, PaperRow
from safety_app.workplace import service as workplace

GRACE_DAYS: Final = 10
"""A monthly report of October comes in the first days of November."""
YEAR_MONTHS: Final = 12
"""Months without their paper are named for so long."""
LONG_MONTHS: Final = 6
"""What is due as seldom as this is told ahead; a monthly report is not."""


class Why(StrEnum):
    """What is wrong with a kind of paper, the gravest first."""

    MISSING = "missing"
    ENDED = "ended"
    OLD = "old"
    MONTHS = "months"
    ENDLESS = "endless"
    ENDING = "ending"


ORDER: Final = tuple(Why)


@dataclass(frozen=True, slots=True)
class Gap:
    """A kind that is not in order; `on` is the day on which its paper ended, ends or was due.

    `without` are the first days of months that have no paper.
    """

    kind: Kind
    why: Why
    paper: PaperRow | None = None
    on: date | None = None
    months: int | None = None
    without: tuple[date, ...] = ()

    @property
    def name(self) -> str:
        """The kind; of several papers of it, also which one."""
        if self.kind.several and self.paper is not None:
            return f"{self.kind.display_name} · {self.paper.title}"
        return self.kind.display_name


def list_gaps(session: Session, actor: Actor, *, today: date) -> list[Gap]:
    """All gaps of the hall's shelf, the gravest first, for whoever may see it."""
    service.require_view(actor)
    found = gaps_of(session, actor.site_id, kinds().values(), today)
    return sorted(found, key=lambda gap: (ORDER.index(gap.why), gap.on or date.min))


def gaps_of(session: Session, site_id: int, wanted: Iterable[Kind], today: date) -> list[Gap]:
    """The gaps among some kinds, in their order; what records stand for needs no paper."""
    kept = stood_for(session, site_id)
    asked = [kind for kind in wanted if kind.expected and kind.code not in kept]
    papers = service.papers_of(session, site_id, [kind.code for kind in asked], today)
    is_key_unit = workplace.site(session, site_id).key_fire_unit
    own = {kind: [one for one in papers if one.kind == kind] for kind in asked}
    began = {kind.code: min(one.dated_on for one in rows) for kind, rows in own.items() if rows}
    return [
        gap
        for kind in asked
        for gap in _gaps(kind, own[kind], today, is_key_unit, began.get(kind.each_month_since))
    ]


def stood_for(session: Session, site_id: int) -> frozenset[str]:
    """The kinds of which features keep records themselves, so that no scan is missing."""
    found: frozenset[str] = frozenset()
    for feature in features():
        if feature.stands_for is not None:
            found |= feature.stands_for(session, site_id)
    return found


def _gaps(
    kind: Kind, papers: Sequence[PaperRow], today: date, is_key_unit: bool, began: date | None
) -> Iterator[Gap]:
    if not papers:
        yield Gap(kind, Why.MISSING)
    elif kind.each_month_since and (without := months_without(papers, began, today)):
        yield Gap(kind, Why.MONTHS, papers[0], without=without)
        return
    for paper in _newest(kind, papers):
        gap = _gap(kind, paper, today, kind.due_months(is_key_unit=is_key_unit))
        if gap is not None:
            yield gap


def months_without(papers: Sequence[PaperRow], began: date | None, today: date) -> tuple[date, ...]:
    """The months of the last twelve that are over and have no paper, the oldest first.

    They count from the contract on, without one from the first paper. What is dated in the first
    days of a month is of the month before, unless that has its paper already.
    """
    days = sorted(one.dated_on for one in papers)
    covered: set[date] = set()
    for day in days:
        month = day.replace(day=1)
        before = month - relativedelta(months=1)
        covered.add(before if day.day <= GRACE_DAYS and before not in covered else month)
    start = (began or min(covered)).replace(day=1)
    start = max(start, today.replace(day=1) - relativedelta(months=YEAR_MONTHS))
    wanted = [start + relativedelta(months=at) for at in range(YEAR_MONTHS + 1)]
    ended = today - relativedelta(days=GRACE_DAYS)
    return tuple(
        month
        for month in wanted
        if month not in covered and month + relativedelta(months=1) <= ended
    )


def _newest(kind: Kind, papers: Sequence[PaperRow]) -> list[PaperRow]:
    """The paper that counts; where there are several of a kind, one of each title."""
    if not kind.several:
        return list(papers[:1])
    titles: dict[str, PaperRow] = {}
    for paper in papers:
        titles.setdefault(paper.title.casefold(), paper)
    return list(titles.values())


def months_text(months: Iterable[date]) -> str:
    """The months that lack a paper, in words."""
    return bilingual("、", ", ").join(month_text(one.year, one.month) for one in months)


def _gap(kind: Kind, paper: PaperRow, today: date, months: int | None) -> Gap | None:
    soon = relativedelta(days=SOON_DAYS)
    if paper.valid_until is not None:
        if paper.valid_until < today:
            return Gap(kind, Why.ENDED, paper, paper.valid_until)
        if paper.valid_until <= today + soon:
            return Gap(kind, Why.ENDING, paper, paper.valid_until)
        return None
    if kind.needs_end:
        return Gap(kind, Why.ENDLESS, paper)
    if months is None:
        return None
    due = paper.dated_on + relativedelta(months=months)
    if due + relativedelta(days=GRACE_DAYS) < today:
        return Gap(kind, Why.OLD, paper, due, months)
    if months >= LONG_MONTHS and due <= today + soon:
        return Gap(kind, Why.ENDING, paper, due, months)
    return None
