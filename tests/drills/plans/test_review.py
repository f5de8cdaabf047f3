"""When a plan is due for review: the day before, the day, the day after; and every trigger."""

from datetime import date

import pytest

from drills.plans import review
from drills.plans.models import Kind, Trigger
from drills.plans.review import Cause, Facts, Standing

PUBLISHED = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("published", "reviewed", "months", "expected"),
    [
        (PUBLISHED, None, 36, date(2029, 3, 1)),
        (PUBLISHED, date(2028, 5, 4), 36, date(2031, 5, 4)),
        (PUBLISHED, date(2025, 1, 1), 36, date(2029, 3, 1)),
        (date(2028, 2, 29), None, 36, date(2031, 2, 28)),
        (date(2026, 1, 31), None, 1, date(2026, 2, 28)),
        (PUBLISHED, None, 12, date(2027, 3, 1)),
    ],
)
def test_the_review_is_due_a_term_after_publication_or_the_last_review(
    published: date, reviewed: date | None, months: int, expected: date
) -> None:
    assert review.review_by(published, reviewed, months) == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 3, 1), Standing.CURRENT),
        (date(2028, 12, 30), Standing.CURRENT),
        (date(2028, 12, 31), Standing.SOON),
        (date(2029, 2, 28), Standing.SOON),
        (date(2029, 3, 1), Standing.SOON),
        (date(2029, 3, 2), Standing.OVERDUE),
    ],
)
def test_a_plan_is_good_to_the_end_of_its_last_day(today: date, expected: Standing) -> None:
    assert review.standing(Facts(PUBLISHED), today) is expected


DUE = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("facts", "today", "expected"),
    [
        (Facts(PUBLISHED, left=("王晓燕",)), DUE, Standing.OVERDUE),
        (Facts(PUBLISHED, new_in_post=("陈静",)), DUE, Standing.TO_REVISE),
        (Facts(PUBLISHED, gone=("MHQ-0001",)), DUE, Standing.TO_REVISE),
        (Facts(PUBLISHED, requests=(DUE,)), date(2026, 11, 22), Standing.TO_REVISE),
        (Facts(PUBLISHED, requests=(DUE,)), DUE, Standing.TO_REVISE),
        (Facts(PUBLISHED, requests=(DUE,)), date(2026, 11, 24), Standing.OVERDUE),
        (Facts(PUBLISHED, file_by=DUE), date(2026, 11, 22), Standing.CURRENT),
        (Facts(PUBLISHED, file_by=DUE), DUE, Standing.CURRENT),
        (Facts(PUBLISHED, file_by=DUE), date(2026, 11, 24), Standing.OVERDUE),
    ],
)
def test_a_trigger_brings_the_review_forward(facts: Facts, today: date, expected: Standing) -> None:
    assert review.standing(facts, today) is expected


def test_the_gravest_cause_is_named_first() -> None:
    facts = Facts(PUBLISHED, left=("王晓燕",), gone=("MHQ-0001",), requests=(date(2026, 1, 1),))
    found = [why.cause for why in review.causes(facts, DUE)]
    assert found == [Cause.PERSON_LEFT, Cause.REQUEST_OVERDUE, Cause.RESOURCE_GONE]


@pytest.mark.parametrize(
    ("traits", "key", "is_default"),
    [
        ({}, "default", True),
        ({"crowded_place": True}, "default", True),
        ({"business_operator": True}, "default", True),
        ({"business_operator": True, "crowded_place": True}, "listed", False),
        ({"business_operator": True, "public_gathering": True}, "listed", False),
    ],
)
def test_who_must_review_and_file_follows_from_the_legal_profile(
    traits: dict[str, bool], key: str, is_default: bool
) -> None:
    found = review.term(traits)
    assert (found.key, found.is_default, found.months) == (key, is_default, 36)
    assert review.filing().applies(traits) is (key == "listed")
    assert found.source and found.source_en and found.said


def test_no_law_sets_a_term_for_rules() -> None:
    assert review.months_of(Kind.ON_SITE, {}) == 36
    assert review.months_of(Kind.STAFF_RULES, {"business_operator": True}) == review.NO_TERM


def test_every_trigger_has_its_article() -> None:
    assert set(review.triggers()) == set(Trigger)
    assert all(rule.source and rule.source_en and rule.mark for rule in review.triggers().values())
