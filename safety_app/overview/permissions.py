"""What may be done with the overview, and by whom."""

from enum import StrEnum
from typing import Final

from safety_app.core.access import Grants, Role, Scope


class Permission(StrEnum):
    """Permissions of this package."""

    SYSTEM = "overview:system"
    SET_UP = "overview:set_up"


GRANTS: Final[Grants] = {Role.ADMINISTRATOR: dict.fromkeys(Permission, frozenset({Scope.SITE}))}
