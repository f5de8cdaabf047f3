"""The codes on the labels: one row of numbers per prefix, none of them used twice."""

import re
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from equipment.codes import code_of, normal
from equipment.errors import CodeTaken, CodeUnclear
from equipment.models import Item

_CODE: Final = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
LIMIT: Final = 16


def next_codes(session: Session, site_id: int, prefix: str, n: int = 1) -> list[str]:
    """The next `MHQ-0033`, … of a hall. Nothing is ever deleted, so no number comes back."""
    last = _last(session, site_id, prefix)
    return [code_of(prefix, number) for number in range(last + 1, last + n + 1)]


def free_code(session: Session, site_id: int, code: str) -> str:
    """A code that a hall has given itself, as it is stored; it must be nobody else's."""
    wanted = checked_code(code)
    taken = select(Item.id).where(Item.site_id == site_id, Item.code == wanted)
    if session.scalar(taken) is not None:
        raise CodeTaken(code=wanted)
    return wanted


def checked_code(code: str) -> str:
    """Capital letters, figures and hyphens; `mhq 32` is `MHQ-0032`."""
    wanted = normal(code)
    if len(wanted) > LIMIT or not _CODE.fullmatch(wanted):
        raise CodeUnclear(code=code[:40])
    return wanted


def _last(session: Session, site_id: int, prefix: str) -> int:
    """The highest number given so far; codes of other shapes are passed over."""
    numbers = re.compile(rf"{re.escape(prefix)}-(\d+)")
    query = (
        select(Item.code)
        .where(Item.site_id == site_id, Item.code.startswith(f"{prefix}-", autoescape=True))
        .order_by(func.length(Item.code).desc(), Item.code.desc())
    )
    for code in session.scalars(query):
        found = numbers.fullmatch(code)
        if found:
            return int(found[1])
    return 0
