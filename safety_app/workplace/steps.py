"""What setting up a hall asks of the workplace, and how far it is."""

from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.accounts.models import Device, FirstCode, User
from safety_app.core.db import Base
from safety_app.core.feature import Step
from safety_app.core.i18n import N_, _, ngettext
from safety_app.core.journal import Entry
from safety_app.workplace.models import Appointment, CalendarYear, Duty, Location, Post, Site
from safety_app.workplace.service.places import list_windows

State = tuple[bool, str]


def _count(session: Session, table: type[Base], *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def _was_done(session: Session, site_id: int, action: str) -> bool:
    """Whether a person (not the set-up itself) has taken this step."""
    query = select(Entry.id).where(
        Entry.site_id == site_id, Entry.action == action, Entry.actor_id.is_not(None)
    )
    return session.scalar(query.limit(1)) is not None


def profile(session: Session, site_id: int) -> State:
    """Somebody has looked at the legal profile and saved it."""
    return _was_done(session, site_id, "workplace.set_profile"), ""


def posts(session: Session, site_id: int) -> State:
    """Both posts of the fire protection law are filled."""
    held = set(
        session.scalars(
            select(Appointment.post).where(
                Appointment.site_id == site_id, Appointment.last.is_(None)
            )
        )
    )
    return held >= set(Post), ""


def hours(session: Session, site_id: int) -> State:
    """Somebody has confirmed the opening hours."""
    return _was_done(session, site_id, "workplace.set_hours"), ""


def locations(session: Session, site_id: int) -> State:
    """At least one common area is patrolled."""
    n = _count(session, Location, Location.site_id == site_id, Location.is_patrolled.is_(True))
    return n > 0, ngettext("{n} patrolled location", "{n} patrolled locations", n) if n else ""


def windows(session: Session, site_id: int) -> State:
    """There are windows, and each has its lead."""
    there = {window.id for window in list_windows(session, site_id)}
    led = {id_ for one in accounts.list_people(session, site_id) for id_ in one.led_window_ids}
    n, without = len(there), len(there - led)
    if without:
        return False, _("{n} windows, {m} of them without a lead", n=n, m=without)
    return n > 0, ngettext("{n} window", "{n} windows", n) if n else ""


def people(session: Session, site_id: int) -> State:
    """There is somebody besides the administrator."""
    n = len(accounts.list_people(session, site_id))
    return n > 1, ngettext("{n} person", "{n} people", n)


def slips(session: Session, site_id: int) -> State:
    """Everybody can sign in, or holds a slip to do so."""
    able = User.password_hash.is_not(None) | User.id.in_(select(FirstCode.user_id))
    where = (User.site_id == site_id, User.is_active.is_(True))
    waiting = _count(session, User, *where, ~able)
    everybody = _count(session, User, *where)
    said = ngettext("{n} person cannot sign in yet", "{n} people cannot sign in yet", waiting)
    return everybody > 1 and waiting == 0, said if waiting else ""


def roster(session: Session, site_id: int) -> State:
    """A roster is in use."""
    return _count(session, Duty, Duty.site_id == site_id) > 0, ""


def calendar(session: Session, site_id: int) -> State:
    """The hall has brought in a year's notice, or looked at the exceptions."""
    seen = _count(session, CalendarYear, CalendarYear.site_id == site_id) > 0
    return seen or _was_done(session, site_id, "workplace.set_day"), ""


def tablets(session: Session, site_id: int) -> State:
    """At least one shared tablet is enrolled."""
    n = _count(session, Device, Device.site_id == site_id, Device.revoked_at.is_(None))
    return n > 0, ngettext("{n} tablet", "{n} tablets", n) if n else ""


def trial(session: Session, site_id: int) -> State:
    """A day from which missed patrols count is set."""
    site = session.get_one(Site, site_id)
    return site.counts_from is not None, ""


STEPS: Final = (
    Step(
        10,
        N_("Legal profile of the unit"),
        N_("Decides how often the law wants patrols, checks and drills."),
        "site?tab=profile",
        profile,
    ),
    Step(
        20,
        N_("Opening hours and seasons"),
        N_("Patrols are due by the opening hours; lunch and summer hours count too."),
        "site?tab=hours",
        hours,
    ),
    Step(
        30,
        N_("Locations"),
        N_("Floors, common areas and key locations that are patrolled apart from the windows."),
        "site?tab=locations",
        locations,
    ),
    Step(
        40,
        N_("Windows and their leads"),
        N_("Bring them in from a table, or add them one by one."),
        "import",
        windows,
    ),
    Step(
        50,
        N_("People and roles"),
        N_("Staff, leads, safety officer, managers, third parties."),
        "import",
        people,
    ),
    Step(
        60,
        N_("Persons responsible for fire safety"),
        N_("The law asks for a responsible person and a fire safety manager by name."),
        "site?tab=posts",
        posts,
    ),
    Step(
        70,
        N_("Slips with one-time codes"),
        N_("Print and hand them out; everybody then sets an own password and six-digit code."),
        "people?do=slips",
        slips,
    ),
    Step(
        80,
        N_("Shared tablets"),
        N_("Patrols are signed on them by name and six-digit code."),
        "tablets",
        tablets,
    ),
    Step(
        90,
        N_("Working calendar"),
        N_("Holidays and exchanged workdays; import the yearly notice when it is out."),
        "calendar",
        calendar,
        optional=True,
    ),
    Step(
        100,
        N_("Duty roster for staff"),
        N_("Without a roster everybody of a window counts as on duty."),
        "roster",
        roster,
        optional=True,
    ),
    Step(
        105,  # before the plans: what is missed under them counts unless a trial is set
        N_("Trial period"),
        N_("Before this day nothing counts as missed, so that everybody can practise."),
        "site?tab=trial",
        trial,
        optional=True,
    ),
)
