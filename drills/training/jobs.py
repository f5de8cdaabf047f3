"""Work of training by the clock, safe to run twice."""

from datetime import datetime

from sqlalchemy.orm import Session

from drills.training.service.courses import follow
from drills.training.service.postings import follow_people
from safety_app.workplace import service as workplace


def follow_all(session: Session, now: datetime) -> int:
    """Courses as shipped, and who became what, in every hall; the changes written."""
    done = 0
    for site in workplace.list_sites(session):
        follow(session, site.id, now)
        done += follow_people(session, site.id, now)
    return done
