"""What inspections of things said, for the features that own the things."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.models import Answer, Disposal, Finding, Run, TemplateItem, TemplatePart
from checklists.templates import newest
from safety_app.accounts import service as accounts
from safety_app.core.i18n import _, bilingual


@dataclass(frozen=True, slots=True)
class NumberPoint:
    """A point of a checklist that is answered with a number, and its usual limits."""

    code: str
    text: str
    unit: str
    low: float | None
    high: float | None


def number_points(session: Session, site_id: int, checklist: str) -> list[NumberPoint]:
    """The points of a checklist for which a thing may have limits of its own."""
    template = newest(session, checklist, site_id)
    if template is None:
        return []
    found = session.scalars(
        select(TemplateItem)
        .join(TemplatePart, TemplatePart.id == TemplateItem.part_id)
        .where(TemplatePart.template_id == template.id, TemplateItem.unit != "")
        .order_by(TemplateItem.position)
    )
    return [
        NumberPoint(one.code, bilingual(one.text, one.text_en), one.unit, one.low, one.high)
        for one in found
    ]


def problems(session: Session, run_id: int, codes: Sequence[str]) -> str:
    """What is wrong where these items failed, in the current language."""
    rows = session.execute(
        select(TemplateItem.problem, TemplateItem.problem_en)
        .join(Run, Run.part_id == TemplateItem.part_id)
        .where(Run.id == run_id, TemplateItem.code.in_(codes))
        .order_by(TemplateItem.position)
    )
    return _("; ").join(bilingual(zh, en) for zh, en in rows)


def inspector(session: Session, run_id: int | None) -> str:
    """Who submitted an inspection."""
    user_id = session.scalar(select(Run.submitted_by).where(Run.id == run_id))
    return accounts.names(session, [user_id]).get(user_id or 0, "")


@dataclass(frozen=True, slots=True)
class Group:
    """A group of a submitted sheet: in order, or not; `None` where nothing of it applied."""

    name: str
    is_good: bool | None


def groups_of(session: Session, run_ids: Sequence[int]) -> dict[int, tuple[Group, ...]]:
    """What each inspection said group by group, in the order of its sheet.

    What was put right on the spot is in order.
    """
    if not run_ids:
        return {}
    runs = session.execute(
        select(Run.id, Run.part_id, Run.answers).where(Run.id.in_(run_ids))
    ).all()
    items: dict[int, list[TemplateItem]] = {}
    parts = {run.part_id for run in runs}
    query = select(TemplateItem).where(TemplateItem.part_id.in_(parts))
    for item in session.scalars(query.order_by(TemplateItem.position)):
        items.setdefault(item.part_id, []).append(item)
    spot = select(Finding.run_id, Finding.item_id).where(
        Finding.run_id.in_(run_ids), Finding.disposal == Disposal.SPOT
    )
    mended = set(session.execute(spot).all())
    found: dict[int, tuple[Group, ...]] = {}
    for run_id, part_id, answers in runs:
        said: dict[str, set[str]] = {}
        for item in items.get(part_id, ()):
            is_mended = (run_id, item.id) in mended
            value = str(Answer.PASS) if is_mended else answers[item.position]
            said.setdefault(bilingual(item.group, item.group_en), set()).add(value)
        found[run_id] = tuple(Group(name, _is_good(values)) for name, values in said.items())
    return found


def _is_good(values: set[str]) -> bool | None:
    if Answer.FAIL in values:
        return False
    return True if Answer.PASS in values else None
