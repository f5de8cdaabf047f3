"""What may be done with hazards, and by whom: roles and the places they hold for."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from safety_app.core.access import Grants, Role, Scope


class Permission(StrEnum):
    """Scope and action; who reported or owns a hazard sees it whatever these say."""

    REPORT = "hazards:report"
    REPORT_POINT = "hazards:report_point"
    VIEW = "hazards:view"
    ASSIGN = "hazards:assign"
    SET_LEVEL = "hazards:set_level"
    EXTEND = "hazards:extend"
    EXTEND_GRAVE = "hazards:extend_grave"
    FIX = "hazards:fix"
    VERIFY = "hazards:verify"
    VOID = "hazards:void"
    INSPECTIONS = "hazards:inspections"
    PAPERS = "hazards:papers"


_P = Permission
_SITE = frozenset({Scope.SITE})
_LED = frozenset({Scope.LED})
_ALL: Final[Mapping[str, frozenset[Scope]]] = {_P.REPORT: _SITE, _P.FIX: _SITE}

GRANTS: Final[Grants] = {
    Role.STAFF: {**_ALL, _P.VIEW: frozenset({Scope.SERVED, Scope.COMMON})},
    Role.LEAD: {
        **_ALL,
        _P.REPORT_POINT: _SITE,
        _P.VIEW: frozenset({Scope.LED, Scope.COMMON}),
        _P.ASSIGN: _LED,
        _P.SET_LEVEL: _LED,
        _P.EXTEND: _LED,
        _P.VERIFY: _LED,
        _P.PAPERS: _LED,
    },
    Role.OFFICER: {
        **_ALL,
        _P.REPORT_POINT: _SITE,
        _P.VIEW: _SITE,
        _P.ASSIGN: _SITE,
        _P.SET_LEVEL: _SITE,
        _P.EXTEND: _SITE,
        _P.VERIFY: _SITE,
        _P.INSPECTIONS: _SITE,
        _P.PAPERS: _SITE,
    },
    Role.MANAGER: {
        **_ALL,
        _P.REPORT_POINT: _SITE,
        _P.VIEW: _SITE,
        _P.EXTEND_GRAVE: _SITE,
        _P.VERIFY: _SITE,
        _P.VOID: _SITE,
        _P.INSPECTIONS: _SITE,
        _P.PAPERS: _SITE,
    },
    Role.ADMINISTRATOR: _ALL,
    Role.THIRD_PARTY: _ALL,
}
