"""One session: when and where, who comes, signing in on the tablet, material, what was done."""

from html import escape
from typing import Final

import streamlit as st
from sqlalchemy.orm import Session

from drills.training.models import Purpose, SessionStatus, SessionStep, Way
from drills.training.pages.words import (
    hours_text,
    name_of,
    session_badge,
    span_text,
)
from drills.training.service import add_files, mark_present, sign_in, uninvite
from drills.training.service.attending import BEFORE
from drills.training.service.session_views import Head, SessionView, StepRow
from safety_app import ui
from safety_app.accounts import service as accounts
from safety_app.accounts import signin
from safety_app.accounts.service import Drawn, Typed
from safety_app.core.access import Actor
from safety_app.core.clock import local_day
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.files import File
from safety_app.core.i18n import N_, _, language, moment_text, ngettext
from safety_app.ui import markup

STEPS: Final = {
    SessionStep.PLAN: (N_("Planned"), "event"),
    SessionStep.CHANGE: (N_("Plan changed"), "edit"),
    SessionStep.POSTPONE: (N_("Put off"), "event_repeat"),
    SessionStep.CANCEL: (N_("Cancelled"), "block"),
    SessionStep.CLOSE: (N_("Session held"), "check_circle"),
}
LIST: Final = "training_session"


def draw(actor: Actor, found: SessionView) -> None:
    """The session as it stands, and what may be done with it now."""
    row = found.row
    back = markup.anchor(_("All sessions"), "/training-sessions", "arrow_back")
    where = " · ".join(filter(None, (row.place, row.window or _("The whole hall"))))
    ui.title(name_of(row.course), where, aside=_papers(found) + back)
    is_open = row.status is SessionStatus.PLANNED and ui.now() >= row.starts_at - BEFORE
    with ui.card("session"):
        ui.html(ui.badges(session_badge(row)) + markup.facts(_facts(found, actor)))
        if found.topic:
            ui.html(f"<p>{escape(found.topic)}</p>")
        if found.may_teach and row.status is SessionStatus.PLANNED:
            ui.html(_actions(found, is_open=is_open, timezone=actor.timezone))
    if found.may_teach and is_open:
        _presence(actor, found)
    left, right = st.columns((55, 45), gap="medium")
    with left, ui.card("people"):
        ui.html(_people(found, actor))
        if found.may_teach and row.status is SessionStatus.PLANNED:
            _take_off(actor, found)
    with right:
        with ui.card("material"):
            _files(actor, found)
        with ui.card("steps"):
            entries = [_step(one, actor) for one in found.steps]
            ui.html(markup.section(_("Steps of the session")) + markup.timeline(entries))


def _papers(found: SessionView) -> str:
    if not found.may_teach:
        return ""
    query = f"lang={language()}"
    sheet = markup.anchor(
        _("Sign-in sheet"), f"/training/session/{found.row.id}/sign-in.pdf?{query}", "print",
        new_tab=True,
    )  # fmt: skip
    record = markup.anchor(
        _("Training record"), f"/training/session/{found.row.id}/record.pdf?{query}", "description",
        new_tab=True,
    )  # fmt: skip
    return record if found.row.status is SessionStatus.HELD else sheet


def _facts(found: SessionView, actor: Actor) -> list[ui.Fact]:
    row = found.row
    facts = [
        ui.Fact(_("Time"), span_text(row.starts_at, row.ends_at, actor.timezone)),
        ui.Fact(_("Trainer"), row.trainer),
        ui.Fact(_("Hours"), hours_text(row.hours)),
        ui.Fact(_("Attended"), f"{row.present}/{row.invited}"),
    ]
    if found.closed_at:
        closed = moment_text(found.closed_at, actor.timezone)
        facts.append(ui.Fact(_("Session closed"), f"{closed} · {found.closed_by}"))
    if found.summary:
        facts.append(ui.Fact(_("How it went"), found.summary))
    return facts


def _actions(found: SessionView, *, is_open: bool, timezone: str) -> str:
    base = f"/training-sessions?id={found.row.id}&do="
    links, said = [], ""
    is_over = ui.now() >= found.row.ends_at
    if is_open and not is_over:
        words = _(
            "It can be closed from {when}. If it ends earlier, give it its real time by “Put off”"
            " first.",
            when=moment_text(found.row.ends_at, timezone),
        )
        said = f'<p class="muted">{escape(words)}</p>'
    if is_over and found.present:
        links.append(
            markup.anchor(_("Close the session"), f"{base}close", "task_alt", look="primary")
        )
    links.append(markup.anchor(_("Invite people"), f"{base}invite", "person_add"))
    links.append(markup.anchor(_("Change"), f"{base}change", "tune"))
    links.append(markup.anchor(_("Put off"), f"{base}postpone", "event_repeat"))
    links.append(markup.anchor(_("Cancel"), f"{base}cancel", "block"))
    return f'{said}<div class="ways">{"".join(links)}</div>'


