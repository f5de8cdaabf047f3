"""What patrols and checks give to an inspector: chapters 3 and 4."""

from datetime import timedelta

from sqlalchemy.orm import Session

from checklists import dossier, service
from safety_app.core.pdf.blocks import Heading, Table
from tests.cast import NOW, Cast
from tests.checklists.checks import make_check
from tests.checklists.sheets import INK, Tablet
from tests.factories import make_task

EVENING = NOW + timedelta(hours=13)


def test_without_anything_it_says_what_is_missing(session: Session, hall: Cast) -> None:
    assert dossier.patrol_records(session, hall.site_id, EVENING).missing == (
        "近 30 天没有应巡查的任务。",
    )
    assert dossier.fire_checks(session, hall.site_id, EVENING).missing == (
        "近 12 个月没有安排检查。",
    )


def test_the_patrols_of_thirty_days_stand_place_by_place(session: Session, hall: Cast) -> None:
    for window in (hall.a01, hall.a02):
        make_task(session, hall, window_id=window)
    make_task(session, hall, common=True)
    task = make_task(session, hall)
    tablet = Tablet(session, hall.staff, task, now=task.due_at)
    tablet.pass_all()
    tablet.submit()
    found = dossier.patrol_records(session, hall.site_id, EVENING)
    heads = [block.text for block in found.blocks if isinstance(block, Heading)]
    assert heads == ["A01 综合窗口", "A02 社保窗口", "一楼大厅", "巡查项目"]
    tables = [block for block in found.blocks if isinstance(block, Table)]
    codes = [row[0] for table in tables for row in table.rows if len(row) == 4]
    assert "D01" in codes and len(codes) == len(set(codes)), "the points once, not by window"
    assert sum(len(table.rows) for table in tables if len(table.columns) != 4) == 9
    assert found.missing == ()
    assert found.shortfalls == (
        "未巡查 8 次，其中 8 次未说明原因。",
        "有 1 份记录尚未复核签字。",
    )


def test_the_checks_of_a_year_with_every_point(session: Session, hall: Cast) -> None:
    task = make_check(session, hall)
    make_check(session, hall, "fire-quarterly", common=True)
    tablet = Tablet(session, hall.lead, task, now=NOW)
    tablet.pass_all()
    tablet.submit()
    later = NOW + timedelta(days=10)
    found = dossier.fire_checks(session, hall.site_id, later)
    assert found.shortfalls == ("有 1 次检查未完成。", "有 1 次检查尚未复核签字。")
    points = [b for b in found.blocks if isinstance(b, Table) and len(b.rows) == 15]
    assert len(points) == 1
    service.countersign(session, hall.manager, [tablet.run.id], signature=INK, now=later)
    again = dossier.fire_checks(session, hall.site_id, later)
    assert again.shortfalls == ("有 1 次检查未完成。",)


def test_what_is_older_is_left_out(session: Session, hall: Cast) -> None:
    make_task(session, hall)
    much_later = EVENING + timedelta(days=40)
    found = dossier.patrol_records(session, hall.site_id, much_later)
    assert found.missing == ("近 30 天没有应巡查的任务。",)
