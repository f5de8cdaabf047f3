"""What a hall writes in a cell, made into the fact that it means: months, quantities."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from equipment.service.importing.table import table
from safety_app.core.i18n import N_

MOST_PIECES: Final = 500
"""So many pieces one row may stand for."""
FIRST_YEAR: Final = 1980
"""Nothing older is in any hall; it also tells a year from a stamp such as 1903 (March 2019)."""
LAST_YEAR: Final = 2099
_SERIALS: Final = range(29_221, 73_051)
"""Excel's numbers of the days from 1980 to 2099."""
_EXCEL_EPOCH: Final = date(1899, 12, 30)

UNKNOWN_WORDS: Final = frozenset(table()["unknown"])
UNREADABLE_WORDS: Final = re.compile("|".join(map(re.escape, table()["unreadable"])))
YEAR_ONLY: Final = N_("Only the year is given; taken as January, the safe side.")
OCTOBER: Final = N_(
    "Taken as January {year}. Excel shows a typed {year}.10 like that: if October is meant, write"
    " {year}-10."
)
UNREADABLE: Final = N_(
    "Unreadable by the list, which is a scrap condition: it is to be scrapped at once."
)
NOT_TOLD: Final = N_(
    "Manufacture date not known: to be read off the item within 30 days, or it counts as scrap."
)

_DROPPED: Final = re.compile(
    r"[（(].*?[)）]|出厂日期|生产日期|制造日期|出厂|生产|制造|购买|购于|投用|启用|维修|检修|充装"
    r"|年检|左右|日期|date|mfg|mfd|约"
)
_GAP: Final = r"\s*[-/.年_,，、\s]\s*"
_DAY: Final = r"(?:\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?)?\s*月?份?"
_TAIL: Final = r"(?:[ t]+\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?)?"
_SHAPES: Final = tuple(
    re.compile(shape + r"\Z")
    for shape in (
        rf"(?P<y>\d{{4}}){_GAP}(?P<m>\d{{1,2}}){_DAY}{_TAIL}",
        r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)",
        r"(?P<y>\d{4})(?P<m>\d\d)",
        rf"(?P<y>\d{{2}}){_GAP}(?P<m>\d{{1,2}}){_DAY}",
        r"(?P<m>\d{1,2})\s*[-/.]\s*(?P<y>\d{4}|\d{2})",
        r"(?P<name>[a-z]{3,9})\.?[\s,-]*(?P<y>\d{4}|\d{2})",
        r"(?P<y>\d{4})\s*年?",
        r"(?P<y>\d\d)(?P<m>\d\d)",
    )
)
_MONTHS: Final = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_CHINESE: Final = {char: str(at) for at, char in enumerate("零一二三四五六七八九")} | {"〇": "0"}
_TENS: Final = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")
_NUMERAL: Final = re.compile(r"\A[零一二两三四五六七八九十百千万]+")
_COUNT: Final = re.compile(r"(\d+)(?:\.0+)?\s*(?!打)[\u4e00-\u9fffa-z]{0,6}\.?\Z")
_PHONE: Final = re.compile(r"[\d\-+ ]{7,}")
PARTED: Final = re.compile(r"[、,，;；/&]|\band\b|\s和\s")


class NotAMonth(ValueError):
    """The cell holds no month of the calendar."""


class NotACount(ValueError):
    """The cell holds no number of pieces."""


@dataclass(frozen=True, slots=True)
class Told:
    """A day as far as a cell tells it; `is_month`: the first of a month whose day is not told.

    `hint` is the message id of what was assumed.
    """

    on: date | None = None
    is_month: bool = False
    hint: str = ""

    @property
    def is_unreadable(self) -> bool:
        """Whether somebody has looked, and there was nothing to be read."""
        return self.hint == UNREADABLE

    @property
    def places(self) -> dict[str, int]:
        """What the sentence of the hint names."""
        return {"year": self.on.year} if self.hint == OCTOBER and self.on else {}


def told_day(said: str) -> Told:
    """A month or a day, in whichever way it was written; raises `NotAMonth`."""
    text = _bare(said)
    if not text or text in UNKNOWN_WORDS:
        return Told(hint=UNREADABLE if UNREADABLE_WORDS.search(said.casefold()) else "")
    if UNREADABLE_WORDS.search(text):
        return Told(hint=UNREADABLE)
    return _told(text)


@lru_cache(maxsize=4096)
def _told(text: str) -> Told:
    if text.isdecimal() and int(text) in _SERIALS:
        return _exact(_EXCEL_EPOCH + timedelta(days=int(text)))
    for year, month, day in _readings(text):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            continue
        try:
            found = date(year, month or 1, day or 1)
        except ValueError:
            continue
        if not month:
            return Told(found, is_month=True, hint=YEAR_ONLY)
        hint = OCTOBER if re.fullmatch(r"\d{4}\.1", text) else ""
        return Told(found, found.day == 1, hint)
    raise NotAMonth(text)


def _readings(text: str) -> Iterator[tuple[int, int, int]]:
    """Year, month and day by each shape that fits, zero where not told."""
    for shape in _SHAPES:
        found = shape.match(text)
        if found is None:
            continue
        parts = found.groupdict()
        month = int(parts.get("m") or 0)
        if parts.get("name"):
            month = _MONTHS.get(parts["name"][:3], 13)
        yield _full_year(parts["y"]), month or (13 if "m" in parts else 0), int(parts.get("d") or 0)


def _full_year(said: str) -> int:
    if len(said) == 4:
        return int(said)
    return int(said) + (1900 if int(said) >= FIRST_YEAR % 100 else 2000)


def _exact(found: date) -> Told:
    return Told(found, is_month=found.day == 1)


def _bare(said: str) -> str:
    """The date alone: in small letters, in figures, without words around it."""
    text = _TENS.sub(_ten, said.casefold())
    text = "".join(_CHINESE.get(char, char) for char in text)
    return _DROPPED.sub("", text).strip(" :：.,，。;；-" if len(said) > 2 else " :：")


def _ten(found: re.Match[str]) -> str:
    return (found[1] or "1") + (found[2] or "0")


def count(said: str) -> int:
    """So many pieces: 12, 12 具, 两具, 十二; an empty cell is one; raises `NotACount`."""
    if not said:
        return 1
    found = _COUNT.match(_NUMERAL.sub(_figures, said.casefold().strip()))
    if not found or len(found[1]) > 9:
        raise NotACount(said)
    return int(found[1])


def _figures(found: re.Match[str]) -> str:
    """Twelve or two in figures; what is no number of Chinese stays what it is."""
    said = found[0].replace("两", "二")
    if said in _CHINESE:
        return _CHINESE[said]
    tens = _TENS.fullmatch(said)
    return "".join(_CHINESE.get(char, char) for char in _ten(tens)) if tens else found[0]


def is_running_number(said: str) -> bool:
    """Whether this is the number of a line, not a code."""
    return said.isdecimal() and len(said) <= 4


def person(said: str) -> str:
    """The name or staff number of a cell, without a telephone number behind it."""
    if said.casefold() in UNKNOWN_WORDS:
        return ""
    rest = _PHONE.sub("", said).strip(" :：()（）")
    return rest or said
