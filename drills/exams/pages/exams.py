"""What I may sit now, how it went, and the ways on for whoever keeps exams."""

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Final

from sqlalchemy.orm import Session

from drills.exams.errors import HoursMissing, PassedAlready
from drills.exams.models import Attempt, Exam
from drills.exams.pages.words import (
    exam_line,
    passed_badge,
    result_line,
    short_day,
)
from drills.exams.permissions import Permission
from drills.exams.service import definitions, practical, results, retaking
from drills.exams.service.definitions import exam_name
from drills.exams.service.practical import PracticalRow
from drills.exams.service.results import Brief
from drills.exams.service.retaking import Outlook, Standing
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, ngettext
from safety_app.ui import markup

SOON: Final = 30
"""So many days ahead a course that runs out is called for."""
RESULTS: Final = 20
WAYS: Final = (
    ("exam-results", Permission.VIEW, "monitoring"),
    ("exam-practical", Permission.ASSESS, "draw"),
    ("exam-papers", Permission.GRADE, "description"),
    ("exam-bank", Permission.KEEP, "quiz"),
    ("exam-rules", Permission.KEEP, "tune"),
)


def render() -> None:
    """The exams that are offered, the most needed first; then the own results."""
    actor, today = ui.current_actor(), ui.local_now().date()
    ui.title(_("Exams"), _("Sit an exam on this device; the result follows at once."),
             aside=markup.anchor(_("Back to training"), "/training", "arrow_back")
             if ui.knows("training") else "")  # fmt: skip
    with reading() as session:
        exams = definitions.list_exams(session, actor.site_id)
        stands = {one.id: _standing(session, one, actor, today) for one in exams}
        ahead = retaking.outlook(session, actor.site_id, actor.user_id, today, days=SOON)
        own = results.own_results(session, actor)[:RESULTS]
        shown = [
            one
            for one in practical.list_tests(session, actor, most=RESULTS)
            if one.user_id == actor.user_id
        ]
    _ways(actor)
    _offered(actor, exams, stands, ahead)
    _own(own, shown)


def _standing(session: Session, exam: Exam, actor: Actor, today: date) -> Standing:
    return retaking.standing(session, exam, actor.user_id, today)


def _ways(actor: Actor) -> None:
    """The other pages of exams, for those who have any."""
    names = {
        "exam-results": _("Results of exams"),
        "exam-practical": _("Practical tests"),
        "exam-papers": _("Exams on paper"),
        "exam-bank": _("Question bank"),
        "exam-rules": _("What exams ask"),
    }
    links = [
        markup.anchor(names[path], f"/{path}", symbol)
        for path, permission, symbol in WAYS
        if ui.knows(path) and actor.may_somewhere(permission)
    ]
    if links:
        ui.html(f'<div class="ways">{"".join(links)}</div>')


def _offered(
    actor: Actor,
    exams: Sequence[Exam],
    stands: dict[int, Standing],
    ahead: Outlook,
) -> None:
    if not exams:
        _nothing(actor)
        return
    lacking = ahead.lacks
    ordered = sorted(exams, key=lambda one: _rank(one, stands[one.id], lacking))
    first = ordered[0]
    now = first if stands[first.id].running or stands[first.id].may_sit else None
    if now is not None:
        ui.html(_now(now, stands[now.id], lacking.get(now.course_id)))
    rest = [one for one in ordered if one is not now]
    if rest:
        lines = "".join(_line(one, stands[one.id], ahead) for one in rest)
        ui.html(markup.section(_("All exams")) + f'<div class="box lines flat">{lines}</div>')


def _rank(exam: Exam, found: Standing, lacking: dict[int, date]) -> tuple[bool, bool, date, str]:
    """Under way first, then what is needed soonest and may be sat, then the rest by name."""
    needed = lacking.get(exam.course_id, date.max)
    return found.running is None, not found.may_sit, needed, exam_name(exam)


def _now(exam: Exam, found: Standing, needed: date | None) -> str:
    """The exam at hand with the one button that is filled."""
    running = found.running is not None
    label = _("Go on with the exam") if running else _("Open the exam")
    go = markup.anchor(label, f"/exam/{exam.id}", "play_arrow", look="primary big")
    return (
        f'<div class="box now"><div class="item"><div class="body">'
        f'<span class="name"><strong>{escape(exam_name(exam))}</strong>'
        f"{markup.badges(*_badges(found, needed))}</span>"
        f'<span class="sub">{escape(exam_line(exam))}</span>'
        f'</div></div><div class="ways">{go}</div></div>'
    )


