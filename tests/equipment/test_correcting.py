"""Dates are corrected, not made better: what was known stays known, what was due stays due."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from equipment.date_errors import MadeForgotten, ScrapLifted, ServiceAtScrap, WorkBeforeMade
from equipment.due import Precision
from equipment.errors import ServiceBeforeMade
from equipment.models import Item
from equipment.service import register, servicing
from equipment.service.importing.checks import plan_import
from equipment.service.importing.doing import import_list
from equipment.service.importing.lines import Fate, Plan
from equipment.service.importing.reading import Listed, listed
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import days, last_step, make_file, make_item
from tests.equipment.lists import FULL, book, row
from tests.equipment.lives import serve

OLD = date(2010, 1, 1)
THEN = datetime(2018, 2, 1, 1, 0, tzinfo=UTC)


def edit(session: Session, hall: Cast, item: Item, **said: Any) -> Item:
    """The item corrected by the lead."""
    facts = {"row_version": item.row_version, "now": NOW, **said}
    return register.edit_item(session, hall.lead, item.id, **facts)


def forgotten(session: Session, hall: Cast, item: Item, **said: Any) -> str:
    """What is said to somebody who would like not to know the date any more."""
    with pytest.raises(MadeForgotten) as refused:
        edit(session, hall, item, precision=Precision.UNKNOWN, **said)
    return refused.value.message()


def a_list(session: Session, hall: Cast, item: Item, **cells: Any) -> Listed:
    """A list with one row that means this item."""
    cells = {"名称": "手提式干粉灭火器", "编号": item.code, **cells}
    return listed(
        book(row(**cells), head=FULL), "台账.xlsx", make_file(session, hall.officer, "台账.xlsx")
    )


def planned(session: Session, hall: Cast, found: Listed) -> Plan:
    """What would become of the list."""
    return plan_import(session, hall.officer, found, now=NOW)


def test_a_date_on_record_does_not_become_unknown(session: Session, hall: Cast) -> None:
    for made_on, precision in ((OLD, Precision.MONTH), (None, Precision.UNREADABLE)):
        item = make_item(session, hall, made_on=made_on, precision=precision)
        said = forgotten(session, hall, item, made_on=None, reason="看不清")
        assert item.code in said and "看不清或没有" in said
        assert item.scrap_on is not None and item.scrap_on <= TODAY
        assert item.made_precision == precision
    fresh = make_item(session, hall)
    forgotten(session, hall, fresh, made_on=None)
    edit(session, hall, fresh, made_on=None, precision=Precision.UNREADABLE)
    assert fresh.scrap_on == fresh.registered_on


def test_the_thirty_days_run_once(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=None, precision=Precision.UNKNOWN)
    first = item.scrap_on
    assert first == item.registered_on + timedelta(days=30)
    later = days(5)
    edit(session, hall, item, made_on=date(2025, 1, 1), precision=Precision.MONTH, now=later)
    forgotten(session, hall, item, made_on=None, now=later)
    other = make_item(session, hall, made_on=None, precision=Precision.UNKNOWN)
    edit(session, hall, other, kind="extinguisher-bc", size="8 kg", now=later)
    assert other.scrap_on == first
    other.made_unknown_since = None
    session.flush()
    edit(session, hall, other, size="5 kg", now=later)
    assert other.scrap_on == first, "counted from registration where nothing else is known"


def test_a_lamp_may_do_without_its_date(session: Session, hall: Cast) -> None:
    lamp = make_item(session, hall, "emergency-light", size="")
    edit(session, hall, lamp, made_on=None, precision=Precision.UNKNOWN)
    assert (lamp.made_on, lamp.scrap_on) == (None, None)


def test_a_reached_scrap_date_is_put_off_with_a_reason_only(session: Session, hall: Cast) -> None:
    right = {"made_on": date(2020, 1, 1), "precision": Precision.MONTH}
    for made_on, precision in ((OLD, Precision.MONTH), (None, Precision.UNREADABLE)):
        item = make_item(session, hall, made_on=made_on, precision=precision)
        with pytest.raises(ScrapLifted) as refused:
            edit(session, hall, item, reason=" ", **right)
        assert item.code in refused.value.message()
        assert item.made_on == made_on and "2020" not in last_step(session, item).note
        edit(session, hall, item, reason="钢印为 2020 年 1 月，登记时误看", **right)
        assert item.scrap_on == date(2030, 1, 1)
        note = last_step(session, item).note
        assert "2020年1月" in note and "原因：钢印为 2020 年 1 月，登记时误看" in note


def test_late_and_found_out_needs_a_reason_too(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=None, precision=Precision.UNKNOWN)
    known = {"made_on": date(2024, 3, 1), "precision": Precision.MONTH, "now": days(40)}
    with pytest.raises(ScrapLifted):
        edit(session, hall, item, **known)
    edit(session, hall, item, reason="按采购合同", **known)
    assert item.scrap_on == date(2034, 3, 1)


def test_another_kind_with_a_longer_life_needs_a_reason(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, "extinguisher-water", made_on=date(2020, 1, 1), size="3 L")
    with pytest.raises(ScrapLifted):
        edit(session, hall, item, kind="extinguisher-abc")
    edit(session, hall, item, kind="extinguisher-abc", reason="登记时选错类型")
    assert item.scrap_on == date(2030, 1, 1)


def test_what_lifts_nothing_asks_nothing(session: Session, hall: Cast) -> None:
    old = make_item(session, hall, made_on=OLD)
    edit(session, hall, old, made_on=date(2011, 1, 1), size="8 kg")
    assert old.scrap_on == date(2021, 1, 1)
    fresh = make_item(session, hall)
    edit(session, hall, fresh, made_on=date(2025, 1, 1))
    edit(session, hall, fresh, made_on=OLD)
    assert fresh.scrap_on == date(2020, 1, 1)


def test_a_list_lifts_a_scrap_date_by_its_remark_only(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=OLD, common=True)
    bare = planned(session, hall, a_list(session, hall, item, 出厂年月="2020-01"))
    [problem] = bare.problems
    assert bare.rows(Fate.BAD) == 1 and "备注" in problem.text
    told = a_list(session, hall, item, 出厂年月="2020-01", 备注="原台账抄错")
    import_list(session, hall.officer, told, now=NOW)
    session.refresh(item)
    assert item.scrap_on == date(2030, 1, 1)
    assert "原因：原台账抄错" in last_step(session, item).note


def test_a_list_that_does_not_know_changes_nothing(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, common=True)
    plan = planned(session, hall, a_list(session, hall, item, 出厂年月="不详"))
    assert plan.rows(Fate.SAME) == 1 and not plan.problems


LATER = {"made_on": date(2024, 6, 1), "precision": Precision.MONTH}


def test_nothing_is_made_after_it_was_serviced(session: Session, hall: Cast) -> None:
    told = make_item(session, hall, made_on=date(2018, 1, 1), last_service_on=date(2023, 1, 1))
    item = make_item(session, hall, made_on=date(2018, 1, 1), registered=THEN)
    serve(session, hall.officer, item, date(2023, 5, 1))
    serve(session, hall.officer, item, date(2025, 5, 1))
    for one, day in ((told, "2023年1月1日"), (item, "2023年5月1日")):
        with pytest.raises(WorkBeforeMade) as refused:
            edit(session, hall, one, **LATER)
        assert day in refused.value.message() and "2024年6月" in refused.value.message()
        assert one.made_on == date(2018, 1, 1)
        edit(session, hall, one, made_on=date(2023, 1, 1))
        assert one.made_on == date(2023, 1, 1), "the month of the service itself may be"
    with pytest.raises(WorkBeforeMade):
        edit(session, hall, item, **LATER, last_services={"service": date(2025, 5, 1)})


def test_a_repair_and_a_part_are_work_an_inspection_is_not(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=date(2018, 1, 1), registered=THEN)
    servicing.repair(session, hall.officer, item.id, note="换铅封", on_date=TODAY, now=NOW)
    edit(session, hall, item, **LATER)
    servicing.repair(
        session, hall.officer, item.id, note="换软管", on_date=date(2024, 7, 1), now=NOW
    )
    edit(session, hall, item, size="8 kg")
    with pytest.raises(WorkBeforeMade):
        edit(session, hall, item, made_on=date(2024, 8, 1))


def test_services_said_anew_are_held_against_the_new_date(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=date(2018, 1, 1), last_service_on=date(2023, 1, 1))
    with pytest.raises(ServiceBeforeMade):
        edit(session, hall, item, **LATER, last_services={"service": date(2023, 1, 1)})
    edit(session, hall, item, **LATER, last_services={"service": date(2025, 1, 1)})
    assert item.last_services == item.services_before == {"service": "2025-01-01"}


def test_a_list_makes_nothing_younger_than_its_service(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=date(2018, 1, 1), common=True, registered=THEN)
    serve(session, hall.officer, item, date(2023, 5, 1))
    plan = planned(session, hall, a_list(session, hall, item, 出厂年月="2024-06"))
    [problem] = plan.problems
    assert plan.rows(Fate.BAD) == 1 and "2023年5月1日" in problem.text
    assert planned(session, hall, a_list(session, hall, item, 出厂年月="2023-04")).is_needed


def test_a_list_services_nothing_before_it_was_made(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=date(2018, 1, 1), common=True)
    plan = planned(session, hall, a_list(session, hall, item, 最近维修="2017-05"))
    assert plan.rows(Fate.BAD) == 1 and "2018年1月1日" in plan.problems[0].text
    import_list(
        session, hall.officer, a_list(session, hall, item, 最近维修="2023-05"), now=NOW
    )  # fmt: skip
    session.refresh(item)
    assert item.services_before == item.last_services == {"service": "2023-05-01"}


def test_a_date_ahead_in_a_list_is_told_once(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, common=True)
    plan = planned(session, hall, a_list(session, hall, item, 出厂年月="2027-01"))
    assert len(plan.problems) == 1


def test_no_service_counts_from_the_scrap_date_on(session: Session, hall: Cast) -> None:
    made_on, scrap_on = date(2014, 1, 1), date(2024, 1, 1)
    for day in (scrap_on, date(2025, 1, 1)):
        with pytest.raises(ServiceAtScrap) as refused:
            make_item(session, hall, made_on=made_on, last_service_on=day)
        assert "2024年1月1日" in refused.value.message()
    last = scrap_on - timedelta(days=1)
    item = make_item(session, hall, made_on=made_on, last_service_on=last)
    assert (item.scrap_on, item.service_by) == (scrap_on, None)
    with pytest.raises(ServiceAtScrap):
        edit(session, hall, item, last_services={"service": scrap_on})


def test_an_older_date_is_not_refused_for_its_services(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=date(2018, 1, 1), registered=THEN)
    serve(session, hall.officer, item, date(2025, 5, 1))
    edit(session, hall, item, made_on=date(2014, 1, 1))
    assert item.scrap_on == date(2024, 1, 1)


def test_a_list_says_which_row_was_serviced_too_late(session: Session, hall: Cast) -> None:
    cells = {"名称": "手提式干粉灭火器", "型号": "MFZ/ABC4", "位置": "一楼大厅"}
    head = {"出厂年月": "2014-01", "最近维修": "2025-01"}
    rows = [row(**cells, 出厂年月="2024-01"), row(**cells, **head)]
    found = listed(
        book(*rows, head=FULL), "台账.xlsx", make_file(session, hall.officer, "台账.xlsx")
    )
    [problem] = planned(session, hall, found).problems
    assert (problem.row, problem.column) == (3, "最近维修") and "报废" in problem.text
    item = make_item(session, hall, made_on=date(2014, 1, 1), common=True)
    plan = planned(session, hall, a_list(session, hall, item, 最近维修="2025-01"))
    assert plan.rows(Fate.BAD) == 1 and "2024年1月1日" in plan.problems[0].text
