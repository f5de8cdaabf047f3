"""Inspections by authorities: the list, and one with its papers, findings and reply."""

from datetime import date
from html import escape
from typing import Final

import streamlit as st

from hazards import service
from hazards.pages import inspection_forms as forms
from hazards.service import HazardRow, InspectionDetail, InspectionRow, ReplyState, Scan
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import NotFound
from safety_app.core.i18n import _, day_text, language, moment_text, ngettext

SEARCHED_FROM: Final = 12
NEW, REPLY, FINDINGS, SCANS = "new", "reply", "findings", "scans"


def render() -> None:
    """The list, one inspection, or one of the forms, as the address says."""
    actor = ui.current_actor()
    key, step = st.query_params.get("id", ""), st.query_params.get("do", "")
    if step == NEW:
        forms.new(actor)
    elif key:
        _one(actor, key, step)
    else:
        _list(actor)


def _list(actor: Actor) -> None:
    ui.title(
        _("Inspections by authorities"),
        _("What they found is a hazard with their deadline; what they ask is replied to."),
        aside=ui.markup.anchor(
            _("Record an inspection"), f"/inspections?do={NEW}", "add", look="primary"
        ),
    )
    now = ui.now()
    with reading() as session:
        everything = service.list_inspections(session, actor, now=now)
    text = ""
    if len(everything) >= SEARCHED_FROM:
        text = st.text_input(
            _("Search"),
            key="inspections.text",
            placeholder=_("Search authority, number or words"),
            label_visibility="collapsed",
            icon=":material/search:",
            max_chars=60,
        )
    found = everything
    if text:
        with reading() as session:
            found = service.list_inspections(session, actor, now=now, text=text)
    if not everything:
        with ui.card("nothing"):
            ui.empty(
                _("No inspection by an authority is recorded"),
                _("Record one when an authority has been here, with its document and findings."),
                symbol="policy",
            )
        return
    if not found:
        with ui.card("nothing"):
            ui.empty(_("Nothing fits the search"), _("Clear the search."), symbol="search")
        return
    pressed = ui.rows(
        "inspections.rows", [_row(one) for one in found], label=_("Inspections by authorities")
    )
    if pressed:
        st.query_params.from_dict({"id": pressed})
        st.rerun()


def _row(one: InspectionRow) -> ui.Row:
    return ui.Row(
        id=str(one.id),
        title=one.authority,
        note=_("Inspected on {day}", day=day_text(one.inspected_on, weekday=False, year=True)),
        code=one.number,
        badges=ui.badges(*_badges(one)),
    )


def _badges(one: InspectionRow) -> tuple[str, ...]:
    return _reply_badge(one), _findings_badge(one)


def _reply_badge(one: InspectionRow) -> str:
    if one.state == ReplyState.REPLIED:
        return ui.badge(_("Replied"), "green", "mark_email_read")
    if one.state == ReplyState.NOT_ASKED:
        return ui.badge(_("No reply asked for"), "grey", "drafts")
    days = one.days_left or 0
    if days < 0:
        words = ngettext("Reply {n} day overdue", "Reply {n} days overdue", -days)
        return ui.badge(words, "red", "report", solid=True)
    if days == 0:
        return ui.badge(_("Reply due today"), "orange", "warning")
    tone: ui.Tone = "yellow" if days <= forms.SOON_DAYS else "grey"
    words = ngettext("Reply due in {n} day", "Reply due in {n} days", days)
    return ui.badge(words, tone, "schedule")


def _findings_badge(one: InspectionRow) -> str:
    if not one.findings:
        return ui.badge(_("No findings"), "grey", "remove")
    if one.open:
        words = _("{open} of {all} findings open", open=one.open, all=one.findings)
        return ui.badge(words, "orange", "warning")
    words = ngettext("{n} finding, closed", "{n} findings, all closed", one.findings)
    return ui.badge(words, "green", "check_circle")


