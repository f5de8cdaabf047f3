"""Setting the gate before duty, and letting somebody through it for a few days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from drills.training.coverage import DAY
from drills.training.errors import (
    DaysNotPossible,
    GateInPast,
    GateNotOn,
    GateOnAlready,
    GateTooSoon,
    NoOverrideLeft,
    NothingToOverride,
    OverrideDaysUsed,
    OverrideInPast,
    OverrideOver,
    OverrideReversed,
    OverrideStands,
    OverrideTooLong,
    OwnException,
)
from drills.training.models import GatePeriod, Override, TrainingSettings
from drills.training.permissions import Permission
from drills.training.service.access import covers
from drills.training.service.beginnings import earliest_gate
from drills.training.service.gating import gate, last_of
from drills.training.shipped import figures
from safety_app.accounts import service as accounts
from safety_app.core import clock, journal
from safety_app.core.access import Actor, Role
from safety_app.core.errors import NotFound
from safety_app.core.horizon import require_near
from safety_app.core.i18n import N_, _, day_text, language, use_language
from safety_app.core.text import clean

WHO_GATES: Final = N_("The manager of the hall")
MOST_OVERRIDE_DAYS: Final = 30
OVERRIDE_WINDOW: Final = timedelta(days=30)
"""Within so long the days of all exceptions of one person are counted together."""
LACKING: Final = 500
"""So long may the two languages of what was lacking be together."""


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """An exception as a list shows it; `last` is the day on which it really ended.

    One that was taken back before its first day was never in force: it ends before it begins.
    """

    id: int
    user_id: int
    name: str
    first: date
    last: date
    reason: str
    both: str
    by: str
    at: datetime
    withdrawn_by: str
    withdrawn_at: datetime | None

    @property
    def was_in_force(self) -> bool:
        """Whether it let anybody through on any day."""
        return self.first <= self.last

    @property
    def lacking(self) -> str:
        """What was missing, in the current language; of old ones in that of who made them."""
        chinese, _line, english = self.both.partition("\n")
        return chinese if language() == "zh_CN" else english or chinese


def current_gate(session: Session, site_id: int, on: date) -> GatePeriod | None:
    """The period of the gate that is on, or that is set to begin."""
    query = select(GatePeriod).where(
        GatePeriod.site_id == site_id,
        or_(
            GatePeriod.last.is_(None),
            and_(GatePeriod.last >= on, GatePeriod.last >= GatePeriod.starts_on),
        ),
    )
    return session.scalar(query.order_by(GatePeriod.starts_on).limit(1))


def gate_history(session: Session, site_id: int) -> list[GatePeriod]:
    """Every period that was set, the newest first."""
    query = select(GatePeriod).where(GatePeriod.site_id == site_id)
    return list(session.scalars(query.order_by(GatePeriod.id.desc())))


def set_gate(session: Session, actor: Actor, *, starts_on: date, now: datetime) -> GatePeriod:
    """From this day on nobody serves without their training; one set before but not yet on goes."""
    actor.require(Permission.GATE, who=WHO_GATES)
    journal.lock(session)
    today = clock.local_day(now, actor.timezone)
    if starts_on < today:
        raise GateInPast(day=day_text(starts_on))
    require_near(starts_on, today)
    before = current_gate(session, actor.site_id, today)
    if before is not None and before.starts_on <= today:
        raise GateOnAlready(day=day_text(before.starts_on, year=True))
    soonest = earliest_gate(session, actor.site_id, today)
    if starts_on < soonest:
        raise GateTooSoon(n=figures().ahead_days, day=day_text(soonest, year=True))
    if before is not None:
        _end(before, actor, before.starts_on - DAY, now)
    period = GatePeriod(
        site_id=actor.site_id,
        starts_on=starts_on,
        grace_days=figures().grace_days,
        set_by=actor.user_id,
        set_at=now,
    )
    session.add(period)
    session.flush()
    journal.write(
        session, actor, "training.set_gate", "training_gate", period.id,
        now=now, facts={"starts_on": starts_on, "grace_days": period.grace_days},
    )  # fmt: skip
    return period


def end_gate(session: Session, actor: Actor, *, now: datetime) -> None:
    """Nobody is refused any more, from today on; what was before stays."""
    actor.require(Permission.GATE, who=WHO_GATES)
    journal.lock(session)
    today = clock.local_day(now, actor.timezone)
    period = current_gate(session, actor.site_id, today)
    if period is None:
        raise GateNotOn()
    _end(period, actor, max(today, period.starts_on) - DAY, now)
    session.flush()
    journal.write(session, actor, "training.end_gate", "training_gate", period.id, now=now)


def _end(period: GatePeriod, actor: Actor, last: date, now: datetime) -> None:
    period.last, period.ended_by, period.ended_at = last, actor.user_id, now


def override_days(session: Session, site_id: int) -> int:
    """How long an exception may last here."""
    query = select(TrainingSettings.override_days).where(TrainingSettings.site_id == site_id)
    return session.scalar(query) or figures().override_days


def set_override_days(session: Session, actor: Actor, *, days: int, now: datetime) -> None:
    """Change how long an exception may last."""
    actor.require(Permission.GATE, who=WHO_GATES)
    journal.lock(session)
    if not 1 <= days <= MOST_OVERRIDE_DAYS:
        raise DaysNotPossible(least=1, most=MOST_OVERRIDE_DAYS)
    row = session.scalar(select(TrainingSettings).where(TrainingSettings.site_id == actor.site_id))
    if row is None:
        row = TrainingSettings(site_id=actor.site_id)
        session.add(row)
    row.override_days, row.changed_by, row.changed_at = days, actor.user_id, now
    session.flush()
    journal.write(
        session, actor, "training.set_override_days", "site", actor.site_id,
        now=now, facts={"days": days},
    )  # fmt: skip


def allow(
    session: Session,
    actor: Actor,
    *,
    user_id: int,
    first: date,
    last: date,
    reason: str,
    now: datetime,
) -> Override:
    """Let somebody serve without their training for a few days, in an emergency."""
    actor.require(Permission.GATE, who=WHO_GATES)
    if user_id == actor.user_id and _is_other_manager(session, actor):
        raise OwnException()
    journal.lock(session)
    why = clean(reason, field=N_("Reason"), limit=500, required=True)
    _check_days(session, actor, first, last, clock.local_day(now, actor.timezone))
    name = accounts.get_person(session, actor.site_id, user_id).display_name
    standing = _overlapping(session, user_id, first, last)
    if standing is not None:
        raise OverrideStands(name=name, day=day_text(standing.last))
    lacking = _in_both_languages(session, actor.site_id, user_id, first, last)
    if not lacking:
        raise NothingToOverride(name=name)
    _check_left(session, actor, user_id, name, first, last)
    row = Override(
        site_id=actor.site_id,
        user_id=user_id,
        first=first,
        last=last,
        reason=why,
        lacking=lacking,
        by=actor.user_id,
        at=now,
    )
    session.add(row)
    session.flush()
    journal.write(
        session, actor, "training.allow", "training_override", row.id,
        now=now, facts={"user": user_id, "first": first, "last": last, "reason": why},
    )  # fmt: skip
    return row


def _is_other_manager(session: Session, actor: Actor) -> bool:
    """Whether somebody else could make an exception for this manager."""
    return any(
        one.is_active and Role.MANAGER in one.roles and one.id != actor.user_id
        for one in accounts.staffing(session, actor.site_id)
    )


def withdraw(session: Session, actor: Actor, override_id: int, *, now: datetime) -> None:
    """Take an exception back: from now on it lets nobody on duty; what was on this day, was."""
    actor.require(Permission.GATE, who=WHO_GATES)
    journal.lock(session)
    row = session.get(Override, override_id)
    if row is None or row.site_id != actor.site_id:
        raise NotFound()
    if row.withdrawn_at is not None or row.last < clock.local_day(now, actor.timezone):
        raise OverrideOver()
    row.withdrawn_by, row.withdrawn_at = actor.user_id, now
    session.flush()
    journal.write(session, actor, "training.withdraw", "training_override", row.id, now=now)


def overrides(
    session: Session,
    site_id: int,
    first: date,
    last: date,
    *,
    zone: str,
    known_at: datetime | None = None,
) -> list[OverrideRow]:
    """The exceptions that reach into some days, the newest first; as known at a moment."""
    query = select(Override).where(
        Override.site_id == site_id, Override.first <= last, Override.last >= first
    )
    if known_at is not None:
        query = query.where(Override.at < known_at)
    rows = session.scalars(query.order_by(Override.first.desc(), Override.id.desc())).all()
    names = accounts.names(
        session, [one for row in rows for one in (row.user_id, row.by, row.withdrawn_by)]
    )
    return [_row(row, names, zone, known_at) for row in rows]


def overrides_in_sight(
    session: Session, actor: Actor, first: date, last: date
) -> list[OverrideRow]:
    """The exceptions for those the actor answers for, and the actor's own."""
    rows = overrides(session, actor.site_id, first, last, zone=actor.timezone)
    people = accounts.staffing(session, actor.site_id, {row.user_id for row in rows})
    reach = actor.reach(Permission.VIEW)
    seen = {one.id for one in people if covers(reach, one)} | {actor.user_id}
    return [row for row in rows if row.user_id in seen]


