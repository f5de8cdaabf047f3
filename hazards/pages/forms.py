"""The forms of the steps after handing out; what was typed stays when a rule refuses it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from hazards import service
from hazards.models import (
    EXTENSION_NAMES,
    LEVEL_MEANINGS,
    LEVEL_NAMES,
    ExtensionReason,
    Level,
    Step,
)
from hazards.service import HazardDetail
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, day_text

# What the last step has done: shown on the hazard itself, where the eyes are.
DONE = "hazard.done"


def drawn_version(hazard: HazardDetail, step: Step) -> int:
    """The version of the hazard that was shown when this form was opened."""
    key = f"{step}.{hazard.id}.version"
    return int(st.session_state.setdefault(key, hazard.row_version))


def submit(
    hazard: HazardDetail,
    step: Step,
    label: str,
    action: Callable[..., Any],
    *,
    done: str,
    icon: str = "check",
    **facts: Any,
) -> None:
    """The form's last row: leave, or take the step with the version that was shown."""
    version = drawn_version(hazard, step)
    with st.container(key="bar_form"):
        message = st.container()
        with st.container(
            key="big_submit", horizontal=True, gap="small", vertical_alignment="center"
        ):
            st.button(_("Cancel"), key=f"{step}.cancel", on_click=leave, args=(hazard, step))
            pressed = st.button(
                label,
                key=f"{step}.submit",
                type="primary",
                icon=f":material/{icon}:",
                width="stretch",
            )
    if not pressed:
        return
    actor, now = ui.current_actor(), ui.now()

    def run(session: Session) -> Any:
        return action(session, actor, hazard.id, row_version=version, now=now, **facts)

    with message:
        taken = ui.act(run)
    if taken is not None:
        leave(hazard, step)
        st.session_state[DONE] = done
        st.rerun()
    # Whoever was told of a change has seen it now: the next attempt is meant.
    st.session_state[f"{step}.{hazard.id}.version"] = hazard.row_version


def leave(hazard: HazardDetail, step: Step) -> None:
    """Close the form; the next one begins with what is then true."""
    for key in [key for key in st.session_state if str(key).startswith(f"{step}.{hazard.id}.")]:
        del st.session_state[key]
    st.query_params.from_dict({"no": hazard.number})


def fix(actor: Actor, hazard: HazardDetail) -> None:
    """After-photos, what was done, and who did it."""
    key = f"{Step.FIX}.{hazard.id}"
    ui.html(ui.markup.section(_("Photos after the fix")))
    photos = ui.photo_input(f"{key}.photos", form=str(hazard.sent_back_count))
    note = st.text_area(_("What was done"), key=f"{key}.note", max_chars=1000)
    with reading() as session:
        people = {one.id: one.label for one in _people(session, actor, hazard)}
    doer = st.selectbox(
        _("Done by"),
        list(people),
        index=list(people).index(actor.user_id),
        format_func=people.__getitem__,
        key=f"{key}.doer",
    )
    yuan = funds_yuan(key, hazard)
    submit(
        hazard,
        Step.FIX,
        _("Submit the fix"),
        service.fix,
        done=_("The fix is submitted and waits to be verified."),
        icon="build",
        note=note,
        upload_ids=photos,
        fixed_by_id=doer,
        funds_yuan=yuan,
    )


def accept(_actor: Actor, hazard: HazardDetail) -> None:
    """Ask once more: closing is final."""
    key = f"{Step.ACCEPT}.{hazard.id}"
    ui.html(
        ui.markup.section(_("Is the fix good?"))
        + ui.markup.notice(
            "grey", _("{number} is closed and leaves the list.", number=hazard.number)
        )
    )
    note = st.text_area(_("Note (optional)"), key=f"{key}.note", max_chars=1000, height=80)
    submit(
        hazard,
        Step.ACCEPT,
        _("Accept and close"),
        service.accept,
        done=_("{number} is accepted and closed.", number=hazard.number),
        icon="verified",
        note=note,
    )


