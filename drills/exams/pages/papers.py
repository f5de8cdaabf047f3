"""Exams on paper: draw and print a paper, then enter the scores with the scans."""

from html import escape
from typing import Final

import streamlit as st

from drills.exams.models import Exam, ExamPaper
from drills.exams.pages.words import back, exam_line, press, select, short_day
from drills.exams.permissions import Permission
from drills.exams.service import definitions, paper_exams
from drills.exams.service.definitions import exam_name
from drills.exams.service.paper_exams import LOOK_BACK, MOST_POINTS, Score
from safety_app import ui
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _
from safety_app.ui import markup

KEY: Final = "exam_papers"
TURN: Final = "exam_papers.turn"
OTHER: Final = 0


def render() -> None:
    """Drawing and printing, or entering scores."""
    actor = ui.current_actor()
    with reading() as session:
        exams = definitions.list_exams(session, actor.site_id)
        papers = paper_exams.list_papers(session, actor)
    entering = st.query_params.get("do", "") == "enter"
    aside = back(_("Back to the exams"), "/exams")
    if not entering and exams:
        aside += markup.anchor(_("Enter scores"), "/exam-papers?do=enter", "edit_note")
    ui.title(_("Enter scores") if entering else _("Exams on paper"),
             aside=back(_("Exams on paper"), "/exam-papers") if entering else aside)  # fmt: skip
    if not exams and not actor.may(Permission.KEEP):
        with ui.card("nothing"):
            ui.empty(_("No exam is offered yet"), _("The safety officer sets exams up."),
                     symbol="description")  # fmt: skip
    elif not exams:
        with ui.card("nothing"):
            ui.empty(_("No exam is offered yet"),
                     _("Set up an exam first; papers are drawn by it."),
                     symbol="description",
                     extra=markup.anchor(_("What exams ask"), "/exam-rules", "tune",
                                         look="primary big"))  # fmt: skip
    elif entering:
        _enter(actor, exams, papers)
    else:
        _draw(actor, exams)
        _list(actor, papers, {one.id: exam_name(one) for one in exams})


def _draw(actor: Actor, exams: list[Exam]) -> None:
    with ui.card("draw"):
        said = _("A paper is drawn at random from the bank. The same paper may be printed for many,"
                 " with or without names; the key is printed apart.")  # fmt: skip
        ui.html(markup.section(_("Draw a paper")) + f'<p class="muted">{escape(said)}</p>')
        names = {one.id: f"{exam_name(one)}{_(' · ')}{exam_line(one)}" for one in exams}
        exam_id = select(_("Exam"), names, f"{KEY}.exam", exams[0].id)
        if press(_("Draw a paper"), f"{KEY}.draw"):
            made = ui.act(
                lambda session: paper_exams.draw_for_print(
                    session, actor, exam_id or 0, now=ui.now()
                ),
                done=lambda paper: _("Paper {number} is drawn. Print it below.",
                                     number=paper.number),
            )  # fmt: skip
            if made is not None:
                st.rerun()


def _list(actor: Actor, papers: list[ExamPaper], names: dict[int, str]) -> None:
    if not papers:
        return
    with reading() as session:
        people = accounts.list_people(session, actor.site_id)
    with ui.card("print"):
        ui.html(markup.section(_("Papers drawn")))
        options = {one.id: one.display_name for one in people}
        chosen = st.multiselect(
            _("Print with the names of (empty: without a name)"), list(options),
            format_func=lambda one: options.get(one, str(one)), key=f"{KEY}.names",
            placeholder=_("Choose"), max_selections=60,
        )  # fmt: skip
        suffix = f"?names={','.join(map(str, chosen))}" if chosen else ""
        lines = "".join(_line(actor, one, names, suffix) for one in papers)
        ui.html(f'<ul class="chapters">{lines}</ul>')


