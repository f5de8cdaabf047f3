"""How exams and questions do in a time: never about one person."""

from datetime import timedelta
from html import escape
from typing import Final

from drills.exams.bank import topic_name
from drills.exams.pages.words import LEAST_SHARE, back, kind_names
from drills.exams.service import definitions, figures, questions
from drills.exams.service.definitions import exam_name
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, bilingual
from safety_app.ui import markup
from safety_app.ui.markup import Safe

SPANS: Final = {"30": 30, "90": 90, "365": 365}
SHOWN: Final = 100


def draw(actor: Actor) -> None:
    """Per exam how many passed, per question how many answered rightly, the hardest first."""
    ui.title(_("How questions do"), aside=back(_("All results"), "/exam-results"))
    names = {"30": _("30 days"), "90": _("90 days"), "365": _("A year")}
    span = ui.segmented("exam_figures.span", names, label=_("Time"), default="365")
    today = ui.local_now().date()
    first = today - timedelta(days=SPANS[span])
    with reading() as session:
        exams = figures.exam_figures(session, actor, first, today)
        told = figures.question_figures(session, actor, first, today)
        titles = {
            one.id: exam_name(one)
            for one in definitions.list_exams(session, actor.site_id, inactive=True)
        }
        bank = {one.code: one for one in questions.bank_of(session, actor.site_id, inactive=True)}
    if not exams:
        with ui.card("nothing"):
            ui.empty(_("No results in this time"), symbol="monitoring")
        return
    with ui.card("exams"):
        rows = [
            (titles.get(one.exam_id, ""), f"{one.passed}/{one.sat}", _rate(one.passed, one.sat),
             f"{one.people_passed}/{one.people}")
            for one in exams
        ]  # fmt: skip
        heads = [_("Exam"), _("Passed of all attempts"), _("Rate"), _("People who passed")]
        ui.html(markup.section(_("Exams")) + markup.table(_("Exams"), heads, rows))
    ordered = sorted(told.values(), key=lambda one: (one.right / one.asked, -one.asked, one.code))
    lines: list[tuple[str | Safe, ...]] = []
    for one in ordered[:SHOWN]:
        question = bank.get(one.code)
        words = bilingual(question.text, question.text_en) if question else _("no longer there")
        link = escape(words)
        if question:
            link = f'<a href="/exam-bank?id={question.id}" target="_self">{link}</a>'
        share = f"{one.right}/{one.asked}"
        weak = one.right * 100 < LEAST_SHARE * one.asked
        badge = markup.badge(share, "orange" if weak else "green",
                             "warning" if weak else "check_circle")  # fmt: skip
        topic = topic_name(question.topic) if question else ""
        kind = kind_names()[question.kind] if question else ""
        lines.append((one.code, Safe(link), kind, topic, Safe(badge)))
    with ui.card("questions"):
        said = _("Of each question how often it was answered rightly, in exams on tablets. Fewer"
                 " than {n}%: teach it again, or ask whether it is worded well.",
                 n=LEAST_SHARE)  # fmt: skip
        heads = [_("Code"), _("Question"), _("Kind of question"), _("Topic"), _("Right of asked")]
        ui.html(
            markup.section(_("Questions, the hardest first")) + f'<p class="muted">{said}</p>'
            + markup.table(_("Questions"), heads, lines)
        )  # fmt: skip


def _rate(part: int, whole: int) -> str:
    return f"{part * 100 // whole}%" if whole else "–"
