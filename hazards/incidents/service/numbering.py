"""The number of an incident: one row of numbers per site and local year."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hazards.incidents.models import IncidentCounter


def next_number(session: Session, site_id: int, year: int) -> str:
    """The next `SG-2026-0001`; an undone transaction gives it back."""
    postgres = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if postgres else sqlite.insert
    statement = (
        insert(IncidentCounter)
        .values(site_id=site_id, year=year, last=1)
        .on_conflict_do_update(
            index_elements=[IncidentCounter.site_id, IncidentCounter.year],
            set_={"last": IncidentCounter.last + 1},
        )
        .returning(IncidentCounter.last)
    )
    return f"SG-{year}-{session.scalars(statement).one():04d}"
