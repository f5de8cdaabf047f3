"""Short addresses on labels: `/q/MHQ-0032`, or `/q?code=mhq32` as typed, lead to the sheet."""

from typing import Final
from urllib.parse import quote

from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from equipment import exporting, papers, stock_papers
from equipment.codes import normal
from equipment.models import Item
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.web.identity import actor_of


async def scanned(request: Request) -> RedirectResponse:
    """The sheet of the item; a code that nothing has goes to where codes are typed."""
    asked = request.path_params.get("code") or request.query_params.get("code", "")
    code = normal(str(asked)[:40])
    known = await run_in_threadpool(_is_known, actor_of(request), code)
    there = f"/inspect/equipment:{code}" if known else f"/equipment-round?code={quote(code)}"
    return RedirectResponse(there, 303)


def _is_known(actor: Actor, code: str) -> bool:
    with reading() as session:
        query = select(Item.id).where(Item.site_id == actor.site_id, Item.code == code)
        return session.scalar(query) is not None


ROUTES: Final = (
    Route("/q", scanned),
    Route("/q/{code}", scanned),
    *exporting.ROUTES,
    *papers.ROUTES,
    *stock_papers.ROUTES,
)
