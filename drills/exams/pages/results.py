"""Results: the list with filters, one of them with its papers, and how exams and questions do."""

from datetime import date, timedelta
from html import escape
from typing import Final

import streamlit as st

from drills.exams.errors import AttemptsUsedUp, RetakeTooEarly
from drills.exams.models import FORM_NAMES
from drills.exams.pages import figures_view
from drills.exams.pages.words import back, number, passed_badge, press, result_line, short_day
from drills.exams.permissions import Permission
from drills.exams.service import definitions, paper_exams, results, showing, striking
from drills.exams.service.definitions import exam_name
from drills.exams.service.results import MOST, Brief, Filters, Outcome
from drills.exams.service.retaking import standing
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, bilingual
from safety_app.ui import markup
from safety_app.ui.markup import Fact

ALL: Final = 0
ANY, PASSED, FAILED = "all", "passed", "failed"
SPAN: Final = timedelta(days=365)
OLDEST: Final = date(2020, 1, 1)


def render() -> None:
    """The list, one result, or the figures."""
    actor, query = ui.current_actor(), st.query_params
    if number(query.get("id", "")):
        _one(actor, number(query["id"]))
    elif query.get("view") == "figures" and actor.may(Permission.GRADE):
        figures_view.draw(actor)
    else:
        _list(actor)


def _list(actor: Actor) -> None:
    today = ui.local_now().date()
    aside = back(_("Back to the exams"), "/exams")
    if actor.may(Permission.GRADE):
        aside += markup.anchor(_("How questions do"), "/exam-results?view=figures", "monitoring")
    if actor.may(Permission.REPORT):
        register = f"/exams/results/{today:%Y-%m}.pdf"
        aside += markup.anchor(_("Register of this month (PDF)"), register, "description",
                               new_tab=True)  # fmt: skip
    ui.title(_("Results of exams"), aside=aside)
    with reading() as session:
        exams = {
            ALL: _("All exams"),
            **{
                one.id: exam_name(one)
                for one in definitions.list_exams(session, actor.site_id, inactive=True)
            },
        }
    filters = _filters(exams, today)
    with reading() as session:
        found = results.list_results(session, actor, filters)
    if not found:
        with ui.card("nothing"):
            ui.empty(_("No results in this time"),
                     _("Results of exams on tablets come by themselves; those on paper are"
                       " entered."),
                     symbol="fact_check")  # fmt: skip
        return
    pressed = ui.rows(
        "exam_results.rows", [_row(one) for one in found], label=_("Results of exams")
    )
    if len(found) == MOST:
        ui.notice("grey", _("There are more. Choose an exam or a shorter time."))
    if pressed:
        st.query_params.from_dict({"id": pressed})
        st.rerun()


def _filters(exams: dict[int, str], today: date) -> Filters:
    with st.container(key="filters_exam_results", horizontal=True, gap="small"):
        words = st.text_input(
            _("Search"), key="exam_results.search", placeholder=_("Search name or number"),
            label_visibility="collapsed", icon=":material/search:", max_chars=60,
        )  # fmt: skip
        exam_id = st.selectbox(
            _("Exam"), list(exams), format_func=lambda one: exams.get(one, str(one)),
            key="exam_results.exam", label_visibility="collapsed",
        )  # fmt: skip
        first = ui.day_input(
            _("From"), today - SPAN, min_value=OLDEST, max_value=today,
            key="exam_results.first", label_visibility="collapsed",
        )  # fmt: skip
    outcome = ui.segmented(
        "exam_results.outcome",
        {ANY: _("All"), PASSED: _("Passed"), FAILED: _("Not passed")},
        label=_("Outcome"),
    )
    return Filters(
        first=first,
        exam_id=exam_id or None,
        passed=None if outcome == ANY else outcome == PASSED,
        text=words or "",
    )


def _row(one: Brief) -> ui.Row:
    badges = [passed_badge(one.passed, struck=bool(one.struck))]
    if one.given_back:
        badges.append(markup.badge(_("Interrupted"), "yellow", "schedule"))
    if one.late:
        badges.append(markup.badge(_("Late answers"), "yellow", "schedule"))
    return ui.Row(
        id=str(one.id),
        title=one.person,
        code=one.number,
        note=_(" · ").join((one.exam, result_line(one), _(FORM_NAMES[one.form]))),
        badges=markup.badges(*badges),
    )


