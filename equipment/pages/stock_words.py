"""How a stock stands and what moved, in words and badges."""

from collections.abc import Sequence

from equipment.models import STOCK_STEP_NAMES, StockStep
from equipment.service.stock import Level, Want
from equipment.service.stock_views import BatchRow, MoveRow, StockRow
from equipment.units import amount_text
from safety_app import ui
from safety_app.core import clock
from safety_app.core.i18n import _, day_text, moment_text, ngettext


def headline(rows: Sequence[StockRow]) -> str:
    """How many stocks want something."""
    wanting = sum(bool(one.level.wants) for one in rows)
    if not rows:
        return ""
    if not wanting:
        return ngettext("{n} stock, in order", "{n} stocks, all in order", len(rows))
    return _("{wanting} of {all} stocks need something, the worst first", wanting=wanting,
             all=len(rows))  # fmt: skip


def badges_of(row: StockRow) -> str:
    """What a stock wants, the gravest first."""
    if not row.is_active:
        return ui.badges(ui.badge(_("Closed stock"), "grey", "block"))
    if not row.level.wants:
        return ui.badges(ui.badge(_("In order"), "green"))
    return ui.badges(*(_badge(want, row.level, row.unit) for want in row.level.wants))


def _badge(want: Want, level: Level, unit: str) -> str:
    match want:
        case Want.EXPIRED:
            words = _("{amount} expired", amount=amount_text(level.expired, unit))
            return ui.badge(words, "red", "event_busy", solid=True)
        case Want.SHORT if not level.usable:
            return ui.badge(_("Nothing fit for use"), "red", "report", solid=True)
        case Want.SHORT:
            short = amount_text(level.minimum - level.usable, unit)
            return ui.badge(_("{amount} short", amount=short), "orange", "trending_down")
        case Want.EXPIRING:
            words = _("{amount} soon expire", amount=amount_text(level.expiring, unit))
            return ui.badge(words, "yellow", "schedule")


def batch_badge(one: BatchRow) -> str:
    """How long a batch may still be issued; nothing while that is long."""
    days = one.days_left or 0
    if one.is_expired and days == 0:
        return ui.badge(_("Expires today"), "red", "event_busy", solid=True)
    if one.is_expired:
        words = ngettext("Expired {n} day ago", "Expired {n} days ago", -days)
        return ui.badge(words, "red", "event_busy", solid=True)
    if one.is_expiring:
        words = ngettext("{n} day left", "{n} days left", days)
        return ui.badge(words, "yellow", "schedule")
    return ""


def next_expiry_text(level: Level) -> str:
    """The next expiry of what may still be issued; nothing where nothing expires."""
    if level.next_expiry is None:
        return ""
    return _("next expiry {day}", day=day_text(level.next_expiry, weekday=False, year=True))


def move_title(one: MoveRow, unit: str) -> str:
    """`领用 2 副 · 王晓燕`."""
    step = _(STOCK_STEP_NAMES[one.step])
    if one.step == StockStep.COUNT:
        words = _difference(one.quantity, unit) if one.differs else _("as recorded")
        return f"{step} · {words}"
    if one.step == StockStep.CHECK:
        return f"{step} · {_('problems found') if one.note else _('passed')}"
    amount = amount_text(abs(one.quantity), unit)
    said = f"{step} {amount}"
    if one.discarded:
        said = _("{said}, discarded", said=said)
    return f"{said} · {one.person}" if one.person else said


def _difference(change: int, unit: str) -> str:
    if change == 0:
        return _("batches exchanged")
    amount = amount_text(abs(change), unit)
    return _("{amount} more", amount=amount) if change > 0 else _("{amount} less", amount=amount)


def move_note(one: MoveRow, timezone: str) -> str:
    """Batches, reason, who recorded it and when; the day of a receipt where that was another."""
    lots = _(", ").join(dict.fromkeys(lot for lot, _n in one.lots if lot))
    is_late = one.on_date != clock.local_day(one.at, timezone)
    day = day_text(one.on_date, weekday=False, year=True)
    parts = [
        _("batch {lots}", lots=lots) if lots else "",
        _("received {day}", day=day) if is_late else "",
        one.note,
        _("recorded by {name}", name=one.actor) if one.actor else "",
        moment_text(one.at, timezone, year=True),
    ]
    return " · ".join(part for part in parts if part)


def batch_text(one: BatchRow) -> str:
    """A batch by its number and expiry."""
    lot = _("batch {lots}", lots=one.lot) if one.lot else _("batch without a number")
    if one.expires_on is None:
        return f"{lot} · {_('no expiry')}"
    day = day_text(one.expires_on, weekday=False, year=True)
    words = _("expired {day}", day=day) if one.is_expired else _("expires {day}", day=day)
    return f"{lot} · {words}"
