"""What is to be done is given to nobody whom the gate keeps off."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.errors import NotFitThatDay
from drills.service import cancel, reschedule, years
from drills.service.years import Accepted
from drills.training.models import GatePeriod, Result
from equipment.due import Precision
from equipment.jobs import due_hazards
from equipment.service import bulk, custody, moving, stock
from equipment.units import Unit
from hazards import service as hazards
from hazards.incidents.models import Status
from hazards.incidents.service import investigating
from hazards.models import Hazard, HazardStep, Step
from hazards.models import Status as HazardStatus
from safety_app.core import clock
from safety_app.workplace import service as workplace
from safety_app.workplace.roster_errors import OwnerNotQualified
from tests.cast import NOW, TODAY, Cast
from tests.drills.cases import make_drill
from tests.drills.training.lessons import here_since, only, passed
from tests.drills.training.test_gate_wiring import WHY, close_gate
from tests.equipment.items import ABC, make_item
from tests.equipment.stocks import make_stock
from tests.hazards.incidents.cases import BY_DAY, make_incident

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_what_the_night_finds_waits_where_its_lead_is_barred(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    only(session, hall, "FIRE")
    for actor in (hall.officer, hall.manager, hall.other_lead):
        passed(session, hall, actor.user_id, "FIRE", TODAY - DAY)
    session.add(
        GatePeriod(
            site_id=hall.site_id, starts_on=TODAY, grace_days=0, set_by=hall.manager.user_id,
            set_at=NOW - DAY,
        )
    )  # fmt: skip
    for window_id in (hall.a01, hall.a03):
        make_item(session, hall, made_on=date(2016, 11, 1), window_id=window_id)
    assert due_hazards(session, NOW) == 2
    waits, given = session.scalars(select(Hazard).order_by(Hazard.window_id)).all()
    assert (waits.status, waits.owner_id) == (HazardStatus.REGISTERED, None)
    assert (waits.assigned_at, waits.original_fix_by) == (None, None)
    assert waits.fix_by is not None
    assert (given.status, given.owner_id) == (HazardStatus.ASSIGNED, hall.other_lead.user_id)
    steps = select(HazardStep.step).where(HazardStep.hazard_id == waits.id)
    assert list(session.scalars(steps)) == [Step.REGISTER]
    passed(session, hall, hall.lead.user_id, "FIRE")
    hazards.assign(
        session, hall.officer, waits.id, owner_id=hall.lead.user_id, fix_by=TODAY + 3 * DAY,
        measures="更换灭火器", interim_measure="借用备用灭火器", row_version=None, now=NOW,
    )  # fmt: skip
    assert waits.owner_id == hall.lead.user_id


def test_no_investigation_is_led_by_who_lacks_a_training(session: Session, hall: Cast) -> None:
    user_id = close_gate(session, hall)
    incident = make_incident(session, hall, Status.CONFIRMED)

    def investigate(leader_id: int, *member_ids: int) -> None:
        investigating.investigate(
            session, hall.officer, incident.id, leader_id=leader_id, member_ids=member_ids,
            investigate_by=BY_DAY, row_version=None, now=NOW,
        )  # fmt: skip

    with pytest.raises(OwnerNotQualified) as refusal:
        investigate(user_id)
    assert WHY in refusal.value.message()
    assert (incident.leader_id, incident.status) == (None, Status.CONFIRMED)
    investigate(hall.staff.user_id, user_id)
    assert incident.leader_id == hall.staff.user_id, "whoever only helps is not asked"
    with pytest.raises(OwnerNotQualified) as refusal:
        investigating.hand_over(
            session, hall.officer, [incident.number], hall.staff.user_id, user_id, now=NOW
        )
    assert WHY in refusal.value.message()
    assert incident.leader_id == hall.staff.user_id
    passed(session, hall, user_id, "FIRE")
    investigating.hand_over(
        session, hall.officer, [incident.number], hall.staff.user_id, user_id, now=NOW
    )
    assert incident.leader_id == user_id


def test_nothing_is_given_to_the_care_of_who_lacks_a_training(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, custodian_id=hall.staff.user_id)
    masks = make_stock(session, hall, custodian_id=hall.staff.user_id)
    user_id = close_gate(session, hall)

    def move() -> None:
        moving.move(
            session, hall.officer, item.id, window_id=item.window_id, location_id=item.location_id,
            placing=item.placing, custodian_id=user_id, now=NOW,
        )  # fmt: skip

    def hand_over() -> None:
        ids = (hall.staff.user_id, user_id)
        custody.hand_over(session, hall.officer, [item.code], *ids, now=NOW)

    def change() -> None:
        stock.change_stock(
            session, hall.lead, masks.id, minimum=10, custodian_id=user_id, is_reusable=False,
            variant="KN95", unit=Unit.PIECE, now=NOW,
        )  # fmt: skip

    def hand_over_stocks() -> None:
        ids = (hall.staff.user_id, user_id)
        stock.hand_over_stocks(session, hall.officer, [str(masks.id)], *ids, now=NOW)

    def register() -> None:
        make_item(session, hall, custodian_id=user_id, registered=NOW)

    def register_many() -> None:
        bulk.add_many(
            session, hall.officer, count=2, kind=ABC, made_on=date(2024, 3, 1), size="4 kg",
            precision=Precision.MONTH, window_id=hall.a01, location_id=None, custodian_id=user_id,
            now=NOW,
        )  # fmt: skip

    def set_up() -> None:
        make_stock(session, hall, variant="N95", custodian_id=user_id)

    ways: tuple[Callable[[], None], ...] = (
        move, hand_over, change, hand_over_stocks, register, register_many, set_up,
    )  # fmt: skip
    for give in ways:
        with pytest.raises(OwnerNotQualified) as refusal:
            give()
        assert WHY in refusal.value.message()
        assert {item.custodian_id, masks.custodian_id} == {hall.staff.user_id}
    passed(session, hall, user_id, "FIRE")
    for give in ways[:3]:
        item.custodian_id = masks.custodian_id = hall.staff.user_id
        give()
        assert user_id in {item.custodian_id, masks.custodian_id}


def test_who_has_something_in_their_care_keeps_it_wherever_it_goes(
    session: Session, hall: Cast
) -> None:
    item = make_item(session, hall, custodian_id=hall.second_staff.user_id)
    user_id = close_gate(session, hall)
    moving.move(
        session, hall.officer, item.id, window_id=hall.a02, location_id=None, placing="门口",
        custodian_id=user_id, now=NOW,
    )  # fmt: skip
    assert (item.custodian_id, item.window_id) == (user_id, hall.a02)


def test_a_drill_asks_who_may_serve_on_its_own_day(session: Session, hall: Cast) -> None:
    close_gate(session, hall)
    lead = hall.lead.user_id
    workplace.site(session, hall.site_id).counts_from = date(2026, 1, 1)
    for row in session.scalars(select(Result).where(Result.user_id == lead)):
        row.on_date = TODAY - 360 * DAY  # it ends in five days
    session.scalars(select(GatePeriod)).one().grace_days = 0
    session.flush()
    others: dict[str, Any] = {"owner_id": hall.officer.user_id, "evaluator_ids": ()}
    before, after = date(2026, 11, 26), date(2026, 12, 3)
    drill = make_drill(session, hall, on=before, **others)
    with pytest.raises(NotFitThatDay) as refusal:
        make_drill(session, hall, on=after, **others)
    assert "李敏 2026年12月3日 周四不能上岗：缺消防安全培训（已过期）" in refusal.value.message()
    with pytest.raises(NotFitThatDay):
        reschedule(session, hall.officer, drill.id, planned_on=after, reason="雨", now=NOW)
    cancel(session, hall.officer, drill.id, reason="雨", now=NOW)
    wish = [Accepted("2026-H2/hall", after, hall.officer.user_id, lead)]
    with pytest.raises(NotFitThatDay):
        years.accept(session, hall.manager, 2026, wish, now=NOW)
    passed(session, hall, lead, "FIRE")
    (made,) = years.accept(session, hall.manager, 2026, wish, now=NOW)
    assert (made.planned_on, made.commander_id) == (after, lead)


def test_a_year_is_planned_with_people_who_must_renew_a_training_until_then(
    session: Session, hall: Cast
) -> None:
    close_gate(session, hall)
    on = date(2027, 11, 26)
    assert workplace.find_bar(session, hall.site_id, hall.lead.user_id, on) is not None
    wish = [Accepted("2027-H2/hall", on, hall.officer.user_id, hall.lead.user_id)]
    (made,) = years.accept(session, hall.manager, 2027, wish, now=NOW)
    assert made.planned_on == on
    barred = hall.second_staff.user_id
    with pytest.raises(NotFitThatDay):
        make_drill(session, hall, on=on, commander_id=barred, owner_id=hall.officer.user_id)
