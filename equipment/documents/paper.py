"""What all papers of safety facilities share: whose they are, as of when, and the print."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, cast

from sqlalchemy.orm import Session

from equipment.service.asof import AsOf
from safety_app.core import i18n
from safety_app.core.i18n import _, bilingual, day_text, moment_text
from safety_app.core.pdf.blocks import Block, Note, SignatureLine, Signatures
from safety_app.core.settings import settings
from safety_app.workplace import service as workplace

NOTHING: Final = "–"
FEW: Final = 3
"""So many rows of a long list stand together at least where it begins."""


@dataclass(frozen=True, slots=True)
class Head:
    """Whose paper it is, and until when it knows what happened."""

    unit: str
    timezone: str
    is_demo: bool
    as_of: datetime

    @property
    def minute(self) -> datetime:
        """The cut-off to the minute: printed twice in one, the same facts give the same bytes."""
        return self.as_of.replace(second=0, microsecond=0)

    @property
    def moment(self) -> str:
        """The cut-off in words; that of a day which is over is its 24:00."""
        asof = AsOf(self.as_of, self.timezone)
        if asof.today != asof.day:
            return f"{day_text(asof.day, weekday=False, year=True)} 24:00"
        return moment_text(self.as_of, self.timezone, year=True)

    def limits(self) -> list[Block]:
        """What a reader must know before: that all of it is made up."""
        words = _("Demonstration: made-up records of a made-up hall.")
        return [Note(words)] if self.is_demo else []


def head_of(session: Session, site_id: int, as_of: datetime) -> Head:
    """The head of a paper in the current language."""
    site = workplace.site(session, site_id)
    return Head(bilingual(site.name, site.name_en), site.timezone, site.is_demo, as_of)


def print_paper(
    blocks: Sequence[Block], head: Head, *, title: str, number: str = "", landscape: bool = False
) -> bytes:
    """The blocks as PDF in the current language; the same facts give the same bytes."""
    from safety_app.core.pdf.document import render  # slow to import: not at the start

    as_of = _("As of {moment}", moment=head.moment)
    return render(
        tuple(blocks),
        title=f"{number} {title}".strip(),
        language=cast(Literal["zh_CN", "en"], i18n.language()),
        created_at=head.minute,
        footer_left="    ".join(filter(None, (number, as_of))),
        page_label=lambda page, pages: _("Page {page} of {pages}", page=page, pages=pages),
        font_path=settings().font_path,
        landscape=landscape,
    )


def signatures(*labels: str, seal: bool = True) -> Signatures:
    """Places to sign by hand."""
    units = tuple(_("year month day").split()) if i18n.language() == "zh_CN" else ()
    lines = tuple(SignatureLine(label) for label in labels)
    return Signatures(lines, _("Date:"), units, seal=_("Seal of the unit") if seal else "")


def rate(part: int, whole: int) -> str:
    """A share in per cent, rounded half up but never to a whole; a dash where there was nothing."""
    if not whole:
        return NOTHING
    tenths = (part * 2000 + whole) // (whole * 2)
    return f"{min(tenths, 999 if part < whole else tenths) / 10:.1f}%"


def yuan(fen: int | None) -> str:
    """An amount of fen in yuan: `1,280` or `12.50`; a dash where none is known."""
    if fen is None:
        return NOTHING
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02}" if rest else f"{whole:,}"


def short(day: date | None) -> str:
    """`2026-10-19` or `19 Oct 2026`."""
    if day is None:
        return NOTHING
    return bilingual(day.isoformat(), day_text(day, weekday=False, year=True))
