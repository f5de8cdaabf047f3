"""Registering one item: what it is, when it was made, where it is and who looks after it."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

import streamlit as st
from sqlalchemy.orm import Session

from equipment.kinds import Kind
from equipment.models import Item
from equipment.pages import fields
from equipment.pages.first_due import first_due
from equipment.service import register
from equipment.service.choices import Choices, choices, readings
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _
from safety_app.ui import markup

TOKEN: Final = "equipment.new"
LIKE: Final = "equipment.like"
DONE: Final = "equipment.done"
REGISTERED: Final = "equipment.registered"
WINDOW, AREA = "w", "l"


def draw(actor: Actor) -> None:
    """The whole form in the place of the list."""
    back = markup.anchor(_("Back to the register"), "/equipment", "arrow_back")
    ui.title(_("Register a facility"), aside=back)
    with reading() as session:
        offered = choices(session, actor)
    token = str(st.session_state.setdefault(TOKEN, secrets.token_hex(8)))
    like: Mapping[str, Any] = st.session_state.get(LIKE) or {}
    key = f"equipment.{token}"
    with ui.card("register"):
        ui.html(markup.section(_("1 What it is")))
        kind = fields.kind_select(key, offered.kinds, like.get("kind"))
        if kind is None:
            ui.html(f'<p class="muted">{_("The kind decides what else is asked.")}</p>')
            return
        said = _what(key, kind, offered, like)
    with ui.card("register_place"):
        ui.html(markup.section(_("2 Where it is")))
        said |= _where(key, offered, like)
        said |= _photo(key)
        _save(actor, token, key, said)


def _what(key: str, kind: Kind, offered: Choices, like: Mapping[str, Any]) -> dict[str, Any]:
    today = ui.local_now().date()
    ui.html(fields.rhythm(kind))
    said: dict[str, Any] = {"kind": kind.code}
    if kind.is_phased_out:
        said["may_be_phased_out"] = _phased_out(key, kind)
    same = like.get("kind") == kind.code
    said["size"] = fields.size_select(key, kind, str(like.get("size", "")) if same else "")
    made = fields.made_inputs(key, kind, None, today)
    said |= {"made_on": made.on, "precision": made.precision}
    said["last_services"] = fields.service_inputs(key, kind, {}, today)
    said["consumables"] = fields.part_inputs(key, kind)
    fields.foreseen(kind, made, said["last_services"], today)
    with reading() as session:
        points = readings(session, ui.current_actor(), kind)
    said["limits"] = fields.limit_inputs(key, points, {})
    with st.expander(_("More about it (optional)")):
        said["fire_classes"] = fields.class_pills(key, kind, offered.profile, kind.fire_classes)
        maker = str(like.get("maker", "")) if same else ""
        said |= fields.maker_inputs(key, maker, "")
        said["code"] = st.text_input(
            _("Code (empty: the next one)"), key=f"{key}.code", max_chars=20,
            placeholder=_("Only where a label is on it already, for example MHQ-0032"),
        )  # fmt: skip
    return said


def _phased_out(key: str, kind: Kind) -> bool:
    ui.notice(
        "red",
        _("“{kind}” is phased out and must be scrapped ({source}).", kind=kind.display_name,
          source=kind.scrap_source_text),
    )  # fmt: skip
    return st.checkbox(
        _("One is still there; register it to be replaced at once"), key=f"{key}.phased_out"
    )


def _where(key: str, offered: Choices, like: Mapping[str, Any]) -> dict[str, Any]:
    names = {f"{WINDOW}{one}": name for one, name in offered.windows.items()}
    names |= {
        f"{AREA}{one}": _("Common area: {name}", name=name)
        for one, name in offered.locations.items()
    }
    last = like.get("place")
    default = last if last in names else next(iter(names), None) if len(names) == 1 else None
    place = st.selectbox(
        _("Window or common area (required)"),
        list(names),
        index=list(names).index(default) if default else None,
        format_func=names.__getitem__,
        placeholder=_("Choose the window or area"),
        key=f"{key}.place",
    )
    placing = st.text_input(
        _("Where exactly"), key=f"{key}.placing", max_chars=100,
        placeholder=_("For example: pillar right of the counter"),
    )  # fmt: skip
    custodian = st.selectbox(
        _("Custodian (empty: the lead of the window)"),
        list(offered.people),
        index=None,
        format_func=offered.people.__getitem__,
        placeholder=_("Nobody in particular"),
        key=f"{key}.custodian",
    )
    return {
        "window_id": int(place[1:]) if place and place[0] == WINDOW else None,
        "location_id": int(place[1:]) if place and place[0] == AREA else None,
        "placing": placing,
        "custodian_id": custodian,
    }


def _photo(key: str) -> dict[str, Any]:
    ui.html(f'<p class="muted">{_("Photo of the item at its place (recommended)")}</p>')
    photos = ui.photo_input(f"{key}.photo", max_photos=1)
    return {"photo_upload_id": photos[0] if photos else None}


def _save(actor: Actor, token: str, key: str, said: dict[str, Any]) -> None:
    with st.container(key="bar_form"):
        message = st.container()
        with st.container(
            key="big_submit", horizontal=True, gap="small", vertical_alignment="center"
        ):
            st.button(_("Cancel"), key="equipment.new.cancel", on_click=leave)
            pressed = st.button(
                _("Register it"), key="equipment.new.save", type="primary", icon=":material/check:",
                width="stretch",
            )  # fmt: skip
    if not pressed:
        return
    now = ui.now()

    def run(session: Session) -> Item:
        return register.add_item(session, actor, client_key=token, now=now, **said)

    with message:
        item = ui.act(run)
    if item is None:
        return
    place = st.session_state.get(f"{key}.place")
    keep = {"kind": item.kind, "size": item.size, "maker": item.maker, "place": place}
    leave()
    st.session_state[LIKE] = keep
    new = _("{code} is registered", code=item.code)
    st.session_state[REGISTERED] = True
    st.session_state[DONE] = _("{said}.", said=_("; ").join([new, *first_due([item.inspect_by])]))
    st.query_params.from_dict({"item": item.code})
    st.rerun()


def leave() -> None:
    """Close the form; the next one begins empty."""
    st.session_state.pop(TOKEN, None)
    st.session_state.pop(LIKE, None)
    st.query_params.clear()
