"""Who has read the version in force: acknowledged by tap, on a shared tablet by six digits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from drills.plans.errors import CodeNeeded, NotTheLatest
from drills.plans.models import PLANS, Document, Kind, NamedPerson, Reading, Version
from drills.plans.permissions import Permission
from drills.plans.service.naming import people_of
from drills.plans.service.steps import WHO_MAY
from drills.plans.service.versions import InForce, as_of, find_in_force
from drills.training import service as training
from safety_app.accounts import service as accounts
from safety_app.core import clock, journal
from safety_app.core.access import Actor, Role
from safety_app.core.errors import NotFound
from safety_app.workplace import service as workplace

EMPLOYED: Final = (Role.STAFF, Role.LEAD, Role.OFFICER, Role.MANAGER, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of those who must read a version have."""

    read: int
    of: int

    @property
    def is_whole(self) -> bool:
        """Whether nobody is missing."""
        return self.read >= self.of


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who must read a version, and when they did."""

    user_id: int
    name: str
    post: str
    at: datetime | None
    by_code: bool


def acknowledge(
    session: Session, actor: Actor, version_id: int, *, proved: bool, now: datetime
) -> Reading:
    """This person has read the version in force, or the next one; twice is as good as once.

    `proved` says that the edge has asked for the own six digits, which a shared tablet must.
    """
    actor.require(Permission.VIEW)
    journal.lock(session)
    version = session.get(Version, version_id)
    if version is None or version.site_id != actor.site_id:
        raise NotFound()
    on = clock.local_day(now, actor.timezone)
    held = find_in_force(session, actor.site_id, version.document_id, on)
    is_held = held is not None and held.version_id == version_id
    if not is_held and not _is_to_come(session, version, on):
        raise NotTheLatest()
    if actor.device_id is not None and not proved:
        raise CodeNeeded()
    known = session.scalar(
        select(Reading).where(Reading.version_id == version_id, Reading.user_id == actor.user_id)
    )
    if known is not None:
        return known
    row = Reading(
        site_id=actor.site_id, version_id=version_id, user_id=actor.user_id, at=now, by_code=proved
    )
    session.add(row)
    session.flush()
    facts = {"version": version.version, "digest": version.digest, "by_code": proved}
    journal.write(session, actor, "plans:read", "plan", version.document_id, now=now, facts=facts)
    return row


def _is_to_come(session: Session, version: Version, on: date) -> bool:
    """Whether a version is published and begins on a later day."""
    if version.effective_on <= on:
        return False
    begins = version.effective_on
    ahead = find_in_force(session, version.site_id, version.document_id, begins)
    return ahead is not None and ahead.version_id == version.id


def audience(
    session: Session, site_id: int, held: Collection[InForce]
) -> dict[int, frozenset[int]]:
    """Who must read each of these versions, by its id.

    Plans and the hall's rules: all who work here, and who is named; the notice to third parties:
    them; the notice to visitors: nobody, it hangs on the wall.
    """
    by_role = {role: frozenset(accounts.with_role(session, site_id, role)) for role in Role}
    employed = frozenset[int]().union(*(by_role[role] for role in EMPLOYED))
    third = by_role[Role.THIRD_PARTY] - employed
    return _wanted(session, held, employed, third)


def _wanted(
    session: Session, held: Collection[InForce], employed: frozenset[int], third: frozenset[int]
) -> dict[int, frozenset[int]]:
    named: dict[int, set[int]] = {}
    query = select(NamedPerson.version_id, NamedPerson.user_id).where(
        NamedPerson.version_id.in_([one.version_id for one in held])
    )
    for version_id, user_id in session.execute(query):
        named.setdefault(version_id, set()).add(user_id)
    active = employed | third
    return {
        one.version_id: _readers(one.kind, employed, third)
        | (frozenset(named.get(one.version_id, ())) & active)
        for one in held
    }


def _readers(kind: Kind, employed: frozenset[int], third: frozenset[int]) -> frozenset[int]:
    if kind is Kind.VISITOR_RULES:
        return frozenset()
    return third if kind is Kind.THIRD_PARTY_RULES else employed


def coverage(session: Session, site_id: int, held: Collection[InForce]) -> dict[int, Coverage]:
    """How far each of these versions has been read, by its id."""
    return _counted(session, audience(session, site_id, held))


def _counted(
    session: Session, wanted: Mapping[int, frozenset[int]], *only: ColumnElement[bool]
) -> dict[int, Coverage]:
    read: dict[int, set[int]] = {}
    query = select(Reading.version_id, Reading.user_id).where(Reading.version_id.in_(wanted), *only)
    for version_id, user_id in session.execute(query):
        read.setdefault(version_id, set()).add(user_id)
    return {
        version_id: Coverage(len(read.get(version_id, set()) & people), len(people))
        for version_id, people in wanted.items()
    }


def coverage_on(
    session: Session, site_id: int, held: Collection[InForce], day: date
) -> dict[int, Coverage]:
    """How far each of these versions had been read at the end of a day gone by.

    Asked of those who belonged to the hall on that day, in the roles they had then.
    """
    ended = clock.at_local(
        day + timedelta(days=1), time(), workplace.site(session, site_id).timezone
    )
    here = training.here_on(session, site_id, day)
    employed = frozenset(id_ for id_, roles in here.items() if roles & frozenset(EMPLOYED))
    third = frozenset(id_ for id_, roles in here.items() if Role.THIRD_PARTY in roles) - employed
    wanted = _wanted(session, held, employed, third)
    return _counted(session, wanted, Reading.at < ended)


def readers(session: Session, actor: Actor, held: InForce) -> list[Reader]:
    """Everybody who must read a version, those who have not first."""
    actor.require(Permission.READERS, who=WHO_MAY[Permission.READERS])
    wanted = audience(session, actor.site_id, [held])[held.version_id]
    people = people_of(session, actor.site_id, wanted)
    query = select(Reading).where(Reading.version_id == held.version_id)
    done = {row.user_id: row for row in session.scalars(query)}
    found = [
        Reader(
            one.id,
            one.display_name,
            one.display_post,
            done[one.id].at if one.id in done else None,
            one.id in done and done[one.id].by_code,
        )
        for one in people.values()
    ]
    return sorted(found, key=lambda one: (one.at is not None, one.name, one.user_id))


def read_by(
    session: Session, actor: Actor, version_ids: Collection[int]
) -> dict[int, list[Reader]]:
    """Who has read each of these versions, the latest first; also who has left since."""
    actor.require(Permission.READERS, who=WHO_MAY[Permission.READERS])
    query = select(Reading).where(
        Reading.site_id == actor.site_id, Reading.version_id.in_(version_ids)
    )
    rows = session.scalars(query.order_by(Reading.at.desc(), Reading.id)).all()
    people = people_of(session, actor.site_id, {row.user_id for row in rows})
    found: dict[int, list[Reader]] = {one: [] for one in version_ids}
    for row in rows:
        one = people[row.user_id]
        found[row.version_id].append(
            Reader(one.id, one.display_name, one.display_post, row.at, row.by_code)
        )
    return found


def has_read(session: Session, user_id: int, version_id: int) -> datetime | None:
    """When somebody read a version; `None` where they did not."""
    query = select(Reading.at).where(Reading.version_id == version_id, Reading.user_id == user_id)
    return session.scalar(query)


def unread(session: Session, actor: Actor, on: date) -> list[InForce]:
    """What this person still has to read, plans first.

    Asked on every click of Today: one query where there is nothing.
    """
    query = select(Document.id).where(
        Document.site_id == actor.site_id,
        Document.withdrawn_on.is_(None),
        Document.current_id.is_not(None),
        _concerns(actor),
    )
    newest_is_read = exists().where(
        Reading.version_id == Document.current_id, Reading.user_id == actor.user_id
    )
    begins_later = exists().where(Version.id == Document.current_id, Version.effective_on > on)
    ids = session.scalars(query.where(or_(~newest_is_read, begins_later))).all()
    if not ids:
        return []
    held = [one for one in as_of(session, actor.site_id, on, kinds=Kind) if one.plan_id in set(ids)]
    done = select(Reading.version_id).where(
        Reading.user_id == actor.user_id,
        Reading.version_id.in_([one.version_id for one in held]),
    )
    read = set(session.scalars(done))
    return [one for one in held if one.version_id not in read]


def _concerns(actor: Actor) -> ColumnElement[bool]:
    """Documents that this person must read: those of their role, and whatever names them."""
    mine = [Kind.THIRD_PARTY_RULES]
    if actor.roles & frozenset(EMPLOYED):
        mine = [*PLANS, Kind.STAFF_RULES]
    named = exists().where(
        NamedPerson.version_id == Document.current_id, NamedPerson.user_id == actor.user_id
    )
    return or_(Document.kind.in_(mine), named)