def _row(row: Override, names: dict[int, str], zone: str, known_at: datetime | None) -> OverrideRow:
    back = row.withdrawn_at if known_at is None or _before(row, known_at) else None
    return OverrideRow(
        id=row.id,
        user_id=row.user_id,
        name=names.get(row.user_id, ""),
        first=row.first,
        last=row.last if back is None else last_of(row, zone),
        reason=row.reason,
        both=row.lacking,
        by=names.get(row.by or 0, ""),
        at=row.at,
        withdrawn_by=names.get(row.withdrawn_by or 0, "") if back else "",
        withdrawn_at=back,
    )


def _before(row: Override, moment: datetime) -> bool:
    return row.withdrawn_at is not None and row.withdrawn_at < moment


def _check_days(session: Session, actor: Actor, first: date, last: date, today: date) -> None:
    if first < today:
        raise OverrideInPast(day=day_text(first))
    require_near(first, today)
    if last < first:
        raise OverrideReversed()
    most = override_days(session, actor.site_id)
    if (last - first).days + 1 > most:
        raise OverrideTooLong(n=most)


def _overlapping(session: Session, user_id: int, first: date, last: date) -> Override | None:
    query: Sequence[Override] = session.scalars(
        select(Override).where(
            Override.user_id == user_id,
            Override.withdrawn_at.is_(None),
            Override.first <= last,
            Override.last >= first,
        )
    ).all()
    return next(iter(query), None)


