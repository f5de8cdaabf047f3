"""How an item stands on a day: computed from its dates, never stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol

from equipment.models import Status

SOON_DAYS: Final = 30


class Mark(StrEnum):
    """What is to be said of an item, the worst first."""

    UNFIT = "unfit"
    TO_SCRAP = "to_scrap"
    AWAY = "away"
    DEFECTIVE = "defective"
    FAILED = "failed"
    EXPIRED = "expired"
    UNDATED = "undated"
    SERVICE_DUE = "service_due"
    INSPECTION_DUE = "inspection_due"
    TO_VERIFY = "to_verify"
    SCRAP_SOON = "scrap_soon"
    SERVICE_SOON = "service_soon"
    EXPIRY_SOON = "expiry_soon"
    FINE = "fine"
    SCRAPPED = "scrapped"
    LOST = "lost"


OF_SERVICES: Final = frozenset({Mark.SERVICE_DUE, Mark.SERVICE_SOON})


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing to say, and the days it is over or still ahead; `what` is the service's code."""

    mark: Mark
    days: int = 0
    what: str = ""


class Dated(Protocol):
    """The dates of an item, or of a row of a list."""

    @property
    def status(self) -> Status | str: ...
    @property
    def made_on(self) -> date | None: ...
    @property
    def inspect_by(self) -> date | None: ...
    @property
    def service_by(self) -> date | None: ...
    @property
    def service_next(self) -> str: ...
    @property
    def scrap_on(self) -> date | None: ...
    @property
    def expires_on(self) -> date | None: ...
    @property
    def made_unknown_since(self) -> date | None: ...
    @property
    def condemned_on(self) -> date | None: ...
    @property
    def failed_on(self) -> date | None: ...
    @property
    def expiry_unknown(self) -> bool: ...


def standings(item: Dated, today: date) -> tuple[Standing, ...]:
    """All that is to be said of an item on a day, the worst first; at least one."""
    gone = {Status.SCRAPPED: Mark.SCRAPPED, Status.LOST: Mark.LOST}.get(Status(item.status))
    if gone:
        return (Standing(gone),)
    found = [*_now(item, today), *_soon(item, today)]
    return tuple(found) or (Standing(Mark.FINE),)


def _now(item: Dated, today: date) -> Iterator[Standing]:
    is_over = item.scrap_on is not None and item.scrap_on <= today
    if item.scrap_on is not None and is_over:
        unfit = item.condemned_on is not None and item.condemned_on <= today
        # Without a date of manufacture it is no age that was reached.
        mark = Mark.UNFIT if unfit or item.made_on is None else Mark.TO_SCRAP
        yield Standing(mark, (today - item.scrap_on).days)
    if item.status == Status.AWAY:
        yield Standing(Mark.AWAY)
        return
    if item.status == Status.DEFECTIVE and not is_over:
        yield Standing(Mark.DEFECTIVE)
    if item.failed_on is not None and not is_over:
        yield Standing(Mark.FAILED)
    expired = Mark.UNDATED if item.expiry_unknown else Mark.EXPIRED
    dated = [(expired, item.expires_on), (Mark.SERVICE_DUE, item.service_by)]
    dated.append((Mark.INSPECTION_DUE, item.inspect_by))
    for mark, on in dated:
        if on is not None and on <= today and not is_over:
            yield _of(mark, (today - on).days, item)


def _soon(item: Dated, today: date) -> Iterator[Standing]:
    """What comes within a month; the monthly inspection goes without saying."""
    scrap = Mark.TO_VERIFY if item.made_unknown_since else Mark.SCRAP_SOON
    dated = ((scrap, item.scrap_on), (Mark.SERVICE_SOON, item.service_by))
    expiry = Mark.TO_VERIFY if item.expiry_unknown else Mark.EXPIRY_SOON
    for mark, on in (*dated, (expiry, item.expires_on)):
        if on is not None and 0 < (on - today).days <= SOON_DAYS:
            yield _of(mark, (on - today).days, item)


def _of(mark: Mark, days: int, item: Dated) -> Standing:
    return Standing(mark, days, item.service_next if mark in OF_SERVICES else "")
