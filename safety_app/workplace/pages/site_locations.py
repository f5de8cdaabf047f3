"""The parts of the building: floors, common areas, key locations, with their own hours."""

from typing import Any, Final

import streamlit as st
from sqlalchemy.orm import Session

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, bilingual, ngettext
from safety_app.ui import markup
from safety_app.workplace import service
from safety_app.workplace.models import Location, Site
from safety_app.workplace.pages import site_hours, week

NEW: Final = "new"
CHOSEN: Final = "site.location"
LIKE_HALL, ALL_DAY, OWN = "hall", "all_day", "own"
HALF_MONTHLY: Final = N_(
    "GB 50444-2008, 5.2.2 asks for this in waiting halls and other crowded public places, in"
    " basements, boiler rooms and where fuel is kept. Elsewhere once a month is enough."
)
MODES: Final = {
    LIKE_HALL: N_("Like the hall"),
    ALL_DAY: N_("Round the clock"),
    OWN: N_("Hours of its own"),
}


def draw(actor: Actor, site: Site) -> None:
    """The list, and beside it the one that was chosen."""
    with reading() as session:
        locations = service.list_locations(session, site.id, active=False)
        weeks = {
            one.id: service.opening_week(session, site.id, location_id=one.id)
            for one in locations
            if one.has_own_hours
        }
        usual = service.opening_week(session, site.id)
    chosen = st.session_state.get(CHOSEN)
    known = {str(one.id): one for one in locations}
    is_open = chosen in known or chosen == NEW
    left, right = st.columns((43, 57), gap="medium")
    with left, st.container(key=f"split_list_{'behind' if is_open else 'front'}"):
        _list(locations, weeks)
    with right, st.container(key=f"split_detail_{'front' if is_open else 'beside'}"):
        if chosen in known:
            _form(actor, site, known[chosen], weeks.get(known[chosen].id, {}), usual)
        elif chosen == NEW:
            _form(actor, site, None, {}, usual)
        elif locations:
            with ui.card("no_location"):
                ui.empty(
                    _("Choose a location"),
                    _("Or add one: each floor of the hall, the server room, the archive …"),
                    symbol="apartment",
                )


def _list(locations: list[Location], weeks: dict[int, dict[int, service.Segments]]) -> None:
    if not locations:
        with ui.card("no_locations"):
            ui.empty(
                _("No locations yet"),
                _("Add each floor of the hall first, then the server room, the archive and the"
                  " like. A floor that is marked as a common area gets a patrol of its own."),
                symbol="apartment",
            )  # fmt: skip
    else:
        count = ngettext("{n} location", "{n} locations", len(locations))
        ui.html(f'<p class="muted">{count}</p>')
        pressed = ui.rows(
            "site.locations",
            [_row(one, weeks.get(one.id, {})) for one in locations],
            label=_("Locations"),
            selected=st.session_state.get(CHOSEN),
        )
        if pressed and pressed != st.session_state.get(CHOSEN):
            _choose(pressed)
            st.rerun()
    st.button(
        _("Add a location"), key="site.location.add", icon=":material/add:", on_click=_choose,
        args=(NEW,), width="stretch", type="secondary" if locations else "primary",
    )  # fmt: skip


def _choose(location: str | None) -> None:
    st.session_state[CHOSEN] = location


def _row(location: Location, hours: week.Week) -> ui.Row:
    floor = _("Floor {floor}", floor=location.floor) if location.floor else ""
    marks = (
        (not location.is_active, _("Out of use"), "block"),
        (location.is_patrolled, _("Patrolled"), "footprint"),
        (location.is_key_location, _("Key location"), "key"),
        (location.is_basement, _("Basement"), "stairs"),
        (location.is_half_monthly, _("Half-monthly"), "fire_extinguisher"),
        (location.has_own_hours, _mode_name(location, hours), "schedule"),
    )
    return ui.Row(
        id=str(location.id),
        title=bilingual(location.name, location.name_en),
        code=floor,
        badges=ui.badges(*(ui.badge(text, "grey", icon) for on, text, icon in marks if on)),
    )


