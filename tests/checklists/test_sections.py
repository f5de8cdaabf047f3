"""Patrols in the monthly report: as of the cut-off, whatever happens later."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import sections, service
from checklists.models import MissedReason, PaperForm, Run, Task
from safety_app.core.clock import month_bounds
from safety_app.core.feature import Period, SectionContent
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Table
from safety_app.workplace.models import WindowPause
from tests.cast import NOW, TODAY, Cast
from tests.checklists.checks import make_check
from tests.checklists.sheets import INK, Tablet
from tests.factories import make_task

UNSIGNED = ("有 2 份记录尚未复核签字", "/countersign")
START, END = month_bounds(2026, 11, "Asia/Shanghai")


def november(session: Session, hall: Cast, cutoff: datetime = END) -> SectionContent:
    """The section of window A01."""
    first, last = TODAY.replace(day=1), TODAY.replace(day=30)
    period = Period(first, last, START, END, cutoff, "Asia/Shanghai")
    return sections.build(session, hall.site_id, hall.a01, period)


def figures(content: SectionContent) -> dict[str, tuple[int, int | None]]:
    """Value and denominator by the key's last words."""
    return {
        one.key.removeprefix("patrols."): (one.value, one.of)
        for one in content.figures
        if one.is_worth_a_line
    }


@pytest.fixture
def monday(session: Session, hall: Cast) -> Task:
    """Opening done in time with a spot fix, during done late, closing missed; and the week."""
    opening = Tablet(session, hall.staff, make_task(session, hall))
    opening.now = opening.task.due_at
    opening.pass_all(but=("D09",))
    opening.answer("D09", "F", disposal="spot", note="已擦干")
    opening.submit()
    task = make_task(session, hall, part="during")
    during = Tablet(session, hall.second_staff, task, now=task.due_at + timedelta(minutes=9))
    during.pass_all()
    during.submit()
    return make_task(session, hall, part="closing")


def test_a_month_without_plans_says_so(session: Session, hall: Cast) -> None:
    content = november(session, hall)
    assert content.paragraphs == ("本期没有应巡查的任务。",)
    assert figures(content)["done"] == (0, 0)
    assert content.blocks == ()


def test_done_late_and_missed_are_counted_by_part(
    session: Session, hall: Cast, monday: Task
) -> None:
    make_task(session, hall, window_id=hall.a02)
    content = november(session, hall)
    assert figures(content) == {
        "done": (2, 3),
        "on_time": (1, 3),
        "late": (1, None),
        "missed": (1, None),
        "spot": (1, None),
    }
    assert content.figures[0].note == "班前 1/1、班中 1/1、班后 0/1"
    parts = [["opening", 1, 0, 0], ["during", 0, 1, 0], ["closing", 0, 0, 1]]
    assert content.facts["patrols"]["parts"] == parts


def test_what_happens_after_the_cut_off_changes_nothing(
    session: Session, hall: Cast, monday: Task
) -> None:
    before = november(session, hall, cutoff=monday.opens_at)
    tablet = Tablet(session, hall.staff, monday, now=monday.opens_at)
    tablet.pass_all(but=("D21",))
    tablet.answer("D21", "F", disposal="spot", note="已关")
    tablet.submit()
    after = november(session, hall, cutoff=monday.opens_at)
    assert (before.figures, before.facts) == (after.figures, after.facts)
    assert figures(before)["done"] == (2, 2)


def test_a_reason_is_printed_and_changes_no_figure(
    session: Session, hall: Cast, monday: Task
) -> None:
    before = november(session, hall)
    assert before.missing == (
        (
            "有 1 次未巡查尚未说明原因",
            f"/patrols?state=missed&first=2026-11-01&last=2026-11-30&window={hall.a01}",
        ),
        UNSIGNED,
    )
    later = monday.closes_at + timedelta(days=1)
    service.explain_missed(session, hall.staff, monday.id, MissedReason.RUSH, now=later)
    after = november(session, hall)
    assert figures(after) == figures(before)
    assert after.facts == before.facts
    assert after.missing == (UNSIGNED,)
    assert "未巡查的是11月23日班后（业务高峰）。" in after.paragraphs
    assert "未巡查的是11月23日班后（未说明原因）。" in before.paragraphs


def test_a_reason_given_after_the_cut_off_changes_nothing(
    session: Session, hall: Cast, monday: Task
) -> None:
    before = november(session, hall)
    service.explain_missed(session, hall.staff, monday.id, MissedReason.RUSH, now=END)
    after = november(session, hall)
    assert replace(after, missing=before.missing) == before
    assert len(before.missing) == 2 and after.missing == (UNSIGNED,)


def test_many_missed_patrols_have_a_table(session: Session, hall: Cast, monday: Task) -> None:
    for n in (1, 2, 3):
        make_task(session, hall, part="closing", on=TODAY + timedelta(days=n))
    content = november(session, hall)
    table = next(block for block in content.blocks if isinstance(block, Table))
    assert len(table.rows) == figures(content)["missed"][0] > sections.FEW
    assert table.rows[0] == ("11月23日 周一", "班后", "未说明原因")
    assert not any("未巡查的是" in text for text in content.paragraphs)


