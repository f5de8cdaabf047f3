"""Built-in checklists: their form, their sources, their versions."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from checklists import guard, templates
from checklists.models import Template, TemplateItem, TemplatePart
from safety_app.core.i18n import use_language
from tests import cast

GOOD = (templates.FOLDER / "window_daily.toml").read_text(encoding="utf-8")
DIGEST_OF_THE_FIRST_VERSION = "2d1e622918d4070c4645b3eb2638b09380e2b0a6a3e823024aa60727aa4607e7"
DIGESTS = {
    "window-daily": DIGEST_OF_THE_FIRST_VERSION,
    "common-daily": "0afa5e2cd63189867d02c8b8cd51ef564bf2b3318fa16f7f8f17c77a9671c50a",
    "lead-monthly": "4cfc2811857fa7f379778ebd659b3c925bb01ec56bd5a18d44427231c4b50bf2",
    "fire-quarterly": "8270d43784fb89f8446c2cd2890bcdf2264d8bfe5ecebfa49ca510d8afae3d4a",
}
SPLIT = {
    "window-daily": {
        "opening": "D07 D09 D10 D12",
        "during": "D15 D17",
        "closing": "D21 D22 D23 D25 D27",
    },
    "common-daily": {
        "opening": "D01 D02 D03 D04 D05 D06 D08 D11",
        "during": "D13 D14 D16 D18 D19 D20",
        "closing": "D24 D26",
    },
    "lead-monthly": {"all": " ".join(f"M{n:02}" for n in range(1, 16))},
    "fire-quarterly": {"all": " ".join(f"Q{n:02}" for n in range(1, 18))},
}
BODY = {"喷嘴、软管与筒体": "E07 E08 E08S", "铭牌与筒体修补": "E09 E13"}
GROUPS = {
    "extinguisher-monthly": {
        "位置与取用": "E01 E02 E03 E04 E14", "压力与铅封": "E05 E06 E12", **BODY,
    },
    "extinguisher-co2-monthly": {
        "位置与取用": "E01 E02 E03 E04 E14", "称重与铅封": "E05 E06 E12", **BODY,
    },
    "ppe-check": {
        "品种、数量与标志": "P01 P02", "外观与有效期": "P03 P04 P09", "存放与发放": "P06 P07",
        "使用": "P05 P08",
    },
}  # fmt: skip
SCORED = {
    "drill-live": "G01 G02 G03 G04 G05 G06 G07 G08 G09 G10 G11 G12 G13 G14 G15 G16 G17 G18 G19 G20",
    "drill-tabletop": "G01 G03 G05 G06 G07 G09 G12 G13 G14 G15 G16 G17 G18 G19 G20",
}
INSPECTIONS = [
    one for one in templates.built_in() if one.kind == "inspection" and one.code not in SCORED
]


def test_the_daily_patrol_is_split_as_halls_split_it() -> None:
    found = {
        checklist.code: {
            part.code: " ".join(item.code for item in part.items) for part in checklist.parts
        }
        for checklist in templates.built_in()
        if checklist.kind != "inspection"
    }
    assert found == SPLIT


def test_who_does_a_checklist_and_who_signs_it_a_second_time() -> None:
    found = {
        one.code: (str(one.kind), str(one.target), str(one.doer), str(one.countersigner))
        for one in templates.built_in()
        if one.kind != "inspection"
    }
    assert found == {
        "window-daily": ("patrol", "window", "staff", "lead"),
        "common-daily": ("patrol", "location", "staff", "officer"),
        "lead-monthly": ("check", "window", "lead", "manager"),
        "fire-quarterly": ("check", "either", "officer", "lead"),
    }


def test_a_file_that_says_nothing_of_new_matters_keeps_its_digest() -> None:
    plain, said = (
        templates.parse(text, "mine.toml")
        for text in (GOOD, GOOD.replace('target = "window"', 'target = "window"\ndoer = "staff"'))
    )
    assert plain.digest == said.digest == DIGEST_OF_THE_FIRST_VERSION
    other = templates.parse(
        GOOD.replace('target = "window"', 'target = "window"\ndoer = "lead"'), "mine.toml"
    )
    assert other.digest != plain.digest


def test_lists_that_were_not_changed_keep_their_version() -> None:
    kept = {one.code: one.digest for one in templates.built_in() if one.code in DIGESTS}
    assert kept == DIGESTS


def groups_of(checklist: templates.ChecklistFile) -> dict[str, str]:
    """The codes in each group, in the order of the sheet."""
    found: dict[str, list[str]] = {}
    for item in checklist.parts[0].items:
        found.setdefault(item.group, []).append(item.code)
    return {group: " ".join(codes) for group, codes in found.items()}


def test_an_extinguisher_is_inspected_in_four_groups() -> None:
    found = {one.code: groups_of(one) for one in INSPECTIONS if one.code in GROUPS}
    assert found == GROUPS


@pytest.mark.parametrize("checklist", INSPECTIONS, ids=lambda one: str(one.code))
def test_an_inspection_looks_at_one_thing_in_at_most_four_groups(
    checklist: templates.ChecklistFile,
) -> None:
    assert (str(checklist.target), [part.code for part in checklist.parts]) == ("subject", ["all"])
    items = checklist.parts[0].items
    assert 3 <= len(items) <= 13
    assert all(item.group for item in items)
    assert len(groups_of(checklist)) <= 4
    in_order = [item.group for item in items]
    assert in_order == sorted(in_order, key=list(groups_of(checklist)).index)


def test_what_ends_an_extinguisher_is_what_the_standard_names() -> None:
    found = {
        one.code: [item.code for item in one.parts[0].items if item.auto == "scrap"]
        for one in INSPECTIONS
    }
    scrap = {code: codes for code, codes in found.items() if codes}
    assert scrap == {
        "extinguisher-monthly": ["E08S", "E09", "E13"],
        "extinguisher-co2-monthly": ["E08S", "E09", "E13"],
    }
    for one in INSPECTIONS:
        for item in one.parts[0].items:
            assert (item.source == "G55036 10.0.8") == (item.auto == "scrap")


def test_only_carbon_dioxide_is_weighed_and_its_limits_are_the_single_items() -> None:
    weighed = [
        (one.code, item.code, item.unit, item.low, item.high)
        for one in INSPECTIONS
        for item in one.parts[0].items
        if item.unit
    ]
    assert weighed == [("extinguisher-co2-monthly", "E05", "kg", None, None)]


def test_the_points_of_both_extinguisher_lists_are_the_same_but_for_the_pressure() -> None:
    plain, heavy = (
        {item.code: item for one in INSPECTIONS if one.code == code for item in one.parts[0].items}
        for code in ("extinguisher-monthly", "extinguisher-co2-monthly")
    )
    differing = {code for code, item in plain.items() if item.text != heavy[code].text}
    assert (set(plain) == set(heavy), differing) == (True, {"E05"})


def test_only_what_kills_at_once_is_urgent() -> None:
    urgent = [
        item.code
        for checklist in templates.built_in()
        for part in checklist.parts
        for item in part.items
        if item.level == "urgent"
    ]
    assert urgent == ["Q02", "Q17", "D17"]


def test_a_source_is_cited_as_people_cite_it() -> None:
    assert templates.source_text("O61 25 2") == "公安部令第61号 第二十五条第（二）项"
    assert templates.source_text("HALL 4.2(2)") == "窗口服务安全生产管理制度 四.2(2)"
    with use_language("en"):
        assert templates.source_text("O61 25 2") == "MPS Order 61, art. 25 (2)"
        assert templates.source_text("HOUSE") == "House practice"


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ('level = "serious"', 'level = "orange"'),
        ('source = "O61 25 1"', 'source = "X99 1"'),
        ("days = 1", "days = -1"),
        ('code = "D09"', 'code = "D07"'),
        ('text_en = "Signs, glass, cabinets and seats are firm"', ""),
        ('name = "班前"', 'name = "班前"\ncolour = "red"'),
    ],
)
def test_a_broken_file_is_refused_with_its_name(wrong: str, problem: str) -> None:
    assert wrong in GOOD
    with pytest.raises(templates.TemplateInvalid, match=r"mine\.toml"):
        templates.parse(GOOD.replace(wrong, problem, 1), "mine.toml")


def test_a_file_that_is_no_toml_is_refused_with_the_line() -> None:
    with pytest.raises(templates.TemplateInvalid, match="line 1"):
        templates.parse("code = \n", "mine.toml")


def test_an_unchanged_checklist_makes_no_new_version(session: Session) -> None:
    templates.sync(session, cast.NOW)
    before = session.scalar(select(func.count()).select_from(Template))
    assert templates.sync(session, cast.NOW) == 0
    assert session.scalar(select(func.count()).select_from(Template)) == before


def test_a_changed_checklist_is_a_new_version_beside_the_old(session: Session) -> None:
    templates.sync(session, cast.NOW)
    old = templates.newest(session, "window-daily")
    assert old
    changed = templates.parse(GOOD.replace("电源线、插排完好", "电线完好", 1), "mine.toml")
    assert templates.publish(session, changed, now=cast.NOW)
    new = templates.newest(session, "window-daily")
    assert new and new.version == old.version + 1
    texts = session.scalars(
        select(TemplateItem.text)
        .join(TemplatePart, TemplatePart.id == TemplateItem.part_id)
        .where(TemplatePart.template_id == old.id)
    ).all()
    assert "电源线、插排完好，不串接、不过热" in texts


def test_items_stand_in_the_order_of_the_file(session: Session) -> None:
    templates.sync(session, cast.NOW)
    template = templates.newest(session, "common-daily")
    assert template
    rows = session.execute(
        select(TemplateItem.code)
        .join(TemplatePart, TemplatePart.id == TemplateItem.part_id)
        .where(TemplatePart.template_id == template.id)
        .order_by(TemplatePart.position, TemplateItem.position)
    ).scalars()
    assert " ".join(rows) == " ".join(SPLIT["common-daily"].values())


@pytest.mark.parametrize("table", guard.TABLES)
@pytest.mark.parametrize("step", ["UPDATE {table} SET id = id", "DELETE FROM {table}"])
def test_the_database_refuses_to_change_a_version(session: Session, table: str, step: str) -> None:
    templates.sync(session, cast.NOW)
    with pytest.raises(DBAPIError, match="never changes"), session.begin_nested():
        session.execute(text(step.format(table=table)))


def test_guarding_twice_changes_nothing(session: Session) -> None:
    guard.guard(session)
    once = standing_triggers(session)
    guard.guard(session)
    assert standing_triggers(session) == once
    for table in guard.TABLES:
        assert any(name.startswith(f"{table}_no_") for name, _sql in once)


def standing_triggers(session: Session) -> list[tuple[str, str]]:
    """The name of every trigger in the database, and what it does."""
    query = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger"
        " WHERE NOT tgisinternal",
    }[session.get_bind().dialect.name]
    return sorted((name, sql) for name, sql in session.execute(text(query)))


@pytest.mark.parametrize("code", SCORED)
def test_drills_are_scored_point_by_point(code: str) -> None:
    (checklist,) = (one for one in templates.built_in() if one.code == code)
    (part,) = checklist.parts
    assert " ".join(item.code for item in part.items) == SCORED[code]
    for item in part.items:
        assert (str(item.answer), item.fails_at) == ("score", 2)
        assert item.hint and item.mark and item.source


def test_the_form_of_a_live_drill_has_the_presets_of_the_office() -> None:
    (checklist,) = (one for one in templates.built_in() if one.code == "drill-live")
    found: dict[str, list[str]] = {}
    for item in checklist.parts[0].items:
        found.setdefault(f"{item.auto} {item.level} {item.days}", []).append(item.code)
    assert {preset: " ".join(codes) for preset, codes in found.items()} == {
        "service minor 15": "G01 G18",
        "service minor 5": "G19",
        "service moderate 30": "G20",
        "hazard serious 7": "G02 G08 G09 G11 G17",
        "hazard serious 15": "G10",
        "hazard moderate 15": "G03 G04 G05 G06 G07 G12 G13 G14 G15",
        "hazard moderate 7": "G16",
    }


def test_at_a_table_a_point_has_the_presets_of_the_live_form() -> None:
    live, table = (
        {item.code: item for one in templates.built_in() if one.code == code
         for item in one.parts[0].items}
        for code in SCORED
    )  # fmt: skip
    presets = ("problem", "auto", "level", "days", "category", "source", "mark")
    for code, item in table.items():
        assert [getattr(item, one) for one in presets] == [
            getattr(live[code], one) for one in presets
        ]
