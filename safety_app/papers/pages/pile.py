"""A pile of old papers at once, by a table and its scans."""

from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, ngettext
from safety_app.papers import batch
from safety_app.papers.batch import BatchLine, BatchPlan
from safety_app.papers.kinds import kinds
from safety_app.ui import markup

TURN: Final = "pile.turn"


def draw(actor: Actor) -> None:
    """The table's form, the files, what would be filed, and the button."""
    back = markup.anchor(_("Back to the shelf"), "/papers", "arrow_back")
    ui.title(_("File old papers in a pile"), _("Everything here counts as history."), aside=back)
    turn = st.session_state.get(TURN, 0)
    with ui.card("pile"):
        about = _("Write each scan's file name, category and date into the table; then choose the"
                  " table and all scans together.")  # fmt: skip
        ui.html(markup.section(_("Table and scans")) + f'<p class="muted">{about}</p>')
        ui.secondary_link(_("Download the form"), "/papers/form.xlsx", "download")
        chosen = ui.file_input(
            "pile.files", accept=("pdf", "image", "table"), most=batch.MOST + 1,
            form=str(turn), is_next=True,
        )  # fmt: skip
    if not chosen:
        return
    try:
        with reading() as session:
            plan = batch.plan_batch(session, actor, chosen, now=ui.now())
    except AppError as problem:
        ui.notice("orange", problem.message())
        return
    _show(plan)
    _offer(actor, chosen, plan)


def _show(plan: BatchPlan) -> None:
    if plan.problems:
        count = ngettext("{n} fault in the table", "{n} faults in the table", len(plan.problems))
        heads = [_("Row"), _("Column"), _("Fault")]
        faults = [(str(one.row or ""), one.column, one.text) for one in plan.problems]
        with ui.card("faults"):
            ui.html(markup.section(count) + markup.table(count, heads, faults))
    if plan.unnamed:
        names = _(", ").join(plan.unnamed)
        ui.notice("orange", _("These scans are not in the table: {names}.", names=names))
    if plan.good:
        heads = [_("Row"), _("Title"), _("Category"), _("Date"), _("Valid until")]
        count = ngettext("{n} paper", "{n} papers", len(plan.good))
        with ui.card("good"):
            lines = [_line(one) for one in plan.good]
            ui.html(markup.section(count) + markup.table(count, heads, lines))


def _line(one: BatchLine) -> tuple[str, ...]:
    until = one.valid_until.isoformat() if one.valid_until else ""
    dated = one.dated_on.isoformat() if one.dated_on else ""
    return (str(one.row), one.title, kinds()[one.category].display_name, dated, until)


def _offer(actor: Actor, chosen: list[int], plan: BatchPlan) -> None:
    good = len(plan.good)
    if not good:
        return
    words = _("File {n} good rows only", n=good) if plan.problems else _("File {n} papers", n=good)
    if not st.button(words, type="secondary" if plan.problems else "primary", key="pile.go"):
        return
    done = ui.act(
        lambda session: batch.file_batch(
            session, actor, chosen, only_good=bool(plan.problems), now=ui.now()
        ),
        done=lambda n: _("{n} papers are filed as history.", n=n),
    )
    if done is not None:
        st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
        st.rerun()
