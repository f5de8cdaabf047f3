"""What patrols say on Today: due now, later, missed, done; and how the hall stands."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from html import escape
from typing import Final

import streamlit as st

from checklists import service
from checklists.models import MISSED_REASON_NAMES, Kind
from checklists.permissions import Permission
from checklists.recurrence import State
from checklists.service import Counts, TaskRow
from safety_app import ui
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database, database, reading
from safety_app.core.i18n import _, day_text, language, ngettext
from safety_app.ui import markup

LOOK_BACK: Final = timedelta(days=7)
MOST_DUE: Final = 6
MOST_MISSED: Final = 3
ICONS: Final = {"opening": "wb_twilight", "during": "light_mode", "closing": "nights_stay"}


def due(actor: Actor, now: datetime) -> bool:
    """What is to be done now, the most urgent first with the page's one filled button."""
    rows = [
        one
        for one in _today(actor, now, language(), database())
        if one.state in (State.OPEN, State.LATE)
    ]
    rows.sort(key=lambda one: (one.closes_at, one.due_at, one.subject))
    if not rows:
        return False
    unfit = _unfit(actor, now, language(), database()) if not all(r.answered for r in rows) else ""
    others = [
        _line_card(actor, one, _due_badge(actor, one, now), unfit) for one in rows[1:MOST_DUE]
    ]
    ui.html(_first_card(actor, rows[0], now, unfit) + "".join(others))
    _show_more(len(rows) - MOST_DUE, State.OPEN)
    return True


def countersign(actor: Actor, now: datetime) -> bool:
    """How many sheets and paper forms wait for this person's second signature."""
    if not actor.may_somewhere(Permission.COUNTERSIGN):
        return False
    with reading() as session:
        newest = service.latest(session, actor.site_id)
        papers = len(service.papers_waiting(session, actor))
    waiting = _to_sign(actor, now.replace(second=0, microsecond=0), newest, database())
    if not waiting and not papers:
        return False
    facts = []
    if waiting:
        facts.append(ngettext("{n} sheet", "{n} sheets", waiting))
    if papers:
        facts.append(ngettext("{n} paper form", "{n} paper forms", papers))
    name = _("To countersign: {n}", n=waiting + papers)
    button = markup.anchor(_("Go and sign"), "/countersign", "draw")
    ui.html(
        f'<div class="box"><div class="item">{markup.icon("draw")}<div class="body">'
        f'<div class="name"><strong>{escape(name)}</strong></div>'
        f'<span class="sub">{escape(" · ".join(facts))}</span></div>{button}</div></div>'
    )
    return True


def later(actor: Actor, now: datetime) -> bool:
    """What opens later today."""
    rows = [
        one for one in _today(actor, now, language(), database()) if one.state is State.UPCOMING
    ]
    if not rows:
        return False
    lines = [_line_card(actor, one, _opens_badge(actor, one)) for one in rows[:MOST_DUE]]
    ui.html(markup.section(_("Later today")) + "".join(lines))
    _show_more(len(rows) - MOST_DUE, State.UPCOMING)
    return True


def missed(actor: Actor, now: datetime) -> bool:
    """Missed patrols of the last days that have no reason yet, and the place to give it."""
    if not actor.may_somewhere(Permission.EXPLAIN):
        return False
    today = clock.local_day(now, actor.timezone)
    with reading() as session:
        rows = service.list_tasks(
            session,
            actor,
            first=today - LOOK_BACK,
            last=today,
            state=State.MISSED,
            own=True,
            unexplained=True,
            newest_first=True,
            now=now,
        )
    if not rows:
        return False
    with ui.card("missed"):
        count = ngettext("{n} patrol", "{n} patrols", len(rows))
        rule = _(
            "Past its closing: it cannot be filled in, only explained. The window lead sees the"
            " reason."
        )
        badge = ui.badge(count, "red", "event_busy")
        head = markup.section(_("Not patrolled"), badge)
        ui.html(f'{head}<p class="muted">{escape(rule)}</p>')
        for row in rows[:MOST_MISSED]:
            explain_form(actor, row, now, place="today")
        _show_more(len(rows) - MOST_MISSED, State.MISSED)
    return True


