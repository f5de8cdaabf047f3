"""The forms of the investigation: moments, causes, people, documents, measures."""

from datetime import timedelta
from html import escape
from typing import Final

import streamlit as st

from hazards import service as hazards
from hazards.incidents.models import (
    ORIGIN_NAMES,
    PART_NAMES,
    ROOT_NAMES,
    Origin,
    Part,
    RootClass,
    Step,
)
from hazards.incidents.pages import fields
from hazards.incidents.pages.forms import heading, key_of, submit, text
from hazards.incidents.service import closing, evidence, investigating, people
from hazards.incidents.service.detail import IncidentDetail
from hazards.service import CATEGORY_NAMES, LEVEL_NAMES, Category, Level
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _

MOST_FILES: Final = 10
USUAL_DAYS: Final = 7


def log(actor: Actor, incident: IncidentDetail) -> None:
    """One moment of the course of events."""
    key = key_of(incident, Step.LOG)
    heading(
        _("A moment of the course of events"),
        _("What led to it counts too. No names, nothing about anybody's health."),
    )
    at = fields.moment_input(f"{key}.at", _("It was"), actor, incident.occurred_at)
    what = st.text_input(_("What happened then"), key=f"{key}.what", max_chars=300)
    names = {str(one): _(ORIGIN_NAMES[one]) for one in Origin}
    origin = ui.segmented(f"{key}.origin", names, label=_("How it is known"))
    submit(
        incident, Step.LOG, _("Save the moment"),
        lambda session, actor, _version: investigating.log_moment(
            session, actor, incident.id, happened_at=at or incident.occurred_at, what=what or "",
            origin=Origin(origin), now=ui.now(),
        ),
        done=_("The moment is saved."), part="investigation",
    )  # fmt: skip


def explain(actor: Actor, incident: IncidentDetail) -> None:
    """From the direct cause to the root, at most five whys."""
    key = key_of(incident, Step.EXPLAIN)
    heading(
        _("A chain of causes"),
        _("Begin with what caused it directly, then ask why again until it is something that can"
          " be changed. Another cause gets a chain of its own. No names."),
    )  # fmt: skip
    whys = []
    for number in range(1, investigating.MOST_WHYS + 1):
        words = _("Direct cause") if number == 1 else _("{n}. Why?", n=number)
        whys.append(st.text_input(words, key=f"{key}.{number}", max_chars=200) or "")
    names = {str(one): _(ROOT_NAMES[one]) for one in RootClass}
    fields.label(escape(_("What the root is")))
    root = ui.segmented(
        f"{key}.root", names, label=_("What the root is"), default=str(RootClass.MANAGEMENT)
    )
    submit(
        incident, Step.EXPLAIN, _("Save the chain"),
        lambda session, actor, _version: investigating.explain(
            session, actor, incident.id, whys=whys, root=RootClass(root), now=ui.now()
        ),
        done=_("The chain is saved."), part="investigation",
    )  # fmt: skip


def hear(actor: Actor, incident: IncidentDetail) -> None:
    """Somebody hurt or heard; for those who need it only."""
    key = key_of(incident, Step.HEAR)
    heading(
        _("Somebody hurt or heard"),
        _("Seen by the safety officer, the manager and the investigation team only; others see how"
          " many. Write down what is needed and no more."),
    )  # fmt: skip
    names = {str(one): _(PART_NAMES[one]) for one in Part}
    part = st.selectbox(
        _("What it is about"), list(names), index=list(names).index(Part.WITNESS),
        format_func=names.__getitem__, key=f"{key}.part",
    )  # fmt: skip
    with reading() as session:
        staff = {one.id: one.label
                 for one in hazards.owner_choices(session, actor, incident.window_id)}  # fmt: skip
    user = st.selectbox(
        _("Somebody of the hall"), list(staff), index=None, format_func=staff.__getitem__,
        placeholder=_("Choose, or write a name below"), key=f"{key}.user",
    )  # fmt: skip
    with st.container(key="filters_person", horizontal=True, gap="small"):
        name = st.text_input(_("Or name"), key=f"{key}.name", max_chars=64)
        contact = st.text_input(_("Contact"), key=f"{key}.contact", max_chars=64)
    health = text(f"{key}.health", _("Injury and treatment (if hurt)"), height=80)
    statement = text(f"{key}.statement", _("Statement"), limit=4000, height=140)
    submit(
        incident, Step.HEAR, _("Save the person"),
        lambda session, actor, _version: people.hear(
            session, actor, incident.id, part=Part(part), user_id=user, name=name or "",
            contact=contact or "", health=health, statement=statement, now=ui.now(),
        ),
        done=_("The person is recorded."), part="investigation",
    )  # fmt: skip


