"""What the page of an emergency says: a third party is shown the numbers they need, no more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from drills.plans.content import Contact, Group, Line, Phase, Resources, Words
from drills.plans.service import current, get_version
from drills.plans.service.contacts import Duty, contacts, may_call, phone_of, short_title
from drills.plans.service.naming import Named, people_of, things_of
from drills.plans.service.versions import VersionView
from safety_app.core.i18n import _, bilingual, day_text
from safety_app.workplace import service as workplace

ALWAYS: Final = (
    ("119", Words(zh="火警", en="Fire brigade")),
    ("120", Words(zh="医疗急救", en="Ambulance")),
    ("110", Words(zh="公安报警", en="Police")),
)
"""Shown whatever the plans say, also where there is none yet."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number to dial: as it is shown, and as the telephone wants it."""

    name: str
    phone: str

    @property
    def dialled(self) -> str:
        """Digits and a leading plus."""
        return "".join(char for char in self.phone if char.isdigit() or char == "+")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a group; only who leads or stands in has a number here."""

    role: str
    name: str
    number: Number | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """A group with its people and what it does."""

    name: str
    people: tuple[Person, ...]
    members: str
    duties: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """An evacuation map."""

    file_id: int
    caption: str


@dataclass(frozen=True, slots=True)
class Item:
    """A thing of the register that helps: what it is, where, what for."""

    name: str
    place: str
    use: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan as it is read while something happens."""

    id: int
    scenario: str
    name: str
    title: str
    about: str
    card: tuple[Line, ...]
    phases: tuple[Phase, ...]
    notes: tuple[Line, ...]
    chain: tuple[Line, ...]
    say: tuple[Line, ...]
    numbers: tuple[Number, ...]
    teams: tuple[Team, ...]
    maps: tuple[Map, ...]
    items: tuple[Item, ...]
    others: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Emergency:
    """All of it."""

    unit: str
    is_demo: bool
    numbers: tuple[Number, ...]
    plans: tuple[Plan, ...]
    duties: tuple[Duty, ...]

    @property
    def map_ids(self) -> tuple[int, ...]:
        """The maps it shows."""
        return tuple(one.file_id for plan in self.plans for one in plan.maps)


def emergency(session: Session, site_id: int, today: date, viewer: int | None = None) -> Emergency:
    """The plans in force today, as a third party (`viewer`) or everybody may see them."""
    site = workplace.site(session, site_id)
    held = current(session, site_id, today)
    views = [get_version(session, site_id, one.version_id) for one in held]
    found = contacts(session, site_id, today, viewer)
    return Emergency(
        unit=bilingual(site.name, site.name_en),
        is_demo=site.is_demo,
        numbers=_numbers(found.numbers),
        plans=tuple(_plan(session, site_id, view, viewer) for view in views),
        duties=found.duties,
    )


def _numbers(contacts: Sequence[Contact]) -> tuple[Number, ...]:
    """The three that everybody knows, then the others of the plans."""
    found = {phone: Number(name.text, phone) for phone, name in ALWAYS}
    for one in contacts:
        found.setdefault(one.phone, Number(one.name.text, one.phone))
    return tuple(found.values())


def _plan(session: Session, site_id: int, view: VersionView, viewer: int | None) -> Plan:
    content = view.content
    people = people_of(session, site_id, content.people)
    day = day_text(view.effective_on, weekday=False, year=True)
    return Plan(
        id=view.plan_id,
        scenario=view.scenario,
        name=short_title(view.title),
        title=view.title,
        about=_("{number}, version {n}, in force from {day}",
                number=view.number, n=view.version, day=day),
        card=content.card.lines.lines,
        phases=content.measures.phases,
        notes=content.measures.notes.lines,
        chain=content.reporting.chain.lines,
        say=content.reporting.say.lines,
        numbers=tuple(Number(one.name.text, one.phone) for one in content.reporting.contacts),
        teams=tuple(
            _team(group, people, is_shown=may_call(group, viewer, commands=n == 0))
            for n, group in enumerate(content.organisation.groups)
        ),
        maps=tuple(Map(one.file_id, one.caption.text) for one in content.maps.maps),
        items=tuple(_items(session, site_id, content.resources)),
        others=content.resources.others.lines,
    )  # fmt: skip


def _items(session: Session, site_id: int, resources: Resources) -> Iterator[Item]:
    """What is there today, and where it is now; what is gone helps nobody."""
    things = things_of(session, site_id, [one.code for one in resources.items])
    for one in resources.items:
        thing = things[one.code]
        if thing.is_there:
            yield Item(thing.display_name, thing.display_place, one.use.text)


def _team(group: Group, people: dict[int, Named], *, is_shown: bool) -> Team:
    """A group as it stands today: who has left is left out, a leader's post then is vacant."""
    there = {id_: one for id_, one in people.items() if one.is_active}
    roles = ((_("Leader"), group.lead_id), (_("Deputy leader"), group.deputy_id))
    named = [
        Person(role, there[id_].display_name, _number(there[id_]) if is_shown else None)
        if id_ in there
        else Person(role, _("vacant"))
        for role, id_ in roles
        if id_ is not None
    ]
    members = [there[id_].display_name for id_ in group.member_ids if id_ in there]
    return Team(group.name.text, tuple(named), _(", ").join(members), group.duties.lines)


def _number(named: Named) -> Number | None:
    phone = phone_of(named)
    return Number(named.display_name, phone) if phone else None
