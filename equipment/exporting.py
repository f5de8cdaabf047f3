"""Tables that go out: the register as Excel, the form of an import, its faulty rows."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from equipment.kinds import Family
from equipment.list_errors import BadList
from equipment.service import export
from equipment.service.importing.form import faulty_rows, list_form
from equipment.service.importing.reading import read_list
from equipment.service.listing import Filters, View
from safety_app.core import clock, db, i18n
from safety_app.core.access import Actor
from safety_app.core.errors import AppError, NotFound
from safety_app.core.file_kinds import XLSX
from safety_app.core.i18n import _
from safety_app.web.identity import actor_of
from safety_app.web.refusals import refusal

Made = tuple[str, bytes]


def _table(
    make: Callable[[Session, Actor, Mapping[str, str], datetime], Made],
) -> Callable[[Request], Response]:
    """A route that answers with a workbook to keep, or with the rule that forbids it."""

    def answer(request: Request) -> Response:
        try:
            actor = actor_of(request)
            language = request.query_params.get("lang", i18n.language())
            if language not in i18n.LANGUAGES:
                raise NotFound()
            with db.reading() as session, i18n.use_language(language):
                name, content = make(session, actor, request.query_params, clock.now())
        except AppError as problem:
            return refusal(request.scope, problem)
        disposition = (
            f"attachment; filename=\"list.xlsx\"; filename*=UTF-8''{quote(name, safe='')}.xlsx"
        )
        headers = {"content-disposition": disposition, "cache-control": "no-store"}
        return Response(content, media_type=XLSX, headers=headers)

    return answer


def _form(session: Session, actor: Actor, _asked: Mapping[str, str], now: datetime) -> Made:
    return _("Safety facilities"), list_form(session, actor, now=now)


def _faults(session: Session, actor: Actor, asked: Mapping[str, str], now: datetime) -> Made:
    found = read_list(session, actor, _number(asked.get("file", "")) or 0)
    return _("Faulty rows"), faulty_rows(session, actor, found, now=now)


def _register(session: Session, actor: Actor, asked: Mapping[str, str], now: datetime) -> Made:
    today = clock.local_day(now, actor.timezone)
    try:
        filters = Filters(
            today=today,
            view=View(asked.get("view", View.ALL)),
            text=asked.get("text", ""),
            family=Family(asked["family"]) if asked.get("family") else None,
            kind=asked.get("kind", ""),
            window_id=_number(asked.get("window", "")),
            location_id=_number(asked.get("location", "")),
            floor=asked.get("floor"),
            common=asked.get("common") == "1",
            kept=asked.get("kept") == "1",
        )
    except ValueError:
        raise BadList() from None
    name = _("Register of safety facilities")
    return f"{name} {today}", export.register_xlsx(session, actor, filters, now=now)


def _number(text: str) -> int | None:
    """An id of an address."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


ROUTES: Final = (
    Route("/equipment/import/form.xlsx", _table(_form)),
    Route("/equipment/import/faults.xlsx", _table(_faults)),
    Route("/equipment/register.xlsx", _table(_register)),
)
