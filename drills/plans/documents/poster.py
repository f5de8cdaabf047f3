"""A poster for the entrance: scan the code, read the notice, no sign-in."""

from datetime import datetime
from typing import Final

from drills.plans.documents.paper import Head, language
from safety_app.core.i18n import _
from safety_app.core.pdf.code import square_code
from safety_app.core.pdf.font import find_typeface
from safety_app.core.pdf.page import GREY, HEIGHT, MM, WIDTH, Flow, Sheet
from safety_app.core.pdf.paint import paint
from safety_app.core.settings import settings

TITLE, LEADING, SAYS, SAYS_LEADING, UNDER = 54.0, 74.0, 20.0, 32.0, 13.0
CODE: Final = 130 * MM
TOP, EDGE = 34 * MM, 20 * MM
SMALLEST: Final = 24.0


def poster_pdf(title: str, address: str, head: Head, *, as_of: datetime) -> bytes:
    """One A4 page in the current language."""
    typeface = find_typeface(settings().font_path)
    flow = Flow(typeface, language(), Sheet(WIDTH, HEIGHT, EDGE, EDGE, TOP, EDGE))
    words, size = flow.clean(title), TITLE
    while len(flow.wrap(words, flow.inner, size, bold=True)) > 2 and size > SMALLEST:
        size -= 4
    for line in flow.wrap(words, flow.inner, size, bold=True):
        flow.write(line, flow.left, flow.y, size, bold=True, align="center", width=flow.inner)
        flow.y += size * LEADING / TITLE
    flow.y += 10
    says = flow.clean(_("Scan the code with your phone. No sign-in, nothing is recorded."))
    for line in flow.wrap(says, flow.inner, SAYS):
        flow.write(line, flow.left, flow.y, SAYS, align="center", width=flow.inner)
        flow.y += SAYS_LEADING
    flow.y += 24
    flow.page.codes.append(square_code(address, (WIDTH - CODE) / 2, flow.y, CODE))
    flow.y += CODE + 16
    lines = [address, head.unit]
    if head.is_demo:
        lines.append(_("Demonstration: made-up records of a made-up hall."))
    for line in lines:
        flow.write(
            flow.clean(line), flow.left, flow.y, UNDER, shade=GREY, align="center",
            width=flow.inner,
        )  # fmt: skip
        flow.y += 20
    return paint(
        flow.pages, typeface, title=title, language=language(),
        created_at=as_of.replace(hour=0, minute=0, second=0, microsecond=0),
    )  # fmt: skip
