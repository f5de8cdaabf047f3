"""What drills say on Today: to whom they are in charge of, and to those who take part."""

from datetime import datetime
from html import escape
from typing import Final

from sqlalchemy.orm import Session

from drills.pages.words import row_badges, state_badge
from drills.permissions import Permission
from drills.rhythm import State
from drills.service import attending, listing, years
from drills.service.listing import DrillRow
from drills.service.next_steps import Todo
from safety_app import ui
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, day_text
from safety_app.ui import markup

SHOWN: Final = 4
TODAY: Final = frozenset({Todo.RUNNING, Todo.HOLD})


def drills(actor: Actor, now: datetime) -> bool:
    """A drill of today to everybody who takes part, the rest to whoever sees to it."""
    if not actor.may_somewhere(Permission.VIEW):
        return False
    with reading() as session:
        found = listing.now_year(session, actor, now)
        waiting = listing.pressing(listing.rows(session, actor.site_id, found, now))
        mine = [row for row in waiting if _concerns(session, actor, row, now)]
    due = years.next_due(found, clock.local_day(now, actor.timezone))
    owes = due is not None and actor.reach(Permission.PLAN).site and due.state is State.OVERDUE
    if not mine and not owes:
        return False
    lines = "".join(_line(row) for row in mine[:SHOWN])
    if owes and due is not None:
        lines += (
            f'<a class="line" href="/drill-year"><strong>{escape(due.rule.display_text)}</strong>'
            f'<span class="sub">{escape(due.period.name)}</span>{ui.badges(state_badge(due))}</a>'
        )
    ui.html(markup.section(_("Drills")) + f'<div class="box lines">{lines}</div>')
    return True


def _concerns(session: Session, actor: Actor, row: DrillRow, now: datetime) -> bool:
    """Whether somebody plans, leads or judges it, or takes part in it today."""
    drill = next(
        one.drill for one in years.standings(session, actor.site_id, now) if one.drill.id == row.id
    )
    if row.todo in TODAY:
        today = clock.local_day(now, actor.timezone)
        if actor.user_id in attending.expected(session, drill, today):
            return True
    named = (drill.owner_id, drill.commander_id)
    return actor.user_id in named or actor.may(Permission.PLAN, window_id=drill.window_id)


def _line(row: DrillRow) -> str:
    facts = " · ".join((row.code, day_text(row.day), row.place))
    return (
        f'<a class="line" href="/drills?drill={row.code}"><strong>{escape(row.title)}</strong>'
        f'<span class="sub">{escape(facts)}</span>{row_badges(row)}</a>'
    )
