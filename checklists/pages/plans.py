"""Plans: what law and house ask for, the list with search, and one plan beside it."""

from collections.abc import Sequence
from html import escape
from typing import Final

import streamlit as st

from checklists.pages import plan_detail, plan_form
from checklists.service import plan_rows as planned
from checklists.service import preview, proposals
from checklists.service.plan_rows import PlanRow, Standing
from checklists.service.proposals import Proposal
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, day_text, ngettext
from safety_app.ui import markup
from safety_app.ui.markup import Tone

NEW: Final = "new"
ALL: Final = "all"
MOST: Final = 60
NAMES_SHOWN: Final = 6
LOOKS: Final[dict[Standing, tuple[str, Tone, str]]] = {
    Standing.STARTS: (N_("Starts on {day}"), "blue", "schedule"),
    Standing.ENDS: (N_("Until {day}"), "orange", "event_busy"),
    Standing.RESTS: (N_("Paused until {day}"), "yellow", "pause_circle"),
    Standing.OVER: (N_("Ended on {day}"), "grey", "block"),
}


def render() -> None:
    """Proposals, search and list, and the plan that was chosen or is being made."""
    actor, now, today = ui.current_actor(), ui.now(), ui.local_now().date()
    chosen = str(st.query_params.get("plan", ""))
    with reading() as session:
        rows = planned.plan_rows(session, actor, today)
        missing = proposals.propose(session, actor, now=now)
    known = {str(row.id): row for row in rows}
    is_open = chosen in known or chosen == NEW
    live = sum(row.standing is not Standing.OVER for row in rows)
    with st.container(key=f"split_head_{'behind' if is_open else 'front'}"):
        count = ngettext("{n} plan", "{n} plans", live)
        look = "secondary" if missing or is_open else "primary"
        add = markup.anchor(_("Add a plan"), f"/plans?plan={NEW}", "add", look=look)
        ui.title(_("Plans"), count, aside=add)
        if missing:
            _offer(actor, missing, any_plan=bool(live), filled=not is_open)
        shown = _filtered(rows) if rows else []
    left, right = st.columns((43, 57), gap="medium")
    with left, st.container(key=f"split_list_{'behind' if is_open else 'front'}"):
        pressed = _list(rows, shown, chosen, offered=bool(missing))
    if pressed and pressed != chosen:
        st.query_params.from_dict({"plan": pressed})
        st.rerun()
    with right, st.container(key=f"split_detail_{'front' if is_open else 'beside'}"):
        _beside(actor, known.get(chosen), is_new=chosen == NEW, any_plan=bool(rows))


def _beside(actor: Actor, row: PlanRow | None, *, is_new: bool, any_plan: bool) -> None:
    if row is not None or is_new:
        back = markup.anchor(_("Back to the plans"), "/plans", "arrow_back", look="quiet")
        ui.html(f'<div class="narrow-only"><p>{back}</p>{ui.receipt()}</div>')
    if row is not None:
        plan_detail.draw(actor, row)
    elif is_new:
        plan_form.add(actor)
    elif any_plan:
        with ui.card("no_plan"):
            ui.empty(
                _("Choose a plan"),
                _("See its year ahead, change its rhythm from a day on, or let it end."),
                symbol="event_repeat",
            )


def _offer(actor: Actor, missing: Sequence[Proposal], *, any_plan: bool, filled: bool) -> None:
    """What is missing, with its rule, and one button for all of it."""
    total = sum(len(one.places) for one in missing)
    with ui.card("proposals"):
        heading = _("Still missing") if any_plan else _("Proposed for your hall")
        text = _(
            "Law and house rules ask for these checklists. Taken over, they are due from today on;"
            " you can change each of them afterwards."
        )
        lines = "".join(_proposal(one) for one in missing)
        ui.html(
            f'{markup.section(heading)}<p class="muted">{escape(text)}</p>'
            f'<div class="plan-duties">{lines}</div>'
        )
        words = ngettext("Take over {n} plan", "Take over all {n} plans", total)
        pressed = st.button(
            words,
            key="plans.accept",
            type="primary" if filled else "secondary",
            icon=":material/done_all:",
        )
    if pressed:
        made = ui.act(
            lambda session: proposals.accept(session, actor, missing, now=ui.now()),
            done=ngettext("{n} plan is set up.", "{n} plans are set up.", total),
        )
        if made:
            st.rerun()


def _proposal(one: Proposal) -> str:
    parts = preview.rhythm_of(one.timing, {"during": _("During hours")})
    rhythm = parts if one.timing.slots or one.timing.unit else _("On every open day")
    names = _(", ").join(one.names[:NAMES_SHOWN])
    if len(one.names) > NAMES_SHOWN:
        names = _("{names} and {n} more places", names=names, n=len(one.names) - NAMES_SHOWN)
    return (
        f'<div class="plan-duty"><strong>{escape(one.title)} · {escape(rhythm)}</strong>'
        f"<span>{escape(names)}</span>"
        f'<span class="sub">{escape(one.duty.display_rule)}</span></div>'
    )


def _filtered(rows: Sequence[PlanRow]) -> list[PlanRow]:
    """Those that run, or all; of one checklist or all; narrowed by what is searched."""
    over = any(row.standing is Standing.OVER for row in rows)
    titles = {row.code: row.title for row in rows}
    with st.container(key="filters_plans", horizontal=True, gap="small"):
        words = st.text_input(
            _("Search"),
            key="plans.search",
            placeholder=_("Search window, place or checklist"),
            label_visibility="collapsed",
            icon=":material/search:",
            max_chars=60,
        )
        options = {ALL: _("All checklists"), **titles}
        code = st.selectbox(
            _("Checklist"),
            list(options),
            format_func=lambda one: options.get(one, one),
            key="plans.code",
            label_visibility="collapsed",
        )
        everything = over and st.checkbox(_("Also those that ended"), key="plans.over")
    return [
        row
        for row in rows
        if row.fits(words or "")
        and code in (ALL, row.code)
        and (everything or row.standing is not Standing.OVER)
    ]


def _list(
    rows: Sequence[PlanRow], shown: Sequence[PlanRow], chosen: str, *, offered: bool
) -> str | None:
    if not rows:
        with ui.card("plans_none"):
            ui.empty(
                _("No plans yet"),
                _("Without a plan nothing is due. Take over what is proposed, or add one.")
                if offered
                else _("Without a plan nothing is due. Add the windows first, then their plans."),
                symbol="event_repeat",
            )
        return None
    if not shown:
        with ui.card("plans_nothing"):
            ui.empty(_("No plan fits this search"), _("Clear the search."), symbol="search")
        return None
    pressed = ui.rows(
        "plans.rows", [_row(row) for row in shown[:MOST]], label=_("Plans"), selected=chosen
    )
    if len(shown) > MOST:
        ui.notice("grey", _("There are more. Search to find them."))
    return pressed


def _row(row: PlanRow) -> ui.Row:
    return ui.Row(
        id=str(row.id),
        title=row.name,
        note=f"{row.title} · {row.rhythm}",
        badges=markup.badges(standing_badge(row), below_badge(row)),
    )


def standing_badge(row: PlanRow) -> str:
    """How the plan stands, if there is anything to say."""
    if row.standing not in LOOKS or row.until is None:
        return ""
    text, tone, symbol = LOOKS[row.standing]
    return markup.badge(_(text, day=day_text(row.until, weekday=False, year=True)), tone, symbol)


def below_badge(row: PlanRow) -> str:
    """A mark on what is planned too seldom."""
    return markup.badge(_("Too seldom"), "orange", "gavel") if row.below else ""
