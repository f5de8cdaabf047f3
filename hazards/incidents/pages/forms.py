"""The forms of the steps that lead on; what was typed stays when a rule refuses it."""

from collections.abc import Callable
from datetime import timedelta
from html import escape
from typing import Any, Final

import streamlit as st
from sqlalchemy.orm import Session

from hazards import service as hazards
from hazards.incidents import rules
from hazards.incidents.level import LEGAL
from hazards.incidents.models import Incident, Step
from hazards.incidents.service import closing, investigating, people, reporting, scene
from hazards.incidents.service.detail import IncidentDetail
from hazards.incidents.wording import day as day_of
from hazards.incidents.wording import local
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _

DONE: Final = "incident.done"
Run = Callable[[Session, Actor, int], Any]
"""The step itself: what it does with the version of the incident that was shown."""


def key_of(incident: IncidentDetail, step: Step) -> str:
    """What the names of a form's fields begin with."""
    return f"incident.{step}.{incident.id}"


def submit(
    incident: IncidentDetail,
    step: Step,
    label: str,
    run: Run,
    *,
    done: str,
    icon: str = "check",
    part: str = "",
) -> None:
    """The form's last row: leave, or take the step with the version that was shown."""
    key = key_of(incident, step)
    version = int(st.session_state.setdefault(f"{key}.version", incident.row_version))
    back = part or str(st.session_state.get("incident.part") or "")
    with st.container(key="bar_form"):
        message = st.container()
        with st.container(
            key="big_submit", horizontal=True, gap="small", vertical_alignment="center"
        ):
            st.button(_("Cancel"), key=f"{key}.cancel", on_click=leave, args=(incident, step, back))
            pressed = st.button(
                label, key=f"{key}.go", type="primary", icon=f":material/{icon}:", width="stretch"
            )
    if not pressed:
        return
    actor = ui.current_actor()
    with message:
        taken = ui.act(lambda session: run(session, actor, version))
    if taken is not None:
        leave(incident, step, back)
        st.session_state[DONE] = done
        st.rerun()
    # Whoever was told of a change has seen it now: the next attempt is meant.
    st.session_state[f"{key}.version"] = incident.row_version


def leave(incident: IncidentDetail, step: Step, part: str) -> None:
    """Close the form; the next one begins with what is then true."""
    begins = f"{key_of(incident, step)}."
    for key in [key for key in st.session_state if str(key).startswith(begins)]:
        del st.session_state[key]
    st.query_params.from_dict({"no": incident.number} | ({"part": part} if part else {}))


def heading(words: str, note: str = "") -> None:
    """What the form is for, and what follows from it."""
    under = ui.markup.notice("grey", note) if note else ""
    ui.html(ui.markup.section(words) + under)


def text(key: str, label: str, *, limit: int = 500, value: str = "", height: int = 100) -> str:
    """A few lines."""
    return st.text_area(label, value, key=key, max_chars=limit, height=height) or ""


def open_text(key: str, label: str, *, limit: int = 500, height: int = 100) -> str:
    """A few lines that everybody reads who sees the case."""
    words = text(key, label, limit=limit, height=height)
    no_names()
    return words


def no_names() -> None:
    """What does not belong into what stands above."""
    words = _("Everybody who sees the case reads this: no names, nothing about anybody's health.")
    ui.html(f'<p class="muted">{escape(words)}</p>')


def for_few() -> None:
    """Who reads what stands above."""
    words = _("Read by the safety officer, the manager and the investigation team only.")
    ui.html(f'<p class="muted">{escape(words)}</p>')


def confirm(actor: Actor, incident: IncidentDetail) -> None:
    """Look at it once more: from here on it counts as having happened."""
    key = key_of(incident, Step.CONFIRM)
    heading(
        _("Did it happen as told?"),
        _("What is still missing can be added; who reported it can change it no more."),
    )
    note = open_text(f"{key}.note", _("Remark (optional)"), height=80)
    submit(
        incident, Step.CONFIRM, _("Confirm"),
        lambda session, actor, version: reporting.confirm(
            session, actor, incident.id, note=note, row_version=version, now=ui.now()
        ),
        done=_("{number} is confirmed.", number=incident.number), icon="fact_check",
    )  # fmt: skip


def void(actor: Actor, incident: IncidentDetail) -> None:
    """Take it out for good."""
    key = key_of(incident, Step.VOID)
    heading(
        _("Did this not happen?"),
        _("{number} is left out of all figures. It stays on record with the reason.",
          number=incident.number),
    )  # fmt: skip
    with reading() as session:
        bar = reporting.why_not_void(session, actor, session.get_one(Incident, incident.id))
    if bar:
        ui.notice("red", bar)
        st.button(_("Cancel"), key=f"{key}.cancel", on_click=leave, args=(incident, Step.VOID, ""))
        return
    reason = open_text(f"{key}.reason", _("Reason"))
    submit(
        incident, Step.VOID, _("Found untrue"),
        lambda session, actor, version: reporting.void(
            session, actor, incident.id, reason=reason, row_version=version, now=ui.now()
        ),
        done=_("{number} is recorded as untrue.", number=incident.number), icon="block",
    )  # fmt: skip


