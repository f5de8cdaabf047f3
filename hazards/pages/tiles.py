"""What hazards say on Today: the urgent ones loudly, and what waits for this person."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from hazards import service
from hazards.models import Status
from hazards.service import HazardRow
from safety_app import ui
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, ngettext

SHOWN = 5


def urgent(actor: Actor, now: datetime) -> bool:
    """A red banner while an urgent hazard is open in sight."""
    today = clock.local_day(now, actor.timezone)
    with reading() as session:
        found = service.urgent_open(session, actor, today=today).rows
    if not found:
        return False
    heading = ngettext("{n} urgent hazard is open", "{n} urgent hazards are open", len(found))
    lines = "".join(
        f'<p><a href="/hazards?no={row.number}">{escape(row.what)}</a> · {escape(row.place)}</p>'
        for row in found[:SHOWN]
    )
    ui.notice(
        "red",
        _("Stop using what is affected and keep people away."),
        heading=heading,
        extra=lines,
    )
    return True


def waiting(actor: Actor, now: datetime) -> bool:
    """The hazards whose next step is this person's."""
    with reading() as session:
        found = service.waiting_for(session, actor, now, size=SHOWN)
        rows = found.rows
        count = service.count_waiting(session, actor) if found.more else len(rows)
    if not rows:
        return False
    own = all(row.status == Status.ASSIGNED for row in rows)
    name = _("My fixes") if own and count <= SHOWN else _("Waiting for me")
    ui.html(
        f'{ui.markup.section(f"{name} {count}")}<div class="box lines">{_lines(rows)}</div>'
        + _all(count)
    )
    return True


def replies(actor: Actor, now: datetime) -> bool:
    """Replies to authorities that are overdue or due within three days."""
    with reading() as session:
        found = service.replies_due(session, actor, clock.local_day(now, actor.timezone))
    if not found:
        return False
    heading = ngettext("{n} reply to an authority is due", "{n} replies to authorities are due",
                       len(found))  # fmt: skip
    lines = "".join(
        f'<a class="line" href="/inspections?id={one.id}"><strong>{escape(one.authority)}</strong>'
        f'<span class="sub">{escape(one.number or _("no number"))}</span>'
        f"{ui.badges(ui.due_badge(one.days_left))}</a>"
        for one in found
    )
    ui.html(f'{ui.markup.section(heading)}<div class="box lines">{lines}</div>')
    return True


def _lines(rows: Sequence[HazardRow]) -> str:
    return "".join(
        f'<a class="line" href="/hazards?no={row.number}"><strong>{escape(row.what)}</strong>'
        f'<span class="sub">{escape(_todo(row))} · {escape(row.place)}</span>'
        f"{ui.badges(ui.level_badge(row.level), ui.due_badge(row.days_left))}</a>"
        for row in rows
    )


def _todo(row: HazardRow) -> str:
    return {
        Status.REGISTERED: _("To assign"),
        Status.ASSIGNED: _("To fix"),
        Status.FIXED: _("To verify"),
    }[row.status]


def _all(count: int) -> str:
    if count <= SHOWN:
        return ""
    link = ui.markup.anchor(_("Show all {n}", n=count), "/hazards?view=waiting", look="quiet")
    return f"<p>{link}</p>"
