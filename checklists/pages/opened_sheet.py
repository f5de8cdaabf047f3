"""One submitted sheet opened for its second signature: what is not in order, with pictures."""

from html import escape

import streamlit as st

from checklists import service
from checklists.models import Kind
from checklists.pages.signing import ask, flag_badges
from checklists.service import Reading, Sheet, Told
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import NotFound
from safety_app.core.i18n import N_, _, day_text, moment_text
from safety_app.ui import markup


def draw(actor: Actor, run_id: int) -> None:
    """The sheet, and the place to sign for whoever may."""
    with reading() as session:
        sheet = service.find_sheet(session, actor, run_id)
        may = sheet is not None and service.may_countersign(session, actor, sheet)
        told = service.read_sheet(session, actor, run_id) if sheet else None
    if sheet is None or told is None:
        ui.title(_("Countersign"))
        ui.notice("orange", NotFound().message(), extra=_back())
        return
    ui.title(sheet.name, f"{sheet.title} · {day_text(sheet.on_date, year=True)}", aside=_back())
    with ui.card("sheet"):
        ui.html(_facts(actor, sheet, told) + _exceptions(actor, told))
    if told.second:
        ui.html(_signed(actor, told))
    elif not may:
        who = service.rung_text(sheet.rung)
        ui.notice("grey", _("The second signature under this sheet is for: {who}.", who=who))
    else:
        _sign(actor, sheet)


def _sign(actor: Actor, sheet: Sheet) -> None:
    statement = _("I have looked through this sheet and what became of each problem.")
    with ui.card("sign"):
        done = ask(
            actor, f"countersign.sheet_{sheet.run_id}", [sheet.run_id],
            statement=statement, button=_("Countersign this sheet"),
        )  # fmt: skip
    if done:
        st.query_params.pop("sheet", None)
        st.rerun()


def _back() -> str:
    return markup.anchor(_("Back to all sheets"), "/countersign", "arrow_back")


def _facts(actor: Actor, sheet: Sheet, told: Reading) -> str:
    due = moment_text(told.due_at, actor.timezone)
    is_check = sheet.kind is Kind.CHECK
    words = (
        N_("{passed} pass, {failed} fail, {na} not applicable, of {total}")
        if is_check
        else N_("{passed} in order, {failed} with a problem, {na} not applicable, of {total}")
    )
    counts = _(
        words, passed=told.passed, failed=told.failed, na=told.not_applicable, total=told.total
    )
    pairs = [
        markup.Fact(_("Inspector") if is_check else _("Patroller"), told.submitted_by),
        markup.Fact(_("Walked along"), told.companion),
        markup.Fact(_("Submitted"), moment_text(told.submitted_at, actor.timezone)),
        markup.Fact(_("Due by"), due),
        markup.Fact(_("Result"), counts),
        markup.Fact(_("Signature"), markup=ui.signature_markup(told.signature, told.submitted_by)),
    ]
    link = markup.anchor(_("Open the whole sheet"), f"/sheet/{sheet.task_id}", "description")
    return (
        flag_badges(sheet)
        + markup.facts(pairs)
        + f'<p style="margin:16px 0 0 !important">{link}</p>'
    )


def _exceptions(actor: Actor, told: Reading) -> str:
    found = [_exception(actor, one) for one in told.exceptions]
    if told.beside:
        words = _(
            "{n} entries came later from another tablet and are kept beside the sheet; the whole"
            " sheet shows them.",
            n=told.beside,
        )
        found.append(markup.notice("orange", words))
    if not found:
        words = escape(_("Every point is in order."))
        return f'<p class="muted" style="margin:16px 0 0 !important">{words}</p>'
    return markup.section(_("What is not in order")) + "".join(found)


def _exception(actor: Actor, one: Told) -> str:
    head = f"{one.code} {one.problem if one.is_failed else one.text}".strip()
    facts = [fact for fact in (one.disposal, one.reason, one.note) if fact]
    hazard = _hazard(actor, one) if one.hazard else ""
    pictures = [markup.Picture(key, head) for key in one.photos]
    tone: markup.Tone = "red" if one.is_failed else "grey"
    word = _("Problem") if one.is_failed else _("N/A")
    return (
        f'<div class="told"><p>{ui.badge(word, tone, "close" if one.is_failed else "remove")}'
        f" <strong>{escape(head)}</strong></p>"
        f'<p class="muted">{escape(" · ".join(facts))}</p>{hazard}'
        f"{markup.photo_grid(pictures) if pictures else ''}</div>"
    )


def _hazard(actor: Actor, one: Told) -> str:
    hazard = one.hazard
    if hazard is None:
        return ""
    closed = moment_text(hazard.closed_at, actor.timezone) if hazard.closed_at else ""
    due = day_text(hazard.fix_by) if hazard.fix_by and hazard.is_open else ""
    facts = [hazard.status_text, hazard.owner, _("fix by {day}", day=due) if due else "", closed]
    link = f'<a href="/hazards?no={escape(hazard.number, quote=True)}">{escape(hazard.number)}</a>'
    return f"<p>{link} · {escape(' · '.join(fact for fact in facts if fact))}</p>"


def _signed(actor: Actor, told: Reading) -> str:
    second = told.second
    if second is None:
        return ""
    pairs = [
        markup.Fact(_("Countersigned by"), second.name),
        markup.Fact(_("At"), moment_text(second.at, actor.timezone, year=True)),
        markup.Fact(_("Signature"), markup=ui.signature_markup(second.signature, second.name)),
        markup.Fact(_("Remark"), second.remark),
    ]
    head = markup.section(_("Second signature"), ui.badge(_("Signed"), "green", "verified"))
    return f'<div class="box">{head}{markup.facts(pairs)}</div>'
