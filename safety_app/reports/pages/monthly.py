"""What the page says of a monthly report: what is missing, its figures, the words in it."""

from html import escape
from typing import Final

from safety_app import ui
from safety_app.core import i18n
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _
from safety_app.reports import service, wording
from safety_app.reports.kinds import Place
from safety_app.reports.months import parse_month
from safety_app.reports.pages import words
from safety_app.reports.service import Report
from safety_app.ui import markup

WINDOW: Final = "window-report"
SITE: Final = "site-report"


def find(actor: Actor, place: Place | None, period: str, language: str) -> Report | None:
    """The report in its own language, or `None` after saying why there is none."""
    year, month = parse_month(period)
    try:
        with reading() as session, i18n.use_language(language):
            if place is None or place.window_id is None:
                return service.site_report(session, actor, actor.site_id, year, month, now=ui.now())
            return service.window_report(session, actor, place.window_id, year, month, now=ui.now())
    except AppError as problem:
        ui.notice("red", problem.message())
        return None


def mark(report: Report) -> None:
    """What tells this report from others."""
    number = _("No. {number}", number=report.number)
    code = _("Check code {code}", code=report.short_code)
    ui.html(f'<p class="subtitle">{escape(number)} · {escape(code)}</p>')


def draw(actor: Actor, report: Report) -> None:
    """What stands before a signature, the words, the figures."""
    spoken = _in_own_language(actor, report)
    _missing(spoken)
    words.draw(actor, report)
    ui.html(f'<div class="kpis">{"".join(_figures(spoken))}</div>')


def _in_own_language(actor: Actor, report: Report) -> Report:
    """The page speaks the person's language, whatever the paper does."""
    if report.language == i18n.language():
        return report
    with reading() as session:
        now = ui.now()
        if report.window_id is None:
            return service.site_report(
                session, actor, actor.site_id, report.year, report.month, now=now
            )
        return service.window_report(
            session, actor, report.window_id, report.year, report.month, now=now
        )


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
