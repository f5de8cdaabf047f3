"""Today: what this person owes now, from every feature's tiles."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import one_view
from safety_app.core.feature import Tile, load
from safety_app.core.i18n import _, moment_text
from safety_app.features import features
from safety_app.overview import service
from safety_app.ui.frame import leave_form

WIDE, LEFT, RIGHT = 0, 1, 2
WIDTHS: Final = (62, 38)
MANY_WINDOWS: Final = 3


def render() -> None:
    """Head, what is loud, then two columns that stack on a phone."""
    with one_view():
        _render()


def _render() -> None:
    actor, now = ui.current_actor(), ui.now()
    hall = service.hall(actor, now)
    on_tablet = actor.device_id is not None
    ui.title(
        _("My tasks"),
        " · ".join(filter(None, (_windows(actor, hall.windows), actor.name, _moment(actor, now)))),
        aside=leave_form(is_tablet=True) if on_tablet else "",
    )
    if not hall.is_open:
        ui.notice("grey", hall.why)
    tiles = sorted(
        (tile for feature in features() for tile in feature.tiles), key=lambda tile: tile.order
    )
    drawn = _draw(tiles, WIDE, actor, now)
    left, right = st.columns(WIDTHS, gap="medium")
    with left:
        drawn |= _draw(tiles, LEFT, actor, now)
        if not drawn:
            with ui.card("nothing"):
                ui.empty(_("Nothing to do right now"), _("New tasks appear here by themselves."))
    with right:
        _draw(tiles, RIGHT, actor, now)
        if ui.knows("report-hazard"):
            ui.secondary_link(
                _("Found a hazard? Report it now"), "/report-hazard", "add_alert", big=True
            )


def _draw(tiles: list[Tile], column: int, actor: Actor, now: datetime) -> bool:
    """Draw the tiles of a column; a tile that answers `False` had nothing to show."""
    drawn = False
    for tile in tiles:
        if tile.column != column:
            continue
        try:
            show: Callable[[Actor, datetime], Any] = load(tile.render)
            drawn |= show(actor, now) is not False
        except ui.SignedOut:
            raise
        except Exception as error:  # one tile must not take the others down
            ui.failed(error)
            drawn = True
    return drawn


def _windows(actor: Actor, names: dict[int, str]) -> str:
    own = [names[id_] for id_ in sorted(actor.served | actor.led) if id_ in names]
    if len(own) > MANY_WINDOWS:
        return _("{n} windows", n=len(own))
    return _(", ").join(own)


def _moment(actor: Actor, now: datetime) -> str:
    return moment_text(now, actor.timezone, weekday=True)
