"""The hazard register and the quarterly statistics, to print."""

from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from hazards import service
from hazards.models import LEVEL_NAMES, Level
from hazards.permissions import Permission
from hazards.service import REGISTER_STATES, RegisterFilters, RegisterState, View
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, language, ngettext
from safety_app.workplace import service as workplace

LANGUAGE_NAMES: Final = {"zh_CN": "中文", "en": "English"}
COMMON: Final = "common"
QUARTERS: Final = 8


def render() -> None:
    """What to print, then the papers."""
    actor = ui.current_actor()
    ui.title(
        _("Hazard register and statistics"),
        _("To print, to sign, or to work on in Excel."),
        aside=ui.markup.anchor(_("Back to the list"), "/hazards", "arrow_back"),
    )
    paper_language = ui.segmented(
        "papers.language", LANGUAGE_NAMES, label=_("Language of the paper"), default=language()
    )
    _register(actor, paper_language)
    if actor.reach(Permission.PAPERS).site:
        _statistics(actor, paper_language)


def _register(actor: Actor, paper_language: str) -> None:
    """The filters of the board stand here already, as far as a register knows them."""
    with ui.card("register"):
        ui.html(ui.markup.section(_("Hazard register")))
        state, level, place = _from_board()
        today = ui.local_now().date()
        first_column, last_column = st.columns(2)
        with first_column:
            first = _day(_("Found from"), date(today.year, 1, 1), "first")
        with last_column:
            last = _day(_("Found to"), today, "last")
        states = {str(value): _(name) for value, name in REGISTER_STATES.items()}
        chosen = ui.segmented("papers.state", states, label=_("Which hazards"), default=state)
        with st.container(key="filters_papers", horizontal=True, gap="small"):
            code = _place(actor, place)
            level = _level(level)
        photos = st.toggle(_("With before and after pictures"), key="papers.photos")
        asked = {"first": first.isoformat(), "last": last.isoformat(), "state": chosen}
        asked |= {"place": code} if code else {}
        asked |= {"level": level} if level else {}
        asked["lang"] = paper_language
        if _counted(actor, first, last, chosen, code, level):
            _links("/hazards/register", asked, {"photos": "1"} if photos else {})


def _counted(actor: Actor, first: date, last: date, state: str, code: str, level: str) -> bool:
    """Say what will be on the paper; a choice that cannot be is explained instead."""
    if last < first:
        ui.notice("orange", _("The last day lies before the first. Choose other days."))
        return False
    try:
        with reading() as session:
            window = None
            if code not in ("", COMMON):
                window = workplace.get_window(session, actor.site_id, code).id
            filters = RegisterFilters(
                first,
                last,
                RegisterState(state),
                window_id=window,
                common=code == COMMON,
                level=Level(level) if level else None,
            )
            safety, points = service.register_counts(session, actor, filters)
    except AppError as problem:
        ui.notice("red", problem.message())
        return False
    words = _("No hazard fits; the paper would say so.")
    if safety or points:
        words = _counts(safety, points)
    ui.html(f'<p class="muted" role="status">{words}</p>')
    return True


def _counts(safety: int, points: int) -> str:
    """How many there are, both kinds apart."""
    said = [ngettext("{n} hazard", "{n} hazards", safety)]
    if points:
        said.append(ngettext("{n} service point", "{n} service points", points))
    return _(", ").join(said)


def _from_board() -> tuple[str, str, str]:
    """State, level and place that the list was last narrowed to."""
    known = st.session_state.get("board.filters")
    if not known:
        return str(RegisterState.ALL), "", ""
    view, _text, level, _kind, place = known
    return (
        str(RegisterState.CLOSED if view == View.CLOSED else RegisterState.OPEN),
        str(level or ""),
        str(place or ""),
    )


def _day(label: str, usual: date, name: str) -> date:
    return ui.day_input(label, value=usual, key=f"papers.{name}")


