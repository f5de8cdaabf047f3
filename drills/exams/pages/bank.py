"""The question bank: search, one question with its versions, the ways in and out."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from html import escape
from typing import Final

import streamlit as st

from drills.exams.bank import topic_name
from drills.exams.models import Question
from drills.exams.pages import bank_form
from drills.exams.pages.words import KIND_ICONS, LEAST_SHARE, back, kind_names, number, short_day
from drills.exams.permissions import Permission
from drills.exams.scoring import LETTERS
from drills.exams.service import columns, figures, questions
from drills.exams.service.checking import likeness
from drills.exams.service.figures import QuestionFigure
from safety_app import ui
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, bilingual, ngettext
from safety_app.ui import markup
from safety_app.ui.markup import Fact, Picture

NEW: Final = "new"
ALL: Final = "all"
MOST: Final = 60
YEAR: Final = timedelta(days=365)


def render() -> None:
    """The list with search, or one question, or the form."""
    actor = ui.current_actor()
    chosen, wish = str(st.query_params.get("id", "")), st.query_params.get("do", "")
    if chosen == NEW:
        bank_form.draw(actor, None)
    elif number(chosen):
        with reading() as session:
            question = questions.get_question(session, actor, number(chosen))
        if wish == "edit":
            bank_form.draw(actor, question)
        else:
            _one(actor, question)
    else:
        _list(actor)


def _list(actor: Actor) -> None:
    with reading() as session:
        bank = questions.bank_of(session, actor.site_id, inactive=True)
        told = _figures(session, actor)
    active = sum(one.is_active for one in bank)
    ui.title(
        _("Question bank"),
        ngettext("{n} question in use", "{n} questions in use", active),
        aside=back(_("Back to the exams"), "/exams")
        + markup.anchor(_("Download as Excel"), "/exams/bank.xlsx", "download")
        + markup.anchor(_("Import"), "/exam-import", "upload_file")
        + markup.anchor(_("Add a question"), f"/exam-bank?id={NEW}", "add", look="primary"),
    )
    found = _filtered(bank, told)
    if not found:
        with ui.card("nothing"):
            ui.empty(_("No question fits this search"), _("Clear the search or choose “All”."),
                     symbol="search")  # fmt: skip
        return
    pressed = ui.rows(
        "exam_bank.rows",
        [_row(one, told.get(one.code)) for one in found[:MOST]],
        label=_("Question bank"),
    )
    if len(found) > MOST:
        ui.notice("grey", _("There are more. Search to find them."))
    if pressed:
        st.query_params.from_dict({"id": pressed})
        st.rerun()


def _figures(session: object, actor: Actor) -> Mapping[str, QuestionFigure]:
    if not actor.may(Permission.GRADE):
        return {}
    today = ui.local_now().date()
    return figures.question_figures(session, actor, today - YEAR, today)  # type: ignore[arg-type]


def _filtered(bank: Sequence[Question], told: Mapping[str, QuestionFigure]) -> list[Question]:
    with st.container(key="filters_exam_bank", horizontal=True, gap="small"):
        words = st.text_input(
            _("Search"), key="exam_bank.search", placeholder=_("Search question or code"),
            label_visibility="collapsed", icon=":material/search:", max_chars=60,
        )  # fmt: skip
        topics = {ALL: _("All topics"), **questions.topics_in_use(bank)}
        topic = st.selectbox(
            _("Topic"), list(topics), format_func=lambda one: topics.get(one, one),
            key="exam_bank.topic", label_visibility="collapsed",
        )  # fmt: skip
        kinds = {ALL: _("All kinds of questions"), **kind_names()}
        kind = st.selectbox(
            _("Kind of question"), list(kinds), format_func=lambda one: kinds.get(one, one),
            key="exam_bank.kind", label_visibility="collapsed",
        )  # fmt: skip
    weak = bool(told) and st.checkbox(
        _("Only those that fewer than {n}% answer rightly", n=LEAST_SHARE), key="exam_bank.weak"
    )
    wanted = likeness(words or "")
    return [
        one
        for one in bank
        if topic in (ALL, one.topic)
        and kind in (ALL, one.kind)
        and (not wanted or wanted in likeness(f"{one.text}{one.text_en}{one.code}"))
        and (not weak or _is_weak(told.get(one.code)))
    ]


def _is_weak(found: QuestionFigure | None) -> bool:
    return found is not None and found.right * 100 < LEAST_SHARE * found.asked


def _row(one: Question, told: QuestionFigure | None) -> ui.Row:
    badges = [
        markup.badge(kind_names()[one.kind], "grey", KIND_ICONS[one.kind]),
        markup.badge(topic_name(one.topic), "petrol", "sell"),
    ]
    if one.photo_key:
        badges.append(markup.badge(_("Picture"), "grey", "image"))
    if not one.is_active:
        badges.append(markup.badge(_("Not in use"), "grey", "block"))
    if told:
        tone: markup.Tone = "orange" if _is_weak(told) else "grey"
        badges.append(markup.badge(_share(told), tone, "monitoring"))
    return ui.Row(
        id=str(one.id),
        title=bilingual(one.text, one.text_en),
        code=one.code,
        badges=markup.badges(*badges),
    )


def _share(told: QuestionFigure) -> str:
    return _("right {n}/{m}", n=told.right, m=told.asked)


def _one(actor: Actor, question: Question) -> None:
    with reading() as session:
        versions = questions.versions_of(session, actor.site_id, question.code)
        told = _figures(session, actor).get(question.code)
    current = question.replaced_at is None and versions[0].id == question.id
    edit = markup.anchor(_("Change"), f"/exam-bank?id={question.id}&do=edit", "edit",
                         look="primary")  # fmt: skip
    ui.title(
        question.code,
        _("{topic} · {kind}", topic=topic_name(question.topic), kind=kind_names()[question.kind]),
        aside=back(_("Back to the questions"), "/exam-bank") + (edit if current else ""),
    )
    if not current:
        ui.notice(
            "grey", _("This is an earlier version; results that used it are explained by it.")
        )
    with ui.card("question"):
        ui.html(_shown(question) + markup.facts(_facts(question, told)))
    if current:
        _use(actor, question)
    if len(versions) > 1:
        lines = "".join(_version(one, question.id) for one in versions)
        ui.html(markup.section(_("Versions")) + f'<div class="box lines flat">{lines}</div>')


def _shown(question: Question) -> str:
    """The question with its options as they are written, the right ones marked."""
    right = " " + markup.badge(_("right answer"), "green", "check_circle")
    options = "".join(
        f"<li><strong>{letter}</strong> {escape(bilingual(chinese, english))}"
        f"{right if letter in question.right else ''}</li>"
        for letter, (chinese, english) in zip(LETTERS, question.options, strict=False)
    )
    picture = ""
    if question.photo_key:
        picture = markup.photo_grid([Picture(question.photo_key, _("Picture of the question"))])
    words = escape(bilingual(question.text, question.text_en))
    return f'<p class="what">{words}</p>{picture}<ul class="chapters">{options}</ul>'


def _facts(question: Question, told: QuestionFigure | None) -> list[Fact | tuple[str, str]]:
    found: list[Fact | tuple[str, str]] = [
        (_("Explanation"), bilingual(question.explanation, question.explanation_en)),
        (_("Basis of the answer"), bilingual(question.source, question.source_en)),
        (columns.label("points"), str(question.points)),
        (_("Version"), str(question.version)),
    ]
    if told:
        found.append((_("Answered rightly in a year"), f"{told.right}/{told.asked}"))
    return found


def _use(actor: Actor, question: Question) -> None:
    label = _("Take out of use") if question.is_active else _("Take into use")
    done = _("It is drawn no more.") if question.is_active else _("It is drawn again.")
    if st.button(label, key="exam_bank.use"):
        made = ui.act(
            lambda session: questions.set_active(
                session, actor, question.id, is_active=not question.is_active, now=ui.now()
            ),
            done=done,
        )
        if made is not None:
            st.query_params.from_dict({"id": str(made.id)})
            st.rerun()


def _version(one: Question, shown: int) -> str:
    who = _("shipped") if one.site_id is None else _("the hall's own")
    day = short_day(clock.local_day(one.created_at, ui.current_actor().timezone))
    facts = _(" · ").join((day, who))
    here = markup.badge(_("shown"), "petrol", "visibility") if one.id == shown else ""
    return (
        f'<a class="line" href="/exam-bank?id={one.id}" target="_self">'
        f"<strong>{escape(_('Version {n}', n=one.version))}</strong>"
        f'<span class="sub">{escape(facts)}</span>{markup.badges(here)}</a>'
    )