def _line(exam: Exam, found: Standing, ahead: Outlook) -> str:
    needed = ahead.lacks.get(exam.course_id)
    why, badges = found.refused.message() if found.refused else "", _badges(found, needed)
    if needed is None and isinstance(found.refused, HoursMissing):
        # Nobody is called to lessons for what they hold, or need not hold.
        why, badges = _at_ease(ahead.held.get(exam.course_id, date.max)), []
    under = f'<span class="sub">{escape(why)}</span>' if why else ""
    return (
        f'<a class="line" href="/exam/{exam.id}" target="_self">'
        f"<strong>{escape(exam_name(exam))}</strong>"
        f'<span class="sub">{escape(exam_line(exam))}</span>{under}'
        f"{markup.badges(*badges)}</a>"
    )


def _at_ease(until: date) -> str:
    if until == date.max:
        return _("Not needed now")
    return _("Valid until {day}", day=short_day(until))


def _badges(found: Standing, needed: date | None) -> list[str]:
    badges = []
    if found.running is not None:
        badges.append(markup.badge(_("Under way"), "petrol", "play_arrow"))
    if needed is not None and (found.refused is None or isinstance(found.refused, HoursMissing)):
        today = ui.local_now().date()
        text = _("Needed now") if needed <= today else _("Needed from {day}", day=short_day(needed))
        badges.append(markup.badge(text, "orange", "event"))
    if isinstance(found.refused, HoursMissing):
        hours = found.refused.left
        badges.append(markup.badge(
            _("First attend {hours} hours", hours=f"{hours:g}"), "yellow", "school"
        ))  # fmt: skip
    elif isinstance(found.refused, PassedAlready):
        badges.append(passed_badge(True))
    elif found.next_on is not None and found.refused is not None:
        badges.append(markup.badge(_("From {day}", day=short_day(found.next_on)), "yellow",
                                   "schedule"))  # fmt: skip
    elif _is_last(found.last) and found.refused is None:
        badges.append(markup.badge(_("To be retaken"), "orange", "undo"))
    if found.allowed and found.used and found.refused is None:
        left = found.allowed - found.used
        badges.append(markup.badge(ngettext("{n} attempt left", "{n} attempts left", left)))
    return badges


def _is_last(last: Attempt | None) -> bool:
    """Whether the last attempt was failed."""
    return last is not None and last.passed is False


def _nothing(actor: Actor) -> None:
    with ui.card("nothing"):
        if actor.may(Permission.KEEP):
            ui.empty(
                _("No exam is offered yet"),
                _("Say what is asked for a course: how many questions of which kind, how long, and"
                  " what passes. The question bank is filled already."),
                symbol="quiz",
                extra=markup.anchor(_("Set up exams"), "/exam-rules", "add",
                                    look="primary big"),
            )  # fmt: skip
        else:
            ui.empty(_("No exam is offered now"), _("The safety officer sets exams up."),
                     symbol="quiz")  # fmt: skip


def _own(own: Sequence[Brief], shown: Sequence[PracticalRow]) -> None:
    """One's own results, exams and practical tests."""
    if not own and not shown:
        return
    lines = "".join(_result(one) for one in own) + "".join(_shown(one) for one in shown)
    ui.html(markup.section(_("My results")) + f'<div class="box lines flat">{lines}</div>')


def _result(one: Brief) -> str:
    badge = passed_badge(one.passed, struck=bool(one.struck))
    return (
        f'<a class="line" href="/exam/result/{one.id}" target="_self">'
        f"<strong>{escape(one.exam)}</strong>"
        f'<span class="sub">{escape(result_line(one))}</span>{markup.badges(badge)}</a>'
    )


def _shown(one: PracticalRow) -> str:
    facts = _(" · ").join(
        (
            short_day(one.held_on),
            _("{n} of {m} points shown", n=one.shown, m=one.total),
            _("assessor {name}", name=one.assessor),
        )
    )
    return (
        f'<div class="line"><strong>{escape(one.title)}</strong>'
        f'<span class="sub">{escape(facts)}</span>{markup.badges(passed_badge(one.passed))}</div>'
    )
