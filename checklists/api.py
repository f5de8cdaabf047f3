"""The patrol sheet's side of the API: open, answer, photograph, sign.

Each receipt is sent after the commit, so what a tablet was told is on disk.
"""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from checklists import service
from checklists.entries import ClientKey, ClientMoment, Entry
from checklists.errors import SequenceGap
from checklists.models import Answer, Disposal
from checklists.recurrence import STATE_NAMES, State
from checklists.service import Drawn, Submitted, Typed, quick
from checklists.service import Receipt as Kept
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import reading, transaction
from safety_app.core.feature import Receipt
from safety_app.core.i18n import _
from safety_app.core.photos import MAX_MEGABYTES, PhotoStore, PhotoTooBig, ingest
from safety_app.core.settings import settings
from safety_app.web.identity import actor_of, address_of
from safety_app.web.writing import Unusual

router = APIRouter(tags=["patrols"])


def _actor(request: Request) -> Actor:
    return actor_of(request)


Who = Annotated[Actor, Depends(_actor)]
RunToken = Annotated[str, Header(alias="X-Run-Token", max_length=100)]
SUBJECT = r"^[a-z]{1,20}:[A-Za-z0-9-]{1,24}$"
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]


class OpenBody(BaseModel):
    """Which patrol to open, or which thing to inspect; `held_token` is held from before."""

    task_id: Id | None = None
    subject: Annotated[str | None, Field(pattern=SUBJECT)] = None
    held_token: Annotated[str | None, Field(max_length=100)] = None


class PhotoOut(BaseModel):
    """A picture of a finding."""

    client_key: str
    key: str
    url: str
    thumb: str


class FindingOut(BaseModel):
    """An exception as it stands; without `item_id` it is another hazard."""

    item_id: int | None
    client_key: str | None
    value: Answer
    reason: str
    number: float | None
    note: str
    disposal: Disposal | None
    level: str | None
    level_reason: str
    category: str | None
    what: str
    hazard_number: str | None
    photos: list[PhotoOut]


class OpenedOut(BaseModel):
    """The run, and the token that adds answers and photos to it."""

    model_config = ConfigDict(from_attributes=True)

    run_id: int
    token: str
    last_seq: int
    answers: str
    findings: list[FindingOut]
    saved: int
    total: int
    taken_over_from: str | None
    submitted: bool


class ReceiptOut(BaseModel):
    """Entry `seq` is on disk; `beside` means kept beside the run, which `by_name` took over."""

    seq: int
    saved: int
    total: int
    hazard_number: str | None = None
    beside: bool | None = None
    by_name: str | None = None


class PhotoReceiptOut(ReceiptOut):
    """The picture is on disk."""

    key: str
    url: str
    thumb: str


class SignatureBody(BaseModel):
    """Strokes drawn in a box of `w` by `h`, or the own name with the six-digit code.

    Under the inspection of a thing the `account` that is signed in stands for both.
    """

    strokes: Annotated[list[list[list[float]]] | None, Field(max_length=200)] = None
    w: float = 0
    h: float = 0
    account: bool = False
    typed: Annotated[str | None, Field(max_length=64)] = None
    pin: Annotated[str, Field(max_length=32)] = ""


class SubmitBody(BaseModel):
    """Signs and closes a sheet; `last_seq` is the last entry the tablet sent."""

    client_at: ClientMoment = None
    signature: SignatureBody
    companion_id: Id | None = None
    last_seq: int


class LineOut(BaseModel):
    """A line of the receipt."""

    label: str
    value: str


class SubmittedOut(BaseModel):
    """How the patrol counts and the numbers of its hazards; what an inspection changed."""

    hazards: list[str]
    state: State
    state_text: str
    lines: list[LineOut] = []
    notices: list[str] = []


