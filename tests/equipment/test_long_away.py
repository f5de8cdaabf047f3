"""What went away for service and does not come back is one hazard until it is back or replaced."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.closing import bars_closing, rule_behind
from equipment.due import Precision
from equipment.jobs import due_hazards
from equipment.models import Item, Status, Step
from equipment.service import life
from equipment.service.replacing import Kept, NewUnit, Scrapped, replace
from equipment.service.servicing import record_service
from equipment.service.steps import take
from hazards.models import Hazard
from safety_app.core.i18n import use_language
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import ABC, days, make_item, make_store

LIMIT = 30


def sent(session: Session, hall: Cast, ago: int) -> Item:
    """An item that was sent away so many days before the tests."""
    item = make_item(session, hall)
    on = TODAY - timedelta(days=ago)
    take(session, hall.lead, item, Step.SEND_AWAY, on_date=on, now=NOW, firm="宏安")
    return item


@pytest.mark.parametrize(("ago", "n"), [(0, 0), (LIMIT, 0), (LIMIT + 1, 1), (400, 1)])
def test_more_than_thirty_days_are_too_long(session: Session, hall: Cast, ago: int, n: int) -> None:
    item = sent(session, hall, ago)
    assert due_hazards(session, NOW) == n
    if n:
        [hazard] = session.scalars(select(Hazard))
        since = TODAY - timedelta(days=ago)
        assert hazard.source == f"equipment:{item.code}/away"
        assert hazard.what == f"干粉（ABC）灭火器 {item.code} 自 {since} 起送修已超过 30 天，应催回"
        assert hazard.owner_id == hall.lead.user_id and hazard.interim_measure
        assert due_hazards(session, days(40)) == 0, "one for each item, whenever it is looked at"


def test_it_closes_once_it_is_back(session: Session, hall: Cast) -> None:
    item = sent(session, hall, 40)
    due_hazards(session, NOW)
    source = f"equipment:{item.code}/away"
    assert item.code in bars_closing(session, hall.site_id, source, NOW)
    record_service(
        session, hall.lead, item.id, services=["service"], on_date=TODAY, firm="宏安",
        certificate="1", now=NOW,
    )  # fmt: skip
    assert item.status == Status.IN_SERVICE
    assert bars_closing(session, hall.site_id, source, NOW) == ""


@pytest.mark.parametrize("kept", [False, True])
def test_it_closes_once_it_is_replaced(session: Session, hall: Cast, kept: bool) -> None:
    item = sent(session, hall, 40)
    old = Kept(None, make_store(session, hall)) if kept else Scrapped("未修好", certificate="BF-1")
    new = NewUnit(ABC, date(2026, 9, 1), Precision.MONTH, size="4 kg")
    replace(session, hall.officer, item.id, by=new, old=old, on_date=TODAY, now=NOW)
    assert bars_closing(session, hall.site_id, f"equipment:{item.code}/away", NOW) == ""
    assert due_hazards(session, NOW) == 0


def test_what_is_found_unfit_meanwhile_is_a_hazard_of_its_own(session: Session, hall: Cast) -> None:
    item = sent(session, hall, 40)
    due_hazards(session, NOW)
    life.condemn(session, hall.officer, item.id, because="变形", now=NOW)
    assert due_hazards(session, NOW) == 1
    sources = set(session.scalars(select(Hazard.source)))
    assert sources == {f"equipment:{item.code}/away", f"equipment:{item.code}/scrap"}


def test_it_is_told_as_practice_and_not_as_law(session: Session, hall: Cast) -> None:
    item = sent(session, hall, 40)
    with use_language("en"):
        assert rule_behind(session, hall.site_id, f"equipment:{item.code}/away") == (
            "Common practice: away for service for at most 30 days"
        )
