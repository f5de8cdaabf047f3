"""Training records from before: the form, the file and its scans, what it makes, what is wrong."""

from html import escape
from typing import Final

import streamlit as st
from sqlalchemy.orm import Session

from drills.training.pages.words import back_link, name_of
from drills.training.service.courses import list_courses
from drills.training.service.importing.doing import Imported, import_list
from drills.training.service.importing.plan import FATE_NAMES, Fate, Line, Plan, from_people
from drills.training.service.importing.plan import plan_import as plan_of
from drills.training.service.importing.reading import Listed, read_list
from safety_app import ui
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, language, ngettext
from safety_app.ui import markup
from safety_app.ui.markup import Safe

FORM: Final = "/training/import/form.xlsx"
FAULTS: Final = "/training/import/faults.xlsx"
TURN: Final = "training_import.turn"
SURE: Final = "training_import.sure"
SHOWN: Final = 20
LISTED: Final = 200
LOOKS: Final[dict[Fate, tuple[ui.Tone, str]]] = {
    Fate.NEW: ("petrol", "add"),
    Fate.SAME: ("grey", "remove"),
    Fate.BAD: ("red", "report"),
}


def render() -> None:
    """Where the records come from, then what they would make."""
    actor = ui.current_actor()
    said = _("Nothing is saved before you have seen what it makes.")
    ui.title(_("Import training records"), said, aside=back_link())
    with reading() as session:
        brought = accounts.trained_people(session, actor.site_id)
    ways = {"file": _("From a list")}
    if brought:
        ways["people"] = ngettext(
            "From the list of people ({n})", "From the list of people ({n})", len(brought)
        )
    with ui.card("import"):
        way = "file"
        if len(ways) > 1:
            way = ui.segmented("training_import.way", ways, label=_("Where from"))
        chosen, scans, course = _file() if way == "file" else _people(actor)
    if chosen is None and course is None:
        return
    try:
        with st.spinner(_("Checking the list")), reading() as session:
            found = _read(session, actor, chosen, course)
            plan = plan_of(session, actor, found, now=ui.now())
    except AppError as problem:
        ui.failed(problem)
        return
    _show(plan)
    _faults(chosen, plan)
    _offer(actor, found, plan, scans)


def _read(session: Session, actor: Actor, chosen: int | None, course: int | None) -> Listed:
    if chosen is not None:
        return read_list(session, actor, chosen)
    return from_people(session, actor, course or 0)


def _file() -> tuple[int | None, list[int], int | None]:
    """The form to download, the list, and scans of the signed papers behind it."""
    turn = str(st.session_state.get(TURN, 0))
    ui.html(
        markup.section(_("The list of records"))
        + markup.anchor(_("Download the form"), f"{FORM}?lang={language()}", "download")
    )
    chosen = ui.file_input("training_import.file", accept=("table",), form=turn, is_next=True)
    if not chosen:
        return None, [], None
    said = _("Scans of the signed papers (optional): they are kept with each record.")
    ui.html(f'<p class="muted">{escape(said)}</p>')
    scans = ui.file_input("training_import.scans", most=20, form=turn)
    return chosen[0], scans, None


def _people(actor: Actor) -> tuple[int | None, list[int], int | None]:
    """Day and result of the last training came with the list of people: of which course?"""
    with reading() as session:
        courses = {one.id: one for one in list_courses(session, actor.site_id)}
    said = _(
        "The list of people brought the day and the result of their last training. Choose the"
        " course that it was."
    )
    ui.html(f"<p>{escape(said)}</p>")
    course = st.selectbox(
        _("Course (required)"), list(courses), index=None, placeholder=_("Choose a course"),
        format_func=lambda one: name_of(courses[one]), key="training_import.course",
    )  # fmt: skip
    scans = ui.file_input("training_import.scans", most=20, form="people") if course else []
    return None, scans, course


def _show(plan: Plan) -> None:
    heads = [_(FATE_NAMES[fate]) for fate in Fate]
    counts = [str(plan.count(fate)) for fate in Fate]
    with ui.card("plan"):
        ui.html(
            markup.section(_("What it makes"))
            + markup.table(_("What it makes"), heads, [counts])
            + _lines(plan)
        )
        if plan.unknown:
            names = _(", ").join(plan.unknown)
            said = _("These columns are not imported: {names}.", names=names)
            ui.html(f'<p class="muted">{escape(said)}</p>')


