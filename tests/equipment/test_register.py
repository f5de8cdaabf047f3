"""Items come onto the register with their code, and are edited with a trace."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.code_errors import CodeTaken, CodeUnclear
from equipment.due import Precision
from equipment.errors import (
    CustodianUnknown,
    DayAhead,
    FireClassUnknown,
    ItemChanged,
    KindKeptAsStock,
    KindNotChangeable,
    KindPhasedOut,
    LimitsWrong,
    MadeDateMissing,
    MadeInFuture,
    MadeTooLongAgo,
    PlaceGone,
    PlaceMissing,
    PlaceUnknown,
    ServiceBeforeMade,
    ServicedSince,
    ServicesMissing,
    UnknownConsumable,
    UnknownKind,
)
from equipment.models import Consumable, EquipmentSettings, Item, ItemStep, Profile, Status, Step
from equipment.protection_errors import FireClassBeyond
from equipment.service import facts as checks
from equipment.service import register, servicing
from hazards import service as hazards
from safety_app.core.access import Actor
from safety_app.core.errors import AppError, NotAllowed, NotFound, TextTooLong
from safety_app.core.journal import Entry
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Location, Window
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_photo

MADE = date(2024, 3, 15)


def add(session: Session, hall: Cast, actor: Actor | None = None, **said: Any) -> Item:
    """An extinguisher at A01, made in March 2024, registered by the officer."""
    facts: dict[str, Any] = {
        "kind": "extinguisher-abc", "made_on": MADE, "precision": Precision.MONTH,
        "window_id": hall.a01, "location_id": None, "now": NOW,
    }  # fmt: skip
    return register.add_item(session, actor or hall.officer, **{**facts, **said})


def edit(session: Session, actor: Actor, item: Item, **said: Any) -> Item:
    facts: dict[str, Any] = {"row_version": item.row_version, "now": NOW}
    return register.edit_item(session, actor, item.id, **{**facts, **said})


def test_an_item_is_registered_with_code_dates_and_history(session: Session, hall: Cast) -> None:
    item = add(
        session, hall, hall.lead, size="4 kg", maker=" 某某消防 ", serial="B-01",
        placing="柜台右侧立柱", custodian_id=hall.staff.user_id,
    )  # fmt: skip
    assert (item.code, item.status, item.fire_classes) == ("MHQ-0001", Status.IN_SERVICE, "ABCE")
    assert (item.made_on, item.maker) == (date(2024, 3, 1), "某某消防")
    assert (item.service_by, item.scrap_on) == (date(2029, 3, 1), date(2034, 3, 1))
    assert item.inspect_by == item.due_on == date(2026, 12, 23)
    step = session.scalars(select(ItemStep).where(ItemStep.item_id == item.id)).one()
    assert (step.step, step.on_date, step.placing) == (Step.REGISTER, TODAY, "柜台右侧立柱")
    query = select(Entry.action).where(Entry.object == "equipment", Entry.object_id == item.id)
    assert list(session.scalars(query)) == ["equipment:register"]


def test_codes_count_per_prefix_and_never_come_back(session: Session, hall: Cast) -> None:
    codes = [add(session, hall).code for _ in range(2)]
    lamp = add(session, hall, kind="emergency-light")
    assert codes == ["MHQ-0001", "MHQ-0002"] and lamp.code == "YJD-0001"
    assert add(session, hall, code=" ｍｈｑ 41").code == "MHQ-0041"
    assert add(session, hall, code="MHQ-LOBBY").code == "MHQ-LOBBY"
    assert add(session, hall).code == "MHQ-0042"
    add(session, hall, code="MHQ-12000")
    assert register.next_codes(session, hall.site_id, "MHQ", 2) == ["MHQ-12001", "MHQ-12002"]


@pytest.mark.parametrize("code", ["灭-01", "A B?", "MHQ-1-2-3-4-5-6-7-8", "-", "x" * 30])
def test_a_code_nobody_can_type_is_refused(session: Session, hall: Cast, code: str) -> None:
    with pytest.raises(CodeUnclear):
        add(session, hall, code=code)


def test_two_items_never_have_one_code(session: Session, hall: Cast) -> None:
    add(session, hall, code="MHQ-0007")
    with pytest.raises(CodeTaken):
        add(session, hall, code="mhq7")


def test_the_same_key_gives_the_same_item(session: Session, hall: Cast) -> None:
    first = add(session, hall, client_key="k1")
    again = add(session, hall, client_key="k1", size="8 kg")
    assert again is first and again.size == ""
    assert add(session, hall, client_key="k2") is not first


def test_items_are_found_by_code_however_it_is_typed(session: Session, hall: Cast) -> None:
    item = add(session, hall)
    for said in ("MHQ-0001", "mhq1", "ＭＨＱ－0001 ", "mhq 0001"):
        assert register.by_code(session, hall.officer, said) is item
    for said in ("MHQ-0002", "", "灭火器", "\x00"):
        with pytest.raises(NotFound):
            register.by_code(session, hall.officer, said)


def test_people_see_what_is_theirs_to_see(session: Session, hall: Cast) -> None:
    at_window = add(session, hall)
    common = add(session, hall, window_id=None, location_id=hall.floor)
    kept = add(session, hall, window_id=hall.a03, custodian_id=hall.staff.user_id)

    def seen(actor: Actor) -> list[Item]:
        found = []
        for item in (at_window, common, kept):
            try:
                found.append(register.get(session, actor, item.id))
            except NotFound:
                continue
        return found

    assert seen(hall.staff) == [at_window, common, kept]
    assert seen(hall.other_staff) == [common, kept]
    assert seen(hall.second_staff) == [at_window, common]
    for actor in (hall.lead, hall.other_lead, hall.officer, hall.manager, hall.administrator):
        assert seen(actor) == [at_window, common, kept]
    assert seen(hall.third_party) == seen(hall.foreign_manager) == []


def test_who_keeps_a_place_registers_there(session: Session, hall: Cast) -> None:
    for actor in (hall.lead, hall.officer, hall.administrator):
        add(session, hall, actor)
    for actor in (hall.staff, hall.other_lead, hall.manager, hall.third_party):
        with pytest.raises(NotAllowed):
            add(session, hall, actor)
    add(session, hall, hall.officer, window_id=None, location_id=hall.floor)
    with pytest.raises(NotAllowed):
        add(session, hall, hall.lead, window_id=None, location_id=hall.floor)


def test_a_place_must_be_one_in_use_here(session: Session, hall: Cast) -> None:
    closed = Location(site_id=hall.site_id, name="旧库房", is_active=False)
    session.add(closed)
    session.flush()
    session.get_one(Window, hall.a02).is_active = False
    session.flush()
    wrong: list[tuple[dict[str, Any], type[AppError]]] = [
        ({"window_id": None}, PlaceMissing),
        ({"window_id": hall.foreign_window}, PlaceUnknown),
        ({"window_id": hall.a02}, PlaceGone),
        ({"window_id": None, "location_id": 9999}, PlaceUnknown),
        ({"window_id": None, "location_id": closed.id}, PlaceGone),
    ]
    for place, error in wrong:
        with pytest.raises(error):
            add(session, hall, **place)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"made_on": None}, MadeDateMissing),
        ({"made_on": TODAY + timedelta(days=1), "precision": Precision.DAY}, MadeInFuture),
        ({"made_on": date(2026, 12, 1)}, MadeInFuture),
        ({"made_on": date(1204, 3, 1)}, MadeTooLongAgo),
        ({"kind": "extinguisher-abcd"}, UnknownKind),
        ({"kind": "extinguisher-dry-stainless"}, UnknownKind),
        ({"kind": "dust-mask"}, KindKeptAsStock),
        ({"kind": "extinguisher-1211"}, KindPhasedOut),
        ({"last_service_on": TODAY + timedelta(days=1)}, DayAhead),
        ({"last_service_on": date(2024, 2, 29)}, ServiceBeforeMade),
        ({"last_services": {"hydrostatic": TODAY}}, ServicesMissing),
        ({"custodian_id": 99_999}, CustodianUnknown),
        ({"fire_classes": "AX"}, FireClassUnknown),
        ({"kind": "extinguisher-bc", "fire_classes": "ABCE"}, FireClassBeyond),
        ({"limits": {"E05": (5.5, 5.0)}}, LimitsWrong),
        ({"limits": {"E05": (-1.0, None)}}, LimitsWrong),
        ({"limits": {"E05": (None, None)}}, LimitsWrong),
        ({"consumables": {"pads": TODAY}}, UnknownConsumable),
        ({"maker": "厂" * 65}, TextTooLong),
        ({"placing": "处" * 101}, TextTooLong),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    session: Session, hall: Cast, said: dict[str, Any], error: type[AppError]
) -> None:
    with pytest.raises(error) as found:
        add(session, hall, **said)
    assert "{" not in found.value.message()
    assert not session.scalars(select(Item)).all()


def test_this_month_is_a_month_that_has_begun(session: Session, hall: Cast) -> None:
    assert add(session, hall, made_on=TODAY).made_on == date(2026, 11, 1)
    by_day = add(session, hall, made_on=TODAY, precision=Precision.DAY)
    assert by_day.made_on == TODAY


def test_unreadable_is_a_scrap_condition_at_once(session: Session, hall: Cast) -> None:
    item = add(session, hall, made_on=MADE, precision=Precision.UNREADABLE)
    assert (item.made_on, item.scrap_on, item.service_by) == (None, TODAY, None)


def test_unknown_is_a_scrap_condition_after_thirty_days(session: Session, hall: Cast) -> None:
    item = add(session, hall, made_on=None, precision=Precision.UNKNOWN)
    assert item.made_unknown_since == TODAY
    assert item.scrap_on == TODAY + timedelta(days=30)
    later = NOW + timedelta(days=9)
    edit(session, hall.lead, item, size="4 kg", now=later)
    assert item.made_unknown_since == TODAY, "an edit gives no more time"
    edit(session, hall.lead, item, made_on=MADE, precision=Precision.DAY, now=later)
    after = session.get_one(Item, item.id)
    assert (after.made_unknown_since, after.scrap_on) == (None, date(2034, 3, 15))


def test_a_lamp_without_a_date_is_no_scrap(session: Session, hall: Cast) -> None:
    item = add(session, hall, kind="emergency-light", made_on=None, precision=Precision.UNKNOWN)
    assert (item.made_unknown_since, item.scrap_on) == (None, None)


def test_a_phased_out_kind_is_registered_to_be_scrapped(session: Session, hall: Cast) -> None:
    item = add(session, hall, kind="extinguisher-1211", may_be_phased_out=True)
    assert item.scrap_on == item.due_on == TODAY


def test_the_last_service_counts_for_the_next(session: Session, hall: Cast) -> None:
    item = add(session, hall, made_on=date(2020, 1, 1), last_service_on=date(2025, 1, 10))
    assert item.last_services == {"service": "2025-01-10"}
    assert item.service_by == date(2027, 1, 10)


def test_printed_expiries_are_kept(session: Session, hall: Cast) -> None:
    expiries = {"pads": date(2027, 5, 31), "battery": date(2028, 1, 31)}
    item = add(session, hall, kind="aed", consumables=expiries)
    parts = session.scalars(select(Consumable).where(Consumable.item_id == item.id)).all()
    assert {one.code: one.expires_on for one in parts} == expiries
    assert item.expires_on == date(2027, 5, 31)


def test_letters_mean_what_the_profile_says(session: Session, hall: Cast) -> None:
    assert add(session, hall, fire_classes="ca").fire_classes == "AC"
    session.add(EquipmentSettings(site_id=hall.site_id, profile=Profile.NFPA))
    session.flush()
    wet = add(session, hall, kind="extinguisher-wet-chemical", fire_classes="KA")
    assert wet.fire_classes == "AK"
    with pytest.raises(FireClassUnknown):
        add(session, hall, fire_classes="E")


def test_a_picture_that_was_sent_ahead_is_taken_over(session: Session, hall: Cast) -> None:
    upload = hazards.store_upload(session, hall.lead, make_photo("mhq"), "k", NOW)
    item = add(session, hall, hall.lead, photo_upload_id=upload.id)
    assert item.photo_key == make_photo("mhq").key
    assert not hazards.list_uploads(session, hall.lead, [upload.id])
    edit(session, hall.lead, item, remove_photo=True)
    assert item.photo_key is None


def test_an_edit_says_what_was_there_before(session: Session, hall: Cast) -> None:
    item = add(session, hall, size="4 kg")
    edit(session, hall.lead, item, size="5 kg", made_on=date(2021, 12, 1))
    assert item.scrap_on == date(2031, 12, 1)
    step = session.scalars(select(ItemStep).order_by(ItemStep.id.desc())).first()
    assert step and step.step == Step.EDIT
    assert step.note == "规格：4 kg → 5 kg；出厂日期：2024年3月 → 2021年12月"


def test_two_who_edit_at_once_do_not_overwrite_each_other(session: Session, hall: Cast) -> None:
    item = add(session, hall)
    seen = item.row_version
    edit(session, hall.lead, item, size="5 kg")
    with pytest.raises(ItemChanged) as found:
        edit(session, hall.officer, item, row_version=seen, size="8 kg")
    assert "李敏" in found.value.message() and item.size == "5 kg"


def test_only_who_keeps_it_edits_and_only_what_is_there(session: Session, hall: Cast) -> None:
    item = add(session, hall)
    for actor in (hall.staff, hall.other_lead, hall.manager):
        with pytest.raises(NotAllowed):
            edit(session, actor, item, size="8 kg")
    with pytest.raises(NotFound):
        edit(session, hall.foreign_manager, item, size="8 kg")


def test_the_kind_is_corrected_within_its_code(session: Session, hall: Cast) -> None:
    item = add(session, hall)
    edit(session, hall.lead, item, kind="extinguisher-water")
    assert (item.kind, item.fire_classes, item.scrap_on) == (
        "extinguisher-water", "A", date(2030, 3, 1),
    )  # fmt: skip
    with pytest.raises(KindNotChangeable):
        edit(session, hall.lead, item, kind="emergency-light")


def test_recorded_services_are_not_written_over(session: Session, hall: Cast) -> None:
    item = add(session, hall, made_on=date(2020, 1, 1))
    edit(session, hall.lead, item, last_services={"service": date(2025, 1, 2)})
    servicing.record_service(
        session, hall.lead, item.id, services=["service"], on_date=TODAY, firm="宏安消防",
        certificate="W-1", now=NOW,
    )  # fmt: skip
    edit(session, hall.lead, item, last_services={"service": TODAY}, size="4 kg")
    with pytest.raises(ServicedSince):
        edit(session, hall.lead, item, last_services={})


def test_many_are_drafted_on_one_ground(session: Session, hall: Cast) -> None:
    ground = checks.ground(session, hall.site_id)
    codes = register.next_codes(session, hall.site_id, "MHQ", 3)
    items = []
    for number, code in enumerate(codes, 1):
        item = register.draft(
            ground, hall.officer, kind="extinguisher-abc", made_on=MADE, precision=Precision.MONTH,
            window_id=None, location_id=hall.floor, placing=f"{number} 号柜", now=NOW,
        )  # fmt: skip
        item.code = code
        items.append(item)
    register.put(session, hall.officer, items, now=NOW)
    assert {item.due_on for item in items} == {date(2026, 12, 23)}
    steps = session.scalars(select(ItemStep.step)).all()
    assert steps == [Step.REGISTER] * 3
    with pytest.raises(NotAllowed):
        register.draft(
            ground, replace(hall.lead, led=frozenset()), kind="extinguisher-abc", made_on=MADE,
            precision=Precision.MONTH, window_id=hall.a01, location_id=None, now=NOW,
        )  # fmt: skip


def test_marking_a_place_moves_the_inspections_there(session: Session, hall: Cast) -> None:
    there = add(session, hall, window_id=None, location_id=hall.floor)
    elsewhere = add(session, hall)
    facts: dict[str, Any] = {"name": "一楼大厅", "floor": "1", "is_half_monthly": True}
    workplace.save_location(
        session, hall.administrator, hall.floor, site_id=hall.site_id, now=NOW, **facts
    )
    assert there.inspect_by == there.due_on == TODAY + timedelta(days=15)
    assert elsewhere.inspect_by == date(2026, 12, 23)
