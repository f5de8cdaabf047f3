"""The year's drill plan: what the hall must drill, how it stands, what is proposed and accepted."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from typing import Final

from sqlalchemy import and_, literal, or_, select
from sqlalchemy.orm import Session

from drills import rhythm
from drills.errors import ChooseDrills, NothingToPlan
from drills.models import (
    TOPIC_NAMES,
    WAS_HELD,
    Drill,
    DrillPlan,
    DrillStep,
    Form,
    Status,
    Step,
    Topic,
)
from drills.permissions import WHO_MAY, Permission
from drills.proposing import Proposed, proposal
from drills.rhythm import Basis, Duty, Known, Period, Plan, State
from drills.service import settings, tried
from drills.service.planning import Facts, plan
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.i18n import _, use_language
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Site

BACK: Final = 3
"""So many years back it is looked which plan was tried out when."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A drill as it stood at a moment, by its steps until then.

    `changes` are those that put it off or struck it off. What was held by then counts as held also
    if it was entered from paper only afterwards: `entered_at` says when. It was reported on the day
    that is written down.
    """

    drill: Drill
    status: Status
    planned_on: date
    is_reported: bool
    plan_ids: frozenset[int]
    changes: tuple[DrillStep, ...] = ()
    entered_at: datetime | None = None

    @property
    def is_held(self) -> bool:
        """Whether it had taken place."""
        return self.status in WAS_HELD

    @property
    def is_judged(self) -> bool:
        """Whether it had been evaluated."""
        return self.status in (Status.EVALUATED, Status.CLOSED)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A proposal as somebody accepts it: when, and who sees to it."""

    key: str
    on: date
    owner_id: int
    commander_id: int | None = None


def standings(
    session: Session, site_id: int, at: datetime, *, as_known: bool = False
) -> list[Standing]:
    """Every drill of a hall as it stood before a moment, the latest first.

    With `as_known` by what was written down before it alone.
    """
    day = clock.local_day(at, workplace.site(session, site_id).timezone)
    steps: dict[int, list[DrillStep]] = {}
    late = literal(not as_known)
    query = (
        select(DrillStep)
        .join(Drill, Drill.id == DrillStep.drill_id)
        .where(
            DrillStep.site_id == site_id,
            or_(
                DrillStep.at < at,
                and_(DrillStep.step == Step.ENTER, Drill.held_on <= day, late),
                and_(DrillStep.step == Step.REPORT, DrillStep.new_on <= day, late),
            ),
        )
    )
    for step in session.scalars(query.order_by(DrillStep.id)):
        steps.setdefault(step.drill_id, []).append(step)
    plans: dict[int, set[int]] = {}
    tries = select(DrillPlan.drill_id, DrillPlan.plan_id).join(
        Drill, Drill.id == DrillPlan.drill_id
    )
    for drill_id, plan_id in session.execute(tries.where(Drill.site_id == site_id)):
        plans.setdefault(drill_id, set()).add(plan_id)
    drills = session.scalars(select(Drill).where(Drill.site_id == site_id))
    found = [
        _standing(drill, steps[drill.id], frozenset(plans.get(drill.id, ())), at)
        for drill in drills
        if drill.id in steps
    ]
    return sorted(found, key=lambda one: (day_of(one), one.drill.code), reverse=True)


def at_the_end_of(day: date, timezone: str, now: datetime) -> datetime:
    """The last moment of a day; of today, now."""
    ended = clock.at_local(day + timedelta(days=1), time(), timezone) - timedelta(microseconds=1)
    return min(ended, now)


def just_after(now: datetime) -> datetime:
    """The moment that knows what happened now, too."""
    return now + timedelta(microseconds=1)


def day_of(one: Standing) -> date:
    """The day on which it was held, or is planned."""
    held = one.drill.held_on if one.is_held else None
    return held or one.planned_on


AFTER: Final[Mapping[Step, Status]] = {
    Step.PLAN: Status.PLANNED,
    Step.START: Status.UNDER_WAY,
    Step.RESET: Status.PLANNED,
    Step.FINISH: Status.HELD,
    Step.ENTER: Status.HELD,
    Step.EVALUATE: Status.EVALUATED,
    Step.CLOSE: Status.CLOSED,
    Step.CANCEL: Status.CANCELLED,
}


