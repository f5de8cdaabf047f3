"""What may be done with exams, and by whom."""

from enum import StrEnum
from typing import Final

from safety_app.core.access import Grants, Role, Scope


class Permission(StrEnum):
    """Everybody may sit what is offered and see their own results."""

    SIT = "exams:sit"
    """Open the page: what may be sat, and the own results."""
    VIEW = "exams:view"
    """See the results of others."""
    ASSESS = "exams:assess"
    """Hold a practical test and sign it."""
    GRADE = "exams:grade"
    """Enter results of paper exams, allow another attempt, see how questions do."""
    KEEP = "exams:keep"
    """Keep the question bank and say what an exam asks."""
    REPORT = "exams:report"


_P = Permission
_SITE = frozenset({Scope.SITE})
_LED = frozenset({Scope.LED})

GRANTS: Final[Grants] = {
    Role.STAFF: {_P.SIT: frozenset({Scope.SERVED, Scope.COMMON})},
    Role.LEAD: {_P.SIT: _SITE, _P.VIEW: _LED, _P.ASSESS: _LED},
    Role.OFFICER: dict.fromkeys(_P, _SITE),
    # A hall may have one officer only, whose own results somebody else enters.
    Role.MANAGER: dict.fromkeys((_P.SIT, _P.VIEW, _P.ASSESS, _P.GRADE, _P.REPORT), _SITE),
    Role.ADMINISTRATOR: {_P.SIT: _SITE, _P.KEEP: _SITE},
    Role.THIRD_PARTY: {_P.SIT: frozenset({Scope.COMMON})},
}
