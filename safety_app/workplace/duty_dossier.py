"""What the workplace gives to the papers for an inspector: chapter 11, duty and key posts."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core.access import ROLE_NAMES, Role
from safety_app.core.clock import local_day
from safety_app.core.feature import Chapter
from safety_app.core.i18n import _, day_text
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Table
from safety_app.workplace import legal, service
from safety_app.workplace.service import DutyCell, DutyRow

BACK: Final = timedelta(days=30)
AHEAD: Final = timedelta(days=7)
NOTHING: Final = "–"


def duty(session: Session, site_id: int, now: datetime) -> Chapter:
    """Who was and will be on duty, and who holds a key post."""
    today = local_day(now, service.site(session, site_id).timezone)
    rows = list(service.duty_rows(session, site_id, today - BACK, today + AHEAD, today))
    posts = list(_posts(session, site_id, today))
    blocks: list[Block] = [
        Heading(_("Duty of the last 30 days and the next 7")),
        Table(
            (
                Column(_("Day"), 2), Column(_("Common areas"), 3),
                Column(_("Windows on duty"), 1.5), Column(_("Remarks"), 4),
            ),
            tuple(_lines(rows)),
        ),
        Note(_("* Nobody was named: everybody who belongs there today is shown and counted.")),
        Heading(_("Key posts")),
        Table((Column(_("Post"), 2), Column(_("Name"), 2), Column(_("Since"), 2)), tuple(posts)),
    ]  # fmt: skip
    return Chapter(blocks=tuple(blocks), missing=tuple(_missing(session, site_id, rows, today)))


def _lines(rows: list[DutyRow]) -> Iterator[tuple[str, ...]]:
    """A line for each open day; days on which the hall is closed are left out."""
    common, windows = rows[0], rows[1:]
    for at, cell in enumerate(common.cells):
        if not cell.is_open:
            continue
        open_windows = [(row.name, row.cells[at]) for row in windows if row.cells[at].is_open]
        manned = sum(bool(one.people) for _name, one in open_windows)
        remarks = [text for name, one in open_windows for text in _remarks(name, one)]
        remarks += _remarks(common.name, cell)
        yield (
            day_text(cell.on, year=True),
            _common(cell),
            f"{manned}/{len(open_windows)}",
            _("; ").join(dict.fromkeys(remarks)) or NOTHING,
        )


def _common(cell: DutyCell) -> str:
    """The names; marked where they are only those who belong there."""
    names = _(", ").join(one.name for one in cell.people) or _("nobody")
    return names if cell.is_set else f"{names} *"


def _remarks(place: str, cell: DutyCell) -> Iterator[str]:
    """What differs from everybody of the place being there."""
    code = place.split(" ")[0] if cell.window_id is not None else place
    if cell.has_nobody:
        yield _("{place}: nobody", place=code)
    for one in cell.people:
        if one.stands_in_for:
            yield _(
                "{place}: {name} for {other}", place=code, name=one.name, other=one.stands_in_for
            )
    for gone in cell.away:
        if gone.reason:
            yield _("{name} ({reason})", name=gone.name, reason=gone.reason)


def _posts(session: Session, site_id: int, today: date) -> Iterator[tuple[str, ...]]:
    for holder in service.holders(session, site_id):
        if holder.holds(today):
            first = day_text(holder.first, weekday=False, year=True)
            yield _(legal.POST_NAMES[holder.post]), holder.name, first
    people = accounts.list_people(session, site_id)
    for role in (Role.MANAGER, Role.OFFICER, Role.LEAD):
        for person in people:
            if role in person.roles:
                yield _(ROLE_NAMES[role]), person.display_name, NOTHING


def _missing(session: Session, site_id: int, rows: list[DutyRow], today: date) -> Iterator[str]:
    if not accounts.with_role(session, site_id, Role.OFFICER):
        yield _("There is no safety officer.")
    if not any(cell.is_set for row in rows for cell in row.cells if cell.on >= today):
        yield _("No roster names who is on duty in the next seven days.")
    yield _("Certificates of key posts are not kept here; add them as scans or on paper.")
