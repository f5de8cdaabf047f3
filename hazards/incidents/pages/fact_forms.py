"""The forms of facts: complete them, count anew, decide, tell the head, tell an authority."""

from typing import Final

import streamlit as st

from hazards import service as hazards
from hazards.incidents import rules
from hazards.incidents.level import applies
from hazards.incidents.models import (
    ASKED,
    AUTHORITY_NAMES,
    KIND_NAMES,
    WAY_NAMES,
    Authority,
    Kind,
    Step,
    Way,
)
from hazards.incidents.pages import fields
from hazards.incidents.pages.forms import for_few, heading, key_of, last_day_text, submit, text
from hazards.incidents.service import figures, notifying, reporting
from hazards.incidents.service.detail import IncidentDetail
from hazards.incidents.service.settings import rules_of
from hazards.incidents.service.statutory import statement
from hazards.incidents.wording import local
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, use_language

CAUSES: Final = {"accident": N_("It is a work-safety accident"), "none": N_("It is none")}


def amend(actor: Actor, incident: IncidentDetail) -> None:
    """What, where, when, and the texts that the report to the authorities needs."""
    key = key_of(incident, Step.AMEND)
    heading(
        _("Complete the facts"),
        _(
            "No names, nothing about anybody's health: this stands in every paper. People hurt or"
            " heard are entered apart."
        ),
    )
    names = {str(one): _(KIND_NAMES[one]) for one in Kind}
    kind = st.selectbox(
        _("Kind of incident"),
        list(names),
        index=list(names).index(incident.kind),
        format_func=names.__getitem__,
        key=f"{key}.kind",
    )
    what = st.text_input(_("What happened?"), incident.what, key=f"{key}.what", max_chars=200)
    with reading() as session:
        places = hazards.places(session, actor)
    at = fields.place_value(incident.window_id, incident.location_id)
    place = fields.place_input(key, places, at)
    spot = st.text_input(_("Where exactly"), incident.spot, key=f"{key}.spot", max_chars=100)
    occurred_at = fields.moment_input(f"{key}.at", _("It happened"), actor, incident.occurred_at)
    texts = {
        "scene": text(f"{key}.scene", _("State of the scene"), limit=1000, value=incident.scene),
        "course": text(f"{key}.course", _("Short course of events"), limit=2000,
                       value=incident.course, height=140),
        "measures": text(f"{key}.measures", _("Measures taken"), limit=1000,
                         value=incident.measures),
        "other": text(f"{key}.other", _("What else must be reported"), limit=1000,
                      value=incident.other, height=80),
    }  # fmt: skip
    # The minute that is shown stands for the moment that is kept, while nobody changes it.
    shown = incident.occurred_at.replace(second=0, microsecond=0)
    is_same = occurred_at is None or occurred_at == shown
    moment = incident.occurred_at if is_same else occurred_at
    window_id, location_id = fields.place_ids(place)
    submit(
        incident, Step.AMEND, _("Save the facts"),
        lambda session, actor, version: reporting.amend(
            session, actor, incident.id, kind=Kind(kind),
            occurred_at=moment or incident.occurred_at,
            place=spot or "", row_version=version, now=ui.now(), what=what or "",
            window_id=window_id, location_id=location_id, **texts,
        ),
        done=_("The facts are saved."), icon="save",
    )  # fmt: skip


def count(actor: Actor, incident: IncidentDetail) -> None:
    """How many people, what loss; the level follows."""
    key = key_of(incident, Step.COUNT)
    heading(
        _("Casualties and loss as known now"),
        _("The level follows from these figures. Every change stays on record."),
    )
    known = incident.numbers
    numbers = dict(zip((name for name, _words in fields.PEOPLE), known.numbers, strict=True)) if (
        known
    ) else {}  # fmt: skip
    found = fields.numbers_input(key, numbers, known.loss_fen if known else None)
    today = ui.local_now().date()
    occurred_on = local(incident.occurred_at, actor.timezone)
    is_over = bool(incident.counted and incident.counted.is_over)
    if is_over:
        ui.notice(
            "orange",
            _("The days for changes ended on {day}: give the reason, and since when it is so.",
              day=last_day_text(incident)),
        )  # fmt: skip
    on = ui.day_input(
        _("So since"), today, min_value=occurred_on, max_value=today,
        key=f"{key}.on",
    )  # fmt: skip
    label = _("Reason") if is_over else _("How it became known (optional)")
    reason = st.text_input(label, key=f"{key}.reason", max_chars=500)
    for_few()
    submit(
        incident, Step.COUNT, _("Save the figures"),
        lambda session, actor, version: figures.count(
            session, actor, incident.id, numbers=found, known_on=on, reason=reason or "",
            row_version=version, now=ui.now(),
        ),
        done=_("The figures are saved."), icon="save",
    )  # fmt: skip


