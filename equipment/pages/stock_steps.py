"""The steps of a stock as forms: receive, issue and sign, give back, count, discard."""

import secrets
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import streamlit as st
from sqlalchemy.orm import Session

from equipment.pages.stock_words import batch_text
from equipment.service import stock, stock_views
from equipment.service.stock import MOST
from equipment.service.stock_views import BatchRow, StockDetail
from equipment.units import UNIT_NAMES, Unit, amount_text
from safety_app import ui
from safety_app.accounts import signin
from safety_app.accounts.service import Drawn, Typed
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import N_, _
from safety_app.ui import markup

BASE: Final = "/equipment-stock"
SHOWN: Final = "equipment_stock.shown"
OLDEST, LATEST_DAY = date(1990, 1, 1), date(2100, 12, 31)
WORN_REASONS: Final = (N_("Damaged"), N_("Worn out"), N_("Gone missing"))
DISCARD_REASONS: Final = (N_("Expired"), N_("Damaged"), N_("Damp or soiled"))


def receive(actor: Actor, found: StockDetail) -> None:
    today = ui.local_now().date()
    with st.form("equipment_stock.receive", border=False):
        left, right = st.columns(2)
        quantity = left.number_input(
            _("Quantity (required)"), 1, MOST, None, key="equipment_stock.quantity",
            placeholder=_(UNIT_NAMES[Unit(found.row.unit)]),
        )  # fmt: skip
        lot = right.text_input(_("Batch number"), key="equipment_stock.lot", max_chars=64)
        left, right = st.columns(2)
        with left:
            expires_on = ui.day_input(
                _("Expiry (empty: none printed)"), None, min_value=OLDEST, max_value=LATEST_DAY,
                key="equipment_stock.expires",
            )  # fmt: skip
        with right:
            received_on = ui.day_input(
                _("Received on"), today, min_value=OLDEST, max_value=today,
                key="equipment_stock.received",
            )  # fmt: skip
        note = st.text_input(
            _("Note"), key="equipment_stock.note", max_chars=200,
            placeholder=_("Supplier or number of the delivery note"),
        )  # fmt: skip
        pressed = submit(_("Record the receipt"), "receive")
    if pressed:
        do(
            found,
            "receive",
            lambda session, key: stock.receive(
                session, actor, found.row.id, quantity=int(quantity or 0), lot=lot,
                expires_on=expires_on, received_on=received_on, note=note, client_key=key,
                now=ui.now(),
            ),
            done=_("{amount} received.", amount=amount_text(int(quantity or 0), found.row.unit)),
        )  # fmt: skip


def issue(actor: Actor, found: StockDetail) -> None:
    """Who and how many, then the receiver signs for just that."""
    usable = found.row.level.usable
    if not usable:
        ui.empty(
            _("Nothing fit for use is here"),
            _("Record a receipt first."),
            symbol="inventory_2",
            extra=markup.anchor(
                _("Record a receipt"), f"{BASE}?id={found.row.id}&do=receive", "move_to_inbox",
                look="primary big",
            ),
        )  # fmt: skip
        return
    with reading() as session:
        people = stock_views.people_near(session, actor.site_id, found.window_id)
    left, right = st.columns((2, 1))
    with left:
        person = select(_("Receiver (required)"), people, "equipment_stock.person")
    quantity = right.number_input(
        _("Quantity, {there} there", there=usable), 1, MOST, 1, key="equipment_stock.quantity"
    )
    if person is None:
        ui.notice("grey", _("Choose who receives it; the field for the signature follows."))
        return
    says = _(
        "{name} receives {amount} of {title}.",
        name=people[person], amount=amount_text(int(quantity), found.row.unit),
        title=found.row.title,
    )  # fmt: skip
    ink = ui.signature_input(
        "equipment_stock.sign", label=_("Signature of the receiver"), statement=says,
        button=_("Issue"), about=(person, int(quantity)), form=f"{person}.{int(quantity)}",
    )  # fmt: skip
    if ink is None or not _proved(actor, ink):
        return
    receiver, amount = ink.about
    signature = Drawn(ink.strokes, ink.width, ink.height) if ink.typed is None else Typed(ink.typed)
    do(
        found,
        "issue",
        lambda session, key: stock.issue(
            session, actor, found.row.id, person_id=receiver, quantity=amount,
            signature=signature, note=ink.remark, client_key=key, now=ui.now(),
        ),
        done=_("{amount} issued and signed for.", amount=amount_text(amount, found.row.unit)),
    )  # fmt: skip


def _proved(actor: Actor, ink: ui.Ink) -> bool:
    """Whether a typed name came with the receiver's own six digits."""
    if ink.typed is None:
        return True
    try:
        address = st.context.ip_address or "-"
        signin.confirm_pin_of(actor, ink.about[0], ink.pin, address=address, now=ui.now())
    except AppError as problem:
        ui.failed(problem)
        return False
    return True


def give_back(actor: Actor, found: StockDetail) -> None:
    unit = found.row.unit
    with reading() as session:
        out = {one.person_id: one for one in stock_views.holders_of(session, found.row.id)}
    if not out:
        ui.empty(_("Nobody has any of it"), symbol="task_alt")
        return
    names = {
        one.person_id: f"{one.name} · {amount_text(one.quantity, unit)}" for one in out.values()
    }
    left, right = st.columns((2, 1))
    with left:
        person = select(_("From whom (required)"), names, "equipment_stock.from")
    most = out[person].quantity if person else 1
    quantity = right.number_input(
        _("Quantity"), 1, MOST, most, key=f"equipment_stock.quantity.{person}"
    )
    fit, unfit = "fit", "unfit"
    fate = ui.segmented(
        "equipment_stock.fate",
        {fit: _("Back to the stock"), unfit: _("Discard")},
        label=_("What becomes of it"),
    )
    reason = _reason(WORN_REASONS, "equipment_stock.worn") if fate == unfit else ""
    if not press(_("Record the return"), "return"):
        return
    if person is None or (fate == unfit and not reason):
        ui.notice("orange", _("Choose from whom, and why it is discarded."))
        return
    do(
        found,
        "return",
        lambda session, key: stock.give_back(
            session, actor, found.row.id, person_id=person, quantity=int(quantity),
            discard_because=reason, client_key=key, now=ui.now(),
        ),
        done=_("{amount} taken back.", amount=amount_text(int(quantity), unit)),
    )  # fmt: skip


