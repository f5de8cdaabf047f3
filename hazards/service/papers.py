"""What the papers of hazards are made of, for who may print them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hazards.models import (
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
from hazards.permissions import Permission
from hazards.place_names import place_names
from hazards.service.detail import HazardDetail, get
from hazards.visibility import IS_OPEN, within
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import N_, _, bilingual
from safety_app.features import features

WHO_MAY: Final = N_("The lead of this window, the safety officer or the manager")
BATCH: Final = 500


class RegisterState(StrEnum):
    """Which hazards a register lists."""

    ALL = "all"
    OPEN = "open"
    CLOSED = "closed"


REGISTER_STATES: Final = {
    RegisterState.ALL: N_("All"),
    RegisterState.OPEN: N_("Still open"),
    RegisterState.CLOSED: N_("Closed"),
}


@dataclass(frozen=True, slots=True)
class RegisterFilters:
    """Found from `first` to `last`; a window, the common areas, or all that the person may."""

    first: date
    last: date
    state: RegisterState = RegisterState.ALL
    window_id: int | None = None
    common: bool = False
    level: Level | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether more than days was chosen, so that hazards of these days may be left out."""
        by_place = self.common or self.window_id is not None
        return by_place or self.level is not None or self.state != RegisterState.ALL

    @property
    def is_year(self) -> bool:
        """Whether the days are a whole calendar year."""
        first, last = self.first, self.last
        return first.year == last.year and (first, last) == (
            date(first.year, 1, 1),
            date(first.year, 12, 31),
        )


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line of the register, in the current language."""

    id: int
    number: str
    found_on: date
    place: str
    what: str
    kind: Kind
    level: Level
    legal_class: LegalClass
    owner: str
    measures: str
    fix_by: date | None
    status: Status
    closed_on: date | None
    inspector: str
    funds_yuan: int | None


def notice(
    session: Session, actor: Actor, number: str, *, now: datetime
) -> tuple[HazardDetail, str]:
    """A hazard and the basis it rests on, for its notice; the owner may print it too."""
    found = get(session, actor, number, now=now)
    if not found.may_print:
        raise NotAllowed(who=WHO_MAY)
    return found, basis(session, actor.site_id, found)


def basis(session: Session, site_id: int, hazard: HazardDetail) -> str:
    """Where it was noticed and which article asks for it, as far as the record says."""
    if hazard.inspection is not None:
        one = hazard.inspection
        return _(
            "{authority}, {number}", authority=one.authority, number=one.number or _("no number")
        )
    rules = (feature.rule_behind for feature in features() if feature.rule_behind)
    if hazard.source:
        told = (rule(session, site_id, hazard.source) for rule in rules)
        if behind := next(filter(None, told), ""):
            return behind
    if hazard.kind == Kind.SERVICE:
        return _("Rules of the hall")
    if hazard.origin == Origin.PUBLIC:
        return _("Reported by the public; Work Safety Law, art. 46")
    return _("Reported by staff; Work Safety Law, art. 59")


def register(session: Session, actor: Actor, filters: RegisterFilters) -> list[RegisterRow]:
    """The register as it stands now, in the order in which it was written."""
    return rows_of(session, actor.site_id, actor.timezone, _conditions(actor, filters))


def register_counts(session: Session, actor: Actor, filters: RegisterFilters) -> tuple[int, int]:
    """How many hazards and how many service points the register would list."""
    rows = session.execute(
        select(Hazard.kind, func.count()).where(*_conditions(actor, filters)).group_by(Hazard.kind)
    )
    found = {str(kind): count for kind, count in rows}
    return found.get(Kind.SAFETY, 0), found.get(Kind.SERVICE, 0)


def _conditions(actor: Actor, filters: RegisterFilters) -> list[Any]:
    reach = actor.reach(Permission.PAPERS)
    if filters.window_id is not None or filters.common:
        actor.require(Permission.PAPERS, window_id=filters.window_id, who=WHO_MAY)
    elif not (reach.site or reach.windows):
        raise NotAllowed(who=WHO_MAY)
    conditions: list[Any] = [within(actor, Permission.PAPERS), *_narrowed(filters)]
    return conditions + between(filters.first, filters.last, actor.timezone)


def between(first: date, last: date, timezone: str) -> list[Any]:
    """Registered from one local day to another."""
    start = clock.at_local(first, time(), timezone)
    end = clock.at_local(last + timedelta(days=1), time(), timezone)
    return [Hazard.registered_at >= start, Hazard.registered_at < end]


def rows_of(
    session: Session,
    site_id: int,
    timezone: str,
    conditions: Sequence[Any],
    most: int | None = None,
) -> list[RegisterRow]:
    """Hazards as lines of a register; with `most` only the latest ones."""
    query = select(Hazard).where(*conditions)
    if most is not None:
        query = query.order_by(Hazard.registered_at.desc(), Hazard.id.desc()).limit(most)
    hazards = sorted(session.scalars(query).all(), key=lambda one: (one.registered_at, one.id))
    inspectors = _inspectors(session, [one.id for one in hazards if one.status == Status.CLOSED])
    people = {one.owner_id for one in hazards} | set(inspectors.values())
    names = accounts.names(session, sorted(one for one in people if one))
    places = place_names(session, site_id)
    return [
        RegisterRow(
            id=one.id,
            number=one.number,
            found_on=clock.local_day(one.registered_at, timezone),
            place=places.text(one.window_id, one.location_id, one.place),
            what=bilingual(one.what, one.what_en),
            kind=Kind(one.kind),
            level=Level(one.level),
            legal_class=LegalClass(one.legal_class),
            owner=names.get(one.owner_id or 0, ""),
            measures=one.measures,
            fix_by=one.fix_by,
            status=Status(one.status),
            closed_on=clock.local_day(one.closed_at, timezone) if one.closed_at else None,
            inspector=names.get(inspectors.get(one.id) or 0, ""),
            funds_yuan=one.funds_yuan,
        )
        for one in hazards
    ]


def pictures(
    session: Session, ids: Sequence[int]
) -> tuple[dict[int, tuple[str, datetime]], dict[int, tuple[str, datetime]]]:
    """By hazard, the first picture of the problem and the last one of the fix: key and moment."""
    before: dict[int, tuple[str, datetime]] = {}
    after: dict[int, tuple[str, datetime]] = {}
    for batch in _batches(ids):
        rows = session.execute(
            select(HazardPhoto.hazard_id, HazardPhoto.phase, HazardPhoto.key, HazardPhoto.at)
            .where(HazardPhoto.hazard_id.in_(batch))
            .order_by(HazardPhoto.id)
        )
        for hazard_id, phase, key, at in rows:
            if phase == Phase.BEFORE:
                before.setdefault(hazard_id, (key, at))
            else:
                after[hazard_id] = (key, at)
    return before, after


def _narrowed(filters: RegisterFilters) -> list[Any]:
    found: list[Any] = []
    if filters.window_id is not None:
        found.append(Hazard.window_id == filters.window_id)
    elif filters.common:
        found.append(Hazard.window_id.is_(None))
    if filters.level:
        found.append(Hazard.level == filters.level)
    if filters.state == RegisterState.OPEN:
        found.append(IS_OPEN)
    elif filters.state == RegisterState.CLOSED:
        found.append(Hazard.closed_at.is_not(None))
    return found


def _inspectors(session: Session, ids: Sequence[int]) -> dict[int, int | None]:
    """Who accepted the fix, by hazard."""
    found: dict[int, int | None] = {}
    for batch in _batches(ids):
        rows = session.execute(
            select(HazardStep.hazard_id, HazardStep.actor_id).where(
                HazardStep.hazard_id.in_(batch), HazardStep.step == Step.ACCEPT
            )
        )
        for hazard_id, actor_id in rows:
            found[hazard_id] = actor_id
    return found


def _batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))
