"""One plan: how it stands, its year ahead, a change from a day on, its end."""

from datetime import date, timedelta
from typing import Final

import streamlit as st

from checklists.models import Rhythm
from checklists.pages import plan_form, plan_year
from checklists.periods import period_of
from checklists.service import change_plan, end_plan, preview, resume_plan
from checklists.service import plan_rows as planned
from checklists.service.plan_rows import PlanRow, Standing
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, day_text
from safety_app.ui import markup

YEAR, CHANGE, END = "year", "change", "end"
PARTS: Final = {YEAR: N_("Year ahead"), CHANGE: N_("Change"), END: N_("End")}
LATEST: Final = timedelta(days=2 * 366)
A_DAY: Final = timedelta(days=1)


def draw(actor: Actor, row: PlanRow) -> None:
    """Facts, then one of three things to do."""
    key = f"plans.{row.id}"
    with ui.card("plan"):
        ui.html(markup.section(f"{row.name} · {row.title}"))
        facts = [(_("How often"), row.rhythm), (_("In force since"), _day(row.starts_on))]
        if row.ends_on is not None:
            facts.append((_("Until"), _day(row.ends_on)))
        ui.facts(facts)
        for rule in row.below:
            ui.notice("orange", _("Too seldom: {rule}.", rule=rule))
        if row.standing is Standing.OVER:
            _resume(actor, row, key)
            return
        part = ui.segmented(
            f"{key}.part", {one: _(name) for one, name in PARTS.items()}, label=_("What to do")
        )
        if part == CHANGE:
            _change(actor, row, key)
        elif part == END:
            _end(actor, row, key)
        else:
            _year(actor, row)


def _year(actor: Actor, row: PlanRow) -> None:
    with reading() as session:
        found = preview.preview(
            session, actor, site_id=actor.site_id, template_code=row.code, place=row.place,
            starts_on=row.starts_on, timing=row.timing, now=ui.now(),
        )  # fmt: skip
    plan_year.draw(found.without_warnings())


def _change(actor: Actor, row: PlanRow, key: str) -> None:
    """Another rhythm from a day on; of a period by default from the next one."""
    today = ui.local_now().date()
    with reading() as session:
        checklist = next(one for one in planned.plannable(session, actor) if one.code == row.code)
    timing = plan_form.choose_timing(key, checklist, row.timing)
    from_on = ui.day_input(
        _("From this day on"),
        value=_first_day(row, today),
        min_value=today + A_DAY,
        max_value=today + LATEST,
        key=f"{key}.from",
    )
    about = _(
        "What is due before stays. Patrols ahead that nobody has begun are made anew from that day."
    )
    ui.html(f'<p class="muted">{about}</p>')
    fits = plan_form.show_year(actor, row.code, row.place, from_on, timing)
    pressed = fits and st.button(_("Save the change"), key=f"{key}.save", type="primary")
    if not pressed:
        return
    changed = ui.act(
        lambda session: change_plan(
            session, actor, row.id, site_id=actor.site_id, from_on=from_on, timing=timing,
            now=ui.now(),
        ),
        done=_("The plan changes on {day}.", day=_day(from_on)),
    )  # fmt: skip
    if changed:
        st.query_params.from_dict({"plan": str(changed.id)})
        st.rerun()


def _first_day(row: PlanRow, today: date) -> date:
    if row.timing.rhythm is Rhythm.PERIOD and row.timing.unit is not None:
        return period_of(row.timing.unit, today).following
    return max(today + A_DAY, row.starts_on)


def _end(actor: Actor, row: PlanRow, key: str) -> None:
    """Asked for twice: afterwards nothing is due here."""
    if row.standing is Standing.ENDS:
        _keep(actor, row, key)
        return
    today, sure = ui.local_now().date(), f"{key}.sure"
    last_on = ui.day_input(
        _("Last day"),
        value=today,
        min_value=today,
        max_value=today + LATEST,
        key=f"{key}.last",
    )
    if st.session_state.get(sure) != last_on:
        if st.button(_("End the plan"), key=f"{key}.end"):
            st.session_state[sure] = last_on
            st.rerun()
        return
    words = _(
        "After {day} nothing of “{checklist}” is due at {place}. What was done or missed stays.",
        day=_day(last_on),
        checklist=row.title,
        place=row.name,
    )
    ui.notice("orange", words)
    yes = st.button(_("Yes, end it"), key=f"{key}.yes", type="primary")
    if st.button(_("No, keep it"), key=f"{key}.no"):
        st.session_state.pop(sure, None)
        st.rerun()
    if not yes:
        return
    ended = ui.act(
        lambda session: end_plan(
            session, actor, row.id, site_id=actor.site_id, last_on=last_on, now=ui.now()
        ),
        done=_("The plan ends on {day}.", day=_day(last_on)),
    )
    if ended:
        st.session_state.pop(sure, None)
        st.rerun()


def _keep(actor: Actor, row: PlanRow, key: str) -> None:
    today = ui.local_now().date()
    if not st.button(_("Let it go on"), key=f"{key}.keep", type="primary"):
        return
    kept = ui.act(
        lambda session: resume_plan(
            session, actor, row.id, site_id=actor.site_id, starts_on=today, now=ui.now()
        ),
        done=_("The plan goes on."),
    )
    if kept:
        st.rerun()


def _resume(actor: Actor, row: PlanRow, key: str) -> None:
    today = ui.local_now().date()
    starts_on = ui.day_input(
        _("From this day on"),
        value=today,
        min_value=today,
        max_value=today + LATEST,
        key=f"{key}.again",
    )
    pressed = st.button(_("Let it go on"), key=f"{key}.resume", type="primary")
    if not pressed:
        return
    found = ui.act(
        lambda session: resume_plan(
            session, actor, row.id, site_id=actor.site_id, starts_on=starts_on, now=ui.now()
        ),
        done=_("The plan goes on."),
    )
    if found:
        st.query_params.from_dict({"plan": str(found.id)})
        st.rerun()


def _day(day: date) -> str:
    return day_text(day, weekday=False, year=True)
