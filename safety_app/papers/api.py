"""`GET /papers/form.xlsx`: the table for a pile of old papers, in the reader's language."""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from safety_app.core.errors import AppError
from safety_app.core.file_kinds import XLSX
from safety_app.core.i18n import _
from safety_app.papers.batch import batch_form
from safety_app.papers.permissions import Permission
from safety_app.papers.service import WHO_KEEPS
from safety_app.web.identity import actor_of
from safety_app.web.refusals import refusal


async def form(request: Request) -> Response:
    """The empty table, for whoever keeps the papers."""
    try:
        actor_of(request).require(Permission.KEEP, who=WHO_KEEPS)
        content = await run_in_threadpool(batch_form)
    except AppError as problem:
        return refusal(request.scope, problem)
    name = quote(_("Old papers") + ".xlsx", safe="")
    disposition = f"attachment; filename=\"papers.xlsx\"; filename*=UTF-8''{name}"
    return Response(content, headers={"content-disposition": disposition}, media_type=XLSX)


ROUTES = [Route("/papers/form.xlsx", form)]
