"""The roster: a week at a glance, one place on one day, who is away."""

from datetime import date, timedelta
from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, day_text, language, ngettext
from safety_app.workplace import service
from safety_app.workplace.pages import away, roster_cell, roster_table
from safety_app.workplace.service import Week

SEARCH_PAST: Final = 12
MOST_WEEKS: Final = 12


def render() -> None:
    """The week, or what was chosen in it."""
    actor = ui.current_actor()
    monday = _monday()
    chosen = roster_cell.chosen()
    if chosen is not None:
        roster_cell.draw(actor, *chosen)
        return
    ui.title(_("Duty roster"), roster_table.week_text(monday), aside=_papers(monday))
    views = {"week": _("Week"), "away": _("Who is away")}
    if ui.segmented("roster.view", views, label=_("What to show")) == "away":
        away.draw(actor)
        return
    _week(actor, monday)


def _week(actor: Actor, monday: date) -> None:
    st.html(_steps(monday))
    text = st.session_state.get("roster.text") or ""
    size = int(st.session_state.get("roster.size", service.PAGE_SIZE))
    with reading() as session:
        week = service.week(session, actor, monday=monday, text=text, size=size, now=ui.now())
    if week.places > SEARCH_PAST:
        st.text_input(
            _("Search"),
            key="roster.text",
            placeholder=_("Search window or person"),
            label_visibility="collapsed",
            icon=":material/search:",
            max_chars=60,
        )
    _empty_places(week)
    if not week.rows:
        ui.empty(
            _("No window found"),
            _("Nobody leads a window here yet, or the search finds none.")
            if text or not week.places
            else "",
            symbol="search",
        )
        return
    st.html(roster_table.table(week))
    st.html(roster_table.legend())
    if week.total > len(week.rows) and st.button(
        _("Show more ({n})", n=week.total - len(week.rows)), key="roster.more"
    ):
        st.session_state["roster.size"] = size + service.PAGE_SIZE
        st.rerun()
    _copy(actor, week)


def _empty_places(week: Week) -> None:
    """Said aloud: absences that leave nobody."""
    found = [
        _("{day} {place}", day=day_text(cell.on), place=row.name)
        for row in week.rows
        for cell in row.cells
        if cell.has_nobody and cell.away and not cell.is_past
    ]
    if found:
        ui.notice(
            "red",
            _("Nobody is on duty: {places}. Name somebody or enter a stand-in.",
              places=_("; ").join(found)),
        )  # fmt: skip


def _copy(actor: Actor, week: Week) -> None:
    """The same week again."""
    with st.expander(_("Copy this week"), icon=":material/content_copy:", key="roster.copy"):
        weeks = st.selectbox(
            _("To how many weeks"),
            range(1, MOST_WEEKS + 1),
            format_func=lambda n: ngettext("the next week", "the next {n} weeks", n),
            key="roster.weeks",
        )
        said = _(
            "What is written there for these windows is replaced. Closed days are left out,"
            " stand-ins are not copied."
        )
        st.html(f'<p class="muted">{said}</p>')
        if st.button(_("Copy the week"), key="roster.copy_now", icon=":material/content_copy:"):
            written = ui.act(
                lambda session: service.copy_week(
                    session, actor, monday=week.monday, weeks=weeks, now=ui.now()
                )
            )
            if written:
                ui.notice("green", ngettext("Copied to {n} day.", "Copied to {n} days.", written))
            elif written == 0:
                ui.notice("grey", _("This week names nobody, so there is nothing to copy."))


def _steps(monday: date) -> str:
    """The week before, this one, the next."""
    this = service.monday_of(ui.local_now().date())
    parts = []
    for target, label, symbol in (
        (monday - timedelta(days=7), _("Previous week"), "chevron_left"),
        (this, _("This week"), "today"),
        (monday + timedelta(days=7), _("Next week"), "chevron_right"),
    ):
        if symbol != "today" or monday != this:
            address = roster_table.address(target)
            parts.append(ui.markup.anchor(label, address, symbol))
    return f'<div class="steps">{"".join(parts)}</div>'


def _papers(monday: date) -> str:
    is_week = st.session_state.get("roster.view") != "away"
    address = f"/roster/{monday.isoformat()}"
    query = f"?lang={language()}"
    return ui.markup.anchor(
        _("Print"),
        f"{address}.pdf{query}",
        "print",
        look="primary" if is_week else "secondary",
        new_tab=True,
    ) + ui.markup.anchor("Excel", f"{address}.xlsx{query}", "table", new_tab=True)


def _monday() -> date:
    """The week of the address, or this one."""
    today = ui.local_now().date()
    try:
        wanted = date.fromisoformat(st.query_params.get("week", ""))
    except ValueError:
        wanted = today
    return service.monday_of(wanted if roster_cell.is_near(wanted) else today)
