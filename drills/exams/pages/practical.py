"""Practical tests: point by point, then signed by the assessor who is signed in."""

from html import escape
from typing import Final

import streamlit as st

from drills.exams.pages.words import back, number, passed_badge, select, short_day
from drills.exams.practicals import PracticalList, lists_for
from drills.exams.service import practical
from drills.exams.service.practical import NOTE_LIMIT, PracticalRow
from drills.training import service as training
from drills.training.service import Course
from safety_app import ui
from safety_app.accounts import signin
from safety_app.accounts.service import Drawn, Typed
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, bilingual
from safety_app.ui import markup

KEY: Final = "exam_practical"
TURN: Final = "exam_practical.turn"
SHOWN, MISSING = "yes", "no"
PASS, FAIL = "pass", "fail"


def render() -> None:
    """The list, one test, or a new one."""
    actor, query = ui.current_actor(), st.query_params
    if query.get("do", "") == "new":
        _new(actor)
    elif number(query.get("id", "")):
        _one(actor, number(query["id"]))
    else:
        _list(actor)


def _list(actor: Actor) -> None:
    add = markup.anchor(_("Hold a test"), "/exam-practical?do=new", "draw", look="primary")
    ui.title(_("Practical tests"), aside=back(_("Back to the exams"), "/exams") + add)
    with reading() as session:
        rows = practical.list_tests(session, actor)
    if not rows:
        with ui.card("nothing"):
            ui.empty(_("No practical test yet"),
                     _("Let it be shown, judge point by point, and sign: the result is recorded"
                       " with the course."), symbol="draw")  # fmt: skip
        return
    pressed = ui.rows(
        f"{KEY}.rows",
        [
            ui.Row(
                id=str(one.id), title=one.person, code=one.number, note=_note(one),
                badges=markup.badges(passed_badge(one.passed)),
            )
            for one in rows
        ],
        label=_("Practical tests"),
    )  # fmt: skip
    if pressed:
        st.query_params.from_dict({"id": pressed})
        st.rerun()


def _note(one: PracticalRow) -> str:
    shown = _("{n} of {m} points shown", n=one.shown, m=one.total)
    return _(" · ").join((one.title, short_day(one.held_on), shown))


def _one(actor: Actor, test_id: int) -> None:
    with reading() as session:
        row = practical.get_test(session, actor, test_id)
    sheet = markup.anchor(_("Record (PDF)"), f"/exams/practical/{row.id}.pdf", "description",
                          new_tab=True)  # fmt: skip
    ui.title(row.person, row.title, aside=back(_("All practical tests"), "/exam-practical") + sheet)
    with ui.card("test"):
        done = markup.badge(_("Shown"), "green", "check_circle")
        missing = markup.badge(_("Not shown"), "red", "report")
        essential = " " + markup.badge(_("essential"))
        points = "".join(
            f"<li>{done if is_shown else missing} {escape(words)}{essential if must else ''}</li>"
            for words, must, is_shown in row.points
        )
        ui.html(
            markup.badges(passed_badge(row.passed))
            + markup.facts(
                [
                    (_("Number"), row.number), (_("Course"), row.course),
                    (_("Held on"), short_day(row.held_on)), (_("Assessor"), row.assessor),
                    (_("Note"), row.note),
                ]
            )
            + f'<ul class="chapters">{points}</ul>'
            + ui.signature_markup(row.signature, row.assessor)
        )  # fmt: skip