def _standing(
    drill: Drill, steps: Sequence[DrillStep], plan_ids: frozenset[int], at: datetime
) -> Standing:
    status, planned_on, reported = Status.PLANNED, drill.planned_on, False
    for step in steps:
        status = AFTER.get(Step(step.step), status)
        if step.step in (Step.PLAN, Step.RESCHEDULE) and step.new_on:
            planned_on = step.new_on
        reported = reported or step.step == Step.REPORT
    changes = tuple(one for one in steps if one.step in (Step.RESCHEDULE, Step.CANCEL))
    later = (one for one in steps if one.at >= at and one.step == Step.ENTER)
    entered_at = next((one.at for one in later), None)
    return Standing(drill, status, planned_on, reported, plan_ids, changes, entered_at)


def known_of(found: Sequence[Standing]) -> list[Known]:
    """Drills as the rules see them: held ones, and those that are still to come."""
    return [
        Known(
            code=one.drill.code,
            on=day_of(one),
            is_held=one.is_held,
            is_hall=one.drill.window_id is None,
            topic=one.drill.topic,
            plan_ids=one.plan_ids,
            is_reported=one.is_reported,
            is_live=one.drill.form == Form.LIVE,
        )
        for one in found
        if one.status is not Status.CANCELLED
    ]


@dataclass(frozen=True, slots=True)
class Year:
    """What a hall must drill in a year and how it stands at a moment."""

    year: int
    duties: tuple[Duty, ...]
    plans: tuple[Plan, ...]
    standings: tuple[Standing, ...]

    @property
    def drills(self) -> list[Standing]:
        """The drills of the year, the first one first."""
        found = [one for one in self.standings if day_of(one).year == self.year]
        return sorted(found, key=lambda one: (day_of(one), one.drill.code))


def year_of(
    session: Session, site_id: int, year: int, at: datetime, *, as_known: bool = False
) -> Year:
    """A year as it stood at a moment; with `as_known` by what was written down before it alone."""
    site = workplace.site(session, site_id)
    found = standings(session, site_id, at, as_known=as_known)
    plans = tried.plans_of(session, site_id, clock.local_day(at, site.timezone))
    duties = _judge(session, site, year, at, plans)(known_of(found))
    return Year(year, tuple(duties), tuple(plans), tuple(found))


def left_over(session: Session, site_id: int, found: Year, at: datetime) -> list[Duty]:
    """What hangs of the year before at a moment: missed and not drilled since, or not reported."""
    site, known = workplace.site(session, site_id), known_of(found.standings)
    before = _judge(session, site, found.year - 1, at, found.plans)(known)
    missed = [one for one in before if one.state is State.MISSED]
    late = rhythm.made_good(missed, known, found.plans)
    return [
        one for one in before
        if not one.is_reported or (one.state is State.MISSED and one not in late)
    ]  # fmt: skip


def _judge(
    session: Session, site: Site, year: int, at: datetime, plans: Sequence[Plan]
) -> Callable[[Sequence[Known]], list[Duty]]:
    """What drills leave of the duties of a year, at a moment."""

    @cache
    def followed(moment: datetime) -> Basis:
        choices = settings.choices_of(session, site.id, moment)
        profile = workplace.profile_at(session, site.id, moment)
        return Basis(rhythm.followed(profile, choices), choices)

    def asked(one: Period) -> Basis:
        return followed(at_the_end_of(one.last, site.timezone, at))

    since, today = workplace.records_since(session, site.id), clock.local_day(at, site.timezone)
    open_day = _open_days(session, site.id)

    def judge(drills: Sequence[Known]) -> list[Duty]:
        return rhythm.duties(
            asked, year=year, plans=plans, drills=drills, since=since, today=today,
            open_day=open_day,
        )  # fmt: skip

    return judge


def _open_days(session: Session, site_id: int) -> Callable[[date], date]:
    """The last open day up to a day; several duties end on the same one."""
    return cache(partial(workplace.previous_open_day, session, site_id))


