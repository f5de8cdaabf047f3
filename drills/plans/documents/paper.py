"""What all papers of plans share: whose they are, as of when, and the print."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, cast

from sqlalchemy.orm import Session

from safety_app.core import i18n
from safety_app.core.i18n import _, bilingual, day_text
from safety_app.core.pdf.blocks import Block, Note, SignatureLine, Signatures
from safety_app.core.settings import settings
from safety_app.workplace import service as workplace

NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Head:
    """Whose paper it is."""

    unit: str
    timezone: str
    is_demo: bool

    def limits(self) -> list[Block]:
        """What a reader must know before: that all of it is made up."""
        words = _("Demonstration: made-up records of a made-up hall.")
        return [Note(words)] if self.is_demo else []


def head_of(session: Session, site_id: int) -> Head:
    """The head of a paper in the current language."""
    site = workplace.site(session, site_id)
    return Head(bilingual(site.name, site.name_en), site.timezone, site.is_demo)


def print_paper(
    blocks: Sequence[Block], *, title: str, footer: str, as_of: datetime, landscape: bool = False
) -> bytes:
    """The blocks as PDF in the current language; the same facts give the same bytes."""
    from safety_app.core.pdf.document import render  # slow to import: not at the start

    return render(
        tuple(blocks),
        title=title,
        language=language(),
        created_at=as_of.replace(second=0, microsecond=0),
        footer_left=footer,
        page_label=lambda page, pages: _("Page {page} of {pages}", page=page, pages=pages),
        font_path=settings().font_path,
        landscape=landscape,
    )


def language() -> Literal["zh_CN", "en"]:
    """The language papers are printed in now."""
    return cast(Literal["zh_CN", "en"], i18n.language())


def signatures(*labels: str) -> Signatures:
    """Places to sign by hand, with room for the unit's seal."""
    units = tuple(_("year month day").split()) if i18n.language() == "zh_CN" else ()
    lines = tuple(SignatureLine(label) for label in labels)
    return Signatures(lines, _("Date:"), units, seal=_("Seal of the unit"))


def day(on: date) -> str:
    """A day with its year."""
    return day_text(on, weekday=False, year=True)
