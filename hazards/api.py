"""Hazards as JSON: photos sent ahead of a form, the list, one hazard."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool

from hazards import service
from hazards.models import Category, Kind, LegalClass, Level, Origin, Status, Step
from hazards.service import Filters, View
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import reading, transaction
from safety_app.core.photos import MAX_MEGABYTES, PhotoStore, PhotoTooBig, ingest
from safety_app.core.settings import settings
from safety_app.web.identity import actor_of

router = APIRouter(tags=["hazards"])


def _actor(request: Request) -> Actor:
    return actor_of(request)


Who = Annotated[Actor, Depends(_actor)]
ClientKey = Annotated[str, Query(min_length=1, max_length=64, pattern=r"^[\w.:-]+$")]


class Received(BaseModel):
    """The receipt of a photo: it is on disk; name it by `upload_id` when the form is sent."""

    upload_id: int
    key: str
    url: str
    thumb: str


class HazardLine(BaseModel):
    """One hazard of a list."""

    model_config = ConfigDict(from_attributes=True)

    number: str
    what: str
    place: str
    owner: str
    level: Level
    status: Status
    kind: Kind
    legal_class: LegalClass
    fix_by: date | None
    days_left: int | None
    sent_back: bool
    extended: bool
    repeated: bool


class HazardList(BaseModel):
    """One page of hazards; `more` tells that another follows."""

    page: int
    more: bool
    hazards: list[HazardLine]


class PictureOut(BaseModel):
    """A picture by its address."""

    url: str
    at: datetime
    by: str


class StepOut(BaseModel):
    """One dated step."""

    model_config = ConfigDict(from_attributes=True)

    step: Step
    at: datetime
    actor: str
    note: str
    reason: str
    person: str
    fix_by: date | None
    old_fix_by: date | None
    level: Level | None
    old_level: Level | None


class HazardOut(BaseModel):
    """One hazard with its pictures and steps, and what the caller may do next."""

    model_config = ConfigDict(from_attributes=True)

    number: str
    row_version: int
    what: str
    note: str
    kind: Kind
    status: Status
    category: Category
    level: Level
    legal_class: LegalClass
    origin: Origin
    place: str
    registered_at: datetime
    registered_by: str
    owner: str
    measures: str
    interim_measure: str
    funds: str
    contingency: str
    fix_by: date | None
    original_fix_by: date | None
    days_left: int | None
    closed_at: datetime | None
    sent_back_count: int
    extended_count: int
    repeat_of: str
    before: list[PictureOut]
    after: list[PictureOut]
    steps: list[StepOut]
    allowed: list[Step]


@router.post("/photos")
async def send_photo(request: Request, actor: Who, client_key: ClientKey) -> Received:
    """Take in one picture, as raw bytes; the same `client_key` gives the same receipt again."""
    data = await _body(request)
    return await run_in_threadpool(_take_in, actor, data, client_key)


@router.get("/hazards")
def list_hazards(
    actor: Who,
    view: View = View.OPEN,
    text: Annotated[str, Query(max_length=60)] = "",
    level: Level | None = None,
    window_id: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    area: Literal["common"] | None = None,
    kind: Kind | None = None,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = service.PAGE_SIZE,
) -> HazardList:
    """The hazards in the caller's sight, the most urgent first."""
    filters = Filters(
        today=clock.local_day(clock.now(), actor.timezone),
        view=view,
        text=text,
        level=level,
        window_id=window_id,
        common=area == "common",
        kind=kind,
        page=page,
        size=size,
    )
    with reading() as session:
        found = service.list_hazards(session, actor, filters)
    lines = [HazardLine.model_validate(row) for row in found.rows]
    return HazardList(page=found.page, more=found.more, hazards=lines)


@router.get("/hazards/{number}")
def get_hazard(actor: Who, number: str) -> HazardOut:
    """One hazard by its number, `HZ-2026-0123`."""
    with reading() as session:
        found = service.get(session, actor, number, now=clock.now())
    facts: dict[str, Any] = {
        name: getattr(found, name) for name in HazardOut.model_fields if hasattr(found, name)
    }
    for phase in ("before", "after"):
        facts[phase] = [
            PictureOut(url=f"/photos/{one.key}", at=one.at, by=one.by)
            for one in getattr(found, phase)
        ]
    return HazardOut.model_validate({**facts, "allowed": sorted(found.allowed)})


async def _body(request: Request) -> bytes:
    """The bytes sent, given up as soon as they are too many."""
    limit = MAX_MEGABYTES * 1_000_000
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limit:
            raise PhotoTooBig(limit=MAX_MEGABYTES)
    return bytes(data)


def _take_in(actor: Actor, data: bytes, client_key: str) -> Received:
    with reading() as session:
        known = service.find_upload(session, actor, client_key)
    if known is None:
        # On disk before the row, and outside the transaction: shrinking takes its time.
        photo = ingest(PhotoStore(settings().photo_dir), data)
        with transaction() as session:
            known = service.store_upload(session, actor, photo, client_key, clock.now())
    url = f"/photos/{known.key}"
    return Received(upload_id=known.id, key=known.key, url=url, thumb=f"{url}?thumb=1")
