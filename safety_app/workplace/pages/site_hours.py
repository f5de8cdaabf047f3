"""The hall's opening hours: the usual week, and seasons with hours of their own."""

from datetime import date
from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, day_text
from safety_app.ui import markup
from safety_app.workplace import service
from safety_app.workplace.models import Season, Site
from safety_app.workplace.pages import doing, week

NEW: Final = "new"
LEAP_YEAR: Final = 2024


def draw(actor: Actor, site: Site) -> None:
    """The usual week, then the seasons."""
    with reading() as session:
        usual = service.opening_week(session, site.id)
        seasons = service.list_seasons(session, site.id)
        weeks = {
            one.id: service.opening_week(session, site.id, season_id=one.id) for one in seasons
        }
    _usual(actor, site, usual)
    _seasons(actor, site, seasons, weeks, usual)


def format_hint() -> str:
    """How hours are written."""
    words = _("Two parts leave a lunch break: 09:00-12:00, 13:30-17:00. Empty means closed.")
    return f'<p class="muted">{words}</p>'


def each_day(key: str, hours: week.Week) -> bool:
    """Whether every weekday gets a line of its own."""
    return st.checkbox(
        _("Set Monday to Friday one by one"), value=not week.alike(hours), key=f"{key}.each"
    )


def _usual(actor: Actor, site: Site, usual: week.Week) -> None:
    with ui.card("hours"):
        about = _("Patrols are due by these hours. Holidays and exchanged workdays come from the"
                  " calendar.")  # fmt: skip
        ui.html(
            markup.section(_("Opening hours")) + f'<p class="muted">{about}</p>' + format_hint()
        )
        each = each_day("site.hours", usual)
        with st.form("site.hours", border=False):
            typed = week.inputs("site.hours", usual, each=each)
            pressed = st.form_submit_button(
                _("Save the opening hours"), type="primary", key="site.hours.save"
            )
    if doing.saved(
        pressed,
        lambda session: service.set_opening_hours(
            session, actor, site_id=site.id, hours=week.read(typed), now=ui.now()
        ),
        done=_("The opening hours are saved. Tasks not begun yet follow them."),
    ):
        st.rerun()


def _seasons(
    actor: Actor,
    site: Site,
    seasons: list[Season],
    weeks: dict[int, dict[int, service.Segments]],
    usual: week.Week,
) -> None:
    with ui.card("seasons"):
        about = _("A part of every year with other hours, such as summer hours. It may go over"
                  " New Year.")  # fmt: skip
        ui.html(markup.section(_("Seasons")) + f'<p class="muted">{about}</p>')
        if seasons:
            pressed = ui.rows(
                "site.seasons",
                [_row(one, weeks[one.id]) for one in seasons],
                label=_("Seasons"),
                selected=st.session_state.get("site.season"),
            )
            if pressed and pressed != st.session_state.get("site.season"):
                st.session_state["site.season"] = pressed
                st.rerun()
        chosen = st.session_state.get("site.season")
        known = {str(one.id): one for one in seasons}
        if chosen in known:
            _form(actor, site, known[chosen], weeks[known[chosen].id])
        elif chosen == NEW:
            _form(actor, site, None, usual)
        else:
            st.button(_("Add a season"), key="site.season.add", icon=":material/add:",
                      on_click=_choose, args=(NEW,))  # fmt: skip


def _choose(season: str | None) -> None:
    st.session_state["site.season"] = season


def _row(season: Season, hours: week.Week) -> ui.Row:
    return ui.Row(
        id=str(season.id),
        title=service.season_name(season),
        note=" · ".join(f"{days} {words}" for days, words in week.lines(hours)),
        code=_("{first} to {last}", first=_day(season.starts), last=_day(season.ends)),
    )


def _day(month_and_day: str) -> str:
    month, number = map(int, month_and_day.split("-"))
    return day_text(date(LEAP_YEAR, month, number), weekday=False)


def _form(actor: Actor, site: Site, season: Season | None, hours: week.Week) -> None:
    season_id = season.id if season else None
    key = f"site.season.{season_id or NEW}"
    ui.html(markup.section(service.season_name(season) if season else _("New season")))
    left, right = st.columns(2)
    name = left.text_input(
        _("Name of the season"), season.name if season else "", key=f"{key}.name",
        max_chars=32, placeholder=_("Summer hours"),
    )  # fmt: skip
    name_en = right.text_input(
        _("English name"), season.name_en if season else "", key=f"{key}.name_en", max_chars=32
    )
    starts = _date(f"{key}.starts", _("First day"), season.starts if season else "06-01")
    ends = _date(f"{key}.ends", _("Last day"), season.ends if season else "09-30")
    each = each_day(key, hours)
    ui.html(format_hint())
    typed = week.inputs(key, hours, each=each)
    with st.container(horizontal=True, gap="small"):
        st.button(_("Cancel"), key=f"{key}.cancel", on_click=_choose, args=(None,))
        removed = season is not None and st.button(
            _("Remove this season"), key=f"{key}.remove", icon=":material/delete:"
        )
        saved = st.button(_("Save the season"), type="primary", key=f"{key}.save", width="stretch")
    if doing.saved(
        saved,
        lambda session: service.save_season(
            session,
            actor,
            site_id=site.id,
            season_id=season_id,
            name=name,
            name_en=name_en,
            starts=starts,
            ends=ends,
            hours=week.read(typed),
            now=ui.now(),
        ),
        done=_("The season is saved. Tasks not begun yet follow it."),
    ):
        _choose(None)
        st.rerun()
    if doing.saved(
        removed,
        lambda session: service.remove_season(
            session, actor, site_id=site.id, season_id=season_id or 0, now=ui.now()
        ),
        done=_("The season is removed; the usual hours hold there again."),
    ):
        _choose(None)
        st.rerun()


def _date(key: str, label: str, value: str) -> str:
    """Month and day, without a year."""
    month, day = value.split("-")
    left, right = st.columns(2)
    months = {f"{number:02}": _("Month {n}", n=number) for number in range(1, 13)}
    days = {f"{number:02}": _("Day {n}", n=number) for number in range(1, 32)}
    chosen_month = left.selectbox(
        _("{what}: month", what=label), list(months), index=list(months).index(month),
        format_func=months.__getitem__, key=f"{key}.month",
    )  # fmt: skip
    chosen_day = right.selectbox(
        _("{what}: day", what=label), list(days), index=list(days).index(day),
        format_func=days.__getitem__, key=f"{key}.day",
    )  # fmt: skip
    return f"{chosen_month}-{chosen_day}"