def proposal_of(session: Session, site_id: int, year: int, at: datetime) -> list[Proposed]:
    """The drills that would meet what is open in a year."""
    site = workplace.site(session, site_id)
    found = year_of(session, site_id, year, at)
    lately = [one for one in found.standings if day_of(one).year >= year - BACK]
    return proposal(
        _judge(session, site, year, at, found.plans),
        year=year,
        plans=found.plans,
        drills=known_of(lately),
        forms=_forms(lately),
        today=clock.local_day(at, site.timezone),
        open_day=_open_days(session, site_id),
    )


def _forms(found: Sequence[Standing]) -> dict[int, Form]:
    """How each plan was drilled last; drills come the latest first."""
    forms: dict[int, Form] = {}
    for one in found:
        for plan_id in one.plan_ids if one.is_held else ():
            forms.setdefault(plan_id, Form(one.drill.form))
    return forms


def accept(
    session: Session, actor: Actor, year: int, chosen: Sequence[Accepted], *, now: datetime
) -> list[Drill]:
    """Put proposed drills on the plan; what is planned meanwhile is not planned again."""
    actor.require(Permission.PLAN, who=WHO_MAY[Permission.PLAN])
    journal.lock(session)
    if not chosen:
        raise ChooseDrills()
    found = proposal_of(session, actor.site_id, year, just_after(now))
    proposed = {one.key: one for one in found}
    wanted = [(proposed[one.key], one) for one in chosen if one.key in proposed]
    if not wanted:
        raise NothingToPlan()
    today = clock.local_day(now, actor.timezone)
    plans = {one.id: one for one in tried.plans_of(session, actor.site_id, today)}
    return [
        plan(session, actor, _facts(one, how, plans), planned_on=how.on, now=now)
        for one, how in wanted
    ]


def _facts(one: Proposed, how: Accepted, plans: Mapping[int, Plan]) -> Facts:
    return Facts(
        title=title_of(one, plans, "zh_CN"),
        title_en=title_of(one, plans, "en"),
        content=one.content,
        form=one.form,
        topic=one.topic,
        owner_id=how.owner_id,
        commander_id=how.commander_id,
        plan_ids=one.plan_ids,
    )


def title_of(one: Proposed, plans: Mapping[int, Plan], language: str) -> str:
    """What a proposed drill is called in a language."""
    with use_language(language):
        if one.is_hall:
            return _("{period}: fire and evacuation drill of the hall", period=one.period.name)
        tried_out = [plans[plan_id] for plan_id in one.plan_ids if plan_id in plans]
        names = [(p.title_en or p.title) if language == "en" else p.title for p in tried_out]
        what = names[0] if names else _(TOPIC_NAMES[Topic(one.topic)])
        return _("Drill: {what}", what=what)[:100]


def next_due(found: Year, today: date) -> Duty | None:
    """The duty that presses most: what is overdue, then what ends first."""
    wanting = [duty for duty in found.duties if duty.is_wanting]
    return min(wanting, key=lambda duty: (duty.period.due, duty.rule.key), default=None)


def slipped(found: Sequence[Standing], today: date) -> list[Standing]:
    """Drills whose day is over and that were neither held nor put off."""
    return [one for one in found if one.status is Status.PLANNED and one.planned_on < today]


def unannounced(
    session: Session, site_id: int, drills: Sequence[Drill], today: date
) -> list[Drill]:
    """Planned drills of which nobody was told, though their day is near."""
    coming = [one for one in drills if one.status == Status.PLANNED and one.planned_on >= today]
    if not coming:
        return []
    last = workplace.add_open_days(session, site_id, today, settings.notice_days(session, site_id))
    near = {one.id: one for one in coming if one.planned_on <= max(last, today + timedelta(1))}
    if not near:
        return []
    told = announced(session, list(near))
    return [near[drill_id] for drill_id in near.keys() - told.keys()]


def announced(session: Session, drill_ids: Collection[int]) -> dict[int, datetime]:
    """When people were told of each drill; what was told of a day that was given up counts not."""
    steps = session.execute(
        select(DrillStep.drill_id, DrillStep.step, DrillStep.at)
        .where(
            DrillStep.drill_id.in_(drill_ids),
            DrillStep.step.in_((Step.NOTIFY, Step.RESCHEDULE)),
        )
        .order_by(DrillStep.id)
    )
    found: dict[int, datetime] = {}
    for drill_id, step, at in steps:
        if step == Step.NOTIFY:
            found[drill_id] = at
        else:
            found.pop(drill_id, None)
    return found
