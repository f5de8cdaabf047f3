"""People around a hazard: who may take a step, named for those who may not."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from hazards.models import Hazard, Level, Step
from safety_app.accounts import service as accounts
from safety_app.core.access import Role
from safety_app.core.i18n import _

NAMED = 3
GRAVE = frozenset({Level.URGENT, Level.SERIOUS})
_MANAGERS_STEPS = frozenset({Step.VOID})
_LEADS_STEPS = frozenset({Step.ASSIGN, Step.SET_LEVEL, Step.EXTEND})


def is_grave(level: Level, was_grave: bool) -> bool:
    """Urgent or serious, now or ever before: lowering it first opens no back door."""
    return was_grave or level in GRAVE


def who_may(session: Session, hazard: Hazard, step: Step) -> list[int]:
    """Ids of the people who may take a step, the nearest first."""
    if step is Step.FIX:
        return [hazard.owner_id] if hazard.owner_id else []
    grave_extension = step is Step.EXTEND and is_grave(hazard.level, hazard.was_grave)
    if step in _MANAGERS_STEPS or grave_extension:
        return accounts.with_role(session, hazard.site_id, Role.MANAGER)
    found = []
    lead = accounts.lead_of(session, hazard.window_id) if hazard.window_id else None
    if lead:
        found.append(lead)
    found += accounts.with_role(session, hazard.site_id, Role.OFFICER)
    if step not in _LEADS_STEPS:
        found += accounts.with_role(session, hazard.site_id, Role.MANAGER)
    if step in (Step.ACCEPT, Step.SEND_BACK):
        found = [one for one in found if one not in (hazard.fixed_by, hazard.fix_recorded_by)]
    return list(dict.fromkeys(found))


def names_of(session: Session, ids: Sequence[int]) -> str:
    """The first few names as one text."""
    return listed(accounts.names(session, list(ids)[:NAMED]), ids)


def listed(names: Mapping[int, str], ids: Sequence[int]) -> str:
    """The first few of these as one text."""
    return _(", ").join(names[one] for one in list(ids)[:NAMED] if one in names)
