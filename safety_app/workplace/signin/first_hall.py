"""The first page of an empty installation: the hall, and its first administrator.

Only who reads the terminal of the machine knows the code in the link, so that nobody else in the
network can make the installation theirs.
"""

import secrets
from functools import lru_cache
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from safety_app.accounts import cookies, signin
from safety_app.accounts.errors import SecretsDiffer
from safety_app.core import clock
from safety_app.core.db import reading, transaction
from safety_app.core.errors import AppError
from safety_app.core.i18n import N_, _, language
from safety_app.web.identity import address_of, same
from safety_app.workplace import service
from safety_app.workplace.commands import set_up
from safety_app.workplace.signin import forms, view
from safety_app.workplace.signin.view import Place

PATH: Final = "/set-up"
START: Final = "/starting"
FIELDS: Final = ("name", "name_en", "person", "login")
PASSWORD: Final = N_("Password")


class SetUpLinkUnknown(AppError):
    """Whoever opened the page does not hold the link of the terminal."""

    text = N_(
        "This link does not fit. Open the link that the terminal shows since the last start, or"
        " set the hall up there with: python3 manage.py init"
    )
    status = 403


@lru_cache(maxsize=1)
def code() -> str:
    """The code of this process's link; another start makes another one."""
    return secrets.token_urlsafe(9)


def is_wanted() -> bool:
    """Whether there is no hall yet."""
    with reading() as session:
        return not service.list_sites(session)


def link(base: str) -> str:
    """The address that leads to the page."""
    return f"{base.rstrip('/')}{PATH}?code={code()}"


async def show(request: Request) -> Response:
    """The form, for who holds the link."""
    return await run_in_threadpool(_show, request)


async def save(request: Request) -> Response:
    """Set the hall up and sign its administrator in."""
    fields = await forms.read(request)
    return await run_in_threadpool(_save, request, fields)


def _show(request: Request) -> Response:
    if not is_wanted():
        return RedirectResponse("/sign-in", 303)
    given = request.query_params.get("code", "")
    problem = None if same(given, code()) else SetUpLinkUnknown()
    return _page(request, given if problem is None else "", {}, problem)


def _save(request: Request, fields: FormData) -> Response:
    typed = {key: forms.text(fields, key) for key in FIELDS}
    given = forms.text(fields, "code")
    if not is_wanted():
        return RedirectResponse("/sign-in", 303)
    try:
        if not same(given, code()):
            given = ""
            raise SetUpLinkUnknown()
        forms.check(request, fields)
        _make(typed, forms.text(fields, "password"), forms.text(fields, "again"))
    except AppError as problem:
        return _page(request, given, typed, problem)
    signed = signin.with_password(
        login=typed["login"],
        password=forms.text(fields, "password"),
        address=address_of(request.scope),
        device_token=None,
        old=None,
        now=clock.now(),
    )
    response = RedirectResponse(START, 303)
    cookies.put_session(response, request, signed.token)
    cookies.put_language(response, request, language())
    return response


def _make(typed: dict[str, str], password: str, again: str) -> None:
    if password != again:
        raise SecretsDiffer(field=PASSWORD)
    with transaction() as session:
        set_up(
            session,
            name=typed["name"],
            name_en=typed["name_en"],
            timezone="Asia/Shanghai",
            login=typed["login"],
            person=typed["person"],
            password=password,
        )


def _page(
    request: Request, given: str, typed: dict[str, str], problem: AppError | None
) -> Response:
    token = forms.token_of(request)
    page = view.render(
        "first_hall.html",
        Place(None),
        csrf=token,
        code=given,
        typed={key: typed.get(key, "") for key in FIELDS},
        error=problem.message() if problem else "",
        said=_words(),
    )
    return forms.answer(request, page, token, problem.status if problem else 200)


def _words() -> dict[str, str]:
    return {
        "title": _("Set up the hall"),
        "note": _(
            "Two minutes: the hall and its first administrator. Everything else follows step by"
            " step, and everything can be changed later."
        ),
        "name": _("Full name of the unit"),
        "name_en": _("English name (optional)"),
        "person": _("Name of the administrator"),
        "login": _("User name to sign in with"),
        "password": _("Password, 8 characters or more"),
        "again": _("The password once more"),
        "submit": _("Set up and sign in"),
    }


routes: Final = [
    Route(PATH, show, methods=["GET"]),
    Route(PATH, save, methods=["POST"]),
]
