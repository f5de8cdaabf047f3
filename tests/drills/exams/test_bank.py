"""The shipped bank: enough, sound, and never changed under a paper that was drawn from it."""

from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.exams import bank
from drills.exams.bank import Shipped
from drills.exams.models import Kind, Question
from drills.exams.service.checking import likeness
from drills.exams.service.questions import mark_used
from tests.cast import NOW

LEAST = 60


def test_there_are_enough_of_each_kind_and_topic() -> None:
    found = Counter((one.topic, one.kind) for one in bank.shipped())
    assert sum(found.values()) >= LEAST
    for topic in bank.topics().keys() - {bank.GENERAL}:
        assert found[topic, Kind.SINGLE] >= 4
        assert found[topic, Kind.MULTIPLE] >= 2 and found[topic, Kind.TRUE_FALSE] >= 2


def test_no_two_questions_ask_the_same() -> None:
    texts = [likeness(one.text) for one in bank.shipped()]
    assert len(set(texts)) == len(texts)


def test_no_place_among_the_options_is_right_much_more_often() -> None:
    singles = Counter(one.right for one in bank.shipped() if one.kind is Kind.SINGLE)
    assert set(singles) == set("ABCD")
    assert max(singles.values()) - min(singles.values()) <= 3


def test_both_languages_are_there() -> None:
    for one in bank.shipped():
        for chinese, english in ((one.text, one.text_en), (one.explanation, one.explanation_en)):
            assert any("\u4e00" <= char <= "\u9fff" for char in chinese), one.code
            assert not any("\u4e00" <= char <= "\u9fff" for char in english), one.code


FACTS: dict[str, Any] = {
    "code": "ZZ01", "topic": "patrol", "kind": "single", "text": "问", "text_en": "Q",
    "options": [["甲", "a"], ["乙", "b"]], "right": "A", "explanation": "因", "explanation_en": "E",
}  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"right": ""},
        {"right": "C"},
        {"right": "AB"},
        {"kind": "multiple"},
        {"kind": "true_false"},
        {"options": []},
        {"source": "某法"},
        {"text_en": ""},
    ],
)
def test_a_faulty_file_is_refused(changes: dict[str, Any]) -> None:
    Shipped.model_validate(FACTS)
    with pytest.raises(ValidationError):
        Shipped.model_validate({**FACTS, **changes})


def of(session: Session, code: str) -> list[Question]:
    """All shipped versions of a question."""
    query = select(Question).where(Question.code == code, Question.site_id.is_(None))
    return list(session.scalars(query.order_by(Question.version)))


def change(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """A new release, in which EX01 says something else."""
    questions = [
        one.model_copy(update=changes) if one.code == "EX01" else one for one in bank.shipped()
    ]
    monkeypatch.setattr(bank, "shipped", lambda: tuple(questions))


def test_bringing_it_up_to_date_twice_changes_nothing(session: Session) -> None:
    assert bank.sync(session, NOW) == 0
    assert [one.version for one in of(session, "EX01")] == [1]


def test_a_changed_question_that_nobody_drew_is_overwritten(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(monkeypatch, text="换了说法")
    assert bank.sync(session, NOW) == 1
    (only,) = of(session, "EX01")
    assert (only.version, only.text) == (1, "换了说法")


def test_a_changed_question_that_was_drawn_is_followed_by_a_new_version(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    (before,) = of(session, "EX01")
    mark_used(session, [before.id], NOW)
    session.expire_all()
    text = before.text
    change(monkeypatch, text="换了说法")
    assert bank.sync(session, NOW) == 1
    old, new = of(session, "EX01")
    assert (old.text, old.replaced_at) == (text, NOW)
    assert (new.version, new.text, new.replaced_at) == (2, "换了说法", None)


def test_a_question_no_longer_shipped_is_not_asked_any_more(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [one for one in bank.shipped() if one.code != "EX01"]
    monkeypatch.setattr(bank, "shipped", lambda: tuple(left))
    bank.sync(session, NOW)
    (gone,) = of(session, "EX01")
    assert gone.replaced_at == NOW
    monkeypatch.undo()
    bank.sync(session, NOW)
    assert [one.version for one in of(session, "EX01")] == [1, 2]
