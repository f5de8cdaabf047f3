"""The papers' own addresses, shown in the browser in the language asked for (`lang=`).

/exams/paper/{id}.pdf?names=1,2         a drawn paper, with a copy for each of these people
/exams/paper/{id}/key.pdf               its key with explanations
/exams/results/{YYYY-MM}.pdf|xlsx       the register of a month
/exams/results/{exam id}/{YYYY-MM-DD}.pdf|xlsx   the register of one exam on one day
/exams/results/sheet/{attempt id}.pdf   what somebody answered, for the file
/exams/practical/{id}.pdf               a practical test
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from drills.exams.errors import UnknownPaper
from drills.exams.permissions import Permission
from drills.exams.service import definitions, paper_exams, practical, results
from drills.exams.service.definitions import exam_name
from drills.exams.service.questions import WHO_GRADES
from safety_app.accounts import service as accounts
from safety_app.core import clock, db, i18n
from safety_app.core.access import Actor
from safety_app.core.errors import AppError, NotFound
from safety_app.core.feature import load
from safety_app.core.file_kinds import XLSX
from safety_app.core.i18n import _, day_text, month_text
from safety_app.web.identity import actor_of
from safety_app.web.refusals import refusal

MEDIA: Final = {"pdf": "application/pdf", "xlsx": XLSX}
MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
YEARS: Final = range(2000, 2200)
LARGEST_ID: Final = 2**31 - 1
MOST_NAMES: Final = 60
DOCUMENTS: Final = "drills.exams.documents"
"""Loaded when they are used: what draws is slow to import."""
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


def _id(request: Request, name: str) -> int:
    found = int(request.path_params[name])
    if found > LARGEST_ID:
        raise NotFound()
    return found


def _paper(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    found = paper_exams.get_paper(session, actor, _id(request, "id"))
    said = request.query_params.get("names", "")
    wanted = [_number(one) for one in said.split(",") if one][:MOST_NAMES]
    make = load(f"{DOCUMENTS}.exam_paper:paper_pdf")
    candidates = load(f"{DOCUMENTS}.exam_paper:candidates_of")(session, actor.site_id, wanted)
    head = load(f"{DOCUMENTS}.paper:head_of")(session, actor.site_id, now)
    content: bytes = make(session, found, candidates, head)
    return f"{_('Exam paper')} {found.number}", content


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UnknownPaper()
    return int(text)


def _key(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    found = paper_exams.get_paper(session, actor, _id(request, "id"))
    head = load(f"{DOCUMENTS}.paper:head_of")(session, actor.site_id, now)
    content: bytes = load(f"{DOCUMENTS}.exam_paper:key_pdf")(session, found, head)
    return f"{_('Key of an exam paper')} {found.number}", content


def _sheet(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    found = results.outcome(session, actor, _id(request, "id"), now)
    head = load(f"{DOCUMENTS}.paper:head_of")(session, actor.site_id, now)
    content: bytes = load(f"{DOCUMENTS}.sheet:sheet_pdf")(found, head)
    return f"{_('Answer sheet of an exam')} {found.brief.number}", content


def _practical(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    row = practical.get_test(session, actor, _id(request, "id"))
    head = load(f"{DOCUMENTS}.paper:head_of")(session, actor.site_id, now)
    content: bytes = load(f"{DOCUMENTS}.practical_sheet:practical_pdf")(row, head)
    return f"{_('Practical test')} {row.number}", content


def _month(session: Session, actor: Actor, request: Request, now: datetime, suffix: str) -> Made:
    actor.require(Permission.REPORT, who=WHO_GRADES)
    first, last = _month_of(str(request.path_params["month"]))
    today = clock.local_day(now, actor.timezone)
    if first > today:
        raise UnknownPaper()
    period, number = month_text(first.year, first.month), f"CJ-{first:%Y%m}"
    return _register(session, actor, first, min(last, today), period, number, now, suffix)


def _day(session: Session, actor: Actor, request: Request, now: datetime, suffix: str) -> Made:
    actor.require(Permission.REPORT, who=WHO_GRADES)
    exam = definitions.get_exam(session, actor.site_id, _id(request, "exam"))
    try:
        day = date.fromisoformat(str(request.path_params["day"]))
    except ValueError:
        raise UnknownPaper() from None
    if day.year not in YEARS:
        raise UnknownPaper()
    number = f"CJ-{day:%Y%m%d}-{exam.id}"
    period = day_text(day, year=True)
    return _register(session, actor, day, day, period, number, now, suffix, exam_id=exam.id,
                     about=exam_name(exam))  # fmt: skip


def _month_of(text: str) -> tuple[date, date]:
    """First and last day of a month in an address."""
    found = MONTH.fullmatch(text)
    if found is None or int(found[1]) not in YEARS or not 1 <= int(found[2]) <= 12:
        raise UnknownPaper()
    first = date(int(found[1]), int(found[2]), 1)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first, following - timedelta(days=1)


def _register(
    session: Session,
    actor: Actor,
    first: date,
    last: date,
    period: str,
    number: str,
    now: datetime,
    suffix: str,
    *,
    exam_id: int | None = None,
    about: str = "",
) -> Made:
    site_id = actor.site_id
    briefs = results.results_between(session, site_id, first, last, exam_id=exam_id)
    tests = [] if exam_id else practical.tests_between(session, site_id, first, last)
    people = {one.user_id for one in briefs} | {one.user_id for one in tests}
    staff = {
        one.id: (one.staff_no, one.agency) for one in accounts.staffing(session, site_id, people)
    }
    record = load(f"{DOCUMENTS}.result_sheet:ResultRecord")(
        head=load(f"{DOCUMENTS}.paper:head_of")(session, site_id, now),
        about=about, period=period, number=number, briefs=tuple(briefs), practicals=tuple(tests),
        staff=staff,
    )  # fmt: skip
    content: bytes = load(f"{DOCUMENTS}.result_sheet:results_{suffix}")(record)
    return f"{_('Register of exam results')} {number}", content


def _both(path: str, make: Callable[..., Made]) -> Iterator[Route]:
    """The same paper as PDF and as a workbook."""
    for suffix in MEDIA:
        yield Route(f"{path}.{suffix}", paper(partial(make, suffix=suffix), suffix))


ROUTES: Final = (
    Route("/exams/paper/{id:int}.pdf", paper(_paper, "pdf")),
    Route("/exams/paper/{id:int}/key.pdf", paper(_key, "pdf")),
    Route("/exams/results/sheet/{id:int}.pdf", paper(_sheet, "pdf")),
    Route("/exams/practical/{id:int}.pdf", paper(_practical, "pdf")),
    *_both("/exams/results/{exam:int}/{day}", _day),
    *_both("/exams/results/{month}", _month),
)
