"""What an item's sheet says, and what an inspection changes on the item."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import service as checklists
from checklists.entries import Entry
from checklists.flows import sweep_inspections
from checklists.models import Run, TemplateItem
from equipment import subjects
from equipment.models import Item, ItemStep, Status, Step
from equipment.service.moving import move
from hazards import service as hazards
from hazards.models import Hazard
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.feature import Subject
from safety_app.core.i18n import use_language
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import days, make_item, steps_of
from tests.equipment.sheets import inspect
from tests.factories import make_photo


def sheet(session: Session, hall: Cast, item: Item, now: datetime = NOW) -> Subject:
    """What the officer sees."""
    return subjects.find(session, hall.officer, item.code, now)


def refusal(session: Session, hall: Cast, item: Item) -> str:
    """Why the officer cannot inspect it."""
    return subjects.refusal(session, hall.officer, item.code)


def test_dates_are_judged_by_the_system(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=date(2021, 12, 1))
    seen = sheet(session, hall, item)
    assert seen.known == (("维修：2026-12-01，还有 8 天", True), ("报废：2031-12-01", True))
    assert seen.previous == "尚未检查过。" and refusal(session, hall, item) == ""
    with use_language("en"):
        assert sheet(session, hall, item).known[0] == ("Service: 2026-12-01, in 8 days", True)


@pytest.mark.parametrize(("day", "good"), [(-1, True), (0, False), (1, False)])
def test_a_date_is_reached_on_the_day_itself(
    session: Session, hall: Cast, day: int, good: bool
) -> None:
    item = make_item(session, hall, made_on=date(2021, 12, 1))
    at = datetime(2026, 12, 1, 4, tzinfo=UTC) + timedelta(days=day)
    assert sheet(session, hall, item, at).known[0][1] is good


def test_an_inspection_in_order_moves_the_next_date(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    assert item.inspect_by == date(2026, 12, 1)
    done = inspect(session, hall.staff, item)
    assert done.hazards == () and done.receipt
    assert done.receipt.lines[0] == ("下次检查", "2026-12-23")
    assert (item.last_inspected_on, item.last_inspection_passed) == (TODAY, True)
    assert item.inspect_by == date(2026, 12, 23)
    assert steps_of(session, item) == [Step.INSPECT]
    assert "本月已检" in sheet(session, hall, item).known[0][0]


def test_the_sheet_says_how_it_was_last_time_and_by_whom(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    inspect(session, hall.staff, item)
    seen = sheet(session, hall, item)
    assert seen.previous == "", "it stands above already: inspected this month"
    assert seen.known[0] == ("本月已检：2026年11月23日，合格，王晓燕", True)
    inspect(session, hall.lead, item, now=days(1), E05={"disposal": "hazard"})
    assert sheet(session, hall, item, days(1)).known[0] == (
        "本月已检：2026年11月24日，发现问题，李敏",
        False,
    )
    later = sheet(session, hall, item, days(8))
    assert later.previous == "上次检查 2026年11月24日，发现问题，李敏"
    with use_language("en"):
        later = sheet(session, hall, item, days(8))
    assert later.previous == "Last inspection 24 Nov 2026, problems found, Li Min"


def test_the_sheet_shows_the_picture_of_the_thing(session: Session, hall: Cast) -> None:
    upload = hazards.store_upload(session, hall.officer, make_photo("mhq"), "k", NOW)
    item = make_item(session, hall, photo_upload_id=upload.id)
    assert sheet(session, hall, item).photo == upload.key
    page = checklists.inspection_sheet(session, hall.staff, f"equipment:{item.code}", NOW)
    assert page["photo"] == f"/photos/{upload.key}"
    bare = make_item(session, hall)
    page = checklists.inspection_sheet(session, hall.staff, f"equipment:{bare.code}", NOW)
    assert page["photo"] == ""


def test_what_is_wrong_is_a_hazard_with_the_items_name(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    (number,) = inspect(session, hall.lead, item, E05={"disposal": "hazard"}).hazards
    hazard = session.scalars(select(Hazard).where(Hazard.number == number)).one()
    assert hazard.source == f"equipment:{item.code}/E05" and hazard.window_id == hall.a01
    assert hazard.what.startswith(f"干粉（ABC）灭火器 {item.code}：")
    assert item.last_inspection_passed is False and item.status == Status.IN_SERVICE


def test_what_was_put_right_on_the_spot_passes(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    done = inspect(session, hall.staff, item, E01={"disposal": "spot", "note": "已放回原位"})
    assert done.hazards == () and item.last_inspection_passed is True


def test_a_scrap_condition_takes_it_out_of_service(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    done = inspect(session, hall.staff, item, E09={"disposal": "scrap"})
    assert len(done.hazards) == 1 and done.receipt
    assert item.status == Status.DEFECTIVE and item.condemned_on == TODAY
    assert item.scrap_on == TODAY and item.service_by is None
    assert item.condemned_because
    assert steps_of(session, item) == [Step.INSPECT, Step.CONDEMN]
    assert "须更换" in done.receipt.notices[0]
    assert "须更换" in refusal(session, hall, item)


def test_a_label_of_a_scrapped_item_leads_to_what_took_its_place(
    session: Session, hall: Cast
) -> None:
    old, new = make_item(session, hall), make_item(session, hall)
    old.status, old.status_on, old.successor_id = Status.SCRAPPED, TODAY, new.id
    session.flush()
    seen, why = sheet(session, hall, old), refusal(session, hall, old)
    assert "报废" in why and "撕下" in why
    assert seen.next_url == f"/inspect/equipment:{new.code}" and new.code in seen.next_text


@pytest.mark.parametrize(("status", "words"), [(Status.AWAY, "送修"), (Status.LOST, "丢失")])
def test_what_is_not_there_is_not_inspected(
    session: Session, hall: Cast, status: Status, words: str
) -> None:
    item = make_item(session, hall)
    item.status, item.status_on = status, TODAY
    session.flush()
    assert words in refusal(session, hall, item)


def test_who_has_nothing_to_do_with_it_is_told_who_has(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    with pytest.raises(NotAllowed):
        subjects.refusal(session, hall.other_staff, item.code)
    with pytest.raises(NotAllowed):
        subjects.refusal(session, hall.third_party, item.code)
    with pytest.raises(NotFound):
        subjects.refusal(session, hall.foreign_manager, item.code)
    assert "安全员" in subjects.refusal(session, hall.manager, item.code)


def test_an_item_moved_meanwhile_keeps_its_inspection_and_says_so(
    session: Session, hall: Cast
) -> None:
    item = make_item(session, hall)
    opened = checklists.open_inspection(session, hall.officer, f"equipment:{item.code}", now=NOW)
    item.window_id = hall.a02
    session.flush()
    done = inspect(session, hall.officer, item, E05={"disposal": "hazard"})
    assert done.receipt and "A02" in done.receipt.notices[0]
    hazard = session.scalars(select(Hazard)).one()
    assert hazard.window_id == hall.a02
    step = session.scalars(select(ItemStep).where(ItemStep.step == Step.INSPECT)).one()
    assert step.run_id == opened.run_id


def test_a_weight_is_held_against_the_items_own_limits(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, "extinguisher-co2", size="3 kg", limits={"E05": (7.9, None)})
    done = inspect(session, hall.officer, item, numbers={"E05": 7.8}, E05={"disposal": "hazard"})
    assert len(done.hazards) == 1
    later = NOW + timedelta(days=2)
    done = inspect(session, hall.officer, item, now=later, numbers={"E05": 8.0})
    assert done.hazards == () and item.last_inspection_passed is True


def test_a_sheet_opened_before_its_item_went_elsewhere_is_stored(
    session: Session, hall: Cast
) -> None:
    item = make_item(session, hall)
    move(
        session, hall.officer, item.id, window_id=hall.a03, location_id=None, placing="",
        custodian_id=None, on_date=TODAY, now=NOW,
    )  # fmt: skip
    done = inspect(session, hall.staff, item, E05={"disposal": "hazard"})
    assert item.last_inspected_on == TODAY and len(done.hazards) == 1
    later = NOW + subjects.LATELY + timedelta(minutes=1)
    with pytest.raises(NotAllowed):
        inspect(session, hall.staff, item, now=later)


def test_a_scrap_condition_nobody_submitted_takes_it_out_of_service(
    session: Session, hall: Cast
) -> None:
    item = make_item(session, hall)
    opened = checklists.open_inspection(session, hall.staff, f"equipment:{item.code}", now=NOW)
    part_id = session.get_one(Run, opened.run_id).part_id
    points = select(TemplateItem).where(TemplateItem.part_id == part_id)
    point = session.scalars(points.where(TemplateItem.code == "E09")).one()
    facts = {"seq": 1, "item_id": point.id, "value": "F", "disposal": "scrap"}
    checklists.record(session, opened.token, Entry.model_validate(facts), now=NOW)
    assert sweep_inspections(session, NOW + subjects.LATELY) == 1
    assert item.status == Status.DEFECTIVE and item.condemned_on == TODAY
    assert item.last_inspected_on is None
