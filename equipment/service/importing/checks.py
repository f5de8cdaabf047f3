"""A list held against itself and against the hall: what is wrong, what is new, what changes."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from equipment.service import facts
from equipment.service.importing.known import Known
from equipment.service.importing.lines import Plan
from equipment.service.importing.matching import Matcher
from equipment.service.importing.notes import Notes
from equipment.service.importing.reading import Listed, require_import
from equipment.service.importing.rows import RowReader
from equipment.service.places import places
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.intake import Problem


def plan_import(
    session: Session, actor: Actor, found: Listed, *, again: bool = False, now: datetime
) -> Plan:
    """What an import of this list would do, and everything that is wrong with it.

    Rows without a code that came in before are left alone, unless they are wanted `again`.
    """
    require_import(actor)
    ground = facts.ground(session, actor.site_id)
    named = places(session, actor.site_id)
    notes = Notes(found.problems)
    today: date = clock.local_day(now, actor.timezone)
    known = Known(session, ground)
    reader = RowReader(known, notes, named, today)
    lines = [reader.line(said) for said in found.rows]
    Matcher(known, notes, named, today, again=again).match(lines)
    order = {sheet: at for at, sheet in enumerate(dict.fromkeys(row.sheet for row in found.rows))}
    return Plan(
        lines=tuple(lines),
        problems=_sorted(notes.problems, order),
        hints=_sorted(notes.hints, order),
        unknown=found.unknown,
        skipped=found.skipped,
        missing_places=dict(reader.missing_places.most_common()),
    )


def _sorted(found: Iterable[Problem], order: dict[str, int]) -> Sequence[Problem]:
    return tuple(sorted(found, key=lambda one: (order.get(one.sheet, 0), one.row or 0)))
