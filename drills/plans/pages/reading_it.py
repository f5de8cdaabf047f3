"""Confirming that one has read a version, and who has and has not."""

from datetime import datetime
from html import escape

import streamlit as st

from drills.plans.pages.words import FINISHED, coverage_badge
from drills.plans.permissions import Permission
from drills.plans.service import acknowledge
from drills.plans.service import reading as reads
from drills.plans.service.detail import PlanDetail
from drills.plans.service.versions import VersionView
from safety_app import ui
from safety_app.accounts import signin
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, moment_text, ngettext
from safety_app.ui import markup

FIRST = 60


def confirm(
    actor: Actor, version: VersionView, *, must_read: bool, read_at: datetime | None
) -> None:
    """The button for who still has to read it; on a shared tablet with the own six digits."""
    if not must_read:
        return
    if read_at is not None:
        at = moment_text(read_at, actor.timezone, year=True)
        ui.notice("green", _("You confirmed on {moment} that you have read it.", moment=at))
        return
    with ui.card("now_read"):
        head = _("Please read it and confirm")
        says = _("Your name is recorded with version {n} and the time.", n=version.version)
        ui.html(f"<h2>{escape(head)}</h2><p class='muted'>{escape(says)}</p>")
        if actor.device_id is None:
            pressed, code = st.button(
                _("I have read it"), key="plans.read", type="primary", icon=":material/done_all:",
                width="stretch",
            ), ""  # fmt: skip
        else:
            with st.form("plans.read_form", border=False):
                code = st.text_input(
                    _("Six-digit PIN"), key="plans.pin", type="password", max_chars=6,
                    autocomplete="off",
                )  # fmt: skip
                pressed = st.form_submit_button(
                    _("I have read it"), type="primary", icon=":material/done_all:",
                    width="stretch",
                )  # fmt: skip
    if pressed and _proved(actor, code):
        _record(actor, version.id)


def _proved(actor: Actor, code: str) -> bool:
    """Whether the six digits fit, where they are asked for."""
    if actor.device_id is None:
        return True
    try:
        address = st.context.ip_address or "-"
        signin.confirm_pin(actor, code, address=address, now=ui.now())
    except AppError as problem:
        ui.failed(problem)
        return False
    return True


def _record(actor: Actor, version_id: int) -> None:
    proved = actor.device_id is not None
    done = ui.act(
        lambda session: acknowledge(session, actor, version_id, proved=proved, now=ui.now()),
        done=_("Recorded: you have read it."),
    )
    if done is not None:
        st.rerun()


def readers(actor: Actor, found: PlanDetail) -> None:
    """Everybody who must read it, those who have not first."""
    if found.held is None:
        return
    with reading() as session:
        people = reads.readers(session, actor, found.held)
    missing = [one for one in people if one.at is None]
    done = [one for one in people if one.at is not None]
    words = _(FINISHED)
    if missing:
        words = ngettext("{n} person has not read it", "{n} people have not read it", len(missing))
    with ui.card("plan_readers"):
        ui.html(markup.section(words, coverage_badge(found.coverage)) + _missing(missing))
        if done:
            ui.html(f"<h3>{escape(_('Have read it'))}</h3>" + _done(done, actor.timezone))


def of_versions(actor: Actor, found: PlanDetail) -> None:
    """Who has read the versions that are not in force, each with its list."""
    held = found.version.id if found.version else 0
    others = [one for one in found.versions if one.id != held]
    if not others or not actor.may(Permission.READERS):
        return
    with reading() as session:
        read = reads.read_by(session, actor, [one.id for one in others])
    parts = []
    for one in others:
        people = read[one.id]
        head = escape(_("Version {n}: read by {count}", n=one.version, count=len(people)))
        inside = _done(people, actor.timezone) if people else ""
        parts.append(
            f'<details class="more"><summary>{head}</summary>{inside}</details>'
            if inside else f'<p class="muted">{head}</p>'
        )  # fmt: skip
    with ui.card("plan_readers_before"):
        ui.html(markup.section(_("Who has read the other versions")) + "".join(parts))


def _missing(people: list[reads.Reader]) -> str:
    if not people:
        return ""
    names = "".join(_name(one) for one in people[:FIRST])
    more = len(people) - FIRST
    if more > 0:
        rest = "".join(_name(one) for one in people[FIRST:])
        head = escape(_("Show {n} more", n=more))
        names += f'</ul><details class="more"><summary>{head}</summary><ul class="names">{rest}'
        return f'<ul class="names">{names}</ul></details>'
    return f'<ul class="names">{names}</ul>'


def _name(one: reads.Reader) -> str:
    return f'<li>{escape(one.name)}<span class="sub">{escape(one.post)}</span></li>'


def _done(people: list[reads.Reader], timezone: str) -> str:
    heads = (_("Name"), _("Read at"), _("Confirmed how"))
    rows = [
        (
            one.name,
            moment_text(one.at, timezone, year=True) if one.at else "",
            _("with six digits on a tablet") if one.by_code else _("signed in"),
        )
        for one in sorted(people, key=lambda one: (one.at is None, one.at), reverse=True)
    ]
    return markup.table(_("Have read it"), heads, rows)
