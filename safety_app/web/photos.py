"""`GET /photos/{key}`: a stored picture, for those whom its hazard or patrol concerns."""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError, NotFound
from safety_app.core.photos import PhotoStore
from safety_app.core.settings import settings
from safety_app.features import features
from safety_app.web.identity import actor_of
from safety_app.web.refusals import refusal

# A key is the hash of the picture: what is behind it never changes.
CACHE: Final = "private, max-age=31536000, immutable"


async def photo(request: Request) -> Response:
    """The picture, or with `?thumb=1` its thumbnail."""
    try:
        return await run_in_threadpool(
            _answer,
            actor_of(request),
            request.path_params["key"],
            request.query_params.get("thumb") == "1",
            request.headers.get("if-none-match"),
        )
    except AppError as problem:
        return refusal(request.scope, problem)


def _answer(actor: Actor, key: str, thumb: bool, known: str | None) -> Response:
    if not _may_see(actor, key):
        raise NotFound()
    headers = {"cache-control": CACHE, "etag": f'"{key[:32]}{"-t" if thumb else ""}"'}
    if known == headers["etag"]:
        return Response(status_code=304, headers=headers)
    picture = PhotoStore(settings().photo_dir).read(key, thumb=thumb)
    return Response(picture, headers=headers, media_type="image/jpeg")


def _may_see(actor: Actor, key: str) -> bool:
    shelves = [feature.photos for feature in features() if feature.photos]
    with reading() as session:
        return any(shelf.may_see(session, actor, key) for shelf in shelves)


routes = [Route("/photos/{key:str}", photo)]
