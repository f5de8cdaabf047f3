"""Plans, drills: what is due and the next step, the drills, the ways to plans and rules."""

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Final

import streamlit as st

from drills.models import CONTENT_NAMES, FORM_NAMES
from drills.pages import drill, forms
from drills.pages.words import (
    TODO_TONES,
    TODO_WORDS,
    due_text,
    open_text,
    row_badges,
    state_badge,
)
from drills.permissions import Permission
from drills.rhythm import Duty, State
from drills.service import listing, years
from drills.service.listing import DrillRow
from drills.service.next_steps import Todo
from drills.service.years import Year
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, day_text
from safety_app.ui import markup

SEARCHED_FROM: Final = 8
MOST: Final = 100
SHOWN: Final = 4
WAYS: Final = (
    ("emergency-plans", "menu_book"),
    ("hall-rules", "gavel"),
)


def render() -> None:
    """One drill, a form, or the list, as the address says."""
    actor = ui.current_actor()
    code = st.query_params.get("drill", "")
    if code:
        drill.render_one(actor, code)
    elif st.query_params.get("do") in (forms.NEW, forms.PAST):
        forms.plan_new(actor, is_past=st.query_params.get("do") == forms.PAST)
    else:
        _list(actor)


def _list(actor: Actor) -> None:
    now, today = ui.now(), ui.local_now().date()
    with reading() as session:
        found = listing.now_year(session, actor, now)
        rows = listing.rows(session, actor.site_id, found, now)
    done, wanted = listing.counted(found)
    may_plan = actor.may_somewhere(Permission.PLAN)
    waiting = listing.pressing(rows)
    due = years.next_due(found, today)
    subtitle = _("{year}: {done} of {wanted} drill duties met",
                 year=today.year, done=done, wanted=wanted)  # fmt: skip
    ui.title(_("Plans, drills"), subtitle, aside=_aside(may_plan=may_plan))
    left, right = st.columns((60, 40), gap="medium")
    with left:
        _next(waiting, due, rows, today, may_plan=actor.reach(Permission.PLAN).site)
        _drills(rows, today, may_plan=may_plan)
    with right:
        _duties(found)
        _ways()


def _aside(*, may_plan: bool) -> str:
    year = markup.anchor(_("Drill plan of the year"), "/drill-year", "calendar_month")
    if not may_plan:
        return year
    return year + markup.anchor(_("Plan a drill"), f"/drills?do={forms.NEW}", "add")


def _next(
    waiting: Sequence[DrillRow],
    due: Duty | None,
    rows: Sequence[DrillRow],
    today: date,
    *,
    may_plan: bool,
) -> None:
    """The one next step as a filled button; what else waits below it."""
    with ui.card("now_drills"):
        if waiting:
            _first(waiting[0])
            ui.html(_others(waiting[1 : SHOWN + 1]))
        elif due is not None and may_plan:
            _plan_first(due)
        else:
            _quiet(rows, today)


def _first(row: DrillRow) -> None:
    tone, symbol = TODO_TONES[row.todo]
    head = ui.badge(_(TODO_WORDS[row.todo]), tone, symbol, solid=row.todo is Todo.SLIPPED)
    words, href = way_of(row)
    ui.html(
        f'<div class="next-step">{ui.badges(head)}<h2>{escape(row.title)}</h2>'
        f'<p class="muted">{escape(_about(row))}</p>'
        f"{markup.anchor(words, href, symbol, look='primary big')}</div>"
    )


def way_of(row: DrillRow) -> tuple[str, str]:
    """What the button of the next step says, and where it leads."""
    page = f"/drills?drill={row.code}"
    match row.todo:
        case Todo.RUNNING:
            return _("Open the stopwatch"), f"/drill/{row.code}/clock"
        case Todo.HOLD:
            return _("Open the stopwatch"), f"/drill/{row.code}/clock"
        case Todo.EVALUATE:
            return _("Evaluate the drill"), f"/inspect/drills:{row.code}"
        case Todo.ANNOUNCE:
            return _("Announce the drill"), f"{page}&do=notify"
        case Todo.SLIPPED:
            return _("Set another day"), f"{page}&do=reschedule"
        case Todo.FOLLOW_UP:
            return open_text(row.open_problems), f"{page}&tab=problems"
        case Todo.DEBRIEF:
            return _("Write down the debrief"), f"{page}&do=record"
        case Todo.REPORT:
            return _("Record the report"), f"{page}&do=report"
        case Todo.CLOSE:
            return _("Close the drill"), f"{page}&do=close"
        case _:
            return _("Open the drill"), page


def _others(rows: Sequence[DrillRow]) -> str:
    return f'<div class="box lines">{"".join(map(_line, rows))}</div>' if rows else ""


def _line(row: DrillRow) -> str:
    return (
        f'<a class="line" href="/drills?drill={row.code}"><strong>{escape(row.title)}</strong>'
        f'<span class="sub">{escape(_about(row))}</span>{row_badges(row)}</a>'
    )


