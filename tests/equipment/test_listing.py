"""The list: worst first, in views that part the register, seen and searched by place."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from equipment.due import Precision
from equipment.kinds import Family
from equipment.models import Item, Status, Step
from equipment.service import listing
from equipment.service.listing import Filters, View
from equipment.service.servicing import repair
from equipment.service.steps import take
from equipment.standing import Mark, Standing, standings
from safety_app.core.access import Actor
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import make_item, make_store

A_DAY = timedelta(days=1)


def made_to_be(session: Session, hall: Cast, **dates: Any) -> Item:
    """An item with these dates written over what the rules say."""
    item = make_item(session, hall, registered=NOW, **dates.pop("said", {}))
    for name, value in dates.items():
        setattr(item, name, value)
    on_list = (item.inspect_by, item.service_by, item.scrap_on, item.expires_on)
    item.due_on = min(filter(None, on_list), default=None)
    session.flush()
    return item


@pytest.fixture
def register(session: Session, hall: Cast) -> dict[View, Item]:
    """One item in each view."""
    return {
        View.FINE: made_to_be(session, hall),
        View.SOON: made_to_be(session, hall, service_by=TODAY + 30 * A_DAY),
        View.DUE: made_to_be(session, hall, inspect_by=TODAY - 2 * A_DAY),
        View.TO_SCRAP: made_to_be(session, hall, scrap_on=TODAY),
        View.OUT: made_to_be(session, hall, status=Status.AWAY, inspect_by=TODAY - 9 * A_DAY),
        View.GONE: made_to_be(session, hall, status=Status.SCRAPPED),
    }


def listed(session: Session, actor: Actor, **filters: Any) -> list[str]:
    found = listing.list_items(session, actor, Filters(today=TODAY, **filters))
    return [row.code for row in found.rows]


def test_each_view_holds_its_own_and_the_counts_agree(
    session: Session, hall: Cast, register: dict[View, Item]
) -> None:
    counts = listing.counts(session, hall.officer, TODAY)
    for view, item in register.items():
        assert listed(session, hall.officer, view=view) == [item.code], view
        assert counts.of(view) == (0 if view is View.GONE else 1)
    assert counts.total == counts.of(View.ALL) == 5
    assert counts.overdue == 2


def test_all_stand_worst_first_and_what_has_no_date_last(
    session: Session, hall: Cast, register: dict[View, Item]
) -> None:
    without = made_to_be(
        session, hall, inspect_by=None, service_by=None, scrap_on=None, said={"kind": "other"}
    )
    wanted = [View.OUT, View.DUE, View.TO_SCRAP, View.SOON, View.FINE]
    codes = [register[view].code for view in sorted(wanted, key=lambda v: _due(register[v]))]
    assert listed(session, hall.officer) == [*codes, without.code]


def _due(item: Item) -> tuple[date, int]:
    assert item.due_on
    return item.due_on, item.id


@pytest.mark.parametrize(
    ("days", "view"),
    [(-1, View.DUE), (0, View.DUE), (1, View.SOON), (30, View.SOON), (31, View.FINE)],
)
def test_a_service_turns_due_on_its_day(
    session: Session, hall: Cast, days: int, view: View
) -> None:
    item = made_to_be(session, hall, service_by=TODAY + days * A_DAY)
    assert listed(session, hall.officer, view=view) == [item.code]


def test_the_monthly_inspection_ahead_is_nothing_to_mark(session: Session, hall: Cast) -> None:
    item = made_to_be(session, hall, inspect_by=TODAY + A_DAY)
    assert listed(session, hall.officer, view=View.FINE) == [item.code]
    assert standings(item, TODAY) == (Standing(Mark.FINE),)


def test_people_list_what_is_theirs_to_see(session: Session, hall: Cast) -> None:
    own = make_item(session, hall).code
    other = make_item(session, hall, window_id=hall.a03).code
    common = make_item(session, hall, common=True).code
    kept = make_item(session, hall, window_id=hall.a02, custodian_id=hall.staff.user_id).code
    assert set(listed(session, hall.staff)) == {own, common, kept}
    assert set(listed(session, hall.other_staff)) == {other, common}
    for actor in (hall.lead, hall.officer, hall.manager, hall.administrator):
        assert set(listed(session, actor)) == {own, other, common, kept}
    assert listed(session, hall.third_party) == listed(session, hall.foreign_manager) == []
    assert listing.counts(session, hall.staff, TODAY).total == 3
    assert listing.counts(session, hall.third_party, TODAY).total == 0


def test_lists_are_narrowed_by_kind_and_place(session: Session, hall: Cast) -> None:
    store = make_store(session, hall)
    at_window = make_item(session, hall).code
    floor = make_item(session, hall, common=True).code
    stored = make_item(session, hall, location_id=store).code
    lamp = make_item(session, hall, "emergency-light", window_id=hall.a03).code

    def of(**filters: Any) -> set[str]:
        return set(listed(session, hall.officer, **filters))

    assert of(family=Family.EXTINGUISHER) == {at_window, floor, stored}
    assert of(kind="emergency-light") == {lamp}
    assert of(window_id=hall.a03) == {lamp}
    assert of(location_id=store) == {stored}
    assert of(common=True) == {floor, stored}
    assert of(floor="1") == {floor, stored}
    assert of(family=Family.LIGHTING, common=True) == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mhq1", True),
        ("ＭＨＱ－０００１", True),
        ("0001", True),
        ("某某", True),
        ("b-77", True),
        ("立柱", True),
        ("干粉", True),
        ("powder", True),
        ("综合窗口", True),
        ("二氧化碳", False),
        ("干粉 立柱", True),
        (" 4　kg ABC  A01 ", True),
        ("干粉 机房", False),
        ("%", False),
        ("\x00", True),
        ("字" * 100, False),
    ],
)
def test_the_search_knows_code_maker_number_kind_and_place(
    session: Session, hall: Cast, text: str, found: bool
) -> None:
    make_item(session, hall, maker="某某消防", serial="B-77", placing="柜台右侧立柱")
    assert bool(listed(session, hall.officer, text=text)) is found


def test_pages_follow_one_another(session: Session, hall: Cast) -> None:
    codes = [make_item(session, hall).code for _ in range(5)]
    pages = [
        listing.list_items(session, hall.officer, Filters(TODAY, page=page, size=2))
        for page in (1, 2, 3)
    ]
    assert [row.code for page in pages for row in page.rows] == codes
    assert [page.more for page in pages] == [True, True, False]


def test_a_row_says_all_that_the_list_shows(session: Session, hall: Cast) -> None:
    make_item(session, hall, placing="柜台右侧立柱", made_on=date(2021, 12, 15),
              precision=Precision.DAY, registered=NOW)  # fmt: skip
    [row] = listing.list_items(session, hall.officer, Filters(TODAY)).rows
    assert (row.name, row.place) == ("干粉（ABC）灭火器 4 kg", "A01 综合窗口 · 柜台右侧立柱")
    assert (row.change_by, row.scrap_on) == (date(2026, 12, 15), date(2031, 12, 15))
    assert row.standings == (Standing(Mark.SERVICE_SOON, 22, "service"),)


def test_what_presses_is_what_one_keeps(
    session: Session, hall: Cast, register: dict[View, Item]
) -> None:
    far = made_to_be(session, hall, inspect_by=TODAY, said={"window_id": hall.a03})
    mine = {register[view].code for view in (View.DUE, View.TO_SCRAP)}
    asked = {"view": View.PRESSING, "kept": True}
    assert set(listed(session, hall.lead, **asked)) == mine
    assert listed(session, hall.other_lead, **asked) == [far.code]
    assert set(listed(session, hall.officer, **asked)) == mine | {far.code}
    assert listed(session, hall.staff, **asked) == []
    assert set(listed(session, hall.manager, view=View.PRESSING)) == mine | {far.code}
    assert listing.counts(session, hall.other_lead, TODAY, kept=True).total == 1
    assert listing.counts(session, hall.officer, TODAY).of(View.PRESSING) == 3


class _Dates:
    """The dates of an item of which nothing is due."""

    def __init__(self, **dates: Any) -> None:
        self.status: Status = Status.IN_SERVICE
        self.made_on: date | None = date(2020, 1, 1)
        self.inspect_by: date | None = None
        self.service_by: date | None = None
        self.scrap_on: date | None = None
        self.expires_on: date | None = None
        self.made_unknown_since: date | None = None
        self.condemned_on: date | None = None
        self.failed_on: date | None = None
        self.service_next = ""
        self.expiry_unknown = False
        for name, value in dates.items():
            setattr(self, name, value)


PAST, TODAYS, NEAR = TODAY - 2 * A_DAY, TODAY, TODAY + 22 * A_DAY


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ({}, [(Mark.FINE, 0)]),
        ({"status": Status.SCRAPPED, "scrap_on": PAST}, [(Mark.SCRAPPED, 0)]),
        ({"status": Status.LOST}, [(Mark.LOST, 0)]),
        ({"scrap_on": TODAYS}, [(Mark.TO_SCRAP, 0)]),
        ({"scrap_on": PAST, "service_by": PAST, "inspect_by": PAST}, [(Mark.TO_SCRAP, 2)]),
        ({"scrap_on": PAST, "condemned_on": PAST}, [(Mark.UNFIT, 2)]),
        ({"scrap_on": PAST, "made_on": None}, [(Mark.UNFIT, 2)]),
        ({"status": Status.AWAY, "inspect_by": PAST}, [(Mark.AWAY, 0)]),
        ({"status": Status.DEFECTIVE}, [(Mark.DEFECTIVE, 0)]),
        (
            {"inspect_by": PAST, "service_by": TODAYS, "expires_on": NEAR},
            [(Mark.SERVICE_DUE, 0), (Mark.INSPECTION_DUE, 2), (Mark.EXPIRY_SOON, 22)],
        ),
        ({"scrap_on": NEAR}, [(Mark.SCRAP_SOON, 22)]),
        ({"scrap_on": NEAR, "made_unknown_since": PAST}, [(Mark.TO_VERIFY, 22)]),
        ({"expires_on": PAST}, [(Mark.EXPIRED, 2)]),
    ],
)
def test_how_an_item_stands(dates: dict[str, Any], said: list[tuple[Mark, int]]) -> None:
    assert [(one.mark, one.days) for one in standings(_Dates(**dates), TODAY)][: len(said)] == said


def test_what_failed_its_inspection_is_not_in_order_until_it_is_mended(
    session: Session, hall: Cast
) -> None:
    item = make_item(session, hall, common=True)
    for passed in (False, True, False):
        take(session, hall.officer, item, Step.INSPECT, on_date=TODAY, now=NOW, passed=passed)
    assert item.due_on == TODAY
    assert [one.mark for one in standings(item, TODAY)] == [Mark.FAILED]
    found = listing.counts(session, hall.officer, TODAY)
    assert (found.of(View.DUE), found.of(View.FINE), found.failed) == (1, 0, 1)
    (row,) = listing.list_items(session, hall.officer, Filters(TODAY, view=View.DUE)).rows
    assert row.code == item.code
    repair(session, hall.officer, item.id, note="已补压", on_date=TODAY, now=NOW)
    assert [one.mark for one in standings(item, TODAY)] == [Mark.FINE]
    assert listing.counts(session, hall.officer, TODAY).of(View.FINE) == 1
