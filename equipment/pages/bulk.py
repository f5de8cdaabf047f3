"""Several alike at once: what they are, how many, where, and the codes they will get."""

import secrets
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

import streamlit as st
from sqlalchemy.orm import Session

from equipment.kinds import Kind
from equipment.models import Item
from equipment.pages import fields
from equipment.pages.first_due import first_due
from equipment.pages.import_tables import label_addresses, spans
from equipment.service.bulk import HIGHEST, MOST, Numbers, Planned, add_many, plan_many
from equipment.service.choices import Choices, choices
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, ngettext
from safety_app.ui import markup

TOKEN: Final = "equipment_bulk.token"
DONE: Final = "equipment_bulk.done"
SHOWN: Final = 60
WINDOW, AREA = "w", "l"


def render() -> None:
    """The form, and what it would register."""
    actor = ui.current_actor()
    ui.title(
        _("Register several alike"),
        _("The same kind, size and date; each gets a code and a label of its own."),
        aside=markup.anchor(_("Back to the register"), "/equipment", "arrow_back"),
    )
    codes = st.session_state.get(DONE)
    if codes:
        _after(codes)
        return
    with reading() as session:
        offered = choices(session, actor)
    token = str(st.session_state.setdefault(TOKEN, secrets.token_hex(8)))
    key = f"equipment_bulk.{token}"
    with ui.card("what"):
        ui.html(markup.section(_("1 What they are")))
        kind = fields.kind_select(key, offered.kinds, None)
        if kind is None:
            ui.html(f'<p class="muted">{_("The kind decides what else is asked.")}</p>')
            return
        count, said = _what(key, kind, offered)
    with ui.card("where"):
        ui.html(markup.section(_("2 Where they are")))
        numbers, place = _where(key, offered)
    _offer(actor, token, count, numbers, said | place)


def _what(key: str, kind: Kind, offered: Choices) -> tuple[int, dict[str, Any]]:
    today = ui.local_now().date()
    said: dict[str, Any] = {"kind": kind.code}
    left, right = st.columns(2)
    count = left.number_input(
        _("How many (at most {most})", most=MOST), min_value=1, max_value=MOST, value=2,
        key=f"{key}.count",
    )  # fmt: skip
    with right:
        said["size"] = fields.size_select(key, kind, "")
    made = fields.made_inputs(key, kind, None, today)
    said |= {"made_on": made.on, "precision": made.precision}
    said["last_services"] = fields.service_inputs(key, kind, {}, today)
    said["consumables"] = fields.part_inputs(key, kind)
    fields.foreseen(kind, made, said["last_services"], today)
    with st.expander(_("More about it (optional)")):
        said["fire_classes"] = fields.class_pills(key, kind, offered.profile, kind.fire_classes)
        said["maker"] = st.text_input(_("Maker"), key=f"{key}.maker", max_chars=64)
    if kind.is_phased_out:
        said["may_be_phased_out"] = st.checkbox(
            _("They are still there; register them to be replaced at once"), key=f"{key}.phased_out"
        )
    return int(count), said


def _where(key: str, offered: Choices) -> tuple[Numbers | None, dict[str, Any]]:
    names = {f"{AREA}{one}": name for one, name in offered.locations.items()}
    names |= {f"{WINDOW}{one}": name for one, name in offered.windows.items()}
    place = st.selectbox(
        _("Window or common area (required)"), list(names), index=None,
        format_func=names.__getitem__, placeholder=_("Choose the window or area"),
        key=f"{key}.place",
    )  # fmt: skip
    spread = st.checkbox(
        _("At numbered places, such as cabinets 1 to 6: spread evenly"), key=f"{key}.spread"
    )
    numbers = _numbers(key) if spread else None
    placing = st.text_input(
        _("Where exactly"), key=f"{key}.placing", max_chars=90,
        placeholder=_("Hydrant cabinet #") if spread else _("For example: beside the main stairs"),
    )  # fmt: skip
    if spread:
        ui.html(f'<p class="muted">{_("The number stands where # is, else behind the words.")}</p>')
    custodian = st.selectbox(
        _("Custodian (empty: the lead of the window)"), list(offered.people), index=None,
        format_func=offered.people.__getitem__, placeholder=_("Nobody in particular"),
        key=f"{key}.custodian",
    )  # fmt: skip
    return numbers, {
        "window_id": int(place[1:]) if place and place[0] == WINDOW else None,
        "location_id": int(place[1:]) if place and place[0] == AREA else None,
        "placing": placing,
        "custodian_id": custodian,
    }


def _numbers(key: str) -> Numbers:
    left, right = st.columns(2)
    first = left.number_input(
        _("From number"), min_value=0, max_value=HIGHEST, value=1, key=f"{key}.first"
    )
    last = right.number_input(
        _("To number"), min_value=0, max_value=HIGHEST, value=2, key=f"{key}.last"
    )
    return Numbers(int(first), int(last))


def _offer(
    actor: Actor, token: str, count: int, numbers: Numbers | None, said: dict[str, Any]
) -> None:
    """The codes and places, then the button; or what is still missing."""
    now = ui.now()
    try:
        with reading() as session:
            planned = plan_many(session, actor, count=count, numbers=numbers, now=now, **said)
    except AppError as missing:
        ui.notice("grey", missing.message())
        return
    with ui.card("planned"):
        ui.html(_preview(planned))
        label = ngettext("Register {n} piece", "Register {n} pieces", count)
        if not st.button(label, type="primary", icon=":material/check:", key="equipment_bulk.go"):
            return

        def run(session: Session) -> list[Item]:
            return add_many(
                session, actor, count=count, numbers=numbers, client_key=token, now=now, **said
            )

        items = ui.act(run, done=_registered)
    if items is None:
        return
    st.session_state.pop(TOKEN, None)
    st.session_state[DONE] = tuple(item.code for item in items)
    st.rerun()


def _preview(planned: Sequence[Planned]) -> str:
    """The codes at each place."""
    head = _("What will be registered")
    places = [
        (placing or "–", _(", ").join(spans([one.code for one in several])))
        for placing, several in groupby(planned, key=attrgetter("placing"))
    ]
    under = ""
    if len(places) > SHOWN:
        said = _("The first {n} of {total} places.", n=SHOWN, total=len(places))
        under = f'<p class="muted">{said}</p>'
    heads = [_("Where exactly"), _("Codes")]
    return markup.section(head) + markup.table(head, heads, places[:SHOWN]) + under


def _registered(items: Sequence[Item]) -> str:
    new = ngettext("{n} piece is registered", "{n} pieces are registered", len(items))
    due = first_due(item.inspect_by for item in items)
    return _("{said}.", said=_("; ").join([new, *due]))


def _after(codes: Sequence[str]) -> None:
    """What comes next: their labels, or more of another kind."""
    with ui.card("done"):
        said = _(", ").join(spans(codes))
        ui.html(markup.section(_("They are registered")) + f"<p>{said}</p>")
        [address] = label_addresses(codes)
        ui.primary_link(_("Print their labels"), address, "qr_code_2")
        st.button(_("Register more"), key="equipment_bulk.more", on_click=_again)


def _again() -> None:
    """Begin with an empty form."""
    st.session_state.pop(DONE, None)
