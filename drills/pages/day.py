"""One day for an inspector: were the plans current, the drills held, the people on post trained."""

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Final

import streamlit as st

from drills.permissions import WHO_MAY, Permission
from drills.plans import service as plans
from drills.plans.reasons import how_judged, reason
from drills.plans.service import OnDay
from drills.rhythm import State
from drills.service import listing, years
from drills.service.listing import DrillRow
from drills.service.years import Year
from drills.shortfalls import entered_since, not_followed, unmet
from drills.training.service.on_post import OnPost, on_post
from safety_app import ui
from safety_app.core.clock import local_day
from safety_app.core.db import reading
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import _, day_text, language, ngettext
from safety_app.ui import markup
from safety_app.workplace import service as workplace

OLDEST: Final = date(2000, 1, 1)


def render() -> None:
    """A day is chosen; three answers, each with what was missing and with its papers."""
    actor = ui.current_actor()
    if not actor.reach(Permission.REPORT).site:
        raise NotAllowed(who=WHO_MAY[Permission.REPORT])
    today = ui.local_now().date()
    ui.title(
        _("Readiness on a day"),
        _("Plans, drills and people on post, as they stood on the day an inspector asks about."),
    )
    day = _day(today)
    with reading() as session:
        site = workplace.site(session, actor.site_id)
    since = site.counts_from or local_day(site.created_at, actor.timezone)
    if day < since:
        ui.notice("grey", _("Records begin on {day}; of days before it nothing can be said here.",
                            day=day_text(since, year=True)))  # fmt: skip
        return
    at = years.at_the_end_of(day, actor.timezone, ui.now())
    with reading() as session:
        held = plans.on_day(session, actor.site_id, day, today=today)
        year = years.year_of(session, actor.site_id, day.year, years.just_after(at))
        rows = listing.rows(session, actor.site_id, year, at)
        post = on_post(session, actor, day, now=ui.now())
    asked = f"day={day}&lang={language()}"
    _answer("plans", _("Emergency plans"), _of_plans(held), _plan_facts(held), _links(
        (_("List of plans on this day"), f"/emergency-plans/register.pdf?{asked}", "print"),
    ))  # fmt: skip
    late = [*unmet(year.duties), *not_followed(year.standings, rows, at)]
    said = [_drill_facts(year, rows), *entered_since(year.drills, actor.timezone)]
    _answer("drills", _("Drills"), late, " ".join(said), _links(
        (_("Plan of the year"), f"/drills/year/{day.year}.pdf?{asked}", "print"),
        (_("Drills of the year"), f"/drills/record/{day.year}.pdf?{asked}", "campaign"),
        (_("Look at the year"), f"/drill-year?day={day}&year={day.year}", "arrow_forward"),
    ))  # fmt: skip
    _answer("people", _("People on post"), _of_people(post), _people_facts(post), _links(
        (_("Training coverage on this day"),
         f"/training/matrix.pdf?on={day}&lang={language()}", "print"),
    ))  # fmt: skip
    if day < today:
        ui.html(f'<p class="muted">{escape(how_judged())}</p>')


def _day(today: date) -> date:
    try:
        asked = min(max(date.fromisoformat(st.query_params.get("day", "")), OLDEST), today)
    except ValueError:
        asked = today
    found = st.date_input(
        _("Day"), asked, min_value=OLDEST, max_value=today, format="YYYY-MM-DD",
        key="readiness.day", width=220,
    )  # fmt: skip
    if st.query_params.get("day", "") != found.isoformat():
        st.query_params["day"] = found.isoformat()
    return found


def _answer(key: str, name: str, wrong: Sequence[str], facts: str, links: str) -> None:
    """One question with its answer, what was not in order, and the papers."""
    if wrong:
        badge = ui.badge(
            ngettext("{n} point not in order", "{n} points not in order", len(wrong)),
            "red", "report",
        )  # fmt: skip
    else:
        badge = ui.badge(_("In order on this day"), "green", "verified")
    lines = "".join(f"<li>{escape(line)}</li>" for line in wrong)
    with ui.card(f"readiness_{key}"):
        ui.html(
            markup.section(name, badge)
            + f'<p class="muted">{escape(facts)}</p>'
            + (f"<ul>{lines}</ul>" if lines else "")
            + links
        )


def _links(*papers: tuple[str, str, str]) -> str:
    anchors = "".join(
        markup.anchor(words, href, symbol, new_tab=".pdf" in href) for words, href, symbol in papers
    )
    return f'<div class="ways">{anchors}</div>'


def _of_plans(held: Sequence[OnDay]) -> list[str]:
    if not held:
        return [_("No plan was in force on this day.")]
    return [
        _("{title}: {what}", title=one.held.title, what=reason(why))
        for one in held
        for why in one.whys
        if not one.is_current
    ]


def _plan_facts(held: Sequence[OnDay]) -> str:
    good = sum(one.is_current for one in held)
    return _("{n} of {all} plans in force were current.", n=good, all=len(held))


def _drill_facts(year: Year, rows: Sequence[DrillRow]) -> str:
    done = sum(one.state is State.DONE for one in year.duties)
    of_year = [row for row in rows if row.day.year == year.year]
    held = {one.drill.id for one in year.drills if one.is_held}
    judged = sum(one.is_judged for one in year.drills)
    shown = [row.followed for row in of_year if row.id in held]
    closed, still = sum(one.closed for one in shown), sum(one.open for one in shown)
    return _(
        "{done} of {duties} drill duties of the year met; {held} drills held, {judged} evaluated;"
        " {closed} problems put right, {open} open.",
        done=done, duties=len(year.duties), held=len(held), judged=judged, closed=closed,
        open=still,
    )  # fmt: skip


def _of_people(post: OnPost) -> list[str]:
    return [
        _("{name} was on post without {courses}", name=one.name, courses=_(", ").join(one.courses))
        for one in post.without_exception
    ]


def _people_facts(post: OnPost) -> str:
    said = ngettext(
        "{n} person on post; of everybody here {whole} of {of} are covered in all courses.",
        "{n} people on post; of everybody here {whole} of {of} are covered in all courses.",
        post.people, whole=post.coverage.whole, of=post.coverage.of,
    )  # fmt: skip
    if not post.is_open:
        said = _("The hall was closed on {day}.", day=day_text(post.on, year=True)) + " " + said
    excepted = [one.name for one in post.lacking if one.is_excepted]
    if excepted:
        said += " " + _("Let through by a named exception: {names}.",
                        names=_(", ").join(excepted))  # fmt: skip
    return said
