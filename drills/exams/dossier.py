"""What exams give to the papers for an inspector: a share of chapter 8."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from drills.exams.documents import result_sheet
from drills.exams.models import Exam
from drills.exams.service import practical, results
from drills.exams.service.results import Brief
from safety_app.core import clock
from safety_app.core.feature import Chapter
from safety_app.core.i18n import _, bilingual, ngettext
from safety_app.core.pdf.blocks import Block, Heading, Note
from safety_app.workplace import service as workplace

YEAR: Final = timedelta(days=365)
MOST: Final = 300
"""Results one by one; the register of each month holds all."""


def exams(session: Session, site_id: int, now: datetime) -> Chapter:
    """What is examined by which rules, and the results of the last 12 months."""
    today = clock.local_day(now, workplace.site(session, site_id).timezone)
    first = today - YEAR
    briefs = results.results_between(session, site_id, first, today)
    tests = practical.tests_between(session, site_id, first, today)
    if not briefs and not tests:
        return Chapter()
    blocks: list[Block] = [
        Heading(_("Results of exams in the last 12 months")),
        *result_sheet.plain_blocks(briefs[-MOST:], tests[-MOST:]),
    ]
    left = max(0, len(briefs) - MOST)
    if left:
        blocks.append(Note(_("The latest {n} results; {left} more stand in the registers of the"
                             " months.", n=MOST, left=left)))  # fmt: skip
    return Chapter(blocks=tuple(blocks), shortfalls=tuple(_failed(session, briefs)))


def _failed(session: Session, briefs: Sequence[Brief]) -> Iterator[str]:
    """Who failed an exam and has not passed it since."""
    last: dict[tuple[int, int], Brief] = {}
    for one in briefs:
        last[one.exam_id, one.user_id] = one
    failed: dict[int, int] = {}
    for (exam_id, _user), one in last.items():
        if not one.passed:
            failed[exam_id] = failed.get(exam_id, 0) + 1
    for exam_id, n in sorted(failed.items()):
        exam = session.get_one(Exam, exam_id)
        yield ngettext(
            "{n} person failed “{exam}” and has not passed it since.",
            "{n} persons failed “{exam}” and have not passed it since.",
            n, exam=bilingual(exam.title, exam.title_en),
        )  # fmt: skip