def _mode(location: Location | None, hours: week.Week) -> str:
    if location is None or not location.has_own_hours:
        return LIKE_HALL
    return ALL_DAY if dict(hours) == dict(service.ROUND_THE_CLOCK) else OWN


def _mode_name(location: Location, hours: week.Week) -> str:
    return _(MODES[_mode(location, hours)])


def _form(
    actor: Actor, site: Site, location: Location | None, own: week.Week, usual: week.Week
) -> None:
    key = f"site.location.{location.id if location else NEW}"
    with ui.card("location"):
        name = bilingual(location.name, location.name_en) if location else _("New location")
        ui.html(markup.section(name))
        facts = _facts(key, location)
        names = {value: _(text) for value, text in MODES.items()}
        question = _("When it is open")
        ui.html(f'<p class="muted">{question}</p>')
        mode = ui.segmented(f"{key}.mode", names, label=question, default=_mode(location, own))
        facts["has_own_hours"] = mode != LIKE_HALL
        hours, holidays = _hours(key, mode, location, own or usual)
        facts["open_on_holidays"] = holidays
        with st.container(horizontal=True, gap="small"):
            st.button(_("Cancel"), key=f"{key}.cancel", on_click=_choose, args=(None,))
            pressed = st.button(
                _("Save the location"), type="primary", key=f"{key}.save", width="stretch"
            )
    if pressed:
        _save(actor, site, location, facts, mode, hours)


def _facts(key: str, location: Location | None) -> dict[str, Any]:
    left, right = st.columns((2, 1))
    found: dict[str, Any] = {
        "name": left.text_input(
            _("Name of a place"), location.name if location else "", key=f"{key}.name",
            max_chars=64,
        ),
        "floor": right.text_input(
            _("Floor"), location.floor if location else "", key=f"{key}.floor", max_chars=16
        ),
        "name_en": st.text_input(
            _("English name"), location.name_en if location else "", key=f"{key}.name_en",
            max_chars=64,
        ),
    }  # fmt: skip
    questions = {
        "is_patrolled": _("Common area with a patrol of its own"),
        "is_key_location": _("Key location (server room, archive, switch room …)"),
        "is_basement": _("In a basement"),
        "is_half_monthly": _("Extinguishers are inspected every half-month"),
    }
    if location is not None:
        questions["is_active"] = _("In use")
    for field, question in questions.items():
        value = bool(getattr(location, field)) if location else False
        found[field] = st.checkbox(
            question, value=value, key=f"{key}.{field}",
            help=_(HALF_MONTHLY) if field == "is_half_monthly" else None,
        )  # fmt: skip
    return found


def _hours(
    key: str, mode: str, location: Location | None, hours: week.Week
) -> tuple[week.Typed | None, bool]:
    if mode == LIKE_HALL:
        return None, False
    holidays = st.checkbox(
        _("Open on holidays and closed days of the hall too"),
        value=location.open_on_holidays if location and location.has_own_hours else mode == ALL_DAY,
        key=f"{key}.{mode}.holidays",
    )
    if mode == ALL_DAY:
        return None, holidays
    ui.html(site_hours.format_hint())
    each = site_hours.each_day(key, hours)
    return week.inputs(key, hours, each=each), holidays


def _save(
    actor: Actor,
    site: Site,
    location: Location | None,
    facts: dict[str, Any],
    mode: str,
    typed: week.Typed | None,
) -> None:
    def run(session: Session) -> int:
        hours = service.ROUND_THE_CLOCK if mode == ALL_DAY else week.read(typed or {})
        return service.save_location(
            session, actor, location.id if location else None, site_id=site.id,
            hours=hours if mode != LIKE_HALL else None, now=ui.now(), **facts,
        ).id  # fmt: skip

    saved = ui.act(run, done=_("The location is saved."))
    if saved:
        _choose(str(saved))
        st.rerun()
