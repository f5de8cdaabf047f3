"""What exams ask: for which course, how many questions of what, how long, what passes."""

from collections.abc import Sequence
from html import escape
from typing import Any, Final

import streamlit as st

from drills.exams.bank import topic_name
from drills.exams.drawing import Part, parts_of
from drills.exams.errors import BankTooSmall
from drills.exams.models import Exam, Kind
from drills.exams.pages.words import back, exam_line, kind_names, number, press, select
from drills.exams.service import definitions, questions
from drills.exams.service.definitions import (
    ATTEMPTS,
    GRACE,
    MINUTES,
    MOST_QUESTIONS,
    RETAKE_DAYS,
    ExamFacts,
    exam_name,
)
from drills.training import service as training
from drills.training.service import Course
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, bilingual
from safety_app.ui import markup

NEW: Final = "new"
ANY: Final = ""
KEY: Final = "exam_rules"


def render() -> None:
    """The list, or the form of one."""
    actor = ui.current_actor()
    chosen = str(st.query_params.get("id", ""))
    if chosen == NEW:
        _form(actor, None)
    elif number(chosen):
        with reading() as session:
            exam = definitions.get_exam(session, actor.site_id, number(chosen))
        _form(actor, exam)
    else:
        _list(actor)


def _list(actor: Actor) -> None:
    with reading() as session:
        exams = definitions.list_exams(session, actor.site_id, inactive=True)
        lacking = {one.id: definitions.lacks_of(session, one) for one in exams if one.is_active}
        courses = _courses(training.list_courses(session, actor.site_id, active=False))
        without = definitions.without_exam(session, actor.site_id)
    add = markup.anchor(_("Set up an exam"), f"/exam-rules?id={NEW}", "add", look="primary")
    ui.title(_("What exams ask"), aside=back(_("Back to the exams"), "/exams") + add)
    if without:
        _ready(actor, list(_courses(without).values()))
    if not exams:
        with ui.card("nothing"):
            ui.empty(
                _("No exam is set up yet"),
                _("Choose a course, then say how many questions of which kind are drawn for it."),
                symbol="tune",
            )
        return
    pressed = ui.rows(
        f"{KEY}.rows",
        [
            ui.Row(
                id=str(one.id),
                title=exam_name(one),
                note=f"{courses.get(one.course_id, '')}{_(' · ')}{exam_line(one)}",
                badges=markup.badges(*_badges(one, short=bool(lacking.get(one.id)))),
            )
            for one in exams
        ],
        label=_("Exams"),
    )
    if pressed:
        st.query_params.from_dict({"id": pressed})
        st.rerun()


def _ready(actor: Actor, courses: Sequence[str]) -> None:
    """The exams that are ready for courses that need one, in one go."""
    with ui.card("ready"):
        said = _("These courses need an exam and have none: {courses}. One is ready for each; look"
                 " at its figures afterwards and change what you like.",
                 courses=_(", ").join(courses))  # fmt: skip
        ui.html(markup.section(_("Exams that are ready")) + f'<p class="muted">{escape(said)}</p>')
        if press(_("Set up the exams that are ready"), f"{KEY}.ready"):
            made = ui.act(
                lambda session: definitions.add_ready(session, actor, now=ui.now()),
                done=_("The exams are set up."),
            )
            if made is not None:
                st.rerun()


def _badges(exam: Exam, *, short: bool) -> list[str]:
    if not exam.is_active:
        return [markup.badge(_("Not offered"), "grey", "block")]
    if short:
        return [markup.badge(_("Too few questions"), "red", "report")]
    return []


def _courses(found: Sequence[Course]) -> dict[int, str]:
    return {one.id: bilingual(one.name, one.name_en) for one in found}


def _form(actor: Actor, exam: Exam | None) -> None:
    with reading() as session:
        courses = training.list_courses(session, actor.site_id)
        bank = questions.bank_of(session, actor.site_id)
    heading = exam_name(exam) if exam else _("Set up an exam")
    ui.title(heading, aside=back(_("All exams"), "/exam-rules"))
    slot = f"{KEY}.{exam.id if exam else NEW}.{exam.row_version if exam else 0}"
    with ui.card("exam"):
        course_id = select(_("Course (required)"), _courses(courses), f"{slot}.course",
                           exam.course_id if exam else None)  # fmt: skip
        course = next((one for one in courses if one.id == course_id), None)
        if course is not None and not course.needs_exam:
            ui.notice("grey", _(
                "This course does not end with an exam. Its results are kept as records; the course"
                " is not passed by them."
            ))  # fmt: skip
        left, right = st.columns(2)
        title = left.text_input(
            _("Title (required)"), exam.title if exam else "", max_chars=100, key=f"{slot}.title"
        )
        title_en = right.text_input(
            _("Title in English"), exam.title_en if exam else "", max_chars=100,
            key=f"{slot}.title_en",
        )  # fmt: skip
    parts = _parts(exam, questions.topics_in_use(bank), slot)
    figures = _figures(exam, course, slot)
    with ui.card("go"):
        active = st.checkbox(
            _("Offered: candidates may sit it"), exam.is_active if exam else True,
            key=f"{slot}.active",
        )  # fmt: skip
        if not press(_("Save"), f"{slot}.save"):
            return
        if course_id is None:
            ui.notice("orange", _("Choose the course that the exam belongs to."))
            return
        facts = ExamFacts(
            course_id=course_id, title=title, title_en=title_en, parts=parts, is_active=active,
            **figures,
        )  # fmt: skip
        made = ui.act(
            lambda session: definitions.save_exam(
                session, actor, facts, exam_id=exam.id if exam else None,
                row_version=exam.row_version if exam else None, now=ui.now(),
            ),
            done=_("The exam is saved."),
        )  # fmt: skip
    if made is not None:
        st.query_params.clear()
        st.rerun()


