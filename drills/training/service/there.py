"""Who served on which days, as it was then: also who has left or moved since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from checklists import service as checklists
from drills.training.coverage import DAY
from drills.training.needs import Worker
from drills.training.service.people import people
from safety_app.accounts import service as accounts
from safety_app.core.access import Role
from safety_app.core.feature import Period
from safety_app.workplace import service as workplace


def served(
    session: Session, site_id: int, window_id: int | None, period: Period, last: date
) -> dict[int, set[date]]:
    """The days on which people were on duty while it was open, or signed a sheet; by person.

    Of a window or of the hall. Where nobody was named, it is everybody who belonged to the window
    on the day.
    """
    crew = people(session, site_id, period.first).workers.values()
    everybody = accounts.list_people(session, site_id, active=False)
    roster = workplace.roster(session, site_id, period.first, last, everybody, today=last + DAY)
    places: Sequence[int | None] = [window_id]
    if window_id is None:
        places = [None, *(one.id for one in workplace.list_windows(session, site_id, active=False))]
    changes = _changes(crew)
    found: dict[int, set[date]] = {}
    of_day = None
    for on, day in sorted(workplace.days(session, site_id, period.first, last).items()):
        if of_day is None or on in changes:
            of_day = replace(roster, teams=_teams(crew, on))
        if day.is_open:
            for user_id in set().union(*(of_day.on_duty(on, place) for place in places)):
                found.setdefault(user_id, set()).add(on)
    for on, user_id in checklists.signed(session, site_id, window_id, period):
        if on <= last:
            found.setdefault(user_id, set()).add(on)
    return found


def _changes(crew: Iterable[Worker]) -> set[date]:
    """The days on which somebody comes, goes, or becomes something else."""
    stays = [stay for one in crew for stay in one.stays]
    ends = {stay.last + DAY for stay in stays if stay.last < date.max}
    return {stay.first for stay in stays} | ends


def _teams(crew: Iterable[Worker], on: date) -> Mapping[int | None, frozenset[int]]:
    """Everybody of each window on a day; the safety officers for the common areas."""
    found: dict[int | None, set[int]] = {}
    for one in crew:
        stay = next((stay for stay in one.stays if stay.first <= on <= stay.last), None)
        if stay is None:
            continue
        for place in (*stay.windows, *((None,) if Role.OFFICER in stay.roles else ())):
            found.setdefault(place, set()).add(one.user_id)
    return {place: frozenset(team) for place, team in found.items()}
