"""One drill with all that its page and its papers show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from drills.lifecycle import allowed, evaluators_of
from drills.models import Drill, DrillPhoto, DrillStep, FileKind, Milestone, Step
from drills.rhythm import Duty
from drills.service import attending, listing, problems, proofs, years
from drills.service.attending import Counts, Head
from drills.service.listing import place_text
from drills.service.loading import by_code, steps_of
from drills.service.next_steps import Todo
from drills.service.planning import moments_of
from drills.service.problems import ProblemView
from drills.service.tried import Tried, tried_by
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.files import File
from safety_app.core.i18n import bilingual
from safety_app.workplace import service as workplace


@dataclass(frozen=True, slots=True)
class MomentView:
    """A milestone and when it was reached, in seconds from the start."""

    id: int
    code: str
    name: str
    target: int | None
    seconds: int | None
    by: str
    corrected: str

    @property
    def over(self) -> int | None:
        """How many seconds too late, or nothing where there is no target or no time."""
        if self.target is None or self.seconds is None:
            return None
        return max(0, self.seconds - self.target)


@dataclass(frozen=True, slots=True)
class StepView:
    """One dated step with the name of whoever took it."""

    step: Step
    at: datetime
    actor: str
    note: str
    audience: str
    old_on: date | None
    new_on: date | None


@dataclass(frozen=True, slots=True)
class DrillDetail:
    """All there is of one drill."""

    drill: Drill
    title: str
    place: str
    owner: str
    commander: str
    evaluators: tuple[str, ...]
    plans: tuple[Tried, ...]
    moments: tuple[MomentView, ...]
    counts: Counts
    heads: tuple[Head, ...]
    photos: tuple[DrillPhoto, ...]
    files: tuple[tuple[File, FileKind], ...]
    problems: tuple[ProblemView, ...]
    steps: tuple[StepView, ...]
    allowed: frozenset[Step]
    duties: tuple[Duty, ...]
    todo: Todo
    debriefed_by: str

    @property
    def minutes(self) -> int | None:
        """How long it took, in whole minutes."""
        if self.drill.started_at is None or self.drill.ended_at is None:
            return None
        return round((self.drill.ended_at - self.drill.started_at).total_seconds() / 60)

    def moment(self, code: str) -> MomentView | None:
        """The milestone with a code."""
        return next((one for one in self.moments if one.code == code), None)


def get_detail(session: Session, actor: Actor, code: str, *, now: datetime) -> DrillDetail:
    """One drill for whoever may see it."""
    drill = by_code(session, actor, code)
    timezone = workplace.site(session, drill.site_id).timezone
    return detail_of(session, drill, now=now, can=allowed(session, actor, drill), zone=timezone)


def detail_of(
    session: Session,
    drill: Drill,
    *,
    now: datetime,
    can: frozenset[Step] = frozenset(),
    zone: str,
) -> DrillDetail:
    """The same for papers, which nobody acts on."""
    today = clock.local_day(now, zone)
    day = drill.held_on or drill.planned_on
    steps = steps_of(session, drill.id)
    milestones = moments_of(session, drill.id)
    judges = evaluators_of(session, drill.id)
    who = [drill.owner_id, drill.commander_id, drill.debriefed_by, *judges]
    who += [step.actor_id for step in steps] + [one.stamped_by for one in milestones]
    names = accounts.names(session, who)
    found = years.year_of(session, drill.site_id, day.year, years.just_after(now))
    shown = tuple(problems.list_problems(session, drill))
    still = {drill.id: sum(one.is_open for one in shown)}
    todos = listing.todos_of(session, drill.site_id, found, still, today)
    return DrillDetail(
        drill=drill,
        title=bilingual(drill.title, drill.title_en),
        place=place_text(drill, workplace.window_names(session, drill.site_id)),
        owner=names.get(drill.owner_id, "–"),
        commander=names.get(drill.commander_id or 0, ""),
        evaluators=tuple(names.get(one, "–") for one in judges),
        plans=tuple(tried_by(session, drill, max(day, today) if not drill.held_on else day)),
        moments=tuple(_moment(drill, one, names) for one in milestones),
        counts=attending.counts(session, drill.id),
        heads=tuple(attending.heads(session, drill)),
        photos=tuple(proofs.photos_of(session, drill.id)),
        files=tuple(proofs.files_of(session, drill.id)),
        problems=shown,
        steps=tuple(_step(one, names) for one in steps),
        allowed=can,
        duties=tuple(duty for duty in found.duties if duty.code == drill.code),
        todo=todos.get(drill.id, Todo.NOTHING),
        debriefed_by=names.get(drill.debriefed_by or 0, ""),
    )


def _moment(drill: Drill, row: Milestone, names: Mapping[int, str]) -> MomentView:
    seconds = None
    if row.stamped_at is not None and drill.started_at is not None:
        seconds = int((row.stamped_at - drill.started_at).total_seconds())
    return MomentView(
        id=row.id,
        code=row.code,
        name=bilingual(row.name, row.name_en),
        target=row.target_seconds,
        seconds=seconds,
        by=names.get(row.stamped_by or 0, ""),
        corrected=row.corrected,
    )


def _step(row: DrillStep, names: Mapping[int, str]) -> StepView:
    return StepView(
        step=Step(row.step),
        at=row.at,
        actor=names.get(row.actor_id or 0, ""),
        note=row.note,
        audience=row.audience,
        old_on=row.old_on,
        new_on=row.new_on,
    )
