"""Forms of a session: plan, change, put off, cancel, invite, close."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, Final

import streamlit as st
from sqlalchemy.orm import Session

from drills.training.models import Purpose, SessionStatus
from drills.training.pages.words import (
    active_windows,
    hours_text,
    name_of,
    number,
    span_text,
    window_select,
)
from drills.training.permissions import Permission
from drills.training.service import (
    Closed,
    Plan,
    add_files,
    cancel_session,
    change_session,
    close_session,
    invite,
    plan_session,
    postpone_session,
    unmark,
)
from drills.training.service.courses import list_courses
from drills.training.service.session_views import Candidate, SessionView, candidates
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.clock import at_local
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, ngettext
from safety_app.ui import markup

AFTERNOON: Final = time(14, 0)
OLDEST: Final = timedelta(days=90)
AHEAD: Final = timedelta(days=730)
TIMES: Final = [time(hour, minute) for hour in range(7, 22) for minute in (0, 15, 30, 45)]
QUARTER: Final = 15
LENGTHS: Final = (45, 60, 90, 120, 135, 150, 180, 240, 300, 360, 420, 480, 540)


def draw(actor: Actor, found: SessionView, wish: str) -> bool:
    """The form that the address asks for; `False` where there is none now."""
    forms: dict[str, tuple[str, Callable[[Actor, SessionView], None]]] = {
        "change": (N_("Change the session"), _change),
        "postpone": (N_("Put the session off"), _postpone),
        "cancel": (N_("Cancel the session"), _cancel),
        "invite": (N_("Invite people"), _invite),
        "close": (N_("Close the session"), _close),
        "unmark": (N_("Was not there"), _unmark),
    }
    if wish not in forms or found.row.status is not SessionStatus.PLANNED:
        return False
    title, form = forms[wish]
    back = markup.anchor(_("Back"), f"/training-sessions?id={found.row.id}", "arrow_back")
    when = span_text(found.row.starts_at, found.row.ends_at, actor.timezone)
    ui.title(_(title), f"{name_of(found.row.course)} · {when}", aside=back)
    with ui.card(f"session_{wish}"):
        form(actor, found)
    return True


def new(actor: Actor) -> None:
    """Plan a session: what, for whom, when; who lacks it is proposed."""
    back = markup.anchor(_("All sessions"), "/training-sessions", "arrow_back")
    ui.title(_("Plan a session"), _("Whoever lacks the course is proposed for it."), aside=back)
    with ui.card("session_new"):
        course_id, window_id = _what(actor, None)
        if course_id is None:
            ui.notice("grey", _("Choose the course; time, place and people follow."))
            return
        starts_at, ends_at = _when(actor, None)
        facts = _facts(None, course_id, actor, ends_at - starts_at)
        chosen = _people(actor, course_id, window_id, starts_at, ())
        if not st.button(
            _("Plan the session"), type="primary", icon=":material/event:", key="session.plan"
        ):
            return
        plan = Plan(
            course_id=course_id, window_id=window_id, starts_at=starts_at, ends_at=ends_at, **facts
        )
        made = ui.act(
            lambda session: plan_session(session, actor, plan, invited=chosen, now=ui.now()),
            done=_("The session is planned."),
        )
    if made is not None:
        _forget_people()
        ui.go("training-sessions", id=str(made.id))


def _what(actor: Actor, found: SessionView | None) -> tuple[int | None, int | None]:
    with reading() as session:
        courses = {one.id: one for one in list_courses(session, actor.site_id)}
    wanted = number(st.query_params.get("course", ""))
    order = list(courses)
    chosen = found.row.course.id if found else wanted
    left, right = st.columns(2)
    course_id = left.selectbox(
        _("Course (required)"), order, index=order.index(chosen) if chosen in order else None,
        format_func=lambda one: name_of(courses[one]), placeholder=_("Choose a course"),
        key=f"session.course.{found.row.id if found else 0}",
    )  # fmt: skip
    with right:
        names = active_windows(actor)
        window_id = window_select(actor, names, "session.window", Permission.TEACH)
    return course_id, window_id


def _when(actor: Actor, found: SessionView | None) -> tuple[datetime, datetime]:
    """Day, time and length; a whole session is of one day. One that is known may be cut short."""
    today = ui.local_now().date()
    day, clock, minutes = today + timedelta(days=1), AFTERNOON, 120
    if found is not None:
        local = found.row.starts_at.astimezone(ui.local_now().tzinfo)
        day, clock = local.date(), local.time().replace(second=0)
        minutes = int((found.row.ends_at - found.row.starts_at).total_seconds() // 60)
    left, middle, right = st.columns(3)
    with left:
        on = ui.day_input(
            _("Day"), value=day, min_value=min(day, today - OLDEST), max_value=today + AHEAD,
            key="session.on",
        )  # fmt: skip
    times = sorted({*TIMES, clock})
    at = middle.selectbox(
        _("Begins at"), times, index=times.index(clock), format_func="{:%H:%M}".format,
        key="session.at",
    )  # fmt: skip
    shorter = range(QUARTER, minutes, QUARTER) if found is not None else ()
    options = sorted({*LENGTHS, *shorter, minutes})
    length = right.selectbox(
        _("Lasts"), options, index=options.index(minutes), format_func=_length, key="session.length"
    )
    starts_at = at_local(on, at, actor.timezone)
    return starts_at, starts_at + timedelta(minutes=length or minutes)


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("{n} minutes", n=rest)
    if not rest:
        return ngettext("{n} hour long", "{n} hours long", hours)
    return _("{h} h {m} min", h=hours, m=rest)


def _facts(
    found: SessionView | None, course_id: int, actor: Actor, length: timedelta
) -> dict[str, Any]:
    """Place, trainer, hours of teaching and content."""
    key = f"session.{found.row.id if found else course_id}"
    left, right = st.columns(2)
    place = left.text_input(
        _("Place (required)"), found.row.place if found else "", key=f"{key}.place", max_chars=100
    )
    trainer = right.text_input(
        _("Trainer (required)"), found.row.trainer if found else actor.name, key=f"{key}.trainer",
        max_chars=64,
    )  # fmt: skip
    most = _most_hours(length)
    usual = found.row.hours if found else float(int(most) or most)
    hours = st.number_input(
        _hours_label(most),
        min_value=0.1, max_value=100.0, value=usual,
        step=0.5, key=f"{key}.hours.{int(most * 10) if found is None else 0}",
    )  # fmt: skip
    topic = st.text_area(
        _("What is taught (optional)"), found.topic if found else "", key=f"{key}.topic",
        max_chars=500,
    )  # fmt: skip
    return {"place": place, "trainer": trainer, "hours": float(hours or 0), "topic": topic}


def _most_hours(length: timedelta) -> float:
    """So many hours of teaching fit into a time."""
    return int(length / timedelta(minutes=45) * 10) / 10


def _hours_label(most: float) -> str:
    return _("Hours of teaching, 45 minutes each (at most {most})", most=f"{most:g}")


def _people(
    actor: Actor, course_id: int, window_id: int | None, starts_at: datetime, there: tuple[int, ...]
) -> list[int]:
    """Who is invited: all who lack the course, others by search."""
    on = starts_at.astimezone(ui.local_now().tzinfo).date()
    with reading() as session:
        found = candidates(
            session, actor, course_id=course_id, window_id=window_id, on=on, but=there
        )
    options = {one.user_id: one for one in found}
    lacking = [one.user_id for one in found if one.is_lacking]
    said = ngettext(
        "{n} person lacks the course or will within a month",
        "{n} people lack the course or will within a month",
        len(lacking),
    )
    ui.html(f'<p class="muted">{said}</p>')
    state = f"session.people.{course_id}.{window_id or 0}.{on}"
    chosen = st.multiselect(
        _("Invited people"), list(options), default=lacking, key=state,
        format_func=lambda one: _candidate(options[one]), placeholder=_("Search a name"),
    )  # fmt: skip
    return list(chosen)


def _candidate(one: Candidate) -> str:
    facts = [one.name, one.place]
    if one.is_lacking:
        facts.append(_("valid to {day}", day=one.until.isoformat()) if one.until else _("lacks it"))
    return " · ".join(filter(None, facts))


def _forget_people() -> None:
    for key in [one for one in st.session_state if str(one).startswith("session.")]:
        st.session_state.pop(key, None)


def _change(actor: Actor, found: SessionView) -> None:
    course_id, window_id = _what(actor, found)
    row = found.row
    facts = _facts(found, row.course.id, actor, row.ends_at - row.starts_at)
    if st.button(_("Save"), type="primary", key="session.save"):
        plan = Plan(
            course_id=course_id or row.course.id, window_id=window_id, starts_at=row.starts_at,
            ends_at=row.ends_at, **facts,
        )  # fmt: skip
        _do(
            found,
            lambda session: change_session(
                session, actor, row.id, plan, row_version=found.row_version, now=ui.now()
            ),
            _("The session is changed."),
        )


def _postpone(actor: Actor, found: SessionView) -> None:
    if ui.now() >= found.row.starts_at:
        said = _("If it ended earlier, leave day and beginning and choose how long it lasted.")
        ui.html(f'<p class="muted">{said}</p>')
    starts_at, ends_at = _when(actor, found)
    most = _most_hours(ends_at - starts_at)
    hours = st.number_input(
        _hours_label(most), min_value=0.1, max_value=100.0, value=min(found.row.hours, most),
        step=0.5, key=f"session.new_hours.{most}",
    )  # fmt: skip
    reason = st.text_input(_("Reason (required)"), key="session.reason", max_chars=500)
    if st.button(_("Put it off"), type="primary", key="session.postpone"):
        _do(
            found,
            lambda session: postpone_session(
                session, actor, found.row.id, starts_at=starts_at, ends_at=ends_at,
                reason=reason, hours=float(hours or 0), row_version=found.row_version,
                now=ui.now(),
            ),
            _("The session has another time. Tell the people invited."),
        )  # fmt: skip


def _cancel(actor: Actor, found: SessionView) -> None:
    said = _("It does not take place. Whoever is invited needs another session.")
    ui.notice("orange", said)
    reason = st.text_input(_("Reason (required)"), key="session.reason", max_chars=500)
    if st.button(_("Cancel the session"), type="primary", key="session.cancel"):
        _do(
            found,
            lambda session: cancel_session(
                session, actor, found.row.id, reason=reason, row_version=found.row_version,
                now=ui.now(),
            ),
            _("The session is cancelled."),
        )  # fmt: skip


def _invite(actor: Actor, found: SessionView) -> None:
    there = tuple(one.user_id for one in found.heads)
    chosen = _people(actor, found.row.course.id, found.window_id, found.row.starts_at, there)
    if st.button(_("Invite them"), type="primary", key="session.invite"):

        def act(session: Session) -> bool:
            invite(session, actor, found.row.id, chosen, now=ui.now())
            return True

        _do(found, act, ngettext("{n} person invited.", "{n} people invited.", len(chosen)))


def _unmark(actor: Actor, found: SessionView) -> None:
    user_id = number(st.query_params.get("person", ""))
    one = next((head for head in found.present if head.user_id == user_id), None)
    if one is None:
        ui.empty(_("This person is not recorded as present"), symbol="person_off")
        return
    reason = st.text_input(
        _("Why was {name} not there (required)", name=one.name), key="session.why", max_chars=200
    )
    if st.button(_("Take the presence back"), type="primary", key="session.unmark"):

        def act(session: Session) -> bool:
            unmark(session, actor, found.row.id, user_id=user_id, reason=reason, now=ui.now())
            return True

        _do(found, act, _("The presence is taken back."))


def _close(actor: Actor, found: SessionView) -> None:
    """What closing gives, the signed sheet where there is one, and a summary."""
    course = found.row.course
    facts = [
        (_("Attended"), ngettext("{n} person", "{n} people", len(found.present))),
        (_("Hours"), hours_text(found.row.hours)),
    ]
    ui.html(markup.facts(facts))
    if course.needs_exam or course.needs_practical:
        said = _("This course ends with an exam: the results come from it.")
    elif course.hours > found.row.hours:
        said = _(
            "The course asks for {hours}. Whoever has them with earlier sessions has passed.",
            hours=hours_text(course.hours),
        )
    else:
        said = _("Whoever was present has passed the course.")
    ui.notice("petrol", said)
    ui.html(f'<p class="muted">{_("Photo or scan of the signed sheet")}</p>')
    sheets = ui.file_input("session.sheet", most=10, form=str(found.row.id))
    summary = st.text_area(_("How it went (optional)"), key="session.summary", max_chars=2000)
    if not st.button(_("Close the session"), type="primary", key="session.close"):
        return

    def act(session: Session) -> Closed:
        if sheets:
            add_files(session, actor, found.row.id, sheets, purpose=Purpose.SIGN_IN, now=ui.now())
        return close_session(session, actor, found.row.id, summary=summary, now=ui.now())

    closed = ui.act(act, done=_closed)
    if closed is not None:
        ui.go("training-sessions", id=str(found.row.id))


def _closed(found: Closed) -> str:
    if found.to_exam and found.short:
        return _(
            "The session is closed. {n} people are to take the exam, {m} lack hours still.",
            n=len(found.to_exam), m=len(found.short),
        )  # fmt: skip
    if found.to_exam:
        return _("The session is closed. {n} people are to take the exam.", n=len(found.to_exam))
    if found.short:
        return _(
            "The session is closed. {n} people have passed, {m} lack hours still.",
            n=len(found.passed), m=len(found.short),
        )  # fmt: skip
    return ngettext(
        "The session is closed. {n} person has passed.",
        "The session is closed. {n} people have passed.",
        len(found.passed),
    )


def _do(found: SessionView, action: Callable[[Session], object], done: str) -> None:
    def act(session: Session) -> bool:
        action(session)
        return True

    if ui.act(act, done=done):
        _forget_people()
        ui.go("training-sessions", id=str(found.row.id))
