"""A scrap condition that was recorded by mistake is taken back by those who answer for it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from equipment.closing import bars_closing
from equipment.date_errors import DayBeforeCondemned, ScrapInAnyCase
from equipment.due import Precision
from equipment.errors import DayAhead, StepNotPossible
from equipment.models import Item, Status, Step
from equipment.service import life
from equipment.service.asof import AsOf, Lack, register_at
from equipment.service.history import history
from equipment.telling import sentence
from safety_app.core import journal
from safety_app.core.db import Database, reading, transaction
from safety_app.core.errors import NotAllowed, TextMissing
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.equipment.items import days, last_step, make_item, steps_of
from tests.screens import open_page, text_of

WHY = "复核：仅漆面划伤，误点"


def condemned(session: Session, hall: Cast, **facts: Any) -> Item:
    item = make_item(session, hall, **facts)
    life.condemn(session, hall.staff, item.id, because="筒体明显锈蚀", now=NOW)
    return item


def test_it_is_in_service_again_with_its_own_dates(session: Session, hall: Cast) -> None:
    item = condemned(session, hall)
    assert item.scrap_on == item.due_on == TODAY
    life.clear(session, hall.manager, item.id, reason=WHY, now=days(1))
    assert (item.status, item.condemned_on, item.condemned_because) == (
        Status.IN_SERVICE, None, "",
    )  # fmt: skip
    assert item.scrap_on == date(2034, 3, 1) and item.due_on == item.inspect_by
    step = last_step(session, item)
    assert (step.step, step.note, step.on_date) == (Step.CLEAR, WHY, TODAY + timedelta(days=1))
    assert sentence(history(session, hall.officer, item.id)[0]) == "排除报废条件，恢复使用"
    assert journal.first_break(session) is None


def test_it_may_be_found_unfit_again(session: Session, hall: Cast) -> None:
    item = condemned(session, hall)
    life.clear(session, hall.officer, item.id, reason=WHY, now=NOW)
    life.condemn(session, hall.lead, item.id, because="器头裂纹", now=days(2))
    assert (item.condemned_because, item.status) == ("器头裂纹", Status.DEFECTIVE)


@pytest.mark.parametrize("who", ["staff", "lead", "administrator"])
def test_it_is_for_the_officer_and_managers_only(session: Session, hall: Cast, who: str) -> None:
    item = condemned(session, hall)
    with pytest.raises(NotAllowed):
        life.clear(session, hall.everyone()[who], item.id, reason=WHY, now=NOW)
    assert item.condemned_on == TODAY


def test_it_needs_a_reason_and_a_day_that_can_be(session: Session, hall: Cast) -> None:
    item = condemned(session, hall)
    with pytest.raises(TextMissing):
        life.clear(session, hall.officer, item.id, reason=" ", now=NOW)
    for day, error in ((TODAY + timedelta(days=1), DayAhead),
                       (TODAY - timedelta(days=1), DayBeforeCondemned)):  # fmt: skip
        with pytest.raises(error):
            life.clear(session, hall.officer, item.id, reason=WHY, on_date=day, now=NOW)
    assert steps_of(session, item) == [Step.CONDEMN]


def test_age_and_an_unreadable_date_are_no_mistake(session: Session, hall: Cast) -> None:
    old = make_item(session, hall, made_on=date(2010, 1, 1))
    unread = make_item(session, hall, made_on=None, precision=Precision.UNREADABLE)
    for item in (old, unread):
        with pytest.raises(StepNotPossible):
            life.clear(session, hall.officer, item.id, reason=WHY, now=NOW)
        life.condemn(session, hall.lead, item.id, because="锈蚀", now=NOW)
        with pytest.raises(ScrapInAnyCase) as refused:
            life.clear(session, hall.officer, item.id, reason=WHY, now=NOW)
        assert "更换" in refused.value.message()
        assert item.status == Status.DEFECTIVE


def test_papers_know_until_when_it_was_out_of_service(session: Session, hall: Cast) -> None:
    item = condemned(session, hall)
    life.clear(session, hall.officer, item.id, reason=WHY, now=days(3))
    for day, lacks in ((days(1), (Lack.SCRAP,)), (days(4), ())):
        asof = AsOf(day, "Asia/Shanghai")
        [stood] = register_at(session, hall.site_id, asof)
        assert stood.lacks(asof) == lacks
        assert (stood.status, stood.condemned_on) == (
            (Status.DEFECTIVE, TODAY) if lacks else (Status.IN_SERVICE, None)
        )
    assert stood.row.code == item.code


def test_its_hazard_can_be_closed_then(session: Session, hall: Cast) -> None:
    item = condemned(session, hall)
    source = f"equipment:{item.code}/scrap"
    assert bars_closing(session, hall.site_id, source, NOW)
    life.clear(session, hall.officer, item.id, reason=WHY, now=NOW)
    assert bars_closing(session, hall.site_id, source, NOW) == ""


@sqlite_only
def test_the_page_offers_it_to_those_who_may(database: Database, hall: Cast) -> None:
    with transaction() as session:
        item = condemned(session, hall)
    assert not open_page(hall.lead, "equipment", item=item.code, do="clear").text_area
    page = open_page(hall.officer, "equipment", item=item.code, do="clear")
    key = f"equipment.step.clear.{item.id}"
    page.text_area(key=f"{key}.note").set_value(WHY).run()
    page.button(key=f"{key}.go").click().run()
    assert not page.exception and any("恢复使用" in text for text in text_of(page))
    with reading() as session:
        assert session.get_one(Item, item.id).condemned_on is None
