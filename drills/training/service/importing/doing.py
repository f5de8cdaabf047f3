"""A list brought in: all of it in one transaction or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from drills.training.errors import ListFaulty, NothingToRecord
from drills.training.models import Purpose, TrainingFile
from drills.training.service.importing.plan import Fate, plan_import
from drills.training.service.importing.reading import Listed, require_import
from drills.training.service.results import Fact, record_many
from safety_app.core import files, journal
from safety_app.core.access import Actor


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    recorded: int
    same: int
    faulty: int


def import_list(
    session: Session,
    actor: Actor,
    found: Listed,
    *,
    scan_ids: Sequence[int] = (),
    only_good: bool = False,
    now: datetime,
) -> Imported:
    """Record what is new; with faulty rows only on explicit request, and then without them.

    Scans of the signed papers are kept with every result of the list, for those who keep records.
    """
    require_import(actor)
    journal.lock(session)
    plan = plan_import(session, actor, found, now=now)
    if plan.is_blocked or (plan.problems and not only_good):
        raise ListFaulty(n=max(1, plan.count(Fate.BAD)))
    fits = [line.fit for line in plan.lines if line.fate is Fate.NEW and line.fit]
    if not fits:
        raise NothingToRecord()
    scans = files.claim(session, actor, scan_ids)
    made = record_many(
        session,
        actor,
        [
            Fact(
                user_id=one.person.id, course=one.course, on=one.on, passed=one.passed,
                score=one.score, out_of=one.out_of, hours=one.hours,
                valid_until=one.valid_until, source=one.source, source_key=one.key,
                certificate=one.certificate, issuer=one.issuer, note=one.note,
            )
            for one in fits
        ],
        site_id=actor.site_id,
        now=now,
    )  # fmt: skip
    kept = [
        {
            "site_id": actor.site_id,
            "file_id": scan.id,
            "purpose": Purpose.BATCH,
            "record_id": record_id,
        }
        for scan in scans
        for record_id in made
    ]
    if kept:
        session.execute(insert(TrainingFile), kept)
    return Imported(len(made), plan.count(Fate.SAME), plan.count(Fate.BAD))
