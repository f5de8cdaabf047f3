"""Forms on one person: a certificate, a correction, a transfer, something that was none."""

import secrets
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import streamlit as st
from sqlalchemy.orm import Session

from drills.training.coverage import last_day
from drills.training.models import EVENT_NAMES, EventKind
from drills.training.pages.words import long_day, name_of, number
from drills.training.service import Facts, correct, file_certificate, strike
from drills.training.service.courses import list_courses
from drills.training.service.events import record_event, withdraw_event
from drills.training.service.views import PersonFile, ResultRow
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _
from safety_app.ui import markup

EARLIEST: Final = date(1990, 1, 1)
LATEST: Final = date(2099, 12, 31)
FORM: Final = "training_person.form"
MOST_SCORE: Final = 1000.0


def draw(actor: Actor, found: PersonFile, wish: str) -> bool:
    """The form that the address asks for; `False` where it is none of this person's."""
    forms: dict[str, tuple[str, bool, Callable[[Actor, PersonFile], None]]] = {
        "certificate": (N_("File a certificate"), found.may_file, _certificate),
        "correct": (N_("Put a result right"), found.may_correct, _correct),
        "event": (N_("Record a transfer or a return"), found.may_correct, _event),
        "withdraw": (N_("It was none"), found.may_correct, _withdraw),
    }
    if wish not in forms or not forms[wish][1]:
        return False
    title, _may, form = forms[wish]
    back = markup.anchor(_("Back"), _address(found), "arrow_back")
    ui.title(_(title), found.person.display_name, aside=back)
    with ui.card(f"person_{wish}"):
        form(actor, found)
    return True


def _address(found: PersonFile) -> str:
    return f"/training-person?id={found.person.id}"


def _done(found: PersonFile) -> None:
    st.session_state.pop(FORM, None)
    ui.go("training-person", id=str(found.person.id))


def _form_key() -> str:
    """A key of this form until it is saved, so that sending it twice saves it once."""
    if FORM not in st.session_state:
        st.session_state[FORM] = secrets.token_hex(8)
    return str(st.session_state[FORM])


def _certificate(actor: Actor, found: PersonFile) -> None:
    today = ui.local_now().date()
    with reading() as session:
        courses = {one.id: one for one in list_courses(session, actor.site_id)}
    needed = [one.course.id for one in found.needs if one.course.id in courses]
    order = [*needed, *(one for one in courses if one not in needed)]
    course_id = st.selectbox(
        _("Course it stands for (required)"), order, index=None,
        format_func=lambda one: name_of(courses[one]), key="training_person.course",
        placeholder=_("Choose a course"),
    )  # fmt: skip
    left, right = st.columns(2)
    certificate = left.text_input(
        _("Number of the certificate (required)"), key="training_person.number", max_chars=64
    )
    issuer = right.text_input(
        _("Issued by (required)"), key="training_person.issuer", max_chars=100
    )
    left, right = st.columns(2)
    with left:
        issued_on = ui.day_input(
            _("Issued on"), value=today, min_value=EARLIEST, max_value=today,
            key="training_person.issued",
        )  # fmt: skip
    usual = _usual_end(courses[course_id].validity_months if course_id else None, issued_on)
    with right:
        expires_on = ui.day_input(
            _("Expires on (empty: never)"), value=usual, min_value=EARLIEST, max_value=LATEST,
            key=f"training_person.expires.{course_id}",
        )  # fmt: skip
    ui.html(f'<p class="muted">{_("Photo or scan of the certificate (required)")}</p>')
    file_ids = ui.file_input("training_person.files", most=5, form=_form_key())
    if not st.button(
        _("File it"), type="primary", key="training_person.file", icon=":material/save:"
    ):
        return
    done = ui.act(
        lambda session: file_certificate(
            session, actor, user_id=found.person.id, course_id=course_id or 0,
            number=certificate, issuer=issuer, issued_on=issued_on, expires_on=expires_on,
            file_ids=file_ids, client_key=_form_key(), now=ui.now(),
        ),
        done=_("The certificate is filed and counts from its day."),
    )  # fmt: skip
    if done is not None:
        _done(found)


def _usual_end(months: int | None, issued_on: date) -> date | None:
    return last_day(issued_on, months) if months else None


