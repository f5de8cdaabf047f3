"""What may be done with incidents, and by whom."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from safety_app.core.access import Grants, Role, Scope


class Permission(StrEnum):
    """Whoever reported an incident or investigates it sees it whatever these say."""

    REPORT = "incidents:report"
    VIEW = "incidents:view"
    MARK = "incidents:mark"
    HANDLE = "incidents:handle"
    DECIDE = "incidents:decide"
    PERSONAL = "incidents:personal"
    PAPERS = "incidents:papers"
    SET = "incidents:set"


_P = Permission
_SITE = frozenset({Scope.SITE})
_LED = frozenset({Scope.LED})
_ALL: Final[Mapping[str, frozenset[Scope]]] = {_P.REPORT: _SITE}

GRANTS: Final[Grants] = {
    Role.STAFF: _ALL,
    Role.LEAD: {
        **_ALL,
        _P.VIEW: frozenset({Scope.LED, Scope.COMMON}),
        _P.MARK: frozenset({Scope.LED, Scope.COMMON}),
        _P.PAPERS: _LED,
    },
    Role.OFFICER: {
        **_ALL,
        _P.VIEW: _SITE,
        _P.MARK: _SITE,
        _P.HANDLE: _SITE,
        _P.PERSONAL: _SITE,
        _P.PAPERS: _SITE,
        _P.SET: _SITE,
    },
    Role.MANAGER: {
        **_ALL,
        _P.VIEW: _SITE,
        _P.MARK: _SITE,
        _P.HANDLE: _SITE,
        _P.DECIDE: _SITE,
        _P.PERSONAL: _SITE,
        _P.PAPERS: _SITE,
        _P.SET: _SITE,
    },
    Role.ADMINISTRATOR: {**_ALL, _P.SET: _SITE},
    Role.THIRD_PARTY: _ALL,
}
