"""What training gives to the papers for an inspector: chapter 8, and certificates in chapter 11."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.training.coverage import add_months
from drills.training.documents.matrix_paper import coverage_blocks
from drills.training.documents.paper import course_name, hours_text, short
from drills.training.grid import Light
from drills.training.models import Purpose, Result, SessionStatus, Source, TrainingFile
from drills.training.models import TrainingSession as Held
from drills.training.sections import overrides_table
from drills.training.service.courses import list_courses
from drills.training.service.gate_keeping import overrides
from drills.training.service.matrix import coverage_of, row_of, standing
from drills.training.service.upcoming import attended
from drills.training.service.views import ResultRow, results
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.feature import Chapter
from safety_app.core.i18n import _, moment_text, ngettext
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Table
from safety_app.workplace import service as workplace

MONTHS: Final = 12
MOST: Final = 100
MOST_SCANS: Final = 60
NAMED: Final = 10
SIGN_IN, CERTIFICATE = "training", "certificate"
"""The kinds of papers on file that records of the hall's own stand for."""


def stands_for(session: Session, site_id: int) -> frozenset[str]:
    """Sign-in and results once there are results, certificates once there is one."""
    sources = set(
        session.scalars(
            select(Result.source)
            .where(Result.site_id == site_id, Result.superseded_at.is_(None))
            .distinct()
        )
    )
    found = {SIGN_IN} if sources else set()
    return frozenset(found | ({CERTIFICATE} if Source.CERTIFICATE in sources else set()))


def training(session: Session, site_id: int, now: datetime) -> Chapter:
    """Coverage today, the sessions of a year with their signed sheets, exceptions."""
    if not stands_for(session, site_id):
        return Chapter()
    zone = workplace.site(session, site_id).timezone
    today = clock.local_day(now, zone)
    first = add_months(today, -MONTHS)
    held = _held(session, site_id, first, today, zone)
    exceptions = tuple(
        one
        for one in overrides(session, site_id, first, today, zone=zone)
        if one.was_in_force and one.last >= first
    )
    blocks: list[Block] = [
        Heading(_("Coverage on {day}", day=short(today))),
        *coverage_blocks(coverage_of(standing(session, site_id, today))),
        Heading(_("Training sessions of the last 12 months")),
        *_sessions(session, site_id, held, zone),
    ]
    if exceptions:
        blocks += [Heading(_("Emergency exceptions")), overrides_table(exceptions)]
    scans, captions = _sheets(session, held, zone)
    return Chapter(
        blocks=tuple(blocks),
        scans=scans,
        captions=captions,
        shortfalls=tuple(_shortfalls(session, site_id, today)),
    )


def certificates(session: Session, site_id: int, now: datetime) -> Chapter:
    """Certificates of those who work here that are valid, with their scans."""
    today = clock.local_day(now, workplace.site(session, site_id).timezone)
    people = {one.id: one for one in accounts.staffing(session, site_id) if one.is_active}
    found = [
        one
        for one in results(session, site_id, user_ids=list(people), standing_only=True)
        if one.source is Source.CERTIFICATE and one.passed
    ]
    if not found:
        return Chapter()
    columns = (
        Column(_("Name"), 1.0),
        Column(_("Course"), 2.0),
        Column(_("Number on the certificate"), 1.6),
        Column(_("Issuing body"), 1.8),
        Column(_("Issued on"), 1.1),
        Column(_("Valid until"), 1.1),
    )
    rows = tuple(
        (people[one.user_id].display_name, course_name(one.course), one.certificate, one.issuer,
         short(one.on), short(one.valid_until) if one.valid_until else _("no end"))
        for one in found
    )  # fmt: skip
    files = [
        (file.id, people[one.user_id].display_name, one) for one in found for file in one.files
    ]
    ended = [one for one in found if one.valid_until and one.valid_until < today]
    return Chapter(
        blocks=(Heading(_("Certificates of those who work here")), Table(columns, rows)),
        scans=tuple(file_id for file_id, _name, _one in files[:MOST_SCANS]),
        captions={id_: f"{name} {course_name(one.course)}" for id_, name, one in files},
        shortfalls=tuple(_ended(ended)),
    )


def _ended(ended: list[ResultRow]) -> Iterator[str]:
    if ended:
        yield ngettext("{n} certificate has expired.", "{n} certificates have expired.", len(ended))


def _held(session: Session, site_id: int, first: date, last: date, zone: str) -> list[Held]:
    start = clock.month_bounds(first.year, first.month, zone)[0]
    query = select(Held).where(
        Held.site_id == site_id, Held.status == SessionStatus.HELD, Held.starts_at >= start
    )
    rows = session.scalars(query.order_by(Held.starts_at.desc(), Held.id.desc()))
    return [one for one in rows if first <= clock.local_day(one.starts_at, zone) <= last]


def _sessions(session: Session, site_id: int, held: list[Held], zone: str) -> list[Block]:
    if not held:
        return [Note(_("No session was held in this time."))]
    courses = {one.id: one for one in list_courses(session, site_id, active=False)}
    columns = (
        Column(_("Time"), 1.8),
        Column(_("Course"), 2.2),
        Column(_("Place"), 1.5),
        Column(_("Trainer"), 1.3),
        Column(_("Hours"), 0.9, "right"),
        Column(_("Attended"), 0.8, "right"),
    )
    rows = tuple(
        (moment_text(one.starts_at, zone, year=True), course_name(courses[one.course_id]),
         one.place, one.trainer, hours_text(one.hours), str(len(attended(session, one.id))))
        for one in held[:MOST]
    )  # fmt: skip
    blocks: list[Block] = [Table(columns, rows)]
    if len(held) > MOST:
        blocks.append(Note(_("The latest {shown} of {all}.", shown=MOST, all=len(held))))
    said = _("The record of each session, with signatures and results, is printed from it.")
    return [*blocks, Note(said)]


def _sheets(
    session: Session, held: list[Held], zone: str
) -> tuple[tuple[int, ...], dict[int, str]]:
    """The signed sheets of the latest sessions, each with what it is of."""
    when = {one.id: moment_text(one.starts_at, zone, year=True) for one in held[:MOST]}
    query = (
        select(TrainingFile.file_id, TrainingFile.session_id)
        .where(TrainingFile.session_id.in_(when), TrainingFile.purpose == Purpose.SIGN_IN)
        .order_by(TrainingFile.session_id.desc(), TrainingFile.id)
    )
    rows = session.execute(query).all()[:MOST_SCANS]
    captions = {
        file_id: _("Training sign-in sheet, {when}", when=when[session_id])
        for file_id, session_id in rows
        if session_id is not None
    }
    return tuple(captions), captions


def _shortfalls(session: Session, site_id: int, today: date) -> Iterator[str]:
    """Who lacks something today, as the records themselves show."""
    found = standing(session, site_id, today)
    worst = found.grid.worst()
    names = [
        row.person.display_name
        for number, user_id in enumerate(found.grid.user_ids)
        if worst[number] >= Light.EXPIRED and (row := row_of(found, user_id))
    ]
    if not names:
        return
    said = _(", ").join(names[:NAMED])
    if len(names) > NAMED:
        said = _("{names} and {n} more", names=said, n=len(names) - NAMED)
    yield ngettext(
        "{n} person lacks a training: {names}.", "{n} people lack a training: {names}.",
        len(names), names=said,
    )  # fmt: skip
