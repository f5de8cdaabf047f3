"""What may be done with safety facilities, and by whom."""

from enum import StrEnum
from typing import Final

from safety_app.core.access import Grants, Role, Scope


class Permission(StrEnum):
    """A custodian may see and inspect their own items whatever these say."""

    VIEW = "equipment:view"
    INSPECT = "equipment:inspect"
    KEEP = "equipment:keep"
    """Register, edit, move, lend, send away, record a service."""
    RETIRE = "equipment:retire"
    """Replace, scrap, declare lost."""
    CLEAR = "equipment:clear"
    """Take back a scrap condition that was recorded by mistake."""
    IMPORT = "equipment:import"
    """Import lists, change kinds and the profile of rules."""
    STOCK = "equipment:stock"
    REPORT = "equipment:report"


_P = Permission
_SITE = frozenset({Scope.SITE})
_SERVED = frozenset({Scope.SERVED, Scope.COMMON})
_LED = frozenset({Scope.LED})

GRANTS: Final[Grants] = {
    Role.STAFF: {_P.VIEW: _SERVED, _P.INSPECT: frozenset({Scope.SERVED})},
    Role.LEAD: {
        _P.VIEW: _SITE,
        _P.INSPECT: _LED | {Scope.COMMON},
        _P.KEEP: _LED,
        _P.RETIRE: _LED,
        _P.STOCK: _LED,
        _P.REPORT: _SITE,
    },
    Role.OFFICER: dict.fromkeys(_P, _SITE),
    Role.MANAGER: {_P.VIEW: _SITE, _P.REPORT: _SITE, _P.RETIRE: _SITE, _P.CLEAR: _SITE},
    Role.ADMINISTRATOR: {_P.VIEW: _SITE, _P.IMPORT: _SITE, _P.KEEP: _SITE},
}
