"""How the plans in force stand on a day: everything that decides it, gathered for many at once.

For a day gone by only what was so on that day counts: who had left by then, which revisions were
asked for and not done, what was filed. Things of the register keep no history that a plan could
ask for: on past days they are left out.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from drills.plans import review
from drills.plans.content import content_of
from drills.plans.models import PLANS, Filing, NamedPerson, Revision, Version
from drills.plans.review import Facts
from drills.plans.service.care import asked_since, file_by
from drills.plans.service.naming import things_of
from drills.plans.service.versions import InForce, traits_of
from drills.training import service as training
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.i18n import bilingual
from safety_app.workplace import service as workplace


def facts_of(
    session: Session,
    site_id: int,
    held: Sequence[InForce],
    today: date,
    *,
    with_things: bool = True,
    is_past: bool = False,
) -> dict[int, Facts]:
    """What decides how each of these stands on a day, by the version's id.

    `is_past` says that the day is over, so that things are judged as they were. Looking up the
    things they count on takes a while: left out where many clicks ask.
    """
    if not held:
        return {}
    traits = traits_of(session, site_id, today)
    since = asked_since(session, site_id, today)
    ids = [one.version_id for one in held]
    left = _left_by(session, site_id, ids, today) if is_past else _left(session, ids)
    requests = _requests(session, site_id, held, today)
    unfiled = _unfiled(session, held, today, since) if since else {}
    new = _new_holders(session, site_id, held, today)
    gone = _gone(session, site_id, ids) if with_things and not is_past else {}
    return {
        one.version_id: Facts(
            effective_on=one.effective_on,
            reviewed_on=one.reviewed_on,
            months=review.months_of(one.kind, traits),
            left=tuple(left.get(one.version_id, ())),
            new_in_post=tuple(new.get(one.version_id, ())),
            gone=tuple(gone.get(one.version_id, ())),
            requests=tuple(requests.get(one.plan_id, ())),
            file_by=unfiled.get(one.version_id),
        )
        for one in held
    }


def _left(session: Session, ids: Sequence[int]) -> Mapping[int, list[str]]:
    """Names of those whose account is closed, by version."""
    user = accounts.User
    query = (
        select(NamedPerson.version_id, user.name, user.name_en)
        .join(user, user.id == NamedPerson.user_id)
        .where(NamedPerson.version_id.in_(ids), user.is_active.is_(False))
        .order_by(user.name)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for version_id, name, name_en in session.execute(query):
        found[version_id].append(bilingual(name, name_en))
    return found


def _left_by(
    session: Session, site_id: int, ids: Sequence[int], day: date
) -> Mapping[int, list[str]]:
    """Names of those who were not here any more at the end of a day gone by, by version."""
    user = accounts.User
    query = (
        select(NamedPerson.version_id, user)
        .join(user, user.id == NamedPerson.user_id)
        .where(NamedPerson.version_id.in_(ids))
        .order_by(user.name)
    )
    rows = session.execute(query).all()
    gone = training.gone_after(session, site_id, day, {one.id for _version, one in rows})
    found: dict[int, list[str]] = defaultdict(list)
    for version_id, one in rows:
        has_left = one.left_on is not None and one.left_on <= day
        if has_left or (one.id in gone and not _is_to_come(session, one, day)):
            found[version_id].append(bilingual(one.name, one.name_en))
    return found


def _is_to_come(session: Session, one: accounts.User, day: date) -> bool:
    """Whether somebody came to the hall after a day only, as far as is written down."""
    timezone = workplace.site(session, one.site_id).timezone
    return (one.joined_on or clock.local_day(one.created_at, timezone)) > day


def _requests(
    session: Session, site_id: int, held: Sequence[InForce], day: date
) -> Mapping[int, list[date]]:
    """Due days of the revisions that were asked for and not done at the end of a day."""
    timezone = workplace.site(session, site_id).timezone
    ended = clock.at_local(day + timedelta(days=1), time(), timezone)
    query = select(Revision.document_id, Revision.due_on).where(
        Revision.document_id.in_([one.plan_id for one in held]),
        Revision.requested_at < ended,
        or_(Revision.closed_at.is_(None), Revision.closed_at >= ended),
    )
    found: dict[int, list[date]] = defaultdict(list)
    for plan_id, due_on in session.execute(query):
        found[plan_id].append(due_on)
    return found


def _unfiled(session: Session, held: Sequence[InForce], day: date, since: date) -> dict[int, date]:
    """By when each version that was not filed by a day must be; rules are filed nowhere."""
    ids = [one.version_id for one in held if one.kind in PLANS]
    query = select(Filing.version_id).where(Filing.version_id.in_(ids), Filing.filed_on <= day)
    filed = set(session.scalars(query))
    versions = session.scalars(select(Version).where(Version.id.in_([*set(ids) - filed])))
    return {one.id: file_by(session, one, since) for one in versions}


def _new_holders(
    session: Session, site_id: int, held: Sequence[InForce], today: date
) -> Mapping[int, list[str]]:
    """Who has got a post of the fire protection law since a plan began, and is not in it."""
    holders = [one for one in workplace.holders(session, site_id) if one.holds(today)]
    if not holders:
        return {}
    named: dict[int, set[int]] = defaultdict(set)
    query = select(NamedPerson.version_id, NamedPerson.user_id).where(
        NamedPerson.version_id.in_([one.version_id for one in held])
    )
    for version_id, user_id in session.execute(query):
        named[version_id].add(user_id)
    return {
        one.version_id: [
            holder.name
            for holder in holders
            if holder.first > one.effective_on and holder.user_id not in named[one.version_id]
        ]
        for one in held
        if one.kind in PLANS
    }


def _gone(session: Session, site_id: int, ids: Sequence[int]) -> dict[int, list[str]]:
    """Codes of things that cannot be counted on any more, by version."""
    contents = {
        row.id: content_of(row.content["sections"])
        for row in session.execute(select(Version.id, Version.content).where(Version.id.in_(ids)))
    }
    codes = {code for content in contents.values() for code in content.codes}
    things = things_of(session, site_id, sorted(codes))
    return {
        version_id: [code for code in content.codes if not things[code].is_there]
        for version_id, content in contents.items()
    }
