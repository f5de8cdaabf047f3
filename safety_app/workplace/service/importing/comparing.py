"""A line held against what the hall has: what would be different, old and new."""

from collections.abc import Iterable
from typing import Final

from safety_app.core.access import ROLE_NAMES, Role
from safety_app.core.i18n import _
from safety_app.core.intake import Column
from safety_app.workplace.models import Window
from safety_app.workplace.service.importing.columns import PEOPLE_COLUMNS, WINDOW_COLUMNS
from safety_app.workplace.service.importing.known import Known
from safety_app.workplace.service.importing.lines import (
    DOING,
    Change,
    PersonLine,
    Place,
    Ref,
    WindowLine,
)

POWERS: Final = (Role.ADMINISTRATOR, Role.MANAGER, Role.OFFICER)
"""Roles that reach over the whole hall."""


def label_of(columns: Iterable[Column], key: str) -> str:
    """The heading of a column in the current language."""
    return next((column.label for column in columns if column.key == key), "")


def renamed(known: Known, line: PersonLine, user_id: int) -> Change:
    """Another name under a known staff number."""
    return Change(label_of(PEOPLE_COLUMNS, "name"), known.users[user_id].name, line.name)


def person_changes(known: Known, line: PersonLine, user_id: int) -> list[Change]:
    """What the line says otherwise of somebody who is here."""
    user = known.users[user_id]
    facts = {**line.facts, **({"staff_no": line.staff_no} if line.staff_no else {})}
    found = [
        Change(label_of(PEOPLE_COLUMNS, key), str(getattr(user, key) or ""), str(value))
        for key, value in facts.items()
        if getattr(user, key) != value
    ]
    label = label_of(PEOPLE_COLUMNS, "role")
    for role, code in line.places:
        if not _holds(known, user_id, (role, code)):
            said = " ".join(part for part in (code, _(ROLE_NAMES[role])) if part)
            found.append(Change(label, "", said))
    return found


def window_changes(known: Known, line: WindowLine, window: Window) -> list[Change]:
    """What the line says otherwise of a window that is here; an empty cell says nothing."""
    said = []
    if window.name != line.name:
        said.append(("name", window.name, line.name))
    if line.agency not in ("", window.agency):
        said.append(("agency", window.agency, line.agency))
    for key, ref, before in (
        ("lead", line.lead_ref, known.leads.get(window.id)),
        ("deputy", line.deputy_ref, known.standing(window.id)),
    ):
        if ref is not None and (ref.known_id is None or ref.known_id != before):
            said.append((key, _name(known, Ref(user_id=before)), _name(known, ref)))
    if line.floor and (line.location_id is None or line.location_id != window.location_id):
        here = (one.name for one in known.locations if one.id == window.location_id)
        said.append(("floor", next(here, ""), line.floor))
    return [Change(label_of(WINDOW_COLUMNS, key), old, new) for key, old, new in said]


def new_powers(known: Known, people: Iterable[PersonLine]) -> tuple[tuple[Role, list[str]], ...]:
    """Who would get a role that reaches over the whole hall, and does not hold it yet."""
    found: dict[Role, list[str]] = {role: [] for role in POWERS}
    for line in people:
        if line.fate not in DOING:
            continue
        for role, _code in line.places:
            held = known.people[line.user_id].roles if line.user_id is not None else frozenset()
            if role in found and role not in held:
                found[role].append(line.name)
    return tuple((role, names) for role, names in found.items() if names)


def _holds(known: Known, user_id: int, place: Place) -> bool:
    (role, code), person = place, known.people[user_id]
    if code is None:
        return role in person.roles
    if role is Role.LEAD:
        window = known.open_window(code)
        return window is not None and window.id in person.led_window_ids
    return code.casefold() in known.codes_of(user_id)


def _name(known: Known, ref: Ref) -> str:
    if ref.line is not None:
        return ref.line.name
    return known.people[ref.user_id].name if ref.user_id in known.people else ""
