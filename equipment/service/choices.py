"""What the forms offer: kinds to register, places to keep, people to look after things."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from checklists import service as checklists
from checklists.service import NumberPoint
from equipment.kinds import Kind
from equipment.permissions import Permission
from equipment.service import rules
from equipment.service.places import places
from hazards import service as hazards
from safety_app.core.access import Actor
from safety_app.workplace import service as workplace


@dataclass(frozen=True, slots=True)
class Choices:
    """By id and in the order of a list: the actor's own windows and the people nearest first."""

    profile: str
    kinds: dict[str, Kind]
    windows: dict[int, str]
    locations: dict[int, str]
    people: dict[int, str]


def choices(session: Session, actor: Actor) -> Choices:
    """What this actor may choose from to register something."""
    reach = actor.reach(Permission.KEEP)
    named = places(session, actor.site_id)
    windows = [one.id for one in workplace.list_windows(session, actor.site_id)]
    mine = sorted(windows, key=lambda one: one not in actor.led | actor.served)
    locations = workplace.list_locations(session, actor.site_id) if reach.covers(None) else []
    people = hazards.owner_choices(session, actor, None)
    return Choices(
        profile=rules.profile_of(session, actor.site_id),
        kinds={
            code: kind
            for code, kind in rules.kinds_of(session, actor.site_id).items()
            if kind.is_offered and not kind.is_stocked
        },
        windows={one: named.windows[one] for one in mine if reach.covers(one)},
        locations={one.id: named.locations[one.id] for one in locations},
        people={one.id: one.label for one in people},
    )


def readings(session: Session, actor: Actor, kind: Kind) -> list[NumberPoint]:
    """What is weighed or read of a kind when it is inspected: each item may have own limits."""
    return checklists.number_points(session, actor.site_id, kind.checklist)
