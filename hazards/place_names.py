"""Names of windows and common areas, asked for once in a session."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from safety_app.core.i18n import language
from safety_app.workplace import service as workplace


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """Names by id, in the current language."""

    windows: dict[int, str]
    locations: dict[int, str]

    def text(self, window_id: int | None, location_id: int | None, place: str) -> str:
        """`A01 综合窗口 · 台下线槽`."""
        named = self.windows.get(window_id or 0) or self.locations.get(location_id or 0)
        return " · ".join(part for part in (named, place) if part)


def place_names(session: Session, site_id: int) -> PlaceNames:
    """Every place of a hall, kept for the rest of the session: a page asks several times."""
    key = ("hazards.places", site_id, language())
    found = session.info.get(key)
    if not isinstance(found, PlaceNames):
        found = PlaceNames(
            workplace.window_names(session, site_id), workplace.location_names(session, site_id)
        )
        session.info[key] = found
    return found
