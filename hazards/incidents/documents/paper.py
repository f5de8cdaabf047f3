"""What all papers of incidents share: the frame, a form's rows, the unit at the head."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast

from sqlalchemy.orm import Session

from safety_app.core import i18n
from safety_app.core.i18n import _, bilingual, moment_text
from safety_app.core.pdf.blocks import Block, Column, Note, SignatureLine, Signatures, Table
from safety_app.core.settings import settings
from safety_app.workplace import service as workplace

NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Head:
    """Whose paper it is, and until when it knows what happened."""

    unit: str
    timezone: str
    is_demo: bool
    as_of: datetime

    def limits(self) -> list[Block]:
        """What limits the paper: made-up records."""
        words = _("Demonstration: made-up records of a made-up hall.")
        return [Note(words)] if self.is_demo else []


def head_of(session: Session, site_id: int, as_of: datetime) -> Head:
    """The head of a paper in the current language; the moment is floored to the minute."""
    site = workplace.site(session, site_id)
    moment = as_of.replace(second=0, microsecond=0)
    return Head(bilingual(site.name, site.name_en), site.timezone, site.is_demo, moment)


def print_paper(
    blocks: Sequence[Block], head: Head, *, title: str, number: str = "", landscape: bool = False
) -> bytes:
    """The blocks as PDF in the current language; the same facts give the same bytes."""
    from safety_app.core.pdf.document import render  # slow to import: not at the start

    moment = moment_text(head.as_of, head.timezone, year=True)
    as_of = _("As of {moment}", moment=moment)
    return render(
        tuple(blocks),
        title=f"{number} {title}".strip(),
        language=cast(Literal["zh_CN", "en"], i18n.language()),
        created_at=head.as_of,
        footer_left="    ".join(filter(None, (number, as_of))),
        page_label=_page_label,
        font_path=settings().font_path,
        landscape=landscape,
    )


def form(*rows: tuple[str, str]) -> Table:
    """Names at the left, long values beside them."""
    return Table((Column("", 1.25, is_name=True), Column("", 5.75)), rows)


def grid(*pairs: tuple[str, str]) -> Table:
    """Names and short values, two pairs in a row."""
    cells = [*pairs, *([("", "")] if len(pairs) % 2 else [])]
    columns = (Column("", 1.25, is_name=True), Column("", 2.25)) * 2
    rows = tuple((*cells[at], *cells[at + 1]) for at in range(0, len(cells), 2))
    return Table(columns, rows, whole=True)


def signatures(*labels: str, seal: str = "") -> Signatures:
    """Lines to sign by hand, with the date; a place for the seal where it is named."""
    units = tuple(_("year month day").split()) if i18n.language() == "zh_CN" else ()
    return Signatures(tuple(SignatureLine(one) for one in labels), _("Date:"), units, seal=seal)


def _page_label(page: int, pages: int) -> str:
    return _("Page {page} of {pages}", page=page, pages=pages)
