"""One incident with all that its page and its papers show."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards import service as hazards
from hazards.incidents import rules
from hazards.incidents.counting import Counted, counted_from
from hazards.incidents.deadlines import Clock, Owed
from hazards.incidents.level import Level
from hazards.incidents.lifecycle import allowed
from hazards.incidents.models import (
    OPEN,
    Authority,
    Figures,
    Incident,
    IncidentFile,
    IncidentPhoto,
    IncidentStep,
    Kind,
    Origin,
    Part,
    RootClass,
    Status,
    Step,
    Way,
)
from hazards.incidents.permissions import Permission
from hazards.incidents.service import people as persons
from hazards.incidents.service.closing import Condition, actions_of, conditions_of, lacking
from hazards.incidents.service.figures import case_of, figures_of
from hazards.incidents.service.investigating import causes_of, moments_of
from hazards.incidents.service.loading import load, team_of
from hazards.incidents.service.notifying import (
    clock_for,
    notifications_of,
    owed_for,
    told_from,
)
from hazards.incidents.service.people import PersonView
from hazards.incidents.service.scene import Tick, is_kept, ticks
from hazards.service import Outcome
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.files import File

Name = Callable[[int | None], str]
ABOUT_PEOPLE: Final = frozenset({Step.COUNT, Step.DECIDE})
"""Steps whose words say how somebody is: kept with the personal data."""


@dataclass(frozen=True, slots=True)
class StepView:
    """One dated step with names instead of ids; `note` only where it is for this person."""

    step: Step
    at: datetime
    actor: str
    note: str
    code: str
    moment: datetime | None
    level: Level | None
    old_level: Level | None
    person: str


@dataclass(frozen=True, slots=True)
class FiguresView:
    """What was known of the harm since a day, and who recorded it when.

    `reason`, how it became known, only where personal data are for this person.
    """

    numbers: tuple[int, int, int, int]
    loss_fen: int | None
    known_on: date
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class NotificationView:
    """That an authority was told."""

    authority: Authority
    name: str
    told_at: datetime
    told_by: str
    way: Way
    receiver: str
    reference: str
    is_follow_up: bool
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class TickView:
    """A point of the scene list."""

    code: str
    text: str
    at: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class MomentView:
    """A moment of the course of events."""

    id: int
    happened_at: datetime
    what: str
    origin: Origin
    by: str


@dataclass(frozen=True, slots=True)
class CauseView:
    """A chain of whys."""

    id: int
    whys: tuple[str, ...]
    root: RootClass


@dataclass(frozen=True, slots=True)
class ConditionView:
    """One of the four, answered or not."""

    code: str
    title: str
    ask: str
    words: str
    at: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture with when and by whom it was added."""

    key: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ScanView:
    """A scan; a personal one is only in the hands of who may see it."""

    id: int
    name: str
    title: str
    is_personal: bool
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class IncidentDetail:
    """One incident, and what the actor may do next."""

    id: int
    number: str
    row_version: int
    kind: Kind
    status: Status
    what: str
    scene: str
    course: str
    measures: str
    other: str
    place: str
    spot: str
    window_id: int | None
    location_id: int | None
    occurred_at: datetime
    reported_at: datetime
    reported_by: str
    head_told_at: datetime | None
    level: Level | None
    is_accident: bool | None
    figures: tuple[FiguresView, ...]
    counted: Counted | None
    clock: Clock
    owed: tuple[Owed, ...]
    notifications: tuple[NotificationView, ...]
    scene_kept_at: datetime | None
    scene_released_at: datetime | None
    scene_is_kept: bool
    ticks: tuple[TickView, ...]
    leader: str
    leader_id: int | None
    member_ids: tuple[int, ...]
    members: tuple[str, ...]
    team_others: str
    investigate_by: date | None
    moments: tuple[MomentView, ...]
    causes: tuple[CauseView, ...]
    people: tuple[PersonView, ...]
    parts: Counter[Part]
    sees_all_people: bool
    actions: tuple[Outcome, ...]
    conditions: tuple[ConditionView, ...]
    lacking: tuple[str, ...]
    photos: tuple[PictureView, ...]
    scans: tuple[ScanView, ...]
    hidden_scans: int
    steps: tuple[StepView, ...]
    closed_at: datetime | None
    allowed: frozenset[Step]
    may_print: bool

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self.status in OPEN

    @property
    def is_light(self) -> bool:
        """Whether it may be closed as soon as it is confirmed."""
        return rules.is_light(self.level)

    @property
    def numbers(self) -> FiguresView | None:
        """What was recorded last; `counted` is what it comes to now."""
        return self.figures[-1] if self.figures else None

    @property
    def next_step(self) -> Step | None:
        """The one step that leads on, whoever may take it."""
        if self.status == Status.CONFIRMED:
            return Step.CLOSE if self.is_light else Step.INVESTIGATE
        return {
            Status.REPORTED: Step.CONFIRM,
            Status.INVESTIGATING: Step.CONCLUDE,
            Status.ACTING: Step.CLOSE,
        }.get(self.status)


