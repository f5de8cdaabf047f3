"""One person's training: what they need and have, every result, transfers, exceptions."""

from html import escape
from typing import Final

import streamlit as st

from drills.training.grid import Light
from drills.training.models import SOURCE_NAMES
from drills.training.pages import person_forms
from drills.training.pages.words import (
    back_link,
    cell_badge,
    exception_days,
    hours_text,
    long_day,
    may_see_others,
    name_of,
    neighbours,
    number,
    session_row,
)
from drills.training.permissions import Permission
from drills.training.service.session_views import SessionRow, list_sessions
from drills.training.service.views import NeedRow, PersonFile, ResultRow, person_file
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, day_text, language, moment_text
from safety_app.ui import markup

SESSIONS: Final = 5


def render() -> None:
    """The person whom the address names, or oneself."""
    actor = ui.current_actor()
    user_id = number(st.query_params.get("id", "")) or actor.user_id
    found = _load(actor, user_id)
    if found is None:
        return
    wish = st.query_params.get("do", "")
    if wish and person_forms.draw(actor, found, wish):
        return
    back = back_link() if may_see_others(actor) or user_id != actor.user_id else ""
    ui.title(_name(found), _subtitle(found), aside=_paper(found) + back)
    _body(actor, found)


def own(actor: Actor) -> None:
    """The own record, as the front page of whoever answers for nobody else."""
    found = _load(actor, actor.user_id)
    if found is None:
        return
    with reading() as session:
        sessions, _total = list_sessions(session, actor, size=SESSIONS, now=ui.now())
    ui.title(_("Training, exams"), _("What I need and have"), aside=_paper(found))
    ui.html(neighbours("training"))
    _upcoming(sessions, actor)
    _body(actor, found)


def _load(actor: Actor, user_id: int) -> PersonFile | None:
    try:
        with reading() as session:
            return person_file(session, actor, user_id, now=ui.now())
    except AppError as problem:
        ui.title(_("Training, exams"), aside=back_link())
        with ui.card("nothing"):
            ui.empty(_("Person not found"), problem.message(), symbol="lock")
        return None


def _name(found: PersonFile) -> str:
    return found.person.display_name


def _subtitle(found: PersonFile) -> str:
    facts = [
        found.person.staff_no,
        found.person.agency,
        _(", ").join(found.windows),
        _("here since {day}", day=long_day(found.joined)),
    ]
    if found.person.left_on is not None:
        facts.append(_("left on {day}", day=long_day(found.person.left_on)))
    return " · ".join(filter(None, facts))


def _paper(found: PersonFile) -> str:
    return markup.anchor(
        _("Print the training file"),
        f"/training/person/{found.person.id}.pdf?lang={language()}",
        "print",
        new_tab=True,
    )


def _upcoming(rows: list[SessionRow], actor: Actor) -> None:
    if not rows:
        return
    ui.html(markup.section(_("My next sessions")))
    pressed = ui.rows(
        "training.mine",
        [session_row(row, actor.timezone) for row in rows],
        label=_("My next sessions"),
    )
    if pressed:
        ui.go("training-sessions", id=pressed)


def _body(actor: Actor, found: PersonFile) -> None:
    for bar in found.bars[:1]:
        days = day_text(bar.first)
        heading = _("Not on duty from {day}", day=days)
        if bar.first <= ui.local_now().date():
            heading = _("May not be on duty now")
        ui.notice("red", bar.text, heading=heading, extra=_allow_link(actor, found))
    left, right = st.columns((55, 45), gap="medium")
    with left, ui.card("needs"):
        ui.html(markup.section(_("Needed courses"), _file_link(found)) + _needs(found, actor))
    with right:
        with ui.card("results"):
            head = markup.section(_("Results")) + _left_to_others(found)
            ui.html(head + _results(found, actor))
        if found.may_correct or found.events:
            with ui.card("events"):
                ui.html(markup.section(_("Transfers and returns"), _event_link(found)))
                ui.html(_events(found))
        if found.overrides:
            with ui.card("overrides"):
                ui.html(markup.section(_("Emergency exceptions")) + _overrides(found))


def _left_to_others(found: PersonFile) -> str:
    """Why the own record has no links to keep it."""
    if not found.is_left_to_others:
        return ""
    said = _("Your own record is kept by the manager or another safety officer.")
    return f'<p class="muted">{escape(said)}</p>'


def _file_link(found: PersonFile) -> str:
    if not found.may_file:
        return ""
    link = f"/training-person?id={found.person.id}&do=certificate"
    return markup.anchor(_("File a certificate"), link, "workspace_premium")


def _event_link(found: PersonFile) -> str:
    if not found.may_correct:
        return ""
    link = f"/training-person?id={found.person.id}&do=event"
    return markup.anchor(_("Record"), link, "add")


def _allow_link(actor: Actor, found: PersonFile) -> str:
    if not actor.may_somewhere(Permission.GATE):
        return ""
    link = f"/training-gate?allow={found.person.id}"
    return f"<p>{markup.anchor(_('Make an exception'), link, 'front_hand')}</p>"


def _needs(found: PersonFile, actor: Actor) -> str:
    if not found.needs:
        return markup.empty(
            _("No course is required"),
            _("Neither the role nor the post asks for one."),
            symbol="task_alt",
        )
    order = sorted(found.needs, key=lambda one: -int(one.cell.light))
    return f'<div class="dates">{"".join(_need(one, actor) for one in order)}</div>'


