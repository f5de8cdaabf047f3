"""The register: counts and filters, the list worst first, and one item beside or in its place."""

from collections.abc import Mapping
from datetime import date
from html import escape
from typing import Final
from urllib.parse import urlencode

import streamlit as st
from sqlalchemy.orm import Session

from equipment.due import is_due
from equipment.kinds import FAMILY_NAMES, Family
from equipment.pages import actions, editing, item, registering
from equipment.pages.words import badges
from equipment.permissions import Permission
from equipment.service import listing
from equipment.service.detail import ItemDetail, get_detail
from equipment.service.history import StepView, history
from equipment.service.listing import VIEW_NAMES, Counts, Filters, ItemRow, Listing, View
from equipment.service.places import Places, places
from equipment.wording import service_name
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_, _, language, ngettext
from safety_app.ui import markup

WIDTHS: Final = (43, 57)
COMMON, KEPT, FLOOR, AREA, WINDOW = "common", "kept", "f", "l", "w"
MORE: Final = listing.PAGE_SIZE
MOST: Final = 180
BADGES: Final = 2
UNCOUNTED: Final = (View.GONE, View.PRESSING)
NEIGHBOURS: Final = {
    "equipment-round": (N_("Inspect safety facilities"), "qr_code_scanner"),
    "equipment-stock": (N_("Stock of protective equipment"), "masks"),
    "equipment-bulk": (N_("Register several alike"), "library_add"),
    "equipment-import": (N_("Import a list"), "upload_file"),
}


def render() -> None:
    """Head and filters, then the list and the chosen item; or the form of a new one."""
    actor = ui.current_actor()
    if st.query_params.get("do") == "new" and actor.may_somewhere(Permission.KEEP):
        registering.draw(actor)
        return
    _take_view_from_address()
    chosen = st.query_params.get("item")
    behind = "behind" if chosen else "front"
    with reading() as session:
        counts = listing.counts(session, actor, ui.local_now().date())
        if not (chosen or counts.total or listing.has_any(session, actor)):
            _first_step(actor)
            return
        with st.container(key=f"split_head_{behind}"):
            head = st.container()
            filters = _filters(counts, places(session, actor.site_id))
        found = listing.list_items(session, actor, filters)
        code = chosen or (found.rows[0].code if found.rows else None)
        shown = _find(session, actor, code)
    with head:
        ui.title(_("Safety facilities"), _subtitle(counts), aside=_links(actor, filters))
        ui.html(_neighbours(filters))
    left, right = st.columns(WIDTHS, gap="medium")
    with left, st.container(key=f"split_list_{behind}"):
        pressed = _list(found, filters, chosen)
    if pressed and pressed != chosen:
        st.query_params.from_dict({"item": pressed})
        st.rerun()
    with right, st.container(key=f"split_detail_{'front' if chosen else 'beside'}"):
        if shown is not None:
            _detail(actor, *shown)
        elif chosen:
            _unknown()


def _unknown() -> None:
    """The address names an item that is not there, or not for this person."""
    back = markup.anchor(_("Back to the register"), "/equipment", "arrow_back")
    ui.empty(_("Not found on the register"), NotFound().message(), symbol="lock", extra=back)


def _detail(actor: Actor, detail: ItemDetail, steps: list[StepView]) -> None:
    if st.query_params.get("do") == "edit" and editing.may(detail):
        editing.draw(actor, detail)
    elif step := actions.opened(detail):
        actions.form(actor, detail, step)
    else:
        item.draw(actor, detail, steps)


def _take_view_from_address() -> None:
    """A link may name the view it wants; from then on the filter's own state counts."""
    wanted = st.query_params.get("view")
    if wanted in VIEW_NAMES:
        st.session_state["equipment.view"] = wanted
        kept = st.query_params.get("kept") == "1"
        st.session_state["equipment.place"] = KEPT if kept else ""
        st.session_state["equipment.text"] = st.session_state["equipment.family"] = ""
        if wanted == View.PRESSING:
            st.session_state["equipment.offers"] = View.PRESSING
        st.query_params.from_dict(
            {k: v for k, v in st.query_params.items() if k not in ("view", "kept")}
        )


