"""The papers' own addresses, shown in the browser in the language asked for (`lang=`).

/equipment/labels.pdf?items=1,2 | codes=MHQ-0001~MHQ-0040 | kind=&family=&window=&location=&floor=
                     &paper=3x8|2x5|70x37|60x40&skip=5&cuts=1
/equipment/report.pdf|xlsx?day=2026-11-23                     as of today, or of a past day
/equipment/report/{YYYY-MM}.pdf|xlsx                          as of the end of a month
/equipment/inspections/{extinguishers|others}/{YYYY-MM}.pdf|xlsx
/equipment/inspections/window/{code}/{YYYY-MM}.pdf|xlsx       all that is inspected at a window
/equipment/inspections/location/{id}/{YYYY-MM}.pdf|xlsx       or in an area
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from equipment.codes import normal
from equipment.due import add_months
from equipment.kinds import Family
from equipment.paper_errors import BadStart, PaperToCome, TooManyLabels, UnknownPaper
from equipment.service import inspection_record, labels, reporting
from equipment.service.inspection_record import Wanted
from equipment.service.labels import Chosen
from safety_app.core import clock, db, i18n
from safety_app.core.access import Actor
from safety_app.core.errors import AppError, NotFound
from safety_app.core.feature import load
from safety_app.core.file_kinds import XLSX
from safety_app.core.i18n import _
from safety_app.web.identity import actor_of, base_address
from safety_app.web.refusals import refusal
from safety_app.workplace import service as workplace

MEDIA: Final = {"pdf": "application/pdf", "xlsx": XLSX}
BETWEEN: Final = "~"
LONGEST: Final = 20_000
"""Characters of an address that names items."""
MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
YEARS: Final = range(2000, 2200)
PAPER: Final = "equipment.documents.paper"
"""Loaded when it is used: what draws is slow to import."""
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
    today = clock.local_day(now, actor.timezone)
    found = labels.list_labels(session, actor, chosen_by(asked), today=today)
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


def _report(session: Session, actor: Actor, request: Request, now: datetime, suffix: str) -> Made:
    month, today = _month_end(request), clock.local_day(now, actor.timezone)
    if month is not None:
        day = _so_far(month, today)
    else:
        day = _day(request.query_params.get("day", "")) or today
    asof = reporting.moment_of(session, actor.site_id, day, now)
    found = reporting.report(session, actor, asof)
    head = load(f"{PAPER}:head_of")(session, actor.site_id, asof.cutoff)
    module = "report" if suffix == "pdf" else "report_tables"
    content: bytes = load(f"equipment.documents.{module}:report_{suffix}")(found, head)
    return f"{_('Report of safety facilities')} {asof.day}", content


def _inspections(
    session: Session, actor: Actor, request: Request, now: datetime, suffix: str
) -> Made:
    last = _month_end(request)
    if last is None:
        raise UnknownPaper()
    day = _so_far(last, clock.local_day(now, actor.timezone))
    wanted, about, title = _inspected(session, actor, request)
    asof = reporting.moment_of(session, actor.site_id, day, now)
    found = inspection_record.record_of(
        session, actor.site_id, last.replace(day=1), asof, wanted, about
    )
    head = load(f"{PAPER}:head_of")(session, actor.site_id, asof.cutoff)
    content: bytes = load(f"equipment.documents.inspections:record_{suffix}")(found, head, title)
    return f"{title} {about} {last:%Y-%m}".replace("  ", " "), content


def _inspected(session: Session, actor: Actor, request: Request) -> tuple[Wanted, str, str]:
    """Of what the address asks for the record, where that is, and what the paper is called."""
    sort, code = request.path_params.get("sort"), request.path_params.get("code")
    if sort is not None:
        reporting.require(actor)
        if sort == "extinguishers":
            title = _("Monthly inspection record of extinguishers")
            return inspection_record.is_extinguisher, "", title
        if sort == "others":
            title = _("Inspection record of other safety facilities")
            return inspection_record.is_other, "", title
        raise UnknownPaper()
    title = _("Inspection record of safety facilities")
    if code is not None:
        window = workplace.get_window(session, actor.site_id, code)
        reporting.require(actor, window.id)
        name = workplace.window_names(session, actor.site_id)[window.id]
        return inspection_record.at_place(window.id, None), name, title
    reporting.require(actor)
    location_id = request.path_params["location_id"]
    names = workplace.location_names(session, actor.site_id)
    if location_id not in names:
        raise NotFound()
    return inspection_record.at_place(None, location_id), names[location_id], title


def _month_end(request: Request) -> date | None:
    """The last day of the month in the address."""
    text = request.path_params.get("month")
    if text is None:
        return None
    found = MONTH.fullmatch(text)
    if found is None or int(found[1]) not in YEARS or not 1 <= int(found[2]) <= 12:
        raise UnknownPaper()
    return add_months(date(int(found[1]), int(found[2]), 1), 1) - timedelta(days=1)


def _so_far(last: date, today: date) -> date:
    """The end of a month, or today where it is under way; raises `PaperToCome`."""
    if last.replace(day=1) > today:
        raise PaperToCome()
    return min(last, today)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UnknownPaper() from None
    if day.year not in YEARS:
        raise UnknownPaper()
    return day


def _both(path: str, make: Callable[..., Made]) -> Iterator[Route]:
    """The same paper as PDF and as a workbook."""
    for suffix in MEDIA:
        yield Route(f"{path}.{suffix}", paper(partial(make, suffix=suffix), suffix))


ROUTES: Final = (
    Route("/equipment/labels.pdf", paper(_labels, "pdf")),
    *_both("/equipment/report", _report),
    *_both("/equipment/report/{month}", _report),
    *_both("/equipment/inspections/window/{code}/{month}", _inspections),
    *_both("/equipment/inspections/location/{location_id:int}/{month}", _inspections),
    *_both("/equipment/inspections/{sort}/{month}", _inspections),
)
