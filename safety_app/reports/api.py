"""The reports' own addresses: PDF and Excel, shown in the browser; and what was made in parts."""

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from safety_app.core import clock, db, i18n, journal
from safety_app.core.access import Actor
from safety_app.core.errors import AppError
from safety_app.reports import documents, making, service
from safety_app.reports.errors import UnknownLanguage
from safety_app.reports.months import parse_month
from safety_app.reports.service import Report
from safety_app.web.identity import actor_of
from safety_app.web.refusals import refusal
from safety_app.workplace import service as workplace

MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
WRITERS: Final[dict[str, Callable[[Report], bytes]]] = {
    "pdf": documents.report_pdf,
    "xlsx": documents.report_xlsx,
}
Asked = Callable[[Session, Actor, Request, int, int], Report]


def _window(session: Session, actor: Actor, request: Request, year: int, month: int) -> Report:
    window = workplace.get_window(session, actor.site_id, request.path_params["code"])
    return service.window_report(session, actor, window.id, year, month, now=clock.now())


def _site(session: Session, actor: Actor, _request: Request, year: int, month: int) -> Report:
    return service.site_report(session, actor, actor.site_id, year, month, now=clock.now())


def _paper(asked: Asked, suffix: str) -> Callable[[Request], Response]:
    """Answers with what is asked for, or with the sentence that says why not."""

    def answer(request: Request) -> Response:
        try:
            report = _made(asked, request)
            content = WRITERS[suffix](report)
            if suffix == "pdf":
                _note(actor_of(request), report)
        except AppError as problem:
            return refusal(request.scope, problem)
        name = documents.file_name(report, suffix)
        return Response(
            content,
            media_type=MEDIA_TYPES[suffix],
            headers={"content-disposition": disposition(name, f"{report.number}.{suffix}")},
        )

    return answer


def _note(actor: Actor, report: Report) -> None:
    """Which paper left the house, with its check code; an auditor may compare."""
    facts = {"number": report.number, "code": report.check_code, "language": report.language}
    with db.transaction() as session:
        journal.write(
            session, actor, "reports.print", "site", actor.site_id, now=clock.now(), facts=facts
        )


def _made(asked: Asked, request: Request) -> Report:
    """What the address asks for; the paper's language may differ from the person's."""
    actor = actor_of(request)
    year, month = parse_month(request.path_params["month"])
    with db.reading() as session, i18n.use_language(language_of(request)):
        return asked(session, actor, request, year, month)


def language_of(request: Request) -> str:
    """The language that a paper is asked for in; raises `UnknownLanguage`."""
    language = request.query_params.get("lang", i18n.language())
    if language not in i18n.LANGUAGES:
        raise UnknownLanguage(language=language)
    return language


def disposition(name: str, plain: str, *, kind: str = "inline") -> str:
    """How a browser shows or keeps a file; `plain` is for those that know Latin letters only."""
    ascii_name = "".join(char for char in plain if char.isascii() and char not in '"\\')
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name)}"


def fetch(request: Request) -> Response:
    """A paper that was made in the background, streamed to the person who asked for it."""
    try:
        made = making.fetch(actor_of(request), request.path_params["token"])
    except AppError as problem:
        return refusal(request.scope, problem)
    suffix = made.path.suffix.removeprefix(".")
    kind = "inline" if suffix == "pdf" else "attachment"
    return FileResponse(
        made.path,
        media_type=MEDIA_TYPES[suffix],
        headers={"content-disposition": disposition(made.name, f"papers.{suffix}", kind=kind)},
    )


ROUTES: Final = [
    *(
        Route(f"/reports/window/{{code}}/{{month}}.{suffix}", _paper(_window, suffix))
        for suffix in WRITERS
    ),
    Route("/reports/made/{token}", fetch),
    *(Route(f"/reports/site/{{month}}.{suffix}", _paper(_site, suffix)) for suffix in WRITERS),
]
