"""What drills say on Today: to whom they are in charge of, and to those who take part."""

from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Final

from drills.pages.words import due_text, state_badge, todo_badge
from drills.permissions import Permission
from drills.rhythm import Duty
from drills.service.listing import place_text
from drills.service.next_steps import Todo
from drills.service.waiting import Waiting, due_soon, last_step, waiting
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import Database, database, reading
from safety_app.core.i18n import _, bilingual, day_text
from safety_app.ui import markup
from safety_app.workplace import service as workplace

SHOWN: Final = 4


def drills(actor: Actor, now: datetime) -> bool:
    """A drill of today to everybody who takes part, the rest to whoever sees to it."""
    if not actor.may_somewhere(Permission.VIEW):
        return False
    plans_all, minute = actor.reach(Permission.PLAN).site, now.replace(second=0, microsecond=0)
    with reading() as session:
        found = waiting(session, actor, now)
        due = _kept(actor, minute, last_step(session), database()) if plans_all else None
        windows = workplace.window_names(session, actor.site_id) if found else {}
    if not found and due is None:
        return False
    lines = "".join(_line(one, windows) for one in found[:SHOWN]) + _due(due)
    ui.html(markup.section(_("Drills")) + f'<div class="box lines">{lines}</div>')
    return True


@lru_cache(maxsize=64)
def _kept(actor: Actor, minute: datetime, _step: int, _database: Database) -> Duty | None:
    """The duty that ends soon; plans, choices and calendar are looked at once a minute."""
    with reading() as session:
        return due_soon(session, actor, minute)


def _line(one: Waiting, windows: dict[int, str]) -> str:
    drill = one.drill
    day = drill.held_on or drill.planned_on
    facts = " · ".join((drill.code, day_text(day), place_text(drill, windows)))
    return (
        f'<a class="line" href="/drills?drill={drill.code}">'
        f"<strong>{escape(bilingual(drill.title, drill.title_en))}</strong>"
        f'<span class="sub">{escape(facts)}</span>'
        f"{ui.badges(_badge(one))}</a>"
    )


def _badge(one: Waiting) -> str:
    if one.todo is Todo.WAIT:
        return ui.badge(_("Announced: take part"), "petrol", "campaign")
    return todo_badge(one.todo, one.open_problems)


def _due(duty: Duty | None) -> str:
    if duty is None:
        return ""
    until = f"{duty.period.name} · {due_text(duty.period.due)}"
    return (
        f'<a class="line" href="/drill-year"><strong>{escape(duty.rule.display_text)}</strong>'
        f'<span class="sub">{escape(until)}</span>{ui.badges(state_badge(duty))}</a>'
    )
