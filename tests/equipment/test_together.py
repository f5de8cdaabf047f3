"""What one firm fetches or services on the same day is recorded in one go, or not at all."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from equipment.errors import ItemChanged, NotServiceable, TooManyAway
from equipment.models import Item, Status, Step
from equipment.service import life
from equipment.service.together import companions, send_together, service_together
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import last_step, make_file, make_item

DUE = date(2021, 11, 1)
SERVICED: dict[str, Any] = {"services": ["service"], "on_date": TODAY, "firm": "宏安", "now": NOW}
SENT: dict[str, Any] = {"firm": "宏安", "on_date": TODAY, "now": NOW}


def offered(session: Session, hall: Cast, item: Item, step: Step) -> set[int]:
    """Whom the lead is offered beside this one."""
    return set(companions(session, hall.lead, item.id, step, today=TODAY))


def test_only_those_of_the_same_visit_are_offered(session: Session, hall: Cast) -> None:
    item, due = make_item(session, hall, made_on=DUE), make_item(session, hall, made_on=DUE)
    away = make_item(session, hall, window_id=hall.a02)
    away.status = Status.AWAY
    make_item(session, hall)
    make_item(session, hall, "extinguisher-co2", made_on=DUE)
    make_item(session, hall, made_on=date(2016, 11, 1))
    make_item(session, hall, made_on=DUE, window_id=hall.a03)
    unfit = make_item(session, hall, made_on=DUE)
    life.condemn(session, hall.lead, unfit.id, because="变形", now=NOW)
    assert offered(session, hall, item, Step.SERVICE) == {due.id, away.id}
    assert offered(session, hall, item, Step.SEND_AWAY) == {due.id}


def test_one_paper_proves_the_service_of_each(session: Session, hall: Cast) -> None:
    items = [make_item(session, hall, made_on=DUE) for _n in range(3)]
    paper = make_file(session, hall.lead)
    ids = [item.id for item in items]
    done = service_together(session, hall.lead, ids, file_ids=[paper], **SERVICED)
    assert done == items and {item.service_by for item in items} == {date(2028, 11, 23)}
    assert {last_step(session, item).firm for item in items} == {"宏安"}


def test_one_that_is_refused_names_itself(session: Session, hall: Cast) -> None:
    item, old = make_item(session, hall), make_item(session, hall, made_on=date(2016, 11, 1))
    with pytest.raises(NotServiceable) as refused:
        service_together(session, hall.lead, [item.id, old.id], certificate="1", **SERVICED)
    assert old.code in refused.value.message()


def test_together_no_more_than_a_quarter_goes(session: Session, hall: Cast) -> None:
    items = [make_item(session, hall, made_on=DUE, common=True).id for _n in range(8)]
    assert len(send_together(session, hall.officer, items[:2], **SENT)) == 2
    with pytest.raises(TooManyAway):
        send_together(session, hall.officer, items[2:4], **SENT)


def test_the_version_is_that_of_the_first(session: Session, hall: Cast) -> None:
    items = [make_item(session, hall, made_on=DUE, common=True) for _n in range(8)]
    ids, drawn = [item.id for item in items[:2]], items[0].row_version
    life.condemn(session, hall.officer, items[0].id, because="变形", now=NOW)
    with pytest.raises(ItemChanged):
        send_together(session, hall.officer, ids, row_version=drawn, **SENT)
