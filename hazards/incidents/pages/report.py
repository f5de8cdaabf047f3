"""Report an incident: kind, place, send; what is typed is kept at once and survives a reload."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, time
from html import escape
from typing import Any, Final

import streamlit as st
from sqlalchemy.orm import Session

from hazards import service as hazards
from hazards.incidents.errors import KindMissing
from hazards.incidents.models import KIND_NAMES, Incident, Kind
from hazards.incidents.pages import fields
from hazards.incidents.pages.hour import notice
from hazards.incidents.service import reporting
from hazards.incidents.service.detail import IncidentDetail, get
from hazards.incidents.service.figures import Numbers
from hazards.service import Places
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading, transaction
from safety_app.core.i18n import N_, _

DONE: Final = "incident.reported"
FORM: Final = "incident.form"
KEPT: Final = "incident.kept"
ICONS: Final[Mapping[Kind, str]] = {
    Kind.FIRE: "local_fire_department",
    Kind.INJURY: "personal_injury",
    Kind.ILLNESS: "medical_services",
    Kind.SHOCK: "bolt",
    Kind.DISTURBANCE: "groups",
    Kind.INTERRUPTION: "power_off",
    Kind.NEAR_MISS: "lightbulb",
    Kind.LOSS: "broken_image",
    Kind.TRAFFIC: "directions_car",
    Kind.OTHER: "more_horiz",
}
UNKNOWN, NOBODY, SOMEBODY = "unknown", "nobody", "somebody"
HURT: Final = {
    UNKNOWN: N_("Not known yet"),
    NOBODY: N_("Nobody is hurt"),
    SOMEBODY: N_("Somebody is hurt"),
}
NOW, EARLIER = "now", "earlier"
WHEN: Final = {NOW: N_("Just now"), EARLIER: N_("Earlier")}
DRAFTED: Final = (
    "kind", "place", "spot", "when", "day", "time", "hurt", "deaths", "missing", "serious",
    "minor", "loss", "what", "measures",
)  # fmt: skip
"""The fields that are kept as they are typed; there is no name among them."""


def render() -> None:
    """The form, or what became of the one just sent."""
    actor = ui.current_actor()
    number = st.session_state.get(DONE)
    if number:
        _reported(actor, str(number))
        return
    ui.title(
        _("Report an incident"),
        _("Tap what happened and where, and send. The rest can follow."),
    )
    ui.html(_calls())
    form = _begun(actor)
    with reading() as session:
        places = hazards.places(session, actor)
    with ui.card("incident_report"):
        _draw(actor, form, places)


def _calls() -> str:
    """Whom to call before anything is typed."""
    links = " · ".join(
        f'<a href="tel:{number}">{number} {escape(name)}</a>'
        for number, name in (("119", _("fire")), ("120", _("ambulance")), ("110", _("police")))
    )
    words = _("Danger to life: help and call first, report afterwards.")
    return ui.markup.notice("red", words, extra=f'<p class="calls">{links}</p>')


def _begun(actor: Actor) -> str:
    """The form in hand; after a reload the one that was begun."""
    if FORM not in st.session_state:
        with reading() as session:
            draft = reporting.find_draft(session, actor, ui.now())
        st.session_state[FORM] = draft.form if draft else secrets.token_hex(8)
        st.session_state[KEPT] = dict(draft.facts) if draft else {}
        for name in DRAFTED:
            value = _thawed(name, st.session_state[KEPT].get(name))
            if value is not None:
                st.session_state[f"{_key()}.{name}"] = value
    return str(st.session_state[FORM])


def _key() -> str:
    return f"incident.{st.session_state[FORM]}"


def _draw(actor: Actor, form: str, places: Places) -> None:
    key = _key()
    kind = st.pills(
        _("What happened?"),
        [str(one) for one in Kind],
        format_func=lambda one: f":material/{ICONS[Kind(one)]}: {_(KIND_NAMES[one])}",
        key=f"{key}.kind",
    )
    # A place from the draft stands in the state already; a default beside it would be too much.
    default = None if f"{key}.place" in st.session_state else fields.own_place(places)
    place = fields.place_input(key, places, default)
    numbers = None
    if kind != Kind.NEAR_MISS:
        numbers = _people(key)
    what = st.text_input(
        _("In a sentence (may follow; no names)"),
        key=f"{key}.what",
        max_chars=200,
        placeholder=_("For example: a visitor slipped beside the number machine"),
    )
    fields.label(escape(_("Photos (may follow)")))
    photos = _photos(actor, key, form)
    occurred_at = _when(key, actor)
    with st.expander(_("More (may follow)"), key=f"{key}.more"):
        spot = st.text_input(
            _("Where exactly"),
            key=f"{key}.spot",
            max_chars=100,
            placeholder=_("For example: behind the printer"),
        )
        measures = st.text_area(
            _("What was done at once"), key=f"{key}.measures", max_chars=1000, height=80
        )
    with st.container(key="bar_form"):
        message = st.container()
        with st.container(key="big_submit"):
            pressed = st.button(
                _("Report this incident"),
                key="incident.submit",
                type="primary",
                icon=":material/send:",
                width="stretch",
            )
    _keep(actor, form, photos)
    if not pressed:
        return
    now = ui.now()

    def run(session: Session) -> Incident:
        if kind is None:
            raise KindMissing()
        window_id, location_id = fields.place_ids(place)
        return reporting.report(
            session,
            actor,
            kind=Kind(kind),
            occurred_at=occurred_at or now,
            place=spot or "",
            what=what or "",
            measures=measures or "",
            numbers=numbers,
            upload_ids=photos,
            client_key=form,
            now=now,
            window_id=window_id,
            location_id=location_id,
        )

    with message:
        incident = ui.act(run)
    if incident is not None:
        st.session_state[DONE] = incident.number
        _forget()
        st.rerun()


def _people(key: str) -> Numbers | None:
    """Who is hurt; nothing while nobody knows."""
    names = {value: _(words) for value, words in HURT.items()}
    fields.label(escape(_("Is anybody hurt?")))
    hurt = ui.segmented(f"{key}.hurt", names, label=_("Is anybody hurt?"))
    if hurt == UNKNOWN:
        return None
    if hurt == NOBODY:
        return Numbers(loss_fen=None)
    return fields.numbers_input(key, {}, None)


def _when(key: str, actor: Actor) -> datetime | None:
    """Now, unless somebody says that it was earlier."""
    fields.label(escape(_("When?")))
    names = {value: _(words) for value, words in WHEN.items()}
    if ui.segmented(f"{key}.when", names, label=_("When?")) == NOW:
        return ui.now()
    return fields.moment_input(key, _("It happened"), actor, ui.now())


def _photos(actor: Actor, key: str, form: str) -> list[int]:
    """Those taken now, and those from before a reload that still wait."""
    taken = ui.photo_input(f"{key}.photos", form=form)
    before = [one for one in st.session_state[KEPT].get("photos", []) if one not in taken]
    if not before:
        return taken
    with reading() as session:
        waiting = hazards.list_uploads(session, actor, before)
    if waiting:
        label = _("Photo from before the page was loaded anew")
        ui.photo_grid([ui.Picture(one.key, label) for one in waiting])
    return [*(one.id for one in waiting), *taken]


def _keep(actor: Actor, form: str, photos: list[int]) -> None:
    """Write down what has changed since the last run."""
    key = _key()
    facts = {name: _frozen(st.session_state.get(f"{key}.{name}")) for name in DRAFTED}
    facts = {name: value for name, value in facts.items() if value not in (None, "", 0)}
    if photos:
        facts["photos"] = photos
    if not _is_begun(facts) or facts == st.session_state[KEPT]:
        return
    with transaction() as session:
        reporting.keep_draft(session, actor, form=form, facts=facts, now=ui.now())
    st.session_state[KEPT] = facts


def _is_begun(facts: Mapping[str, Any]) -> bool:
    """Whether somebody has said anything: the place may be chosen by itself."""
    return bool(facts.keys() & {"kind", "what", "measures", "spot", "photos"})


def _frozen(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, time)) else value


def _thawed(name: str, value: Any) -> Any:
    """A kept value as its field wants it; nothing where it cannot be."""
    try:
        if name == "day" and value is not None:
            return date.fromisoformat(value)
        if name == "time" and value is not None:
            return time.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return value


def _forget() -> None:
    for key in [key for key in st.session_state if str(key).startswith(f"{_key()}.")]:
        del st.session_state[key]
    st.session_state.pop(FORM, None)
    st.session_state.pop(KEPT, None)


def _reported(actor: Actor, number: str) -> None:
    """The number, what follows, and the two ways on."""
    now = ui.now()
    with reading() as session:
        incident = get(session, actor, number, now=now)
    ui.title(_("Report an incident"))
    with ui.card("registered"):
        ui.empty(
            _("{number} is reported", number=number),
            _next(incident),
            symbol="check_circle",
            extra=ui.markup.anchor(
                _("Add what is known"), f"/incidents?no={number}", "edit_note", look="primary"
            ),
        )
        ui.html(notice(incident.clock, now, number, may_act=False))
    st.button(_("Report another one"), key="incident.again", icon=":material/add:", on_click=_anew)


def _next(incident: IncidentDetail) -> str:
    if incident.kind is Kind.NEAR_MISS:
        return _("Thank you: what nearly happened can be prevented now. Nobody is blamed for it.")
    return _(
        "Tell the head of the unit at once by phone too. The safety officer and the manager see it"
        " on their pages."
    )


def _anew() -> None:
    st.session_state.pop(DONE, None)
