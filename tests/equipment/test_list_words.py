"""How lists write dates, quantities, kinds, sizes and places."""

from datetime import date

import pytest

from equipment.kinds import built_in
from equipment.service.importing import values
from equipment.service.importing.columns import LABELS
from equipment.service.importing.places import Places, Spot
from equipment.service.importing.synonyms import Synonyms, classes
from equipment.service.importing.table import table
from equipment.service.importing.values import NotACount, NotAMonth, count, person, told_day
from safety_app.core.intake_cells import heading
from safety_app.workplace.models import Location, Window

MARCH = date(2024, 3, 1)
WORDS = Synonyms(built_in("cn"))


@pytest.mark.parametrize(
    "said",
    [
        "2024-03", "2024.3", "2024/3", "2024年3月", "2024年03月份", "202403", "24/3", "24.3",
        "24年3月", "2403", "2024-03-01", "20240301", "2024-03-01 00:00:00", "45352", "2024 3",
        "2024_03", "3/24", "03/2024", "Mar 2024", "Mar-24", "March 2024", "二〇二四年三月",
        "二零二四年三月", "2024年3月出厂", "出厂日期：2024.3", "2024.03（钢印）", "约2024-03",
    ],
)  # fmt: skip
def test_a_month_is_understood_however_it_is_written(said: str) -> None:
    assert told_day(said) == values.Told(MARCH, is_month=True)


@pytest.mark.parametrize(
    ("said", "on"),
    [
        ("2024-03-15", date(2024, 3, 15)), ("2024年3月15日", date(2024, 3, 15)),
        ("20240315", date(2024, 3, 15)), ("45366", date(2024, 3, 15)),
        ("24-03-15", date(2024, 3, 15)),
    ],
)  # fmt: skip
def test_a_day_is_kept_where_it_is_told(said: str, on: date) -> None:
    assert told_day(said) == values.Told(on, is_month=False)


@pytest.mark.parametrize(
    ("said", "on", "hint"),
    [
        ("2019", date(2019, 1, 1), values.YEAR_ONLY),
        ("2019年", date(2019, 1, 1), values.YEAR_ONLY),
        ("2012", date(2012, 1, 1), values.YEAR_ONLY),
        ("2024.1", date(2024, 1, 1), values.OCTOBER),
        ("2024.10", date(2024, 10, 1), ""),
        ("1903", date(2019, 3, 1), ""),
        ("98.5", date(1998, 5, 1), ""),
        ("二〇一九年十一月", date(2019, 11, 1), ""),
        ("12/24", date(2024, 12, 1), ""),
    ],
)
def test_what_was_assumed_is_said(said: str, on: date, hint: str) -> None:
    assert told_day(said) == values.Told(on, is_month=True, hint=hint)


@pytest.mark.parametrize("said", ["", "无", "不详", "/", "—", "N/A", "未知", "？"])
def test_nobody_knows(said: str) -> None:
    assert told_day(said) == values.Told() and not told_day(said).is_unreadable


