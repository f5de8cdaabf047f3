"""What may be done with drills, and by whom."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from safety_app.core.access import Grants, Role, Scope
from safety_app.core.i18n import N_


class Permission(StrEnum):
    """The one in charge of a drill and its commander may hold it, its evaluators judge it,
    whatever these say."""

    VIEW = "drills:view"
    PLAN = "drills:plan"
    """Plan, announce, put off, cancel, follow up and close."""
    HOLD = "drills:hold"
    """The stopwatch, attendance, pictures and the record."""
    EVALUATE = "drills:evaluate"
    SETTINGS = "drills:settings"
    REPORT = "drills:report"
    READINESS = "drills:readiness"
    """See of a day how plans, drills and all people on post stood."""


WHO_MAY: Final[Mapping[Permission, str]] = {
    Permission.VIEW: N_("The safety officer or a manager"),
    Permission.PLAN: N_("The safety officer, a manager, or for one window its lead"),
    Permission.HOLD: N_(
        "Its commander, who is in charge of it, the safety officer, a manager, or for one window"
        " its lead"
    ),
    Permission.EVALUATE: N_("Its evaluators, the safety officer or a manager"),
    Permission.SETTINGS: N_("The safety officer or a manager"),
    Permission.REPORT: N_("The safety officer or a manager"),
    Permission.READINESS: N_("The safety officer or a manager"),
}
_P = Permission
_SITE = frozenset({Scope.SITE})
_LED = frozenset({Scope.LED})

GRANTS: Final[Grants] = {
    Role.STAFF: {_P.VIEW: _SITE},
    Role.LEAD: {
        _P.VIEW: _SITE,
        _P.PLAN: _LED,
        _P.HOLD: _LED,
        _P.EVALUATE: _LED,
        _P.REPORT: _SITE,
    },
    Role.OFFICER: dict.fromkeys(_P, _SITE),
    Role.MANAGER: dict.fromkeys(_P, _SITE),
    Role.ADMINISTRATOR: {_P.VIEW: _SITE, _P.SETTINGS: _SITE},
}
