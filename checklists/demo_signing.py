"""The demonstration's second signatures, its checks and its paper forms."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import service
from checklists.models import (
    Answer,
    CountersignedRun,
    Finding,
    Kind,
    MissedReason,
    Run,
    Task,
    Template,
    TemplatePart,
)
from checklists.service.countersigning import sign_runs
from checklists.service.supervising import Supervision
from safety_app.accounts import service as accounts
from safety_app.core import clock, files
from safety_app.core.access import Actor, Role
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Site

SIGNED: Final = 0.94
LOOKED_AT: Final = 0.8
BACK: Final = timedelta(days=8)
LEFT_WAITING: Final = timedelta(days=4)
CHECK_FORGOTTEN: Final = 31
POWER_CUT_AGO: Final = 4
INK: Final = service.Drawn(
    strokes=(
        ((60, 70), (120, 50), (140, 150), (80, 160)),
        ((180, 60), (260, 60), (220, 60), (220, 150), (180, 150), (270, 145)),
        ((310, 90), (360, 70), (400, 140), (460, 60)),
    ),
    width=640,
    height=200,
)


def countersign(
    session: Session, site: Site, day: date, until: datetime, random: Random, free: set[int]
) -> None:
    """On the next open morning leads, officers and managers sign what waits for them.

    The last sheets of the `free` windows wait for whoever tries the demonstration.
    """
    now = clock.at_local(day, time(8, 40), site.timezone)
    if now >= until:
        return
    waiting = _unsigned(session, site, now)
    if not waiting:
        return
    supervision = Supervision(session, site.id)
    actors: dict[int, Actor] = {}
    piles: dict[tuple[int, date], list[Run]] = {}
    failed = _failed(session, [row.Run.id for row in waiting])
    for row in waiting:
        run = row.Run
        signer = _signer(supervision, row, site.timezone)
        if signer is None:
            continue
        flagged = run.id in failed or row.kind == Kind.CHECK or run.submitted_at > row.due_at
        is_kept = flagged or run.window_id in free
        if is_kept and until - run.submitted_at < LEFT_WAITING:
            continue
        if flagged and random.random() > LOOKED_AT:
            continue
        on = clock.local_day(run.submitted_at, site.timezone)
        if flagged:
            _sign(session, actors, signer, [run], now)
        else:
            piles.setdefault((signer, on), []).append(run)
    for (signer, _on), runs in piles.items():
        if random.random() < SIGNED:
            _sign(session, actors, signer, runs, now)


def _sign(
    session: Session, actors: dict[int, Actor], signer: int, runs: Sequence[Run], now: datetime
) -> None:
    if signer not in actors:
        actors[signer] = accounts.actor_for(session, signer)
    kept = accounts.keep_signature(session, signer, INK)
    sign_runs(session, actors[signer], runs, kept, "", now)


def _unsigned(session: Session, site: Site, now: datetime) -> Sequence[Any]:
    signed = select(CountersignedRun.run_id).where(CountersignedRun.run_id == Run.id)
    return session.execute(
        select(Run, Task.due_at, Template.kind, Template.countersigner)
        .join(Task, Task.id == Run.task_id)
        .join(TemplatePart, TemplatePart.id == Run.part_id)
        .join(Template, Template.id == TemplatePart.template_id)
        .where(
            Run.site_id == site.id,
            Run.submitted_at >= now - BACK,
            Run.submitted_at < now,
            ~signed.exists(),
        )
        .order_by(Run.id)
    ).all()


def _failed(session: Session, run_ids: Sequence[int]) -> set[int]:
    return set(
        session.scalars(
            select(Finding.run_id).where(Finding.run_id.in_(run_ids), Finding.value == Answer.FAIL)
        )
    )


def _signer(supervision: Supervision, row: Any, timezone: str) -> int | None:
    day = clock.local_day(row.Run.submitted_at, timezone)
    window_id, walker = row.Run.window_id, row.Run.submitted_by
    rung = supervision.rung(row.countersigner, window_id, walker, day)
    barred = {walker, row.Run.companion_id}
    return min(supervision.on(rung, window_id, day) - barred, default=None)


def checks_of(session: Session, site: Site, day: date) -> list[Task]:
    """The checks that fall on this day: each on its own one of the last two weeks of its period."""
    tasks = session.scalars(
        select(Task)
        .join(TemplatePart, TemplatePart.id == Task.part_id)
        .join(Template, Template.id == TemplatePart.template_id)
        .outerjoin(Run, Run.task_id == Task.id)
        .where(
            Task.site_id == site.id,
            Template.kind == Kind.CHECK,
            Task.due_on >= day,
            Task.on_date <= day,
            Run.id.is_(None),
        )
        .order_by(Task.id)
    ).all()
    return [task for task in tasks if _falls(task, day)]


def _falls(task: Task, day: date) -> bool:
    if task.plan_id % CHECK_FORGOTTEN == CHECK_FORGOTTEN - 1:
        return False
    return day >= task.due_on - timedelta(days=5 + task.plan_id % 11)


def power_cut(session: Session, site: Site, day: date, until: datetime) -> dict[int, str]:
    """The windows without power on this day, and the part that was walked on paper."""
    today = clock.local_day(until, site.timezone)
    if not timedelta() < today - day < timedelta(days=14):
        return {}
    if day != workplace.previous_open_day(session, site.id, today - timedelta(POWER_CUT_AGO)):
        return {}
    windows = workplace.list_windows(session, site.id)
    return {windows[at].id: "during" for at in (1, 4)}


def hand_in_paper(
    session: Session, site: Site, day: date, until: datetime, walkers: Mapping[int | None, Any]
) -> None:
    """The morning after the power cut: one form is confirmed, one waits."""
    now = clock.at_local(day, time(9, 10), site.timezone)
    before = workplace.previous_open_day(session, site.id, day - timedelta(days=1))
    cut = power_cut(session, site, before, until)
    if not cut or now >= until:
        return
    for number, (window_id, part) in enumerate(cut.items()):
        task = session.scalars(
            select(Task).where(
                Task.window_id == window_id, Task.due_on == before, Task.part == part
            )
        ).first()
        if task is None or task.closes_at > now:
            continue
        walker: Actor = walkers[window_id][0]
        scan = files.receive(
            session, walker, _scan(number), f"纸质巡查记录{number + 1}.jpg", now=now
        )
        service.explain_missed(
            session, walker, task.id, MissedReason.SYSTEM_DOWN, note="停电", now=now
        )
        form = service.hand_in(
            session, walker, task.id, walked_by=walker.user_id, file_ids=[scan.id],
            note="上午停电，按纸质表巡查", now=now,
        )  # fmt: skip
        lead = accounts.lead_of(session, window_id)
        if number == 1 and lead is not None:
            later = now + timedelta(hours=2)
            if later < until:
                service.confirm(session, accounts.actor_for(session, lead), form.id, now=later)


def _scan(number: int) -> bytes:
    """A drawn picture of a filled-in form."""
    image = Image.new("RGB", (900, 1270), "#fbfaf6")
    pen = ImageDraw.Draw(image)
    pen.rectangle((70, 90, 830, 96), fill="#333333")
    for row in range(9):
        top = 200 + row * 80
        pen.rectangle((70, top, 830, top + 80), outline="#555555", width=2)
        pen.line((620, top, 620, top + 80), fill="#555555", width=2)
        if row < 6:
            pen.line((650, top + 40, 665, top + 58, 700, top + 20), fill="#1d3f91", width=5)
            pen.line((95, top + 42, 95 + 60 * (row % 4 + 4), top + 42), fill="#777777", width=10)
    shift = 20 * number
    pen.line(
        (200 + shift, 1080, 260, 1030, 300, 1100, 360 + shift, 1040, 420, 1090, 480, 1050),
        fill="#1d3f91",
        width=6,
    )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def actor_of(session: Session, site: Site, task: Task) -> Actor | None:
    """Who does a check: the window's lead, or a safety officer."""
    if task.doer == Role.LEAD and task.window_id is not None:
        lead = accounts.lead_of(session, task.window_id)
        return accounts.actor_for(session, lead) if lead else None
    officers = accounts.with_role(session, site.id, Role.OFFICER)
    return accounts.actor_for(session, officers[0]) if officers else None
