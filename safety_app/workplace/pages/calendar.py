"""The calendar: the year at a glance, one day, the hall's own exceptions, the yearly notice."""

from datetime import date, timedelta
from html import escape

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, ngettext
from safety_app.workplace import service
from safety_app.workplace.pages import (
    calendar_day,
    calendar_notice,
    calendar_own,
    calendar_year,
)
from safety_app.workplace.service import Day, YearState


def render() -> None:
    """What the address and the choice above ask for."""
    actor, today = ui.current_actor(), ui.local_now().date()
    day = _address_day(today)
    if day is not None:
        calendar_day.draw(actor, day)
        return
    year = _address_year(today)
    ui.title(_("Calendar"), _("On which days the hall is open, and why"))
    if st.query_params.get("view") == "notice":
        st.session_state["calendar.view"] = "notice"
        del st.query_params["view"]
    views = {
        "year": _("Whole year"),
        "own": _("Exceptions"),
        "notice": _("Notice"),
    }
    view = ui.segmented("calendar.view", views, label=_("What to show"))
    if view == "own":
        calendar_own.draw(actor)
    elif view == "notice":
        calendar_notice.draw(actor)
    else:
        _year(actor, year, today)


def _year(actor: Actor, year: int, today: date) -> None:
    with reading() as session:
        days = service.days(session, actor.site_id, date(year, 1, 1), date(year, 12, 31))
        state = service.year_state(session, actor.site_id, year)
    st.html(_steps(year, today))
    _state(state, days)
    st.html(calendar_year.legend())
    st.html(calendar_year.year(list(days.values()), today, is_provisional=state.is_provisional))
    exceptions = [one for one in days.values() if one.kind is not None]
    if exceptions:
        with st.expander(
            _("Every exception of {year} and why ({n})", year=year, n=len(exceptions)),
            icon=":material/gavel:",
        ):
            st.html(calendar_year.reasons(exceptions))


def _state(state: YearState, days: dict[date, Day]) -> None:
    opened = sum(day.is_open for day in days.values())
    count = ngettext("{n} open day", "{n} open days", opened)
    if state.is_provisional:
        link = ui.markup.anchor(
            _("Bring in the notice"), "/calendar?view=notice", "upload_file", look="primary"
        )
        words = _(
            "The holidays of {year} are not announced yet. Only weekends and the statutory days"
            " are known; make-up workdays will be missing. {count} so far.",
            year=state.year, count=count,
        )  # fmt: skip
        ui.notice("yellow", words, heading=_("Provisional"), extra=f"<p>{link}</p>")
        return
    source = _("Source: {source}", source=state.source)
    brought = _("brought in by the hall") if state.is_imported else ""
    words = " · ".join(part for part in (count, source, brought) if part)
    ui.html(f'<p class="muted">{escape(words)}</p>')


def _steps(year: int, today: date) -> str:
    wanted = {year - 1: "chevron_left", today.year: "today", year + 1: "chevron_right"}
    links = [
        ui.markup.anchor(str(one), f"/calendar?year={one}", symbol)
        for one, symbol in sorted(wanted.items())
        if one != year
    ]
    head = f"<h2>{year}</h2>"
    return f'<div class="steps">{head}{"".join(links)}</div>'


def _address_year(today: date) -> int:
    wanted = st.query_params.get("year", "")
    known = range(today.year - 3, today.year + 6)
    fits = wanted.isascii() and wanted.isdigit() and len(wanted) == 4 and int(wanted) in known
    return int(wanted) if fits else today.year


def _address_day(today: date) -> date | None:
    try:
        wanted = date.fromisoformat(st.query_params.get("day", ""))
    except ValueError:
        return None
    return wanted if abs(wanted - today) < timedelta(days=6 * 366) else None
