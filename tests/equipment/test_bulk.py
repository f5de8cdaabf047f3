"""Several alike at once: codes in a row, spread over numbered places, once or not at all."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from equipment.due import Precision
from equipment.errors import KindKeptAsStock, MadeDateMissing, PlaceMissing
from equipment.list_errors import NoPieces, RangeMissing, RangeWrong, TooManyPieces
from equipment.models import Item, ItemStep, Step
from equipment.service.bulk import Numbers, add_many, placings, plan_many
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import set_language
from safety_app.features import features
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.equipment.items import ABC, MADE, make_item
from tests.screens import open_page, text_of


@pytest.fixture(autouse=True, scope="module")
def _words() -> None:
    features()


def facts(hall: Cast, **otherwise: Any) -> dict[str, Any]:
    return {
        "kind": ABC, "size": "4 kg", "made_on": MADE, "precision": Precision.MONTH,
        "window_id": None, "location_id": hall.floor, "placing": "消火栓箱 #", "now": NOW,
        **otherwise,
    }  # fmt: skip


def add(session: Session, hall: Cast, count: int = 12, **otherwise: Any) -> list[Item]:
    said = facts(hall, **{"numbers": Numbers(1, 6), **otherwise})
    return add_many(session, said.pop("actor", hall.officer), count=count, **said)


def test_twelve_in_six_cabinets_are_two_in_each(session: Session, hall: Cast) -> None:
    made = add(session, hall)
    assert [item.code for item in made] == [f"MHQ-{n:04}" for n in range(1, 13)]
    assert [item.placing for item in made] == [f"消火栓箱 {n}" for n in range(1, 7) for _ in "12"]
    assert {item.inspect_by for item in made} == {TODAY.replace(month=12)}
    steps = session.scalars(select(ItemStep.step)).all()
    assert steps == [Step.REGISTER] * 12 and journal.first_break(session) is None


def test_the_preview_says_what_would_be_and_writes_nothing(session: Session, hall: Cast) -> None:
    make_item(session, hall)
    planned = plan_many(session, hall.officer, count=12, numbers=Numbers(1, 6), **facts(hall))
    assert [(one.code, one.placing) for one in planned[:3]] == [
        ("MHQ-0002", "消火栓箱 1"), ("MHQ-0003", "消火栓箱 1"), ("MHQ-0004", "消火栓箱 2"),
    ]  # fmt: skip
    assert session.scalar(select(func.count(Item.id))) == 1
    made = add(session, hall)
    assert [(item.code, item.placing) for item in made] == [
        (one.code, one.placing) for one in planned
    ]


@pytest.mark.parametrize(
    ("count", "text", "numbers", "expected"),
    [
        (3, "东门", None, ["东门"] * 3),
        (2, "", None, ["", ""]),
        (4, "箱 #", Numbers(3, 4), ["箱 3", "箱 3", "箱 4", "箱 4"]),
        (5, "箱 #", Numbers(1, 3), ["箱 1", "箱 1", "箱 2", "箱 2", "箱 3"]),
        (2, "箱##", Numbers(9, 10), ["箱09", "箱10"]),
        (2, "{n} 号箱", Numbers(1, 2), ["1 号箱", "2 号箱"]),
        (2, "箱", Numbers(1, 2), ["箱 1", "箱 2"]),
        (1, "", Numbers(7, 7), ["7"]),
    ],
)
def test_pieces_are_spread_evenly(
    count: int, text: str, numbers: Numbers | None, expected: list[str]
) -> None:
    assert list(placings(count, text, numbers)) == expected


@pytest.mark.parametrize(
    "numbers", [Numbers(2, 1), Numbers(1, 4), Numbers(-1, 0), Numbers(1, 9**9)]
)
def test_a_range_that_cannot_be_filled_is_refused(numbers: Numbers) -> None:
    with pytest.raises(RangeWrong):
        list(placings(3, "箱 #", numbers))


def test_a_sign_without_numbers_is_refused() -> None:
    with pytest.raises(RangeMissing):
        list(placings(3, "箱 #", None))


@pytest.mark.parametrize(("count", "error"), [(0, NoPieces), (501, TooManyPieces)])
def test_so_many_and_no_more(
    session: Session, hall: Cast, count: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        add(session, hall, count, numbers=None, placing="")


@pytest.mark.parametrize(
    ("otherwise", "error"),
    [
        ({"kind": "dust-mask"}, KindKeptAsStock), ({"location_id": None}, PlaceMissing),
        ({"made_on": None}, MadeDateMissing),
    ],
)  # fmt: skip
def test_the_rules_of_one_hold_for_many(
    session: Session, hall: Cast, otherwise: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        add(session, hall, **otherwise)
    assert session.scalar(select(func.count(Item.id))) == 0


def test_the_same_form_sent_twice_registers_once(session: Session, hall: Cast) -> None:
    first = add(session, hall, client_key="form1")
    again = add(session, hall, client_key="form1")
    assert [item.id for item in again] == [item.id for item in first]
    assert len(add(session, hall, client_key="form2")) == 12
    assert session.scalar(select(func.count(Item.id))) == 24


def test_whoever_keeps_the_place_registers_there(session: Session, hall: Cast) -> None:
    at_window = {"window_id": hall.a01, "location_id": None}
    assert len(add(session, hall, 12, actor=hall.lead, **at_window)) == 12
    refused: list[tuple[Actor, dict[str, Any]]] = [
        (hall.lead, {}), (hall.other_lead, at_window), (hall.staff, at_window),
        (hall.third_party, at_window),
    ]  # fmt: skip
    for actor, otherwise in refused:
        with pytest.raises(NotAllowed):
            add(session, hall, actor=actor, **otherwise)


@sqlite_only
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_page_shows_the_codes_before_they_are_given(
    database: Database, hall: Cast, language: str
) -> None:
    set_language(language)  # the test itself asks the boxes for their words
    page = open_page(hall.lead, "equipment-bulk", language=language)
    key = next(box.key for box in page.selectbox if str(box.key).endswith(".kind"))
    assert key is not None
    form = key.removesuffix(".kind")
    page.selectbox(key=key).select(ABC).run()
    page.number_input(key=f"{form}.count").set_value(4)
    page.selectbox(key=f"{form}.year").select(2024)
    page.selectbox(key=f"{form}.month").select(3).run()
    assert not page.button
    page.selectbox(key=f"{form}.place").select(f"w{hall.a01}")
    page.checkbox(key=f"{form}.spread").check().run()
    page.text_input(key=f"{form}.placing").input("箱 #").run()
    said = text_of(page)
    assert "箱 1" in said and "MHQ-0001 – MHQ-0002" in said and "箱 2" in said
    page.button(key="equipment_bulk.go").click().run()
    assert not page.exception
    assert "MHQ-0001 – MHQ-0004" in text_of(page)
    links = [one.proto.body for one in page.get("html")]
    assert any("/equipment-labels?codes=MHQ-0001~MHQ-0004" in one for one in links)
    with database.reading() as session:
        assert session.scalar(select(func.count(Item.id))) == 4
    page.button(key="equipment_bulk.more").click().run()
    assert any(str(box.key).endswith(".kind") for box in page.selectbox)


@sqlite_only
def test_the_page_says_what_is_still_missing(database: Database, hall: Cast) -> None:
    page = open_page(hall.officer, "equipment-bulk")
    key = str(next(box.key for box in page.selectbox))
    page.selectbox(key=key).select("emergency-light").run()
    assert "请选择器材所在的窗口或区域。" in text_of(page) and not page.button
