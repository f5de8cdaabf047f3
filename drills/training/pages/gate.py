"""The gate before duty: its day, who would be refused, and exceptions for a few days."""

from collections.abc import Mapping
from datetime import date, timedelta
from html import escape
from typing import Final

import streamlit as st
from sqlalchemy.orm import Session

from drills.training.errors import GateTooSoon
from drills.training.models import GatePeriod
from drills.training.pages.words import back_link, exception_days, long_day, number
from drills.training.permissions import Permission
from drills.training.service import gate_keeping
from drills.training.service.beginnings import earliest_gate
from drills.training.service.gate_keeping import OverrideRow
from drills.training.service.gating import AtGate, Short, at_gate, first_period
from drills.training.shipped import figures
from hazards import service as hazards
from safety_app import ui
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, moment_text, ngettext
from safety_app.core.text import capital
from safety_app.ui import markup

SHOWN: Final = 20
LOOK_BACK: Final = timedelta(days=366)
AHEAD: Final = timedelta(days=365)


def render() -> None:
    """How it stands; the manager sets it, ends it and makes exceptions."""
    actor = ui.current_actor()
    today = ui.local_now().date()
    with reading() as session:
        now_on = gate_keeping.current_gate(session, actor.site_id, today)
        history = gate_keeping.gate_history(session, actor.site_id)
        began = first_period(session, actor.site_id)
        rows = gate_keeping.overrides_in_sight(session, actor, today - LOOK_BACK, today + AHEAD)
        days = gate_keeping.override_days(session, actor.site_id)
        found = at_gate(session, actor, today)
        shown = [row.user_id for row in found.refused[:SHOWN]]
        owned = hazards.owned(session, actor.site_id, shown)
    may = actor.may_somewhere(Permission.GATE)
    said = _("Nobody is on duty without the training that their post asks for")
    ui.title(_("Gate before duty"), said, aside=back_link())
    left, right = st.columns(2, gap="medium")
    with left:
        with ui.card("gate"):
            _state(actor, now_on, began, today, may=may)
        with ui.card("gate_refused"):
            _short(found, now_on, owned)
    with right:
        with ui.card("gate_overrides"):
            _overrides(actor, rows, days, today, may=may)
        if history:
            with ui.card("gate_history"):
                ui.html(markup.section(_("What was set")) + _history(history, actor))


def _state(
    actor: Actor, now_on: GatePeriod | None, began: GatePeriod | None, today: date, *, may: bool
) -> None:
    ui.html(markup.section(_("State")))
    if now_on is None:
        ui.notice("grey", _("The gate is not on: everybody may be put on duty."))
        if may:
            _set(actor, began, today)
        return
    begun = now_on.starts_on <= today
    base = began or now_on
    until = base.starts_on + timedelta(days=base.grace_days)
    if begun:
        ui.notice("green", _("On since {day}.", day=long_day(now_on.starts_on)))
    else:
        ui.notice("petrol", _("It begins on {day}.", day=long_day(now_on.starts_on)))
    if today < until:
        grace = _(
            "Whoever was there on {day} is only warned before {until}; newcomers are refused at"
            " once.",
            day=moment_text(base.set_at, actor.timezone, year=True), until=long_day(until),
        )  # fmt: skip
        ui.html(f"<p>{escape(grace)}</p>")
    elif base.id != now_on.id:
        ui.html(f"<p>{escape(_warned_once(base))}</p>")
    if may:
        if not begun:
            _set(actor, began if began and began.id != now_on.id else None, today)
        _end(actor)


def _warned_once(began: GatePeriod) -> str:
    return _(
        "The days of warning run once: from {first}, when the gate was first on, to {last}. After"
        " them everybody who lacks a training is refused at once.",
        first=long_day(began.starts_on),
        last=long_day(began.starts_on + timedelta(days=began.grace_days - 1)),
    )


