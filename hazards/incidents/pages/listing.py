"""Incidents: the list with its views, or the one that was chosen."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from hazards.incidents.deadlines import Clock
from hazards.incidents.models import KIND_NAMES, Kind
from hazards.incidents.pages import detail
from hazards.incidents.pages.hour import badge
from hazards.incidents.pages.words import days_left, level_badge, status_badge
from hazards.incidents.permissions import Permission
from hazards.incidents.service import queries
from hazards.incidents.service.detail import get
from hazards.incidents.service.queries import VIEW_NAMES, Counts, Filters, IncidentRow, View
from hazards.incidents.wording import what_of
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import NotFound
from safety_app.core.i18n import _, language, moment_text, ngettext
from safety_app.ui import markup

MORE: Final = queries.PAGE_SIZE


def render() -> None:
    """One incident if the address names one, else the list."""
    actor = ui.current_actor()
    number = st.query_params.get("no")
    if number:
        _one(actor, number)
    else:
        _list(actor)


def _one(actor: Actor, number: str) -> None:
    try:
        with reading() as session:
            found = get(session, actor, number, now=ui.now())
    except NotFound as problem:
        ui.title(_("Incidents and near misses"))
        back = markup.anchor(_("Back to the incidents"), "/incidents", "arrow_back")
        ui.empty(_("Incident not found"), problem.message(), symbol="lock", extra=back)
        return
    detail.draw(actor, found)


def _list(actor: Actor) -> None:
    _take_view_from_address()
    now = ui.now()
    with reading() as session:
        counts = queries.counts(session, actor)
        with st.container(key="split_head_front"):
            ui.title(_("Incidents and near misses"), _subtitle(counts), aside=_links(actor))
            if not counts.all:
                _nothing_yet()
                return
            filters = _filters(counts)
        found = queries.list_incidents(session, actor, filters)
        clocks = {one.row.id: one.clock for one in queries.pressing(session, actor, now)}
    if not found.rows:
        with ui.card("nothing"):
            ui.empty(
                _("No incident fits these filters"),
                _("Clear the search or choose “All”."),
                symbol="search",
            )
        return
    pressed = ui.rows(
        "incident.rows",
        [_row(one, clocks, actor.timezone) for one in found.rows],
        label=_("Incidents and near misses"),
    )
    if pressed:
        st.query_params.from_dict({"no": pressed})
        st.rerun()
    if found.more and filters.size < queries.MOST:
        st.button(_("Show more"), key="incident.more", on_click=_show_more, width="stretch")
    elif found.more:
        ui.notice("grey", _("There are more incidents. Search or filter to find them."))


def _subtitle(counts: Counts) -> str:
    if not counts.open:
        return _("No case is open")
    return ngettext("{n} open case", "{n} open cases", counts.open)


def _links(actor: Actor) -> str:
    """Report one, print the register, back to hazards."""
    papers = ""
    if actor.reach(Permission.PAPERS).site:
        year = ui.local_now().year
        href = f"/incidents/register/{year}.pdf?lang={language()}"
        papers = markup.anchor(_("Register of the year"), href, "print", new_tab=True)
    return papers + _report_link()


def _report_link(look: str = "secondary") -> str:
    return markup.anchor(_("Report an incident"), "/report-incident", "add", look=look)


def _nothing_yet() -> None:
    with ui.card("nothing"):
        ui.empty(
            _("No incident is recorded"),
            _(
                "Report fires, injuries, failures and near misses here, also small ones: what"
                " nearly happened can still be prevented."
            ),
            extra=_report_link("primary"),
        )


def _take_view_from_address() -> None:
    """A link may name the view it wants; from then on the filter's own state counts."""
    wanted = st.query_params.get("view")
    if wanted in VIEW_NAMES:
        st.session_state["incident.view"] = wanted
        del st.query_params["view"]


def _filters(counts: Counts) -> Filters:
    names = {str(view): f"{_(name)} {counts.of(view)}" for view, name in VIEW_NAMES.items()}
    if not counts.waiting:
        del names[View.WAITING]
    default = str(View.OPEN if counts.open else View.ALL)
    chosen = ui.segmented("incident.view", names, label=_("Which incidents"), default=default)
    with st.container(key="filters_incidents", horizontal=True, gap="small"):
        text = st.text_input(
            _("Search"),
            key="incident.text",
            placeholder=_("Search number, place or words"),
            label_visibility="collapsed",
            icon=":material/search:",
            max_chars=queries.SEARCH_LIMIT,
        )
        words = {"": _("All kinds"), **{str(one): _(KIND_NAMES[one]) for one in Kind}}
        kind = st.selectbox(
            _("Kind"),
            list(words),
            format_func=words.__getitem__,
            key="incident.of_kind",
            label_visibility="collapsed",
            placeholder=words[""],
        )
    state = (chosen, text, kind)
    if st.session_state.get("incident.filters") != state:
        st.session_state["incident.filters"] = state
        st.session_state["incident.shown"] = MORE
    return Filters(
        view=View(chosen),
        text=text or "",
        kind=Kind(kind) if kind else None,
        size=int(st.session_state["incident.shown"]),
    )


def _show_more() -> None:
    st.session_state["incident.shown"] += MORE


def _row(row: IncidentRow, clocks: Mapping[int, Clock], timezone: str) -> ui.Row:
    clock = clocks.get(row.id)
    moment = moment_text(row.occurred_at, timezone, year=True)
    return ui.Row(
        id=row.number,
        title=what_of(row.kind, row.what),
        note=" · ".join(filter(None, (moment, row.place, _(KIND_NAMES[row.kind])))),
        code=row.number,
        badges=ui.badges(
            level_badge(row.level),
            status_badge(row.status),
            badge(clock, ui.now()) if clock else "",
            ui.due_badge(days_left(row.investigate_by)),
        ),
    )
