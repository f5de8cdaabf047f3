"""Filing a paper: its scans, what it is, from when until when."""

from datetime import date
from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.i18n import _
from safety_app.papers import service
from safety_app.papers.kinds import kinds
from safety_app.papers.service import MOST_SCANS
from safety_app.ui import markup

TURN: Final = "papers.turn"
RECEIPT: Final = "papers.receipt"
OLDEST: Final = date(1990, 1, 1)


def draw(actor: Actor) -> None:
    """The form; after saving an empty one, since papers come in piles."""
    back = markup.anchor(_("Back to the shelf"), "/papers", "arrow_back")
    ui.title(_("File a paper"), aside=back)
    turn = str(st.session_state.get(TURN, 0))
    with ui.card("scans"):
        said = _("In the order of the pages: scans as PDF, or photos of the sheets.")
        ui.html(markup.section(_("1 Scans")) + f'<p class="muted">{said}</p>')
        chosen = ui.file_input("papers.files", most=MOST_SCANS, form=turn)
    with ui.card("paper"):
        ui.html(markup.section(_("2 What it is")))
        facts = _form(turn)
        receipt = st.session_state.get(RECEIPT)
        if receipt and facts is None:
            ui.notice("green", receipt)
    if facts is None:
        return
    filed = ui.act(
        lambda session: service.file_paper(session, actor, file_ids=chosen, now=ui.now(), **facts)
    )
    if filed is None:
        st.session_state.pop(RECEIPT, None)
        return
    st.session_state[TURN] = int(turn) + 1
    st.query_params.pop("kind", None)
    st.session_state[RECEIPT] = _(
        "“{title}” is filed. The form is empty again for the next paper.", title=filed.title
    )
    st.rerun()


def _asked(codes: list[str]) -> int | None:
    """The kind that the address asks for."""
    wanted = st.query_params.get("kind", "")
    return codes.index(wanted) if wanted in codes else None


def _form(turn: str) -> service.Facts | None:
    """What was typed, once the button is pressed."""
    today = ui.local_now().date()
    names = {code: kind.display_name for code, kind in kinds().items()}
    with st.form(f"papers.form.{turn}", border=False):
        category = st.selectbox(
            _("Category (required)"),
            list(names),
            index=_asked(list(names)),
            format_func=lambda code: names[code],
            placeholder=_("Choose"),
            key=f"papers.kind.{turn}",
        )
        title = st.text_input(_("Title (required)"), key=f"papers.title.{turn}", max_chars=128)
        number = st.text_input(
            _("Number of the document"), key=f"papers.number.{turn}", max_chars=64
        )
        left, right = st.columns(2)
        with left:
            dated_on = ui.day_input(
                _("Date of the paper (required)"), today, min_value=OLDEST, max_value=today,
                key=f"papers.dated.{turn}",
            )  # fmt: skip
        with right:
            valid_until = ui.day_input(
                _("Valid until (empty: without an end)"), None, min_value=OLDEST,
                max_value=date(2100, 12, 31), key=f"papers.until.{turn}",
            )  # fmt: skip
        is_history = st.checkbox(
            _("A record from before this system (in none of its figures)"),
            key=f"papers.history.{turn}",
        )
        note = st.text_area(
            _("Note on the paper"), key=f"papers.note.{turn}", max_chars=2000, height=80
        )
        if not st.form_submit_button(_("File the paper"), type="primary", key="papers.save"):
            return None
    return {
        "category": category or "",
        "title": title,
        "number": number,
        "dated_on": dated_on,
        "valid_until": valid_until,
        "is_history": is_history,
        "note": note,
    }
