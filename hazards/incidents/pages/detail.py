"""One incident: the hour, the one next step, and what is known in five parts."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Final

import streamlit as st

from hazards.incidents.deadlines import State
from hazards.incidents.errors import IncidentChanged
from hazards.incidents.lifecycle import STEP_DONE
from hazards.incidents.models import Step
from hazards.incidents.pages import (
    fact_forms,
    find_forms,
    forms,
    hour,
    overview,
    part_authorities,
    part_closing,
    part_investigation,
    part_scene,
)
from hazards.incidents.pages.words import level_badge, status_badge
from hazards.incidents.permissions import Permission
from hazards.incidents.service.detail import IncidentDetail, get
from hazards.incidents.wording import lapsed_text, what_of, when
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, language
from safety_app.ui import markup

OVERVIEW, AUTHORITIES, SCENE, FINDING, CLOSING = (
    "overview", "authorities", "scene", "investigation", "closing",
)  # fmt: skip
PARTS: Final[Mapping[str, str]] = {
    OVERVIEW: N_("Overview"),
    AUTHORITIES: N_("Authorities"),
    SCENE: N_("Scene"),
    FINDING: N_("Investigation"),
    CLOSING: N_("Measures and closing"),
}
DRAWN: Final[Mapping[str, Callable[[Actor, IncidentDetail], None]]] = {
    OVERVIEW: overview.draw,
    AUTHORITIES: part_authorities.draw,
    SCENE: part_scene.draw,
    FINDING: part_investigation.draw,
    CLOSING: part_closing.draw,
}
LABELS: Final[Mapping[Step, tuple[str, str]]] = {
    Step.AMEND: (N_("Complete the facts"), "edit_note"),
    Step.COUNT: (N_("Casualties"), "pin"),
    Step.TELL_HEAD: (N_("Head informed"), "record_voice_over"),
    Step.NOTIFY: (N_("Record who was told"), "campaign"),
    Step.DECIDE: (N_("Work-safety accident or not"), "gavel"),
    Step.CONFIRM: (N_("Confirm"), "fact_check"),
    Step.INVESTIGATE: (N_("Begin the investigation"), "search"),
    Step.LOG: (N_("Add a moment"), "schedule"),
    Step.EXPLAIN: (N_("Add a chain of causes"), "account_tree"),
    Step.HEAR: (N_("Add a person"), "person_add"),
    Step.ATTACH: (N_("Photos and documents"), "attach_file"),
    Step.RAISE: (N_("Add a measure"), "build"),
    Step.CONCLUDE: (N_("End the investigation"), "task_alt"),
    Step.ANSWER: (N_("Give an answer"), "edit"),
    Step.RELEASE: (N_("Give the scene free"), "lock_open"),
    Step.CLOSE: (N_("Close the case"), "verified"),
    Step.REOPEN: (N_("Open again"), "undo"),
    Step.VOID: (N_("Found untrue"), "block"),
    Step.FORGET: (N_("Forget personal data"), "delete"),
}
FORMS: Final[Mapping[Step, Callable[[Actor, IncidentDetail], None]]] = {
    Step.AMEND: fact_forms.amend,
    Step.COUNT: fact_forms.count,
    Step.TELL_HEAD: fact_forms.tell_head,
    Step.NOTIFY: fact_forms.notify,
    Step.DECIDE: fact_forms.decide,
    Step.CONFIRM: forms.confirm,
    Step.INVESTIGATE: forms.investigate,
    Step.LOG: find_forms.log,
    Step.EXPLAIN: find_forms.explain,
    Step.HEAR: find_forms.hear,
    Step.ATTACH: find_forms.attach,
    Step.RAISE: find_forms.measure,
    Step.CONCLUDE: forms.conclude,
    Step.ANSWER: forms.answer,
    Step.RELEASE: forms.release,
    Step.CLOSE: forms.close,
    Step.REOPEN: forms.reopen,
    Step.VOID: forms.void,
    Step.FORGET: forms.forget,
}
OTHERS: Final[Mapping[str, Sequence[Step]]] = {
    OVERVIEW: (Step.AMEND, Step.COUNT, Step.ATTACH, Step.REOPEN, Step.FORGET, Step.VOID),
    AUTHORITIES: (Step.NOTIFY, Step.TELL_HEAD, Step.COUNT, Step.DECIDE),
    SCENE: (Step.RELEASE, Step.ATTACH),
    FINDING: (
        Step.EXPLAIN, Step.LOG, Step.HEAR, Step.ATTACH, Step.INVESTIGATE, Step.CONCLUDE,
    ),
    CLOSING: (Step.RAISE, Step.CLOSE),
}  # fmt: skip
"""What may be done on each part, the nearest first."""
EVERY: Final = 20.0
VISIBLE: Final = 2


def draw(actor: Actor, incident: IncidentDetail) -> None:
    """Head, hour, then one part or the form of the step that was opened."""
    ui.html(_back(incident))
    moment = when(incident.occurred_at, actor.timezone)
    ui.title(
        what_of(incident.kind, incident.what),
        " · ".join((incident.number, moment, incident.place)),
        aside=_papers(incident),
    )
    done = st.session_state.pop(forms.DONE, None)
    fresh = f'<div class="fresh">{markup.notice("green", str(done))}</div>' if done else ""
    badges = ui.badges(level_badge(incident.level), status_badge(incident.status))
    ui.html(f'<div class="section">{badges}</div>{fresh}{_lapsed(incident)}')
    step = opened(incident)
    here = st.query_params.get("part") or st.session_state.get("incident.part")
    leads_on = step is None and here != AUTHORITIES and Step.NOTIFY in incident.allowed
    _hour(actor, incident, leads_on=leads_on)
    if step is not None:
        with ui.card("incident"):
            FORMS[step](actor, incident)
        return
    part = _part(actor, incident)
    with ui.card("incident"):
        _buttons(incident, part)
        DRAWN[part](actor, incident)


def opened(incident: IncidentDetail) -> Step | None:
    """The step whose form the address asks for; one that has gone meanwhile is explained."""
    wanted = st.query_params.get("do", "")
    if wanted not in {str(step) for step in FORMS}:
        return None
    step = Step(wanted)
    if step in incident.allowed:
        return step
    drawn = st.session_state.get(f"{forms.key_of(incident, step)}.version")
    if drawn is not None and drawn != incident.row_version:
        last = incident.steps[-1]
        name = last.actor or _("The system")
        ui.notice("orange", IncidentChanged(name=name, step=STEP_DONE[last.step]).message())
    return None


def primary(incident: IncidentDetail) -> Step | None:
    """The one next step of this person: telling the authorities comes before all else."""
    if Step.NOTIFY in incident.allowed and (incident.clock.is_open or incident.owed):
        return Step.NOTIFY
    if incident.clock.state is State.UNSURE and Step.COUNT in incident.allowed:
        return Step.COUNT
    following = incident.next_step
    if following is Step.CONCLUDE and not incident.causes:
        following = Step.EXPLAIN
    return following if following in incident.allowed else None


def _back(incident: IncidentDetail) -> str:
    is_form = bool(st.query_params.get("do"))
    href = f"/incidents?no={incident.number}" if is_form else "/incidents"
    words = _("Back to {number}", number=incident.number) if is_form else _("Back to the incidents")
    return (
        f'<p class="back"><a href="{href}">{markup.icon("arrow_back")}'
        f"<span>{escape(words)}</span></a></p>"
    )


def _papers(incident: IncidentDetail) -> str:
    """The report of the case, without and with personal data."""
    if not incident.may_print:
        return ""
    address = f"/incidents/report/{incident.number}.pdf?lang={language()}"
    links = markup.anchor(_("Incident report"), address, "print", new_tab=True)
    if incident.sees_all_people and incident.parts:
        words = _("With personal data")
        links += markup.anchor(words, f"{address}&names=1", "lock", new_tab=True)
    return links


def _lapsed(incident: IncidentDetail) -> str:
    """A decision that holds no more, with the way to decide anew for who may."""
    if incident.counted is None or incident.counted.lapsed_at is None:
        return ""
    link = ""
    if Step.DECIDE in incident.allowed:
        href = f"/incidents?no={incident.number}&do={Step.DECIDE}"
        link = f"<p>{markup.anchor(_('Decide anew'), href, 'gavel')}</p>"
    return markup.notice("orange", lapsed_text(), heading=_("To be decided anew"), extra=link)


def _hour(actor: Actor, incident: IncidentDetail, *, leads_on: bool) -> None:
    """The hour; while it runs it is drawn anew by itself. `leads_on`: with the way to the text."""
    if incident.clock.is_open:
        ui.fragment(_ticking, every=EVERY)(incident.number, leads_on=leads_on)
        return
    ui.html(_deadlines(actor, incident, leads_on=leads_on))


def _ticking(number: str, *, leads_on: bool) -> None:
    actor = ui.current_actor()
    with reading() as session:
        incident = get(session, actor, number, now=ui.now())
    ui.html(_deadlines(actor, incident, leads_on=leads_on))


def _deadlines(actor: Actor, incident: IncidentDetail, *, leads_on: bool) -> str:
    """The hour, and what is owed to whoever was told before."""
    now = ui.now()
    said = hour.notice(incident.clock, now, incident.number, may_act=leads_on)
    return said + hour.owed_notice(incident.owed, now, actor.timezone)


def _part(actor: Actor, incident: IncidentDetail) -> str:
    """Which part is shown; a link may name it, from then on the choice counts."""
    wanted = st.query_params.get("part")
    if wanted in PARTS:
        st.session_state["incident.part"] = wanted
        del st.query_params["part"]
    names = {name: _(words) for name, words in PARTS.items()}
    if not (incident.may_print or actor.may_somewhere(Permission.VIEW)):
        names = {name: names[name] for name in (OVERVIEW, SCENE)}
    if incident.lacking and incident.is_open and CLOSING in names:
        names[CLOSING] += f" {len(incident.lacking)}"
    with st.container(key="parts_of_incident"):
        return ui.segmented("incident.part", names, label=_("Part of the case"))


def _buttons(incident: IncidentDetail, part: str) -> None:
    """The one filled button is the next step; what belongs to the part stands beside it."""
    first = primary(incident)
    others = [one for one in OTHERS[part] if one in incident.allowed and one is not first]
    if first is None and not others:
        return
    room = VISIBLE if first else VISIBLE + 1
    shown = others if len(others) <= room else others[: room - 1]
    rest = others[len(shown) :]
    with st.container(key="bar_actions", horizontal=True, gap="small", vertical_alignment="center"):
        if first:
            with st.container(key="big_primary"):
                _button(incident, first, is_first=True)
        for step in shown:
            _button(incident, step)
        if rest:
            with st.popover(_("More"), icon=":material/more_horiz:"):
                for step in rest:
                    _button(incident, step)


def _button(incident: IncidentDetail, step: Step, *, is_first: bool = False) -> None:
    name, symbol = LABELS[step]
    again = step is Step.INVESTIGATE and incident.leader_id is not None
    st.button(
        _("Change team or day") if again else _(name),
        key=f"incident.do.{step}",
        icon=f":material/{symbol}:",
        type="primary" if is_first else "secondary",
        width="stretch",
        on_click=_open,
        args=(incident.number, step),
    )


def _open(number: str, step: Step) -> None:
    st.query_params.from_dict({"no": number, "do": str(step)})
