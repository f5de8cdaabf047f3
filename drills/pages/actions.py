"""The steps of a drill on its page: which are offered, and the form of each."""

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from drills import service
from drills.models import Status, Step
from drills.pages import fields, forms, holding, problem_forms
from drills.service import notices, problems
from drills.service.detail import DrillDetail
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, _, day_text, language, ngettext
from safety_app.ui import markup

Form = Callable[[Actor, DrillDetail], None]


def draw(actor: Actor, found: DrillDetail, wish: str) -> bool:
    """The form that the address asks for, if its step may be taken now."""
    if wish not in FORMS or STEPS[wish] not in found.allowed:
        return False
    FORMS[wish](actor, found)
    return True


def offered(found: DrillDetail) -> list[tuple[str, str, str]]:
    """The steps that may be taken now, each with its words and symbol."""
    drill = found.drill
    is_live = drill.status in (Status.PLANNED, Status.UNDER_WAY)
    owes = any(duty.rule.reports for duty in found.duties)
    return [
        (wish, _(words), symbol)
        for wish, (words, symbol) in OFFERS.items()
        if STEPS[wish] in found.allowed
        and (wish not in BEFORE or is_live)
        and (wish != "report" or owes)
    ]


def _back(found: DrillDetail) -> str:
    return f"/drills?drill={found.drill.code}"


def _return(found: DrillDetail) -> None:
    """Back to the drill, once the step was taken."""
    st.query_params.from_dict({"drill": found.drill.code})
    st.rerun()


def notify(actor: Actor, found: DrillDetail) -> None:
    """The words ready to be read out or copied, and who was told."""
    drill = found.drill
    key = f"drills.notify.{drill.code}.{drill.row_version}"
    fields.head(_("Announce the drill"), found.title, _back(found))
    address = f"/drills/{drill.code}/notice.pdf?lang={language()}"
    with ui.card("notice"):
        fields.label(
            _("Read it out, send it or hang it up; then note here who was told. Correct the words"
              " first if need be.")
        )  # fmt: skip
        text = st.text_area(
            _("Text of the notice"), notices.words(found), key=f"{key}.text", max_chars=2000,
            height=220,
        )  # fmt: skip
        ui.html('<div class="ways">' + markup.anchor(
            _("Print the notice"), address, "print", new_tab=True) + "</div>")  # fmt: skip
        audience = st.text_input(
            _("Who was told"), notices.audience(), key=f"{key}.audience", max_chars=200
        )
    saved = fields.submit(
        key,
        _("Note that people were told"),
        lambda session: service.notify(
            session, actor, drill.id, audience=audience or "", text=text or "", now=ui.now()
        ),
        done=_("The notice is recorded."),
        symbol="campaign",
    )
    if saved is not None:
        _return(found)


def reschedule(actor: Actor, found: DrillDetail) -> None:
    """Another day, with the reason."""
    drill = found.drill
    key = f"drills.reschedule.{drill.code}.{drill.row_version}"
    before = _("Planned for {day}", day=day_text(drill.planned_on, year=True))
    fields.head(_("Set another day"), f"{found.title} · {before}", _back(found))
    today = ui.local_now().date()
    with ui.card("day"):
        left, right = st.columns(2)
        with left:
            on = ui.day_input(_("New day"), None, key=f"{key}.on", min_value=today)
        with right:
            when = fields.clock_words(_("Time (optional)"), f"{key}.time", drill.planned_time)
        reason = st.text_input(
            _("Reason (required)"), key=f"{key}.reason", max_chars=500,
            placeholder=_("For example: rush of visitors, bad weather"),
        )  # fmt: skip
        fields.label(_("The day before and the reason are kept with the drill."))
    saved = fields.submit(
        key,
        _("Set the new day"),
        lambda session: service.reschedule(
            session, actor, drill.id, planned_on=on or drill.planned_on,
            planned_time=fields.time_of(when), reason=reason or "",
            row_version=drill.row_version, now=ui.now(),
        ),
        done=_("The new day is set. Tell the people who were told before."),
        symbol="event_repeat",
    )  # fmt: skip
    if saved is not None:
        _return(found)


def cancel(actor: Actor, found: DrillDetail) -> None:
    """Strike it off, or break it off; it stays in the list with its reason."""
    drill = found.drill
    key = f"drills.cancel.{drill.code}.{drill.row_version}"
    fields.head(_("Cancel this drill?"), found.title, _back(found))
    with ui.card("cancel"):
        fields.label(
            _("It stays in the list with the reason and counts for nothing. What the law asks for"
              " must then be met by another drill.")
        )  # fmt: skip
        reason = st.text_input(_("Reason (required)"), key=f"{key}.reason", max_chars=500)
    saved = fields.submit(
        key,
        _("Cancel the drill"),
        lambda session: service.cancel(
            session, actor, drill.id, reason=reason or "", row_version=drill.row_version,
            now=ui.now(),
        ),
        done=_("The drill is cancelled."),
        symbol="block",
    )  # fmt: skip
    if saved is not None:
        _return(found)


