"""Windows as accounts need them: tables of a higher package, known by name only."""

from collections.abc import Iterable

from sqlalchemy import Date, Integer, String, column, select, table
from sqlalchemy.orm import Session

from safety_app.core.errors import NotFound
from safety_app.core.i18n import bilingual

_sites = table("sites", column("id", Integer), column("timezone", String))
windows = table(
    "windows",
    column("id", Integer),
    column("site_id", Integer),
    column("code", String),
    column("name", String),
    column("name_en", String),
    column("retired_on", Date),
)


def require_windows(session: Session, site_id: int, window_ids: Iterable[int]) -> None:
    """Raise `NotFound` unless every window is one of the site."""
    wanted = set(window_ids)
    query = select(windows.c.id).where(windows.c.site_id == site_id, windows.c.id.in_(wanted))
    if wanted - set(session.scalars(query)):
        raise NotFound()


def zone_of(session: Session, site_id: int) -> str:
    """The time zone of a site."""
    return str(session.scalar(select(_sites.c.timezone).where(_sites.c.id == site_id)))


def window_words(session: Session, window_ids: Iterable[int]) -> dict[int, str]:
    """Code and name of windows in the current language."""
    rows = session.execute(select(windows).where(windows.c.id.in_(set(window_ids))))
    return {row.id: f"{row.code} {bilingual(row.name, row.name_en)}" for row in rows}
