"""Reports and registers: which paper, of what place and time, then the paper itself."""

from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core import i18n
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.feature import PaperKind
from safety_app.core.i18n import _
from safety_app.reports import kinds
from safety_app.reports.kinds import Place
from safety_app.reports.pages import batch, monthly
from safety_app.reports.permissions import Permission
from safety_app.reports.service import list_choices
from safety_app.ui import markup

LANGUAGE_NAMES: Final = {"zh_CN": "中文", "en": "English"}
WIDTHS: Final = (40, 60)
ALL, DOSSIER = "all", "dossier"
MONTHLY: Final = (monthly.WINDOW, monthly.SITE)


def render() -> None:
    """The papers on one side, the chosen one on the other."""
    actor = ui.current_actor()
    found = {kind.name: kind for kind in kinds.offered(actor)}
    papers = _papers(actor, found)
    names = list(papers)
    chosen = _chosen(names)
    behind = "behind" if chosen else "front"
    with st.container(key=f"split_head_{behind}"):
        ui.title(_("Reports and registers"), _("Choose a paper, then open it to print and sign."))
    left, right = st.columns(WIDTHS, gap="medium")
    shown = chosen or names[0]
    rows = [ui.Row(str(at), *words) for at, words in enumerate(papers.values())]
    with left, st.container(key=f"split_list_{behind}"):
        selected = str(names.index(shown))
        pressed = ui.rows("reports.papers", rows, label=_("Papers"), selected=selected)
    _follow(names[int(pressed)] if pressed else None, chosen)
    with right, st.container(key=f"split_detail_{'front' if chosen else 'beside'}"):
        back = markup.anchor(_("All papers"), "/reports", "arrow_back", look="quiet")
        ui.html(f'<p class="back narrow-only">{back}</p>')
        if shown == ALL:
            batch.draw(actor)
        else:
            _draw(actor, found[shown], keep=chosen is not None)


def _follow(pressed: str | None, chosen: str | None) -> None:
    """Go where a row that was just pressed leads."""
    if pressed == DOSSIER:
        ui.go(DOSSIER)
    if pressed and pressed != chosen:
        st.query_params.from_dict({"paper": pressed})
        st.rerun()


def _papers(actor: Actor, found: dict[str, PaperKind]) -> dict[str, tuple[str, str]]:
    """Title and description of everything that is offered, in order."""
    papers = [(kind.name, (_(kind.title), _(kind.description))) for kind in found.values()]
    with reading() as session:
        several = len(list_choices(session, actor)) > 1
    if several:
        words = _("The monthly reports of all windows in one file, to print or to hand out.")
        papers.insert(1, (ALL, (_("Monthly reports of all windows"), words)))
    if actor.reach(Permission.DOSSIER).site:
        words = _("Everything an inspector asks for, in one paper, with what is missing.")
        papers.append((DOSSIER, (_("Papers for an inspector"), words)))
    return dict(papers)


def _chosen(names: list[str]) -> str | None:
    """What the address names; an older link names only a window."""
    wanted = st.query_params.get("paper")
    if wanted is None and "window" in st.query_params:
        wanted = monthly.WINDOW
    return wanted if wanted in names and wanted != DOSSIER else None


def _draw(actor: Actor, kind: PaperKind, *, keep: bool) -> None:
    """Choices in a card, with the paper at their foot; a monthly report says more."""
    with reading() as session:
        places = kinds.places(session, actor, kind)
        periods = kinds.periods(session, actor, kind, now=ui.now())
    if kind.is_of_a_window and not places:
        ui.empty(
            _("There is no window to report on"),
            _("The administrator says who leads which window."),
            symbol="description",
        )
        return
    with ui.card("report_choice"):
        ui.html(markup.section(_(kind.title)))
        place, period, language = _choose(kind, places, periods, keep=keep)
        if kind.name in MONTHLY:
            report = monthly.find(actor, place, period, language)
            if report is None:
                return
        _open(kind, place, period, language)
        if kind.name in MONTHLY and report is not None:
            monthly.mark(report)
    if kind.name in MONTHLY and report is not None:
        monthly.draw(actor, report)


def _choose(
    kind: PaperKind, places: list[Place], periods: list[str], *, keep: bool
) -> tuple[Place | None, str, str]:
    """Place, time and language; the address of a paper keeps them, so that a link leads to it."""
    query = {"paper": kind.name}
    place, period = None, ""
    columns = iter(st.columns(max(1, bool(places) + bool(periods)), vertical_alignment="bottom"))
    if places:
        with next(columns):
            place = _place(kind, places)
        query["window"] = place.code or place.key
    if periods:
        with next(columns):
            period = choose_period(kind, periods)
        query[kind.period] = period
    language = ui.segmented(
        "reports.language", LANGUAGE_NAMES, label=_("Language of the report"),
        default=i18n.language(),
    )  # fmt: skip
    if keep and st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
    return place, period, language


def _place(kind: PaperKind, places: list[Place]) -> Place:
    wanted = st.query_params.get("window")
    index = next((at for at, one in enumerate(places) if wanted in (one.code, one.key)), 0)
    return st.selectbox(
        _("Place") if kind.location_address else _("Window"),
        places,
        index=index,
        format_func=lambda one: one.name,
        key=f"reports.place.{kind.name}",
        placeholder=_("Choose a window"),
    )


def choose_period(kind: PaperKind, periods: list[str]) -> str:
    """Month, quarter or year."""
    labels = {"month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}
    wanted = st.query_params.get(kind.period, "")
    usual = kinds.usual_period(kind.period, ui.local_now().date())
    first = next((one for one in (wanted, usual) if one in periods), periods[0])
    return st.selectbox(
        labels[kind.period],
        periods,
        index=periods.index(first),
        format_func=kinds.period_text,
        key=f"reports.{kind.period}.{kind.name}",
        placeholder=_("Choose a month"),
    )


def _open(kind: PaperKind, place: Place | None, period: str, language: str) -> None:
    """The paper in a new tab, the tables beside it."""
    names = {
        "pdf": (_("Open the PDF"), "description"),
        "xlsx": (_("Tables as Excel"), "monitoring"),
    }
    widths = (7, 5) if len(kind.formats) > 1 else (1,)
    for at, (column, suffix) in enumerate(zip(st.columns(widths), kind.formats, strict=True)):
        label, symbol = names[suffix]
        look = "secondary big" if at else "primary big"
        href = kinds.address(kind, place, period, suffix, language)
        with column:
            ui.html(markup.anchor(label, href, symbol, look=look, new_tab=True))
