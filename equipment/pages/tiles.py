"""What safety facilities say on Today of whoever keeps some: what falls due."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final

from equipment.pages.words import badges
from equipment.permissions import Permission
from equipment.service import listing
from equipment.service.listing import Counts, ItemRow, View
from safety_app import ui
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, ngettext

SHOWN: Final = 5


def due(actor: Actor, now: datetime) -> bool:
    """What must be done now or within a month; nothing when all is in order."""
    if not actor.may_somewhere(Permission.KEEP):
        return False
    today = clock.local_day(now, actor.timezone)
    with reading() as session:
        counts = listing.counts(session, actor, today, kept=True)
        if not counts.overdue + counts.of(View.SOON):
            return False
        rows = listing.pressing(session, actor, today, size=SHOWN)
    ui.html(
        ui.markup.section(_heading(counts))
        + f'<div class="box lines">{_lines(rows)}</div>'
        + _all(counts)
    )
    return True


def _heading(counts: Counts) -> str:
    if counts.overdue:
        return ngettext(
            "{n} safety facility is due or overdue",
            "{n} safety facilities are due or overdue",
            counts.overdue,
        )
    soon = counts.of(View.SOON)
    return ngettext(
        "{n} safety facility falls due within 30 days",
        "{n} safety facilities fall due within 30 days",
        soon,
    )


def _lines(rows: Sequence[ItemRow]) -> str:
    return "".join(
        f'<a class="line" href="/equipment?item={row.code}"><strong>{row.code}'
        f' {escape(row.name)}</strong><span class="sub">{escape(row.place)}</span>'
        f"{badges(row.standings, 1)}</a>"
        for row in rows
    )


def _all(counts: Counts) -> str:
    """The whole list, where more than this stands in it."""
    view = View.DUE if counts.of(View.DUE) else View.TO_SCRAP if counts.overdue else View.SOON
    total = counts.overdue + counts.of(View.SOON)
    if total <= SHOWN:
        return ""
    address = f"/equipment?view={view}"
    link = ui.markup.anchor(_("Show all {n}", n=counts.of(view)), address, look="quiet")
    return f"<p>{link}</p>"
