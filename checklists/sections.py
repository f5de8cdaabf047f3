"""What patrols and checks say in a monthly report: rates, what was missed, what was corrected.

Patrols and checks are counted apart; what came on paper or did not count is told beside them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from checklists import facts as codes
from checklists.models import MISSED_REASON_NAMES, Kind
from checklists.record import left_out
from checklists.service.figures import (
    Counts,
    Missed,
    PartCounts,
    SpotFix,
    count_unsigned,
    list_missed,
    list_spot_fixes,
    of_kind,
    place_counts,
    rate,
    total,
)
from safety_app.core import clock
from safety_app.core.feature import Figure, Period, SectionContent
from safety_app.core.i18n import _, day_text, ngettext
from safety_app.core.pdf.blocks import Block, Column, Heading, Table
from safety_app.core.sheets import Cell, SheetColumn, SheetTable
from safety_app.workplace import service as workplace

OFTEN: Final = 3
"""A point corrected on the spot this often in a month deserves more than that."""
FEW: Final = 3
"""So many missed patrols of a window are told in the opening and need no table."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the section is made of."""

    parts: list[PartCounts]
    checks: list[PartCounts]
    missed: list[Missed]
    missed_checks: list[Missed]
    fixes: list[SpotFix]
    left_out: list[str]
    unsigned: int
    places: dict[tuple[int | None, int | None], str]
    is_site: bool
    period: Period

    @property
    def total(self) -> Counts:
        """All parts together."""
        return total(self.parts)

    @property
    def told_in_words(self) -> bool:
        """Whether the missed patrols need no table."""
        return not self.is_site and len(self.missed) <= FEW

    @property
    def unexplained(self) -> int:
        """Missed patrols without a reason."""
        return sum(not one.reason for one in self.missed)


def build(session: Session, site_id: int, window_id: int | None, period: Period) -> SectionContent:
    """The part of patrols, as known before the cut-off."""
    days = {"first": period.first, "last": period.last, "cutoff": period.cutoff}
    until = min(period.end, period.cutoff)
    windows = workplace.window_names(session, site_id)
    locations = workplace.location_names(session, site_id)
    counted = place_counts(session, site_id, window_id, **days)  # type: ignore[arg-type]
    missed = list_missed(session, site_id, window_id, **days)  # type: ignore[arg-type]
    facts = _Facts(
        parts=of_kind(counted, Kind.PATROL),
        checks=of_kind(counted, Kind.CHECK),
        missed=[one for one in missed if one.kind is Kind.PATROL],
        missed_checks=[one for one in missed if one.kind is Kind.CHECK],
        left_out=left_out(session, site_id, window_id, period.first, period.last),
        unsigned=count_unsigned(session, site_id, window_id, **days),  # type: ignore[arg-type]
        fixes=list_spot_fixes(session, site_id, window_id, start=period.start, until=until),
        places={(key, None): name for key, name in windows.items()}
        | {(None, key): name for key, name in locations.items()},
        is_site=window_id is None,
        period=period,
    )
    return SectionContent(
        figures=_figures(facts),
        paragraphs=_paragraphs(facts),
        blocks=_blocks(facts),
        sheets=_sheets(facts),
        facts={
            "patrols": codes.facts(
                counted,
                codes.checks_by_code(session, site_id, window_id, period),
                facts.missed,
                facts.fixes,
            )
        },
        focus=_focus(facts),
        missing=_missing(facts, window_id),
    )


def _figures(facts: _Facts) -> tuple[Figure, ...]:
    whole = facts.total
    return (
        Figure(
            "patrols.done",
            _("Patrols done"),
            whole.completed,
            whole.due,
            note=_by_part(facts.parts),
        ),
        Figure("patrols.on_time", _("Patrols done in time"), whole.done, whole.due),
        Figure("patrols.late", _("Patrols done late"), whole.late),
        Figure("patrols.missed", _("Patrols not done"), whole.missed, note=_why_missed(facts)),
        Figure(
            "patrols.paper",
            _("Patrols handed in on paper"),
            whole.paper,
            note=_("counted apart, neither done nor in time"),
            minor=True,
        ),
        Figure(
            "patrols.excused",
            _("Patrols that did not count"),
            whole.excused,
            note=_("trial or pause; not among those due"),
            minor=True,
        ),
        Figure(
            "checks.done",
            _("Checks done"),
            total(facts.checks).completed,
            total(facts.checks).due,
            note=_by_part(facts.checks),
            minor=True,
        ),
        Figure(
            "patrols.spot",
            _("Corrected on the spot"),
            len(facts.fixes),
            note=_("counted apart, outside the rectification rate"),
        ),
    )


