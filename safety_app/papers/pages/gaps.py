"""What the shelf lacks or will soon lack: a card on the shelf, and a part of Today."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Final
from urllib.parse import urlencode

from safety_app import ui
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database, database, reading
from safety_app.core.i18n import _, day_text, language, ngettext
from safety_app.papers.gaps import Gap, Why, list_gaps, months_text
from safety_app.papers.permissions import Permission
from safety_app.papers.service import shelf_token
from safety_app.ui import markup

SHOWN: Final = 4
ON_TODAY: Final = 3


def card(actor: Actor, gaps: Sequence[Gap]) -> None:
    """All that is not in order, each with the way to file it; a word where all is there."""
    if not gaps:
        words = _("Everything an inspector asks for is on the shelf and valid.")
        ui.html(f'<p class="muted">{markup.icon("check_circle")} {escape(words)}</p>')
        return
    may_file = actor.may(Permission.KEEP)
    lines = [_line(gap, may_file) for gap in gaps]
    more = ""
    if rest := lines[SHOWN:]:
        words = escape(ngettext("{n} more", "{n} more", len(rest)))
        more = f'<details class="more"><summary>{words}</summary>{"".join(rest)}</details>'
    said = _("What does not apply here: file a note that says why.") if may_file else ""
    ui.html(
        markup.section(_heading(gaps))
        + f'<div class="box lines flat">{"".join(lines[:SHOWN])}{more}</div>'
        + (f'<p class="muted">{escape(said)}</p>' if said else "")
    )


def tile(actor: Actor, now: datetime) -> bool:
    """The first of them, for whoever keeps the papers."""
    if not actor.may(Permission.KEEP):
        return False
    with reading() as session:
        shelf = shelf_token(session, actor.site_id)
    minute = now.replace(second=0, microsecond=0)
    gaps = _kept(actor, minute, shelf, language(), database())
    if not gaps:
        return False
    lines = "".join(_line(gap, may_file=True) for gap in gaps[:ON_TODAY])
    link = markup.anchor(_("To the papers on file"), "/papers", "folder_open", look="quiet")
    ui.html(f'{markup.section(_heading(gaps))}<div class="box lines">{lines}</div><p>{link}</p>')
    return True


@lru_cache(maxsize=64)
def _kept(
    actor: Actor, minute: datetime, _shelf: tuple[int, int], _language: str, _database: Database
) -> Sequence[Gap]:
    """What is lacking; records that stand for a paper are looked for once a minute."""
    with reading() as session:
        return list_gaps(session, actor, today=clock.local_day(minute, actor.timezone))


def _heading(gaps: Sequence[Gap]) -> str:
    ending = sum(gap.why is Why.ENDING for gap in gaps)
    lacking = len(gaps) - ending
    if not ending:
        return ngettext("{n} paper is missing", "{n} papers are missing", lacking)
    if not lacking:
        return ngettext("{n} paper ends soon", "{n} papers end soon", ending)
    return _("Papers: {lacking} missing, {ending} ending soon", lacking=lacking, ending=ending)


def _line(gap: Gap, may_file: bool) -> str:
    inside = (
        f'<strong>{escape(gap.name)}</strong><span class="sub">{escape(_told(gap))}</span>'
        f"{ui.badges(_badge(gap))}"
    )
    if not may_file:
        return f'<div class="line">{inside}</div>'
    address = f"/papers?{urlencode({'do': 'new', 'kind': gap.kind.code})}"
    return f'<a class="line" href="{escape(address, quote=True)}">{inside}</a>'


def _badge(gap: Gap) -> str:
    match gap.why:
        case Why.MISSING:
            return ui.badge(_("Missing"), "red", "report")
        case Why.ENDED:
            return ui.badge(_("Out of date"), "red", "report", solid=True)
        case Why.OLD:
            return ui.badge(_("New one due"), "red", "report")
        case Why.MONTHS:
            return ui.badge(_("Months missing"), "red", "report")
        case Why.ENDLESS:
            return ui.badge(_("No end date recorded"), "orange", "warning")
        case Why.ENDING:
            return ui.badge(_("Ends soon"), "orange", "warning")


def _told(gap: Gap) -> str:
    """The day that matters, and the rule behind it."""
    source = gap.kind.display_source
    if gap.without:
        return f"{_('Missing for {months}', months=months_text(gap.without))} · {source}"
    if gap.why is Why.ENDLESS:
        return f"{_('File it with the day until which it holds')} · {source}"
    if gap.on is None:
        return source
    day = day_text(gap.on, weekday=False, year=True)
    if gap.paper is not None and gap.paper.valid_until is not None:
        said = _("Valid until {day}", day=day)
    else:
        said = _("Renew by {day}", day=day)
    return f"{said} · {source}"
