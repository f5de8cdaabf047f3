"""Whether a question can be asked: each fault with the column of a table that it is in."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from drills.exams.bank import TRUE_FALSE, topic_of
from drills.exams.errors import (
    AnswerOutside,
    NoRightAnswer,
    OneRightAnswer,
    OptionGap,
    OptionsOfTrueFalse,
    OptionTwice,
    PointsNotPossible,
    QuestionFault,
    SeveralRightAnswers,
    TooFewOptions,
    TooManyOptions,
)
from drills.exams.models import Kind, Question
from drills.exams.scoring import LETTERS, MOST_OPTIONS
from safety_app.core.i18n import N_
from safety_app.core.text import clean, plain

MOST_POINTS: Final = 20
TEXT_LIMIT: Final = 500
SOURCE_LIMIT: Final = 200
TOPIC_LIMIT: Final = 32
LEAST_OPTIONS: Final = 2


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a question says. True or false has no options here, and is right by A or B."""

    topic: str
    kind: Kind
    text: str
    options: tuple[tuple[str, str], ...]
    right: str
    points: int
    text_en: str = ""
    explanation: str = ""
    explanation_en: str = ""
    source: str = ""
    source_en: str = ""
    photo_key: str = ""
    course_id: int | None = None


def facts_of(question: Question) -> Facts:
    """What a kept question says, as a form shows it."""
    is_statement = question.kind == Kind.TRUE_FALSE
    return Facts(
        topic=question.topic,
        kind=Kind(question.kind),
        text=question.text,
        options=() if is_statement else tuple((zh, en) for zh, en in question.options),
        right=question.right,
        points=question.points,
        text_en=question.text_en,
        explanation=question.explanation,
        explanation_en=question.explanation_en,
        source=question.source,
        source_en=question.source_en,
        photo_key=question.photo_key,
        course_id=question.course_id,
    )


def tidy(facts: Facts) -> Facts:
    """The same as it is stored; raises `TextMissing` and `TextTooLong`."""
    return Facts(
        topic=clean(
            topic_of(plain(facts.topic)), field=N_("Topic"), limit=TOPIC_LIMIT, required=True
        ),
        kind=facts.kind,
        text=_text(facts.text, N_("Question"), required=True),
        text_en=_text(facts.text_en, N_("Question in English")),
        options=tuple((plain(zh)[:TEXT_LIMIT], plain(en)[:TEXT_LIMIT]) for zh, en in facts.options),
        right="".join(sorted(set(facts.right))),
        points=facts.points,
        explanation=_text(facts.explanation, N_("Explanation")),
        explanation_en=_text(facts.explanation_en, N_("Explanation in English")),
        source=clean(facts.source, field=N_("Basis of the answer"), limit=SOURCE_LIMIT),
        source_en=clean(facts.source_en, field=N_("Basis in English"), limit=SOURCE_LIMIT),
        photo_key=facts.photo_key,
        course_id=facts.course_id,
    )


def _text(said: str, field: str, *, required: bool = False) -> str:
    return clean(said, field=field, limit=TEXT_LIMIT, required=required, lines=True)


def faults(facts: Facts) -> Iterator[QuestionFault]:
    """Everything that is wrong, all at once."""
    yield from _wrong_options(facts)
    yield from _wrong_answer(facts)
    if not 1 <= facts.points <= MOST_POINTS:
        yield PointsNotPossible(most=MOST_POINTS)


def _wrong_options(facts: Facts) -> Iterator[QuestionFault]:
    if facts.kind is Kind.TRUE_FALSE:
        if facts.options:
            yield OptionsOfTrueFalse()
        return
    if len(facts.options) < LEAST_OPTIONS:
        yield TooFewOptions()
    if len(facts.options) > MOST_OPTIONS:
        yield TooManyOptions(n=MOST_OPTIONS)
    lettered = list(zip(LETTERS, facts.options, strict=False))
    for letter, (words, _english) in lettered:
        if not words:
            yield OptionGap(letter=letter)
    for (first, one), (second, other) in combinations(lettered, 2):
        if one[0] and likeness(one[0]) == likeness(other[0]):
            yield OptionTwice(first=first, second=second)


def _wrong_answer(facts: Facts) -> Iterator[QuestionFault]:
    count = len(TRUE_FALSE) if facts.kind is Kind.TRUE_FALSE else len(facts.options)
    letters = LETTERS[:count]
    if not facts.right:
        yield NoRightAnswer()
        return
    for letter in facts.right:
        if letter not in letters:
            yield AnswerOutside(letter=letter, letters="".join(letters))
    if facts.kind is not Kind.MULTIPLE and len(facts.right) > 1:
        yield SeveralRightAnswers(n=len(facts.right))
    if facts.kind is Kind.MULTIPLE and len(facts.right) == 1:
        yield OneRightAnswer()


def likeness(text: str) -> str:
    """A text as it is compared with others: without spaces, marks and the width of its letters."""
    narrow = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in narrow if unicodedata.category(char)[0] in "LNS")


def stored_options(facts: Facts) -> list[list[str]]:
    """The options as they are kept."""
    chosen: Sequence[tuple[str, str]] = facts.options
    if facts.kind is Kind.TRUE_FALSE:
        chosen = TRUE_FALSE
    return [list(pair) for pair in chosen]
