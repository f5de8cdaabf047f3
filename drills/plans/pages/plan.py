"""One plan or one set of rules: how it stands, the step to take now, what it says, its life."""

from html import escape
from typing import Final

import streamlit as st

from drills.plans.models import KIND_NAMES, RULES, DraftStatus, Step
from drills.plans.pages import actions, life, reading_it, shown
from drills.plans.pages.words import (
    RULES_BASE,
    coverage_badge,
    draft_badge,
    due_text,
    fault_texts,
    hint_texts,
    standing_badge,
    why_text,
)
from drills.plans.permissions import Permission
from drills.plans.public import NOTICES
from drills.plans.review import GRAVE, Standing
from drills.plans.service.contacts import viewer_of
from drills.plans.service.detail import Ahead, Draft, PlanDetail, get_detail
from drills.plans.service.naming import Names
from drills.plans.service.versions import VersionView
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_, _, day_text, language, moment_text
from safety_app.ui import markup

VIEWS: Final = {
    "content": N_("Content"),
    "readers": N_("Who has read it"),
    "life": N_("Versions and review"),
}
DRAFT: Final = N_("Draft")
NEXT: Final = N_("Next version")


def draw(actor: Actor, plan_id: int, base: str) -> None:
    """The whole of one document."""
    try:
        with reading() as session:
            found = get_detail(session, actor, plan_id, today=ui.local_now().date())
    except NotFound as problem:
        link = markup.anchor(_all(base), base, "arrow_back")
        ui.empty(_("Not found"), problem.message(), symbol="lock", extra=link)
        return
    if (found.kind in RULES) is not (base == RULES_BASE):
        ui.go("hall-rules" if found.kind in RULES else "emergency-plans", plan=str(plan_id))
    ui.html(back(base))
    ui.title(found.title, _subtitle(found), aside=_papers(found))
    with ui.card("plan_head"):
        ui.html(_badges(found) + _notices(found))
        actions.buttons(actor, found, base)
    if actions.drawn(actor, found, base):
        return
    view = _views(actor, found)
    if view == "readers":
        reading_it.readers(actor, found)
    elif view == "life":
        life.draw(actor, found, base)
    elif view == "ahead" and found.ahead is not None:
        _ahead(actor, found.ahead, found)
    elif view == "draft" and found.draft is not None:
        _draft(found.draft, found, base)
    else:
        _content(actor, found)


def back(base: str, words: str = "", *, plan_id: int | None = None) -> str:
    """The way back to the list, or to the plan itself."""
    href = f"{base}?plan={plan_id}" if plan_id else base
    return (
        f'<p class="back"><a href="{escape(href, quote=True)}">{markup.icon("arrow_back")}'
        f"<span>{escape(words or _all(base))}</span></a></p>"
    )


def _all(base: str) -> str:
    return _("All rules and notices") if base == RULES_BASE else _("All emergency plans")


def _subtitle(found: PlanDetail) -> str:
    facts = [found.number, _(KIND_NAMES[found.kind])]
    if found.held:
        day = day_text(found.held.effective_on, weekday=False, year=True)
        facts += [_("Version {n}, in force from {day}", n=found.held.version, day=day)]
        if found.kind not in RULES:
            facts.append(due_text(found.held))
    return " · ".join(facts)


def _papers(found: PlanDetail) -> str:
    """The plan and its card to print."""
    if found.version is None:
        return ""
    lang = f"?lang={language()}"
    base = "/hall-rules" if found.kind in RULES else "/emergency-plans"
    links = markup.anchor(_("Print"), f"{base}/{found.id}.pdf{lang}", "print", new_tab=True)
    if found.version.content.card.lines:
        card = f"/emergency-plans/{found.id}/card.pdf{lang}"
        links += markup.anchor(_("Action card"), card, "style", new_tab=True)
        small = markup.anchor(_("Action card, A5"), f"{card}&paper=a5", new_tab=True)
        links += small
    return links + _notice_links(found, lang)


def _is_outside() -> bool:
    """Whether a third party looks: who left and who has read it is the hall's own affair."""
    return viewer_of(ui.current_actor()) is not None


def _notice_links(found: PlanDetail, lang: str) -> str:
    """Of what everybody may read: how it looks, and the poster that leads there."""
    name = next((name for name, kind in NOTICES.items() if kind is found.kind), "")
    if not name:
        return ""
    poster = f"/hall-rules/poster.pdf{lang}&for={name}"
    return markup.anchor(
        _("What visitors see"), f"/rules/{name}", "open_in_new", new_tab=True
    ) + markup.anchor(_("Poster with the code"), poster, "qr_code", new_tab=True)


