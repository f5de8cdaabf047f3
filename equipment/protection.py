"""Whether one facility protects no less than the one whose place it takes (等效替代)."""

import re
from dataclasses import dataclass
from typing import Final

from equipment.kinds import FAMILY_NAMES, Family, Kind
from safety_app.core.i18n import _

_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)$")
_MASS: Final = {"kg": 1000.0, "g": 1.0, "lb": 454.0}
_VOLUME: Final = {"l": 1000.0, "ml": 1.0, "gal": 3790.0}
_UNITS: Final = {"": 1000.0, **_MASS, **_VOLUME}
"""Grams or millilitres in one of each unit; a type designation like `MFZ/ABC4` tells none."""


@dataclass(frozen=True, slots=True)
class Protects:
    """What counts for protection: the kind, its letters under the hall's profile, the size.

    `least` is the smallest usual size of its kind.
    """

    kind: str
    family: Family
    fire_classes: str = ""
    size: str = ""
    is_phased_out: bool = False
    name: str = ""
    least: str = ""


def of(kind: Kind, fire_classes: str, size: str) -> Protects:
    """What a piece of a kind does for protection; letters that the kind cannot have do not count.

    One without letters of its own has the usual ones.
    """
    letters = fire_classes or kind.fire_classes
    return Protects(
        kind=kind.code,
        family=kind.family,
        fire_classes="".join(one for one in letters if kind.may_cover(one)),
        size=size,
        is_phased_out=kind.is_phased_out,
        name=kind.display_name,
        least=min(kind.sizes, key=lambda one: size_of(one) or 0.0, default=""),
    )


def lacking(old: Protects, new: Protects) -> str:
    """Why the new one protects less, as a sentence for the user; nothing if it does not.

    Extinguishers compare by letters and size. Of all else only the same kind does the same.
    """
    if new.is_phased_out:
        return _("The new one is of a type that is phased out. Choose another one.")
    if old.family is not new.family:
        return _(
            "The old one is of “{old}”, the new one of “{new}”. Choose one of the same sort.",
            old=_(FAMILY_NAMES[old.family]),
            new=_(FAMILY_NAMES[new.family]),
        )
    if old.family is not Family.EXTINGUISHER:
        return _other_kind(old, new)
    missing = "".join(letter for letter in old.fire_classes if letter not in new.fire_classes)
    if missing:
        return _(
            "The new one is not made for fires of class {missing}, which the old one covers."
            " Choose one that covers {classes}.",
            missing=", ".join(missing),
            classes=", ".join(old.fire_classes),
        )
    return _too_small(old, new)


def _other_kind(old: Protects, new: Protects) -> str:
    """An exit sign lights no room, and a lamp shows no way."""
    if old.kind == new.kind:
        return ""
    return _(
        "The old one is of “{old}”, the new one of “{new}”. Choose one of the same sort.",
        old=old.name,
        new=new.name,
    )


def _too_small(old: Protects, new: Protects) -> str:
    """Sizes compare in the same unit, whatever the agent; else the letters decide."""
    before, after = size_of(old.size), size_of(new.size)
    if after is None and before is not None:
        return _("State the size of the new one; the old one has {size}.", size=old.size)
    if after is None:
        return _(
            "The size of the old one is not recorded. State that of the new one, at least {least},"
            " the smallest usual one of its kind.",
            least=new.least,
        ) if new.least else ""  # fmt: skip
    if before is None:
        return _smaller_than_usual(new, after)
    if after < before and _are_comparable(old.size, new.size):
        return _(
            "The new one ({new}) holds less than the old one ({old}). Choose at least {old}.",
            new=new.size,
            old=old.size,
        )
    return ""


def _smaller_than_usual(new: Protects, after: float) -> str:
    """Where nobody knows how much the old one held."""
    least = size_of(new.least)
    if least is None or after >= least or not _are_comparable(new.least, new.size):
        return ""
    return _(
        "The size of the old one is not recorded, and the new one ({new}) holds less than {least},"
        " the smallest usual size of its kind. Choose at least {least}.",
        new=new.size,
        least=new.least,
    )


def _are_comparable(one: str, other: str) -> bool:
    """Whether both are told in the same sort of unit, or one without a unit."""
    units = [match[2].lower() if (match := _SIZE.search(text.strip())) else "" for text in
             (one, other)]  # fmt: skip
    return "" in units or len({unit in _MASS for unit in units}) == 1


def size_of(text: str) -> float | None:
    """`4 kg`, `4kg`, `MFZ/ABC4` as 4000, `500 g` as 500; nothing where no number ends it."""
    match = _SIZE.search(text.strip())
    if not match or match[2].lower() not in _UNITS:
        return None
    return float(match[1]) * _UNITS[match[2].lower()]
