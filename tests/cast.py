"""The named people of the tests and the small hall they work in."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy.orm import Session

from safety_app.accounts.models import Membership, User
from safety_app.core.access import Actor, Role
from safety_app.workplace.models import Location, OpeningHours, Site, Window

# Monday 23 November 2026, 09:04 in Shanghai: an ordinary open day.
NOW = datetime(2026, 11, 23, 1, 4, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SITE_WIDE = (Role.OFFICER, Role.MANAGER, Role.ADMINISTRATOR, Role.THIRD_PARTY)


@dataclass(frozen=True, slots=True)
class Cast:
    """Ids and actors of the hall: windows A01 and A02 led by `lead`, A03 by `other_lead`."""

    site_id: int
    foreign_site_id: int
    a01: int
    a02: int
    a03: int
    foreign_window: int
    floor: int
    staff: Actor
    second_staff: Actor
    lead: Actor
    officer: Actor
    manager: Actor
    administrator: Actor
    third_party: Actor
    other_staff: Actor
    other_lead: Actor
    foreign_manager: Actor

    def everyone(self) -> dict[str, Actor]:
        """One actor for each role of this site, by the role's name."""
        return {
            "staff": self.staff,
            "lead": self.lead,
            "officer": self.officer,
            "manager": self.manager,
            "administrator": self.administrator,
            "third_party": self.third_party,
        }


def _site(session: Session, name: str, name_en: str, timezone: str) -> Site:
    site = Site(name=name, name_en=name_en, timezone=timezone, created_at=NOW)
    session.add(site)
    session.flush()
    session.add_all(
        OpeningHours(site_id=site.id, weekday=weekday, opens=time(9), closes=time(17))
        for weekday in range(5)
    )
    return site


def _window(session: Session, site: Site, code: str, name: str, name_en: str) -> int:
    window = Window(site_id=site.id, code=code, name=name, name_en=name_en)
    session.add(window)
    session.flush()
    return window.id


def _person(
    session: Session,
    site: Site,
    login: str,
    name: str,
    name_en: str,
    role: Role,
    windows: tuple[int, ...] = (),
) -> Actor:
    user = User(site_id=site.id, login=login, name=name, name_en=name_en, created_at=NOW)
    session.add(user)
    session.flush()
    places: tuple[int | None, ...] = windows or (None,)
    session.add_all(
        Membership(site_id=site.id, user_id=user.id, role=role, window_id=place) for place in places
    )
    return Actor(
        user_id=user.id,
        site_id=site.id,
        name=name,
        roles=frozenset({role}),
        led=frozenset(windows) if role is Role.LEAD else frozenset(),
        served=frozenset(windows) if role is Role.STAFF else frozenset(),
        timezone=site.timezone,
    )


def build(session: Session, timezone: str = "Asia/Shanghai") -> Cast:
    """Put the hall and its people into an empty, migrated database."""
    site = _site(session, "清河县政务服务中心", "Qinghe County Service Centre", timezone)
    foreign = _site(session, "外县政务服务中心", "Another County Service Centre", timezone)
    floor = Location(
        site_id=site.id, name="一楼大厅", name_en="Ground floor", floor="1", is_patrolled=True
    )
    session.add(floor)
    session.flush()
    a01 = _window(session, site, "A01", "综合窗口", "General services")
    a02 = _window(session, site, "A02", "社保窗口", "Social insurance")
    a03 = _window(session, site, "A03", "税务窗口", "Tax")
    far = _window(session, foreign, "A01", "综合窗口", "General services")
    cast = Cast(
        site_id=site.id,
        foreign_site_id=foreign.id,
        a01=a01,
        a02=a02,
        a03=a03,
        foreign_window=far,
        floor=floor.id,
        staff=_person(session, site, "wangxy", "王晓燕", "Wang Xiaoyan", Role.STAFF, (a01,)),
        second_staff=_person(session, site, "zhouh", "周航", "Zhou Hang", Role.STAFF, (a01,)),
        lead=_person(session, site, "limin", "李敏", "Li Min", Role.LEAD, (a01, a02)),
        officer=_person(session, site, "liuyang", "刘洋", "Liu Yang", Role.OFFICER),
        manager=_person(session, site, "chenjing", "陈静", "Chen Jing", Role.MANAGER),
        administrator=_person(session, site, "admin", "孙管理", "Sun Guan", Role.ADMINISTRATOR),
        third_party=_person(session, site, "zhaogq", "赵国强", "Zhao Guoqiang", Role.THIRD_PARTY),
        other_staff=_person(session, site, "wutao", "吴涛", "Wu Tao", Role.STAFF, (a03,)),
        other_lead=_person(session, site, "sunli", "孙丽", "Sun Li", Role.LEAD, (a03,)),
        foreign_manager=_person(session, foreign, "waixian", "钱外", "Qian Wai", Role.MANAGER),
    )
    session.flush()
    return cast
