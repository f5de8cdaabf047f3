"""Inspections by authorities: recorded with what they found, and replied to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.errors import (
    AlreadyReplied,
    FindingAfterReply,
    InspectionDaysWrong,
    ReplyDayWrong,
    TooManyFindings,
)
from hazards.models import (
    AuthorityFile,
    AuthorityInspection,
    Category,
    LegalClass,
    Level,
    Origin,
)
from hazards.service.inspection_views import check_may, load_inspection
from hazards.service.registering import report
from safety_app.core import clock, files, journal
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, day_text
from safety_app.core.text import clean

MOST_FINDINGS: Final = 30


@dataclass(frozen=True, slots=True)
class Finding:
    """What an authority found; without a day of its own it is due when the reply is."""

    what: str
    level: Level = Level.MODERATE
    legal_class: LegalClass = LegalClass.GENERAL
    category: Category = Category.OTHER
    window_id: int | None = None
    location_id: int | None = None
    place: str = ""
    fix_by: date | None = None
    upload_ids: Sequence[int] = ()


def record(
    session: Session,
    actor: Actor,
    *,
    authority: str,
    number: str = "",
    inspected_on: date,
    reply_by: date | None = None,
    summary: str = "",
    file_ids: Sequence[int] = (),
    findings: Sequence[Finding] = (),
    now: datetime,
) -> AuthorityInspection:
    """Record an inspection, its papers and what it found."""
    check_may(actor)
    journal.lock(session)
    if inspected_on > clock.local_day(now, actor.timezone) or (
        reply_by is not None and reply_by < inspected_on
    ):
        raise InspectionDaysWrong()
    found = AuthorityInspection(
        site_id=actor.site_id,
        authority=clean(authority, field=N_("Authority"), limit=100, required=True),
        number=clean(number, field=N_("Document number"), limit=64),
        inspected_on=inspected_on,
        reply_by=reply_by,
        summary=clean(summary, field=N_("Summary"), limit=2000, lines=True),
        recorded_by=actor.user_id,
        recorded_at=now,
    )
    session.add(found)
    session.flush()
    _note(session, actor, "record", found, now, number=found.number, reply_by=str(reply_by))
    _attach(session, actor, found, file_ids, is_reply=False)
    _register(session, actor, found, findings, now)
    return found


def add_findings(
    session: Session,
    actor: Actor,
    inspection_id: int,
    findings: Sequence[Finding],
    *,
    now: datetime,
) -> AuthorityInspection:
    """Register more of what an inspection found."""
    check_may(actor)
    journal.lock(session)
    inspection = load_inspection(session, actor.site_id, inspection_id)
    _register(session, actor, inspection, findings, now)
    return inspection


def add_scans(
    session: Session,
    actor: Actor,
    inspection_id: int,
    file_ids: Sequence[int],
    *,
    is_reply: bool = False,
    now: datetime,
) -> AuthorityInspection:
    """Add papers that came later."""
    check_may(actor)
    journal.lock(session)
    inspection = load_inspection(session, actor.site_id, inspection_id)
    _attach(session, actor, inspection, file_ids, is_reply=is_reply)
    _note(session, actor, "scans", inspection, now, files=sorted(file_ids))
    return inspection


def reply(
    session: Session,
    actor: Actor,
    inspection_id: int,
    *,
    text: str,
    replied_on: date,
    file_ids: Sequence[int] = (),
    now: datetime,
) -> AuthorityInspection:
    """Record what was replied, and when; without words it is no reply."""
    check_may(actor)
    journal.lock(session)
    inspection = load_inspection(session, actor.site_id, inspection_id)
    if inspection.replied_on is not None:
        raise AlreadyReplied(day=day_text(inspection.replied_on, year=True))
    today = clock.local_day(now, actor.timezone)
    if not inspection.inspected_on <= replied_on <= today:
        raise ReplyDayWrong()
    inspection.reply = clean(text, field=N_("Reply"), limit=4000, required=True, lines=True)
    inspection.replied_on, inspection.replied_by = replied_on, actor.user_id
    _attach(session, actor, inspection, file_ids, is_reply=True)
    session.flush()
    _note(session, actor, "reply", inspection, now, replied_on=str(replied_on))
    return inspection


def _register(
    session: Session,
    actor: Actor,
    inspection: AuthorityInspection,
    findings: Sequence[Finding],
    now: datetime,
) -> None:
    if len(findings) > MOST_FINDINGS:
        raise TooManyFindings(limit=MOST_FINDINGS)
    for one in findings:
        report(
            session,
            actor,
            what=one.what,
            level=one.level,
            legal_class=one.legal_class,
            category=one.category,
            origin=Origin.AUTHORITY,
            window_id=one.window_id,
            location_id=one.location_id,
            place=one.place,
            upload_ids=one.upload_ids,
            inspection_id=inspection.id,
            fix_by=_due(inspection, one.fix_by),
            now=now,
        )


def _due(inspection: AuthorityInspection, fix_by: date | None) -> date | None:
    """The finding's own day, never after that of the reply nor before the inspection."""
    if fix_by is None:
        return inspection.reply_by
    if fix_by < inspection.inspected_on:
        raise InspectionDaysWrong()
    if inspection.reply_by is not None and fix_by > inspection.reply_by:
        raise FindingAfterReply(day=day_text(inspection.reply_by, year=True))
    return fix_by


def _attach(
    session: Session,
    actor: Actor,
    inspection: AuthorityInspection,
    file_ids: Sequence[int],
    *,
    is_reply: bool,
) -> None:
    claimed = files.claim(session, actor, file_ids)
    if not claimed:
        return
    known = set(
        session.scalars(
            select(AuthorityFile.file_id).where(AuthorityFile.inspection_id == inspection.id)
        )
    )
    session.add_all(
        AuthorityFile(inspection_id=inspection.id, file_id=one, is_reply=is_reply)
        for one in sorted({file.id for file in claimed} - known)
    )
    session.flush()


def _note(
    session: Session,
    actor: Actor,
    action: str,
    inspection: AuthorityInspection,
    now: datetime,
    **facts: object,
) -> None:
    journal.write(
        session,
        actor,
        f"hazards:inspection_{action}",
        "inspection",
        inspection.id,
        now=now,
        facts=facts,
    )