def _set(actor: Actor, began: GatePeriod | None, today: date) -> None:
    """Choose the day; `began` is the period before in which the days of warning ran."""
    with reading() as session:
        soonest = earliest_gate(session, actor.site_id, today)
    with st.form("gate.set", border=False):
        starts_on = ui.day_input(
            _("First day"), value=today + timedelta(days=30), min_value=soonest,
            max_value=today + AHEAD, key="gate.on",
        )  # fmt: skip
        said = _(
            "From this day on the roster, the sheets and the handing out of tasks refuse who lacks"
            " a training."
        )
        whom = _("Whoever works here today is warned for 90 days first.")
        for text in (said, _warned_once(began) if began else whom):
            ui.html(f'<p class="muted">{escape(text)}</p>')
        if soonest > today:
            too_soon = GateTooSoon(n=figures().ahead_days, day=long_day(soonest))
            ui.notice("orange", too_soon.message())
        pressed = st.form_submit_button(_("Set this day"), type="primary")
    if pressed:
        done = ui.act(
            lambda session: gate_keeping.set_gate(
                session, actor, starts_on=starts_on, now=ui.now()
            ),
            done=_("The day of the gate is set."),
        )
        if done is not None:
            st.rerun()


def _end(actor: Actor) -> None:
    with st.expander(_("End the gate")):
        said = _("From today on nobody is refused. That the gate was ended stands in the report.")
        ui.html(f"<p>{escape(said)}</p>")
        if not st.button(_("End the gate"), key="gate.end"):
            return

        def act(session: Session) -> bool:
            gate_keeping.end_gate(session, actor, now=ui.now())
            return True

        if ui.act(act, done=_("The gate is ended.")):
            st.rerun()


def _short(found: AtGate, now_on: GatePeriod | None, owned: Mapping[int, int]) -> None:
    """Who is refused today, and who only warned as yet."""
    if not found.warned or found.refused:
        heading = _("Refused today") if now_on else _("Would be refused today")
        ui.html(markup.section(f"{heading} {len(found.refused) or ''}"))
        if found.refused:
            _people([(row, _with_hazards(row, owned.get(row.user_id, 0))) for row in found.refused])
        else:
            ui.empty(_("Nobody"), _("All who serve have what their post asks for."))
    if found.warned:
        ui.html(markup.section(f"{_('Only warned as yet')} {len(found.warned)}"))
        _people(
            [
                (row, _("{why}. Refused from {day}.", why=row.why, day=long_day(row.refused_from)))
                for row in found.warned
            ]
        )


def _with_hazards(row: Short, owned: int) -> str:
    """What somebody lacks, and what they are in charge of all the same."""
    if not owned:
        return row.why
    return ngettext(
        "{why}. In charge of {n} open hazard: give it to somebody else.",
        "{why}. In charge of {n} open hazards: give them to somebody else.",
        owned, why=row.why,
    )  # fmt: skip


def _people(rows: list[tuple[Short, str]]) -> None:
    lines = "".join(
        f'<a class="line" href="/training-person?id={row.user_id}">'
        f'<strong>{escape(row.name)}</strong><span class="sub">{escape(capital(said))}</span></a>'
        for row, said in rows[:SHOWN]
    )
    ui.html(f'<div class="lines flush">{lines}</div>')
    if len(rows) > SHOWN:
        more = ngettext("and {n} more", "and {n} more", len(rows) - SHOWN)
        ui.html(f'<p class="muted">{escape(more)}</p>')


def _overrides(actor: Actor, rows: list[OverrideRow], days: int, today: date, *, may: bool) -> None:
    ui.html(markup.section(_("Emergency exceptions")))
    said = ngettext(
        "In an emergency a manager may let a person serve all the same, on at most {n} day of any"
        " {most}. It stands in the report.",
        "In an emergency a manager may let a person serve all the same, on at most {n} days of any"
        " {most}. It stands in the report.",
        days, most=gate_keeping.OVERRIDE_WINDOW.days,
    )  # fmt: skip
    ui.html(f'<p class="muted">{escape(said)}</p>')
    if may:
        _allow(actor, days, today)
    if not rows:
        ui.empty(_("No exception was made in the last year"), symbol="task_alt")
        return
    for row in rows:
        _override(actor, row, today, may=may)
    if may:
        _limit(actor, days)


