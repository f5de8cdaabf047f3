"""The unit: its name and address, its legal profile, who answers for fire safety, its trial."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.horizon import require_near
from safety_app.core.i18n import N_, _, day_text
from safety_app.features import features
from safety_app.workplace.errors import (
    ChooseName,
    LastBeforeFirst,
    PostHeldAlready,
    PostTakenLater,
    TrialInPast,
    TrialOver,
    TrialTooLong,
    TrialUsedUp,
)
from safety_app.workplace.legal import UNIT_KIND_NAMES
from safety_app.workplace.models import Appointment, Post, Site, UnitKind
from safety_app.workplace.service.changes import changed
from safety_app.workplace.service.places import (
    check_timezone,
    require_settings,
    short_text,
    site,
)
from safety_app.workplace.service.profile_then import remember_profile

LONGEST_TRIAL: Final = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds or held a post."""

    id: int
    post: Post
    user_id: int
    name: str
    first: date
    last: date | None

    def holds(self, on: date) -> bool:
        """Whether the post is this person's on a day."""
        return self.first <= on and (self.last is None or self.last >= on)


def update_site(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    name: str,
    name_en: str = "",
    address: str = "",
    phone: str = "",
    acceptance_number: str = "",
    timezone: str,
    now: datetime,
) -> Site:
    """Change what is printed at the head of every paper."""
    require_settings(actor, site_id)
    journal.lock(session)
    found = site(session, site_id)
    check_timezone(timezone.strip())
    moved = found.timezone != timezone.strip()
    facts = {
        "name": short_text(name, N_("Name of the hall"), 128),
        "name_en": short_text(name_en, N_("English name"), 128, needed=False),
        "address": short_text(address, N_("Address"), 128, needed=False),
        "phone": short_text(phone, N_("Phone"), 32, needed=False),
        "acceptance_number": short_text(
            acceptance_number, N_("Fire acceptance or filing number"), 64, needed=False
        ),
        "timezone": timezone.strip(),
    }
    _change(session, actor, found, "workplace.update_site", facts, now)
    if moved:
        changed(session, site_id, now)
    return found


def set_profile(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    unit_kind: UnitKind,
    key_fire_unit: bool,
    public_gathering: bool,
    crowded_place: bool,
    business_operator: bool,
    now: datetime,
) -> None:
    """Say what the unit is before the law; saved as it was shown, it is confirmed."""
    require_settings(actor, site_id)
    journal.lock(session)
    found = site(session, site_id)
    facts = {
        "unit_kind": UnitKind(unit_kind),
        "key_fire_unit": key_fire_unit,
        "public_gathering": public_gathering,
        "crowded_place": crowded_place,
        "business_operator": business_operator,
    }
    remember_profile(session, found, facts, now)
    _change(session, actor, found, "workplace.set_profile", facts, now)
    changed(session, site_id, now)


def holders(session: Session, site_id: int) -> list[Holder]:
    """Who holds or held the posts of the fire protection law, the newest first."""
    rows = session.scalars(
        select(Appointment)
        .where(Appointment.site_id == site_id)
        .order_by(Appointment.first.desc(), Appointment.id.desc())
    ).all()
    names = accounts.names(session, [row.user_id for row in rows])
    return [
        Holder(row.id, Post(row.post), row.user_id, names[row.user_id], row.first, row.last)
        for row in rows
    ]


def responsible_name(session: Session, site_id: int, on: date) -> str:
    """Who is responsible for fire safety on a day; nothing where nobody is appointed."""
    posts = holders(session, site_id)
    return next((one.name for one in posts if one.post == Post.RESPONSIBLE and one.holds(on)), "")


def unit_kind_text(site: Site) -> str:
    """What kind of unit it is, in words."""
    return _(UNIT_KIND_NAMES[UnitKind(site.unit_kind)])


