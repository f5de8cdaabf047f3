"""Whether an answer is one that its item takes, and what the limits make of a number."""

from typing import Any

from sqlalchemy.orm import Session

from checklists import subjects
from checklists.entries import Entry
from checklists.errors import NumberImpossible, UnknownChoice
from checklists.models import Answer, Asked, Disposal


def answers_it(value: Answer, asked: str) -> bool:
    """Whether an answer belongs to an item that is asked so."""
    if value in (Answer.NONE, Answer.NOT_APPLICABLE):
        return True
    return (value.points is not None) == (asked == Asked.SCORE)


def judged(session: Session, found: Any, entry: Entry) -> Entry:
    """The entry as it may be kept; raises where its item takes no such answer.

    A number gets the answer that the limits give; without limits, as said.
    """
    if not answers_it(entry.value, found.asked):
        raise UnknownChoice()
    if entry.disposal is not None:
        _check_handling(session, found, entry.disposal)
    if entry.number is None:
        return entry
    if not found.unit:
        raise NumberImpossible(unit="")
    low, high = limits_of(session, found.site_id, found.subject, found)
    if low is None and high is None:
        return entry
    fits = (low is None or entry.number >= low) and (high is None or entry.number <= high)
    value = entry.value if entry.value is Answer.NOT_APPLICABLE else Answer.PASS
    return entry.model_copy(update={"value": value if fits else Answer.FAIL})


def _check_handling(session: Session, found: Any, disposal: Disposal) -> None:
    """A scrap condition is one of a thing; a score is not put right on the spot."""
    is_scored = found.asked == Asked.SCORE
    if disposal is Disposal.TASK:
        fits = is_scored and found.code in _tasks(session, found)
    elif disposal is Disposal.SCRAP:
        fits = bool(found.subject) and not is_scored
    else:
        fits = disposal is not Disposal.SPOT or not is_scored
    if not fits:
        raise UnknownChoice()


def _tasks(session: Session, found: Any) -> frozenset[str]:
    """The items whose problems the subject's own feature takes."""
    if not found.subject:
        return frozenset()
    return subjects.brief(session, found.site_id, found.subject).tasks


def limits_of(
    session: Session, site_id: int, subject: str | None, item: Any
) -> tuple[float | None, float | None]:
    """Between which numbers an item is in order: the subject's own limits before the list's."""
    own = subjects.brief(session, site_id, subject).limits if subject else {}
    found: tuple[float | None, float | None] = own.get(item.code, (item.low, item.high))
    return found
