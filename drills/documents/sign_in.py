"""签到表: the sheet to sign by hand, whoever is expected named on it, with room for others."""

from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Final

from sqlalchemy.orm import Session

from drills.documents.paper import head_of, print_paper
from drills.models import CONTENT_NAMES, FORM_NAMES, Drill, Status
from drills.service import attending, detail
from drills.service.detail import DrillDetail
from safety_app.accounts import service as accounts
from safety_app.core.i18n import _, day_text
from safety_app.core.pdf.blocks import Block, Cell, Column, Note, Paragraph, Table, Title
from safety_app.workplace import service as workplace

ROOM: Final = 12
"""Blank lines for whoever comes besides."""
ROW: Final = 25.0


def sign_in_pdf(session: Session, drill: Drill, now: datetime) -> bytes:
    """The sheet in the current language."""
    head = head_of(session, drill.site_id, now)
    found = detail.detail_of(session, drill, now=now, zone=head.timezone)
    title = _("Sign-in sheet of a drill")
    people = _people(session, drill)
    blocks: list[Block] = [
        Title(title, f"{head.unit}\n{found.title}　{_('No. {number}', number=drill.code)}"),
        *head.limits(),
        _facts(found),
        _lines(people),
        _others(),
        Note(
            _("Sign for yourself. Photograph or scan the sheet, file it with the drill and tick the"
              " names, so that they count.")
        ),
    ]  # fmt: skip
    return print_paper(blocks, head, title=title, number=drill.code)


def _people(session: Session, drill: Drill) -> list[tuple[str, str]]:
    """Names and places: those on the list, or whom the roster names for the day."""
    if drill.status is not Status.PLANNED and drill.held_on:
        heads = attending.heads(session, drill)
        return [(one.name, one.place or _("Common areas")) for one in heads]
    wanted = attending.expected(session, drill, drill.planned_on)
    names = accounts.names(session, wanted)
    windows = workplace.window_names(session, drill.site_id)
    found = [
        (names.get(user_id, "–"), windows.get(place, "") if place else _("Common areas"))
        for user_id, place in wanted.items()
    ]
    return sorted(found, key=lambda one: (one[1] == _("Common areas"), one[1], one[0]))


def _facts(found: DrillDetail) -> Table:
    drill = found.drill
    day = day_text(drill.held_on or drill.planned_on, year=True)
    when = f"{day} {drill.planned_time:%H:%M}" if drill.planned_time else day
    kinds = " · ".join((_(CONTENT_NAMES[drill.content]), _(FORM_NAMES[drill.form])))
    columns = (Column("", 1, is_name=True), Column("", 2.4)) * 2
    rows = (
        (_("Time"), when, _("Place"), found.place),
        (_("Form"), kinds, _("Commander"), found.commander),
    )
    return Table(columns, rows)


def _lines(people: Sequence[tuple[str, str]]) -> Table:
    """Two people in a row; blank ones at the end."""
    columns = (
        Column(_("Name"), 1.2),
        Column(_("Department"), 1.6),
        Column(_("Signature"), 1.6),
    ) * 2
    rows: list[tuple[str, str]] = [*people, *(("", "") for _place in range(ROOM))]
    pairs = zip_longest(rows[::2], rows[1::2], fillvalue=("", ""))
    cells: tuple[tuple[Cell, ...], ...] = tuple(
        (left[0], left[1], "", right[0], right[1], "") for left, right in pairs
    )
    return Table(columns, cells, row_height=ROW)


def _others() -> Paragraph:
    return Paragraph(
        _("Visitors: ______    Third parties: ______    Absent and why: ____________________"),
        indent=False,
    )