def _about(row: DrillRow) -> str:
    return " · ".join((row.code, day_text(row.day, year=True), row.place))


def _plan_first(due: Duty) -> None:
    link = markup.anchor(
        _("Plan the drills of the year"), "/drill-year", "calendar_month", look="primary big"
    )
    about = " · ".join((due.period.name, due_text(due.period.due), due.rule.display_source))
    ui.html(
        f'<div class="next-step">{ui.badges(state_badge(due))}'
        f"<h2>{escape(due.rule.display_text)}</h2>"
        f'<p class="muted">{escape(about)}</p>{link}</div>'
    )


def _quiet(rows: Sequence[DrillRow], today: date) -> None:
    coming = [row for row in rows if row.todo is Todo.WAIT]
    if coming:
        first = min(coming, key=lambda row: (row.day, row.code))
        ui.html(markup.section(_("Next drill")) + f'<div class="box lines">{_line(first)}</div>')
        return
    ui.empty(
        _("Nothing is to be done"),
        _("Every drill that is due was held and followed up."),
        symbol="task_alt",
    )


def _drills(rows: Sequence[DrillRow], today: date, *, may_plan: bool) -> None:
    with ui.card("drills_list"):
        ui.html(markup.section(_("Drills")))
        if not rows:
            _none(may_plan=may_plan)
            return
        found = _chosen(rows, today)
        if not found:
            ui.empty(_("No drill fits"), _("Clear the search or choose another year."),
                     symbol="search")  # fmt: skip
            return
        pressed = ui.rows("drills.rows", [_row(row) for row in found[:MOST]], label=_("Drills"))
    if pressed:
        st.query_params.from_dict({"drill": pressed})
        st.rerun()


def _chosen(rows: Sequence[DrillRow], today: date) -> list[DrillRow]:
    """Those of the year and the words that were chosen."""
    there = sorted({row.day.year for row in rows} | {today.year}, reverse=True)
    names = {str(year): str(year) for year in there} | {"": _("All years")}
    text = ""
    left, right = st.columns((2, 1))
    with right:
        year = st.selectbox(
            _("Year"), list(names), format_func=names.__getitem__, key="drills.year",
            index=there.index(today.year), label_visibility="collapsed",
        )  # fmt: skip
    with left:
        if len(rows) >= SEARCHED_FROM:
            text = st.text_input(
                _("Search"), key="drills.text", placeholder=_("Search title, code or place"),
                label_visibility="collapsed", icon=":material/search:", max_chars=60,
            )  # fmt: skip
    return listing.matching(rows, year=int(year) if year else None, text=text)


def _row(row: DrillRow) -> ui.Row:
    kinds = (_(CONTENT_NAMES[row.content]), _(FORM_NAMES[row.form]))
    facts = [day_text(row.day, year=True), *kinds, row.place]
    return ui.Row(
        id=row.code,
        title=row.title,
        note=" · ".join(facts),
        code=row.code,
        badges=row_badges(row),
    )


def _none(*, may_plan: bool) -> None:
    extra, words = "", _("The safety officer plans them.")
    if may_plan:
        extra = markup.anchor(_("Enter a drill held before"), f"/drills?do={forms.PAST}", "history")
        words = _(
            "Plan the drills of the year; a drill that was held before is entered from its paper."
        )
    ui.empty(_("No drill is on record yet"), words, symbol="campaign", extra=extra)


def _duties(found: Year) -> None:
    with ui.card("duties"):
        aside = markup.anchor(_("Whole plan"), "/drill-year", look="quiet")
        ui.html(markup.section(_("To be drilled in {year}", year=found.year), aside))
        if not found.duties:
            ui.html(f'<p class="muted">{escape(_("No rule asks for a drill this year."))}</p>')
            return
        ui.html(f'<div class="box lines">{"".join(map(_duty, found.duties))}</div>')


def _duty(duty: Duty) -> str:
    what = f"{duty.rule.display_text}" if duty.plan is None else duty.plan.title
    under = [duty.period.name]
    if duty.on:
        under.append(_("{code}, {day}", code=duty.code, day=day_text(duty.on, weekday=False)))
    elif duty.state is not State.MISSED:
        under.append(due_text(duty.period.due))
    inside = (
        f'<strong>{escape(what)}</strong><span class="sub">{escape(" · ".join(under))}</span>'
        f"{ui.badges(state_badge(duty))}"
    )
    if duty.code:
        return f'<a class="line" href="/drills?drill={duty.code}">{inside}</a>'
    return f'<div class="line">{inside}</div>'


def _ways() -> None:
    """Where plans and rules are kept."""
    names = {"emergency-plans": _("Emergency plans"), "hall-rules": _("Rules of the hall")}
    links = [
        markup.anchor(names[page], f"/{page}", symbol) for page, symbol in WAYS if ui.knows(page)
    ]
    if links:
        with ui.card("ways"):
            ui.html(
                markup.section(_("Plans and rules")) + f'<div class="ways">{"".join(links)}</div>'
            )
