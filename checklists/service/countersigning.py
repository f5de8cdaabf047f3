"""The second signature: what waits for whom, and signing one sheet or a day's at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from checklists.errors import (
    NoSheets,
    NotSubmitted,
    NotYourCountersignature,
    OpenOneByOne,
    OwnSheet,
    SeveralDays,
)
from checklists.models import (
    Answer,
    Countersignature,
    CountersignedRun,
    Finding,
    Kind,
    LateEntry,
    Run,
    Task,
    Template,
    TemplatePart,
)
from checklists.permissions import Permission
from checklists.service import rights
from checklists.service.spans import LONGEST_PERIOD
from checklists.service.supervising import Supervision, Whose, may_give, rungs_of
from safety_app.accounts import service as accounts
from safety_app.accounts.service import Drawn, Typed
from safety_app.core import clock, journal
from safety_app.core.access import ROLE_NAMES, Actor, Role
from safety_app.core.errors import NotFound, TextTooLong
from safety_app.core.i18n import N_, _, bilingual
from safety_app.core.text import plain
from safety_app.workplace import service as workplace

REMARK_LIMIT: Final = 200


class Flag(StrEnum):
    """Why a sheet is opened and signed by itself."""

    PROBLEM = "problem"
    LATE = "late"
    BESIDE = "beside"
    CHECK = "check"


FLAG_NAMES: Final = {
    Flag.PROBLEM: N_("Problem found"),
    Flag.LATE: N_("Done late"),
    Flag.BESIDE: N_("Entries kept beside it"),
    Flag.CHECK: N_("Check: look through it"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A submitted sheet as the second signer sees it in the list."""

    run_id: int
    task_id: int
    title: str
    kind: Kind
    part_name: str
    subject: str
    window_id: int | None
    on_date: date
    submitted_at: datetime
    submitted_by: int
    submitted_by_name: str
    rung: Role
    flags: tuple[Flag, ...]

    @property
    def name(self) -> str:
        """The sheet in a few words."""
        is_check = self.kind is Kind.CHECK
        return f"{self.subject} · {self.title if is_check else self.part_name}"


@dataclass(frozen=True, slots=True)
class Second:
    """A second signature as it is shown: who, when, the ink, and what was remarked."""

    user_id: int
    name: str
    at: datetime
    signature: str
    remark: str


def waiting(session: Session, actor: Actor, *, now: datetime) -> list[Sheet]:
    """Sheets that wait for this person's second signature, the earliest day first."""
    rows = _owed(session, actor, now)
    return _shown(session, actor, rows)


def count_waiting(session: Session, actor: Actor, *, now: datetime) -> int:
    """How many sheets wait for this person."""
    return len(_owed(session, actor, now))


def latest(session: Session, site_id: int) -> int:
    """The id of the newest second signature; what waits changes with it."""
    query = select(func.max(Countersignature.id)).where(Countersignature.site_id == site_id)
    return session.scalar(query) or 0


def waits_since(now: datetime, timezone: str) -> datetime:
    """Sheets are waited for from the first of last month: the record of a month is signed soon
    after its end, and a signature after that would vouch for what nobody remembers. It can still
    be given on the sheet itself; until then the sheet is told as not countersigned.
    """
    first = clock.local_day(now, timezone).replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    return clock.month_bounds(before.year, before.month, timezone)[0]


def countersign(
    session: Session,
    actor: Actor,
    run_ids: Iterable[int],
    *,
    signature: Drawn | Typed,
    remark: str = "",
    now: datetime,
) -> list[int]:
    """Sign one sheet, or all unflagged ones of a day; returns those signed by this call.

    A sheet that bears a second signature already is passed over, so that pressing twice, or two
    people at once, make one signature.
    """
    journal.lock(session)
    wanted = sorted(set(run_ids))
    rows = _rows(session, actor, Run.id.in_(wanted))
    if not wanted:
        raise NoSheets()
    if len(rows) != len(wanted):
        raise NotFound()
    supervision = Supervision(session, actor.site_id, clock.local_day(now, actor.timezone))
    for row in rows:
        _check(session, actor, row, supervision)
    sheets = _shown(session, actor, rows, supervision)
    if len({one.on_date for one in sheets}) > 1:
        raise SeveralDays()
    flagged = next((one for one in sheets if one.flags), None)
    if len(sheets) > 1 and flagged:
        raise OpenOneByOne(sheet=flagged.name)
    remark = " ".join(plain(remark).split())
    if len(remark) > REMARK_LIMIT:
        raise TextTooLong(field=N_("Remark"), limit=REMARK_LIMIT)
    kept = accounts.keep_signature(session, actor.user_id, signature)
    signed = seconds(session, wanted)
    left = [row for row in rows if row.Run.id not in signed]
    if left:
        sign_runs(session, actor, [row.Run for row in left], kept, remark, now)
    return [row.Run.id for row in left]


