"""The question bank of a hall: the shipped questions, its own, and its own versions of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from drills.exams.bank import digest_of, topic_name
from drills.exams.drawing import Item
from drills.exams.errors import QuestionChanged, QuestionTwice
from drills.exams.models import Kind, Question
from drills.exams.permissions import Permission
from drills.exams.service.checking import Facts, facts_of, faults, likeness, stored_options, tidy
from drills.training import service as training
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_
from safety_app.core.photos import Photo

WHO: Final = N_("The safety officer")
WHO_GRADES: Final = N_("The safety officer or a manager")
_OWN: Final = re.compile(r"T(\d+)\Z")
_LAST: Final = re.compile(
    r"以上|前述|上述|(?:all|none|both) of the (?:above|others)", re.IGNORECASE
)
"""An option that speaks of those above it, which then keep their order."""


def require_keep(actor: Actor) -> None:
    """Raise unless this person keeps the bank."""
    actor.require(Permission.KEEP, who=WHO)


def bank_of(session: Session, site_id: int, *, inactive: bool = False) -> list[Question]:
    """The questions in force, by code; a hall's own version wins over the shipped one."""
    query = select(Question).where(
        or_(Question.site_id.is_(None), Question.site_id == site_id),
        Question.replaced_at.is_(None),
    )
    found: dict[str, Question] = {}
    for one in session.scalars(query.order_by(Question.site_id.is_(None).desc(), Question.id)):
        found[one.code] = one
    kept = (one for one in found.values() if one.is_active or inactive)
    return sorted(kept, key=lambda one: one.code)


def items_of(questions: Sequence[Question], course_id: int) -> list[Item]:
    """What may be drawn for a course: what is for all courses, and for this one."""
    return [
        Item(one.id, one.code, one.topic, Kind(one.kind), len(one.options), _is_fixed(one))
        for one in questions
        if one.course_id in (None, course_id)
    ]


def _is_fixed(question: Question) -> bool:
    return any(_LAST.match(words.strip()) for pair in question.options for words in pair)


def get_question(session: Session, actor: Actor, question_id: int) -> Question:
    """A version of a question, for who keeps the bank."""
    require_keep(actor)
    found = session.get(Question, question_id)
    if found is None or found.site_id not in (None, actor.site_id):
        raise NotFound()
    return found


def versions_of(session: Session, site_id: int, code: str) -> list[Question]:
    """All versions of a question, the newest first."""
    query = select(Question).where(
        or_(Question.site_id.is_(None), Question.site_id == site_id), Question.code == code
    )
    ordered = query.order_by(Question.site_id.is_(None), Question.version.desc())
    return list(session.scalars(ordered))


def topics_in_use(questions: Sequence[Question]) -> dict[str, str]:
    """The topics of these questions with their names, by name."""
    names = {one.topic: topic_name(one.topic) for one in questions}
    return dict(sorted(names.items(), key=lambda item: item[1]))


def add_question(
    session: Session, actor: Actor, facts: Facts, *, photo: Photo | None = None, now: datetime
) -> Question:
    """A question of the hall's own."""
    require_keep(actor)
    journal.lock(session)
    facts = checked(session, actor.site_id, facts, photo=photo)
    return insert(session, actor, [facts], now=now)[0]


def edit_question(
    session: Session,
    actor: Actor,
    question_id: int,
    facts: Facts,
    *,
    photo: Photo | None = None,
    now: datetime,
) -> Question:
    """Change the version that the form showed; one that was drawn already is followed by another.

    A shipped question becomes the hall's own version of it.
    """
    journal.lock(session)
    old = _current(session, actor, question_id)
    facts = checked(session, actor.site_id, facts, code=old.code, photo=photo)
    if digest_of(_columns(facts)) == old.digest and facts.course_id == old.course_id:
        return old
    if old.site_id is not None and old.used_at is None:
        _write(old, facts)
        question = old
    else:
        question = _follow(session, actor, old, facts, now=now)
    session.flush()
    _note(session, actor, "exams.edit_question", question, now)
    return question


def set_active(
    session: Session, actor: Actor, question_id: int, *, is_active: bool, now: datetime
) -> Question:
    """Take a question out of drawing, or put it back; exams under way are not touched."""
    journal.lock(session)
    old = _current(session, actor, question_id)
    is_shipped = old.site_id is None
    question = _follow(session, actor, old, facts_of(old), now=now) if is_shipped else old
    question.is_active = is_active
    session.flush()
    _note(session, actor, "exams.activate" if is_active else "exams.deactivate", question, now)
    return question


