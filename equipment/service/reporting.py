"""What the report of safety facilities is made of, for who answers for the hall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from equipment.due import Due
from equipment.kinds import Family, Kind
from equipment.models import Step
from equipment.paper_errors import PaperToCome
from equipment.permissions import Permission
from equipment.service import figures, rules
from equipment.service.asof import AsOf, Stood, register_at
from equipment.service.figures import AHEAD_DAYS, Covered, Gone, Tally
from equipment.service.forecast import Forecast, forecast
from equipment.service.places import Places, places
from equipment.service.stock_figures import StockLine, stock_lines
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import N_
from safety_app.workplace import service as workplace

WHO_MAY: Final = N_("A window lead, the safety officer or the manager")


@dataclass(frozen=True, slots=True)
class Report:
    """The register and its figures at a cut-off; `items` are what was registered then, by code."""

    asof: AsOf
    kinds: Mapping[str, Kind]
    places: Places
    names: Mapping[int, str]
    items: Sequence[Stood]
    whole: Tally
    by_kind: Sequence[tuple[str, Tally]]
    by_place: Sequence[tuple[str, Tally]]
    overdue: Sequence[tuple[Stood, Due]]
    ahead: Sequence[tuple[Stood, Due]]
    gone: Sequence[Gone]
    coverage: Sequence[Covered]
    costs: Mapping[int, Mapping[Step, int]]
    forecast: Forecast
    stocks: Sequence[StockLine]

    @property
    def extinguishers(self) -> list[Stood]:
        """Those that need a file of their own (Order 61, art. 29)."""
        return [one for one in self.items if one.kind.family is Family.EXTINGUISHER]

    def name(self, one: Stood) -> str:
        """Kind and size."""
        return f"{one.kind.display_name} {one.row.size}".strip()

    def place(self, one: Stood) -> str:
        """Where it stands."""
        return self.places.text(*one.place)


def moment_of(session: Session, site_id: int, day: date, now: datetime) -> AsOf:
    """The end of a day that is over, else this moment; raises `PaperToCome`."""
    zone = workplace.site(session, site_id).timezone
    today = clock.local_day(now, zone)
    if day == today:
        return AsOf(now, zone)
    if day > today:
        raise PaperToCome()
    return AsOf(clock.at_local(day + timedelta(days=1), time(), zone), zone)


def report(session: Session, actor: Actor, asof: AsOf) -> Report:
    """The whole hall as it stood."""
    require(actor)
    return report_of(session, actor.site_id, asof)


def require(actor: Actor, window_id: int | None = None) -> None:
    """Raise `NotAllowed` for whoever may not print of a window, or of the whole hall."""
    reach = actor.reach(Permission.REPORT)
    if not (reach.covers(window_id) if window_id else reach.site):
        raise NotAllowed(who=WHO_MAY)


def report_of(session: Session, site_id: int, asof: AsOf) -> Report:
    """The same without asking anybody's permission."""
    every = register_at(session, site_id, asof)
    items = [one for one in every if one.is_registered]
    kinds, named = rules.kinds_of(session, site_id), places(session, site_id)
    plan = forecast(session, site_id, items, asof)
    return Report(
        asof=asof,
        kinds=kinds,
        places=named,
        names=accounts.names(session, sorted(_people(items))),
        items=items,
        whole=figures.tally(items, asof),
        by_kind=_by_kind(items, kinds, asof),
        by_place=_by_place(items, named, asof),
        overdue=figures.overdue(items, asof),
        ahead=figures.due_within(items, asof, AHEAD_DAYS),
        gone=figures.gone(session, site_id, asof, asof.day.replace(month=1, day=1)),
        coverage=figures.coverage(every, asof),
        costs=figures.costs(session, site_id, asof),
        forecast=plan,
        stocks=stock_lines(session, site_id, asof, kinds, named, plan.months),
    )


def _people(items: Sequence[Stood]) -> set[int]:
    """Who inspected last, and who recorded the last service."""
    last = [one.inspections[-1].actor_id for one in items if one.inspections]
    last += [one.last_service.actor_id for one in items if one.last_service]
    return {actor_id for actor_id in last if actor_id is not None}


def _by_kind(
    items: Sequence[Stood], kinds: Mapping[str, Kind], asof: AsOf
) -> list[tuple[str, Tally]]:
    """In the order of the kinds."""
    found = figures.tally_by(items, asof, lambda one: one.kind.code)
    return [(kind.display_name, found[code]) for code, kind in kinds.items() if code in found]


def _by_place(items: Sequence[Stood], named: Places, asof: AsOf) -> list[tuple[str, Tally]]:
    """Windows by code, then areas."""
    found = figures.tally_by(items, asof, lambda one: named.text(*one.place[:2]))
    order = [*named.windows.values(), *named.locations.values()]
    return [(name, found[name]) for name in dict.fromkeys(order) if name in found]