def _one(actor: Actor, attempt_id: int) -> None:
    with reading() as session:
        found = results.outcome(session, actor, attempt_id, ui.now())
    brief = found.brief
    links = back(_("All results"), "/exam-results")
    links += markup.anchor(_("Sheet for the file (PDF)"), f"/exams/results/sheet/{brief.id}.pdf",
                           "description", new_tab=True)  # fmt: skip
    ui.title(brief.person, brief.exam, aside=links)
    with ui.card("result"):
        ui.html(markup.badges(passed_badge(brief.passed, struck=bool(brief.struck))))
        ui.html(markup.facts(_facts(found)))
        for said in showing.remarks_of(found):
            ui.notice("yellow", said)
        if brief.struck:
            ui.notice("grey", _("Struck: {reason}", reason=brief.struck))
        scans = "".join(
            markup.anchor(_("Scan {n}", n=at), f"/files/{one}", "attach_file", new_tab=True)
            for at, one in enumerate(found.file_ids, start=1)
        )
        if scans:
            ui.html(f'<div class="ways">{scans}</div>')
        if found.lines:
            link = markup.anchor(_("Every question explained"), f"/exam/result/{brief.id}",
                                 "fact_check", new_tab=True)  # fmt: skip
            ui.html(f'<div class="ways">{link}</div>')
    if actor.may(Permission.GRADE) and brief.user_id != actor.user_id:
        _steps(actor, brief)


def _facts(found: Outcome) -> list[Fact | tuple[str, str]]:
    brief, attempt = found.brief, found.attempt
    facts: list[Fact | tuple[str, str]] = [
        (_("Number"), brief.number),
        (_("Held on"), short_day(brief.held_on)),
        (_("Form of the exam"), _(FORM_NAMES[brief.form])),
        (_("Score"), f"{brief.score} · {_('{percent} of 100', percent=f'{brief.percent:g}')}"),
        (_("Passed from"), f"{brief.pass_percent}%"),
    ]
    if found.lines:
        right = sum(one.is_right for one in found.lines)
        facts.append((_("Questions right"), f"{right}/{len(found.lines)}"))
    if attempt.seed is not None:
        facts.append((_("Seed of the paper"), str(attempt.seed)))
    if brief.assessor:
        facts.append((_("Assessor"), brief.assessor))
    if brief.note:
        facts.append((_("Note"), brief.note))
    facts.append((_("Next step"), found.next_step))
    return facts


def _steps(actor: Actor, brief: Brief) -> None:
    """What officer and manager may decide: another attempt, or that the result does not count."""
    with reading() as session:
        exam = definitions.get_exam(session, actor.site_id, brief.exam_id)
        now = standing(session, exam, brief.user_id, ui.local_now().date())
    waits = isinstance(now.refused, AttemptsUsedUp | RetakeTooEarly)
    if now.refused is not None and waits and not brief.struck:
        with ui.card("leave"):
            said = escape(now.refused.message())
            ui.html(markup.section(_("Allow another attempt")) + f'<p class="muted">{said}</p>')
            reason = st.text_input(
                _("Reason (required)"), key=f"exam_results.leave.{brief.id}", max_chars=200
            )
            if press(_("Allow another attempt"), f"exam_results.allow.{brief.id}"):
                _allow(actor, brief, reason)
    if not brief.struck:
        with ui.card("strike"), st.expander(_("This result is wrong …")):
            said = _("A struck result stays to be seen with its reason, counts for nothing here and"
                     " with the course, and gives the attempt back.")  # fmt: skip
            ui.html(f'<p class="muted">{escape(said)}</p>')
            why = st.text_input(
                _("Reason (required)"), key=f"exam_results.why.{brief.id}", max_chars=200
            )
            if st.button(_("Strike the result"), key=f"exam_results.strike.{brief.id}"):
                done = ui.act(
                    lambda session: striking.strike(
                        session, actor, brief.id, reason=why, now=ui.now()
                    ),
                    done=_("The result is struck."),
                )
                if done is not None:
                    st.rerun()


def _allow(actor: Actor, brief: Brief, reason: str) -> None:
    done = ui.act(
        lambda session: paper_exams.allow_another(
            session, actor, brief.exam_id, brief.user_id, reason=reason, now=ui.now()
        ),
        done=_("{name} may sit the exam once more, at once.", name=bilingual(brief.person, "")),
    )
    if done is not None:
        st.rerun()
