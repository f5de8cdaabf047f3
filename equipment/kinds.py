"""Kinds of safety facilities with their rhythms, ages and the rules behind: data and its forms."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from safety_app.core.i18n import N_, _, bilingual

FILE: Final = Path(__file__).parent / "kinds.toml"
LOCAL_MARK: Final = "local"


class Family(StrEnum):
    """What sort of thing a kind is."""

    EXTINGUISHER = "extinguisher"
    HYDRANT = "hydrant"
    LIGHTING = "lighting"
    DETECTION = "detection"
    DOOR = "door"
    AED = "aed"
    FIRST_AID = "first_aid"
    ELECTRIC = "electric"
    PPE = "ppe"
    OTHER = "other"


FAMILY_NAMES: Final[Mapping[Family, str]] = {
    Family.EXTINGUISHER: N_("Extinguishers"),
    Family.HYDRANT: N_("Hydrants"),
    Family.LIGHTING: N_("Emergency lights and signs"),
    Family.DETECTION: N_("Detectors"),
    Family.DOOR: N_("Fire doors"),
    Family.AED: N_("Defibrillators"),
    Family.FIRST_AID: N_("First aid"),
    Family.ELECTRIC: N_("Electrical safety"),
    Family.PPE: N_("Protective equipment"),
    Family.OTHER: N_("Other facilities"),
}
FIRE_CLASSES: Final[Mapping[str, Mapping[str, str]]] = {
    "cn": {
        "A": N_("Solids"),
        "B": N_("Liquids"),
        "C": N_("Gases"),
        "D": N_("Metals"),
        "E": N_("Energised equipment"),
        "F": N_("Cooking oils"),
    },
    "nfpa": {
        "A": N_("Solids"),
        "B": N_("Liquids and gases"),
        "C": N_("Energised equipment"),
        "D": N_("Metals"),
        "K": N_("Cooking oils"),
    },
}
"""What the letters mean under each profile; the same letter may mean another thing."""
MARK_NAMES: Final[Mapping[str, str]] = {
    "T": N_("Read in the full text of the rule"),
    "V": N_("Clause read in a reprint or a reply of the authority"),
    "K+": N_("Practically certain; not compared with the text"),
    "K": N_("Likely; confirm with the fire authority"),
    "K?": N_("Not certain; confirm before relying on it"),
    "D": N_("Custom or proposal, not a rule of law"),
    LOCAL_MARK: N_("Rule of this hall"),
}
"""How sure the reading of a figure is."""


class Since(StrEnum):
    """From when the first service counts."""

    MADE = "made"
    REGISTERED = "registered"


SERVICE_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "service": ("维修", "Service"),
    "maintenance": ("年度维护", "Yearly maintenance"),
    "internal": ("内部检查", "Internal examination"),
    "hydrostatic": ("水压试验", "Hydrostatic test"),
    "recharge": ("再充装", "Recharge"),
    "full_check": ("全面检查", "Full check"),
    "discharge": ("放电试验", "Full-discharge test"),
    "function_test": ("功能试验", "Function test"),
    "cleaning": ("清洗", "Cleaning"),
}
_MEASURED_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "discharge": ("持续工作时间", "Hold time"),
}
_UNIT_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "min": ("分钟", "min"),
}
_CONSUMABLE_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "unit": ("整件", "The whole piece"),
    "battery": ("电池", "Battery"),
    "pads": ("电极片", "Pads"),
    "contents": ("药品、敷料", "Contents of the kit"),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """What a service measures, and the least with which it passes."""

    name: str
    name_en: str
    unit: str
    unit_en: str
    least: float

    @property
    def display_name(self) -> str:
        """The name in the current language."""
        return bilingual(self.name, self.name_en)

    @property
    def unit_text(self) -> str:
        """The unit in the current language."""
        return bilingual(self.unit, self.unit_en)

    def text(self, value: float) -> str:
        """`45 分钟` or `45 min`."""
        return f"{value:g} {self.unit_text}"


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """A service, first due so many months on and then again; never due by itself without them.

    With `changes_agent` the extinguishing agent is or may be changed in it.
    """

    code: str
    name: str
    name_en: str
    first_months: int | None = None
    then_months: int = 0
    restarted_by: tuple[str, ...] = ()
    since: Since = Since.MADE
    measure: Measure | None = None
    changes_agent: bool = False
    source: str = ""
    source_en: str = ""
    effective_on: date | None = None
    mark: str = ""
    is_local: bool = False

    @property
    def display_name(self) -> str:
        """The name in the current language."""
        return bilingual(self.name, self.name_en)

    @property
    def source_text(self) -> str:
        """The rule behind, in the current language."""
        return bilingual(self.source, self.source_en)

    @property
    def counted_by(self) -> tuple[str, ...]:
        """The services after any of which it counts anew."""
        return (self.code, *self.restarted_by)


@dataclass(frozen=True, slots=True)
class ConsumableRule:
    """A part with a printed expiry date; `months` is how long a new one usually lasts.

    Of one that `needs_date` the date must be on record: nothing else says how long it may be used.
    """

    code: str
    name: str
    name_en: str
    months: int | None = None
    needs_date: bool = False
    source: str = ""
    source_en: str = ""
    effective_on: date | None = None
    mark: str = ""

    @property
    def display_name(self) -> str:
        """The name in the current language."""
        return bilingual(self.name, self.name_en)

    @property
    def source_text(self) -> str:
        """The rule behind, in the current language."""
        return bilingual(self.source, self.source_en)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of safety facility under one profile, with what a hall has changed laid over.

    `condition_source` is the rule by which a piece found unfit, or without a readable date, is
    scrap. `local` names the figures that are the hall's own: `inspect_months`, `scrap_months`,
    `service:CODE`; they were set at `changed_at`. `possible_classes` are letters that a piece may
    have on its plate beside the usual ones. A kind that is not `is_offered` is known from old items
    only, no new one may be registered. `*_effective_on` is the day from which the rule behind is in
    force.
    """

    code: str
    family: Family
    name: str
    name_en: str
    prefix: str
    fire_classes: str = ""
    possible_classes: str = ""
    checklist: str = "other-monthly"
    inspect_months: int | None = None
    may_be_half_monthly: bool = False
    inspect_source: str = ""
    inspect_source_en: str = ""
    inspect_effective_on: date | None = None
    inspect_mark: str = ""
    services: tuple[ServiceRule, ...] = ()
    scrap_months: int | None = None
    scrap_source: str = ""
    scrap_source_en: str = ""
    scrap_effective_on: date | None = None
    scrap_mark: str = ""
    condition_source: str = ""
    condition_source_en: str = ""
    consumables: tuple[ConsumableRule, ...] = ()
    is_stocked: bool = False
    sizes: tuple[str, ...] = ()
    is_phased_out: bool = False
    needs_made_date: bool = False
    own: bool = False
    local: frozenset[str] = field(default_factory=frozenset)
    because: str = ""
    changed_at: datetime | None = None
    is_offered: bool = True

    @property
    def display_name(self) -> str:
        """The name in the current language."""
        return bilingual(self.name, self.name_en)

    @property
    def inspect_source_text(self) -> str:
        """The rule behind the rhythm of inspection, in the current language."""
        return bilingual(self.inspect_source, self.inspect_source_en)

    @property
    def scrap_source_text(self) -> str:
        """The rule behind the scrap age, in the current language."""
        return bilingual(self.scrap_source, self.scrap_source_en)

    @property
    def condition_source_text(self) -> str:
        """The rule behind scrapping by condition, in the current language."""
        return bilingual(self.condition_source, self.condition_source_en)

    @property
    def may_be_stocked(self) -> bool:
        """Whether a stock may hold it; goggles may also be registered one by one."""
        return self.is_stocked or self.family is Family.PPE

    @property
    def usual_service(self) -> ServiceRule | None:
        """The service that is meant where a list only says when it was serviced last."""
        return next((rule for rule in self.services if rule.first_months is not None), None)

    @property
    def most_classes(self) -> str:
        """All letters that a piece of it may have; none where nothing is known of it."""
        return "" if self.own else "".join(sorted({*self.fire_classes, *self.possible_classes}))

    def may_cover(self, letter: str) -> bool:
        """Whether a piece of it may be made for fires of this class."""
        return not self.most_classes or letter in self.most_classes

    def measure_of(self, codes: Collection[str]) -> Measure | None:
        """What these services measure, if they measure something."""
        found = (rule.measure for rule in self.services if rule.code in codes)
        return next(filter(None, found), None)

    def service(self, code: str) -> ServiceRule | None:
        """The service with this code."""
        return next((rule for rule in self.services if rule.code == code), None)

    def consumable(self, code: str) -> ConsumableRule | None:
        """The consumable with this code."""
        return next((rule for rule in self.consumables if rule.code == code), None)


