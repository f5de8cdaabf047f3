"""The report to the authorities: the ready text, what is missing in it, and who was told."""

from html import escape

import streamlit as st

from hazards.incidents.models import WAY_NAMES
from hazards.incidents.service.detail import IncidentDetail, NotificationView
from hazards.incidents.service.settings import rules_of
from hazards.incidents.service.statutory import Statement, caution, statement
from hazards.incidents.wording import authority_name, when
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, language, use_language
from safety_app.ui import markup


def draw(actor: Actor, incident: IncidentDetail) -> None:
    """What must be told, to whom, and what has been."""
    now = ui.now()
    with reading() as session:
        # As the authority reads it, whatever language the page speaks.
        with use_language("zh_CN"):
            said = statement(
                session, incident, site_id=actor.site_id, sender_id=actor.user_id, now=now
            )
        lacking = statement(
            session, incident, site_id=actor.site_id, sender_id=actor.user_id, now=now
        ).missing
        addressees = rules_of(session, actor.site_id).addressees
    unknown = [one for one, known in addressees.items() if not known.name]
    if words := caution(incident):
        ui.notice("grey", words)
    ui.html(_told(incident, actor.timezone))
    ui.html(markup.section(_("Text of the report")))
    if lacking:
        ui.notice("yellow", _(", ").join(lacking), heading=_("Still missing in the text"))
    if unknown and ui.knows("incident-settings"):
        link = markup.anchor(_("Name the authorities"), "/incident-settings", "settings")
        words = _("The authorities of this hall are not named yet.")
        ui.notice("grey", words, extra=f"<p>{link}</p>")
    ui.html(_statement(said))
    if language() != "zh_CN":
        ui.html(f'<p class="muted">{escape(_("In Chinese, as the authority reads it."))}</p>')
    with st.container(key="ways_statement", horizontal=True, gap="small"):
        ui.copy_button(f"incident.copy.{incident.id}", said.text, label=_("Copy the text"))
        if incident.may_print:
            address = f"/incidents/statutory/{incident.number}.pdf?lang=zh_CN"
            ui.html(markup.anchor(_("As PDF"), address, "print", new_tab=True))


def _statement(said: Statement) -> str:
    return f'<pre class="statement" lang="zh-CN" tabindex="0">{escape(said.text)}</pre>'


def _told(incident: IncidentDetail, zone: str) -> str:
    """Every record, the latest first."""
    if not incident.notifications:
        words = _("No authority has been told yet.")
        return f'<p class="muted">{escape(words)}</p>'
    entries = [_entry(one, zone) for one in reversed(incident.notifications)]
    name = escape(_("Authorities told"))
    return f"<h3>{name}</h3>{markup.timeline(entries)}"


def _entry(one: NotificationView, zone: str) -> ui.Entry:
    name = authority_name(one.authority, one.name)
    title = _("{name}: follow-up report", name=name) if one.is_follow_up else name
    parts = [
        when(one.told_at, zone),
        _(WAY_NAMES[one.way]),
        _("by {person}", person=one.told_by),
        _("taken by {person}", person=one.receiver) if one.receiver else "",
        _("reference {number}", number=one.reference) if one.reference else "",
    ]
    if (one.recorded_at - one.told_at).total_seconds() > 60 * 5:
        parts.append(_("recorded {moment}", moment=when(one.recorded_at, zone)))
    return ui.Entry(title, " · ".join(filter(None, parts)), icon="campaign", tone="blue")
