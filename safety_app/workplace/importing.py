"""`GET /import/form.xlsx`: the form for windows and people, in the reader's language."""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from safety_app.core import clock
from safety_app.core.errors import AppError
from safety_app.core.file_kinds import XLSX
from safety_app.core.i18n import _
from safety_app.web.identity import actor_of
from safety_app.web.refusals import refusal
from safety_app.workplace import service


async def form(request: Request) -> Response:
    """The empty form, for whoever may import."""
    try:
        content = await run_in_threadpool(service.import_form, actor_of(request), clock.now())
    except AppError as problem:
        return refusal(request.scope, problem)
    name = quote(_("Windows and people") + ".xlsx", safe="")
    disposition = f"attachment; filename=\"import.xlsx\"; filename*=UTF-8''{name}"
    return Response(content, headers={"content-disposition": disposition}, media_type=XLSX)


routes = [Route("/import/form.xlsx", form)]
