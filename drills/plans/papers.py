"""The papers' own addresses, shown in the browser in the language asked for (`lang=`).

/emergency-plans/{id}.pdf?version=2          a plan in force, or one of its versions
/emergency-plans/{id}/card.pdf?paper=a4|a5   its action card
/emergency-plans/cards.pdf?paper=a4|a5       the cards of all plans in force
/emergency-plans/contacts.pdf                the contact list
/emergency-plans/register.pdf?day=2026-10-31 which plans were in force on a day
/emergency-plans/register/{YYYY-MM}.pdf      the same at the end of a month
/hall-rules/{id}.pdf?version=2               rules or a notice
/hall-rules/poster.pdf?for=visitors          the poster that leads to a public notice
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import quote

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from drills.plans.errors import NotInForce, PaperUnknown
from drills.plans.models import RULES, Version
from drills.plans.permissions import Permission
from drills.plans.public import NOTICES
from drills.plans.reasons import nothing_in_force
from drills.plans.service import as_of, contacts, find_in_force, get_version, on_day
from drills.plans.service.contacts import first_callers, viewer_of, with_the_left_marked
from drills.plans.service.steps import get
from drills.plans.service.versions import VersionView, versions_of
from safety_app.core import clock, db, i18n
from safety_app.core.access import Actor
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, bilingual
from safety_app.web.identity import actor_of, base_address
from safety_app.web.refusals import refusal

MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
Made = tuple[str, bytes]
Make = Callable[[Session, Actor, Request, datetime], Made]


def _paper(make: Make) -> Callable[[Request], Response]:
    """A route that answers with the PDF, or with the rule that forbids it."""

    def answer(request: Request) -> Response:
        try:
            actor = actor_of(request)
            actor.require(Permission.VIEW)
            language = request.query_params.get("lang", i18n.language())
            if language not in i18n.LANGUAGES:
                raise PaperUnknown()
            with db.reading() as session, i18n.use_language(language):
                name, content = make(session, actor, request, clock.now())
        except AppError as problem:
            return refusal(request.scope, problem)
        kept = "".join(char if char.isalnum() or char in "-_ ()（）" else "-" for char in name)
        plain = "".join(char for char in kept if char.isascii()).strip("- ") or "paper"
        place = f"inline; filename=\"{plain}.pdf\"; filename*=UTF-8''{quote(kept)}.pdf"
        headers = {"content-disposition": place, "cache-control": "no-store"}
        return Response(content, media_type="application/pdf", headers=headers)

    return answer


def _whole(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    from drills.plans.documents.paper import head_of
    from drills.plans.documents.whole import whole_pdf

    view = _asked(session, actor, request, now)
    if (view.kind in RULES) is not request.url.path.startswith("/hall-rules"):
        raise PaperUnknown()
    head = head_of(session, actor.site_id)
    view = with_the_left_marked(session, actor.site_id, view)
    return f"{view.number} {view.title}", whole_pdf(view, head, as_of=view.published_at)


def _asked(session: Session, actor: Actor, request: Request, now: datetime) -> VersionView:
    """The version asked for, else the one in force."""
    document = get(session, actor.site_id, int(request.path_params["plan_id"]))
    number = request.query_params.get("version", "")
    if number:
        versions = {str(one.version): one for one in versions_of(session, document.id)}
        row: Version | None = versions.get(number)
        if row is None:
            raise PaperUnknown()
        return get_version(session, actor.site_id, row.id)
    held = find_in_force(session, actor.site_id, document.id, _today(actor, now))
    if held is None:
        raise NotInForce(title=bilingual(document.title, document.title_en))
    return get_version(session, actor.site_id, held.version_id)


def _card(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    view = _asked(session, actor, request, now)
    return _cards_of(session, actor, request, [view], now)


def _cards(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    held = as_of(session, actor.site_id, _today(actor, now))
    views = [get_version(session, actor.site_id, one.version_id) for one in held]
    return _cards_of(session, actor, request, views, now)


def _cards_of(
    session: Session, actor: Actor, request: Request, views: list[VersionView], now: datetime
) -> Made:
    from drills.plans.documents.card import SIZES, CardFacts, cards_pdf
    from drills.plans.documents.paper import head_of

    paper = request.query_params.get("paper", "a4")
    with_card = [view for view in views if view.content.card.lines]
    if paper not in SIZES or not with_card:
        raise PaperUnknown()
    base = base_address(request)
    cards = [
        CardFacts(
            view,
            *first_callers(session, actor.site_id, view.content, viewer_of(actor)),
            f"{base}/emergency?plan={view.plan_id}",
        )
        for view in with_card
    ]
    head = head_of(session, actor.site_id)
    name = _("Action cards") if len(cards) > 1 else f"{_('Action card')} {with_card[0].title}"
    return name, cards_pdf(cards, head, paper=paper, as_of=_morning(actor, now))


def _contacts(session: Session, actor: Actor, _request: Request, now: datetime) -> Made:
    from drills.plans.documents.lists import contacts_pdf
    from drills.plans.documents.paper import head_of

    today = _today(actor, now)
    found = contacts(session, actor.site_id, today, viewer_of(actor))
    head = head_of(session, actor.site_id)
    content = contacts_pdf(found, head, on=today, as_of=_morning(actor, now))
    return _("Contact list for emergencies"), content


def _register(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    from drills.plans.documents.lists import register_pdf
    from drills.plans.documents.paper import head_of

    on = _day(request, _today(actor, now))
    today = _today(actor, now)
    found = on_day(session, actor.site_id, on, today=today)
    ids = [one.held.version_id for one in found]
    views = {one: get_version(session, actor.site_id, one) for one in ids}
    head = head_of(session, actor.site_id)
    content = register_pdf(
        found, views, head, on=on, as_of=_morning(actor, now), is_past=on < today,
        nothing=nothing_in_force(session, actor.site_id, on),
    )  # fmt: skip
    return f"{_('Emergency plans in force')} {on}", content


def _day(request: Request, today: date) -> date:
    """The day asked for, or the last of the month asked for; never one to come."""
    month = MONTH.fullmatch(str(request.path_params.get("month", "")))
    try:
        if month:
            year, number = int(month[1]), int(month[2])
            first = date(year + number // 12, number % 12 + 1, 1)
            date(year, number, 1)
            return min(first - timedelta(days=1), today)
        asked = request.query_params.get("day")
        return min(date.fromisoformat(asked), today) if asked else today
    except ValueError:
        raise PaperUnknown() from None


def _poster(session: Session, actor: Actor, request: Request, now: datetime) -> Made:
    from drills.plans.documents.paper import head_of
    from drills.plans.documents.poster import poster_pdf

    name = request.query_params.get("for", "visitors")
    kind = NOTICES.get(name)
    if kind is None:
        raise PaperUnknown()
    held = as_of(session, actor.site_id, _today(actor, now), kinds=[kind])
    if not held:
        raise PaperUnknown()
    address = f"{base_address(request)}/rules/{name}"
    head = head_of(session, actor.site_id)
    title = held[0].title
    return title, poster_pdf(title, address, head, as_of=_morning(actor, now))


def _today(actor: Actor, now: datetime) -> date:
    return clock.local_day(now, actor.timezone)


def _morning(actor: Actor, now: datetime) -> datetime:
    """The beginning of today: printed twice on one day the same facts give the same bytes."""
    local = now.astimezone(clock.zone(actor.timezone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


ROUTES: Final = (
    Route("/emergency-plans/contacts.pdf", _paper(_contacts)),
    Route("/emergency-plans/cards.pdf", _paper(_cards)),
    Route("/emergency-plans/register.pdf", _paper(_register)),
    Route("/emergency-plans/register/{month}.pdf", _paper(_register)),
    Route("/emergency-plans/{plan_id:int}.pdf", _paper(_whole)),
    Route("/emergency-plans/{plan_id:int}/card.pdf", _paper(_card)),
    Route("/hall-rules/poster.pdf", _paper(_poster)),
    Route("/hall-rules/{plan_id:int}.pdf", _paper(_whole)),
)
