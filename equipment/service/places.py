"""Where things are: in words, and on which floor; asked for once in a session."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from equipment.models import Item
from safety_app.core.i18n import _, language
from safety_app.workplace import service as workplace


@dataclass(frozen=True, slots=True)
class Places:
    """Names and floors by id; a window is on the floor of its location.

    `gone` are windows and locations that are out of use: what is there has no place any more.
    """

    windows: dict[int, str]
    locations: dict[int, str]
    window_floors: dict[int, str]
    location_floors: dict[int, str]
    gone: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset())

    def text(self, window_id: int | None, location_id: int | None, placing: str = "") -> str:
        """`A01 综合窗口 · 柜台右侧`."""
        named = self.windows.get(window_id or 0) or self.locations.get(location_id or 0)
        return " · ".join(part for part in (named, placing) if part)

    def is_gone(self, window_id: int | None, location_id: int | None) -> bool:
        """Whether its window, or where it has none its location, is out of use."""
        if window_id is not None:
            return window_id in self.gone[0]
        return location_id in self.gone[1]

    def text_now(self, window_id: int | None, location_id: int | None, placing: str = "") -> str:
        """The same for where something is now: a place out of use is said to be."""
        words = self.text(window_id, location_id, placing)
        is_gone = self.is_gone(window_id, location_id)
        return _("{place} (out of use)", place=words) if is_gone else words

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
        locations = workplace.list_locations(session, site_id, active=False)
        floors = {one.id: one.floor for one in locations}
        windows = workplace.list_windows(session, site_id, active=False)
        found = Places(
            workplace.window_names(session, site_id),
            workplace.location_names(session, site_id),
            {one.id: floors.get(one.location_id or 0, "") for one in windows},
            floors,
            (
                frozenset(one.id for one in windows if not one.is_active),
                frozenset(one.id for one in locations if not one.is_active),
            ),
        )
        session.info[key] = found
    return found
