"""What incidents say in a monthly report: counts, nought included, and what came of them."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from hazards import service as hazards
from hazards.incidents.asof import Story, stories
from hazards.incidents.models import KIND_NAMES, STATUS_NAMES
from hazards.incidents.wording import (
    casualties_text,
    level_text,
    local,
    people_text,
    what_of,
    yuan_text,
)
from safety_app.core.feature import Figure, Period, SectionContent
from safety_app.core.i18n import _, day_text, ngettext
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Table
from safety_app.core.sheets import SheetColumn, SheetTable

FOCUS_LIMIT: Final = 2


def build(session: Session, site_id: int, window_id: int | None, period: Period) -> SectionContent:
    """The part of incidents, as known before the cut-off."""
    found = stories(
        session, site_id, period.timezone, start=period.start, end=period.end,
        cutoff=period.cutoff, window_id=window_id,
    )  # fmt: skip
    counted = [one for one in found if not one.is_void]
    places = hazards.place_names(session, site_id)
    table = [
        _cells(one, places.text(one.window_id, one.location_id, one.place), period)
        for one in counted
    ]
    return SectionContent(
        figures=_figures(counted),
        paragraphs=_paragraphs(counted),
        blocks=_blocks(counted, table),
        sheets=(_sheet(table),) if table else (),
        facts={"incidents": [_fact(one) for one in found]},
        requests=tuple(_requests(counted)),
        focus=tuple(_focus(counted)),
        missing=tuple(_missing(counted)),
    )


def _figures(counted: Sequence[Story]) -> tuple[Figure, ...]:
    accidents = sum(one.is_accident for one in counted)
    near = sum(one.is_near_miss for one in counted)
    return (
        Figure("incidents.accidents", _("Accidents by law (cases)"), accidents),
        Figure("incidents.others", _("Other incidents (cases)"), len(counted) - accidents - near,
               minor=True),
        Figure("incidents.near_misses", _("Near misses reported (cases)"), near,
               note=_("good news: what nearly happened can be prevented"), minor=True),
    )  # fmt: skip


def _paragraphs(counted: Sequence[Story]) -> tuple[str, ...]:
    if not counted:
        return (_("No accident, incident or near miss was reported."),)
    accidents = sum(one.is_accident for one in counted)
    near = sum(one.is_near_miss for one in counted)
    people = [sum(column) for column in zip(*(one.numbers for one in counted if one.numbers),
                                            strict=True)] or [0, 0, 0, 0]  # fmt: skip
    missing = sum(one.counted.missing_as_dead for one in counted if one.counted)
    loss = sum(one.loss_fen or 0 for one in counted)
    said = [
        _(
            "Accidents by law: {accidents}; other incidents: {others}; near misses: {near}.",
            accidents=accidents,
            others=len(counted) - accidents - near,
            near=near,
        ),
        _("Casualties: {people}; direct loss: {loss}.", loss=yuan_text(loss),
          people=people_text(people, missing_as_dead=missing)),
    ]  # fmt: skip
    late = sum(one.is_told_late for one in counted)
    if late:
        said.append(
            ngettext(
                "{n} accident was told to the authorities late or not at all.",
                "{n} accidents were told to the authorities late or not at all.",
                late,
            )
        )
    return tuple(said)


def _blocks(counted: Sequence[Story], table: Sequence[tuple[str, ...]]) -> tuple[Block, ...]:
    if not counted:
        return ()
    columns = (
        Column(_("Number"), 1.6),
        Column(_("Day"), 1.2),
        Column(_("Place"), 2.0),
        Column(_("What happened?"), 3.0),
        Column(_("Legal level"), 1.4),
        Column(_("Casualties"), 1.5),
        Column(_("State"), 1.4),
    )
    said: list[Block] = [
        Heading(_("Incidents and near misses")),
        Table(columns, tuple(row[:2] + row[2:4] + row[5:7] + row[8:9] for row in table)),
    ]
    if any(one.is_near_miss for one in counted):
        words = _("Reporting a near miss is welcome and is held against nobody.")
        said.append(Note(words))
    return tuple(said)


def _cells(one: Story, place: str, period: Period) -> tuple[str, ...]:
    """Number, day, place, what, kind, level, casualties, loss, state."""
    day = day_text(local(one.occurred_at, period.timezone), weekday=False)
    return (
        one.number,
        day,
        place,
        what_of(one.kind, one.what),
        _(KIND_NAMES[one.kind]),
        level_text(one.level),
        casualties_text(one.counted),
        yuan_text(one.loss_fen),
        _(STATUS_NAMES[one.status]),
    )


def _sheet(table: Sequence[tuple[str, ...]]) -> SheetTable:
    heads = (
        _("Number"), _("Day"), _("Place"), _("What happened?"), _("Kind"), _("Legal level"),
        _("Casualties"), _("Direct loss"), _("State"),
    )  # fmt: skip
    columns = tuple(SheetColumn(head) for head in heads)
    return SheetTable(_("Incidents and near misses"), columns, list(table))


def _fact(one: Story) -> list[Any]:
    return [
        one.number,
        str(one.kind),
        str(one.status),
        str(one.level) if one.level else None,
        list(one.numbers) if one.numbers else None,
        one.loss_fen,
        str(one.clock.state),
    ]


def _requests(counted: Sequence[Story]) -> list[str]:
    """What the centre must settle: authorities that are still to be told."""
    return [
        _("report {number} to the authorities without delay", number=one.number)
        for one in counted
        if one.is_accident and one.clock.is_open
    ]


def _focus(counted: Sequence[Story]) -> list[str]:
    """Cases that are still open."""
    still_open = [one for one in counted if one.is_open]
    return [
        _("bring “{what}” ({number}) to an end", what=what_of(one.kind, one.what),
          number=one.number)
        for one in still_open[:FOCUS_LIMIT]
    ]  # fmt: skip


def _missing(counted: Sequence[Story]) -> list[tuple[str, str]]:
    unknown = sum(one.numbers is None and one.is_open for one in counted)
    if not unknown:
        return []
    words = ngettext(
        "Of {n} incident nobody has said whether anybody is hurt.",
        "Of {n} incidents nobody has said whether anybody is hurt.",
        unknown,
    )
    return [(words, "/incidents?view=open")]
