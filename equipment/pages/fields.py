"""The fields in which an item is described; each group gives what was typed."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Final

import streamlit as st

from checklists.service import NumberPoint
from equipment import due
from equipment.due import Precision
from equipment.kinds import FAMILY_NAMES, FIRE_CLASSES, Family, Kind
from safety_app import ui
from safety_app.core.i18n import N_, _
from safety_app.ui import markup

KNOWN: Final = "known"
OLDEST_YEAR: Final = 1990
LATEST: Final = date(2100, 12, 31)
MADE_NAMES: Final[Mapping[str, str]] = {
    KNOWN: N_("Year and month"),
    Precision.UNREADABLE: N_("Cannot be read"),
    Precision.UNKNOWN: N_("Not known yet"),
}


@dataclass(frozen=True, slots=True)
class Made:
    """A manufacture date as it was typed."""

    on: date | None
    precision: Precision


def kind_label(kind: Kind) -> str:
    """`灭火器 · 干粉（ABC）灭火器（MHQ）`."""
    group = _(FAMILY_NAMES[kind.family])
    return _("{group} · {kind} ({prefix})", group=group, kind=kind.display_name,
             prefix=kind.prefix)  # fmt: skip


def kind_select(key: str, kinds: Mapping[str, Kind], chosen: str | None) -> Kind | None:
    """One of the kinds, in groups."""
    order = list(Family)
    codes = sorted(kinds, key=lambda code: order.index(kinds[code].family))
    found = st.selectbox(
        _("Kind (required)"),
        codes,
        index=codes.index(chosen) if chosen in codes else None,
        format_func=lambda code: kind_label(kinds[code]),
        placeholder=_("Choose the kind"),
        key=f"{key}.kind",
    )
    return kinds[found] if found else None


def rhythm(kind: Kind) -> str:
    """What a kind asks for and by which rule: its inspections, services and scrap age."""
    lines = []
    if kind.inspect_months:
        every = _("Inspection every {age}", age=due.months_text(kind.inspect_months))
        every = _("Inspection every month") if kind.inspect_months == 1 else every
        lines.append((every, kind.inspect_source_text))
    for rule in kind.services:
        if rule.first_months is None:
            continue
        lines.append((_("{service}: first after {first}, then every {then}",
                        service=rule.display_name, first=due.months_text(rule.first_months),
                        then=due.months_text(rule.then_months)), rule.source_text))  # fmt: skip
    if kind.scrap_months:
        age = due.months_text(kind.scrap_months)
        lines.append((_("Scrap at {age}", age=age), kind.scrap_source_text))
    said = (
        f"<p>{markup.icon('gavel')}<span>{escape(words)} <small>{escape(source)}</small></span></p>"
        for words, source in lines
    )
    return f'<div class="rhythm">{"".join(said)}</div>' if lines else ""


def size_select(key: str, kind: Kind, value: str) -> str:
    """One of the usual sizes, or another one that is typed."""
    if not kind.sizes:
        return st.text_input(_("Model or size"), value, key=f"{key}.model", max_chars=32)
    options = list(kind.sizes)
    if value and value not in options:
        options.insert(0, value)
    found = st.selectbox(
        _("Size"),
        options,
        index=options.index(value) if value in options else None,
        placeholder=_("Choose or type, for example 4 kg"),
        accept_new_options=True,
        key=f"{key}.size",
    )
    return str(found or "")


def made_inputs(key: str, kind: Kind, made: Made | None, today: date) -> Made:
    """Year and month, the day if it is known; or why there is none."""
    names = _made_names(kind, made)
    default = KNOWN
    if made is not None and made.on is None and made.precision in names:
        default = str(made.precision)
    elif made is None and not kind.needs_made_date:
        default = str(Precision.UNKNOWN)
    ui.html(f'<p class="muted">{escape(_("Manufacture date"))}</p>')
    shown = {value: _(name) for value, name in names.items()}
    how = ui.segmented(f"{key}.made", shown, label=_("Manufacture date"), default=default)
    if how != KNOWN:
        return Made(None, Precision(how))
    return _year_month_day(key, made.on if made else None, made, today)


def _made_names(kind: Kind, made: Made | None) -> dict[str, str]:
    """What may be said of the date; what is on record does not become unknown again."""
    names = dict(MADE_NAMES)
    if not kind.needs_made_date:
        names = {KNOWN: MADE_NAMES[KNOWN], Precision.UNKNOWN: N_("Leave out")}
    is_asked = kind.needs_made_date or kind.scrap_months is not None
    if made is not None and made.precision is not Precision.UNKNOWN and is_asked:
        del names[Precision.UNKNOWN]
    return names


def _year_month_day(key: str, on: date | None, made: Made | None, today: date) -> Made:
    years = list(range(today.year, OLDEST_YEAR - 1, -1))
    if on and on.year not in years:
        years.append(on.year)
    row = st.container(key=f"ymd.{key}", horizontal=True, gap="small")
    year = row.selectbox(
        _("Year made"), years, index=years.index(on.year) if on else None, key=f"{key}.year",
        placeholder=_("Year made"),
    )  # fmt: skip
    month = row.selectbox(
        _("Month made"), range(1, 13), index=on.month - 1 if on else None, key=f"{key}.month",
        placeholder=_("Month made"),
    )  # fmt: skip
    if not (year and month):
        return Made(None, Precision.MONTH)
    has_day = made is not None and made.precision is Precision.DAY
    days = range(1, monthrange(year, month)[1] + 1)
    known = on is not None and has_day and on.day in days
    day = row.selectbox(
        _("Day made (optional)"), days, index=on.day - 1 if on and known else None,
        key=f"{key}.day", placeholder=_("Day made"),
    )  # fmt: skip
    if day:
        return Made(date(year, month, day), Precision.DAY)
    return Made(date(year, month, 1), Precision.MONTH)


def foreseen(kind: Kind, made: Made, services: Mapping[str, date], today: date) -> None:
    """What follows from the manufacture date, before anything is saved."""
    if kind.needs_made_date and made.precision is Precision.UNREADABLE:
        source = kind.condition_source_text
        ui.notice("orange", _("Maker or date that cannot be read is a scrap condition ({source})."
                              " It will stand under “To be scrapped”.", source=source))  # fmt: skip
        return
    if kind.needs_made_date and made.precision is Precision.UNKNOWN:
        ui.notice("yellow", _("Find the date out within 30 days; after that it counts as a scrap"
                              " condition."))  # fmt: skip
        return
    facts = due.Facts(today, made.on, made.precision, last_services=services)
    dated = [one for one in due.dues(kind, facts) if one.cause is not due.Cause.INSPECTION]
    if made.on is None or made.on > today or not dated:
        return
    over = any(one.cause is due.Cause.SCRAP and one.on <= today for one in dated)
    said = [f"{_dated_name(kind, one)} {one.on.isoformat()}" for one in dated]
    words = _("Foreseen: {dates}", dates=_("; ").join(said))
    ui.notice("orange" if over else "grey", words)


def _dated_name(kind: Kind, one: due.Due) -> str:
    rule = kind.service(one.what)
    return rule.display_name if rule else _(due.CAUSE_NAMES[one.cause])


def service_inputs(key: str, kind: Kind, known: Mapping[str, date], today: date) -> dict[str, date]:
    """When each service was done last; empty where it never was."""
    timed = [rule for rule in kind.services if rule.first_months is not None]
    found: dict[str, Any] = {
        rule.code: ui.day_input(
            _("Last time: {service} (empty: never)", service=rule.display_name),
            value=known.get(rule.code),
            min_value=date(OLDEST_YEAR, 1, 1),
            max_value=today,
            key=f"{key}.service.{rule.code}",
        )
        for rule in timed
    }
    return {code: day for code, day in found.items() if day}


def part_inputs(key: str, kind: Kind) -> dict[str, date]:
    """The expiry dates printed on the parts of a new item."""
    if any(rule.needs_date for rule in kind.consumables):
        hint = _("A printed date that is left empty has to be looked up within 30 days.")
        ui.html(f'<p class="muted">{escape(hint)}</p>')
    found: dict[str, Any] = {
        rule.code: ui.day_input(
            _("{part}: valid until (as printed)", part=rule.display_name),
            value=None,
            min_value=date(OLDEST_YEAR, 1, 1),
            max_value=LATEST,
            key=f"{key}.part.{rule.code}",
        )
        for rule in kind.consumables
    }
    return {code: day for code, day in found.items() if day}


def limit_inputs(
    key: str, points: Sequence[NumberPoint], known: Mapping[str, Sequence[float | None]]
) -> dict[str, tuple[float | None, float | None]]:
    """The lowest and highest reading of this one, where the plate says them."""
    found = {}
    for point in points:
        low, high = (*known.get(point.code, ()), None, None)[:2]
        ui.html(f'<p class="muted">{escape(point.text)}</p>')
        row = st.container(key=f"ymd.{key}.{point.code}", horizontal=True, gap="small")
        pair = (
            _number(row, f"{key}.low.{point.code}", _("Lowest ({unit})", unit=point.unit), low),
            _number(row, f"{key}.high.{point.code}", _("Highest ({unit})", unit=point.unit), high),
        )
        if pair != (None, None):
            found[point.code] = pair
    return found


def _number(column: Any, key: str, label: str, value: float | None) -> float | None:
    found = column.number_input(
        label, min_value=0.0, value=value, step=0.1, format="%g", key=key,
        placeholder=_("As on the plate"),
    )  # fmt: skip
    return None if found is None else float(found)


def class_pills(key: str, kind: Kind, profile: str, value: str) -> str:
    """The fire classes that stand on an extinguisher."""
    if kind.family is not Family.EXTINGUISHER:
        return ""
    names = FIRE_CLASSES[profile]
    offered = [letter for letter in names if kind.may_cover(letter)]
    found = st.pills(
        _("Fire classes on the label"),
        offered,
        selection_mode="multi",
        default=[letter for letter in value if letter in offered],
        format_func=lambda letter: f"{letter} {_(names[letter])}",
        key=f"{key}.classes.{kind.code}",
    )
    return "".join(found)


def maker_inputs(key: str, maker: str, serial: str) -> dict[str, str]:
    """Who made it, and the number stamped on it."""
    left, right = st.columns(2)
    return {
        "maker": left.text_input(_("Maker"), maker, key=f"{key}.maker", max_chars=64),
        "serial": right.text_input(_("Serial number"), serial, key=f"{key}.serial", max_chars=64),
    }