def mark_used(session: Session, question_ids: Sequence[int], now: datetime) -> None:
    """From now on these versions never change."""
    session.execute(
        update(Question)
        .where(Question.id.in_(question_ids), Question.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )


def checked(
    session: Session,
    site_id: int,
    facts: Facts,
    *,
    code: str = "",
    photo: Photo | None = None,
) -> Facts:
    """The facts as they are stored; raises the first thing that is wrong with them."""
    found = tidy(facts)
    for fault in faults(found):
        raise fault
    if found.course_id is not None:
        training.get_course(session, site_id, found.course_id)
    known = likenesses(session, site_id)
    twin = known.get(likeness(found.text))
    if twin is not None and twin != code:
        raise QuestionTwice(code=twin)
    if photo is not None:
        return Facts(**{**asdict(found), "options": found.options, "photo_key": photo.key})
    return found


def likenesses(session: Session, site_id: int) -> dict[str, str]:
    """The texts of the bank as they are compared, with the code of each."""
    bank = bank_of(session, site_id, inactive=True)
    return {likeness(one.text): one.code for one in bank}


def insert(
    session: Session, actor: Actor, all_facts: Sequence[Facts], *, now: datetime
) -> list[Question]:
    """New questions of the hall's own, checked before."""
    last = _last_number(session, actor.site_id)
    added = []
    for number, facts in enumerate(all_facts, start=last + 1):
        question = Question(
            site_id=actor.site_id, code=f"T{number:04}", version=1,
            created_by=actor.user_id, created_at=now,
        )  # fmt: skip
        _write(question, facts)
        added.append(question)
    session.add_all(added)
    session.flush()
    entries = [("exams.add_question", "exam_question", one.id, _told(one)) for one in added]
    journal.write_all(session, actor, entries, now=now, site_id=actor.site_id)
    return added


def _last_number(session: Session, site_id: int) -> int:
    """The highest number among the hall's own codes."""
    codes = session.scalars(select(Question.code).where(Question.site_id == site_id))
    return max((int(found[1]) for code in codes if (found := _OWN.match(code))), default=0)


def _current(session: Session, actor: Actor, question_id: int) -> Question:
    """The version in force, locked; another one has taken its place otherwise."""
    require_keep(actor)
    query = select(Question).where(Question.id == question_id).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None or found.site_id not in (None, actor.site_id):
        raise NotFound()
    own = select(Question.id).where(
        Question.site_id == actor.site_id,
        Question.code == found.code,
        Question.replaced_at.is_(None),
        Question.id != found.id,
    )
    if found.replaced_at is not None or session.scalar(own.limit(1)):
        raise QuestionChanged(code=found.code)
    return found


def _follow(
    session: Session, actor: Actor, old: Question, facts: Facts, *, now: datetime
) -> Question:
    """The next version of a question, of the hall's own."""
    if old.site_id is not None:
        old.replaced_at = now
        session.flush()
    numbers = select(Question.version).where(
        Question.site_id == actor.site_id, Question.code == old.code
    )
    last = session.scalar(numbers.order_by(Question.version.desc()).limit(1)) or old.version
    question = Question(
        site_id=actor.site_id, code=old.code, version=last + 1, is_active=old.is_active,
        created_by=actor.user_id, created_at=now,
    )  # fmt: skip
    _write(question, facts)
    session.add(question)
    session.flush()
    return question


def _write(question: Question, facts: Facts) -> None:
    columns = _columns(facts)
    for name, value in columns.items():
        setattr(question, name, value)
    question.course_id = facts.course_id
    question.digest = digest_of(columns)


def _columns(facts: Facts) -> dict[str, Any]:
    columns = asdict(facts)
    del columns["course_id"]
    return {**columns, "options": stored_options(facts)}


def _told(question: Question) -> Mapping[str, Any]:
    return {"code": question.code, "version": question.version, "digest": question.digest}


def _note(session: Session, actor: Actor, action: str, question: Question, now: datetime) -> None:
    facts = _told(question)
    journal.write(session, actor, action, "exam_question", question.id, now=now, facts=facts)
