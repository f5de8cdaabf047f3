"""The paper's address: `/drills/YL-2026-01/evaluation.pdf`, with `lang=` in a language."""

from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from drills import evaluation
from drills.errors import NotEvaluated
from drills.service import by_code
from safety_app.core import clock, db, i18n
from safety_app.core.errors import AppError
from safety_app.core.feature import load
from safety_app.core.i18n import _
from safety_app.web.identity import actor_of
from safety_app.web.refusals import refusal

PAPER: Final = "drills.documents.evaluation:evaluation_pdf"
"""Loaded when it is used: what draws is slow to import."""


def answer(request: Request) -> Response:
    """The paper, or the rule that forbids it."""
    try:
        name, content = _made(request)
    except AppError as problem:
        return refusal(request.scope, problem)
    plain = "".join(char for char in name if char.isascii()).strip("- ")
    place = f"inline; filename=\"{plain}.pdf\"; filename*=UTF-8''{quote(name)}.pdf"
    headers = {"content-disposition": place, "cache-control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


def _made(request: Request) -> tuple[str, bytes]:
    actor = actor_of(request)
    asked = request.query_params.get("lang", "")
    language = asked if asked in i18n.LANGUAGES else i18n.language()
    with db.reading() as session, i18n.use_language(language):
        drill = by_code(session, actor, str(request.path_params["code"]))
        found = evaluation.result(session, actor.site_id, drill.code)
        if found is None:
            raise NotEvaluated(code=drill.code)
        pdf: bytes = load(PAPER)(session, drill, found, clock.now())
        return f"{drill.code} {_('Drill evaluation')}", pdf


ROUTES: Final = (Route("/drills/{code}/evaluation.pdf", answer),)
