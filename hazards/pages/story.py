"""One hazard in words: its facts, what happened, and what is expected next."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Final

from hazards.models import (
    CATEGORY_NAMES,
    LEGAL_NAMES,
    ORIGIN_NAMES,
    Kind,
    Step,
)
from hazards.service import HazardDetail, InspectionName, PhotoView, StepView
from hazards.wording import sentence, short_day
from safety_app import ui
from safety_app.core.i18n import _, day_text, moment_text, ngettext
from safety_app.features import features

LOOKS: Final[Mapping[Step, tuple[str, ui.Tone]]] = {
    Step.REGISTER: ("add_alert", "grey"),
    Step.SIGHT: ("visibility", "grey"),
    Step.SET_LEVEL: ("swap_vert", "grey"),
    Step.EXTEND: ("event_repeat", "yellow"),
    Step.COMMENT: ("chat", "grey"),
    Step.ASSIGN: ("person_add", "grey"),
    Step.FIX: ("build", "blue"),
    Step.ACCEPT: ("verified", "green"),
    Step.SEND_BACK: ("undo", "orange"),
    Step.VOID: ("block", "grey"),
    Step.HAND_OVER: ("swap_horiz", "grey"),
    Step.MOVE: ("move_item", "grey"),
}


def badges(hazard: HazardDetail) -> str:
    """Level, status and deadline together."""
    point = hazard.kind == Kind.SERVICE
    return ui.badges(
        ui.level_badge(hazard.level),
        ui.status_badge(hazard.status, sent_back=hazard.sent_back_count > 0),
        ui.due_badge(hazard.days_left),
        ui.extended_badge(hazard.extended_count),
        ui.badge(_("Service point"), "grey", "support_agent") if point else "",
    )


def facts(hazard: HazardDetail, timezone: str) -> list[ui.Fact]:
    """What is known, in the order it is looked for."""
    found = moment_text(hazard.registered_at, timezone)
    pairs = [
        ui.Fact(_("Place"), hazard.place),
        ui.Fact(_("Owner"), hazard.owner or _("not named yet")),
        ui.Fact(deadline_name(hazard), deadline(hazard)),
        ui.Fact(_("Found"), " · ".join(filter(None, (hazard.registered_by, found)))),
        ui.Fact(_("Source"), _(ORIGIN_NAMES[hazard.origin])),
        *_about(hazard),
        ui.Fact(_("Legal class"), _(LEGAL_NAMES[hazard.legal_class])),
        ui.Fact(_("Category"), _(CATEGORY_NAMES[hazard.category])),
    ]
    if hazard.inspection is not None:
        pairs.append(
            ui.Fact(_("Inspection by an authority"), markup=_inspection(hazard.inspection))
        )
    if hazard.needs_plan and hazard.owner:
        pairs.append(ui.Fact(_("Five-fix"), markup=five_fix(hazard)))
    if hazard.repeat_of:
        link = f'<a href="/hazards?no={hazard.repeat_of}">{hazard.repeat_of}</a>'
        pairs.append(ui.Fact(_("Repeat of"), markup=link))
    return pairs


def _about(hazard: HazardDetail) -> list[ui.Fact]:
    """A link to the thing that the hazard is about, where a feature has a page of it."""
    asked = (feature.source_page for feature in features() if feature.source_page)
    found = [about for page in asked if hazard.source and (about := page(hazard.source))]
    return [
        ui.Fact(name, markup=f'<a href="{escape(href, quote=True)}">{escape(text)}</a>')
        for name, text, href in found
    ]


def plan(hazard: HazardDetail) -> list[ui.Fact]:
    """What was decided when it was handed out."""
    named = (
        (_("Description"), hazard.note),
        (_("Measures"), hazard.measures),
        (_("Interim measure"), hazard.interim_measure),
        (_("Funds"), _funds(hazard)),
        (_("Contingency plan"), hazard.contingency),
    )
    return [ui.Fact(name, value) for name, value in named if value]


def _inspection(found: InspectionName) -> str:
    words = escape(" ".join(filter(None, (found.authority, found.number))))
    return f'<a href="/inspections?id={found.id}">{words}</a>' if found.may_open else words


def _funds(hazard: HazardDetail) -> str:
    yuan = _("{yuan} yuan", yuan=f"{hazard.funds_yuan:,}") if hazard.funds_yuan is not None else ""
    return _("; ").join(filter(None, (hazard.funds, yuan)))


def doubts(hazard: HazardDetail) -> str:
    """What whoever verifies should look at twice; it forbids nothing."""
    said = []
    for one in hazard.doubts:
        if one.number:
            link = f'<a href="/hazards?no={one.number}">{one.number}</a>'
            words = escape(_("The same file was used as a picture of {number}."))
            said.append(f"<p>{words.format(number=link)}</p>")
        else:
            words = _("A picture of the fix looks like the picture of the problem.")
            said.append(f"<p>{escape(words)}</p>")
    if not said:
        return ""
    return ui.markup.notice(
        "orange",
        _("Look at the place, or ask who took the picture, before accepting."),
        heading=_("Are these pictures of this fix?"),
        extra="".join(dict.fromkeys(said)),
    )


def five_fix(hazard: HazardDetail) -> str:
    """How many of owner, measures, funds, deadline and contingency plan are settled."""
    settled = (
        hazard.owner, hazard.measures, hazard.funds, hazard.fix_by, hazard.contingency,
    )  # fmt: skip
    count = sum(1 for one in settled if one)
    if count == len(settled):
        return ui.badge(_("{n}/5 settled", n=count), "green", "check_circle")
    return ui.badge(_("{n}/5 settled", n=count), "orange", "warning")


def deadline_name(hazard: HazardDetail) -> str:
    """Until it is handed out, the day is only proposed."""
    return _("Fix by") if hazard.owner else _("Fix by (proposed)")


def deadline(hazard: HazardDetail) -> str:
    """The deadline, and the first one if it was put off."""
    text = day_text(hazard.fix_by) if hazard.fix_by else "–"
    first = hazard.original_fix_by
    if first and hazard.fix_by and first != hazard.fix_by:
        return _("{day} (at first {first})", day=text, first=short_day(first))
    return text


def pictures(hazard: HazardDetail, timezone: str) -> str:
    """Before and after beside each other; nothing where there are no photos."""
    if not (hazard.before or hazard.after):
        return ""
    before = [_picture(one, hazard, _("Before the fix"), timezone) for one in hazard.before]
    after = [_picture(one, hazard, _("After the fix"), timezone) for one in reversed(hazard.after)]
    return ui.markup.photo_pair(before, after)


def timeline(hazard: HazardDetail, timezone: str) -> str:
    """The expected step on top, then what happened, newest first."""
    entries = [] if hazard.next_step is None else [_expected(hazard)]
    entries += [_happened(one, timezone) for one in reversed(hazard.steps)]
    return ui.markup.timeline(entries)


def next_words(hazard: HazardDetail) -> str:
    """Whose step is next, for those whose it is not."""
    return {
        Step.ASSIGN: _("Waiting to be assigned by {who}", who=hazard.next_by or "–"),
        Step.FIX: _("Waiting for the fix by {who}", who=hazard.next_by or "–"),
        Step.ACCEPT: _("Waiting to be verified by {who}", who=hazard.next_by or "–"),
    }.get(hazard.next_step or Step.COMMENT, "")


def _expected(hazard: HazardDetail) -> ui.Entry:
    notes = {
        Step.ASSIGN: _("with owner, measures and deadline"),
        Step.FIX: _("with a note and an after-photo, until {day}", day=deadline(hazard)),
        Step.ACCEPT: _("not by whoever fixed it or recorded the fix"),
    }
    icons = {Step.ASSIGN: "person_add", Step.FIX: "build", Step.ACCEPT: "fact_check"}
    step = hazard.next_step or Step.ASSIGN
    return ui.Entry(next_words(hazard), notes[step], icon=icons[step], ahead=True)


def _happened(step: StepView, timezone: str) -> ui.Entry:
    icon, tone = LOOKS[step.step]
    said = _("“{words}”", words=step.note) if step.note and step.step != Step.ASSIGN else ""
    under = " · ".join(filter(None, (moment_text(step.at, timezone), said)))
    return ui.Entry(sentence(step), under, icon=icon, tone=tone)


def _picture(photo: PhotoView, hazard: HazardDetail, phase: str, timezone: str) -> ui.Picture:
    at: datetime = photo.at
    caption = " · ".join(filter(None, (moment_text(at, timezone), photo.by)))
    return ui.Picture(photo.key, _("{phase}: {what}", phase=phase, what=hazard.what), caption)


def sightings(hazard: HazardDetail) -> str:
    """How often patrols saw it again."""
    if not hazard.sightings:
        return ""
    return ngettext("Seen again once", "Seen again {n} times", hazard.sightings)