def decide(actor: Actor, incident: IncidentDetail) -> None:
    """Whether the law counts it: an illness by itself or a crime is no work-safety accident."""
    key = key_of(incident, Step.DECIDE)
    heading(
        _("Is it a work-safety accident?"),
        _("An illness by itself or a crime is none. Hiding an accident is against the law: decide"
          " with a reason that can be shown.") + " " + applies(),
    )  # fmt: skip
    names = {value: _(words) for value, words in CAUSES.items()}
    default = "none" if incident.is_accident is False else "accident"
    chosen = ui.segmented(f"{key}.what", names, label=_("Decision"), default=default)
    reason = text(f"{key}.reason", _("Reason"))
    for_few()
    submit(
        incident, Step.DECIDE, _("Save the decision"),
        lambda session, actor, version: figures.decide(
            session, actor, incident.id, is_accident=chosen == "accident", reason=reason,
            row_version=version, now=ui.now(),
        ),
        done=_("The decision is saved."), icon="gavel", part="authorities",
    )  # fmt: skip


def tell_head(actor: Actor, incident: IncidentDetail) -> None:
    """When the head of the unit was told: from then on the hour runs."""
    key = key_of(incident, Step.TELL_HEAD)
    heading(_("When was the head of the unit told?"), rules.source("clock"))
    told_at = fields.moment_input(f"{key}.at", _("Told"), actor, incident.head_told_at or ui.now())
    submit(
        incident, Step.TELL_HEAD, _("Save the time"),
        lambda session, actor, version: reporting.tell_head(
            session, actor, incident.id, told_at=told_at or ui.now(), row_version=version,
            now=ui.now(),
        ),
        done=_("The time is saved."), icon="save", part="authorities",
    )  # fmt: skip


def notify(actor: Actor, incident: IncidentDetail) -> None:
    """To whom, when, by whom, how; the text as it stands is kept with it."""
    key = key_of(incident, Step.NOTIFY)
    heading(
        _("Record that an authority was told"),
        _("Record the true time: late stays late, and is better than never."),
    )
    with reading() as session:
        addressees = rules_of(session, actor.site_id).addressees
        people = {one.id: one.label
                  for one in hazards.owner_choices(session, actor, incident.window_id)}  # fmt: skip
        with use_language("zh_CN"):
            said = statement(
                session, incident, site_id=actor.site_id, sender_id=actor.user_id, now=ui.now()
            ).text
    owed = [one.authority for one in incident.owed]
    first = (*incident.clock.lacking, *owed, *ASKED)[0]
    names = {str(one): _(AUTHORITY_NAMES[one]) for one in Authority}
    chosen = Authority(
        ui.segmented(f"{key}.who", names, label=_("Which authority"), default=str(first))
    )
    usual = addressees.get(chosen)
    name = st.text_input(
        _("Its name"), usual.name if usual else "", key=f"{key}.{chosen}.name", max_chars=100
    )
    if usual and usual.phone:
        ui.html(f'<p class="muted"><a href="tel:{usual.phone}">{usual.phone}</a></p>')
    told_at = fields.moment_input(f"{key}.at", _("Told"), actor, ui.now())
    ways = {str(one): _(WAY_NAMES[one]) for one in Way}
    way = ui.segmented(f"{key}.way", ways, label=_("How"))
    by = st.selectbox(
        _("Told by"),
        list(people),
        index=list(people).index(actor.user_id) if actor.user_id in people else None,
        format_func=people.__getitem__,
        key=f"{key}.by",
    )
    with st.container(key="filters_notify", horizontal=True, gap="small"):
        receiver = st.text_input(_("Who took it"), key=f"{key}.receiver", max_chars=64)
        reference = st.text_input(_("Reference number"), key=f"{key}.reference", max_chars=64)
    submit(
        incident, Step.NOTIFY, _("Save the record"),
        lambda session, actor, _version: notifying.notify(
            session, actor, incident.id, authority=chosen, name=name or "",
            told_at=told_at or ui.now(), told_by_id=by, way=Way(way), receiver=receiver or "",
            reference=reference or "", text=said, now=ui.now(),
        ),
        done=_("The record is saved."), icon="campaign", part="authorities",
    )  # fmt: skip
