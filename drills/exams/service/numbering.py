"""Numbers of attempts (KS) and printed papers (SJ): a row per site and local year."""

from typing import Final

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from drills.exams.models import ExamCounter

ATTEMPT: Final = "KS"
PAPER: Final = "SJ"
PRACTICAL: Final = "SC"


def next_numbers(session: Session, site_id: int, sort: str, year: int, n: int = 1) -> list[str]:
    """The next numbers in a row, `KS-2026-0007`; an undone transaction gives them back."""
    postgres = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if postgres else sqlite.insert
    statement = (
        insert(ExamCounter)
        .values(site_id=site_id, sort=sort, year=year, last=n)
        .on_conflict_do_update(
            index_elements=[ExamCounter.site_id, ExamCounter.sort, ExamCounter.year],
            set_={"last": ExamCounter.last + n},
        )
        .returning(ExamCounter.last)
    )
    last = session.scalars(statement).one()
    return [f"{sort}-{year}-{number:04d}" for number in range(last - n + 1, last + 1)]
