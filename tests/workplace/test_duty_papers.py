"""Duty for an inspector and for whoever takes over from somebody who leaves."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Table
from safety_app.features import features
from safety_app.workplace import duty_dossier, service
from safety_app.workplace.models import Duty
from tests.cast import NOW, TODAY, Cast

TOMORROW = TODAY + timedelta(days=1)
YESTERDAY = TODAY - timedelta(days=3)


@pytest.fixture(autouse=True)
def _words() -> None:
    features()


def _set(session: Session, hall: Cast, on: date, window_id: int | None, *actors: Actor) -> None:
    service.set_duty(
        session, None, site_id=hall.site_id, on=on, window_id=window_id,
        user_ids=[actor.user_id for actor in actors], now=NOW,
    )  # fmt: skip


def _hand_over(session: Session, hall: Cast, by: Actor | None, *keys: str, **facts: Any) -> None:
    people = {"from": hall.staff, "to": hall.second_staff, **facts}
    service.hand_over_duties(
        session, by, keys, people["from"].user_id, people["to"].user_id, now=NOW
    )


def test_somebody_is_in_charge_of_the_days_to_come(session: Session, hall: Cast) -> None:
    _set(session, hall, TODAY, hall.a01, hall.staff)
    _set(session, hall, TOMORROW, hall.a01, hall.staff, hall.lead)
    _set(session, hall, TOMORROW, None, hall.staff)
    session.add(Duty(site_id=hall.site_id, user_id=hall.staff.user_id, on_date=YESTERDAY))
    session.flush()
    held = service.held_duties(session, hall.site_id, hall.staff.user_id, TODAY)
    assert [(one.key, one.window_id) for one in held] == [(str(hall.a01), hall.a01), ("0", None)]
    assert [one.text for one in held] == [
        "值班：A01 综合窗口，2026年11月23日至2026年11月24日共 2 天",
        "值班：公共区域，2026年11月24日",
    ]
    with use_language("en"):
        held = service.held_duties(session, hall.site_id, hall.staff.user_id, TOMORROW)
        assert held[0].text == "On duty: A01 General services, 24 Nov 2026"
    assert service.held_duties(session, hall.site_id, hall.officer.user_id, TODAY) == []


def test_days_of_duty_go_over_from_today_on(session: Session, hall: Cast) -> None:
    _set(session, hall, TODAY, hall.a01, hall.staff)
    _set(session, hall, TOMORROW, hall.a01, hall.staff, hall.second_staff)
    session.add(Duty(site_id=hall.site_id, user_id=hall.staff.user_id, on_date=YESTERDAY,
                     window_id=hall.a01))  # fmt: skip
    session.flush()
    _hand_over(session, hall, hall.administrator, str(hall.a01))
    for on in (TODAY, TOMORROW):
        assert service.on_duty(session, hall.site_id, on, hall.a01) == [hall.second_staff.user_id]
    past = session.scalars(select(Duty.user_id).where(Duty.on_date == YESTERDAY)).all()
    assert past == [hall.staff.user_id]
    assert service.held_duties(session, hall.site_id, hall.staff.user_id, TODAY) == []


def test_nobody_ends_up_standing_in_for_themselves(session: Session, hall: Cast) -> None:
    service.stand_in(
        session, None, site_id=hall.site_id, window_id=hall.a01, on=TODAY,
        user_id=hall.other_staff.user_id, for_id=hall.staff.user_id, now=NOW,
    )  # fmt: skip
    _hand_over(session, hall, None, str(hall.a01), **{"from": hall.other_staff, "to": hall.staff})
    assert service.on_duty(session, hall.site_id, TODAY, hall.a01) == [hall.staff.user_id]
    assert session.scalars(select(Duty.stands_in_for)).all() == [None]


def test_who_hands_over_and_what_there_is(session: Session, hall: Cast) -> None:
    _set(session, hall, TODAY, hall.a01, hall.staff)
    before = session.scalar(select(func.count(journal.Entry.id))) or 0
    with pytest.raises(NotAllowed):
        _hand_over(session, hall, hall.other_lead, str(hall.a01))
    with pytest.raises(NotFound):
        _hand_over(session, hall, hall.administrator, "0")
    _hand_over(session, hall, hall.administrator, str(hall.a01))
    found = session.scalars(select(journal.Entry.action).order_by(journal.Entry.id)).all()
    assert found[before:] == ["workplace.hand_over_duties"]


def test_the_inspector_sees_thirty_days_back_and_seven_ahead(session: Session, hall: Cast) -> None:
    service.record_absence(
        session, None, user_id=hall.staff.user_id, site_id=hall.site_id, first=TODAY,
        last=TODAY, reason="sick", now=NOW,
    )  # fmt: skip
    service.stand_in(
        session, None, site_id=hall.site_id, window_id=hall.a01, on=TODAY,
        user_id=hall.other_staff.user_id, for_id=hall.staff.user_id, now=NOW,
    )  # fmt: skip
    chapter = duty_dossier.duty(session, hall.site_id, NOW)
    duty, posts = (block for block in chapter.blocks if isinstance(block, Table))
    assert duty.rows[0][0] == "2026年10月26日 周一"
    assert duty.rows[-1][0] == "2026年11月30日 周一"
    assert len(duty.rows) == 26
    today = next(row for row in duty.rows if str(row[0]).startswith("2026年11月23日"))
    assert today[1:] == ("刘洋 *", "3/3", "A01 吴涛 替 王晓燕；王晓燕（病假）")
    assert ("安全员", "刘洋", "–") in [row[:3] for row in posts.rows]
    assert "今后 7 天没有指定值班人员。" in chapter.missing
    _set(session, hall, TOMORROW, None, hall.officer)
    chapter = duty_dossier.duty(session, hall.site_id, NOW)
    assert "今后 7 天没有指定值班人员。" not in chapter.missing


def test_a_place_with_nobody_is_in_the_inspectors_list(session: Session, hall: Cast) -> None:
    service.record_absence(
        session, None, user_id=hall.officer.user_id, site_id=hall.site_id, first=TODAY,
        last=TODAY, reason="leave", now=NOW,
    )  # fmt: skip
    chapter = duty_dossier.duty(session, hall.site_id, NOW)
    table = next(block for block in chapter.blocks if isinstance(block, Table))
    today = next(row for row in table.rows if str(row[0]).startswith("2026年11月23日"))
    assert today[1] == "无人值班 *"
    assert "公共区域 无人值班" in str(today[3])


def test_who_has_left_stays_on_the_days_they_were_named_for(session: Session, hall: Cast) -> None:
    for on in (YESTERDAY, TOMORROW):
        session.add(Duty(site_id=hall.site_id, user_id=hall.third_party.user_id, on_date=on))
    session.flush()
    accounts.deactivate(session, None, hall.third_party.user_id, NOW)
    chapter = duty_dossier.duty(session, hall.site_id, NOW)
    table = next(block for block in chapter.blocks if isinstance(block, Table))
    common = {str(row[0])[:11]: row[1] for row in table.rows}
    assert common["2026年11月20日"] == "赵国强"
    assert common["2026年11月24日"] == "刘洋 *"
    week = service.week(session, hall.officer, monday=date(2026, 11, 16), now=NOW)
    assert [one.name for one in week.rows[0].cells[4].people] == ["赵国强"]
