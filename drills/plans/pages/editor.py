"""Editing a draft: the sections at the left, the form of one at the right, each saved by itself."""

from html import escape
from typing import Final

import streamlit as st

from drills.plans.content import AnySection
from drills.plans.models import SECTION_NAMES, Section, Step
from drills.plans.pages import fields, plan
from drills.plans.pages.words import RULES_BASE, draft_badge, fault_texts, hint_texts
from drills.plans.service import save_section
from drills.plans.service.detail import Draft, PlanDetail, get_detail
from drills.plans.service.publishing import NEEDED
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import NotFound
from safety_app.core.i18n import _, moment_text
from safety_app.ui import markup

WIDTHS: Final = (30, 70)


def draw(actor: Actor, plan_id: int, base: str) -> None:
    """The editor of a draft; the document itself where there is none for this person."""
    try:
        with reading() as session:
            found = get_detail(session, actor, plan_id, today=ui.local_now().date())
    except NotFound:
        plan.draw(actor, plan_id, base)
        return
    if found.draft is None or Step.EDIT not in found.allowed:
        del st.query_params["do"]
        plan.draw(actor, plan_id, base)
        return
    section = _chosen(found)
    words = _("Back to the rules") if base == RULES_BASE else _("Back to the plan")
    ui.html(plan.back(base, words, plan_id=plan_id))
    ui.title(_title(found.draft, found), _("Each section is saved by itself"))
    left, right = st.columns(WIDTHS, gap="medium")
    with left:
        ui.html(_contents(found, found.draft, section, base))
    with right, ui.card(f"edit_{section}"):
        _form(actor, found, found.draft, section, base)


def _title(draft: Draft, found: PlanDetail) -> str:
    return _("Draft: {title}", title=draft.content.title.text or found.title)


def _chosen(found: PlanDetail) -> Section:
    asked = str(st.query_params.get("section", ""))
    return next((one for one in found.sections if one == asked), found.sections[0])


def _contents(found: PlanDetail, draft: Draft, here: Section, base: str) -> str:
    """The sections with a mark of what is filled, and what still keeps it from approval."""
    links = []
    for one in found.sections:
        needed = NEEDED.get(one)
        is_done = needed(draft.content) if needed else draft.content.has(one)
        symbol = "check_circle" if is_done else "radio_button_unchecked"
        current = ' aria-current="page"' if one is here else ""
        state = escape(_("filled in") if is_done else _("still empty"))
        links.append(
            f'<a class="line" href="{base}?plan={found.id}&amp;do=edit&amp;section={one}"{current}>'
            f"<span>{markup.icon(symbol)} {escape(_(SECTION_NAMES[one]))}</span>"
            f'<span class="sub">{state}</span></a>'
        )
    label = escape(_("Sections"), quote=True)
    notes = "".join(
        markup.notice("yellow", one)
        for one in (*fault_texts(draft.faults), *hint_texts(draft.faults))
    )
    ready = ""
    if draft.faults.is_ready:
        says = _("The draft is complete. A manager reads, approves and publishes it.")
        ready = markup.notice("green", says)
    return (
        f'{ui.badges(draft_badge(draft.status))}<nav class="box lines plan-sections"'
        f' aria-label="{label}">{"".join(links)}</nav>{ready}{notes}'
    )


def _form(actor: Actor, found: PlanDetail, draft: Draft, section: Section, base: str) -> None:
    version = fields.seen(found.id, section, draft.row_versions[section])
    ui.html(f"<h2>{escape(_(SECTION_NAMES[section]))}</h2>{_saved(actor, draft, section)}")
    if version != draft.row_versions[section]:
        _meanwhile(found, draft, section)
    typed = fields.draw(actor, found.id, draft, section, version)
    if typed is not None:
        _save(actor, found, section, typed, version, base)


def _saved(actor: Actor, draft: Draft, section: Section) -> str:
    name, at = draft.changed[section]
    moment = moment_text(at, actor.timezone, year=True)
    words = escape(_("Saved {moment} by {name}", moment=moment, name=name))
    return f'<p class="muted">{words}</p>'


def _meanwhile(found: PlanDetail, draft: Draft, section: Section) -> None:
    """Somebody else was faster: what is typed stays on the screen until it is copied."""
    name = draft.changed[section][0]
    says = _("{name} has saved this section meanwhile. Copy what you typed, then open it anew.",
             name=name)  # fmt: skip
    ui.notice("orange", says)
    if st.button(_("Open the section anew"), key="plans.anew", icon=":material/refresh:"):
        fields.forget(found.id, section)
        st.rerun()


def _save(
    actor: Actor,
    found: PlanDetail,
    section: Section,
    typed: AnySection,
    version: int,
    base: str,
) -> None:
    saved = ui.act(
        lambda session: (
            save_section(session, actor, found.id, typed, row_version=version, now=ui.now()).id
        ),
        done=_("“{section}” is saved.", section=_(SECTION_NAMES[section])),
    )
    if saved:
        fields.forget(found.id, section)
        ui.go(base.strip("/"), plan=str(found.id), do="edit", section=section)