def _presence(actor: Actor, found: SessionView) -> None:
    """Signing in on this device, on the day itself; or ticking who signed the printed sheet."""
    with ui.card("presence"):
        ui.html(markup.section(_("Sign for presence")))
        day = local_day(found.row.starts_at, actor.timezone)
        ways = {"paper": _("On the printed sheet")}
        if day == ui.local_now().date():
            ways = {"tablet": _("On this device"), **ways}
        way = ui.segmented(f"{LIST}.way", ways, label=_("How people sign"))
        if way == "tablet":
            _sign(actor, found)
        else:
            _tick(actor, found)


def _names(found: SessionView, site_id: int, *, others: bool) -> dict[int, str]:
    """Who has not come yet: the invited first, then everybody else."""
    names = {
        one.user_id: " · ".join(filter(None, (one.name, one.windows)))
        for one in found.heads
        if not one.present_at
    }
    if others:
        known = {one.user_id for one in found.heads}
        with reading() as session:
            people = accounts.list_people(session, site_id)
        names |= {
            one.id: _("{name} (not invited)", name=one.display_name)
            for one in people
            if one.id not in known
        }
    return names


def _sign(actor: Actor, found: SessionView) -> None:
    names = _names(found, actor.site_id, others=True)
    user_id = st.selectbox(
        _("Who signs in"), list(names), index=None, format_func=names.__getitem__,
        placeholder=_("Choose or type a name"),
        key=f"{LIST}.who.{len(found.present)}",
    )  # fmt: skip
    if user_id is None:
        ui.notice("grey", _("Choose the name; the field for the signature follows."))
        return
    name = names[user_id].partition(" · ")[0]
    ink = ui.signature_input(
        f"{LIST}.ink", label=_("Signature of {name}", name=name),
        statement=_("I take part in this training."), button=_("Sign for presence"),
        about=(user_id,), remark=False, form=f"{found.row.id}.{user_id}",
    )  # fmt: skip
    if ink is None or not _proved(actor, ink):
        return
    (who,) = ink.about
    signature = Drawn(ink.strokes, ink.width, ink.height) if ink.typed is None else Typed(ink.typed)
    done = ui.act(
        lambda session: sign_in(
            session, actor, found.row.id, user_id=who, signature=signature, now=ui.now()
        ),
        done=_("{name} has signed in.", name=name),
    )
    if done is not None:
        st.rerun()


def _proved(actor: Actor, ink: ui.Ink) -> bool:
    """Whether a typed name came with that person's own six digits."""
    if ink.typed is None:
        return True
    try:
        address = st.context.ip_address or "-"
        signin.confirm_pin_of(actor, ink.about[0], ink.pin, address=address, now=ui.now())
    except AppError as problem:
        ui.failed(problem)
        return False
    return True


def _tick(actor: Actor, found: SessionView) -> None:
    names = _names(found, actor.site_id, others=True)
    chosen = st.multiselect(
        _("Who signed the printed sheet"), list(names), format_func=names.__getitem__,
        placeholder=_("Choose or type a name"), key=f"{LIST}.paper.{len(found.present)}",
    )  # fmt: skip
    waiting = [one.user_id for one in found.heads if not one.present_at]
    with st.container(horizontal=True):
        some = st.button(_("They were there"), type="primary", key=f"{LIST}.mark")
        every = bool(waiting) and st.button(
            ngettext("The one invited was there", "All {n} invited were there", len(waiting)),
            key=f"{LIST}.mark_all",
        )
    said = _("Add a photo of the signed sheet when you close the session.")
    ui.html(f'<p class="muted">{escape(said)}</p>')
    there = waiting if every else list(chosen)
    if not (some or every) or not there:
        return

    def act(session: Session) -> bool:
        mark_present(session, actor, found.row.id, there, now=ui.now())
        return True

    done = ngettext("{n} person recorded as present.", "{n} people recorded as present.",
                    len(there))  # fmt: skip
    if ui.act(act, done=done):
        st.rerun()


def _people(found: SessionView, actor: Actor) -> str:
    head = markup.section(_("People"))
    if not found.heads:
        return head + markup.empty(
            _("Nobody is invited yet"), _("Invite whoever lacks the course."), symbol="group_add"
        )
    order = sorted(found.heads, key=lambda one: one.present_at is None)
    return (
        head
        + f'<div class="lines flush">{"".join(_head(one, found, actor) for one in order)}</div>'
    )


