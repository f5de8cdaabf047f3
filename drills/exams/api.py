"""The exam page's side of the API: begin, open again, answer, show life, hand in.

Each receipt is sent after the commit, so what a tablet was told is on disk. What is answered under
the header `X-Run-Token` needs no session: a session may end in the middle of an exam.
"""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from drills.exams.entries import MOST_SEQ, Entry
from drills.exams.errors import SequenceGap
from drills.exams.service import answering, quick, showing, sitting
from drills.exams.service.answering import Alive, Receipt
from safety_app.accounts import service as accounts
from safety_app.core import clock, i18n
from safety_app.core.access import Actor
from safety_app.core.db import reading, transaction
from safety_app.web.identity import actor_of
from safety_app.web.writing import Unusual

router = APIRouter(tags=["exams"])


def _actor(request: Request) -> Actor:
    return actor_of(request)


Who = Annotated[Actor, Depends(_actor)]
RunToken = Annotated[str, Header(alias="X-Run-Token", max_length=100)]
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]


class TokenBody(BaseModel):
    """The token that the tablet has made up for this attempt."""

    token: Annotated[str, Field(max_length=100)]


class SubmitBody(BaseModel):
    """Hands the exam in; `last_seq` is the last entry that the tablet has a receipt for."""

    last_seq: Annotated[int, Field(ge=0, le=MOST_SEQ)]
    language: Annotated[str, Field(max_length=8)] = ""


@router.post("/exams/{exam_id}/begin")
def begin(exam_id: Id, body: TokenBody, actor: Who) -> dict[str, Any]:
    """Draw a paper and start the clock; with the same token again it is the same attempt."""
    now = clock.now()
    with transaction() as session:
        opened = sitting.begin(session, actor, exam_id, token=body.token, now=now)
    return showing.opened_facts(opened, now)


@router.post("/attempts/{attempt_id}/open")
def open_again(attempt_id: Id, body: TokenBody, actor: Who) -> dict[str, Any]:
    """Go on with an attempt, here with the token held, or taking it over from another tablet."""
    now = clock.now()
    with transaction() as session:
        opened = sitting.open_attempt(session, actor, attempt_id, token=body.token, now=now)
    return showing.opened_facts(opened, now)


@router.post("/attempts/{attempt_id}/entries", response_model=None)
def add_entry(attempt_id: Id, entry: Entry, token: RunToken) -> JSONResponse:
    """Keep one answer; the same again gives the same receipt, a gap is refused (409)."""
    with transaction() as session:
        kept = keep(attempt_id, entry, token, session)
    return answer(kept)


def keep(attempt_id: int, entry: Entry, token: str, session: Session) -> Receipt | SequenceGap:
    """Keep an entry; a gap, which changes nothing in the record, is handed back."""
    try:
        return answering.record(session, token, entry, attempt_id=attempt_id, now=clock.now())
    except SequenceGap as gap:
        return gap


def keep_quickly(attempt_id: int, entry: Entry, token: str, driver: Any) -> Receipt | SequenceGap:
    """Keep an ordinary answer on SQLite; raises `Unusual` for any other."""
    receipt = quick.record(driver, token, entry, attempt_id=attempt_id, now=clock.now())
    if receipt is None:
        raise Unusual
    return receipt


def answer(kept: Receipt | SequenceGap) -> JSONResponse:
    """What the tablet is told once the entry is committed."""
    if isinstance(kept, SequenceGap):
        body = {"code": kept.code, "message": kept.message(), "expected": kept.facts["expected"]}
        return JSONResponse(body, status_code=kept.status)
    return JSONResponse(
        {
            "seq": kept.seq,
            "saved": kept.saved,
            "total": kept.total,
            "deadline": kept.deadline.isoformat(),
            "now": clock.now().isoformat(),
            "taken_over": kept.taken_over,
        }
    )


@router.post("/attempts/{attempt_id}/alive", response_model=None)
def alive(attempt_id: Id, token: RunToken) -> JSONResponse:
    """Note that the tablet is there, and say how the attempt stands."""
    now = clock.now()
    with transaction() as session:
        found = answering.alive(session, token, attempt_id=attempt_id, now=now)
    return standing_of(found, now)


def stay(attempt_id: int, token: str, session: Session) -> Alive:
    """The same, among other writes."""
    return answering.alive(session, token, attempt_id=attempt_id, now=clock.now())


def standing_of(found: Alive, now: datetime) -> JSONResponse:
    """How an attempt stands, for the tablet."""
    return JSONResponse(
        {
            "now": now.isoformat(),
            "deadline": found.deadline.isoformat(),
            "closes_at": found.closes_at.isoformat(),
            "over": found.is_over,
            "taken_over": found.taken_over,
        }
    )


@router.post("/attempts/{attempt_id}/submit")
def submit(attempt_id: Id, body: SubmitBody, token: RunToken) -> dict[str, Any]:
    """Hand the exam in for good, and get its result."""
    now = clock.now()
    with transaction() as session:
        attempt = answering.submit(
            session, token, attempt_id=attempt_id, last_seq=body.last_seq, now=now
        )
    with reading() as session, i18n.use_language(body.language or i18n.language()):
        actor = accounts.actor_for(session, attempt.user_id, now=now)
        return showing.result_facts(session, actor, attempt.id, now)


@router.get("/attempts/{attempt_id}/result")
def result(attempt_id: Id, actor: Who) -> dict[str, Any]:
    """The result of an attempt that is over: one's own, or of whom one may see."""
    with reading() as session:
        return showing.result_facts(session, actor, attempt_id, clock.now())
