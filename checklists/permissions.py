"""What may be done with patrols, and by whom."""

from enum import StrEnum
from typing import Final

from safety_app.core.access import Grants, Role, Scope


class Permission(StrEnum):
    """Whoever is on duty for the common areas may walk and see these whatever the role."""

    VIEW = "checklists:view"
    RECORD = "checklists:record"
    EXPLAIN = "checklists:explain"
    PLAN = "checklists:plan"
    COUNTERSIGN = "checklists:countersign"


_P = Permission
_SITE = frozenset({Scope.SITE})
_SERVED = frozenset({Scope.SERVED})
_LED = frozenset({Scope.LED})

GRANTS: Final[Grants] = {
    Role.STAFF: {_P.VIEW: _SERVED, _P.RECORD: _SERVED, _P.EXPLAIN: _SERVED},
    Role.LEAD: {
        _P.VIEW: _LED | {Scope.COMMON},
        _P.RECORD: _LED,
        _P.EXPLAIN: _LED,
        _P.PLAN: _LED,
        _P.COUNTERSIGN: _LED,
    },
    Role.OFFICER: dict.fromkeys(_P, _SITE),
    Role.MANAGER: {_P.VIEW: _SITE, _P.PLAN: _SITE, _P.COUNTERSIGN: _SITE},
    Role.ADMINISTRATOR: {_P.PLAN: _SITE},
}
