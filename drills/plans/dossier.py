"""What plans and rules give to the papers for an inspector: chapter 2, in full as published."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from drills.plans.documents.lists import register_blocks
from drills.plans.documents.paper import head_of
from drills.plans.documents.whole import body
from drills.plans.models import PLANS, Kind
from drills.plans.reasons import reason
from drills.plans.review import GRAVE, Cause
from drills.plans.service import OnDay, as_of, get_version, on_day
from drills.plans.service.contacts import with_the_left_marked
from drills.plans.service.versions import VersionView
from safety_app.core import clock
from safety_app.core.feature import Chapter
from safety_app.core.i18n import _, day_text
from safety_app.core.pdf.blocks import Block, Heading, Note, PageBreak
from safety_app.workplace import service as workplace

FIRE: Final = "fire"
MOST: Final = 12
"""Plans in full; more stand in the list alone."""
BINDING: Final = (Kind.STAFF_RULES, *PLANS)
OBJECTED: Final = GRAVE | {Cause.RESOURCE_GONE}
"""What is told as not done."""


def stands_for(session: Session, site_id: int) -> frozenset[str]:
    """Which papers on file the plans and rules in force make needless."""
    today = _today(session, site_id, clock.now())
    held = as_of(session, site_id, today, kinds=BINDING)
    found = set()
    if any(one.scenario == FIRE for one in held):
        found.add("plan")
    if any(one.kind is Kind.STAFF_RULES for one in held):
        found.add("rules")
    return frozenset(found)


def plans_and_rules(session: Session, site_id: int, now: datetime) -> Chapter:
    """The list of plans, then the rules and each plan as it is in force, with its annexes."""
    today = _today(session, site_id, now)
    rules = on_day(session, site_id, today, today=today, kinds=[Kind.STAFF_RULES])
    plans = on_day(session, site_id, today, today=today)
    if not rules and not plans:
        return Chapter()
    views = [get_version(session, site_id, one.held.version_id) for one in (*rules, *plans)]
    head = head_of(session, site_id)
    blocks: list[Block] = [
        Heading(_("Plans and rules in force")),
        *register_blocks([*rules, *plans], {one.id: one for one in views}, head),
    ]
    for view in views[:MOST]:
        blocks += [
            PageBreak(),
            Heading(_title(view)),
            *body(with_the_left_marked(session, site_id, view)),
        ]
    if len(views) > MOST:
        words = _("The first {shown} of {all} stand here in full.", shown=MOST, all=len(views))
        blocks.append(Note(words))
    return Chapter(
        blocks=tuple(blocks),
        scans=tuple(_annexes(views)),
        captions=_captions(views),
        shortfalls=tuple(_shortfalls(plans)),
    )


def _title(view: VersionView) -> str:
    day = day_text(view.effective_on, weekday=False, year=True)
    return _("{number} {title}, version {n}, in force from {day}",
             number=view.number, title=view.title, n=view.version, day=day)  # fmt: skip


def _annexes(views: Sequence[VersionView]) -> list[int]:
    """The annexes; maps stand among the text already."""
    return [one.file_id for view in views for one in view.content.annexes.files]


def _captions(views: Sequence[VersionView]) -> dict[int, str]:
    return {
        one.file_id: f"{view.number} {one.title}".strip()
        for view in views
        for one in view.content.annexes.files
    }


def _shortfalls(plans: Sequence[OnDay]) -> Iterator[str]:
    """What is not in order with a plan in force."""
    for one in plans:
        for why in one.whys:
            if why.cause in OBJECTED:
                yield _("{title}: {what}", title=one.held.title, what=reason(why))


def _today(session: Session, site_id: int, now: datetime) -> date:
    return clock.local_day(now, workplace.site(session, site_id).timezone)
