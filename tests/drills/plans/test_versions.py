"""Which plans were in force on any day."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from drills.plans.models import PLANS, RULES
from drills.plans.service import as_of, current, find_in_force, get_version, withdraw
from drills.plans.service.care import record_review
from safety_app.core.errors import NotFound
from tests.cast import NOW, TODAY, Cast
from tests.drills.plans.documents import make_draft, make_plan, next_version, put_in_force


def day(n: int) -> date:
    """So many days after today."""
    return TODAY + timedelta(days=n)


def test_each_day_has_its_version(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    next_version(session, hall, document, days=10)
    next_version(session, hall, document, days=20)
    withdraw(session, hall.manager, document.id, reason="合并", now=NOW + timedelta(days=30))
    next_version(session, hall, document, days=40)
    found = {
        n: [one.version for one in as_of(session, hall.site_id, day(n))]
        for n in (-1, 0, 9, 10, 19, 20, 29, 30, 39, 40, 400)
    }
    assert found == {
        -1: [], 0: [1], 9: [1], 10: [2], 19: [2], 20: [3], 29: [3], 30: [], 39: [], 40: [4],
        400: [4],
    }  # fmt: skip


def test_two_versions_of_one_day_leave_the_later_one(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    next_version(session, hall, document, days=0)
    (held,) = current(session, hall.site_id, TODAY)
    assert held.version == 2
    assert find_in_force(session, hall.site_id, document.id, day(-1)) is None


def test_a_version_that_begins_later_leaves_the_old_one_until_then(
    session: Session, hall: Cast
) -> None:
    document = make_plan(session, hall)
    next_version(session, hall, document, days=1, effective_on=day(8))
    (before,) = current(session, hall.site_id, day(7))
    (after,) = current(session, hall.site_id, day(8))
    assert (before.version, before.until, after.version) == (1, day(8), 2)


def test_a_withdrawal_ends_the_version_in_force_and_the_one_to_come(
    session: Session, hall: Cast
) -> None:
    document = make_plan(session, hall)
    next_version(session, hall, document, days=1, effective_on=day(8))
    withdraw(session, hall.manager, document.id, reason="合并", now=NOW + timedelta(days=3))
    found = {
        n: [one.version for one in as_of(session, hall.site_id, day(n))] for n in (2, 3, 7, 8, 99)
    }
    assert found == {2: [1], 3: [], 7: [], 8: [], 99: []}


def test_after_a_withdrawal_a_version_may_begin_before_the_one_that_never_did(
    session: Session, hall: Cast
) -> None:
    document = make_plan(session, hall)
    next_version(session, hall, document, days=1, effective_on=day(8))
    withdraw(session, hall.manager, document.id, reason="合并", now=NOW + timedelta(days=3))
    next_version(session, hall, document, days=5)
    found = {n: [one.version for one in as_of(session, hall.site_id, day(n))] for n in (4, 5, 8, 9)}
    assert found == {4: [], 5: [3], 8: [3], 9: [3]}


def test_a_day_is_judged_by_what_was_known_then(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    due = date(2029, 11, 23)
    late = NOW + timedelta(days=1200)
    record_review(session, hall.manager, document.id, note="仍然适用", now=late)
    told = {}
    for on in (due, due + timedelta(days=1), TODAY + timedelta(days=1200)):
        (held,) = as_of(session, hall.site_id, on)
        told[on] = (held.is_overdue, held.review_by)
    assert told == {
        due: (False, due),
        due + timedelta(days=1): (True, due),
        TODAY + timedelta(days=1200): (False, date(2033, 3, 7)),
    }


def test_plans_and_rules_are_asked_for_apart_in_the_order_of_the_starting_points(
    session: Session, hall: Cast
) -> None:
    make_plan(session, hall, "evacuation")
    make_plan(session, hall, "fire")
    put_in_force(session, hall, make_draft(session, hall, "staff_rules"))
    plans = current(session, hall.site_id, TODAY)
    assert [one.scenario for one in plans] == ["fire", "evacuation"]
    assert {one.kind for one in plans} <= set(PLANS)
    (rules,) = current(session, hall.site_id, TODAY, kinds=RULES)
    assert rules.number == "ZD-01"


def test_another_hall_sees_nothing(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    assert current(session, hall.foreign_site_id, TODAY) == []
    with pytest.raises(NotFound):
        get_version(session, hall.foreign_site_id, document.current_id or 0)
