"""What takes a place must protect no less than what stood there."""

from dataclasses import replace

import pytest

from equipment.kinds import Family, built_in
from equipment.protection import Protects, lacking, of, size_of
from safety_app.core.i18n import use_language
from safety_app.features import features

POWDER = Protects("extinguisher-abc", Family.EXTINGUISHER, "ABCE", "4 kg")
CO2 = Protects("extinguisher-co2", Family.EXTINGUISHER, "BCE", "5 kg")
WATER = Protects("extinguisher-water", Family.EXTINGUISHER, "ABCEF", "6 L", least="2 L")
LIGHT = Protects("emergency-light", Family.LIGHTING, name="应急照明灯")
SIGN = Protects("exit-sign", Family.LIGHTING, name="疏散指示标志")
UNSAID = replace(POWDER, size="")
GONE = Protects("extinguisher-1211", Family.EXTINGUISHER, "ABCE", "4 kg", is_phased_out=True)


@pytest.fixture(autouse=True)
def _words() -> None:
    features()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (POWDER, POWDER),
        (POWDER, replace(POWDER, size="MFZ/ABC5")),
        (POWDER, replace(CO2, fire_classes="ABCEF", size="4 kg")),
        (POWDER, WATER),
        (UNSAID, replace(WATER, size="2 L")),
        (UNSAID, replace(POWDER, least="4000 g")),
        (UNSAID, UNSAID),
        (CO2, replace(POWDER, size="5 kg")),
        (UNSAID, replace(POWDER, size="1 kg", least="1 kg")),
        (LIGHT, LIGHT),
        (GONE, POWDER),
    ],
)
def test_the_same_or_more_may_take_the_place(old: Protects, new: Protects) -> None:
    assert lacking(old, new) == ""


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (POWDER, CO2,
         "新件不适用于 A 类火灾，而旧件适用。请选用适用于 A, B, C, E 类火灾的灭火器。"),
        (POWDER, replace(POWDER, size="3kg"),
         "新件（3kg）的充装量小于旧件（4 kg），请选用不低于 4 kg 的灭火器。"),
        (POWDER, replace(POWDER, size=""), "请填写新件的规格；旧件为 4 kg。"),
        (POWDER, replace(CO2, fire_classes="ABCE", size="1 kg"),
         "新件（1 kg）的充装量小于旧件（4 kg），请选用不低于 4 kg 的灭火器。"),
        (POWDER, replace(WATER, size=""), "请填写新件的规格；旧件为 4 kg。"),
        (UNSAID, replace(WATER, size=""),
         "旧件未登记规格，请填写新件的规格，至少为该类型的最小常用规格 2 L。"),
        (UNSAID, replace(WATER, size="950 mL"),
         "旧件未登记规格，而新件（950 mL）小于该类型的最小常用规格 2 L，请选用不低于 2 L 的。"),
        (LIGHT, SIGN, "旧件属“应急照明灯”，新件属“疏散指示标志”，请选用同类设施。"),
        (POWDER, LIGHT, "旧件属“灭火器”，新件属“应急照明和疏散标志”，请选用同类设施。"),
        (POWDER, GONE, "新件属淘汰类型，请另选。"),
    ],
)  # fmt: skip
def test_less_is_refused_with_the_reason(old: Protects, new: Protects, why: str) -> None:
    assert lacking(old, new) == why


def test_the_reason_is_told_in_english_too() -> None:
    with use_language("en"):
        assert lacking(POWDER, CO2).startswith("The new one is not made for fires of class A")


def test_letters_that_a_kind_cannot_have_protect_nothing() -> None:
    kinds = built_in("cn")
    assert of(kinds["extinguisher-bc"], "ABCE", "4 kg").fire_classes == "BCE"
    assert of(kinds["extinguisher-water"], "ABCEF", "6 L").fire_classes == "ABCEF"
    assert of(kinds["extinguisher-abc"], "", "4 kg").fire_classes == "ABCE"
    assert of(kinds["extinguisher-mini"], "A", "").least == "500 mL"


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("4 kg", 4000), ("4kg", 4000), ("MFZ/ABC4", 4000), ("500 g", 500), ("0.5 KG", 500),
        ("6 L", 6000), ("950 mL", 950), ("10 lb", 4540), ("2.5 gal", 9475),
        ("KN95 M", None), ("", None), ("大号", None),
    ],
)  # fmt: skip
def test_a_size_is_read_as_it_is_written(text: str, size: float | None) -> None:
    assert size_of(text) == size