def _check_left(
    session: Session, actor: Actor, user_id: int, name: str, first: date, last: date
) -> None:
    """Refuse more days within any window than one exception may last, with what is left."""
    most = override_days(session, actor.site_id)
    rows = session.scalars(
        select(Override).where(
            Override.user_id == user_id,
            Override.first < last + OVERRIDE_WINDOW,
            Override.last > first - OVERRIDE_WINDOW,
        )
    )
    taken = {day for row in rows for day in _days(row.first, last_of(row, actor.timezone))}
    left = _left(taken, first, most)
    if (last - first).days < left:
        return
    facts = {"days": OVERRIDE_WINDOW.days, "n": most, "name": name, "day": day_text(first)}
    if left:
        raise OverrideDaysUsed(left=left, **facts)
    again = first
    while not _left(taken, again, most):
        again += DAY
    raise NoOverrideLeft(next=day_text(again), **facts)


def _left(taken: Collection[date], first: date, most: int) -> int:
    """How many days in a row from `first` on go with those taken; `most` of any window."""
    days = set(taken)
    for n in range(most):
        day = first + n * DAY
        days.add(day)
        begins = (one for one in days if day - OVERRIDE_WINDOW < one <= day)
        if any(_counted(days, one) > most for one in begins):
            return n
    return most


def _counted(days: Collection[date], start: date) -> int:
    """How many of these days lie in the window that begins on one of them."""
    return sum(start <= day < start + OVERRIDE_WINDOW for day in days)


def _days(first: date, last: date) -> list[date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


def lacking_on(session: Session, site_id: int, user_id: int, first: date, last: date) -> str:
    """All that the gate refuses somebody for within some days, in the current language.

    Of who lacks nothing: what they would lack as a deputy, since nobody is named who lacks it.
    """
    for as_deputy in (False, True):
        bars = gate(session, site_id, first, last, [user_id], as_leads=as_deputy).get(user_id)
        if bars:
            lacking = _("; ").join(dict.fromkeys(bar.text for bar in bars))
            return _("as a deputy: {lacking}", lacking=lacking) if as_deputy else lacking
    return ""


def _in_both_languages(
    session: Session, site_id: int, user_id: int, first: date, last: date
) -> str:
    """What is missing, a line of Chinese above one of English; nothing if nobody is refused."""
    lines = []
    for wanted in ("zh_CN", "en"):
        with use_language(wanted):
            lines.append(lacking_on(session, site_id, user_id, first, last))
    chinese, english = lines
    chinese = _shortened(chinese, LACKING // 2)
    return f"{chinese}\n{_shortened(english, LACKING - len(chinese) - 1)}" if chinese else ""


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
