"""Who is at the page, in which language, at what moment: looked up anew on every rerun.

Nothing about the person is kept in `st.session_state`: the cookie's token is asked for in the
database each time, so that whoever is signed out or deactivated is out at the next click.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

import streamlit as st

from safety_app.core import clock, i18n
from safety_app.core.access import Actor
from safety_app.core.errors import AppError
from safety_app.core.i18n import N_

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at the page, and the token that protects what is posted from it."""

    actor: Actor
    csrf: str


Finder = Callable[[str | None, datetime], Visit | None]
_LANGUAGE_COOKIE: Final = "safety_lang"


class SignedOut(AppError):
    """The session has ended, or the person was deactivated, in the middle of a visit."""

    text = N_("You are signed out. What was saved is kept. Please sign in again.")
    status = 401


@dataclass(slots=True)
class _Run:
    now: datetime
    visit: Visit | None
    faults: dict[str, AppError] = field(default_factory=dict)


Namer = Callable[[int], str]
_run: ContextVar[_Run | None] = ContextVar("run", default=None)
_finder: list[Finder] = []
_namer: list[Namer] = []
_cookie_name: list[str] = ["safety_session"]


def use_finder(
    finder: Finder, cookie: str = "safety_session", *, namer: Namer | None = None
) -> None:
    """Hand in how a session token leads to a person; done once by `main`.

    `namer` gives a person's name in the language of the browser, where the account has none.
    """
    _finder[:] = [finder]
    _namer[:] = [namer] if namer else []
    _cookie_name[:] = [cookie]


def _cookie(name: str) -> str | None:
    found = st.context.cookies.get(name)
    return str(found) if found else None


def begin() -> Visit | None:
    """Look up the person and set the language and the moment of this rerun."""
    now = clock.now()
    visit = _finder[0](_cookie(_cookie_name[0]), now) if _finder else None
    preferred = (visit.actor.language if visit else None) or _cookie(_LANGUAGE_COOKIE)
    i18n.set_language(i18n.choose_language(preferred, st.context.headers.get("Accept-Language")))
    if visit and _namer and not visit.actor.language and i18n.language() != i18n.DEFAULT:
        named = replace(visit.actor, name=_namer[0](visit.actor.user_id))
        visit = replace(visit, actor=named)
    _run.set(_Run(now, visit))
    return visit


def _visit() -> Visit:
    run = _run.get()
    visit = run.visit if run else begin()
    if visit is None:
        raise SignedOut()
    return visit


def current_actor() -> Actor:
    """The signed-in person; raises `SignedOut`, which the frame of the page turns into words."""
    return _visit().actor


def token() -> str | None:
    """The cookie that this session is known by, to tell it from the person's others."""
    return _cookie(_cookie_name[0])


def csrf() -> str:
    """The token that own forms and scripts must send back."""
    return _visit().csrf


def now() -> datetime:
    """The moment of this rerun, in UTC."""
    run = _run.get()
    return run.now if run else clock.now()


def faults() -> dict[str, AppError]:
    """What is wrong in the fields of this rerun, by their keys; nothing is done while there is."""
    run = _run.get()
    return run.faults if run else {}


def local_now() -> datetime:
    """The moment of this rerun on the clock of the actor's site."""
    return now().astimezone(clock.zone(current_actor().timezone))


def end() -> None:
    """Forget the person at the end of a rerun; the next one may come in the same thread."""
    _run.set(None)


def fragment(function: Callable[P, R], every: float | None = None) -> Callable[P, Any]:
    """`st.fragment` that looks the person and the language up anew when it runs by itself.

    With `every` it does so each so many seconds.
    """

    @wraps(function)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        if _run.get() is not None:
            return function(*args, **kwargs)
        begin()
        try:
            return function(*args, **kwargs)
        finally:
            end()

    return st.fragment(alone, run_every=every)
