"""The frame around every page: brand, menu, account; and moving between pages."""

from collections.abc import Collection, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from html import escape
from typing import Any, Final, NoReturn
from urllib.parse import parse_qsl, urlsplit

import streamlit as st

from safety_app.core.i18n import _, language
from safety_app.ui.assets import style_address
from safety_app.ui.components import frame_helper
from safety_app.ui.markup import icon
from safety_app.ui.session import csrf

OTHER_LANGUAGE: Final[Mapping[str, tuple[str, str, str]]] = {
    "zh_CN": ("en", "en", "English"),
    "en": ("zh_CN", "zh-CN", "中文"),
}
Pages = Mapping[str, Any]
_pages: ContextVar[Pages | None] = ContextVar("pages", default=None)
_open: ContextVar[Collection[str]] = ContextVar("open", default=())


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page in the menu."""

    url_path: str
    title: str
    icon: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What the frame says: where one is, and who."""

    entries: Sequence[MenuEntry]
    current: str
    site: str
    person: str
    role: str
    is_demo: bool
    is_tablet: bool
    door: MenuEntry | None = None
    """What must be one tap away from everywhere; a plain page, its address whole."""


def know_pages(pages: Pages, may_open: Collection[str]) -> None:
    """The pages of this rerun by address, and those that this person may open."""
    _pages.set(pages)
    _open.set(may_open)


def knows(url_path: str) -> bool:
    """Whether there is such a page, and this person may open it."""
    return url_path in _open.get()


def go(url_path: str, **query: str) -> NoReturn:
    """Open another page; never inside a transaction."""
    st.switch_page((_pages.get() or {})[url_path], query_params=query)


def follow(address: str) -> None:
    """Open the page behind a link that was pressed, without loading everything anew."""
    parts = urlsplit(address)
    name = parts.path.strip("/")
    if name in (_pages.get() or {}):
        go(name, **dict(parse_qsl(parts.query)))


def style() -> None:
    """The style sheet, by reference: the browser keeps it."""
    st.html(f'<style>@import url("{style_address()}");</style>')


def pressed_link() -> str | None:
    """Mount the page's helper; the internal link that was just pressed, if any."""
    return frame_helper([f"/{name}" for name in _pages.get() or {}])


def draw(frame: Frame) -> None:
    """Everything of the frame as one piece."""
    st.html(
        f'<div class="topbar">{_brand(frame)}{_menu(frame)}{_door(frame)}{_account(frame)}</div>',
        width="content",
    )


def _brand(frame: Frame) -> str:
    name, mark = escape(_("Window safety")), escape(_("Demonstration"))
    demo = f'<span class="demo">{mark}</span>' if frame.is_demo else ""
    site = f'<span class="site">{escape(frame.site)}</span>'
    return (
        f'<a class="brand" href="/" aria-label="{name}"><span class="shield"></span>'
        f"<span>{name}{site}</span></a>{demo}"
    )


def _menu(frame: Frame) -> str:
    links = []
    for entry in frame.entries:
        here = ' aria-current="page"' if entry.url_path == frame.current else ""
        links.append(
            f'<a href="/{escape(entry.url_path, quote=True)}"{here}>'
            f"{icon(entry.icon)}<span>{escape(entry.title)}</span></a>"
        )
    label = escape(_("Main menu"), quote=True)
    return f'<nav class="menu" aria-label="{label}">{"".join(links)}</nav>'


def _door(frame: Frame) -> str:
    """The way to what nobody may have to look for, in the colour of danger."""
    if frame.door is None:
        return ""
    href, title = escape(frame.door.url_path, quote=True), escape(frame.door.title)
    return (
        f'<a class="btn door" href="{href}" target="_self" data-keep>'
        f"{icon(frame.door.icon)}<span>{title}</span></a>"
    )


def _form(action: str, label: str, fields: Mapping[str, str], symbol: str, lang: str = "") -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value, quote=True)}">'
        for name, value in {"csrf": csrf(), **fields}.items()
    )
    spoken = f' lang="{lang}"' if lang else ""
    return (
        f'<form method="post" action="{action}">{hidden}<button class="btn" type="submit">'
        f"{icon(symbol)}<span{spoken}>{escape(label)}</span></button></form>"
    )


def leave_form(*, is_tablet: bool) -> str:
    """The way out: back to the names on a shared tablet, else signed out."""
    label = _("Switch person") if is_tablet else _("Sign out")
    return _form("/sign-out", label, {}, "switch_account" if is_tablet else "logout")


def _own() -> str:
    """The way to the own account; a shared tablet shows it too, its page asks for the code."""
    return (
        f'<a class="btn" href="/account">{icon("person")}<span>{escape(_("My account"))}</span></a>'
    )


def _account(frame: Frame) -> str:
    code, lang, name = OTHER_LANGUAGE[language()]
    label = escape(_("Account: {name}", name=frame.person), quote=True)
    return (
        f'<details class="account"><summary aria-label="{label}">'
        f'<span class="face" aria-hidden="true">{escape(frame.person[:1])}</span>'
        f'<span class="who">{escape(frame.person)}</span>{icon("expand_more")}</summary>'
        f'<div class="panel"><p><strong>{escape(frame.person)}</strong>'
        f"<small>{escape(frame.role)}</small></p>"
        f"{_own()}{_form(f'/language/{code}', name, {}, 'translate', lang)}"
        f"{leave_form(is_tablet=frame.is_tablet)}</div></details>"
    )
