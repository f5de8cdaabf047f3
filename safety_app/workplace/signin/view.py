"""What the sign-in pages show, in the current language."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from safety_app.accounts.errors import SignInRefused
from safety_app.accounts.service import Guest, Person, Tablet
from safety_app.core.access import ROLE_NAMES, Role
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, bilingual, html_language, language
from safety_app.core.settings import settings
from safety_app.features import door
from safety_app.workplace.models import Site
from safety_app.workplace.service import Names

FOLDER: Final = Path(__file__).parent
STATIC: Final = {"signin.css": "text/css", "signin.js": "text/javascript"}
_TOKENS: Final = FOLDER.parents[1] / "ui" / "static" / "tokens.css"
SEARCH_PAST: Final = 12
OTHER_LANGUAGE: Final = {"zh_CN": ("en", "en", "English"), "en": ("zh_CN", "zh-CN", "中文")}
_RANK: Final = (
    Role.LEAD,
    Role.OFFICER,
    Role.MANAGER,
    Role.STAFF,
    Role.THIRD_PARTY,
    Role.ADMINISTRATOR,
)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demonstration hall that everybody may try."""

    role: str
    name: str
    login: str


@dataclass(frozen=True, slots=True)
class DemoHint:
    """What a visitor of the demonstration needs to get in."""

    password: str
    pin: str
    accounts: tuple[DemoAccount, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed, so that a refused form comes back as it was."""

    next: str = ""
    login: str = ""
    user_id: int = 0
    problem: AppError | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page stands: the hall, and the tablet with its names if it is one."""

    site: Site | None
    tablet: Tablet | None = None
    windows: str = ""
    names: Names = field(default_factory=lambda: Names((), ()))
    demo: DemoHint | None = None


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )


@lru_cache(maxsize=8)
def static_text(name: str) -> str:
    """Style or script; the style begins with the colours of the house."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    return _TOKENS.read_text(encoding="utf-8") + text if name.endswith(".css") else text


@lru_cache(maxsize=8)
def static_hash(name: str) -> str:
    """What makes a changed file a new address."""
    return hashlib.sha256(static_text(name).encode()).hexdigest()[:12]


def sign_in_page(place: Place, form: Form, *, csrf: str, by_password: bool) -> str:
    """The sign-in page, by names on a shared tablet, else by user name and password."""
    by_names = place.tablet is not None and not by_password
    return render(
        "names.html" if by_names else "password.html",
        place,
        csrf=csrf,
        form=form,
        by_password=by_password,
        error=form.problem.message() if form.problem else "",
        refused=isinstance(form.problem, SignInRefused),
        groups=_groups(place.names, form.user_id),
        search=len(place.names.on_duty) + len(place.names.others) > SEARCH_PAST,
        note=_(
            "The names are those of this tablet's windows. Records and signatures carry the name"
            ' chosen here; press "Switch person" when leaving. After {n} idle minutes the screen'
            " locks; an unfinished patrol is kept.",
            n=settings().tablet_idle_minutes,
        ),
    )


def enrol_page(place: Place, *, code: str, name: str, csrf: str, problem: AppError | None) -> str:
    """The page of a tablet's one-time code: type it, then make this browser a shared tablet?"""
    return render(
        "enrol.html",
        place,
        csrf=csrf,
        code=code,
        form=Form(),
        question=_("Make this device the shared tablet “{name}”?", name=name) if name else "",
        error=problem.message() if problem else "",
    )


def slip_page(
    place: Place, *, code: str, guest: Guest | None, csrf: str, problem: AppError | None
) -> str:
    """The page of a printed slip: its code, then whose it is and the own secrets."""
    whose = {"name": bilingual(guest.name, guest.name_en), "login": guest.login} if guest else None
    return render(
        "slip.html",
        place,
        csrf=csrf,
        code=code,
        form=Form(),
        guest=whose,
        error=problem.message() if problem else "",
    )


def leave_page(place: Place, *, csrf: str) -> str:
    """Ask before signing out, for who came here by a link."""
    return render("leave.html", place, csrf=csrf, form=Form())


