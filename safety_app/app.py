"""The Streamlit script: who, in which language, which pages, and the page that was chosen."""

from collections.abc import Callable
from typing import Final

import streamlit as st
from streamlit.navigation.page import Page as StreamlitPage

from safety_app.core.access import ROLE_NAMES, Actor, Role, holders
from safety_app.core.errors import NotAllowed
from safety_app.core.feature import Page, load
from safety_app.core.i18n import _
from safety_app.features import door, features
from safety_app.overview import service as overview
from safety_app.ui import frame, markup, page, session

SETTINGS: Final = "settings"


def main() -> None:
    """Draw the frame and the page inside it; whatever fails becomes a sentence."""
    st.set_page_config(layout="wide")
    frame.style()
    try:
        visit = session.begin()
        if visit is None:
            raise session.SignedOut
        show(visit.actor)
        page.forget_done()
    except session.SignedOut as error:
        again = markup.anchor(_("Sign in"), "/sign-in", "login", look="primary")
        page.empty(_("Signed out"), error.message(), symbol="lock", extra=again)
    except Exception as error:
        page.failed(error, extra=_way_back())
    finally:
        session.end()


def show(actor: Actor) -> None:
    """The menu of what this person may see, and the chosen page."""
    known = sorted((one for feature in features() for one in feature.pages), key=_order)
    pages = {one.url_path: _streamlit_page(one, actor) for one in known}
    chosen = st.navigation(list(pages.values()), position="hidden")
    frame.know_pages(pages, [one.url_path for one in known if _may(one, actor)])
    page.know_help(next((_(one.help) for one in known if one.url_path == chosen.url_path), ""))
    pressed = frame.pressed_link()
    if pressed:
        frame.follow(pressed)
    hall = overview.hall(actor, session.now())
    sets_up = any(one.setting and _may(one, actor) for one in known)
    entries = [
        frame.MenuEntry(one.url_path, _(one.title), one.icon)
        for one in known
        if not one.hidden and _may(one, actor) and (one.url_path != SETTINGS or sets_up)
    ]
    frame.draw(
        frame.Frame(
            entries=entries,
            current=next((_entry_of(one) for one in known if one.url_path == chosen.url_path), ""),
            site=hall.name,
            person=actor.name,
            role=role_names(actor),
            is_demo=hall.is_demo,
            is_tablet=actor.device_id is not None,
            door=_door(),
        )
    )
    chosen.run()


def _door() -> frame.MenuEntry | None:
    """What is one tap away from every page."""
    found = door()
    return frame.MenuEntry(found.address, _(found.label), found.icon) if found else None


def _entry_of(page: Page) -> str:
    """The address of the menu entry that is marked on a page."""
    return page.menu or (SETTINGS if page.setting else page.url_path)


def role_names(actor: Actor) -> str:
    """The roles of a person in words, in a fixed order."""
    return _(", ").join(_(ROLE_NAMES[role]) for role in Role if role in actor.roles)


def _way_back() -> str:
    link = markup.anchor(_("To my tasks"), "/", "task_alt")
    return f"<p>{link}</p>"


def _order(one: Page) -> tuple[int, str]:
    return one.order, one.url_path


def _may(one: Page, actor: Actor) -> bool:
    return one.permission is None or actor.may_somewhere(one.permission)


def _streamlit_page(one: Page, actor: Actor) -> StreamlitPage:
    return st.Page(
        _guarded(one, actor),
        title=_(one.title),
        url_path=one.url_path,
        default=one.default,
    )


def who_may(one: Page) -> str:
    """Who may open a page, in words."""
    return _(" or ").join(_(ROLE_NAMES[role]) for role in holders(one.permission or ""))


def _guarded(one: Page, actor: Actor) -> Callable[[], None]:
    def run() -> None:
        try:
            if _may(one, actor):
                load(one.render)()
            else:
                problem = NotAllowed(who=who_may(one))
                refused = markup.empty(problem.message(), symbol="lock", extra=_way_back())
                page.html(markup.title(_(one.title)) + f'<div class="box">{refused}</div>')
        except session.SignedOut:
            raise
        except Exception as error:
            page.failed(error, extra=_way_back())

    return run


main()