def _subtitle(counts: Counts) -> str:
    if not counts.total:
        return ""
    words = ngettext("{n} on the register", "{n} on the register", counts.total)
    return _("{count}, the most pressing first", count=words)


def _links(actor: Actor, filters: Filters) -> str:
    """Print labels of what is listed, and register one more."""
    if not actor.may_somewhere(Permission.KEEP):
        return ""
    labels = markup.anchor(_("Print labels"), _labels(filters), "qr_code")
    return labels + markup.anchor(_("Register a facility"), "/equipment?do=new", "add")


def _labels(filters: Filters) -> str:
    """Where the labels of the present filter are printed."""
    return f"/equipment-labels?{urlencode(_places(filters))}"


def _table(filters: Filters) -> str:
    """Where what is listed is had as Excel, to keep or to change and import."""
    asked = {**_places(filters), "view": filters.view, "text": filters.text, "lang": language()}
    asked["kept"] = "1" if filters.kept else ""
    return f"/equipment/register.xlsx?{urlencode({k: v for k, v in asked.items() if v})}"


def _places(filters: Filters) -> dict[str, object]:
    """The sort and place of a filter, as an address names them."""
    asked = {
        "family": filters.family,
        "window": filters.window_id,
        "location": filters.location_id,
        "floor": filters.floor,
        "common": "1" if filters.common else "",
    }
    return {name: value for name, value in asked.items() if value}


def _neighbours(filters: Filters) -> str:
    """The pages beside this one, as far as this person may open them; the list as Excel."""
    links = [
        _beside(f"/{path}", _(title), symbol)
        for path, (title, symbol) in NEIGHBOURS.items()
        if ui.knows(path)
    ]
    links.append(_beside(_table(filters), _("The list as Excel"), "download"))
    label = escape(_("More about safety facilities"), quote=True)
    return f'<nav class="beside" aria-label="{label}">{"".join(links)}</nav>'


def _beside(address: str, words: str, symbol: str) -> str:
    href = escape(address, quote=True)
    return f'<a href="{href}" target="_self">{markup.icon(symbol)}<span>{escape(words)}</span></a>'


def _filters(counts: Counts, named: Places) -> Filters:
    names = {
        str(view): _(name) if view in UNCOUNTED else f"{_(name)} {counts.of(view)}"
        for view, name in VIEW_NAMES.items()
        if view is not View.PRESSING or st.session_state.get("equipment.offers") == view
    }
    chosen = ui.segmented("equipment.view", names, label=_("Which items"))
    with st.container(key="filters_equipment", horizontal=True, gap="small"):
        text = st.text_input(
            _("Search"),
            key="equipment.text",
            placeholder=_("Search code, maker, number or place"),
            label_visibility="collapsed",
            icon=":material/search:",
            max_chars=listing.SEARCH_LIMIT,
        )
        families = {"": _("All kinds"), **{str(one): _(FAMILY_NAMES[one]) for one in Family}}
        family = _select("equipment.family", _("Kind"), families)
        place = _select("equipment.place", _("Place"), _place_names(named))
    state = (chosen, text, family, place)
    if st.session_state.get("equipment.filters") != state:
        st.session_state["equipment.filters"] = state
        st.session_state["equipment.shown"] = MORE
    mark, _colon, which = place.partition(":")
    return Filters(
        today=ui.local_now().date(),
        view=View(chosen),
        text=text or "",
        family=Family(family) if family else None,
        window_id=int(which) if mark == WINDOW else None,
        location_id=int(which) if mark == AREA else None,
        floor=which if mark == FLOOR else None,
        common=place == COMMON,
        kept=place == KEPT,
        size=int(st.session_state["equipment.shown"]),
    )


def _select(key: str, label: str, words: Mapping[str, str]) -> str:
    return st.selectbox(
        label,
        list(words),
        format_func=words.__getitem__,
        key=key,
        label_visibility="collapsed",
        placeholder=words[""],
    )


