"""A kind and its figures in words: short for the list, with source and reading for the table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import escape

from equipment.due import months_text, rhythm_text
from equipment.kinds import LOCAL_MARK, MARK_NAMES, Kind, ServiceRule
from safety_app import ui
from safety_app.core import clock
from safety_app.core.i18n import _, bilingual
from safety_app.ui import markup

INSPECTION, SCRAP = "inspect_months", "scrap_months"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; `name` as in `Kind.local`, empty for what cannot be changed."""

    name: str
    label: str
    value: str
    source: str
    effective_on: date | None
    mark: str
    note: str = ""


def kind_badges(kind: Kind, laxer: frozenset[str]) -> str:
    """What is out of the ordinary about a kind."""
    return ui.badges(
        ui.badge(_("Own kind"), "blue", "add_circle") if kind.own else "",
        ui.badge(_("Own rule"), "blue", "edit") if kind.local and not kind.own else "",
        ui.badge(_("Asks for less"), "orange", "warning") if laxer else "",
        ui.badge(_("Phased out"), "grey", "block") if kind.is_phased_out else "",
        "" if kind.is_offered else ui.badge(_("Not offered any more"), "grey", "block"),
    )


def summary(kind: Kind) -> str:
    """The figures in one line."""
    parts = []
    if kind.inspect_months:
        parts.append(_("Inspection: {rhythm}", rhythm=rhythm_text(kind.inspect_months)))
    parts += [service_text(rule) for rule in kind.services if rule.first_months]
    if kind.scrap_months:
        parts.append(_("Scrap at {age}", age=months_text(kind.scrap_months)))
    elif kind.is_phased_out:
        parts.append(_("To be scrapped at once"))
    return bilingual("；", "; ").join(parts)


def service_text(rule: ServiceRule) -> str:
    """First and following service in one clause."""
    return _(
        "{service}: first after {first}, then {rhythm}",
        service=rule.display_name,
        first=months_text(rule.first_months or 0),
        rhythm=rhythm_text(rule.then_months),
    )


def _falls_due(rule: ServiceRule) -> str:
    """When a service falls due, and what it must measure at least."""
    if rule.first_months is None:
        return _("When needed")
    first, rhythm = months_text(rule.first_months), rhythm_text(rule.then_months)
    when = _("First after {first}, then {rhythm}", first=first, rhythm=rhythm)
    measure = rule.measure
    if measure is None:
        return when
    least = _(
        "{what} at least {least}", what=measure.display_name, least=measure.text(measure.least)
    )
    return bilingual("；", "; ").join((when, least))


def figures(kind: Kind) -> Iterator[Figure]:
    """Every figure of a kind with what it rests on."""
    yield Figure(
        INSPECTION, _("Inspection"), _every(kind.inspect_months), kind.inspect_source_text,
        kind.inspect_effective_on, kind.inspect_mark, _half_monthly(kind),
    )  # fmt: skip
    for rule in kind.services:
        yield Figure(
            f"service:{rule.code}" if rule.first_months else "", rule.display_name,
            _falls_due(rule), rule.source_text, rule.effective_on, rule.mark, _restart(kind, rule),
        )  # fmt: skip
    if kind.scrap_months or kind.is_phased_out or kind.needs_made_date:
        age = months_text(kind.scrap_months) if kind.scrap_months else _("No age laid down")
        value = _("At once: phased out") if kind.is_phased_out else age
        yield Figure(
            SCRAP, _("Scrapping"), value, kind.scrap_source_text, kind.scrap_effective_on,
            kind.scrap_mark,
        )  # fmt: skip
    for part in kind.consumables:
        lasts = _("usually {age}", age=months_text(part.months)) if part.months else ""
        yield Figure(
            "", part.display_name, _("By its printed date"), part.source_text, part.effective_on,
            part.mark, lasts,
        )  # fmt: skip


def table(kind: Kind, law: Kind | None, timezone: str) -> str:
    """The figures as a table; under a figure of the hall stands the shipped one."""
    set_on = clock.local_day(kind.changed_at, timezone) if kind.changed_at else None
    shipped = {one.name: one for one in figures(law)} if law else {}
    lines = [
        (one.label, _value(one, shipped.get(one.name) if one.name in kind.local else None),
         _basis(one, kind.because, set_on))
        for one in figures(kind)
    ]  # fmt: skip
    heads = (_("Requirement"), _("Interval or age"), _("Source and reading"))
    return markup.table(_("Figures of {kind}", kind=kind.display_name), heads, lines)


def _value(one: Figure, law: Figure | None) -> markup.Safe:
    notes = [one.note] if one.note else []
    if law is not None:
        notes.append(_("Shipped: {value} ({source})", value=law.value, source=law.source or "–"))
    return _cell(escape(one.value), *notes)


def _basis(one: Figure, because: str, set_on: date | None) -> markup.Safe:
    """The rule, since when it holds, and how sure its reading is."""
    if one.mark == LOCAL_MARK:
        badge = ui.badges(ui.badge(_(MARK_NAMES[LOCAL_MARK]), "blue", "edit"))
        return _cell(badge, because, _("Set on {day}", day=set_on.isoformat()) if set_on else "")
    since = _("In force since {day}", day=one.effective_on.isoformat()) if one.effective_on else ""
    reading = _(MARK_NAMES[one.mark]) if one.mark else ""
    return _cell(escape(one.source or "–"), since, reading)


def _cell(safe: str, *under: str) -> markup.Safe:
    """One block, so that it stays together where tables turn into cards."""
    return markup.Safe(f"<div>{safe}{''.join(_under(text) for text in under if text)}</div>")


def _under(text: str) -> str:
    return f'<span class="sub">{escape(text)}</span>'


def _every(months: int | None) -> str:
    text = rhythm_text(months) if months else _("not asked for")
    return text[:1].upper() + text[1:]


def _half_monthly(kind: Kind) -> str:
    if not kind.may_be_half_monthly:
        return ""
    return _("Every half month in areas that are marked so (GB 50444-2008, 5.2.2)")


def _restart(kind: Kind, rule: ServiceRule) -> str:
    names = [found.display_name for code in rule.restarted_by if (found := kind.service(code))]
    if not names:
        return ""
    return _("Counts anew after: {services}", services=bilingual("、", ", ").join(names))
