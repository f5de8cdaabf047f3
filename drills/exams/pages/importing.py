"""Questions from Excel: the form, the table, what it would make, and what is wrong with it."""

from html import escape
from typing import Final

import streamlit as st

from drills.exams.pages.words import back, kind_names
from drills.exams.service import columns, importing
from drills.exams.service.importing import FATE_NAMES, Fate, Imported, Plan
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, ngettext
from safety_app.ui import markup

TURN: Final = "exam_import.turn"
FORM: Final = "/exams/import/form.xlsx"
FAULTS: Final = "/exams/import/faults.xlsx"
LISTED: Final = 200
SHOWN: Final = 20
TONES: Final[dict[Fate, tuple[markup.Tone, str]]] = {
    Fate.NEW: ("petrol", "add"),
    Fate.CHANGED: ("blue", "edit"),
    Fate.SAME: ("grey", "remove"),
    Fate.BAD: ("red", "report"),
}


def render() -> None:
    """The form, the chosen table, and what it would do."""
    actor = ui.current_actor()
    ui.title(
        _("Import questions"),
        _("Nothing is saved before you have seen what it makes."),
        aside=back(_("Back to the questions"), "/exam-bank"),
    )
    turn = st.session_state.get(TURN, 0)
    with ui.card("import"):
        about = _("One row a question. Take your own table with its headings, or fill in the form.")
        ui.html(markup.section(_("The table")) + f'<p class="muted">{escape(about)}</p>')
        ui.secondary_link(_("Download the form"), FORM, "download")
        chosen = ui.file_input(
            "exam_import.file", accept=("table",), form=str(turn), is_next=not turn
        )
    if not chosen:
        return
    try:
        with st.spinner(_("Checking the table")), reading() as session:
            plan = importing.plan_import(session, actor, chosen[0])
    except AppError as problem:
        ui.failed(problem)
        return
    _show(actor, chosen[0], plan)


def _show(actor: Actor, file_id: int, plan: Plan) -> None:
    with ui.card("counts"):
        rows = [(_(FATE_NAMES[fate]), str(plan.count(fate))) for fate in Fate if plan.count(fate)]
        ui.html(
            markup.section(_("What it makes"))
            + markup.table(_("What it makes"), [_("Rows"), _("Number")], rows)
        )
        if plan.unknown:
            said = _("These columns are not read: {names}.", names=_(", ").join(plan.unknown))
            ui.html(f'<p class="muted">{escape(said)}</p>')
    if plan.problems:
        _faults(file_id, plan)
    _offer(actor, file_id, plan)
    _preview(plan)


def _faults(file_id: int, plan: Plan) -> None:
    """Every fault with its place, and the faulty rows to take along."""
    count = ngettext("{n} fault in the table", "{n} faults in the table", len(plan.problems))
    rows = [(str(one.row or ""), one.column, one.text) for one in plan.problems[:LISTED]]
    with ui.card("faults"):
        ui.html(
            markup.section(count) + markup.table(count, [_("Row"), _("Column"), _("Fault")], rows)
        )
        ui.secondary_link(_("Download the faulty rows"), f"{FAULTS}?file={file_id}", "download")


def _offer(actor: Actor, file_id: int, plan: Plan) -> None:
    """The one step that is possible now."""
    if not plan.is_needed:
        if plan.problems:
            ui.notice("orange", _("Correct the table and choose it again. Nothing was imported."))
        else:
            ui.notice("green", _("The bank has all of this already. Nothing was changed."))
        return
    if not plan.problems:
        if st.button(_doing(plan), type="primary", key="exam_import.go", icon=":material/upload:"):
            _go(actor, file_id, only_good=False)
        return
    ui.notice("orange", _("Correct the table and choose it again. Nothing was imported."))
    with ui.card("sure"):
        bad = plan.count(Fate.BAD)
        said = ngettext(
            "{n} faulty row is left out and has to be imported later.",
            "{n} faulty rows are left out and have to be imported later.",
            bad,
        )
        sure = st.checkbox(_("Import the good rows only: {what}", what=said),
                           key=f"exam_import.sure.{file_id}")  # fmt: skip
        if sure and st.button(_doing(plan), type="primary", key="exam_import.good"):
            _go(actor, file_id, only_good=True)


def _doing(plan: Plan) -> str:
    new, changed = plan.count(Fate.NEW), plan.count(Fate.CHANGED)
    if not changed:
        return ngettext("Import {n} question", "Import {n} questions", new)
    if not new:
        return ngettext("Change {n} question", "Change {n} questions", changed)
    return _("Import {new} questions, change {changed}", new=new, changed=changed)


def _go(actor: Actor, file_id: int, *, only_good: bool) -> None:
    done = ui.act(
        lambda session: importing.import_questions(
            session, actor, file_id, only_good=only_good, now=ui.now()
        ),
        done=_said,
    )
    if done is None:
        return
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    st.rerun()


def _said(done: Imported) -> str:
    parts = [ngettext("{n} question added", "{n} questions added", done.added)]
    if done.changed:
        parts.append(ngettext("{n} question changed", "{n} questions changed", done.changed))
    if done.left_out:
        parts.append(ngettext("{n} faulty row left out", "{n} faulty rows left out", done.left_out))
    return _("{said}.", said=_("; ").join(parts))


def _preview(plan: Plan) -> None:
    """The first rows as they are understood."""
    lines = [line for line in plan.lines if line.fate is not Fate.BAD and line.facts]
    if not lines:
        return
    kinds = kind_names()
    rows = []
    for line in lines[:SHOWN]:
        if line.facts is None:
            continue
        tone, symbol = TONES[line.fate]
        badge = markup.Safe(markup.badge(_(FATE_NAMES[line.fate]), tone, symbol))
        right = line.facts.right
        if line.facts.kind == "true_false":
            right = "√" if right == "A" else "×"
        rows.append(
            (badge, str(line.row.number), kinds[line.facts.kind], line.facts.text,
             str(len(line.facts.options) or 2), right, str(line.facts.points))
        )  # fmt: skip
    head = _("The rows as they are understood")
    heads = [
        _("State"), _("Row"), _("Kind of question"), _("Question"), _("Options"),
        _("Right answer"), columns.label("points"),
    ]  # fmt: skip
    with ui.card("preview"):
        ui.html(markup.section(head) + markup.table(head, heads, rows))
