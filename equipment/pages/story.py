"""One item in words: its life at a glance, every date with its rule, facts, what happened."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from html import escape
from typing import Final

import segno

from equipment import due
from equipment.due import CAUSE_NAMES, Cause
from equipment.kinds import fire_class_text
from equipment.models import Step
from equipment.service.detail import DueView, ItemDetail
from equipment.service.history import StepView
from equipment.telling import sentence
from equipment.wording import made_text
from safety_app import ui
from safety_app.core import clock
from safety_app.core.i18n import _, ngettext
from safety_app.ui import markup

FAR_DAYS: Final = 366
LOOKS: Final[Mapping[Step, tuple[str, ui.Tone]]] = {
    Step.REGISTER: ("add", "grey"),
    Step.EDIT: ("edit", "grey"),
    Step.MOVE: ("move_item", "grey"),
    Step.INSPECT: ("check_circle", "green"),
    Step.CONDEMN: ("dangerous", "red"),
    Step.SEND_AWAY: ("local_shipping", "yellow"),
    Step.SERVICE: ("build", "green"),
    Step.REPAIR: ("handyman", "green"),
    Step.CHANGE_CONSUMABLE: ("battery_change", "green"),
    Step.LEND: ("swap_horiz", "grey"),
    Step.RETURN: ("undo", "grey"),
    Step.REPLACE: ("autorenew", "grey"),
    Step.SCRAP: ("delete", "grey"),
    Step.LOSE: ("question_mark", "orange"),
    Step.FIND: ("search", "grey"),
}


@lru_cache(maxsize=512)
def _square(address: str) -> str:
    """A code to scan, as a picture that is dark on white in every theme."""
    return segno.make(address, error="m", micro=False).svg_data_uri(
        scale=3, border=2, dark="#000", light="#fff"
    )


def code_to_scan(code: str) -> str:
    """The code of the label, for a phone held before the screen."""
    picture = _square(f"{ui.base_address()}/q/{code}")
    alt = escape(_("Code of {code} to scan", code=code), quote=True)
    return (
        f'<figure class="scan"><img src="{picture}" alt="{alt}">'
        f"<figcaption>{escape(_('Scan to inspect'))}</figcaption></figure>"
    )


def life(item: ItemDetail, today: date) -> str:
    """From manufacture to scrapping, with today; nothing where there is no such span."""
    if item.made_on is None or item.scrap_on is None or item.scrap_on <= item.made_on:
        return ""
    span = (item.made_on, item.scrap_on)
    service = next((one for one in item.dues if one.cause is Cause.SERVICE), None)
    mark = f'<b style="left:{_share(span, service.on)}%"></b>' if service else ""
    over = " over" if item.scrap_on <= today else ""
    points = [(_("Made"), _stamp(item), "")]
    if service:
        points.append((_("Next: {service}", service=service.what), service.on.isoformat(), "soon"))
    points.append((_scrap_name(item), item.scrap_on.isoformat(), ""))
    shown = "".join(
        f'<li class="{look}"><span>{escape(name)}</span><strong>{escape(on)}</strong></li>'
        for name, on, look in points
    )
    return (
        f'<div class="life{over}" aria-hidden="true">'
        f'<i style="width:{_share(span, today)}%"></i>{mark}</div>'
        f'<ol class="life-points">{shown}</ol>'
    )


def _share(span: tuple[date, date], on: date) -> int:
    """How much of a span is over on a day, of a hundred."""
    first, last = span
    return max(0, min(100, round(100 * (on - first).days / (last - first).days)))


def _stamp(item: ItemDetail) -> str:
    """The manufacture date as it is stamped: a month without a day."""
    if item.made_on is None:
        return made_text(None, item.precision)
    by_month = item.precision is due.Precision.MONTH
    return f"{item.made_on:%Y-%m}" if by_month else item.made_on.isoformat()


def _scrap_name(item: ItemDetail) -> str:
    months = item.kind.scrap_months
    if months is None:
        return _("Scrapping")
    return _("Scrap ({age})", age=due.months_text(months))


def dates(item: ItemDetail) -> str:
    """Every date with what falls due, its reason and article, the earliest first."""
    if not item.dues:
        return ""
    return f'<ul class="dates">{"".join(map(_date, item.dues))}</ul>'


def _date(one: DueView) -> str:
    name = one.what or _(CAUSE_NAMES[one.cause])
    if one.cause is Cause.EXPIRY and one.what:
        name = _("{part}: replace", part=one.what)
    local = ui.badge(_("Rule of this hall"), "petrol", "gavel") if one.is_local else ""
    look = " over" if one.days_left <= 0 else ""
    return (
        f'<li class="when{look}"><div><strong>{escape(name)}</strong>{local}'
        f'<span class="sub">{escape(one.because)}</span></div>'
        f"<div><strong>{one.on.isoformat()}</strong>"
        f'<span class="sub">{escape(days_text(one.days_left))}</span></div></li>'
    )


def days_text(left: int) -> str:
    """`in 22 days`, `today`, `2 days ago`; nothing where it is far."""
    if abs(left) > FAR_DAYS:
        return ""
    if left > 0:
        return ngettext("in {n} day", "in {n} days", left)
    return ngettext("{n} day ago", "{n} days ago", -left) if left else _("today")


def facts(item: ItemDetail, timezone: str) -> str:
    """What is known, in the order it is looked for."""
    pairs = [
        (_("Custodian"), item.custodian or _("The lead of the place")),
        (_("Made"), made_text(item.made_on, item.precision)),
        (_("Maker"), item.maker),
        (_("Serial number"), item.serial),
        (_("Fire classes"), fire_class_text(item.profile, item.fire_classes)),
        (_("Last inspection"), _inspected(item)),
        (_("Last service"), _serviced(item)),
        (_("Registered"), _registered(item, timezone)),
    ]
    return ui.markup.facts([pair for pair in pairs if pair[1]])


def _inspected(item: ItemDetail) -> str:
    if item.last_inspected_on is None:
        return _("not inspected yet")
    result = _("passed") if item.last_inspection_passed else _("with problems")
    return f"{item.last_inspected_on.isoformat()} {result}"


def _serviced(item: ItemDetail) -> str:
    """The day of each service; its name only where there are several."""
    named = sorted(item.last_services.items(), key=lambda one: one[1], reverse=True)
    if len(item.kind.services) == 1:
        return ", ".join(day.isoformat() for _code, day in named)
    rules = {rule.code: rule.display_name for rule in item.kind.services}
    return _(", ").join(f"{rules.get(code, code)} {day.isoformat()}" for code, day in named)


def _registered(item: ItemDetail, timezone: str) -> str:
    day = clock.local_day(item.registered_at, timezone)
    return " · ".join(filter(None, (day.isoformat(), item.registered_by)))


def relations(item: ItemDetail) -> str:
    """What stands in for it, what replaced it, and the hazards that are open on it."""
    found = []
    if item.stood_in_by:
        found.append(_notice(_("{code} stands in for it."), item.stood_in_by))
    if item.stands_in_for:
        found.append(_notice(_("It stands in for {code}."), item.stands_in_for))
    if item.successor:
        found.append(_notice(_("{code} took its place."), item.successor))
    for hazard in item.hazards:
        link = f'<a href="/hazards?no={hazard.number}">{hazard.number}</a>'
        what = escape(_("Open hazard: {what}", what=hazard.what))
        found.append(_line("orange", f"{what} · {link}"))
    return "".join(found)


def _notice(words: str, code: str) -> str:
    link = f'<a href="/equipment?item={code}">{code}</a>'
    return _line("grey", escape(words).replace("{code}", link))


def _line(tone: ui.Tone, inside: str) -> str:
    """A notice with a link inside; what comes in is safe."""
    icon = markup.icon(markup.TONE_ICONS[tone])
    return f'<div class="note note-{tone}" role="status">{icon}<div><p>{inside}</p></div></div>'


def timeline(steps: Sequence[StepView]) -> str:
    """What happened, the newest first."""
    return ui.markup.timeline([_happened(step) for step in steps])


def _happened(step: StepView) -> ui.Entry:
    icon, tone = LOOKS.get(step.step, ("info", "grey"))
    if step.step is Step.INSPECT and not step.passed:
        icon, tone = "report", "red"
    said = step.note if step.step is not Step.INSPECT else ""
    under = (step.on_date.isoformat(), step.actor, said, step.certificate)
    papers = "".join(
        f'<a class="paper-link" href="/files/{one.id}" target="_blank">'
        f"{markup.icon('attach_file')}{escape(one.name)}</a>"
        for one in step.files
    )
    note = " · ".join(filter(None, under))
    return ui.Entry(sentence(step), note, icon=icon, tone=tone, markup=papers)
