"""One answer: kept once, in its turn, in time, from the tablet that holds the exam."""

import random
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from drills.exams import scoring
from drills.exams.entries import Entry
from drills.exams.errors import (
    AnswersMissing,
    AttemptOver,
    NoSuchQuestion,
    SequenceGap,
    TakenOver,
    TimeOver,
    TokenUnknown,
)
from drills.exams.models import AttemptToken, Ending, Exam
from drills.exams.service import answering, quick
from drills.training.models import Result, Source
from safety_app.core.db import Database
from tests.cast import NOW, Cast
from tests.drills.exams.cases import Candidate, make_exam, token

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
DEADLINE = NOW + 30 * MINUTE


@pytest.fixture
def exam(session: Session, hall: Cast) -> Exam:
    """Ten questions in 30 minutes, with ten minutes of grace."""
    return make_exam(session, hall)


@pytest.fixture
def tablet(session: Session, hall: Cast, exam: Exam) -> Candidate:
    """The staff member has begun."""
    return Candidate(session, hall.staff, exam.id).begin()


def test_an_answer_is_kept_and_can_be_changed(tablet: Candidate) -> None:
    assert tablet.answer(2, 4).saved == 1
    tablet.now = NOW + MINUTE
    kept = tablet.answer(2, 1, marked=True)
    assert (kept.seq, kept.saved, kept.total, kept.deadline) == (2, 1, 10, DEADLINE)
    assert (tablet.attempt.answers, tablet.attempt.marks) == ("0010000000", "0010000000")
    assert tablet.attempt.seen_at == NOW + MINUTE
    assert tablet.answer(2, 0).saved == 0, "taken back"


def test_the_same_entry_again_changes_nothing(tablet: Candidate) -> None:
    tablet.answer(0, 1)
    tablet.answer(1, 2, marked=True)
    for now in (NOW + MINUTE, DEADLINE + 20 * MINUTE):
        tablet.now = now
        again = tablet.send(tablet.entry(1, 2, marked=True))
        assert (again.seq, again.saved) == (2, 2)
    assert (tablet.attempt.answers[:3], tablet.attempt.marks[:3]) == ("120", "010")
    assert tablet.attempt.seen_at == NOW
    tablet.submit()
    assert tablet.send(tablet.entry(1, 2, marked=True)).seq == 2, "its receipt was lost"


def test_another_entry_with_the_same_number_gets_no_receipt_but_the_next_number(
    tablet: Candidate,
) -> None:
    tablet.answer(0, 1)
    tablet.answer(1, 2)
    for other in (
        Entry(seq=1, place=0, choice=2),
        Entry(seq=1, place=3, choice=1),
        Entry(seq=2, place=1, choice=2, marked=True),
        Entry(seq=2, place=10, choice=1),
    ):
        with pytest.raises(SequenceGap) as refused:
            tablet.send(other)
        assert refused.value.facts["expected"] == 3
    assert tablet.attempt.answers == "1200000000"
    tablet.answer(3, 1)
    assert tablet.attempt.answers == "1201000000"
    tablet.submit()
    with pytest.raises(SequenceGap):
        tablet.send(Entry(seq=1, place=0, choice=2))
    with pytest.raises(AttemptOver):
        tablet.answer(0, 2)


def test_two_tabs_that_count_by_themselves_lose_no_answer_that_was_confirmed(
    session: Session, hall: Cast, tablet: Candidate
) -> None:
    other = Candidate(session, hall.staff, tablet.exam_id, token=tablet.token)
    other.opened = tablet.opened
    dice, shown = random.Random(3), [scoring.NONE] * 10
    for _round in range(60):
        tab = dice.choice([tablet, other])
        place, choice = dice.randrange(10), dice.randrange(1, 4)
        try:
            kept = tab.answer(place, choice)
        except SequenceGap as gap:
            tab.seq = gap.facts["expected"] - 1
            kept = tab.answer(place, choice)
        shown[place] = scoring.char_of(choice)
        assert tablet.attempt.answers == "".join(shown)
        assert kept.saved == 10 - shown.count(scoring.NONE)


def test_a_gap_is_refused_with_the_number_expected(tablet: Candidate) -> None:
    with pytest.raises(SequenceGap) as refused:
        tablet.send(Entry(seq=3, place=0, choice=1))
    assert refused.value.facts["expected"] == 1


def test_a_question_that_was_not_asked_is_refused(tablet: Candidate) -> None:
    with pytest.raises(NoSuchQuestion):
        tablet.answer(10, 1)


def test_a_token_answers_its_own_exam_only(
    session: Session, hall: Cast, exam: Exam, tablet: Candidate
) -> None:
    other = Candidate(session, hall.second_staff, exam.id).begin()
    entry = Entry(seq=1, place=0, choice=1)
    for given, attempt_id in (
        (tablet.token, other.opened.attempt.id), (token(), tablet.opened.attempt.id),
    ):  # fmt: skip
        with pytest.raises(TokenUnknown):
            answering.record(session, given, entry, attempt_id=attempt_id, now=NOW)


