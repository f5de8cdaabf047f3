"""Who is away: the list from today on, and the form."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _
from safety_app.workplace import service
from safety_app.workplace.models import ABSENCE_REASON_NAMES, AbsenceReason
from safety_app.workplace.pages.doing import saved
from safety_app.workplace.service import AbsenceRow

AHEAD: Final = timedelta(days=366)
SEARCH_PAST: Final = 12


def draw(actor: Actor) -> None:
    """Those away now or later, and one more."""
    today = ui.local_now().date()
    with reading() as session:
        rows = service.list_absences(session, actor, today, today + AHEAD)
        people = {one.id: one.display_name for one in service.absentees(session, actor)}
    with ui.card("absence"):
        ui.html(ui.markup.section(_("Enter an absence")))
        form(actor, people, today, key="absence.new", is_main=True)
    if not rows:
        ui.empty(_("Nobody is marked away"), _("Absences from today on are listed here."))
        return
    found = _search(rows)
    picked = ui.rows(
        "absence.rows",
        [ui.Row(str(row.id), row.name, _line(row)) for row in found],
        label=_("Who is away"),
        selected=st.session_state.get("absence.chosen"),
    )
    if picked:
        st.session_state["absence.chosen"] = picked
        st.rerun()
    chosen = next(
        (row for row in rows if str(row.id) == st.session_state.get("absence.chosen")), None
    )
    if chosen:
        with ui.card("absence_chosen"):
            _correct(actor, chosen, today)


def form(
    actor: Actor, people: Mapping[int, str], on: date, *, key: str, is_main: bool = False
) -> None:
    """Mark one of these people as away."""
    form_number = int(st.session_state.get("absence.count", 0))
    key = f"{key}.{form_number}"
    user_id = st.selectbox(
        _("Who"),
        list(people),
        index=None,
        format_func=lambda id_: people.get(id_, ""),
        placeholder=_("Choose a person"),
        key=f"{key}.who",
    )
    first, last = _period(on, on, key, earliest=ui.local_now().date())
    reason = _reason(key, AbsenceReason.LEAVE)
    note = st.text_input(_("Remark (optional)"), key=f"{key}.note", max_chars=200)
    if not st.button(
        _("Mark as away"), key=f"{key}.save", type="primary" if is_main else "secondary"
    ):
        return
    if user_id is None:
        ui.notice("orange", _("Choose a person"))
        return
    if ui.act(
        lambda session: service.record_absence(
            session, actor, user_id=user_id, site_id=actor.site_id, first=first, last=last,
            reason=reason, note=note or "", now=ui.now(),
        ),
        done=_("{name} is marked away.", name=people[user_id]),
    ):  # fmt: skip
        st.session_state["absence.count"] = form_number + 1
        st.rerun()


def _correct(actor: Actor, row: AbsenceRow, today: date) -> None:
    ui.html(ui.markup.section(row.name, ui.markup.badge(row.display_reason, "grey", "person_off")))
    key = f"absence.{row.id}"
    first, last = _period(row.first, row.last, key, earliest=min(row.first, today))
    reason = _reason(key, row.reason)
    note = st.text_input(_("Remark (optional)"), value=row.note, key=f"{key}.note", max_chars=200)
    with st.container(horizontal=True, gap="small"):
        save = st.button(_("Save the correction"), key=f"{key}.save")
        end = st.button(_("There again from today"), key=f"{key}.end")
    changed = saved(
        save,
        lambda session: service.change_absence(
            session, actor, row.id, first=first, last=last, reason=reason, note=note or "",
            now=ui.now(),
        ),
        _("The absence is corrected."),
    )  # fmt: skip
    ended = saved(
        end,
        lambda session: service.end_absence(session, actor, row.id, now=ui.now()),
        _("{name} is there again from today.", name=row.name),
    )
    if changed or ended:
        st.rerun()


def _search(rows: list[AbsenceRow]) -> list[AbsenceRow]:
    if len(rows) <= SEARCH_PAST:
        return rows
    text = st.text_input(
        _("Search"),
        key="absence.text",
        placeholder=_("Search a person"),
        label_visibility="collapsed",
        icon=":material/search:",
        max_chars=60,
    )
    wanted = (text or "").strip().casefold()
    return [row for row in rows if wanted in row.name.casefold()]


def _line(row: AbsenceRow) -> str:
    parts = (row.display_days, row.display_reason, row.note)
    return " · ".join(part for part in parts if part)


def _period(first: date, last: date, key: str, *, earliest: date) -> tuple[date, date]:
    left, right = st.columns(2)
    with left:
        begins = ui.day_input(
            _("From"), value=max(first, earliest), min_value=earliest, max_value=first + AHEAD,
            key=f"{key}.first",
        )  # fmt: skip
    with right:
        ends = ui.day_input(
            _("To"), value=max(last, earliest), min_value=earliest, max_value=last + AHEAD,
            key=f"{key}.last",
        )  # fmt: skip
    return begins, ends


def _reason(key: str, default: AbsenceReason) -> AbsenceReason:
    names = {str(reason): _(name) for reason, name in ABSENCE_REASON_NAMES.items()}
    return AbsenceReason(
        ui.segmented(f"{key}.reason", names, label=_("Reason"), default=str(default))
    )
