"""Emergency plans and the hall's rules: what other packages may ask and do.

current(session, site_id, on)            plans in force on a day: list of `InForce`
as_of(session, site_id, day)             the same for any past date, judged as of that day
                                         (`is_overdue`: its review was due and not done)
on_day(session, site_id, day, today=)    the same with how each stood on that day, why, and who had
                                         read it by then
find_in_force(session, site_id, plan_id, on)    one of them, or nothing
get_version(session, site_id, version_id)       all that a version says and names
request_revision(session, actor, plan_id, why=, source=, owner_id=, due_on=, now=)
                                         a task to revise a plan, with owner and date; one open
                                         task for each source (`drills:12/G09`). It is closed
                                         when a version is published that answers it
open_revisions(session, site_id, source_prefix)  open tasks whose source begins so
revisions_of(session, site_id, source_prefix)    all tasks, open and closed
revision_state(session, site_id, source, on)     none, open, overdue or closed
"""

from drills.plans.models import PLANS, RULES, Kind, Trigger
from drills.plans.service.contacts import Contacts, contacts
from drills.plans.service.drafting import create, discard, revise, save_section
from drills.plans.service.on_a_day import OnDay, on_day
from drills.plans.service.publishing import approve, publish, send_back, withdraw
from drills.plans.service.reading import Coverage, acknowledge, coverage, unread
from drills.plans.service.requests import (
    RevisionState,
    RevisionTask,
    close_without_change,
    open_revisions,
    request_revision,
    revision_state,
    revisions_of,
)
from drills.plans.service.versions import (
    InForce,
    VersionView,
    as_of,
    current,
    find_in_force,
    get_version,
    lived,
)

__all__ = [
    "PLANS",
    "RULES",
    "Contacts",
    "Coverage",
    "InForce",
    "Kind",
    "OnDay",
    "RevisionState",
    "RevisionTask",
    "Trigger",
    "VersionView",
    "acknowledge",
    "approve",
    "as_of",
    "close_without_change",
    "contacts",
    "coverage",
    "create",
    "current",
    "discard",
    "find_in_force",
    "get_version",
    "lived",
    "on_day",
    "open_revisions",
    "publish",
    "request_revision",
    "revise",
    "revision_state",
    "revisions_of",
    "save_section",
    "send_back",
    "unread",
    "withdraw",
]
