"""Tables that go out: the form of an import, its faulty rows."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from drills.training.service.importing.form import faulty_rows, list_form
from drills.training.service.importing.reading import read_list
from safety_app.core import clock, db, i18n
from safety_app.core.access import Actor
from safety_app.core.errors import AppError, NotFound
from safety_app.core.file_kinds import PDF, XLSX
from safety_app.core.i18n import _
from safety_app.web.identity import actor_of
from safety_app.web.refusals import refusal

Made = tuple[str, bytes]
Maker = Callable[[Session, Actor, Mapping[str, str], datetime], Made]
_ENDINGS: Final = {PDF: "pdf", XLSX: "xlsx"}


def answering(make: Maker, media_type: str) -> Callable[[Request], Response]:
    """A route that answers with a paper or a table, or with the rule that forbids it."""

    def answer(request: Request) -> Response:
        asked = {**request.query_params, **{k: str(v) for k, v in request.path_params.items()}}
        try:
            actor = actor_of(request)
            language = asked.get("lang", i18n.language())
            if language not in i18n.LANGUAGES:
                raise NotFound()
            with db.reading() as session, i18n.use_language(language):
                name, content = make(session, actor, asked, clock.now())
        except AppError as problem:
            return refusal(request.scope, problem)
        ending = _ENDINGS[media_type]
        how = "inline" if media_type == PDF else "attachment"
        disposition = (
            f"{how}; filename=\"paper.{ending}\"; filename*=UTF-8''{quote(name, safe='')}.{ending}"
        )
        headers = {"content-disposition": disposition, "cache-control": "no-store"}
        return Response(content, media_type=media_type, headers=headers)

    return answer


def whole(asked: Mapping[str, str], name: str) -> int:
    """A number of an address; raises `NotFound` where it is none."""
    said = asked.get(name, "")
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        raise NotFound()
    return int(said)


def _form(session: Session, actor: Actor, _asked: Mapping[str, str], now: datetime) -> Made:
    return _("Training records"), list_form(session, actor, now=now)


def _faults(session: Session, actor: Actor, asked: Mapping[str, str], now: datetime) -> Made:
    found = read_list(session, actor, whole(asked, "file"))
    return _("Faulty rows"), faulty_rows(session, actor, found, now=now)


ROUTES: Final = (
    Route("/training/import/form.xlsx", answering(_form, XLSX)),
    Route("/training/import/faults.xlsx", answering(_faults, XLSX)),
)
