"""Who needs what on which day, by tables of cases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from drills.training.coverage import DAY, Need, Proof
from drills.training.models import EventKind, Occasion, Who
from drills.training.needs import Appointed, Rule, Rules, Stay, Worker, binds, lacking, stricter
from safety_app.core.access import Role

ON = date(2026, 11, 23)
CAME = date(2020, 1, 6)
PRE, WINDOW, FIRE = 1, 2, 3
NEW = Rule(1, PRE, Who.EVERYBODY, "", Occasion.NEW)
MOVED = Rule(2, WINDOW, Who.EVERYBODY, "", Occasion.TRANSFERRED)
BACK = Rule(3, WINDOW, Who.EVERYBODY, "", Occasion.BACK)
YEARLY = Rule(4, FIRE, Who.EVERYBODY, "", Occasion.PERIODIC, months=12)


def stay(*roles: Role, **facts: object) -> Stay:
    made = Stay(CAME, date.max, frozenset(roles or {Role.STAFF}), frozenset({1}))
    return replace(made, **facts)  # type: ignore[arg-type]


def worker(*roles: Role, joined: date = CAME, **facts: object) -> Worker:
    made = Worker(1, joined, (stay(*roles),))
    return replace(made, **facts)  # type: ignore[arg-type]


def needs(rule: Rule | tuple[Rule, ...], one: Worker, on: date = ON) -> dict[int, Need]:
    wanted = rule if isinstance(rule, tuple) else (rule,)
    return dict(Rules(wanted, ahead_days=30).needs(one, on))


@pytest.mark.parametrize(
    ("who", "value", "roles", "bound"),
    [
        (Who.EVERYBODY, "", {Role.STAFF}, True),
        (Who.EVERYBODY, "", {Role.LEAD}, True),
        (Who.EVERYBODY, "", {Role.MANAGER}, True),
        (Who.EVERYBODY, "", {Role.ADMINISTRATOR}, False),
        (Who.EVERYBODY, "", {Role.THIRD_PARTY}, False),
        (Who.EVERYBODY, "", {Role.ADMINISTRATOR, Role.STAFF}, True),
        (Who.ROLE, "officer", {Role.OFFICER}, True),
        (Who.ROLE, "officer", {Role.STAFF}, False),
        (Who.THIRD_PARTY, "", {Role.THIRD_PARTY}, True),
        (Who.THIRD_PARTY, "", {Role.STAFF}, False),
        (Who.THIRD_PARTY, "", {Role.THIRD_PARTY, Role.STAFF}, False),
        (Who.POST, "消防控制室值班员", {Role.STAFF}, False),
    ],
)
def test_whom_a_requirement_binds(who: Who, value: str, roles: set[Role], bound: bool) -> None:
    rule = Rule(1, PRE, who, value, Occasion.NEW)
    assert binds(rule, stay(*roles), frozenset()) is bound


def test_a_post_and_an_appointment_bind_by_their_name() -> None:
    post = Rule(1, PRE, Who.POST, "消防控制室值班员", Occasion.NEW)
    assert binds(post, stay(post="消防控制室值班员"), frozenset())
    head = Rule(1, PRE, Who.APPOINTED, "fire_manager", Occasion.NEW)
    appointed = (Appointed("fire_manager", ON, ON + 2 * DAY),)
    found = [bool(needs(head, worker(appointed=appointed), ON + n * DAY)) for n in range(-1, 4)]
    assert found == [False, True, True, True, False]


@pytest.mark.parametrize(
    ("joined", "needed"),
    [
        (date(2025, 11, 22), True),
        (date(2025, 11, 23), True),
        (date(2025, 11, 24), False),
        (ON, False),
    ],
)
def test_a_yearly_course_begins_a_year_after_somebody_came(joined: date, needed: bool) -> None:
    assert (FIRE in needs(YEARLY, worker(joined=joined))) is needed


@pytest.mark.parametrize(("moved_on", "needed"), [(ON - DAY, True), (ON, True), (ON + DAY, False)])
def test_a_transfer_binds_from_its_day_on(moved_on: date, needed: bool) -> None:
    moved = worker(events=((EventKind.TRANSFERRED, moved_on),))
    assert (WINDOW in needs(MOVED, moved)) is needed
    assert needs(BACK, moved) == {}


def test_training_for_a_transfer_may_be_a_month_ahead() -> None:
    moved = worker(events=((EventKind.TRANSFERRED, ON),))
    assert needs(MOVED, moved) == {WINDOW: Need(since=ON - timedelta(days=30))}


def test_the_last_of_several_events_counts() -> None:
    earlier, later = date(2024, 5, 6), date(2026, 3, 2)
    back = worker(events=((EventKind.BACK, earlier), (EventKind.BACK, later)))
    assert needs(BACK, back)[WINDOW].since == later - timedelta(days=30)
    assert needs(BACK, back, date(2025, 1, 1))[WINDOW].since == earlier - timedelta(days=30)


@pytest.mark.parametrize(
    ("first", "last", "in_force"),
    [
        (None, None, True),
        (ON, ON, True),
        (ON + DAY, None, False),
        (None, ON - DAY, False),
        (ON - DAY, ON + DAY, True),
    ],
)
def test_a_requirement_binds_while_it_is_in_force(
    first: date | None, last: date | None, in_force: bool
) -> None:
    assert bool(needs(replace(NEW, first=first, last=last), worker())) is in_force


def test_who_came_before_is_left_out_where_the_hall_says_so() -> None:
    rule = replace(NEW, joined_from=date(2026, 1, 1))
    assert needs(rule, worker(joined=date(2025, 12, 31))) == {}
    assert needs(rule, worker(joined=date(2026, 1, 1))) != {}


def test_who_has_left_needs_nothing_and_who_is_yet_to_come_does() -> None:
    gone = worker(stays=(stay(last=ON - DAY),))
    assert needs(NEW, gone) == {}
    to_come = worker(stays=(stay(first=ON + DAY),))
    assert PRE in needs(NEW, to_come), "who is put on duty before the first day is asked too"
    assert not to_come.is_here(ON)


def test_what_satisfies_both_is_stricter_than_either() -> None:
    assert stricter(None, Need(months=6)) == Need(months=6)
    found = stricter(Need(since=ON, months=12), Need(since=ON + DAY, months=6))
    assert found == Need(since=ON + DAY, months=6)
    assert stricter(Need(since=ON), Need()) == Need(since=ON)


def test_days_are_looked_at_apart_wherever_the_need_changes() -> None:
    rules = Rules((MOVED, YEARLY), ahead_days=30)
    moved_on = ON + 10 * DAY
    one = worker(events=((EventKind.TRANSFERRED, moved_on),))
    within = (ON, ON + 20 * DAY)
    proofs = {FIRE: [Proof(date(2025, 12, 8))]}
    found = lacking(rules, one, proofs, within, rules.breaks(within))
    assert found == {
        WINDOW: [(moved_on, within[1])],
        FIRE: [(date(2026, 12, 8), within[1])],
    }


def test_people_alike_are_worked_out_once_and_others_apart() -> None:
    rules = Rules((NEW, YEARLY), ahead_days=30)
    here, newcomer = worker(), worker(joined=ON - DAY)
    assert rules.needs(here, ON) is rules.needs(worker(), ON)
    assert set(rules.needs(here, ON)) == {PRE, FIRE}
    assert set(rules.needs(newcomer, ON)) == {PRE}
