"""Hazards: the list with filters, and one hazard beside it or in its place."""

from collections.abc import Mapping
from typing import Final

import streamlit as st
from sqlalchemy.orm import Session

from hazards import service
from hazards.models import KIND_NAMES, LEVEL_NAMES, Kind, Level
from hazards.pages import detail
from hazards.permissions import Permission
from hazards.service import (
    VIEW_NAMES,
    Counts,
    Filters,
    HazardDetail,
    HazardRow,
    Listing,
    View,
)
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import NotFound
from safety_app.core.i18n import _, ngettext

WIDTHS: Final = (43, 57)
COMMON: Final = "common"
MORE: Final = service.PAGE_SIZE
MOST: Final = 180


def render() -> None:
    """Head and filters, then the list and the chosen hazard."""
    actor, now = ui.current_actor(), ui.now()
    _take_view_from_address()
    chosen = st.query_params.get("no")
    behind = "behind" if chosen else "front"
    with reading() as session:
        kind = Kind(st.session_state.get("board.kind") or Kind.SAFETY)
        counts = service.counts(session, actor, now, kind=kind)
        windows = service.place_names(session, actor.site_id).windows
        with st.container(key=f"split_head_{behind}"):
            ui.title(_("Hazards"), _subtitle(counts, kind), aside=_links(actor))
            filters = _filters(counts, windows)
        listing = service.list_hazards(session, actor, filters)
        number = chosen or (listing.rows[0].number if listing.rows else None)
        hazard = _find(session, actor, number)
    left, right = st.columns(WIDTHS, gap="medium")
    with left, st.container(key=f"split_list_{behind}"):
        pressed = _list(listing, filters, chosen)
    if pressed and pressed != chosen:
        st.query_params.from_dict({"no": pressed})
        st.rerun()
    with right, st.container(key=f"split_detail_{'front' if chosen else 'beside'}"):
        if hazard is not None:
            detail.draw(actor, hazard)
        elif chosen:
            back = ui.markup.anchor(_("Back to the list"), "/hazards", "arrow_back")
            ui.empty(_("Hazard not found"), NotFound().message(), symbol="lock", extra=back)


def _take_view_from_address() -> None:
    """A link may name the view it wants; from then on the filter's own state counts."""
    wanted = st.query_params.get("view")
    if wanted in VIEW_NAMES:
        st.session_state["board.view"] = wanted
        del st.query_params["view"]


def _subtitle(counts: Counts, kind: Kind) -> str:
    if kind == Kind.SERVICE:
        return ngettext("{n} open service point", "{n} open service points", counts.open)
    words = ngettext("{n} open hazard", "{n} open hazards", counts.open)
    return _("{count}, the most urgent first", count=words) if counts.open else words


def _links(actor: Actor) -> str:
    """Report one, or print them all."""
    papers = ""
    if actor.may_somewhere(Permission.PAPERS):
        papers = ui.markup.anchor(_("Register and statistics"), "/hazard-papers", "print")
    return papers + _incidents() + _report_link()


def _incidents() -> str:
    """The way to incidents and to reporting one, as far as this person may open them."""
    ways = (
        ("incidents", _("Incidents"), "emergency"),
        ("report-incident", _("Report an incident"), "add"),
    )
    return "".join(
        ui.markup.anchor(words, f"/{path}", symbol)
        for path, words, symbol in ways
        if ui.knows(path)
    )


def _report_link() -> str:
    return ui.markup.anchor(_("Report a hazard"), "/report-hazard", "add")


