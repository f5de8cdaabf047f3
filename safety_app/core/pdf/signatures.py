"""A kept signature as a cell of a table."""

import json

from safety_app.core.i18n import _
from safety_app.core.pdf.blocks import Cell, Ink


def signed(signature: str, text: str) -> Cell:
    """The drawing over `text`, or the typed name marked as typed."""
    try:
        kept = json.loads(signature or "{}")
    except ValueError:
        kept = {}
    if "strokes" in kept:
        strokes = tuple(
            tuple((float(x), float(y)) for x, y in stroke) for stroke in kept["strokes"]
        )
        return Ink(strokes, float(kept["w"]), float(kept["h"]), text)
    return _("{name}\n(signed by name and code)", name=text) if kept.get("typed") else text