def test_after_the_deadline_an_answer_is_refused(tablet: Candidate) -> None:
    tablet.now = DEADLINE
    for stamp in (None, DEADLINE, DEADLINE + SECOND):
        with pytest.raises(TimeOver):
            tablet.answer(0, 1, client_at=stamp)
    assert tablet.attempt.answers == "0" * 10 and tablet.attempt.late == 0


def test_one_given_in_time_may_arrive_within_the_grace(tablet: Candidate) -> None:
    tablet.now = DEADLINE + 10 * MINUTE - SECOND
    tablet.answer(0, 1, client_at=DEADLINE - SECOND)
    assert (tablet.attempt.answers[0], tablet.attempt.late) == ("1", 1)
    tablet.now = DEADLINE + 10 * MINUTE
    with pytest.raises(TimeOver):
        tablet.answer(1, 1, client_at=DEADLINE - SECOND)


def test_before_the_deadline_the_tablets_clock_does_not_matter(tablet: Candidate) -> None:
    tablet.now = DEADLINE - SECOND
    assert tablet.answer(0, 1, client_at=DEADLINE + MINUTE).saved == 1
    assert tablet.attempt.late == 0


def test_after_handing_in_nothing_changes(tablet: Candidate) -> None:
    tablet.answer_all()
    tablet.submit()
    with pytest.raises(AttemptOver):
        tablet.answer(0, 2)


def test_who_was_replaced_is_told_and_what_was_given_before_fills_gaps(
    session: Session, hall: Cast, exam: Exam, tablet: Candidate
) -> None:
    tablet.answer(0, 1)
    second = Candidate(session, hall.staff, exam.id, now=NOW + 2 * MINUTE)
    second.open(tablet.opened.attempt.id)
    second.answer(1, 2)
    tablet.now = NOW + 3 * MINUTE
    before, after = NOW + MINUTE, NOW + 2 * MINUTE
    assert tablet.answer(1, 1, client_at=before).taken_over, "answered there: stays"
    assert tablet.answer(2, 1, client_at=before).taken_over
    assert tablet.answer(3, 1, client_at=after).taken_over
    assert tablet.answer(4, 1).taken_over, "nobody knows when it was given"
    assert tablet.attempt.answers == "1210000000"
    assert tablet.send(tablet.entry(0, 1)).taken_over, "kept before: also once more"
    with pytest.raises(SequenceGap):
        tablet.send(tablet.entry(4, 1))
    assert tablet.answer(4, 1).taken_over, "not kept: once more by the next number"
    assert tablet.attempt.answers == "1210000000"
    with pytest.raises(TakenOver):
        tablet.submit()
    second.now = NOW + 4 * MINUTE
    assert second.submit().submitted_at == NOW + 4 * MINUTE


def test_what_a_replaced_tablet_was_given_after_the_deadline_does_not_count(
    session: Session, hall: Cast, tablet: Candidate
) -> None:
    second = Candidate(session, hall.staff, tablet.exam_id, now=DEADLINE - MINUTE / 4)
    tablet.now = DEADLINE - MINUTE / 2
    tablet.answer(0, 1)
    second.open(tablet.opened.attempt.id)
    third = Candidate(session, hall.staff, tablet.exam_id, now=DEADLINE + 2 * MINUTE)
    third.open(tablet.opened.attempt.id)
    second.now = DEADLINE + 9 * MINUTE
    closes = third.attempt.closes_at
    assert closes is not None and closes > second.now
    deadline = third.attempt.deadline
    assert deadline is not None
    second.answer(1, 1, client_at=deadline)
    second.answer(2, 0, client_at=NOW + MINUTE)
    attempt = third.attempt
    assert (attempt.answers, attempt.late) == ("1000000000", 0)


def test_handed_in_at_the_deadline_itself_the_time_was_up(tablet: Candidate) -> None:
    tablet.now = DEADLINE
    attempt = tablet.submit()
    assert (attempt.submitted_at, attempt.ended_by) == (DEADLINE, Ending.TIME)


def test_a_sign_of_life_is_noted_and_tells_how_it_stands(
    session: Session, hall: Cast, exam: Exam, tablet: Candidate
) -> None:
    attempt_id = tablet.opened.attempt.id

    def ask(now_minutes: float) -> answering.Alive:
        now = NOW + now_minutes * MINUTE
        return answering.alive(session, tablet.token, attempt_id=attempt_id, now=now)

    assert ask(1) == answering.Alive(DEADLINE, DEADLINE + 10 * MINUTE, False, False)
    assert tablet.attempt.seen_at == NOW + MINUTE
    assert ask(40).is_over and tablet.attempt.seen_at == NOW + MINUTE
    Candidate(session, hall.staff, exam.id, now=NOW + 2 * MINUTE).open(attempt_id)
    assert ask(3).taken_over and tablet.attempt.seen_at == NOW + 2 * MINUTE


