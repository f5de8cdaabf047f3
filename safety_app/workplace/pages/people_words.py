"""What is said of a person in lists and heads."""

from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from safety_app import ui
from safety_app.accounts.service import Card
from safety_app.core.access import ROLE_NAMES, Role
from safety_app.core.i18n import _, day_text

BACK: Final = "/people"


def acted(action: Callable[[Session], object], done: str) -> bool:
    """Do one thing that has no result; whether it was done."""

    def run(session: Session) -> bool:
        action(session)
        return True

    return bool(ui.act(run, done=done))


def role_words(card: Card) -> str:
    """The roles in words, in a fixed order."""
    return _(", ").join(_(ROLE_NAMES[role]) for role in Role if role in card.person.roles)


def window_words(card: Card, windows: dict[int, str]) -> str:
    """The windows in words, by code."""
    names = [name for window_id, name in windows.items() if window_id in card.person.window_ids]
    return _(", ").join(names)


def note_of(card: Card, windows: dict[int, str]) -> str:
    """Post or roles, and windows, in one line."""
    parts = (card.person.display_post or role_words(card), window_words(card, windows))
    return " · ".join(part for part in parts if part)


def badges_of(card: Card) -> str:
    """What is out of the ordinary: has left, has not signed in yet."""
    if card.is_erased:
        return ui.badges(ui.badge(_("Erased"), "grey", "block"))
    if card.left_on is not None:
        day = day_text(card.left_on, weekday=False, year=True)
        return ui.badges(ui.badge(_("Left on {day}", day=day), "grey", "logout"))
    if not card.person.is_active:
        return ui.badges(ui.badge(_("Account closed"), "grey", "block"))
    if card.has_signed_in:
        return ""
    if card.slip_until is not None:
        return ui.badges(ui.badge(_("Slip printed"), "blue", "print"))
    return ui.badges(ui.badge(_("Not signed in yet"), "yellow", "error"))


def back(label: str, href: str = BACK) -> None:
    """The way back, above the title."""
    ui.html(f'<p class="back">{ui.markup.anchor(label, href, "arrow_back", look="quiet")}</p>')
