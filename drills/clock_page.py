"""The stopwatch's own routes: the page, its script and its style."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from drills import service
from drills.clock.strings import STRINGS
from drills.models import CONTENT_NAMES, FORM_NAMES, Drill, Step
from drills.permissions import WHO_MAY, Permission
from drills.service import face
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError, NotAllowed
from safety_app.core.i18n import N_, _, bilingual, html_language, language
from safety_app.features import door
from safety_app.web.identity import actor_of, csrf_of
from safety_app.web.refusals import refusal

FOLDER: Final = Path(__file__).parent / "clock"
KINDS: Final = {".js": "text/javascript", ".css": "text/css"}
NO_SCRIPT: Final = N_("This page needs JavaScript. Please switch it on in the browser.")
HELP: Final = N_(
    "Press “Start the drill” when it begins; then tap each milestone when it is reached. A tap is"
    " kept at once, also while there is no network, and can be taken back for two minutes.\n"
    "Several tablets may have this page open: they share one clock, and of the start and of"
    " each milestone the first tap counts. Nothing is lost by a reload or an empty battery.\n"
    "Under “Sign-in” everybody on duty today signs with a finger; whoever signs on paper is ticked."
    " When all is over stop the clock, then finish the drill."
)


async def show(request: Request) -> Response:
    """The stopwatch of a drill, filled with all it needs to go on while the server is away."""
    actor = actor_of(request)
    try:
        facts = await run_in_threadpool(_facts, actor, str(request.path_params["code"]))
    except AppError as problem:
        return refusal(request.scope, problem)
    facts["csrf"] = csrf_of(request)
    return HTMLResponse(_filled(facts), headers={"Cache-Control": "no-store"})


async def static(request: Request) -> Response:
    """The script or the style; its address changes with its content."""
    name = str(request.path_params["file"])
    found = files().get(name)
    if found is None:
        return Response(status_code=404)
    content, digest = found
    fixed = request.query_params.get("v") == digest
    keep = "private, max-age=31536000, immutable" if fixed else "no-cache"
    return Response(content, media_type=KINDS[Path(name).suffix], headers={"Cache-Control": keep})


def _facts(actor: Actor, code: str) -> dict[str, Any]:
    with reading() as session:
        drill = service.by_code(session, actor, code)
        if not service.may(session, actor, drill, Step.START):
            raise NotAllowed(who=WHO_MAY[Permission.HOLD])
        title = bilingual(drill.title, drill.title_en)
        kinds = (_(CONTENT_NAMES[drill.content]), _(FORM_NAMES[drill.form]))
        return {
            "code": drill.code,
            "title": title,
            "subtitle": " · ".join((drill.code, *kinds, drill.place)).rstrip(" ·"),
            "user": actor.user_id,
            "name": actor.name,
            "language": language(),
            "timezone": actor.timezone,
            "back": f"/drills?drill={drill.code}",
            "signin": f"/sign-in?next={quote(f'/drill/{drill.code}/clock')}",
            "face": face.face(session, drill, now=clock.now()),
            "door": _door(),
            "plans": _plans(session, drill),
            "colleagues": face.colleagues(session, drill),
            "strings": {text: _(text) for text in STRINGS},
        }


def _door() -> dict[str, str] | None:
    """What must be one tap away, also in a drill."""
    found = door()
    return {"href": found.address, "text": _(found.label)} if found else None


def _plans(session: Session, drill: Drill) -> list[dict[str, str]]:
    """The plans that are tried out, on the page that the browser keeps."""
    found = door()
    tried = service.tried_by(session, drill, drill.held_on or drill.planned_on)
    return [
        {"title": one.title, "href": f"{found.address}#plan-{one.plan_id}"}
        for one in tried
        if found and one.version is not None
    ]


def _filled(facts: dict[str, Any]) -> str:
    page = (FOLDER / "clock.html").read_text(encoding="utf-8")
    # "<" written so that nothing typed by a person can end the block that holds it.
    data = json.dumps(facts, ensure_ascii=False, default=str).replace("<", "\\u003c")
    places = {
        "lang": html_language(),
        "title": _escaped(facts["title"]),
        "css": _address("clock.css"),
        "js": _address("clock.js"),
        "noscript": _escaped(_(NO_SCRIPT)),
        "about": _escaped(_("About this page")),
        "help": "".join(f"<p>{_escaped(line)}</p>" for line in _(HELP).split("\n")),
        "data": data,
    }
    for name, text in places.items():
        page = page.replace("{{" + name + "}}", text)
    return page


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _address(name: str) -> str:
    return f"/drill/static/{name}?v={files()[name][1]}"


@lru_cache(maxsize=1)
def files() -> dict[str, tuple[bytes, str]]:
    """Script and style with the digest of each, read once."""
    found = {}
    for path in FOLDER.iterdir():
        if path.suffix in KINDS:
            content = path.read_bytes()
            found[path.name] = (content, hashlib.sha256(content).hexdigest()[:16])
    return found


ROUTES: Final = (
    Route("/drill/static/{file}", static),
    Route("/drill/{code}/clock", show),
)
