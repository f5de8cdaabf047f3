"""What the papers of this package share: the unit, the moment, signatures in cells, the print."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast

from sqlalchemy.orm import Session

from checklists.record import Line
from hazards.service.outcomes import Outcome
from safety_app.core import clock
from safety_app.core.i18n import _, bilingual, day_text, language, moment_text
from safety_app.core.pdf.blocks import Block, Cell, Note
from safety_app.core.pdf.signatures import signed
from safety_app.core.settings import settings
from safety_app.workplace import service as workplace

NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Head:
    """Whose paper it is and as of when."""

    unit: str
    timezone: str
    is_demo: bool
    now: datetime

    @property
    def as_of(self) -> str:
        """The moment up to which it knows what happened."""
        return moment_text(self.now, self.timezone, year=True)

    def limits(self) -> list[Block]:
        """What a reader must know before: that all of it is made up."""
        if not self.is_demo:
            return []
        return [Note(_("Demonstration: made-up records of a made-up hall."))]


def head_of(session: Session, site_id: int, now: datetime) -> Head:
    """The head of a paper of this site, to the minute."""
    site = workplace.site(session, site_id)
    at = now.replace(second=0, microsecond=0)
    return Head(bilingual(site.name, site.name_en), site.timezone, site.is_demo, at)


def print_paper(blocks: Sequence[Block], head: Head, *, title: str, footer: str = "") -> bytes:
    """The PDF; the same record in the same minute gives the same bytes."""
    from safety_app.core.pdf.document import render  # slow to import: not at the start

    return render(
        tuple(blocks),
        title=title,
        language=cast(Literal["zh_CN", "en"], language()),
        created_at=head.now,
        footer_left=footer or _("As of {moment}", moment=head.as_of),
        page_label=lambda page, pages: _("Page {page} of {pages}", page=page, pages=pages),
        font_path=settings().font_path,
    )


def patroller(line: Line, timezone: str) -> Cell:
    """Who walked, with the ink and the companion."""
    text = line.patroller
    if line.companion:
        text = _("{name}, with {companion}", name=text, companion=line.companion)
    return signed(line.signature, text)


def second(line: Line, timezone: str) -> Cell:
    """The second signature; in words where there is none."""
    if line.second is None:
        return _("not countersigned")
    when = moment_text(line.second.at, timezone)
    return signed(line.second.signature, f"{line.second.name}\n{when}")


def hazard_text(hazard: Outcome, timezone: str) -> str:
    """What became of a hazard, in a few words."""
    if hazard.closed_at:
        day = day_text(clock.local_day(hazard.closed_at, timezone), weekday=False)
        return _("{number}: {status} on {day}", number=hazard.number, status=hazard.status_text,
                 day=day)  # fmt: skip
    facts = [hazard.status_text, hazard.owner]
    if hazard.fix_by:
        facts.append(_("fix by {day}", day=day_text(hazard.fix_by, weekday=False)))
    said = _(", ").join(fact for fact in facts if fact)
    return _("{number}: {facts}", number=hazard.number, facts=said)
