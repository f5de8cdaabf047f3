"""Windows as accounts need them: known by id only, since they belong to a higher package."""

from collections.abc import Iterable

from sqlalchemy import Integer, column, select, table
from sqlalchemy.orm import Session

from safety_app.core.errors import NotFound

_windows = table("windows", column("id", Integer), column("site_id", Integer))


def require_windows(session: Session, site_id: int, window_ids: Iterable[int]) -> None:
    """Raise `NotFound` unless every window is one of the site."""
    wanted = set(window_ids)
    query = select(_windows.c.id).where(_windows.c.site_id == site_id, _windows.c.id.in_(wanted))
    if wanted - set(session.scalars(query)):
        raise NotFound()
