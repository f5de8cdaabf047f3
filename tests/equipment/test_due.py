"""Every row of the tables of ages, and what must hold of all dates."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from equipment.due import (
    Cause,
    Due,
    Facts,
    Precision,
    Why,
    add_months,
    dues,
    explain,
    forecast,
    is_due,
    may_be_away,
    months_text,
    next_of,
    rhythm_text,
)
from equipment.hall_kinds import with_changes
from equipment.kinds import Kind, built_in
from equipment.service.rules import facts_of, kinds_of
from safety_app.core.i18n import use_language
from safety_app.features import features
from tests.cast import Cast
from tests.equipment.items import make_item

CN, NFPA = built_in("cn"), built_in("nfpa")
A_DAY = timedelta(days=1)
MADE = date(2024, 3, 1)
REGISTERED = date(2024, 4, 10)

# Years after manufacture: of each service if all are done on their day, and of scrapping.
CHINA = [
    ("extinguisher-water", (3, 4, 5), 6),
    ("extinguisher-foam", (3, 4, 5), 6),
    ("extinguisher-abc", (5, 7, 9), 10),
    ("extinguisher-bc", (5, 7, 9), 10),
    ("extinguisher-clean", (5, 7, 9), 10),
    ("extinguisher-co2", (5, 7, 9, 11), 12),
    ("gas-cartridge", (5, 7, 9, 11), 12),
]
# On wheels: the same agents in larger bodies.
WHEELED = {
    "extinguisher-water": "45 L", "extinguisher-foam": "65 L", "extinguisher-abc": "35 kg",
    "extinguisher-bc": "50 kg", "extinguisher-clean": "20 kg", "extinguisher-co2": "30 kg",
}  # fmt: skip
# Years between internal examinations, and between hydrostatic tests; maintenance is yearly.
NFPA_10 = [
    ("extinguisher-water", 5, 5),
    ("extinguisher-foam", 5, 5),
    ("extinguisher-loaded-stream", 1, 5),
    ("extinguisher-wet-chemical", 5, 5),
    ("extinguisher-co2", 5, 5),
    ("extinguisher-dry-stainless", 5, 5),
    ("extinguisher-abc", 6, 12),
    ("extinguisher-bc", 6, 12),
    ("extinguisher-dry-cartridge", 1, 12),
    ("extinguisher-clean", 6, 12),
    ("extinguisher-1211", 6, 12),
    ("extinguisher-class-d", 6, 12),
]
RESTARTING = {"extinguisher-abc", "extinguisher-bc", "extinguisher-clean", "extinguisher-1211"} | {
    "extinguisher-class-d"
}


def facts(made: date | None = MADE, **others: object) -> Facts:
    return replace(Facts(REGISTERED, made), **others)  # type: ignore[arg-type]


def years(n: int, start: date = MADE) -> date:
    return start + relativedelta(years=n)


def of(found: tuple[Due, ...], cause: Cause, what: str = "") -> Due | None:
    return next((due for due in found if due.cause is cause and due.what == what), None)


def turns_due_on(day: date, due: Due | None) -> bool:
    """Not yet the day before, already on the day and the day after."""
    assert due is not None
    return [is_due(due.on, day + n * A_DAY) for n in (-1, 0, 1)] == [False, True, True]


# ---------------------------------------------------------------- the tables


@pytest.mark.parametrize(("code", "services", "scrap"), CHINA)
def test_a_chinese_extinguisher_or_its_cartridge_is_serviced_and_scrapped_at_its_ages(
    code: str, services: tuple[int, ...], scrap: int
) -> None:
    kind, known = CN[code], facts()
    for number, age in enumerate(services):
        due = of(dues(kind, known), Cause.SERVICE, "service")
        assert turns_due_on(years(age), due)
        assert due and due.why is (Why.NEXT_SERVICE if number else Why.FIRST_SERVICE)
        assert due.source == "GB 50444-2008 表5.3.2"
        known = replace(known, last_services={"service": years(age)})
    assert of(dues(kind, known), Cause.SERVICE, "service") is None
    end = of(dues(kind, known), Cause.SCRAP)
    assert turns_due_on(years(scrap), end)
    assert end and (end.why, end.source) == (Why.AGE, "GB 55036-2022 第10.0.8条")


@pytest.mark.parametrize(("code", "services", "scrap"), CHINA)
def test_the_whole_life_of_a_chinese_extinguisher_is_foreseen(
    code: str, services: tuple[int, ...], scrap: int
) -> None:
    life = forecast(CN[code], facts(), MADE, years(30))
    assert [due.on for due in life] == [years(age) for age in (*services, scrap)]
    assert [due.cause for due in life] == [Cause.SERVICE] * len(services) + [Cause.SCRAP]


@pytest.mark.parametrize(("code", "services", "scrap"), [row for row in CHINA if row[0] in WHEELED])
def test_a_wheeled_extinguisher_has_the_ages_of_its_agent(
    session: Session, hall: Cast, code: str, services: tuple[int, ...], scrap: int
) -> None:
    item = make_item(session, hall, code, size=WHEELED[code], made_on=MADE)
    assert (item.service_by, item.scrap_on) == (years(services[0]), years(scrap))
    kind, known = kinds_of(session, hall.site_id)[code], facts_of(session, [item])[item.id]
    life = forecast(kind, known, MADE, years(30))
    assert [due.on for due in life] == [years(age) for age in (*services, scrap)]


@pytest.mark.parametrize(("code", "internal", "hydrostatic"), NFPA_10)
def test_an_extinguisher_under_nfpa_is_serviced_at_its_intervals_and_has_no_age(
    code: str, internal: int, hydrostatic: int
) -> None:
    rhythms = {"maintenance": 1, "internal": internal, "hydrostatic": hydrostatic}
    for service, interval in rhythms.items():
        known = facts()
        for age in range(interval, 40, interval):
            due = of(dues(NFPA[code], known), Cause.SERVICE, service)
            assert turns_due_on(years(age), due)
            known = replace(known, last_services={**known.last_services, service: years(age)})
    assert of(dues(NFPA[code], facts()), Cause.SCRAP) is None
    assert of(dues(NFPA[code], facts()), Cause.SERVICE, "recharge") is None


@pytest.mark.parametrize(("code", "internal", "_hydrostatic"), NFPA_10)
@pytest.mark.parametrize("other", ["recharge", "hydrostatic"])
def test_the_internal_examination_of_six_years_counts_anew_after_a_recharge_or_test(
    code: str, internal: int, _hydrostatic: int, other: str
) -> None:
    known = facts(last_services={other: years(2)})
    due = of(dues(NFPA[code], known), Cause.SERVICE, "internal")
    start = years(2) if code in RESTARTING else MADE
    assert turns_due_on(years(internal, start), due)


def test_of_several_services_that_count_the_last_one_does() -> None:
    done = {"internal": years(6), "recharge": years(8), "hydrostatic": years(7)}
    due = of(dues(NFPA["extinguisher-abc"], facts(last_services=done)), Cause.SERVICE, "internal")
    assert turns_due_on(years(14), due)


def test_a_non_rechargeable_extinguisher_is_removed_at_twelve_years_without_service() -> None:
    found = dues(NFPA["extinguisher-mini"], facts())
    assert turns_due_on(years(12), of(found, Cause.SCRAP))
    assert not [due for due in found if due.cause is Cause.SERVICE]


def test_a_mini_extinguisher_in_china_keeps_the_date_of_its_maker() -> None:
    known = facts(consumables=(("unit", date(2026, 5, 1)),))
    found = dues(CN["extinguisher-mini"], known)
    assert turns_due_on(date(2026, 5, 1), of(found, Cause.EXPIRY, "unit"))
    assert {due.cause for due in found} == {Cause.INSPECTION, Cause.EXPIRY}


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        ("cn", "extinguisher-1211"),
        ("cn", "extinguisher-chemical-foam"),
        ("nfpa", "extinguisher-chemical-foam"),
    ],
)
def test_a_type_that_is_phased_out_is_scrap_from_its_registration(profile: str, code: str) -> None:
    found = dues(built_in(profile)[code], facts())
    due = of(found, Cause.SCRAP)
    assert turns_due_on(REGISTERED, due)
    assert due and due.why is Why.PHASED_OUT and due.source
    assert not [due for due in found if due.cause is Cause.SERVICE]


@pytest.mark.parametrize("kinds", [CN, NFPA])
def test_every_extinguisher_is_inspected_monthly(kinds: dict[str, Kind]) -> None:
    for kind in kinds.values():
        if kind.code.startswith("extinguisher"):
            assert turns_due_on(date(2024, 5, 10), of(dues(kind, facts()), Cause.INSPECTION))


# Other equipment: months to the inspection, and to each first and following service.
OTHERS = [
    ("hydrant", 1, {"full_check": (6, 6)}),
    ("emergency-light", 1, {"discharge": (12, 12)}),
    ("exit-sign", 1, {"discharge": (12, 12)}),
    ("smoke-detector", 3, {"function_test": (12, 12), "cleaning": (24, 36)}),
    ("fire-door", 3, {}),
    ("aed", 1, {}),
    ("first-aid-kit", 1, {}),
    ("rcd", 1, {}),
    ("goggles", 1, {}),
    ("dust-mask", 1, {}),
    ("other", 1, {}),
]


@pytest.mark.parametrize("profile", ["cn", "nfpa"])
@pytest.mark.parametrize(("code", "inspect", "services"), OTHERS)
def test_other_facilities_keep_the_defaults_of_the_house(
    profile: str, code: str, inspect: int, services: dict[str, tuple[int, int]]
) -> None:
    kind, known = built_in(profile)[code], facts(None)
    found = dues(kind, known)
    assert turns_due_on(REGISTERED + relativedelta(months=inspect), of(found, Cause.INSPECTION))
    assert {due.what for due in found if due.cause is Cause.SERVICE} == set(services)
    for service, (first, then) in services.items():
        due = of(dues(kind, known), Cause.SERVICE, service)
        assert turns_due_on(REGISTERED + relativedelta(months=first), due)
        done = facts(None, last_services={service: date(2025, 1, 15)})
        due = of(dues(kind, done), Cause.SERVICE, service)
        assert turns_due_on(date(2025, 1, 15) + relativedelta(months=then), due)


def test_an_old_detector_without_a_history_is_cleaned_two_years_after_registration() -> None:
    known = facts(date(2016, 6, 1))
    due = of(dues(CN["smoke-detector"], known), Cause.SERVICE, "cleaning")
    assert turns_due_on(add_months(known.registered_on, 24), due)


# ---------------------------------------------------------------- single rules


def test_the_next_service_counts_from_the_last_one_that_was_really_done() -> None:
    late = facts(last_services={"service": date(2030, 1, 20)})
    due = of(dues(CN["extinguisher-abc"], late), Cause.SERVICE, "service")
    assert turns_due_on(date(2032, 1, 20), due)


def test_a_service_that_would_fall_on_the_scrap_date_is_none() -> None:
    kind = CN["extinguisher-abc"]
    on_it = facts(last_services={"service": years(8)})
    before = facts(last_services={"service": years(8) - A_DAY})
    assert of(dues(kind, on_it), Cause.SERVICE, "service") is None
    assert of(dues(kind, before), Cause.SERVICE, "service") is not None


def test_the_leap_day_becomes_the_twenty_eighth() -> None:
    found = dues(CN["extinguisher-water"], facts(date(2024, 2, 29)))
    assert turns_due_on(date(2027, 2, 28), of(found, Cause.SERVICE, "service"))
    assert turns_due_on(date(2030, 2, 28), of(found, Cause.SCRAP))


def test_an_unknown_date_may_be_looked_up_for_thirty_days() -> None:
    known = facts(None, precision=Precision.UNKNOWN, unknown_since=date(2026, 1, 10))
    found = dues(CN["extinguisher-abc"], known)
    due = of(found, Cause.SCRAP)
    assert turns_due_on(date(2026, 2, 9), due)
    assert due and due.why is Why.DATE_UNKNOWN
    assert of(found, Cause.SERVICE, "service") is None


def test_an_unreadable_date_is_a_scrap_condition_at_once() -> None:
    due = of(dues(NFPA["extinguisher-abc"], facts(None, precision=Precision.UNREADABLE)),
             Cause.SCRAP)  # fmt: skip
    assert turns_due_on(REGISTERED, due)
    assert due and due.why is Why.UNREADABLE


@pytest.mark.parametrize("precision", [Precision.UNKNOWN, Precision.UNREADABLE])
@pytest.mark.parametrize("code", [kind.code for kind in CN.values() if not kind.needs_made_date])
def test_what_needs_no_manufacture_date_is_never_scrap_for_want_of_it(
    code: str, precision: Precision
) -> None:
    known = facts(None, precision=precision, unknown_since=date(2024, 4, 10))
    assert of(dues(CN[code], known), Cause.SCRAP) is None


def test_what_was_condemned_is_scrap_from_that_day_and_not_serviced() -> None:
    found = dues(CN["extinguisher-abc"], facts(condemned_on=date(2026, 7, 3)))
    due = of(found, Cause.SCRAP)
    assert turns_due_on(date(2026, 7, 3), due)
    assert due and (due.why, due.source) == (Why.CONDEMNED, "GB 55036-2022 第10.0.8条")
    assert of(found, Cause.SERVICE, "service") is None


def test_the_next_inspection_is_a_month_after_the_last() -> None:
    known = facts(last_inspected_on=date(2026, 1, 31))
    due = of(dues(CN["extinguisher-abc"], known), Cause.INSPECTION)
    assert turns_due_on(date(2026, 2, 28), due)


def test_where_it_is_asked_for_extinguishers_are_inspected_every_half_month() -> None:
    known = facts(last_inspected_on=date(2026, 1, 31), is_half_monthly=True)
    due = of(dues(CN["extinguisher-abc"], known), Cause.INSPECTION)
    assert turns_due_on(date(2026, 2, 15), due)
    assert due and (due.why, due.source) == (Why.HALF_MONTHLY, "GB 50444-2008 第5.2.2条")
    assert turns_due_on(
        date(2024, 4, 25),
        of(dues(CN["extinguisher-abc"], facts(is_half_monthly=True)), Cause.INSPECTION),
    )
    assert turns_due_on(date(2026, 2, 28), of(dues(CN["hydrant"], known), Cause.INSPECTION))


def test_a_hall_may_ask_for_yearly_service_after_year_five() -> None:
    law = CN["extinguisher-abc"]
    ours = with_changes(law, law.code, "", "", {"services": {"service": [60, 12]}}, "消防支队")
    life = forecast(ours, facts(), MADE, years(12))
    assert [due.on for due in life] == [years(age) for age in (5, 6, 7, 8, 9, 10)]
    assert life[0].source == "本单位规定：消防支队"


def test_what_is_overdue_is_foreseen_for_the_first_day() -> None:
    first = years(6)
    life = forecast(CN["extinguisher-abc"], facts(), first, years(20))
    assert [due.on for due in life] == [first, years(8), years(10)]


def test_nothing_is_foreseen_after_scrapping_and_past_it_only_that() -> None:
    life = forecast(CN["extinguisher-abc"], facts(), years(11), years(20))
    assert [(due.cause, due.on) for due in life] == [(Cause.SCRAP, years(11))]
    assert forecast(CN["extinguisher-abc"], facts(), years(4), years(3)) == ()


def test_a_changed_part_lasts_as_long_as_such_parts_do() -> None:
    known = facts(consumables=(("pads", date(2026, 6, 1)), ("battery", date(2027, 1, 1))))
    life = forecast(CN["aed"], known, date(2026, 1, 1), date(2030, 12, 31))
    assert [(due.what, due.on.isoformat()) for due in life] == [
        ("pads", "2026-06-01"), ("battery", "2027-01-01"), ("pads", "2028-06-01"),
        ("pads", "2030-06-01"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "parts"),
    [("extinguisher-mini", ["unit"]), ("aed", ["pads", "battery"]), ("first-aid-kit", ["contents"]),
     ("goggles", ["unit"]), ("emergency-light", [])],
)  # fmt: skip
def test_a_printed_date_that_nobody_has_recorded_falls_due(kind: str, parts: list[str]) -> None:
    known = facts(registered_on=date(2026, 3, 10), made_on=date(2026, 1, 1))
    found = [due for due in dues(CN[kind], known) if due.cause is Cause.EXPIRY]
    assert [(due.what, due.on, due.why) for due in found] == [
        (part, date(2026, 4, 9), Why.PRINT_UNKNOWN) for part in parts
    ]
    told = replace(known, consumables=tuple((part, date(2030, 1, 1)) for part in parts))
    assert [due.on for due in dues(CN[kind], told) if due.cause is Cause.EXPIRY] == [
        date(2030, 1, 1) for _part in parts
    ]
    foreseen = forecast(CN[kind], known, date(2026, 4, 1), date(2027, 4, 30))
    assert [due for due in foreseen if due.cause is Cause.EXPIRY] == [], "no new part is bought"


def test_each_date_is_explained_with_its_rule_in_both_languages() -> None:
    features()
    kind = CN["extinguisher-abc"]
    first, end = (next_of(dues(kind, facts()), cause) for cause in (Cause.SERVICE, Cause.SCRAP))
    assert first and end
    assert explain(kind, first) == "维修：首次满 5 年（GB 50444-2008 表5.3.2）"
    assert explain(kind, end) == "出厂满 10 年报废（GB 55036-2022 第10.0.8条）"
    with use_language("en"):
        later = facts(last_services={"service": years(5)})
        due = next_of(dues(kind, later), Cause.SERVICE)
        assert due
        assert explain(kind, due) == "Service: then every 2 years (GB 50444-2008, table 5.3.2)"
        assert [months_text(n) for n in (1, 12, 18)] == ["1 month", "1 year", "18 months"]
        assert [rhythm_text(n) for n in (12, 24)] == ["every year", "every 2 years"]
    assert [rhythm_text(n) for n in (1, 3, 6, 12, 18)] == [
        "每月", "每季度", "每半年", "每年", "每 18 个月",
    ]  # fmt: skip


SMOKE_HOOD = with_changes(None, "own-1", "防烟面罩", "Smoke hood", {
    "inspect_months": 3, "scrap_months": 48, "services": {"service": [12, 12]},
    "needs_made_date": True,
}, "消防预案")  # fmt: skip


def every_life(kind: Kind) -> Iterator[Facts]:
    """What may become of an item, so that each reason for a date of its kind comes up."""
    services = {rule.code: years(1) for rule in kind.services}
    parts = tuple((rule.code, years(2)) for rule in kind.consumables)
    yield facts()
    yield facts(last_inspected_on=MADE, last_services=services, consumables=parts)
    yield facts(is_half_monthly=True, condemned_on=years(1))
    for precision in (Precision.UNKNOWN, Precision.UNREADABLE):
        yield facts(None, precision=precision)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_no_date_of_any_kind_is_without_its_reason_and_its_rule(language: str) -> None:
    features()
    reasons = set()
    with use_language(language):
        for kind in (*CN.values(), *NFPA.values(), SMOKE_HOOD):
            for due in (due for life in every_life(kind) for due in dues(kind, life)):
                reasons.add(due.why)
                assert due.source, (kind.code, due)
                said = explain(kind, due)
                is_printed = due.cause is Cause.EXPIRY  # the print is the source
                assert said and (is_printed or due.source in said), (kind.code, said)
    assert reasons == set(Why)


@pytest.mark.parametrize("code", [code for code, kind in CN.items() if not kind.needs_made_date])
def test_other_facilities_found_unfit_are_scrap_by_house_practice(code: str) -> None:
    found = of(dues(CN[code], facts(condemned_on=years(1))), Cause.SCRAP)
    assert found and explain(CN[code], found) == "检查发现应报废的情形（本单位做法）"


def test_a_date_that_the_maker_prints_is_its_own_source() -> None:
    features()
    kind = CN["aed"]
    known = (("pads", date(2026, 12, 19)), ("battery", date(2028, 5, 1)))
    found = dues(kind, facts(consumables=known))
    expiry = next_of(found, Cause.EXPIRY)
    assert expiry and explain(kind, expiry) == "产品标注的有效期"


# ---------------------------------------------------------------- properties

# Any day, and often days that lie whole years apart, so that two dates meet.
days = st.dates(date(2008, 1, 1), date(2035, 12, 31)) | st.builds(
    date, st.integers(2018, 2030), st.just(3), st.sampled_from([1, 31])
)
spans = st.integers(1, 180) | st.sampled_from([12, 24, 36, 60])
rhythms = st.tuples(spans, spans)


@st.composite
def kinds(draw: st.DrawFn) -> Kind:
    """A shipped kind, sometimes with figures of a hall."""
    kind = draw(st.sampled_from([*CN.values(), *NFPA.values()]))
    changes: dict[str, object] = {}
    if draw(st.booleans()):
        changes["scrap_months"] = draw(st.none() | spans)
    has_service = len(kind.services) > 0
    if has_service and draw(st.booleans()):
        changes["services"] = {kind.services[0].code: draw(rhythms)}
    return with_changes(kind, kind.code, "", "", changes, "")


@st.composite
def lives(draw: st.DrawFn, kind: Kind) -> Facts:
    """What may be known of an item of this kind."""
    precision = draw(st.sampled_from(Precision))
    known = precision in (Precision.DAY, Precision.MONTH)
    services = draw(st.dictionaries(
        st.sampled_from([rule.code for rule in kind.services] or ["service"]), days, max_size=3,
    ))  # fmt: skip
    parts = [rule.code for rule in kind.consumables]
    return Facts(
        registered_on=draw(days),
        made_on=draw(days) if known else None,
        precision=precision,
        unknown_since=draw(st.none() | days),
        last_inspected_on=draw(st.none() | days),
        last_services=services,
        consumables=tuple((code, draw(days)) for code in parts if draw(st.booleans())),
        condemned_on=draw(st.none() | days),
        is_half_monthly=draw(st.booleans()),
    )


items = kinds().flatmap(lambda kind: st.tuples(st.just(kind), lives(kind)))


@given(days, st.integers(0, 600))
def test_months_are_added_as_the_calendar_has_them(start: date, months: int) -> None:
    assert add_months(start, months) == start + relativedelta(months=months)


@given(items)
@example((CN["extinguisher-water"], facts(last_services={"service": years(5)})))
def test_no_service_falls_on_or_after_the_scrap_date(item: tuple[Kind, Facts]) -> None:
    found = dues(*item)
    scrap = next_of(found, Cause.SCRAP)
    services = [due.on for due in found if due.cause is Cause.SERVICE]
    assert scrap is None or all(on < scrap.on for on in services)


@given(items)
def test_the_earliest_stands_first_and_the_earliest_reason_to_scrap_counts(
    item: tuple[Kind, Facts],
) -> None:
    kind, known = item
    found = dues(kind, known)
    assert [due.on for due in found] == sorted(due.on for due in found)
    scrap = next_of(found, Cause.SCRAP)
    alone = [
        next_of(dues(kind, replace(known, condemned_on=None)), Cause.SCRAP),
        next_of(dues(replace(kind, scrap_months=None), known), Cause.SCRAP),
    ]
    if known.condemned_on:
        assert scrap and scrap.on <= known.condemned_on
    for other in alone:
        assert other is None or (scrap is not None and scrap.on <= other.on)


def by_name(found: tuple[Due, ...]) -> dict[tuple[Cause, str], date]:
    return {(due.cause, due.what): due.on for due in found}


def never_later(one: tuple[Due, ...], other: tuple[Due, ...]) -> bool:
    """Whether each date of one is no later than the other's, or scrapping has overtaken it."""
    ours, theirs = by_name(one), by_name(other)
    scrap = ours.get((Cause.SCRAP, ""), date.max)
    return all(min(ours.get(name, date.max), scrap) <= on for name, on in theirs.items()
               if name[0] in (Cause.SERVICE, Cause.SCRAP))  # fmt: skip


