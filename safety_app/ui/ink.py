"""Signing on a page: a pad for the finger, or the own name with the six-digit code."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

import streamlit as st

from safety_app.core.i18n import _

SCRIPT: Final = Path(__file__).parent / "static" / "ink.js"


@dataclass(frozen=True, slots=True)
class Ink:
    """What was signed: strokes in a box, or a typed name with its code; and a remark.

    `about` is what the page showed when the button was pressed, not what has come since.
    """

    strokes: tuple[Any, ...] = ()
    width: float = 0
    height: float = 0
    typed: str | None = None
    pin: str = ""
    remark: str = ""
    about: tuple[int, ...] = ()


@cache
def _component() -> Any:
    script = SCRIPT.read_text(encoding="utf-8")
    return st.components.v2.component("safety_ink", js=script, isolate_styles=False)


def signature_input(
    key: str,
    *,
    label: str,
    statement: str,
    button: str,
    about: Sequence[int] = (),
    remark: bool = True,
    form: str = "",
) -> Ink | None:
    """A place to sign; the signature when its button was just pressed, else `None`.

    `statement` says what the signature confirms, `about` names it by ids, which come back with
    the signature. Another `form` begins an empty one.
    """
    slot = f"{key}.{form}" if form else key
    data = {
        "label": label,
        "remark": remark,
        "about": list(about),
        "words": {**_words(), "says": statement, "button": button},
    }
    found = _component()(key=slot, data=data, on_signed_change=_nothing)
    given = found.get("signed")
    return _ink(given) if isinstance(given, Mapping) else None


def signature_markup(signature: str, label: str) -> str:
    """A kept signature as a drawing, or the typed name; `label` says whose it is.

    The drawing is a picture, for the page takes no vectors among its markup.
    """
    try:
        kept = json.loads(signature or "{}")
    except ValueError:
        kept = {}
    if "strokes" not in kept:
        typed = str(kept.get("typed", ""))
        return f"<strong>{escape(typed)}</strong>" if typed else ""
    lines = "".join(
        f'<polyline points="{" ".join(f"{float(x):g},{float(y):g}" for x, y in stroke)}"/>'
        for stroke in kept["strokes"]
    )
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {kept["w"]:g} {kept["h"]:g}"'
        ' fill="none" stroke="#1b2733" stroke-width="3" stroke-linecap="round"'
        f' stroke-linejoin="round">{lines}</svg>'
    )
    source = base64.b64encode(drawing.encode()).decode()
    name = escape(label, quote=True)
    return f'<img class="drawn-ink" src="data:image/svg+xml;base64,{source}" alt="{name}">'


def _ink(given: Mapping[str, Any]) -> Ink:
    typed = given.get("typed")
    return Ink(
        strokes=tuple(given.get("strokes") or ()),
        width=float(given.get("w") or 0),
        height=float(given.get("h") or 0),
        typed=None if typed is None else str(typed)[:64],
        pin=str(given.get("pin") or "")[:32],
        remark=str(given.get("remark") or ""),
        about=tuple(int(one) for one in given.get("about") or ()),
    )


def _words() -> dict[str, str]:
    return {
        "field": _("Signature field"),
        "hint": _("Sign here with a finger or a pen"),
        "again": _("Sign again"),
        "type": _("Type name and PIN instead"),
        "draw": _("Sign by hand instead"),
        "name": _("Full name"),
        "pin": _("Six-digit PIN"),
        "remark": _("Remark (optional)"),
        "no_name": _("Type your full name."),
        "no_pin": _("Enter the six digits of your PIN."),
        "no_ink": _("Please sign in the field first."),
    }


def _nothing() -> None:
    """Streamlit wants a callback before it reports a value."""
