"""Fields that the forms of drills share, and the frame of a form."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from html import escape
from typing import Any, Final, Literal, TypeVar

import streamlit as st
from sqlalchemy.orm import Session

from drills.errors import DayMissing, TimeUnclear
from drills.milestones import Moment
from safety_app import ui
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _
from safety_app.ui import markup
from safety_app.workplace import service as workplace

T = TypeVar("T")
EXTRA_ROWS: Final = 2
SECONDS: Final = re.compile(r"(?:(\d{1,3})\s*[:：分]\s*)?(\d{1,5})\s*(?:s|秒)?")
TIME: Final = re.compile(r"(\d{1,2})\s*(?:[:：点时.]\s*)?(?:(\d{2})\s*分?)?")
MINUTES: Final = re.compile(r"(\d{1,3})\s*(?:分钟?|min)")


def token(name: str) -> str:
    """A word for one empty form; after saving the next one begins empty."""
    return str(st.session_state.setdefault(f"drills.form.{name}", secrets.token_hex(4)))


def forget(name: str) -> None:
    """The form was saved."""
    st.session_state.pop(f"drills.form.{name}", None)


def head(title: str, subtitle: str, back: str) -> None:
    """The title of a form and the way back."""
    ui.title(title, subtitle, aside=markup.anchor(_("Back"), back, "arrow_back"))


def label(words: str) -> None:
    """What stands above a group of fields."""
    ui.html(f'<p class="muted">{escape(words)}</p>')


def submit(
    key: str,
    words: str,
    action: Callable[[Session], T],
    *,
    done: str | Callable[[T], str],
    symbol: str,
) -> T | None:
    """The last row of a form: its one button; what was saved, if it was just pressed."""
    with st.container(key="bar_form"):
        message = st.container()
        with st.container(key="big_submit"):
            pressed = st.button(
                words, key=f"{key}.submit", type="primary", icon=f":material/{symbol}:",
                width="stretch",
            )  # fmt: skip
    if not pressed:
        return None
    with message:
        return ui.act(action, done)


def people_names(actor: Actor) -> dict[int, str]:
    """Everybody of the hall by id, with their posts."""
    with reading() as session:
        people = accounts.list_people(session, actor.site_id)
    return {
        one.id: " · ".join(filter(None, (one.display_name, one.display_post))) for one in people
    }


def windows(actor: Actor) -> dict[int, str]:
    """The windows that are served, by id."""
    with reading() as session:
        names = workplace.window_names(session, actor.site_id)
        return {one.id: names[one.id] for one in workplace.list_windows(session, actor.site_id)}


def person(
    words: str, names: Mapping[int, str], key: str, chosen: int | None, *, required: bool = False
) -> int | None:
    """One of the people; nobody where it is not required."""
    options = list(names)
    found = st.selectbox(
        words,
        options,
        index=options.index(chosen) if chosen is not None and chosen in names else None,
        format_func=lambda one: names.get(one, "–"),
        placeholder=_("Choose a name"),
        key=key,
    )
    if found is None and required:
        return chosen
    return found


def several(words: str, names: Mapping[int, str], key: str, chosen: Sequence[int]) -> list[int]:
    """Several of them."""
    return st.multiselect(
        words,
        list(names),
        default=[one for one in chosen if one in names],
        format_func=lambda one: names.get(one, "–"),
        placeholder=_("Choose"),
        key=key,
    )


def choice(key: str, words: str, names: Mapping[Any, str], usual: Any) -> str:
    """One of a few words in a list."""
    options = [str(one) for one in names]
    said = {str(value): _(name) for value, name in names.items()}
    found = st.selectbox(
        words, options, index=options.index(str(usual)), format_func=said.__getitem__, key=key
    )
    return str(found or usual)


def clock_words(words: str, key: str, value: time | None) -> str:
    """A time of day as it is typed."""
    shown = f"{value:%H:%M}" if value else ""
    return st.text_input(words, shown, key=key, max_chars=8, placeholder="17:30") or ""


def time_of(words: str) -> time | None:
    """`17:30`, `1730` or `17 点 30 分`; nothing for an empty field."""
    said = words.strip()
    if not said:
        return None
    found = TIME.fullmatch(said)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise TimeUnclear(given=said)
    return time(int(found[1]), int(found[2] or 0))


def at(on: date | None, words: str, timezone: str) -> datetime:
    """A local day and time as a moment; there must be both."""
    when = time_of(words)
    if on is None or when is None:
        raise DayMissing()
    return clock.at_local(on, when, timezone)


def seconds_of(words: str) -> int | None:
    """`1:30`, `90` or `1 分 30 秒` as seconds; nothing for an empty field, -1 for what is none."""
    said = words.strip()
    if not said:
        return None
    if found := MINUTES.fullmatch(said):
        return int(found[1]) * 60
    if found := SECONDS.fullmatch(said):
        return int(found[1] or 0) * 60 + int(found[2])
    return -1


def target_text(seconds: int | None) -> str:
    """Seconds as they are typed."""
    return "" if seconds is None else f"{seconds // 60}:{seconds % 60:02d}"


def moments(key: str, proposed: Sequence[Moment]) -> list[Moment]:
    """Rows of a name and a target each, with room for more."""
    count_key = f"{key}.rows"
    rows = int(st.session_state.setdefault(count_key, len(proposed) + EXTRA_ROWS))
    found = []
    for place in range(rows):
        known = proposed[place] if place < len(proposed) else None
        left, right = st.columns((3, 1), vertical_alignment="bottom")
        shown: Literal["visible", "collapsed"] = "visible" if place == 0 else "collapsed"
        with left:
            name = st.text_input(
                _("Milestone"), known.display_name if known else "", key=f"{key}.{place}.name",
                max_chars=60, label_visibility=shown, placeholder=_("Another milestone"),
            )  # fmt: skip
        with right:
            target = st.text_input(
                _("Target (min:s)"), target_text(known.target) if known else "",
                key=f"{key}.{place}.target", max_chars=12, label_visibility=shown,
                placeholder="–",
            )  # fmt: skip
        found.append(_moment(known, name or "", target or ""))
    st.button(
        _("Another milestone"), key=f"{key}.more", icon=":material/add:",
        on_click=_more, args=(count_key,),
    )  # fmt: skip
    return found


def _more(count_key: str) -> None:
    st.session_state[count_key] += 1


def _moment(known: Moment | None, name: str, target: str) -> Moment:
    """What was typed; a name that stays keeps its code and its other language."""
    seconds = seconds_of(target)
    if known is not None and name.strip() == known.display_name:
        return Moment(known.name, known.name_en, seconds, known.code)
    return Moment(name, "", seconds, "")
