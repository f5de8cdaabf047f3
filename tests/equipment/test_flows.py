"""What is late becomes one hazard for each item and cause, and is closed once it is right."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from equipment import flows
from equipment.closing import bars_closing, rule_behind
from equipment.due import Cause, Precision
from equipment.feature import FEATURE
from equipment.flows import late_items, owner_of, raises
from equipment.jobs import PORTION, due_hazards
from equipment.models import EquipmentSettings, Item, Profile, Status, Step
from equipment.service import life
from equipment.service.servicing import change_consumable, record_service, repair
from equipment.service.steps import take
from hazards import service as hazards
from hazards.errors import NotRightYet
from hazards.models import Category, Hazard, Level, Origin
from hazards.models import Status as HazardStatus
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor, Role
from safety_app.workplace.models import Site, Window
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import LONG_AGO, days, make_item
from tests.equipment.stocks import fill, make_stock
from tests.factories import make_photo

OLD = date(2016, 11, 1)
SERVICE_DUE = date(2021, 11, 1)


def found(session: Session) -> list[Hazard]:
    """Every hazard, the first one first."""
    return list(session.scalars(select(Hazard).order_by(Hazard.id)))


def sources(session: Session) -> list[str]:
    """By which every hazard is known."""
    return sorted(str(one.source) for one in found(session))


def only(session: Session) -> Hazard:
    """The one hazard."""
    [hazard] = found(session)
    return hazard


def causes(session: Session, hall: Cast, today: date = TODAY) -> list[Cause]:
    """What is late today."""
    return [late.cause for late in late_items(session, hall.site_id, today)]


def inspected(session: Session, actor: Actor, item: Item, failed: str, now: datetime = NOW) -> None:
    """An inspection in which these points failed."""
    item.last_inspected_on = TODAY
    facts: dict[str, Any] = {"passed": not failed, "note": failed}
    take(session, actor, item, Step.INSPECT, on_date=TODAY, now=now, **facts)


def accept(session: Session, hall: Cast, hazard: Hazard) -> Hazard:
    """Try to close a hazard that its owner says is put right."""
    owner = {one.user_id: one for one in (hall.lead, hall.officer)}[hazard.owner_id or 0]
    if hazard.status == HazardStatus.ASSIGNED:
        hazards.fix(
            session, owner, hazard.id, note="已处理", photos=[make_photo(hazard.number)],
            row_version=None, now=NOW,
        )  # fmt: skip
    return hazards.accept(session, hall.manager, hazard.id, row_version=None, now=NOW)


def test_an_over_age_one_becomes_a_serious_hazard_of_the_lead(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=OLD, placing="立柱旁")
    assert due_hazards(session, NOW) == 1
    hazard = only(session)
    assert hazard.source == f"equipment:{item.code}/scrap"
    assert hazard.what == f"干粉（ABC）灭火器 {item.code} 已到报废期（2026-11-01），应更换"
    assert hazard.what_en == (
        f"ABC powder extinguisher {item.code} reached its scrap date (2026-11-01), replace it"
    )
    assert (hazard.level, hazard.category) == (Level.SERIOUS, Category.FIRE_EQUIPMENT)
    assert (hazard.status, hazard.owner_id) == (HazardStatus.ASSIGNED, hall.lead.user_id)
    assert hazard.fix_by == date(2026, 11, 30) and hazard.interim_measure
    assert (hazard.window_id, hazard.place) == (hall.a01, "立柱旁")


def test_run_twice_it_registers_nothing_new(session: Session, hall: Cast) -> None:
    make_item(session, hall, made_on=OLD)
    make_item(session, hall, made_on=SERVICE_DUE)
    assert due_hazards(session, NOW) == 2
    before = session.scalar(select(func.count(Hazard.id)))
    for later in (NOW, days(0) + timedelta(hours=1), days(1)):
        assert due_hazards(session, later) == 0
    assert session.scalar(select(func.count(Hazard.id))) == before


@pytest.mark.parametrize(("day", "due"), [(-1, False), (0, True), (1, True)])
def test_a_service_counts_on_its_day(session: Session, hall: Cast, day: int, due: bool) -> None:
    item = make_item(session, hall, made_on=date(2022, 1, 1))
    on = item.service_by
    assert on == date(2027, 1, 1)
    found = causes(session, hall, on + timedelta(days=day))
    assert (Cause.SERVICE in found) == due


@pytest.mark.parametrize(("day", "due"), [(0, False), (1, True)])
def test_an_inspection_is_late_the_day_after(
    session: Session, hall: Cast, day: int, due: bool
) -> None:
    item = make_item(session, hall)
    assert item.inspect_by == date(2026, 12, 1)
    assert causes(session, hall, item.inspect_by + timedelta(days=day)) == (
        [Cause.INSPECTION] if due else []
    )


def test_what_must_go_is_late_with_nothing_else(session: Session, hall: Cast) -> None:
    make_item(session, hall, made_on=OLD, registered=datetime(2026, 1, 1, tzinfo=UTC))
    assert causes(session, hall) == [Cause.SCRAP]


def test_a_service_and_an_inspection_are_two_hazards(session: Session, hall: Cast) -> None:
    early = datetime(2026, 1, 1, tzinfo=UTC)
    item = make_item(session, hall, made_on=SERVICE_DUE, registered=early)
    assert due_hazards(session, NOW) == 2
    code = item.code
    assert sources(session) == [f"equipment:{code}/inspection", f"equipment:{code}/service"]
    by_cause = {one.source.rpartition("/")[2]: one for one in found(session) if one.source}
    assert "超期未检（应于 2026-02-01 前检查）" in by_cause["inspection"].what
    assert "已到维修期（2026-11-01），应送修" in by_cause["service"].what
    assert by_cause["service"].fix_by == date(2026, 12, 8)


def test_what_is_away_is_not_late_to_be_inspected(session: Session, hall: Cast) -> None:
    early = datetime(2026, 1, 1, tzinfo=UTC)
    item = make_item(session, hall, made_on=SERVICE_DUE, registered=early)
    take(session, hall.lead, item, Step.SEND_AWAY, on_date=TODAY, now=NOW, firm="宏安")
    assert causes(session, hall) == []


def test_what_left_the_register_is_never_late(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=OLD)
    life.lose(session, hall.lead, item.id, reason="不在", on_date=TODAY, now=NOW)
    assert not causes(session, hall) and due_hazards(session, NOW) == 0


def test_an_unknown_date_has_thirty_days(session: Session, hall: Cast) -> None:
    make_item(session, hall, made_on=None, precision=Precision.UNKNOWN, registered=LONG_AGO)
    assert Cause.SCRAP not in causes(session, hall, date(2026, 11, 30))
    assert causes(session, hall, date(2026, 12, 1)) == [Cause.SCRAP]
    due_hazards(session, datetime(2026, 12, 1, 4, tzinfo=UTC))
    assert "出厂日期至 2026-12-01 未核实，按报废处理" in only(session).what


def test_expired_pads_are_pressing(session: Session, hall: Cast) -> None:
    pads = {"pads": TODAY, "battery": date(2029, 1, 1)}
    item = make_item(session, hall, "aed", size="", common=True, consumables=pads)
    due_hazards(session, NOW)
    hazard = only(session)
    assert (
        hazard.what == f"自动体外除颤器（AED） {item.code} 的电极片已到有效期（2026-11-23），应更换"
    )
    assert (hazard.level, hazard.fix_by) == (Level.MODERATE, date(2026, 11, 26))
    assert hazard.owner_id == hall.officer.user_id


def test_who_sees_to_it(session: Session, hall: Cast) -> None:
    def of(window_id: int | None, custodian: Actor | None) -> int | None:
        return owner_of(session, hall.site_id, window_id, custodian.user_id if custodian else None)

    assert of(hall.a01, hall.staff) == hall.lead.user_id
    assert of(hall.a03, None) == hall.other_lead.user_id
    assert of(None, hall.other_lead) == of(hall.a01, hall.other_lead) == hall.other_lead.user_id
    assert of(hall.a01, hall.officer) == hall.officer.user_id
    assert of(None, hall.staff) == of(hall.a03, hall.staff) == hall.lead.user_id
    assert of(None, None) == of(None, hall.manager) == hall.officer.user_id
    assert of(hall.a01, hall.manager) == hall.lead.user_id
    session.get_one(Window, hall.a01).is_active = False
    assert of(hall.a01, hall.staff) == hall.officer.user_id
    assert of(hall.a03, hall.staff) == hall.other_lead.user_id


def test_who_has_left_sees_to_nothing(session: Session, hall: Cast) -> None:
    accounts.deactivate(session, None, hall.other_lead.user_id, NOW)
    accounts.deactivate(session, None, hall.staff.user_id, NOW)
    for custodian in (hall.other_lead, hall.staff):
        owner = owner_of(session, hall.site_id, None, custodian.user_id)
        assert owner == hall.officer.user_id


def test_the_hazard_is_its_custodians_leads(session: Session, hall: Cast) -> None:
    places: list[dict[str, Any]] = [{"common": True}, {"window_id": hall.a03}]
    for place in places:
        make_item(session, hall, made_on=SERVICE_DUE, custodian_id=hall.staff.user_id, **place)
    due_hazards(session, NOW)
    owners = set(session.scalars(select(Hazard.owner_id)))
    assert owners == {hall.lead.user_id}


def test_every_hall_is_looked_at_on_its_own_day(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=date(2016, 12, 1), last_service_on=date(2025, 12, 5))
    site = session.get_one(Site, hall.site_id)
    site.timezone = "Asia/Shanghai"
    evening = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    site.timezone = "Europe/London"
    assert due_hazards(session, evening) == 0
    site.timezone = "Asia/Shanghai"
    assert due_hazards(session, evening) == 1
    assert item.scrap_on == date(2026, 12, 1)


def test_what_is_late_cannot_be_called_no_hazard(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=SERVICE_DUE)
    due_hazards(session, NOW)
    void = partial(
        hazards.void, session, hall.manager, only(session).id, reason="已安排", row_version=None
    )
    with pytest.raises(NotRightYet):
        void(now=NOW)
    item.service_by = item.due_on = days(9).date()  # the date was wrong, and is corrected
    void(now=NOW)
    assert due_hazards(session, days(1)) == 0


def test_it_works_in_portions(session: Session, hall: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr("equipment.jobs.PORTION", 2)
    for _n in range(5):
        make_item(session, hall, made_on=OLD)
    assert [due_hazards(session, NOW) for _n in range(4)] == [2, 2, 1, 0]
    assert PORTION > 2


def test_an_inspection_that_reported_it_is_not_repeated(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    hazards.report(
        session, hall.staff, what="筒体锈蚀", level=Level.SERIOUS, category=Category.FIRE_EQUIPMENT,
        origin=Origin.CHECK, window_id=hall.a01, source=f"equipment:{item.code}/E08", now=NOW,
    )  # fmt: skip
    life.condemn(session, hall.staff, item.id, because="筒体锈蚀", now=NOW)
    assert due_hazards(session, NOW) == 0
    by_hand = make_item(session, hall)
    life.condemn(session, hall.staff, by_hand.id, because="变形", now=NOW)
    assert due_hazards(session, NOW) == 1
    assert "经检查不能使用（2026-11-23），应更换" in found(session)[-1].what


def test_a_service_hazard_closes_once_it_is_serviced(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=SERVICE_DUE)
    due_hazards(session, NOW)
    with pytest.raises(NotRightYet) as refused:
        accept(session, hall, only(session))
    assert refused.value.message() == f"还不能销号。{item.code} 到期后没有维修记录。"
    record_service(
        session, hall.lead, item.id, services=["service"], on_date=TODAY, firm="宏安",
        certificate="1", now=NOW,
    )  # fmt: skip
    assert only(session).status == HazardStatus.FIXED
    accept(session, hall, only(session))
    assert only(session).status == HazardStatus.CLOSED
    assert due_hazards(session, NOW) == 0


def test_a_scrap_hazard_closes_once_it_is_gone(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=OLD)
    due_hazards(session, NOW)
    with pytest.raises(NotRightYet):
        accept(session, hall, only(session))
    life.scrap(session, hall.lead, item.id, reason="旧", on_date=TODAY, certificate="1", now=NOW)
    assert accept(session, hall, only(session)).status == HazardStatus.CLOSED


def bar(session: Session, hall: Cast, item: Item, what: str, now: datetime = NOW) -> str:
    """Why a hazard of this item stays open."""
    return bars_closing(session, hall.site_id, f"equipment:{item.code}/{what}", now)


def test_an_expiry_and_an_inspection_bar_until_they_are_done(session: Session, hall: Cast) -> None:
    early = datetime(2026, 1, 1, tzinfo=UTC)
    parts = {"pads": TODAY, "battery": date(2029, 1, 1)}
    aed = make_item(session, hall, "aed", size="", consumables=parts, registered=early)
    assert "没有更换" in bar(session, hall, aed, "expiry")
    assert "没有检查" in bar(session, hall, aed, "inspection")
    change_consumable(
        session, hall.lead, aed.id, code="pads", expires_on=date(2028, 1, 1), on_date=TODAY, now=NOW
    )
    inspected(session, hall.lead, aed, "")
    assert not bar(session, hall, aed, "expiry") and not bar(session, hall, aed, "inspection")


def test_what_must_be_scrapped_bars_whatever_was_due_before(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=OLD)
    for what in ("service", "inspection", "scrap"):
        assert "更换" in bar(session, hall, item, what)
    life.scrap(session, hall.lead, item.id, reason="旧", on_date=TODAY, certificate="1", now=NOW)
    assert not bar(session, hall, item, "service")


def test_a_failed_point_bars_until_something_was_done(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    assert not bar(session, hall, item, "E05")
    inspected(session, hall.staff, item, "E05, E07")
    assert "E05" not in bar(session, hall, item, "E05") and "2026-11-23" in bar(
        session, hall, item, "E05"
    )
    assert bar(session, hall, item, "E07#2") and not bar(session, hall, item, "E06")
    inspected(session, hall.staff, item, "E07")
    assert not bar(session, hall, item, "E05") and bar(session, hall, item, "E07")
    repair(session, hall.lead, item.id, note="换喷嘴", on_date=TODAY - timedelta(days=9), now=NOW)
    assert bar(session, hall, item, "E07")
    repair(session, hall.lead, item.id, note="换喷嘴", on_date=TODAY, now=NOW)
    assert not bar(session, hall, item, "E07")


def test_an_unfit_one_bars_everything_until_it_is_gone(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    life.condemn(session, hall.staff, item.id, because="变形", now=NOW)
    for what in ("E08", "scrap", "service"):
        assert "先更换或报废" in bar(session, hall, item, what)
    life.scrap(session, hall.lead, item.id, reason="旧", on_date=TODAY, certificate="1", now=NOW)
    assert item.status == Status.SCRAPPED and not bar(session, hall, item, "E08")


@pytest.mark.parametrize("source", ["checklists:window/A01/D03", "equipment:XX-1/service", "x"])
def test_what_is_not_ours_is_not_barred(session: Session, hall: Cast, source: str) -> None:
    assert not bars_closing(session, hall.site_id, source, NOW)


def test_a_short_stock_is_one_hazard_until_it_is_filled(session: Session, hall: Cast) -> None:
    stock = make_stock(session, hall, minimum=10)
    assert due_hazards(session, NOW) == 1
    hazard = only(session)
    assert hazard.source == f"equipment:stock-{stock.id}/level"
    assert (hazard.level, hazard.owner_id) == (Level.MODERATE, hall.lead.user_id)
    assert due_hazards(session, days(1)) == 0
    with pytest.raises(NotRightYet):
        accept(session, hall, hazard)
    fill(session, hall, stock.id, 20)
    accept(session, hall, only(session))
    assert due_hazards(session, days(2)) == 0


def test_goods_that_soon_expire_become_a_task_in_the_night(session: Session, hall: Cast) -> None:
    [nightly] = [job for job in FEATURE.jobs if job.name == "equipment.due_hazards"]
    stock = make_stock(session, hall, minimum=10)
    fill(session, hall, stock.id, 20, date(2026, 12, 24))
    assert nightly.run(session, NOW) == 0
    assert nightly.run(session, days(1)) == 1
    hazard = only(session)
    assert hazard.source == f"equipment:stock-{stock.id}/level"
    assert hazard.what == ("防尘口罩 KN95（A01 综合窗口）：20 个即将到期，最早 2026年12月24日到期")
    assert (hazard.level, hazard.fix_by) == (Level.MINOR, date(2026, 12, 9))
    assert (hazard.status, hazard.owner_id) == (HazardStatus.ASSIGNED, hall.lead.user_id)
    assert nightly.run(session, days(2)) == 0


def test_the_rule_behind_a_date_is_known(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, made_on=SERVICE_DUE)
    assert (
        rule_behind(session, hall.site_id, f"equipment:{item.code}/service")
        == "GB 50444-2008 表5.3.2"
    )
    assert "GB 55036" in rule_behind(session, hall.site_id, f"equipment:{item.code}/scrap")
    for other in (f"equipment:{item.code}/E05", "checklists:window/A01/D03", "equipment:X/scrap"):
        assert not rule_behind(session, hall.site_id, other)


def test_the_rule_behind_a_date_is_that_of_its_own_hall(session: Session, hall: Cast) -> None:
    session.add(EquipmentSettings(site_id=hall.foreign_site_id, profile=Profile.NFPA))
    keeper = replace(hall.foreign_manager, roles=frozenset({Role.OFFICER}))
    there = make_item(
        session, replace(hall, officer=keeper), made_on=SERVICE_DUE, window_id=hall.foreign_window
    )
    item = make_item(session, hall, made_on=SERVICE_DUE)
    assert there.code == item.code
    source = f"equipment:{item.code}/service"
    assert rule_behind(session, hall.site_id, source) == "GB 50444-2008 表5.3.2"
    assert "NFPA" in rule_behind(session, hall.foreign_site_id, source)


def test_every_cause_and_want_has_its_grade() -> None:
    wanted = {str(cause) for cause in Cause} | {"expiry_ppe", "away"}
    wanted |= {f"stock_{want}" for want in ("expired", "short", "expiring")}
    assert set(raises()) == wanted
    assert set(flows.MEASURES) == set(Cause)


def test_many_take_few_statements(session: Session, hall: Cast) -> None:
    for _n in range(60):
        make_item(session, hall, made_on=OLD)
    said: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", hear)
    assert due_hazards(session, NOW) == 60
    first = len(said)
    assert due_hazards(session, NOW) == 0
    event.remove(bind, "before_cursor_execute", hear)
    assert first < 60 + 40, "at most one insertion each"
    assert len(said) - first < 20
