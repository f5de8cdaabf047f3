"""Statuses and the steps between them: who may take which, and the one way to take it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hazards.errors import HazardChanged, NotTheOwner, OwnFixNotVerifiable, StepNotPossible
from hazards.models import OPEN, STATUS_NAMES, Hazard, HazardStep, Level, Status, Step
from hazards.people import is_grave, names_of, who_may
from hazards.permissions import Permission
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import N_


@dataclass(frozen=True, slots=True)
class Rule:
    """From which statuses a step may be taken, where it leads (`None`: stays), and with what."""

    before: frozenset[Status]
    after: Status | None
    permission: Permission


_PLANNED: Final = frozenset({Status.REGISTERED, Status.ASSIGNED})
_ASSIGNED: Final = frozenset({Status.ASSIGNED})
_FIXED: Final = frozenset({Status.FIXED})

RULES: Final[Mapping[Step, Rule]] = {
    Step.SIGHT: Rule(OPEN, None, Permission.REPORT),
    Step.SET_LEVEL: Rule(_PLANNED, None, Permission.SET_LEVEL),
    Step.ASSIGN: Rule(_PLANNED, Status.ASSIGNED, Permission.ASSIGN),
    Step.EXTEND: Rule(_ASSIGNED, None, Permission.EXTEND),
    Step.FIX: Rule(_ASSIGNED, Status.FIXED, Permission.FIX),
    Step.ACCEPT: Rule(_FIXED, Status.CLOSED, Permission.VERIFY),
    Step.SEND_BACK: Rule(_FIXED, Status.ASSIGNED, Permission.VERIFY),
    Step.VOID: Rule(OPEN, Status.VOIDED, Permission.VOID),
}
STEP_DONE: Final[Mapping[str, str]] = {
    Step.REGISTER: N_("registered"),
    Step.SIGHT: N_("seen again"),
    Step.SET_LEVEL: N_("level changed"),
    Step.EXTEND: N_("deadline extended"),
    Step.COMMENT: N_("commented"),
    Step.ASSIGN: N_("assigned"),
    Step.FIX: N_("fix submitted"),
    Step.ACCEPT: N_("accepted and closed"),
    Step.SEND_BACK: N_("sent back"),
    Step.VOID: N_("found to be no hazard"),
    Step.HAND_OVER: N_("handed over"),
    Step.MOVE: N_("moved to another window"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides which steps are open; a hazard's row has the same names."""

    status: Status
    level: Level
    was_grave: bool
    window_id: int | None
    owner_id: int | None
    fixed_by: int | None
    fix_recorded_by: int | None


def permission_of(step: Step, hazard: Hazard | Standing) -> Permission:
    """What a step asks for; putting off what is or once was grave is the manager's."""
    if step is Step.EXTEND and is_grave(hazard.level, hazard.was_grave):
        return Permission.EXTEND_GRAVE
    return RULES[step].permission


def own_fix(actor: Actor, hazard: Hazard | Standing) -> bool:
    """Whether the actor fixed it or recorded the fix."""
    return actor.user_id in (hazard.fixed_by, hazard.fix_recorded_by)


def may(actor: Actor, hazard: Hazard | Standing, step: Step) -> bool:
    """Whether the actor may take a step, if the status allows it."""
    if not actor.may(permission_of(step, hazard), window_id=hazard.window_id):
        return False
    if step is Step.FIX:
        return hazard.owner_id == actor.user_id
    if step in (Step.ACCEPT, Step.SEND_BACK):
        return not own_fix(actor, hazard)
    return True


def allowed(actor: Actor, hazard: Hazard | Standing) -> frozenset[Step]:
    """The steps this actor may take now."""
    return frozenset(
        step
        for step, rule in RULES.items()
        if hazard.status in rule.before and may(actor, hazard, step)
    )


def compare_version(session: Session, hazard: Hazard, row_version: int | None) -> None:
    """Raise `HazardChanged`, naming who did what, if the form was drawn before that."""
    if row_version is None or row_version == hazard.row_version:
        return
    latest = session.execute(
        select(HazardStep.actor_id, HazardStep.step)
        .where(HazardStep.hazard_id == hazard.id, HazardStep.step != Step.SIGHT)
        .order_by(HazardStep.id.desc())
        .limit(1)
    ).one()
    name = names_of(session, [latest.actor_id]) if latest.actor_id else ""
    raise HazardChanged(name=name or "–", step=STEP_DONE[latest.step])


def require(session: Session, actor: Actor, hazard: Hazard, step: Step) -> None:
    """Raise what forbids the step: permission, owner, own fix or status, in this order."""
    if not may(actor, hazard, step):
        who = names_of(session, who_may(session, hazard, step)) or "–"
        if step is Step.FIX:
            raise NotTheOwner(who=who)
        if actor.may(permission_of(step, hazard), window_id=hazard.window_id):
            raise OwnFixNotVerifiable(who=who)
        raise NotAllowed(who=who)
    if hazard.status not in RULES[step].before:
        raise StepNotPossible(number=hazard.number, status=STATUS_NAMES[hazard.status])


def take(
    session: Session,
    actor: Actor | None,
    hazard: Hazard,
    step: Step,
    *,
    now: datetime,
    **facts: Any,
) -> HazardStep:
    """The one way to take a step: rules, permission, status, dated row and journal.

    `actor` is `None` for the worker only. `facts` are columns of `HazardStep`.
    """
    if actor is not None and step in RULES:
        require(session, actor, hazard, step)
    elif step in RULES and hazard.status not in RULES[step].before:
        raise StepNotPossible(number=hazard.number, status=STATUS_NAMES[hazard.status])
    after = RULES[step].after if step in RULES else None
    if after is not None:
        hazard.status = after
    taken = HazardStep(
        site_id=hazard.site_id,
        hazard_id=hazard.id,
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
        f"hazards:{step}",
        "hazard",
        hazard.id,
        now=now,
        site_id=hazard.site_id,
        facts={"step": step, "status": hazard.status, **facts},
    )
    return taken


def record_all(
    session: Session,
    hazards: Sequence[Hazard],
    step: Step,
    facts: Sequence[Mapping[str, Any]],
    *,
    now: datetime,
) -> None:
    """Write the same step of many hazards for the worker, which has judged it, with its facts."""
    told = list(zip(hazards, facts, strict=True))
    rows = [
        {"site_id": one.site_id, "hazard_id": one.id, "step": step, "at": now, **own}
        for one, own in told
    ]
    entries = [
        (f"hazards:{step}", "hazard", one.id, {"step": step, "status": one.status, **own})
        for one, own in told
    ]
    if rows:
        session.execute(insert(HazardStep), rows)
        journal.write_all(session, None, entries, now=now, site_id=hazards[0].site_id)