def _one(actor: Actor, key: str, step: str) -> None:
    try:
        if not (key.isascii() and key.isdigit()):
            raise NotFound()
        with reading() as session:
            found = service.get_inspection(session, actor, int(key[:18]), now=ui.now())
    except NotFound as problem:
        ui.title(_("Inspections by authorities"))
        back = ui.markup.anchor(_("All inspections"), "/inspections", "arrow_back")
        ui.empty(_("Inspection not found"), problem.message(), symbol="lock", extra=back)
        return
    shown = {REPLY: forms.reply, FINDINGS: forms.more_findings, SCANS: forms.more_scans}.get(step)
    if shown is not None:
        shown(actor, found)
        return
    row = found.row
    ui.title(
        row.authority,
        row.number or _("no number"),
        aside=ui.markup.anchor(_("All inspections"), "/inspections", "arrow_back"),
    )
    with ui.card("inspection"):
        ui.html(f'<div class="section">{ui.badges(*_badges(row))}</div>')
        ui.html(_actions(row))
        ui.html(ui.markup.facts(_facts(found, actor.timezone)) + _told(found) + _scans(found.scans))
    with ui.card("findings"):
        ui.html(ui.markup.section(_("Findings")) + _findings(found.findings))


def _actions(row: InspectionRow) -> str:
    """The reply is the next step while one is owed; more findings before that."""
    base = f"/inspections?id={row.id}&do="
    links = []
    if row.state != ReplyState.REPLIED:
        look = "secondary" if row.state == ReplyState.NOT_ASKED else "primary big"
        links.append(ui.markup.anchor(_("Record the reply"), base + REPLY, "send", look=look))
    links += [
        ui.markup.anchor(_("Add findings"), base + FINDINGS, "add_alert"),
        ui.markup.anchor(_("Add papers"), base + SCANS, "attach_file"),
        ui.markup.anchor(
            _("Print the reply sheet"),
            f"/inspections/{row.id}/reply.pdf?lang={language()}",
            "print",
            new_tab=True,
        ),
    ]
    return f'<div style="display:flex;flex-wrap:wrap;gap:12px">{"".join(links)}</div>'


def _facts(found: InspectionDetail, timezone: str) -> list[ui.Fact]:
    row = found.row

    def day(value: date | None) -> str:
        return day_text(value, year=True) if value else "–"

    recorded = moment_text(found.recorded_at, timezone, year=True)
    pairs = [
        ui.Fact(_("Document number"), row.number or "–"),
        ui.Fact(_("Inspected on"), day(row.inspected_on)),
        ui.Fact(_("Reply by"), day(row.reply_by)),
        ui.Fact(_("Recorded"), " · ".join(filter(None, (found.recorded_by, recorded)))),
    ]
    if row.replied_on:
        said = " · ".join(filter(None, (day(row.replied_on), found.replied_by)))
        pairs.append(ui.Fact(_("Replied on"), said))
    return pairs


def _told(found: InspectionDetail) -> str:
    """Longer words, over the whole width."""
    named = ((_("Summary"), found.summary), (_("Reply"), found.reply))
    pairs = [ui.Fact(name, said) for name, said in named if said]
    return f'<div class="plan">{ui.markup.facts(pairs)}</div>' if pairs else ""


def _scans(scans: tuple[Scan, ...]) -> str:
    if not scans:
        words = escape(_("No paper is kept here yet. Add a scan or photo of the document."))
        return f'<p class="muted">{words}</p>'
    kinds = {False: _("Document"), True: _("Reply")}
    links = "".join(
        f'<a class="line" href="/files/{one.id}" target="_blank"><strong>{escape(one.name)}'
        f'</strong><span class="sub">{escape(kinds[one.is_reply])}</span></a>'
        for one in scans
    )
    head = ui.markup.section(_("Documents"))
    return f'<div style="padding-top:20px">{head}<div class="box lines">{links}</div></div>'


def _findings(rows: tuple[HazardRow, ...]) -> str:
    if not rows:
        return ui.markup.empty(
            _("No findings are recorded"), _("If there were any, add them."), symbol="task_alt"
        )
    lines = "".join(
        f'<a class="line" href="/hazards?no={row.number}"><strong>{escape(row.what)}</strong>'
        f'<span class="sub">{row.number} · {escape(row.place)} ·'
        f" {escape(row.owner or _('no owner yet'))}</span>"
        f"{ui.badges(ui.level_badge(row.level), _state(row), ui.due_badge(row.days_left))}</a>"
        for row in rows
    )
    return f'<div class="box lines">{lines}</div>'


def _state(row: HazardRow) -> str:
    return ui.status_badge(row.status, sent_back=row.sent_back)
