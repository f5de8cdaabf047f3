"""What may be done with accounts, and by whom."""

from enum import StrEnum
from typing import Final

from safety_app.core.access import Grants, Role, Scope


class Permission(StrEnum):
    """Permissions of this package."""

    SEE = "accounts:see"
    RESET = "accounts:reset"
    DEPUTISE = "accounts:deputise"
    MANAGE = "accounts:manage"
    ENROL = "accounts:enrol"


_SITE: Final = frozenset({Scope.SITE})
_LED: Final = frozenset({Scope.LED})

GRANTS: Final[Grants] = {
    Role.LEAD: {
        Permission.SEE: _LED,
        Permission.RESET: _LED,
        Permission.DEPUTISE: _LED,
    },
    Role.OFFICER: {Permission.SEE: _SITE},
    Role.MANAGER: {Permission.SEE: _SITE, Permission.DEPUTISE: _SITE},
    Role.ADMINISTRATOR: dict.fromkeys(Permission, _SITE),
}
