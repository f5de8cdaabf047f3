"""Chapter 8 of the papers for an inspector: who was trained, and who was not."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from safety_app.accounts import service
from safety_app.accounts.dossier import training
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Table
from tests.cast import NOW, TODAY, Cast


def _table(blocks: tuple[object, ...]) -> Table:
    return next(block for block in blocks if isinstance(block, Table))


def _train(session: Session, user_id: int, on: date, result: str = "合格") -> None:
    service.update_person(
        session, None, user_id, now=NOW, trained_on=on, exam_result=result, joined_on=on
    )


def test_it_lists_everybody_who_works_here_with_training_and_exam(
    session: Session, hall: Cast
) -> None:
    _train(session, hall.staff.user_id, TODAY)
    service.leave(session, hall.administrator, hall.second_staff.user_id, on=TODAY, now=NOW)
    rows = {row[1]: row for row in _table(training(session, hall.site_id, NOW).blocks).rows}
    assert rows["王晓燕"][3:] == (
        "窗口人员 · A01 综合窗口", "2026年11月23日", "2026年11月23日", "合格",
    )  # fmt: skip
    assert "周航" not in rows and "赵国强" not in rows and "刘洋" in rows


def test_what_is_missing_is_said_by_name(session: Session, hall: Cast) -> None:
    for actor in (hall.lead, hall.officer, hall.manager, hall.administrator, hall.other_lead):
        _train(session, actor.user_id, TODAY)
    _train(session, hall.staff.user_id, date(2025, 11, 22))
    _train(session, hall.other_staff.user_id, date(2025, 11, 23), result="")
    assert training(session, hall.site_id, NOW).missing == (
        "1 人没有培训记录：周航。",
        "1 人最近一次培训已超过一年：王晓燕。",
        "1 人已培训但没有考核结果：吴涛。",
    )


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_many_without_training_are_counted(session: Session, hall: Cast, language: str) -> None:
    for number in range(20):
        user = service.create_user(
            session, None, site_id=hall.site_id, login=f"p{number}", name=f"某{number}", now=NOW
        )
        service.set_roles(
            session, None, user.id, staff_at=[hall.a01], leads=[], for_the_site=[], now=NOW
        )
    with use_language(language):
        [said] = training(session, hall.site_id, NOW).missing
    assert said.startswith("28 " if language == "en" else "28 人")
    assert "18" in said


def test_an_empty_hall_says_so(session: Session, hall: Cast) -> None:
    service.deactivate(session, None, hall.foreign_manager.user_id, NOW)
    found = training(session, hall.foreign_site_id, NOW)
    assert found.blocks == () and found.missing == ("尚未录入在岗人员。",)
