"""Forms of what happened: entered from paper, finished, who was there, times, words, papers."""

from datetime import date
from typing import Any

import streamlit as st

from drills import service
from drills.errors import DayMissing, InBothLists
from drills.models import Drill, FileKind, How
from drills.pages import fields
from drills.pages.recorded import FILE_NAMES
from drills.service import OnPaper, attending, finishing, proofs
from drills.service.clock_taps import LONGEST
from drills.service.detail import DrillDetail
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _
from safety_app.ui import markup


def _back(found: DrillDetail) -> str:
    return f"/drills?drill={found.drill.code}"


def _return(found: DrillDetail) -> None:
    st.query_params.from_dict({"drill": found.drill.code})
    st.rerun()


def enter(actor: Actor, found: DrillDetail) -> None:
    """A planned drill that was held without the stopwatch."""
    drill = found.drill
    key = f"drills.enter.{drill.code}.{drill.row_version}"
    fields.head(_("Enter it from paper"), found.title, _back(found))
    today = ui.local_now().date()
    with reading() as session:
        first, last = finishing.paper_days(session, drill, actor.timezone)
    with ui.card("when"):
        left, middle, right = st.columns(3)
        with left:
            on = ui.day_input(
                _("Held on"), min(drill.planned_on, today), key=f"{key}.on",
                min_value=min(first, today), max_value=min(last, today),
            )  # fmt: skip
        with middle:
            start = fields.clock_words(_("Begun at"), f"{key}.start", drill.planned_time)
        with right:
            end = fields.clock_words(_("Ended at"), f"{key}.end", None)
    with ui.card("who"):
        names = fields.people_names(actor)
        present = fields.several(
            _("Who took part (names on the sign-in sheet)"), names, f"{key}.{on}.present",
            _usual(found, on),
        )  # fmt: skip
        fields.label(_("The people on the roster are filled in. Take out who was not there."))
        left, right = st.columns(2)
        with left:
            visitors = st.number_input(_("Visitors"), 0, 9999, 0, key=f"{key}.visitors")
        with right:
            third = st.number_input(_("Third parties"), 0, 9999, 0, key=f"{key}.third")
        reason = st.text_input(
            _("Reason, if somebody was in two places at that time"), key=f"{key}.reason",
            max_chars=200,
        )  # fmt: skip
    with ui.card("times"):
        ui.html(markup.section(_("Milestones")))
        fields.label(_("Minutes and seconds from the start, as 2:40; leave empty what is unknown."))
        seconds = _seconds(found, key)

    def enter_it(session: Any) -> Drill:
        begun, ended = fields.at(on, start, actor.timezone), fields.at(on, end, actor.timezone)
        paper = OnPaper(
            begun, ended, frozenset(present), {k: v for k, v in seconds.items() if v is not None},
            int(visitors), int(third), reason or "",
        )  # fmt: skip
        return service.enter(session, actor, drill.id, paper, now=ui.now())

    saved = fields.submit(
        key, _("Enter the drill"), enter_it, symbol="history",
        done=_("The drill is entered. File the sign-in sheet with it and evaluate it."),
    )  # fmt: skip
    if saved is not None:
        _return(found)


def _usual(found: DrillDetail, on: date | None) -> list[int]:
    """Who was expected on that day, but for those known to have been absent."""
    if on is None:
        return []
    with reading() as session:
        expected = attending.expected(session, found.drill, on)
    absent = {one.user_id for one in found.heads if one.is_present is False}
    return [one for one in expected if one not in absent]


def _seconds(found: DrillDetail, key: str) -> dict[int, int | None]:
    given: dict[int, int | None] = {}
    columns = st.columns(2)
    for place, one in enumerate(found.moments):
        if place and not place % 2:  # a row of their own, or a phone would show them out of order
            columns = st.columns(2)
        with columns[place % 2]:
            text = st.text_input(
                one.name, fields.target_text(one.seconds), key=f"{key}.m{one.id}", max_chars=12,
                placeholder="–",
            )  # fmt: skip
        given[one.id] = fields.seconds_of(text or "")
    return given


