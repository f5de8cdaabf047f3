"""Tables that go out: the bank as Excel, the form of an import, its faulty rows."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from drills.exams.service import tables
from safety_app.core import clock, db
from safety_app.core.access import Actor
from safety_app.core.errors import AppError
from safety_app.core.file_kinds import XLSX
from safety_app.core.i18n import _
from safety_app.web.identity import actor_of
from safety_app.web.refusals import refusal

Made = tuple[str, bytes]
Make = Callable[[Session, Actor, Request, datetime], Made]


def _table(make: Make) -> Callable[[Request], Response]:
    """A route that answers with a workbook to keep, or with the rule that forbids it."""

    def answer(request: Request) -> Response:
        try:
            with db.reading() as session:
                name, content = make(session, actor_of(request), request, clock.now())
        except AppError as problem:
            return refusal(request.scope, problem)
        kept = quote(name, safe="")
        place = f"attachment; filename=\"questions.xlsx\"; filename*=UTF-8''{kept}.xlsx"
        headers = {"content-disposition": place, "cache-control": "no-store"}
        return Response(content, media_type=XLSX, headers=headers)

    return answer


def _bank(session: Session, actor: Actor, _request: Request, now: datetime) -> Made:
    return _("Question bank"), tables.bank_xlsx(session, actor, now=now)


def _form(_session: Session, actor: Actor, _request: Request, now: datetime) -> Made:
    return _("Questions of exams"), tables.form_xlsx(actor, now=now)


def _faults(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    said = request.query_params.get("file", "")
    file_id = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
    return _("Faulty rows"), tables.faults_xlsx(session, actor, file_id, now=now)


ROUTES: Final = (
    Route("/exams/bank.xlsx", _table(_bank)),
    Route("/exams/import/form.xlsx", _table(_form)),
    Route("/exams/import/faults.xlsx", _table(_faults)),
)