def _place(actor: Actor, known: str) -> str:
    """A window by its code, the common areas, or everything that the person may print."""
    reach = actor.reach(Permission.PAPERS)
    with reading() as session:
        windows = workplace.list_windows(session, actor.site_id)
        names = workplace.window_names(session, actor.site_id)
    words = {"": _("The whole hall") if reach.site else _("All my windows")}
    if reach.covers(None):
        words[COMMON] = _("Common areas")
    words |= {one.code: names[one.id] for one in windows if reach.covers(one.id)}
    codes = {str(one.id): one.code for one in windows}
    default = codes.get(known, known)
    options = list(words)
    found = st.selectbox(
        _("Place"),
        options,
        index=options.index(default) if default in options else 0,
        format_func=words.__getitem__,
        key="papers.place",
    )
    return str(found or "")


def _level(known: str) -> str:
    words = {"": _("All levels"), **{str(value): _(name) for value, name in LEVEL_NAMES.items()}}
    options = list(words)
    found = st.selectbox(
        _("Level"),
        options,
        index=options.index(known) if known in options else 0,
        format_func=words.__getitem__,
        key="papers.level",
    )
    return str(found or "")


def _statistics(actor: Actor, paper_language: str) -> None:
    with ui.card("statistics"):
        ui.html(ui.markup.section(_("Quarterly statistics")))
        ui.html(
            f'<p class="muted">{_("The form that the person in charge signs every quarter.")}</p>'
        )
        today = ui.local_now().date()
        with reading() as session:
            begun = service.records_begin(session, actor)
        quarters = _quarters(today, begun)
        usual = "{}-Q{}".format(*service.quarter_before(today))
        chosen = st.selectbox(
            _("Quarter"),
            quarters,
            index=quarters.index(usual) if usual in quarters else 0,
            format_func=_quarter_name,
            key="papers.quarter",
        )
        with reading() as session:
            year, number = service.parse_quarter(str(chosen))
            found = service.statistics(session, actor, year, number, now=ui.now())
        line = found.this_quarter
        ui.html(
            '<div class="kpis">'
            + _kpi(_("General hazards"), line.general_rectified, line.general)
            + _kpi(_("Major hazards"), line.major_rectified, line.major)
            + "</div>"
        )
        if not found.is_final:
            ui.notice("grey", _("The quarter is not over: its figures will change."))
        _links(f"/hazards/statistics/{chosen}", {"lang": paper_language}, {}, "secondary big")


def _kpi(label: str, rectified: int, found: int) -> str:
    words = _("{rectified} of {found} rectified", rectified=rectified, found=found)
    rate = f"{rectified / found:.1%}" if found else "–"
    return ui.markup.kpi(label, rate, under=words)


def _quarters(today: date, begun: date) -> list[str]:
    """This quarter and those before since the records began, the latest first."""
    found = []
    day = today
    for _each in range(QUARTERS):
        number = (day.month - 1) // 3 + 1
        found.append(f"{day.year}-Q{number}")
        day = date(day.year, 3 * number - 2, 1) - timedelta(days=1)
        if day < begun:
            break
    return found


def _quarter_name(quarter: str) -> str:
    year, number = service.parse_quarter(quarter)
    if language() == "en":
        return f"Q{number} {year}"
    return f"{year}年第{'一二三四'[number - 1]}季度"


def _links(
    address: str, asked: dict[str, str], only_pdf: dict[str, str], look: str = "primary big"
) -> None:
    pdf = f"{address}.pdf?{urlencode(asked | only_pdf)}"
    xlsx = f"{address}.xlsx?{urlencode(asked)}"
    ui.html(
        '<div style="display:flex;flex-wrap:wrap;gap:12px;margin-top:8px">'
        + ui.markup.anchor(_("Open the PDF"), pdf, "print", look=look, new_tab=True)
        + ui.markup.anchor(_("Excel"), xlsx, "table", look="secondary big", new_tab=True)
        + "</div>"
    )
