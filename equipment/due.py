"""What is due when for a safety facility, and why: pure functions of dates."""

from enum import StrEnum


class Precision(StrEnum):
    """How well the manufacture date is known."""

    DAY = "day"
    MONTH = "month"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"