def render(template: str, place: Place, **facts: Any) -> str:
    """A page of this folder in the frame of the sign-in pages."""
    code, lang, name = OTHER_LANGUAGE[language()]
    site = place.site
    return (
        _templates()
        .get_template(template)
        .render(
            lang=html_language(),
            words=_words(),
            static={file: f"/sign-in/static/{file}?v={static_hash(file)}" for file in STATIC},
            other={"code": code, "lang": lang, "name": name},
            site=bilingual(site.name, site.name_en) if site else "",
            is_demo=bool(site and site.is_demo),
            place=[text for text in (place.windows, place.tablet and place.tablet.name) if text],
            tablet=place.tablet is not None,
            door=_door(place),
            demo=place.demo,
            **facts,
        )
    )


def _door(place: Place) -> dict[str, str] | None:
    """What a shared tablet may read with nobody signed in."""
    found = door()
    if found is None or place.tablet is None:
        return None
    return {"href": found.address, "label": _(found.label)}


def _groups(names: Names, chosen: int) -> list[dict[str, Any]]:
    """The lists of names; headed only where there are two."""
    found = [
        (_("On duty today"), names.on_duty),
        (_("Others at this tablet"), names.others),
    ]
    return [
        {"title": title, "people": [_card(person, chosen) for person in people]}
        for title, people in found
        if people
    ]


def _card(person: Person, chosen: int) -> dict[str, Any]:
    name = person.display_name
    return {
        "id": person.id,
        "name": name,
        "face": name[:1],
        "post": person.display_post or _role_name(person.roles),
        "find": f"{person.name} {person.name_en} {person.post}".casefold(),
        "chosen": person.id == chosen,
    }


def _role_name(roles: Sequence[Role] | frozenset[Role]) -> str:
    return next((_(ROLE_NAMES[role]) for role in _RANK if role in roles), "")


def _words() -> dict[str, str]:
    return {
        "product": _("Window safety"),
        "title": _("Sign in"),
        "skip": _("Skip to the content"),
        "demo": _("Demonstration"),
        "ways": _("Ways to sign in"),
        "tablet": _("Shared tablet"),
        "account": _("User name and password"),
        "step_1": _("1 Choose the name"),
        "step_2": _("2 Enter the six-digit code"),
        "find": _("Find a name"),
        "none_found": _(
            "No name fits. Check the spelling, or sign in with user name and password."
        ),
        "no_names": _("Nobody belongs to this tablet's windows yet. Ask the administrator."),
        "choose_first": _("Choose the name first."),
        "clear": _("Clear"),
        "delete": _("Delete the last digit"),
        "keys": _("Digits"),
        "entered": _("{n} of 6 digits entered"),
        "wait": _("Signing in…"),
        "login": _("User name or staff number"),
        "password": _("Password"),
        "show": _("Show the password"),
        "hide": _("Hide the password"),
        "submit": _("Sign in"),
        "forgotten": _("Forgotten the password? Ask the lead or the administrator for a new slip."),
        "first_link": _("First sign-in with a slip"),
        "first_title": _("First sign-in"),
        "first_code": _("Code on the slip"),
        "first_note": _(
            "The slip is printed by the administrator or, for window staff, by the window's lead."
            " It is good for one sign-in."
        ),
        "first_not_me": _("Not your name? Do not go on; give the slip back."),
        "first_yes": _("Save and sign in"),
        "login_is": _("User name:"),
        "new_password": _("New password"),
        "password_again": _("New password once more"),
        "password_rule": _("At least 8 characters; not the user name."),
        "new_pin": _("New six-digit code"),
        "pin_again": _("New six-digit code once more"),
        "pin_rule": _("For shared tablets and signatures; not 123456 or 111111."),
        "go_on": _("Continue"),
        "to_sign_in": _("To the sign-in page"),
        "enrol_code": _("Code of the tablet"),
        "enrol_where": _(
            "The administrator makes the code under “Tablets and sessions”; it is good for 30"
            " minutes."
        ),
        "demo_title": _("Accounts of the demonstration"),
        "demo_password": _("Password of all accounts:"),
        "demo_pin": _("Six-digit code of everybody:"),
        "demo_fill": _("Press an account to fill in the form."),
        "no_site": _(
            "There is no hall here yet. Open the link that the terminal shows, or set one up there"
            " with: python3 manage.py init"
        ),
        "enrol_title": _("Enrol a shared tablet"),
        "enrol_note": _(
            "Whoever uses it then signs in by name and six-digit code. Do this only on a device"
            " that stays in the hall."
        ),
        "enrol_yes": _("Enrol this tablet"),
        "leave_title": _("Sign out?"),
        "leave_note": _("What was saved is kept."),
        "leave_yes": _("Sign out"),
        "back": _("To the start page"),
    }