def done(actor: Actor, now: datetime) -> bool:
    """What was done today."""
    rows = [
        one
        for one in _today(actor, now, language(), database())
        if one.state in (State.DONE, State.DONE_LATE) and one.submitted_at
    ]
    if not rows:
        return False
    entries = [
        markup.Entry(
            f"{one.part_name} · {one.subject}",
            f"{_clock(actor, one.submitted_at)} · {one.submitted_by}",
            tone="green" if one.state is State.DONE else "yellow",
            markup="" if one.state is State.DONE else ui.badges(ui.state_badge(one.state)),
        )
        for one in sorted(rows, key=lambda one: str(one.submitted_at), reverse=True)
    ]
    head = markup.section(_("Done today"))
    ui.html(f'<div class="box">{head}{markup.timeline(entries)}</div>')
    return True


def hall(actor: Actor, now: datetime) -> bool:
    """How today's patrols of all windows stand, for whoever answers for more than their own."""
    if not actor.reach(Permission.VIEW).site:
        return False
    today = clock.local_day(now, actor.timezone)
    with reading() as session:
        counts = service.counts(session, actor, first=today, last=today, now=now)
        waiting = service.count_tasks(
            session,
            actor,
            first=today,
            last=today,
            kind=Kind.PATROL,
            states=(State.OPEN, State.LATE),
            now=now,
        )
    if not counts.due and not waiting:
        return False
    link = markup.anchor(_("Show all patrols"), "/patrols?period=today", "description")
    head = markup.section(_("Patrols of the whole hall today"), link)
    ui.html(head + _kpis(counts, waiting))
    return True


def explain_form(actor: Actor, row: TaskRow, now: datetime, *, place: str) -> None:
    """Ask why a patrol was missed."""
    title = f"{day_text(row.due_on)} · {row.part_name} · {row.subject}"
    key = f"{place}.missed_{row.id}"
    with st.expander(title), st.form(key, border=False):
        reason = st.pills(
            _("Reason"),
            list(MISSED_REASON_NAMES),
            format_func=lambda value: _(MISSED_REASON_NAMES[value]),
            key=f"{key}_reason",
        )
        note = st.text_input(_("Supplement (optional)"), max_chars=200, key=f"{key}_note")
        sent = st.form_submit_button(_("Give the reason"), icon=":material/edit_note:")
        paper = markup.anchor(_("Hand in a paper form"), f"/paper?task={row.id}", "scanner")
        ui.html(f"<p>{paper}</p>")
    if not sent:
        return
    kept = ui.act(
        lambda session: service.explain_missed(
            session, actor, row.id, reason or "", note=note, now=now
        ),
        done=_("The reason is kept. The patrol still counts as not done."),
    )
    if kept:
        st.rerun()


@lru_cache(maxsize=8)
def _today(actor: Actor, now: datetime, _language: str, _database: Database) -> Sequence[TaskRow]:
    """Today's own tasks: asked once for all tiles of a rerun, which share `now`."""
    today = clock.local_day(now, actor.timezone)
    with reading() as session:
        return tuple(service.list_tasks(session, actor, day=today, own=True, now=now))


@lru_cache(maxsize=8)
def _unfit(actor: Actor, now: datetime, _language: str, _database: Database) -> str:
    """Why this person begins no sheet today; nothing if they may."""
    with reading() as session:
        found = service.unfit(session, actor, now)
    return found.message() if found else ""


@lru_cache(maxsize=128)
def _to_sign(actor: Actor, minute: datetime, _newest: int, _database: Database) -> int:
    """What waits for somebody's signature, looked through once a minute and signature."""
    with reading() as session:
        return service.count_waiting(session, actor, now=minute + timedelta(minutes=1))


def _first_card(actor: Actor, row: TaskRow, now: datetime, unfit: str) -> str:
    """The task at hand, with the page's one filled button and why it is due.

    Who may not begin it is told why instead, and looks at it at most.
    """
    button = markup.anchor(_action(row), f"/sheet/{row.id}", "play_arrow", look="primary big")
    why, icon = _why(actor, row), "gavel"
    if unfit and not row.answered:
        button = markup.anchor(_("View"), f"/sheet/{row.id}")
        why, icon = unfit, "front_hand"
    when = _("due {opens}–{due}", opens=_opens(actor, row), due=_due(actor, row))
    facts = " · ".join((row.subject, _extent(row), when))
    head = markup.section(f"{row.title} · {row.part_name}", _due_badge(actor, row, now))
    return (
        f'<div class="box now">{head}<p class="muted">{escape(facts)}</p>'
        f'<p style="margin:14px 0 0 !important">{button}</p>'
        f'<p class="why">{markup.icon(icon)}<span>{escape(why)}</span></p></div>'
    )


