"""One item: how it stands, the step to take now, its dates and rules, its history."""

from html import escape

import streamlit as st

from equipment.models import ON_REGISTER, Step
from equipment.pages import actions, story
from equipment.pages.registering import DONE, REGISTERED
from equipment.pages.words import badges
from equipment.permissions import Permission
from equipment.service.detail import ItemDetail
from equipment.service.history import StepView
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.i18n import _
from safety_app.ui import markup


def draw(actor: Actor, item: ItemDetail, steps: list[StepView]) -> None:
    """The whole of one item."""
    today = ui.local_now().date()
    ui.html(_back() + _receipt(item))
    with ui.card("item"):
        ui.html(_head(item) + story.life(item, today) + story.relations(item))
        actions.buttons(item, steps)
        ui.html(_body(actor, item, steps))


def _back() -> str:
    """Where the list is out of sight, the name of the page and the way back to it."""
    words, name = escape(_("Back to the register")), escape(_("Safety facilities"))
    return (
        f'<div class="narrow-only"><p class="back"><a href="/equipment">'
        f"{markup.icon('arrow_back')}<span>{words}</span></a></p><h1>{name}</h1></div>"
    )


def _receipt(item: ItemDetail) -> str:
    """What the last step has done, once; after registering, the two ways on."""
    done = st.session_state.pop(DONE, None)
    is_new = st.session_state.pop(REGISTERED, False)
    if not done:
        return ""
    links = _label_link(item) if item.status in ON_REGISTER else ""
    if is_new:
        links += markup.anchor(_("Register another one"), "/equipment?do=new", "add")
    extra = f'<div class="ways">{links}</div>' if links else ""
    return f'<div class="fresh">{markup.notice("green", str(done), extra=extra)}</div>'


def _head(item: ItemDetail) -> str:
    scan = story.code_to_scan(item.code) if item.status in ON_REGISTER else ""
    return (
        f'<div class="item-head"><div>{badges(item.standings)}'
        f'<h2 class="what">{item.code} {escape(_name(item))}</h2>'
        f'<p class="muted">{escape(item.place)}</p>{_condition(item)}</div>{scan}</div>'
    )


def _name(item: ItemDetail) -> str:
    """The kind and its size, which no line breaks apart."""
    size = item.size.replace(" ", "\u00a0")
    return f"{item.kind.display_name} {size}".strip()


def _condition(item: ItemDetail) -> str:
    """What was found, where it must be scrapped whatever its age."""
    if not item.condemned_because:
        return ""
    words = _("Found: {what}", what=item.condemned_because)
    return f'<p class="muted">{escape(words)}</p>'


def _body(actor: Actor, item: ItemDetail, steps: list[StepView]) -> str:
    photo = ""
    if item.photo_key:
        picture = ui.Picture(item.photo_key, _("{code} at its place", code=item.code))
        photo = f'<div class="place-photo">{markup.photo(picture)}</div>'
    history = escape(_("History of the item"))
    return "".join(
        (
            story.dates(item),
            story.facts(item, actor.timezone),
            photo,
            _links(actor, item),
            f"<h3>{history}</h3>",
            story.timeline(item, steps),
        )
    )


def _links(actor: Actor, item: ItemDetail) -> str:
    """What is not a step of its life: correct what is written, print its label."""
    links = ""
    if Step.EDIT in item.allowed:
        address = f"/equipment?item={item.code}&do=edit"
        links += markup.anchor(_("Correct the details"), address, "edit")
    if item.status in ON_REGISTER and actor.may_somewhere(Permission.KEEP):
        links += _label_link(item)
    return f'<div class="ways">{links}</div>' if links else ""


def _label_link(item: ItemDetail) -> str:
    return markup.anchor(_("Print the label"), f"/equipment-labels?items={item.id}", "qr_code")
