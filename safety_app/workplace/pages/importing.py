"""Windows and people from a table."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Final, TypeVar

import streamlit as st
from sqlalchemy.orm import Session

from safety_app import ui
from safety_app.core.access import ROLE_NAMES, Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, ngettext
from safety_app.core.intake import Problem
from safety_app.ui import markup
from safety_app.ui.markup import Safe
from safety_app.workplace import service
from safety_app.workplace.service import Imported
from safety_app.workplace.service.importing.columns import PEOPLE_COLUMNS, WINDOW_COLUMNS
from safety_app.workplace.service.importing.lines import (
    DOING,
    FATE_NAMES,
    Fate,
    Line,
    PersonLine,
    Plan,
    WindowLine,
)

Cells = Sequence[str | Safe]
L = TypeVar("L", bound=Line)
SHOWN: Final = 10
LISTED: Final = 200
FORM: Final = "/import/form.xlsx"
TURN: Final = "import.turn"
LOOKS: Final[dict[Fate, tuple[markup.Tone, str]]] = {
    Fate.NEW: ("petrol", "add"),
    Fate.CHANGED: ("blue", "edit"),
    Fate.SAME: ("grey", "remove"),
    Fate.BAD: ("red", "report"),
}
WORTH: Final = [Fate.BAD, Fate.NEW, Fate.CHANGED, Fate.SAME]


def render() -> None:
    """The form, the chosen table, and what it would change."""
    actor = ui.current_actor()
    ui.title(
        _("Import from Excel"),
        _("Windows, their leads and deputies, and everybody who works here."),
    )
    with ui.card("import"):
        chosen = _choose()
    if not chosen:
        return
    try:
        with reading() as session:
            tables = service.read_import(session, actor, chosen)
            plan = service.plan_import(session, actor, tables, now=ui.now())
    except AppError as problem:
        ui.failed(problem)
        return
    _counts(plan)
    _faults(plan.problems)
    _offer(actor, chosen, plan)
    _preview(plan)


def _choose() -> list[int]:
    turn = st.session_state.get(TURN, 0)
    about = _("Take the form, or your own table with headings like those of the form.")
    ui.html(markup.section(_("The table")) + f'<p class="muted">{about}</p>')
    ui.secondary_link(_("Download the form"), FORM, "download")
    chosen = ui.file_input(
        "import.files", accept=("table",), most=2, form=str(turn), is_next=not turn
    )
    if turn and not chosen:
        ui.primary_link(_("Print slips"), "/people?do=slips", "print")
    return chosen


def _counts(plan: Plan) -> None:
    """How many of each, and what else is worth knowing."""
    fates = (Fate.NEW, Fate.CHANGED, Fate.SAME, Fate.BAD)
    heads = [_("Rows in the table"), *(_(FATE_NAMES[fate]) for fate in fates)]
    lines = [
        (name, *(str(plan.rows(kind, fate)) for fate in fates))
        for kind, name in (("windows", _("Windows")), ("people", _("People")))
    ]
    with ui.card("counts"):
        ui.html(markup.section(_("What would change")))
        ui.html(markup.table(_("What would change"), heads, lines))
    _powers(plan)
    if plan.floors:
        names = _(", ").join(plan.floors)
        ui.notice("blue", _("These floors are new and become locations: {names}.", names=names))
    if plan.unknown:
        names = _(", ").join(plan.unknown)
        ui.notice("grey", _("These columns are not imported: {names}.", names=names))


def _powers(plan: Plan) -> None:
    """Who would get to decide over the whole hall, before anybody presses the button."""
    if not plan.powers:
        return
    said = "".join(
        f"<p><strong>{escape(_(ROLE_NAMES[role]))}</strong> {escape(_(', ').join(names))}</p>"
        for role, names in plan.powers
    )
    ui.notice(
        "orange",
        _("Go on only if each of these people is meant to have the role."),
        heading=_("This table gives roles over the whole hall"),
        extra=said,
    )


def _faults(problems: Sequence[Problem]) -> None:
    """Every fault with its place."""
    if not problems:
        return
    count = ngettext("{n} fault in the table", "{n} faults in the table", len(problems))
    with ui.card("faults"):
        ui.html(markup.section(count))
        heads = [_("Sheet"), _("Row"), _("Column"), _("Fault")]
        rows = [(one.sheet, str(one.row or ""), one.column, one.text) for one in problems[:LISTED]]
        ui.html(markup.table(count, heads, rows))
        if len(problems) > LISTED:
            more = _("And {n} more.", n=len(problems) - LISTED)
            ui.html(f"<p>{more}</p>")


def _offer(actor: Actor, chosen: list[int], plan: Plan) -> None:
    """The one step that is possible now."""
    if not plan.is_needed:
        if plan.problems:
            ui.notice("orange", _("Correct the table and choose it again."))
        else:
            ui.notice("green", _("Everything in this table is here already. Nothing was changed."))
        return
    good = sum(plan.rows(kind, fate) for kind in ("windows", "people") for fate in DOING)
    if not plan.problems:
        if st.button(
            _("Import {n} rows", n=good), type="primary", key="import.go", icon=":material/upload:"
        ):
            _go(actor, chosen, only_good=False)
        return
    ui.notice("orange", _("Correct the table and choose it again. Nothing was imported so far."))
    if st.button(_("Import the good rows only …"), key="import.only"):
        st.session_state["import.sure"] = chosen
    if st.session_state.get("import.sure") == chosen:
        with ui.card("sure"):
            ui.html(markup.section(_("Import without the faulty rows?")))
            said = _(
                "{good} rows are imported; {bad} faulty ones are left out and have to be imported"
                " later.",
                good=good, bad=plan.left_out,
            )  # fmt: skip
            ui.html(f"<p>{said}</p>")
            if st.button(_("Import {n} good rows", n=good), type="primary", key="import.good"):
                _go(actor, chosen, only_good=True)


def _go(actor: Actor, chosen: list[int], *, only_good: bool) -> None:
    """Read the table anew, so that what counts is what is there now."""
    with ui.progress(_("Importing")) as move:

        def work(session: Session) -> Imported:
            tables = service.read_import(session, actor, chosen)
            return service.import_tables(
                session, actor, tables, only_good=only_good, now=ui.now(), progress=move
            )

        done = ui.act(work, done=_said)
    if done is None:
        return
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    st.session_state.pop("import.sure", None)
    st.rerun()


def _said(done: Imported) -> str:
    said = _(
        "Imported: {w_new} windows new and {w_changed} changed, {p_new} people new and {p_changed}"
        " changed. New people sign in with a slip: print it under “People”.",
        w_new=done.windows_new, w_changed=done.windows_changed,
        p_new=done.people_new, p_changed=done.people_changed,
    )  # fmt: skip
    if not done.left_out:
        return said
    left = ngettext("{n} faulty row was left out.", "{n} faulty rows were left out.", done.left_out)
    return _("{first} {second}", first=said, second=left)


def _preview(plan: Plan) -> None:
    """Every faulty row, and the first of the others: what changes first."""
    windows = sorted(plan.windows, key=lambda one: WORTH.index(one.fate))
    people = sorted(plan.people, key=lambda one: WORTH.index(one.fate))
    heads = [column.label for column in WINDOW_COLUMNS]
    _part("windows", _("Windows"), heads, windows, _window)
    wanted = ("name", "staff_no", "windows", "role", "post")
    heads = [column.label for column in PEOPLE_COLUMNS if column.key in wanted]
    _part("people", _("People"), heads, people, _person)


def _window(one: WindowLine) -> Cells:
    return (one.code, one.name, one.agency, one.lead, one.deputy, one.floor)


def _person(one: PersonLine) -> Cells:
    codes = _(", ").join(dict.fromkeys(code for _role, code in one.places if code))
    roles = _(", ").join(dict.fromkeys(_(ROLE_NAMES[role]) for role, _code in one.places))
    return (one.name, one.staff_no, codes, roles, str(one.facts.get("post", "")))


def _part(
    key: str, name: str, heads: Sequence[str], lines: Sequence[L], cells: Callable[[L], Cells]
) -> None:
    if not lines:
        return
    faulty = sum(one.fate is Fate.BAD for one in lines)
    shown = lines[: max(SHOWN, min(faulty, LISTED))]
    table = [
        (_badge(one.fate), _(", ").join(map(str, one.rows)), *cells(one), _changes(one))
        for one in shown
    ]
    heads = [_("State"), _("Row"), *heads, _("What changes")]
    with ui.card(f"preview_{key}"):
        under = ""
        if len(lines) > len(shown):
            said = _("The first {n} of {total} rows.", n=_rows(shown), total=_rows(lines))
            under = f'<p class="muted">{said}</p>'
        ui.html(markup.section(name) + markup.table(name, heads, table) + under)


def _rows(lines: Sequence[Line]) -> int:
    return sum(len(one.rows) for one in lines)


def _changes(one: Line) -> Safe:
    """Old and new of each fact, one below the other."""
    said = [
        _("{what}: {old} → {new}", what=each.column, old=each.old or "–", new=each.new)
        for each in one.changes
    ]
    return Safe("<br>".join(map(escape, said)) or "–")


def _badge(fate: Fate) -> Safe:
    tone, symbol = LOOKS[fate]
    return Safe(markup.badge(_(FATE_NAMES[fate]), tone, symbol))
