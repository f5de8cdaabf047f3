"""Report a hazard by hand: what, where, how grave, photos; then its number and what follows."""

import secrets
from typing import Final

import streamlit as st
from sqlalchemy.orm import Session

from hazards import service
from hazards.models import CATEGORY_NAMES, KIND_NAMES, Category, Hazard, Kind, Level, Origin
from hazards.pages import forms
from hazards.permissions import Permission
from hazards.service import HazardDetail, Places
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _

DONE: Final = "report.done"
WINDOW, AREA, ELSEWHERE = "w", "l", ""


def render() -> None:
    """The form, or what became of the one just sent."""
    actor = ui.current_actor()
    number = st.session_state.get(DONE)
    if number:
        _registered(actor, str(number))
        return
    ui.title(_("Report a hazard"), _("Everybody may. Two lines and a photo are enough."))
    form = st.session_state.setdefault("report.form", secrets.token_hex(8))
    with reading() as session:
        places = service.places(session, actor)
    with ui.card("report"):
        _draw(actor, f"report.{form}", str(form), places)


def _draw(actor: Actor, key: str, form: str, places: Places) -> None:
    kind = _kind(actor, f"{key}.kind")
    what = st.text_input(
        _("What is wrong (required)"),
        key=f"{key}.what",
        max_chars=200,
        placeholder=_("For example: a damaged power strip under the counter"),
    )
    place = _place(key, places)
    spot = st.text_input(
        _("Where exactly"),
        key=f"{key}.spot",
        max_chars=100,
        placeholder=_("For example: behind the printer"),
    )
    _label(_("How urgent is it?"))
    level = forms.level_choice(f"{key}.level", Level.MODERATE)
    categories = {str(value): _(name) for value, name in CATEGORY_NAMES.items()}
    category = st.selectbox(
        _("Category"),
        list(categories),
        index=list(categories).index(Category.OTHER),
        format_func=categories.__getitem__,
        key=f"{key}.category",
    )
    _label(_("Photos (recommended)"))
    photos = ui.photo_input(f"{key}.photos", form=form)
    note = st.text_area(_("More (optional)"), key=f"{key}.note", max_chars=1000, height=100)
    with st.container(key="bar_form"):
        message = st.container()
        with st.container(key="big_submit"):
            pressed = st.button(
                _("Report this hazard"),
                key="report.submit",
                type="primary",
                icon=":material/add_alert:",
                width="stretch",
            )
    if not pressed:
        return
    now = ui.now()

    def run(session: Session) -> Hazard:
        return service.report(
            session,
            actor,
            what=what or "",
            level=level,
            category=Category(category),
            origin=Origin.MANUAL,
            kind=kind,
            now=now,
            place=spot or "",
            note=note or "",
            window_id=int(place[1:]) if place.startswith(WINDOW) else None,
            location_id=int(place[1:]) if place.startswith(AREA) else None,
            upload_ids=photos,
            client_key=form,
        )

    with message:
        hazard = ui.act(run)
    if hazard is not None:
        st.session_state[DONE] = hazard.number
        del st.session_state["report.form"]
        st.rerun()


def _kind(actor: Actor, key: str) -> Kind:
    """A safety hazard, unless somebody in charge says that it is about the service."""
    if not actor.may_somewhere(Permission.REPORT_POINT):
        return Kind.SAFETY
    names = {str(value): _(name) for value, name in KIND_NAMES.items()}
    return Kind(ui.segmented(key, names, label=_("Kind")))


def _label(words: str) -> None:
    ui.html(f'<p class="muted">{words}</p>')


def _place(key: str, places: Places) -> str:
    """One list of windows and common areas; the person's own window is chosen already."""
    names = {f"{WINDOW}{found}": name for found, name in places.windows.items()}
    for found, name in places.locations.items():
        names[f"{AREA}{found}"] = _("Common area: {name}", name=name)
    names[ELSEWHERE] = _("Somewhere else (say where below)")
    default = f"{WINDOW}{places.own[0]}" if len(places.own) == 1 else None
    chosen = st.selectbox(
        _("Window or common area"),
        list(names),
        index=list(names).index(default) if default else None,
        format_func=names.__getitem__,
        placeholder=_("Choose the window or area"),
        key=f"{key}.place",
    )
    return chosen or ELSEWHERE


def _registered(actor: Actor, number: str) -> None:
    """The number, who acts next, and the two ways on."""
    with reading() as session:
        hazard = service.get(session, actor, number, now=ui.now())
    ui.title(_("Report a hazard"))
    with ui.card("registered"):
        ui.empty(
            _("{number} is registered", number=number),
            _next(hazard),
            symbol="check_circle",
            extra=ui.markup.anchor(_("Look at it"), f"/hazards?no={number}", "visibility"),
        )
    st.button(
        _("Report another one"), key="report.again", icon=":material/add:", on_click=_begin_anew
    )


def _next(hazard: HazardDetail) -> str:
    urgent = _("Keep people away until somebody comes. ") if hazard.level == Level.URGENT else ""
    return urgent + _(
        "Next, {who} names an owner and a deadline. You can follow it in the list of hazards.",
        who=hazard.next_by or "–",
    )


def _begin_anew() -> None:
    st.session_state.pop(DONE, None)
