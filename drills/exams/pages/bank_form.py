"""The form of a question: kind, words, options with the right ones, explanation, picture."""

from dataclasses import replace
from typing import Final

import streamlit as st
from sqlalchemy.orm import Session

from drills.exams.bank import topic_name
from drills.exams.models import USUAL_POINTS, Kind, Question
from drills.exams.pages.words import back, kind_names, press, select
from drills.exams.scoring import LETTERS
from drills.exams.service import columns, questions
from drills.exams.service.checking import MOST_POINTS, SOURCE_LIMIT, TEXT_LIMIT, Facts, facts_of
from drills.training import service as training
from hazards import service as hazards
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, bilingual
from safety_app.ui import markup

OTHER: Final = "…"
EVERY: Final = 0
TRUE, FALSE = "A", "B"


def draw(actor: Actor, question: Question | None) -> None:
    """A new question, or another wording of one."""
    base = "/exam-bank"
    ui.title(
        question.code if question else _("Add a question"),
        aside=back(_("Back to the questions"), f"{base}?id={question.id}" if question else base),
    )
    if question and question.used_at:
        ui.notice("grey", _("It was drawn before: what you change becomes a new version, and past"
                            " results keep the one they used."))  # fmt: skip
    slot = f"exam_bank.form.{question.id if question else 'new'}"
    before = facts_of(question) if question else None
    with ui.card("question"):
        facts = _fields(actor, before, slot)
        uploads = ui.photo_input(f"{slot}.photo", max_photos=1)
        removed = bool(before and before.photo_key) and st.checkbox(
            _("Remove the picture"), key=f"{slot}.remove"
        )
        if not press(_("Save"), f"{slot}.save"):
            return
        kept = before.photo_key if before and not removed else ""
        _save(actor, question, facts, kept, uploads)


def _save(
    actor: Actor, question: Question | None, facts: Facts, photo_key: str, uploads: list[int]
) -> None:
    said = replace(facts, photo_key=photo_key)

    def action(session: Session) -> Question:
        photos = hazards.take_uploads(session, actor, uploads)
        photo = photos[0] if photos else None
        if question is None:
            return questions.add_question(session, actor, said, photo=photo, now=ui.now())
        return questions.edit_question(session, actor, question.id, said, photo=photo, now=ui.now())

    made = ui.act(action, done=_("The question is saved."))
    if made is not None:
        st.query_params.from_dict({"id": str(made.id)})
        st.rerun()


def _fields(actor: Actor, before: Facts | None, slot: str) -> Facts:
    kinds = kind_names()
    kind = Kind(
        ui.segmented(f"{slot}.kind", kinds, label=_("Kind of question"),
                     default=str(before.kind) if before else None)
    )  # fmt: skip
    with reading() as session:
        topics = questions.topics_in_use(questions.bank_of(session, actor.site_id))
        courses = {
            EVERY: _("All courses"),
            **{
                one.id: bilingual(one.name, one.name_en)
                for one in training.list_courses(session, actor.site_id)
            },
        }
    topic = _topic(topics, before.topic if before else None, slot)
    text = st.text_area(
        _("Question (required)"), before.text if before else "", max_chars=TEXT_LIMIT,
        key=f"{slot}.text",
    )  # fmt: skip
    options, right = _options(kind, before, slot)
    explanation = st.text_area(
        _("Explanation: shown with the result"), before.explanation if before else "",
        max_chars=TEXT_LIMIT, key=f"{slot}.explanation",
    )  # fmt: skip
    left, middle, last = st.columns((3, 3, 1))
    source = left.text_input(
        _("Basis of the answer"), before.source if before else "", max_chars=SOURCE_LIMIT,
        key=f"{slot}.source", placeholder=_("e.g. law and article"),
    )  # fmt: skip
    with middle:
        course = select(_("Asked in exams of"), courses, f"{slot}.course",
                        (before.course_id if before else None) or EVERY)  # fmt: skip
    points = last.number_input(
        columns.label("points"), 1, MOST_POINTS, before.points if before else USUAL_POINTS[kind],
        key=f"{slot}.points.{kind}",
    )  # fmt: skip
    english = _english(kind, before, options, slot)
    return Facts(
        topic=topic, kind=kind, text=text, options=_pairs(options, english["options"]),
        right=right, points=int(points), explanation=explanation, source=source,
        text_en=english["text"][0], explanation_en=english["explanation"][0],
        source_en=english["source"][0], course_id=course or None,
    )  # fmt: skip