def _filters(counts: Counts, windows: Mapping[int, str]) -> Filters:
    names = {}
    for view, name in VIEW_NAMES.items():
        count = counts.of(view)
        names[str(view)] = _(name) if count is None else f"{_(name)} {count}"
    chosen = ui.segmented("board.view", names, label=_("Which hazards"))
    with st.container(key="filters_board", horizontal=True, gap="small"):
        text = st.text_input(
            _("Search"),
            key="board.text",
            placeholder=_("Search number, place or words"),
            label_visibility="collapsed",
            icon=":material/search:",
            max_chars=60,
        )
        level = _select("board.level", _("Level"), _("All levels"), LEVEL_NAMES)
        # What waits for a person is shown whole.
        kind = None if chosen == View.WAITING else _kind_select(counts)
        place = _place_select(windows)
    state = (chosen, text, level, kind, place)
    if st.session_state.get("board.filters") != state:
        st.session_state["board.filters"] = state
        st.session_state["board.shown"] = MORE
    return Filters(
        today=ui.local_now().date(),
        view=View(chosen),
        text=text or "",
        level=Level(level) if level else None,
        kind=kind,
        window_id=int(place) if place.isdigit() else None,
        common=place == COMMON,
        size=int(st.session_state["board.shown"]),
    )


def _select(key: str, label: str, everything: str, names: Mapping[str, str]) -> str:
    words = {"": everything, **{str(value): _(name) for value, name in names.items()}}
    return st.selectbox(
        label,
        list(words),
        format_func=words.__getitem__,
        key=key,
        label_visibility="collapsed",
        placeholder=everything,
    )


def _kind_select(counts: Counts) -> Kind:
    """Service points are counted apart from safety hazards, so they are never listed together."""
    names = {str(value): _(name) for value, name in KIND_NAMES.items()}
    if counts.points:
        names[Kind.SERVICE] += f" {counts.points}"
    chosen = st.selectbox(
        _("Kind"),
        list(names),
        format_func=names.__getitem__,
        key="board.kind",
        label_visibility="collapsed",
    )
    return Kind(chosen)


def _place_select(windows: Mapping[int, str]) -> str:
    words = {"": _("All places"), COMMON: _("Common areas")}
    words |= {str(window_id): name for window_id, name in windows.items()}
    return st.selectbox(
        _("Place"),
        list(words),
        format_func=words.__getitem__,
        key="board.place",
        label_visibility="collapsed",
        placeholder=words[""],
    )


def _list(listing: Listing, filters: Filters, chosen: str | None) -> str | None:
    """The rows; the number of the one just pressed."""
    if not listing.rows:
        _nothing(filters)
        return None
    rows = [_row(row) for row in listing.rows]
    shown = chosen or listing.rows[0].number
    pressed = ui.rows("board.rows", rows, label=_("Hazards"), selected=shown)
    if listing.more and filters.size < MOST:
        st.button(_("Show more"), key="board.more", on_click=_show_more, width="stretch")
    elif listing.more:
        ui.notice("grey", _("There are more. Search or filter to find them."))
    return pressed


def _show_more() -> None:
    st.session_state["board.shown"] += MORE


def _row(row: HazardRow) -> ui.Row:
    owner = row.owner or (_("no owner yet") if row.days_left is not None else "")
    return ui.Row(
        id=row.number,
        title=row.what,
        note=" · ".join(filter(None, (row.place, owner))),
        code=row.number,
        badges=ui.badges(
            ui.level_badge(row.level),
            ui.status_badge(row.status, sent_back=row.sent_back),
            ui.due_badge(row.days_left),
            ui.badge(_("Service point"), "grey", "support_agent")
            if row.kind == Kind.SERVICE
            else "",
        ),
    )


def _nothing(filters: Filters) -> None:
    narrowed = filters.text or filters.level or filters.window_id or filters.common
    with ui.card("nothing"):
        if narrowed:
            ui.empty(
                _("No hazard fits these filters"),
                _("Clear the search or choose “All”."),
                symbol="search",
            )
        elif filters.kind == Kind.SERVICE:
            ui.empty(_("No service points here"), _("Leads and the safety officer report them."))
        elif filters.view == View.OPEN:
            ui.empty(
                _("No open hazards"),
                _("Problems that patrols find appear here by themselves."),
                extra=_report_link(),
            )
        else:
            ui.empty(_("Nothing here right now"), _("Other views may hold hazards."))


def _find(session: Session, actor: Actor, number: str | None) -> HazardDetail | None:
    """The hazard to show; `None` outside this person's sight."""
    if number is None:
        return None
    try:
        return service.get(session, actor, number, now=ui.now())
    except NotFound:
        return None
