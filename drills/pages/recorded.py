"""The record of a drill: what was planned, what happened, who was there."""

from collections.abc import Sequence
from html import escape
from typing import Final

from drills.evaluation import Result
from drills.lifecycle import STEP_DONE
from drills.models import WAS_HELD, FileKind, How, Status, Step
from drills.pages.words import seconds_text
from drills.permissions import Permission
from drills.service.attending import Head
from drills.service.detail import DrillDetail, MomentView, StepView
from safety_app import ui
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, _, day_text, language, moment_text, ngettext
from safety_app.ui import markup

MOST_NAMES: Final = 40
FILE_NAMES: Final = {
    FileKind.SIGN_IN: N_("Sign-in sheet"),
    FileKind.SCRIPT: N_("Script"),
    FileKind.REPORT: N_("Report"),
    FileKind.OTHER: N_("Other paper"),
}
HOW_NAMES: Final = {
    How.SIGNED: N_("signed on the tablet"),
    How.TICKED: N_("ticked"),
    How.PAPER: N_("signed on paper"),
}
ICONS: Final = {
    Step.PLAN: "event",
    Step.NOTIFY: "campaign",
    Step.RESCHEDULE: "event_repeat",
    Step.CANCEL: "block",
    Step.START: "play_arrow",
    Step.FINISH: "flag",
    Step.ENTER: "history",
    Step.EVALUATE: "fact_check",
    Step.REPORT: "outgoing_mail",
    Step.CLOSE: "verified",
}


def draw(actor: Actor, found: DrillDetail, _result: Result | None) -> None:
    """What was planned, then what happened."""
    with ui.card("drill_facts"):
        ui.html(markup.section(_("Scenario and aims")) + _planned(found) + _prints(actor, found))
    with ui.card("drill_times"):
        ui.html(markup.section(_("Course in time")) + _times(found, actor.timezone))
    if found.drill.status in WAS_HELD or found.heads:
        with ui.card("drill_people"):
            _people(actor, found)
    if found.drill.status in WAS_HELD:
        with ui.card("drill_words"):
            ui.html(_words(found))
    with ui.card("drill_papers"):
        ui.html(markup.section(_("Papers of the drill")) + _files(found))
        if Step.RECORD in found.allowed:
            link = f"/drills?drill={found.drill.code}&do=papers"
            ui.html(
                f'<div class="ways">{markup.anchor(_("Add papers"), link, "attach_file")}</div>'
            )
    with ui.card("drill_history"):
        entries = [_entry(one, actor.timezone) for one in reversed(found.steps)]
        ui.html(markup.section(_("History of the drill")) + markup.timeline(entries))


def _planned(found: DrillDetail) -> str:
    drill = found.drill
    pairs = [
        (_("Where"), found.place),
        (_("Assembly point"), drill.assembly_point),
        (_("In charge"), found.owner),
        (_("Others who took part"), drill.partners),
    ]
    long = [
        (_("Scenario"), drill.scenario),
        (_("Objectives"), drill.objectives),
        (_("Safety measures"), drill.safety),
    ]
    told = [pair for pair in long if pair[1]]
    below = f'<div class="plan">{markup.facts(told)}</div>' if told else ""
    return markup.facts(pair for pair in pairs if pair[1]) + below


def _prints(actor: Actor, found: DrillDetail) -> str:
    """What is printed before: the notice for the hall and the sheet to sign on."""
    code, lang = found.drill.code, language()
    if found.drill.status not in (Status.PLANNED, Status.UNDER_WAY):
        return ""
    links = markup.anchor(
        _("Print the notice"), f"/drills/{code}/notice.pdf?lang={lang}", "campaign", new_tab=True
    )
    if actor.may_somewhere(Permission.HOLD) or Step.START in found.allowed:
        address = f"/drills/{code}/sign-in.pdf?lang={lang}"
        links += markup.anchor(_("Print the sign-in sheet"), address, "print", new_tab=True)
    return f'<div class="ways">{links}</div>'


def _times(found: DrillDetail, timezone: str) -> str:
    drill = found.drill
    if drill.started_at is None:
        wanted = [(one.name, _target(one)) for one in found.moments]
        return markup.table(_("Milestones"), (_("Milestone"), _("Target")), wanted)
    about = _("Begun {start}", start=moment_text(drill.started_at, timezone))
    if drill.ended_at:
        end = drill.ended_at.astimezone(clock.zone(timezone))
        about = _("{begun}, ended {end}", begun=about, end=f"{end:%H:%M}")
    if drill.is_by_hand:
        about = _("{about}; the times were written down by hand", about=about)
    rows = [_moment(one) for one in found.moments]
    heads = (_("Milestone"), _("Target"), _("Reached"), "")
    return f'<p class="muted">{escape(about)}</p>' + markup.table(_("Milestones"), heads, rows)