def count(actor: Actor, found: StockDetail) -> None:
    """Every batch is counted without the recorded number before the eyes."""
    if not found.batches:
        ui.empty(_("Nothing is here"), _("Record what comes in as a receipt."))
        return
    said = _("Count what is there of each batch. A difference needs a reason and is recorded.")
    ui.html(f'<p class="muted">{said}</p>')
    with st.form("equipment_stock.count", border=False):
        numbers = {
            one.id: st.number_input(
                batch_text(one), 0, MOST, None, key=f"equipment_stock.counted.{one.id}",
                placeholder=_("Number counted"),
            )
            for one in found.batches
        }  # fmt: skip
        reason = st.text_input(
            _("Reason for a difference"), key="equipment_stock.reason", max_chars=200
        )
        pressed = submit(_("Record the count"), "count")
    seen, _version = shown(found)
    if not pressed:
        return
    counted = {batch_id: int(n) for batch_id, n in numbers.items() if n is not None}
    do(
        found,
        "count",
        lambda session, key: stock.count(
            session, actor, found.row.id, counted=counted, reason=reason, seen=seen,
            client_key=key, now=ui.now(),
        ),
        done=_("The count is recorded."),
    )  # fmt: skip


def discard(actor: Actor, found: StockDetail) -> None:
    if not found.batches:
        ui.empty(_("Nothing is here"), _("Record what comes in as a receipt."))
        return
    batches: dict[int, BatchRow] = {one.id: one for one in found.batches}
    left, right = st.columns((2, 1))
    chosen = left.selectbox(
        _("Batch"), list(batches), format_func=lambda one: batch_text(batches[one]),
        key="equipment_stock.batch",
    )  # fmt: skip
    batch = batches[chosen]
    quantity = right.number_input(
        _("Quantity, {there} there", there=batch.quantity), 1, MOST,
        batch.quantity if batch.is_expired else 1, key=f"equipment_stock.quantity.{batch.id}",
    )  # fmt: skip
    reason = _reason(
        DISCARD_REASONS, f"equipment_stock.why.{batch.id}",
        default=DISCARD_REASONS[0] if batch.is_expired else None,
    )  # fmt: skip
    if press(_("Discard"), "discard"):
        do(
            found,
            "discard",
            lambda session, key: stock.discard(
                session, actor, found.row.id, batch_id=batch.id, quantity=int(quantity),
                reason=reason, client_key=key, now=ui.now(),
            ),
            done=_("{amount} discarded.", amount=amount_text(int(quantity), found.row.unit)),
        )  # fmt: skip


def _reason(usual: tuple[str, ...], key: str, default: str | None = None) -> str:
    """A usual reason as a chip, and words of one's own."""
    chosen = st.pills(
        _("Reason (required)"), usual, format_func=lambda one: _(one), default=default,
        key=f"{key}.chip",
    )  # fmt: skip
    more = st.text_input(_("More about it"), key=f"{key}.words", max_chars=150)
    said = [_(chosen)] if chosen else []
    return _("; ").join([*said, *([more.strip()] if more.strip() else [])])


def select(label: str, options: dict[Any, str], key: str) -> Any:
    """A choice that nothing is preset for."""
    return st.selectbox(
        label, list(options), index=None, format_func=options.__getitem__,
        placeholder=_("Choose"), key=key,
    )  # fmt: skip


def submit(label: str, step: str) -> bool:
    """The button at the end of a form, large."""
    with st.container(key=f"big_stock_{step}"):
        return st.form_submit_button(
            label, type="primary", key=f"equipment_stock.{step}.go", width="stretch"
        )


def press(label: str, step: str) -> bool:
    """The same where the fields depend on each other."""
    with st.container(key=f"big_stock_{step}"):
        return st.button(label, type="primary", key=f"equipment_stock.{step}.go", width="stretch")


def do(
    found: StockDetail, step: str, action: Callable[[Session, str], object], *, done: str
) -> None:
    """One press, with a key that stays the same until it has come through."""
    slot = f"equipment_stock.key.{step}.{found.row.id}"
    key = st.session_state.setdefault(slot, secrets.token_hex(16))
    if ui.act(lambda session: action(session, key), done=done) is None:
        # Whoever was told of a change has seen it now: the next attempt is meant.
        st.session_state[SHOWN] = (found.row.id, found.last_move, found.row_version)
        return
    st.session_state.pop(slot, None)
    forget()
    st.query_params.from_dict({"id": str(found.row.id)})
    st.rerun()


def shown(found: StockDetail) -> tuple[int, int]:
    """The last move and the version that were on the screen when this form was opened."""
    stock_id, *before = st.session_state.get(SHOWN, (0, 0, 0))
    if stock_id != found.row.id:
        before = [found.last_move, found.row_version]
        st.session_state[SHOWN] = (found.row.id, *before)
    return before[0], before[1]


def forget() -> None:
    """The form was left; the next one begins with what is then true."""
    st.session_state.pop(SHOWN, None)
