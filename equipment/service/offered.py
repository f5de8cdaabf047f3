"""Which steps the page of an item offers: the one to take now, and the others."""

from collections.abc import Iterator
from typing import Final

from equipment.due import Cause
from equipment.kinds import Family
from equipment.models import Status, Step
from equipment.service.detail import ItemDetail
from equipment.standing import SOON_DAYS

ORDER: Final = (
    Step.INSPECT,
    Step.SERVICE,
    Step.SEND_AWAY,
    Step.LEND,
    Step.RETURN,
    Step.CHANGE_CONSUMABLE,
    Step.REPAIR,
    Step.MOVE,
    Step.REPLACE,
    Step.CONDEMN,
    Step.CLEAR,
    Step.SCRAP,
    Step.LOSE,
    Step.FIND,
)
"""As they stand beside each other; registering and editing have pages of their own."""
_MENDING: Final = frozenset({Step.SERVICE, Step.SEND_AWAY, Step.REPAIR, Step.CHANGE_CONSUMABLE})
_AWAY: Final = frozenset({Status.AWAY, Status.DEFECTIVE})


def offered(item: ItemDetail) -> tuple[Step | None, tuple[Step, ...]]:
    """The one step to take now, if it is this person's, and what else may be done."""
    possible = [step for step in ORDER if _fits(item, step)]
    primary = next((step for step in _wanted(item) if step in possible), None)
    return primary, tuple(step for step in possible if step is not primary)


def must_go(item: ItemDetail) -> bool:
    """Whether it is to be replaced, whatever is done to it."""
    return bool(item.condemned_because) or _is_near(item, Cause.SCRAP, 0)


def _fits(item: ItemDetail, step: Step) -> bool:
    """Whether a step makes sense now; whose it is and in which status it may be is known."""
    if step is Step.LEND:  # a substitute for this one
        return Step.MOVE in item.allowed and item.status in _AWAY and not item.stood_in_by
    if step not in item.allowed or (step in _MENDING and must_go(item)):
        return False
    return _makes_sense(item).get(step, True)


def _makes_sense(item: ItemDetail) -> dict[Step, bool]:
    """What a step asks of the item beside its status; a substitute's place is another one's."""
    is_own = not item.stands_in_for
    return {
        Step.INSPECT: item.status is Status.IN_SERVICE and not item.condemned_because,
        Step.SERVICE: bool(item.kind.services),
        Step.CHANGE_CONSUMABLE: bool(item.kind.consumables),
        Step.SEND_AWAY: is_own,
        Step.RETURN: not is_own,
        Step.REPLACE: is_own and Step.MOVE in item.allowed,  # registers, or fetches a spare
        Step.CONDEMN: not item.condemned_because,
        Step.CLEAR: item.is_only_condemned,
    }


def _wanted(item: ItemDetail) -> Iterator[Step]:
    """What should be done with it now, the most pressing first."""
    by_firm = item.kind.family is Family.EXTINGUISHER
    if item.status is Status.LOST:
        yield Step.FIND
    if must_go(item):
        yield from (Step.REPLACE, Step.SCRAP)
        return
    if item.status is Status.AWAY:
        yield from (Step.SERVICE, Step.REPAIR)
        return
    if item.is_place_gone:
        yield Step.MOVE
    if item.status is Status.DEFECTIVE or item.has_failed:
        yield from (Step.SEND_AWAY, Step.REPAIR) if by_firm else (Step.REPAIR,)
    if _is_near(item, Cause.EXPIRY, SOON_DAYS):
        yield Step.CHANGE_CONSUMABLE
    if _is_near(item, Cause.SERVICE, SOON_DAYS):
        yield from (Step.SEND_AWAY, Step.SERVICE) if by_firm else (Step.SERVICE,)
    yield Step.INSPECT


def _is_near(item: ItemDetail, cause: Cause, days: int) -> bool:
    return any(one.cause is cause and one.days_left <= days for one in item.dues)