def _allow(actor: Actor, days: int, today: date) -> None:
    wanted = number(st.query_params.get("allow", ""))
    with st.expander(_("Make an exception"), expanded=bool(wanted)):
        with reading() as session:
            people = {
                one.id: one.display_name for one in accounts.list_people(session, actor.site_id)
            }
        order = list(people)
        user_id = st.selectbox(
            _("Person (required)"), order, format_func=people.__getitem__, key="gate.person",
            index=order.index(wanted) if wanted in people else None,
            placeholder=_("Choose or type a name"),
        )  # fmt: skip
        left, right = st.columns(2)
        with left:
            first = ui.day_input(_("First day"), value=today, min_value=today, key="gate.first")
        with right:
            last = ui.day_input(
                _("Last day (included)"), value=today, min_value=today,
                key="gate.last", max_value=today + timedelta(days=days + 365),
            )  # fmt: skip
        if user_id and first <= last:
            with reading() as session:
                lacking = gate_keeping.lacking_on(session, actor.site_id, user_id, first, last)
            if lacking:
                ui.notice("grey", lacking, heading=_("What is lacking on these days"))
        reason = st.text_area(_("Reason (required)"), key="gate.reason", max_chars=500)
        if not st.button(_("Let this person serve"), type="primary", key="gate.allow"):
            return
        done = ui.act(
            lambda session: gate_keeping.allow(
                session, actor, user_id=user_id or 0, first=first, last=last, reason=reason,
                now=ui.now(),
            ),
            done=_("The exception is made and stands in the report."),
        )  # fmt: skip
    if done is not None:
        st.query_params.clear()
        st.rerun()


def _override(actor: Actor, row: OverrideRow, today: date, *, may: bool) -> None:
    is_on = row.first <= today <= row.last
    mark = ui.badge(_("In force now"), "orange", "front_hand") if is_on else ""
    if row.withdrawn_at:
        mark = ui.badge(_("Taken back"), "grey", "undo")
    facts = [row.reason, row.lacking, _("by {name}", name=row.by)]
    said = "".join(f'<span class="sub">{escape(capital(one))}</span>' for one in facts if one)
    head = f"{row.name} · {exception_days(row)}"
    ui.html(
        f'<div class="line"><strong>{escape(head)}</strong>{said}'
        f"{ui.badges(mark) if mark else ''}</div>"
    )
    if not (may and row.withdrawn_at is None and row.last >= today):
        return
    if st.button(_("Take it back"), key=f"gate.withdraw.{row.id}"):

        def act(session: Session) -> bool:
            gate_keeping.withdraw(session, actor, row.id, now=ui.now())
            return True

        if ui.act(act, done=_("The exception is taken back.")):
            st.rerun()


def _limit(actor: Actor, days: int) -> None:
    with st.expander(_("How long an exception may last")):
        chosen = st.number_input(_("Days at most"), 1, 30, days, key="gate.days")
        if not st.button(_("Save"), key="gate.save_days"):
            return

        def act(session: Session) -> bool:
            gate_keeping.set_override_days(session, actor, days=int(chosen or days), now=ui.now())
            return True

        if ui.act(act, done=_("Saved.")):
            st.rerun()


def _history(history: list[GatePeriod], actor: Actor) -> str:
    with reading() as session:
        names = accounts.names(session, [x for one in history for x in (one.set_by, one.ended_by)])
    entries = []
    for one in history:
        when = moment_text(one.set_at, actor.timezone, year=True)
        parts = [_("set {when} by {name}", when=when, name=names.get(one.set_by or 0, "–"))]
        if one.ended_at:
            when = moment_text(one.ended_at, actor.timezone, year=True)
            parts.append(
                _("ended {when} by {name}", when=when, name=names.get(one.ended_by or 0, "–"))
            )
        title = _("On from {day}", day=long_day(one.starts_on))
        if one.last is not None and one.last < one.starts_on:
            title = _("Set for {day}, taken back before", day=long_day(one.starts_on))
        elif one.last is not None:
            title = _("{first} – {last}", first=long_day(one.starts_on), last=long_day(one.last))
        entries.append(ui.Entry(title=title, note=" · ".join(parts), icon="front_hand"))
    return markup.timeline(entries)
