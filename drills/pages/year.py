"""The drill plan of a year: what must be drilled, what is proposed, what is on the plan."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Final

import streamlit as st

from drills import rhythm
from drills.models import CONTENT_NAMES, FORM_NAMES, Form, Status
from drills.pages import fields
from drills.pages.words import due_text, row_badges, state_badge
from drills.permissions import Permission
from drills.proposing import Proposed
from drills.rhythm import Duty, Plan, Rule
from drills.service import listing, years
from drills.service.listing import DrillRow
from drills.service.years import Accepted, Year
from drills.shortfalls import entered_since, shortfalls
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, day_text, language, ngettext
from safety_app.ui import markup
from safety_app.workplace import service as workplace

AHEAD: Final = 1
OLDEST: Final = date(2000, 1, 1)
BACK: Final = 5


def render() -> None:
    """One year: duties, proposal, plan."""
    actor = ui.current_actor()
    today = ui.local_now().date()
    day = _day(today)
    year, is_past = _year(today, day), day < today
    now = years.at_the_end_of(day, actor.timezone, ui.now())
    with reading() as session:
        found = years.year_of(session, actor.site_id, year, years.just_after(now))
        rows = listing.rows(session, actor.site_id, found, now)
        before = workplace.before_records(session, actor.site_id, min(day, date(year, 12, 31)))
        proposed = []
        missing = shortfalls(session, actor.site_id, found, rows, now) if is_past else []
        if not is_past:
            proposed = years.proposal_of(session, actor.site_id, year, years.just_after(now))
    own = [row for row in rows if row.day.year == year]
    ui.title(
        _("Drill plan of {year}", year=year),
        before or _subtitle(found),
        aside=_prints(actor, year, day if is_past else None),
    )
    _switch(year, day, today)
    if is_past and not before:
        _stood(missing, [*entered_since(found.drills, actor.timezone)], day)
    if proposed and actor.reach(Permission.PLAN).site:
        _proposal(actor, year, proposed, found)
    elif proposed:
        ui.notice("yellow", _("Some drills are not planned yet. The safety officer plans them."))
    left, right = st.columns((58, 42), gap="medium")
    with left:
        may_plan = actor.may_somewhere(Permission.PLAN) and not is_past
        _plan(own, year, may_plan=may_plan, is_past=is_past)
    with right:
        _duties(found, before)


def _day(today: date) -> date:
    """The day as of which the year is shown; never one to come."""
    try:
        asked = date.fromisoformat(st.query_params.get("day", ""))
    except ValueError:
        return today
    return min(max(asked, OLDEST), today)


def _year(today: date, day: date) -> int:
    asked = st.query_params.get("year", "")
    if asked.isascii() and asked.isdecimal() and len(asked) == 4:
        return min(max(int(asked), today.year - BACK), today.year + AHEAD)
    return day.year


def _switch(year: int, day: date, today: date) -> None:
    """The years beside this one, and the day as of which they are looked at."""
    names = {str(one): str(one) for one in range(today.year - 1, today.year + AHEAD + 1)} | {
        str(year): str(year)
    }
    with st.container(horizontal=True, vertical_alignment="bottom", key="drill_year_of"):
        chosen = ui.segmented(
            f"drill_year.{year}", dict(sorted(names.items())), label=_("Year"), default=str(year)
        )
        on = ui.day_input(
            _("As it stood on"), day, min_value=OLDEST, max_value=today,
            key=f"drill_year.as_of.{day}", width=180,
        )  # fmt: skip
    if chosen != str(year):
        st.query_params["year"] = chosen
        st.session_state.pop(f"drill_year.{year}", None)
        st.rerun()
    if on != day and not ui.faults():
        st.query_params["day"] = on.isoformat()
        st.rerun()


def _stood(lines: Sequence[str], since: Sequence[str], day: date) -> None:
    """What was missing on a day gone by, as an inspector would find it."""
    said = day_text(day, weekday=False, year=True)
    with ui.card("stood"):
        ui.html(markup.section(_("What was not done as of {day}", day=said)))
        if not lines:
            lines = [_("Nothing: every duty whose time had come was met, every drill held was"
                       " evaluated, no problem was overdue.")]  # fmt: skip
        ui.html("".join(f"<p>{escape(line)}</p>" for line in lines))
        ui.html("".join(f'<p class="muted">{escape(line)}</p>' for line in since))


def _subtitle(found: Year) -> str:
    done, wanted = listing.counted(found)
    if not wanted:
        return _("No rule asks for a drill in this year.")
    return _("{done} of {wanted} drill duties met", done=done, wanted=wanted)


def _prints(actor: Actor, year: int, day: date | None) -> str:
    back = markup.anchor(_("All drills"), "/drills", "arrow_back")
    if not actor.may_somewhere(Permission.REPORT):
        return back
    lang = f"{language()}&day={day}" if day else language()
    if ui.knows("readiness-day"):
        asked = f"?day={day}" if day else ""
        back += markup.anchor(_("Readiness on a day"), f"/readiness-day{asked}", "event_available")
    pdf = markup.anchor(_("Print the plan"), f"/drills/year/{year}.pdf?lang={lang}", "print",
                        new_tab=True)  # fmt: skip
    table = markup.anchor(_("As Excel"), f"/drills/year/{year}.xlsx?lang={lang}", "table_view")
    held = markup.anchor(_("Print the drills"), f"/drills/record/{year}.pdf?lang={lang}",
                         "campaign", new_tab=True)  # fmt: skip
    return back + pdf + held + table


def _proposal(actor: Actor, year: int, proposed: Sequence[Proposed], found: Year) -> None:
    """Each proposed drill with its day and who sees to it; accepted together."""
    form = fields.token(f"year.{year}.{'-'.join(one.key for one in proposed)}")
    key = f"drill_year.{form}"
    plans = {one.id: one for one in found.plans}
    rules = {rule.key: rule for rule in rhythm.rules()}
    names = fields.people_names(actor)
    chosen: list[Accepted] = []
    with ui.card("proposal"):
        ui.html(markup.section(_("Proposed drills")))
        fields.label(
            _("What the rules ask for and nothing is planned for yet. Change the days, say who sees"
              " to it, then put them on the plan.")
        )  # fmt: skip
        for one in proposed:
            wish = _one(actor, one, f"{key}.{one.key}", names, plans, rules)
            chosen += [wish] if wish else []
        with st.container(key="big_accept"):
            pressed = st.button(
                ngettext("Put {n} drill on the plan", "Put {n} drills on the plan", len(chosen))
                if chosen else _("Put the drills on the plan"),
                key=f"{key}.accept", type="primary", icon=":material/event_available:",
            )  # fmt: skip
        if not pressed:
            return
        saved = ui.act(
            lambda session: years.accept(session, actor, year, chosen, now=ui.now()),
            done=lambda drills: ngettext(
                "{n} drill is on the plan.", "{n} drills are on the plan.", len(drills)
            ),
        )
    if saved is not None:
        st.rerun()


def _one(
    actor: Actor,
    one: Proposed,
    key: str,
    names: Mapping[int, str],
    plans: Mapping[int, Plan],
    rules: Mapping[str, Rule],
) -> Accepted | None:
    with st.container(border=True, key=f"inner_{key}"):
        title = years.title_of(one, plans, language())
        wanted = st.checkbox(title, value=True, key=f"{key}.on")
        kinds = " · ".join((_(CONTENT_NAMES[one.content]), _(FORM_NAMES[one.form])))
        why = _("; ").join(rules[rule].display_text for rule in one.rules if rule in rules)
        ui.html(f'<p class="muted">{escape(kinds)} · {escape(why)}</p>')
        left, middle, right = st.columns(3)
        with left:
            on = ui.day_input(_("Day"), one.on, key=f"{key}.day")
        with middle:
            owner = fields.person(
                _("In charge"), names, f"{key}.owner", actor.user_id, required=True
            )
        with right:
            commander = fields.person(_("Commander"), names, f"{key}.commander", None)
    if not wanted:
        return None
    return Accepted(one.key, on, owner or actor.user_id, commander)


def _plan(rows: Sequence[DrillRow], year: int, *, may_plan: bool, is_past: bool) -> None:
    with ui.card("plan"):
        ui.html(markup.section(_("On the plan")))
        live = [row for row in rows if row.status is not Status.CANCELLED]
        if not live:
            ui.empty(
                _("Nothing is planned for {year} yet", year=year),
                "" if is_past else _("Accept the proposal, or plan a drill of your own."),
                symbol="event",
            )
        lines = "".join(_line(row) for row in sorted(rows, key=lambda row: (row.day, row.code)))
        if lines:
            ui.html(f'<div class="box lines">{lines}</div>')
        if may_plan:
            links = markup.anchor(_("Plan a drill"), "/drills?do=new", "add")
            links += markup.anchor(_("Enter a drill held before"), "/drills?do=past", "history")
            ui.html(f'<div class="ways">{links}</div>')


def _line(row: DrillRow) -> str:
    facts = [
        day_text(row.day, weekday=True),
        _(FORM_NAMES[Form(row.form)]),
        row.place,
        _("In charge: {name}", name=row.owner),
    ]
    if row.followed.closed or row.followed.open:
        facts.append(
            _("Problems: {closed} put right, {open} open",
              closed=row.followed.closed, open=row.followed.open)
        )  # fmt: skip
    return (
        f'<a class="line" href="/drills?drill={row.code}"><strong>{escape(row.title)}</strong>'
        f'<span class="sub">{escape(" · ".join(facts))}</span>{row_badges(row)}</a>'
    )


def _duties(found: Year, before: str) -> None:
    with ui.card("duties"):
        aside = ""
        if ui.knows("drill-rules"):
            aside = markup.anchor(_("Rules"), "/drill-rules", look="quiet")
        ui.html(markup.section(_("What must be drilled"), aside))
        if not found.duties:
            nothing = before or _("No rule asks for a drill this year.")
            ui.html(f'<p class="muted">{escape(nothing)}</p>')
            return
        ui.html(f'<div class="box lines">{"".join(map(_duty, found.duties))}</div>')


def _duty(duty: Duty) -> str:
    what = duty.rule.display_text if duty.plan is None else duty.plan.title
    about = [duty.period.name, due_text(duty.period.due)]
    if duty.on:
        about.append(_("{code}, {day}", code=duty.code, day=day_text(duty.on, weekday=False)))
    told = ""
    if not duty.is_reported:
        told = ui.badge(_("To be reported to the authority"), "yellow", "outgoing_mail")
    return (
        f'<div class="line"><strong>{escape(what)}</strong>'
        f'<span class="sub">{escape(" · ".join(about))}</span>'
        f'<span class="sub">{escape(_("Basis: {rules}", rules=duty.rule.display_source))}</span>'
        f"{ui.badges(state_badge(duty), told)}</div>"
    )
