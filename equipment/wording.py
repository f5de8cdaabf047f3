"""Items and their dates in words of the current language."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from equipment.due import Precision
from equipment.kinds import SERVICE_NAMES, Kind
from safety_app.core.i18n import N_, _, bilingual, day_text, month_text

FIELDS: Final[Mapping[str, str]] = {
    "kind": N_("Kind"),
    "size": N_("Size"),
    "fire_classes": N_("Fire classes"),
    "maker": N_("Maker"),
    "serial": N_("Serial number"),
    "made": N_("Made"),
    "last_services": N_("Last service"),
    "limits": N_("Limits"),
}
PRECISION_NAMES: Final[Mapping[str, str]] = {
    Precision.UNKNOWN: N_("not known yet"),
    Precision.UNREADABLE: N_("cannot be read"),
}


def service_name(code: str, *, inside: bool = False) -> str:
    """What a service is called; `inside` an English sentence it begins small."""
    name, name_en = SERVICE_NAMES.get(code, SERVICE_NAMES["service"])
    return bilingual(name, name_en[0].lower() + name_en[1:] if inside else name_en)


def made_text(on: date | None, precision: str) -> str:
    """`2024年3月`, with its day where that is known, or why there is none."""
    if on is None:
        return _(PRECISION_NAMES.get(precision, PRECISION_NAMES[Precision.UNKNOWN]))
    if precision == Precision.MONTH:
        return month_text(on.year, on.month)
    return day_text(on, weekday=False, year=True)


def change_text(
    kinds: Mapping[str, Kind], before: Mapping[str, Any], after: Mapping[str, Any]
) -> str:
    """What an edit has changed: `出厂日期：2021年12月 → 2024年3月`."""
    old, new = _shown(kinds, before), _shown(kinds, after)
    changed = [name for name in FIELDS if old[name] != new[name]]
    return _("; ").join(
        _(
            "{field}: {old} → {new}", field=_(FIELDS[name]), old=old[name] or "–",
            new=new[name] or "–",
        )
        for name in changed
    )  # fmt: skip


def with_reason(change: str, reason: str) -> str:
    """What was changed and why; the reason alone where nothing else was."""
    why = _("{what}: {value}", what=_("Reason"), value=reason) if reason else ""
    return _("; ").join(filter(None, (change, why)))


def _shown(kinds: Mapping[str, Kind], facts: Mapping[str, Any]) -> dict[str, str]:
    kind = kinds.get(facts["kind"])
    services = [
        f"{_service_name(kind, code)} {day}"
        for code, day in sorted((facts["last_services"] or {}).items())
    ]
    limits = [
        f"{code} {'–' if low is None else f'{low:g}'}…{'–' if high is None else f'{high:g}'}"
        for code, (low, high) in sorted((facts["limits"] or {}).items())
    ]
    return {
        "kind": kind.display_name if kind else facts["kind"],
        "made": made_text(facts["made_on"], facts["made_precision"]),
        "last_services": ", ".join(services),
        "limits": ", ".join(limits),
        **{name: facts[name] for name in ("size", "fire_classes", "maker", "serial")},
    }


def _service_name(kind: Kind | None, code: str) -> str:
    rule = kind.service(code) if kind else None
    return rule.display_name if rule else code
