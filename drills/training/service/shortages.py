"""Who lacks what on which days."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from drills.training.coverage import Span
from drills.training.needs import Rules, Worker, lacking
from drills.training.service.people import People, people
from drills.training.service.proofs import KNOWN, Proofs, covered_throughout, proofs, stands
from drills.training.service.rules import rules as rules_of
from safety_app.core import clock
from safety_app.workplace import service as workplace

FEW: Final = 50
"""Of so many people everything is read at once; of more first who lacks nothing is left out."""
Lacks = Mapping[int, list[Span]]
"""By course the days on which it is lacking."""


@dataclass(frozen=True, slots=True)
class Shortages:
    """By person what they lack; with the people and the passes that were looked at."""

    people: People
    proofs: Proofs
    lacks: Mapping[int, Lacks]


def shortages(
    session: Session,
    site_id: int,
    within: Span,
    user_ids: Collection[int] | None = None,
    *,
    gating: bool = False,
    known_at: datetime | None = None,
    as_known: bool = False,
    as_leads: bool = False,
) -> Shortages:
    """Who lacks which course on which days of `within`; of all requirements, or those that gate.

    By what is known now, or was at a moment; with `as_known` each day by what was known on it;
    with `as_leads` as if everybody in question led a window on these days.
    """
    zone = clock.zone(workplace.site(session, site_id).timezone) if as_known else None
    counts = stands(known_at)
    if zone is not None:  # known on all days: recorded before the first, and never struck
        counts = and_(counts, datetime.combine(within[0], time(), zone) > KNOWN)
    found = rules_of(session, site_id)
    rules = found.gating() if gating else found
    everybody = people(
        session, site_id, within[0], user_ids,
        as_known=as_known, leading_in=[within] if as_leads else (),
    )  # fmt: skip
    breaks = rules.breaks(within)
    doubtful = _doubtful(session, site_id, rules, everybody, within, breaks, counts)
    held = proofs(
        session, site_id, until=within[1], user_ids=[one.user_id for one in doubtful],
        known_at=known_at, zone=zone,
    ) if doubtful else {}  # fmt: skip
    lacks = {
        one.user_id: short
        for one in doubtful
        if (short := lacking(rules, one, held.get(one.user_id, {}), within, breaks))
    }
    return Shortages(everybody, held, lacks)


def _doubtful(
    session: Session,
    site_id: int,
    rules: Rules,
    everybody: People,
    within: Span,
    breaks: frozenset[date],
    counts: ColumnElement[bool],
) -> list[Worker]:
    """Whoever is not plainly covered all the time."""
    workers = everybody.workers.values()
    if len(workers) <= FEW:
        return list(workers)
    sure = {
        course_id: covered_throughout(
            session, site_id, course_id, rules.strictest(course_id, within), *within, counts
        )
        for course_id in rules.courses
    }
    return [one for one in workers if not _is_sure(rules, one, within, breaks, sure)]


def _is_sure(
    rules: Rules,
    worker: Worker,
    within: Span,
    breaks: frozenset[date],
    sure: Mapping[int, set[int]],
) -> bool:
    return all(
        need.since is None and worker.user_id in sure[course_id]
        for first, _last in rules.pieces(worker, within, breaks)
        for course_id, need in rules.needs(worker, first).items()
    )
