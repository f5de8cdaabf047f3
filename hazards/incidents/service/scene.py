"""The scene: what was done to keep it, and when it was given free."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.incidents import rules
from hazards.incidents.errors import SceneIsKept
from hazards.incidents.lifecycle import take
from hazards.incidents.models import Incident, SceneMark, Step
from hazards.incidents.service.loading import begin
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_
from safety_app.core.text import clean


@dataclass(frozen=True, slots=True)
class Tick:
    """A point of the list as it stands: when and by whom it was done, if it was."""

    code: str
    text: str
    at: datetime | None = None
    by: int | None = None


def mark(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    code: str,
    is_done: bool,
    now: datetime,
) -> Incident:
    """Tick a point, or take a tick back; from the first tick on the scene is protected."""
    incident = begin(session, actor, incident_id, Step.MARK)
    if code not in {point.code for point in rules.scene()}:
        raise NotFound()
    stands = next(one for one in ticks(session, incident.id) if one.code == code)
    if (stands.at is not None) == is_done:
        return incident
    session.add(
        SceneMark(
            site_id=incident.site_id,
            incident_id=incident.id,
            code=code,
            is_done=is_done,
            at=now,
            by=actor.user_id,
        )
    )
    if is_done and incident.scene_kept_at is None:
        incident.scene_kept_at = now
    take(
        session, actor, incident, Step.MARK, now=now, code=code, told={"is_done": is_done},
        note="" if is_done else "-",
    )  # fmt: skip
    return incident


def release(
    session: Session,
    actor: Actor,
    incident_id: int,
    *,
    note: str,
    row_version: int | None,
    now: datetime,
) -> Incident:
    """Give the scene free, with who agreed to it."""
    incident = begin(session, actor, incident_id, Step.RELEASE, row_version)
    if not is_kept(incident):
        raise SceneIsKept()
    words = clean(note, field=N_("Who agreed to it"), limit=300, required=True)
    incident.scene_released_at = now
    take(session, actor, incident, Step.RELEASE, now=now, note=words)
    return incident


def is_kept(incident: Incident) -> bool:
    """Whether the scene is protected now."""
    return incident.scene_kept_at is not None and incident.scene_released_at is None


def ticks(session: Session, incident_id: int) -> list[Tick]:
    """Every point of the list; the newest mark of each counts."""
    query = select(SceneMark).where(SceneMark.incident_id == incident_id).order_by(SceneMark.id)
    last = {row.code: row for row in session.scalars(query)}
    return [_tick(point, last.get(point.code)) for point in rules.scene()]


def _tick(point: rules.Point, row: SceneMark | None) -> Tick:
    if row is None or not row.is_done:
        return Tick(point.code, point.text)
    return Tick(point.code, point.text, row.at, row.by)
