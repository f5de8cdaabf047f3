"""The papers of the hall: the shelf, one paper with its scans, filing, withdrawing."""

from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import N_, _, day_text, ngettext
from safety_app.papers import service
from safety_app.papers.gaps import list_gaps
from safety_app.papers.kinds import kinds
from safety_app.papers.pages import filing, one, pile
from safety_app.papers.pages.gaps import card
from safety_app.papers.pages.words import badges_of
from safety_app.papers.permissions import Permission
from safety_app.papers.service import PaperRow, View

NEW, PILE, TAKE_BACK = "new", "pile", "withdraw"
EVERY: Final = ""
VIEWS: Final = {
    View.CURRENT: N_("On the shelf"),
    View.ENDING: N_("Ending or ended"),
    View.WITHDRAWN: N_("Withdrawn"),
}


def render() -> None:
    """The list, one paper, or one of the forms, as the address says."""
    actor = ui.current_actor()
    chosen, wish = st.query_params.get("id", ""), st.query_params.get("do", "")
    if wish == NEW:
        filing.draw(actor)
    elif wish == PILE:
        pile.draw(actor)
    elif chosen:
        one.draw(actor, _number(chosen), is_leaving=wish == TAKE_BACK)
    else:
        _list(actor)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _list(actor: Actor) -> None:
    today = ui.local_now().date()
    may_file = actor.may(Permission.KEEP)
    pile_of = ui.markup.anchor(_("File old papers in a pile"), f"/papers?do={PILE}", "inventory_2")
    new = ui.markup.anchor(_("File a paper"), f"/papers?do={NEW}", "note_add", look="primary")
    ui.title(
        _("Papers on file"),
        _("What an inspector asks for and this system does not make itself."),
        aside=pile_of + new if may_file else "",
    )
    drawn = st.container()
    view, category, text = _filters()
    try:
        with reading() as session:
            gaps = list_gaps(session, actor, today=today)
            found = service.list_papers(
                session, actor, today=today, view=view, category=category, text=text
            )
    except AppError as problem:
        ui.failed(problem)
        return
    with drawn:
        card(actor, gaps)
    if not found:
        _nothing(view, is_filtered=bool(category or text), may_file=may_file)
        return
    count = ngettext("{n} paper", "{n} papers", len(found))
    ui.html(f'<p class="muted">{count}</p>')
    pressed = ui.rows("papers.rows", [_row(paper) for paper in found], label=_("Papers on file"))
    if pressed:
        st.query_params.from_dict({"id": pressed})
        st.rerun()


def _filters() -> tuple[View, str, str]:
    names = {str(view): _(name) for view, name in VIEWS.items()}
    view = ui.segmented("papers.view", names, label=_("Which papers"))
    left, right = st.columns(2)
    labels = {EVERY: _("All categories")} | {
        code: kind.display_name for code, kind in kinds().items()
    }
    category = left.selectbox(
        _("Category"),
        list(labels),
        format_func=lambda code: labels[code],
        placeholder=_("All categories"),
        key="papers.category",
        label_visibility="collapsed",
    )
    text = right.text_input(
        _("Search"),
        key="papers.text",
        placeholder=_("Search title, number or note"),
        label_visibility="collapsed",
        icon=":material/search:",
        max_chars=60,
    )
    return View(view), category or EVERY, text


def _nothing(view: View, *, is_filtered: bool, may_file: bool) -> None:
    with ui.card("nothing"):
        if is_filtered:
            ui.empty(_("No paper fits"), _("Clear the search."), symbol="search")
        elif view is View.CURRENT and may_file:
            ui.empty(
                _("No paper is filed yet"),
                _("Begin with the yearly facility test and the maintenance contract."),
                symbol="folder_open",
            )
        else:
            ui.empty(_("No paper is filed here"), symbol="folder_open")


def _row(paper: PaperRow) -> ui.Row:
    dated = _("Dated {day}", day=day_text(paper.dated_on, weekday=False, year=True))
    return ui.Row(
        id=str(paper.id),
        title=paper.title,
        note=f"{paper.kind.display_name} · {dated}",
        code=paper.number,
        badges=badges_of(paper),
    )
