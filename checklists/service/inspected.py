"""What inspections of things said, for the features that own the things."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.models import Run, TemplateItem
from safety_app.accounts import service as accounts
from safety_app.core.i18n import N_, _, bilingual


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