def send_back(_actor: Actor, hazard: HazardDetail) -> None:
    """Say what is wanting."""
    key = f"{Step.SEND_BACK}.{hazard.id}"
    words = _(
        "It goes back to {owner}. The deadline stays, and one return is counted.",
        owner=hazard.owner,
    )
    ui.html(ui.markup.section(_("Send it back?")) + ui.markup.notice("grey", words))
    reason = st.text_area(_("What is still wrong"), key=f"{key}.reason", max_chars=500)
    submit(
        hazard,
        Step.SEND_BACK,
        _("Send back"),
        service.send_back,
        done=_("Sent back to {owner}.", owner=hazard.owner),
        icon="undo",
        reason=reason,
    )


def extend(_actor: Actor, hazard: HazardDetail) -> None:
    """A later day with its reason; the old one stays in the record."""
    key = f"{Step.EXTEND}.{hazard.id}"
    today = ui.local_now().date()
    earliest = max(today, (hazard.fix_by or today) + timedelta(days=1))
    old = day_text(hazard.fix_by) if hazard.fix_by else "–"
    words = _("The deadline so far is {day}. It stays in the record.", day=old)
    ui.html(ui.markup.section(_("Extend the deadline")) + ui.markup.notice("grey", words))
    day = ui.day_input(
        _("New deadline"),
        value=earliest,
        min_value=earliest,
        max_value=max(earliest, today + timedelta(days=366)),
        key=f"{key}.day",
    )
    names = {str(reason): _(name) for reason, name in EXTENSION_NAMES.items()}
    if hazard.inspection is None:
        del names[ExtensionReason.AUTHORITY_AGREED]
    reason = ui.segmented(f"{key}.reason", names, label=_("Reason"))
    note = st.text_area(_("More about the reason"), key=f"{key}.note", max_chars=500, height=80)
    submit(
        hazard,
        Step.EXTEND,
        _("Extend"),
        service.extend,
        done=_("The deadline is extended."),
        icon="event_repeat",
        fix_by=day,
        reason=reason,
        note=note,
    )


def set_level(_actor: Actor, hazard: HazardDetail) -> None:
    """Another level; lowering below the preset one asks why."""
    key = f"{Step.SET_LEVEL}.{hazard.id}"
    ui.html(ui.markup.section(_("Change the level")))
    level = level_choice(f"{key}.level", hazard.level)
    reason = st.text_input(_("Reason for the level"), key=f"{key}.why", max_chars=500)
    submit(
        hazard,
        Step.SET_LEVEL,
        _("Change the level"),
        service.set_level,
        done=_("The level is changed."),
        icon="swap_vert",
        level=level,
        reason=reason,
    )


def void(_actor: Actor, hazard: HazardDetail) -> None:
    """Take it off the list for good."""
    key = f"{Step.VOID}.{hazard.id}"
    words = _("{number} leaves the list for good and is left out of all figures.",
              number=hazard.number)  # fmt: skip
    ui.html(ui.markup.section(_("Is this no hazard?")) + ui.markup.notice("grey", words))
    reason = st.text_area(_("Reason"), key=f"{key}.reason", max_chars=500)
    submit(
        hazard,
        Step.VOID,
        _("Not a hazard"),
        service.void,
        done=_("{number} is off the list.", number=hazard.number),
        icon="block",
        reason=reason,
    )


def level_choice(key: str, default: Level) -> Level:
    """The four levels side by side, and what the chosen one means."""
    names = {str(level): _(name) for level, name in LEVEL_NAMES.items()}
    chosen = Level(ui.segmented(key, names, label=_("Level"), default=str(default)))
    ui.html(f'<p class="muted">{_(LEVEL_MEANINGS[chosen])}</p>')
    return chosen


def funds_yuan(key: str, hazard: HazardDetail) -> int | None:
    """What it costs, if that is known: the quarterly statistics ask for it."""
    found = st.number_input(
        _("Funds in yuan (optional)"),
        min_value=0,
        value=hazard.funds_yuan,
        step=100,
        format="%d",
        key=f"{key}.yuan",
        placeholder=_("Spent or set aside, for example 1200"),
    )
    return None if found is None else int(found)


def _people(session: Session, actor: Actor, hazard: HazardDetail) -> list[service.Choice]:
    return service.owner_choices(session, actor, hazard.window_id)
