"""What a hall has already, looked up once for a whole table."""

import re
from collections import defaultdict
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.accounts.service import Person, Stand, User
from safety_app.workplace.models import Location, Window
from safety_app.workplace.service.places import list_locations, list_windows

_DIGITS: Final = {
    "一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8",
    "九": "9", "十": "10", "首": "1",
}  # fmt: skip
_FLOOR: Final = re.compile(r"第?(负|地下|-|b)?([0-9]+|[一二三四五六七八九十首])(?:楼|层|f)?\Z")


class Known:
    """Windows, people, leads, deputies and floors of a hall."""

    def __init__(self, session: Session, site_id: int, today: date) -> None:
        self.windows: dict[str, Window] = {}
        for window in list_windows(session, site_id, active=False):
            self.windows[window.code.casefold()] = window
        self.codes = {window.id: code for code, window in self.windows.items()}
        users = session.scalars(select(User).where(User.site_id == site_id)).all()
        self.users: dict[int, User] = {user.id: user for user in users}
        people = accounts.list_people(session, site_id)
        self.people: dict[int, Person] = {person.id: person for person in people}
        self.by_name: dict[str, list[int]] = defaultdict(list)
        for person in people:
            self.by_name[person.name].append(person.id)
        self.by_staff_no = {u.staff_no.casefold(): u.id for u in users if u.staff_no}
        self.leads = {
            window_id: person.id for person in people for window_id in person.led_window_ids
        }
        self.deputies: dict[int, list[Stand]] = defaultdict(list)
        for stand in accounts.list_deputies(session, site_id, on=today):
            self.deputies[stand.window_id].append(stand)
        self.locations = list_locations(session, site_id)

    def open_window(self, code: str) -> Window | None:
        """The window with this number, if it is in use."""
        found = self.windows.get(code.casefold())
        return found if found and found.is_active else None

    def codes_of(self, user_id: int) -> set[str]:
        """The numbers of the windows where somebody works."""
        return {self.codes[one] for one in self.people[user_id].window_ids if one in self.codes}

    def standing(self, window_id: int) -> int | None:
        """Who is deputy without an end (B角)."""
        return next((one.user_id for one in self.deputies[window_id] if one.last is None), None)

    def location(self, floor: str) -> Location | None:
        """The place that a cell means: by its name, else the first one of that floor."""
        for one in self.locations:
            if floor in (one.name, one.name_en):
                return one
        wanted = floor_of(floor)
        usual = [one for one in self.locations if not one.has_own_hours]
        same = [one for one in usual if one.floor and floor_of(one.floor) == wanted]
        return min(same, key=lambda one: (not one.is_patrolled, one.id), default=None)


def floor_of(text: str) -> str:
    """一楼, 1F, 1 and 第一层 are the same floor; so are 负一楼 and B1."""
    found = _FLOOR.match(text.strip().casefold())
    if not found:
        return text.strip().casefold()
    number = _DIGITS.get(found[2], found[2])
    return f"-{number}" if found[1] else number
