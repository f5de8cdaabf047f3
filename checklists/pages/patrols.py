"""Records of patrols: by days, window and state, each with its sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from itertools import groupby
from typing import Final

import streamlit as st

from checklists import service
from checklists.models import MISSED_REASON_NAMES
from checklists.pages import printing
from checklists.pages.tiles import explain_form
from checklists.permissions import Permission
from checklists.recurrence import STATE_NAMES, State, state_name
from checklists.service import Counts, TaskRow
from safety_app import ui
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, day_text
from safety_app.ui import markup
from safety_app.workplace import service as workplace

STEP: Final = 60
ALL: Final = "all"
GIVEN: Final = "given"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for."""

    first: date
    last: date
    window_id: int | None
    state: State | None


def render() -> None:
    """Filters, completion, and the list by day."""
    actor, now = ui.current_actor(), ui.now()
    today = clock.local_day(now, actor.timezone)
    with reading() as session:
        windows = _windows(actor, workplace.window_names(session, actor.site_id))
    ui.title(_("Patrols"), _("What was due, what was done, and the sheets"))
    choice = _choose(today, windows)
    limit = int(st.session_state.get("patrols.limit", STEP))
    with reading() as session:
        counts = service.counts(
            session,
            actor,
            first=choice.first,
            last=choice.last,
            window_id=choice.window_id,
            now=now,
        )
        total = service.count_tasks(
            session,
            actor,
            first=choice.first,
            last=choice.last,
            window_id=choice.window_id,
            state=choice.state,
            now=now,
        )
        rows = service.list_tasks(
            session,
            actor,
            first=choice.first,
            last=choice.last,
            window_id=choice.window_id,
            state=choice.state,
            newest_first=True,
            limit=limit,
            now=now,
        )
    ui.html(_kpis(counts))
    printing.draw(actor, windows, choice.window_id, choice.last.replace(day=1), today)
    if not rows:
        ui.empty(_("No patrols in this selection"), _("Choose other days or another state."))
        return
    ui.html(
        "".join(_day(actor, on, list(day)) for on, day in groupby(rows, lambda one: one.due_on))
    )
    if total > limit and st.button(_("Show more ({n})", n=total - limit), key="patrols.more"):
        st.session_state["patrols.limit"] = limit + STEP
        st.rerun()
    _explain(actor, rows, now)


def _choose(today: date, windows: Mapping[int, str]) -> Choice:
    periods = {
        "today": (_("Today"), today, today),
        "week": (_("7 days"), today - timedelta(days=6), today),
        "month": (_("This month"), today.replace(day=1), today),
        "before": (_("Last month"), _month_before(today), today.replace(day=1) - timedelta(days=1)),
    }
    given = _given()
    if given:
        first, last = given
        name = f"{day_text(first, weekday=False)}–{day_text(last, weekday=False)}"
        periods = {GIVEN: (name, first, last), **periods}
    asked = str(st.query_params.get("period", ""))
    default = GIVEN if given else asked if asked in periods else "week"
    period = ui.segmented(
        "patrols.period",
        {value: words[0] for value, words in periods.items()},
        label=_("Days"),
        default=default,
    )
    left, right = st.columns(2)
    with left:
        states = {ALL: _("All states"), **{str(one): _(STATE_NAMES[one]) for one in State}}
        state = _select("patrols.state", _("State"), states, str(st.query_params.get("state", "")))
    window = ALL
    if len(windows) > 1:
        with right:
            places = {ALL: _("All places"), **{str(key): name for key, name in windows.items()}}
            asked_window = str(st.query_params.get("window", ""))
            window = _select("patrols.window", _("Window"), places, asked_window)
    return Choice(
        periods[period][1],
        periods[period][2],
        None if window == ALL else int(window),
        None if state == ALL else State(state),
    )


def _select(key: str, label: str, options: Mapping[str, str], asked: str) -> str:
    values = list(options)
    if st.session_state.get(key) not in options:
        st.session_state[key] = asked if asked in options else ALL
    chosen = st.selectbox(
        label, values, format_func=lambda one: options[one], key=key, placeholder=_("Please choose")
    )
    return str(chosen)


def _given() -> tuple[date, date] | None:
    """Days named in the address, as the report names them."""
    try:
        first = date.fromisoformat(str(st.query_params.get("first", "")))
        last = date.fromisoformat(str(st.query_params.get("last", "")))
    except ValueError:
        return None
    return (first, last) if first <= last <= first + timedelta(days=366) else None


def _month_before(today: date) -> date:
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def _windows(actor: Actor, names: dict[int, str]) -> dict[int, str]:
    """The windows this person may choose from."""
    reach = actor.reach(Permission.VIEW)
    return {key: name for key, name in names.items() if reach.site or key in reach.windows}


def _kpis(counts: Counts) -> str:
    figures = (
        (_("Completion"), counts.completed, counts.due),
        (_("In time"), counts.done, counts.due),
    )
    cards = [
        markup.kpi(label, service.rate(n, of), under=f"{n} / {of}") for label, n, of in figures
    ]
    cards.append(markup.kpi(_("Done late"), str(counts.late)))
    cards.append(markup.kpi(_("Not patrolled"), str(counts.missed)))
    return f'<div class="kpis">{"".join(cards)}</div>'


def _day(actor: Actor, on: date, rows: list[TaskRow]) -> str:
    lines = "".join(_line(actor, row) for row in rows)
    return f'{markup.section(day_text(on, year=True))}<div class="box lines">{lines}</div>'


def _line(actor: Actor, row: TaskRow) -> str:
    name = f"{row.subject} · {row.part_name}"
    badge = ui.state_badge(row.state, _(state_name(row.state, row.kind)))
    return (
        f'<a class="line" href="/sheet/{row.id}" target="_self"><span class="item">'
        f'<span class="body"><strong>{escape(name)}</strong><br>'
        f'<span class="sub">{escape(_facts(actor, row))}</span></span>{badge}</span></a>'
    )


def _facts(actor: Actor, row: TaskRow) -> str:
    zone = clock.zone(actor.timezone)
    facts = [row.title]
    if row.submitted_at:
        facts += [row.submitted_by, f"{row.submitted_at.astimezone(zone):%H:%M}"]
    elif row.state is State.MISSED:
        facts.append(_missed_text(row))
    elif row.is_long:
        spans = (clock.local_day(row.opens_at, actor.timezone), row.due_on)
        facts.append("–".join(day_text(on, weekday=False) for on in spans))
    else:
        opens, due = (moment.astimezone(zone) for moment in (row.opens_at, row.due_at))
        facts.append(f"{opens:%H:%M}–{due:%H:%M}")
    return " · ".join(fact for fact in facts if fact)


def _missed_text(row: TaskRow) -> str:
    if not row.missed_reason:
        return _("no reason given")
    name = _(MISSED_REASON_NAMES.get(row.missed_reason, row.missed_reason))
    if row.missed_note:
        return _("{reason}: {note}", reason=name, note=row.missed_note)
    return name


def _explain(actor: Actor, rows: list[TaskRow], now: datetime) -> None:
    """A place for reasons that are missing, of patrols this person answers for."""
    todo = [
        row
        for row in rows
        if row.state is State.MISSED
        and not row.missed_reason
        and actor.may(Permission.EXPLAIN, window_id=row.window_id)
    ]
    if not todo:
        return
    ui.html(markup.section(_("Reasons that are missing")))
    for row in todo[:STEP]:
        explain_form(actor, row, now, place="patrols")
