"""What lives by a printed date alone: without one on record it is to be looked up in 30 days."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.closing import bars_closing
from equipment.date_errors import ExpiryKnown
from equipment.errors import ExpiryMissing, UnknownConsumable
from equipment.jobs import due_hazards
from equipment.models import Consumable, Item, Step
from equipment.service import listing, servicing
from equipment.service.asof import AsOf, Lack, register_at
from equipment.service.listing import Filters, View
from equipment.standing import Mark, Standing, standings
from hazards.models import Hazard
from safety_app.core.access import Actor
from safety_app.core.db import Database, reading, transaction
from safety_app.core.errors import NotAllowed
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.equipment.items import days, last_step, make_item, steps_of
from tests.screens import open_page, text_of

BY_THEN = date(2026, 12, 23)
"""Thirty days after today."""
PADS: dict[str, Any] = {"code": "pads", "expires_on": date(2028, 5, 31)}


def aed(session: Session, hall: Cast, **parts: date) -> Item:
    """A defibrillator registered today, with the dates of these parts."""
    item = make_item(session, hall, "aed", size="", registered=NOW, consumables=parts)
    item.last_inspected_on = TODAY
    return item


def test_it_is_to_be_verified_and_falls_due(session: Session, hall: Cast) -> None:
    item = aed(session, hall, battery=date(2029, 1, 1))
    assert (item.expires_on, item.due_on, item.expiry_unknown) == (BY_THEN, BY_THEN, True)
    assert standings(item, TODAY) == (Standing(Mark.TO_VERIFY, 30),)
    assert Standing(Mark.UNDATED) in standings(item, BY_THEN)
    for today, view in ((TODAY, View.SOON), (BY_THEN, View.DUE)):
        found = listing.list_items(session, hall.officer, Filters(today, view))
        assert [row.change_by for row in found.rows] == [None]


def test_it_becomes_a_hazard_of_its_own_words(session: Session, hall: Cast) -> None:
    item = aed(session, hall)
    item.last_inspected_on = BY_THEN
    assert due_hazards(session, days(29)) == 0
    assert due_hazards(session, days(30)) == 1
    [hazard] = session.scalars(select(Hazard))
    assert hazard.source == f"equipment:{item.code}/expiry"
    assert "“电极片”标注的有效期未登记" in hazard.what and "核实" in hazard.measures
    assert "尚未登记" in bars_closing(session, hall.site_id, str(hazard.source), days(30))


def test_the_date_that_was_looked_up_is_written_down(session: Session, hall: Cast) -> None:
    item = aed(session, hall, battery=date(2029, 1, 1))
    servicing.record_expiry(session, hall.lead, item.id, lot="L7", **PADS, now=NOW)
    assert (item.expires_on, item.expiry_unknown) == (date(2028, 5, 31), False)
    assert steps_of(session, item) == [Step.EDIT], "no part was changed"
    assert last_step(session, item).note == "电极片到期：– → 2028年5月31日"
    [part] = session.scalars(select(Consumable).where(Consumable.code == "pads"))
    assert (part.put_in_on, part.lot, part.removed_on) == (TODAY, "L7", None)
    with pytest.raises(ExpiryKnown):
        servicing.record_expiry(session, hall.lead, item.id, **PADS, now=NOW)


def test_one_that_has_passed_is_expired_at_once(session: Session, hall: Cast) -> None:
    item = aed(session, hall, battery=date(2029, 1, 1))
    past = {**PADS, "expires_on": TODAY - timedelta(days=3)}
    servicing.record_expiry(session, hall.lead, item.id, **past, now=NOW)
    assert standings(item, TODAY) == (Standing(Mark.EXPIRED, 3),)


@pytest.mark.parametrize(
    ("who", "said", "error"),
    [("lead", {"code": "unit"}, UnknownConsumable), ("lead", {"expires_on": None}, ExpiryMissing),
     ("staff", {}, NotAllowed)],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    session: Session, hall: Cast, who: str, said: dict[str, Any], error: type[Exception]
) -> None:
    item = aed(session, hall)
    actor: Actor = getattr(hall, who)
    with pytest.raises(error):
        servicing.record_expiry(session, actor, item.id, **{**PADS, **said}, now=NOW)


def test_a_new_part_is_known_too(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, "first-aid-kit", size="", registered=NOW)
    servicing.change_consumable(
        session, hall.lead, item.id, code="contents", expires_on=date(2028, 1, 1), on_date=TODAY,
        now=NOW,
    )  # fmt: skip
    assert (item.expires_on, item.expiry_unknown) == (date(2028, 1, 1), False)


def test_papers_tell_it_from_what_has_expired(session: Session, hall: Cast) -> None:
    aed(session, hall)
    for moment, lacks in ((days(1), ()), (days(33), (Lack.UNDATED,))):
        asof = AsOf(moment, "Asia/Shanghai")
        [stood] = register_at(session, hall.site_id, asof)
        assert tuple(one for one in stood.lacks(asof) if one is not Lack.INSPECTION) == lacks


@sqlite_only
def test_the_page_asks_for_it(database: Database, hall: Cast) -> None:
    with transaction() as session:
        item = aed(session, hall, battery=date(2029, 1, 1))
    page = open_page(hall.lead, "equipment", item=item.code)
    assert any("电极片：登记标注的有效期" in text for text in text_of(page))
    page.button(key="equipment.do.change_consumable").click().run()
    key = f"equipment.step.change_consumable.{item.id}"
    assert page.selectbox(key=f"{key}.part").value == "pads"
    page.date_input(key=f"{key}.expires").set_value(date(2028, 5, 31)).run()
    page.button(key=f"{key}.go").click().run()
    assert not page.exception
    with reading() as session:
        assert session.get_one(Item, item.id).expires_on == date(2028, 5, 31)