def reset(actor: Actor, found: DrillDetail) -> None:
    """Set a false start back."""
    drill = found.drill
    key = f"drills.reset.{drill.code}.{drill.row_version}"
    fields.head(_("Set the start back?"), found.title, _back(found))
    with ui.card("reset"):
        fields.label(
            _("For a clock that was started by mistake: the drill is planned again, its times are"
              " taken away. Who has signed in stays on the list.")
        )  # fmt: skip
        reason = st.text_input(_("Reason (required)"), key=f"{key}.reason", max_chars=500)
    saved = fields.submit(
        key,
        _("Set the start back"),
        lambda session: service.reset(session, actor, drill.id, reason=reason or "", now=ui.now()),
        done=_("The drill is planned again."),
        symbol="undo",
    )
    if saved is not None:
        _return(found)


def report(actor: Actor, found: DrillDetail) -> None:
    """To whom it was reported, and when."""
    drill = found.drill
    key = f"drills.report.{drill.code}.{drill.row_version}"
    fields.head(_("Record the report"), found.title, _back(found))
    today = ui.local_now().date()
    with ui.card("report"):
        fields.label(
            _("Operators of crowded places report their drills to the authority (State Council"
              " Order 708, art. 8). Print the record, hand it in, then note it here.")
        )  # fmt: skip
        left, right = st.columns(2)
        with left:
            to = st.text_input(
                _("Authority told"), drill.reported_to, key=f"{key}.to", max_chars=100,
                placeholder=_("For example: the county emergency bureau"),
            )  # fmt: skip
        with right:
            on = ui.day_input(_("Reported on"), today, key=f"{key}.on", max_value=today)
        note = st.text_area(_("Note"), key=f"{key}.note", max_chars=500, height=80)
    saved = fields.submit(
        key,
        _("Record the report"),
        lambda session: service.report(
            session, actor, drill.id, on=on, to=to or "", note=note or "", now=ui.now()
        ),
        done=_("The report is recorded."),
        symbol="outgoing_mail",
    )
    if saved is not None:
        _return(found)


def close(actor: Actor, found: DrillDetail) -> None:
    """Closing is somebody's word that the drill has led to something."""
    drill = found.drill
    key = f"drills.close.{drill.code}.{drill.row_version}"
    fields.head(_("Close this drill?"), found.title, _back(found))
    still = [one for one in found.problems if one.is_open]
    with ui.card("close"):
        if still:
            said = ngettext(
                "{n} problem is still open; the drill cannot be closed before.",
                "{n} problems are still open; the drill cannot be closed before.",
                len(still),
            )
            ui.notice("orange", said)
        else:
            fields.label(
                _("All that it has shown is put right and verified. A closed drill does not change"
                  " any more.")
            )  # fmt: skip
        if not drill.debrief.strip():
            ui.notice("orange", _("The debrief is not written down yet."))
    saved = fields.submit(
        key,
        _("Close the drill"),
        lambda session: problems.close(session, actor, drill.id, now=ui.now()),
        done=_("The drill is closed."),
        symbol="verified",
    )
    if saved is not None:
        _return(found)


STEPS: Final[Mapping[str, Step]] = {
    "edit": Step.EDIT,
    "notify": Step.NOTIFY,
    "reschedule": Step.RESCHEDULE,
    "enter": Step.ENTER,
    "cancel": Step.CANCEL,
    "reset": Step.RESET,
    "finish": Step.FINISH,
    "attendance": Step.RECORD,
    "times": Step.CORRECT,
    "record": Step.RECORD,
    "papers": Step.RECORD,
    "problem": Step.RAISE,
    "report": Step.REPORT,
    "close": Step.CLOSE,
}
FORMS: Final[Mapping[str, Form]] = {
    "edit": forms.edit,
    "notify": notify,
    "reschedule": reschedule,
    "enter": holding.enter,
    "cancel": cancel,
    "reset": reset,
    "finish": holding.finish,
    "attendance": holding.attendance,
    "times": holding.times,
    "record": holding.record,
    "papers": holding.papers,
    "problem": problem_forms.register,
    "report": report,
    "close": close,
}
OFFERS: Final[Mapping[str, tuple[str, str]]] = {
    "notify": (N_("Announce the drill"), "campaign"),
    "edit": (N_("Change the drill"), "edit"),
    "reschedule": (N_("Set another day"), "event_repeat"),
    "finish": (N_("Finish without the stopwatch"), "flag"),
    "enter": (N_("Enter it from paper"), "history"),
    "record": (N_("Complete the record"), "edit_note"),
    "times": (N_("Correct the times"), "timer"),
    "problem": (N_("Register a problem"), "add_alert"),
    "report": (N_("Record the report"), "outgoing_mail"),
    "reset": (N_("Set the start back"), "undo"),
    "cancel": (N_("Cancel the drill"), "block"),
}
BEFORE: Final = frozenset({"cancel"})
"""What is offered while a drill is still to be held or under way."""
