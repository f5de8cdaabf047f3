"""The units in which a stock is counted, and amounts in words."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from safety_app.core.i18n import N_, ngettext


class Unit(StrEnum):
    """What one of a stock is."""

    PIECE = "piece"
    PAIR = "pair"
    SET = "set"
    BOX = "box"
    PACK = "pack"
    BOTTLE = "bottle"


UNIT_NAMES: Final[Mapping[Unit, str]] = {
    Unit.PIECE: N_("piece"),
    Unit.PAIR: N_("pair"),
    Unit.SET: N_("set"),
    Unit.BOX: N_("box"),
    Unit.PACK: N_("pack"),
    Unit.BOTTLE: N_("bottle"),
}


def amount_text(n: int, unit: str) -> str:
    """`12 副` or `12 pairs`; whatever is no known unit counts pieces."""
    match unit:
        case Unit.PAIR:
            return ngettext("{n} pair", "{n} pairs", n)
        case Unit.SET:
            return ngettext("{n} set", "{n} sets", n)
        case Unit.BOX:
            return ngettext("{n} box", "{n} boxes", n)
        case Unit.PACK:
            return ngettext("{n} pack", "{n} packs", n)
        case Unit.BOTTLE:
            return ngettext("{n} bottle", "{n} bottles", n)
        case _:
            return ngettext("{n} piece", "{n} pieces", n)