def _line_card(actor: Actor, row: TaskRow, badge: str, unfit: str = "") -> str:
    """Another task, on one line; to be looked at by who may not begin it."""
    when = f"{_opens(actor, row)}–{_due(actor, row)}"
    name = f"{row.title} · {row.part_name}"
    action = _("View") if unfit and not row.answered else _action(row)
    button = markup.anchor(action, f"/sheet/{row.id}")
    return (
        f'<div class="box"><div class="item">{markup.icon(ICONS.get(row.part, "schedule"))}'
        f'<div class="body"><div class="name"><strong>{escape(name)}</strong>{badge}</div>'
        f'<span class="sub">{escape(" · ".join((row.subject, _extent(row), when)))}</span></div>'
        f"{button}</div></div>"
    )


def _action(row: TaskRow) -> str:
    if row.state is State.UPCOMING:
        return _("View")
    if row.kind is Kind.CHECK:
        return _("Go on with the check") if row.answered else _("Start the check")
    return _("Go on with the patrol") if row.answered else _("Start the patrol")


def _extent(row: TaskRow) -> str:
    if row.answered:
        return _("{n} of {total} answered", n=row.answered, total=row.total)
    return ngettext("{n} item", "{n} items", row.total)


def _why(actor: Actor, row: TaskRow) -> str:
    if row.is_long:
        due = _due(actor, row)
        after = _("After {due} it counts as done late, and after its period as not done.", due=due)
        return row.why + ("" if language() == "zh_CN" else " ") + after
    closes = _clock(actor, row.closes_at)
    if row.state is State.LATE:
        after = _(
            "Done now it counts as done late; from {closes} on as not patrolled, and it cannot be"
            " filled in afterwards.",
            closes=closes,
        )
    else:
        after = _(
            "After {due} it counts as done late; from {closes} on as not patrolled, and it cannot"
            " be filled in afterwards.",
            due=_clock(actor, row.due_at),
            closes=closes,
        )
    return row.why + ("" if language() == "zh_CN" else " ") + after


def _due_badge(actor: Actor, row: TaskRow, now: datetime) -> str:
    if row.state is State.LATE:
        return ui.state_badge(row.state, _late_text(now - row.due_at))
    return ui.badge(_("by {due}", due=_due(actor, row)), "petrol", "schedule")


def _opens_badge(actor: Actor, row: TaskRow) -> str:
    return ui.badge(_("opens at {opens}", opens=_clock(actor, row.opens_at)), "grey", "schedule")


def _late_text(late: timedelta) -> str:
    minutes = int(late.total_seconds() // 60)
    if minutes < 60:
        return ngettext("{n} minute late", "{n} minutes late", max(minutes, 1))
    if minutes >= 48 * 60:
        return ngettext("{n} day late", "{n} days late", minutes // (24 * 60))
    return ngettext("{n} hour late", "{n} hours late", minutes // 60)


def _opens(actor: Actor, row: TaskRow) -> str:
    """When it opens: the time of day, or the day if there are several to do it in."""
    if not row.is_long:
        return _clock(actor, row.opens_at)
    return day_text(clock.local_day(row.opens_at, actor.timezone), weekday=False)


def _due(actor: Actor, row: TaskRow) -> str:
    """The same of when it is due."""
    return day_text(row.due_on, weekday=False) if row.is_long else _clock(actor, row.due_at)


def _clock(actor: Actor, moment: datetime | None) -> str:
    return f"{moment.astimezone(clock.zone(actor.timezone)):%H:%M}" if moment else ""


def _show_more(count: int, state: State) -> None:
    if count <= 0:
        return
    text = ngettext("{n} more", "{n} more", count)
    ui.html(f"<p>{markup.anchor(text, f'/patrols?state={state}', look='quiet')}</p>")


def _kpis(counts: Counts, waiting: int) -> str:
    decided = _("{n} of {total} due so far", n=counts.completed, total=counts.due)
    figures = (
        (_("Done"), str(counts.completed), decided),
        (_("Late or to do now"), str(waiting), ""),
        (_("Not patrolled"), str(counts.missed), ""),
    )
    cards = "".join(markup.kpi(label, figure, under=under) for label, figure, under in figures)
    return f'<div class="kpis">{cards}</div>'
