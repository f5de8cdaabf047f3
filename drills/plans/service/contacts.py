"""Whom to call: the leaders and deputies of the plans in force, and the numbers outside.

Their numbers are those of the directory today, not those of the day of publication. Only who leads
or stands in is listed with a number: members are led.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from drills.plans.content import Contact, Content, Group
from drills.plans.service.naming import Named, people_of
from drills.plans.service.reading import EMPLOYED
from drills.plans.service.versions import VersionView, current, get_version
from safety_app.core.access import Actor
from safety_app.core.i18n import _
from safety_app.core.text import capital

USUAL: Final = ("现场处置方案", "综合应急预案", "应急预案", "On-site plan: ")
"""What titles of plans say besides."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody to call: what they do in a plan, name, post and number."""

    user_id: int
    what: str
    name: str
    post: str
    phone: str
    is_deputy: bool = False
    has_left: bool = False
    commands: bool = False
    is_shown: bool = True

    @property
    def role(self) -> str:
        """What they are there, in words."""
        return role_text(self.what, is_deputy=self.is_deputy, commands=self.commands)


@dataclass(frozen=True, slots=True)
class Duty:
    """One person in the contact list with all that they lead, plan by plan."""

    name: str
    post: str
    phone: str
    roles: tuple[str, ...]

    @property
    def dialled(self) -> str:
        """The number as a telephone wants it."""
        return "".join(char for char in self.phone if char.isdigit() or char == "+")


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contact list of a hall; `numbers` are those outside, each once."""

    numbers: tuple[Contact, ...] = ()
    duties: tuple[Duty, ...] = ()
    without_phone: tuple[str, ...] = field(default=())


def viewer_of(actor: Actor) -> int | None:
    """A third party, who is not shown every number; nobody in particular for who works here."""
    return None if actor.roles & frozenset(EMPLOYED) else actor.user_id


def may_call(group: Group, viewer: int | None, *, commands: bool) -> bool:
    """Whether somebody is shown a group's numbers: a third party those of the command, which is
    the alarm chain, and of the groups that they are in."""
    own = (group.lead_id, group.deputy_id, *group.member_ids)
    return viewer is None or commands or viewer in own


def callers_of(
    session: Session, site_id: int, content: Content, viewer: int | None = None
) -> list[Caller]:
    """Whom to call for a plan: each group's leader, then its deputy."""
    groups = content.organisation.groups
    wanted = {one for group in groups for one in (group.lead_id, group.deputy_id) if one}
    people = people_of(session, site_id, wanted)
    return [
        caller
        for n, group in enumerate(groups)
        for caller in _callers(
            group, people, n == 0, is_shown=may_call(group, viewer, commands=n == 0)
        )
    ]


@dataclass(frozen=True, slots=True)
class Gap:
    """A group whose leader has left; `stand_in` is its deputy, if that one is there."""

    group: str
    left: str
    stand_in: str


def first_callers(
    session: Session, site_id: int, content: Content, viewer: int | None = None
) -> tuple[list[Caller], list[Gap]]:
    """Whom to call first in each group: its leader, else its deputy; and who is missing."""
    callers = callers_of(session, site_id, content, viewer)
    found, gaps = [], []
    for group in content.organisation.groups:
        ids = {group.lead_id: False, group.deputy_id: True}
        mine = [
            one for one in callers
            if one.what == group.name.text and ids.get(one.user_id) is one.is_deputy
        ]  # fmt: skip
        there = [one for one in mine if not one.has_left]
        lead = next((one for one in mine if not one.is_deputy), None)
        found += there[:1]
        if lead is not None and lead.has_left:
            gaps.append(Gap(group.name.text, lead.name, there[0].name if there else ""))
    return found, gaps


def with_the_left_marked(session: Session, site_id: int, view: VersionView) -> VersionView:
    """The version as published, with a mark behind the names of those who have left since."""
    now = people_of(session, site_id, view.content.people)
    people = {
        id_: one if id_ not in now or now[id_].is_active else _marked(one)
        for id_, one in view.names.people.items()
    }
    return replace(view, names=replace(view.names, people=people))


def _marked(one: Named) -> Named:
    # Written in both languages, since a name is no message.
    english = f"{one.name_en or one.name} (no longer here)"
    return replace(one, name=f"{one.name}（已离岗）", name_en=english)


def contacts(session: Session, site_id: int, on: date, viewer: int | None = None) -> Contacts:
    """The list of all plans in force on a day; for a third party of those they may call."""
    views = [get_version(session, site_id, one.version_id) for one in current(session, site_id, on)]
    numbers: dict[str, Contact] = {}
    for view in views:
        for one in view.content.reporting.contacts:
            numbers.setdefault(one.phone, one)
    duties = _duties(session, site_id, views, viewer)
    missing = tuple(one.name for one in duties if not one.phone)
    return Contacts(tuple(numbers.values()), tuple(duties), missing)


def _duties(
    session: Session, site_id: int, views: Sequence[VersionView], viewer: int | None
) -> list[Duty]:
    """Everybody who leads or stands in, those with most to lead first."""
    people: dict[int, Caller] = {}
    roles: dict[int, list[str]] = {}
    for view in views:
        for caller in callers_of(session, site_id, view.content, viewer):
            if caller.has_left or not caller.is_shown:
                continue
            people.setdefault(caller.user_id, caller)
            words = _("{plan}: {what}", plan=short_title(view.title), what=caller.role)
            roles.setdefault(caller.user_id, []).append(words)
    return [
        Duty(one.name, one.post, one.phone, tuple(roles[user_id]))
        for user_id, one in people.items()
    ]


def role_text(group: str, *, is_deputy: bool, commands: bool) -> str:
    """What somebody is in a group; the first group is the command itself."""
    if commands:
        return _("{group}, deputy", group=group) if is_deputy else group
    return _("deputy in {group}", group=group) if is_deputy else _("leads {group}", group=group)


def short_title(title: str) -> str:
    """What a plan is against, without what every title says."""
    short = title
    for part in USUAL:
        short = short.replace(part, "")
    return capital(short) if short else title


def phone_of(named: Named) -> str:
    """The number in the directory of somebody who is still there."""
    return named.phone if named.is_active else ""


def _callers(
    group: Group, people: dict[int, Named], commands: bool, *, is_shown: bool
) -> Iterator[Caller]:
    for user_id, is_deputy in ((group.lead_id, False), (group.deputy_id, True)):
        one = people.get(user_id or 0)
        if one is not None:
            yield Caller(
                one.id, group.name.text, one.display_name, one.display_post,
                phone_of(one) if is_shown else "", is_deputy, not one.is_active, commands,
                is_shown,
            )  # fmt: skip
