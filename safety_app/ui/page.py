"""What a page does: draw a piece, or hand one action to the services."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Any, Final, TypeVar

import streamlit as st
import structlog
from sqlalchemy.orm import Session

from safety_app.core.db import transaction
from safety_app.core.failures import explain
from safety_app.core.i18n import _
from safety_app.ui import markup
from safety_app.ui.markup import Entry, Fact, Picture, Tone
from safety_app.ui.session import faults

T = TypeVar("T")
_DONE: Final = "ui.done"
_help: ContextVar[str] = ContextVar("help", default="")
log = structlog.get_logger("safety_app.ui")


def html(text: str) -> None:
    """Draw markup, if there is any; whatever a person typed must have been escaped."""
    if text:
        st.html(text)


def title(text: str, subtitle: str = "", *, aside: str = "") -> None:
    """The head of the page, and below it what the last action has done."""
    done = st.session_state.get(_DONE)
    head = markup.title(text, subtitle, aside=aside) + markup.page_help(_help.get())
    html(head + (markup.notice("green", done) if done else ""))


def know_help(text: str) -> None:
    """The help of the page of this rerun, drawn below its title."""
    _help.set(text)


def receipt() -> str:
    """What the last action has done as markup, for a page that hides its title."""
    done = st.session_state.get(_DONE)
    return markup.notice("green", done) if done else ""


def forget_done() -> None:
    """The message of the last action was seen by a whole run of the page."""
    st.session_state.pop(_DONE, None)


def notice(tone: Tone, text: str, *, extra: str = "", heading: str = "") -> None:
    """Draw a sentence that must not be overlooked."""
    html(markup.notice(tone, text, extra=extra, heading=heading))


def empty(heading: str, text: str = "", *, symbol: str = "task_alt", extra: str = "") -> None:
    """Draw what is true when there is nothing, and the first step."""
    html(markup.empty(heading, text, symbol=symbol, extra=extra))


def facts(pairs: Iterable[Fact | tuple[str, str]]) -> None:
    """Draw names and values in a grid."""
    html(markup.facts(pairs))


def timeline(entries: Sequence[Entry]) -> None:
    """Draw what happened, newest first."""
    html(markup.timeline(entries))


def photo_pair(before: Sequence[Picture], after: Sequence[Picture]) -> None:
    """Draw before and after beside each other."""
    html(markup.photo_pair(before, after))


def photo_grid(pictures: Sequence[Picture]) -> None:
    """Draw thumbnails side by side."""
    html(markup.photo_grid(pictures))


def primary_link(label: str, href: str, symbol: str = "play_arrow") -> None:
    """Draw the one next step as a link in the same tab."""
    html(markup.anchor(label, href, symbol, look="primary big"))


def secondary_link(label: str, href: str, symbol: str = "", *, big: bool = False) -> None:
    """Draw another way on as a link in the same tab."""
    html(markup.anchor(label, href, symbol, look="secondary big" if big else "secondary"))


def card(key: str) -> AbstractContextManager[Any]:
    """A white card around what is drawn inside; `key` is unique on the page."""
    return st.container(key=f"card_{key}")


def segmented(
    key: str, options: Mapping[str, str], *, label: str, default: str | None = None
) -> str:
    """One of a few choices side by side, value to word; never none."""
    first = default if default in options else next(iter(options))
    if st.session_state.get(key) not in options:
        st.session_state[key] = first
    chosen = st.segmented_control(
        label,
        list(options),
        required=True,
        format_func=lambda value: options.get(value, str(value)),
        key=key,
        label_visibility="collapsed",
    )
    return str(chosen or first)


def act(action: Callable[[Session], T], done: str | Callable[[T], str] | None = None) -> T | None:
    """Do one thing in one transaction; `None` if a rule refused it, which is then shown.

    `done`, or what it says of the result, is shown now and, if the page reruns or goes elsewhere,
    under its title there. Rerun or switch the page after `act`, never inside the action. Nothing
    is done while a field of the page holds what it does not take.
    """
    if fault := next(iter(faults().values()), None):
        notice("red", fault.message())
        return None
    try:
        with transaction() as session:
            result = action(session)
    except Exception as error:
        known = explain(error)
        if known is None:
            raise
        failed(error)
        return None
    if done:
        said = done if isinstance(done, str) else done(result)
        st.session_state[_DONE] = said
        notice("green", said)
    return result


def failed(error: Exception, *, extra: str = "") -> None:
    """Draw what an exception means: a broken rule as it is, a bug as a code that the log knows."""
    known = explain(error)
    if known is not None:
        if known is not error:
            log.error("failure", cause=str(error))
        notice("red", known.message(), extra=extra)
        return
    code = f"E-{secrets.token_hex(3).upper()}"
    log.error("page failed", reference=code, exc_info=error)
    text = _(
        "What was saved before is kept. If it happens again, tell the administrator: {code}.",
        code=code,
    )
    notice("red", text, heading=_("This cannot be shown right now"), extra=extra)
