"""System: what is wrong with this installation, how to mend it, and what is in it."""

from collections.abc import Sequence
from typing import Final

from safety_app import doctor, ui
from safety_app.accounts import service as accounts
from safety_app.core.db import database, reading
from safety_app.core.i18n import _
from safety_app.core.settings import settings
from safety_app.ui import markup
from safety_app.workplace import service as workplace

TONES: Final[dict[doctor.Severity, tuple[markup.Tone, str]]] = {
    doctor.Severity.FINE: ("green", "check_circle"),
    doctor.Severity.WARNING: ("orange", "warning"),
    doctor.Severity.ERROR: ("red", "report"),
}


def render() -> None:
    """Findings, worst first, then the facts."""
    actor, now = ui.current_actor(), ui.now()
    with reading() as session:
        findings = doctor.examine(session, now)
        people = len(accounts.list_people(session, actor.site_id))
        windows = len(workplace.list_windows(session, actor.site_id))
    troubles = sum(one.severity is not doctor.Severity.FINE for one in findings)
    ui.title(
        _("System"),
        _("Everything is in order") if not troubles else _("Needs attention: {n}", n=troubles),
    )
    with ui.card("findings"):
        ui.html(markup.section(_("Checks")) + _findings(findings))
    with ui.card("facts"):
        ui.html(markup.section(_("This installation")))
        ui.facts(
            [
                (_("Database"), "SQLite" if database().is_sqlite else "PostgreSQL"),
                (_("Data folder"), str(settings().data_dir)),
                (_("Public address"), settings().public_url or _("not set")),
                (_("People"), str(people)),
                (_("Windows"), str(windows)),
            ]
        )


def _findings(findings: Sequence[doctor.Finding]) -> str:
    return markup.timeline(
        [
            markup.Entry(one.title, one.advice, icon=symbol, tone=tone)
            for one in findings
            for tone, symbol in (TONES[one.severity],)
        ]
    )