def finish(actor: Actor, found: DrillDetail) -> None:
    """For a clock that nobody stopped, or a tablet that did not come back."""
    drill = found.drill
    key = f"drills.finish.{drill.code}.{drill.row_version}"
    fields.head(_("Finish without the stopwatch"), found.title, _back(found))
    words, on = "", drill.held_on
    forgotten = finishing.is_forgotten(drill, ui.now())
    asks = drill.ended_at is None or forgotten
    with ui.card("finish"):
        if forgotten:
            fields.label(_("The clock ran for more than a day. Say when the drill really ended."))
        elif asks:
            fields.label(_("The clock still runs. Give the time at which the drill ended."))
        if asks:
            on, words = _end(drill, key)
        if not found.counts.present:
            ui.notice(
                "orange",
                _("Nobody is recorded as present yet."),
                extra=markup.anchor(_("Tick names"), f"{_back(found)}&do=attendance", "how_to_reg"),
            )
    saved = fields.submit(
        key,
        _("Finish the drill"),
        lambda session: service.finish(
            session, actor, drill.id, now=ui.now(),
            ended_at=fields.at(on, words, actor.timezone) if asks else None,
        ),
        done=_("The drill is finished. Now it is evaluated."),
        symbol="flag",
    )  # fmt: skip
    if saved is not None:
        _return(found)


def _end(drill: Drill, key: str) -> tuple[date | None, str]:
    """The day, where it may be another one, and the time that is typed."""
    today = ui.local_now().date()
    on = drill.held_on or today
    if on >= today:
        return on, fields.clock_words(_("Ended at"), f"{key}.end", None)
    left, right = st.columns(2)
    with left:
        last = min(today, on + LONGEST)
        day = ui.day_input(_("Ended on"), on, key=f"{key}.day", min_value=on, max_value=last)
    with right:
        return day, fields.clock_words(_("Ended at"), f"{key}.end", None)


def attendance(actor: Actor, found: DrillDetail) -> None:
    """Names ticked one by one, as the printed sheet says."""
    drill = found.drill
    key = f"drills.attendance.{drill.code}.{drill.row_version}"
    fields.head(_("Correct the attendance"), found.title, _back(found))
    names = fields.people_names(actor)
    known = {one.user_id: one for one in found.heads}
    names |= {one.user_id: one.name for one in found.heads if one.user_id not in names}
    with ui.card("people"):
        present = fields.several(
            _("Present"), names, f"{key}.present",
            [one.user_id for one in found.heads if one.is_present],
        )  # fmt: skip
        absent = fields.several(
            _("Absent"), {k: v for k, v in names.items() if k in known}, f"{key}.absent",
            [one.user_id for one in found.heads if one.is_present is False],
        )  # fmt: skip
        fields.label(_("Of whoever is in neither list it is not known whether they were there."))
        hows = {"paper": _("signed on paper"), "ticked": _("ticked")}
        how = ui.segmented(f"{key}.how", hows, label=_("How it is proved"))
        reason = st.text_input(
            _("Reason, if a signature is taken back or somebody was in two places"),
            key=f"{key}.reason", max_chars=200,
        )  # fmt: skip
    # What the form showed at first: whoever signs meanwhile on a tablet is not taken out by it.
    shown: dict[int, bool] = st.session_state.setdefault(
        f"{key}.shown",
        {one.user_id: one.is_present for one in found.heads if one.is_present is not None},
    )

    def save(session: Any) -> Drill:
        if both := set(present) & set(absent):
            raise InBothLists(person=names[min(both)])
        given: dict[int, bool | None] = dict.fromkeys(shown)
        given |= dict.fromkeys(absent, False) | dict.fromkeys(present, True)
        marks = {one: there for one, there in given.items() if shown.get(one) is not there}
        return attending.tick(
            session, actor, drill.id, marks, how=How(how), reason=reason or "", now=ui.now()
        )

    saved = fields.submit(
        key,
        _("Save the attendance"),
        save,
        done=_("The attendance is saved."),
        symbol="how_to_reg",
    )
    if saved is not None:
        _return(found)


