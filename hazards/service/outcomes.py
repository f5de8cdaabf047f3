"""What became of hazards, for papers of others that name them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.models import OPEN, STATUS_NAMES, Hazard, Status
from safety_app.accounts import service as accounts
from safety_app.core.i18n import _, bilingual


@dataclass(frozen=True, slots=True)
class Outcome:
    """A hazard as it stands: its number, what it is, who fixes it by when, whether it is closed."""

    id: int
    number: str
    what: str
    status: Status
    owner: str
    fix_by: date | None
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self.status in OPEN

    @property
    def status_text(self) -> str:
        """Its status in words."""
        return _(STATUS_NAMES[self.status])


def outcomes(session: Session, site_id: int, ids: Iterable[int | None]) -> dict[int, Outcome]:
    """Hazards of a site by id, as they stand now."""
    wanted = sorted({one for one in ids if one is not None})
    rows = session.execute(
        select(
            Hazard.id,
            Hazard.number,
            Hazard.what,
            Hazard.what_en,
            Hazard.status,
            Hazard.owner_id,
            Hazard.fix_by,
            Hazard.closed_at,
        ).where(Hazard.site_id == site_id, Hazard.id.in_(wanted))
    ).all()
    names = accounts.names(session, {row.owner_id for row in rows})
    return {
        row.id: Outcome(
            row.id,
            row.number,
            bilingual(row.what, row.what_en),
            Status(row.status),
            names.get(row.owner_id, ""),
            row.fix_by,
            row.closed_at,
        )
        for row in rows
    }
