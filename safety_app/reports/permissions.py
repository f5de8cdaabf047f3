"""What may be done with reports, and by whom."""

from enum import StrEnum
from typing import Final

from safety_app.core.access import Grants, Role, Scope


class Permission(StrEnum):
    """Permissions of this package."""

    VIEW = "reports:view"
    WRITE = "reports:write"
    DOSSIER = "reports:dossier"


_SITE: Final = frozenset({Scope.SITE})
_LED: Final = frozenset({Scope.LED})

GRANTS: Final[Grants] = {
    Role.LEAD: {Permission.VIEW: _LED, Permission.WRITE: _LED},
    Role.OFFICER: dict.fromkeys(Permission, _SITE),
    Role.MANAGER: dict.fromkeys(Permission, _SITE),
}
