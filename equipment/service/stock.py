"""Protective equipment and consumables: what can be done with a stock, and which want something."""

from equipment.service.shortages import (
    SOON_DAYS,
    Level,
    Shortage,
    Want,
    shortage_of,
    shortages,
    want_text,
)
from equipment.service.stock_keeping import (
    MOST,
    WHO_KEEPS,
    add_stock,
    change_stock,
    close_stock,
    hand_over_stocks,
    held_stocks,
    may_check,
    merge_stocks,
    outstanding,
)
from equipment.service.stock_moves import check, count, discard, give_back, issue, receive

__all__ = [
    "MOST",
    "SOON_DAYS",
    "WHO_KEEPS",
    "Level",
    "Shortage",
    "Want",
    "add_stock",
    "change_stock",
    "check",
    "close_stock",
    "count",
    "discard",
    "give_back",
    "hand_over_stocks",
    "held_stocks",
    "issue",
    "may_check",
    "merge_stocks",
    "outstanding",
    "receive",
    "shortage_of",
    "shortages",
    "want_text",
]
