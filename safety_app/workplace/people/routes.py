"""Papers about people under addresses of their own: slips, handovers."""

from datetime import datetime
from typing import Final
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from safety_app.accounts import service as accounts
from safety_app.core import clock, i18n
from safety_app.core.access import ROLE_NAMES, Actor, Role
from safety_app.core.db import reading, transaction
from safety_app.core.errors import AppError, NotFound
from safety_app.core.feature import load
from safety_app.core.i18n import _, bilingual
from safety_app.web.identity import actor_of, base_address
from safety_app.web.refusals import refusal
from safety_app.workplace import service
from safety_app.workplace.people.errors import NobodyChosen, TooManyChosen, UnknownPaperLanguage

SLIPS_AT_ONCE: Final = 200


async def slips(request: Request) -> Response:
    """Make a slip for everybody named and print them: the codes exist on this paper only."""
    fields = await request.form(max_files=0, max_fields=SLIPS_AT_ONCE + 20)
    chosen = [str(value) for value in fields.getlist("user")]
    ids = sorted({int(one) for one in chosen if one.isascii() and one.isdigit() and len(one) < 10})

    def answer() -> Response:
        try:
            language = paper_language(str(fields.get("lang") or ""))
            content = _print(actor_of(request), ids, base_address(request), language, clock.now())
        except AppError as problem:
            return refusal(request.scope, problem)
        with i18n.use_language(language):
            name = _("Slips for the first sign-in")
        return pdf(content, name, "slips")

    return await run_in_threadpool(answer)


def no_slips(request: Request) -> Response:
    """Slips are made by a form, never by an address alone."""
    return refusal(request.scope, NotFound())


def handover(request: Request) -> Response:
    """What somebody who leaves has handed over, as a paper to sign."""
    try:
        language = paper_language(request.query_params.get("lang", ""))
        content = _handover(actor_of(request), request.path_params["user_id"], language)
    except AppError as problem:
        return refusal(request.scope, problem)
    with i18n.use_language(language):
        name = _("Handover record")
    return pdf(content, name, "handover")


def pdf(content: bytes, name: str, plain: str) -> Response:
    """A paper, shown in the browser; `plain` names it where only letters are understood."""
    disposition = f"inline; filename=\"{plain}.pdf\"; filename*=UTF-8''{quote(name)}.pdf"
    return Response(
        content, media_type="application/pdf", headers={"content-disposition": disposition}
    )


def paper_language(wanted: str) -> str:
    """The language of a paper, the person's own where none is named."""
    language = wanted or i18n.language()
    if language not in i18n.LANGUAGES:
        raise UnknownPaperLanguage()
    return language


def _print(actor: Actor, ids: list[int], address: str, language: str, now: datetime) -> bytes:
    if not ids:
        raise NobodyChosen()
    if len(ids) > SLIPS_AT_ONCE:
        raise TooManyChosen(limit=SLIPS_AT_ONCE)
    slips_module = "safety_app.workplace.people.slips"  # slow to import: not at the start
    printed, hall = load(f"{slips_module}:PrintedSlip"), load(f"{slips_module}:Hall")
    # Printed before it is committed: a code that reached no paper would lock its person out.
    with transaction() as session, i18n.use_language(language):
        site = service.site(session, actor.site_id)
        places = _places(session, actor.site_id)
        made = [accounts.issue_first_code(session, actor, user_id, now=now) for user_id in ids]
        made.sort(key=lambda slip: (places.get(slip.user_id, ""), slip.name))
        found = [
            printed(
                bilingual(slip.name, slip.name_en),
                places.get(slip.user_id, ""),
                slip.login,
                slip.code,
                slip.expires_at,
            )
            for slip in made
        ]
        where = hall(bilingual(site.name, site.name_en), address, site.timezone)
        content: bytes = load(f"{slips_module}:slips_pdf")(found, where, language=language, now=now)
    return content


def _handover(actor: Actor, user_id: int, language: str) -> bytes:
    write = load("safety_app.workplace.people.handover:handover_pdf")
    with reading() as session, i18n.use_language(language):
        card = accounts.get_card(session, actor, user_id, now=clock.now())
        rows = accounts.handovers(session, actor, user_id)
        if not rows:
            raise NotFound()
        site = service.site(session, actor.site_id)
        names = accounts.names(session, [row.to_id for row in rows])
        content: bytes = write(
            rows,
            names,
            hall=bilingual(site.name, site.name_en),
            person=card.person.display_name,
            left_on=card.left_on,
            timezone=site.timezone,
            language=language,
            now=clock.now(),
        )
    return content


def _places(session: Session, site_id: int) -> dict[int, str]:
    """Where each person works, in words: the windows, or else the roles."""
    windows = service.window_names(session, site_id)
    found = {}
    for person in accounts.list_people(session, site_id):
        here = [name for window_id, name in windows.items() if window_id in person.window_ids]
        roles = [_(ROLE_NAMES[role]) for role in Role if role in person.roles]
        found[person.id] = _(", ").join(here or roles)
    return found


routes = [
    Route("/people/slips.pdf", slips, methods=["POST"]),
    Route("/people/slips.pdf", no_slips, methods=["GET"]),
    Route("/people/{user_id:int}/handover.pdf", handover, methods=["GET"]),
]
