"""What safety facilities say in a monthly report: figures, what to see to, what comes next."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from equipment.documents.lists import due_text
from equipment.documents.report import LACK_NAMES
from equipment.due import Cause, Due
from equipment.models import Step
from equipment.service import figures
from equipment.service.asof import AsOf, Lack, Stood, lack_of, register_at
from equipment.service.figures import SOON_DAYS, Covered, Gone, Tally, Work
from equipment.service.places import places
from safety_app.core.feature import Figure, Period, SectionContent
from safety_app.core.i18n import _, bilingual, day_text, ngettext
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Table
from safety_app.core.sheets import SheetColumn, SheetTable

SHOWN: Final = 20


class _Month:
    """The facilities of a window, or of the hall, in a month: read once, told in many ways."""

    def __init__(
        self, session: Session, site_id: int, window_id: int | None, period: Period
    ) -> None:
        self.asof = AsOf(period.cutoff, period.timezone)
        every = register_at(session, site_id, self.asof, window_id)
        self.items = [one for one in every if one.is_registered]
        self.tally: Tally = figures.tally(self.items, self.asof)
        self.covered: Covered = figures.covered(every, self.asof, period.first)
        self.failed = sum(
            not seen.passed
            for one in every
            for seen in one.inspections
            if period.first <= seen.on <= period.last
        )
        self.work: Sequence[Work] = figures.served(
            session, site_id, self.asof, period.first, window_id
        )
        self.gone: Sequence[Gone] = figures.gone(
            session, site_id, self.asof, period.first, window_id
        )
        self.places = places(session, site_id)
        self.is_site = window_id is None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not self.items and not self.gone

    def left(self, step: Step) -> int:
        """How many left the register in one way."""
        return sum(one.step is step for one in self.gone)

    @property
    def wrong(self) -> list[tuple[Stood, tuple[Lack, ...]]]:
        """What is not intact, by code."""
        found = ((one, one.lacks(self.asof)) for one in self.items)
        return [(one, lacks) for one, lacks in found if lacks]

    def coming(self, cause: Cause) -> list[tuple[Stood, Due]]:
        """What falls due in the next month for one cause."""
        found = figures.due_within(self.items, self.asof, SOON_DAYS)
        return [(one, due) for one, due in found if due.cause is cause]


def build(session: Session, site_id: int, window_id: int | None, period: Period) -> SectionContent:
    """The part of safety facilities, as known before the cut-off; nothing where there are none."""
    month = _Month(session, site_id, window_id, period)
    if month.is_empty:
        return SectionContent()
    return SectionContent(
        figures=_figures(month),
        paragraphs=tuple(_paragraphs(month)),
        blocks=tuple(_blocks(month)),
        sheets=(_sheet(month),),
        facts={"equipment": _facts(month)},
        requests=tuple(_requests(month)),
        focus=tuple(_focus(month)),
        missing=tuple(_missing(month)),
    )


def _figures(month: _Month) -> tuple[Figure, ...]:
    tally, covered = month.tally, month.covered
    return (
        Figure("equipment.intact", _("Safety facilities intact"), tally.intact, tally.registered,
               _("of all on the register")),
        Figure("equipment.inspected", _("Safety facilities inspected"), covered.done, covered.due,
               _("of those due in the month")),
        Figure("equipment.late", _("Safety facilities past a date"), tally.late),
        Figure("equipment.failed", _("Inspections that found problems"), month.failed, minor=True),
        Figure("equipment.serviced", _("Services, repairs and new parts"), len(month.work),
               minor=True),
        Figure("equipment.replaced", _("Facilities replaced"), month.left(Step.REPLACE),
               minor=True),
        Figure("equipment.scrapped", _("Facilities scrapped or lost"),
               month.left(Step.SCRAP) + month.left(Step.LOSE), minor=True),
    )  # fmt: skip


def _paragraphs(month: _Month) -> Iterator[str]:
    tally, covered = month.tally, month.covered
    yield _(
        "Safety facilities: {n}, of which intact: {intact}; to inspect: {due}, inspected: {done}.",
        n=tally.registered,
        intact=tally.intact,
        due=covered.due,
        done=covered.done,
    )
    if tally.late:
        yield ngettext("{n} safety facility is past a date.",
                       "{n} safety facilities are past a date.", tally.late)  # fmt: skip


def _blocks(month: _Month) -> Iterator[Block]:
    """What is not intact, and why."""
    wrong = month.wrong
    if not wrong:
        return
    yield Heading(_("Safety facilities to see to"))
    columns = (
        Column(_("Code"), 1.4),
        Column(_("Kind"), 2.4),
        Column(_("Place"), 2.6),
        Column(_("What is due"), 2.8),
        Column(_("Due since"), 1.4),
    )
    yield Table(columns, tuple(_cells(month, one, lacks) for one, lacks in wrong[:SHOWN]))
    if len(wrong) > SHOWN:
        words = _("The first {shown} of {all}. The Excel file has all of them.", shown=SHOWN,
                  all=len(wrong))  # fmt: skip
        yield Note(words)


def _cells(month: _Month, one: Stood, lacks: Sequence[Lack]) -> tuple[str, ...]:
    return (
        one.row.code,
        f"{one.kind.display_name} {one.row.size}".strip(),
        month.places.text(*one.place),
        _("; ").join(_why(one, lack) for lack in lacks),
        _narrow(_since(one, lacks)),
    )


def _why(one: Stood, lack: Lack) -> str:
    """The service or part that is due by its name, else what is wrong."""
    behind = next((due for due in one.dues if lack_of(due) is lack), None)
    if behind is not None and lack in (Lack.SERVICE, Lack.EXPIRY, Lack.UNDATED):
        return due_text(one.kind, behind)
    return _(LACK_NAMES[lack])


def _since(one: Stood, lacks: Sequence[Lack]) -> date | None:
    """The oldest date that was not kept; of what is away the day it went."""
    reached = [due.on for due in one.dues if lack_of(due) in lacks]
    if reached:
        return min(reached)
    return one.status_on if Lack.AWAY in lacks else one.last_inspected_on


def _narrow(day: date | None) -> str:
    return bilingual(day.isoformat(), day_text(day, weekday=False, year=True)) if day else "–"


def _sheet(month: _Month) -> SheetTable:
    columns = (
        SheetColumn(_("Code")),
        SheetColumn(_("Kind")),
        SheetColumn(_("Place")),
        SheetColumn(_("What is due")),
        SheetColumn(_("Due since"), "date"),
    )
    rows = [(*_cells(month, one, lacks)[:4], _since(one, lacks)) for one, lacks in month.wrong]
    return SheetTable(_("Safety facilities"), columns, rows)


def _facts(month: _Month) -> dict[str, Any]:
    return {
        "wrong": [[one.row.code, *map(str, lacks)] for one, lacks in month.wrong],
        "work": [[one.code, str(one.step), one.on.isoformat()] for one in month.work],
        "gone": [[one.code, str(one.step), one.on.isoformat()] for one in month.gone],
    }


def _requests(month: _Month) -> Iterator[str]:
    """What the centre must settle: money for what is to be replaced or serviced."""
    if n := month.tally.of(Lack.SCRAP):
        yield ngettext("replace {n} safety facility that is to be scrapped",
                       "replace {n} safety facilities that are to be scrapped", n)  # fmt: skip
    if n := month.tally.of(Lack.SERVICE):
        yield ngettext("have {n} safety facility serviced that is overdue",
                       "have {n} safety facilities serviced that are overdue", n)  # fmt: skip


def _focus(month: _Month) -> Iterator[str]:
    """What falls due in the next month."""
    if n := len({one.row.id for one, _due in month.coming(Cause.SERVICE)}):
        yield ngettext("have {n} safety facility serviced that falls due",
                       "have {n} safety facilities serviced that fall due", n)  # fmt: skip
    if n := len({one.row.id for one, _due in month.coming(Cause.SCRAP)}):
        yield ngettext("replace {n} safety facility that reaches its scrap date",
                       "replace {n} safety facilities that reach their scrap date", n)  # fmt: skip
    expiring = month.coming(Cause.EXPIRY)
    if n := len({one.row.id for one, due in expiring if lack_of(due) is Lack.EXPIRY}):
        yield ngettext("change what expires in {n} safety facility",
                       "change what expires in {n} safety facilities", n)  # fmt: skip


def _missing(month: _Month) -> Iterator[tuple[str, str]]:
    left = month.covered.due - month.covered.done
    if left:
        yield (
            ngettext("{n} safety facility was not inspected in this month.",
                     "{n} safety facilities were not inspected in this month.", left),
            "/equipment-round",
        )  # fmt: skip
    late = month.tally.of(Lack.SERVICE) + month.tally.of(Lack.EXPIRY)
    if late:
        yield (
            ngettext("{n} safety facility is overdue for service or a new part.",
                     "{n} safety facilities are overdue for service or a new part.", late),
            "/equipment?view=due",
        )  # fmt: skip
    if n := month.tally.of(Lack.UNDATED):
        yield (
            ngettext("{n} safety facility holds a part whose printed date is not recorded.",
                     "{n} safety facilities hold parts whose printed dates are not recorded.", n),
            "/equipment?view=due",
        )  # fmt: skip
    if n := month.tally.of(Lack.SCRAP):
        yield (
            ngettext("{n} safety facility is to be scrapped and replaced.",
                     "{n} safety facilities are to be scrapped and replaced.", n),
            "/equipment?view=to_scrap",
        )  # fmt: skip