def _parts(exam: Exam | None, topics: dict[str, str], slot: str) -> tuple[Part, ...]:
    """A row for each part: kind, topic, count; one more than there are."""
    before = list(parts_of(exam.parts)) if exam else [
        Part(Kind.SINGLE, 20), Part(Kind.MULTIPLE, 10), Part(Kind.TRUE_FALSE, 10),
    ]  # fmt: skip
    rows_key = f"{slot}.rows"
    rows = int(st.session_state.setdefault(rows_key, max(len(before), 1)))
    options = {ANY: _("Any topic"), **topics}
    for part in before:
        options.setdefault(part.topic, topic_name(part.topic))
    found = []
    with ui.card("parts"):
        ui.html(markup.section(_("Questions that are drawn")))
        for at in range(rows):
            part = before[at] if at < len(before) else Part(Kind.SINGLE, 0)
            kind, topic, count = st.columns((3, 4, 2))
            with kind:
                chosen = select(
                    _("Kind of question"), kind_names(), f"{slot}.kind.{at}", str(part.kind)
                )
            with topic:
                about = select(_("Topic"), options, f"{slot}.topic.{at}", part.topic)
            n = count.number_input(
                _("How many"), 0, MOST_QUESTIONS, part.count, key=f"{slot}.count.{at}"
            )
            found.append(Part(Kind(chosen or Kind.SINGLE), int(n), about or ANY))
        st.button(_("Another row"), key=f"{slot}.more", icon=":material/add:",
                  on_click=_more, args=(rows_key,))  # fmt: skip
        total = sum(one.count for one in found)
        said = _("{n} questions in all. Rows with a topic are drawn first, those of any topic from"
                 " what is left.", n=total)  # fmt: skip
        ui.html(f'<p class="muted">{escape(said)}</p>')
        _lacking(found)
    return tuple(found)


def _more(key: str) -> None:
    st.session_state[key] = int(st.session_state[key]) + 1


def _lacking(parts: Sequence[Part]) -> None:
    """Say at once where the bank has too few questions."""
    with reading() as session:
        bank = questions.bank_of(session, ui.current_actor().site_id)
    items = questions.items_of(bank, 0)
    try:
        definitions.require_bank(items, parts)
    except BankTooSmall as problem:
        ui.notice("orange", problem.message())


def _figures(exam: Exam | None, course: Course | None, slot: str) -> dict[str, Any]:
    least = course.pass_mark if course else 80
    usual = ExamFacts(0, "", ())
    with ui.card("figures"):
        ui.html(markup.section(_("Time, pass mark, retaking")))
        one, two = st.columns(2)
        minutes = one.number_input(
            _("Minutes"), *MINUTES, exam.minutes if exam else usual.minutes, key=f"{slot}.minutes"
        )
        percent = two.number_input(
            _("Passed from (per cent of the points)"), 1, 100,
            exam.pass_percent if exam else least, key=f"{slot}.percent.{least if not exam else ''}",
            help=_("The course asks for at least {n}%.", n=least),
        )  # fmt: skip
        attempts = one.number_input(
            _("Attempts allowed (0: as many as one likes)"), *ATTEMPTS,
            exam.attempts if exam else usual.attempts, key=f"{slot}.attempts",
        )  # fmt: skip
        days = two.number_input(
            _("Days before a retake"), *RETAKE_DAYS,
            exam.retake_days if exam else usual.retake_days,
            key=f"{slot}.days",
        )  # fmt: skip
        grace = one.number_input(
            _("Minutes of grace"), *GRACE, exam.grace_minutes if exam else usual.grace_minutes,
            key=f"{slot}.grace",
            help=_("So much time is given back once if the tablet fails; so long after the deadline"
                   " answers that were given in time may arrive. 0: none."),
        )  # fmt: skip
        part = st.checkbox(
            _("An incomplete choice of several gives half of the points"),
            exam.gives_part_marks if exam else False, key=f"{slot}.part",
        )  # fmt: skip
        shuffled = st.checkbox(
            _("Options in another order for each candidate"),
            exam.is_shuffled if exam else True, key=f"{slot}.shuffled",
        )  # fmt: skip
    return {
        "minutes": int(minutes), "pass_percent": int(percent), "attempts": int(attempts),
        "retake_days": int(days), "grace_minutes": int(grace), "gives_part_marks": part,
        "is_shuffled": shuffled,
    }  # fmt: skip
