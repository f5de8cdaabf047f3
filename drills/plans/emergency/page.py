"""The routes: the page of an emergency, its maps, and the notices that everybody may read.

The browser keeps the page for some time and opens it from there, so that it opens at once and also
while the server is away, on plain HTTP too. A script then asks for it anew and says when it has
changed. Whoever is neither signed in nor at a shared tablet is sent to the sign-in page, for it
names people.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from drills.plans.emergency import icons
from drills.plans.emergency.facts import Emergency, emergency
from drills.plans.models import Kind
from drills.plans.numerals import chapter_title
from drills.plans.permissions import Permission
from drills.plans.public import NOTICES
from drills.plans.service import as_of, get_version
from drills.plans.service.contacts import viewer_of
from drills.plans.service.versions import VersionView
from safety_app.accounts import service as accounts
from safety_app.accounts.service import DEVICE_COOKIE
from safety_app.core import clock, files, i18n
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError, NotFound
from safety_app.core.i18n import _, bilingual, day_text, html_language, moment_text
from safety_app.web.refusals import refusal
from safety_app.workplace import service as workplace

FOLDER: Final = Path(__file__).parent
KINDS: Final = {".css": "text/css", ".js": "text/javascript"}
TOKENS: Final = Path(__file__).parents[3] / "safety_app" / "ui" / "static" / "tokens.css"
DAY: Final = 86_400
KEPT: Final = f"private, max-age={DAY}"
KEPT_ON_TABLET: Final = f"private, max-age={14 * DAY}"
FOREVER: Final = "private, max-age=31536000, immutable"
PUBLIC: Final = "public, max-age=600"
OTHER: Final = {"zh_CN": ("en", "en", "English"), "en": ("zh_CN", "zh-CN", "中文")}


async def show(request: Request) -> Response:
    """The page of an emergency; `plan` opens one of its plans."""
    return await run_in_threadpool(_show, request)


async def map_picture(request: Request) -> Response:
    """A map of a plan in force."""
    return await run_in_threadpool(_map, request)


async def notice(request: Request) -> Response:
    """A notice that everybody may read."""
    return await run_in_threadpool(_notice, request)


async def static(request: Request) -> Response:
    """Style and script; their address changes with their content."""
    name = str(request.path_params["file"])
    if Path(name).suffix not in KINDS or name not in _static():
        return Response(status_code=404)
    fresh = request.query_params.get("v") == _digest(name)
    keep = "public, max-age=31536000, immutable" if fresh else "no-cache"
    return Response(_static()[name], media_type=KINDS[Path(name).suffix],
                    headers={"cache-control": keep})  # fmt: skip


def _show(request: Request) -> Response:
    site_id, on_tablet, viewer = _reader(request)
    if site_id is None:
        return RedirectResponse("/sign-in?next=/emergency", 303)
    wanted = request.query_params.get("plan", "")
    if wanted.isascii() and wanted.isdecimal() and len(wanted) < 10:
        return RedirectResponse(f"/emergency#plan-{wanted}", 303)
    with i18n.use_language(_language(request)):
        found = _facts(site_id, viewer)
        body = _filled("emergency.html", found=found, icons=icons)
        digest = hashlib.sha256(body.encode()).hexdigest()[:16]
        made = moment_text(clock.now(), _timezone(site_id), year=True)
        page = body.replace("@digest@", digest).replace("@made@", made)
    keep = KEPT_ON_TABLET if on_tablet else KEPT
    return HTMLResponse(page, headers={"cache-control": keep})


def _facts(site_id: int, viewer: int | None = None) -> Emergency:
    with reading() as session:
        timezone = workplace.site(session, site_id).timezone
        return emergency(session, site_id, clock.local_day(clock.now(), timezone), viewer)


def _timezone(site_id: int) -> str:
    with reading() as session:
        return workplace.site(session, site_id).timezone


def _reader(request: Request) -> tuple[int | None, bool, int | None]:
    """The hall of whoever is signed in, or of the shared tablet; whether it is a tablet; who reads,
    if it is a third party."""
    actor = request.scope.get("state", {}).get("actor")
    with reading() as session:
        tablet = accounts.tablet_of(session, request.cookies.get(DEVICE_COOKIE))
    if isinstance(actor, Actor):
        site_id = actor.site_id if actor.may(Permission.VIEW) else None
        return site_id, tablet is not None, viewer_of(actor)
    return (tablet.site_id if tablet else None), tablet is not None, None


def _map(request: Request) -> Response:
    site_id, _on_tablet, _viewer = _reader(request)
    if site_id is None:
        return refusal(request.scope, NotFound())
    file_id = int(request.path_params["file_id"])
    try:
        if file_id not in _facts(site_id).map_ids:
            raise NotFound()
        with reading() as session:
            found = files.get(session, site_id, file_id)
        content = files.read(found)
    except AppError as problem:
        return refusal(request.scope, problem)
    headers = {"cache-control": FOREVER, "x-content-type-options": "nosniff"}
    return Response(content, media_type=found.media_type, headers=headers)


def _notice(request: Request) -> Response:
    name = str(request.path_params["name"])
    kind = NOTICES.get(name)
    with i18n.use_language(_language(request)):
        if kind is None:
            return refusal(request.scope, NotFound())
        view, unit, is_demo = _in_force(kind, request.query_params.get("hall", ""))
        page = _filled(
            "notice.html", view=view, unit=unit, is_demo=is_demo, name=name,
            title=view.title if view else _("Notice to read"), chapter_title=chapter_title,
            since=day_text(view.effective_on, weekday=False, year=True) if view else "",
        )  # fmt: skip
    headers = {"cache-control": PUBLIC, "vary": "Accept-Language, Cookie"}
    headers["etag"] = f'"{hashlib.sha256(page.encode()).hexdigest()[:32]}"'
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return HTMLResponse(page, headers=headers)


def _in_force(kind: Kind, asked: str) -> tuple[VersionView | None, str, bool]:
    """The notice of the hall asked for, else of the first one."""
    with reading() as session:
        sites = workplace.list_sites(session)
        site = next((one for one in sites if str(one.id) == asked), sites[0] if sites else None)
        if site is None:
            return None, "", False
        today = clock.local_day(clock.now(), site.timezone)
        held = as_of(session, site.id, today, kinds=[kind])
        view = get_version(session, site.id, held[0].version_id) if held else None
        return view, bilingual(site.name, site.name_en), site.is_demo


def _language(request: Request) -> str:
    asked = request.query_params.get("lang", "")
    return asked if asked in i18n.LANGUAGES else i18n.language()


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


@lru_cache(maxsize=1)
def _static() -> dict[str, str]:
    """Style and script, read once; the style begins with the colours of the house."""
    found = {
        path.name: path.read_text(encoding="utf-8")
        for path in FOLDER.iterdir()
        if path.suffix in KINDS
    }
    tokens = TOKENS.read_text(encoding="utf-8")
    return {name: tokens + text if name.endswith(".css") else text for name, text in found.items()}


@lru_cache(maxsize=8)
def _digest(name: str) -> str:
    return hashlib.sha256(_static()[name].encode()).hexdigest()[:12]


def _filled(template: str, **facts: Any) -> str:
    code, lang, name = OTHER[i18n.language()]
    return (
        _templates()
        .get_template(template)
        .render(
            lang=html_language(),
            words=_words(),
            static={one: f"/emergency/static/{one}?v={_digest(one)}" for one in _static()},
            other={"code": code, "lang": lang, "name": name},
            **facts,
        )
    )


def _words() -> dict[str, str]:
    return {
        "emergency": _("Emergency"),
        "back": _("Back"),
        "skip": _("Skip to the content"),
        "demo": _("Demonstration"),
        "call": _("Call at once"),
        "what": _("What has happened?"),
        "none": _("No emergency plan is published yet. Call for help, warn others, leave the"
                  " building by the nearest exit."),
        "contacts": _("Contact list for emergencies"),
        "report": _("All safe? Report it"),
        "no_phone": _("no phone number"),
        "all": _("All emergencies"),
        "steps": _("Step by step"),
        "mind": _("What to mind"),
        "chain": _("Who tells whom"),
        "say": _("What to say"),
        "teams": _("Who does what"),
        "members": _("Members"),
        "maps": _("Evacuation maps"),
        "resources": _("Resources"),
        "kept": _("No connection. This is what was kept on this device on {moment}.",
                  moment="@made@"),
        "changed": _("The plans have changed. Show the new ones"),
        "nothing": _("There is no notice yet. Please ask the staff."),
        "in_force": _("In force from"),
    }  # fmt: skip


ROUTES: Final = (
    Route("/emergency", show),
    Route("/emergency/map/{file_id:int}", map_picture),
    Route("/emergency/static/{file}", static),
    Route("/rules/{name}", notice),
)