def seconds(session: Session, run_ids: Iterable[int]) -> dict[int, Second]:
    """The second signatures under some sheets, by run."""
    rows = session.execute(
        select(CountersignedRun.run_id, Countersignature)
        .join(Countersignature, Countersignature.id == CountersignedRun.countersignature_id)
        .where(CountersignedRun.run_id.in_(sorted(set(run_ids))))
    ).all()
    names = accounts.names(session, {row.Countersignature.user_id for row in rows})
    return {
        row.run_id: Second(
            row.Countersignature.user_id,
            names.get(row.Countersignature.user_id, "–"),
            row.Countersignature.at,
            row.Countersignature.signature,
            row.Countersignature.remark,
        )
        for row in rows
    }


def find_sheet(session: Session, actor: Actor, run_id: int) -> Sheet | None:
    """A submitted sheet with what its second signer should know."""
    rows = _rows(session, actor, and_(Run.id == run_id, Run.submitted_at.is_not(None)))
    rows = [row for row in rows if rights.may(session, actor, Permission.VIEW, row.Task)]
    found = _shown(session, actor, rows)
    return found[0] if found else None


def may_countersign(session: Session, actor: Actor, sheet: Sheet) -> bool:
    """Whether this person may put the second signature under a sheet."""
    row = _rows(session, actor, Run.id == sheet.run_id)[0]
    whose = _whose(row, Supervision(session, actor.site_id), actor.timezone)
    return _may_give(actor, row, whose)


@dataclass(frozen=True, slots=True)
class Support:
    """How the second signature under a sheet stands: given, or whose it is."""

    second: Second | None
    rung: Role
    may_sign: bool


def support(session: Session, actor: Actor, run_ids: Sequence[int]) -> dict[int, Support]:
    """How the second signatures under submitted sheets stand, for this person."""
    rows = _rows(session, actor, Run.id.in_(run_ids), Run.submitted_at.is_not(None))
    if not rows:
        return {}
    given, supervision = seconds(session, run_ids), Supervision(session, actor.site_id)
    found = {}
    for row in rows:
        whose = _whose(row, supervision, actor.timezone)
        second = given.get(row.Run.id)
        may = second is None and _may_give(actor, row, whose)
        found[row.Run.id] = Support(second, whose.rung, may)
    return found


def rung_text(rung: Role) -> str:
    """Whose signature is waited for, in words."""
    return _(ROLE_NAMES[rung])


def _rows(session: Session, actor: Actor, *where: ColumnElement[bool]) -> Sequence[Any]:
    return session.execute(
        select(
            Run,
            Task,
            TemplatePart.name,
            TemplatePart.name_en,
            Template.title,
            Template.title_en,
            Template.kind,
            Template.countersigner,
        )
        .join(Task, Task.id == Run.task_id)
        .join(TemplatePart, TemplatePart.id == Run.part_id)
        .join(Template, Template.id == TemplatePart.template_id)
        .where(Run.site_id == actor.site_id, *where)
        .order_by(Task.due_on, Run.window_id, Task.opens_at, Run.id)
        .execution_options(populate_existing=True)
    ).all()


def _owed(session: Session, actor: Actor, now: datetime) -> list[Any]:
    """Rows of `_rows` that wait for this person and for nobody else."""
    if not actor.may_somewhere(Permission.COUNTERSIGN):
        return []
    supervision = Supervision(session, actor.site_id, clock.local_day(now, actor.timezone))
    since = waits_since(now, actor.timezone)
    signed = select(CountersignedRun.run_id).where(CountersignedRun.run_id == Run.id).exists()
    rows = _rows(
        session,
        actor,
        Run.submitted_at >= since,
        Run.submitted_at <= now,
        Run.submitted_by != actor.user_id,
        ~signed,
        # A task of this time is of this year's periods: the index of a lead's windows serves.
        Task.on_date >= clock.local_day(since, actor.timezone) - LONGEST_PERIOD,
        supervision.owed(actor),
    )
    owed = [(row, _whose(row, supervision, actor.timezone)) for row in rows]
    return [
        row
        for row, whose in owed
        if whose.rung in rungs_of(actor, row.Run.window_id) and _may_give(actor, row, whose)
    ]


