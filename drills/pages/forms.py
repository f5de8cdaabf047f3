"""The form of a drill's plan: a new one, one that is edited, one that was held long ago."""

from dataclasses import dataclass
from datetime import time
from typing import Any, Final

import streamlit as st

from drills import milestones, service
from drills.errors import DayMissing
from drills.milestones import Moment
from drills.models import CONTENT_NAMES, FORM_NAMES, TOPIC_NAMES, Content, Drill, Form, Topic
from drills.pages import fields
from drills.permissions import Permission
from drills.service import OnPaper, tried
from drills.service.detail import DrillDetail
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _
from safety_app.ui import markup

NEW: Final = "new"
PAST: Final = "past"
USUAL_TIME: Final = time(17, 0)


@dataclass(frozen=True, slots=True)
class Given:
    """What the fields begin with."""

    title: str = ""
    title_en: str = ""
    content: Content = Content.COMPREHENSIVE
    form: Form = Form.LIVE
    topic: Topic = Topic.FIRE
    window_id: int | None = None
    owner_id: int | None = None
    commander_id: int | None = None
    evaluator_ids: tuple[int, ...] = ()
    plan_ids: tuple[int, ...] = ()
    place: str = ""
    assembly_point: str = ""
    scenario: str = ""
    objectives: str = ""
    safety: str = ""
    planned_time: time | None = None
    moments: tuple[Moment, ...] = ()


def plan_new(actor: Actor, *, is_past: bool) -> None:
    """A drill to come, or with `is_past` one that was held without this program."""
    name = PAST if is_past else NEW
    form = fields.token(name)
    title = _("Enter a drill held before") if is_past else _("Plan a drill")
    fields.head(title, "", "/drills")
    if not actor.may_somewhere(Permission.PLAN):
        with ui.card("refused"):
            ui.empty(
                _("Drills are planned by the safety officer or a manager"),
                _("For one window its lead plans them too."),
                symbol="lock",
            )
        return
    if is_past:
        _past(actor, form)
    else:
        _new(actor, form)


def _new(actor: Actor, form: str) -> None:
    key = f"drills.{form}"
    with ui.card("when"):
        left, right = st.columns(2)
        with left:
            on = ui.day_input(_("Day"), None, key=f"{key}.on", min_value=ui.local_now().date())
        with right:
            when = fields.clock_words(_("Time (optional)"), f"{key}.time", None)
    facts = _facts(actor, key, Given(owner_id=actor.user_id))

    def plan(session: Any) -> Drill:
        if on is None:
            raise DayMissing()
        given = service.Facts(**facts, planned_time=fields.time_of(when))
        return service.plan(session, actor, given, planned_on=on, now=ui.now())

    saved = fields.submit(
        key, _("Put it on the plan"), plan, done=_("The drill is on the plan."),
        symbol="event_available",
    )  # fmt: skip
    if saved is not None:
        fields.forget(NEW)
        st.query_params.from_dict({"drill": saved.code})
        st.rerun()


def edit(actor: Actor, found: DrillDetail) -> None:
    """Change what is planned, all but the day."""
    drill = found.drill
    form = fields.token(f"edit.{drill.code}.{drill.row_version}")
    key = f"drills.{form}"
    fields.head(_("Change the drill"), found.title, f"/drills?drill={drill.code}")
    with reading() as session:
        judges = tuple(service.evaluators_of(session, drill.id))
        plan_ids = tuple(service.plan_ids_of(session, drill.id))
        rows = service.moments_of(session, drill.id)
    given = Given(
        title=drill.title,
        title_en=drill.title_en,
        content=Content(drill.content),
        form=Form(drill.form),
        topic=Topic(drill.topic),
        window_id=drill.window_id,
        owner_id=drill.owner_id,
        commander_id=drill.commander_id,
        evaluator_ids=judges,
        plan_ids=plan_ids,
        place=drill.place,
        assembly_point=drill.assembly_point,
        scenario=drill.scenario,
        objectives=drill.objectives,
        safety=drill.safety,
        moments=tuple(Moment(one.name, one.name_en, one.target_seconds, one.code) for one in rows),
    )
    facts = _facts(actor, key, given)
    saved = fields.submit(
        key,
        _("Save the changes"),
        lambda session: service.edit(
            session, actor, drill.id,
            service.Facts(**facts, planned_time=drill.planned_time),
            row_version=drill.row_version, now=ui.now(),
        ),
        done=_("The drill is changed."),
        symbol="save",
    )  # fmt: skip
    if saved is not None:
        st.query_params.from_dict({"drill": drill.code})
        st.rerun()


