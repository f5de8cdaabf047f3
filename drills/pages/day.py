"""The page of one day for an inspector: three answers, each with what was missing and papers."""

from datetime import date
from html import escape
from typing import Final

import streamlit as st

from drills.plans.reasons import how_judged
from drills.readiness import Answer, answers, require_readiness
from safety_app import ui
from safety_app.core.db import reading
from safety_app.core.i18n import _, day_text, language, ngettext
from safety_app.ui import markup
from safety_app.workplace import service as workplace

OLDEST: Final = date(2000, 1, 1)
MOST: Final = 20
"""So many points an answer lists; the paper has all of them."""


def render() -> None:
    """A day is chosen; three answers, each with what was missing and with its papers."""
    actor = ui.current_actor()
    require_readiness(actor)
    today = ui.local_now().date()
    ui.title(
        _("Readiness on a day"),
        _("Plans, drills and people on post, as they stood on the day an inspector asks about."),
    )
    day = _chosen(today)
    if day is None:
        return
    with reading() as session:
        nothing = workplace.before_records(session, actor.site_id, day)
        found = () if nothing else answers(session, actor, day, now=ui.now())
    prints = markup.anchor(
        _("Print this day"), f"/drills/readiness/{day}.pdf?lang={language()}", "print", new_tab=True
    )
    ui.html(markup.section(day_text(day, year=True), prints))
    if nothing:
        ui.notice("grey", nothing)
    for one in found:
        _show(one, _links(*_papers(one.key, day)))
    if found and day < today:
        ui.html(f'<p class="muted">{escape(how_judged())}</p>')


def _chosen(today: date) -> date | None:
    """The day of the field, which begins with that of the address; none if it cannot be asked."""
    given = st.query_params.get("day", "")
    try:
        asked = date.fromisoformat(given)
    except ValueError:
        asked = today
        if given:
            ui.notice("grey", _("“{given}” is not a day. Please choose one.", given=given))
    found = ui.day_input(
        _("Day"), asked, min_value=OLDEST, max_value=today, key="readiness.day", width=220
    )
    if ui.faults():
        return None
    if given != found.isoformat():
        st.query_params["day"] = found.isoformat()
    return found


def _show(one: Answer, links: str) -> None:
    badge = ui.badge(one.verdict, *(("red", "report") if one.wrong else ("green", "verified")))
    lines = [f"<li>{escape(line)}</li>" for line in one.wrong[:MOST]]
    rest = len(one.wrong) - MOST
    if rest > 0:
        more = ngettext("and {n} more, on the paper", "and {n} more, on the paper", rest)
        lines.append(f'<li class="muted">{escape(more)}</li>')
    with ui.card(f"readiness_{one.key}"):
        ui.html(
            markup.section(one.name, badge)
            + f'<p class="muted">{escape(" ".join(one.facts))}</p>'
            + (f"<ul>{''.join(lines)}</ul>" if lines else "")
            + links
        )


def _papers(key: str, day: date) -> tuple[tuple[str, str, str], ...]:
    asked = f"day={day}&lang={language()}"
    papers: dict[str, tuple[tuple[str, str, str], ...]] = {
        "plans": (
            (_("List of plans on this day"), f"/emergency-plans/register.pdf?{asked}", "print"),
        ),
        "drills": (
            (_("Plan of the year"), f"/drills/year/{day.year}.pdf?{asked}", "print"),
            (_("Drills of the year"), f"/drills/record/{day.year}.pdf?{asked}", "campaign"),
            (_("Look at the year"), f"/drill-year?day={day}&year={day.year}", "arrow_forward"),
        ),
        "people": (
            (_("Training coverage on this day"),
             f"/training/matrix.pdf?on={day}&lang={language()}", "print"),
        ),
    }  # fmt: skip
    return papers[key]


def _links(*papers: tuple[str, str, str]) -> str:
    anchors = "".join(
        markup.anchor(words, href, symbol, new_tab=".pdf" in href) for words, href, symbol in papers
    )
    return f'<div class="ways">{anchors}</div>'
