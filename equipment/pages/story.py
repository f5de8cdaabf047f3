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
from equipment.telling import cost_text, sentence
from equipment.wording import made_text, service_name
from safety_app import ui
from safety_app.core import clock
from safety_app.core.i18n import _, bilingual, ngettext
from safety_app.ui import markup

FAR_DAYS: Final = 366
LOOKS: Final[Mapping[Step, tuple[str, ui.Tone]]] = {
    Step.REGISTER: ("add", "grey"),
    Step.EDIT: ("edit", "grey"),
    Step.MOVE: ("move_item", "grey"),
    Step.INSPECT: ("check_circle", "green"),
    Step.CONDEMN: ("dangerous", "red"),
    Step.CLEAR: ("undo", "green"),
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
    name = due_name(one)
    local = ui.badge(_("Rule of this hall"), "petrol", "gavel") if one.is_local else ""
    look = " over" if one.days_left <= 0 else ""
    return (
        f'<li class="when{look}"><div><strong>{escape(name)}</strong>{local}'
        f'<span class="sub">{escape(one.because)}</span></div>'
        f"<div><strong>{one.on.isoformat()}</strong>"
        f'<span class="sub">{escape(days_text(one.days_left))}</span></div></li>'
    )


def due_name(one: DueView) -> str:
    """What falls due."""
    if one.is_unknown:
        return _("{part}: record the printed date", part=one.what)
    if one.cause is Cause.EXPIRY and one.what:
        return _("{part}: replace", part=one.what)
    return one.what or _(CAUSE_NAMES[one.cause])


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
        (_("Fire classes"), _classes(item)),
        (_("Last inspection"), _inspected(item)),
        (_last_name(item), _serviced(item)),
        (_("Entered on the register"), _registered(item, timezone)),
    ]
    return ui.markup.facts([pair for pair in pairs if pair[1]])


def _classes(item: ItemDetail) -> str:
    """The letters of its own, or the usual ones of its kind until somebody has looked."""
    own = fire_class_text(item.profile, item.fire_classes)
    usual = fire_class_text(item.profile, item.kind.fire_classes)
    if own or not usual:
        return own
    return _("{classes} (usual for the kind; compare with the nameplate)", classes=usual)


def _inspected(item: ItemDetail) -> str:
    if item.last_inspected_on is None:
        return _("not inspected yet")
    result = _("passed") if item.last_inspection_passed else _("with problems")
    return f"{item.last_inspected_on.isoformat()} {result}"


def _last_name(item: ItemDetail) -> str:
    """The only service of a kind by its own name."""
    if len(item.kind.services) != 1:
        return _("Last service")
    return _("Last {service}", service=service_name(item.kind.services[0].code, inside=True))


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
    if item.is_place_gone:
        words = _("Its window or area is out of use. Say where it is now, so that it is inspected.")
        found.append(_line("orange", escape(words)))
    if item.stood_in_by:
        found.append(_notice(_("{code} stands in for it."), item.stood_in_by))
    if item.stands_in_for:
        found.append(_notice(_("It stands in for {code}."), item.stands_in_for))
    if item.predecessor:
        found.append(_notice(_("It took the place of {code}."), item.predecessor))
    if item.successor:
        found.append(_notice(_("{code} took its place."), item.successor))
    for hazard in item.hazards:
        link = f'<a href="/hazards?no={hazard.number}">{hazard.number}</a>'
        told = bilingual(hazard.what, hazard.what_en)
        what = escape(_("Open hazard: {what}", what=told))
        found.append(_line("orange", f"{what} · {link}"))
    return "".join(found)


def _notice(words: str, code: str) -> str:
    link = f'<a href="/equipment?item={code}">{code}</a>'
    return _line("grey", escape(words).replace("{code}", link))


def _line(tone: ui.Tone, inside: str) -> str:
    """A notice with a link inside; what comes in is safe."""
    icon = markup.icon(markup.TONE_ICONS[tone])
    return f'<div class="note note-{tone}" role="status">{icon}<div><p>{inside}</p></div></div>'


def timeline(item: ItemDetail, steps: Sequence[StepView]) -> str:
    """What is expected next on top, then what happened, the newest first."""
    expected = [_expected(item.dues[0])] if item.dues else []
    return ui.markup.timeline([*expected, *(_happened(item, step) for step in steps)])


def _expected(one: DueView) -> ui.Entry:
    words = {"what": due_name(one), "day": one.on.isoformat()}
    if one.days_left > 0:
        title = _("Next: {what}, due on {day}", **words)
    else:
        title = _("Next: {what}, due since {day}", **words)
    return ui.Entry(title, one.because, icon="event_upcoming", ahead=True)


def _happened(item: ItemDetail, step: StepView) -> ui.Entry:
    icon, tone = LOOKS.get(step.step, ("info", "grey"))
    if step.step is Step.INSPECT and not step.passed:
        icon, tone = "report", "red"
    under = (step.on_date.isoformat(), step.actor, step.reading, step.note, step.certificate,
             cost_text(step.cost_fen))  # fmt: skip
    note = " · ".join(filter(None, under))
    papers = _sheet_link(item.code, step) + "".join(
        _paper_link(f"/files/{one.id}", "attach_file", one.name) for one in step.files
    )
    return ui.Entry(sentence(step), note, icon=icon, tone=tone, markup=papers)


def _sheet_link(code: str, step: StepView) -> str:
    """To the sheet of an inspection as it was submitted."""
    if step.step is not Step.INSPECT or step.run_id is None:
        return ""
    address = f"/inspect/equipment:{code}?run={step.run_id}"
    return _paper_link(address, "fact_check", _("Inspection sheet"))


def _paper_link(address: str, symbol: str, name: str) -> str:
    return (
        f'<a class="paper-link" href="{address}" target="_blank">'
        f"{markup.icon(symbol)}{escape(name)}</a>"
    )