@pytest.mark.parametrize(
    "said",
    [
        "看不清", "字迹模糊", "铭牌脱落", "Unreadable", "标签磨损，看不清", "无法辨认", "磨损",
        "生产日期无法识别", "（看不清）", "cannot be read",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_not_merely_unknown(said: str) -> None:
    assert told_day(said).is_unreadable and told_day(said).on is None


@pytest.mark.parametrize(
    "said", ["昨天", "2024-13", "2024-00", "2024-02-30", "100", "0", "2024.3.45", "abc", "999999"]
)
def test_what_is_no_date_is_refused(said: str) -> None:
    with pytest.raises(NotAMonth):
        told_day(said)


@pytest.mark.parametrize(
    ("said", "n"),
    [
        ("", 1),
        ("12", 12),
        ("12具", 12),
        ("12 个", 12),
        ("12.0", 12),
        ("3 pcs.", 3),
        ("一", 1),
        ("两具", 2),
        ("2 具", 2),
        ("二", 2),
        ("十具", 10),
        ("十二具", 12),
        ("二十", 20),
        ("三十五只", 35),
    ],
)
def test_a_quantity_is_a_number_with_or_without_its_unit(said: str, n: int) -> None:
    assert count(said) == n


@pytest.mark.parametrize(
    "said",
    ["若干", "一打", "2打", "三四具", "一百具", "百", "-3", "1e5", "5只/箱", "2-3", "9999999999"],
)
def test_what_is_no_number_is_refused(said: str) -> None:
    with pytest.raises(NotACount):
        count(said)


@pytest.mark.parametrize(
    ("name", "model", "size", "kind", "amount"),
    [
        ("手提式干粉灭火器", "MFZ/ABC4", "", "extinguisher-abc", "4 kg"),
        ("灭火器", "MFZ/ABC4", "", "extinguisher-abc", "4 kg"),
        ("", "MFZ/ABC4", "", "extinguisher-abc", "4 kg"),
        ("推车式灭火器", "MFTZ/ABC35", "", "extinguisher-abc", "35 kg"),
        ("ＭＦＺ／ＡＢＣ５", "", "", "extinguisher-abc", "5 kg"),
        ("干粉灭火器", "mfz-abc-8", "", "extinguisher-abc", "8 kg"),
        ("干粉灭火器", "MFZL4", "", "extinguisher-abc", "4 kg"),
        ("干粉灭火器", "ABC 4公斤", "", "extinguisher-abc", "4 kg"),
        ("灭火器", "4kg ABC", "", "extinguisher-abc", "4 kg"),
        ("干粉灭火器4kg", "", "", "extinguisher-abc", "4 kg"),
        ("干粉灭火器", "", "4", "extinguisher-abc", "4 kg"),
        ("BC干粉灭火器", "MFZ8", "", "extinguisher-bc", "8 kg"),
        ("干粉灭火器", "MFZ/BC8", "", "extinguisher-bc", "8 kg"),
        ("灭火器", "MT3", "", "extinguisher-co2", "3 kg"),
        ("CO₂灭火器", "MT/7", "", "extinguisher-co2", "7 kg"),
        ("推车式二氧化碳", "MTT24", "", "extinguisher-co2", "24 kg"),
        ("水基型灭火器", "MSWZ/3", "", "extinguisher-water", "3 L"),
        ("清水灭火器", "MSQ9", "", "extinguisher-water", "9 L"),
        ("水基灭火器", "MPZ/6", "", "extinguisher-foam", "6 L"),
        ("泡沫灭火器", "", "6升", "extinguisher-foam", "6 L"),
        ("洁净气体灭火器", "MJZ/4", "", "extinguisher-clean", "4 kg"),
        ("1211灭火器", "MY4", "", "extinguisher-1211", "4 kg"),
        ("简易式灭火器", "MSWJ550", "", "extinguisher-mini", "550 mL"),
        ("贮气瓶", "", "", "gas-cartridge", ""),
        ("干粉（储气瓶式）", "MF8", "", "extinguisher-abc", "8 kg"),
        ("BC干粉灭火器（储气瓶式）", "", "8", "extinguisher-bc", "8 kg"),
        ("消防栓", "", "", "hydrant", ""),
        ("消火栓箱", "SN65", "", "hydrant", ""),
        ("应急灯", "", "", "emergency-light", ""),
        ("应急疏散指示灯", "", "", "exit-sign", ""),
        ("安全出口", "", "", "exit-sign", ""),
        ("烟感", "JTY-GD", "", "smoke-detector", ""),
        ("防火卷帘", "", "", "fire-door", ""),
        ("AED", "", "", "aed", ""),
        ("急救药箱", "", "", "first-aid-kit", ""),
        ("漏保", "", "", "rcd", ""),
        ("防护眼镜", "", "", "goggles", ""),
        ("口罩", "KN95", "", "dust-mask", ""),
        ("灭火毯", "", "", "other", ""),
        ("ABC powder extinguisher", "", "4 kg", "extinguisher-abc", "4 kg"),
        ("Exit sign", "", "", "exit-sign", ""),
    ],
)
def test_kind_and_size_are_read_from_free_words(
    name: str, model: str, size: str, kind: str, amount: str
) -> None:
    found = WORDS.find(name, model, size)
    assert (found.kind and found.kind.code, found.size, found.clash) == (kind, amount, None)


def test_every_word_means_a_kind_that_there_is() -> None:
    known = {*built_in("cn"), *built_in("nfpa")}
    named = {row["kind"] for part in ("words", "models") for row in table()[part]}
    named |= {kind for part in ("words", "models") for row in table()[part]
              for kind in row.get("may_be", ())}  # fmt: skip
    assert named <= known
    assert set(built_in("cn")) <= {row["kind"] for row in table()["words"]}


@pytest.mark.parametrize("name", ["灭火器", "灭火机", "不明物件", "灭火器箱"])
def test_what_says_no_kind_is_none(name: str) -> None:
    assert WORDS.find(name).kind is None


def test_a_model_that_contradicts_the_name_is_a_clash() -> None:
    clash = WORDS.find("二氧化碳灭火器", "MFZ/ABC4").clash
    assert clash is not None and clash.code == "extinguisher-abc"


@pytest.mark.parametrize(
    ("name", "model", "guess"),
    [("干粉灭火器", "", True), ("干粉灭火器", "MFZ8", True), ("干粉灭火器", "MFZ/ABC8", False),
     ("ABC干粉灭火器", "MFZ8", False)],
)  # fmt: skip
def test_a_powder_without_its_letters_is_a_guess(name: str, model: str, guess: bool) -> None:
    assert WORDS.find(name, model).is_guess is guess


@pytest.mark.parametrize(
    ("said", "letters"),
    [("2A:55B", "ABCE"), ("3A 89B C E", "ABCE"), ("ABC", "ABC"), ("A类", "A"), ("a、b", "AB"),
     ("", ""), ("很高", None)],
)  # fmt: skip
def test_a_rating_tells_the_fire_classes(said: str, letters: str | None) -> None:
    assert classes(said, "ABCE") == letters


@pytest.mark.parametrize(
    ("said", "name"),
    [("李敏 13800000000", "李敏"), ("李敏（0319-8800000）", "李敏"), ("无", ""), ("A-1", "A-1")],
)
def test_a_telephone_number_is_no_part_of_a_name(said: str, name: str) -> None:
    assert person(said) == name


def _location(id_: int, name: str, floor: str, **facts: bool) -> Location:
    flags = {"is_patrolled": False, "has_own_hours": False, **facts}
    return Location(id=id_, name=name, name_en="", floor=floor, **flags)


def _window(id_: int, code: str, name: str, *, is_active: bool = True) -> Window:
    return Window(id=id_, code=code, name=name, name_en="", location_id=1, is_active=is_active)


PLACES = Places(
    [
        _window(1, "A01", "综合窗口"), _window(2, "A02", "社保窗口"), _window(3, "B03", "税务窗口"),
        _window(4, "A09", "停用窗口", is_active=False),
    ],
    [
        _location(1, "一楼大厅", "1", is_patrolled=True), _location(2, "二楼大厅", "2"),
        _location(3, "配电间", "1"), _location(4, "24 小时自助区", "1", has_own_hours=True),
    ],
)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "spot"),
    [
        ("A01", Spot(1)), ("a01窗口", Spot(1)), ("A01 综合窗口", Spot(1)), ("综合窗口", Spot(1)),
        ("3号窗口", Spot(3)), ("A01柜台下", Spot(1, rest="柜台下")),
        ("一楼大厅", Spot(None, 1)), ("一楼大厅 东侧", Spot(None, 1, "东侧")),
        ("1F", Spot(None, 1)), ("二层东走廊", Spot(None, 2, "东走廊")),
        ("配电间", Spot(None, 3)), ("一楼配电间门口", Spot(None, 3, "门口")),
        ("24小时自助区", Spot(None, 4)),
        ("大厅西侧配电间旁", Spot(None, 3, "大厅西侧配电间旁")),
        ("一楼大厅1号消火栓箱", Spot(None, 1, "1号消火栓箱")),
        ("一楼大厅 3#灭火器箱", Spot(None, 1, "3#灭火器箱")),
        ("二楼大厅十二号柱旁", Spot(None, 2, "十二号柱旁")),
        ("配电间2号柜", Spot(None, 3, "2号柜")), ("一楼配电间2号柜", Spot(None, 3, "2号柜")),
        ("一楼大厅A区立柱", Spot(None, 1, "A区立柱")), ("一楼大厅2号厅", Spot(None, 1, "2号厅")),
        ("一楼2号会议室", Spot(None, 1, "2号会议室")),
        ("二楼1号消火栓箱", Spot(None, 2, "1号消火栓箱")),
        ("配电间2", Spot(None, 3, "配电间2")), ("配电间2号楼", Spot(None, 3, "配电间2号楼")),
        ("A0123", None), ("A09", None), ("档案室", None), ("三楼", None), ("3", None), ("", None),
    ],
)  # fmt: skip
def test_a_place_is_a_window_a_location_or_a_floor(said: str, spot: Spot | None) -> None:
    assert PLACES.place(said) == spot


def test_a_location_of_a_floor_is_found_by_its_name() -> None:
    assert PLACES.floor("1楼", "配电间") == Spot(None, 3)
    assert PLACES.floor("一层", "东侧") == Spot(None, 1, "东侧")
    assert PLACES.floor("3楼", "东侧") is None
    assert PLACES.nearest("一搂大厅") == "一楼大厅"


@pytest.mark.parametrize(
    "said",
    [
        "充装/维修日期", "充装日期", "换药日期", "维修日期", "维修/充装时间",
        "上次换药日期（年月）", "Recharge date",
    ],
)  # fmt: skip
def test_the_last_service_has_many_headings(said: str) -> None:
    assert heading(said) in {heading(name) for name in LABELS["serviced"].names}