def _topic(topics: dict[str, str], before: str | None, slot: str) -> str:
    """A topic that is there, or a new one by its name."""
    known = {**topics, OTHER: _("Another topic …")}
    if before and before not in known:
        known = {before: topic_name(before), **known}
    chosen = select(_("Topic (required)"), known, f"{slot}.topic", before)
    if chosen != OTHER:
        return chosen or ""
    return st.text_input(_("Name of the topic"), key=f"{slot}.topic_new", max_chars=32)


def _options(kind: Kind, before: Facts | None, slot: str) -> tuple[list[str], str]:
    """The options with a tick for each right one; what is right of true or false."""
    if kind is Kind.TRUE_FALSE:
        was = before.right if before and before.kind is kind else TRUE
        right = ui.segmented(
            f"{slot}.true", {TRUE: _("It is true"), FALSE: _("It is false")},
            label=_("What is right"), default=was,
        )  # fmt: skip
        return [], right
    ui.html(markup.section(_("Options; tick what is right")))
    said, right = [], ""
    known = before.options if before else ()
    for at, letter in enumerate(LETTERS):
        words, tick = st.columns((6, 1), vertical_alignment="bottom")
        said.append(
            words.text_input(
                _("Option {letter}", letter=letter), known[at][0] if at < len(known) else "",
                max_chars=TEXT_LIMIT, key=f"{slot}.option.{letter}",
            )
        )  # fmt: skip
        is_right = bool(before and before.kind is not Kind.TRUE_FALSE and letter in before.right)
        if tick.checkbox(_("{letter} is right", letter=letter), is_right,
                         key=f"{slot}.right.{letter}"):  # fmt: skip
            right += letter
    return said, right


def _english(
    kind: Kind, before: Facts | None, options: list[str], slot: str
) -> dict[str, list[str]]:
    """The same in English, folded away: whoever reads English gets the Chinese otherwise."""
    with st.expander(_("In English (optional)")):
        text = st.text_area(_("Question in English"), before.text_en if before else "",
                            max_chars=TEXT_LIMIT, key=f"{slot}.text_en")  # fmt: skip
        words = []
        known = before.options if before else ()
        for at, letter in enumerate(LETTERS):
            if kind is Kind.TRUE_FALSE or not (at < len(options) and options[at].strip()):
                words.append("")
                continue
            words.append(
                st.text_input(
                    _("Option {letter} in English", letter=letter),
                    known[at][1] if at < len(known) else "", max_chars=TEXT_LIMIT,
                    key=f"{slot}.option_en.{letter}",
                )
            )  # fmt: skip
        explanation = st.text_area(
            _("Explanation in English"), before.explanation_en if before else "",
            max_chars=TEXT_LIMIT, key=f"{slot}.explanation_en",
        )  # fmt: skip
        source = st.text_input(
            _("Basis in English"), before.source_en if before else "", max_chars=SOURCE_LIMIT,
            key=f"{slot}.source_en",
        )  # fmt: skip
    return {"text": [text], "options": words, "explanation": [explanation], "source": [source]}


def _pairs(chinese: list[str], english: list[str]) -> tuple[tuple[str, str], ...]:
    """Up to the last option that says anything."""
    found = list(zip(chinese, english, strict=False))
    while found and not found[-1][0].strip():
        found.pop()
    return tuple(found)
