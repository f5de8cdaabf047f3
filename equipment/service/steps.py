"""The steps of an item's life: who may take which in which status, and the one way to take it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from equipment.errors import ItemChanged, StepNotPossible
from equipment.models import ON_REGISTER, STATUS_NAMES, Item, ItemStep, ItemStepFile, Status, Step
from equipment.permissions import Permission
from equipment.service import rules
from safety_app.accounts import service as accounts
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed
from safety_app.core.files import File
from safety_app.core.i18n import N_


@dataclass(frozen=True, slots=True)
class Rule:
    """In which statuses a step may be taken, where it leads (`None`: stays), and with what."""

    before: frozenset[Status]
    after: Status | None
    permission: Permission


_STEPS: Final = cast(Table, ItemStep.__table__)
_HERE: Final = frozenset({Status.IN_SERVICE, Status.DEFECTIVE})
_IN_SERVICE: Final = frozenset({Status.IN_SERVICE})

RULES: Final[Mapping[Step, Rule]] = {
    Step.REGISTER: Rule(_IN_SERVICE, None, Permission.KEEP),
    Step.EDIT: Rule(ON_REGISTER, None, Permission.KEEP),
    Step.MOVE: Rule(ON_REGISTER, None, Permission.KEEP),
    # What was seen stays seen, even if the item was scrapped before the sheet arrived.
    Step.INSPECT: Rule(frozenset(Status), None, Permission.INSPECT),
    Step.CONDEMN: Rule(ON_REGISTER, Status.DEFECTIVE, Permission.INSPECT),
    Step.CLEAR: Rule(frozenset({Status.DEFECTIVE}), Status.IN_SERVICE, Permission.CLEAR),
    Step.SEND_AWAY: Rule(_HERE, Status.AWAY, Permission.KEEP),
    Step.SERVICE: Rule(ON_REGISTER, Status.IN_SERVICE, Permission.KEEP),
    Step.REPAIR: Rule(ON_REGISTER, Status.IN_SERVICE, Permission.KEEP),
    Step.CHANGE_CONSUMABLE: Rule(_HERE, None, Permission.KEEP),
    Step.LEND: Rule(_IN_SERVICE, None, Permission.KEEP),
    Step.RETURN: Rule(ON_REGISTER, None, Permission.KEEP),
    Step.REPLACE: Rule(ON_REGISTER, None, Permission.RETIRE),
    Step.SCRAP: Rule(ON_REGISTER, Status.SCRAPPED, Permission.RETIRE),
    Step.LOSE: Rule(ON_REGISTER, Status.LOST, Permission.RETIRE),
    Step.FIND: Rule(frozenset({Status.LOST}), Status.IN_SERVICE, Permission.KEEP),
}
MENDING: Final = frozenset({Step.SERVICE, Step.REPAIR, Step.CHANGE_CONSUMABLE})
"""What puts right what an inspection has found."""
STEP_DONE: Final[Mapping[str, str]] = {
    Step.REGISTER: N_("registered"),
    Step.EDIT: N_("edited"),
    Step.MOVE: N_("moved"),
    Step.INSPECT: N_("inspected"),
    Step.CONDEMN: N_("taken out of service"),
    Step.CLEAR: N_("found fit again"),
    Step.SEND_AWAY: N_("sent away for service"),
    Step.SERVICE: N_("serviced"),
    Step.REPAIR: N_("repaired"),
    Step.CHANGE_CONSUMABLE: N_("given a new part"),
    Step.LEND: N_("lent"),
    Step.RETURN: N_("brought back"),
    Step.REPLACE: N_("replaced"),
    Step.SCRAP: N_("scrapped"),
    Step.LOSE: N_("declared lost"),
    Step.FIND: N_("found again"),
}
WHO_MAY: Final[Mapping[Permission, str]] = {
    Permission.KEEP: N_("The window lead or the safety officer"),
    Permission.RETIRE: N_("The window lead, the safety officer or a manager"),
    Permission.CLEAR: N_("The safety officer or a manager"),
    Permission.INSPECT: N_("Its custodian, whoever works there, or the safety officer"),
}


def may(actor: Actor, item: Item, step: Step) -> bool:
    """Whether the actor may take a step, if the status allows it; custodians inspect their own."""
    if item.site_id != actor.site_id:
        return False
    permission = RULES[step].permission
    if permission is Permission.INSPECT and item.custodian_id == actor.user_id:
        return True
    return actor.may(permission, window_id=item.window_id)


def allowed(actor: Actor, item: Item) -> frozenset[Step]:
    """The steps this actor may take now."""
    return frozenset(
        step
        for step, rule in RULES.items()
        if item.status in rule.before and may(actor, item, step)
    )


def require(actor: Actor | None, item: Item, step: Step) -> None:
    """Raise what forbids a step: permission, then status; `None` is the worker, who may."""
    if actor is not None and not may(actor, item, step):
        raise NotAllowed(who=WHO_MAY[RULES[step].permission])
    if item.status not in RULES[step].before:
        raise StepNotPossible(code=item.code, status=STATUS_NAMES[item.status])


def compare_version(session: Session, item: Item, row_version: int | None) -> None:
    """Raise `ItemChanged`, naming who did what, if the form was drawn before that."""
    if row_version is None or row_version == item.row_version:
        return
    query = select(ItemStep.actor_id, ItemStep.step).where(ItemStep.item_id == item.id)
    latest = session.execute(query.order_by(ItemStep.id.desc()).limit(1)).one()
    name = accounts.names(session, [latest.actor_id]).get(latest.actor_id or 0, "–")
    raise ItemChanged(name=name, step=STEP_DONE[latest.step])


def take(
    session: Session,
    actor: Actor | None,
    item: Item,
    step: Step,
    *,
    on_date: date,
    now: datetime,
    files: Sequence[File] = (),
    **facts: Any,
) -> ItemStep:
    """The one way to take a step: permission, status, dated row, journal, and the dates anew.

    `facts` are columns of `ItemStep`; the place is the item's own unless given. Whatever the step
    changes on the item itself is set before.
    """
    require(actor, item, step)
    return note(session, actor, item, step, on_date=on_date, now=now, files=files, **facts)


def note(
    session: Session,
    actor: Actor | None,
    item: Item,
    step: Step,
    *,
    on_date: date,
    now: datetime,
    files: Sequence[File] = (),
    **facts: Any,
) -> ItemStep:
    """The same for a step that was judged elsewhere: what somebody has seen stays seen."""
    _note_failure(item, step, on_date, facts.get("passed"))
    after = RULES[step].after
    if after is not None and after != item.status:
        item.status, item.status_on = after, on_date
    flag_modified(item, "status")  # whoever saw it before this step is told, whatever it changed
    taken = record(session, actor, item, step, on_date=on_date, now=now, files=files, **facts)
    rules.refresh(session, [item])
    return taken


def _note_failure(item: Item, step: Step, on_date: date, passed: bool | None) -> None:
    """What an inspection finds stands until it is mended or a later one finds nothing."""
    is_latest = item.last_inspected_on is None or on_date >= item.last_inspected_on
    if step is Step.INSPECT and is_latest:
        item.failed_on = on_date if passed is False else None
    elif item.failed_on and step in MENDING and passed is not False and on_date >= item.failed_on:
        item.failed_on = None


def record(
    session: Session,
    actor: Actor | None,
    item: Item,
    step: Step,
    *,
    on_date: date,
    now: datetime,
    files: Sequence[File] = (),
    **facts: Any,
) -> ItemStep:
    """Write the dated row of a step and its journal entry; the caller has judged it."""
    place = {
        "window_id": item.window_id,
        "location_id": item.location_id,
        "placing": item.placing,
    }
    taken = ItemStep(
        site_id=item.site_id,
        item_id=item.id,
        step=step,
        on_date=on_date,
        at=now,
        actor_id=actor.user_id if actor else None,
        **{**place, **facts},
    )
    session.add(taken)
    session.flush()
    session.add_all(ItemStepFile(step_id=taken.id, file_id=file.id) for file in files)
    session.flush()
    journal.write(
        session,
        actor,
        f"equipment:{step}",
        "equipment",
        item.id,
        now=now,
        site_id=item.site_id,
        facts={
            "step": step,
            "on_date": on_date,
            "status": item.status,
            "files": [file.key for file in files],
            **facts,
        },
    )
    return taken


def record_all(
    session: Session,
    actor: Actor,
    items: Sequence[Item],
    step: Step,
    *,
    on_date: date,
    now: datetime,
    facts: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Write the same step of many items at once, with the facts of each; it has been judged."""
    told = facts or [{}] * len(items)
    common = {"step": step, "on_date": on_date, "at": now, "actor_id": actor.user_id}
    alike: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    entries: list[tuple[str, str, int, Mapping[str, Any]]] = []
    for item, own in zip(items, told, strict=True):
        place = {name: getattr(item, name) for name in ("window_id", "location_id", "placing")}
        row = {"site_id": item.site_id, "item_id": item.id, **common, **place, **own}
        alike[frozenset(row)].append(row)
        kept = {"step": step, "on_date": on_date, "status": item.status, "files": [], **own}
        entries.append((f"equipment:{step}", "equipment", item.id, kept))
    for rows in alike.values():
        session.connection().execute(insert(_STEPS), rows)
    journal.write_all(session, actor, entries, now=now, site_id=actor.site_id)
