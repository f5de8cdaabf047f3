"""How the plans in force stand on a day: everything that decides it, gathered for many at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.plans import review
from drills.plans.content import content_of
from drills.plans.models import PLANS, Filing, NamedPerson, Revision, Version
from drills.plans.review import Facts
from drills.plans.service.care import file_by
from drills.plans.service.naming import things_of
from drills.plans.service.versions import InForce, traits_of
from safety_app.accounts import service as accounts
from safety_app.core.i18n import bilingual
from safety_app.workplace import service as workplace


def facts_of(
    session: Session,
    site_id: int,
    held: Sequence[InForce],
    today: date,
    *,
    with_things: bool = True,
) -> dict[int, Facts]:
    """What decides how each of these stands today, by the version's id.

    Looking up the things they count on takes a while: left out where many clicks ask.
    """
    if not held:
        return {}
    traits = traits_of(session, site_id)
    filing = review.filing().applies(traits)
    ids = [one.version_id for one in held]
    left, requests = _left(session, ids), _requests(session, held)
    unfiled = _unfiled(session, held) if filing else {}
    new = _new_holders(session, site_id, held, today)
    gone = _gone(session, site_id, ids) if with_things else {}
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


def _requests(session: Session, held: Sequence[InForce]) -> Mapping[int, list[date]]:
    query = select(Revision.document_id, Revision.due_on).where(
        Revision.document_id.in_([one.plan_id for one in held]), Revision.closed_at.is_(None)
    )
    found: dict[int, list[date]] = defaultdict(list)
    for plan_id, due_on in session.execute(query):
        found[plan_id].append(due_on)
    return found


def _unfiled(session: Session, held: Sequence[InForce]) -> dict[int, date]:
    """By when each version that was not filed must be; rules are filed nowhere."""
    ids = [one.version_id for one in held if one.kind in PLANS]
    filed = set(session.scalars(select(Filing.version_id).where(Filing.version_id.in_(ids))))
    versions = session.scalars(select(Version).where(Version.id.in_([*set(ids) - filed])))
    return {one.id: file_by(session, one) for one in versions}


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