def attach(actor: Actor, incident: IncidentDetail) -> None:
    """Photos and scans."""
    key = key_of(incident, Step.ATTACH)
    heading(_("Photos and documents"))
    fields.label(escape(_("Photos")))
    form = str(len(incident.photos))
    uploads = ui.photo_input(f"{key}.photos", form=form)
    fields.label(escape(_("Documents: sketch, statement, report, proof")))
    files = ui.file_input(f"{key}.files", most=MOST_FILES, form=str(len(incident.scans)))
    title = st.text_input(
        _("What the document is"), key=f"{key}.title", max_chars=100,
        placeholder=_("For example: sketch of the scene"),
    )  # fmt: skip
    is_personal = st.checkbox(
        _("Holds personal data (medical papers, statements): for few"), key=f"{key}.personal"
    )
    submit(
        incident, Step.ATTACH, _("Save photos and documents"),
        lambda session, actor, _version: evidence.attach(
            session, actor, incident.id, upload_ids=uploads, file_ids=files, title=title or "",
            is_personal=is_personal, now=ui.now(),
        ),
        done=_("Photos and documents are saved."), icon="attach_file",
    )  # fmt: skip


def measure(actor: Actor, incident: IncidentDetail) -> None:
    """A corrective measure, from then on a hazard like any other."""
    key = key_of(incident, Step.RAISE)
    heading(
        _("A corrective measure"),
        _("It becomes a hazard with owner and deadline; the case is closed after it is."),
    )
    what = st.text_input(_("What is to be put right"), key=f"{key}.what", max_chars=200)
    categories = {str(value): _(name) for value, name in CATEGORY_NAMES.items()}
    levels = {str(value): _(name) for value, name in LEVEL_NAMES.items()}
    with st.container(key="filters_measure", horizontal=True, gap="small"):
        category = st.selectbox(
            _("Category"), list(categories), index=list(categories).index(Category.MANAGEMENT),
            format_func=categories.__getitem__, key=f"{key}.category",
        )  # fmt: skip
        level = Level(
            st.selectbox(
                _("Level"), list(levels), index=list(levels).index(Level.MODERATE),
                format_func=levels.__getitem__, key=f"{key}.level",
            )
        )  # fmt: skip
        today = ui.local_now().date()
        fix_by = ui.day_input(
            _("Fix by"), today + timedelta(days=USUAL_DAYS), min_value=today,
            max_value=today + timedelta(days=366), key=f"{key}.by",
        )  # fmt: skip
    owner = _owner(key, actor, incident)
    plan = _plan(key, level) if owner else {}
    submit(
        incident, Step.RAISE, _("Save the measure"),
        lambda session, actor, _version: closing.raise_action(
            session, actor, incident.id, what=what or "", category=Category(category), level=level,
            fix_by=fix_by, owner_id=owner, now=ui.now(), **plan,
        ),
        done=_("The measure is on the list of hazards."), icon="build", part="closing",
    )  # fmt: skip


def _owner(key: str, actor: Actor, incident: IncidentDetail) -> int | None:
    """Who carries it out, where this person may hand it out."""
    if not hazards.may_assign(actor, incident.window_id):
        ui.notice("grey", _("The window lead or the safety officer names who carries it out."))
        return None
    with reading() as session:
        people = {one.id: one.label
                  for one in hazards.owner_choices(session, actor, incident.window_id)}  # fmt: skip
    return st.selectbox(
        _("Owner"), list(people), index=None, format_func=people.__getitem__,
        placeholder=_("Choose a person"), key=f"{key}.owner",
    )  # fmt: skip


def _plan(key: str, level: Level) -> dict[str, str]:
    """What a grave one asks for beside its owner and day."""
    found = {}
    if level in (Level.URGENT, Level.SERIOUS):
        found["interim_measure"] = text(f"{key}.interim", _("Interim measure"), height=80)
    if level is Level.URGENT:
        found["funds"] = st.text_input(_("Funds"), key=f"{key}.funds", max_chars=200) or ""
        found["contingency"] = text(f"{key}.plan", _("Contingency plan"), limit=1000, height=80)
    return found
