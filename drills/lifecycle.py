"""The steps of a drill: who may take which in which status, and the one way to take it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from drills.errors import DrillChanged, StepNotPossible
from drills.models import STATUS_NAMES, Drill, DrillStep, Evaluator, Status, Step
from drills.permissions import WHO_MAY, Permission
from safety_app.accounts import service as accounts
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import N_


@dataclass(frozen=True, slots=True)
class Rule:
    """In which statuses a step may be taken, where it leads (`None`: stays), and with what."""

    before: frozenset[Status]
    after: Status | None
    permission: Permission


_PLANNED: Final = frozenset({Status.PLANNED})
_UNDER_WAY: Final = frozenset({Status.UNDER_WAY})
_HELD: Final = frozenset({Status.HELD})
_FOLLOWED: Final = frozenset({Status.HELD, Status.EVALUATED})

RULES: Final[Mapping[Step, Rule]] = {
    Step.PLAN: Rule(_PLANNED, None, Permission.PLAN),
    Step.EDIT: Rule(_PLANNED, None, Permission.PLAN),
    Step.NOTIFY: Rule(_PLANNED, None, Permission.PLAN),
    Step.RESCHEDULE: Rule(_PLANNED, None, Permission.PLAN),
    Step.CANCEL: Rule(_PLANNED | _UNDER_WAY, Status.CANCELLED, Permission.PLAN),
    Step.START: Rule(_PLANNED, Status.UNDER_WAY, Permission.HOLD),
    Step.RESET: Rule(_UNDER_WAY, Status.PLANNED, Permission.HOLD),
    Step.FINISH: Rule(_UNDER_WAY, Status.HELD, Permission.HOLD),
    Step.ENTER: Rule(_PLANNED, Status.HELD, Permission.HOLD),
    Step.CORRECT: Rule(_HELD, None, Permission.HOLD),
    Step.RECORD: Rule(_UNDER_WAY | _FOLLOWED, None, Permission.HOLD),
    Step.REPORT: Rule(_FOLLOWED | {Status.CLOSED}, None, Permission.PLAN),
    Step.EVALUATE: Rule(_FOLLOWED, Status.EVALUATED, Permission.EVALUATE),
    Step.RAISE: Rule(_FOLLOWED, None, Permission.HOLD),
    Step.CLOSE: Rule(frozenset({Status.EVALUATED}), Status.CLOSED, Permission.PLAN),
}
STEP_DONE: Final[Mapping[str, str]] = {
    Step.PLAN: N_("planned"),
    Step.EDIT: N_("edited"),
    Step.NOTIFY: N_("announced"),
    Step.RESCHEDULE: N_("put off"),
    Step.CANCEL: N_("cancelled"),
    Step.START: N_("begun"),
    Step.RESET: N_("set back after a false start"),
    Step.FINISH: N_("finished"),
    Step.ENTER: N_("entered from paper"),
    Step.CORRECT: N_("corrected"),
    Step.RECORD: N_("written down"),
    Step.REPORT: N_("reported to the authority"),
    Step.EVALUATE: N_("evaluated"),
    Step.RAISE: N_("registered a problem"),
    Step.CLOSE: N_("drill closed"),
}


def evaluators_of(session: Session, drill_id: int) -> list[int]:
    """Who judges a drill."""
    return list(
        session.scalars(
            select(Evaluator.user_id)
            .where(Evaluator.drill_id == drill_id)
            .order_by(Evaluator.user_id)
        )
    )


def may(session: Session, actor: Actor, drill: Drill, step: Step) -> bool:
    """Whether the actor may take a step, if the status allows it.

    Whoever is in charge of a drill or commands it may hold it, its evaluators judge it.
    """
    if drill.site_id != actor.site_id:
        return False
    permission = RULES[step].permission
    if permission is Permission.HOLD and actor.user_id in (drill.owner_id, drill.commander_id):
        return True
    judges = permission is Permission.EVALUATE or step is Step.RAISE
    if judges and actor.user_id in evaluators_of(session, drill.id):
        return True
    return actor.may(permission, window_id=drill.window_id)


def allowed(session: Session, actor: Actor, drill: Drill) -> frozenset[Step]:
    """The steps this actor may take now."""
    return frozenset(
        step
        for step, rule in RULES.items()
        if drill.status in rule.before and may(session, actor, drill, step)
    )


def require(session: Session, actor: Actor | None, drill: Drill, step: Step) -> None:
    """Raise what forbids a step: permission, then status; `None` is the worker, who may."""
    if actor is not None and not may(session, actor, drill, step):
        raise NotAllowed(who=WHO_MAY[RULES[step].permission])
    if drill.status not in RULES[step].before:
        raise StepNotPossible(code=drill.code, status=STATUS_NAMES[drill.status])


def compare_version(session: Session, drill: Drill, row_version: int | None) -> None:
    """Raise `DrillChanged`, naming who did what, if the form was drawn before that."""
    if row_version is None or row_version == drill.row_version:
        return
    query = select(DrillStep.actor_id, DrillStep.step).where(DrillStep.drill_id == drill.id)
    latest = session.execute(query.order_by(DrillStep.id.desc()).limit(1)).one()
    name = accounts.names(session, [latest.actor_id]).get(latest.actor_id or 0, "–")
    raise DrillChanged(name=name, step=STEP_DONE[latest.step])


def take(
    session: Session,
    actor: Actor | None,
    drill: Drill,
    step: Step,
    *,
    now: datetime,
    told: Mapping[str, Any] | None = None,
    **facts: Any,
) -> DrillStep:
    """The one way to take a step: permission, status, dated row and journal.

    `facts` are columns of `DrillStep`, `told` goes into the journal alone. Whatever the step
    changes on the drill itself is set before.
    """
    require(session, actor, drill, step)
    return note(session, actor, drill, step, now=now, told=told, **facts)


def note(
    session: Session,
    actor: Actor | None,
    drill: Drill,
    step: Step,
    *,
    now: datetime,
    told: Mapping[str, Any] | None = None,
    **facts: Any,
) -> DrillStep:
    """The same for a step that was judged elsewhere: a stopwatch goes on that was begun rightly."""
    after = RULES[step].after
    if after is not None:
        drill.status = after
    flag_modified(drill, "status")  # whoever saw it before this step is told, whatever it changed
    taken = DrillStep(
        site_id=drill.site_id,
        drill_id=drill.id,
        step=step,
        at=now,
        actor_id=actor.user_id if actor else None,
        **facts,
    )
    session.add(taken)
    session.flush()
    journal.write(
        session,
        actor,
        f"drills:{step}",
        "drill",
        drill.id,
        now=now,
        site_id=drill.site_id,
        facts={"step": step, "status": drill.status, **facts, **(told or {})},
    )
    return taken
