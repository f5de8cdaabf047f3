"""The first steps of a new hall, from its profile to the first report."""

from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core.access import ROLE_NAMES, Actor, Role, holders
from safety_app.core.db import reading
from safety_app.core.i18n import _, ngettext
from safety_app.features import features
from safety_app.overview import service, starting
from safety_app.overview.permissions import Permission
from safety_app.overview.starting import Reached
from safety_app.ui import markup
from safety_app.ui.frame import knows

Look = tuple[markup.Tone, str]
DONE: Final[Look] = ("green", "check_circle")
OPEN: Final[Look] = ("grey", "schedule")


def render() -> None:
    """The steps in their order, the next one filled."""
    actor = ui.current_actor()
    with reading() as session:
        reached = starting.reached_steps(session, actor.site_id)
        finished = starting.is_finished(session, actor.site_id)
    needed = [one for one in reached if not one.step.optional]
    done, optional = sum(one.done for one in needed), len(reached) - len(needed)
    ui.title(
        _("Getting started"),
        _("{n} of {m} steps done; {k} more are optional", n=done, m=len(needed), k=optional),
    )
    if finished:
        ui.notice("green", _("The hall is set up. Everything stays open under “Settings”."))
    ahead = next((one for one in needed if not one.done), None)
    with ui.card("steps"):
        lines = "".join(_line(one, one is ahead) for one in reached)
        ui.html(f'<ol class="first-steps">{lines}</ol>')
        if not finished and ahead is None:
            _finish(actor)


def tile(actor: Actor, now: datetime) -> bool:
    """On Today of whoever sets the hall up, until it is done."""
    if not actor.may(Permission.SET_UP) or service.hall(actor, now).is_demo:
        return False
    with reading() as session:
        if starting.is_finished(session, actor.site_id):
            return False
        reached = starting.reached_steps(session, actor.site_id)
    left = [one for one in reached if not one.done and not one.step.optional]
    with ui.card("starting"):
        said = ngettext("{n} step left", "{n} steps left", len(left))
        ui.html(markup.section(_("Set the hall up"), f"<span>{escape(said)}</span>"))
        step = _(left[0].step.title) if left else _("Setting up is finished")
        ui.html(f"<p>{escape(_('Next: {step}', step=step))}</p>")
        ui.primary_link(_("Go on setting up"), "/starting", "checklist")
    return True


def _finish(actor: Actor) -> None:
    ui.html(f"<p>{escape(_('Every step is done, up to the first report.'))}</p>")
    now = ui.now()
    if st.button(_("Setting up is finished"), type="primary", key="starting.finish"):
        ui.act(lambda session: starting.finish(session, actor, now=now))
        st.rerun()


def _line(one: Reached, is_next: bool) -> str:
    state = _("Done") if one.done else _("Optional") if one.step.optional else _("To do")
    badge = markup.badge(state, *(DONE if one.done else OPEN))
    link = _way(one, is_next)
    note = f'<span class="sub">{escape(one.note)}</span>' if one.note else ""
    return (
        f"<li><div><strong>{escape(_(one.step.title))}</strong>"
        f'<span class="sub">{escape(_(one.step.why))}</span>{note}</div>{badge}{link}</li>'
    )


def _way(one: Reached, is_next: bool) -> str:
    """To the page of the step, or who does it if that page is for others."""
    page = one.step.url_path.partition("?")[0]
    if knows(page):
        look = "primary" if is_next else "secondary"
        return markup.anchor(_("Open this step"), f"/{one.step.url_path}", look=look)
    who = " · ".join(_(ROLE_NAMES[role]) for role in holders_of(page))
    return f'<span class="sub">{escape(_("Done by: {who}", who=who))}</span>'


def holders_of(url_path: str) -> list[Role]:
    """The roles for which a page is."""
    pages = (page for feature in features() for page in feature.pages)
    return next((holders(page.permission or "") for page in pages if page.url_path == url_path), [])
