"""What is known of an incident at a glance, and what happened to it so far."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Final

from hazards.incidents import level as levels
from hazards.incidents.level import LEGAL
from hazards.incidents.models import KIND_NAMES, Step
from hazards.incidents.pages import forms
from hazards.incidents.service.detail import IncidentDetail, StepView
from hazards.incidents.telling import level_change, sentence
from hazards.incidents.wording import casualties_text, level_text, when, yuan_text
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.i18n import _, moment_text
from safety_app.ui import markup

LOOKS: Final[Mapping[Step, tuple[str, markup.Tone]]] = {
    Step.REPORT: ("add_alert", "grey"),
    Step.NOTIFY: ("campaign", "blue"),
    Step.TELL_HEAD: ("record_voice_over", "blue"),
    Step.COUNT: ("pin", "orange"),
    Step.DECIDE: ("gavel", "orange"),
    Step.CONFIRM: ("fact_check", "blue"),
    Step.INVESTIGATE: ("search", "blue"),
    Step.CONCLUDE: ("task_alt", "blue"),
    Step.RAISE: ("build", "blue"),
    Step.CLOSE: ("verified", "green"),
    Step.REOPEN: ("undo", "orange"),
    Step.VOID: ("block", "grey"),
}


def draw(actor: Actor, incident: IncidentDetail) -> None:
    """Facts, texts, pictures, history."""
    zone = actor.timezone
    history = escape(_("What happened"))
    ui.html(
        markup.facts(_facts(incident, zone))
        + _law(incident)
        + _texts(incident)
        + _pictures(incident, zone)
        + scans(incident, zone)
        + f"<h3>{history}</h3>"
        + markup.timeline(_history(incident.steps, zone))
    )


def _facts(incident: IncidentDetail, zone: str) -> list[ui.Fact]:
    known = incident.numbers
    reported = " · ".join((incident.reported_by, moment_text(incident.reported_at, zone)))
    told = when(incident.head_told_at, zone) if incident.head_told_at else _("not recorded")
    pairs = [
        ui.Fact(_("Kind"), _(KIND_NAMES[incident.kind])),
        ui.Fact(_("Place"), incident.place),
        ui.Fact(_("Time"), when(incident.occurred_at, zone)),
        ui.Fact(_("Reported"), reported),
        ui.Fact(_("Casualties"), casualties_text(incident.counted)),
        ui.Fact(_("Direct loss"), yuan_text(known.loss_fen if known else None)),
        ui.Fact(_("Legal level"), level_text(incident.level)),
    ]
    if incident.level in LEGAL or incident.head_told_at:
        pairs.append(ui.Fact(_("Head of the unit told"), told))
    if incident.counted and (known and sum(known.numbers)):
        pairs.append(ui.Fact(_("Changes count until"), forms.last_day_text(incident)))
    if incident.leader:
        pairs.append(ui.Fact(_("Leads the investigation"), incident.leader))
    return pairs


def _law(incident: IncidentDetail) -> str:
    """On which rule the level rests, who investigates by it, and why it holds here."""
    bound = levels.bound_of(incident.level) if incident.level else None
    if bound is None:
        said = [levels.below()] if incident.level else []
    else:
        said = [
            _("Level by {source}.", source=bound.source),
            _("By law it is investigated by: {who}.", who=bound.investigates),
            levels.applies(),
        ]
    return "".join(
        f'<p class="why">{markup.icon("gavel")}<span>{escape(one)}</span></p>' for one in said
    )


def _texts(incident: IncidentDetail) -> str:
    named = (
        (_("State of the scene"), incident.scene),
        (_("Short course of events"), incident.course),
        (_("Measures taken"), incident.measures),
        (_("What else must be reported"), incident.other),
    )
    shown = [ui.Fact(name, words) for name, words in named if words]
    return f'<div class="plan">{markup.facts(shown)}</div>' if shown else ""


def _pictures(incident: IncidentDetail, zone: str) -> str:
    if not incident.photos:
        return ""
    name = escape(_("Photos"))
    grid = markup.photo_grid(
        [
            ui.Picture(
                one.key,
                _("Picture of {number}", number=incident.number),
                " · ".join(filter(None, (moment_text(one.at, zone), one.by))),
            )
            for one in incident.photos
        ]
    )
    return f"<h3>{name}</h3>{grid}"


def scans(incident: IncidentDetail, zone: str) -> str:
    """Documents as links; how many are not for this person."""
    if not incident.scans and not incident.hidden_scans:
        return ""
    lines = "".join(
        f'<a class="line" href="/files/{one.id}" target="_blank"><strong>'
        f'{escape(one.title or one.name)}</strong><span class="sub">'
        f"{escape(' · '.join(filter(None, (moment_text(one.at, zone), one.by))))}</span>"
        f"{ui.badges(ui.badge(_('Personal data'), 'grey', 'lock')) if one.is_personal else ''}</a>"
        for one in incident.scans
    )
    box = f'<div class="box lines">{lines}</div>' if lines else ""
    hidden = ""
    if incident.hidden_scans:
        words = _("{n} more with personal data, for those who need them", n=incident.hidden_scans)
        hidden = f'<p class="muted">{escape(words)}</p>'
    return f"<h3>{escape(_('Documents of the case'))}</h3>{box}{hidden}"


def _history(steps: Sequence[StepView], zone: str) -> list[ui.Entry]:
    """The latest first; the same said several times in a row is said once."""
    entries: list[ui.Entry] = []
    for words, alike in groupby(reversed(steps), lambda one: _said(one, zone)):
        group = list(alike)
        entries.append(_entry(group, words[0], zone))
    return entries


def _said(step: StepView, zone: str) -> tuple[str, str]:
    note = step.note if step.step not in (Step.MARK, Step.RAISE) else ""
    return sentence(step, zone), note


def _entry(group: Sequence[StepView], words: str, zone: str) -> ui.Entry:
    step, first = group[0], group[-1]
    icon, tone = LOOKS.get(step.step, ("edit_note", "grey"))
    note = _said(step, zone)[1]
    said = _("“{words}”", words=note) if note else ""
    at = moment_text(step.at, zone)
    if len(group) > 1:
        words = _("{sentence} ({n} times)", sentence=words, n=len(group))
        if (begun := moment_text(first.at, zone)) != at:
            at = f"{begun} – {at}"
    under = " · ".join(filter(None, (at, level_change(step), said)))
    return ui.Entry(words, under, icon=icon, tone=tone)
