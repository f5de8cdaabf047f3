"""What may be done with papers, and by whom."""

from enum import StrEnum
from typing import Final

from safety_app.core.access import Grants, Role, Scope


class Permission(StrEnum):
    """Permissions of this package."""

    VIEW = "papers:view"
    KEEP = "papers:keep"


_SITE: Final = frozenset({Scope.SITE})

GRANTS: Final[Grants] = {
    Role.OFFICER: {Permission.VIEW: _SITE, Permission.KEEP: _SITE},
    Role.MANAGER: {Permission.VIEW: _SITE},
    Role.ADMINISTRATOR: {Permission.VIEW: _SITE, Permission.KEEP: _SITE},
}
