"""Statuses and the steps between them: who may take which, and the one way to take it."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from hazards.incidents.errors import IncidentChanged, IncidentStepNotPossible
from hazards.incidents.models import OPEN, STATUS_NAMES, Incident, IncidentStep, Status, Step
from hazards.incidents.permissions import Permission
from safety_app.accounts import service as accounts
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import N_


@dataclass(frozen=True, slots=True)
class Rule:
    """From which statuses a step may be taken, where it leads (`None`: stays), and with what.

    In the statuses `by_reporter` whoever reported it may too; `by_team`: the investigation team.
    """

    before: frozenset[Status]
    after: Status | None
    permission: Permission
    by_reporter: frozenset[Status] = frozenset()
    by_team: bool = False


_NEW: Final = frozenset({Status.REPORTED})
_CONFIRMED: Final = frozenset({Status.CONFIRMED})
_WORK: Final = frozenset({Status.INVESTIGATING, Status.ACTING})
_RAISE: Final = frozenset({Status.CONFIRMED, Status.INVESTIGATING, Status.ACTING})
_KNOWN: Final = OPEN | {Status.CLOSED}
_OVER: Final = frozenset({Status.CLOSED, Status.VOIDED})
_P = Permission

RULES: Final[Mapping[Step, Rule]] = {
    Step.AMEND: Rule(OPEN, None, _P.HANDLE, by_reporter=_NEW),
    Step.TELL_HEAD: Rule(OPEN, None, _P.HANDLE, by_reporter=OPEN),
    # What becomes known after the closing is still told.
    Step.NOTIFY: Rule(_KNOWN, None, _P.HANDLE),
    Step.COUNT: Rule(_KNOWN, None, _P.HANDLE, by_reporter=_NEW),
    Step.DECIDE: Rule(OPEN, None, _P.DECIDE),
    Step.MARK: Rule(OPEN, None, _P.MARK, by_reporter=OPEN, by_team=True),
    Step.RELEASE: Rule(OPEN, None, _P.HANDLE),
    Step.CONFIRM: Rule(_NEW, Status.CONFIRMED, _P.HANDLE),
    Step.INVESTIGATE: Rule(_CONFIRMED | _WORK, Status.INVESTIGATING, _P.HANDLE),
    Step.LOG: Rule(_WORK, None, _P.HANDLE, by_team=True),
    Step.EXPLAIN: Rule(_WORK, None, _P.HANDLE, by_team=True),
    Step.HEAR: Rule(OPEN, None, _P.HANDLE, by_reporter=_NEW, by_team=True),
    Step.ATTACH: Rule(OPEN, None, _P.HANDLE, by_reporter=_NEW, by_team=True),
    Step.RAISE: Rule(_RAISE, None, _P.HANDLE, by_team=True),
    Step.CONCLUDE: Rule(frozenset({Status.INVESTIGATING}), Status.ACTING, _P.HANDLE, by_team=True),
    Step.ANSWER: Rule(_RAISE, None, _P.HANDLE, by_team=True),
    Step.CLOSE: Rule(_CONFIRMED | {Status.ACTING}, Status.CLOSED, _P.DECIDE),
    Step.REOPEN: Rule(frozenset({Status.CLOSED}), Status.INVESTIGATING, _P.DECIDE),
    Step.VOID: Rule(OPEN, Status.VOIDED, _P.DECIDE),
    Step.FORGET: Rule(_OVER, None, _P.DECIDE),
}
ADDING: Final = frozenset(
    {
        Step.NOTIFY,
        Step.MARK,
        Step.LOG,
        Step.EXPLAIN,
        Step.HEAR,
        Step.ATTACH,
        Step.RAISE,
        Step.ANSWER,
    }
)
"""What adds to an incident and takes nothing from a form that somebody else has open."""
STEP_DONE: Final[Mapping[str, str]] = {
    Step.REPORT: N_("reported"),
    Step.AMEND: N_("added to"),
    Step.TELL_HEAD: N_("told to the head of the unit"),
    Step.NOTIFY: N_("told to an authority"),
    Step.COUNT: N_("given new figures"),
    Step.DECIDE: N_("judged by the law"),
    Step.MARK: N_("protected at its scene"),
    Step.RELEASE: N_("released at its scene"),
    Step.CONFIRM: N_("confirmed"),
    Step.INVESTIGATE: N_("put under investigation"),
    Step.LOG: N_("given a moment of its course"),
    Step.EXPLAIN: N_("given a cause"),
    Step.HEAR: N_("given a person concerned"),
    Step.ATTACH: N_("given a document"),
    Step.RAISE: N_("given a measure"),
    Step.CONCLUDE: N_("investigated to the end"),
    Step.ANSWER: N_("given an answer to a condition"),
    Step.CLOSE: N_("closed as a case"),
    Step.REOPEN: N_("opened again"),
    Step.VOID: N_("found untrue"),
    Step.HAND_OVER: N_("given another leader"),
    Step.MOVE: N_("moved to another window"),
    Step.FORGET: N_("cleared of personal data"),
}
WHO_MAY: Final[Mapping[Permission, str]] = {
    Permission.HANDLE: N_("The safety officer or the manager"),
    Permission.DECIDE: N_("The manager"),
    Permission.MARK: N_("Whoever reported it, the window lead or the safety officer"),
}


def may(actor: Actor, incident: Incident, step: Step, team: Set[int]) -> bool:
    """Whether the actor may take a step, if the status allows it at all."""
    if incident.site_id != actor.site_id:
        return False
    rule = RULES[step]
    if actor.may(rule.permission, window_id=incident.window_id):
        return True
    if incident.status in rule.by_reporter and incident.reported_by == actor.user_id:
        return True
    return rule.by_team and actor.user_id in team


def allowed(actor: Actor, incident: Incident, team: Set[int]) -> frozenset[Step]:
    """The steps this actor may take now."""
    return frozenset(
        step
        for step, rule in RULES.items()
        if incident.status in rule.before and may(actor, incident, step, team)
    )


def require(actor: Actor, incident: Incident, step: Step, team: Set[int]) -> None:
    """Raise what forbids the step: permission, then status."""
    if not may(actor, incident, step, team):
        raise NotAllowed(who=WHO_MAY[RULES[step].permission])
    check_status(incident, step)


def check_status(incident: Incident, step: Step) -> None:
    """Raise where the status does not allow the step."""
    if incident.status not in RULES[step].before:
        raise IncidentStepNotPossible(number=incident.number, status=STATUS_NAMES[incident.status])


def compare_version(session: Session, incident: Incident, row_version: int | None) -> None:
    """Raise `IncidentChanged`, naming who did what, if the form was drawn before that."""
    if row_version is None or row_version == incident.row_version:
        return
    query = select(IncidentStep.actor_id, IncidentStep.step).where(
        IncidentStep.incident_id == incident.id, IncidentStep.step.not_in(ADDING)
    )
    latest = session.execute(query.order_by(IncidentStep.id.desc()).limit(1)).one()
    name = accounts.names(session, [latest.actor_id]).get(latest.actor_id or 0, "–")
    raise IncidentChanged(name=name, step=STEP_DONE[latest.step])


def take(
    session: Session,
    actor: Actor | None,
    incident: Incident,
    step: Step,
    *,
    now: datetime,
    told: Mapping[str, Any] | None = None,
    **facts: Any,
) -> IncidentStep:
    """The one way to take a step: status, dated row and journal; who may was asked before.

    `facts` are columns of `IncidentStep`, `told` goes into the journal's hash alone: words and
    names stay where they can be erased.
    """
    if step in RULES:
        check_status(incident, step)
        after = RULES[step].after
        if after is not None:
            incident.status = after
    if step not in ADDING:
        flag_modified(incident, "status")  # whoever saw it before this step is told
    taken = IncidentStep(
        site_id=incident.site_id,
        incident_id=incident.id,
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
        f"incidents:{step}",
        "incident",
        incident.id,
        now=now,
        site_id=incident.site_id,
        facts={"step": step, "status": incident.status, **facts, **(told or {})},
    )
    return taken