def _need(one: NeedRow, actor: Actor) -> str:
    """A course with its rule; its light and dates at the right."""
    rules = "".join(
        f'<span class="sub">{markup.icon("gavel")} {escape(rule)}</span>' for rule in one.rules
    )
    cell = one.cell
    dates = []
    if cell.last_on:
        dates.append(_("passed {day}", day=cell.last_on.isoformat()))
    if cell.needed_from:
        dates.append(_("required from {day}", day=cell.needed_from.isoformat()))
    elif cell.until and cell.light in (Light.COVERED, Light.SOON):
        dates.append(_("valid to {day}", day=cell.until.isoformat()))
    if cell.light >= Light.SOON:
        dates.append(
            _("next session {when}", when=moment_text(one.ahead.starts_at, actor.timezone))
            if one.ahead
            else _("no session is planned yet")
        )
    under = "".join(f'<span class="sub">{escape(text)}</span>' for text in dates)
    return (
        f'<div class="when"><div><strong>{escape(name_of(one.course))}</strong>{rules}</div>'
        f"<div>{cell_badge(cell)}{under}</div></div>"
    )


def _results(found: PersonFile, actor: Actor) -> str:
    if not found.results:
        return markup.empty(
            _("No result is recorded yet"),
            _("What is passed or failed stands here, with its proof."),
            symbol="school",
        )
    return markup.timeline([_entry(one, found, actor) for one in found.results])


def _entry(one: ResultRow, found: PersonFile, actor: Actor) -> ui.Entry:
    title, icon, tone = _outcome(one, found)
    facts = [long_day(one.on), _(SOURCE_NAMES[one.source])]
    if one.score is not None:
        of = f"/{one.out_of:g}" if one.out_of else ""
        facts.append(_("score {score}", score=f"{one.score:g}{of}"))
    if one.hours:
        facts.append(hours_text(one.hours))
    if one.certificate:
        facts.append(_("certificate {number}", number=one.certificate))
    if one.issuer:
        facts.append(one.issuer)
    if one.valid_until and not one.is_void:
        facts.append(_("valid until {day}", day=long_day(one.valid_until)))
    recorded = _("recorded {when}", when=moment_text(one.at, actor.timezone, year=True))
    by = f"{recorded} · {one.by}" if one.by else recorded
    return ui.Entry(
        title=title,
        note=" · ".join(facts),
        icon=icon,
        tone=tone,
        markup=_below(one, by, found),
    )


def _outcome(one: ResultRow, found: PersonFile) -> tuple[str, str, ui.Tone]:
    name = name_of(one.course)
    if one.is_void:
        return _("{course}: struck out", course=name), "block", "grey"
    if one.is_replaced:
        return _("{course}: put right later", course=name), "history", "grey"
    if not one.passed:
        return _("{course}: not passed", course=name), "cancel", "red"
    if one.is_beside:
        return _("{course}: kept as a record", course=name), "description", "grey"
    if not one.counts:
        said = _("{course}: one part passed", course=name)
        if (one.supersedes_id, one.on) in {(old.id, old.on) for old in found.results if old.counts}:
            said = _("{course}: one part passed, the other one stands no more", course=name)
        return said, "pending", "yellow"
    return _("{course}: passed", course=name), "check_circle", "green"


def _below(one: ResultRow, by: str, found: PersonFile) -> str:
    parts = [f'<span class="sub">{escape(one.note)}</span>'] if one.note else []
    parts.append(f'<span class="sub">{escape(by)}</span>')
    links = [
        f'<a href="/files/{file.id}" target="_blank">{markup.icon("attach_file")}'
        f"{escape(file.name)}</a>"
        for file in one.files
    ]
    if found.may_correct and not (one.is_replaced or one.is_void):
        link = f"/training-person?id={found.person.id}&do=correct&result={one.id}"
        links.append(
            f'<a href="{link}" target="_self">{markup.icon("edit")}{escape(_("Correct it"))}</a>'
        )
    return "".join(parts) + (f'<span class="links">{" ".join(links)}</span>' if links else "")


def _events(found: PersonFile) -> str:
    if not found.events:
        return markup.empty(
            _("No transfer and no long absence is known"),
            _("After a transfer, or a year off post, two levels are trained again."),
            symbol="swap_horiz",
        )
    entries = []
    for one in found.events:
        said = one.note or (one.by and _("recorded by {name}", name=one.by)) or _("detected")
        if one.is_withdrawn:
            said = _("was none: {why}", why=one.because or "–")
        link = ""
        if found.may_correct and not one.is_withdrawn:
            address = f"/training-person?id={found.person.id}&do=withdraw&event={one.id}"
            words = escape(_("It was none"))
            link = f'<span class="links"><a href="{address}" target="_self">{words}</a></span>'
        entries.append(
            ui.Entry(
                title=f"{one.display_kind} · {long_day(one.on)}",
                note=said,
                icon="block" if one.is_withdrawn else "swap_horiz",
                markup=link,
            )
        )
    return markup.timeline(entries)


def _overrides(found: PersonFile) -> str:
    return markup.timeline(
        [
            ui.Entry(
                title=exception_days(one),
                note=" · ".join(filter(None, (one.reason, one.by, one.lacking))),
                icon="front_hand",
                tone="orange",
            )
            for one in found.overrides
        ]
    )
