"""Handing in the paper form of a missed patrol."""

from html import escape
from typing import Final

import streamlit as st
from sqlalchemy.orm import Session

from checklists import service
from checklists.documents import blank
from checklists.pages.paper_cards import described
from checklists.service import STANDING_NAMES, Paper, Standing, TaskRow
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError, NotFound
from safety_app.core.i18n import _, day_text, moment_text
from safety_app.ui import markup

TONES: Final[dict[Standing, markup.Tone]] = {
    Standing.WAITING: "orange",
    Standing.CONFIRMED: "green",
    Standing.REFUSED: "red",
}


def render() -> None:
    """The forms of the task that the address names, and the place to hand one in."""
    actor = ui.current_actor()
    asked = str(st.query_params.get("task", ""))
    ui.title(_("Hand in a paper form"), aside=markup.anchor(_("Patrols"), "/patrols", "checklist"))
    row = _task(actor, asked)
    if row is None:
        ui.empty(
            _("Choose a missed patrol first"),
            _("Open the missed patrol in the list and choose “Hand in a paper form”."),
            symbol="scanner",
            extra=markup.anchor(_("Show missed patrols"), "/patrols?state=missed", "checklist"),
        )
        return
    with reading() as session:
        number = blank.of_task(session, actor, row.id)[0].number
        papers = service.papers_of(session, actor, row.id)
        refused = _refused(session, actor, row)
        people = service.walkers(session, actor, row.id)
    asked_for = _("Form number: {number}", number=number)
    ui.html(f'<p class="muted">{escape(_name(row))} · {escape(asked_for)}</p>')
    for paper in papers:
        ui.html(f'<div class="box">{_standing(actor, paper)}{described(actor, paper)}</div>')
    if refused:
        ui.notice("grey", refused)
    else:
        _form(actor, row, people, len(papers))


def _task(actor: Actor, asked: str) -> TaskRow | None:
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 10):
        return None
    try:
        with reading() as session:
            task = service.get_task(session, actor, int(asked))
            rows = service.siblings(session, actor, task, now=ui.now())
    except NotFound:
        return None
    return next((row for row in rows if row.id == task.id), None)


def _refused(session: Session, actor: Actor, row: TaskRow) -> str:
    """Why no form is taken; nothing if one is."""
    try:
        task = service.get_task(session, actor, row.id)
        service.check_takes_paper(session, actor, task, ui.now())
    except AppError as problem:
        return problem.message()
    return ""


def _name(row: TaskRow) -> str:
    return f"{day_text(row.on_date, year=True)} · {row.subject} · {row.title} · {row.part_name}"


def _standing(actor: Actor, paper: Paper) -> str:
    badge = ui.badge(_(STANDING_NAMES[paper.standing]), TONES[paper.standing])
    said = " · ".join(
        fact
        for fact in (
            paper.decided_by_name,
            moment_text(paper.decided_at, actor.timezone) if paper.decided_at else "",
            paper.refusal,
        )
        if fact
    )
    return f'<p>{badge} <span class="muted">{escape(said)}</span></p>'


def _form(actor: Actor, row: TaskRow, people: dict[int, str], number: int) -> None:
    """Who walked, the pictures, a note; with one button."""
    rule = _(
        "Only the form that was signed on that day. It counts apart once it is confirmed, never as"
        " done; report hazards noted on it by hand."
    )
    key = f"paper.{row.id}_{number}"
    with ui.card("hand_in"):
        ui.html(f'<p class="muted">{escape(rule)}</p>')
        walker = st.selectbox(
            _("Who walked it"),
            list(people),
            format_func=lambda one: people[one],
            index=None,
            placeholder=_("Please choose"),
            key=f"{key}_walker",
        )
        ui.html(f"<p><strong>{escape(_('Photo or scan of the signed form'))}</strong></p>")
        found = ui.file_input("paper.files", most=4, form=f"{row.id}_{number}")
        note = st.text_input(_("Remark (optional)"), max_chars=200, key=f"{key}_note")
        with st.container(key="big_hand_in"):
            sent = st.button(
                _("Hand in the paper form"), key=f"{key}_send", type="primary",
                icon=":material/upload_file:", width="stretch",
            )  # fmt: skip
        hazard = markup.anchor(_("Report a hazard"), "/report-hazard", "add_alert")
        ui.html(f"<p>{hazard}</p>")
    if not sent:
        return
    done = ui.act(
        lambda session: service.hand_in(
            session, actor, row.id, walked_by=int(walker or 0), file_ids=found, note=note,
            now=ui.now(),
        ),
        done=_("Handed in. It counts once it is confirmed."),
    )  # fmt: skip
    if done:
        st.rerun()
