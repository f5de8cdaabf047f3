"""Correcting what is written of an item; what was there before stays in its history."""

from datetime import date
from typing import Any, Final

import streamlit as st
from sqlalchemy.orm import Session

from equipment.due import is_due
from equipment.models import Item, Step
from equipment.pages import fields
from equipment.pages.fields import Made
from equipment.pages.registering import DONE
from equipment.service import register
from equipment.service.choices import choices, readings
from equipment.service.detail import ItemDetail
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _
from safety_app.ui import markup

KEY: Final = "equipment.edit"


def may(item: ItemDetail) -> bool:
    """Whether this person may correct it now."""
    return Step.EDIT in item.allowed


def draw(actor: Actor, item: ItemDetail) -> None:
    """The form, filled with what is known; the place is changed by moving it."""
    key = f"{KEY}.{item.id}"
    version = int(st.session_state.setdefault(f"{key}.version", item.row_version))
    back = _("Back to {code}", code=item.code)
    ui.html(
        f'<p class="back"><a href="/equipment?item={item.code}">{markup.icon("arrow_back")}'
        f"<span>{back}</span></a></p>"
    )
    with ui.card("item"):
        ui.html(
            markup.section(_("Correct {code}", code=item.code))
            + f'<p class="muted">{_("Moving it to another place is a step of its own.")}</p>'
        )
        said = _fields(actor, item, key)
        _save(actor, item, key, version, said)


def _fields(actor: Actor, item: ItemDetail, key: str) -> dict[str, Any]:
    today = ui.local_now().date()
    with reading() as session:
        offered = choices(session, actor)
    same_code = {
        code: kind for code, kind in offered.kinds.items() if kind.prefix == item.kind.prefix
    }
    kind = fields.kind_select(key, {item.kind.code: item.kind, **same_code}, item.kind.code)
    kind = kind or item.kind
    said: dict[str, Any] = {"kind": kind.code, "may_be_phased_out": kind.is_phased_out}
    said["size"] = fields.size_select(key, kind, item.size)
    made = fields.made_inputs(key, kind, Made(item.made_on, item.precision), today)
    said |= {"made_on": made.on, "precision": made.precision}
    said["reason"] = _reason(key, item, today)
    services = item.last_services
    if not item.is_serviced:
        services = fields.service_inputs(key, kind, item.last_services, today)
        said["last_services"] = services
    fields.foreseen(kind, made, services, today)
    with reading() as session:
        points = readings(session, actor, kind)
    said["limits"] = fields.limit_inputs(key, points, item.limits)
    same_kind = kind.code == item.kind.code
    classes = item.fire_classes if same_kind else kind.fire_classes
    with st.expander(_("More about it (optional)")):
        said["fire_classes"] = fields.class_pills(key, kind, item.profile, classes)
        said |= fields.maker_inputs(key, item.maker, item.serial)
    return said | _photo(key, item)


def _reason(key: str, item: ItemDetail, today: date) -> str:
    """Why an item that must be scrapped would not have to be any more."""
    if item.scrap_on is None or not is_due(item.scrap_on, today):
        return ""
    label = _("Reason (required if it need not be scrapped after the correction)")
    return st.text_area(
        label, key=f"{key}.reason", max_chars=200, height=80,
        placeholder=_("What was wrong, and where the right date was found"),
    )  # fmt: skip


def _photo(key: str, item: ItemDetail) -> dict[str, Any]:
    ui.html(f'<p class="muted">{_("Photo of the item at its place (recommended)")}</p>')
    removed = False
    if item.photo_key:
        alt = _("{code} at its place", code=item.code)
        ui.html(f'<div class="place-photo">{markup.photo(ui.Picture(item.photo_key, alt))}</div>')
        removed = st.checkbox(_("Remove this photo"), key=f"{key}.remove")
    photos = ui.photo_input(f"{key}.photo", max_photos=1, form=str(item.row_version))
    return {"photo_upload_id": photos[0] if photos else None, "remove_photo": removed}


def _save(actor: Actor, item: ItemDetail, key: str, version: int, said: dict[str, Any]) -> None:
    with st.container(key="bar_form"):
        message = st.container()
        with st.container(
            key="big_submit", horizontal=True, gap="small", vertical_alignment="center"
        ):
            st.button(_("Cancel"), key=f"{key}.cancel", on_click=leave, args=(item.code, key))
            pressed = st.button(
                _("Save the details"), key=f"{key}.save", type="primary", icon=":material/check:",
                width="stretch",
            )  # fmt: skip
    if not pressed:
        return
    now = ui.now()

    def run(session: Session) -> Item:
        return register.edit_item(session, actor, item.id, row_version=version, now=now, **said)

    with message:
        saved = ui.act(run)
    if saved is not None:
        leave(item.code, key)
        st.session_state[DONE] = _("The details of {code} are saved.", code=item.code)
        st.rerun()
    # Whoever was told of a change has seen it now: the next attempt is meant.
    st.session_state[f"{key}.version"] = item.row_version


def leave(code: str, key: str) -> None:
    """Close the form; the next one begins with what is then true."""
    for name in [name for name in st.session_state if str(name).startswith(f"{key}.")]:
        del st.session_state[name]
    st.query_params.from_dict({"item": code})
