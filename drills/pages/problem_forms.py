"""The form of a problem: a hazard with owner and date, or a task to revise a plan."""

from datetime import timedelta
from typing import Any, Final

import streamlit as st

from drills.models import Problem
from drills.pages import fields
from drills.service import problems, tried
from drills.service.detail import DrillDetail
from drills.service.problems import Handling
from hazards.service import Level
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _
from safety_app.ui import markup

HAZARD, REVISION = "hazard", "revision"
LEVELS: Final = {
    Level.URGENT: N_("Urgent"),
    Level.SERIOUS: N_("Serious"),
    Level.MODERATE: N_("Moderate"),
    Level.MINOR: N_("Minor"),
}
DAYS: Final = {Level.URGENT: 1, Level.SERIOUS: 7, Level.MODERATE: 15, Level.MINOR: 15}
REVISION_DAYS: Final = 30


def register(actor: Actor, found: DrillDetail) -> None:
    """What was seen beside the points of the evaluation."""
    drill = found.drill
    form = fields.token(f"problem.{drill.code}.{len(found.problems)}")
    key = f"drills.{form}"
    back = f"/drills?drill={drill.code}&tab=problems"
    fields.head(_("Register a problem"), found.title, back)
    with ui.card("problem"):
        kinds = {HAZARD: _("Put right"), REVISION: _("Revise the plan")}
        kind = ui.segmented(f"{key}.kind", kinds, label=_("What is to be done"))
        what = st.text_input(_("What is wrong (required)"), key=f"{key}.what", max_chars=200)
    names = fields.people_names(actor)
    if kind == REVISION:
        action = _revision(actor, found, key, what or "", names)
        done = _("The task to revise the plan is registered.")
    else:
        action = _hazard(actor, found, key, what or "", names)
        done = _("The problem is registered as a hazard.")
    saved = fields.submit(key, _("Register the problem"), action, done=done, symbol="add_alert")
    if saved is not None:
        st.query_params.from_dict({"drill": drill.code, "tab": "problems"})
        st.rerun()


def _hazard(actor: Actor, found: DrillDetail, key: str, what: str, names: dict[int, str]) -> Any:
    today = ui.local_now().date()
    with ui.card("handling"):
        ui.html(markup.section(_("Who puts it right by when")))
        words = {str(level): _(name) for level, name in LEVELS.items()}
        level = Level(
            ui.segmented(f"{key}.level", words, label=_("Level"), default=str(Level.MODERATE))
        )
        left, right = st.columns(2)
        with left:
            owner = fields.person(_("In charge"), names, f"{key}.owner", None)
        with right:
            by = ui.day_input(
                _("Put right by"), today + timedelta(days=DAYS[level]),
                key=f"{key}.by.{level}", min_value=today,
            )  # fmt: skip
        measures = st.text_area(_("Measures"), key=f"{key}.measures", max_chars=1000, height=80)
        interim = ""
        if level in (Level.URGENT, Level.SERIOUS):
            interim = (
                st.text_area(_("Interim measure"), key=f"{key}.interim", max_chars=500, height=80)
                or ""
            )
        if level is Level.URGENT:
            fields.label(
                _("Urgent ones ask for funds and a contingency plan too: hand it out on the page of"
                  " the hazard.")
            )  # fmt: skip
        else:
            fields.label(_("Without a name it is handed out later on the page of hazards."))
    handling = None
    if owner is not None and level is not Level.URGENT:
        handling = Handling(owner, by, measures or "", interim)

    def add(session: Any) -> Problem:
        return problems.add_hazard(
            session, actor, found.drill.id, what=what, level=level, handling=handling,
            note=measures or "" if handling is None else "", now=ui.now(),
        )  # fmt: skip

    return add


def _revision(actor: Actor, found: DrillDetail, key: str, what: str, names: dict[int, str]) -> Any:
    today = ui.local_now().date()
    with reading() as session:
        offered = {one.plan_id: one.title for one in tried.in_force(session, actor.site_id, today)}
    own = [one.plan_id for one in found.plans if one.plan_id in offered]
    options = [*own, *(one for one in offered if one not in own)]
    with ui.card("handling"):
        if not options:
            ui.notice("yellow", _("No emergency plan is in force yet; publish one under “Plans”."))
        plan_id = st.selectbox(
            _("Plan"), options, index=0 if own else None, format_func=lambda one: offered[one],
            placeholder=_("Choose a plan"), key=f"{key}.plan",
        )  # fmt: skip
        left, right = st.columns(2)
        with left:
            owner = fields.person(
                _("In charge"), names, f"{key}.rowner", found.drill.owner_id, required=True
            )
        with right:
            by = ui.day_input(
                _("Revised by"), today + timedelta(days=REVISION_DAYS), key=f"{key}.rby",
                min_value=today,
            )  # fmt: skip

    def add(session: Any) -> Problem:
        return problems.add_revision(
            session, actor, found.drill.id, what=what, plan_id=plan_id or 0,
            owner_id=owner or actor.user_id, due_on=by, now=ui.now(),
        )  # fmt: skip

    return add
