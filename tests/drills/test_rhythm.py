"""What must be drilled how often, by profile; how it stands on any date; what is proposed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from drills import proposing, rhythm
from drills.models import Form, Topic
from drills.rhythm import Basis, Choices, Duty, Known, Plan, State, What

FIRE = Plan(1, "special", "fire", "火灾专项预案")
ILL = Plan(2, "on_site", "illness", "突发疾病现场处置方案")
SHOCK = Plan(3, "on_site", "electric", "触电现场处置方案")
WHOLE = Plan(4, "comprehensive", "other", "综合应急预案")
PLANS = (FIRE, ILL, SHOCK, WHOLE)
SINCE = date(2025, 1, 1)


@dataclass(frozen=True)
class Unit:
    """A profile."""

    key_fire_unit: bool = False
    public_gathering: bool = False
    crowded_place: bool = False
    business_operator: bool = False


def weekdays(day: date) -> date:
    """The last day from Monday to Friday on or before a day."""
    return day - timedelta(days=max(day.weekday() - 4, 0))


def duties(
    unit: Unit,
    *drills: Known,
    choices: Choices = Choices(),  # noqa: B008 - never changed
    today: date = date(2026, 11, 23),
    plans: Sequence[Plan] = PLANS,
    since: date = SINCE,
    year: int = 2026,
) -> list[Duty]:
    basis = Basis(rhythm.followed(unit, choices), choices)
    return rhythm.duties(
        lambda _period: basis,
        year=year,
        plans=plans,
        drills=drills,
        since=since,
        today=today,
        open_day=weekdays,
    )


def states(found: Sequence[Duty]) -> dict[str, State]:
    return {f"{one.rule.key}@{one.period.key}": one.state for one in found}


def fire(on: date, *, is_held: bool = True, code: str = "YL-2026-01") -> Known:
    return Known(code, on, is_held, is_hall=True, topic="fire", plan_ids=frozenset({1}))


ALWAYS = {"fire_yearly", "hall_half_yearly"}


@pytest.mark.parametrize(
    ("unit", "more"),
    [
        (Unit(), set()),
        (Unit(crowded_place=True), {"fire_half_yearly_crowded"}),
        (Unit(key_fire_unit=True), {"fire_half_yearly"}),
        (Unit(public_gathering=True), {"fire_half_yearly_public"}),
        (Unit(business_operator=True), {"plan_yearly", "on_site_half_yearly"}),
        (
            Unit(business_operator=True, crowded_place=True),
            {
                "plan_yearly",
                "on_site_half_yearly",
                "fire_half_yearly_crowded",
                "operator_half_yearly",
            },
        ),
    ],
)
def test_each_profile_has_its_rules(unit: Unit, more: set[str]) -> None:
    assert {rule.key for rule in rhythm.followed(unit, Choices())} == ALWAYS | more


def test_every_rule_says_on_what_it_rests() -> None:
    for rule in rhythm.rules():
        assert rule.source and rule.source_en and rule.text_en
        assert rule.mark in {"T", "V", "K+", "K", "K?", "D"}


@pytest.mark.parametrize(
    ("unit", "key", "is_choice"),
    [
        (Unit(), "hall_half_yearly", True),
        (Unit(), "fire_yearly", False),
        (Unit(crowded_place=True), "fire_half_yearly_crowded", True),
        (Unit(key_fire_unit=True), "fire_half_yearly", False),
        (Unit(), "on_site_half_yearly", True),
        (Unit(business_operator=True), "on_site_half_yearly", False),
        (Unit(), "operator_half_yearly", False),
        (Unit(), "rescue_yearly", True),
    ],
)
def test_a_hall_chooses_what_no_law_settles(unit: Unit, key: str, is_choice: bool) -> None:
    (rule,) = [one for one in rhythm.rules() if one.key == key]
    assert rule.is_choice(unit) is is_choice


def test_a_choice_that_the_law_settles_changes_nothing() -> None:
    against = Choices(changes={"fire_yearly": False, "hall_half_yearly": False})
    assert {rule.key for rule in rhythm.followed(Unit(), against)} == {"fire_yearly"}


def test_a_hall_may_adopt_what_does_not_bind_it() -> None:
    wanted = Choices(changes={"on_site_half_yearly": True, "rescue_yearly": True})
    adopted = {rule.key for rule in rhythm.followed(Unit(), wanted)} - ALWAYS
    assert adopted == {"on_site_half_yearly", "rescue_yearly"}


@pytest.mark.parametrize(
    ("half", "first", "last", "due"),
    [
        (0, date(2027, 1, 1), date(2027, 12, 31), date(2027, 12, 31)),
        (1, date(2027, 1, 1), date(2027, 6, 30), date(2027, 6, 30)),
        (2, date(2028, 7, 1), date(2028, 12, 31), date(2028, 12, 29)),
    ],
)
def test_a_period_is_due_on_its_last_open_day(
    half: int, first: date, last: date, due: date
) -> None:
    found = rhythm.period(first.year, half, weekdays)
    assert (found.first, found.last, found.due) == (first, last, due)


def test_a_half_year_without_any_open_day_is_due_at_its_end() -> None:
    found = rhythm.period(2027, 2, lambda _day: date(2027, 3, 1))
    assert found.due == date(2027, 12, 31)


HALVES = "hall_half_yearly@2026-H1", "hall_half_yearly@2026-H2", "fire_yearly@2026"


@pytest.mark.parametrize(
    ("drills", "today", "expected"),
    [
        ((), date(2026, 6, 30), (State.OPEN, State.OPEN, State.OPEN)),
        ((), date(2026, 7, 1), (State.MISSED, State.OPEN, State.OPEN)),
        ((), date(2026, 12, 31), (State.MISSED, State.OPEN, State.OPEN)),
        ((), date(2027, 1, 1), (State.MISSED, State.MISSED, State.MISSED)),
        ((fire(date(2026, 6, 30)),), date(2026, 11, 1), (State.DONE, State.OPEN, State.DONE)),
        # A drill counts in the period of the day on which it was held.
        ((fire(date(2026, 7, 1)),), date(2026, 11, 1), (State.MISSED, State.DONE, State.DONE)),
        (
            (fire(date(2026, 12, 1), is_held=False),),
            date(2026, 11, 1),
            (State.MISSED, State.PLANNED, State.PLANNED),
        ),
        # What was planned and not held is no plan any more.
        (
            (fire(date(2026, 10, 1), is_held=False),),
            date(2026, 11, 1),
            (State.MISSED, State.OPEN, State.OPEN),
        ),
        ((fire(date(2025, 12, 31)),), date(2026, 6, 1), (State.OPEN, State.OPEN, State.OPEN)),
    ],
)
def test_how_the_duties_of_a_year_stand_on_a_day(
    drills: tuple[Known, ...], today: date, expected: tuple[State, ...]
) -> None:
    found = states(duties(Unit(), *drills, today=today))
    assert tuple(found[key] for key in HALVES) == expected


def test_after_the_last_open_day_it_is_overdue_until_the_period_is_over() -> None:
    # 31 December 2028 is a Sunday, the last open day the Friday before.
    for day, state in ((29, State.OPEN), (30, State.OVERDUE), (31, State.OVERDUE)):
        found = states(duties(Unit(), year=2028, today=date(2028, 12, day)))
        assert found["hall_half_yearly@2028-H2"] is state


def test_what_ended_before_the_hall_began_is_not_missed() -> None:
    found = states(duties(Unit(), since=date(2026, 7, 1)))
    assert "hall_half_yearly@2026-H1" not in found
    assert states(duties(Unit(), since=date(2026, 6, 30)))["hall_half_yearly@2026-H1"] is (
        State.MISSED
    )


@pytest.mark.parametrize(
    ("what", "drill", "expected"),
    [
        (What.HALL, fire(date(2026, 8, 1)), True),
        (What.HALL, Known("A", date(2026, 8, 1), True, False, "fire"), False),
        (What.FIRE, fire(date(2026, 8, 1)), True),
        (What.FIRE, replace(fire(date(2026, 8, 1)), is_hall=False), False),
        (What.FIRE, replace(fire(date(2026, 8, 1)), is_live=False), False),
        (What.FIRE, replace(fire(date(2026, 8, 1)), plan_ids=frozenset()), False),
        (What.FIRE, replace(fire(date(2026, 8, 1)), plan_ids=frozenset({2})), False),
        (What.FIRE, Known("A", date(2026, 8, 1), True, True, "outage"), False),
        (What.FIRE, Known("A", date(2026, 8, 1), True, True, "other", frozenset({1})), True),
        (What.PLAN, fire(date(2026, 8, 1)), True),
        (What.PLAN, Known("A", date(2026, 8, 1), True, True, "fire", frozenset({2})), False),
        (What.ON_SITE, fire(date(2026, 8, 1)), False),
        (What.ON_SITE, Known("A", date(2026, 8, 1), True, False, "x", frozenset({2})), True),
        (What.RESCUE, Known("A", date(2026, 8, 1), True, False, "illness"), True),
        (What.RESCUE, fire(date(2026, 8, 1)), False),
    ],
)
def test_which_drill_is_what_a_rule_wants(what: What, drill: Known, expected: bool) -> None:
    rule = next(one for one in rhythm.rules() if one.what is what)
    assert rhythm.fits(drill, rule, None, PLANS) is expected


def test_without_a_fire_plan_a_fire_drill_of_the_hall_is_enough() -> None:
    rule = next(one for one in rhythm.rules() if one.what is What.FIRE)
    drill = replace(fire(date(2026, 8, 1)), plan_ids=frozenset())
    assert rhythm.fits(drill, rule, None, (ILL, SHOCK))
    assert not rhythm.fits(replace(drill, topic="outage"), rule, None, (ILL, SHOCK))


def test_a_plan_that_came_later_takes_nothing_from_a_drill_held_before() -> None:
    rule = next(one for one in rhythm.rules() if one.what is What.FIRE)
    later = replace(FIRE, spans=((date(2026, 8, 2), None),))
    drill = replace(fire(date(2026, 8, 1)), plan_ids=frozenset())
    assert rhythm.fits(drill, rule, None, (later,))
    there = replace(FIRE, spans=((date(2026, 8, 1), None),))
    assert not rhythm.fits(drill, rule, None, (there,))
    gone = replace(FIRE, spans=((date(2026, 1, 1), date(2026, 8, 1)),))
    assert rhythm.fits(drill, rule, None, (gone,)), "no fire plan was in force on its day"
    assert not rhythm.fits(replace(drill, on=date(2026, 7, 31)), rule, None, (gone,))
    linked = replace(fire(date(2026, 8, 1)), topic="other")
    assert rhythm.fits(linked, rule, None, (FIRE,))


@pytest.mark.parametrize(
    ("spans", "halves"),
    [
        (((date(2026, 2, 1), None),), {1, 2}),
        (((date(2026, 6, 30), None),), {1, 2}),
        (((date(2026, 7, 1), None),), {2}),
        (((date(2026, 2, 1), date(2026, 6, 30)),), set()),
        (((date(2026, 2, 1), date(2026, 7, 1)),), {1}),
        (((date(2026, 2, 1), date(2026, 8, 20)),), {1}),
        (((date(2025, 2, 1), date(2026, 3, 1)), (date(2026, 9, 1), None)), {2}),
    ],
)
def test_a_plan_is_owed_a_drill_where_it_was_in_force_at_the_end(
    spans: tuple[tuple[date, date | None], ...], halves: set[int]
) -> None:
    found = duties(
        OPERATOR, choices=Choices(is_each=True), today=date(2026, 11, 1),
        plans=(replace(ILL, spans=spans),),
    )  # fmt: skip
    assert {one.period.half for one in found if one.plan is not None} == halves


def test_what_was_missed_is_made_good_by_a_drill_after_its_period() -> None:
    missed = duties(Unit(), today=date(2026, 7, 10))
    (first,) = [one for one in missed if one.state is State.MISSED]

    def made(*drills: Known) -> list[Duty]:
        return rhythm.made_good([first], drills, PLANS)

    assert made(fire(date(2026, 7, 1))) == [first]
    assert made(fire(date(2026, 6, 30))) == made(fire(date(2026, 7, 1), is_held=False)) == []
    assert made(replace(fire(date(2026, 7, 1)), is_hall=False)) == []


def test_each_plan_that_was_not_drilled_is_named() -> None:
    every = duties(OPERATOR, choices=Choices(is_each=True), today=date(2027, 2, 1))
    said = {
        one.display_text for one in every
        if one.rule.what is What.ON_SITE and one.state is State.MISSED
    }  # fmt: skip
    assert "每个现场处置方案每半年至少演练一次：触电现场处置方案" in said and len(said) == 2


def test_an_operator_drills_by_a_plan_though_the_hall_itself_asks_for_none() -> None:
    unit = Unit(business_operator=True, crowded_place=True)
    bare = replace(fire(date(2026, 8, 1)), plan_ids=frozenset())
    found = states(duties(unit, bare))
    assert found["operator_half_yearly@2026-H2"] is not State.DONE
    assert found["hall_half_yearly@2026-H2"] is State.DONE
    assert states(duties(unit, fire(date(2026, 8, 1))))["operator_half_yearly@2026-H2"] is (
        State.DONE
    )


OPERATOR = Unit(business_operator=True)


def test_at_least_one_on_site_plan_or_each_of_them() -> None:
    ill = Known("YL-2026-02", date(2026, 8, 3), True, False, "illness", frozenset({2}))
    one = [d for d in duties(OPERATOR, ill) if d.rule.what is What.ON_SITE and d.period.half == 2]
    assert [duty.state for duty in one] == [State.DONE]
    every = duties(OPERATOR, ill, choices=Choices(is_each=True))
    each = [d for d in every if d.rule.what is What.ON_SITE and d.period.half == 2]
    assert {duty.plan: duty.state for duty in each} == {ILL: State.DONE, SHOCK: State.OPEN}


def test_without_any_on_site_plan_the_duty_still_stands() -> None:
    found = states(duties(OPERATOR, plans=(FIRE,), choices=Choices(is_each=True)))
    assert found["on_site_half_yearly@2026-H2"] is State.OPEN


def test_a_withdrawn_plan_wants_no_drill_and_tells_what_its_drills_were() -> None:
    gone = Plan(3, "on_site", "electric", spans=((date(2026, 1, 1), date(2026, 6, 1)),))
    drill = Known("A", date(2026, 8, 1), True, False, "electric", frozenset({3}))
    each = duties(OPERATOR, drill, plans=(gone, ILL), choices=Choices(is_each=True))
    assert {one.plan for one in each if one.rule.what is What.ON_SITE} == {ILL}
    assert states(duties(OPERATOR, drill, plans=(gone,)))["on_site_half_yearly@2026-H2"] is (
        State.DONE
    )


def test_operators_of_crowded_places_report_their_drills() -> None:
    unit = Unit(business_operator=True, crowded_place=True)
    told = replace(fire(date(2026, 8, 1)), is_reported=True)
    for drill, is_reported in ((fire(date(2026, 8, 1)), False), (told, True)):
        (duty,) = [
            one
            for one in duties(unit, drill)
            if one.rule.key == "operator_half_yearly" and one.period.half == 2
        ]
        assert (duty.state, duty.is_reported) == (State.DONE, is_reported)


def proposal(
    unit: Unit,
    *drills: Known,
    choices: Choices = Choices(),  # noqa: B008 - never changed
    today: date = date(2026, 1, 4),
    plans: Sequence[Plan] = PLANS,
    forms: dict[int, Form] | None = None,
) -> list[proposing.Proposed]:
    return proposing.proposal(
        lambda known: duties(unit, *known, choices=choices, today=today, plans=plans),
        year=2026,
        plans=plans,
        drills=drills,
        forms=forms or {},
        today=today,
        open_day=weekdays,
    )


def test_an_ordinary_hall_drills_once_each_half_year() -> None:
    found = proposal(Unit(crowded_place=True))
    assert [(one.key, one.on, one.form) for one in found] == [
        ("2026-H1/hall", date(2026, 6, 10), Form.LIVE),
        ("2026-H2/hall", date(2026, 11, 9), Form.LIVE),
    ]
    assert all(one.is_hall and one.plan_ids == (FIRE.id,) for one in found)
    assert set(found[0].rules) == {"fire_yearly", "fire_half_yearly_crowded", "hall_half_yearly"}


def test_an_operator_tries_out_an_on_site_plan_on_the_way_a_different_one_each_time() -> None:
    lately = Known("YL-2025-02", date(2025, 9, 1), True, False, "x", frozenset({ILL.id}))
    found = proposal(OPERATOR, lately)
    assert [set(one.plan_ids) for one in found] == [{FIRE.id, SHOCK.id}, {FIRE.id, ILL.id}]
    assert {"plan_yearly", "on_site_half_yearly"} <= set(found[0].rules)


def test_each_on_site_plan_gets_a_drill_of_its_own_in_the_other_form() -> None:
    choices = Choices(is_each=True)
    found = proposal(OPERATOR, choices=choices, forms={ILL.id: Form.LIVE})
    first = {one.key: one for one in found if one.period.half == 1}
    assert set(first) == {"2026-H1/hall", "2026-H1/2", "2026-H1/3"}
    assert first["2026-H1/2"].form is Form.TABLETOP and first["2026-H1/3"].form is Form.LIVE
    assert first["2026-H1/2"].on < first["2026-H1/3"].on < first["2026-H1/hall"].on


def test_nothing_is_proposed_twice_or_for_what_is_over() -> None:
    planned = fire(date(2026, 5, 5), is_held=False)
    assert [one.key for one in proposal(Unit(), planned)] == ["2026-H2/hall"]
    held = fire(date(2026, 10, 9))
    assert proposal(Unit(), held, today=date(2026, 11, 23)) == []
    assert [one.key for one in proposal(Unit(), today=date(2026, 11, 23))] == ["2026-H2/hall"]


@pytest.mark.parametrize(
    ("today", "on"),
    [
        (date(2026, 11, 23), date(2026, 12, 7)),
        (date(2026, 12, 28), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_a_late_proposal_leaves_time_to_prepare_where_there_is_any(today: date, on: date) -> None:
    assert [one.on for one in proposal(Unit(), today=today)] == [on]


def test_first_aid_is_drilled_where_the_hall_wants_it() -> None:
    choices = Choices(changes={"rescue_yearly": True})
    found = [one for one in proposal(Unit(), choices=choices) if not one.is_hall]
    assert [(one.topic, one.plan_ids) for one in found] == [(Topic.ILLNESS, (ILL.id,))]
    bare = [one for one in proposal(Unit(), choices=choices, plans=()) if not one.is_hall]
    assert [(one.topic, one.plan_ids) for one in bare] == [(Topic.ILLNESS, ())]


def test_without_plans_the_hall_still_drills() -> None:
    found = proposal(OPERATOR, plans=())
    assert [one.key for one in found] == ["2026-H1/hall", "2026-H2/hall"]
