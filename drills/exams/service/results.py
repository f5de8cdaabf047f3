"""What came of exams: one attempt explained, the list of a time, how questions do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from drills.exams import scoring
from drills.exams.errors import NotOverYet
from drills.exams.models import Attempt, AttemptFile, Ending, Exam, Form, Question
from drills.exams.permissions import Permission
from drills.exams.service import lots, marking
from drills.exams.service.definitions import Rules
from drills.exams.service.retaking import standing
from drills.exams.service.sitting import shown_options
from drills.training import service as training
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.i18n import _, bilingual, day_text

MOST: Final = 500
"""So many rows a list shows; more are found by narrowing it."""


@dataclass(frozen=True, slots=True)
class Option:
    """An option as it was shown."""

    letter: str
    text: str
    is_chosen: bool
    is_right: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One question with its answer, and why it is so."""

    number: int
    kind: str
    text: str
    options: tuple[Option, ...]
    points: str
    got: str
    is_right: bool
    explanation: str
    source: str
    photo_key: str

    @property
    def chosen(self) -> str:
        """The letters chosen, as shown."""
        return "".join(one.letter for one in self.options if one.is_chosen)

    @property
    def right(self) -> str:
        """The right letters, as shown."""
        return "".join(one.letter for one in self.options if one.is_right)


@dataclass(frozen=True, slots=True)
class Brief:
    """One attempt in a row of a list."""

    id: int
    number: str
    exam_id: int
    exam: str
    user_id: int
    person: str
    form: Form
    held_on: date
    halves: int
    out_of: int
    pass_percent: int
    passed: bool
    submitted_at: datetime | None
    started_at: datetime | None
    ended_by: Ending | None
    given_back: int
    late: int
    assessor: str
    note: str
    struck: str

    @property
    def score(self) -> str:
        """Points reached of all: `37.5/40`."""
        return f"{scoring.points_text(self.halves)}/{self.out_of}"

    @property
    def percent(self) -> float:
        """On the scale of a hundred."""
        return scoring.percent_of(self.halves, self.out_of)


@dataclass(frozen=True, slots=True)
class Outcome:
    """An attempt that is over, and what comes next. On paper there are no lines."""

    brief: Brief
    rules: Rules
    attempt: Attempt
    lines: tuple[Line, ...]
    next_step: str
    file_ids: tuple[int, ...]


def outcome(session: Session, actor: Actor, attempt_id: int, now: datetime) -> Outcome:
    """One's own result, or that of somebody whose results one may see."""
    attempt = session.get(Attempt, attempt_id)
    if attempt is None or attempt.site_id != actor.site_id:
        raise NotFound()
    if attempt.user_id != actor.user_id:
        require_view(session, actor, attempt.user_id)
    if attempt.passed is None:
        raise NotOverYet()
    files = select(AttemptFile.file_id).where(AttemptFile.attempt_id == attempt.id)
    return Outcome(
        brief=_briefs(session, [attempt])[0],
        rules=Rules(**attempt.rules),
        attempt=attempt,
        lines=lines_of(session, attempt),
        next_step=next_step(session, attempt, clock.local_day(now, actor.timezone)),
        file_ids=tuple(session.scalars(files.order_by(AttemptFile.file_id))),
    )


def lines_of(session: Session, attempt: Attempt) -> tuple[Line, ...]:
    """Every question with what was answered; none of an exam on paper."""
    if attempt.form != Form.TABLET:
        return ()
    questions = lots.questions_of(session, attempt.questions)
    marks = marking.marks_of(attempt, questions)
    found = zip(questions, attempt.orders, attempt.answers, marks, strict=True)
    return tuple(
        Line(
            number=number,
            kind=question.kind,
            text=bilingual(question.text, question.text_en),
            options=_options(question, order, scoring.choice_of(char)),
            points=str(question.points),
            got=scoring.points_text(marked.halves),
            is_right=marked.is_right,
            explanation=bilingual(question.explanation, question.explanation_en),
            source=bilingual(question.source, question.source_en),
            photo_key=question.photo_key,
        )
        for number, (question, order, char, marked) in enumerate(found, start=1)
    )


def _options(question: Question, order: str, choice: int) -> tuple[Option, ...]:
    right = scoring.as_shown(scoring.mask_of(question.right), order)
    return tuple(
        Option(scoring.LETTERS[at], words, bool(choice >> at & 1), bool(right >> at & 1))
        for at, words in enumerate(shown_options(question.options, order))
    )


