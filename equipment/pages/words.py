"""How an item stands, as badges: colour, symbol and word together."""

from collections.abc import Mapping, Sequence
from typing import Final

from equipment.standing import Mark, Standing
from equipment.wording import service_name
from safety_app import ui
from safety_app.core.i18n import N_, _, ngettext

_PLAIN: Final[Mapping[Mark, tuple[ui.Tone, str, str]]] = {
    Mark.UNFIT: ("red", "dangerous", N_("Unfit for use")),
    Mark.TO_SCRAP: ("red", "dangerous", N_("Scrap date reached")),
    Mark.DEFECTIVE: ("orange", "block", N_("Out of service")),
    Mark.FAILED: ("red", "report", N_("Failed its inspection")),
    Mark.UNDATED: ("red", "event_busy", N_("Printed date not recorded")),
    Mark.FINE: ("green", "check_circle", N_("In order")),
    Mark.SCRAPPED: ("grey", "delete", N_("Scrapped")),
    Mark.LOST: ("grey", "question_mark", N_("Lost")),
}
_TODAY: Final[Mapping[Mark, str]] = {
    Mark.EXPIRED: N_("Part expires today"),
    Mark.SERVICE_DUE: N_("{service} due today"),
    Mark.INSPECTION_DUE: N_("Inspection due today"),
}
_AHEAD: Final = {
    Mark.TO_VERIFY: "help",
    Mark.SCRAP_SOON: "schedule",
    Mark.SERVICE_SOON: "schedule",
    Mark.EXPIRY_SOON: "schedule",
}


def badges(standings: Sequence[Standing], most: int = 9) -> str:
    """The badges of an item, the worst first."""
    return ui.badges(*(badge(one) for one in standings[:most]))


def badge(standing: Standing) -> str:
    """One badge."""
    mark, days = standing.mark, standing.days
    if mark in _PLAIN:
        tone, symbol, word = _PLAIN[mark]
        return ui.badge(_(word), tone, symbol)
    if mark is Mark.AWAY:
        return ui.outline_badge(_("Away for service"), "local_shipping")
    if mark in _AHEAD:
        return ui.badge(_ahead(standing), "yellow", _AHEAD[mark])
    if days == 0:
        return ui.badge(_(_TODAY[mark], service=service_name(standing.what)), "orange", "today")
    return ui.badge(_over(standing), "red", "event_busy", solid=True)


def _over(standing: Standing) -> str:
    """Since how many days something is over."""
    mark, days = standing.mark, standing.days
    if mark is Mark.EXPIRED:
        return ngettext("Part expired {n} day ago", "Part expired {n} days ago", days)
    if mark is Mark.SERVICE_DUE:
        return ngettext("{service} {n} day overdue", "{service} {n} days overdue", days,
                        service=service_name(standing.what))  # fmt: skip
    return ngettext("Inspection {n} day overdue", "Inspection {n} days overdue", days)


def _ahead(standing: Standing) -> str:
    """In how many days something comes."""
    mark, days = standing.mark, standing.days
    if mark is Mark.TO_VERIFY:
        return ngettext("To be verified, {n} day left", "To be verified, {n} days left", days)
    if mark is Mark.SCRAP_SOON:
        return ngettext("Scrap in {n} day", "Scrap in {n} days", days)
    if mark is Mark.EXPIRY_SOON:
        return ngettext("New part in {n} day", "New part in {n} days", days)
    return ngettext("{service} in {n} day", "{service} in {n} days", days,
                    service=service_name(standing.what))  # fmt: skip
