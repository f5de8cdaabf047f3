"""One hazard with all that its page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.lifecycle import allowed
from hazards.models import (
    AuthorityInspection,
    Category,
    Hazard,
    HazardPhoto,
    HazardStep,
    Kind,
    LegalClass,
    Level,
    Origin,
    Phase,
    Status,
    Step,
)
from hazards.people import listed, who_may
from hazards.permissions import Permission
from hazards.place_names import place_names
from hazards.service.handling import facts_of
from hazards.service.loading import load
from hazards.service.look_alikes import Doubt, look_alikes
from hazards.service.queries import days_left
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.i18n import bilingual

NEXT_STEP = {
    Status.REGISTERED: Step.ASSIGN,
    Status.ASSIGNED: Step.FIX,
    Status.FIXED: Step.ACCEPT,
}


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A picture with when and by whom it was added."""

    key: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class StepView:
    """One dated step with names instead of ids; `person` is the owner or who did the work."""

    step: Step
    at: datetime
    actor: str
    note: str
    reason: str
    person: str
    fix_by: date | None
    old_fix_by: date | None
    level: Level | None
    old_level: Level | None
    window: str = ""
    old_window: str = ""


@dataclass(frozen=True, slots=True)
class InspectionName:
    """The authority's inspection that found it; who may not open it still reads which it was."""

    id: int
    authority: str
    number: str
    may_open: bool


@dataclass(frozen=True, slots=True)
class HazardDetail:
    """One hazard, its pictures and steps, and what the actor may do next."""

    id: int
    number: str
    row_version: int
    what: str
    note: str
    kind: Kind
    status: Status
    category: Category
    level: Level
    preset_level: Level | None
    preset_days: int | None
    legal_class: LegalClass
    origin: Origin
    place: str
    window_id: int | None
    registered_at: datetime
    registered_by: str
    owner_id: int | None
    owner: str
    measures: str
    interim_measure: str
    funds: str
    contingency: str
    fix_by: date | None
    original_fix_by: date | None
    days_left: int | None
    closed_at: datetime | None
    sent_back_count: int
    extended_count: int
    sightings: int
    repeat_of: str
    before: tuple[PhotoView, ...]
    after: tuple[PhotoView, ...]
    steps: tuple[StepView, ...]
    allowed: frozenset[Step]
    next_step: Step | None
    next_by: str
    needs_plan: bool
    source: str
    funds_yuan: int | None
    may_print: bool
    inspection: InspectionName | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def primary(self) -> Step | None:
        """The next step, if it is the actor's."""
        return self.next_step if self.next_step in self.allowed else None


def get(session: Session, actor: Actor, key: int | str, *, now: datetime) -> HazardDetail:
    """The hazard of an id or number; raises `NotFound` outside the actor's sight."""
    hazard = load(session, actor, key)
    steps = session.scalars(
        select(HazardStep)
        .where(HazardStep.hazard_id == hazard.id)
        .order_by(HazardStep.at, HazardStep.id)
    ).all()
    photos = session.scalars(
        select(HazardPhoto).where(HazardPhoto.hazard_id == hazard.id).order_by(HazardPhoto.id)
    ).all()
    following = NEXT_STEP.get(Status(hazard.status))
    nexts = who_may(session, hazard, following) if following else []
    names = accounts.names(session, [*_people(hazard, steps, photos), *nexts])
    today = clock.local_day(now, actor.timezone)
    places = place_names(session, actor.site_id)

    def name(user_id: int | None) -> str:
        return names.get(user_id or 0, "")

    def shown(phase: Phase) -> tuple[PhotoView, ...]:
        of_phase = (one for one in photos if one.phase == phase)
        return tuple(PhotoView(one.key, one.at, name(one.by)) for one in of_phase)

    return HazardDetail(
        id=hazard.id,
        number=hazard.number,
        row_version=hazard.row_version,
        what=bilingual(hazard.what, hazard.what_en),
        note=hazard.note,
        kind=Kind(hazard.kind),
        status=Status(hazard.status),
        category=Category(hazard.category),
        level=Level(hazard.level),
        preset_level=Level(hazard.preset_level) if hazard.preset_level else None,
        preset_days=hazard.preset_days,
        legal_class=LegalClass(hazard.legal_class),
        origin=Origin(hazard.origin),
        place=places.text(hazard.window_id, hazard.location_id, hazard.place),
        window_id=hazard.window_id,
        registered_at=hazard.registered_at,
        registered_by=name(hazard.registered_by),
        owner_id=hazard.owner_id,
        owner=name(hazard.owner_id),
        **facts_of(hazard),
        fix_by=hazard.fix_by,
        original_fix_by=hazard.original_fix_by,
        days_left=days_left(hazard.status, hazard.fix_by, today),
        closed_at=hazard.closed_at,
        sent_back_count=hazard.sent_back_count,
        extended_count=hazard.extended_count,
        sightings=sum(one.step == Step.SIGHT for one in steps),
        repeat_of=_number_of(session, hazard.repeat_of_id),
        before=shown(Phase.BEFORE),
        after=shown(Phase.AFTER),
        steps=tuple(
            StepView(
                step=Step(one.step),
                at=one.at,
                actor=name(one.actor_id),
                note=one.note,
                reason=one.reason,
                person=name(one.owner_id),
                fix_by=one.fix_by,
                old_fix_by=one.old_fix_by,
                level=Level(one.level) if one.level else None,
                old_level=Level(one.old_level) if one.old_level else None,
                window=places.windows.get(one.window_id or 0, ""),
                old_window=places.windows.get(one.old_window_id or 0, ""),
            )
            for one in steps
        ),
        allowed=allowed(actor, hazard),
        next_step=following,
        next_by=listed(names, nexts),
        needs_plan=hazard.level == Level.URGENT or hazard.legal_class == LegalClass.MAJOR,
        source=hazard.source or "",
        funds_yuan=hazard.funds_yuan,
        may_print=may_print(actor, hazard),
        inspection=_inspection(session, actor, hazard.inspection_id),
        doubts=_doubts(session, actor, hazard, photos),
    )


def may_print(actor: Actor, hazard: Hazard) -> bool:
    """Whether the actor may print papers of its place, or owns it."""
    if hazard.owner_id == actor.user_id:
        return True
    return actor.may(Permission.PAPERS, window_id=hazard.window_id)


def _inspection(session: Session, actor: Actor, inspection_id: int | None) -> InspectionName | None:
    found = session.get(AuthorityInspection, inspection_id) if inspection_id else None
    if found is None:
        return None
    may_open = actor.reach(Permission.INSPECTIONS).site
    return InspectionName(found.id, found.authority, found.number, may_open)


def _doubts(
    session: Session, actor: Actor, hazard: Hazard, photos: Sequence[HazardPhoto]
) -> tuple[Doubt, ...]:
    """Only for who is to verify a fix: everybody else has no use for a suspicion."""
    if hazard.status != Status.FIXED or Step.ACCEPT not in allowed(actor, hazard):
        return ()
    return look_alikes(session, hazard, photos)


def _people(
    hazard: Hazard, steps: Sequence[HazardStep], photos: Sequence[HazardPhoto]
) -> list[int]:
    found = {hazard.registered_by, hazard.owner_id, *(one.by for one in photos)}
    for one in steps:
        found |= {one.actor_id, one.owner_id}
    return sorted(user_id for user_id in found if user_id)


def _number_of(session: Session, hazard_id: int | None) -> str:
    if hazard_id is None:
        return ""
    return session.scalar(select(Hazard.number).where(Hazard.id == hazard_id)) or ""