def _place_names(named: Places) -> dict[str, str]:
    """Floors, then areas, then windows."""
    words = {"": _("All places"), COMMON: _("Common areas"), KEPT: _("What I keep")}
    floors = sorted({floor for floor in named.location_floors.values() if floor})
    words |= {f"{FLOOR}:{floor}": _("Floor {floor}", floor=floor) for floor in floors}
    words |= {f"{AREA}:{one}": name for one, name in named.locations.items()}
    return words | {f"{WINDOW}:{one}": name for one, name in named.windows.items()}


def _list(found: Listing, filters: Filters, chosen: str | None) -> str | None:
    """The rows; the code of the one just pressed."""
    if not found.rows:
        _nothing(filters)
        return None
    pressed = ui.rows(
        "equipment.rows",
        [_row(row, filters.today) for row in found.rows],
        label=_("Safety facilities"),
        selected=chosen or found.rows[0].code,
    )
    if found.more and filters.size < MOST:
        st.button(_("Show more"), key="equipment.more", on_click=_show_more, width="stretch")
    elif found.more:
        ui.notice("grey", _("There are more items. Search or filter to find them."))
    return pressed


def _show_more() -> None:
    st.session_state["equipment.shown"] += MORE


def _row(row: ItemRow, today: date) -> ui.Row:
    dated = (
        (_next(row, today), row.change_by),
        (_("Scrapping"), row.scrap_on),
    )
    dates = " · ".join(f"{name} {on.isoformat()}" for name, on in dated if on)
    under = f'<span class="sub">{escape(dates)}</span>' if dates else ""
    return ui.Row(
        id=row.code,
        title=row.name,
        note=row.place,
        code=row.code,
        badges=badges(row.standings, BADGES) + under,
    )


def _next(row: ItemRow, today: date) -> str:
    """The next service by its name, or a new part; one whose day has come is due."""
    is_reached = row.change_by is not None and is_due(row.change_by, today)
    if not row.service:
        return _("Part expired") if is_reached else _("New part")
    if is_reached:
        return _("{service} due", service=service_name(row.service))
    return _("Next {service}", service=service_name(row.service, inside=True))


def _nothing(filters: Filters) -> None:
    narrowed = filters.text or filters.family or st.session_state.get("equipment.place")
    with ui.card("nothing"):
        if narrowed:
            ui.empty(
                _("Nothing fits these filters"),
                _("Clear the search or choose “All”."),
                symbol="search",
            )
        else:
            ui.empty(_("Nothing here right now"), _("Other views may hold items."))


def _first_step(actor: Actor) -> None:
    """The register is empty: where to begin, for whoever may."""
    stock = markup.anchor(_("Stock of protective equipment"), "/equipment-stock", "masks")
    ui.title(_("Safety facilities"), aside=stock)
    heading, links = _("No safety facilities yet"), ""
    says = _("The window leads and the safety officer register them.")
    if actor.may_somewhere(Permission.KEEP):
        says = _(
            "Bring in the list that the hall has, or register extinguishers, lamps, hydrants and"
            " first-aid kits one by one. Then print their labels."
        )
        links = _ways_to_begin()
    with ui.card("nothing"):
        ui.empty(heading, says, symbol="fire_extinguisher", extra=links)


def _ways_to_begin() -> str:
    """A list if there is one, else several alike, else one by one; the first is filled."""
    ways = (
        ("equipment-import", _("Import a list"), "upload_file"),
        ("equipment-bulk", _("Register several alike"), "library_add"),
        ("equipment", _("Register a facility"), "add"),
    )
    open_to = [way for way in ways if ui.knows(way[0])]
    links = "".join(
        markup.anchor(
            words,
            f"/{path}?do=new" if path == "equipment" else f"/{path}",
            symbol,
            look="secondary" if at else "primary",
        )
        for at, (path, words, symbol) in enumerate(open_to)
    )
    return f'<div class="ways">{links}</div>'


def _find(
    session: Session, actor: Actor, code: str | None
) -> tuple[ItemDetail, list[StepView]] | None:
    """The item to show with its history; `None` outside this person's sight."""
    if code is None:
        return None
    try:
        detail = get_detail(session, actor, code, today=ui.local_now().date())
    except NotFound:
        return None
    return detail, history(session, actor, detail.id)
