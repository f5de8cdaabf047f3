"""Paper forms that wait for a word: the scan beside confirm and refuse."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from checklists import service
from checklists.service import Paper
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.i18n import _, day_text, moment_text, ngettext
from safety_app.ui import markup


def draw(actor: Actor, papers: Sequence[Paper]) -> None:
    """Each form in a card of its own."""
    if not papers:
        return
    badge = ui.badge(ngettext("{n} form", "{n} forms", len(papers)), "orange", "scanner")
    ui.html(markup.section(_("Paper forms of missed patrols"), badge))
    for paper in papers:
        with ui.card(f"paper_{paper.id}"):
            ui.html(described(actor, paper))
            _decide(actor, paper)


def described(actor: Actor, paper: Paper) -> str:
    """What was handed in, with the pictures."""
    head = f"{day_text(paper.on_date)} · {paper.subject} · {paper.part_name}"
    pairs = [
        markup.Fact(_("Checklist"), paper.title),
        markup.Fact(_("Walked by"), paper.walked_by_name),
        markup.Fact(
            _("Handed in"),
            f"{paper.handed_in_by_name} · {moment_text(paper.handed_in_at, actor.timezone)}",
        ),
        markup.Fact(_("Note"), paper.note),
    ]
    return f"<h3>{escape(head)}</h3>{markup.facts(pairs)}{scans(paper)}"


def scans(paper: Paper) -> str:
    """The pictures of a form; a PDF as a link."""
    shown = []
    for number, scan in enumerate(paper.scans, start=1):
        name = _("Paper form, picture {n}", n=number)
        if scan.is_picture:
            shown.append(
                f'<a href="/files/{scan.id}" target="_blank" rel="noopener"><img class="scan"'
                f' src="/files/{scan.id}" alt="{escape(name, quote=True)}" loading="lazy"></a>'
            )
        else:
            shown.append(markup.anchor(scan.name, f"/files/{scan.id}", "description", new_tab=True))
    return f'<div class="scans">{"".join(shown)}</div>'


def _decide(actor: Actor, paper: Paper) -> None:
    key = f"countersign.paper_{paper.id}"
    rule = _("Confirmed it counts apart, as handed in on paper; never as done or in time.")
    ui.html(f'<p class="muted">{escape(rule)}</p>')
    left, right = st.columns(2)
    with left:
        if st.button(
            _("Confirm the paper form"),
            key=f"{key}_yes",
            icon=":material/verified:",
            type="primary",
        ):
            done = ui.act(
                lambda session: service.confirm(session, actor, paper.id, now=ui.now()),
                done=_("The paper form is confirmed."),
            )
            if done:
                st.rerun()
    with right, st.popover(_("Refuse"), icon=":material/undo:"), st.form(key, border=False):
        reason = st.text_input(_("Why it is refused"), max_chars=200, key=f"{key}_reason")
        if st.form_submit_button(_("Refuse the paper form")):
            done = ui.act(
                lambda session: service.refuse(
                    session, actor, paper.id, reason=reason, now=ui.now()
                ),
                done=_("The paper form is refused. The patrol stays not done."),
            )
            if done:
                st.rerun()
