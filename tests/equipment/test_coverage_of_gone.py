"""A missed inspection stays missed, whatever becomes of the thing afterwards."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from equipment.models import Item
from equipment.service import away, figures, inspection_record, life
from equipment.service.asof import AsOf, register_at
from tests.cast import NOW, Cast
from tests.equipment.items import make_item
from tests.equipment.lives import at, inspect, scrap

ASOF = AsOf(NOW + timedelta(hours=1), "Asia/Shanghai")
OCTOBER = date(2026, 10, 1)
GOOD = 4
"""So many that one may be away."""


def missed(session: Session, hall: Cast) -> Item:
    """An item whose inspection fell due on 15 October and was not made, those of others were."""
    item = make_item(session, hall, registered=at(date(2026, 9, 15)))
    for _other in range(GOOD):
        good = make_item(session, hall, registered=at(date(2026, 9, 15)))
        inspect(session, hall.officer, good, date(2026, 10, 14))
    return item


def leave(session: Session, hall: Cast, item: Item, how: str, on: date) -> None:
    if how == "away":
        away.send_away(session, hall.officer, item.id, firm="宏安消防", on_date=on, now=at(on))
    elif how == "scrapped":
        scrap(session, hall.officer, item, on, now=at(on))
    else:
        life.condemn(session, hall.staff, item.id, because="锈蚀", now=at(on))


@pytest.mark.parametrize("how", ["away", "scrapped", "condemned"])
@pytest.mark.parametrize(
    ("on", "due"), [(date(2026, 10, 14), 0), (date(2026, 10, 15), 0), (date(2026, 10, 16), 1)]
)
def test_what_fell_due_while_it_was_there_counts_in_that_month(
    session: Session, hall: Cast, how: str, on: date, due: int
) -> None:
    item = missed(session, hall)
    leave(session, hall, item, how, on)
    items = register_at(session, hall.site_id, ASOF)
    october, november = figures.coverage(items, ASOF, 2)
    assert (october.done, october.due) == (GOOD, GOOD + due)
    assert november.due == GOOD, "it was gone for all of November"


def test_the_record_of_the_month_says_that_it_was_missed(session: Session, hall: Cast) -> None:
    item = missed(session, hall)
    leave(session, hall, item, "away", date(2026, 10, 30))
    found = inspection_record.record_of(
        session, hall.site_id, OCTOBER, ASOF, inspection_record.is_extinguisher
    )
    line = next(line for line in found.lines if line.code == item.code)
    assert (found.covered.done, found.covered.due) == (GOOD, GOOD + 1)
    assert line.on is None
    assert line.remark == "10月15日到期未检，后转为“送修中”", line.remark


def test_an_inspection_of_a_later_month_hides_no_missed_one(session: Session, hall: Cast) -> None:
    item = missed(session, hall)
    inspect(session, hall.officer, item, date(2026, 11, 20))
    found = inspection_record.record_of(
        session, hall.site_id, OCTOBER, ASOF, inspection_record.is_extinguisher
    )
    assert [line.remark for line in found.lines if line.code == item.code] == [""]