@given(items, days, days)
def test_what_was_made_earlier_is_never_due_later(
    item: tuple[Kind, Facts], one: date, other: date
) -> None:
    kind, known = item
    known = replace(known, precision=Precision.DAY)
    early, late = sorted((one, other))
    assert never_later(
        dues(kind, replace(known, made_on=early)), dues(kind, replace(known, made_on=late))
    )


@given(items, days)
def test_a_month_is_never_due_later_than_the_true_day(
    item: tuple[Kind, Facts], true_day: date
) -> None:
    kind, known = item
    exact = replace(known, made_on=true_day, precision=Precision.DAY)
    month = replace(known, made_on=true_day.replace(day=1), precision=Precision.MONTH)
    assert never_later(dues(kind, month), dues(kind, exact))


def stepped(kind: Kind, known: Facts, first: date, last: date) -> Iterator[tuple[str, str, date]]:
    """What is done, told by going through the days one after another."""
    day = first
    while day <= last:
        reached = [due for due in dues(kind, known) if due.on <= day]
        if any(due.cause is Cause.SCRAP for due in reached):
            yield (Cause.SCRAP, "", day)
            return
        for due in reached:
            if due.cause is Cause.SERVICE:
                known = replace(known, last_services={**known.last_services, due.what: day})
                yield (Cause.SERVICE, due.what, day)
            elif due.cause is Cause.EXPIRY:
                rule = kind.consumable(due.what)
                left = tuple(part for part in known.consumables if part[0] != due.what)
                lasts = day + relativedelta(months=rule.months) if rule and rule.months else None
                known = replace(known, consumables=(*left, (due.what, lasts or date.max)))
                if due.why is not Why.PRINT_UNKNOWN:
                    yield (Cause.EXPIRY, due.what, day)
        day += A_DAY


@settings(max_examples=60, deadline=None)
@given(items, days, st.integers(0, 1500))
def test_the_forecast_agrees_with_stepping_day_by_day(
    item: tuple[Kind, Facts], first: date, length: int
) -> None:
    last = first + length * A_DAY
    foreseen = [(due.cause, due.what, due.on) for due in forecast(*item, first, last)]
    assert sorted(foreseen) == sorted(stepped(*item, first, last))
    assert [on for _, _, on in foreseen] == sorted(on for _, _, on in foreseen)


@given(st.integers(0, 200), st.integers(0, 200), st.integers(1, 20))
def test_never_more_than_a_quarter_may_be_away(total: int, away: int, more: int) -> None:
    if may_be_away(total, away, more):
        assert (away + more) / total <= 0.25
    else:
        assert total == 0 or (away + more) / total > 0.25


@pytest.mark.parametrize(
    ("total", "away", "may"), [(4, 0, True), (3, 0, False), (8, 1, True), (8, 2, False)]
)
def test_of_four_one_may_be_away(total: int, away: int, may: bool) -> None:
    assert may_be_away(total, away) is may
