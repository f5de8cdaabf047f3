"""What drills say in a monthly report: held and due, who took part, what is open, what comes."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from drills.grading import GRADE_NAMES, Grade
from drills.models import FORM_NAMES, Attendance, Form
from drills.rhythm import Duty, State
from drills.service import problems, years
from drills.service.years import Standing
from safety_app.core import clock
from safety_app.core.feature import Figure, Period, SectionContent
from safety_app.core.i18n import _, bilingual, day_text, ngettext
from safety_app.core.pdf.blocks import Block, Column, Heading, Table
from safety_app.core.sheets import SheetColumn, SheetTable
from safety_app.workplace import service as workplace

AHEAD: Final = timedelta(days=31)
NOTHING: Final = "–"


class _Month:
    """The drills of a hall or of a window in a month, as they stood at the cut-off."""

    def __init__(
        self, session: Session, site_id: int, window_id: int | None, period: Period
    ) -> None:
        self.session, self.window_id, self.period = session, window_id, period
        found = years.year_of(session, site_id, period.last.year, period.cutoff, as_known=True)
        mine = [one for one in found.standings if self._concerns(one)]
        self.held = [
            one for one in mine if one.is_held and period.first <= years.day_of(one) <= period.last
        ]
        over = clock.local_day(period.cutoff, workplace.site(session, site_id).timezone)
        self.slipped = years.slipped(mine, min(period.last + timedelta(days=1), over))
        self.coming = sorted(
            (one for one in mine if period.last < one.planned_on <= period.last + AHEAD
             and not one.is_held and one.status == "planned"),
            key=lambda one: one.planned_on,
        )  # fmt: skip
        self.duties = [] if window_id else self._due(found.duties)
        self.counts = {one.drill.id: self._counts(one) for one in self.held}
        self.open = self._open(site_id, mine)

    @property
    def present(self) -> int:
        """How many of the expected were there, over all drills of the month."""
        return sum(there for there, _wanted in self.counts.values())

    @property
    def expected(self) -> int:
        """How many were expected."""
        return sum(wanted for _there, wanted in self.counts.values())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.held or self.slipped or self.coming or self.duties or self.open)

    def _concerns(self, one: Standing) -> bool:
        """A window hears of its own drills and of those of the hall."""
        return self.window_id is None or one.drill.window_id in (None, self.window_id)

    def _due(self, duties: tuple[Duty, ...]) -> list[Duty]:
        """What had to be drilled by a day in this month."""
        period = self.period
        return [one for one in duties if period.first <= one.period.due <= period.last]

    def _counts(self, one: Standing) -> tuple[int, int]:
        """Of the window's people, or of all: how many were there, of how many expected."""
        expected = Attendance.is_expected.is_(True)
        query = select(
            func.count().filter(expected & Attendance.is_present.is_(True)),
            func.count().filter(expected),
        ).where(Attendance.drill_id == one.drill.id)
        if self.window_id is not None:
            query = query.where(Attendance.window_id == self.window_id)
        there, wanted = self.session.execute(query).one()
        return there, wanted

    def _open(self, site_id: int, found: list[Standing]) -> int:
        """Problems of drills that were open at the cut-off."""
        ids = [one.drill.id for one in found if one.is_held]
        cutoff, day = self.period.cutoff, self.period.last
        followed = problems.followed_at(self.session, site_id, ids, cutoff, day)
        return sum(one.open for one in followed.values())


def build(session: Session, site_id: int, window_id: int | None, period: Period) -> SectionContent:
    """The part of drills, as known before the cut-off; nothing where there is none."""
    month = _Month(session, site_id, window_id, period)
    if month.is_empty:
        return SectionContent()
    return SectionContent(
        figures=_figures(month),
        paragraphs=tuple(_paragraphs(month)),
        blocks=tuple(_blocks(month)),
        sheets=(_sheet(month),) if month.held else (),
        facts={"drills": _facts(month)},
        focus=tuple(_focus(month)),
        missing=tuple(_missing(month)),
    )


