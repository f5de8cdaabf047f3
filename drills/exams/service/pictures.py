"""The pictures of questions: who may see one, and which are in use."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from drills.exams.models import Attempt, Question
from drills.exams.permissions import Permission
from safety_app.core.access import Actor


def may_see_photo(session: Session, actor: Actor, key: str) -> bool:
    """Whoever keeps the bank or sees results, and whoever was asked the question."""
    query = select(Question.id).where(
        Question.photo_key == key,
        or_(Question.site_id.is_(None), Question.site_id == actor.site_id),
    )
    ids = set(session.scalars(query))
    if not ids:
        return False
    if actor.may(Permission.KEEP) or actor.may_somewhere(Permission.VIEW):
        return True
    papers = session.scalars(select(Attempt.questions).where(Attempt.user_id == actor.user_id))
    return any(ids.intersection(paper) for paper in papers)


def photos_in_use(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of the keys that a version of a question names."""
    return set(session.scalars(select(Question.photo_key).where(Question.photo_key.in_(keys))))