def test_spot_corrections_are_listed_apart(session: Session, hall: Cast, monday: Task) -> None:
    content = november(session, hall)
    spot = content.sheets[2]
    assert [row[2:] for row in spot.rows] == [("D09", "地面湿滑、不平或无障碍通道受阻", "已擦干")]
    assert "当场改正问题 1 项。" in content.paragraphs


def test_the_focus_names_what_was_missed_and_late(
    session: Session, hall: Cast, monday: Task
) -> None:
    assert november(session, hall).focus == (
        "落实班后巡查（本期未巡查 1 次）",
        "班中巡查按时完成（本期超时 1 次）",
    )


def test_the_section_speaks_english_with_the_same_facts(
    session: Session, hall: Cast, monday: Task
) -> None:
    chinese = november(session, hall)
    with use_language("en"):
        english = november(session, hall)
    assert english.facts == chinese.facts
    assert [(one.key, one.value, one.of) for one in english.figures] == [
        (one.key, one.value, one.of) for one in chinese.figures
    ]
    assert english.paragraphs[0].startswith("3 patrols were due: 2 done (67%)")


def test_checks_have_the_same_facts_in_both_languages(
    session: Session, hall: Cast, monday: Task
) -> None:
    for code in ("lead-monthly", "fire-quarterly"):
        make_check(session, hall, code)
    chinese = november(session, hall)
    with use_language("en"):
        english = november(session, hall)
    assert english.facts == chinese.facts
    counted = chinese.facts["patrols"]["checks"]
    assert [row[0] for row in counted] == ["fire-quarterly", "lead-monthly"]


def test_one_check_is_told_in_the_singular(session: Session, hall: Cast) -> None:
    day = [make_task(session, hall, part=part) for part in ("opening", "during", "closing")]
    for other in day[1:]:
        session.delete(other)
    make_check(session, hall)
    with use_language("en"):
        said = november(session, hall).paragraphs
    assert said[0].startswith("1 patrol was due: 0 done")
    assert "1 check was due: 0 done." in said


def test_the_whole_site_says_where(session: Session, hall: Cast, monday: Task) -> None:
    period = Period(TODAY, TODAY, START, END, NOW + timedelta(days=1), "Asia/Shanghai")
    content = sections.build(session, hall.site_id, None, period)
    table = next(block for block in content.blocks if isinstance(block, Table))
    assert table.rows[0][1] == "A01 综合窗口"


def test_second_signatures_that_are_missing_are_told_until_they_are_given(
    session: Session, hall: Cast, monday: Task
) -> None:
    before = november(session, hall)
    runs = session.scalars(select(Run).where(Run.submitted_at.is_not(None))).all()
    for run in runs:
        later = END + timedelta(days=1)
        service.countersign(session, hall.lead, [run.id], signature=INK, now=later)
    after = november(session, hall)
    assert UNSIGNED in before.missing and UNSIGNED not in after.missing
    assert replace(after, missing=before.missing) == before, "nothing on the paper changes"


def test_a_confirmed_paper_form_is_counted_apart(
    session: Session, hall: Cast, monday: Task
) -> None:
    before = figures(november(session, hall))
    form = PaperForm(
        site_id=hall.site_id, task_id=monday.id, walked_by=hall.staff.user_id,
        handed_in_by=hall.staff.user_id, handed_in_at=END, confirmed_by=hall.lead.user_id,
        confirmed_at=monday.closes_at + timedelta(days=1),
    )  # fmt: skip
    session.add(form)
    session.flush()
    content = november(session, hall)
    assert figures(content) == before | {"missed": (0, None), "paper": (1, None)}
    assert "停电或断网时纸质补录 1 次，单独统计。" in content.paragraphs
    assert content.facts["patrols"]["paper"] == [["closing", 1]]
    form.confirmed_at = END
    session.flush()
    assert figures(november(session, hall)) == before, "confirmed after the cut-off"


def test_what_does_not_count_is_neither_due_nor_missed(
    session: Session, hall: Cast, monday: Task
) -> None:
    monday.counts = False
    session.add(
        WindowPause(
            site_id=hall.site_id, window_id=hall.a01, first=TODAY, last=TODAY,
            reason="系统升级", created_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    content = november(session, hall)
    assert figures(content)["done"] == (2, 2)
    assert figures(content)["excused"] == (1, None)
    assert "2026年11月23日暂停服务：系统升级。" in content.paragraphs
    assert content.missing == (UNSIGNED,)


def test_checks_are_a_figure_of_their_own(session: Session, hall: Cast, monday: Task) -> None:
    before = figures(november(session, hall))
    check = make_check(session, hall)
    due = november(session, hall)
    assert figures(due) == before | {"checks.done": (0, 1)}
    assert "应检查 1 次，完成 0 次。" in due.paragraphs
    assert any("窗口负责人月度安全检查" in text and "未说明原因" in text for text in due.paragraphs)
    tablet = Tablet(session, hall.lead, check, now=NOW)
    tablet.pass_all()
    tablet.submit()
    assert figures(november(session, hall)) == before | {"checks.done": (1, 1)}