def get(session: Session, actor: Actor, key: int | str, *, now: datetime) -> IncidentDetail:
    """The incident of an id or number; raises `NotFound` outside the actor's sight."""
    incident = load(session, actor, key)
    team = team_of(session, incident)
    sees_all = persons.sees_all(session, actor, incident)
    people = persons.people_of(session, actor, incident)
    scans, hidden = _scans(session, incident, sees_all=sees_all)
    return _detail(
        session,
        incident,
        actor.timezone,
        now,
        people=people,
        sees_all=sees_all,
        reader=actor.user_id,
        scans=scans,
        hidden=hidden,
        allowed_steps=allowed(actor, incident, team),
        may_print=may_print(actor, incident, team),
    )


def of_paper(
    session: Session, site_id: int, incident_id: int, *, timezone: str, now: datetime
) -> IncidentDetail:
    """The same for papers of the whole hall, without personal data."""
    incident = session.get_one(Incident, incident_id)
    scans, hidden = _scans(session, incident, sees_all=False)
    return _detail(
        session, incident, timezone, now, people=[], sees_all=False, reader=None, scans=scans,
        hidden=hidden, allowed_steps=frozenset(), may_print=True,
    )  # fmt: skip


def may_print(actor: Actor, incident: Incident, team: frozenset[int]) -> bool:
    """Whether the actor may print its papers: by role, or as one who investigates."""
    return actor.may(Permission.PAPERS, window_id=incident.window_id) or actor.user_id in team


