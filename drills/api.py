"""The stopwatch's side of the API: open it, tap, sign, look, finish.

Each answer is sent after the commit, so what a tablet was told is on disk. Taps and looks come with
the clock's own token: somebody whose session has ended in mid-drill loses nothing.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from drills import service
from drills.entries import ClientKey, Outcome, Tap
from drills.errors import ClockUnknown
from drills.models import Drill
from drills.service import clock, face, proofs
from safety_app.accounts import signin
from safety_app.accounts.service import Signature, Typed
from safety_app.core import clock as time
from safety_app.core.access import Actor
from safety_app.core.db import reading, transaction
from safety_app.core.photos import MAX_MEGABYTES, PhotoStore, PhotoTooBig, ingest
from safety_app.core.settings import settings
from safety_app.web.identity import actor_of, address_of

router = APIRouter(tags=["drills"])


def _actor(request: Request) -> Actor:
    return actor_of(request)


Who = Annotated[Actor, Depends(_actor)]
Token = Annotated[str, Header(alias="X-Run-Token", max_length=100)]
Code = Annotated[str, Path(pattern=r"^YL-\d{4}-\d{2,5}$")]


class OpenBody(BaseModel):
    """`held_token` is held from before a reload."""

    held_token: Annotated[str | None, Field(max_length=100)] = None


class LookBody(BaseModel):
    """`seen` is the mark of the face that the tablet shows."""

    seen: Annotated[str, Field(max_length=40)] = ""


class TypedTap(BaseModel):
    """A signature by the own name and the own six digits."""

    tap: Tap
    typed: Annotated[str, Field(max_length=64)]
    pin: Annotated[str, Field(max_length=32)]


class Opened(BaseModel):
    """Leave to write the stopwatch, and what it shows."""

    token: str
    face: dict[str, Any]


class Tapped(BaseModel):
    """What became of a tap, with the sentence where it was not simply kept, and the face anew."""

    outcome: Outcome
    message: str
    face: dict[str, Any]


class Finished(BaseModel):
    """Where the record goes on."""

    url: str


@router.post("/drills/{code}/clock")
def open_clock(code: Code, body: OpenBody, actor: Who) -> Opened:
    """Open the stopwatch of a drill that is planned for today or under way."""
    now = time.now()
    with transaction() as session:
        drill, token = clock.open_clock(session, actor, code, held_token=body.held_token, now=now)
        return Opened(token=token, face=face.face(session, drill, now=time.now()))


@router.post("/drills/{code}/taps")
def add_tap(code: Code, tap: Tap, token: Token) -> Tapped:
    """Keep one tap; the same key again gives the same answer."""
    return _keep(code, tap, token, None)


@router.post("/drills/{code}/signatures")
def add_typed(code: Code, body: TypedTap, token: Token, actor: Who, request: Request) -> Tapped:
    """Keep a signature by name and code; the code is asked for first, and tries count."""
    signin.confirm_pin_of(
        actor, body.tap.person_id or 0, body.pin, address=address_of(request.scope), now=time.now()
    )
    return _keep(code, body.tap, token, Typed(body.typed))


@router.post("/drills/{code}/face")
def look(code: Code, body: LookBody, token: Token) -> dict[str, Any]:
    """What the stopwatch shows now; only the time where nothing has changed."""
    with reading() as session:
        drill = _drill_of(clock.drill_of(session, token), code)
        return face.face(session, drill, now=time.now(), seen=body.seen)


@router.post("/drills/{code}/photos")
async def add_photo(
    request: Request, code: Code, token: Token, client_key: Annotated[ClientKey, Query()]
) -> dict[str, str]:
    """Keep one picture of the drill, sent as raw bytes."""
    data = await _body(request)
    key = await run_in_threadpool(_keep_photo, code, token, client_key, data)
    return {"key": key}


@router.post("/drills/{code}/finish")
def finish(code: Code, actor: Who) -> Finished:
    """Say that the drill is over; somebody must have been there."""
    with transaction() as session:
        drill = service.by_code(session, actor, code)
        service.finish(session, actor, drill.id, now=time.now())
    return Finished(url=f"/drills?drill={code}")


def _keep(code: str, tap: Tap, token: str, signature: Signature | None) -> Tapped:
    with transaction() as session:
        drill = _drill_of(clock.drill_of(session, token), code)
        now = time.now()
        kept = clock.record(session, token, tap, signature=signature, now=now)
        session.refresh(drill)
        shown = face.face(session, drill, now=time.now())
    return Tapped(outcome=kept.outcome, message=kept.message, face=shown)


def _drill_of(drill: Drill, code: str) -> Drill:
    """The drill of the token, which must be the one that is spoken of."""
    if drill.code != code:
        raise ClockUnknown()
    return drill


def _keep_photo(code: str, token: str, client_key: str, data: bytes) -> str:
    with reading() as session:
        _drill_of(clock.drill_of(session, token), code)
    # On disk before the row, and outside the transaction: shrinking takes its time.
    photo = ingest(PhotoStore(settings().photo_dir), data)
    with transaction() as session:
        drill = _drill_of(clock.drill_of(session, token), code)
        actor = clock.actor_of_token(session, token, time.now())
        proofs.keep_photos(session, actor, drill, [photo], now=time.now())
    return photo.key


async def _body(request: Request) -> bytes:
    """The bytes sent, given up as soon as they are too many."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MAX_MEGABYTES * 1_000_000:
            raise PhotoTooBig(limit=MAX_MEGABYTES)
    return bytes(data)