def _head(one: Head, found: SessionView, actor: Actor) -> str:
    said = " · ".join(filter(None, (one.staff_no, one.windows)))
    drawn = ui.signature_markup(one.signature, _("Signature of {name}", name=one.name))
    off = ""
    if found.may_teach and one.present_at and found.row.status is SessionStatus.PLANNED:
        address = f"/training-sessions?id={found.row.id}&do=unmark&person={one.user_id}"
        off = f'<a href="{address}" target="_self">{escape(_("Was not there"))}</a>'
    return (
        f'<div class="line"><strong>{escape(one.name)}</strong>'
        f'<span class="sub">{escape(said)}</span>{_mark(one, found, actor)}{drawn}{off}</div>'
    )


def _mark(one: Head, found: SessionView, actor: Actor) -> str:
    marks = []
    if one.present_at:
        when = moment_text(one.present_at, actor.timezone).rpartition(" ")[2]
        words = _("Signed {when}", when=when) if one.way is Way.TABLET else _("On the sheet")
        marks.append(ui.badge(words, "green", "check_circle"))
    elif found.row.status is SessionStatus.HELD:
        marks.append(ui.badge(_("Did not come"), "grey", "person_off"))
    else:
        marks.append(markup.outline_badge(_("Invited"), "mail"))
    if one.result is not None:
        tone: ui.Tone = "green" if one.result.passed else "red"
        word = _("Passed") if one.result.passed else _("Not passed")
        marks.append(ui.badge(word, tone))
    return ui.badges(*marks)


def _take_off(actor: Actor, found: SessionView) -> None:
    """Take people off the list who do not come."""
    waiting = {one.user_id: one.name for one in found.heads if not one.present_at}
    if not waiting:
        return
    with st.expander(_("Take people off the list")):
        chosen = st.multiselect(
            _("Who does not come"), list(waiting), format_func=waiting.__getitem__,
            placeholder=_("Choose or type a name"), key=f"{LIST}.off.{len(waiting)}",
        )  # fmt: skip
        if not st.button(_("Take them off"), key=f"{LIST}.take_off") or not chosen:
            return

        def act(session: Session) -> bool:
            uninvite(session, actor, found.row.id, list(chosen), now=ui.now())
            return True

        if ui.act(act, done=_("They are off the list.")):
            st.rerun()


def _files(actor: Actor, found: SessionView) -> None:
    ui.html(markup.section(_("Material")) + _file_list(found.material, _("No material yet")))
    if found.sheets:
        ui.html(markup.section(_("Signed sheets")) + _file_list(found.sheets, ""))
    if not found.may_teach:
        return
    names = {
        str(Purpose.MATERIAL): _("Teaching material"),
        str(Purpose.SIGN_IN): _("Signed sheet"),
    }
    with st.expander(_("Add files")):
        purpose = ui.segmented(f"{LIST}.purpose", names, label=_("What these files are"))
        form = f"{found.row.id}.{purpose}.{len(found.material) + len(found.sheets)}"
        file_ids = ui.file_input(f"{LIST}.files", most=10, form=form)
        if not (file_ids and st.button(_("Keep them"), key=f"{LIST}.keep", type="primary")):
            return

        def act(session: Session) -> bool:
            add_files(
                session, actor, found.row.id, file_ids, purpose=Purpose(purpose), now=ui.now()
            )
            return True

        if ui.act(act, done=_("The files are kept.")):
            st.rerun()


def _file_list(files: tuple[File, ...], none: str) -> str:
    if not files:
        return f'<p class="muted">{escape(none)}</p>' if none else ""
    lines = "".join(
        f'<a class="line" href="/files/{file.id}" target="_blank">'
        f"<strong>{markup.icon('attach_file')}{escape(file.name)}</strong></a>"
        for file in files
    )
    return f'<div class="lines flush">{lines}</div>'


def _step(one: StepRow, actor: Actor) -> ui.Entry:
    name, symbol = STEPS[one.step]
    facts = [moment_text(one.at, actor.timezone, year=True), one.by, one.reason]
    if one.old_starts_at and one.starts_at:
        facts.append(
            _(
                "{old} → {new}",
                old=moment_text(one.old_starts_at, actor.timezone),
                new=moment_text(one.starts_at, actor.timezone),
            )
        )
    return ui.Entry(title=_(name), note=" · ".join(filter(None, facts)), icon=symbol)
