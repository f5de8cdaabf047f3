"""The window's monthly report: choose, see what is missing, open the paper."""

from html import escape
from typing import Final
from urllib.parse import quote

import streamlit as st

from safety_app import ui
from safety_app.core import i18n
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, month_text
from safety_app.reports import service, wording
from safety_app.reports.months import usual_month
from safety_app.reports.service import Report, WindowChoice
from safety_app.ui import markup

LANGUAGE_NAMES: Final = {"zh_CN": "中文", "en": "English"}
Month = tuple[int, int]


def render() -> None:
    """Window and month, the figures, what is missing, then the paper itself."""
    actor = ui.current_actor()
    with reading() as session:
        windows = service.list_choices(session, actor)
        months = service.list_months(session, actor, now=ui.now())
    ui.title(_("Monthly report"), _("One report per window and month, ready to print and sign."))
    if not windows:
        ui.empty(
            _("There is no window to report on"),
            _("The administrator says who leads which window."),
            symbol="description",
        )
        return
    with ui.card("report_choice"):
        window, (year, month), language = _choose(windows, months)
        try:
            with reading() as session:
                report = service.window_report(session, actor, window.id, year, month, now=ui.now())
        except AppError as problem:
            ui.notice("red", problem.message())
            return
        _open(report, language)
    _missing(report)
    ui.html(f'<div class="kpis">{"".join(_figures(report))}</div>')


def _choose(windows: list[WindowChoice], months: list[Month]) -> tuple[WindowChoice, Month, str]:
    """What to report on; the address keeps it, so that a link leads to the same report."""
    first, second, third = st.columns((5, 4, 4), vertical_alignment="bottom")
    with first:
        window = _window(windows)
    with second:
        month = _month(months)
    with third:
        language = ui.segmented(
            "reports.language",
            LANGUAGE_NAMES,
            label=_("Language of the report"),
            default=i18n.language(),
        )
    st.query_params.update({"window": window.code, "month": f"{month[0]}-{month[1]:02}"})
    return window, month, language


def _window(windows: list[WindowChoice]) -> WindowChoice:
    wanted = st.query_params.get("window")
    index = next((at for at, window in enumerate(windows) if window.code == wanted), 0)
    return st.selectbox(
        _("Window"),
        windows,
        index=index,
        format_func=lambda window: f"{window.code} {window.name}",
        key="reports.window",
        placeholder=_("Choose a window"),
    )


def _month(months: list[Month]) -> Month:
    wanted = st.query_params.get("month")
    usual = usual_month(ui.local_now().date())
    named = {f"{year}-{month:02}": at for at, (year, month) in enumerate(months)}
    return st.selectbox(
        _("Month"),
        months,
        index=named.get(wanted or "", months.index(usual) if usual in months else 0),
        format_func=lambda month: month_text(*month),
        key="reports.month",
        placeholder=_("Choose a month"),
    )


def _open(report: Report, language: str) -> None:
    """The paper in a new tab, the tables beside it, and what tells this report from others."""
    base = f"/reports/window/{quote(report.window_code)}/{report.year}-{report.month:02}"
    paper, tables = st.columns((9, 4))
    with paper:
        ui.html(
            markup.anchor(
                _("Open the PDF"),
                f"{base}.pdf?lang={language}",
                "description",
                look="primary big",
                new_tab=True,
            )
        )
    with tables:
        ui.html(
            markup.anchor(
                _("Tables as Excel"),
                f"{base}.xlsx?lang={language}",
                "monitoring",
                look="secondary big",
                new_tab=True,
            )
        )
    number = _("No. {number}", number=report.number)
    code = _("Check code {code}", code=report.short_code)
    ui.html(f'<p class="subtitle">{escape(number)} · {escape(code)}</p>')


def _missing(report: Report) -> None:
    """What stands between this report and a signature."""
    if not report.is_final:
        ui.notice("grey", wording.not_final_text(report))
    if report.missing:
        lines = "".join(
            f'<li><a style="color:inherit" href="{escape(href, quote=True)}" target="_self">'
            f"{escape(text)}</a></li>"
            for text, href in report.missing
        )
        ui.notice(
            "orange",
            _("The report can be printed; these points would then stand open in it."),
            heading=_("Before it is signed"),
            extra=f"<ul>{lines}</ul>",
        )
    elif report.is_final:
        ui.notice("green", _("Nothing is missing: the report can be signed."))


def _figures(report: Report) -> list[str]:
    return [
        markup.kpi(
            figure.label,
            wording.rate_text(figure),
            under=wording.share_text(figure) if figure.of is not None else "",
        )
        for figure in report.figures
        if figure.is_worth_a_line
    ]
