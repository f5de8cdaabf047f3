"""The kinds that are shipped, and what a hall may lay over them."""

import re
import tomllib
from datetime import date

import pytest

from checklists import templates
from equipment.hall_kinds import CHECKLISTS, laxer_than, with_changes
from equipment.kinds import (
    FAMILY_NAMES,
    FILE,
    FIRE_CLASSES,
    MARK_NAMES,
    Family,
    Kind,
    Since,
    built_in,
    fire_class_text,
)
from safety_app.core.i18n import use_language
from safety_app.features import features

CN, NFPA = built_in("cn"), built_in("nfpa")
EVERY = [*CN.values(), *NFPA.values()]
POWDER, LIGHT = CN["extinguisher-abc"], CN["emergency-light"]
SOURCES = tomllib.loads(FILE.read_text(encoding="utf-8"))["sources"]
LAW = re.compile(r"GB|XF|NFPA")
WITHOUT_DATE = {
    "xf95_phased_out": "not known for certain",
    "g50166": "replaced by a newer edition that was not compared yet",
    **{
        f"nfpa_{part}": "in force as the edition that was adopted"
        for part in ("inspection", "maintenance", "recharge", "hydrostatic", "obsolete", "plate")
    },
}
"""Why a source of law has no day from which it is in force."""
PREFIXES = {
    "extinguisher": {"MHQ"}, "hydrant": {"XHS"}, "lighting": {"YJD", "SZB"}, "detection": {"YG"},
    "door": {"FHM"}, "aed": {"AED"}, "first_aid": {"JJX"}, "electric": {"LB"}, "ppe": {"HM", "KZ"},
    "other": {"ZQP", "QT"},
}  # fmt: skip


def test_the_kinds_of_the_issue_are_there() -> None:
    assert set(CN) == {
        "extinguisher-water", "extinguisher-foam", "extinguisher-abc", "extinguisher-bc",
        "extinguisher-clean", "extinguisher-co2", "extinguisher-1211", "extinguisher-chemical-foam",
        "extinguisher-mini", "gas-cartridge", "hydrant", "emergency-light", "exit-sign",
        "smoke-detector", "fire-door", "aed", "first-aid-kit", "rcd", "goggles", "dust-mask",
        "other",
    }  # fmt: skip


def test_nfpa_knows_each_chinese_kind_and_its_own_extinguishers() -> None:
    assert set(NFPA) - set(CN) == {
        "extinguisher-loaded-stream", "extinguisher-wet-chemical", "extinguisher-dry-stainless",
        "extinguisher-dry-cartridge", "extinguisher-class-d",
    }  # fmt: skip
    assert set(CN) <= set(NFPA)


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: str(kind.code))
def test_each_figure_has_its_source_in_both_languages_and_its_mark(kind: Kind) -> None:
    figures = [
        (kind.inspect_months, kind.inspect_source, kind.inspect_source_en, kind.inspect_mark),
        *((rule.code, rule.source, rule.source_en, rule.mark) for rule in kind.services),
        *((rule.code, rule.source, rule.source_en, rule.mark) for rule in kind.consumables),
    ]
    if kind.scrap_months or kind.is_phased_out:
        figures.append((1, kind.scrap_source, kind.scrap_source_en, kind.scrap_mark))
    for figure, source, source_en, mark in figures:
        assert figure and source and source_en and mark in MARK_NAMES
        assert not re.search(r"[\u4e00-\u9fff]", source_en)
    assert kind.condition_source and kind.condition_source_en


def test_each_source_of_law_is_in_force_since_a_day_or_it_is_said_why_not() -> None:
    law = {name for name, source in SOURCES.items() if LAW.match(source["zh"])}
    dated = {name for name, source in SOURCES.items() if "effective_on" in source}
    assert dated and not dated & set(WITHOUT_DATE)
    assert dated | set(WITHOUT_DATE) == law
    for name in dated:
        assert date(2000, 1, 1) < SOURCES[name]["effective_on"] < date(2026, 1, 1)


def test_a_figure_knows_since_when_its_rule_is_in_force() -> None:
    assert POWDER.inspect_effective_on == date(2008, 11, 1)
    assert POWDER.scrap_effective_on == date(2023, 3, 1)
    assert [rule.effective_on for rule in POWDER.services] == [date(2008, 11, 1)]
    assert [rule.effective_on for rule in CN["dust-mask"].consumables] == [date(2021, 7, 1)]
    assert CN["hydrant"].inspect_effective_on is None


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: str(kind.code))
def test_each_kind_is_named_in_both_languages_with_a_prefix_of_its_family(kind: Kind) -> None:
    assert kind.name and kind.name_en and re.search(r"[\u4e00-\u9fff]", kind.name)
    assert not re.search(r"[\u4e00-\u9fff]", kind.name_en)
    assert kind.prefix in PREFIXES[kind.family]
    assert not kind.own and not kind.local and kind.is_offered


