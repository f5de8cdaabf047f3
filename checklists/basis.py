"""What hazards ask of checklists: the rule behind a point, how much was corrected on the spot."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from checklists.models import Answer, Disposal, Finding, Run, Template, TemplateItem, TemplatePart
from checklists.templates import source_text
from safety_app.core.i18n import _, bilingual


def rule_behind(session: Session, site_id: int, source: str) -> str:
    """Point and article behind `checklists:window/A01/D03` or `equipment:MHQ-0032/E05`.

    That of the thing's own last sheet comes first; other halls' own checklists have no say in it.
    """
    thing, _slash, point = source.rpartition("/")
    code = point.split("#")[0]
    query = select(TemplateItem).where(TemplateItem.code == code)
    of_thing = (
        query.join(Run, Run.part_id == TemplateItem.part_id)
        .where(Run.site_id == site_id, Run.subject == thing)
        .order_by(Run.id.desc())
    )
    of_lists = (
        query.join(TemplatePart, TemplatePart.id == TemplateItem.part_id)
        .join(Template, Template.id == TemplatePart.template_id)
        .where(or_(Template.site_id.is_(None), Template.site_id == site_id))
        .order_by(TemplateItem.id.desc())
    )
    item = session.scalar(of_thing.limit(1)) or session.scalar(of_lists.limit(1))
    if item is None:
        return ""
    return _(
        "{code} {point} ({rule})",
        code=code,
        point=bilingual(item.text, item.text_en),
        rule=source_text(item.source),
    )


def corrected(session: Session, site_id: int, start: datetime, until: datetime) -> int:
    """How many problems patrols corrected on the spot, from `start` to before `until`."""
    query = (
        select(func.count(Finding.id))
        .join(Run, Run.id == Finding.run_id)
        .where(
            Run.site_id == site_id,
            Finding.at >= start,
            Finding.at < until,
            Finding.value == Answer.FAIL,
            Finding.disposal == Disposal.SPOT,
            Finding.hazard_id.is_(None),
        )
    )
    return session.scalar(query) or 0