def _past(actor: Actor, form: str) -> None:
    key = f"drills.{form}"
    today = ui.local_now().date()
    fields.label(
        _("For a drill of which there is a paper record. It counts in the half-year in which it"
          " was held and is marked as written down by hand.")
    )  # fmt: skip
    with ui.card("when"):
        left, middle, right = st.columns(3)
        with left:
            on = ui.day_input(_("Held on"), None, key=f"{key}.on", max_value=today)
        with middle:
            start = fields.clock_words(_("Begun at"), f"{key}.start", USUAL_TIME)
        with right:
            end = fields.clock_words(_("Ended at"), f"{key}.end", None)
    facts = _facts(actor, key, Given(owner_id=actor.user_id))
    with ui.card("who"):
        names = fields.people_names(actor)
        present = fields.several(_("Who took part"), names, f"{key}.present", ())
        left, right = st.columns(2)
        with left:
            visitors = st.number_input(_("Visitors"), 0, 9999, 0, key=f"{key}.visitors")
        with right:
            third = st.number_input(_("Third parties"), 0, 9999, 0, key=f"{key}.third")
        reason = st.text_input(
            _("Reason, if somebody was in two places at that time"), key=f"{key}.reason",
            max_chars=200,
        )  # fmt: skip

    def enter(session: Any) -> Drill:
        begun, ended = fields.at(on, start, actor.timezone), fields.at(on, end, actor.timezone)
        paper = OnPaper(
            begun, ended, frozenset(present), visitors=int(visitors), third_parties=int(third),
            reason=reason or "",
        )  # fmt: skip
        return service.enter_new(session, actor, service.Facts(**facts), paper, now=ui.now())

    saved = fields.submit(
        key, _("Enter the drill"), enter, done=_("The drill is entered."), symbol="history"
    )
    if saved is not None:
        fields.forget(PAST)
        st.query_params.from_dict({"drill": saved.code})
        st.rerun()


def _facts(actor: Actor, key: str, given: Given) -> dict[str, Any]:
    """Everything but the day, as the service takes it."""
    facts = _what(actor, key, given)
    facts |= _who(actor, key, given)
    with ui.card("how"):
        ui.html(markup.section(_("Scenario and aims")))
        for name, words, hint in (
            ("scenario", _("Scenario"), _("What happens where, who finds it")),
            ("objectives", _("Objectives"), _("What the drill is to show, with figures")),
            ("safety", _("Safety measures"), _("Markers, watchers, who stays out of it")),
        ):
            facts[name] = st.text_area(
                words, getattr(given, name), key=f"{key}.{name}", max_chars=2000, height=80,
                placeholder=hint,
            ) or ""  # fmt: skip
    with ui.card("moments"):
        ui.html(markup.section(_("Milestones of the stopwatch")))
        fields.label(_("What is tapped in the course of the drill, with the time it may take."))
        chosen = f"{facts['topic']}.{facts['form']}"
        proposed = given.moments or milestones.proposed(facts["form"], facts["topic"])
        slot = f"{key}.moments" if given.moments else f"{key}.moments.{chosen}"
        facts["moments"] = fields.moments(slot, proposed)
    return facts


def _what(actor: Actor, key: str, given: Given) -> dict[str, Any]:
    with ui.card("what"):
        ui.html(markup.section(_("What is drilled")))
        title = st.text_input(
            _("Title"), given.title, key=f"{key}.title", max_chars=100,
            placeholder=_("For example: fire and evacuation drill of the hall"),
        )  # fmt: skip
        left, middle, right = st.columns(3)
        with left:
            topic = fields.choice(f"{key}.topic", _("Against what"), TOPIC_NAMES, given.topic)
        with middle:
            form = fields.choice(f"{key}.form", _("Form"), FORM_NAMES, given.form)
        with right:
            content = fields.choice(f"{key}.content", _("Content"), CONTENT_NAMES, given.content)
        with reading() as session:
            offered = {
                one.plan_id: one.title
                for one in tried.in_force(session, actor.site_id, ui.local_now().date())
            }
        plan_ids = fields.several(
            _("Plans that are tried out"), offered, f"{key}.plans", given.plan_ids
        )
        if not offered:
            fields.label(_("No emergency plan is in force yet; publish one under “Plans”."))
    return {
        "title": title or "",
        "title_en": given.title_en if title == given.title else "",
        "topic": Topic(topic),
        "form": Form(form),
        "content": Content(content),
        "plan_ids": tuple(plan_ids),
    }


def _who(actor: Actor, key: str, given: Given) -> dict[str, Any]:
    names = fields.people_names(actor)
    with ui.card("where"):
        ui.html(markup.section(_("Where and who")))
        window_id = _scope(actor, key, given)
        left, right = st.columns(2)
        with left:
            place = st.text_input(_("Place"), given.place, key=f"{key}.place", max_chars=100)
        with right:
            point = st.text_input(
                _("Assembly point"), given.assembly_point, key=f"{key}.point", max_chars=100
            )
        left, right = st.columns(2)
        with left:
            owner = fields.person(
                _("In charge"), names, f"{key}.owner", given.owner_id, required=True
            )
        with right:
            commander = fields.person(_("Commander"), names, f"{key}.commander", given.commander_id)
        judges = fields.several(_("Evaluators"), names, f"{key}.judges", given.evaluator_ids)
    return {
        "window_id": window_id,
        "place": place or "",
        "assembly_point": point or "",
        "owner_id": owner or actor.user_id,
        "commander_id": commander,
        "evaluator_ids": tuple(judges),
    }


def _scope(actor: Actor, key: str, given: Given) -> int | None:
    """The whole hall, or one of the windows for which this person plans."""
    reach = actor.reach(Permission.PLAN)
    names: dict[str, str] = {"": _("Whole hall")} if reach.site else {}
    names |= {str(one): name for one, name in fields.windows(actor).items() if reach.covers(one)}
    options = list(names)
    usual = str(given.window_id or "")
    chosen = st.selectbox(
        _("Who takes part"), options, index=options.index(usual) if usual in names else 0,
        format_func=names.__getitem__, key=f"{key}.scope",
    )  # fmt: skip
    return int(chosen) if chosen else None