def _new(actor: Actor) -> None:
    ui.title(_("Hold a test"), aside=back(_("All practical tests"), "/exam-practical"))
    slot = f"{KEY}.{st.session_state.get(TURN, 0)}"
    with reading() as session:
        people = {one.id: one.display_name for one in practical.candidates(session, actor)}
        courses = {one.id: one for one in training.list_courses(session, actor.site_id)}
    with ui.card("who"):
        left, right = st.columns(2)
        with left:
            person = select(_("Candidate (required)"), people, f"{slot}.person")
        names = {one.id: bilingual(one.name, one.name_en) for one in courses.values()}
        with right:
            course_id = select(_("Course (required)"), names, f"{slot}.course")
        if person is None or course_id is None:
            ui.notice("grey", _("Choose the candidate and the course; the points follow."))
            return
        lists = {one.code: one for one in lists_for(courses[course_id].code)}
        code = select(_("What is shown"), {one.code: one.title for one in lists.values()},
                      f"{slot}.list.{course_id}", next(iter(lists)))  # fmt: skip
        _forewarn(courses[course_id], person)
    chosen = lists[code or next(iter(lists))]
    marks = _marks(chosen, slot)
    _sign(actor, chosen, person, course_id, marks, people[person], slot)


def _forewarn(course: Course, person: int) -> None:
    """What the test will not come to, before anybody has shown anything."""
    if not course.needs_practical:
        said = _(
            "“{course}” does not end with a practical test. This one is kept as a record; the"
            " course is not passed by it.", course=bilingual(course.name, course.name_en),
        )  # fmt: skip
        ui.notice("grey", said)
        return
    with reading() as session:
        missing = practical.missing_before(session, course, person, ui.local_now().date())
    if missing:
        ui.notice("orange", missing.message())


def _marks(chosen: PracticalList, slot: str) -> list[bool | None]:
    """Each point with its answer; nothing is preset."""
    found: list[bool | None] = []
    with ui.card("points"):
        said = _("Essential points must be shown to pass.")
        ui.html(markup.section(chosen.title) + f'<p class="muted">{said}</p>')
        for at, point in enumerate(chosen.points, start=1):
            words = _("{point} (essential)", point=point.words) if point.must else point.words
            label = f"{at}. {words}"
            answer = st.segmented_control(
                label, [SHOWN, MISSING], key=f"{slot}.{chosen.code}.{at}",
                format_func=lambda one: _("Shown") if one == SHOWN else _("Not shown"),
            )  # fmt: skip
            found.append(None if answer is None else answer == SHOWN)
    return found


def _sign(
    actor: Actor,
    chosen: PracticalList,
    person: int,
    course_id: int,
    marks: list[bool | None],
    name: str,
    slot: str,
) -> None:
    with ui.card("sign"):
        verdict = ui.segmented(
            f"{slot}.verdict", {PASS: _("Passed"), FAIL: _("Not passed")}, label=_("Outcome")
        )
        note = st.text_area(
            _("Note (required if not passed)"), max_chars=NOTE_LIMIT, key=f"{slot}.note"
        )
        passed = verdict == PASS
        outcome = _("passed") if passed else _("not passed")
        says = _("{name}, {test}: {outcome}.", name=name, test=chosen.title, outcome=outcome)
        ink = ui.signature_input(
            f"{slot}.sign", label=_("Signature of the assessor"), statement=says,
            button=_("Sign and record"), about=(person, course_id), remark=False,
            form=f"{person}.{course_id}.{chosen.code}.{verdict}",
        )  # fmt: skip
        if ink is None or not _proved(actor, ink):
            return
        signature = (
            Drawn(ink.strokes, ink.width, ink.height) if ink.typed is None else Typed(ink.typed)
        )
        done = ui.act(
            lambda session: practical.record_test(
                session, actor, list_code=chosen.code, course_id=course_id, user_id=person,
                on=ui.local_now().date(), marks=marks, passed=passed, note=note,
                signature=signature, now=ui.now(),
            ),
            done=_("The test is signed and recorded."),
        )  # fmt: skip
    if done is not None:
        st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
        st.query_params.from_dict({"id": str(done.id)})
        st.rerun()


def _proved(actor: Actor, ink: ui.Ink) -> bool:
    """Whether a typed name came with the assessor's own six digits."""
    if ink.typed is None:
        return True
    try:
        address = st.context.ip_address or "-"
        signin.confirm_pin(actor, ink.pin, address=address, now=ui.now())
    except AppError as problem:
        ui.failed(problem)
        return False
    return True
