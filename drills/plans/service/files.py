"""Who may see the maps and annexes of plans: everybody of the hall, for an emergency is theirs."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.plans.models import Document, DocumentFile
from drills.plans.permissions import Permission
from safety_app.core.access import Actor


def may_see_file(session: Session, actor: Actor, file_id: int) -> bool:
    """Whether a file belongs to a plan of the actor's hall."""
    if not actor.may(Permission.VIEW):
        return False
    query = (
        select(DocumentFile.file_id)
        .join(Document, Document.id == DocumentFile.document_id)
        .where(DocumentFile.file_id == file_id, Document.site_id == actor.site_id)
    )
    return session.scalar(query.limit(1)) is not None