def next_step(session: Session, attempt: Attempt, today: date) -> str:
    """What follows from it, as a sentence."""
    exam = session.get_one(Exam, attempt.exam_id)
    course = training.get_course(session, attempt.site_id, exam.course_id)
    if attempt.struck_at is not None:
        return _("It counts for nothing any more.")
    if attempt.passed:
        name = bilingual(course.name, course.name_en)
        if not course.needs_exam:
            return _(
                "The exam is kept as a record: “{course}” does not end with an exam, so it is not"
                " passed by one.", course=name,
            )  # fmt: skip
        if course.needs_practical:
            return _(
                "The exam is recorded with “{course}”. The practical test belongs to it: an"
                " assessor holds and signs it.", course=name,
            )  # fmt: skip
        return _("The pass is recorded with “{course}”.", course=name)
    found = standing(session, exam, attempt.user_id, today)
    since = found.last_passed
    if since is not None and (since.held_on, since.id) > (attempt.held_on, attempt.id):
        day = day_text(since.held_on, weekday=False, year=True)
        return _("Passed since, on {day}.", day=day)
    if found.refused:
        return found.refused.message()
    if found.allowed is None:
        return _("It can be retaken now.")
    return _("It can be retaken now; attempts left: {n}.", n=found.allowed - found.used)


def require_view(session: Session, actor: Actor, user_id: int) -> None:
    """Raise unless one may see this person's results."""
    reach = actor.reach(Permission.VIEW)
    if reach.site:
        return
    if not reach.windows & accounts.get_person(session, actor.site_id, user_id).window_ids:
        raise NotAllowed()


def visible(session: Session, actor: Actor) -> frozenset[int] | None:
    """Whose results one may see beside the own; `None` is everybody's."""
    reach = actor.reach(Permission.VIEW)
    if reach.site:
        return None
    people = accounts.list_people(session, actor.site_id, active=False) if reach.windows else []
    return frozenset(one.id for one in people if one.window_ids & reach.windows)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which results are wanted; `None` is all."""

    first: date | None = None
    last: date | None = None
    exam_id: int | None = None
    user_id: int | None = None
    passed: bool | None = None
    text: str = ""


def list_results(
    session: Session, actor: Actor, filters: Filters, *, most: int = MOST
) -> list[Brief]:
    """Results of others that one may see, and the own, the newest first."""
    query = _query(actor.site_id, filters)
    seen = visible(session, actor)
    if seen is not None:
        query = query.where(Attempt.user_id.in_(seen | {actor.user_id}))
    if filters.text:
        query = query.where(_named(session, actor.site_id, filters.text))
    return _briefs(session, session.scalars(query.limit(most)).all())


def own_results(session: Session, actor: Actor) -> list[Brief]:
    """One's own results, the newest first."""
    query = _query(actor.site_id, Filters(user_id=actor.user_id))
    return _briefs(session, session.scalars(query.limit(MOST)).all())


def results_between(
    session: Session, site_id: int, first: date, last: date, *, exam_id: int | None = None
) -> list[Brief]:
    """All results of a time that stand, in the order in which they were held; for papers."""
    query = _query(site_id, Filters(first, last, exam_id)).order_by(None)
    query = query.where(Attempt.struck_at.is_(None))
    return _briefs(session, session.scalars(query.order_by(Attempt.held_on, Attempt.id)).all())


def _query(site_id: int, filters: Filters) -> Select[Attempt]:
    query = select(Attempt).where(Attempt.site_id == site_id, Attempt.passed.is_not(None))
    if filters.first:
        query = query.where(Attempt.held_on >= filters.first)
    if filters.last:
        query = query.where(Attempt.held_on <= filters.last)
    if filters.exam_id:
        query = query.where(Attempt.exam_id == filters.exam_id)
    if filters.user_id:
        query = query.where(Attempt.user_id == filters.user_id)
    if filters.passed is not None:
        query = query.where(Attempt.passed.is_(filters.passed))
    return query.order_by(Attempt.held_on.desc(), Attempt.id.desc())


def _named(session: Session, site_id: int, text: str) -> ColumnElement[bool]:
    """Attempts whose number or candidate says so."""
    wanted = text.strip().casefold()
    people = accounts.list_people(session, site_id, active=False)
    fits = [one.id for one in people if wanted in f"{one.name} {one.name_en}".casefold()]
    return or_(Attempt.user_id.in_(fits), Attempt.number.ilike(f"%{wanted}%"))


def _briefs(session: Session, attempts: Sequence[Attempt]) -> list[Brief]:
    ids = {one.exam_id for one in attempts}
    exams = {one.id: one for one in session.scalars(select(Exam).where(Exam.id.in_(ids)))}
    people: set[int | None] = {one.user_id for one in attempts}
    names = accounts.names(session, people | {one.assessor_id for one in attempts})
    return [_brief(one, exams, names) for one in attempts]


def _brief(one: Attempt, exams: Mapping[int, Exam], names: Mapping[int, str]) -> Brief:
    rules = Rules(**one.rules)
    return Brief(
        id=one.id,
        number=one.number,
        exam_id=one.exam_id,
        exam=rules.name,
        user_id=one.user_id,
        person=names.get(one.user_id, ""),
        form=Form(one.form),
        held_on=one.held_on,
        halves=one.halves or 0,
        out_of=one.out_of,
        pass_percent=rules.pass_percent,
        passed=bool(one.passed),
        submitted_at=one.submitted_at,
        started_at=one.started_at,
        ended_by=Ending(one.ended_by) if one.ended_by else None,
        given_back=one.given_back,
        late=one.late,
        assessor=names.get(one.assessor_id or 0, ""),
        note=one.note,
        struck=one.struck_because,
    )
