"""By which rules items are judged, what a hall decides itself, and the dates that follow."""

import time
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from equipment import hall_kinds
from equipment.date_errors import ScrapAgeLonger
from equipment.due import Precision
from equipment.errors import (
    FiguresAsShipped,
    FiguresImpossible,
    FireClassUnknown,
    KindNotOwn,
    KindOwn,
    PrefixUnclear,
    ProfileAsBefore,
    UnknownKind,
)
from equipment.kinds import built_in
from equipment.models import Consumable, EquipmentSettings, HallKind, Item, Profile, Status
from equipment.service import hall_rules, rules
from safety_app.core import journal
from safety_app.core.errors import NotAllowed, TextMissing
from safety_app.workplace.models import Location, Window
from tests.bench.pace import pace
from tests.cast import NOW, TODAY, Cast

POWDER = "extinguisher-abc"
YEARLY: dict[str, object] = {"services": {"service": [60, 12]}}


def new_item(hall: Cast, number: int = 1, **facts: Any) -> dict[str, Any]:
    """The columns of an item as it would be registered today."""
    return {
        "site_id": hall.site_id, "code": f"MHQ-{number:04}", "kind": POWDER, "size": "4 kg",
        "fire_classes": "", "maker": "", "serial": "", "limits": {}, "made_on": date(2022, 3, 1),
        "made_precision": Precision.MONTH, "made_unknown_since": None, "window_id": hall.a01,
        "location_id": None, "placing": "", "walk_order": 0, "photo_key": None,
        "status": Status.IN_SERVICE, "status_on": TODAY, "condemned_on": None,
        "condemned_because": "", "custodian_id": None, "registered_on": TODAY,
        "registered_by": hall.officer.user_id, "registered_at": NOW, "client_key": None,
        "successor_id": None, "stands_in_for_id": None, "last_inspected_on": None,
        "last_inspection_passed": None, "last_run_id": None, "last_services": {},
        "row_version": 1, **facts,
    }  # fmt: skip


def make_item(session: Session, hall: Cast, number: int = 1, **facts: Any) -> Item:
    item = Item(**{name: value for name, value in new_item(hall, number, **facts).items()
                   if name != "row_version"})  # fmt: skip
    session.add(item)
    session.flush()
    return item


def dates_of(item: Item) -> list[str]:
    days = (item.inspect_by, item.service_by, item.scrap_on, item.expires_on, item.due_on)
    return [day.isoformat() if day else "" for day in days]


def entries(session: Session) -> list[str]:
    query = select(journal.Entry.action).where(journal.Entry.action.like("equipment:%"))
    return list(session.scalars(query.order_by(journal.Entry.id)))


# ---------------------------------------------------------------- profile and kinds


def test_a_hall_that_chose_nothing_follows_the_chinese_standards(
    session: Session, hall: Cast
) -> None:
    assert rules.profile_of(session, hall.site_id) is Profile.CN
    offered = {
        code: kind for code, kind in rules.kinds_of(session, hall.site_id).items()
        if kind.is_offered
    }  # fmt: skip
    assert offered == built_in("cn")


