"""The findings of many runs in one look."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.flows import Found
from checklists.models import Finding, FindingPhoto, TemplateItem


def load_findings(session: Session, run_ids: Sequence[int]) -> dict[int, list[Found]]:
    """The findings of many runs in the order of their sheets, other hazards last."""
    if not run_ids:
        return {}
    rows = session.execute(
        select(Finding, TemplateItem)
        .outerjoin(TemplateItem, TemplateItem.id == Finding.item_id)
        .where(Finding.run_id.in_(run_ids))
        .order_by(TemplateItem.position.is_(None), TemplateItem.position, Finding.id)
    ).all()
    photos: dict[int, list[FindingPhoto]] = {}
    query = select(FindingPhoto).where(
        FindingPhoto.run_id.in_(run_ids), FindingPhoto.removed_at.is_(None)
    )
    for photo in session.scalars(query.order_by(FindingPhoto.id)) if rows else ():
        photos.setdefault(photo.finding_id, []).append(photo)
    found: dict[int, list[Found]] = {}
    for finding, item in rows:
        one = Found(finding, item, tuple(photos.get(finding.id, ())))
        found.setdefault(finding.run_id, []).append(one)
    return found