def times(actor: Actor, found: DrillDetail) -> None:
    """A time that was tapped too late or not at all."""
    drill = found.drill
    key = f"drills.times.{drill.code}.{drill.row_version}"
    fields.head(_("Correct the times"), found.title, _back(found))
    names = {one.id: one.name for one in found.moments}
    with ui.card("times"):
        chosen = st.selectbox(
            _("Milestone"), list(names), index=None, format_func=names.__getitem__,
            placeholder=_("Choose a milestone"), key=f"{key}.which",
        )  # fmt: skip
        now_is = next((one.seconds for one in found.moments if one.id == chosen), None)
        text = st.text_input(
            _("Reached after (min:s); empty takes the time away"), fields.target_text(now_is),
            key=f"{key}.at.{chosen}", max_chars=12,
        )  # fmt: skip
        reason = st.text_input(
            _("Reason (required)"), key=f"{key}.reason", max_chars=200,
            placeholder=_("For example: after the video recording"),
        )  # fmt: skip

    def correct(session: Any) -> object:
        if chosen is None:
            raise DayMissing()
        return service.correct_stamp(
            session, actor, drill.id, chosen, seconds=fields.seconds_of(text or ""),
            reason=reason or "", now=ui.now(),
        )  # fmt: skip

    saved = fields.submit(
        key, _("Correct the time"), correct, done=_("The time is corrected."), symbol="timer"
    )
    if saved is not None:
        _return(found)


def record(actor: Actor, found: DrillDetail) -> None:
    """What happened in words, the debrief, who else was there."""
    drill = found.drill
    key = f"drills.record.{drill.code}.{drill.row_version}"
    fields.head(_("Complete the record"), found.title, _back(found))
    with ui.card("words"):
        course = st.text_area(
            _("Course of the drill"), drill.course, key=f"{key}.course", max_chars=4000, height=160,
            placeholder=_("What happened in which order, who did what"),
        )  # fmt: skip
        debrief = st.text_area(
            _("Debrief"), drill.debrief, key=f"{key}.debrief", max_chars=2000, height=160,
            placeholder=_("What went well, what did not, what is to change"),
        )  # fmt: skip
        partners = st.text_input(
            _("Others who took part"), drill.partners, key=f"{key}.partners", max_chars=200,
            placeholder=_("For example: fire brigade, property company"),
        )  # fmt: skip
        left, right = st.columns(2)
        with left:
            visitors = st.number_input(
                _("Visitors"), 0, 9999, drill.visitors, key=f"{key}.visitors"
            )
        with right:
            third = st.number_input(
                _("Third parties"), 0, 9999, drill.third_parties, key=f"{key}.third"
            )
    saved = fields.submit(
        key,
        _("Save the record of the drill"),
        lambda session: service.write_down(
            session, actor, drill.id, course=course or "", debrief=debrief or "",
            partners=partners or "", visitors=int(visitors), third_parties=int(third),
            row_version=drill.row_version, now=ui.now(),
        ),
        done=_("The record of the drill is saved."),
        symbol="save",
    )  # fmt: skip
    if saved is not None:
        _return(found)


def papers(actor: Actor, found: DrillDetail) -> None:
    """Scans and photos of papers, such as the sign-in sheet."""
    drill = found.drill
    key = f"drills.papers.{drill.code}.{len(found.files)}"
    fields.head(_("Add papers"), found.title, _back(found))
    with ui.card("papers"):
        names = {str(kind): _(name) for kind, name in FILE_NAMES.items()}
        kind = ui.segmented(f"{key}.kind", names, label=_("What is it?"))
        files = ui.file_input(f"{key}.files", accept=("pdf", "image"), most=10, form=key)
        if kind == FileKind.SIGN_IN:
            fields.label(
                _("Then tick the names on it under “Correct the attendance”, so that they count.")
            )
    saved = fields.submit(
        key,
        _("File the papers"),
        lambda session: proofs.add_files(
            session, actor, drill.id, files, kind=FileKind(kind), now=ui.now()
        ),
        done=_("The papers are filed with the drill."),
        symbol="attach_file",
    )
    if saved is not None:
        _return(found)
