"""演练告知: a notice for the wall that is read from some steps away."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from drills.documents.paper import Head, head_of
from drills.models import Drill, Step
from drills.service import detail, notices
from drills.service.detail import DrillDetail
from safety_app.core import i18n
from safety_app.core.i18n import _, day_text
from safety_app.core.pdf.blocks import Language
from safety_app.core.pdf.font import find_typeface
from safety_app.core.pdf.page import GREY, Fill, Flow
from safety_app.core.pdf.paint import paint
from safety_app.core.settings import settings

TITLE, WHEN, TEXT, UNIT = 52.0, 28.0, 21.0, 18.0
LEADING: Final = 1.62
BAND: Final = 118.0
WHITE: Final = 255


def notice_pdf(session: Session, drill: Drill, now: datetime) -> bytes:
    """The poster in the current language."""
    head = head_of(session, drill.site_id, now)
    found = detail.detail_of(session, drill, now=now, zone=head.timezone)
    typeface = find_typeface(settings().font_path)
    language: Language = "en" if i18n.language() == "en" else "zh_CN"
    flow = Flow(typeface, language)
    _draw(flow, found, head)
    title = f"{drill.code} {_('Notice of a drill')}"
    return paint(flow.pages, typeface, title=title, language=language, created_at=head.as_of)


def words_of(found: DrillDetail) -> str:
    """What people were told, or what is proposed to tell them."""
    told = [step.note for step in found.steps if step.step is Step.NOTIFY and step.note]
    return told[-1] if told else notices.words(found)


def _draw(flow: Flow, found: DrillDetail, head: Head) -> None:
    drill = found.drill
    flow.page.fills.append(Fill(0, 0, flow.sheet.width, BAND, 25))
    band = flow.clean(_("Notice of a drill"))
    flow.write(band, 0, (BAND - TITLE) / 2 - 4, TITLE, bold=True, shade=WHITE, align="center",
               width=flow.sheet.width, spacing=4)  # fmt: skip
    flow.y = BAND + 34
    _lines(flow, found.title, WHEN, bold=True)
    when = day_text(drill.planned_on, year=True)
    if drill.planned_time:
        when = f"{when} {drill.planned_time:%H:%M}"
    _lines(flow, when, WHEN, bold=True)
    flow.y += 16
    for line in words_of(found).split("\n"):
        if line.strip():
            _lines(flow, line, TEXT)
            flow.y += 9
    foot = flow.sheet.height - flow.sheet.bottom - UNIT
    flow.write(flow.clean(head.unit), flow.left, foot, UNIT, align="right", width=flow.inner)
    number = flow.clean(_("No. {number}", number=drill.code))
    flow.write(number, flow.left, foot + 4, 12, shade=GREY)


def _lines(flow: Flow, text: str, size: float, *, bold: bool = False) -> None:
    for line in flow.wrap(flow.clean(text), flow.inner, size, bold=bold):
        flow.need(size * LEADING + flow.sheet.bottom / 2)
        flow.write(line, flow.left, flow.y, size, bold=bold)
        flow.y += size * LEADING
