"""The people of a hall as training sees them, on days gone by too."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, tzinfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from drills.training.coverage import DAY, Span, gaps, merged
from drills.training.models import Event, EventKind, Posting
from drills.training.needs import Appointed, Stay, Worker
from drills.training.posts import plain_post
from safety_app.accounts import service as accounts
from safety_app.accounts.service import Staffed
from safety_app.core import clock
from safety_app.core.access import Role
from safety_app.workplace import service as workplace


@dataclass(frozen=True, slots=True)
class People:
    """Everybody in question: as they are known, and what decides what they need."""

    staff: Mapping[int, Staffed]
    workers: Mapping[int, Worker]


def people(
    session: Session,
    site_id: int,
    first: date,
    user_ids: Collection[int] | None = None,
    *,
    as_known: bool = False,
    leading_in: Sequence[Span] = (),
) -> People:
    """People by id, in the order of their names, with what they are from a day on.

    What somebody is now holds since the posting that is still open, whatever that one says; a
    newcomer whom no posting knows yet is what they are now since they came. With `as_known` an
    event binds from the day on which it was told. Within `leading_in` they are looked at as leads.
    """
    found = accounts.staffing(session, site_id, user_ids)
    zone = clock.zone(workplace.site(session, site_id).timezone)
    stays = _past_stays(session, site_id, first, user_ids)
    events = _events(session, site_id, user_ids, zone)
    appointed = _appointed(session, site_id)
    deputies = accounts.deputyships(session, site_id)
    workers = {
        one.id: Worker(
            user_id=one.id,
            joined=joined(one, zone),
            stays=leading(
                _stays(one, stays.get(one.id, ()), zone),
                (*deputies.get(one.id, ()), *leading_in),
            ),
            events=tuple((kind, on) for kind, on, _told in events.get(one.id, ())),
            told=tuple(told for *_event, told in events.get(one.id, ())) if as_known else (),
            appointed=appointed.get(one.id, ()),
        )
        for one in found
    }
    return People({one.id: one for one in found}, workers)


def here_on(
    session: Session, site_id: int, on: date, user_ids: Collection[int] | None = None
) -> dict[int, frozenset[Role]]:
    """Who belonged to the hall on a day, each with the roles they had then."""
    found: dict[int, frozenset[Role]] = {}
    for user_id, one in people(session, site_id, on, user_ids).workers.items():
        stay = one.stay(on)
        if stay is not None and one.is_here(on):
            found[user_id] = stay.roles
    return found


def gone_after(
    session: Session, site_id: int, on: date, user_ids: Collection[int]
) -> frozenset[int]:
    """Who of these was not in the hall any more, or not yet, when a day gone by had ended.

    Whoever came back on the next day had left all the same.
    """
    here = here_on(session, site_id, on + DAY, user_ids)
    begun = select(Posting.user_id).where(
        Posting.user_id.in_(list(here)), Posting.first == on + DAY
    )
    back = frozenset(session.scalars(begun))
    if back:
        zone = workplace.site(session, site_id).timezone
        ended = clock.at_local(on + DAY, time(), zone)
        back = accounts.closed_at(session, site_id, ended, back)
    return frozenset(user_ids) - here.keys() | back


def joined(one: Staffed, zone: tzinfo) -> date:
    """The day somebody came; where nobody wrote it down, that on which they were entered."""
    return one.joined_on or one.created_at.astimezone(zone).date()


def _stays(one: Staffed, past: Collection[Posting], zone: tzinfo) -> tuple[Stay, ...]:
    closed = [row for row in past if row.last is not None]
    stays = [
        Stay(row.first, row.last, roles_of(row), windows_of(row), row.post, _english(row, one))
        for row in closed
        if row.last is not None
    ]
    still = next((row for row in past if row.last is None), None)
    if one.is_active:
        begins = still.first if still else _begins(one, stays, zone)
        stays.append(Stay(begins, date.max, one.roles, one.window_ids, one.post, one.post_en))
    elif not stays:
        last = one.left_on or joined(one, zone)
        begins = min(joined(one, zone), last)
        stays.append(Stay(begins, last, one.roles, one.window_ids, one.post, one.post_en))
    return tuple(stays)


def leading(stays: tuple[Stay, ...], deputy: Sequence[Span]) -> tuple[Stay, ...]:
    """What somebody is, being a lead too on the days on which they stand in for one."""
    if not deputy:
        return stays
    spans = merged(deputy)
    found = []
    for one in stays:
        within = (one.first, one.last)
        found += [replace(one, first=first, last=last) for first, last in gaps(spans, within)]
        found += [
            replace(one, first=first, last=last, roles=one.roles | {Role.LEAD})
            for first, last in ((max(a, one.first), min(z, one.last)) for a, z in spans)
            if first <= last
        ]
    return tuple(sorted(found, key=lambda one: one.first))


def _english(row: Posting, one: Staffed) -> str:
    """The English name of a post of before, as it is known of the one of today."""
    return one.post_en if plain_post(row.post) == plain_post(one.post) else ""


def _begins(one: Staffed, before: list[Stay], zone: tzinfo) -> date:
    came = joined(one, zone)
    return max(came, before[-1].last + DAY) if before else came


def _past_stays(
    session: Session, site_id: int, first: date, user_ids: Collection[int] | None
) -> dict[int, list[Posting]]:
    """The postings that began or ended on a day or later, in order, by person."""
    query = select(Posting).where(
        Posting.site_id == site_id, or_(Posting.last >= first, Posting.first > first)
    )
    if user_ids is not None:
        query = query.where(Posting.user_id.in_(user_ids))
    found: dict[int, list[Posting]] = {}
    for row in session.scalars(query.order_by(Posting.user_id, Posting.first)):
        found.setdefault(row.user_id, []).append(row)
    return found


def _events(
    session: Session, site_id: int, user_ids: Collection[int] | None, zone: tzinfo
) -> dict[int, tuple[tuple[EventKind, date, date], ...]]:
    """Kind, day and the day on which it was told, by person."""
    query = select(Event.user_id, Event.kind, Event.on_date, Event.at).where(
        Event.site_id == site_id, Event.withdrawn_at.is_(None)
    )
    if user_ids is not None:
        query = query.where(Event.user_id.in_(user_ids))
    found: dict[int, tuple[tuple[EventKind, date, date], ...]] = {}
    for user_id, kind, on, at in session.execute(query.order_by(Event.on_date, Event.id)):
        event = (EventKind(kind), on, at.astimezone(zone).date())
        found[user_id] = (*found.get(user_id, ()), event)
    return found


def _appointed(session: Session, site_id: int) -> dict[int, tuple[Appointed, ...]]:
    found: dict[int, tuple[Appointed, ...]] = {}
    for one in workplace.holders(session, site_id):
        held = Appointed(str(one.post), one.first, one.last or date.max)
        found[one.user_id] = (*found.get(one.user_id, ()), held)
    return found


def roles_of(row: Posting) -> frozenset[Role]:
    """The roles of a posting."""
    return frozenset(Role(name) for name in row.roles.split(",") if name)


def windows_of(row: Posting) -> frozenset[int]:
    """The windows of a posting, by id."""
    return frozenset(int(number) for number in row.windows.split(",") if number)
