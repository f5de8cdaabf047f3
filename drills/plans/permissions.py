"""What may be done with emergency plans and rules, and by whom."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from safety_app.core.access import Grants, Role, Scope


class Permission(StrEnum):
    """All of them hold for the whole hall: in an emergency everybody needs every plan."""

    VIEW = "plans:view"
    DRAFT = "plans:draft"
    """Begin, type and revise drafts; record a filing."""
    REQUEST = "plans:request"
    """Ask for a revision, with owner and date."""
    APPROVE = "plans:approve"
    """Approve, publish, review and withdraw."""
    READERS = "plans:readers"
    """See who has read what, and who has not."""


_P = Permission
_SITE = frozenset({Scope.SITE})
_VIEW: Final[Mapping[str, frozenset[Scope]]] = {_P.VIEW: _SITE}

GRANTS: Final[Grants] = {
    Role.STAFF: _VIEW,
    Role.THIRD_PARTY: _VIEW,
    Role.LEAD: {**_VIEW, _P.REQUEST: _SITE, _P.READERS: _SITE},
    Role.OFFICER: {**_VIEW, _P.DRAFT: _SITE, _P.REQUEST: _SITE, _P.READERS: _SITE},
    Role.MANAGER: dict.fromkeys(_P, _SITE),
    Role.ADMINISTRATOR: {**_VIEW, _P.READERS: _SITE},
}
