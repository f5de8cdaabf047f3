"""Safety facilities from a list: the form, the file, what it would make, and what is wrong."""

from html import escape
from typing import Final

import streamlit as st
from sqlalchemy.orm import Session

from equipment.pages import import_tables as tables
from equipment.pages.first_due import first_due
from equipment.service.importing.checks import plan_import
from equipment.service.importing.doing import Imported, import_list
from equipment.service.importing.lines import Fate, Plan
from equipment.service.importing.reading import Listed, read_list
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, ngettext
from safety_app.ui import markup

TURN: Final = "equipment_import.turn"
SURE: Final = "equipment_import.sure"
DONE: Final = "equipment_import.done"
FORM: Final = "/equipment/import/form.xlsx"
NAMED: Final = 3
"""So many rows of codes are still read."""
FAULTS: Final = "/equipment/import/faults.xlsx"


def render() -> None:
    """The form, the chosen list, and what it would do."""
    actor = ui.current_actor()
    back = markup.anchor(_("Back to the register"), "/equipment", "arrow_back")
    ui.title(
        _("Import safety facilities"),
        _("Nothing is saved before you have seen what it makes."),
        aside=back,
    )
    with ui.card("import"):
        chosen = _choose()
    if chosen is None:
        return
    try:
        with st.spinner(_("Checking the list")), reading() as session:
            found = read_list(session, actor, chosen)
            again = bool(st.session_state.get(f"equipment_import.again.{chosen}"))
            plan = plan_import(session, actor, found, again=again, now=ui.now())
    except AppError as problem:
        ui.failed(problem)
        return
    _show(actor, chosen, found, plan)


def _choose() -> int | None:
    turn = st.session_state.get(TURN, 0)
    about = _(
        "Take your own list as it is, with its headings, or fill in the form. One row may stand"
        " for many pieces."
    )
    ui.html(markup.section(_("The list")) + f'<p class="muted">{escape(about)}</p>')
    ui.secondary_link(_("Download the form"), FORM, "download")
    chosen = ui.file_input(
        "equipment_import.file", accept=("table",), form=str(turn), is_next=not turn
    )
    if not chosen:
        _next(*st.session_state.get(DONE, (None, 0)))
    return chosen[0] if chosen else None


def _next(done: Imported | None, chosen: int) -> None:
    """After an import: the labels of what has come in, and the rows that have not."""
    if done is None:
        return
    addresses = tables.label_addresses(done.codes)
    for at, address in enumerate(addresses, start=1):
        label = _("Print their labels")
        if len(addresses) > 1:
            label = _("Print their labels, part {n} of {total}", n=at, total=len(addresses))
        look = ui.secondary_link if at > 1 else ui.primary_link
        look(label, address, "qr_code_2")
    if done.rows_faulty:
        ui.secondary_link(_("Download the faulty rows"), f"{FAULTS}?file={chosen}", "download")


def _show(actor: Actor, chosen: int, found: Listed, plan: Plan) -> None:
    with ui.card("counts"):
        ui.html(markup.section(_("What it makes")) + tables.counts(plan) + tables.by_kind(plan))
    _notices(plan)
    _faults(chosen, plan)
    _offer(actor, chosen, found, plan)
    _before(chosen, plan)
    if plan.hints:
        with ui.card("hints"):
            ui.html(tables.hints(plan))
    rows = tables.preview(plan)
    if rows:
        with ui.card("preview"):
            ui.html(rows)


def _notices(plan: Plan) -> None:
    """What is not read, and places that the hall does not have."""
    if plan.skipped:
        names = _(", ").join(plan.skipped)
        ui.notice("grey", _("These sheets say of nothing where it is and are not read: {names}.",
                            names=names))  # fmt: skip
    if plan.unknown:
        names = _(", ").join(plan.unknown)
        ui.notice("grey", _("These columns are not imported: {names}.", names=names))
    if plan.missing_places:
        _missing(plan)


def _missing(plan: Plan) -> None:
    """Places that the hall does not have, and who adds them."""
    said = [_("{place} ({n})", place=place, n=rows) for place, rows in plan.missing_places.items()]
    may_add = ui.knows("site")
    link = markup.anchor(_("Add locations"), "/site?tab=locations", "add_location_alt")
    who = "" if may_add else _("The administrator adds locations under “The unit”.")
    ui.notice(
        "orange",
        _("The hall has no such place yet, with the number of rows: {names}.",
          names=_(", ").join(said[: tables.NAMED])),
        heading=_("Unknown places"),
        extra=link if may_add else f"<p>{escape(who)}</p>",
    )  # fmt: skip


