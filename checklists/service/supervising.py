"""Who must put the second signature under a sheet: one rung above whoever walked it.

The ladder is lead, officer, manager. It begins at the checklist's countersigner and goes up as
long as the walker stands on the rung, or nobody does: so the lead of a window signs for its
staff, the officer for a lead, the manager for an officer. The next rung may stand in, for a lead
who is ill must not hold up the day. Never the walker. Who walked along on a patrol is one of the
patrollers and moves it up a rung as well; along on a check, the head inspected and the manager
still sign, for that is their place there. No sheet is left without anybody who may sign it while
there is such a person.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.orm import Session

from checklists.models import Kind, Run, Task, Template
from checklists.permissions import Permission
from safety_app.accounts import service as accounts
from safety_app.accounts.service.leading import Leaders, leaders
from safety_app.core.access import Actor, Role

LADDER: Final = (Role.LEAD, Role.OFFICER, Role.MANAGER)


@dataclass(frozen=True, slots=True)
class Whose:
    """On which rung a second signature is owed, and whether who walked along may give it."""

    rung: Role
    companion_may: bool = False


@dataclass
class Supervision:
    """Who stands on which rung of a site; asked for once. A rung nobody is on today is empty."""

    session: Session
    site_id: int
    today: date | None = None

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
        """Whose second signature a sheet needs that this person walked alone."""
        return self.whose(countersigner, Kind.PATROL, window_id, walker_id, None, day).rung

    def whose(
        self,
        countersigner: str,
        kind: Kind,
        window_id: int | None,
        walker_id: int,
        companion_id: int | None,
        day: date,
    ) -> Whose:
        """Whose second signature a sheet needs.

        The first rung from the checklist's own up on which nobody took part; failing that, one
        with somebody who did not; and at the last, who only walked along.
        """
        own = Role(countersigner)
        rungs = LADDER[LADDER.index(own) :]
        walked = {walker_id}
        both = walked | ({companion_id} if companion_id else set())
        if kind is Kind.CHECK and self._is_apart(own, window_id, day, walked):
            return Whose(own, companion_may=True)
        for role in rungs:
            if self._is_apart(role, window_id, day, both):
                return Whose(role)
        for barred in (both, walked):
            for role in rungs:
                if self._now(role, window_id, day) - barred:
                    return Whose(role, companion_may=barred == walked)
        return Whose(Role.MANAGER)

    def _is_apart(self, role: Role, window_id: int | None, day: date, barred: set[int]) -> bool:
        """Whether somebody stands on the rung, and none of those barred did on the day."""
        found = self._now(role, window_id, day)
        return bool(found) and not barred & (found | self.on(role, window_id, day))

    def _now(self, role: Role, window_id: int | None, day: date) -> set[int]:
        return self.on(role, window_id, self.today or day)

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
                and_(Template.countersigner == Role.OFFICER, _took_part(officers)),
                self._no_lead() if not officers else self._both(officers),
            ]
            if not officers:
                found.append(Template.countersigner == Role.OFFICER)
        return or_(false(), *found)

    def _no_lead(self) -> ColumnElement[bool]:
        """What a lead should sign, but a lead took part in it or there is none."""
        return and_(
            Template.countersigner == Role.LEAD,
            or_(
                Task.window_id.is_(None),
                Task.window_id.not_in(set(self.leaders.leads)),
                _took_part(self.leaders.everybody),
            ),
        )

    def _both(self, officers: set[int]) -> ColumnElement[bool]:
        return and_(self._no_lead(), _took_part(officers))


def _took_part(people: set[int]) -> ColumnElement[bool]:
    return or_(Run.submitted_by.in_(people), Run.companion_id.in_(people))


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


def may_give(
    actor: Actor, whose: Whose, window_id: int | None, walker_id: int, companion_id: int | None
) -> bool:
    """Whether this person may sign: not for the own walk, and from along only on the very rung."""
    rungs = rungs_of(actor, window_id)
    if actor.user_id == walker_id:
        return False
    if actor.user_id == companion_id:
        return whose.companion_may and whose.rung in rungs
    return may_sign(rungs, whose.rung)
