"""The form that hands a hazard out: owner, deadline, measures, and the plan of grave ones."""

from datetime import date, timedelta
from typing import Final

import streamlit as st

from hazards import service
from hazards.models import LEGAL_NAMES, LegalClass, Level, Status, Step
from hazards.pages import forms
from hazards.service import Choice, HazardDetail
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, day_text, ngettext

OTHER: Final = "other"
MEASURES: Final = (
    N_("Replace the damaged part"),
    N_("Fasten or secure it"),
    N_("Clear and move it away"),
    N_("Call the manufacturer"),
    N_("Take out of use and cordon off"),
)
NEAR: Final = 6


def draw(actor: Actor, hazard: HazardDetail) -> None:
    """Owner, level, deadline and measures; more where the level or legal class asks for it."""
    key = f"{Step.ASSIGN}.{hazard.id}"
    with reading() as session:
        people = service.owner_choices(session, actor, hazard.window_id)
    owner = _owner(key, hazard, people)
    level, why, legal = _grading(key, hazard)
    fix_by = _deadline(key, actor, hazard, level)
    measures = _measures(key, hazard)
    plan = _plan(key, hazard, level, legal)
    yuan = forms.funds_yuan(key, hazard)
    name = next((one.name for one in people if one.id == owner), "")
    forms.submit(
        hazard,
        Step.ASSIGN,
        _("Assign to {name}", name=name) if name else _("Assign"),
        service.assign,
        done=_("{number} is assigned to {name}.", number=hazard.number, name=name),
        icon="send",
        owner_id=owner or 0,
        fix_by=fix_by,
        measures=measures,
        level=level,
        level_reason=why,
        legal_class=legal,
        funds_yuan=yuan,
        **plan,
    )


def _owner(key: str, hazard: HazardDetail, people: list[Choice]) -> int | None:
    """Those near as chips, everybody else in a list."""
    near = [one for one in people if one.rank < service.FAR][:NEAR]
    names = {str(one.id): one.label for one in near}
    known = hazard.owner_id is None or str(hazard.owner_id) in names
    chosen = st.pills(
        _("Owner (required)"),
        [*names, OTHER],
        format_func=lambda value: names.get(value) or _("Others…"),
        default=(str(hazard.owner_id) if known else OTHER) if hazard.owner_id else None,
        key=f"{key}.owner",
    )
    if chosen != OTHER:
        return int(chosen) if chosen else None
    rest = {one.id: one.label for one in people}
    index = list(rest).index(hazard.owner_id) if hazard.owner_id in rest else None
    return st.selectbox(
        _("Somebody else"),
        list(rest),
        index=index,
        format_func=rest.__getitem__,
        placeholder=_("Choose a person"),
        key=f"{key}.somebody",
    )


def _grading(key: str, hazard: HazardDetail) -> tuple[Level, str, LegalClass]:
    with st.expander(_("Level and legal class"), expanded=False, key=f"{key}.grading"):
        level = forms.level_choice(f"{key}.level", hazard.level)
        why = ""
        if level != (hazard.preset_level or hazard.level):
            why = st.text_input(_("Reason for the level"), key=f"{key}.why", max_chars=500)
        names = {str(value): _(name) for value, name in LEGAL_NAMES.items()}
        legal = ui.segmented(
            f"{key}.legal", names, label=_("Legal class"), default=str(hazard.legal_class)
        )
    return level, why or "", LegalClass(legal)


def _deadline(key: str, actor: Actor, hazard: HazardDetail, level: Level) -> date:
    """Today, tomorrow, what the rules propose, or a day of one's own."""
    today = ui.local_now().date()
    days = service.fix_days(level, hazard.preset_level, hazard.preset_days)
    with reading() as session:
        proposed = service.proposed_fix_by(
            session,
            actor.site_id,
            level=level,
            preset_level=hazard.preset_level,
            preset_days=hazard.preset_days,
            today=today,
        )
        kept = hazard.fix_by if hazard.status == Status.ASSIGNED else None
        offered = service.offered_days(
            session, actor.site_id, kept=kept, proposed=proposed, today=today
        )
    default = offered[0]
    names = {
        day.isoformat(): _("Keep {day}", day=day_text(day, weekday=False))
        if day == kept
        else _day_name(day, today)
        for day in (offered if kept else sorted(offered))
    }
    if kept is None or kept > today:
        names[OTHER] = _("Another day")
    label = ngettext(
        "Fix by · the rules propose {n} day", "Fix by · the rules propose {n} days", days
    )
    ui.html(f'<p class="muted">{label}</p>')
    # A key of its own for each proposal: another level proposes another day.
    chosen = ui.segmented(
        f"{key}.day.{default}", names, label=_("Fix by"), default=default.isoformat()
    )
    if chosen != OTHER:
        return date.fromisoformat(chosen)
    return ui.day_input(
        _("Fix by"),
        value=default,
        min_value=today,
        max_value=kept or today + service.LONGEST,
        key=f"{key}.other_day",
    )


def _day_name(day: date, today: date) -> str:
    if day == today:
        return _("Today")
    if day == today + timedelta(days=1):
        return _("Tomorrow")
    return day_text(day, weekday=False)


def _measures(key: str, hazard: HazardDetail) -> str:
    """Usual measures as chips, and words of one's own."""
    usual = [_(name) for name in MEASURES]
    chosen = st.pills(
        _("Measures (required, several possible)"),
        usual,
        selection_mode="multi",
        key=f"{key}.chips",
    )
    own = st.text_area(
        _("More measures"),
        value=hazard.measures,
        key=f"{key}.measures",
        max_chars=900,
        height=80,
        placeholder=_("What exactly is to be done"),
    )
    return _("; ").join([*chosen, *([own.strip()] if own and own.strip() else [])])


def _plan(key: str, hazard: HazardDetail, level: Level, legal: LegalClass) -> dict[str, str]:
    """What grave levels and major hazards ask for besides."""
    full = level == Level.URGENT or legal == LegalClass.MAJOR
    if not full and level != Level.SERIOUS:
        return {}
    with ui.card(f"plan_{hazard.id}"):
        if full:
            words = _("Owner, measures, funds, deadline and contingency plan.")
            ui.html(ui.markup.section(_("Five-fix")) + f'<p class="muted">{words}</p>')
        found = {
            "interim_measure": st.text_input(
                _("Interim measure, in force today"),
                value=hazard.interim_measure,
                key=f"{key}.interim",
                max_chars=500,
                placeholder=_("How people are kept safe until it is fixed"),
            )
        }
        if full:
            found["funds"] = st.text_input(
                _("Funds"),
                value=hazard.funds or _("No funds needed"),
                key=f"{key}.funds",
                max_chars=200,
            )
            found["contingency"] = st.text_area(
                _("Contingency plan"),
                value=hazard.contingency,
                key=f"{key}.contingency",
                max_chars=1000,
                height=80,
                placeholder=_("What to do if it gets worse before it is fixed"),
            )
    return {name: words or "" for name, words in found.items()}
