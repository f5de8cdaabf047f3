"""The versions of a document and what changed between them, its review, filing and steps."""

from collections.abc import Mapping
from datetime import date
from html import escape
from typing import Final

import streamlit as st

from drills.plans import review
from drills.plans.comparing import Change, Told, changes
from drills.plans.models import RULES, SECTION_NAMES, TRIGGER_NAMES, Step
from drills.plans.pages import actions, reading_it
from drills.plans.service.care import FilingView
from drills.plans.service.detail import PlanDetail, StepLine, VersionLine
from drills.plans.service.requests import RevisionTask
from drills.plans.service.versions import get_version
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, day_text, language, moment_text
from safety_app.ui import markup

STEPS: Final[Mapping[Step, tuple[str, str, ui.Tone]]] = {
    Step.CREATE: (N_("Draft begun"), "add", "grey"),
    Step.EDIT: (N_("Draft changed"), "edit", "grey"),
    Step.REVISE: (N_("Revision begun"), "edit", "grey"),
    Step.APPROVE: (N_("Draft approved"), "task_alt", "blue"),
    Step.SEND_BACK: (N_("Approval taken back"), "undo", "orange"),
    Step.PUBLISH: (N_("Published"), "verified", "green"),
    Step.DISCARD: (N_("Draft thrown away"), "delete", "grey"),
    Step.WITHDRAW: (N_("Plan withdrawn"), "block", "orange"),
    Step.REVIEW: (N_("Reviewed, no change needed"), "fact_check", "green"),
    Step.REQUEST: (N_("Revision asked for"), "edit_note", "yellow"),
    Step.CLOSE_REQUEST: (N_("Revision task closed"), "check_circle", "green"),
    Step.FILE: (N_("Filed with an authority"), "account_balance", "blue"),
    Step.HAND_OVER: (N_("Somebody else named in the draft"), "swap_horiz", "grey"),
}


def draw(actor: Actor, found: PlanDetail, base: str) -> None:
    """All of it, one card each."""
    if found.kind not in RULES:
        _review(found)
        _tasks(actor, found, base)
        _filing(found, base)
    _versions(actor, found, base)
    reading_it.of_versions(actor, found)
    with ui.card("plan_steps"):
        ui.html(markup.section(_("Life of the document")) + _timeline(found, actor.timezone))


def _review(found: PlanDetail) -> None:
    facts = []
    if found.held:
        facts.append((_("Review by"), _day(found.held.review_by)))
        if found.held.reviewed_on:
            facts.append((_("Reviewed last"), _day(found.held.reviewed_on)))
    with ui.card("plan_review"):
        ui.html(markup.section(_("Review")) + markup.facts(facts) + _because(found.term))


def _because(rule: review.Rule) -> str:
    """What a date rests on."""
    words = escape(f"{rule.said} · {rule.from_where}")
    return f'<p class="why">{markup.icon("gavel")}<span>{words}</span></p>'


def _tasks(actor: Actor, found: PlanDetail, base: str) -> None:
    """Revision tasks, open ones first."""
    link = ""
    if Step.REQUEST in found.allowed:
        link = markup.anchor(
            _("Ask for a revision"), actions.link(found, base, "request"), "edit_note"
        )
    if not found.tasks and not link:
        return
    today = ui.local_now().date()
    lines = "".join(_task(one, (one.due_on - today).days) for one in found.tasks)
    with ui.card("plan_tasks"):
        ui.html(markup.section(_("Revision tasks"), link) + f'<div class="tasks">{lines}</div>')
        open_ones = [one for one in found.tasks if one.is_open]
        if open_ones and Step.CLOSE_REQUEST in found.allowed:
            actions.close_task(actor, open_ones)


def _task(task: RevisionTask, days_left: int) -> str:
    rule = review.triggers()[task.trigger]
    badge = (
        ui.due_badge(days_left)
        if task.is_open
        else ui.badge(_("Revision done"), "green", "verified")
    )
    facts = [_("{name} by {day}", name=task.owner_name, day=_day(task.due_on))]
    if task.version:
        facts.append(_("answered by version {n}", n=task.version))
    if task.outcome:
        facts.append(task.outcome)
    why = f"{_(TRIGGER_NAMES[task.trigger])}（{rule.from_where}）"
    if language() == "en":
        why = f"{_(TRIGGER_NAMES[task.trigger])} ({rule.from_where})"
    return (
        f'<div class="line"><strong>{escape(task.why)}</strong>'
        f'<span class="sub">{escape(" · ".join(facts))}</span>'
        f'<span class="sub">{escape(why)}</span>{ui.badges(badge)}</div>'
    )