def investigate(actor: Actor, incident: IncidentDetail) -> None:
    """Who investigates, and by when."""
    key = key_of(incident, Step.INVESTIGATE)
    is_legal = incident.level in LEGAL
    heading(_("Who investigates?"))
    with reading() as session:
        choices = {
            one.id: one.label for one in hazards.owner_choices(session, actor, incident.window_id)
        }
    first = incident.leader_id if incident.leader_id in choices else None
    leader = st.selectbox(
        _("Leader (required)"),
        list(choices),
        index=list(choices).index(first) if first else None,
        format_func=choices.__getitem__,
        placeholder=_("Choose a person"),
        key=f"{key}.leader",
    )
    members = st.multiselect(
        _("Members"),
        list(choices),
        default=[one for one in incident.member_ids if one in choices],
        format_func=choices.__getitem__,
        placeholder=_("Choose people"),
        key=f"{key}.members",
    )
    others = st.text_input(
        _("Others (for example from the authority)"), incident.team_others, key=f"{key}.others",
        max_chars=200,
    )  # fmt: skip
    today = ui.local_now().date()
    proposed = investigating.proposed_day(
        local(incident.occurred_at, actor.timezone), today, is_legal=is_legal
    )
    by = ui.day_input(
        _("Finished by"),
        incident.investigate_by or proposed,
        min_value=min(today, incident.investigate_by or today),
        max_value=today + timedelta(days=366),
        key=f"{key}.by",
    )
    submit(
        incident, Step.INVESTIGATE, _("Begin the investigation"),
        lambda session, actor, version: investigating.investigate(
            session, actor, incident.id, leader_id=leader or 0, member_ids=members,
            others=others or "", investigate_by=by, row_version=version, now=ui.now(),
        ),
        done=_("The investigation is under way."), icon="search", part="investigation",
    )  # fmt: skip


def conclude(actor: Actor, incident: IncidentDetail) -> None:
    """The causes are found; what follows are measures and the four conditions."""
    key = key_of(incident, Step.CONCLUDE)
    heading(
        _("Are all causes found?"),
        _("What follows are the measures and the conditions of closing. Moments and causes may"
          " still be added."),
    )  # fmt: skip
    note = open_text(f"{key}.note", _("Finding in brief (optional)"), limit=1000)
    submit(
        incident, Step.CONCLUDE, _("End the investigation"),
        lambda session, actor, version: investigating.conclude(
            session, actor, incident.id, note=note, row_version=version, now=ui.now()
        ),
        done=_("The investigation has ended."), icon="task_alt", part="closing",
    )  # fmt: skip


def close(actor: Actor, incident: IncidentDetail) -> None:
    """Ask once more; nothing is left open."""
    key = key_of(incident, Step.CLOSE)
    heading(
        _("Close this case?"),
        _("{number} is closed. It can be opened again with a reason.", number=incident.number),
    )
    note = open_text(f"{key}.note", _("Remark (optional)"), limit=1000, height=80)
    submit(
        incident, Step.CLOSE, _("Close the case"),
        lambda session, actor, version: closing.close(
            session, actor, incident.id, note=note, row_version=version, now=ui.now()
        ),
        done=_("{number} is closed.", number=incident.number), icon="verified",
    )  # fmt: skip


def reopen(actor: Actor, incident: IncidentDetail) -> None:
    """Something new has come out."""
    key = key_of(incident, Step.REOPEN)
    heading(_("Open the case again?"), _("It goes on where an investigation begins."))
    reason = open_text(f"{key}.reason", _("Reason"))
    submit(
        incident, Step.REOPEN, _("Open again"),
        lambda session, actor, version: closing.reopen(
            session, actor, incident.id, reason=reason, row_version=version, now=ui.now()
        ),
        done=_("{number} is open again.", number=incident.number), icon="undo",
    )  # fmt: skip


def release(actor: Actor, incident: IncidentDetail) -> None:
    """Give the scene free."""
    key = key_of(incident, Step.RELEASE)
    heading(_("Give the scene free?"), rules.scene_rule())
    note = st.text_input(_("Who agreed to it"), key=f"{key}.note", max_chars=300)
    submit(
        incident, Step.RELEASE, _("Give the scene free"),
        lambda session, actor, version: scene.release(
            session, actor, incident.id, note=note or "", row_version=version, now=ui.now()
        ),
        done=_("The scene is free."), icon="lock_open", part="scene",
    )  # fmt: skip


def forget(actor: Actor, incident: IncidentDetail) -> None:
    """Names, health and statements go; how many people remains."""
    heading(
        _("Forget the personal data of this case?"),
        _("Names, contacts, injuries and statements are deleted for good. Papers made before and"
          " scans stay; how many people it concerned stays."),
    )  # fmt: skip
    submit(
        incident, Step.FORGET, _("Forget for good"),
        lambda session, actor, version: people.forget(
            session, actor, incident.id, row_version=version, now=ui.now()
        ) + 1,
        done=_("The personal data are forgotten."), icon="delete", part="investigation",
    )  # fmt: skip


def answer(actor: Actor, incident: IncidentDetail) -> None:
    """Answer one of the four."""
    wanted = st.query_params.get("of", "")
    found = next((one for one in incident.conditions if one.code == wanted), None)
    if found is None:
        ui.notice("grey", _("There is no such condition. Go back and choose again."))
        return
    key = f"{key_of(incident, Step.ANSWER)}.{wanted}"
    heading(found.title)
    ui.html(f'<p class="muted">{escape(found.ask)}</p>')
    words = text(f"{key}.words", _("Answer to the condition"), limit=2000, value=found.words,
                 height=160)  # fmt: skip
    no_names()
    submit(
        incident, Step.ANSWER, _("Save the answer"),
        lambda session, actor, _version: closing.answer(
            session, actor, incident.id, condition=wanted, words=words, now=ui.now()
        ),
        done=_("The answer is saved."), part="closing",
    )  # fmt: skip


def last_day_text(incident: IncidentDetail) -> str:
    """Until when changes of casualties count."""
    return day_of(incident.counted.casualties_until) if incident.counted else ""
