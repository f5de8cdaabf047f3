"""Codes on labels, as people type them."""

import re
from typing import Final

DIGITS: Final = 4
_TYPED: Final = re.compile(r"([A-Z]{2,4})-?(\d{1,8})")
_DASHES: Final = re.compile(r"[-_.–—－]+")


def code_of(prefix: str, number: int) -> str:
    """`MHQ-0032`."""
    return f"{prefix}-{number:0{DIGITS}d}"


def normal(text: str) -> str:
    """`mhq 32`, `ＭＨＱ0032` and `MHQ-0032` as `MHQ-0032`; anything else in capitals.

    A hall's own `XF-2-01` stays what it is: 2-01 and 20-1 are two places.
    """
    readable = "".join(char for char in unicode_plain(text) if char.isprintable())
    plain = _DASHES.sub("-", "".join(readable.upper().split()))
    match = _TYPED.fullmatch(plain)
    return code_of(match[1], int(match[2])) if match else plain


def unicode_plain(text: str) -> str:
    """Full-width letters and digits as narrow ones."""
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