def _filing(found: PlanDetail, base: str) -> None:
    if not found.filings:
        return
    link = ""
    if Step.FILE in found.allowed:
        address = actions.link(found, base, "file")
        link = markup.anchor(_("Record a filing"), address, "account_balance")
    with ui.card("plan_filing"):
        ui.html(
            markup.section(_("Filing"), link)
            + "".join(_filing_of(one) for one in found.filings)
            + _because(review.filing())
        )


def _filing_of(filing: FilingView) -> str:
    head = escape(_("Version {n}", n=filing.version))
    return f"<h3>{head}</h3>{ui.badges(_filing_badge(filing))}{markup.facts(_filed(filing))}"


def _filing_badge(filing: FilingView) -> str:
    if filing.filed_on:
        return ui.badge(_("Filed with the authority"), "green", "verified")
    if not filing.is_asked:
        return ui.badge(_("Not asked of this unit"), "grey", "remove")
    left = (filing.file_by - ui.local_now().date()).days
    return ui.due_badge(left)


def _filed(filing: FilingView) -> list[tuple[str, str] | markup.Fact]:
    if filing.filed_on is None:
        return [(_("To be filed by"), _day(filing.file_by))] if filing.is_asked else []
    facts: list[tuple[str, str] | markup.Fact] = [
        (_("Filed with"), filing.authority),
        (_("Filed on"), _day(filing.filed_on)),
        (_("Number of the receipt"), filing.number),
        (_("Recorded by"), filing.by),
    ]
    if filing.file_id:
        scan = markup.anchor(
            _("Open the receipt"), f"/files/{filing.file_id}", "attach_file", new_tab=True
        )
        facts.append(markup.Fact(_("Receipt of the filing"), markup=scan))
    return facts


def _versions(actor: Actor, found: PlanDetail, base: str) -> None:
    if not found.versions:
        return
    folder = base.strip("/")
    rows = [
        (
            markup.Safe(
                f'<a href="/{folder}/{found.id}.pdf?version={one.version}&amp;lang={language()}"'
                f' target="_blank">{escape(_("Version {n}", n=one.version))}</a>'
            ),
            _day(one.effective_on),
            f"{one.published_by} {moment_text(one.published_at, actor.timezone, year=True)}",
            one.because,
            one.digest[:16].upper(),
        )
        for one in found.versions
    ]
    heads = (
        _("Version"), _("In force from"), _("Published by"), _("What has changed and why"),
        _("Check code"),
    )  # fmt: skip
    with ui.card("plan_versions"):
        ui.html(markup.section(_("Versions")) + markup.table(_("Versions"), heads, rows))
        if len(found.versions) > 1:
            _compare(actor, found)


def _compare(actor: Actor, found: PlanDetail) -> None:
    """Two versions, or the version and the draft, beside each other."""
    numbers = {one.version: one for one in found.versions}
    left, right = st.columns(2)
    newer = left.selectbox(
        _("What changed in"), [one.version for one in found.versions[:-1]], key="plans.newer",
        format_func=lambda n: _("Version {n}", n=n),
    )  # fmt: skip
    older = right.selectbox(
        _("compared with"), [n for n in numbers if n < newer], key=f"plans.older_{newer}",
        format_func=lambda n: _("Version {n}", n=n),
    )  # fmt: skip
    ui.html(_differences(actor, numbers[older], numbers[newer]))


def _differences(actor: Actor, old: VersionLine, new: VersionLine) -> str:
    with reading() as session:
        views = [get_version(session, actor.site_id, one.id) for one in (old, new)]
    before, after = (Told(one.content, one.names) for one in views)
    found = changes(before, after)
    if not found:
        return f'<p class="muted">{escape(_("No difference in this language."))}</p>'
    return "".join(_change(one) for one in found)


def _change(change: Change) -> str:
    gone = "".join(f"<li><del>{escape(line)}</del></li>" for line in change.gone)
    new = "".join(f"<li><ins>{escape(line)}</ins></li>" for line in change.new)
    title = escape(_(SECTION_NAMES[change.section]))
    return f'<div class="plan-change"><h3>{title}</h3><ul>{gone}{new}</ul></div>'


def _timeline(found: PlanDetail, timezone: str) -> str:
    return markup.timeline([_entry(one, timezone) for one in found.steps])


def _entry(step: StepLine, timezone: str) -> markup.Entry:
    name, symbol, tone = STEPS[step.step]
    title = _(name)
    if step.version and step.step is Step.PUBLISH:
        title = _("Version {n} published", n=step.version)
    when = moment_text(step.at, timezone, year=True)
    note = " · ".join(filter(None, (when, step.by, step.note)))
    return markup.Entry(title, note, symbol, tone)


def _day(day: date) -> str:
    return day_text(day, weekday=False, year=True)
