"""The list of emergency plans, the worst first; one plan, or its draft, in its place."""

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Final

import streamlit as st

from drills.plans.content import Words
from drills.plans.models import KIND_NAMES, PLANS, RULES, Kind
from drills.plans.pages import editor, plan
from drills.plans.pages.words import (
    BASE,
    RULES_BASE,
    coverage_badge,
    draft_badge,
    due_text,
    standing_badge,
    why_text,
)
from drills.plans.permissions import Permission
from drills.plans.reasons import how_judged, nothing_in_force, reason, standing_word
from drills.plans.review import Standing
from drills.plans.service import OnDay, create, on_day
from drills.plans.service.contacts import viewer_of
from drills.plans.service.listing import PlanRow, list_documents, unused_starting_points
from drills.plans.starting import EMPTY, starting_points
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, day_text, language, ngettext
from safety_app.ui import markup

NEW_KINDS: Final = PLANS
OLDEST: Final = date(2000, 1, 1)
EMPTY_TEXT: Final = {
    False: N_(
        "A plan says who does what when something happens. Begin with a proposal and make it the"
        " hall's own: choose the people, correct the steps, let a manager approve it."
    ),
    True: N_(
        "Rules are published in versions, and everybody confirms having read them. Begin with a"
        " proposal and make it the hall's own."
    ),
}


def render() -> None:
    """The page of emergency plans."""
    show(PLANS, BASE)


def render_rules() -> None:
    """The page of the hall's rules."""
    show(RULES, RULES_BASE)


def show(kinds: tuple[Kind, ...], base: str) -> None:
    """One document if the address names it, else the list."""
    actor = ui.current_actor()
    asked = str(st.query_params.get("plan", ""))
    if asked.isascii() and asked.isdecimal() and len(asked) < 10:
        if st.query_params.get("do") == "edit":
            editor.draw(actor, int(asked), base)
        else:
            plan.draw(actor, int(asked), base)
        return
    if st.query_params.get("do") == "new" and actor.may(Permission.DRAFT):
        _new(actor, base)
        return
    today, is_rules = ui.local_now().date(), base == RULES_BASE
    with reading() as session:
        rows = list_documents(session, actor, today, kinds=kinds)
        unused = unused_starting_points(session, actor.site_id, rules=is_rules)
    _head(actor, rows, base)
    if not rows:
        _first(actor, is_rules=is_rules)
    _groups(rows, base)
    if actor.may(Permission.DRAFT) and unused:
        _offers(actor, unused, base, is_first=not rows)
    if rows and not is_rules and viewer_of(actor) is None:
        _on_a_day(actor, today)


def _head(actor: Actor, rows: list[PlanRow], base: str) -> None:
    is_rules = base == RULES_BASE
    title = _("Rules of the hall and notices") if is_rules else _("Emergency plans")
    aside = ""
    if actor.may(Permission.DRAFT) and not is_rules:
        aside = markup.anchor(_("Own plan"), f"{base}?do=new", "add")
    ui.title(title, _subtitle(rows), aside=aside)
    ui.html(_beside(is_rules=is_rules))


def _subtitle(rows: list[PlanRow]) -> str:
    in_force = sum(row.held is not None for row in rows)
    if not rows:
        return ""
    return _("{n} in force, the most pressing first", n=in_force)


def _beside(*, is_rules: bool) -> str:
    """Papers and pages beside this one."""
    lang = f"?lang={language()}"
    if is_rules:
        links = [(BASE, _("Emergency plans"), "emergency_home", False)]
    else:
        links = [
            ("/emergency", _("In an emergency"), "emergency", True),
            (f"/emergency-plans/contacts.pdf{lang}", _("Contact list"), "contact_phone", True),
            (f"/emergency-plans/cards.pdf{lang}", _("All action cards"), "style", True),
            (RULES_BASE, _("Rules of the hall and notices"), "gavel", False),
        ]
    label = escape(_("More about emergency plans"), quote=True)
    anchors = "".join(
        f'<a href="{escape(href, quote=True)}" target="{"_blank" if new else "_self"}">'
        f"{markup.icon(symbol)}<span>{escape(words)}</span></a>"
        for href, words, symbol, new in links
    )
    return f'<nav class="beside" aria-label="{label}">{anchors}</nav>'


def _groups(rows: list[PlanRow], base: str) -> None:
    there = [row for row in rows if row.standing is not Standing.WITHDRAWN]
    gone = [row for row in rows if row.standing is Standing.WITHDRAWN]
    parts = []
    if there:
        parts.append(f'<div class="box lines">{"".join(_line(row, base) for row in there)}</div>')
    if gone:
        words = ngettext("{n} withdrawn", "{n} withdrawn", len(gone))
        lines = "".join(_line(row, base) for row in gone)
        parts.append(
            f'<details class="more"><summary>{escape(words)}</summary>'
            f'<div class="box lines">{lines}</div></details>'
        )
    ui.html("".join(parts))


