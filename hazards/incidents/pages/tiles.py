"""What incidents say on Today: the hour loudly, what waits for this person, the way to report."""

from datetime import datetime
from html import escape
from typing import Final

from hazards.incidents.deadlines import Clock, State
from hazards.incidents.models import STATUS_NAMES
from hazards.incidents.pages.hour import badge
from hazards.incidents.pages.words import days_left, level_badge
from hazards.incidents.permissions import Permission
from hazards.incidents.service import queries
from hazards.incidents.service.queries import IncidentRow, Pressing, View
from hazards.incidents.wording import clock_text, lapsed_text, what_of, when
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, ngettext
from safety_app.ui import markup

SHOWN: Final = 3
EVERY: Final = 20.0


def hour(actor: Actor, now: datetime) -> bool:
    """The hour of every accident whose authorities are not told yet; it counts down by itself."""
    if not actor.reach(Permission.HANDLE).site:
        return False
    with reading() as session:
        found = queries.pressing(session, actor, now)
    if not found:
        return False
    ui.fragment(_ticking, every=EVERY)()
    return True


def _ticking() -> None:
    actor, now = ui.current_actor(), ui.now()
    with reading() as session:
        found = queries.pressing(session, actor, now)
    ui.html("".join(_pressing(one, now, actor.timezone) for one in found))


def _pressing(one: Pressing, now: datetime, timezone: str) -> str:
    is_over = one.clock.state is State.OVERDUE or any(owed.due_at < now for owed in one.owed)
    tone = "red" if is_over else "orange"
    if one.clock.is_open:
        words = clock_text(one.clock, now)
    else:
        words = _("A follow-up report is due") if one.owed else _("To be decided anew")
    until = ""
    if one.clock.is_open and one.clock.due_at:
        until = _("by {moment}", moment=when(one.clock.due_at, timezone))
    what = " · ".join(
        filter(None, (one.row.number, what_of(one.row.kind, one.row.what), one.row.place, until))
    )
    lapsed = f"<p>{escape(lapsed_text())}</p>" if one.is_undecided else ""
    href = f"/incidents?no={one.row.number}&part=authorities"
    return (
        f'<div class="hour hour-{tone}" role="alert">'
        f"{markup.icon('alarm' if is_over else 'timer')}<div><strong>{escape(words)}</strong>"
        f"<p>{escape(what)}</p>{lapsed}"
        f"{markup.anchor(_('Text and record of the report'), href, 'campaign')}</div></div>"
    )


def waiting(actor: Actor, now: datetime) -> bool:
    """The open cases that concern this person, those that wait for them first."""
    with reading() as session:
        rows, count = queries.concerning(session, actor, SHOWN)
        clocks = {one.row.id: one.clock for one in queries.pressing(session, actor, now)}
    if not rows:
        return False
    heading = (
        ngettext("{n} incident waits for me", "{n} incidents wait for me", count)
        if count
        else _("Open incidents that concern me")
    )
    lines = "".join(_line(row, clocks.get(row.id), now) for row in rows)
    ui.html(f'{markup.section(heading)}<div class="box lines">{lines}</div>{_all(count)}')
    return True


def _line(row: IncidentRow, clock: Clock | None, now: datetime) -> str:
    left = badge(clock, now) if clock else ""
    due = ui.due_badge(days_left(row.investigate_by))
    return (
        f'<a class="line" href="/incidents?no={row.number}">'
        f"<strong>{escape(what_of(row.kind, row.what))}</strong>"
        f'<span class="sub">{escape(_under(row))}</span>'
        f"{ui.badges(level_badge(row.level), left, due)}</a>"
    )


def link(_actor: Actor, _now: datetime) -> bool:
    """The way to report one, for everybody."""
    if not ui.knows("report-incident"):
        return False
    ui.secondary_link(
        _("Incident or near miss? Report it now"), "/report-incident", "emergency", big=True
    )
    return True


def _under(row: IncidentRow) -> str:
    return " · ".join((row.number, _(STATUS_NAMES[row.status]), row.place))


def _all(count: int) -> str:
    if count <= SHOWN:
        return ""
    words = _("Show all {n}", n=count)
    return f"<p>{markup.anchor(words, f'/incidents?view={View.WAITING}', look='quiet')}</p>"
