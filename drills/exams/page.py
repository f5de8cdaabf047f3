"""The exam's own routes: the page, its script and style, and the busiest API addresses."""

import hashlib
import json
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from drills.exams import api
from drills.exams.entries import Entry
from drills.exams.errors import EntryUnreadable
from drills.exams.service import showing
from drills.exams.sheet.strings import STRINGS
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError, NotFound
from safety_app.core.i18n import N_, _, html_language
from safety_app.features import door
from safety_app.ui.assets import with_lease
from safety_app.web.identity import actor_of, csrf_of
from safety_app.web.refusals import refusal
from safety_app.web.writing import written

FOLDER: Final = Path(__file__).parent / "sheet"
KINDS: Final = {".js": "text/javascript", ".css": "text/css"}
ENTRY_LIMIT: Final = 4 * 1024
LARGEST_ID: Final = 2**31 - 1
NO_SCRIPT: Final = N_("This page needs JavaScript. Please switch it on in the browser.")
HELP: Final = N_(
    "Answer the questions in any order; each answer is saved at once, also while there is no"
    " network. Mark what you want to look at once more.\nThe time is that of the server. If the"
    " tablet fails, sign in at another one and open the exam again.\nHanding in is final; the"
    " result with the explanation of every question follows at once."
)


async def show(request: Request) -> Response:
    """The page of an exam: its rules, or the way on where it is under way."""
    try:
        actor = actor_of(request)
        facts = await run_in_threadpool(_cover, actor, _number(request, "exam_id"))
    except AppError as problem:
        return refusal(request.scope, problem)
    return _page(request, facts)


async def show_result(request: Request) -> Response:
    """The result of an attempt, to be read again."""
    try:
        actor = actor_of(request)
        facts = await run_in_threadpool(_result, actor, _number(request, "attempt_id"))
    except AppError as problem:
        return refusal(request.scope, problem)
    return _page(request, facts)


def _number(request: Request, name: str) -> int:
    """A record's number, and nothing longer than a database can hold."""
    found = int(request.path_params[name])
    if found > LARGEST_ID:
        raise NotFound()
    return found


def _page(request: Request, facts: dict[str, Any]) -> HTMLResponse:
    facts["csrf"] = csrf_of(request)
    found = door()
    facts["door"] = {"href": found.address, "text": _(found.label)} if found else None
    facts["strings"] = {text: _(text) for text in STRINGS}
    return HTMLResponse(_filled(facts), headers={"Cache-Control": "no-store"})


def _cover(actor: Actor, exam_id: int) -> dict[str, Any]:
    with reading() as session:
        return showing.cover_facts(session, actor, exam_id, clock.now())


def _result(actor: Actor, attempt_id: int) -> dict[str, Any]:
    with reading() as session:
        return showing.read_facts(session, actor, attempt_id, clock.now())


async def static(request: Request) -> Response:
    """The page's script or style; its address changes with its content."""
    found = files().get(str(request.path_params["file"]))
    if found is None:
        return Response(status_code=404)
    content, digest, kind = found
    fixed = request.query_params.get("v") == digest
    keep = "private, max-age=31536000, immutable" if fixed else "no-cache"
    return Response(content, media_type=kind, headers={"Cache-Control": keep})


async def add_entry(request: Request) -> JSONResponse:
    """`POST /api/attempts/{id}/entries` without what a framework does beside it.

    `api.add_entry` is the same for whoever reads the description of the interface.
    """
    try:
        entry = Entry.model_validate_json(await _small_body(request))
        facts = (_number(request, "attempt_id"), entry, _token(request))
        kept = await written(partial(api.keep, *facts), partial(api.keep_quickly, *facts))
        return api.answer(kept)
    except ValidationError as error:
        places = {".".join(str(step) for step in one["loc"]) for one in error.errors()}
        return _refused(EntryUnreadable(places=", ".join(sorted(places))))
    except AppError as error:
        return _refused(error)


async def alive(request: Request) -> JSONResponse:
    """`POST /api/attempts/{id}/alive`, the same way."""
    try:
        facts = (_number(request, "attempt_id"), _token(request))
        found = await written(partial(api.stay, *facts))
    except AppError as error:
        return _refused(error)
    return api.standing_of(found, clock.now())


def _token(request: Request) -> str:
    return request.headers.get("x-run-token", "")


def _refused(error: AppError) -> JSONResponse:
    return JSONResponse({"code": error.code, "message": error.message()}, status_code=error.status)


async def _small_body(request: Request) -> bytes:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > ENTRY_LIMIT:
            raise EntryUnreadable(places="body")
    return bytes(data)


def _filled(facts: dict[str, Any]) -> str:
    page = (FOLDER / "exam.html").read_text(encoding="utf-8")
    # "<" written so that nothing typed by a person can end the block that holds it.
    data = json.dumps(facts, ensure_ascii=False, default=_plain).replace("<", "\\u003c")
    places = {
        "lang": html_language(),
        "title": _escaped(facts["title"]),
        "css": _address("exam.css"),
        "js": _address("exam.js"),
        "noscript": _escaped(_(NO_SCRIPT)),
        "about": _escaped(_("About this page")),
        "help": "".join(f"<p>{_escaped(line)}</p>" for line in _(HELP).split("\n")),
        "data": data,
    }
    for name, text in places.items():
        page = page.replace("{{" + name + "}}", text)
    return page


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _address(name: str) -> str:
    return f"/exam/static/{name}?v={files()[name][1]}"


@lru_cache(maxsize=1)
def files() -> dict[str, tuple[bytes, str, str]]:
    """Script and style with the digest and the type of each, read once."""
    found = {}
    for path in FOLDER.iterdir():
        if path.suffix in KINDS:
            content = with_lease(path) if path.suffix == ".js" else path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:16]
            found[path.name] = (content, digest, KINDS[path.suffix])
    return found


ROUTES: Final = (
    Route("/exam/static/{file}", static),
    Route("/exam/{exam_id:int}", show),
    Route("/exam/result/{attempt_id:int}", show_result),
    Route("/api/attempts/{attempt_id:int}/entries", add_entry, methods=["POST"]),
    Route("/api/attempts/{attempt_id:int}/alive", alive, methods=["POST"]),
)
