"""Setting up a stock, changing and closing it; which form the address asks for."""

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from equipment.pages.stock_steps import (
    BASE,
    count,
    discard,
    do,
    give_back,
    issue,
    press,
    receive,
    select,
    shown,
    submit,
)
from equipment.service import stock, stock_views
from equipment.service.stock import MOST
from equipment.service.stock_views import StockDetail
from equipment.units import UNIT_NAMES, Unit
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _
from safety_app.ui import markup

NOBODY: Final = 0
REUSED, USED_UP = "reused", "used_up"


def draw(actor: Actor, found: StockDetail, wish: str) -> bool:
    """The form that the address asks for; `False` where there is none of that name."""
    forms: dict[str, tuple[str, Callable[[Actor, StockDetail], None]]] = {
        "receive": (N_("Record a receipt"), receive),
        "issue": (N_("Issue and sign"), issue),
        "return": (N_("Record the return"), give_back),
        "count": (N_("Count the stock"), count),
        "discard": (N_("Discard"), discard),
        "change": (N_("Change the stock"), _change),
    }
    if wish not in forms:
        return False
    name, form = forms[wish]
    shown(found)
    back = markup.anchor(_("Back"), f"{BASE}?id={found.row.id}", "arrow_back")
    ui.title(_(name), f"{found.row.title} · {found.row.place}", aside=back)
    with ui.card(f"stock_{wish}"):
        form(actor, found)
    return True


def new(actor: Actor) -> None:
    """Setting up a stock; what is there is recorded next, as a receipt."""
    back = markup.anchor(_("All stocks"), BASE, "arrow_back")
    ui.title(_("Set up a stock"), _("One stock for each thing and place."), aside=back)
    with reading() as session:
        kinds = {one.code: one for one in stock_views.stocked_kinds(session, actor.site_id)}
        places = stock_views.stock_places(session, actor)
    if not places:
        with ui.card("nothing"):
            ui.empty(
                _("No stock to set up here"),
                _("The window lead or the safety officer sets it up."),
                symbol="lock",
            )
        return
    with ui.card("stock_new"):
        kind = select(
            _("What it is (required)"), {code: one.display_name for code, one in kinds.items()},
            "equipment_stock.kind",
        )  # fmt: skip
        chosen = kinds.get(kind or "")
        sizes = _(", ").join(chosen.sizes) if chosen else ""
        variant = st.text_input(
            _("Model or size"), key="equipment_stock.variant", max_chars=64,
            placeholder=_("e.g. {sizes}", sizes=sizes) if sizes else "",
        )  # fmt: skip
        place = select(_("Kept at (required)"), places, "equipment_stock.place")
        facts = _facts(actor, place[0] if place else None, chosen is None or chosen.is_stocked)
        if not press(_("Set up"), "add"):
            return
        window_id, location_id = place or (None, None)
        made = ui.act(
            lambda session: stock.add_stock(
                session, actor, kind=kind or "", variant=variant, window_id=window_id,
                location_id=location_id, now=ui.now(), **facts,
            ),
            done=_("The stock is set up. Now record what is there as a receipt."),
        )  # fmt: skip
    if made is not None:
        st.query_params.from_dict({"id": str(made.id), "do": "receive"})
        st.rerun()


def _facts(
    actor: Actor, window_id: int | None, is_used_up: bool, found: StockDetail | None = None
) -> dict[str, Any]:
    """Unit, minimum, custodian and whether it comes back."""
    left, right = st.columns(2)
    minimum = left.number_input(
        _("At least (0: no minimum)"), 0, MOST, found.row.level.minimum if found else 10,
        key="equipment_stock.minimum",
    )  # fmt: skip
    unit = Unit(found.row.unit) if found else Unit.PIECE
    if found is None or not found.was_issued:
        units = {unit: _(name) for unit, name in UNIT_NAMES.items()}
        unit = right.selectbox(
            _("Unit"), list(units), format_func=units.__getitem__, key="equipment_stock.unit",
            index=list(units).index(unit),
        )  # fmt: skip
    ui.html(f'<p class="muted">{_("After issue")}</p>')
    usual = USED_UP if is_used_up else REUSED
    kept = (REUSED if found.row.is_reusable else USED_UP) if found else usual
    names = {USED_UP: _("used up"), REUSED: _("given back after use")}
    after = ui.segmented(
        f"equipment_stock.after.{kept}", names, label=_("After issue"), default=kept
    )
    with reading() as session:
        people = stock_views.people_near(session, actor.site_id, window_id)
    options = {NOBODY: _("nobody in particular"), **people}
    now = found.custodian_id if found and found.custodian_id in options else NOBODY
    custodian = st.selectbox(
        _("Custodian"), list(options), format_func=options.__getitem__,
        index=list(options).index(now or NOBODY), key="equipment_stock.custodian",
    )  # fmt: skip
    return {
        "minimum": int(minimum),
        "unit": unit,
        "is_reusable": after == REUSED,
        "custodian_id": custodian or None,
    }


def _change(actor: Actor, found: StockDetail) -> None:
    row = found.row
    with st.form("equipment_stock.change", border=False):
        variant = found.variant
        if not found.was_issued:
            variant = st.text_input(
                _("Model or size"), variant, key="equipment_stock.variant", max_chars=64
            )
        facts = _facts(actor, found.window_id, not row.is_reusable, found)
        pressed = submit(_("Save"), "change")
    if pressed:
        do(
            found,
            "change",
            lambda session, _key: stock.change_stock(
                session, actor, row.id, variant=variant, row_version=shown(found)[1],
                now=ui.now(), **facts,
            ),
            done=_("The stock is changed."),
        )  # fmt: skip
    said = _("A stock that is no longer kept is closed once it is empty.")
    ui.html(f'<p class="muted">{said}</p>')
    if st.button(_("Close this stock"), key="equipment_stock.close"):
        do(
            found,
            "close",
            lambda session, _key: stock.close_stock(
                session, actor, row.id, row_version=shown(found)[1], now=ui.now()
            ),
            done=_("The stock is closed."),
        )
