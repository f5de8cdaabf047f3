"""One paper: its facts, its scans, and how it is withdrawn."""

from html import escape
from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.files import File
from safety_app.core.i18n import _, day_text, moment_text, ngettext
from safety_app.papers import service
from safety_app.papers.pages.words import badges_of
from safety_app.papers.permissions import Permission
from safety_app.papers.service import PaperDetail, State
from safety_app.ui import markup

BACK: Final = "/papers"


def draw(actor: Actor, paper_id: int, *, is_leaving: bool) -> None:
    """The paper, or why it is not shown."""
    back = markup.anchor(_("Back to the shelf"), BACK, "arrow_back")
    try:
        with reading() as session:
            found = service.get_paper(session, actor, paper_id, today=ui.local_now().date())
    except AppError as problem:
        ui.title(_("Papers on file"), aside=back)
        ui.empty(_("Paper not found"), problem.message(), symbol="lock")
        return
    row = found.row
    ui.title(row.title, row.kind.display_name, aside=back)
    with ui.card("facts"):
        if marks := badges_of(row):
            ui.html(f'<div class="section">{marks}</div>')
        ui.facts(_facts(found, actor.timezone))
        ui.html(_scans(found.scans))
    if row.state is State.WITHDRAWN or not actor.may(Permission.KEEP):
        return
    if is_leaving:
        _withdraw(actor, paper_id)
    else:
        address = f"/papers?id={paper_id}&do=withdraw"
        ui.secondary_link(_("Withdraw this paper …"), address, "block")


def _facts(found: PaperDetail, timezone: str) -> list[ui.Fact]:
    row = found.row
    filed = " · ".join((found.filed_by, moment_text(found.filed_at, timezone, year=True)))
    until = day_text(row.valid_until, year=True) if row.valid_until else _("without an end")
    facts = [
        ui.Fact(_("Number"), row.number),
        ui.Fact(_("Date of the paper"), day_text(row.dated_on, year=True)),
        ui.Fact(_("Valid until"), until),
        ui.Fact(_("Filed"), filed),
    ]
    if found.note:
        facts.append(ui.Fact(_("Note on the paper"), found.note))
    if row.state is State.WITHDRAWN:
        when = moment_text(found.withdrawn_at, timezone, year=True) if found.withdrawn_at else ""
        facts.append(ui.Fact(_("Withdrawn"), " · ".join((found.withdrawn_by, when))))
        facts.append(ui.Fact(_("Reason"), found.withdrawn_because))
    return facts


def _scans(scans: tuple[File, ...]) -> str:
    lines = "".join(
        f'<a class="line" href="/files/{scan.id}" target="_blank"><strong>{escape(scan.name)}'
        f'</strong><span class="sub">{escape(_pages(scan))}</span></a>'
        for scan in scans
    )
    head = escape(_("Scans"))
    return f'<h3>{head}</h3><div class="box lines">{lines}</div>'


def _pages(scan: File) -> str:
    return ngettext("{n} page", "{n} pages", scan.pages or 1)


def _withdraw(actor: Actor, paper_id: int) -> None:
    with ui.card("withdraw"):
        said = _("It leaves the shelf and what is shown to inspectors. It stays to be seen under"
                 " “Withdrawn”, with the reason.")  # fmt: skip
        ui.html(markup.section(_("Withdraw this paper?")) + f"<p>{said}</p>")
        with st.form("papers.withdraw", border=False):
            reason = st.text_input(
                _("Reason (required)"), key=f"papers.reason.{paper_id}", max_chars=200
            )
            pressed = st.form_submit_button(_("Withdraw"), type="primary", key="papers.withdraw.go")
    if not pressed:
        return
    done = ui.act(
        lambda session: service.withdraw(session, actor, paper_id, reason=reason, now=ui.now()),
        done=_("The paper is withdrawn."),
    )
    if done is not None:
        st.query_params.from_dict({"id": str(paper_id)})
        st.rerun()
