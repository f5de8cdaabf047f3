"""What the hall follows in its drills: by law, by choice, and how people are told."""

from html import escape

import streamlit as st

from drills import rhythm
from drills.pages import fields
from drills.permissions import WHO_MAY, Permission
from drills.rhythm import Rule
from drills.service import settings
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import _
from safety_app.ui import markup
from safety_app.workplace import service as workplace


def render() -> None:
    """Rules that bind, rules that may be chosen."""
    actor = ui.current_actor()
    ui.title(_("Rhythm of drills"), _("How often what is drilled, and on which rule it rests"))
    if not actor.may(Permission.SETTINGS):
        with ui.card("refused"):
            problem = NotAllowed(who=WHO_MAY[Permission.SETTINGS])
            ui.empty(_("Not in your hands"), problem.message(), symbol="lock")
        return
    with reading() as session:
        site = workplace.site(session, actor.site_id)
        choices = settings.choices_of(session, actor.site_id)
        found = settings.latest(session, actor.site_id)
        days = settings.notice_days(session, actor.site_id)
    binding = [rule for rule in rhythm.rules() if rule.binds(site) and not rule.is_choice(site)]
    free = [rule for rule in rhythm.rules() if rule.is_choice(site)]
    with ui.card("binding"):
        ui.html(markup.section(_("What the law asks of this hall")))
        fields.label(_("It follows from the legal profile of the hall."))
        ui.html(f'<div class="box lines">{"".join(map(_line, binding))}</div>')
    version = found.changed_at.isoformat() if found else "0"
    key = f"drill_rules.{version}"
    with ui.card("chosen"):
        ui.html(markup.section(_("What the hall chooses")))
        changes = {
            rule.key: st.checkbox(
                rule.display_text,
                value=choices.changes.get(rule.key, rule.binds(site)),
                key=f"{key}.{rule.key}",
                help=rule.display_source,
            )
            for rule in free
        }
        each = _each(actor, key, choices.is_each)
    with ui.card("telling"):
        ui.html(markup.section(_("Telling people")))
        notice = st.number_input(
            _("So many open days before a drill people are told"), 0, 30, days, key=f"{key}.days"
        )
        because = st.text_input(
            _("Basis of the choice"), found.because if found else "", key=f"{key}.because",
            max_chars=200, placeholder=_("Needed where a default is switched off: minutes, letter"),
        )  # fmt: skip
    saved = fields.submit(
        key,
        _("Save the rhythm"),
        lambda session: settings.choose(
            session, actor, is_each=each, changes=changes, notice_days=int(notice),
            because=because or "", now=ui.now(),
        ),
        done=_("The rhythm of drills is saved; the plan of the year follows."),
        symbol="save",
    )  # fmt: skip
    if saved is not None:
        st.rerun()


def _each(_actor: Actor, key: str, is_each: bool) -> bool:
    """How “at least one on-site plan” is read."""
    fields.label(
        _("Where on-site plans must be drilled every half-year, places differ in how they read it.")
    )
    names = {"one": _("At least one of them"), "each": _("Each of them")}
    chosen = ui.segmented(
        f"{key}.each", names, label=_("On-site plans every half-year"),
        default="each" if is_each else "one",
    )  # fmt: skip
    return chosen == "each"


def _line(rule: Rule) -> str:
    source = _("Basis: {rules}", rules=rule.display_source)
    return (
        f'<div class="line"><strong>{escape(rule.display_text)}</strong>'
        f'<span class="sub">{escape(source)}</span></div>'
    )
