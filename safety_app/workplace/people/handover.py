"""The handover record of somebody who leaves: what went to whom, with places to sign."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, cast

from safety_app.accounts.models import Handover
from safety_app.core import i18n
from safety_app.core.clock import local_day
from safety_app.core.i18n import _, bilingual, day_text, moment_text
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Note,
    Paragraph,
    SignatureLine,
    Signatures,
    Table,
    Title,
)
from safety_app.core.pdf.document import render
from safety_app.core.settings import settings


def handover_pdf(
    rows: Sequence[Handover],
    names: dict[int, str],
    *,
    hall: str,
    person: str,
    left_on: date | None,
    timezone: str,
    language: str,
    now: datetime,
) -> bytes:
    """The paper as PDF."""
    with i18n.use_language(language):
        blocks = _blocks(rows, names, hall, person, left_on, timezone)
        printed = moment_text(now, timezone, year=True)
        return render(
            blocks,
            title=_("Handover record"),
            language=cast(Literal["zh_CN", "en"], language),
            created_at=now,
            footer_left=_("Printed {moment}", moment=printed),
            page_label=lambda page, pages: f"— {page} / {pages} —",
            font_path=settings().font_path,
        )


def _blocks(
    rows: Sequence[Handover],
    names: dict[int, str],
    hall: str,
    person: str,
    left_on: date | None,
    timezone: str,
) -> list[Block]:
    takers = list(dict.fromkeys(names[row.to_id] for row in rows))
    last = day_text(left_on, weekday=False, year=True) if left_on else "–"
    gap = "　" if i18n.language() == "zh_CN" else "    "
    under = gap.join((_("Handed over by: {name}", name=person), _("Last day: {day}", day=last)))
    lines = [SignatureLine(_("Handed over by (signature):"))]
    lines += [SignatureLine(_("Taken over by {name} (signature):", name=name)) for name in takers]
    lines.append(SignatureLine(_("Witnessed by (signature):")))
    units = tuple(_("year month day").split()) if i18n.language() == "zh_CN" else ()
    return [
        Title(_("Handover record"), f"{hall}\n{under}"),
        Paragraph(
            _(
                "The following was handed over. From the day named, whoever took it over is"
                " responsible for it."
            )
        ),
        Table(
            (
                Column(_("No."), 0.5, "center"),
                Column(_("Category"), 1.4),
                Column(_("What"), 3.6),
                Column(_("Taken over by"), 1.3),
                Column(_("On"), 1.5),
            ),
            tuple(
                (
                    str(number),
                    _(row.kind),
                    bilingual(row.what, row.what_en),
                    names[row.to_id],
                    day_text(local_day(row.at, timezone), weekday=False, year=True),
                )
                for number, row in enumerate(rows, 1)
            ),
        ),
        Note(_("Names are those known when this was printed.")),
        Signatures(tuple(lines), _("Date:"), units, seal=_("Seal of the unit")),
    ]
