"""Things of other features that are inspected: the engine knows them by `{feature}:{code}`."""

from datetime import datetime

from sqlalchemy.orm import Session

from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.feature import Inspected, Receipt, Subject, SubjectBrief, Subjects
from safety_app.features import features


def find(session: Session, actor: Actor, subject: str, now: datetime) -> Subject:
    """The thing as its sheet shows it."""
    hooks, code = _hooks(subject)
    return hooks.find(session, actor, code, now)


def refusal(session: Session, actor: Actor, subject: str) -> str:
    """Why no sheet is begun now, or not by this person; raises where it may not be seen."""
    hooks, code = _hooks(subject)
    return hooks.refusal(session, actor, code)


def require(session: Session, actor: Actor, subject: str, now: datetime) -> None:
    """Raise for who may not inspect it, and could not when its sheet was opened."""
    hooks, code = _hooks(subject)
    hooks.require(session, actor, code, now)


def abandoned(
    session: Session, site_id: int, subject: str, result: Inspected, now: datetime
) -> None:
    """Tell the thing's own feature what was found on a sheet that nobody submitted."""
    hooks, code = _hooks(subject)
    hooks.abandoned(session, site_id, code, result, now)


def brief(session: Session, site_id: int, subject: str) -> SubjectBrief:
    """The thing as a hazard names it, and where it is now."""
    hooks, code = _hooks(subject)
    return hooks.brief(session, site_id, code)


def inspected(
    session: Session, actor: Actor, subject: str, result: Inspected, now: datetime
) -> Receipt:
    """Tell the thing's own feature what its inspection came to."""
    hooks, code = _hooks(subject)
    return hooks.inspected(session, actor, code, result, now)


def _hooks(subject: str) -> tuple[Subjects, str]:
    name, _colon, code = subject.partition(":")
    for feature in features():
        if feature.name == name and feature.subjects:
            return feature.subjects, code
    raise NotFound()
