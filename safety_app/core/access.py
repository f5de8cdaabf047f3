"""Who may do what: roles, scopes, and the actor in whose name something is done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import N_


class Role(StrEnum):
    """What a person is in the hall."""

    STAFF = "staff"
    LEAD = "lead"
    OFFICER = "officer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"
    THIRD_PARTY = "third_party"


ROLE_NAMES: Final[Mapping[Role, str]] = {
    Role.STAFF: N_("Staff"),
    Role.LEAD: N_("Window lead"),
    Role.OFFICER: N_("Safety officer"),
    Role.MANAGER: N_("Manager"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.THIRD_PARTY: N_("Third party"),
}


class Scope(StrEnum):
    """For which places a role holds a permission."""

    SITE = "site"
    COMMON = "common"
    LED = "led"
    SERVED = "served"


Grants = Mapping[Role, Mapping[str, frozenset[Scope]]]

_granted: dict[Role, dict[str, frozenset[Scope]]] = {role: {} for role in Role}


def grant(grants: Grants) -> None:
    """Add one package's grants; done once for each feature when it is loaded."""
    for role, permissions in grants.items():
        _granted[role].update(permissions)


def holders(permission: str) -> list[Role]:
    """The roles that hold a permission for any place."""
    return [role for role in Role if _granted[role].get(permission)]


@dataclass(frozen=True, slots=True)
class Reach:
    """The places for which somebody holds a permission."""

    site: bool = False
    common: bool = False
    windows: frozenset[int] = frozenset()

    def covers(self, window_id: int | None) -> bool:
        """Whether a window, or the common areas (`None`), lie within."""
        if self.site:
            return True
        return self.common if window_id is None else window_id in self.windows


@dataclass(frozen=True, slots=True)
class Actor:
    """The person in whose name something is done, as of this request or rerun."""

    user_id: int
    site_id: int
    name: str
    roles: frozenset[Role]
    led: frozenset[int] = field(default_factory=frozenset)
    served: frozenset[int] = field(default_factory=frozenset)
    language: str | None = None
    timezone: str = "Asia/Shanghai"
    device_id: int | None = None

    def reach(self, permission: str) -> Reach:
        """Where this actor holds a permission."""
        scopes: set[Scope] = set()
        for role in self.roles:
            scopes |= _granted[role].get(permission, frozenset())
        windows = (self.led if Scope.LED in scopes else frozenset()) | (
            self.served if Scope.SERVED in scopes else frozenset()
        )
        return Reach(Scope.SITE in scopes, Scope.COMMON in scopes, windows)

    def may(self, permission: str, *, window_id: int | None = None) -> bool:
        """Whether the permission holds for a window, or for the common areas (`None`)."""
        return self.reach(permission).covers(window_id)

    def may_somewhere(self, permission: str) -> bool:
        """Whether the permission holds for any place at all; for menus and buttons."""
        found = self.reach(permission)
        return found.site or found.common or bool(found.windows)

    def require(self, permission: str, *, window_id: int | None = None, who: str = "") -> None:
        """Raise `NotAllowed` unless the permission holds; `who` names those who may."""
        if not self.may(permission, window_id=window_id):
            raise NotAllowed(who=who) if who else NotAllowed()
