"""The number of a hazard: one row of numbers per site and local year."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hazards.models import HazardCounter


def next_number(session: Session, site_id: int, year: int) -> str:
    """The next `HZ-2026-0123`; an undone transaction gives it back."""
    return next_numbers(session, site_id, year, 1)[0]


def next_numbers(session: Session, site_id: int, year: int, n: int) -> list[str]:
    """The next numbers in a row."""
    postgres = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if postgres else sqlite.insert
    statement = (
        insert(HazardCounter)
        .values(site_id=site_id, year=year, last=n)
        .on_conflict_do_update(
            index_elements=[HazardCounter.site_id, HazardCounter.year],
            set_={"last": HazardCounter.last + n},
        )
        .returning(HazardCounter.last)
    )
    last = session.scalars(statement).one()
    return [f"HZ-{year}-{number:04d}" for number in range(last - n + 1, last + 1)]
