"""Rounds: type a code, choose a floor, and see what is still to be inspected there."""

from html import escape
from typing import Final

import streamlit as st

from equipment.codes import normal
from equipment.kinds import FAMILY_NAMES, Family
from equipment.permissions import Permission
from equipment.service import rounds
from equipment.service.rounds import Floor, Stop
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, day_text, ngettext
from safety_app.ui import markup

OPEN, ALL = "open", "all"
MOST: Final = 200


def render() -> None:
    """The field for a code; the floors, or the round of one."""
    actor, today = ui.current_actor(), ui.local_now().date()
    ui.title(
        _("Inspect safety facilities"),
        _("Scan the label with the camera of the phone, or type its code."),
        aside=markup.anchor(_("Back to the register"), "/equipment", "arrow_back"),
    )
    _code_field(str(st.query_params.get("code", "")))
    with reading() as session:
        floors = rounds.floors(session, actor, today)
        wanted = rounds.find_floor(session, actor, str(st.query_params.get("item", "")))
    if not floors:
        _nothing(actor)
        return
    chosen = _chosen(floors, wanted)
    if chosen is None:
        ui.html(markup.section(_("Rounds of this month")) + "".join(map(_floor_card, floors)))
        return
    _round(actor, chosen, several=len(floors) > 1)


def _code_field(unknown: str) -> None:
    """A plain form: one press leads from the code to the sheet."""
    label = escape(_("Code on the label"))
    hint = escape(_("e.g. mhq32"))
    go = escape(_("Inspect"))
    ui.html(
        '<form class="box code-field" action="/q" method="get" target="_self">'
        f'<label for="code">{label}</label><div class="item">'
        f'<input id="code" name="code" required maxlength="24" autocomplete="off"'
        f' autocapitalize="characters" spellcheck="false" placeholder="{hint}"'
        f' value="{escape(unknown, quote=True)}">'
        f'<button class="btn" type="submit">{markup.icon("search")}<span>{go}</span></button>'
        "</div></form>"
    )
    if unknown:
        ui.notice("orange", _("No safety facility here has the code {code}. Look at the label"
                              " again.", code=normal(unknown)))  # fmt: skip


def _nothing(actor: Actor) -> None:
    may_add = actor.may_somewhere(Permission.KEEP)
    ui.empty(
        _("Nothing to inspect here yet"),
        _("Register the safety facilities first; then each floor has its round.")
        if may_add
        else _("No safety facility is registered where you inspect."),
        symbol="fire_extinguisher",
        extra=markup.anchor(_("Go to the register"), "/equipment", "fire_extinguisher")
        if may_add
        else "",
    )


def _chosen(floors: list[Floor], wanted: tuple[str, Family] | None) -> Floor | None:
    asked = (st.query_params.get("floor"), st.query_params.get("family"))
    for one in floors:
        if asked == (one.floor, str(one.family)) or (
            asked == (None, None) and wanted == (one.floor, one.family)
        ):
            return one
    return floors[0] if len(floors) == 1 else None


def _name(one: Floor) -> str:
    floor = _("Floor {floor}", floor=one.floor) if one.floor else _("Without a floor")
    return f"{floor} · {_(FAMILY_NAMES[one.family])}"


def _address(one: Floor) -> str:
    return f"/equipment-round?floor={one.floor}&family={one.family}"


def _progress(one: Floor) -> str:
    """A bar with its numbers in words."""
    left = one.total - one.done
    words = _("{done} of {total} inspected", done=one.done, total=one.total)
    if not one.total:
        words = _("Nothing falls due this month")
    if left:
        words += " · " + ngettext("{n} missing", "{n} missing", left)
    share = round(100 * one.done / one.total) if one.total else 100
    return (
        f'<span class="sub">{escape(words)}</span>'
        f'<span class="meter" aria-hidden="true"><i style="width:{share}%"></i></span>'
    )


def _badge(one: Floor) -> str:
    if one.overdue:
        text = ngettext("{n} overdue", "{n} overdue", one.overdue)
        return markup.badge(text, "red", "event_busy", solid=True)
    if one.done == one.total:
        return markup.badge(_("Complete"), "green")
    return ""


def _floor_card(one: Floor) -> str:
    look = "secondary"
    action = _("Show") if one.done == one.total else _("Go on") if one.done else _("Begin")
    return (
        f'<div class="box"><div class="item">{markup.icon("checklist")}<div class="body">'
        f'<div class="name"><strong>{escape(_name(one))}</strong>{_badge(one)}</div>'
        f"{_progress(one)}</div>{markup.anchor(action, _address(one), look=look)}</div></div>"
    )