def _lines(plan: Plan) -> str:
    order = sorted(plan.lines, key=lambda line: list(Fate).index(line.fate))
    rows = [_line(line) for line in order[:SHOWN]]
    heads = (
        _("Row by row"), _("Row"), _("Person"), _("Course"), _("Day"), _("Result"),
        _("Exam score"),
    )  # fmt: skip
    more = ""
    if len(order) > SHOWN:
        said = ngettext("and {n} more row", "and {n} more rows", len(order) - SHOWN)
        more = f'<p class="muted">{escape(said)}</p>'
    return markup.table(_("First rows"), heads, rows) + more


def _line(line: Line) -> tuple[str | Safe, ...]:
    tone, symbol = LOOKS[line.fate]
    mark = Safe(markup.badge(_(FATE_NAMES[line.fate]), tone, symbol))
    cells = line.said.cells
    day = line.said.on.isoformat() if line.said.on else ""
    if line.fit is None:
        return (mark, str(line.said.number), cells["name"], cells["course"] or cells["kind"],
                day, cells["outcome"], cells["score"])  # fmt: skip
    fit = line.fit
    outcome = _("Passed") if fit.passed else _("Not passed")
    score = f"{fit.score:g}" if fit.score is not None else ""
    return (
        mark, str(line.said.number), fit.person.display_name, name_of(fit.course), day, outcome,
        score,
    )  # fmt: skip


def _faults(chosen: int | None, plan: Plan) -> None:
    """Every fault with its place, and the faulty rows to take along."""
    if not plan.problems:
        return
    count = ngettext("{n} fault in the list", "{n} faults in the list", len(plan.problems))
    lines = "".join(
        f"<li>{escape(one.message())}</li>"
        for one in sorted(plan.problems, key=lambda one: one.row or 0)[:LISTED]
    )
    with ui.card("faults"):
        ui.html(markup.section(count) + f'<ul class="faults">{lines}</ul>')
        if len(plan.problems) > LISTED:
            ui.html(f'<p class="muted">{escape(_("The others stand in the download."))}</p>')
        if chosen is not None and plan.count(Fate.BAD):
            link = f"{FAULTS}?file={chosen}&lang={language()}"
            ui.secondary_link(_("Download the faulty rows"), link, "download")


def _offer(actor: Actor, found: Listed, plan: Plan, scans: list[int]) -> None:
    """The one step that is possible now."""
    new, bad = plan.count(Fate.NEW), plan.count(Fate.BAD)
    if not new or plan.is_blocked:
        if plan.problems:
            ui.notice("orange", _("Correct the list and choose it again. Nothing was imported."))
        else:
            ui.notice("green", _("All of this is recorded already. Nothing was changed."))
        return
    doing = ngettext("Record {n} result", "Record {n} results", new)
    if not plan.problems:
        if st.button(doing, type="primary", key="training_import.go", icon=":material/upload:"):
            _go(actor, found, scans, only_good=False)
        return
    ui.notice("orange", _("Correct the list and choose it again. Nothing was imported."))
    if st.button(_("Import the good rows only …"), key="training_import.only"):
        st.session_state[SURE] = True
    if st.session_state.get(SURE):
        with ui.card("sure"):
            said = ngettext(
                "{n} faulty row is left out and has to be imported later: download it and correct"
                " it.",
                "{n} faulty rows are left out and have to be imported later: download them and"
                " correct them.",
                bad,
            )
            heading = markup.section(_("Import without the faulty rows?"))
            ui.html(f"{heading}<p>{escape(said)}</p>")
            if st.button(doing, type="primary", key="training_import.good"):
                _go(actor, found, scans, only_good=True)


def _go(actor: Actor, found: Listed, scans: list[int], *, only_good: bool) -> None:
    done = ui.act(
        lambda session: import_list(
            session, actor, found, scan_ids=scans, only_good=only_good, now=ui.now()
        ),
        done=_said,
    )
    if done is None:
        return
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    for key in (SURE, "training_import.course"):
        st.session_state.pop(key, None)
    st.rerun()


def _said(done: Imported) -> str:
    parts = [ngettext("{n} result is recorded", "{n} results are recorded", done.recorded)]
    if done.same:
        parts.append(ngettext("{n} was there already", "{n} were there already", done.same))
    if done.faulty:
        parts.append(
            ngettext("{n} faulty row was left out", "{n} faulty rows were left out", done.faulty)
        )
    return _("{said}.", said=_("; ").join(parts))
