"""The number of a hazard: one row of numbers per site and local year."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hazards.models import HazardCounter


def next_number(session: Session, site_id: int, year: int) -> str:
    """The next `HZ-2026-0123`; an undone transaction gives it back."""
    postgres = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if postgres else sqlite.insert
    statement = (
        insert(HazardCounter)
        .values(site_id=site_id, year=year, last=1)
        .on_conflict_do_update(
            index_elements=[HazardCounter.site_id, HazardCounter.year],
            set_={"last": HazardCounter.last + 1},
        )
        .returning(HazardCounter.last)
    )
    return f"HZ-{year}-{session.scalars(statement).one():04d}"
