"""`POST /api/files` and `GET /files/{id}`: what people hand in, and who may see it again."""

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from safety_app.core import clock, files
from safety_app.core.access import Actor
from safety_app.core.db import reading, transaction
from safety_app.core.errors import AppError, NotFound
from safety_app.core.file_errors import FileTooBig
from safety_app.core.file_kinds import MB, SCAN_MEGABYTES
from safety_app.core.files import File
from safety_app.features import features
from safety_app.web.identity import actor_of
from safety_app.web.refusals import refusal

CACHE: Final = "private, max-age=31536000, immutable"
# Whatever a scan may carry: it runs nothing, reaches nothing and is framed by nobody.
POLICY: Final = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

router = APIRouter(tags=["files"])


def _actor(request: Request) -> Actor:
    return actor_of(request)


Who = Annotated[Actor, Depends(_actor)]
ClientKey = Annotated[str, Query(min_length=1, max_length=64, pattern=r"^[\w.:-]+$")]


class Receipt(BaseModel):
    """The receipt of a file: it is on disk; name it by `id` when the form is sent."""

    id: int
    name: str
    url: str
    media_type: str
    pages: int | None


@router.post("/files")
async def hand_in(
    request: Request,
    actor: Who,
    client_key: ClientKey,
    name: Annotated[str, Query(max_length=500)] = "",
) -> Receipt:
    """Take in one file, as raw bytes; the same `client_key` gives the same receipt again."""
    data = await _body(request)
    return await run_in_threadpool(_take_in, actor, data, name, client_key)


async def file(request: Request) -> Response:
    """A file: shown by the browser, or with `?download=1` (tables always) saved by it."""
    try:
        return await run_in_threadpool(
            _answer,
            actor_of(request),
            request.path_params["id"],
            request.query_params.get("download") == "1",
        )
    except AppError as problem:
        return refusal(request.scope, problem)


def _answer(actor: Actor, file_id: int, download: bool) -> Response:
    with reading() as session:
        found = files.get(session, actor.site_id, file_id)
        if found.by != actor.user_id and not any(
            feature.may_see_file(session, actor, file_id)
            for feature in features()
            if feature.may_see_file
        ):
            raise NotFound()
    way = "attachment" if download or found.is_table else "inline"
    headers = {
        "cache-control": CACHE,
        "content-disposition": f"{way}; filename*=UTF-8''{quote(found.name, safe='')}",
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
    }
    return Response(files.read(found), headers=headers, media_type=found.media_type)


async def _body(request: Request) -> bytes:
    """The bytes sent, given up as soon as they are too many."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > SCAN_MEGABYTES * MB:
            raise FileTooBig(limit=SCAN_MEGABYTES)
    return bytes(data)


def _take_in(actor: Actor, data: bytes, name: str, client_key: str) -> Receipt:
    with reading() as session:
        known = files.find(session, actor, client_key)
    if known is None:
        # On disk before the row, and outside the transaction: reading a scan takes its time.
        stored = files.store(data, name)
        with transaction() as session:
            known = files.note(session, actor, stored, client_key=client_key, now=clock.now())
    return _receipt(known)


def _receipt(found: File) -> Receipt:
    return Receipt(
        id=found.id,
        name=found.name,
        url=f"/files/{found.id}",
        media_type=found.media_type,
        pages=found.pages,
    )


routes = [Route("/files/{id:int}", file)]
