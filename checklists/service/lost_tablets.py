"""A tablet that was revoked, because it was lost or stolen."""

from datetime import datetime

from sqlalchemy import String, cast, literal, update
from sqlalchemy.orm import Session

from checklists.models import RunToken


def forget_device(session: Session, device_id: int, _now: datetime) -> None:
    """Nothing more is taken from it, not even beside a run: its run tokens are nobody's."""
    session.execute(
        update(RunToken)
        .where(RunToken.device_id == device_id)
        .values(token_hash=literal("revoked ") + cast(RunToken.id, String))
        .execution_options(synchronize_session=False)
    )