def _by_part(parts: Sequence[PartCounts]) -> str:
    """`班前 20/20、班中 19/20、班后 20/20`."""
    return _(", ").join(f"{one.name} {one.counts.completed}/{one.counts.due}" for one in parts)


def _why_missed(facts: _Facts) -> str:
    if not facts.missed:
        return ""
    if facts.unexplained:
        return ngettext("{n} without a reason", "{n} without a reason", facts.unexplained)
    return _("all with a reason")


def _paragraphs(facts: _Facts) -> tuple[str, ...]:
    whole = facts.total
    if not whole.due:
        said = [_("No patrol was due.")]
    else:
        said = [
            ngettext(
                "{n} patrol was due: {completed} done ({rate}), {late} of them late;"
                " {missed} not done.",
                "{n} patrols were due: {completed} done ({rate}), {late} of them late;"
                " {missed} not done.",
                whole.due,
                completed=whole.completed,
                rate=rate(whole.completed, whole.due),
                late=whole.late,
                missed=whole.missed,
            )
        ]
    if whole.paper:
        said.append(
            ngettext(
                "{n} patrol without power or network was handed in on paper and is counted apart.",
                "{n} patrols without power or network were handed in on paper and are counted"
                " apart.",
                whole.paper,
            )
        )
    said += facts.left_out if whole.excused else []
    said += _checks_told(facts)
    if facts.missed and facts.told_in_words:
        told = (
            _("{day}, {part}: {reason}",
              day=day_text(one.on_date, weekday=False), part=one.part_name, reason=_reason(one))
            for one in facts.missed
        )  # fmt: skip
        said.append(_("Not done were: {patrols}.", patrols=_("; ").join(told)))
    if facts.fixes:
        said.append(
            ngettext(
                "{n} problem was corrected on the spot.",
                "{n} problems were corrected on the spot.",
                len(facts.fixes),
            )
        )
    return tuple(said)


def _checks_told(facts: _Facts) -> list[str]:
    """How the checks stand; those not done by name."""
    counts = total(facts.checks)
    if not counts.due:
        return []
    said = [
        ngettext(
            "{n} check was due: {completed} done.",
            "{n} checks were due: {completed} done.",
            counts.due,
            completed=counts.completed,
        )
    ]
    if facts.missed_checks and not facts.is_site:
        told = (
            _("{check} (due {day}): {reason}",
              check=one.part_name, day=day_text(one.on_date, weekday=False), reason=_reason(one))
            for one in facts.missed_checks
        )  # fmt: skip
        said.append(_("Checks not done: {checks}.", checks=_("; ").join(told)))
    return said


def _blocks(facts: _Facts) -> tuple[Block, ...]:
    found: list[Block] = []
    if facts.missed and not facts.told_in_words:
        columns = (Column(_("Day"), 1.4), Column(_("Patrol"), 1), Column(_("Reason"), 3.6))
        rows = [(_day(one), one.part_name, _reason(one)) for one in facts.missed]
        places = [_place(facts, one.window_id, one.location_id) for one in facts.missed]
        found += [Heading(_("Patrols not done")), _table(facts, columns, rows, places)]
    if facts.fixes:
        columns = (Column(_("Day"), 1.4), Column(_("Point"), 2.6), Column(_("Note"), 2))
        rows = [(_fixed_on(facts, one), one.text, one.note or "–") for one in facts.fixes]
        places = [_place(facts, one.window_id, one.location_id) for one in facts.fixes]
        found += [Heading(_("Corrected on the spot")), _table(facts, columns, rows, places)]
    return tuple(found)


def _table(
    facts: _Facts,
    columns: tuple[Column, ...],
    rows: Sequence[tuple[str, ...]],
    places: Sequence[str],
) -> Table:
    """A report of the whole site also says where."""
    if not facts.is_site:
        return Table(columns, tuple(rows))
    wide = (columns[0], Column(_("Place"), 1.6), *columns[1:])
    lines = ((row[0], place, *row[1:]) for row, place in zip(rows, places, strict=True))
    return Table(wide, tuple(lines))


