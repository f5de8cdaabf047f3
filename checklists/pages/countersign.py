"""The second signature: a day's sheets at once, those with something to look at one by one."""

from datetime import date
from html import escape
from itertools import groupby
from typing import Final

import streamlit as st

from checklists import service
from checklists.models import Kind
from checklists.pages import opened_sheet, paper_cards
from checklists.pages.signing import ask, clock_text, flag_badges
from checklists.service import Sheet
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, day_text, ngettext
from safety_app.ui import markup

DAYS_SHOWN: Final = 7
SHEETS_SHOWN: Final = 12


def render() -> None:
    """One sheet if the address names it, else all that waits by day."""
    actor, now = ui.current_actor(), ui.now()
    asked = str(st.query_params.get("sheet", ""))
    if asked.isascii() and asked.isdecimal() and len(asked) < 10:
        opened_sheet.draw(actor, int(asked))
        return
    with reading() as session:
        sheets = service.waiting(session, actor, now=now)
        papers = service.papers_waiting(session, actor)
    ui.title(_("Countersign"), _subtitle(sheets))
    paper_cards.draw(actor, papers)
    if sheets:
        _days(actor, sheets)
    elif not papers:
        ui.empty(
            _("Nothing waits for your signature"),
            _("Sheets appear here when they have been signed by their patroller."),
            symbol="verified",
            extra=markup.anchor(_("Show the patrols"), "/patrols", "checklist"),
        )


def _subtitle(sheets: list[Sheet]) -> str:
    if not sheets:
        return _("Second signatures under patrols and checks")
    return ngettext("{n} sheet waits for you", "{n} sheets wait for you", len(sheets))


def _days(actor: Actor, sheets: list[Sheet]) -> None:
    """The days, the earliest first; the first one that can be signed at once is open."""
    days = [(on, list(some)) for on, some in groupby(sheets, lambda one: one.on_date)]
    signable = [on for on, some in days if any(not one.flags for one in some)]
    opened = _opened(signable)
    for on, some in days[:DAYS_SHOWN]:
        _day(actor, on, some, is_open=on == opened)
    if len(days) > DAYS_SHOWN:
        more = len(days) - DAYS_SHOWN
        text = ngettext("{n} more day follows", "{n} more days follow", more)
        ui.html(f'<p class="muted">{escape(text)}</p>')


def _opened(signable: list[date]) -> date | None:
    chosen = st.session_state.get("countersign.day")
    return chosen if chosen in signable else next(iter(signable), None)


def _day(actor: Actor, on: date, sheets: list[Sheet], *, is_open: bool) -> None:
    plain = [one for one in sheets if not one.flags]
    flagged = [one for one in sheets if one.flags]
    with ui.card(f"day_{on:%Y%m%d}"):
        badge = ui.badge(ngettext("{n} sheet", "{n} sheets", len(sheets)), "petrol", "draw")
        ui.html(markup.section(day_text(on, year=True), badge) + _lists(actor, plain, flagged))
        if plain and is_open:
            _sign_day(actor, on, plain)
        elif plain:
            label = ngettext(
                "Sign {n} sheet of this day", "Sign {n} sheets of this day", len(plain)
            )
            if st.button(label, key=f"countersign.open_{on}", icon=":material/draw:"):
                st.session_state["countersign.day"] = on
                st.rerun()


def _lists(actor: Actor, plain: list[Sheet], flagged: list[Sheet]) -> str:
    parts = []
    if flagged:
        head = _("To be opened and signed one by one")
        lines = "".join(_line(actor, one, f"/countersign?sheet={one.run_id}") for one in flagged)
        parts.append(f'<h3>{escape(head)}</h3><div class="box lines">{lines}</div>')
    if plain:
        head = _("In time and without a problem")
        shown = plain[:SHEETS_SHOWN]
        lines = "".join(_line(actor, one, f"/sheet/{one.task_id}") for one in shown)
        if len(plain) > SHEETS_SHOWN:
            rest = "".join(
                _line(actor, one, f"/sheet/{one.task_id}") for one in plain[SHEETS_SHOWN:]
            )
            more = escape(_("Show {n} more", n=len(plain) - SHEETS_SHOWN))
            lines += f'<details class="more"><summary>{more}</summary>{rest}</details>'
        parts.append(f'<h3>{escape(head)}</h3><div class="box lines">{lines}</div>')
    return "".join(parts)


def _line(actor: Actor, sheet: Sheet, href: str) -> str:
    when = clock_text(actor, sheet.submitted_at)
    title = sheet.title if sheet.kind is Kind.PATROL else ""
    facts = " · ".join(fact for fact in (title, sheet.submitted_by_name, when) if fact)
    return (
        f'<a class="line" href="{href}" target="_self"><span class="item"><span class="body">'
        f"<strong>{escape(sheet.name)}</strong><br>"
        f'<span class="sub">{escape(facts)}</span>{flag_badges(sheet)}</span>'
        f"{markup.icon('chevron_right')}</span></a>"
    )


def _sign_day(actor: Actor, on: date, plain: list[Sheet]) -> None:
    done = ask(
        actor,
        f"countersign.day_{on}",
        [one.run_id for one in plain],
        statement=_(
            "I confirm the sheets listed above as in time and without a problem: {n}.",
            n=len(plain),
        ),
        button=ngettext("Countersign {n} sheet", "Countersign {n} sheets", len(plain)),
    )
    if done:
        st.rerun()
