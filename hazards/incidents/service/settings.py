"""To whom this hall reports, and from which loss it counts an accident."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.incidents.errors import LossBoundNotPossible
from hazards.incidents.level import FEN, Level, bound_of
from hazards.incidents.models import Authority, IncidentSettings
from hazards.incidents.permissions import Permission
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.i18n import N_
from safety_app.core.text import clean


@dataclass(frozen=True, slots=True)
class Addressee:
    """An authority of this hall: its name and telephone, where they are known."""

    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a hall has set."""

    addressees: dict[Authority, Addressee]
    loss_from_fen: int | None = None


def rules_of(session: Session, site_id: int) -> Rules:
    """What this hall has set; nothing set: no names, the usual bound."""
    found = session.scalar(select(IncidentSettings).where(IncidentSettings.site_id == site_id))
    if found is None:
        return Rules({Authority.EMERGENCY: Addressee(), Authority.SECTOR: Addressee()})
    return Rules(
        {
            Authority.EMERGENCY: Addressee(found.emergency_authority, found.emergency_phone),
            Authority.SECTOR: Addressee(found.sector_authority, found.sector_phone),
        },
        None if found.loss_from_yuan is None else found.loss_from_yuan * FEN,
    )


def usual_loss_yuan() -> int:
    """From which loss it counts where a hall has set nothing."""
    bound = bound_of(Level.ORDINARY)
    return bound.loss_fen // FEN if bound else 0


def set_rules(
    session: Session,
    actor: Actor,
    *,
    emergency: Addressee,
    sector: Addressee,
    loss_from_yuan: int | None,
    now: datetime,
) -> None:
    """Set names, numbers and the bound; a bound can only be stricter than the usual one.

    What is recorded already keeps its level until its figures change.
    """
    actor.require(Permission.SET, who=N_("The safety officer, a manager or the administrator"))
    journal.lock(session)
    if loss_from_yuan is not None and not 0 < loss_from_yuan <= usual_loss_yuan():
        raise LossBoundNotPossible(most=f"{usual_loss_yuan():,}")
    facts = {
        "emergency_authority": _name(emergency.name),
        "emergency_phone": _phone(emergency.phone),
        "sector_authority": _name(sector.name),
        "sector_phone": _phone(sector.phone),
        "loss_from_yuan": loss_from_yuan,
    }
    query = select(IncidentSettings).where(IncidentSettings.site_id == actor.site_id)
    found = session.scalar(query)
    if found is None:
        found = IncidentSettings(
            site_id=actor.site_id, changed_by=actor.user_id, changed_at=now, **facts
        )
        session.add(found)
    else:
        for name, value in facts.items():
            setattr(found, name, value)
        found.changed_by, found.changed_at = actor.user_id, now
    session.flush()
    journal.write(
        session, actor, "incidents:set", "incident_settings", found.id, now=now, facts=facts
    )


def _name(text: str) -> str:
    return clean(text, field=N_("Name of the authority"), limit=100)


def _phone(text: str) -> str:
    return clean(text, field=N_("Phone"), limit=32)
