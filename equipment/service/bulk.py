"""Many of a kind at once: twelve alike, two in each of six cabinets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.list_errors import NoPieces, RangeMissing, RangeWrong, TooManyPieces
from equipment.models import Item
from equipment.service import facts
from equipment.service.numbering import next_codes
from equipment.service.register import New, draft, put, require_fit
from safety_app.core import journal
from safety_app.core.access import Actor

MOST: Final = 500
HIGHEST: Final = 9_999
_NUMBER: Final = re.compile(r"#+|\{n\}")


@dataclass(frozen=True, slots=True)
class Planned:
    """One piece before it is registered: the code it would get, and where it would stand."""

    code: str
    placing: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers of places, both included, over which pieces are spread evenly."""

    first: int
    last: int


def plan_many(
    session: Session, actor: Actor, *, count: int, numbers: Numbers | None = None, now: datetime,
    **said: Unpack[New],
) -> list[Planned]:  # fmt: skip
    """What `add_many` would register; nothing is written, and the codes may be others by then."""
    items = _drafts(session, actor, count, numbers, now, said)
    return [Planned(item.code, item.placing) for item in items]


def add_many(
    session: Session,
    actor: Actor,
    *,
    count: int,
    numbers: Numbers | None = None,
    client_key: str | None = None,
    now: datetime,
    **said: Unpack[New],
) -> list[Item]:
    """Register so many pieces that are alike; the same `client_key` gives the same pieces.

    With `numbers` they are spread evenly over the places, whose number stands for # in `placing`.
    """
    journal.lock(session)
    known = _sent_before(session, actor.site_id, client_key)
    if known:
        return known
    items = _drafts(session, actor, count, numbers, now, said)
    for at, item in enumerate(items):
        item.client_key = f"{client_key}/{at}" if client_key else None
    put(session, actor, items, [said.get("consumables", {})] * len(items), now=now)
    return items


def placings(count: int, text: str, numbers: Numbers | None) -> Iterator[str]:
    """Where each piece stands: `消火栓箱 #` from 1 to 6 for twelve is two in each cabinet."""
    if numbers is None:
        if _NUMBER.search(text):
            raise RangeMissing()
        yield from [text] * count
        return
    places = numbers.last - numbers.first + 1
    if not (1 <= places <= count and 0 <= numbers.first <= numbers.last <= HIGHEST):
        raise RangeWrong(first=numbers.first, last=numbers.last, n=count)
    each, more = divmod(count, places)
    for at in range(places):
        yield from [_numbered(text, numbers.first + at)] * (each + (at < more))


def _numbered(text: str, number: int) -> str:
    """The number where # stands, with as many digits as there are #; else behind the text."""
    if not _NUMBER.search(text):
        return f"{text} {number}".strip()
    return _NUMBER.sub(lambda found: f"{number:0{found[0].count('#') or 1}d}", text)


def _drafts(
    session: Session,
    actor: Actor,
    count: int,
    numbers: Numbers | None,
    now: datetime,
    said: New,
) -> list[Item]:
    """The pieces with their codes and places, nothing written."""
    if count < 1:
        raise NoPieces()
    if count > MOST:
        raise TooManyPieces(n=count, most=MOST)
    ground = facts.ground(session, actor.site_id)
    spread = list(placings(count, said.get("placing", ""), numbers))
    items = []
    for placing in spread:
        said["placing"] = placing
        items.append(draft(ground, actor, now=now, **said))
    require_fit(session, items[0])
    prefix = ground.kinds[items[0].kind].prefix
    codes = next_codes(session, actor.site_id, prefix, count)
    for item, code in zip(items, codes, strict=True):
        item.code = code
    return items


def _sent_before(session: Session, site_id: int, client_key: str | None) -> list[Item]:
    if client_key is None:
        return []
    sent = Item.client_key.startswith(f"{client_key}/", autoescape=True)
    query = select(Item).where(Item.site_id == site_id, sent).order_by(Item.id)
    return list(session.scalars(query))
