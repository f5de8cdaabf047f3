"""What hazards say in a window's monthly report: figures, table, pictures, what comes next."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards import requests
from hazards.figures import Summary, Tally, summarise
from hazards.history import Story, stories
from hazards.models import (
    KIND_NAMES,
    LEVEL_NAMES,
    STATUS_NAMES,
    HazardPhoto,
    Level,
    Phase,
    Status,
    Step,
)
from hazards.place_names import PlaceNames, place_names
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.feature import Figure, Period, SectionContent
from safety_app.core.i18n import _, bilingual, day_text, ngettext
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Heading,
    Note,
    PhotoBox,
    PhotoPair,
    PhotoPairs,
    Table,
)
from safety_app.core.photos import PhotoStore
from safety_app.core.settings import settings
from safety_app.core.sheets import Cell as SheetCell
from safety_app.core.sheets import Kind as CellKind
from safety_app.core.sheets import SheetColumn, SheetTable

T = TypeVar("T")
# Shapes that differ in black print; the word stands beside them.
SHAPES: Final[Mapping[str, str]] = {
    Level.URGENT: "■",
    Level.SERIOUS: "▲",
    Level.MODERATE: "●",
    Level.MINOR: "○",
}
FOCUS_LIMIT: Final = 3


def build(session: Session, site_id: int, window_id: int | None, period: Period) -> SectionContent:
    """The part of hazards, as known before the cut-off."""
    found = stories(
        session,
        site_id,
        window_id,
        first=period.first,
        last=period.last,
        start=period.start,
        cutoff=period.cutoff,
    )
    summary = summarise(found, period)
    shown = [*summary.listed, *summary.service_points]
    names = accounts.names(session, sorted({one.owner_id for one in shown if one.owner_id}))
    today = clock.local_day(period.cutoff, period.timezone)
    # In a report of one window every hazard is there.
    places = place_names(session, site_id) if window_id is None else None
    return SectionContent(
        figures=_figures(summary),
        paragraphs=_paragraphs(summary),
        blocks=_blocks(session, summary, names, places, period),
        sheets=_sheets(summary, names, places, period),
        facts={"hazards": [_fact(one) for one in shown]},
        requests=requests.clauses(summary.listed, today),
        focus=_focus(summary.listed, names, today),
        missing=_missing(summary),
    )


def _figures(summary: Summary) -> tuple[Figure, ...]:
    general, major, points = summary.general, summary.major, summary.service
    return (
        Figure("hazards.general.found", _("General hazards found"), general.found,
               note=_found_note(summary)),
        _rate("hazards.general.rectified", _("General hazards rectified"), general),
        Figure("hazards.major.found", _("Major hazards found"), major.found),
        _rate("hazards.major.rectified", _("Major hazards rectified"), major),
        Figure("hazards.carried", _("Carried over from before"), summary.carried,
               note=_("found earlier and open at the month's start")),
        Figure("hazards.carried.closed", _("Carried over and closed since"),
               summary.carried_closed, summary.carried, minor=True),
        Figure("hazards.open", _("Still open at the cut-off"), summary.open),
        Figure("hazards.overdue", _("Overdue at the cut-off"), summary.overdue),
        Figure("hazards.on_time", _("Closed on time"), summary.on_time, summary.fell_due,
               _("measured against the first deadline")),
        Figure("hazards.first_recheck", _("Passed at the first recheck"),
               summary.passed_first, summary.rechecked,
               ngettext("sent back once", "sent back {n} times", summary.sent_back), minor=True),
        Figure("hazards.repeated", _("Repeated hazards"), summary.repeated, summary.found,
               _("same item within 90 days of a closed one"), minor=True),
        Figure("hazards.service", _("Service points rectified"), points.rectified, points.found,
               _("counted apart from hazards"), minor=True),
    )  # fmt: skip


def _rate(key: str, label: str, tally: Tally) -> Figure:
    return Figure(key, label, tally.rectified, tally.found)


def _found_note(summary: Summary) -> str:
    if not summary.voided:
        return ""
    return ngettext("{n} report was no hazard", "{n} reports were no hazards", summary.voided)


def _paragraphs(summary: Summary) -> tuple[str, ...]:
    said = []
    if summary.found:
        said.append(
            _(
                "Hazards found: {found} ({general} general, {major} major); closed by the cut-off:"
                " {closed}.",
                found=summary.found,
                general=summary.general.found,
                major=summary.major.found,
                closed=summary.general.rectified + summary.major.rectified,
            )
        )
    else:
        said.append(_("No hazards were found."))
    if summary.carried:
        said.append(
            _(
                "Carried over from before: {carried}; closed since: {closed}.",
                carried=summary.carried,
                closed=summary.carried_closed,
            )
        )
    said.append(
        _("Still open: {open}; overdue: {overdue}.",
          open=summary.open, overdue=summary.overdue)
        if summary.open else _("No hazard is open.")
    )  # fmt: skip
    return tuple(said)


def _blocks(
    session: Session,
    summary: Summary,
    names: Mapping[int, str],
    places: PlaceNames | None,
    period: Period,
) -> tuple[Block, ...]:
    found: list[Block] = []
    if summary.listed:
        found.append(Heading(_("Hazards and how they were fixed")))
        found.append(_table(summary.listed, names, places, period))
        found.append(Note(_legend()))
        pairs = _pairs(session, summary.listed, period)
        if pairs:
            found.append(Heading(_("Before and after the fix")))
            found.append(PhotoPairs(pairs, empty=_("No photo")))
    if summary.service_points:
        found.append(Heading(_("Service points (counted apart)")))
        found.append(_table(summary.service_points, names, places, period))
    return tuple(found)


def _legend() -> str:
    levels = _(", ").join(f"{SHAPES[level]} {_(LEVEL_NAMES[level])}" for level in Level)
    return _("Handling levels: {levels}. The legal class stands apart from them.", levels=levels)


def _table(
    listed: Sequence[Story],
    names: Mapping[int, str],
    places: PlaceNames | None,
    period: Period,
) -> Table:
    """Legal class and place have a column only where they tell hazards apart."""
    columns: tuple[Column, ...] = (
        Column(_("Number"), 1.6),
        Column(_("What is wrong"), 3.2),
        Column(_("Level"), 1.4),
        Column(_("Class"), 1.4),
        Column(_("Owner"), 1.55),
        Column(_("Fix by"), 1.4),
        Column(_("State"), 1.75),
    )
    rows = tuple(_cells(one, names, period) for one in listed)
    if not any(one.is_major for one in listed):
        columns, rows = _without_class(columns), tuple(_without_class(row) for row in rows)
    if places is not None:
        where = [_place(one, places) for one in listed]
        columns = _with_place(columns, Column(_("Place"), 2.0))
        rows = tuple(_with_place(row, cell) for row, cell in zip(rows, where, strict=True))
    return Table(columns, rows)


def _cells(one: Story, names: Mapping[int, str], period: Period) -> tuple[str, ...]:
    return (
        one.number,
        bilingual(one.what, one.what_en),
        f"{SHAPES[one.level]} {_(LEVEL_NAMES[one.level])}",
        _("Major") if one.is_major else _("General"),
        names.get(one.owner_id or 0, "–"),
        _narrow(one.fix_by),
        _state(one, period),
    )


def _without_class(cells: tuple[T, ...]) -> tuple[T, ...]:
    return (*cells[:3], *cells[4:])


def _with_place(cells: tuple[T, ...], place: T) -> tuple[T, ...]:
    """After the number."""
    return (cells[0], place, *cells[1:])


def _place(one: Story, places: PlaceNames) -> str:
    return places.text(one.window_id, one.location_id, one.place)


def _state(one: Story, period: Period) -> str:
    """`已销号 11-20`, or how it stands at the cut-off."""
    words = _(STATUS_NAMES[one.status])
    if one.ended_at:
        return f"{words} {_narrow(clock.local_day(one.ended_at, period.timezone))}"
    today = clock.local_day(period.cutoff, period.timezone)
    if one.fix_by and one.is_overdue(today):
        days = (today - one.fix_by).days
        late = ngettext("{n} day overdue", "{n} days overdue", days)
        return _("{state}, {late}", state=words, late=late)
    return words


def _narrow(day: date | None) -> str:
    """A day for a column of the table: `10-19` or `19 Oct`."""
    return bilingual(f"{day:%m-%d}", day_text(day, weekday=False)) if day else "–"


def _short(day: date | None) -> str:
    return day_text(day, weekday=False) if day else "–"


def _pairs(session: Session, listed: Sequence[Story], period: Period) -> tuple[PhotoPair, ...]:
    before, after = _boxes(session, listed, period)
    return tuple(
        PhotoPair(
            f"{one.number} {bilingual(one.what, one.what_en)}",
            before.get(one.id),
            after.get(one.id),
        )
        for one in listed
        if one.id in before or one.id in after
    )


def _boxes(
    session: Session, listed: Sequence[Story], period: Period
) -> tuple[dict[int, PhotoBox], dict[int, PhotoBox]]:
    """The first picture of the problem and the last one of the fix, known before the cut-off."""
    store = PhotoStore(settings().photo_dir)
    ids = [one.id for one in listed]
    rows = session.execute(
        select(HazardPhoto.hazard_id, HazardPhoto.phase, HazardPhoto.key, HazardPhoto.at)
        .where(HazardPhoto.hazard_id.in_(ids), HazardPhoto.at < period.cutoff)
        .order_by(HazardPhoto.id)
    )
    before: dict[int, PhotoBox] = {}
    after: dict[int, PhotoBox] = {}
    for hazard_id, phase, key, at in rows:
        day = _short(clock.local_day(at, period.timezone))
        if phase == Phase.BEFORE:
            words = _("Before the fix, {day}", day=day)
            before.setdefault(hazard_id, PhotoBox(store.path(key), words))
        else:
            after[hazard_id] = PhotoBox(store.path(key), _("After the fix, {day}", day=day))
    return before, after


def _sheets(
    summary: Summary, names: Mapping[int, str], places: PlaceNames | None, period: Period
) -> tuple[SheetTable, ...]:
    def day(moment: datetime | None) -> date | None:
        return clock.local_day(moment, period.timezone) if moment else None

    columns: tuple[tuple[str, CellKind], ...] = (
        (_("Number"), "text"),
        (_("Kind"), "text"),
        (_("What is wrong"), "text"),
        (_("Level"), "text"),
        (_("Class"), "text"),
        (_("Owner"), "text"),
        (_("Registered"), "date"),
        (_("First deadline"), "date"),
        (_("Fix by"), "date"),
        (_("State"), "text"),
        (_("Ended"), "date"),
        (_("Times sent back"), "number"),
        (_("Repeated"), "text"),
    )
    shown = (*summary.listed, *summary.service_points)
    rows: list[tuple[SheetCell, ...]] = [
        (
            one.number,
            _(KIND_NAMES[one.kind]),
            bilingual(one.what, one.what_en),
            _(LEVEL_NAMES[one.level]),
            _("Major") if one.is_major else _("General"),
            names.get(one.owner_id or 0, ""),
            day(one.registered_at),
            one.original_fix_by,
            one.fix_by,
            _(STATUS_NAMES[one.status]),
            day(one.ended_at),
            sum(step.step == Step.SEND_BACK for step in one.rechecks()),
            _("yes") if one.repeat_of_id else "",
        )
        for one in shown
    ]
    head = tuple(SheetColumn(label, kind) for label, kind in columns)
    if places is not None:
        head = _with_place(head, SheetColumn(_("Place")))
        cells: list[SheetCell] = [_place(one, places) for one in shown]
        rows = [_with_place(row, cell) for row, cell in zip(rows, cells, strict=True)]
    return (SheetTable(_("Hazards"), head, rows),)


def _fact(one: Story) -> list[Any]:
    return [
        one.number,
        one.kind.value,
        one.status.value,
        str(one.level),
        one.is_major,
        one.owner_id,
        one.fix_by.isoformat() if one.fix_by else None,
        one.original_fix_by.isoformat() if one.original_fix_by else None,
        one.ended_at.isoformat() if one.ended_at else None,
    ]


def _focus(listed: Sequence[Story], names: Mapping[int, str], today: date) -> tuple[str, ...]:
    """The open hazards nearest to their deadline, overdue ones first."""
    still_open = sorted(
        (one for one in listed if one.is_open), key=lambda one: one.fix_by or date.max
    )
    said = []
    for one in still_open[:FOCUS_LIMIT]:
        words = {
            "what": bilingual(one.what, one.what_en),
            "owner": names.get(one.owner_id or 0, _("an owner still to be named")),
            "day": _short(one.fix_by),
        }
        if one.status == Status.FIXED:
            said.append(_("verify the fix of “{what}”", **words))
        elif one.is_overdue(today):
            said.append(_("see that {owner} fixes the overdue “{what}” without delay", **words))
        else:
            said.append(_("see that {owner} fixes “{what}” by {day}", **words))
    return tuple(said)


def _missing(summary: Summary) -> tuple[tuple[str, str], ...]:
    found = []
    if summary.unassigned:
        words = ngettext(
            "{n} hazard has no owner yet.", "{n} hazards have no owner yet.", summary.unassigned
        )
        found.append((words, "/hazards?view=unassigned"))
    if summary.to_verify:
        words = ngettext(
            "{n} fix waits to be verified.", "{n} fixes wait to be verified.", summary.to_verify
        )
        found.append((words, "/hazards?view=to_verify"))
    return tuple(found)
