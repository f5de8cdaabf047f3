"""Where things are: in words, and on which floor; asked for once in a session."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from equipment.models import Item
from safety_app.core.i18n import language
from safety_app.workplace import service as workplace


@dataclass(frozen=True, slots=True)
class Places:
    """Names and floors by id; a window is on the floor of its location."""

    windows: dict[int, str]
    locations: dict[int, str]
    window_floors: dict[int, str]
    location_floors: dict[int, str]

    def text(self, window_id: int | None, location_id: int | None, placing: str = "") -> str:
        """`A01 综合窗口 · 柜台右侧`."""
        named = self.windows.get(window_id or 0) or self.locations.get(location_id or 0)
        return " · ".join(part for part in (named, placing) if part)

    def floor(self, window_id: int | None, location_id: int | None) -> str:
        """On which floor; nothing where no location says it."""
        if location_id is not None:
            return self.location_floors.get(location_id, "")
        return self.window_floors.get(window_id or 0, "")

    def on(self, floor: str) -> ColumnElement[bool]:
        """Which items are on a floor."""
        locations = [one for one, named in self.location_floors.items() if named == floor]
        windows = [one for one, named in self.window_floors.items() if named == floor]
        here: list[ColumnElement[bool]] = [Item.location_id.in_(locations)]
        here.append(Item.location_id.is_(None) & Item.window_id.in_(windows))
        if not floor:
            here.append(Item.location_id.is_(None) & Item.window_id.is_(None))
        return or_(*here)


def places(session: Session, site_id: int) -> Places:
    """Every place of a hall."""
    key = ("equipment.places", site_id, language())
    found = session.info.get(key)
    if not isinstance(found, Places):
        floors = {
            one.id: one.floor for one in workplace.list_locations(session, site_id, active=False)
        }
        windows = workplace.list_windows(session, site_id, active=False)
        found = Places(
            workplace.window_names(session, site_id),
            workplace.location_names(session, site_id),
            {one.id: floors.get(one.location_id or 0, "") for one in windows},
            floors,
        )
        session.info[key] = found
    return found
