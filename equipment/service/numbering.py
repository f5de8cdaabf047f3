"""The codes on the labels: one row of numbers per prefix, none of them used twice."""

import re
from collections.abc import Iterable
from itertools import count, islice
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from equipment.code_errors import CodeNumberTooLong, CodeTaken, CodeUnclear
from equipment.codes import code_of, normal
from equipment.models import Item
from equipment.service import rules

_CODE: Final = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
LIMIT: Final = 16
FIGURES: Final = 6
"""So many figures a number has at most; what is longer is a date or a serial number."""
HIGHEST: Final = 10**FIGURES - 1


def next_codes(session: Session, site_id: int, prefix: str, n: int = 1) -> list[str]:
    """The next `MHQ-0033`, … of a hall. Nothing is ever deleted, so no number comes back.

    Behind the highest number what was left out is used up.
    """
    last = _last(session, site_id, prefix)
    numbers: Iterable[int] = range(last + 1, last + n + 1)
    if last + n > HIGHEST:
        codes = session.scalars(_of_prefix(site_id, prefix))
        given = {_number(prefix, code) for code in codes}
        numbers = islice((number for number in count(1) if number not in given), n)
    return [code_of(prefix, number) for number in numbers]


def free_code(session: Session, site_id: int, code: str) -> str:
    """A code that a hall has given itself, as it is stored; it must be nobody else's."""
    prefixes = {kind.prefix for kind in rules.kinds_of(session, site_id).values()}
    wanted = own_code(code, prefixes)
    taken = select(Item.id).where(Item.site_id == site_id, Item.code == wanted)
    if session.scalar(taken) is not None:
        raise CodeTaken(code=wanted)
    return wanted


def own_code(code: str, prefixes: Iterable[str]) -> str:
    """A code that a hall gives itself; it leaves room for those that are given by number."""
    wanted = checked_code(code)
    prefix, _dash, number = wanted.partition("-")
    if prefix in prefixes and number.isdecimal() and len(number) > FIGURES:
        raise CodeNumberTooLong(code=wanted, prefix=prefix, most=FIGURES)
    return wanted


def checked_code(code: str) -> str:
    """Capital letters, figures and hyphens; `mhq 32` is `MHQ-0032`."""
    wanted = normal(code)
    if len(wanted) > LIMIT or not _CODE.fullmatch(wanted):
        raise CodeUnclear(code=code[:40])
    return wanted


def _last(session: Session, site_id: int, prefix: str) -> int:
    """The highest number given so far; codes of other shapes are passed over."""
    query = _of_prefix(site_id, prefix).order_by(func.length(Item.code).desc(), Item.code.desc())
    for code in session.scalars(query):
        number = _number(prefix, code)
        if number is not None:
            return number
    return 0


def _number(prefix: str, code: str) -> int | None:
    found = re.fullmatch(rf"{re.escape(prefix)}-(\d{{1,{FIGURES}}})", code)
    return int(found[1]) if found else None


def _of_prefix(site_id: int, prefix: str) -> Select[str]:
    begins = Item.code.startswith(f"{prefix}-", autoescape=True)
    return select(Item.code).where(Item.site_id == site_id, begins)
