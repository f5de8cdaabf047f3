"""Who must put the second signature under a sheet: one rung above whoever walked it.

The ladder is lead, officer, manager. It begins at the checklist's countersigner and goes up as
long as the walker stands on the rung, or nobody does: so the lead of a window signs for its
staff, the officer for a lead, the manager for an officer. The next rung may stand in, for a lead
who is ill must not hold up the day. Never the walker, nor who walked along.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.orm import Session

from checklists.models import Run, Task, Template
from checklists.permissions import Permission
from safety_app.accounts import service as accounts
from safety_app.accounts.service.leading import Leaders, leaders
from safety_app.core.access import Actor, Role

LADDER: Final = (Role.LEAD, Role.OFFICER, Role.MANAGER)


@dataclass
class Supervision:
    """Who stands on which rung of a site; asked for once."""

    session: Session
    site_id: int

    @cached_property
    def leaders(self) -> Leaders:
        """The leads and their deputies."""
        return leaders(self.session, self.site_id)

    @cached_property
    def holders(self) -> dict[Role, set[int]]:
        """Officers and managers."""
        return {
            role: set(accounts.with_role(self.session, self.site_id, role)) for role in LADDER[1:]
        }

    def rung(self, countersigner: str, window_id: int | None, walker_id: int, day: date) -> Role:
        """Whose second signature a sheet needs that this person walked."""
        for role in LADDER[LADDER.index(Role(countersigner)) :]:
            found = self.on(role, window_id, day)
            if found and walker_id not in found:
                return role
        return Role.MANAGER

    def on(self, role: Role, window_id: int | None, day: date) -> set[int]:
        """Who stands on a rung for a window, or for the common areas, on a day."""
        return self.leaders.on(window_id, day) if role is Role.LEAD else self.holders[role]

    def owed(self, actor: Actor) -> ColumnElement[bool]:
        """Walked sheets that may need this person's signature; `rung` decides."""
        reach = actor.reach(Permission.COUNTERSIGN)
        found: list[ColumnElement[bool]] = []
        if actor.led:
            found.append(and_(Template.countersigner == Role.LEAD, Task.window_id.in_(actor.led)))
        if reach.site and Role.OFFICER in actor.roles:
            found += [Template.countersigner == Role.OFFICER, self._no_lead()]
        if reach.site and Role.MANAGER in actor.roles:
            officers = self.holders[Role.OFFICER]
            found += [
                Template.countersigner == Role.MANAGER,
                and_(Template.countersigner == Role.OFFICER, Run.submitted_by.in_(officers)),
                self._no_lead() if not officers else self._both(officers),
            ]
            if not officers:
                found.append(Template.countersigner == Role.OFFICER)
        return or_(false(), *found)

    def _no_lead(self) -> ColumnElement[bool]:
        """What a lead should sign, but a lead has walked it or there is none."""
        return and_(
            Template.countersigner == Role.LEAD,
            or_(
                Task.window_id.is_(None),
                Task.window_id.not_in(set(self.leaders.leads)),
                Run.submitted_by.in_(self.leaders.everybody),
            ),
        )

    def _both(self, officers: set[int]) -> ColumnElement[bool]:
        return and_(self._no_lead(), Run.submitted_by.in_(officers))


def rungs_of(actor: Actor, window_id: int | None) -> set[Role]:
    """On which rungs the actor stands today for a window or the common areas."""
    if not actor.may(Permission.COUNTERSIGN, window_id=window_id):
        return set()
    found: set[Role] = {role for role in LADDER[1:] if role in actor.roles}
    if window_id in actor.led:
        found.add(Role.LEAD)
    return found


def may_sign(rungs: set[Role], rung: Role) -> bool:
    """Whether one of the rungs is the one asked for, or the next above, which stands in."""
    above = LADDER[min(LADDER.index(rung) + 1, len(LADDER) - 1)]
    return bool(rungs & {rung, above})