def _day(one: Missed) -> str:
    return day_text(one.on_date)


def _fixed_on(facts: _Facts, one: SpotFix) -> str:
    return day_text(clock.local_day(one.at, facts.period.timezone))


def _place(facts: _Facts, window_id: int | None, location_id: int | None) -> str:
    return facts.places.get((window_id, None if window_id else location_id), "–")


def _reason(one: Missed) -> str:
    if not one.reason:
        return _("no reason given")
    name = _(MISSED_REASON_NAMES.get(one.reason, one.reason))
    return _("{reason}: {note}", reason=name, note=one.note) if one.note else name


def _sheets(facts: _Facts) -> tuple[SheetTable, ...]:
    heads = (
        _("Patrol"), _("Due"), _("In time"), _("Done late"), _("Not done"), _("On paper"),
        _("Did not count"),
    )  # fmt: skip
    kinds = (SheetColumn(heads[0]), *(SheetColumn(head, "number") for head in heads[1:]))
    counted: list[tuple[Cell, ...]] = [_counted(one.name, one.counts) for one in facts.parts]
    counted.append(_counted(_("Total"), facts.total))
    counted += [_counted(one.name, one.counts) for one in facts.checks]
    missed = [
        (one.on_date, _place(facts, one.window_id, one.location_id), one.part_name, _reason(one))
        for one in (*facts.missed, *facts.missed_checks)
    ]
    fixed = [
        (
            clock.local_day(one.at, facts.period.timezone),
            _place(facts, one.window_id, one.location_id),
            one.code,
            one.text,
            one.note,
        )
        for one in facts.fixes
    ]
    day, place = SheetColumn(_("Day"), "date"), SheetColumn(_("Place"))
    patrol, reason = SheetColumn(_("Patrol")), SheetColumn(_("Reason"))
    point = (SheetColumn(_("Item no.")), SheetColumn(_("Point")), SheetColumn(_("Note")))
    return (
        SheetTable(_("Patrols"), kinds, counted),
        SheetTable(_("Patrols not done"), (day, place, patrol, reason), missed),
        SheetTable(_("Corrected on the spot"), (day, place, *point), fixed),
    )


def _counted(name: str, counts: Counts) -> tuple[Cell, ...]:
    return (
        name,
        counts.due,
        counts.done,
        counts.late,
        counts.missed,
        counts.paper,
        counts.excused,
    )


def _focus(facts: _Facts) -> tuple[str, ...]:
    said = []
    missed = Counter({one.name: one.counts.missed for one in facts.parts})
    late = Counter({one.name: one.counts.late for one in facts.parts})
    for counter, words in (
        (missed, _("do every patrol “{part}” ({n} were not done)")),
        (late, _("do the patrol “{part}” in time ({n} were late)")),
    ):
        for part, n in counter.most_common(1):
            if n:
                said.append(words.format(part=part, n=n))
    for text, n in Counter(one.text for one in facts.fixes).most_common(1):
        if n >= OFTEN:
            said.append(
                _("find the cause of “{item}”, corrected on the spot {n} times", item=text, n=n)
            )
    return tuple(said)


def _missing(facts: _Facts, window_id: int | None) -> tuple[tuple[str, str], ...]:
    """What is still to be explained or signed, whatever the paper may print of it."""
    found = []
    unexplained = sum(not one.is_explained for one in (*facts.missed, *facts.missed_checks))
    if unexplained:
        days = f"first={facts.period.first}&last={facts.period.last}"
        window = f"&window={window_id}" if window_id else ""
        sentence = ngettext(
            "One missed patrol has no reason yet", "{n} missed patrols have no reason yet",
            unexplained,
        )  # fmt: skip
        found.append((sentence, f"/patrols?state=missed&{days}{window}"))
    if facts.unsigned:
        sentence = ngettext(
            "{n} sheet lacks the second signature", "{n} sheets lack the second signature",
            facts.unsigned,
        )  # fmt: skip
        found.append((sentence, "/countersign"))
    return tuple(found)
