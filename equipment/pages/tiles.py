"""What safety facilities say on Today: what falls due, to keepers and to who answers for all."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final

from equipment.pages.words import badges
from equipment.permissions import Permission
from equipment.service import listing
from equipment.service.listing import Counts, Filters, ItemRow, View
from safety_app import ui
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, ngettext

SHOWN: Final = 5
OF_ALL: Final[tuple[tuple[View, str, ui.Tone, str], ...]] = (
    (View.TO_SCRAP, N_("To be scrapped and replaced"), "red", "dangerous"),
    (View.DUE, N_("Due, overdue or failed"), "orange", "event_busy"),
    (View.SOON, N_("Due within 30 days"), "yellow", "schedule"),
    (View.OUT, N_("Away or out of service"), "grey", "local_shipping"),
)


def due(actor: Actor, now: datetime) -> bool:
    """What must be done now, else within a month; nothing when all is in order."""
    if not actor.may_somewhere(Permission.KEEP):
        return _of_all(actor, now)
    today = clock.local_day(now, actor.timezone)
    with reading() as session:
        counts = listing.counts(session, actor, today, kept=True)
        view = View.PRESSING if counts.overdue else View.SOON
        if not counts.of(view):
            return False
        asked = Filters(today, view, kept=True, size=SHOWN)
        rows = listing.list_items(session, actor, asked).rows
    is_all = actor.reach(Permission.KEEP).site
    ui.html(
        ui.markup.section(_heading(counts))
        + f'<div class="box lines">{_lines(rows)}</div>'
        + _links(counts, view, "" if is_all else "&kept=1")
    )
    return True


def _of_all(actor: Actor, now: datetime) -> bool:
    """To whoever answers for the hall and keeps nothing: how many stand how."""
    if not actor.reach(Permission.RETIRE).site:
        return False
    with reading() as session:
        counts = listing.counts(session, actor, clock.local_day(now, actor.timezone))
    if not counts.overdue + counts.of(View.SOON):
        return False
    lines = "".join(
        f'<a class="line" href="/equipment?view={view}"><strong>{escape(_(name))}</strong>'
        f"{_failed(counts, view)}{ui.badges(ui.badge(str(counts.of(view)), tone, symbol))}</a>"
        for view, name, tone, symbol in OF_ALL
        if counts.of(view)
    )
    ui.html(ui.markup.section(_("Safety facilities")) + f'<div class="box lines">{lines}</div>')
    return True


def _failed(counts: Counts, view: View) -> str:
    """How many of the due ones failed their inspection."""
    if view is not View.DUE or not counts.failed:
        return ""
    words = ngettext(
        "{n} of them failed its inspection", "{n} of them failed their inspection", counts.failed
    )
    return f'<span class="sub">{escape(words)}</span>'


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


def _links(counts: Counts, view: View, kept: str) -> str:
    """The whole list, where more than this stands in it; behind it what comes within a month."""
    links = []
    if counts.of(view) > SHOWN:
        words = _("Show all {n}", n=counts.of(view))
        links.append(ui.markup.anchor(words, f"/equipment?view={view}{kept}", look="quiet"))
    soon = counts.of(View.SOON)
    if view is View.PRESSING and soon:
        words = _("{n} more within 30 days", n=soon)
        links.append(ui.markup.anchor(words, f"/equipment?view=soon{kept}", look="quiet"))
    return f"<p>{''.join(links)}</p>" if links else ""
