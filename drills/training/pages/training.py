"""Training: what is missing or ending first, the next sessions, the own record."""

from html import escape
from typing import Final

import streamlit as st

from drills.training.grid import Light
from drills.training.models import GatePeriod
from drills.training.pages import person
from drills.training.pages.words import (
    cell_badge,
    long_day,
    may_see_others,
    name_of,
    neighbours,
    number,
    session_row,
)
from drills.training.permissions import Permission
from drills.training.service import gate_keeping
from drills.training.service.glance import glance
from drills.training.service.matrix import Cell, Coverage, Filters, Matrix, PersonRow, matrix
from drills.training.service.session_views import SessionRow, View, list_sessions
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, ngettext
from safety_app.ui import markup

SHOWN: Final = 12
SESSIONS: Final = 5
BADGES: Final = 3


def render() -> None:
    """Leads and officers see whom to think of; everybody else their own record."""
    actor = ui.current_actor()
    if not may_see_others(actor):
        person.own(actor)
        return
    today = ui.local_now().date()
    size = SHOWN * max(1, number(st.query_params.get("n", "1")))
    with reading() as session:
        found = glance(session, actor.site_id, today)
        shown = matrix(found, actor, Filters(only_lacking=True, size=size))
        sessions, planned = list_sessions(session, actor, size=SESSIONS, now=ui.now())
        held, _n = list_sessions(session, actor, view=View.HELD, size=3, now=ui.now())
        gate = gate_keeping.current_gate(session, actor.site_id, today)
    plan = ""
    if actor.may_somewhere(Permission.TEACH):
        plan = markup.anchor(
            _("Plan a session"), "/training-sessions?do=new", "add", look="primary"
        )
    ui.title(_("Training, exams"), _("What is missing or ends soon comes first"), aside=plan)
    ui.html(neighbours("training"))
    ui.html(_figures(shown.coverage, shown))
    ui.html(_gate(actor, gate))
    left, right = st.columns((55, 45), gap="medium")
    with left:
        _people(shown, size)
    with right:
        _sessions(sessions, planned, actor)
        _held(held, actor)


def _figures(coverage: Coverage, shown: Matrix) -> str:
    """How many lack nothing, of how many; how many do; whose cover ends within a month."""
    ending = sum(1 for row in shown.rows if row.worst is Light.SOON)
    whole = f"{coverage.whole}/{coverage.of}" if coverage.of else "–"
    share = f"{coverage.whole * 100 // coverage.of}%" if coverage.of else ""
    lacking = coverage.of - coverage.whole
    figures = [
        markup.kpi(_("Fully covered today"), whole, under=share),
        markup.kpi(_("Lacking something"), str(lacking)),
        markup.kpi(_("Ending within 30 days"), str(max(shown.total - lacking, ending))),
    ]
    return f'<div class="kpis">{"".join(figures)}</div>'


def _gate(actor: Actor, gate: GatePeriod | None) -> str:
    """What the gate does now; to the manager the way to set it."""
    more = ""
    if actor.may_somewhere(Permission.GATE):
        more = markup.anchor(_("Gate before duty"), "/training-gate", "front_hand")
    if gate is None:
        said = _("Nobody is kept off duty yet: no day is set for the gate.")
        return markup.notice("grey", said, extra=more)
    if gate.starts_on > ui.local_now().date():
        said = _("From {day} nobody is on duty who lacks a training.", day=long_day(gate.starts_on))
        return markup.notice("petrol", said, extra=more)
    return ""


def _people(shown: Matrix, size: int) -> None:
    """Whom to think of, the most pressing first."""
    names = {one.id: name_of(one) for one in (*shown.courses, *shown.coming)}
    aside = markup.anchor(_("Everybody"), "/training-matrix", "grid_on")
    ui.html(markup.section(_("To be trained"), aside))
    if not shown.rows:
        with ui.card("nothing"):
            ui.empty(
                _("Everybody has what they need"),
                _("Within 30 days nothing ends either."),
                symbol="task_alt",
            )
        return
    pressed = ui.rows(
        "training.people", [_row(row, names) for row in shown.rows], label=_("To be trained")
    )
    if shown.total > size:
        more = f"/training?n={size // SHOWN + 1}"
        ui.html(markup.anchor(_("Show more"), more, "expand_more"))
    if pressed:
        ui.go("training-person", id=pressed)


def _row(row: PersonRow, names: dict[int, str]) -> ui.Row:
    """A person with the lights of what is missing."""
    pressing = row.pressing
    lines = [
        f"{cell_badge(cell)} <span>{escape(names[cell.course_id])}{_until(cell)}</span>"
        for cell in pressing[:BADGES]
    ]
    if len(pressing) > BADGES:
        n = len(pressing) - BADGES
        lines.append(f"<span>{escape(ngettext('and {n} more', 'and {n} more', n))}</span>")
    inside = "".join(f'<span class="lack">{line}</span>' for line in lines)
    return ui.Row(
        id=str(row.person.id),
        title=row.person.display_name,
        code=row.person.staff_no,
        badges=f'<span class="lacks">{inside}</span>',
    )


def _until(cell: Cell) -> str:
    if cell.needed_from:
        return escape(_(" (required from {day})", day=cell.needed_from.isoformat()))
    if cell.light is Light.SOON and cell.until:
        return escape(_(" (until {day})", day=cell.until.isoformat()))
    return ""


def _sessions(rows: list[SessionRow], planned: int, actor: Actor) -> None:
    aside = markup.anchor(_("All sessions"), "/training-sessions", "groups")
    ui.html(markup.section(_("Next sessions"), aside))
    if not rows:
        with ui.card("no_session"):
            ui.empty(
                _("No session is planned"),
                _("Plan one for those who lack a training."),
                symbol="event",
            )
        return
    pressed = ui.rows(
        "training.sessions",
        [session_row(row, actor.timezone) for row in rows],
        label=_("Next sessions"),
    )
    if planned > len(rows):
        said = ngettext("{n} more is planned", "{n} more are planned", planned - len(rows))
        ui.html(f'<p class="muted">{escape(said)}</p>')
    if pressed:
        ui.go("training-sessions", id=pressed)


def _held(rows: list[SessionRow], actor: Actor) -> None:
    if not rows:
        return
    ui.html(markup.section(_("Held last")))
    pressed = ui.rows(
        "training.held",
        [session_row(row, actor.timezone) for row in rows],
        label=_("Held last"),
    )
    if pressed:
        ui.go("training-sessions", id=pressed)