def _line(row: PlanRow, base: str) -> str:
    facts = [row.number, _(KIND_NAMES[row.kind])]
    if row.held:
        facts.append(_("Version {n}", n=row.held.version))
        if row.kind not in RULES:
            facts.append(due_text(row.held))
    badges = ui.badges(
        standing_badge(row.standing, row.held),
        draft_badge(row.draft_status),
        coverage_badge(row.coverage),
    )
    whys = "".join(f'<span class="sub">{escape(why_text(why))}</span>' for why in row.whys)
    return (
        f'<a class="line" href="{base}?plan={row.id}"><strong>{escape(row.title)}</strong>'
        f'<span class="sub">{escape(" · ".join(facts))}</span>{whys}{badges}</a>'
    )


def _first(actor: Actor, *, is_rules: bool) -> None:
    says = _(EMPTY_TEXT[is_rules])
    if not actor.may(Permission.DRAFT):
        says = _("The safety officer drafts them, a manager approves them.")
    heading = _("No rules yet") if is_rules else _("No emergency plan yet")
    with ui.card("nothing"):
        ui.empty(heading, says, symbol="gavel" if is_rules else "emergency_home")


def _offers(actor: Actor, codes: list[str], base: str, *, is_first: bool) -> None:
    """Starting points that nobody has begun with."""
    with st.expander(_("Begin with a proposal"), expanded=is_first, icon=":material/lightbulb:"):
        for code in codes:
            point = starting_points()[code]
            with st.container(key=f"offer_{code}", horizontal=True, vertical_alignment="center"):
                title, kind = escape(point.title.text), escape(_(KIND_NAMES[point.kind]))
                ui.html(
                    f'<div class="offer">{markup.icon(point.icon)}<div><strong>{title}</strong>'
                    f'<span class="sub">{kind}</span></div></div>'
                )
                pressed = st.button(
                    _("Begin with this"), key=f"plans.begin_{code}", icon=":material/edit:"
                )
            if pressed:
                _begin(actor, base, code)


def _begin(actor: Actor, base: str, code: str, **facts: object) -> None:
    created = ui.act(
        lambda session: create(session, actor, scenario=code, now=ui.now(), **facts).id,  # type: ignore[arg-type]
        done=_("The draft is begun. Go through it section by section; each is saved by itself."),
    )
    if created is not None:
        ui.go(base.strip("/"), plan=str(created), do="edit")


def _new(actor: Actor, base: str) -> None:
    """An own plan: its title and kind."""
    ui.html(plan.back(base))
    ui.title(_("Own plan"), _("For what the proposals do not cover"))
    with ui.card("new_plan"), st.form("plans.new", border=False):
        title = st.text_input(_("Title (required)"), key="plans.title", max_chars=100)
        kind = st.selectbox(
            _("Kind"), NEW_KINDS, index=2, key="plans.kind",
            format_func=lambda one: _(KIND_NAMES[one]),
        )  # fmt: skip
        pressed = st.form_submit_button(_("Begin the draft"), type="primary", width="stretch")
    if pressed:
        words = Words(en=title) if language() == "en" else Words(zh=title)
        _begin(actor, base, EMPTY, kind=kind, title=words)


def _on_a_day(actor: Actor, today: date) -> None:
    """Which plans were in force on any day, for an inspector."""
    with st.expander(_("Which plans were in force on a day"), icon=":material/event:"):
        day = ui.day_input(
            _("Day"), today, min_value=OLDEST, max_value=today,
            key="plans.day",
        )  # fmt: skip
        with reading() as session:
            found = on_day(session, actor.site_id, day, today=today)
            nothing = nothing_in_force(session, actor.site_id, day)
        ui.html(_day_table(found) if found else f'<p class="muted">{escape(nothing)}</p>')
        if day < today and found:
            ui.html(f'<p class="muted">{escape(how_judged())}</p>')
        href = f"/emergency-plans/register.pdf?day={day}&lang={language()}"
        link = markup.anchor(_("Print the list of this day"), href, "print", new_tab=True)
        ui.html(f'<div class="ways">{link}</div>')


def _day_table(found: Sequence[OnDay]) -> str:
    """How each plan stood on the day, with the reasons."""
    heads = (
        _("Emergency plan"),
        _("Version"),
        _("In force from"),
        _("Review by"),
        _("Read by"),
        _("On this day"),
    )
    rows = [
        (
            one.held.title,
            _("Version {n}", n=one.held.version),
            _day(one.held.effective_on),
            _day(one.held.review_by),
            f"{one.coverage.read}/{one.coverage.of}" if one.coverage.of else "–",
            markup.Safe(_stood(one)),
        )
        for one in found
    ]
    return markup.table(_("Plans in force on a day"), heads, rows)


def _stood(one: OnDay) -> str:
    tones: dict[Standing, tuple[ui.Tone, str]] = {
        Standing.OVERDUE: ("red", "event_busy"),
        Standing.TO_REVISE: ("orange", "edit_note"),
    }
    tone, symbol = tones.get(one.standing, ("green", "verified"))
    whys = "".join(f'<span class="sub">{escape(reason(why))}</span>' for why in one.whys)
    return ui.badge(standing_word(one), tone, symbol) + whys


def _day(day: date) -> str:
    return day_text(day, weekday=False, year=True)
