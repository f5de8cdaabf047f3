"""The paragraphs of a report that people may word themselves; the newest wording counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core import i18n, journal
from safety_app.core.access import Actor
from safety_app.core.errors import ChangedMeanwhile, NotAllowed, TextTooLong
from safety_app.core.i18n import N_, _
from safety_app.core.text import plain
from safety_app.reports.errors import UnknownLanguage
from safety_app.reports.models import ReportText
from safety_app.reports.months import period_of
from safety_app.reports.permissions import Permission
from safety_app.workplace import service as workplace

LIMIT: Final = 1000
"""Characters of one paragraph: about two thirds of a page."""
WHO_MAY: Final = N_("The lead of this window, the safety officer or the manager")
WHO_MAY_SITE: Final = N_("The safety officer or the manager")


class Slot(StrEnum):
    """A paragraph's place in the report."""

    OPENING = "opening"
    REQUESTS = "requests"
    FOCUS = "focus"
    REMARK = "remark"


SLOT_NAMES: Final[Mapping[Slot, str]] = {
    Slot.OPENING: N_("Overview"),
    Slot.REQUESTS: N_("For the centre to settle"),
    Slot.FOCUS: N_("Focus of next month"),
    Slot.REMARK: N_("Further remarks"),
}


@dataclass(frozen=True, slots=True)
class Written:
    """The newest wording of one paragraph in one language; empty: back to the proposal."""

    id: int
    slot: Slot
    language: str
    text: str
    name: str
    at: datetime


def newest(
    session: Session, site_id: int, window_id: int | None, year: int, month: int
) -> tuple[Written, ...]:
    """What counts now, of every paragraph and language that was ever worded by hand."""
    last = (
        select(func.max(ReportText.id))
        .where(
            ReportText.site_id == site_id,
            ReportText.window_id.is_not_distinct_from(window_id),
            ReportText.year == year,
            ReportText.month == month,
        )
        .group_by(ReportText.language, ReportText.slot)
    )
    found = session.scalars(
        select(ReportText).where(ReportText.id.in_(last)).order_by(ReportText.id)
    ).all()
    names = accounts.names(session, sorted({one.by for one in found}))
    return tuple(
        Written(one.id, Slot(one.slot), one.language, one.text, names.get(one.by, ""), one.at)
        for one in found
    )


def write(
    session: Session,
    actor: Actor,
    window_id: int | None,
    year: int,
    month: int,
    slot: Slot,
    *,
    language: str,
    text: str,
    seen: int,
    now: datetime,
) -> ReportText | None:
    """Word a paragraph anew in one language; an empty text brings the proposal back.

    `seen` is the id of the wording that the form showed, 0 where there was none. Nothing is
    kept where the text is what counts already.
    """
    require(actor, Permission.WRITE, window_id)
    site = workplace.site(session, actor.site_id)
    if window_id is not None:
        workplace.window_code(session, site.id, window_id)
    period_of(year, month, site.timezone, now=now)
    if language not in i18n.LANGUAGES:
        raise UnknownLanguage(language=language)
    text = plain(text, lines=True)
    if len(text) > LIMIT:
        raise TextTooLong(field=SLOT_NAMES[slot], limit=LIMIT)
    journal.lock(session)
    standing = find(newest(session, site.id, window_id, year, month), slot, language)
    if (standing.id if standing else 0) != seen:
        raise ChangedMeanwhile(name=standing.name if standing else "", step=_(SLOT_NAMES[slot]))
    if text == (standing.text if standing else ""):
        return None
    row = ReportText(
        site_id=site.id, window_id=window_id, year=year, month=month, language=language,
        slot=slot, text=text, by=actor.user_id, at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    journal.write(
        session, actor, "reports.write", "report_text", row.id, now=now, facts=_facts(row)
    )
    return row


def find(written: tuple[Written, ...], slot: Slot, language: str) -> Written | None:
    """The wording of one paragraph in one language."""
    return next((one for one in written if (one.slot, one.language) == (slot, language)), None)


def require(actor: Actor, permission: str, window_id: int | None) -> None:
    """Raise unless the permission holds for the window, or (`None`) for the whole hall."""
    if window_id is not None:
        actor.require(permission, window_id=window_id, who=WHO_MAY)
    elif not actor.reach(permission).site:
        raise NotAllowed(who=WHO_MAY_SITE)


def _facts(row: ReportText) -> dict[str, Any]:
    return {
        "window": row.window_id,
        "month": f"{row.year}-{row.month:02}",
        "language": row.language,
        "slot": str(row.slot),
        "text": row.text,
    }