def appoint(
    session: Session,
    actor: Actor | None,
    *,
    site_id: int,
    post: Post,
    user_id: int,
    first: date,
    now: datetime,
) -> Appointment:
    """Give somebody a post from a day on, as the hall's document says.

    There is one responsible person: the one before leaves the day before. Managers may be many.
    """
    require_settings(actor, site_id)
    journal.lock(session)
    require_near(first, clock.local_day(now, site(session, site_id).timezone))
    if not user_id:
        raise ChooseName()
    person = accounts.get_person(session, site_id, user_id)
    if not person.is_active:
        raise NotFound()
    held = _held(session, site_id, post, first)
    if any(one.user_id == user_id for one in held):
        raise PostHeldAlready(name=person.display_name)
    if post == Post.RESPONSIBLE:
        _make_way(session, held, first)
    added = Appointment(site_id=site_id, post=post, user_id=user_id, first=first)
    session.add(added)
    session.flush()
    journal.write(
        session, actor, "workplace.appoint", "appointment", added.id, now=now, site_id=site_id,
        facts={"post": post, "user": user_id, "first": first},
    )  # fmt: skip
    return added


def end_appointment(
    session: Session,
    actor: Actor | None,
    appointment_id: int,
    *,
    site_id: int,
    last: date,
    now: datetime,
) -> None:
    """Say until when somebody held a post; it stays in the list."""
    require_settings(actor, site_id)
    journal.lock(session)
    found = session.get(Appointment, appointment_id)
    if found is None or found.site_id != site_id:
        raise NotFound()
    if last < found.first:
        raise LastBeforeFirst()
    require_near(last, clock.local_day(now, site(session, site_id).timezone))
    found.last = last
    session.flush()
    journal.write(
        session, actor, "workplace.end_appointment", "appointment", appointment_id,
        now=now, site_id=site_id, facts={"last": last},
    )  # fmt: skip


def has_counted(session: Session, site_id: int, now: datetime) -> bool:
    """Whether anything was done or missed yet that counts."""
    return any(
        feature.has_counted(session, site_id, now) for feature in features() if feature.has_counted
    )


def trial_limit(found: Site, today: date) -> date:
    """The last day that a trial may move the first day that counts to.

    The three months run from the day on which a trial was first set, not from each change.
    """
    return (found.trial_since or today) + LONGEST_TRIAL


def trial_is_open(session: Session, site_id: int, now: datetime) -> bool:
    """Whether the first day that counts may still be set: it lies ahead, or nothing counts yet."""
    found = site(session, site_id)
    today = clock.local_day(now, found.timezone)
    if found.counts_from is not None and found.counts_from > today:
        return True
    return today <= trial_limit(found, today) and not has_counted(session, site_id, now)


def set_trial(
    session: Session, actor: Actor | None, *, site_id: int, counts_from: date, now: datetime
) -> None:
    """Let nothing before this day count as missed.

    Once something has counted the day stays: else whoever has missed patrols could turn them
    into practice afterwards.
    """
    require_settings(actor, site_id)
    journal.lock(session)
    found = site(session, site_id)
    today = clock.local_day(now, found.timezone)
    last = trial_limit(found, today)
    last_text = day_text(last, weekday=False, year=True)
    if not trial_is_open(session, site_id, now):
        raise TrialOver() if today <= last else TrialUsedUp(last=last_text)
    if counts_from < today:
        raise TrialInPast()
    if counts_from > last:
        raise TrialTooLong(last=last_text)
    facts = {"counts_from": counts_from, "trial_since": found.trial_since or today}
    _change(session, actor, found, "workplace.set_trial", facts, now)
    changed(session, site_id, now)


def _held(session: Session, site_id: int, post: Post, first: date) -> Sequence[Appointment]:
    """Those whose time in this post reaches the day or lies after it."""
    return session.scalars(
        select(Appointment)
        .where(
            Appointment.site_id == site_id,
            Appointment.post == post,
            or_(Appointment.last.is_(None), Appointment.last >= first),
        )
        .order_by(Appointment.first)
    ).all()


def _make_way(session: Session, held: Sequence[Appointment], first: date) -> None:
    for one in held:
        if one.first >= first:
            name = accounts.names(session, [one.user_id])[one.user_id]
            raise PostTakenLater(name=name, day=day_text(one.first, year=True, weekday=False))
        one.last = first - timedelta(days=1)


def _change(
    session: Session,
    actor: Actor | None,
    found: Site,
    action: str,
    facts: Mapping[str, object],
    now: datetime,
) -> None:
    before = {field: getattr(found, field) for field in facts}
    for field, value in facts.items():
        setattr(found, field, value)
    session.flush()
    journal.write(
        session, actor, action, "site", found.id,
        now=now, site_id=found.id, facts={"before": before, "after": facts},
    )  # fmt: skip
