"""How far the set-up of a hall is: every feature's steps, and the first report at the end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.feature import Step
from safety_app.core.i18n import N_
from safety_app.core.journal import Entry
from safety_app.features import features
from safety_app.overview.permissions import Permission

FINISH: Final = "overview.finish_starting"
PRINT: Final = "reports.print"


@dataclass(frozen=True, slots=True)
class Reached:
    """A step and how far it is."""

    step: Step
    done: bool
    note: str


def reached_steps(session: Session, site_id: int) -> list[Reached]:
    """Every feature's steps in order, and the first report at the end."""
    steps = sorted(
        (step for feature in features() for step in feature.steps), key=lambda step: step.order
    )
    return [Reached(step, *step.state(session, site_id)) for step in (*steps, REPORT)]


def is_finished(session: Session, site_id: int) -> bool:
    """Whether somebody has declared the hall set up."""
    query = select(Entry.id).where(Entry.site_id == site_id, Entry.action == FINISH).limit(1)
    return session.scalar(query) is not None


def finish(session: Session, actor: Actor, *, now: datetime) -> None:
    """Declare the hall set up; a second time changes nothing."""
    actor.require(Permission.SET_UP)
    if not is_finished(session, actor.site_id):
        journal.write(session, actor, FINISH, "site", actor.site_id, now=now)


def _report(session: Session, site_id: int) -> tuple[bool, str]:
    """Somebody has opened a monthly report as the paper that is printed and signed."""
    query = select(Entry.id).where(Entry.site_id == site_id, Entry.action == PRINT).limit(1)
    return session.scalar(query) is not None, ""


REPORT: Final = Step(
    160,
    N_("The first report"),
    N_("Look at it, print it, have it signed; then the hall is up and running."),
    "reports",
    _report,
)
