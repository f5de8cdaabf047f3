"""What scored sheets of things said, for the features that own the things."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.flows import Found
from checklists.models import NA_REASON_NAMES, Answer, Disposal, Run, TemplateItem
from checklists.service.findings import load_findings
from checklists.templates import source_text
from hazards.service import Level, Outcome, outcomes
from safety_app.accounts import service as accounts
from safety_app.core.i18n import _, bilingual


@dataclass(frozen=True, slots=True)
class Scored:
    """One item of a sheet: its points, or why it does not count (`reason`).

    A problem has a note and a hazard, or was given as a task to the feature that owns the thing.
    """

    code: str
    text: str
    full_mark: str
    points: int | None
    reason: str
    note: str
    is_problem: bool
    problem: str
    level: Level
    days: int
    source: str
    is_task: bool
    hazard: Outcome | None
    photos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """A problem noticed beside the list."""

    what: str
    note: str
    hazard: Outcome | None
    photos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoredSheet:
    """A sheet of scores, in the order of its items; `at` is when it was signed.

    One that nobody signed was last answered `at`, and `by` is who began it.
    """

    run_id: int
    at: datetime
    by_id: int
    by: str
    signature: str
    items: tuple[Scored, ...]
    others: tuple[Other, ...]


def scored_sheets(session: Session, site_id: int, subjects: Sequence[str]) -> list[ScoredSheet]:
    """All submitted sheets of some things, the newest first."""
    runs = session.scalars(
        select(Run)
        .where(
            Run.site_id == site_id, Run.subject.in_(subjects), Run.submitted_at.is_not(None)
        )
        .order_by(Run.submitted_at.desc(), Run.id.desc())
    ).all()  # fmt: skip
    return _sheets(session, site_id, runs)


def scored_sheet(session: Session, site_id: int, run_id: int) -> ScoredSheet | None:
    """One sheet, submitted or left behind."""
    run = session.get(Run, run_id)
    if run is None or run.site_id != site_id:
        return None
    return _sheets(session, site_id, [run])[0]


def _sheets(session: Session, site_id: int, runs: Sequence[Run]) -> list[ScoredSheet]:
    found = load_findings(session, [run.id for run in runs])
    became = outcomes(
        session, site_id, [one.finding.hazard_id for some in found.values() for one in some]
    )
    names = accounts.names(session, {run.submitted_by or run.opened_by for run in runs})
    items: dict[int, list[TemplateItem]] = {}
    query = select(TemplateItem).where(TemplateItem.part_id.in_({run.part_id for run in runs}))
    for item in session.scalars(query.order_by(TemplateItem.position)):
        items.setdefault(item.part_id, []).append(item)
    return [
        _sheet(run, items.get(run.part_id, []), found.get(run.id, []), became, names)
        for run in runs
    ]


def _sheet(
    run: Run,
    items: Sequence[TemplateItem],
    found: Sequence[Found],
    became: dict[int, Outcome],
    names: dict[int, str],
) -> ScoredSheet:
    by_item = {one.finding.item_id: one for one in found if one.item}
    others = tuple(
        Other(one.finding.what, one.finding.note, became.get(one.finding.hazard_id or 0),
              _photos(one))
        for one in found
        if one.item is None and one.is_problem
    )  # fmt: skip
    return ScoredSheet(
        run_id=run.id,
        at=run.submitted_at or run.last_answer_at or run.opened_at,
        by_id=run.submitted_by or run.opened_by,
        by=names.get(run.submitted_by or run.opened_by, "–"),
        signature=run.signature,
        items=tuple(_scored(run, item, by_item.get(item.id), became) for item in items),
        others=others,
    )


def _scored(
    run: Run, item: TemplateItem, found: Found | None, became: dict[int, Outcome]
) -> Scored:
    finding = found.finding if found else None
    is_problem = found is not None and found.is_problem
    reason = finding.reason if finding else ""
    return Scored(
        code=item.code,
        text=bilingual(item.text, item.text_en),
        full_mark=bilingual(item.hint, item.hint_en),
        points=Answer(run.answers[item.position]).points,
        reason=_(NA_REASON_NAMES.get(reason, reason)) if reason else "",
        note=finding.note if finding else "",
        is_problem=is_problem,
        problem=bilingual(item.problem, item.problem_en),
        level=Level(item.level),
        days=item.days,
        source=source_text(item.source),
        is_task=is_problem and found is not None and found.disposal is Disposal.TASK,
        hazard=became.get(finding.hazard_id or 0) if finding and is_problem else None,
        photos=_photos(found) if found else (),
    )


def _photos(found: Found) -> tuple[str, ...]:
    return tuple(photo.key for photo in found.photos)