@lru_cache(maxsize=2)
def built_in(profile: str) -> Mapping[str, Kind]:
    """The kinds that are shipped, as the rules of a profile ("cn" or "nfpa") have them."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    found = (_read(row, profile, data["sources"]) for row in data["kinds"])
    return {kind.code: kind for kind in found if kind is not None}


@lru_cache(maxsize=2)
def known(profile: str) -> Mapping[str, Kind]:
    """The kinds of a profile, and from the other what it does not know: not offered, and without
    letters of fire classes, which mean other things there.
    """
    foreign = {
        code: replace(kind, is_offered=False, fire_classes="", possible_classes="")
        for other in FIRE_CLASSES
        for code, kind in built_in(other).items()
    }
    return {**foreign, **built_in(profile)}


def changes_agent(kind: Kind, code: str) -> bool:
    """Whether a service changes the agent, also one that was done under the other profile."""
    every = (kind, *(built_in(profile).get(kind.code) for profile in FIRE_CLASSES))
    rules = (one.service(code) for one in every if one is not None)
    return any(rule.changes_agent for rule in rules if rule is not None)


def _read(row: dict[str, Any], profile: str, sources: Mapping[str, Any]) -> Kind | None:
    """One kind under a profile; nothing where the profile does not know it."""
    if profile not in row.get("profiles", ("cn", "nfpa")):
        return None
    facts = {name: value for name, value in row.items() if name not in ("profiles", "cn", "nfpa")}
    facts |= row.get(profile, {})
    inspect, scrap = facts.pop("inspect", {}), facts.pop("scrap", {})
    condition = sources[facts.pop("condition")]
    services = tuple(_service(rule, sources) for rule in facts.pop("services", ()))
    consumables = tuple(_consumable(rule, sources) for rule in facts.pop("consumables", ()))
    return Kind(
        **{**facts, "family": Family(facts["family"]), "sizes": tuple(facts.get("sizes", ()))},
        services=services,
        consumables=consumables,
        inspect_months=inspect.get("months"),
        scrap_months=scrap.get("months"),
        **_source("inspect_", inspect, sources),
        **_source("scrap_", scrap, sources),
        condition_source=condition["zh"],
        condition_source_en=condition["en"],
    )


def _source(prefix: str, rule: Mapping[str, Any], sources: Mapping[str, Any]) -> dict[str, Any]:
    if not rule:
        return {}
    source = sources[rule["source"]]
    return {
        f"{prefix}source": source["zh"],
        f"{prefix}source_en": source["en"],
        f"{prefix}effective_on": source.get("effective_on"),
        f"{prefix}mark": rule["mark"],
    }


def _service(rule: Mapping[str, Any], sources: Mapping[str, Any]) -> ServiceRule:
    name, name_en = SERVICE_NAMES[rule["code"]]
    return ServiceRule(
        code=rule["code"],
        name=name,
        name_en=name_en,
        first_months=rule.get("first"),
        then_months=rule.get("then", 0),
        restarted_by=tuple(rule.get("restarted_by", ())),
        since=Since(rule.get("since", Since.MADE)),
        measure=_measure(rule) if "least" in rule else None,
        changes_agent=rule.get("changes_agent", False),
        **_source("", rule, sources),
    )


def _measure(rule: Mapping[str, Any]) -> Measure:
    return Measure(*_MEASURED_NAMES[rule["code"]], *_UNIT_NAMES[rule["unit"]], rule["least"])


def _consumable(rule: Mapping[str, Any], sources: Mapping[str, Any]) -> ConsumableRule:
    name, name_en = _CONSUMABLE_NAMES[rule["code"]]
    return ConsumableRule(
        code=rule["code"],
        name=name,
        name_en=name_en,
        months=rule.get("months"),
        needs_date=rule.get("needs_date", False),
        **_source("", rule, sources),
    )


def fire_class_text(profile: str, letters: str) -> str:
    """`AE` as letters with what they mean under this profile."""
    names = FIRE_CLASSES[profile]
    return bilingual("、", ", ").join(
        f"{letter} {_(names[letter])}" for letter in letters if letter in names
    )
