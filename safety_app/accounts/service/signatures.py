"""Signatures as they are kept: drawn strokes, or the typed own name, as small canonical JSON."""

import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from safety_app.accounts.errors import SignatureInvalid, SignatureNotOwnName
from safety_app.accounts.models import User
from safety_app.core.i18n import bilingual

MOST_STROKES: Final = 200
MOST_POINTS: Final = 6_000
LARGEST: Final = 4_000
LEAST_LENGTH: Final = 0.15
"""Of the box's width: less ink than this is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Strokes in a box of `width` by `height`; each a list of points."""

    strokes: Sequence[Sequence[Sequence[float]]]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Typed:
    """The own name in place of a drawing; the edge has asked for the six-digit code."""

    name: str


@dataclass(frozen=True, slots=True)
class Account:
    """The account that is signed in, where no more is asked: the name goes under the record."""


Signature = Drawn | Typed | Account


def keep_signature(session: Session, user_id: int, signature: Signature) -> str:
    """The signature of this person as it is kept."""
    if isinstance(signature, Drawn):
        return _compact(_drawing(signature))
    user = session.get_one(User, user_id)
    if isinstance(signature, Account):
        return _compact({"typed": bilingual(user.name, user.name_en), "account": True})
    typed = "".join(signature.name.split()).casefold()
    own = {"".join(name.split()).casefold() for name in (user.name, user.name_en) if name}
    if typed not in own:
        raise SignatureNotOwnName(name=bilingual(user.name, user.name_en))
    return _compact({"typed": signature.name.strip()[:64]})


def _drawing(signature: Drawn) -> dict[str, Any]:
    width, height = signature.width, signature.height
    points = sum(len(stroke) for stroke in signature.strokes)
    if not (20 <= width <= LARGEST and 20 <= height <= LARGEST):
        raise SignatureInvalid()
    if not 1 <= len(signature.strokes) <= MOST_STROKES or points > MOST_POINTS:
        raise SignatureInvalid()
    strokes = [[_point(point, width, height) for point in stroke] for stroke in signature.strokes]
    if sum(_length(stroke) for stroke in strokes) < LEAST_LENGTH * width:
        raise SignatureInvalid()
    return {"strokes": strokes, "w": round(width), "h": round(height)}


def _point(point: Sequence[float], width: float, height: float) -> list[int]:
    if len(point) != 2:
        raise SignatureInvalid()
    x, y = point
    if not (-width <= x <= 2 * width and -height <= y <= 2 * height):  # false for NaN too
        raise SignatureInvalid()
    return [round(min(max(x, 0), width)), round(min(max(y, 0), height))]


def _length(stroke: Sequence[Sequence[int]]) -> float:
    return sum(math.dist(a, b) for a, b in itertools.pairwise(stroke))


def _compact(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
