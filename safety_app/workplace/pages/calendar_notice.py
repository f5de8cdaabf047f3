"""The yearly notice: the form, the chosen table, a preview, and bringing it in."""

from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core import files
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, day_text, language, ngettext
from safety_app.ui import markup
from safety_app.workplace import service
from safety_app.workplace.pages.doing import saved
from safety_app.workplace.service import Notice

TURN: Final = "notice.turn"


def draw(actor: Actor) -> None:
    """What the years rest on, then the form."""
    today = ui.local_now().date()
    years = service.importable_years(today)
    with reading() as session:
        states = [service.year_state(session, actor.site_id, year) for year in years]
    heads = [_("Year"), _("Rests on"), _("State")]
    lines = [
        (
            str(one.year),
            one.source or "–",
            _("Provisional")
            if one.is_provisional
            else _("Brought in by the hall")
            if one.is_imported
            else _("Shipped with the program"),
        )
        for one in states
    ]
    with ui.card("sources"):
        ui.html(markup.section(_("What the calendar rests on")))
        ui.html(markup.table(_("What the calendar rests on"), heads, lines))
        for one in states:
            if one.is_imported:
                _take_back(actor, one.year)
    with ui.card("notice"):
        _bring_in(actor, [one.year for one in states], states[1].year)


def _bring_in(actor: Actor, years: list[int], proposed: int) -> None:
    ui.html(markup.section(_("Bring in a yearly notice")))
    words = _(
        "The State Council announces the holidays and make-up workdays of the next year each"
        " autumn. Fill in the form, a line for each day that differs from Monday to Friday."
    )
    ui.html(f"<p>{words}</p>")
    ui.secondary_link(_("Download the form"), f"/calendar/form.xlsx?lang={language()}", "download")
    turn = int(st.session_state.get(TURN, 0))
    left, right = st.columns(2)
    with left:
        year = st.selectbox(
            _("Year"),
            years,
            index=years.index(proposed),
            format_func=str,
            key=f"notice.year.{turn}",
        )
    with right:
        source = st.text_input(
            _("Number of the notice"),
            key=f"notice.source.{turn}",
            max_chars=200,
            placeholder=_("Number and date of the notice"),
        )
    chosen = ui.file_input("notice.file", accept=("table",), form=str(turn))
    if not chosen:
        return
    try:
        with reading() as session:
            (file,) = files.claim(session, actor, chosen, kinds=files.TABLES, most=1)
        notice = service.read_notice(files.read(file), file.name, year=year)
    except AppError as problem:
        ui.failed(problem)
        return
    _faults(notice)
    _preview(actor, notice)
    _offer(actor, notice, source or "")


def _faults(notice: Notice) -> None:
    """Every mistake with its place."""
    if notice.problems:
        count = ngettext("{n} fault in the table", "{n} faults in the table", len(notice.problems))
        heads = [_("Row"), _("Column"), _("Mistake")]
        rows = [(str(one.row or ""), one.column, one.text) for one in notice.problems]
        ui.html(markup.section(count) + markup.table(count, heads, rows))
    if notice.unknown:
        names = _(", ").join(notice.unknown)
        ui.notice("grey", _("These columns are not imported: {names}.", names=names))


def _preview(actor: Actor, notice: Notice) -> None:
    """The days as they were understood, and those that come too late."""
    if not notice.days:
        return
    heading = ngettext("{n} day understood", "{n} days understood", len(notice.days))
    heads = [_("Day"), _("Kind of day"), _("Holiday")]
    rows = [
        (day_text(day.on, year=True), service.kind_text(day.kind), day.note or "–")
        for day in notice.days
    ]
    ui.html(markup.section(heading) + markup.table(heading, heads, rows))
    with reading() as session:
        left_out = service.rows_left_out(session, actor.site_id, notice, ui.now())
    if left_out:
        said = ngettext(
            "Days that are over are not changed any more: {n} row is not taken.",
            "Days that are over are not changed any more: {n} rows are not taken.",
            left_out,
        )
        ui.notice("orange", said)


def _offer(actor: Actor, notice: Notice, source: str) -> None:
    """All of it, or on request the good rows."""
    if not notice.days:
        ui.notice("orange", _("Correct the table and choose it again."))
        return
    if notice.problems:
        said = _(
            "Nothing is saved yet. Correct the table and choose it again, or bring in the good"
            " rows alone."
        )
        ui.notice("orange", said)
        label = ngettext(
            "Bring in the {n} good row alone", "Bring in the {n} good rows alone", len(notice.days)
        )
        pressed = st.button(label, key="notice.good")
    else:
        pressed = st.button(
            _("Bring in the notice of {year}", year=notice.year), key="notice.go", type="primary"
        )
    if saved(
        pressed,
        lambda session: service.import_notice(
            session, actor, site_id=actor.site_id, notice=notice, source=source,
            good_only=bool(notice.problems), now=ui.now(),
        ),
        _("The notice of {year} is brought in. Future tasks follow it.", year=notice.year),
    ):  # fmt: skip
        st.session_state[TURN] = int(st.session_state.get(TURN, 0)) + 1
        st.rerun()


def _take_back(actor: Actor, year: int) -> None:
    with st.expander(_("Take back the notice of {year}", year=year), icon=":material/undo:"):
        words = _(
            "From today on the calendar shipped with the program counts for {year} again.",
            year=year,
        )
        ui.html(f"<p>{words}</p>")
        if saved(
            st.button(_("Take it back"), key=f"notice.back.{year}"),
            lambda session: service.remove_notice(
                session, actor, site_id=actor.site_id, year=year, now=ui.now()
            ),
            _("The notice of {year} is taken back.", year=year),
        ):
            st.rerun()
