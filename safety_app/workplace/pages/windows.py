"""Windows: the list with search, and one window beside it or in its place."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, day_text, ngettext
from safety_app.ui import markup
from safety_app.ui.markup import Tone
from safety_app.workplace import service
from safety_app.workplace.pages import window_detail, window_ends, window_pauses
from safety_app.workplace.service import Standing, WindowRow

NEW: Final = "new"
PARTS: Final = {
    "details": N_("Name and place"),
    "pauses": N_("Pauses"),
    "end": N_("Merge or retire"),
}
DRAWERS: Final = {
    "details": window_detail.draw,
    "pauses": window_pauses.draw,
    "end": window_ends.draw,
}
LOOKS: Final[dict[Standing, tuple[str, Tone, str]]] = {
    Standing.IN_USE: (N_("In use"), "green", "check_circle"),
    Standing.PAUSED: (N_("Paused"), "yellow", "pause_circle"),
    Standing.ENDS: (N_("Retires"), "orange", "event_busy"),
    Standing.MERGES: (N_("Merges"), "orange", "merge"),
    Standing.GONE: (N_("Out of use"), "grey", "block"),
}
MOST: Final = 60


def render() -> None:
    """Head and search, the list, and the window that was chosen."""
    actor = ui.current_actor()
    chosen = st.query_params.get("no", "")
    today = ui.local_now().date()
    with reading() as session:
        rows = service.window_rows(session, actor.site_id, today)
    known = {row.window.code: row for row in rows}
    is_open = chosen in known or chosen == NEW
    with st.container(key=f"split_head_{'behind' if is_open else 'front'}"):
        ui.title(_("Windows"), _count(rows), aside=_links(filled=not is_open) if rows else "")
        shown = _filtered(rows) if rows else []
    left, right = st.columns((43, 57), gap="medium")
    with left, st.container(key=f"split_list_{'behind' if is_open else 'front'}"):
        pressed = _list(rows, shown, chosen)
    if pressed and pressed != chosen:
        st.query_params.from_dict({"no": pressed})
        st.rerun()
    with right, st.container(key=f"split_detail_{'front' if is_open else 'beside'}"):
        _beside(actor, known.get(chosen), rows, is_new=chosen == NEW)


def _beside(
    actor: Actor, row: WindowRow | None, rows: Sequence[WindowRow], *, is_new: bool
) -> None:
    if row is not None or is_new:
        back = markup.anchor(_("Back to the windows"), "/windows", "arrow_back", look="quiet")
        ui.html(f'<div class="narrow-only"><p>{back}</p>{ui.receipt()}</div>')
    if row is not None:
        _window(actor, row, rows)
    elif is_new:
        window_detail.add(actor)
    elif rows:
        with ui.card("no_window"):
            ui.empty(
                _("Choose a window"),
                _("Rename it, let it rest for a while, merge or retire it."),
                symbol="storefront",
            )


def _count(rows: Sequence[WindowRow]) -> str:
    n = sum(row.standing != Standing.GONE for row in rows)
    return ngettext("{n} window in use", "{n} windows in use", n)


def _links(*, filled: bool = True) -> str:
    """Two ways to more windows; filled unless a form beside it holds the next step."""
    look = "primary" if filled else "secondary"
    add = markup.anchor(_("Add a window"), f"/windows?no={NEW}", "add", look=look)
    if not ui.knows("import"):
        return add
    return markup.anchor(_("Import from Excel"), "/import", "upload_file") + add


def _filtered(rows: Sequence[WindowRow]) -> list[WindowRow]:
    """Those in use, or all; narrowed by what is searched."""
    gone = any(row.standing == Standing.GONE for row in rows)
    with st.container(key="filters_windows", horizontal=True, gap="small"):
        words = st.text_input(
            _("Search"),
            key="windows.search",
            placeholder=_("Search number, name, agency or lead"),
            label_visibility="collapsed",
            icon=":material/search:",
            max_chars=60,
        )
        everything = gone and st.checkbox(_("Also those out of use"), key="windows.gone")
    return [
        row
        for row in rows
        if row.fits(words or "") and (everything or row.standing != Standing.GONE)
    ]


def _list(rows: Sequence[WindowRow], shown: Sequence[WindowRow], chosen: str) -> str | None:
    if not rows:
        with ui.card("windows_none"):
            ui.empty(
                _("No windows yet"),
                _("Bring them in from a table, or add the first one."),
                symbol="storefront",
                extra=_links(),
            )
        return None
    if not shown:
        with ui.card("windows_nothing"):
            ui.empty(_("No window fits this search"), _("Clear the search."), symbol="search")
        return None
    pressed = ui.rows(
        "windows.rows", [_row(row) for row in shown[:MOST]], label=_("Windows"), selected=chosen
    )
    if len(shown) > MOST:
        ui.notice("grey", _("There are more. Search to find them."))
    return pressed


def _row(row: WindowRow) -> ui.Row:
    note = " · ".join(filter(None, (row.agency, row.place, row.lead or _("no lead yet"))))
    badge = "" if row.standing == Standing.IN_USE else standing_badge(row)
    return ui.Row(
        id=row.window.code, title=f"{row.window.code} {row.name}", note=note, badges=badge
    )


def standing_badge(row: WindowRow) -> str:
    """How the window stands, with the day that matters."""
    name, tone, icon = LOOKS[row.standing]
    return ui.badges(ui.badge(_standing_text(row) or _(name), tone, icon))


def _standing_text(row: WindowRow) -> str:
    on = row.window.retired_on
    if row.standing == Standing.PAUSED and row.resting:
        return _("Paused until {day}", day=day_text(row.resting.last, weekday=False))
    if on is None or row.standing in (Standing.IN_USE, Standing.PAUSED):
        return ""
    day = day_text(on, weekday=False, year=row.standing == Standing.GONE)
    if row.standing == Standing.GONE and row.successor:
        return _("Merged into {code} on {day}", code=row.successor, day=day)
    if row.standing == Standing.GONE:
        return _("Out of use since {day}", day=day)
    if row.standing == Standing.MERGES:
        return _("Merges into {code} on {day}", code=row.successor, day=day)
    return _("Retires on {day}", day=day)


def _window(actor: Actor, row: WindowRow, rows: Sequence[WindowRow]) -> None:
    with ui.card("window"):
        head = markup.section(f"{row.window.code} {row.name}", standing_badge(row))
        staff = ngettext("{n} person", "{n} people", row.staff)
        pairs = (
            (_("Agency"), row.agency),
            (_("Location"), row.place),
            (_("Window lead"), row.lead or _("no lead yet")),
            (_("People"), staff),
        )
        ui.html(head + markup.facts(pairs))
        if row.standing == Standing.GONE:
            gone = _("Its patrols, hazards and reports stay as they were. Nothing can be changed.")
            ui.notice("grey", gone)
            return
        names = {key: _(name) for key, name in PARTS.items()}
        key = f"windows.{row.window.id}"
        part = ui.segmented(f"{key}.part", names, label=_("What to change"))
        DRAWERS[part](actor, row, rows, key)
