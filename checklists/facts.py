"""What a report's check code covers of patrols and checks: the same in every language."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from checklists.models import Kind, Template
from checklists.service.figures import (
    Counts,
    Missed,
    PartCounts,
    SpotFix,
    of_kind,
    place_counts,
)
from safety_app.core.feature import Period
from safety_app.core.i18n import use_language

KEPT_IN: Final = "zh_CN"
"""The language in which the titles are looked up, whatever the paper speaks."""
Rows = list[list[str | int]]


def checks_by_code(
    session: Session, site_id: int, window_id: int | None, period: Period
) -> dict[str, Counts]:
    """How each check stands, by the code of its checklist."""
    with use_language(KEPT_IN):
        counted = place_counts(
            session, site_id, window_id,
            first=period.first, last=period.last, cutoff=period.cutoff,
        )  # fmt: skip
    titles = select(Template.title, Template.code).where(
        Template.kind == Kind.CHECK, or_(Template.site_id.is_(None), Template.site_id == site_id)
    )
    codes = {row.title: row.code for row in session.execute(titles)}
    found: dict[str, Counts] = {}
    for one in of_kind(counted, Kind.CHECK):
        code = codes.get(one.name, one.name)
        found[code] = found.get(code, Counts()) + one.counts
    return dict(sorted(found.items()))


def facts(
    counted: Sequence[PartCounts],
    checks: dict[str, Counts],
    missed: Sequence[Missed],
    fixes: Sequence[SpotFix],
) -> dict[str, Rows]:
    """The counts by codes, never by names; what most months have none of only where it is."""
    by_part: dict[str, Counts] = {}
    for one in of_kind(counted, Kind.PATROL):
        by_part[one.part] = by_part.get(one.part, Counts()) + one.counts
    always: dict[str, Rows] = {
        "parts": [[code, one.done, one.late, one.missed] for code, one in by_part.items()],
        "missed": [[one.task_id, one.on_date.isoformat()] for one in missed],
        "spot": [[one.id, one.code] for one in fixes],
    }
    rarer: dict[str, Rows] = {
        "paper": [[code, one.paper] for code, one in by_part.items() if one.paper],
        "excused": [[code, one.excused] for code, one in by_part.items() if one.excused],
        "checks": [
            [code, one.done, one.late, one.missed, one.paper] for code, one in checks.items()
        ],
    }
    return always | {name: rows for name, rows in rarer.items() if rows}