def test_another_profile_gives_other_dates_and_is_recorded(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    rules.refresh(session, [item])
    assert dates_of(item) == ["2026-12-23", "2027-03-01", "2032-03-01", "", "2026-12-23"]
    assert hall_rules.set_profile(session, hall.administrator, Profile.NFPA, NOW) == 1
    assert dates_of(item) == ["2026-12-23", "2023-03-01", "", "", "2023-03-01"]
    assert rules.profile_of(session, hall.site_id) is Profile.NFPA
    assert rules.profile_of(session, hall.foreign_site_id) is Profile.CN
    assert entries(session) == ["equipment:set_profile"]
    with pytest.raises(ProfileAsBefore):
        hall_rules.set_profile(session, hall.administrator, Profile.NFPA, NOW)
    hall_rules.set_profile(session, hall.administrator, Profile.CN, NOW)
    assert session.scalar(select(func.count()).select_from(EquipmentSettings)) == 1


def test_a_kind_that_the_profile_does_not_know_keeps_its_own_rules(
    session: Session, hall: Cast
) -> None:
    item = make_item(session, hall, kind="extinguisher-wet-chemical")
    kind = rules.kinds_of(session, hall.site_id)[item.kind]
    assert not kind.is_offered and kind.service("hydrostatic")
    rules.refresh(session, [item])
    assert dates_of(item)[1] == "2023-03-01"
    assert hall_rules.left_behind(session, hall.site_id, Profile.CN) == {item.kind: 1}
    assert hall_rules.left_behind(session, hall.site_id, Profile.NFPA) == {}


@pytest.mark.parametrize("who", ["staff", "lead", "manager", "third_party"])
def test_only_administrator_and_officer_set_rules(session: Session, hall: Cast, who: str) -> None:
    actor = hall.everyone()[who]
    for attempt in (
        lambda: hall_rules.set_profile(session, actor, Profile.NFPA, NOW),
        lambda: hall_rules.change_kind(
            session, actor, POWDER, changes=YEARLY, because="通知", now=NOW
        ),
        lambda: hall_rules.add_kind(session, actor, name="防烟面罩", changes={}, now=NOW),
        lambda: hall_rules.reset_kind(session, actor, POWDER, NOW),
        lambda: hall_rules.offer_kind(session, actor, "own-1", is_offered=False, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert entries(session) == []


# ---------------------------------------------------------------- figures of a hall


def change(
    session: Session, hall: Cast, changes: dict[str, object], because: str = "支队通知"
) -> int:
    return hall_rules.change_kind(
        session, hall.officer, POWDER, changes=changes, because=because, now=NOW
    )


def test_yearly_service_after_year_five_wins_and_is_shown_as_the_halls(
    session: Session, hall: Cast
) -> None:
    item = make_item(session, hall, last_services={"service": "2026-03-02"})
    rules.refresh(session, [item])
    assert item.service_by == date(2028, 3, 2)
    assert change(session, hall, {**YEARLY, "scrap_months": 120}) == 1
    assert item.service_by == date(2027, 3, 2)
    kind = rules.kinds_of(session, hall.site_id)[POWDER]
    assert (kind.local, kind.because) == (frozenset({"service:service"}), "支队通知")
    foreign = rules.kinds_of(session, hall.foreign_site_id)[POWDER]
    assert foreign == built_in("cn")[POWDER]
    assert entries(session) == ["equipment:change_kind"]


def test_a_second_change_takes_the_place_of_the_first(session: Session, hall: Cast) -> None:
    change(session, hall, YEARLY)
    change(session, hall, {"scrap_months": 96}, "中心决定")
    kind = rules.kinds_of(session, hall.site_id)[POWDER]
    assert (kind.local, kind.because) == (frozenset({"scrap_months"}), "中心决定")
    assert session.scalar(select(func.count()).select_from(HallKind)) == 1


def test_back_to_the_shipped_figures(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, last_services={"service": "2026-03-02"})
    change(session, hall, YEARLY)
    assert hall_rules.reset_kind(session, hall.officer, POWDER, NOW) == 1
    assert item.service_by == date(2028, 3, 2)
    assert rules.kinds_of(session, hall.site_id)[POWDER] == built_in("cn")[POWDER]
    assert entries(session) == ["equipment:change_kind", "equipment:reset_kind"]
    with pytest.raises(FiguresAsShipped):
        hall_rules.reset_kind(session, hall.officer, POWDER, NOW)


def test_an_own_figure_needs_a_reason(session: Session, hall: Cast) -> None:
    with pytest.raises(TextMissing):
        change(session, hall, YEARLY, " ")


@pytest.mark.parametrize("months", [121, 240, None])
def test_a_mandatory_scrap_age_is_only_made_shorter(
    session: Session, hall: Cast, months: int | None
) -> None:
    with pytest.raises(ScrapAgeLonger) as refused:
        change(session, hall, {**YEARLY, "scrap_months": months})
    assert "10 年" in refused.value.message() and "更短" in refused.value.message()
    assert session.scalar(select(HallKind)) is None
    change(session, hall, {"inspect_months": 2, "services": {"service": [72, 36]}})
    kind = rules.kinds_of(session, hall.site_id)[POWDER]
    assert hall_kinds.laxer_than(built_in("cn")[POWDER], kind) == {
        "inspect_months", "service:service",
    }  # fmt: skip


def test_an_age_set_under_other_rules_outlives_none_of_these(session: Session, hall: Cast) -> None:
    hall_rules.set_profile(session, hall.officer, Profile.NFPA, NOW)
    change(session, hall, {"scrap_months": 240})
    assert rules.kinds_of(session, hall.site_id)[POWDER].scrap_months == 240
    hall_rules.set_profile(session, hall.officer, Profile.CN, NOW)
    kind = rules.kinds_of(session, hall.site_id)[POWDER]
    assert (kind.scrap_months, kind.local) == (120, frozenset())


@pytest.mark.parametrize(
    "changes", [{}, {"scrap_months": 120}, {"services": {"service": [60, 24]}}]
)
def test_what_is_no_change_is_refused(
    session: Session, hall: Cast, changes: dict[str, object]
) -> None:
    with pytest.raises(FiguresAsShipped):
        change(session, hall, changes)


@pytest.mark.parametrize(
    "changes",
    [{"scrap_months": 0}, {"services": {"polish": [1, 1]}}, {"prefix": "XX"},
     {"services": {"service": [60, None]}}],
)  # fmt: skip
def test_impossible_figures_are_refused(
    session: Session, hall: Cast, changes: dict[str, object]
) -> None:
    with pytest.raises(FiguresImpossible):
        change(session, hall, changes)
    assert rules.kinds_of(session, hall.site_id)[POWDER] == built_in("cn")[POWDER]


@pytest.mark.parametrize("code", ["no-such-kind", "extinguisher-wet-chemical"])
def test_only_a_kind_of_the_profile_gets_figures(session: Session, hall: Cast, code: str) -> None:
    with pytest.raises(UnknownKind):
        hall_rules.change_kind(
            session, hall.officer, code, changes={"scrap_months": 60}, because="通知", now=NOW
        )


def test_own_figures_outlast_an_update_of_what_is_shipped(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new data has another scrap age, another name and no service of that code."""
    change(session, hall, {**YEARLY, "scrap_months": 96})
    newer = hall_kinds.with_changes(
        None, POWDER, "干粉灭火器（新）", "Powder", {"scrap_months": 132}, ""
    )
    monkeypatch.setattr(rules, "known", lambda profile: {POWDER: newer})
    kind = rules.kinds_of(session, hall.site_id)[POWDER]
    assert (kind.name, kind.scrap_months, kind.local) == (
        newer.name,
        96,
        frozenset({"scrap_months"}),
    )


def test_a_kind_that_is_no_longer_shipped_goes_on_with_the_halls_figures(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(session, hall, {**YEARLY, "scrap_months": 96})
    monkeypatch.setattr(rules, "known", lambda profile: {})
    kind = rules.kinds_of(session, hall.site_id)[POWDER]
    assert (kind.name, kind.scrap_months) == ("干粉（ABC）灭火器", 96)


# ---------------------------------------------------------------- own kinds


def test_a_hall_adds_a_kind_and_items_of_it_are_judged_by_its_figures(
    session: Session, hall: Cast
) -> None:
    code = hall_rules.add_kind(
        session, hall.administrator, name=" 防烟面罩 ", name_en="Smoke hood", now=NOW,
        changes={"family": "ppe", "prefix": "FYMZ", "inspect_months": 3, "scrap_months": 48},
    )  # fmt: skip
    second = hall_rules.add_kind(session, hall.administrator, name="逃生绳", changes={}, now=NOW)
    assert (code, second) == ("own-1", "own-2")
    kind = rules.kinds_of(session, hall.site_id)[code]
    assert (kind.name, kind.prefix, kind.own, kind.is_offered) == ("防烟面罩", "FYMZ", True, True)
    item = make_item(session, hall, kind=code)
    rules.refresh(session, [item])
    assert dates_of(item) == ["2027-02-23", "", "2026-03-01", "", "2026-03-01"]
    hall_rules.change_kind(
        session, hall.officer, code, name="防烟面具", because="",
        changes={"prefix": "FYMZ", "scrap_months": 60}, now=NOW,
    )  # fmt: skip
    assert dates_of(item) == ["", "", "2027-03-01", "", "2027-03-01"]


def test_an_own_kind_may_be_withdrawn_and_its_items_stay(session: Session, hall: Cast) -> None:
    code = hall_rules.add_kind(
        session, hall.officer, name="逃生绳", changes={"inspect_months": 1}, now=NOW
    )
    item = make_item(session, hall, kind=code)
    later = NOW + timedelta(days=9)
    hall_rules.offer_kind(session, hall.officer, code, is_offered=False, now=later)
    kind = rules.kinds_of(session, hall.site_id)[code]
    assert not kind.is_offered and kind.name == "逃生绳"
    assert kind.changed_at == NOW
    rules.refresh(session, [item])
    assert dates_of(item)[0] == "2026-12-23"
    hall_rules.offer_kind(session, hall.officer, code, is_offered=True, now=NOW)
    assert rules.kinds_of(session, hall.site_id)[code].is_offered
    assert entries(session)[-2:] == ["equipment:withdraw_kind", "equipment:offer_kind"]


def test_only_own_kinds_are_withdrawn_and_only_built_in_ones_reset(
    session: Session, hall: Cast
) -> None:
    code = hall_rules.add_kind(session, hall.officer, name="逃生绳", changes={}, now=NOW)
    change(session, hall, YEARLY)
    with pytest.raises(KindOwn):
        hall_rules.reset_kind(session, hall.officer, code, NOW)
    with pytest.raises(KindNotOwn):
        hall_rules.offer_kind(session, hall.officer, POWDER, is_offered=False, now=NOW)


def test_an_own_kind_needs_a_name_and_a_prefix_that_can_be_typed(
    session: Session, hall: Cast
) -> None:
    with pytest.raises(TextMissing):
        hall_rules.add_kind(session, hall.officer, name=" ", changes={}, now=NOW)
    with pytest.raises(PrefixUnclear):
        hall_rules.add_kind(session, hall.officer, name="绳", changes={"prefix": "绳"}, now=NOW)
    with pytest.raises(FiguresImpossible):
        hall_rules.add_kind(session, hall.officer, name="绳", changes={"family": "x"}, now=NOW)
    with pytest.raises(FireClassUnknown):
        hall_rules.add_kind(
            session, hall.officer, name="弹", changes={"fire_classes": "AK"}, now=NOW
        )


# ---------------------------------------------------------------- facts and dates


def test_all_that_is_known_of_an_item_reaches_its_dates(session: Session, hall: Cast) -> None:
    item = make_item(
        session, hall, 1, kind="aed", made_on=None, made_precision=Precision.UNKNOWN,
        last_inspected_on=date(2026, 11, 10),
    )  # fmt: skip
    for code, expires_on, removed_on in (
        ("pads", date(2026, 10, 1), TODAY),
        ("pads", date(2028, 10, 1), None),
        ("battery", date(2027, 5, 1), None),
    ):
        session.add(Consumable(
            site_id=hall.site_id, item_id=item.id, code=code, expires_on=expires_on,
            put_in_on=TODAY, removed_on=removed_on,
        ))  # fmt: skip
    assert rules.refresh(session, [item]) == 1
    assert dates_of(item) == ["2026-12-10", "", "", "2027-05-01", "2026-12-10"]
    assert rules.refresh(session, [item]) == 0
    stored = session.execute(
        select(Item.inspect_by, Item.expires_on, Item.due_on, Item.row_version)
        .where(Item.id == item.id)
    ).one()  # fmt: skip
    assert tuple(stored) == (date(2026, 12, 10), date(2027, 5, 1), date(2026, 12, 10), 1)


def test_an_unknown_date_becomes_a_scrap_condition_and_a_condemned_one_is_scrap_now(
    session: Session, hall: Cast
) -> None:
    unknown = make_item(
        session, hall, 1, made_on=None, made_precision=Precision.UNKNOWN,
        made_unknown_since=date(2026, 11, 20),
    )  # fmt: skip
    condemned = make_item(session, hall, 2, condemned_on=TODAY)
    rules.refresh(session, [unknown, condemned])
    assert [unknown.scrap_on, condemned.scrap_on] == [date(2026, 12, 20), TODAY]
    assert condemned.service_by is None


@pytest.mark.parametrize("status", [Status.SCRAPPED, Status.LOST])
def test_what_left_the_register_has_no_dates(session: Session, hall: Cast, status: Status) -> None:
    item = make_item(session, hall)
    rules.refresh(session, [item])
    item.status = status
    assert rules.refresh(session, [item]) == 1
    assert dates_of(item) == [""] * 5


@pytest.mark.parametrize("at_the_window", [True, False])
def test_where_a_location_asks_for_it_extinguishers_are_inspected_twice_a_month(
    session: Session, hall: Cast, at_the_window: bool
) -> None:
    session.execute(update(Location).where(Location.id == hall.floor).values(is_half_monthly=True))
    session.execute(update(Window).where(Window.id == hall.a01).values(location_id=hall.floor))
    place = {"window_id": hall.a01 if at_the_window else None,
             "location_id": None if at_the_window else hall.floor}  # fmt: skip
    here = make_item(session, hall, 1, **place)
    lamp = make_item(session, hall, 2, kind="emergency-light", **place)
    elsewhere = make_item(session, hall, 3, window_id=hall.a02)
    rules.refresh(session, [here, lamp, elsewhere])
    found = [one.inspect_by.isoformat() for one in (here, lamp, elsewhere) if one.inspect_by]
    assert found == ["2026-12-08", "2026-12-23", "2026-12-23"]


def test_dates_follow_when_the_places_of_the_hall_change(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, window_id=None, location_id=hall.floor)
    rules.refresh(session, [item])
    session.execute(update(Location).where(Location.id == hall.floor).values(is_half_monthly=True))
    session.expire_all()
    assert rules.follow(session, hall.site_id, NOW) == 1
    session.refresh(item)
    assert item.inspect_by == date(2026, 12, 8)


def test_nothing_to_refresh_is_nothing(session: Session, hall: Cast) -> None:
    assert rules.refresh(session, []) == 0
    assert rules.facts_of(session, []) == {}


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_twenty_thousand_items_are_judged_anew_in_two_seconds(session: Session, hall: Cast) -> None:
    rows = [
        new_item(hall, number, made_on=date(2016 + number % 10, 1 + number % 12, 1),
                 last_services={"service": "2025-03-01"} if number % 3 else {})
        for number in range(20_000)
    ]  # fmt: skip
    session.execute(insert(Item), rows)
    items = session.scalars(select(Item).where(Item.site_id == hall.site_id)).all()
    quick, before = max(pace(), 1), time.process_time()
    assert rules.refresh(session, items) == 20_000
    assert time.process_time() - before <= 2.0 * quick
    before = time.process_time()
    assert rules.refresh(session, items) == 0
    assert time.process_time() - before <= 1.5 * quick