def _figures(month: _Month) -> tuple[Figure, ...]:
    met = sum(one.state is State.DONE for one in month.duties)
    return (
        Figure("drills.held", _("Drills held"), len(month.held), minor=True),
        Figure("drills.met", _("Drill duties met"), met, len(month.duties),
               _("of those due by a day in the month"), minor=True),
        Figure("drills.present", _("Took part in drills"), month.present, month.expected,
               _("of those expected by the roster"), minor=True),
        Figure("drills.open", _("Open problems of drills"), month.open, minor=True),
    )  # fmt: skip


def _paragraphs(month: _Month) -> Iterator[str]:
    for one in month.held:
        there, wanted = month.counts[one.drill.id]
        yield _(
            "Drill held on {day}: {title}; {there} of {wanted} expected people took part.",
            day=_day(years.day_of(one)),
            title=_title(one),
            there=there,
            wanted=wanted,
        )
    missed = [one for one in month.duties if one.state is not State.DONE]
    for duty in missed:
        yield _("Not drilled in time: {rule} ({period}).",
                rule=duty.display_text, period=duty.period.name)  # fmt: skip


def _blocks(month: _Month) -> Iterator[Block]:
    if not month.held:
        return
    yield Heading(_("Drills held"))
    columns = (
        Column(_("Number of the drill"), 1.2),
        Column(_("Drill"), 3),
        Column(_("Day"), 1.2),
        Column(_("Form"), 1),
        Column(_("Took part"), 1, "center"),
        Column(_("Evaluation"), 1.2, "center"),
    )
    yield Table(columns, tuple(_cells(month, one) for one in month.held))


def _cells(month: _Month, one: Standing) -> tuple[str, ...]:
    there, wanted = month.counts[one.drill.id]
    return (
        one.drill.code,
        _title(one),
        years.day_of(one).isoformat(),
        _(FORM_NAMES[Form(one.drill.form)]),
        f"{there}/{wanted}",
        _judged(month, one) or NOTHING,
    )


def _judged(month: _Month, one: Standing) -> str:
    """The result, if it was known at the cut-off."""
    drill = one.drill
    known = drill.evaluated_at is not None and drill.evaluated_at < month.period.cutoff
    if not known or not drill.points_of or drill.points is None:
        return ""
    grade = _(GRADE_NAMES[Grade(drill.grade)]) if drill.grade else ""
    return f"{drill.points * 100 // drill.points_of}% {grade}".strip()


def _sheet(month: _Month) -> SheetTable:
    columns = (
        SheetColumn(_("Number of the drill")),
        SheetColumn(_("Drill")),
        SheetColumn(_("Day"), "date"),
        SheetColumn(_("Form")),
        SheetColumn(_("Took part"), "number"),
        SheetColumn(_("Expected"), "number"),
        SheetColumn(_("Evaluation")),
    )
    rows = []
    for one in month.held:
        there, wanted = month.counts[one.drill.id]
        form = _(FORM_NAMES[Form(one.drill.form)])
        rows.append((one.drill.code, _title(one), years.day_of(one), form, there, wanted,
                     _judged(month, one)))  # fmt: skip
    return SheetTable(_("Drills"), columns, rows)


def _facts(month: _Month) -> dict[str, Any]:
    return {
        "held": [
            [one.drill.code, years.day_of(one).isoformat(), *month.counts[one.drill.id]]
            for one in month.held
        ],
        "duties": [[one.rule.key, one.period.key, str(one.state)] for one in month.duties],
    }


def _focus(month: _Month) -> Iterator[str]:
    for one in month.coming:
        yield _("hold the drill “{title}” on {day}", title=_title(one), day=_day(one.planned_on))
    if month.open:
        yield ngettext("put right {n} open problem of drills",
                       "put right {n} open problems of drills", month.open)  # fmt: skip


def _missing(month: _Month) -> Iterator[tuple[str, str]]:
    for one in month.slipped:
        words = _("The drill “{title}” was planned for {day} and neither held nor put off.",
                  title=_title(one), day=_day(one.planned_on))  # fmt: skip
        yield words, f"/drills?drill={one.drill.code}"


def _title(one: Standing) -> str:
    return bilingual(one.drill.title, one.drill.title_en)


def _day(on: date) -> str:
    return day_text(on, weekday=False)
