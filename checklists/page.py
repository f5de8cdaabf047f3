"""The patrol sheet's own routes: the page, its script and style, and the busiest API address."""

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

from checklists import api, papers, service
from checklists.entries import Entry
from checklists.errors import EntryUnreadable
from checklists.models import Kind
from checklists.sheet.strings import CHECK_WORDS, INSPECTION_WORDS, SCORED_WORDS, STRINGS
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import N_, _, html_language
from safety_app.features import door
from safety_app.ui.assets import with_lease
from safety_app.web.identity import actor_of, csrf_of
from safety_app.web.writing import written

FOLDER: Final = Path(__file__).parent / "sheet"
KINDS: Final = {".js": "text/javascript", ".css": "text/css"}
ENTRY_LIMIT: Final = 32 * 1024
NO_SCRIPT: Final = N_("This page needs JavaScript. Please switch it on in the browser.")
HELP: Final = N_(
    "Look at each point where it is, then tap its answer; it is saved at once, also while there is"
    " no network.\nA point that is not in order asks how it is handled: put right on the spot, or"
    " registered as a hazard. One that is not there asks for its reason.\nAt the end sign. A signed"
    " sheet never changes; without power use the printed blank sheet."
)
INSPECTION_HELP: Final = N_(
    "Look at the thing itself and answer group by group; each answer is saved at once, also while"
    " there is no network.\nWhere something is wrong the group opens: say which point it is and how"
    " it is handled. Dates of service and scrapping are judged by the system.\nThe inspection is"
    " recorded under the name that is signed in and never changes afterwards."
)

SCORED_HELP: Final = N_(
    "Give each point 0 to 5; on a keyboard the digits do the same. Each one is saved at once, also"
    " while there is no network.\nWhat did not belong to it does not count: tap “n/a” and say why."
    " With few points write what was lacking; it is registered with a level and a date.\nWhat is"
    " still unrated is listed by name at the end. A signed sheet never changes; a mistake is put"
    " right by a new one, and both are kept."
)


async def show(request: Request) -> HTMLResponse:
    """The sheet of a task, filled with all it needs to go on while the server is away."""
    actor = actor_of(request)
    facts = await run_in_threadpool(_facts, actor, int(request.path_params["task_id"]))
    facts["csrf"] = csrf_of(request)
    other = CHECK_WORDS if facts["kind"] == Kind.CHECK else {}
    facts["strings"] = {text: _(other.get(text, text)) for text in STRINGS}
    return HTMLResponse(_filled(facts), headers={"Cache-Control": "no-store"})


async def inspect(request: Request) -> HTMLResponse:
    """The sheet of one thing; with `run` one that was submitted, to be read."""
    actor = actor_of(request)
    subject, run = str(request.path_params["subject"]), request.query_params.get("run", "")
    run_id = int(run) if run.isascii() and run.isdigit() and len(run) < 10 else None
    facts = await run_in_threadpool(_inspection, actor, subject, run_id)
    facts["csrf"] = csrf_of(request)
    is_scored = bool(facts["scored"])
    words = {**CHECK_WORDS, **INSPECTION_WORDS, **(SCORED_WORDS if is_scored else {})}
    facts["strings"] = {text: _(words.get(text, text)) for text in STRINGS}
    filled = _filled(facts, SCORED_HELP if is_scored else INSPECTION_HELP)
    return HTMLResponse(filled, headers={"Cache-Control": "no-store"})


async def static(request: Request) -> Response:
    """The sheet's script or style; its address changes with its content."""
    name = str(request.path_params["file"])
    found = files().get(name)
    if found is None:
        return Response(status_code=404)
    content, digest = found
    fixed = request.query_params.get("v") == digest
    keep = "public, max-age=31536000, immutable" if fixed else "no-cache"
    headers = {"Cache-Control": keep, "ETag": f'"{digest}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=KINDS[Path(name).suffix], headers=headers)


async def add_entry(request: Request) -> JSONResponse:
    """`POST /api/runs/{id}/entries` without what a framework does beside it.

    `api.add_entry` is the same for whoever reads the description of the interface.
    """
    try:
        entry = Entry.model_validate_json(await _small_body(request))
        token = request.headers.get("x-run-token", "")
        facts = (request.path_params["run_id"], entry, token)
        quick = partial(api.keep_quickly, *facts) if entry.is_bare else None
        return api.answer(await written(partial(api.keep, *facts), quick))
    except ValidationError as error:
        places = {".".join(str(step) for step in one["loc"]) for one in error.errors()}
        return _refused(EntryUnreadable(places=", ".join(sorted(places))))
    except AppError as error:
        return _refused(error)


def _refused(error: AppError) -> JSONResponse:
    return JSONResponse({"code": error.code, "message": error.message()}, status_code=error.status)


async def _small_body(request: Request) -> bytes:
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > ENTRY_LIMIT:
            raise EntryUnreadable(places="body")
    return bytes(data)


def _facts(actor: Actor, task_id: int) -> dict[str, Any]:
    with reading() as session:
        return service.sheet(session, actor, task_id, clock.now())


def _inspection(actor: Actor, subject: str, run_id: int | None) -> dict[str, Any]:
    with reading() as session:
        return service.inspection_sheet(session, actor, subject, clock.now(), run_id=run_id)


def _filled(facts: dict[str, Any], help_text: str = HELP) -> str:
    found = door()
    facts["door"] = {"href": found.address, "text": _(found.label)} if found else None
    page = (FOLDER / "sheet.html").read_text(encoding="utf-8")
    # "<" written so that nothing typed by a person can end the block that holds it.
    data = json.dumps(facts, ensure_ascii=False, default=str).replace("<", "\\u003c")
    title = f"{facts['title']} · {facts['subject']}"
    places = {
        "lang": html_language(),
        "title": _escaped(title),
        "css": _address("sheet.css"),
        "js": _address("sheet.js"),
        "noscript": _escaped(_(NO_SCRIPT)),
        "about": _escaped(_("About this page")),
        "help": "".join(f"<p>{_escaped(line)}</p>" for line in _(help_text).split("\n")),
        "data": data,
    }
    for name, text in places.items():
        page = page.replace("{{" + name + "}}", text)
    return page


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _address(name: str) -> str:
    return f"/sheet/static/{name}?v={files()[name][1]}"


@lru_cache(maxsize=1)
def files() -> dict[str, tuple[bytes, str]]:
    """Script and style with the digest of each, read once."""
    found = {}
    for path in FOLDER.iterdir():
        if path.suffix in KINDS:
            content = with_lease(path) if path.suffix == ".js" else path.read_bytes()
            found[path.name] = (content, hashlib.sha256(content).hexdigest()[:16])
    return found


ROUTES: Final = (
    *papers.ROUTES,
    Route("/sheet/static/{file}", static),
    Route("/sheet/{task_id:record}", show),
    Route("/inspect/{subject}", inspect),
    Route("/api/runs/{run_id:record}/entries", add_entry, methods=["POST"]),
)
