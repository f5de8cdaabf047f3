"""A result that was wrong altogether: struck with a reason, here and with its course."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.exams import flows
from drills.exams.errors import NotOverYet, OwnScore, StruckAlready
from drills.exams.models import Attempt
from drills.exams.service.paper_exams import require_grade
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_
from safety_app.core.text import clean


def strike(
    session: Session, actor: Actor, attempt_id: int, *, reason: str, now: datetime
) -> Attempt:
    """Say that an attempt does not count: a slip of the hand, somebody else at the tablet.

    It stays to be seen with the reason; the attempt is given back. Nobody strikes the own one.
    """
    require_grade(actor)
    journal.lock(session)
    query = select(Attempt).where(Attempt.id == attempt_id).with_for_update()
    attempt = session.scalar(query.execution_options(populate_existing=True))
    if attempt is None or attempt.site_id != actor.site_id:
        raise NotFound()
    if attempt.user_id == actor.user_id:
        raise OwnScore()
    if attempt.passed is None:
        raise NotOverYet()
    if attempt.struck_at is not None:
        raise StruckAlready(number=attempt.number)
    why = clean(reason, field=N_("Reason"), limit=200, required=True)
    attempt.struck_at, attempt.struck_by, attempt.struck_because = now, actor.user_id, why
    session.flush()
    facts = {"number": attempt.number, "reason": why}
    journal.write(session, actor, "exams.strike", "exam_attempt", attempt.id, now=now, facts=facts)
    flows.strike_attempt(session, actor, attempt, reason=why, now=now)
    return attempt