def _target(one: MomentView) -> str:
    return seconds_text(one.target) if one.target else ""


def _moment(one: MomentView) -> tuple[str | markup.Safe, ...]:
    badge = ""
    if one.over:
        words = _("{time} over", time=seconds_text(one.over))
        badge = ui.badge(words, "orange", "schedule")
    elif one.over == 0:
        badge = ui.badge(_("Within target"), "green", "check_circle")
    elif one.seconds is None:
        badge = ui.badge(_("Not stamped"), "grey", "remove")
    if one.corrected:
        why = escape(_("Corrected: {why}", why=one.corrected))
        badge += f'<span class="sub muted"> {why}</span>'
    return one.name, _target(one), seconds_text(one.seconds), markup.Safe(badge)


def _people(actor: Actor, found: DrillDetail) -> None:
    counts = found.counts
    said = _("Expected {wanted}, present {there}",
             wanted=counts.expected, there=counts.expected_present)  # fmt: skip
    extra = counts.present - counts.expected_present
    if extra:
        said = _("{said}, {n} more came", said=said, n=extra)
    if counts.unknown:
        more = ngettext("{n} not ticked yet", "{n} not ticked yet", counts.unknown)
        said = f"{said} · {more}"
    ui.html(markup.section(_("Attendance")) + f'<p class="muted">{escape(said)}</p>')
    present = [one for one in found.heads if one.is_present]
    absent = [one for one in found.heads if one.is_present is False]
    ui.html(_names(_("Present"), present) + _names(_("Absent"), absent))
    if Step.RECORD in found.allowed:
        link = f"/drills?drill={found.drill.code}&do=attendance"
        anchor = markup.anchor(_("Correct the attendance"), link, "how_to_reg")
        ui.html(f'<div class="ways">{anchor}</div>')


def _names(title: str, heads: Sequence[Head]) -> str:
    if not heads:
        return ""
    lines = "".join(
        f'<div class="line"><strong>{escape(one.name)}</strong>'
        f'<span class="sub">{escape(_about(one))}</span></div>'
        for one in heads[:MOST_NAMES]
    )
    rest = len(heads) - MOST_NAMES
    more = (
        f'<p class="muted">{escape(_("and {n} more, see the report", n=rest))}</p>'
        if (rest > 0)
        else ""
    )
    summary = escape(f"{title} {len(heads)}")
    return (
        f'<details class="more"><summary>{summary}</summary><div class="lines">{lines}'
        f"</div>{more}</details>"
    )


def _about(one: Head) -> str:
    parts = [one.place or _("Common areas")]
    if one.is_present and one.how:
        parts.append(_(HOW_NAMES[one.how]))
    if not one.is_expected:
        parts.append(_("not on the roster that day"))
    if one.reason:
        parts.append(one.reason)
    return " · ".join(parts)


def _words(found: DrillDetail) -> str:
    drill = found.drill
    code = drill.code
    debrief = drill.debrief
    if debrief and found.debriefed_by:
        debrief = _("{said} ({name})", said=debrief, name=found.debriefed_by)
    pairs = [
        (_("Course of the drill"), drill.course or _("Not written down yet.")),
        (_("Debrief"), debrief or _("Not written down yet.")),
    ]
    link = ""
    if Step.RECORD in found.allowed:
        words = _("Complete the record")
        anchor = markup.anchor(words, f"/drills?drill={code}&do=record", "edit_note")
        link = f'<div class="ways">{anchor}</div>'
    return (
        markup.section(_("Course and debrief"))
        + f'<div class="plan">{markup.facts(pairs)}</div>'
        + link
    )


def _files(found: DrillDetail) -> str:
    if not found.files:
        words = _("No paper is filed with this drill. File the sign-in sheet if one was signed.")
        return f'<p class="muted">{escape(words)}</p>'
    lines = "".join(
        f'<a class="line" href="/files/{file.id}" target="_blank"><strong>{escape(file.name)}'
        f'</strong><span class="sub">{escape(_(FILE_NAMES[kind]))}</span></a>'
        for file, kind in found.files
    )
    return f'<div class="box lines">{lines}</div>'


def _entry(one: StepView, timezone: str) -> ui.Entry:
    note = [moment_text(one.at, timezone, year=True), one.actor]
    title = _(STEP_DONE[one.step])
    if one.step is Step.RESCHEDULE and one.old_on and one.new_on:
        title = _("put off from {old} to {new}", old=day_text(one.old_on, weekday=False),
                  new=day_text(one.new_on, weekday=False))  # fmt: skip
    if one.audience:
        note.append(one.audience)
    if one.note:
        note.append(one.note)
    return ui.Entry(
        title=title, note=" · ".join(filter(None, note)), icon=ICONS.get(one.step, "edit")
    )
