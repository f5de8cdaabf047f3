"""A hall's own figures laid over the shipped kinds, and kinds of its own: pure functions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, cast

from equipment.kinds import LOCAL_MARK, SERVICE_NAMES, Family, Kind, ServiceRule

OWN_SERVICE: Final = "service"
MOST_MONTHS: Final = 600
OF_A_HALL: Final = frozenset({"inspect_months", "scrap_months", "services"})
"""What a hall may change of a built-in kind."""
OF_AN_OWN_KIND: Final = OF_A_HALL | {
    "family", "prefix", "fire_classes", "checklist", "may_be_half_monthly", "is_stocked", "sizes",
    "needs_made_date", "letters",
}  # fmt: skip
CHECKLISTS: Final[Mapping[Family, str]] = {
    Family.EXTINGUISHER: "extinguisher-monthly",
    Family.HYDRANT: "hydrant-monthly",
    Family.LIGHTING: "light-monthly",
    Family.DETECTION: "detector-quarterly",
    Family.DOOR: "door-quarterly",
    Family.AED: "aed-monthly",
    Family.FIRST_AID: "first-aid-monthly",
    Family.ELECTRIC: "rcd-monthly",
    Family.PPE: "ppe-check",
    Family.OTHER: "other-monthly",
}
"""By which list an own kind is inspected that names none."""


def with_changes(
    base: Kind | None,
    code: str,
    name: str,
    name_en: str,
    changes: Mapping[str, object],
    because: str,
) -> Kind:
    """A hall's own figures laid over a built-in kind, or its own kind (`base` is `None`).

    `changes` may hold `inspect_months` and `scrap_months` (`None`: never), `services` (code →
    [first, then], with the least that passes where it measures something), for an own kind also
    what `OF_AN_OWN_KIND` names. Raises `ValueError`.
    """
    unknown = set(changes) - (OF_A_HALL if base else OF_AN_OWN_KIND)
    if unknown:
        raise ValueError(f"{code}: cannot be changed: {', '.join(sorted(unknown))}")
    local = f"本单位规定：{because}" if because else "本单位规定"
    local_en = f"rule of this hall: {because}" if because else "rule of this hall"
    kind = base or replace(
        _own(code, name, name_en, changes), condition_source=local, condition_source_en=local_en
    )
    marks: set[str] = set()
    for what in ("inspect", "scrap"):
        if f"{what}_months" in changes:
            facts: dict[str, Any] = {
                f"{what}_months": _months(changes[f"{what}_months"]),
                f"{what}_source": local,
                f"{what}_source_en": local_en,
                f"{what}_effective_on": None,
                f"{what}_mark": LOCAL_MARK,
            }
            kind = replace(kind, **facts)
            marks.add(f"{what}_months")
    services = _changed_services(kind, changes.get("services", {}), local, local_en)
    marks |= {f"service:{rule.code}" for rule in services if rule.is_local}
    return replace(kind, services=services, local=frozenset(marks), because=because)


def _own(code: str, name: str, name_en: str, changes: Mapping[str, object]) -> Kind:
    """A kind of a hall's own without its figures."""
    if not name.strip():
        raise ValueError(f"{code}: an own kind needs a name")
    family = Family(str(changes.get("family") or Family.OTHER))
    facts: dict[str, Any] = {"checklist": str(changes.get("checklist") or CHECKLISTS[family])}
    if family is Family.EXTINGUISHER:
        facts["fire_classes"] = str(changes.get("fire_classes") or "")
    for flag in ("may_be_half_monthly", "is_stocked", "needs_made_date"):
        facts[flag] = bool(changes.get(flag))
    prefix = str(changes.get("prefix") or "QT")
    if not (prefix.isascii() and prefix.isalpha() and prefix.isupper() and 2 <= len(prefix) <= 4):
        raise ValueError(f"{code}: {prefix!r} is not two to four capital letters")
    sizes = cast("list[object]", changes.get("sizes") or [])
    return Kind(
        code=code,
        family=family,
        name=name.strip(),
        name_en=name_en.strip(),
        prefix=prefix,
        sizes=tuple(map(str, sizes)),
        own=True,
        **facts,
    )


def _months(value: object) -> int | None:
    """A number of months that can be; `None` is never."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_MONTHS:
        raise ValueError(f"not a number of months from 1 to {MOST_MONTHS}: {value!r}")
    return value


def _changed_services(
    kind: Kind, changes: object, local: str, local_en: str
) -> tuple[ServiceRule, ...]:
    """The services with a hall's figures for some of them; an own kind may have one service."""
    if not isinstance(changes, Mapping):
        raise ValueError(f"{kind.code}: services must be figures by code")
    known = {rule.code: rule for rule in kind.services}
    if kind.own:
        name, name_en = SERVICE_NAMES[OWN_SERVICE]
        refills = kind.family is Family.EXTINGUISHER
        rule = ServiceRule(OWN_SERVICE, name, name_en, changes_agent=refills)
        known.setdefault(OWN_SERVICE, rule)
    for code, figures in changes.items():
        if code not in known:
            raise ValueError(f"{kind.code}: no service {code!r}")
        first, then, *least = _rhythm(figures)
        measure = known[code].measure
        if least and measure is None:
            raise ValueError(f"{kind.code}: {code} measures nothing")
        known[code] = replace(
            known[code], first_months=first, then_months=then, source=local, source_en=local_en,
            effective_on=None, mark=LOCAL_MARK, is_local=True,
            measure=replace(measure, least=least[0]) if measure and least else measure,
        )  # fmt: skip
    return tuple(rule for rule in known.values() if rule.is_local or rule in kind.services)


def _rhythm(figures: object) -> list[int]:
    """First and next service in months, and what it must measure at least."""
    if not isinstance(figures, (list, tuple)) or len(figures) not in (2, 3):
        raise ValueError(f"not two or three whole numbers: {figures!r}")
    found = [one for figure in figures if (one := _months(figure)) is not None]
    if len(found) < len(figures):
        raise ValueError(f"not two or three whole numbers: {figures!r}")
    return found


def laxer_than(law: Kind, kind: Kind) -> frozenset[str]:
    """The figures of a hall, named as in `Kind.local`, that ask for less than the shipped ones."""
    found = {
        name
        for name in ("inspect_months", "scrap_months")
        if _more(getattr(kind, name), getattr(law, name))
    }
    for rule in law.services:
        ours = kind.service(rule.code)
        if ours is None or rule.first_months is None:
            continue
        is_later = _more(ours.first_months, rule.first_months)
        if is_later or ours.then_months > rule.then_months or _less(ours, rule):
            found.add(f"service:{rule.code}")
    return frozenset(found)


def outlives(law: Kind, changes: Mapping[str, object]) -> bool:
    """Whether a hall would keep pieces longer than the age at which the rule has them scrapped."""
    if "scrap_months" not in changes:
        return False
    return _more(_months(changes["scrap_months"]), law.scrap_months)


def _more(ours: int | None, law: int | None) -> bool:
    """Whether we wait longer than the law has it; never is the longest."""
    return law is not None and (ours is None or ours > law)


def _less(ours: ServiceRule, law: ServiceRule) -> bool:
    """Whether less than the law's least passes."""
    return bool(ours.measure and law.measure and ours.measure.least < law.measure.least)