def test_each_family_has_a_name_and_a_kind() -> None:
    assert set(FAMILY_NAMES) == set(Family) == {kind.family for kind in EVERY}


@pytest.mark.parametrize("profile", ["cn", "nfpa"])
def test_letters_of_fire_classes_are_of_their_own_profile(profile: str) -> None:
    for kind in built_in(profile).values():
        assert set(kind.fire_classes) <= set(FIRE_CLASSES[profile])
        assert bool(kind.fire_classes) == (kind.family is Family.EXTINGUISHER)


def test_the_letter_c_means_another_thing_in_china_than_under_nfpa() -> None:
    features()
    assert fire_class_text("cn", "CE") == "C 气体火灾、E 带电火灾"
    with use_language("en"):
        assert fire_class_text("nfpa", "C") == "C Energised equipment"
    assert CN["extinguisher-co2"].fire_classes == "BCE"
    assert NFPA["extinguisher-co2"].fire_classes == "BC"


def test_services_restart_only_by_services_that_are_known() -> None:
    for kind in EVERY:
        codes = {rule.code for rule in kind.services}
        for rule in kind.services:
            assert set(rule.restarted_by) <= codes - {rule.code}
            assert (rule.first_months is None) == (rule.then_months == 0)
            assert rule.since is Since.MADE or not kind.needs_made_date


def test_lights_and_signs_measure_how_long_they_hold() -> None:
    measured = {
        (kind.code, rule.code): (rule.measure.least, rule.measure.text(45))
        for kind in EVERY
        for rule in kind.services
        if rule.measure
    }
    assert measured == {
        ("emergency-light", "discharge"): (30, "45 分钟"),
        ("exit-sign", "discharge"): (30, "45 分钟"),
    }
    measure = CN["exit-sign"].measure_of(["discharge"])
    assert measure and CN["exit-sign"].measure_of([]) is None
    assert POWDER.measure_of(["service"]) is None
    with use_language("en"):
        assert (measure.display_name, measure.text(7.5)) == ("Hold time", "7.5 min")


def test_only_extinguishers_may_be_asked_for_every_half_month() -> None:
    half = {kind.family for kind in EVERY if kind.may_be_half_monthly}
    assert half == {Family.EXTINGUISHER}


def test_the_date_of_a_last_service_without_its_name_is_the_usual_one() -> None:
    named = {code: kind.usual_service for code, kind in NFPA.items()}
    assert (rule := named["extinguisher-abc"]) and rule.code == "maintenance"
    assert POWDER.usual_service and POWDER.usual_service.code == "service"
    assert named["fire-door"] is None


def test_protective_equipment_may_be_kept_as_a_stock() -> None:
    stocked = {kind.code: kind.is_stocked for kind in CN.values() if kind.may_be_stocked}
    assert stocked == {"goggles": False, "dust-mask": True}


# ---------------------------------------------------------------- changes of a hall


def test_a_changed_figure_is_the_halls_own_and_says_why() -> None:
    changes = {"inspect_months": 2, "services": {"service": [60, 12]}}
    ours = with_changes(POWDER, POWDER.code, "", "", changes, "支队通知")
    assert ours.local == {"inspect_months", "service:service"}
    assert (ours.inspect_months, ours.inspect_source) == (2, "本单位规定：支队通知")
    rule = ours.service("service")
    assert rule and (rule.first_months, rule.then_months, rule.is_local) == (60, 12, True)
    assert rule.mark == "local"
    assert (ours.scrap_months, ours.scrap_source) == (POWDER.scrap_months, POWDER.scrap_source)
    assert (ours.inspect_effective_on, rule.effective_on) == (None, None)
    assert ours.scrap_effective_on == POWDER.scrap_effective_on
    with use_language("en"):
        assert ours.inspect_source_text == "rule of this hall: 支队通知"


def test_a_hall_in_a_larger_building_asks_for_longer_light() -> None:
    for figures, least in (([12, 12, 90], 90), ([6, 6], 30)):
        ours = with_changes(LIGHT, LIGHT.code, "", "", {"services": {"discharge": figures}}, "")
        rule = ours.service("discharge")
        assert rule and rule.measure and rule.measure.least == least and rule.is_local
    assert LIGHT.services[0].measure and LIGHT.services[0].measure.least == 30