def _correct(actor: Actor, found: PersonFile) -> None:
    result_id = number(st.query_params.get("result", ""))
    one = next((row for row in found.results if row.id == result_id), None)
    if one is None or one.is_replaced or one.is_void:
        ui.empty(_("This result cannot be put right any more"), symbol="history")
        return
    ui.html(markup.facts([(_("Course"), name_of(one.course)), (_("Day"), long_day(one.on))]))
    facts = _facts(one)
    reason = st.text_area(_("Reason (required)"), key="training_person.reason", max_chars=500)
    file_ids = ui.file_input("training_person.proof", most=5, form=f"{_form_key()}.{one.id}")
    with st.container(horizontal=True):
        saves = st.button(_("Save the correction"), type="primary", key="training_person.correct")
        strikes = st.button(_("There was no such result"), key="training_person.strike")
    said = _("The wrong result stays to be seen; the new one takes its place.")
    ui.html(f'<p class="muted">{said}</p>')
    done = None
    if saves:
        done = ui.act(
            lambda session: correct(
                session, actor, one.id, facts, reason=reason, file_ids=file_ids, now=ui.now()
            ),
            done=_("The result is put right."),
        )
    elif strikes:
        done = ui.act(
            lambda session: strike(session, actor, one.id, reason=reason, now=ui.now()),
            done=_("The result is struck out and counts no more."),
        )
    if done is not None:
        _done(found)


def _facts(one: ResultRow) -> Facts:
    today = ui.local_now().date()
    key = f"training_person.{one.id}"
    left, right = st.columns(2)
    with left:
        on = ui.day_input(
            _("Day"), value=one.on, min_value=EARLIEST, max_value=today,
            key=f"{key}.on",
        )  # fmt: skip
    with right:
        outcome = ui.segmented(
            f"{key}.passed", {"passed": _("Passed"), "failed": _("Not passed")},
            label=_("Result"), default="passed" if one.passed else "failed",
        )  # fmt: skip
    left, middle, right = st.columns(3)
    score = left.number_input(
        _("Exam score"), min_value=0.0, max_value=MOST_SCORE, value=one.score, key=f"{key}.score"
    )
    out_of = middle.number_input(
        _("Out of"), min_value=1.0, max_value=MOST_SCORE, value=one.out_of, key=f"{key}.out_of"
    )
    hours = right.number_input(
        _("Hours"), min_value=0.0, max_value=500.0, value=one.hours, key=f"{key}.hours"
    )
    valid_until = ui.day_input(
        _("Valid until (empty: as the course says)"), value=one.valid_until, min_value=EARLIEST,
        max_value=LATEST, key=f"{key}.until",
    )  # fmt: skip
    return Facts(
        on=on,
        passed=outcome == "passed",
        score=score,
        out_of=out_of,
        hours=hours or None,
        valid_until=valid_until,
    )


def _event(actor: Actor, found: PersonFile) -> None:
    today = ui.local_now().date()
    kinds = {kind: _(name) for kind, name in EVENT_NAMES.items()}
    kind = ui.segmented("training_person.kind", kinds, label=_("What it was"))
    on = ui.day_input(
        _("First day on the post"), value=today, min_value=today - timedelta(days=366),
        max_value=today + timedelta(days=90), key="training_person.event_on",
    )  # fmt: skip
    note = st.text_input(
        _("Explanation (optional)"), key="training_person.event_note", max_chars=200
    )
    said = _("From this day on the department and window levels are to be passed again.")
    ui.html(f'<p class="muted">{said}</p>')
    if not st.button(_("Record"), type="primary", key="training_person.event"):
        return
    done = ui.act(
        lambda session: record_event(
            session, actor, user_id=found.person.id, kind=EventKind(kind), on=on, note=note,
            now=ui.now(),
        ),
        done=_("It is recorded."),
    )  # fmt: skip
    if done is not None:
        _done(found)


def _withdraw(actor: Actor, found: PersonFile) -> None:
    event_id = number(st.query_params.get("event", ""))
    one = next((row for row in found.events if row.id == event_id and not row.is_withdrawn), None)
    if one is None:
        ui.empty(_("This is not there any more"), symbol="history")
        return
    ui.html(markup.facts([(one.display_kind, long_day(one.on))]))
    because = st.text_input(_("Reason (required)"), key="training_person.because", max_chars=200)
    if not st.button(_("It was none"), type="primary", key="training_person.withdraw"):
        return

    def act(session: Session) -> bool:
        withdraw_event(session, actor, event_id, because=because, now=ui.now())
        return True

    if ui.act(act, done=_("It counts no more.")):
        _done(found)
