"""Letters of fire classes when a hall goes by other rules: the same letter means another thing."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.kinds import built_in
from equipment.models import HallKind, Item, Profile, Step
from equipment.service import away, hall_rules, letters, rules
from safety_app.core import journal
from safety_app.core.db import Database, reading, transaction
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.equipment.items import last_step, make_item, make_store, steps_of
from tests.equipment.test_replacing import NEW, replaced
from tests.screens import open_page, text_of

CO2, WET = "extinguisher-co2", "extinguisher-wet-chemical"


def nfpa(session: Session, hall: Cast) -> None:
    hall_rules.set_profile(session, hall.administrator, Profile.NFPA, NOW)
    session.expire_all()


def chinese(session: Session, hall: Cast) -> None:
    hall_rules.set_profile(session, hall.administrator, Profile.CN, NOW)
    session.expire_all()


def test_usual_letters_become_those_of_the_rules_in_force(session: Session, hall: Cast) -> None:
    powder, gas = make_item(session, hall), make_item(session, hall, CO2)
    lamp = make_item(session, hall, "emergency-light")
    nfpa(session, hall)
    assert (powder.fire_classes, gas.fire_classes, lamp.fire_classes) == ("ABC", "BC", "")
    assert steps_of(session, powder) == [Step.EDIT] and steps_of(session, lamp) == []
    assert last_step(session, powder).note == "适用火灾类别：ABCE → ABC；原因：NFPA 10"
    chinese(session, hall)
    assert (powder.fire_classes, gas.fire_classes) == ("ABCE", "BCE")
    assert journal.first_break(session) is None


def test_what_was_registered_before_can_be_replaced_and_lent(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    spare = make_item(session, hall, location_id=make_store(session, hall))
    nfpa(session, hall)
    away.lend(session, hall.officer, spare.id, for_id=item.id, on_date=TODAY, now=NOW)
    other = make_item(session, hall, window_id=hall.a02)
    assert replaced(session, hall.officer, other, NEW).fire_classes == "ABC"


def test_letters_of_its_own_are_no_more_and_are_to_be_checked(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, fire_classes="AB")
    make_item(session, hall)
    assert letters.own(session, hall.site_id) == ["MHQ-0001"]
    nfpa(session, hall)
    assert item.fire_classes == "" and "AB → –" in last_step(session, item).note
    assert letters.unsaid(session, hall.site_id) == ["MHQ-0001"]
    kinds = rules.kinds_of(session, hall.site_id)
    assert away.protects(kinds, item).fire_classes == "ABC", "as the kind's usual ones"
    chinese(session, hall)
    assert item.fire_classes == "" and steps_of(session, item) == [Step.EDIT]


def test_a_kind_of_the_other_rules_has_no_letters(session: Session, hall: Cast) -> None:
    nfpa(session, hall)
    item = make_item(session, hall, WET)
    assert item.fire_classes == "AK"
    chinese(session, hall)
    kind = rules.kinds_of(session, hall.site_id)[WET]
    assert (item.fire_classes, kind.fire_classes, kind.is_offered) == ("", "", False)
    assert letters.unsaid(session, hall.site_id) == [], "there are none to compare with"
    assert replaced(session, hall.officer, item, NEW).fire_classes == "ABCE"
    nfpa(session, hall)
    assert built_in("nfpa")[WET].fire_classes == "AK"


def test_an_own_kind_keeps_its_letters_for_each_of_the_rules(session: Session, hall: Cast) -> None:
    changes = {"family": "extinguisher", "prefix": "MHQ", "fire_classes": "ABE"}
    code = hall_rules.add_kind(session, hall.officer, name="气溶胶", changes=changes, now=NOW)
    item = make_item(session, hall, code)

    def kept() -> tuple[str, str]:
        return item.fire_classes, rules.kinds_of(session, hall.site_id)[code].fire_classes

    assert kept() == ("ABE", "ABE")
    nfpa(session, hall)
    assert kept() == ("", "")
    hall_rules.change_kind(
        session, hall.officer, code, name="气溶胶", because="",
        changes={**changes, "fire_classes": "ABC"}, now=NOW,
    )  # fmt: skip
    assert rules.kinds_of(session, hall.site_id)[code].fire_classes == "ABC"
    chinese(session, hall)
    assert kept() == ("", "ABE")
    nfpa(session, hall)
    assert kept() == ("", "ABC")
    [row] = session.scalars(select(HallKind))
    assert row.changes["letters"] == {"cn": "ABE", "nfpa": "ABC"}


@pytest.fixture
def _asked(database: Database, hall: Cast) -> None:
    with transaction() as session:
        make_item(session, hall, fire_classes="AB")


@sqlite_only
@pytest.mark.usefixtures("_asked")
def test_the_page_says_which_letters_go_and_which_are_to_be_checked(
    database: Database, hall: Cast
) -> None:
    shown = open_page(hall.administrator, "equipment-kinds")
    shown.button(key="kinds.profile").click().run()
    assert "MHQ-0001" in "\n".join(text_of(shown))
    shown.button(key="kinds.profile.change").click().run()
    texts = "\n".join(text_of(shown))
    assert not shown.exception and "对照铭牌" in texts and "MHQ-0001" in texts
    with reading() as session:
        assert session.scalars(select(Item.fire_classes)).all() == [""]
    shown = open_page(hall.officer, "equipment", item="MHQ-0001")
    assert "对照铭牌" in "\n".join(text_of(shown))
