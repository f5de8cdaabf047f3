"""Whether one facility protects no less than the one whose place it takes (等效替代)."""

import re
from dataclasses import dataclass
from typing import Final

from equipment.kinds import FAMILY_NAMES, Family
from safety_app.core.i18n import _

_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)$")
_GRAMS: Final = {
    "": 1000.0,
    "kg": 1000.0,
    "g": 1.0,
    "l": 1000.0,
    "ml": 1.0,
    "lb": 454.0,
    "gal": 3790.0,
}


@dataclass(frozen=True, slots=True)
class Protects:
    """What counts for protection: the kind, its letters under the hall's profile, the size."""

    kind: str
    family: Family
    fire_classes: str = ""
    size: str = ""
    is_phased_out: bool = False


def lacking(old: Protects, new: Protects) -> str:
    """Why the new one protects less, as a sentence for the user; nothing if it does not."""
    if new.is_phased_out:
        return _("The new one is of a type that is phased out. Choose another one.")
    if old.family is not new.family:
        return _(
            "The old one is of “{old}”, the new one of “{new}”. Choose one of the same sort.",
            old=_(FAMILY_NAMES[old.family]),
            new=_(FAMILY_NAMES[new.family]),
        )
    missing = "".join(letter for letter in old.fire_classes if letter not in new.fire_classes)
    if missing:
        return _(
            "The new one is not made for fires of class {missing}, which the old one covers."
            " Choose one that covers {classes}.",
            missing=", ".join(missing),
            classes=", ".join(old.fire_classes),
        )
    return _too_small(old, new) if old.family is Family.EXTINGUISHER else ""


def _too_small(old: Protects, new: Protects) -> str:
    """Sizes compare only for the same agent; of another one the class of fire decides."""
    before, after = size_of(old.size), size_of(new.size)
    if old.kind != new.kind or before is None:
        return ""
    if after is None:
        return _("State the size of the new one; the old one has {size}.", size=old.size)
    if after < before:
        return _(
            "The new one ({new}) holds less than the old one ({old}). Choose at least {old}.",
            new=new.size,
            old=old.size,
        )
    return ""


def size_of(text: str) -> float | None:
    """`4 kg`, `4kg`, `MFZ/ABC4` as 4000, `500 g` as 500; nothing where no number ends it."""
    match = _SIZE.search(text.strip())
    if not match or match[2].lower() not in _GRAMS:
        return None
    return float(match[1]) * _GRAMS[match[2].lower()]
