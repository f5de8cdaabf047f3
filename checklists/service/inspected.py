"""What inspections of things said, for the features that own the things."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.models import Run, TemplateItem, TemplatePart
from checklists.templates import newest
from safety_app.accounts import service as accounts
from safety_app.core.i18n import N_, _, bilingual


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
    return _(LISTED).join(bilingual(zh, en) for zh, en in rows)


def inspector(session: Session, run_id: int | None) -> str:
    """Who submitted an inspection."""
    user_id = session.scalar(select(Run.submitted_by).where(Run.id == run_id))
    return accounts.names(session, [user_id]).get(user_id or 0, "")


LISTED = N_("; ")
