"""The demonstration's hall: site, places, windows and the people who work there."""

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import ROLE_NAMES, Role
from safety_app.core.feature import Demo
from safety_app.core.i18n import N_
from safety_app.workplace import service
from safety_app.workplace.models import DayKind, Location, Post, Site

PASSWORD: Final = "qinghe-2026"  # printed for everybody to try
PIN: Final = "260815"
TABLET: Final = "公用平板 01"
TABLET_WINDOWS: Final = 2
# One account a role, in the order in which the story is told.
ACCOUNTS: Final = (
    (Role.STAFF, "wangxiaoyan"),
    (Role.LEAD, "limin"),
    (Role.OFFICER, "liuyang"),
    (Role.MANAGER, "chenjing"),
    (Role.THIRD_PARTY, "zhaoguoqiang"),
    (Role.ADMINISTRATOR, "shilei"),
)
POSTS: Final = {
    Role.STAFF: ("窗口人员", "Window staff"),
    Role.LEAD: ("窗口负责人", "Window lead"),
    Role.OFFICER: ("安全员", "Safety officer"),
    Role.MANAGER: ("中心主任", "Director"),
    Role.ADMINISTRATOR: ("系统管理员", "Administrator"),
    Role.THIRD_PARTY: ("物业维修", "Property maintenance"),
}
GROUND_FLOOR_WINDOWS: Final = 12
WINDOWS_PER_LEAD: Final = 2
MARK: Final = N_("Demonstration")


def data() -> dict[str, Any]:
    """The hall as written down in `demo.toml`."""
    with (Path(__file__).parent / "demo.toml").open("rb") as file:
        return tomllib.load(file)


def login_of(spelling: str) -> str:
    """`Lü Liang` signs in as `luliang`."""
    return spelling.lower().replace("ü", "u").replace(" ", "")


class _Builder:
    """Adds people one by one, all with the same password and code."""

    def __init__(self, session: Session, site_id: int, now: datetime) -> None:
        self.session, self.site_id, self.now = session, site_id, now
        self.first: accounts.User | None = None
        self.count = 0

    def person(self, row: list[str], role: Role, windows: list[int]) -> None:
        """One person in one role, at these windows or for the whole site."""
        name, spelling = row
        post, post_en = POSTS[role]
        self.count += 1
        trained = self.now.date() - timedelta(days=20 + self.count % 5)
        user = accounts.create_user(
            self.session,
            None,
            site_id=self.site_id,
            login=login_of(spelling),
            name=name,
            name_en=spelling,
            post=post,
            post_en=post_en,
            staff_no=f"{self.count:04}",
            phone="" if role is Role.STAFF else f"138 0000 {self.count:04}",
            joined_on=date(self.now.year - 5 + self.count % 5, 1 + self.count % 12, 1),
            trained_on=trained,
            exam_result=str(86 + self.count * 5 % 14),
            password=None if self.first else PASSWORD,
            pin=None if self.first else PIN,
            secrets_of=self.first,
            now=self.now,
        )
        self.first = self.first or user
        places: list[int | None] = [*windows] or [None]
        for window_id in places:
            accounts.grant_role(self.session, None, user.id, role, window_id, now=self.now)


def found(session: Session, now: datetime) -> None:
    """Set up the hall as an administrator would on the first day."""
    told = data()
    site = service.create_site(session, is_demo=True, now=now, **told["site"])
    service.set_opening_hours(session, None, site_id=site.id, now=now)
    service.update_site(
        session, None, site_id=site.id, name=site.name, name_en=site.name_en,
        timezone=site.timezone, now=now, **told["unit"],
    )  # fmt: skip
    locations = [_location(session, site.id, dict(row), now) for row in told["locations"]]
    windows = []
    for number, row in enumerate(told["rows"]["windows"]):
        code, name, name_en, agency, agency_en = row
        floor = locations[0 if number < GROUND_FLOOR_WINDOWS else 1]
        window = service.create_window(
            session, None, site_id=site.id, code=code, name=name, name_en=name_en,
            agency=agency, agency_en=agency_en, location_id=floor.id, now=now,
        )  # fmt: skip
        windows.append(window.id)
    _people(_Builder(session, site.id, now), told["rows"], windows)
    _posts(session, site.id, told["posts"], now)


def _location(session: Session, site_id: int, row: dict[str, Any], now: datetime) -> Location:
    """A part of the building, some of them open day and night."""
    all_day = row.pop("round_the_clock", False)
    return service.save_location(
        session, None, None, site_id=site_id, now=now, **row,
        hours=service.ROUND_THE_CLOCK if all_day else None, open_on_holidays=all_day,
    )  # fmt: skip


def _posts(session: Session, site_id: int, rows: list[dict[str, Any]], now: datetime) -> None:
    people = accounts.list_people(session, site_id)
    ids = {login_of(person.name_en): person.id for person in people}
    for row in rows:
        service.appoint(
            session, None, site_id=site_id, post=Post(row["post"]),
            user_id=ids[row["login"]], first=row["first"], now=now,
        )  # fmt: skip


def _people(builder: _Builder, rows: dict[str, Any], windows: list[int]) -> None:
    for number, row in enumerate(rows["leads"]):
        first = number * WINDOWS_PER_LEAD
        builder.person(row, Role.LEAD, windows[first : first + WINDOWS_PER_LEAD])
    doubled = len(rows["staff"]) - len(windows)
    for number, row in enumerate(rows["staff"]):
        place = number // 2 if number < 2 * doubled else number - doubled
        builder.person(row, Role.STAFF, [windows[place]])
    for role, key in (
        (Role.OFFICER, "officers"),
        (Role.MANAGER, "managers"),
        (Role.ADMINISTRATOR, "administrators"),
        (Role.THIRD_PARTY, "third_parties"),
    ):
        for row in rows[key]:
            builder.person(row, role, [])


def demo_accounts() -> list[tuple[str, str, str]]:
    """Role name (message id), login and name of one person in each role."""
    rows = data()["rows"]
    names = {login_of(row[1]): row[0] for key in rows if key != "windows" for row in rows[key]}
    return [(ROLE_NAMES[role], login, names[login]) for role, login in ACCOUNTS]


def live(session: Session, day: date, until: datetime, _random: Random) -> None:
    """On the day it is loaded the hall is open, so that there is something to try."""
    site = session.scalars(select(Site).where(Site.is_demo)).one()
    today = clock.local_day(until, site.timezone)
    if day == today and not service.day(session, site.id, day).is_open:
        service.set_day(
            session, None, site_id=site.id, on=day, kind=DayKind.WORKDAY,
            note="演示开放日", note_en="Open for the demonstration", now=until,
        )  # fmt: skip


DEMO: Final = Demo(found=found, live=live)
