"""The investigation: team and day, course of events, causes, people concerned."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from hazards.incidents.models import (
    ORIGIN_NAMES,
    PART_NAMES,
    ROOT_NAMES,
    Status,
    Step,
)
from hazards.incidents.pages.overview import scans
from hazards.incidents.service import investigating, people
from hazards.incidents.service.detail import CauseView, IncidentDetail
from hazards.incidents.service.people import PersonView
from hazards.incidents.wording import day, when
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.i18n import _, moment_text
from safety_app.ui import markup


def draw(actor: Actor, incident: IncidentDetail) -> None:
    """What was found so far, each with the way to add to it."""
    zone = actor.timezone
    if incident.status in (Status.REPORTED, Status.CONFIRMED) and not incident.leader:
        words = _("Nobody investigates yet. The safety officer or the manager names who does.")
        ui.html(f'<p class="muted">{escape(words)}</p>')
    ui.html(_team(incident) + _course(incident, zone) + _causes(incident))
    ui.html(_people(incident, zone) + scans(incident, zone))
    _withdrawing(actor, incident)


def _team(incident: IncidentDetail) -> str:
    if not incident.leader:
        return ""
    members = _(", ").join(filter(None, (*incident.members, incident.team_others)))
    left = None
    if incident.investigate_by and incident.status is Status.INVESTIGATING:
        left = (incident.investigate_by - ui.local_now().date()).days
    facts = [
        ui.Fact(_("Leader"), incident.leader),
        ui.Fact(_("Members"), members),
        ui.Fact(
            _("Finished by"),
            markup=(escape(day(incident.investigate_by)) if incident.investigate_by else "–")
            + (f" {ui.badges(ui.due_badge(left))}" if left is not None else ""),
        ),
    ]
    return markup.facts(facts)


def _course(incident: IncidentDetail, zone: str) -> str:
    name = escape(_("Course of events"))
    if not incident.moments:
        words = escape(_("No moment is recorded yet."))
        return f'<h3>{name}</h3><p class="muted">{words}</p>'
    entries = [
        ui.Entry(
            one.what,
            " · ".join((when(one.happened_at, zone), _(ORIGIN_NAMES[one.origin]), one.by)),
            icon="bolt" if one.happened_at == incident.occurred_at else "schedule",
            tone="grey",
        )
        for one in incident.moments
    ]
    return f"<h3>{name}</h3>{markup.timeline(entries)}"


def _causes(incident: IncidentDetail) -> str:
    name = escape(_("Causes"))
    if not incident.causes:
        words = escape(_("No cause is recorded yet."))
        return f'<h3>{name}</h3><p class="muted">{words}</p>'
    return f"<h3>{name}</h3>" + "".join(_chain(one) for one in incident.causes)


def _chain(cause: CauseView) -> str:
    lines = "".join(f"<li>{escape(one)}</li>" for one in cause.whys)
    root = ui.badge(_(ROOT_NAMES[cause.root]), "blue", "account_tree")
    return f'<ol class="whys">{lines}</ol>{ui.badges(root)}'


def _people(incident: IncidentDetail, zone: str) -> str:
    """Names for those who need them, numbers for all others."""
    if not incident.parts:
        return ""
    name = escape(_("People concerned"))
    counts = _(", ").join(
        f"{_(PART_NAMES[part])} {number}" for part, number in sorted(incident.parts.items())
    )
    cards = "".join(_person(one, zone) for one in incident.people)
    words = "" if incident.sees_all_people else _("Names are for those who need them.")
    return (
        f'<h3>{name}</h3><p class="muted">{escape(" · ".join(filter(None, (counts, words))))}</p>'
        + (f'<div class="box lines">{cards}</div>' if cards else "")
    )


def _person(one: PersonView, zone: str) -> str:
    heard = moment_text(one.heard_at, zone) if one.heard_at else ""
    under = " · ".join(filter(None, (_(PART_NAMES[one.part]), one.contact, heard)))
    told = "".join(
        f'<span class="told-words">{escape(words)}</span>'
        for words in (one.health, one.statement)
        if words
    )
    return (
        f'<div class="line"><strong>{escape(one.name)}</strong>'
        f'<span class="sub">{escape(under)}</span>{told}</div>'
    )


def _withdrawing(actor: Actor, incident: IncidentDetail) -> None:
    """A wrong entry is taken out; that it was there stays on record."""
    entries: dict[str, str] = {}
    takes: dict[str, Callable[[Session], Any]] = {}
    now = ui.now()
    if Step.LOG in incident.allowed:
        for moment in incident.moments:
            key = f"m{moment.id}"
            entries[key] = moment.what
            takes[key] = _taker(investigating.withdraw_moment, actor, incident.id, moment.id, now)
    if Step.EXPLAIN in incident.allowed:
        for cause in incident.causes:
            key = f"c{cause.id}"
            entries[key] = cause.whys[0]
            takes[key] = _taker(investigating.withdraw_cause, actor, incident.id, cause.id, now)
    if Step.HEAR in incident.allowed:
        for person in incident.people:
            key = f"p{person.id}"
            entries[key] = person.name
            takes[key] = _taker(people.withdraw_person, actor, incident.id, person.id, now)
    if entries:
        _withdraw(incident, entries, takes)


def _taker(
    action: Callable[..., None], actor: Actor, incident_id: int, row_id: int, now: object
) -> Callable[[Session], bool]:
    def run(session: Session) -> bool:
        action(session, actor, incident_id, row_id, now=now)
        return True

    return run


def _withdraw(
    incident: IncidentDetail,
    entries: Mapping[str, str],
    takes: Mapping[str, Callable[[Session], Any]],
) -> None:
    with st.expander(_("Take out a wrong entry"), key=f"incident.{incident.id}.withdraw"):
        chosen = st.selectbox(
            _("Entry"),
            list(entries),
            index=None,
            format_func=entries.__getitem__,
            placeholder=_("Choose"),
            key=f"incident.{incident.id}.entry",
        )
        pressed = st.button(_("Take it out"), key=f"incident.{incident.id}.take")
        if pressed and chosen and ui.act(takes[chosen], done=_("The entry is taken out.")):
            st.rerun()
