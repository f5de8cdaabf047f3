"""How far a paper is that takes a while, and the file once it is there."""

from html import escape

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.i18n import _
from safety_app.reports import making
from safety_app.reports.making import Making, State
from safety_app.ui import markup

EVERY = 1.0


def draw(actor: Actor, key: str) -> bool:
    """Progress, result or failure of what was asked for; whether it is under way."""
    made = making.find(actor, key)
    if made is None:
        return False
    if made.is_under_way:
        ui.fragment(_under_way, every=EVERY)(key)
        return True
    _over(made)
    return False


def _under_way(key: str) -> None:
    made = making.find(ui.current_actor(), key)
    if made is None or not made.is_under_way:
        st.rerun()
    words = _("Waiting for another paper") if made.state is State.WAITING else made.at
    ui.html(bar(made.done, made.total, words))
    if st.button(_("Stop"), key=f"{key}.stop", icon=":material/close:"):
        making.stop(ui.current_actor(), key)


def bar(done: int, total: int, words: str) -> str:
    """How much of the work is done, for eyes and for screen readers."""
    share = round(100 * done / total) if total else 0
    label = escape(_("Making the paper"), quote=True)
    return (
        f'<div class="making" role="progressbar" aria-label="{label}" aria-valuemin="0"'
        f' aria-valuemax="100" aria-valuenow="{share}">'
        f'<div class="track"><span style="width:{share}%"></span></div>'
        f"<p><span>{escape(words)}</span><span>{share}%</span></p></div>"
    )


def _over(made: Making) -> None:
    if made.state is State.DONE:
        size = f"{max(made.path.stat().st_size, 1) / 1e6:.1f} MB" if made.path.exists() else ""
        facts = " · ".join([*made.facts.values(), size])
        ui.notice("green", facts, heading=_("The paper is ready."))
        href = f"/reports/made/{made.token}"
        ui.html(
            markup.anchor(_("Open the file"), href, "description", look="primary big", new_tab=True)
        )
    elif made.state is State.FAILED and made.error is not None:
        ui.notice("red", made.error.message())
    elif made.state is State.STOPPED:
        ui.notice("grey", _("Stopped. Nothing was kept."))