def _detail(
    session: Session,
    incident: Incident,
    timezone: str,
    now: datetime,
    *,
    people: Sequence[PersonView],
    sees_all: bool,
    reader: int | None,
    scans: Sequence[IncidentFile],
    hidden: int,
    allowed_steps: frozenset[Step],
    may_print: bool,
) -> IncidentDetail:
    steps = session.scalars(
        select(IncidentStep)
        .where(IncidentStep.incident_id == incident.id)
        .order_by(IncidentStep.at, IncidentStep.id)
    ).all()
    figures = figures_of(session, incident)
    counted = counted_from(figures, case_of(session, incident), timezone, now)
    told_rows = notifications_of(session, incident.id)
    told = told_from(told_rows)
    moments, causes = moments_of(session, incident.id), causes_of(session, incident.id)
    marks, conditions = ticks(session, incident.id), conditions_of(session, incident)
    photos = session.scalars(
        select(IncidentPhoto)
        .where(IncidentPhoto.incident_id == incident.id)
        .order_by(IncidentPhoto.id)
    ).all()
    member_ids = tuple(sorted(team_of(session, incident) - {incident.leader_id}))
    people_ids = {incident.reported_by, incident.leader_id, *member_ids}
    people_ids |= {one.actor_id for one in steps} | {one.person_id for one in steps}
    people_ids |= {one.by for one in figures} | {one.by for one in moments}
    people_ids |= {one.by for one in photos} | {one.by for one in scans}
    people_ids |= {one.by for one in marks} | {one.by for one in conditions}
    people_ids |= {id_ for one in told_rows for id_ in (one.told_by, one.recorded_by)}
    names = accounts.names(session, sorted(one for one in people_ids if one))

    def name(user_id: int | None) -> str:
        return names.get(user_id or 0, "")

    def may_read(by: int | None) -> bool:
        return sees_all or by == reader == incident.reported_by

    places = hazards.place_names(session, incident.site_id)
    return IncidentDetail(
        id=incident.id,
        number=incident.number,
        row_version=incident.row_version,
        kind=Kind(incident.kind),
        status=Status(incident.status),
        what=incident.what,
        scene=incident.scene,
        course=incident.course,
        measures=incident.measures,
        other=incident.other,
        place=places.text(incident.window_id, incident.location_id, incident.place),
        spot=incident.place,
        window_id=incident.window_id,
        location_id=incident.location_id,
        occurred_at=incident.occurred_at,
        reported_at=incident.reported_at,
        reported_by=name(incident.reported_by),
        head_told_at=incident.head_told_at,
        level=Level(incident.level) if incident.level else None,
        is_accident=incident.is_accident,
        figures=tuple(_figures(one, name, may_read=may_read(one.by)) for one in figures),
        counted=counted,
        clock=clock_for(incident, told, now),
        owed=tuple(owed_for(counted, told)),
        notifications=tuple(
            NotificationView(
                authority=Authority(one.authority),
                name=one.name,
                told_at=one.told_at,
                told_by=name(one.told_by),
                way=Way(one.way),
                receiver=one.receiver,
                reference=one.reference,
                is_follow_up=one.is_follow_up,
                recorded_at=one.recorded_at,
                recorded_by=name(one.recorded_by),
            )
            for one in told_rows
        ),
        scene_kept_at=incident.scene_kept_at,
        scene_released_at=incident.scene_released_at,
        scene_is_kept=is_kept(incident),
        ticks=tuple(_tick(one, name) for one in marks),
        leader=name(incident.leader_id),
        leader_id=incident.leader_id,
        member_ids=member_ids,
        members=tuple(filter(None, (name(one) for one in member_ids))),
        team_others=incident.team_others,
        investigate_by=incident.investigate_by,
        moments=tuple(
            MomentView(one.id, one.happened_at, one.what, Origin(one.origin), name(one.by))
            for one in moments
        ),
        causes=tuple(CauseView(one.id, tuple(one.whys), RootClass(one.root)) for one in causes),
        people=tuple(people),
        parts=persons.parts_of(session, incident.id),
        sees_all_people=sees_all,
        actions=tuple(actions_of(session, incident)),
        conditions=tuple(_condition(one, name) for one in conditions),
        lacking=tuple(lacking(session, incident, timezone, now)),
        photos=tuple(PictureView(one.key, one.at, name(one.by)) for one in photos),
        scans=tuple(_scan(session, one, name) for one in scans),
        hidden_scans=hidden,
        steps=tuple(_step(one, name, may_read=may_read(one.actor_id)) for one in steps),
        closed_at=incident.closed_at,
        allowed=allowed_steps,
        may_print=may_print,
    )


def _scans(
    session: Session, incident: Incident, *, sees_all: bool
) -> tuple[list[IncidentFile], int]:
    """The scans this person may see, and how many are not for them."""
    rows = session.scalars(
        select(IncidentFile)
        .where(IncidentFile.incident_id == incident.id)
        .order_by(IncidentFile.id)
    ).all()
    shown = [row for row in rows if sees_all or not row.is_personal]
    return shown, len(rows) - len(shown)


def _figures(row: Figures, name: Name, *, may_read: bool) -> FiguresView:
    numbers = (row.deaths, row.missing, row.serious, row.minor)
    reason = row.reason if may_read else ""
    return FiguresView(numbers, row.loss_fen, row.known_on, reason, row.at, name(row.by))


def _tick(one: Tick, name: Name) -> TickView:
    return TickView(one.code, one.text, one.at, name(one.by))


def _condition(one: Condition, name: Name) -> ConditionView:
    return ConditionView(one.code, one.title, one.ask, one.words, one.at, name(one.by))


def _scan(session: Session, row: IncidentFile, name: Name) -> ScanView:
    file = session.get_one(File, row.file_id)
    return ScanView(row.file_id, file.name, row.title, row.is_personal, row.at, name(row.by))


def _step(row: IncidentStep, name: Name, *, may_read: bool) -> StepView:
    step = Step(row.step)
    return StepView(
        step=step,
        at=row.at,
        actor=name(row.actor_id),
        note=row.note if may_read or step not in ABOUT_PEOPLE else "",
        code=row.code,
        moment=row.moment,
        level=Level(row.level) if row.level else None,
        old_level=Level(row.old_level) if row.old_level else None,
        person=name(row.person_id),
    )