def test_a_hall_may_add_a_scrap_age_or_leave_an_inspection_out() -> None:
    ours = with_changes(CN["smoke-detector"], "smoke-detector", "", "",
                        {"scrap_months": 144, "inspect_months": None}, "")  # fmt: skip
    assert (ours.scrap_months, ours.inspect_months) == (144, None)
    assert ours.scrap_source == "本单位规定"


def test_nothing_changed_is_the_kind_itself() -> None:
    assert with_changes(POWDER, POWDER.code, "", "", {}, "") == POWDER


def test_an_own_kind_has_all_that_was_said_of_it() -> None:
    ours = with_changes(None, "own-1", "防烟面罩", "Smoke hood", {
        "family": "ppe", "prefix": "FYMZ", "is_stocked": True, "inspect_months": 3,
        "scrap_months": 48, "services": {"service": [12, 12]}, "sizes": ["成人", "儿童"],
        "needs_made_date": True,
    }, "消防预案")  # fmt: skip
    assert (ours.own, ours.family, ours.prefix, ours.sizes) == (
        True, Family.PPE, "FYMZ", ("成人", "儿童"),
    )  # fmt: skip
    assert ours.local == {"inspect_months", "scrap_months", "service:service"}
    assert ours.needs_made_date and ours.checklist == "ppe-check"
    assert ours.condition_source_text == "本单位规定：消防预案"


@pytest.mark.parametrize(
    ("base", "changes"),
    [
        (POWDER, {"prefix": "AB"}),
        (POWDER, {"inspect_months": 0}),
        (POWDER, {"inspect_months": True}),
        (POWDER, {"scrap_months": 601}),
        (POWDER, {"scrap_months": "120"}),
        (POWDER, {"services": {"hydrostatic": [60, 12]}}),
        (POWDER, {"services": {"service": [60]}}),
        (POWDER, {"services": {"service": [60, None]}}),
        (POWDER, {"services": [60, 12]}),
        (POWDER, {"services": {"service": [60, 12, 30]}}),
        (LIGHT, {"services": {"discharge": [12, 12, 0]}}),
        (LIGHT, {"services": {"discharge": [12, 12, None]}}),
        (LIGHT, {"services": {"discharge": [12, 12, 30, 30]}}),
        (None, {"prefix": "灭火"}),
        (None, {"prefix": "TOOLONG"}),
        (None, {"family": "weapons"}),
    ],
)
def test_nonsense_is_refused(base: Kind | None, changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        with_changes(base, "some-kind", "某物", "", changes, "")


def test_an_own_kind_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a name"):
        with_changes(None, "own-1", " ", "", {}, "")


@pytest.mark.parametrize(
    ("changes", "laxer"),
    [
        ({"scrap_months": 121}, {"scrap_months"}),
        ({"scrap_months": 120}, set()),
        ({"scrap_months": None}, {"scrap_months"}),
        ({"inspect_months": 2}, {"inspect_months"}),
        ({"services": {"service": [60, 12]}}, set()),
        ({"services": {"service": [61, 12]}}, {"service:service"}),
        ({"services": {"service": [48, 36]}}, {"service:service"}),
    ],
)
def test_what_asks_for_less_than_the_law_is_told(
    changes: dict[str, object], laxer: set[str]
) -> None:
    assert laxer_than(POWDER, with_changes(POWDER, POWDER.code, "", "", changes, "")) == laxer


@pytest.mark.parametrize(("least", "is_laxer"), [(29, True), (30, False), (90, False)])
def test_who_is_content_with_less_light_than_the_law_is_told(least: int, is_laxer: bool) -> None:
    changes: dict[str, object] = {"services": {"discharge": [12, 12, least]}}
    ours = with_changes(LIGHT, LIGHT.code, "", "", changes, "")
    assert (laxer_than(LIGHT, ours) == {"service:discharge"}) is is_laxer


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: str(kind.code))
def test_each_kind_has_a_checklist_that_is_shipped(kind: Kind) -> None:
    lists = {one.code for one in templates.built_in() if one.kind == "inspection"}
    assert kind.checklist in lists


def test_each_family_has_a_checklist_that_is_shipped() -> None:
    lists = {one.code for one in templates.built_in() if one.kind == "inspection"}
    assert set(CHECKLISTS) == set(Family)
    assert set(CHECKLISTS.values()) <= lists
