"""Drills when somebody leaves, and when the window goes on in another one."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from drills.lifecycle import evaluators_of, note
from drills.models import Drill, Evaluator, Status, Step
from drills.service.planning import require_fit
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.feature import Held
from safety_app.core.i18n import _, bilingual

COMING: Final = (Status.PLANNED, Status.UNDER_WAY)
UNJUDGED: Final = (*COMING, Status.HELD)
OPEN: Final = (*UNJUDGED, Status.EVALUATED)


def held(session: Session, site_id: int, user_id: int, _today: date) -> list[Held]:
    """The drills that somebody is in charge of, is to command or is to judge."""
    judges = select(Evaluator.drill_id).where(Evaluator.user_id == user_id)
    query = select(Drill).where(
        Drill.site_id == site_id,
        Drill.status.in_(OPEN),
        or_(Drill.owner_id == user_id, Drill.commander_id == user_id, Drill.id.in_(judges)),
    )
    found = []
    for drill in session.scalars(query.order_by(Drill.planned_on, Drill.code)):
        if roles := list(_roles(session, drill, user_id)):
            title = bilingual(drill.title, drill.title_en)
            text = _("{number} {title}: {roles}",
                     number=drill.code, title=title, roles=_(", ").join(roles))  # fmt: skip
            found.append(Held(drill.code, text, drill.window_id))
    return found


def hand_over(
    session: Session,
    actor: Actor,
    keys: Sequence[str],
    from_id: int,
    to_id: int,
    *,
    now: datetime,
) -> None:
    """The other person takes the place; what somebody did before stays theirs.

    Nobody judges what they command: who would do both stays the commander.
    """
    journal.lock(session)
    for code in keys:
        query = select(Drill).where(Drill.site_id == actor.site_id, Drill.code == code)
        drill = session.scalar(query)
        if drill is None or drill.status not in OPEN:
            raise NotFound()
        require_fit(session, actor, [to_id], drill.planned_on, now)
        if drill.owner_id == from_id:
            drill.owner_id = to_id
        if drill.status in COMING and drill.commander_id == from_id:
            drill.commander_id = to_id
        if drill.status in UNJUDGED:
            _judge_instead(session, drill, from_id, to_id)
        told = {"from_id": from_id, "to_id": to_id}
        note(session, actor, drill, Step.EDIT, now=now, told=told)


def merge(session: Session, actor: Actor | None, old_id: int, new_id: int, now: datetime) -> None:
    """Drills to come of a window are from then on those of the one it goes on in."""
    journal.lock(session)
    query = select(Drill).where(Drill.window_id == old_id, Drill.status == Status.PLANNED)
    for drill in session.scalars(query.order_by(Drill.id)).all():
        drill.window_id = new_id
        told = {"window_id": new_id, "old_window_id": old_id}
        note(session, actor, drill, Step.EDIT, now=now, told=told)


def _roles(session: Session, drill: Drill, user_id: int) -> Iterator[str]:
    if drill.owner_id == user_id:
        yield _("In charge")
    if drill.status in COMING and drill.commander_id == user_id:
        yield _("Commander")
    if drill.status in UNJUDGED and user_id in evaluators_of(session, drill.id):
        yield _("Evaluator")


def _judge_instead(session: Session, drill: Drill, from_id: int, to_id: int) -> None:
    before = set(evaluators_of(session, drill.id))
    after = {to_id if one == from_id else one for one in before} - {drill.commander_id}
    for gone in before - after:
        session.execute(
            delete(Evaluator).where(Evaluator.drill_id == drill.id, Evaluator.user_id == gone)
        )
    session.add_all(Evaluator(drill_id=drill.id, user_id=one) for one in after - before)
    session.flush()
