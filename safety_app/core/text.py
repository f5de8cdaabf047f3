"""Text from outside as it may be stored and shown: nothing invisible that harms."""

import unicodedata

from safety_app.core.errors import TextMissing, TextTooLong

# Invisible signs that turn the direction of what follows.
_TURNS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def plain(text: str, *, lines: bool = False) -> str:
    """The text, stripped, without control characters; `lines` keeps line breaks."""
    found = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(_kept(char, lines=lines) for char in found).strip()


def capital(text: str) -> str:
    """A clause as it begins a sentence or stands by itself."""
    return text[:1].upper() + text[1:]


def clean(text: str, *, field: str, limit: int, required: bool = False, lines: bool = False) -> str:
    """The text as it may be stored; `lines` keeps line breaks.

    Raises `TextMissing` and `TextTooLong`, naming the field.
    """
    found = plain(text, lines=lines)
    if required and not found:
        raise TextMissing(field=field)
    if len(found) > limit:
        raise TextTooLong(field=field, limit=limit)
    return found


def _kept(char: str, *, lines: bool) -> str:
    if char in "\n\t":
        return char if lines and char == "\n" else " "
    if char in _TURNS or unicodedata.category(char) in ("Cc", "Cs"):
        return ""
    return char
