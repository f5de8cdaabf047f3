"""What may be done with training, and by whom."""

from enum import StrEnum
from typing import Final

from safety_app.core.access import Grants, Role, Scope


class Permission(StrEnum):
    """Everybody may see their own records, whatever these say."""

    OPEN = "training:open"
    """Open the page: the own record, and the sessions one is invited to."""
    VIEW = "training:view"
    """See the records of others."""
    TEACH = "training:teach"
    """Plan and hold sessions, record who was there."""
    RECORD = "training:record"
    """File certificates."""
    CORRECT = "training:correct"
    """Put a wrong result right, say who was transferred or came back."""
    IMPORT = "training:import"
    COURSES = "training:courses"
    """Change courses and who needs them."""
    GATE = "training:gate"
    """Set the day of the gate, let somebody through for a few days."""
    REPORT = "training:report"


_P = Permission
_SITE = frozenset({Scope.SITE})
_LED = frozenset({Scope.LED})

GRANTS: Final[Grants] = {
    Role.STAFF: {_P.OPEN: frozenset({Scope.SERVED, Scope.COMMON})},
    Role.LEAD: {
        _P.OPEN: _SITE,
        _P.VIEW: _LED,
        _P.TEACH: _LED,
        _P.RECORD: _LED,
        _P.REPORT: _LED,
    },
    Role.OFFICER: dict.fromkeys([one for one in _P if one is not _P.GATE], _SITE),
    Role.MANAGER: dict.fromkeys(_P, _SITE),
    Role.ADMINISTRATOR: {
        _P.OPEN: _SITE,
        _P.VIEW: _SITE,
        _P.IMPORT: _SITE,
        _P.COURSES: _SITE,
    },
    Role.THIRD_PARTY: {_P.OPEN: frozenset({Scope.COMMON})},
}
