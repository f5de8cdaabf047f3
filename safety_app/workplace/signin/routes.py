"""Routes of signing in and out and the language switch."""

from collections.abc import Callable
from typing import Final, TypeVar
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from safety_app.accounts import cookies, gate, service, signin
from safety_app.accounts.service import DEVICE_COOKIE, SESSION_COOKIE, SignedIn
from safety_app.core import clock
from safety_app.core.db import reading, transaction
from safety_app.core.errors import AppError, NotFound
from safety_app.core.i18n import LANGUAGES, language, set_language
from safety_app.web.identity import FormOutdated, address_of, same
from safety_app.workplace import importing, roster_routes
from safety_app.workplace.errors import ChooseName
from safety_app.workplace.people import routes as people
from safety_app.workplace.signin import by_code, first_hall, forms, place, view
from safety_app.workplace.signin.view import Form

T = TypeVar("T")
NEXT_LIMIT: Final = 500


def safe_next(wanted: str) -> str:
    """A path of this application to go on to, or nothing; never another website."""
    split = urlsplit(wanted)
    rooted = wanted.startswith("/") and not wanted.startswith(("//", "/sign-", "/enrol", "/first"))
    plain = "\\" not in wanted and wanted.isprintable() and len(wanted) <= NEXT_LIMIT
    return wanted if rooted and plain and not (split.scheme or split.netloc) else ""


async def show(request: Request) -> Response:
    """The sign-in page."""
    form = Form(next=safe_next(request.query_params.get("next", "")))
    by_password = request.query_params.get("mode") == "password"
    return await run_in_threadpool(_page, request, form, by_password=by_password)


async def by_password(request: Request) -> Response:
    """Sign in with user name and password."""
    fields = await forms.read(request)
    login = forms.text(fields, "login")
    form = Form(next=safe_next(forms.text(fields, "next")), login=login[:64])

    def attempt() -> SignedIn:
        forms.check(request, fields)
        return signin.with_password(
            login=login,
            password=forms.text(fields, "password"),
            address=address_of(request.scope),
            device_token=request.cookies.get(DEVICE_COOKIE),
            old=request.cookies.get(SESSION_COOKIE),
            agent=request.headers.get("user-agent", ""),
            now=clock.now(),
        )

    return await run_in_threadpool(_enter, request, form, attempt, by_password=True)


async def by_pin(request: Request) -> Response:
    """Sign in on a shared tablet by name and six digits."""
    fields = await forms.read(request)
    chosen = forms.text(fields, "user_id")
    user_id = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else 0
    form = Form(next=safe_next(forms.text(fields, "next")), user_id=user_id)

    def attempt() -> SignedIn:
        forms.check(request, fields)
        if not user_id:
            raise ChooseName()
        return signin.with_pin(
            user_id=user_id,
            pin=forms.text(fields, "pin"),
            address=address_of(request.scope),
            device_token=request.cookies.get(DEVICE_COOKIE),
            old=request.cookies.get(SESSION_COOKIE),
            agent=request.headers.get("user-agent", ""),
            now=clock.now(),
        )

    return await run_in_threadpool(_enter, request, form, attempt, by_password=False)


async def ask_to_leave(request: Request) -> Response:
    """A page that asks before signing out; a link alone must not sign anybody out."""

    def answer() -> Response:
        token = request.cookies.get(SESSION_COOKIE)
        live = gate.find_live(token, clock.now()) if token else None
        if live is None:
            return RedirectResponse("/sign-in", 303)
        with reading() as session:
            here = place.find(session, request.cookies.get(DEVICE_COOKIE), clock.now())
        return HTMLResponse(view.leave_page(here, csrf=live.csrf))

    return await run_in_threadpool(answer)


async def leave(request: Request) -> Response:
    """Sign out; on a shared tablet that leads back to the names."""
    fields = await forms.read(request)

    def answer() -> Response:
        token = request.cookies.get(SESSION_COOKIE)
        live = gate.find_live(token, clock.now()) if token else None
        if live is not None and not same(forms.text(fields, "csrf"), live.csrf):
            raise FormOutdated()
        with transaction() as session:
            service.sign_out(session, token, clock.now())
        response = RedirectResponse("/sign-in", 303)
        cookies.drop_session(response)
        return response

    return await run_in_threadpool(answer)


async def speak(request: Request) -> Response:
    """Change the language: in the browser, and for who is signed in also in their account."""
    code = request.path_params["code"]
    if code not in LANGUAGES:
        raise NotFound()
    fields = await forms.read(request)
    back = forms.text(fields, "next") or _same_site(request.headers.get("referer", ""), request)
    response = RedirectResponse(_back(back), 303)
    cookies.put_language(response, request, code)
    await run_in_threadpool(_remember_language, request, forms.text(fields, "csrf"), code)
    return response


async def static(request: Request) -> Response:
    """Style and script of these pages; their address changes with their content."""
    name = request.path_params["file"]
    if name not in view.STATIC:
        raise NotFound()
    fresh = request.query_params.get("v") == view.static_hash(name)
    cache = "public, max-age=31536000, immutable" if fresh else "no-cache"
    headers = {"cache-control": cache}
    return Response(view.static_text(name), media_type=view.STATIC[name], headers=headers)


def _page(request: Request, form: Form, *, by_password: bool) -> Response:
    with reading() as session:
        here = place.find(session, request.cookies.get(DEVICE_COOKIE), clock.now())
    token = forms.token_of(request)
    page = view.sign_in_page(here, form, csrf=token, by_password=by_password)
    return forms.answer(request, page, token, form.problem.status if form.problem else 200)


def _enter(
    request: Request, form: Form, attempt: Callable[[], SignedIn], *, by_password: bool
) -> Response:
    """Try to sign in; the page again where that fails."""
    try:
        signed = attempt()
    except AppError as problem:
        again = Form(form.next, form.login, form.user_id, problem)
        return _page(request, again, by_password=by_password)
    response = RedirectResponse(form.next or "/", 303)
    cookies.put_session(response, request, signed.token)
    # Pages behind a websocket may not learn what language the browser asked for.
    cookies.put_language(response, request, signed.actor.language or language())
    return response


def _remember_language(request: Request, csrf: str, code: str) -> None:
    set_language(code)
    token = request.cookies.get(SESSION_COOKIE)
    live = gate.find_live(token, clock.now()) if token else None
    if live is not None and same(csrf, live.csrf):
        with transaction() as session:
            service.set_language(session, live.actor, language())


def _same_site(referer: str, request: Request) -> str:
    split = urlsplit(referer)
    if split.netloc != request.headers.get("host"):
        return ""
    return split.path + (f"?{split.query}" if split.query else "")


def _back(wanted: str) -> str:
    """Where to return after the language was changed: sign-in pages are fine here."""
    if wanted.startswith(("/sign-in", "/enrol", "/first", "/sign-out")) and wanted.isprintable():
        return wanted[:NEXT_LIMIT]
    return safe_next(wanted) or "/"


routes = [
    Route("/sign-in", show, methods=["GET"]),
    Route("/sign-in", by_password, methods=["POST"]),
    Route("/sign-in/pin", by_pin, methods=["POST"]),
    Route("/sign-in/static/{file:str}", static, methods=["GET"]),
    Route("/sign-out", ask_to_leave, methods=["GET"]),
    Route("/sign-out", leave, methods=["POST"]),
    Route("/language/{code:str}", speak, methods=["POST"]),
    *by_code.routes,
    *first_hall.routes,
    *people.routes,
    *importing.routes,
    *roster_routes.routes,
]