def _round(actor: Actor, one: Floor, *, several: bool) -> None:
    today = ui.local_now().date()
    with reading() as session:
        stops = rounds.round_of(session, actor, one.floor, one.family, today)
    back = markup.anchor(_("All rounds"), "/equipment-round", "arrow_back") if several else ""
    ui.html(markup.section(_name(one), _badge(one) + back) + f'<div class="box">{_progress(one)}'
            f"{_next_button(stops)}</div>")  # fmt: skip
    waiting = [stop for stop in stops if stop.is_missing and not stop.is_away]
    names = {OPEN: _("Missing {n}", n=len(waiting)), ALL: _("All {n}", n=len(stops))}
    view = ui.segmented("equipment_round.view", names, label=_("Which items"))
    shown = waiting if view == OPEN else stops
    if not shown:
        said = _("Everything on this floor was inspected this month.")
        ui.empty(_("Nothing is missing"), said if one.total else "")
    ui.html("".join(map(_stop_card, shown[:MOST])))
    if len(shown) > MOST:
        ui.notice("grey", _("The first {n} of {total}; the rest follows as these are done.",
                            n=MOST, total=len(shown)))  # fmt: skip
    if actor.may(Permission.KEEP) and len(stops) > 1:
        _order(actor, one, stops)


def _next_button(stops: list[Stop]) -> str:
    following = next((stop for stop in stops if stop.is_missing and not stop.is_away), None)
    if following is None:
        return ""
    label = _("Inspect {code}", code=following.code)
    button = markup.anchor(label, f"/q/{following.code}", "play_arrow", look="primary big")
    return (
        f'<p style="margin:14px 0 0 !important">{button}</p>'
        '<p class="muted" style="margin:10px 0 0 !important">'
        f"{escape(f'{following.name} · {following.place}')}</p>"
    )


def _stop_card(stop: Stop) -> str:
    today = ui.local_now().date()
    if stop.is_away:
        badge = markup.badge(_("Not here"), "grey", "local_shipping")
    elif not stop.is_missing and stop.is_done(today) and stop.inspected_on:
        day = day_text(stop.inspected_on, weekday=False)
        badge = markup.badge(_("Inspected {day}", day=day), "green")
    elif stop.is_overdue:
        badge = markup.badge(_("Inspection overdue"), "red", "event_busy", solid=True)
    elif stop.is_missing:
        badge = markup.badge(_("Not inspected this month"), "yellow", "schedule")
    elif stop.inspect_by:
        by = day_text(stop.inspect_by, weekday=False, year=True)
        badge = markup.badge(_("Due by {day}", day=by), "grey", "schedule")
    else:
        badge = ""
    link = "" if stop.is_away else markup.anchor(_("Inspect"), f"/q/{stop.code}")
    return (
        f'<div class="box"><div class="item"><div class="body"><div class="name">'
        f"<strong>{escape(stop.code)}</strong>{badge}</div>"
        f'<span class="sub">{escape(f"{stop.name} · {stop.place}")}</span></div>{link}</div></div>'
    )


def _order(actor: Actor, one: Floor, stops: list[Stop]) -> None:
    """How the walking order is set: by having walked it, or one by one."""
    today, now = ui.local_now().date(), ui.now()
    labels = {stop.id: f"{stop.code} · {stop.place}" for stop in stops}
    with st.expander(_("Change the walking order")):
        hint = _(
            "Walk once and inspect in the order that suits you, then keep that order; or put"
            " single items elsewhere."
        )
        ui.html(f'<p class="muted">{escape(hint)}</p>')
        if st.button(_("Keep the order just walked"), key="equipment_round.keep"):
            kept = ui.act(
                lambda session: rounds.keep_walked_order(
                    session, actor, one.floor, one.family, today=today, now=now
                ),
                done=_("The walking order is kept."),
            )
            if kept is not None:
                st.rerun()
        with st.form("equipment_round.move", border=False):
            item = st.selectbox(_("Put"), list(labels), format_func=lambda id_: labels[id_])
            ends = {0: _("At the end"), **labels}
            before = st.selectbox(_("before"), list(ends), format_func=lambda id_: ends[id_])
            sent = st.form_submit_button(_("Move"))
        if sent and item != before:
            moved = ui.act(
                lambda session: rounds.move_stop(
                    session, actor, one.floor, one.family, item,
                    before_id=before or None, today=today, now=now,
                ),
                done=_("The walking order is kept."),
            )  # fmt: skip
            if moved:
                st.rerun()
