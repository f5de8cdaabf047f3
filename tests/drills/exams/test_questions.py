"""The hall's bank: what cannot be asked is refused, what was drawn stays as it was."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from drills.exams.errors import (
    AnswerOutside,
    NoRightAnswer,
    OneRightAnswer,
    OptionsOfTrueFalse,
    OptionTwice,
    PointsNotPossible,
    QuestionChanged,
    QuestionTwice,
    SeveralRightAnswers,
    TooFewOptions,
    TooManyOptions,
)
from drills.exams.models import Kind, Question
from drills.exams.service import questions
from drills.exams.service.checking import facts_of, faults
from safety_app.core.errors import AppError, NotAllowed, NotFound, TextMissing, TextTooLong
from tests.cast import NOW, Cast
from tests.drills.exams.cases import add_question, course_id, question_facts
from tests.factories import make_photo

LATER = NOW + timedelta(hours=1)
PAIR = (("甲", "A"), ("乙", "B"))


def by_code(session: Session, hall: Cast, code: str) -> Question:
    """A question in force."""
    bank = questions.bank_of(session, hall.site_id, inactive=True)
    return next(one for one in bank if one.code == code)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"right": ""}, NoRightAnswer),
        ({"right": "AB"}, SeveralRightAnswers),
        ({"right": "C"}, AnswerOutside),
        ({"kind": Kind.MULTIPLE}, OneRightAnswer),
        ({"options": PAIR[:1]}, TooFewOptions),
        ({"options": ()}, TooFewOptions),
        ({"options": tuple((str(n), "") for n in range(7))}, TooManyOptions),
        ({"options": (("在系统里", ""), ("在 系统里。", ""))}, OptionTwice),
        ({"kind": Kind.TRUE_FALSE}, OptionsOfTrueFalse),
        ({"kind": Kind.TRUE_FALSE, "options": (), "right": "C"}, AnswerOutside),
        ({"points": 0}, PointsNotPossible),
        ({"points": 21}, PointsNotPossible),
        ({"text": " "}, TextMissing),
        ({"text": "长" * 501}, TextTooLong),
        ({"topic": ""}, TextMissing),
        ({"course_id": 99999}, NotFound),
    ],
)
def test_what_cannot_be_asked_is_refused(
    session: Session, hall: Cast, changes: dict[str, Any], error: type[AppError]
) -> None:
    before = len(questions.bank_of(session, hall.site_id))
    with pytest.raises(error) as refused:
        add_question(session, hall, **changes)
    assert refused.value.message()
    assert len(questions.bank_of(session, hall.site_id)) == before


def test_all_faults_are_told_at_once() -> None:
    facts = question_facts(options=PAIR[:1], right="", points=0)
    found = [type(one) for one in faults(facts)]
    assert found == [TooFewOptions, NoRightAnswer, PointsNotPossible]
    assert [one.column for one in found] == ["options", "right", "points"]


def test_the_same_question_is_not_kept_twice(session: Session, hall: Cast) -> None:
    first = add_question(session, hall)
    with pytest.raises(QuestionTwice) as refused:
        add_question(session, hall, text="窗口的安全巡查记录，保存在哪里?")
    assert refused.value.facts["code"] == first.code == "T0001"
    shipped = by_code(session, hall, "EX01")
    with pytest.raises(QuestionTwice, match="EX01"):
        add_question(session, hall, text=shipped.text)


def test_own_codes_go_on_where_they_ended(session: Session, hall: Cast) -> None:
    codes = [add_question(session, hall, text=f"问题 {n}").code for n in range(3)]
    assert codes == ["T0001", "T0002", "T0003"]


def test_a_topic_is_known_by_its_name_and_another_one_is_the_halls_own(
    session: Session, hall: Cast
) -> None:
    assert add_question(session, hall, topic="安全巡查").topic == "patrol"
    assert add_question(session, hall, topic="防汛", text="汛期做什么？").topic == "防汛"


def test_a_picture_belongs_to_a_question(session: Session, hall: Cast) -> None:
    photo = make_photo("sign")
    question = questions.add_question(session, hall.officer, question_facts(), photo=photo, now=NOW)
    assert question.photo_key == photo.key
    kept = questions.edit_question(
        session, hall.officer, question.id, facts_of(question), now=LATER
    )
    assert kept.photo_key == photo.key


def test_one_that_nobody_drew_is_changed_in_place(session: Session, hall: Cast) -> None:
    question = add_question(session, hall)
    changed = questions.edit_question(
        session, hall.officer, question.id, question_facts(right="B"), now=LATER
    )
    assert changed.id == question.id and (changed.version, changed.right) == (1, "B")


def test_one_that_was_drawn_is_followed_by_a_new_version(session: Session, hall: Cast) -> None:
    question = add_question(session, hall)
    questions.mark_used(session, [question.id], NOW)
    changed = questions.edit_question(
        session, hall.officer, question.id, question_facts(right="B"), now=LATER
    )
    session.expire_all()
    old = session.get_one(Question, question.id)
    assert (old.right, old.replaced_at) == ("A", LATER)
    assert (changed.code, changed.version, changed.right) == (old.code, 2, "B")
    assert [one.id for one in questions.versions_of(session, hall.site_id, old.code)] == [
        changed.id, old.id,
    ]  # fmt: skip


def test_saving_without_a_change_makes_no_version(session: Session, hall: Cast) -> None:
    question = add_question(session, hall)
    questions.mark_used(session, [question.id], NOW)
    same = questions.edit_question(
        session, hall.officer, question.id, facts_of(question), now=LATER
    )
    assert same.id == question.id


def test_a_form_that_was_overtaken_changes_nothing(session: Session, hall: Cast) -> None:
    question = add_question(session, hall)
    questions.mark_used(session, [question.id], NOW)
    facts = question_facts(right="B")
    questions.edit_question(session, hall.officer, question.id, facts, now=LATER)
    with pytest.raises(QuestionChanged):
        questions.edit_question(
            session, hall.officer, question.id, question_facts(points=3), now=LATER
        )


def test_a_shipped_question_that_is_changed_becomes_the_halls_own(
    session: Session, hall: Cast
) -> None:
    shipped = by_code(session, hall, "EX01")
    text = shipped.text
    facts = question_facts(text="灭火器怎么用？")
    own = questions.edit_question(session, hall.officer, shipped.id, facts, now=LATER)
    assert (own.site_id, own.code, own.version) == (hall.site_id, "EX01", 2)
    assert by_code(session, hall, "EX01").id == own.id
    session.expire_all()
    assert session.get_one(Question, shipped.id).text == text, "another hall still has it"
    assert by_code(session, hall, "EX01").text == "灭火器怎么用？"
    with pytest.raises(QuestionChanged):
        questions.edit_question(session, hall.officer, shipped.id, question_facts(), now=LATER)


@pytest.mark.parametrize("code", ["EX01", "T0001"])
def test_a_question_is_taken_out_of_drawing_and_put_back(
    session: Session, hall: Cast, code: str
) -> None:
    add_question(session, hall)
    question = by_code(session, hall, code)
    out = questions.set_active(session, hall.officer, question.id, is_active=False, now=LATER)
    assert code not in {one.code for one in questions.bank_of(session, hall.site_id)}
    assert code in {one.code for one in questions.bank_of(session, hall.foreign_site_id)} or (
        code == "T0001"
    )
    questions.set_active(session, hall.officer, out.id, is_active=True, now=LATER)
    assert code in {one.code for one in questions.bank_of(session, hall.site_id)}


def test_questions_for_another_course_are_not_drawn(session: Session, hall: Cast) -> None:
    fire, window = course_id(session, hall, "FIRE"), course_id(session, hall)
    question = add_question(session, hall, course_id=fire)
    bank = questions.bank_of(session, hall.site_id)
    assert question.id in {one.id for one in questions.items_of(bank, fire)}
    assert question.id not in {one.id for one in questions.items_of(bank, window)}


@pytest.mark.parametrize("last", ["以上都对", "All of the above"])
def test_options_that_speak_of_those_above_keep_their_order(
    session: Session, hall: Cast, last: str
) -> None:
    question = add_question(session, hall, options=(("甲", "a"), ("乙", "b"), (last, last)))
    (item,) = [one for one in questions.items_of([question], 0) if one.id == question.id]
    assert item.is_fixed


@pytest.mark.parametrize("who", ["staff", "lead", "manager", "third_party"])
def test_others_do_not_touch_the_bank(session: Session, hall: Cast, who: str) -> None:
    actor, question = hall.everyone()[who], add_question(session, hall)
    facts = question_facts(text="别的问题")
    with pytest.raises(NotAllowed):
        questions.add_question(session, actor, facts, now=NOW)
    with pytest.raises(NotAllowed):
        questions.edit_question(session, actor, question.id, facts, now=NOW)
    with pytest.raises(NotAllowed):
        questions.set_active(session, actor, question.id, is_active=False, now=NOW)
    with pytest.raises(NotAllowed):
        questions.get_question(session, actor, question.id)


def test_another_halls_questions_are_out_of_reach(session: Session, hall: Cast) -> None:
    question = add_question(session, hall)
    question.site_id = hall.foreign_site_id
    session.flush()
    with pytest.raises(NotFound):
        questions.edit_question(session, hall.officer, question.id, question_facts(), now=NOW)
