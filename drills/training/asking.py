"""Whether a requirement asks more of anybody than another did: a pure function of the two."""

from datetime import date
from typing import Protocol

from drills.training.models import Occasion, Who
from drills.training.needs import WORKERS
from drills.training.posts import posts_meant
from safety_app.core.access import Role


class Asked(Protocol):
    """What decides whom a requirement keeps off duty."""

    @property
    def who(self) -> Who: ...
    @property
    def who_value(self) -> str: ...
    @property
    def occasion(self) -> Occasion: ...
    @property
    def interval_months(self) -> int | None: ...
    @property
    def public_months(self) -> int | None: ...
    @property
    def gates(self) -> bool: ...
    @property
    def joined_from(self) -> date | None: ...


def refuses_more(new: Asked, old: Asked | None) -> bool:
    """Whether somebody may be kept off duty by the new one whom the old one let serve."""
    if not new.gates:
        return False
    if old is None or not old.gates or new.occasion != old.occasion:
        return True
    return (
        not _is_among(new, old)
        or (new.joined_from or date.min) < (old.joined_from or date.min)
        or (new.occasion == Occasion.PERIODIC and _is_more_often(new, old))
    )


def is_the_same(one: Asked, other: Asked) -> bool:
    """Whether two requirements of a course speak of the same people on the same occasion."""
    return (one.who, one.occasion) == (other.who, other.occasion) and (
        one.who_value == other.who_value
        or (one.who == Who.POST and posts_meant(one.who_value) == posts_meant(other.who_value))
    )


def asks_the_same(one: Asked, other: Asked) -> bool:
    """Whether two requirements of a course differ at most in what they rest on."""
    return (
        is_the_same(one, other)
        and (one.gates, one.joined_from) == (other.gates, other.joined_from)
        and (one.occasion != Occasion.PERIODIC or _intervals(one) == _intervals(other))
    )


def _is_among(new: Asked, old: Asked) -> bool:
    """Whether everybody whom the new one binds was bound by the old one."""
    if new.who == old.who == Who.POST:
        return posts_meant(new.who_value) <= posts_meant(old.who_value)
    if new.who == old.who:
        return Who(new.who) in (Who.EVERYBODY, Who.THIRD_PARTY) or new.who_value == old.who_value
    is_worker = new.who == Who.ROLE and Role(new.who_value) in WORKERS
    return old.who == Who.EVERYBODY and is_worker


def _is_more_often(new: Asked, old: Asked) -> bool:
    usual = (new.interval_months or 0) < (old.interval_months or 0)
    return usual or _publicly(new) < _publicly(old)


def _intervals(one: Asked) -> tuple[int, int]:
    return one.interval_months or 0, _publicly(one)


def _publicly(one: Asked) -> int:
    return one.public_months or one.interval_months or 0
