"""What may be done with accounts, and by whom."""

from enum import StrEnum
from typing import Final

from safety_app.core.access import Grants, Role, Scope


class Permission(StrEnum):
    """Permissions of this package."""

    MANAGE = "accounts:manage"
    ENROL = "accounts:enrol"


GRANTS: Final[Grants] = {
    Role.ADMINISTRATOR: {
        Permission.MANAGE: frozenset({Scope.SITE}),
        Permission.ENROL: frozenset({Scope.SITE}),
    },
}
