"""One cell as it was typed, made into the text, the day or the choice that it means."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from openpyxl.utils.datetime import from_excel

from safety_app.core.text import plain

# Digits, letters and signs of full width; Chinese punctuation stays.
_NARROW: Final = {
    code: code - 0xFEE0
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
} | {0xFF0D: "-", 0xFF0F: "/", 0xFF0E: ".", 0x3000: " ", 0x00A0: " ", 0x200B: ""}
_DAY: Final = re.compile(
    r"(\d{4})\s*[-/.年。、·–—]\s*(\d{1,2})\s*[-/.月。、·–—]\s*(\d{1,2})\s*[日号.。]?"
    r"\s*(?:[（(]?(?:周|星期)[一二三四五六日天][）)]?)?"
    r"(?:[ T]+\d{1,2}:\d\d(?::\d\d)?|\s*[上下]午(?:\s*\d{1,2}[:：]\d\d)?)?\Z"
)
_COMPACT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)\Z")
_AROUND: Final = re.compile(r"[（(【\[].*?[）)】\]]|[*＊:：\s]")
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
FIRST_YEAR, LAST_YEAR = 1900, 2100


class NotADay(ValueError):
    """The cell holds no day of the calendar."""


def text(cell: Any) -> str:
    """What the cell says, in half-width digits, without what cannot be seen."""
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).upper()
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            return cell.date().isoformat() if cell.time() == datetime.min.time() else str(cell)
        case _:
            return " ".join(plain(str(cell).translate(_NARROW)).split())


def name(cell: Any) -> str:
    """A name: 张　三 is 张三, while Li Min keeps the space."""
    found = text(cell)
    parts = found.split(" ")
    return "".join(parts) if all(_CHINESE.search(part) for part in parts) else found


def day(cell: Any, epoch: Any = None) -> date:
    """A day, in whichever way it was written; raises `NotADay`."""
    if isinstance(cell, datetime):
        return _plausible(cell.date())
    if isinstance(cell, date):
        return _plausible(cell)
    said = text(cell)
    found = _DAY.match(said) or _COMPACT.match(said)
    try:
        if found:
            return _plausible(date(*map(int, found.groups())))
        return _plausible(_serial(float(said), epoch))
    except (ValueError, OverflowError, TypeError) as error:
        raise NotADay(said) from error


def choice(cell: Any, words: Mapping[str, Sequence[str]]) -> str | None:
    """The key one of whose words the cell says."""
    said = heading(cell)
    for key, accepted in words.items():
        if said in {heading(word) for word in accepted}:
            return key
    return None


def heading(cell: Any) -> str:
    """A heading as it is compared: without marks, brackets and spaces, in small letters."""
    said = unicodedata.normalize("NFKC", text(cell))
    return _AROUND.sub("", said).casefold()


def _serial(number: float, epoch: Any) -> date:
    """The day behind Excel's number."""
    found = from_excel(number, epoch) if epoch else from_excel(number)
    if isinstance(found, timedelta) or not isinstance(found, datetime):
        raise NotADay(str(number))
    return found.date()


def _plausible(found: date) -> date:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise NotADay(found.isoformat())
    return found