def _whose(row: Any, supervision: Supervision, timezone: str) -> Whose:
    run, day = row.Run, clock.local_day(row.Run.submitted_at, timezone)
    return supervision.whose(
        row.countersigner, Kind(row.kind), run.window_id, run.submitted_by, run.companion_id, day
    )


def _may_give(actor: Actor, row: Any, whose: Whose) -> bool:
    run = row.Run
    return may_give(actor, whose, run.window_id, run.submitted_by, run.companion_id)


def _check(session: Session, actor: Actor, row: Any, supervision: Supervision) -> None:
    """Raise unless this person may put the second signature under this sheet."""
    if not rights.may(session, actor, Permission.VIEW, row.Task):
        raise NotFound()
    if row.Run.submitted_at is None:
        raise NotSubmitted()
    whose = _whose(row, supervision, actor.timezone)
    if _may_give(actor, row, whose):
        return
    if actor.user_id in (row.Run.submitted_by, row.Run.companion_id):
        raise OwnSheet()
    raise NotYourCountersignature(who=ROLE_NAMES[whose.rung])


def sign_runs(
    session: Session, actor: Actor, runs: Sequence[Run], kept: str, remark: str, now: datetime
) -> None:
    """Put a kept signature under runs; who calls has asked whether this person may."""
    made = Countersignature(
        site_id=actor.site_id, user_id=actor.user_id, at=now, signature=kept, remark=remark
    )
    session.add(made)
    session.flush()
    session.add_all(CountersignedRun(run_id=run.id, countersignature_id=made.id) for run in runs)
    session.flush()
    facts = {"signature": kept, "remark": remark, "runs": _digests(session, runs)}
    journal.write(
        session, actor, "checklists:countersign", "countersignature", made.id, now=now, facts=facts
    )


def _digests(session: Session, runs: Sequence[Run]) -> list[list[Any]]:
    """What was signed: the answers, the first signature, and the exceptions of each sheet."""
    rows = session.execute(
        select(
            Finding.run_id,
            Finding.item_id,
            Finding.value,
            Finding.disposal,
            Finding.note,
            Finding.hazard_number,
        )
        .where(Finding.run_id.in_([run.id for run in runs]))
        .order_by(Finding.id)
    ).all()
    found: list[list[Any]] = []
    for run in runs:
        facts = {
            "answers": run.answers,
            "signature": run.signature,
            "submitted": [run.submitted_by, run.submitted_at],
            "findings": [list(row[1:]) for row in rows if row.run_id == run.id],
        }
        found.append([run.id, journal.digest(facts)])
    return found


def _flags(session: Session, rows: Sequence[Any]) -> dict[int, tuple[Flag, ...]]:
    ids = [row.Run.id for row in rows]
    failed = set(
        session.scalars(
            select(Finding.run_id).where(Finding.run_id.in_(ids), Finding.value == Answer.FAIL)
        )
    )
    beside = set(session.scalars(select(LateEntry.run_id).where(LateEntry.run_id.in_(ids))))
    return {
        row.Run.id: tuple(
            flag
            for flag, holds in (
                (Flag.PROBLEM, row.Run.id in failed),
                (Flag.LATE, row.Run.submitted_at and row.Run.submitted_at > row.Task.due_at),
                (Flag.BESIDE, row.Run.id in beside),
                (Flag.CHECK, row.kind == Kind.CHECK),
            )
            if holds
        )
        for row in rows
    }


def _shown(
    session: Session, actor: Actor, rows: Sequence[Any], supervision: Supervision | None = None
) -> list[Sheet]:
    if not rows:
        return []
    supervision = supervision or Supervision(session, actor.site_id)
    flags = _flags(session, rows)
    windows = workplace.window_names(session, actor.site_id)
    locations = workplace.location_names(session, actor.site_id)
    names = accounts.names(session, {row.Run.submitted_by for row in rows})
    return [
        Sheet(
            run_id=row.Run.id,
            task_id=row.Task.id,
            title=bilingual(row.title, row.title_en),
            kind=Kind(row.kind),
            part_name=bilingual(row.name, row.name_en),
            subject=windows.get(row.Run.window_id or 0)
            or locations.get(row.Run.location_id or 0, ""),
            window_id=row.Run.window_id,
            on_date=clock.local_day(row.Run.submitted_at, actor.timezone),
            submitted_at=row.Run.submitted_at,
            submitted_by=row.Run.submitted_by,
            submitted_by_name=names.get(row.Run.submitted_by, "–"),
            rung=_whose(row, supervision, actor.timezone).rung,
            flags=flags[row.Run.id],
        )
        for row in rows
    ]