def test_handing_in_marks_and_tells_training_once(
    session: Session, hall: Cast, exam: Exam, tablet: Candidate
) -> None:
    tablet.answer_all(wrong=(0,))
    tablet.now = NOW + 12 * MINUTE
    attempt = tablet.submit()
    assert (attempt.halves, attempt.passed, attempt.ended_by) == (44, True, Ending.CANDIDATE)
    assert attempt.submitted_at == NOW + 12 * MINUTE
    tablet.now = NOW + 20 * MINUTE
    assert tablet.submit().submitted_at == NOW + 12 * MINUTE
    (result,) = session.query(Result).all()
    assert (result.user_id, result.course_id) == (hall.staff.user_id, exam.course_id)
    assert (result.passed, result.score, result.out_of) == (True, 22.0, 24.0)
    assert (result.source, result.source_key) == (Source.EXAM, "exams:attempt:KS-2026-0001")


def test_nothing_is_handed_in_while_answers_are_on_the_way(tablet: Candidate) -> None:
    tablet.answer(0, 1)
    tablet.seq = 2
    with pytest.raises(AnswersMissing):
        tablet.submit()
    assert tablet.attempt.submitted_at is None


def test_what_is_handed_in_within_the_grace_ended_at_the_deadline(tablet: Candidate) -> None:
    tablet.answer_all()
    tablet.now = DEADLINE + MINUTE
    attempt = tablet.submit()
    assert (attempt.submitted_at, attempt.ended_by) == (DEADLINE, Ending.TIME)
    assert attempt.passed


@pytest.mark.parametrize("part_marks", [False, True])
def test_part_marks_are_given_where_the_exam_says_so(
    session: Session, hall: Cast, part_marks: bool
) -> None:
    exam = make_exam(session, hall, gives_part_marks=part_marks)
    tablet = Candidate(session, hall.staff, exam.id).begin()
    tablet.answer_all()
    place = 5  # the first of the two multiple ones
    right = tablet.right(place)
    tablet.answer(place, right & -right)
    assert tablet.submit().halves == (44 if part_marks else 40)


def test_an_option_that_is_not_there_is_simply_wrong(tablet: Candidate) -> None:
    tablet.answer_all()
    tablet.answer(0, tablet.right(0) | 32)
    assert tablet.submit().halves == 44


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_short_way_does_the_same_as_the_long_one(database: Database, hall: Cast) -> None:
    """Both get the same entries, among them strange ones; the short one leaves those alone."""
    with database.transaction() as session:
        exam = make_exam(session, hall)
        pair = [Candidate(session, who, exam.id).begin() for who in (hall.staff, hall.lead)]
    dice = random.Random(7)
    seq = 0
    for _round in range(60):
        now = NOW + dice.choice([1, 5, 29, 30, 31, 41]) * MINUTE
        shift = dice.choice([0, 1, 1, 1, 1, 1, 2])
        entry = Entry(
            seq=max(1, seq + shift), place=dice.randrange(12), choice=dice.randrange(64),
            marked=dice.random() < 0.3, client_at=now - MINUTE,
        )  # fmt: skip
        long_way = _long(database, pair[0], entry, now)
        short_way = _short(database, pair[1], entry, now)
        assert short_way == long_way
        if long_way is not None and entry.seq == seq + 1:
            seq += 1
    with database.reading() as session:
        rows = [session.get_one(type(one.opened.attempt), one.opened.attempt.id) for one in pair]
        assert rows[0].answers == rows[1].answers and rows[0].marks == rows[1].marks
        assert rows[0].late == rows[1].late
        assert rows[0].answers != scoring.NONE * 10 and rows[0].seen_at == rows[1].seen_at
        tokens = session.query(AttemptToken).all()
        assert len({one.last_seq for one in tokens}) == 1


def _long(
    database: Database, who: Candidate, entry: Entry, now: object
) -> answering.Receipt | None:
    try:
        with database.transaction() as session:
            return answering.record(
                session,
                who.token,
                entry,
                attempt_id=who.opened.attempt.id,
                now=now,  # type: ignore[arg-type]
            )
    except (SequenceGap, TimeOver, NoSuchQuestion):
        return None


def _short(
    database: Database, who: Candidate, entry: Entry, now: object
) -> answering.Receipt | None:
    with database.at_once() as driver:
        kept = quick.record(
            driver,
            who.token,
            entry,
            attempt_id=who.opened.attempt.id,
            now=now,  # type: ignore[arg-type]
        )
    return kept or _long(database, who, entry, now)
