"""What the papers of drills share: whose they are, as of when, and the print."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast

from sqlalchemy.orm import Session

from safety_app.core import i18n
from safety_app.core.i18n import _, bilingual, moment_text
from safety_app.core.pdf.blocks import Block, Note, SignatureLine, Signatures
from safety_app.core.settings import settings
from safety_app.workplace import service as workplace

NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Head:
    """Whose paper it is, and until when it knows what happened, to the minute."""

    unit: str
    timezone: str
    is_demo: bool
    as_of: datetime

    @property
    def moment(self) -> str:
        """The cut-off in words."""
        return moment_text(self.as_of, self.timezone, year=True)

    def limits(self) -> list[Block]:
        """What a reader must know before: that all of it is made up."""
        words = _("Demonstration: made-up records of a made-up hall.")
        return [Note(words)] if self.is_demo else []


def head_of(session: Session, site_id: int, now: datetime) -> Head:
    """The head of a paper in the current language."""
    site = workplace.site(session, site_id)
    at = now.replace(second=0, microsecond=0)
    return Head(bilingual(site.name, site.name_en), site.timezone, site.is_demo, at)


def print_paper(
    blocks: Sequence[Block], head: Head, *, title: str, number: str = "", landscape: bool = False
) -> bytes:
    """The PDF in the current language; the same facts in the same minute give the same bytes."""
    from safety_app.core.pdf.document import render  # slow to import: not at the start

    as_of = _("As of {moment}", moment=head.moment)
    return render(
        tuple(blocks),
        title=f"{number} {title}".strip(),
        language=cast(Literal["zh_CN", "en"], i18n.language()),
        created_at=head.as_of,
        footer_left="    ".join(filter(None, (number, as_of))),
        page_label=lambda page, pages: _("Page {page} of {pages}", page=page, pages=pages),
        font_path=settings().font_path,
        landscape=landscape,
    )


def signatures(*labels: str) -> Signatures:
    """Places to sign by hand, and for the seal."""
    units = tuple(_("year month day").split()) if i18n.language() == "zh_CN" else ()
    lines = tuple(SignatureLine(label) for label in labels)
    return Signatures(lines, _("Date:"), units, seal=_("Seal of the unit"))
