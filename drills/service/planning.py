"""Planning drills: what, when, by whom; announcing, putting off, cancelling."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from drills import milestones
from drills.errors import (
    CommanderJudges,
    MilestoneDoubled,
    MilestonesMissing,
    NotFitThatDay,
    PlannedInPast,
    ReasonMissing,
    SameDay,
    TargetNotPossible,
    TooManyMilestones,
)
from drills.lifecycle import RULES, compare_version, evaluators_of, require, take
from drills.milestones import Moment
from drills.models import (
    Content,
    Drill,
    DrillPlan,
    Evaluator,
    Form,
    Milestone,
    Status,
    Step,
    Topic,
)
from drills.permissions import WHO_MAY
from drills.service import tried
from drills.service.loading import get, next_code
from drills.service.presence import set_aside
from drills.training.shipped import figures
from safety_app.accounts import service as accounts
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.horizon import require_near
from safety_app.core.i18n import N_, day_text
from safety_app.core.text import clean, plain
from safety_app.workplace import service as workplace

MOST_MILESTONES: Final = 20
LONGEST_TARGET: Final = 4 * 3600


@dataclass(frozen=True, slots=True)
class Facts:
    """What is planned of a drill, beside its day. Without a window it is of the whole hall."""

    title: str
    content: Content
    form: Form
    owner_id: int
    topic: Topic = Topic.FIRE
    title_en: str = ""
    window_id: int | None = None
    planned_time: time | None = None
    commander_id: int | None = None
    evaluator_ids: Sequence[int] = ()
    plan_ids: Sequence[int] = ()
    place: str = ""
    assembly_point: str = ""
    scenario: str = ""
    objectives: str = ""
    safety: str = ""
    moments: Sequence[Moment] = field(default_factory=tuple)


def plan(session: Session, actor: Actor, facts: Facts, *, planned_on: date, now: datetime) -> Drill:
    """Put a drill on the plan; without moments those of its form are proposed."""
    if not actor.may(RULES[Step.PLAN].permission, window_id=facts.window_id):
        raise NotAllowed(who=WHO_MAY[RULES[Step.PLAN].permission])
    journal.lock(session)
    _check_day(planned_on, clock.local_day(now, actor.timezone))
    tried.check(session, actor.site_id, facts.plan_ids, planned_on)
    require_fit(session, actor, named(facts), planned_on, now)
    drill = Drill(
        site_id=actor.site_id,
        code=next_code(session, actor.site_id, planned_on),
        status=Status.PLANNED,
        planned_on=planned_on,
        **columns(session, actor, facts),
    )
    session.add(drill)
    session.flush()
    set_links(session, drill, facts)
    set_moments(session, drill, facts.moments or milestones.proposed(drill.form, drill.topic))
    take(
        session, actor, drill, Step.PLAN, now=now, new_on=planned_on,
        told={"code": drill.code, "title": drill.title, "plans": list(facts.plan_ids)},
    )  # fmt: skip
    return drill


def edit(
    session: Session,
    actor: Actor,
    drill_id: int,
    facts: Facts,
    *,
    row_version: int | None = None,
    now: datetime,
) -> Drill:
    """Change what is planned, all but the day; a drill that began keeps its plan."""
    journal.lock(session)
    drill = get(session, actor, drill_id)
    compare_version(session, drill, row_version)
    require(session, actor, drill, Step.EDIT)
    if facts.window_id != drill.window_id:
        wanted = RULES[Step.PLAN].permission
        actor.require(wanted, window_id=facts.window_id, who=WHO_MAY[wanted])
    tried.check(session, actor.site_id, facts.plan_ids, drill.planned_on)
    new = named(facts) - _charged(session, drill)
    require_fit(session, actor, new, drill.planned_on, now)
    for name, value in columns(session, actor, facts).items():
        setattr(drill, name, value)
    set_links(session, drill, facts)
    if facts.moments:
        set_moments(session, drill, facts.moments)
    take(session, actor, drill, Step.EDIT, now=now, told={"plans": list(facts.plan_ids)})
    return drill


def reschedule(
    session: Session,
    actor: Actor,
    drill_id: int,
    *,
    planned_on: date,
    reason: str,
    planned_time: time | None = None,
    row_version: int | None = None,
    now: datetime,
) -> Drill:
    """Put a drill off or bring it forward; the reason and the day before are kept."""
    journal.lock(session)
    drill = get(session, actor, drill_id)
    compare_version(session, drill, row_version)
    require(session, actor, drill, Step.RESCHEDULE)
    why = reason_of(reason)
    _check_day(planned_on, clock.local_day(now, actor.timezone))
    if planned_on == drill.planned_on:
        raise SameDay(day=day_text(planned_on, year=True))
    require_fit(session, actor, _charged(session, drill), planned_on, now)
    before, drill.planned_on = drill.planned_on, planned_on
    drill.planned_time = planned_time or drill.planned_time
    drill.visitors = drill.third_parties = 0
    told = {"presence set aside": set_aside(session, drill, planned_on)}
    take(
        session, actor, drill, Step.RESCHEDULE, now=now, note=why, old_on=before,
        new_on=planned_on, told=told,
    )  # fmt: skip
    return drill


def cancel(
    session: Session,
    actor: Actor,
    drill_id: int,
    *,
    reason: str,
    row_version: int | None = None,
    now: datetime,
) -> Drill:
    """Strike a drill off, or break it off while it is under way; the reason is kept."""
    journal.lock(session)
    drill = get(session, actor, drill_id)
    compare_version(session, drill, row_version)
    require(session, actor, drill, Step.CANCEL)
    why = reason_of(reason)
    take(session, actor, drill, Step.CANCEL, now=now, note=why, old_on=drill.planned_on)
    return drill


def notify(
    session: Session,
    actor: Actor,
    drill_id: int,
    *,
    audience: str,
    text: str,
    now: datetime,
) -> Drill:
    """Note that people in range were told, whom and in which words."""
    journal.lock(session)
    drill = get(session, actor, drill_id)
    words = clean(text, field=N_("Text of the notice"), limit=2000, required=True, lines=True)
    told = clean(audience, field=N_("Who was told"), limit=200, required=True)
    take(session, actor, drill, Step.NOTIFY, now=now, note=words, audience=told)
    return drill


def moments_of(session: Session, drill_id: int) -> list[Milestone]:
    """The milestones of a drill in their order."""
    query = select(Milestone).where(Milestone.drill_id == drill_id).order_by(Milestone.position)
    return list(session.scalars(query))


def plan_ids_of(session: Session, drill_id: int) -> list[int]:
    """The plans that a drill tries out."""
    query = select(DrillPlan.plan_id).where(DrillPlan.drill_id == drill_id)
    return list(session.scalars(query.order_by(DrillPlan.plan_id)))


def reason_of(text: str, field: str = N_("Reason")) -> str:
    """A reason as it is kept; there must be one."""
    if not plain(text):
        raise ReasonMissing()
    return clean(text, field=field, limit=500, required=True)


def set_moments(session: Session, drill: Drill, moments: Sequence[Moment]) -> None:
    """Give a drill its milestones anew; nothing may have been stamped."""
    wanted = [_checked(moment) for moment in moments if plain(moment.name)]
    if not wanted:
        raise MilestonesMissing()
    if len(wanted) > MOST_MILESTONES:
        raise TooManyMilestones(limit=MOST_MILESTONES)
    names = [moment.name for moment in wanted]
    if doubled := next((name for name in names if names.count(name) > 1), ""):
        raise MilestoneDoubled(name=doubled)
    session.execute(delete(Milestone).where(Milestone.drill_id == drill.id))
    session.add_all(
        Milestone(
            site_id=drill.site_id,
            drill_id=drill.id,
            position=position,
            code=moment.code,
            name=moment.name,
            name_en=moment.name_en,
            target_seconds=moment.target,
        )
        for position, moment in enumerate(wanted, start=1)
    )
    session.flush()


def _checked(moment: Moment) -> Moment:
    name = clean(moment.name, field=N_("Milestone"), limit=60, required=True)
    name_en = clean(moment.name_en, field=N_("Milestone"), limit=60)
    if moment.target is not None and not 1 <= moment.target <= LONGEST_TARGET:
        raise TargetNotPossible(name=name)
    return Moment(name, name_en, moment.target, moment.code[:24])


def columns(session: Session, actor: Actor, facts: Facts) -> dict[str, Any]:
    """The facts as columns of the drill."""
    _check_people(session, actor, facts)
    if facts.window_id is not None and facts.window_id not in workplace.window_names(
        session, actor.site_id
    ):
        raise NotFound()
    return {
        "title": clean(facts.title, field=N_("Title"), limit=100, required=True),
        "title_en": clean(facts.title_en, field=N_("Title"), limit=100),
        "content": Content(facts.content),
        "form": Form(facts.form),
        "topic": Topic(facts.topic),
        "window_id": facts.window_id,
        "planned_time": facts.planned_time,
        "owner_id": facts.owner_id,
        "commander_id": facts.commander_id,
        "place": clean(facts.place, field=N_("Place"), limit=100),
        "assembly_point": clean(facts.assembly_point, field=N_("Assembly point"), limit=100),
        "scenario": clean(facts.scenario, field=N_("Scenario"), limit=2000, lines=True),
        "objectives": clean(facts.objectives, field=N_("Objectives"), limit=2000, lines=True),
        "safety": clean(facts.safety, field=N_("Safety measures"), limit=2000, lines=True),
    }


def named(facts: Facts) -> set[int]:
    """Who has something to do for a drill: in charge, in command, to evaluate it."""
    commander = {facts.commander_id} if facts.commander_id else set()
    return {facts.owner_id, *facts.evaluator_ids} | commander


def require_fit(
    session: Session, actor: Actor, user_ids: Collection[int], on: date, now: datetime
) -> None:
    """Nobody has a drill to see to who may not be on duty on its day; once that is over, today.

    Whose training ends later than people are warned beforehand will have renewed it by then.
    """
    today = clock.local_day(now, actor.timezone)
    day = min(max(on, today), today + timedelta(days=figures().ahead_days))
    for user_id in sorted(user_ids):
        bar = workplace.find_bar(session, actor.site_id, user_id, day)
        if bar is not None:
            name = accounts.get_person(session, actor.site_id, user_id).display_name
            raise NotFitThatDay(name=name, day=day_text(day, year=True), why=bar.text)


def _charged(session: Session, drill: Drill) -> set[int]:
    """Who has something to do for a drill as it is planned."""
    commander = {drill.commander_id} if drill.commander_id else set()
    return {drill.owner_id, *evaluators_of(session, drill.id)} | commander


def _check_people(session: Session, actor: Actor, facts: Facts) -> None:
    """Everybody named works here still, and nobody judges what they command."""
    known = {person.id for person in accounts.list_people(session, actor.site_id)}
    if not named(facts) <= known:
        raise NotFound()
    if facts.commander_id in set(facts.evaluator_ids):
        raise CommanderJudges()


def set_links(session: Session, drill: Drill, facts: Facts) -> None:
    session.execute(delete(Evaluator).where(Evaluator.drill_id == drill.id))
    session.execute(delete(DrillPlan).where(DrillPlan.drill_id == drill.id))
    session.add_all(
        Evaluator(drill_id=drill.id, user_id=one) for one in dict.fromkeys(facts.evaluator_ids)
    )
    session.add_all(
        DrillPlan(drill_id=drill.id, plan_id=one, version_id=None)
        for one in dict.fromkeys(facts.plan_ids)
    )
    session.flush()


def _check_day(planned_on: date, today: date) -> None:
    if planned_on < today:
        raise PlannedInPast(day=day_text(planned_on, year=True))
    require_near(planned_on, today)
