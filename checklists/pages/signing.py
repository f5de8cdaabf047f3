"""Asking for the second signature on a page."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from checklists import service
from checklists.service import FLAG_NAMES, Drawn, Flag, Sheet, Typed
from safety_app import ui
from safety_app.accounts import signin
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, ngettext


def ask(actor: Actor, key: str, run_ids: Sequence[int], *, statement: str, button: str) -> bool:
    """A place to sign; whether these sheets have just been countersigned."""
    ink = ui.signature_input(
        key, label=_("Second signature"), statement=statement, button=button, about=run_ids
    )
    if ink is None or not _proved(actor, ink):
        return False
    signature = Drawn(ink.strokes, ink.width, ink.height) if ink.typed is None else Typed(ink.typed)
    signed = ui.act(
        lambda session: service.countersign(
            session, actor, ink.about, signature=signature, remark=ink.remark, now=ui.now()
        ),
        done=ngettext("{n} sheet countersigned.", "{n} sheets countersigned.", len(ink.about)),
    )
    return signed is not None


def _proved(actor: Actor, ink: ui.Ink) -> bool:
    """Whether a typed name came with the right six digits; tries are counted whatever follows."""
    if ink.typed is None:
        return True
    try:
        address = st.context.ip_address or "-"
        signin.confirm_pin(actor, ink.pin, address=address, now=ui.now())
    except AppError as problem:
        ui.failed(problem)
        return False
    return True


def clock_text(actor: Actor, moment: datetime) -> str:
    """The time of day on the site's clock."""
    return f"{moment.astimezone(clock.zone(actor.timezone)):%H:%M}"


def flag_badges(sheet: Sheet) -> str:
    """Why a sheet is opened and signed by itself."""
    if not sheet.flags:
        return ""
    return ui.badges(
        *(
            ui.badge(_(FLAG_NAMES[flag]), "blue" if flag is Flag.CHECK else "orange")
            for flag in sheet.flags
        )
    )
