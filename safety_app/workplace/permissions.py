"""What may be done with the workplace, and by whom."""

from enum import StrEnum
from typing import Final

from safety_app.core.access import Grants, Role, Scope


class Permission(StrEnum):
    """Permissions of this package."""

    SETTINGS = "workplace:settings"
    ROSTER = "workplace:roster"
    CALENDAR = "workplace:calendar"


_SITE: Final = frozenset({Scope.SITE})

GRANTS: Final[Grants] = {
    Role.ADMINISTRATOR: dict.fromkeys(Permission, _SITE),
    Role.OFFICER: {Permission.ROSTER: _SITE, Permission.CALENDAR: _SITE},
    Role.MANAGER: {Permission.ROSTER: _SITE, Permission.CALENDAR: _SITE},
    Role.LEAD: {Permission.ROSTER: frozenset({Scope.LED})},
}
