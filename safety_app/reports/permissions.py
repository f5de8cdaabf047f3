"""What may be done with reports, and by whom."""

from enum import StrEnum
from typing import Final

from safety_app.core.access import Grants, Role, Scope


class Permission(StrEnum):
    """Permissions of this package."""

    VIEW = "reports:view"


GRANTS: Final[Grants] = {
    Role.LEAD: {Permission.VIEW: frozenset({Scope.LED})},
    Role.OFFICER: {Permission.VIEW: frozenset({Scope.SITE})},
    Role.MANAGER: {Permission.VIEW: frozenset({Scope.SITE})},
}
