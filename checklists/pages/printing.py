"""What can be printed from the page of patrols: records of a month, blank sheets of days ahead."""

from collections.abc import Mapping
from datetime import date, timedelta
from html import escape

import streamlit as st

from checklists.permissions import Permission
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, month_text
from safety_app.ui import markup
from safety_app.workplace import service as workplace

Links = list[tuple[str, str]]


def draw(
    actor: Actor, windows: Mapping[int, str], window_id: int | None, month: date, today: date
) -> None:
    """Links to the papers of the chosen window, of the common areas, and to blank sheets."""
    if window_id is None and len(windows) == 1:
        window_id = next(iter(windows))
    tomorrow = today + timedelta(days=1)
    with st.expander(_("Print records and blank sheets"), icon=":material/print:"):
        parts = []
        if window_id is not None:
            code = _code(actor, window_id)
            parts.append(_place(windows[window_id], f"{code}", f"window={code}", month, tomorrow))
        elif windows:
            hint = _("Choose a window above to print its record of a month.")
            parts.append(f'<p class="muted">{escape(hint)}</p>')
        if actor.may(Permission.VIEW, window_id=None):
            parts += _common(actor, month, tomorrow)
        everything = _("All blank sheets of tomorrow")
        link = markup.anchor(everything, f"/patrols/blank/{tomorrow}.pdf", "print", new_tab=True)
        rule = _("For times without power: print them in advance, one page a patrol.")
        ui.html("".join(parts) + f'<p>{link}</p><p class="muted">{escape(rule)}</p>')


def _code(actor: Actor, window_id: int) -> str:
    with reading() as session:
        return workplace.window_code(session, actor.site_id, window_id)


def _common(actor: Actor, month: date, tomorrow: date) -> list[str]:
    with reading() as session:
        areas = [
            one for one in workplace.list_locations(session, actor.site_id) if one.is_patrolled
        ]
        names = workplace.location_names(session, actor.site_id)
    return [
        _place(names[one.id], f"location/{one.id}", f"location={one.id}", month, tomorrow)
        for one in areas
    ]


def _place(name: str, path: str, query: str, month: date, tomorrow: date) -> str:
    record = _("Patrol record, {month}", month=month_text(month.year, month.month))
    checks = _("Record of checks, {year}", year=month.year)
    links: Links = [
        (f"{record} (PDF)", f"/patrols/record/{path}/{month:%Y-%m}.pdf"),
        ("Excel", f"/patrols/record/{path}/{month:%Y-%m}.xlsx"),
        (f"{checks} (PDF)", f"/patrols/checks/{path}/{month.year}.pdf"),
        ("Excel", f"/patrols/checks/{path}/{month.year}.xlsx"),
        (_("Blank sheets of tomorrow"), f"/patrols/blank/{tomorrow}.pdf?{query}"),
        (_("Blank sheets of 7 days"), f"/patrols/blank/{tomorrow}.pdf?{query}&days=7"),
    ]
    shown = "".join(markup.anchor(label, href, new_tab=True) for label, href in links)
    return f'<h3>{escape(name)}</h3><p class="links">{shown}</p>'