def _faults(chosen: int, plan: Plan) -> None:
    """Every fault with its place, and the faulty rows to take along."""
    if not plan.problems:
        return
    with ui.card("faults"):
        ui.html(tables.faults(plan))
        label = _("Download the faulty rows")
        ui.secondary_link(label, f"{FAULTS}?file={chosen}", "download")


def _offer(actor: Actor, chosen: int, found: Listed, plan: Plan) -> None:
    """The one step that is possible now."""
    if not plan.is_needed:
        if plan.problems and plan.rows(Fate.SAME):
            ui.notice("orange", _("The register has the good rows already. Correct the faulty ones"
                                  " and choose the list again."))  # fmt: skip
        elif plan.problems:
            ui.notice("orange", _("Correct the list and choose it again. Nothing was imported."))
        elif plan.rows(Fate.SAME):
            ui.notice("green", _("The register has all of this already. Nothing was changed."))
        else:
            ui.notice("orange", _("There is nothing to register in this list."))
        return
    if not plan.problems:
        if st.button(tables.doing(plan), type="primary", key="equipment_import.go",
                     icon=":material/upload:"):  # fmt: skip
            _go(actor, chosen, found, only_good=False)
        return
    ui.notice("orange", _("Correct the list and choose it again. Nothing was imported."))
    if st.button(_("Import the good rows only …"), key="equipment_import.only"):
        st.session_state[SURE] = chosen
    if st.session_state.get(SURE) == chosen:
        with ui.card("sure"):
            bad = plan.rows(Fate.BAD)
            said = ngettext(
                "{n} faulty row is left out and has to be imported later: download it and correct"
                " it.",
                "{n} faulty rows are left out and have to be imported later: download them and"
                " correct them.",
                bad,
            )
            ui.html(markup.section(_("Import without the faulty rows?")) + f"<p>{said}</p>")
            if st.button(tables.doing(plan), type="primary", key="equipment_import.good"):
                _go(actor, chosen, found, only_good=True)


def _before(chosen: int, plan: Plan) -> None:
    """Rows that are there already, and the choice to register them a second time."""
    rows = sum(line.is_alike for line in plan.lines if line.fate is not Fate.BAD)
    key = f"equipment_import.again.{chosen}"
    if not rows and not st.session_state.get(key):
        return
    with ui.card("before"):
        if rows:
            said = ngettext(
                "{n} row without a code came in before, or the register has the same there.",
                "{n} rows without a code came in before, or the register has the same there.",
                rows,
            )
            ui.html(f"<p>{said}</p>")
        st.checkbox(_("They are further pieces: register them as well"), key=key)


def _go(actor: Actor, chosen: int, found: Listed, *, only_good: bool) -> None:
    """Plan anew, so that what counts is what is there now."""
    again = bool(st.session_state.get(f"equipment_import.again.{chosen}"))
    with ui.progress(_("Importing")) as move:

        def work(session: Session) -> Imported:
            return import_list(
                session, actor, found, only_good=only_good, again=again, now=ui.now(),
                progress=move,
            )  # fmt: skip

        done = ui.act(work, done=_said)
    if done is None:
        return
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    st.session_state[DONE] = (done, chosen)
    st.session_state.pop(SURE, None)
    st.rerun()


def _said(done: Imported) -> str:
    parts: list[str] = []
    if done.pieces_new:
        spans = tables.spans(done.codes)
        said = _(", ").join(spans) if len(spans) <= NAMED else ""
        new = ngettext("{n} piece is registered", "{n} pieces are registered", done.pieces_new)
        parts.append(_("{what}: {value}", what=new, value=said) if said else new)
        parts += first_due(done.inspect_by)
    if done.pieces_changed:
        parts.append(
            ngettext("{n} piece is changed", "{n} pieces are changed", done.pieces_changed)
        )
    if done.rows_faulty:
        parts.append(ngettext("{n} faulty row was left out", "{n} faulty rows were left out",
                              done.rows_faulty))  # fmt: skip
    return _("{said}.", said=_("; ").join(parts))
