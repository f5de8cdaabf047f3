"""The papers' own addresses, shown in the browser in the language asked for (`lang=`).

/equipment/labels.pdf?items=1,2 | codes=MHQ-0001~MHQ-0040 | kind=&family=&window=&location=&floor=
                     &paper=3x8|2x5|70x37|60x40&skip=5&cuts=1
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from equipment.codes import normal
from equipment.kinds import Family
from equipment.paper_errors import BadStart, TooManyLabels, UnknownPaper
from equipment.service import labels
from equipment.service.labels import Chosen
from safety_app.core import clock, db, i18n
from safety_app.core.access import Actor
from safety_app.core.errors import AppError
from safety_app.core.feature import load
from safety_app.core.file_kinds import XLSX
from safety_app.core.i18n import _
from safety_app.web.identity import actor_of, base_address
from safety_app.web.refusals import refusal

MEDIA: Final = {"pdf": "application/pdf", "xlsx": XLSX}
BETWEEN: Final = "~"
LONGEST: Final = 20_000
"""Characters of an address that names items."""
Made = tuple[str, bytes]
Make = Callable[[Session, Actor, Request, datetime], Made]


def paper(make: Make, suffix: str) -> Callable[[Request], Response]:
    """A route that answers with the file, or with the rule that forbids it."""

    def answer(request: Request) -> Response:
        try:
            actor = actor_of(request)
            language = request.query_params.get("lang", i18n.language())
            if language not in i18n.LANGUAGES:
                raise UnknownPaper()
            with db.reading() as session, i18n.use_language(language):
                name, content = make(session, actor, request, clock.now())
        except AppError as problem:
            return refusal(request.scope, problem)
        kept = "".join(char if char.isalnum() or char in "-_ ()（）" else "-" for char in name)
        plain = "".join(char for char in kept if char.isascii()).strip("- ") or "paper"
        place = f"inline; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{quote(kept)}.{suffix}"
        headers = {"content-disposition": place, "cache-control": "no-store"}
        return Response(content, media_type=MEDIA[suffix], headers=headers)

    return answer


def _labels(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    asked = request.query_params
    sheet = labels.PAPERS.get(asked.get("paper") or "3x8")
    used = _number(asked.get("skip") or "0")
    if sheet is None or used is None:
        raise UnknownPaper()
    if used >= sheet.count:
        raise BadStart(n=sheet.count)
    found = labels.list_labels(session, actor, chosen_by(asked))
    write = load("equipment.documents.labels:print_labels")  # slow to import: not at the start
    content: bytes = write(
        session, actor, found, sheet, address=base_address(request), used=used,
        with_cuts=asked.get("cuts") == "1", now=now,
    )  # fmt: skip
    name = found[0].code if len(found) == 1 else f"{len(found)}"
    return f"{_('Labels')} {name}", content


def chosen_by(asked: Mapping[str, str]) -> Chosen:
    """Which items an address asks for; raises `UnknownPaper`."""
    items, codes = asked.get("items", ""), asked.get("codes", "")
    if len(items) + len(codes) > LONGEST:
        raise TooManyLabels(n=(items + codes).count(",") + 1, most=labels.MOST)
    family = asked.get("family")
    kind = asked.get("kind", "")
    if (family and family not in set(Family)) or not (kind + codes).isascii() or "\0" in kind:
        raise UnknownPaper()
    return Chosen(
        ids=tuple(_needed(one) for one in items.split(",") if one),
        codes=tuple(_span(one) for one in codes.split(",") if one),
        kind=kind,
        family=Family(family) if family else None,
        window_id=_needed(asked["window"]) if asked.get("window") else None,
        location_id=_needed(asked["location"]) if asked.get("location") else None,
        floor=asked.get("floor"),
        common=asked.get("common") == "1",
    )


def _span(text: str) -> tuple[str, str]:
    first, _between, last = text.partition(BETWEEN)
    if not text.isprintable():
        raise UnknownPaper()  # nor would PostgreSQL take it for a text
    return normal(first), normal(last or first)


def _needed(text: str) -> int:
    found = _number(text)
    if found is None:
        raise UnknownPaper()
    return found


def _number(text: str) -> int | None:
    """A number of an address that is no larger than an id."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


ROUTES: Final = (Route("/equipment/labels.pdf", paper(_labels, "pdf")),)