class TaskOut(BaseModel):
    """A patrol that is due."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    part: str
    part_name: str
    subject: str
    on_date: date
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    state: State
    answered: int
    total: int
    submitted_at: datetime | None
    why: str


@router.get("/tasks")
def list_tasks(actor: Who, day: date | None = None) -> list[TaskOut]:
    """The patrols of a day (today unless said otherwise) that the caller may see."""
    now = clock.now()
    on = day or clock.local_day(now, actor.timezone)
    with reading() as session:
        rows = service.list_tasks(session, actor, day=on, now=now)
    return [TaskOut.model_validate(row) for row in rows]


@router.post("/runs")
def open_run(body: OpenBody, actor: Who) -> OpenedOut:
    """Begin a patrol or go on with it; whoever had it open is replaced."""
    held, now = body.held_token, clock.now()
    with transaction() as session:
        if body.subject is not None:
            opened = service.open_inspection(session, actor, body.subject, held_token=held, now=now)
        else:
            task_id = body.task_id or 0
            opened = service.open_run(session, actor, task_id, held_token=held, now=now)
    return OpenedOut.model_validate(opened)


@router.post("/runs/{run_id}/entries", response_model=ReceiptOut)
def add_entry(run_id: int, entry: Entry, token: RunToken) -> JSONResponse:
    """Keep one answer; the same `seq` again gives the same receipt, a gap is refused (409)."""
    with transaction() as session:
        kept = keep(run_id, entry, token, session)
    return answer(kept)


def keep(run_id: int, entry: Entry, token: str, session: Session) -> Kept | SequenceGap:
    """Keep an entry; a gap, which is nothing new to the record, is handed back."""
    try:
        return service.record(session, token, entry, run_id=run_id, now=clock.now())
    except SequenceGap as gap:
        return gap


def keep_quickly(run_id: int, entry: Entry, token: str, driver: Any) -> Kept | SequenceGap:
    """Keep an ordinary answer on SQLite; raises `Unusual` for any other."""
    receipt = quick.record(driver, token, entry, run_id=run_id, now=clock.now())
    if receipt is None:
        raise Unusual
    return receipt


def answer(kept: Kept | SequenceGap) -> JSONResponse:
    """What the tablet is told once the entry is committed."""
    if isinstance(kept, SequenceGap):
        return _gap(kept)
    if kept.refused:
        raise kept.refused
    return JSONResponse(_receipt(kept))


@router.post("/runs/{run_id}/photos", response_model=PhotoReceiptOut)
async def add_photo(
    request: Request,
    run_id: int,
    token: RunToken,
    seq: Annotated[int, Query(ge=1, le=5000)],
    client_key: Annotated[ClientKey, Query()],
    item_id: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    entry_key: Annotated[ClientKey | None, Query()] = None,
    client_at: Annotated[str | None, Query(max_length=40)] = None,
) -> JSONResponse:
    """Keep one picture, sent as raw bytes, with an item or another hazard (`entry_key`)."""
    facts = {
        "seq": seq, "client_key": client_key, "item_id": item_id, "entry_key": entry_key,
        "client_at": Entry(value=Answer.NONE, client_at=client_at).client_at,
    }  # fmt: skip
    known = await run_in_threadpool(_known, run_id, token, client_key)
    data = await _body(request)
    return await run_in_threadpool(_keep_photo, run_id, token, known, data, facts)


@router.delete("/runs/{run_id}/photos/{client_key}", status_code=204)
def remove_photo(run_id: int, client_key: str, actor: Who) -> None:
    """Take a picture off a sheet that is not signed yet."""
    with transaction() as session:
        service.remove_photo(session, actor, run_id, client_key, now=clock.now())


@router.post("/runs/{run_id}/submit")
def submit(run_id: int, body: SubmitBody, actor: Who, request: Request) -> SubmittedOut:
    """Sign the sheet: it must be complete, in time and held by the caller."""
    now = clock.now()
    signature = _signature(body.signature, actor, request, now)
    with transaction() as session:
        done = service.submit(
            session,
            actor,
            run_id,
            signature=signature,
            last_seq=body.last_seq,
            client_at=body.client_at,
            companion_id=body.companion_id,
            now=now,
        )
    return _submitted(done)


def _signature(
    body: SignatureBody, actor: Actor, request: Request, now: datetime
) -> service.Signature:
    if body.account:
        return service.Account()
    if body.typed is None:
        return Drawn(body.strokes or [], body.w, body.h)
    # Charged and committed before the code is compared, so that tries count whatever follows.
    with transaction() as session:
        claim = accounts.claim_own_pin(
            session, actor, body.pin, address=address_of(request.scope), now=now
        )
    fits = accounts.proves(claim, body.pin)
    with transaction() as session:
        accounts.settle(session, claim, fits)
    return Typed(body.typed)


def _submitted(done: Submitted) -> SubmittedOut:
    text = _(STATE_NAMES[done.state])
    receipt = done.receipt or Receipt()
    return SubmittedOut(
        hazards=list(done.hazards),
        state=done.state,
        state_text=text,
        lines=[LineOut(label=label, value=value) for label, value in receipt.lines],
        notices=list(receipt.notices),
    )


def _known(run_id: int, token: str, client_key: str) -> Any:
    with reading() as session:
        return service.find_photo(session, token, client_key, run_id=run_id)


def _keep_photo(
    run_id: int, token: str, known: Any, data: bytes, facts: dict[str, Any]
) -> JSONResponse:
    # On disk before the row, and outside the transaction: shrinking takes its time.
    photo = known or ingest(PhotoStore(settings().photo_dir), data)
    try:
        with transaction() as session:
            kept = service.add_photo(session, token, photo, run_id=run_id, now=clock.now(), **facts)
    except SequenceGap as gap:
        return _gap(gap)
    if kept.receipt.refused:
        raise kept.receipt.refused
    url = f"/photos/{kept.key}"
    place = {"key": kept.key, "url": url, "thumb": f"{url}?thumb=1"}
    return JSONResponse({**_receipt(kept.receipt), **place})


async def _body(request: Request) -> bytes:
    """The bytes sent, given up as soon as they are too many."""
    limit = MAX_MEGABYTES * 1_000_000
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limit:
            raise PhotoTooBig(limit=MAX_MEGABYTES)
    return bytes(data)


def _receipt(receipt: Kept) -> dict[str, Any]:
    found: dict[str, Any] = {
        "seq": receipt.seq,
        "saved": receipt.saved,
        "total": receipt.total,
    }
    if receipt.hazard_number:
        found["hazard_number"] = receipt.hazard_number
    if receipt.beside:
        found |= {"beside": True, "by_name": receipt.by_name}
    return found


def _gap(gap: SequenceGap) -> JSONResponse:
    body = {"code": gap.code, "message": gap.message(), "expected": gap.facts["expected"]}
    return JSONResponse(body, status_code=gap.status)
