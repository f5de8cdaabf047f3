"""How often the law and the house want a checklist walked, as data; and whether a plan suffices."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from checklists.models import Rhythm, Unit
from checklists.recurrence import DEFAULT_SLOTS, Slot, repeated
from checklists.templates import sources
from safety_app.core.i18n import bilingual

FILE: Final = Path(__file__).with_name("duties.toml")
A_DAY: Final = timedelta(days=1)
# The shortest of each period: whoever keeps to it never leaves one out.
GAPS: Final[Mapping[Unit, timedelta]] = {
    Unit.WEEK: timedelta(days=7),
    Unit.MONTH: timedelta(days=28),
    Unit.QUARTER: timedelta(days=90),
    Unit.HALF_YEAR: timedelta(days=181),
    Unit.YEAR: timedelta(days=365),
}


class Profile(Protocol):
    """What the law asks about a site."""

    @property
    def unit_kind(self) -> str: ...


class Duty(BaseModel):
    """One rule: which checklist, how often, for sites of which profile."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    template: str
    places: Literal["windows", "locations", "either"]
    when: Mapping[str, bool | tuple[str, ...]] = {}
    rhythm: Literal["daily", "period", "repeated"]
    unit: Unit | None = None
    most_minutes: Annotated[int, Field(ge=30, le=1440)] | None = None
    is_law: bool
    rule: str
    rule_en: str
    source: str
    mark: Literal["T", "V", "K+", "K", "K?", "D"]

    @model_validator(mode="after")
    def _complete(self) -> "Duty":
        if (self.rhythm == "period") != (self.unit is not None):
            raise ValueError("a period needs its unit, and nothing else has one")
        if (self.rhythm == "repeated") != (self.most_minutes is not None):
            raise ValueError("what is repeated needs its minutes, and nothing else has them")
        if self.source.split(" ")[0] not in sources():
            raise ValueError(f"unknown source {self.source!r}")
        return self

    @property
    def display_rule(self) -> str:
        """The rule in the current language."""
        return bilingual(self.rule, self.rule_en)

    @property
    def gap(self) -> timedelta:
        """How long may pass between two walks."""
        if self.unit is not None:
            return GAPS[self.unit]
        return timedelta(minutes=self.most_minutes) if self.most_minutes else A_DAY

    def holds(self, site: Profile) -> bool:
        """Whether the site is what the rule speaks of."""
        return all(
            getattr(site, name) in wanted if isinstance(wanted, tuple) else (
                getattr(site, name) is wanted
            )
            for name, wanted in self.when.items()
        )  # fmt: skip


@lru_cache(maxsize=1)
def every() -> tuple[Duty, ...]:
    """All rules that are shipped."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))["duties"]
    return tuple(Duty.model_validate(one) for one in found)


def of(code: str, site: Profile) -> list[Duty]:
    """The rules for a checklist that hold for a site."""
    return [one for one in every() if one.template == code and one.holds(site)]


def strictest(code: str, site: Profile) -> Duty | None:
    """The rule that asks most often, of equal ones the law."""
    found = of(code, site)
    return min(found, key=lambda one: (one.gap, not one.is_law)) if found else None


def gap(
    rhythm: Rhythm, unit: Unit | None, every_days: int | None, slots: Sequence[Slot]
) -> timedelta:
    """How long may pass between two walks in time of a plan, on open days."""
    if rhythm is Rhythm.PERIOD and unit is not None:
        return GAPS[unit]
    if rhythm is Rhythm.INTERVAL and every_days is not None:
        return timedelta(days=every_days)
    steps = [slot.every_minutes for slot in slots if slot.every_minutes is not None]
    return timedelta(minutes=min(steps)) * 4 / 3 if steps else A_DAY


def below(
    code: str,
    site: Profile,
    rhythm: Rhythm,
    unit: Unit | None,
    every_days: int | None,
    slots: Sequence[Slot],
) -> list[Duty]:
    """The rules that a plan does not keep."""
    planned = gap(rhythm, unit, every_days, slots)
    return [one for one in of(code, site) if planned > one.gap]


def slots_for(duty: Duty, parts: Sequence[str]) -> tuple[Slot, ...] | None:
    """The slots of a day that keep a rule; `None` if the usual ones do.

    Patrols start up to four thirds of a step apart, so the step is three quarters of the limit.
    """
    if duty.most_minutes is None:
        return None
    step = duty.most_minutes * 3 // 4
    again = "during" if "during" in parts else parts[0]
    return tuple(
        repeated(part, step) if part == again else DEFAULT_SLOTS[part]
        for part in parts
        if part == again or part in DEFAULT_SLOTS
    )
