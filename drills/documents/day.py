"""What can be shown of one day: plans, drills and people on post, to be signed."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from drills.documents.paper import head_of, print_paper, signatures
from drills.plans.reasons import how_judged
from drills.readiness import Answer, answers
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.i18n import _, day_text
from safety_app.core.pdf.blocks import Block, Heading, Note, Paragraph, Title
from safety_app.workplace import service as workplace


def day_pdf(session: Session, actor: Actor, day: date, now: datetime) -> bytes:
    """Three answers in full, with what was not in order."""
    head = head_of(session, actor.site_id, now)
    title = _("Readiness on {day}", day=day_text(day, year=True, weekday=False))
    blocks: list[Block] = [Title(title, head.unit), *head.limits()]
    nothing = workplace.before_records(session, actor.site_id, day)
    if nothing:
        blocks.append(Paragraph(nothing))
    else:
        for one in answers(session, actor, day, now=now):
            blocks += _answered(one)
        if day < clock.local_day(now, actor.timezone):
            blocks.append(Note(how_judged()))
    blocks.append(signatures(_("Drawn up by"), _("Person in charge of the unit")))
    return print_paper(blocks, head, title=title)


def _answered(one: Answer) -> list[Block]:
    return [
        Heading(_("{title}: {what}", title=one.name, what=one.verdict)),
        Paragraph(" ".join(one.facts)),
        *(Paragraph(f"{number}. {line}") for number, line in enumerate(one.wrong, start=1)),
    ]
