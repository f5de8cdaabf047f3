"""The report's own addresses: PDF and Excel, shown in the browser."""

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from safety_app.core import clock, db, i18n
from safety_app.core.access import Actor
from safety_app.core.errors import AppError
from safety_app.reports import documents, service
from safety_app.reports.errors import UnknownLanguage
from safety_app.reports.months import parse_month
from safety_app.reports.service import WindowReport
from safety_app.web.identity import actor_of
from safety_app.web.refusals import refusal
from safety_app.workplace import service as workplace

PDF: Final = "application/pdf"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def pdf(request: Request) -> Response:
    """The report as PDF."""
    return _answer(request, documents.report_pdf, "pdf", PDF)


def xlsx(request: Request) -> Response:
    """The report's tables as Excel."""
    return _answer(request, documents.report_xlsx, "xlsx", XLSX)


def _answer(
    request: Request, write: Callable[[WindowReport], bytes], suffix: str, media_type: str
) -> Response:
    try:
        report = _report(actor_of(request), request)
        content = write(report)
    except AppError as problem:
        return refusal(request.scope, problem)
    name = documents.file_name(report, suffix)
    plain = "".join(char for char in report.number if char.isascii() and char not in '"\\')
    disposition = f"inline; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{quote(name)}"
    return Response(
        content, media_type=media_type, headers={"content-disposition": disposition}
    )  # fmt: skip


def _report(actor: Actor, request: Request) -> WindowReport:
    """What the address asks for; the paper's language may differ from the person's."""
    year, month = parse_month(request.path_params["month"])
    language = request.query_params.get("lang", i18n.language())
    if language not in i18n.LANGUAGES:
        raise UnknownLanguage(language=language)
    with db.reading() as session:
        window = workplace.get_window(session, actor.site_id, request.path_params["code"])
        with i18n.use_language(language):
            return service.window_report(
                session, actor, window.id, year, month, now=clock.now()
            )  # fmt: skip


ROUTES: Final = [
    Route("/reports/window/{code}/{month}.pdf", pdf),
    Route("/reports/window/{code}/{month}.xlsx", xlsx),
]