def _badges(found: PlanDetail) -> str:
    if _is_outside():
        return ui.badges(standing_badge(Standing.CURRENT, found.held)) if found.held else ""
    return ui.badges(
        standing_badge(found.standing, found.held),
        draft_badge(found.draft.status if found.draft else None),
        coverage_badge(found.coverage),
    )


def _notices(found: PlanDetail) -> str:
    notes = [
        markup.notice("red" if why.cause in GRAVE else "orange", why_text(why))
        for why in (() if _is_outside() else found.whys)
    ]
    if found.ahead:
        day = day_text(found.ahead.version.effective_on, weekday=False, year=True)
        words = _("Version {n} is published and in force from {day}. Read it beforehand under"
                  " “Next version”.", n=found.ahead.version.version, day=day)  # fmt: skip
        notes.append(markup.notice("blue", words))
    if found.withdrawn_on and found.versions:
        day = day_text(found.withdrawn_on, weekday=False, year=True)
        notes.append(markup.notice("grey", _("Withdrawn on {day}.", day=day)))
    return "".join(notes)


def _views(actor: Actor, found: PlanDetail) -> str:
    names = {key: _(name) for key, name in VIEWS.items()}
    if not actor.may(Permission.READERS) or found.held is None or not found.coverage.of:
        del names["readers"]
    if found.version is None:
        del names["content"]
    if _is_outside():
        del names["life"]
    if found.ahead is not None:
        names = {**names, "ahead": _(NEXT)}
    if found.draft is not None and actor.may(Permission.READERS):
        names = {**names, "draft": _(DRAFT)}
    to_decide = Step.APPROVE in found.allowed or Step.PUBLISH in found.allowed
    first = "draft" if "draft" in names and (found.version is None or to_decide) else ""
    asked = str(st.query_params.get("view", "")) or first
    return ui.segmented(f"plans.view_{found.id}", names, label=_("What to show"), default=asked)


def _content(actor: Actor, found: PlanDetail) -> None:
    version = found.version
    if version is None:
        ui.html(f'<p class="muted">{escape(_("Not published yet."))}</p>')
        return
    reading_it.confirm(actor, version, must_read=found.must_read, read_at=found.read_at)
    _says(version, found.now, found)


def _ahead(actor: Actor, ahead: Ahead, found: PlanDetail) -> None:
    """A version that begins later, to be read beforehand."""
    reading_it.confirm(actor, ahead.version, must_read=ahead.must_read, read_at=ahead.read_at)
    _says(ahead.version, ahead.now, found)


def _says(version: VersionView, now: Names, found: PlanDetail) -> None:
    content = version.content
    with ui.card("plan_content"):
        ui.html(
            shown.body(content, _marked(version.names, now), found.sections)
            + shown.basis(content.basis, content.basics.own_basis)
        )


def _marked(frozen: Names, now: Names) -> Names:
    """The names of the version, with who has left and what is gone by now."""
    people = {id_: shown.as_now(one, now.people.get(id_)) for id_, one in frozen.people.items()}
    return Names(people, now.things, frozen.papers)


def _draft(draft: Draft, found: PlanDetail, base: str) -> None:
    with ui.card("plan_draft"):
        head = [_("Drafted by {name}", name=draft.drafted_by)]
        if draft.status is DraftStatus.APPROVED and draft.approved_at:
            zone = ui.current_actor().timezone
            at = moment_text(draft.approved_at, zone, year=True)
            head.append(_("approved by {name}, {moment}", name=draft.approved_by, moment=at))
        says = "".join(markup.notice("yellow", one) for one in _faults(draft))
        content = draft.content
        edit = ""
        if Step.EDIT in found.allowed:
            link = f"{base}?plan={found.id}&do=edit"
            anchor = markup.anchor(_("Edit the draft"), link, "edit")
            edit = f'<div class="ways">{anchor}</div>'
        ui.html(
            f'<p class="muted">{escape(" · ".join(head))}</p>{says}{edit}'
            + shown.body(content, draft.names, found.sections)
            + shown.basis(content.basis, content.basics.own_basis)
        )


def _faults(draft: Draft) -> list[str]:
    return [*fault_texts(draft.faults), *hint_texts(draft.faults)]
