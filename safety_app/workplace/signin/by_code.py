"""First sign-in with a printed slip, and enrolment of a tablet: pages behind one-time codes."""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from safety_app.accounts import codes, cookies, own, service
from safety_app.accounts.errors import SlipExpired, SlipUnknown, SlipUsed, TooManyAttempts
from safety_app.accounts.own import Chosen
from safety_app.accounts.service import DEVICE_COOKIE, SESSION_COOKIE, Guest
from safety_app.core import clock
from safety_app.core.db import reading, transaction
from safety_app.core.errors import AppError
from safety_app.core.i18n import language
from safety_app.web.identity import address_of
from safety_app.workplace.signin import forms, place, view

CODE_LIMIT: Final = 64
_BY_CODE: Final = (SlipUnknown, SlipUsed, SlipExpired, TooManyAttempts)


async def ask(request: Request) -> Response:
    """The page on which the slip's code is typed; behind its QR code it is filled in."""
    code = request.query_params.get("code", "")[:CODE_LIMIT]
    return await run_in_threadpool(_look, request, code)


async def begin(request: Request) -> Response:
    """First the code alone, then with the secrets that the person has chosen."""
    fields = await forms.read(request)
    code = forms.text(fields, "code")[:CODE_LIMIT]

    def done() -> Response:
        try:
            forms.check(request, fields)
        except AppError as problem:
            return _page(request, code, problem=problem)
        if "password" not in fields:
            return _look(request, code, asked=True)
        chosen = Chosen(
            forms.text(fields, "password"),
            forms.text(fields, "password_again"),
            forms.text(fields, "pin"),
            forms.text(fields, "pin_again"),
        )
        return _begin(request, code, chosen)

    return await run_in_threadpool(done)


async def ask_to_enrol(request: Request) -> Response:
    """The page on which a tablet's code is typed; only its button spends it, no preview can."""
    code = request.query_params.get("code", "")[:CODE_LIMIT]
    return await run_in_threadpool(_enrol_page, request, code)


async def enrol(request: Request) -> Response:
    """Make this browser a shared tablet; the code alone only asks once more."""
    fields = await forms.read(request)
    code = forms.text(fields, "code")[:CODE_LIMIT]

    def done() -> Response:
        try:
            forms.check(request, fields)
        except AppError as problem:
            return _enrol_page(request, code, problem)
        if forms.text(fields, "sure") != "yes":
            return _enrol_page(request, code, asked=True)
        return _enrol(request, code)

    return await run_in_threadpool(done)


def _look(request: Request, code: str, *, asked: bool = False) -> Response:
    if not codes.clean_code(code):
        return _page(request, "", problem=SlipUnknown() if asked else None)
    try:
        guest = own.look(
            code,
            device_token=request.cookies.get(DEVICE_COOKIE),
            address=address_of(request.scope),
            now=clock.now(),
        )
    except AppError as problem:
        return _page(request, code, problem=problem)
    return _page(request, code, guest=guest)


def _begin(request: Request, code: str, chosen: Chosen) -> Response:
    try:
        signed = own.begin(
            code,
            chosen,
            device_token=request.cookies.get(DEVICE_COOKIE),
            address=address_of(request.scope),
            old=request.cookies.get(SESSION_COOKIE),
            agent=request.headers.get("user-agent", ""),
            now=clock.now(),
        )
    except _BY_CODE as problem:
        return _page(request, code, problem=problem)
    except AppError as problem:
        return _page(request, code, guest=_guest(code), problem=problem)
    response = RedirectResponse("/", 303)
    cookies.put_session(response, request, signed.token)
    cookies.put_language(response, request, signed.actor.language or language())
    return response


def _guest(code: str) -> Guest:
    with reading() as session:
        return service.find_first_code(session, codes.hash_code(code), now=clock.now())


def _page(
    request: Request, code: str, *, guest: Guest | None = None, problem: AppError | None = None
) -> Response:
    with reading() as session:
        here = place.find(session, request.cookies.get(DEVICE_COOKIE), clock.now())
    token = forms.token_of(request)
    page = view.slip_page(here, code=code, guest=guest, csrf=token, problem=problem)
    return forms.answer(request, page, token, problem.status if problem else 200)


def _enrol(request: Request, code: str) -> Response:
    try:
        _look_enrolment(request, code)
        with transaction() as session:
            _device, device_token = service.use_enrolment(session, code, now=clock.now())
    except AppError as problem:
        return _enrol_page(request, code, problem)
    response = RedirectResponse("/sign-in", 303)
    cookies.put_device(response, request, device_token)
    return response


def _look_enrolment(request: Request, code: str) -> str:
    return own.look_enrolment(
        code,
        device_token=request.cookies.get(DEVICE_COOKIE),
        address=address_of(request.scope),
        now=clock.now(),
    )


def _enrol_page(
    request: Request, code: str, problem: AppError | None = None, *, asked: bool = False
) -> Response:
    name = ""
    if problem is None and (asked or code):
        try:
            name = _look_enrolment(request, code)
        except AppError as over:
            problem = over
    with reading() as session:
        here = place.find(session, None, clock.now())
    token = forms.token_of(request)
    page = view.enrol_page(here, code=code, name=name, csrf=token, problem=problem)
    return forms.answer(request, page, token, problem.status if problem else 200)


routes = [
    Route("/first", ask, methods=["GET"]),
    Route("/first", begin, methods=["POST"]),
    Route("/enrol", ask_to_enrol, methods=["GET"]),
    Route("/enrol", enrol, methods=["POST"]),
]