def _line(actor: Actor, one: ExamPaper, names: dict[int, str], suffix: str) -> str:
    day = short_day(clock.local_day(one.drawn_at, actor.timezone))
    facts = _(" · ").join((names.get(one.exam_id, ""), day, _("seed {seed}", seed=one.seed)))
    links = markup.anchor(_("Paper (PDF)"), f"/exams/paper/{one.id}.pdf{suffix}", "description",
                          new_tab=True)  # fmt: skip
    links += markup.anchor(_("With the key (PDF)"), f"/exams/paper/{one.id}/key.pdf", "key",
                           new_tab=True)  # fmt: skip
    return (
        f"<li><strong>{escape(one.number)}</strong> {escape(facts)}"
        f'<div class="ways">{links}</div></li>'
    )


def _enter(actor: Actor, exams: list[Exam], papers: list[ExamPaper]) -> None:
    """Exam and paper, day, assessor, scans; then the points of each candidate."""
    today, turn = ui.local_now().date(), st.session_state.get(TURN, 0)
    slot = f"{KEY}.{turn}"
    with reading() as session:
        people = {one.id: one.display_name for one in accounts.list_people(session, actor.site_id)}
    with ui.card("enter"):
        names = {one.id: exam_name(one) for one in exams}
        exam_id = select(_("Exam"), names, f"{slot}.exam", exams[0].id) or exams[0].id
        fitting = {one.id: one for one in papers if one.exam_id == exam_id}
        shown = {one.id: one.number for one in fitting.values()} | {OTHER: _("Another paper")}
        left, right = st.columns(2)
        with left:
            paper_id = select(_("Paper"), shown, f"{slot}.paper.{exam_id}", next(iter(shown)))
        paper = fitting.get(paper_id or OTHER)
        most = paper.out_of if paper else int(
            right.number_input(_("Points in all"), 1, MOST_POINTS, 100, key=f"{slot}.most")
        )  # fmt: skip
        left, right = st.columns(2)
        with left:
            on = ui.day_input(
                _("Held on"), today, min_value=today - LOOK_BACK, max_value=today,
                key=f"{slot}.on",
            )  # fmt: skip
        with right:
            assessor = select(_("Assessor (required)"), people, f"{slot}.assessor")
        candidates = st.multiselect(
            _("Candidates (required)"), [one for one in people if one != assessor],
            format_func=lambda one: people.get(one, str(one)), key=f"{slot}.candidates",
            placeholder=_("Choose"), max_selections=60,
        )  # fmt: skip
        scores = _scores(candidates, people, most, slot)
        ui.html(markup.section(_("Scans of the answered papers (required)")))
        scans = ui.file_input(f"{KEY}.scans", most=20, form=str(turn))
        note = st.text_input(_("Note"), key=f"{slot}.note", max_chars=200)
        if not press(_("Record the results"), f"{slot}.record"):
            return
        if assessor is None or len(scores) < len(candidates):
            ui.notice("orange", _("Choose the assessor and enter the points of every candidate."))
            return
        done = ui.act(
            lambda session: paper_exams.record_scores(
                session, actor, exam_id, paper_id=paper.id if paper else None, out_of=most,
                on=on, scores=scores, assessor_id=assessor, file_ids=scans, note=note,
                now=ui.now(),
            ),
            done=lambda made: _("{n} results are recorded, {passed} passed.", n=len(made),
                                passed=sum(bool(one.passed) for one in made)),
        )  # fmt: skip
    if done is not None:
        st.session_state[TURN] = turn + 1
        st.rerun()


def _scores(candidates: list[int], people: dict[int, str], most: int, slot: str) -> list[Score]:
    """A number for each candidate, in steps of a half."""
    found = []
    for at in range(0, len(candidates), 2):
        for column, one in zip(st.columns(2), candidates[at : at + 2], strict=False):
            points = column.number_input(
                _("{name}: points of {most}", name=people[one], most=most), 0.0, float(most), None,
                step=0.5, key=f"{slot}.score.{one}",
            )  # fmt: skip
            if points is not None:
                found.append(Score(one, round(points * 2)))
    return found
