"""What the forms offer: who may be made the owner, and where a hazard can be."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.accounts.service import Person
from safety_app.core.access import Actor, Role
from safety_app.core.i18n import _
from safety_app.workplace import service as workplace

HERE, THIRD, OFFICER, FAR = range(4)


@dataclass(frozen=True, slots=True)
class Choice:
    """A person to choose; the lower the `rank` the nearer, and `FAR` are all the rest."""

    id: int
    name: str
    hint: str
    rank: int

    @property
    def label(self) -> str:
        """`周航（本窗口）`."""
        return _("{name} ({hint})", name=self.name, hint=self.hint) if self.hint else self.name


@dataclass(frozen=True, slots=True)
class Places:
    """Windows and common areas by id, the actor's own windows first."""

    windows: dict[int, str]
    locations: dict[int, str]
    own: tuple[int, ...]


def owner_choices(session: Session, actor: Actor, window_id: int | None) -> list[Choice]:
    """Everybody active here: people of the window, third parties and officers first."""
    people = accounts.list_people(session, actor.site_id)
    found = [_choice(person, window_id) for person in people]
    return sorted(found, key=lambda one: one.rank)


def places(session: Session, actor: Actor) -> Places:
    """Where a hazard of this hall can be."""
    windows = workplace.list_windows(session, actor.site_id)
    names = workplace.window_names(session, actor.site_id)
    own: Sequence[int] = [one.id for one in windows if one.id in actor.served | actor.led]
    others = [one.id for one in windows if one.id not in own]
    return Places(
        windows={found: names[found] for found in (*own, *others)},
        locations=workplace.location_names(session, actor.site_id),
        own=tuple(own),
    )


def _choice(person: Person, window_id: int | None) -> Choice:
    if window_id is not None and window_id in person.window_ids | person.led_window_ids:
        return Choice(person.id, person.display_name, _("this window"), HERE)
    roles = person.roles
    rank = THIRD if Role.THIRD_PARTY in roles else OFFICER if Role.OFFICER in roles else FAR
    return Choice(person.id, person.display_name, person.display_post, rank)
