"""The matrix: how everybody stands on a day, as one by one; coverage with what it is of."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from drills.training.coverage import Need, Proof, covered_until, is_covered
from drills.training.grid import FOR_EVER, Light, grid
from drills.training.service import Facts, correct
from drills.training.service.matrix import Filters, coverage_of, matrix, row_of, standing
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.workplace import service as workplace
from tests.cast import NOW, TODAY, Cast
from tests.drills.training.lessons import here_since, only, passed

DAY = timedelta(days=1)
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
NEEDS = st.builds(Need, since=st.none() | DAYS, months=st.none() | st.integers(1, 24))
PROOFS = st.lists(st.builds(Proof, on=DAYS, valid_until=st.none() | DAYS), max_size=5)
CASES = st.lists(st.tuples(st.none() | NEEDS, PROOFS), min_size=1, max_size=6)


@given(cases=CASES, on=DAYS)
def test_many_at_once_stand_as_each_would_alone(
    cases: list[tuple[Need | None, list[Proof]]], on: date
) -> None:
    needs = [(10 + n, {7: need} if need else {}) for n, (need, _proofs) in enumerate(cases)]
    passes = [
        (10 + n, 7, (proof.on - date(1970, 1, 1)).days,
         (proof.valid_until - date(1970, 1, 1)).days if proof.valid_until else FOR_EVER)
        for n, (_need, proofs) in enumerate(cases)
        for proof in proofs
        if proof.on <= on
    ]  # fmt: skip
    found = grid(on, needs, [7], np.array(passes, dtype=np.int64).reshape(-1, 4))
    for row, (need, proofs) in enumerate(cases):
        light = Light(int(found.lights[row, 0]))
        known = [proof for proof in proofs if proof.on <= on]
        if need is None:
            assert light is Light.NOT_NEEDED
            continue
        assert (light in (Light.COVERED, Light.SOON)) is is_covered(need, known, on)
        if light in (Light.COVERED, Light.SOON):
            until = covered_until(need, known, on) or date.max
            assert (found.covered_until(row, 0) or date.max) == until
            assert (light is Light.SOON) is (until < on + timedelta(days=30))
        else:
            assert (light is Light.EXPIRED) is bool(known)


@pytest.fixture
def fire(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    only(session, hall, "FIRE")


def lights(session: Session, hall: Cast, who: Actor, on: date = TODAY) -> list[Light]:
    row = row_of(standing(session, hall.site_id, on), who.user_id)
    return [cell.light for cell in row.cells] if row else []


@pytest.mark.usefixtures("fire")
@pytest.mark.parametrize(
    ("on", "light"),
    [
        (date(2026, 3, 14), Light.LACKING),
        (date(2026, 3, 15), Light.COVERED),
        (date(2027, 2, 12), Light.COVERED),
        (date(2027, 2, 13), Light.SOON),
        (date(2027, 3, 14), Light.SOON),
        (date(2027, 3, 15), Light.EXPIRED),
    ],
)
def test_a_light_on_any_day_from_what_was_recorded(
    session: Session, hall: Cast, on: date, light: Light
) -> None:
    passed(session, hall, hall.staff.user_id, "FIRE", date(2026, 3, 15))
    assert lights(session, hall, hall.staff, on) == [light]


@pytest.mark.usefixtures("fire")
def test_a_past_day_does_not_know_a_later_pass(session: Session, hall: Cast) -> None:
    passed(session, hall, hall.staff.user_id, "FIRE", date(2025, 3, 15))
    passed(session, hall, hall.staff.user_id, "FIRE", date(2026, 6, 1))
    found = [lights(session, hall, hall.staff, date(2026, month, 1))[0] for month in (3, 4, 6)]
    assert found == [Light.SOON, Light.EXPIRED, Light.COVERED]


@pytest.mark.usefixtures("fire")
def test_a_certificate_with_an_end_and_a_pass_without_count_together(
    session: Session, hall: Cast
) -> None:
    who = hall.staff.user_id
    passed(session, hall, who, "FIRE", TODAY - 20 * DAY, valid_until=TODAY - DAY)
    passed(session, hall, who, "FIRE", TODAY - 100 * DAY)
    row = row_of(standing(session, hall.site_id, TODAY), who)
    assert row is not None
    assert row.cells[0].light is Light.COVERED
    assert row.cells[0].last_on == TODAY - 20 * DAY
    assert row.cells[0].until == date(2027, 8, 14)


@pytest.mark.usefixtures("fire")
def test_as_known_then_is_not_as_known_now(session: Session, hall: Cast) -> None:
    who, then = hall.staff.user_id, NOW - 5 * DAY
    wrong = passed(session, hall, who, "FIRE", TODAY - 30 * DAY, now=NOW - 20 * DAY)
    correct(
        session, hall.officer, wrong.id, Facts(on=TODAY - 30 * DAY, passed=False),
        reason="成绩录错", now=NOW - DAY,
    )  # fmt: skip

    def light(known_at: object) -> Light:
        found = standing(session, hall.site_id, TODAY, known_at=known_at)  # type: ignore[arg-type]
        row = row_of(found, who)
        assert row is not None
        return row.cells[0].light

    assert light(then) is Light.COVERED
    assert light(NOW - DAY) is Light.COVERED, "at that moment it was not yet put right"
    assert light(None) is Light.LACKING
    assert light(NOW - 20 * DAY) is Light.LACKING, "at that moment it was not yet recorded"


@pytest.mark.usefixtures("fire")
def test_coverage_is_of_whoever_needs_it_and_belongs_here(session: Session, hall: Cast) -> None:
    for actor in (hall.staff, hall.lead):
        passed(session, hall, actor.user_id, "FIRE")
    found = coverage_of(standing(session, hall.site_id, TODAY))
    # Staff, leads, the officer and the manager; neither the administrator nor the third party.
    assert (found.whole, found.of) == (2, 7)
    assert [(one.code, a, b) for one, a, b in found.courses] == [("FIRE", 2, 7)]
    accounts.deactivate(session, hall.administrator, hall.other_staff.user_id, now=NOW)
    assert coverage_of(standing(session, hall.site_id, TODAY + DAY)).of == 6


def test_nobody_needs_anything_where_nothing_is_required(session: Session, hall: Cast) -> None:
    only(session, hall)
    found = standing(session, hall.site_id, TODAY)
    assert coverage_of(found).of == 0
    shown = matrix(standing(session, hall.site_id, TODAY), hall.officer, Filters())
    assert (shown.rows, shown.total, shown.courses) == ((), 0, ())


@pytest.mark.usefixtures("fire")
def test_the_worst_come_first_and_filters_narrow(session: Session, hall: Cast) -> None:
    passed(session, hall, hall.staff.user_id, "FIRE")
    passed(session, hall, hall.second_staff.user_id, "FIRE", TODAY - 350 * DAY)
    passed(session, hall, hall.lead.user_id, "FIRE", TODAY - 500 * DAY)

    def names(filters: Filters, actor: Actor = hall.officer) -> list[str]:
        return [
            row.person.name
            for row in matrix(standing(session, hall.site_id, TODAY), actor, filters).rows
        ]

    everybody = names(Filters())
    assert everybody[-3:] == ["李敏", "周航", "王晓燕"]
    assert names(Filters(window_id=hall.a01)) == ["李敏", "周航", "王晓燕"]
    assert names(Filters(window_id=hall.a01, only_lacking=True)) == ["李敏", "周航"]
    assert names(Filters(text=" 周")) == ["周航"]
    assert names(Filters(text="zhou h")) == ["周航"]
    assert names(Filters(text="nobody")) == []
    assert names(Filters(size=2)) == everybody[:2]
    assert names(Filters(size=2, page=1)) == everybody[2:4]
    assert names(Filters(size=None)) == everybody
    assert names(Filters(), hall.lead) == ["李敏", "周航", "王晓燕"]
    assert names(Filters(), hall.staff) == ["王晓燕"]
    window = matrix(
        standing(session, hall.site_id, TODAY), hall.officer, Filters(window_id=hall.a01, text="周")
    )
    assert (window.coverage.whole, window.coverage.of) == (2, 3), "a search changes no coverage"


def test_where_the_public_gathers_half_a_year_covers(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    only(session, hall, "FIRE")
    passed(session, hall, hall.staff.user_id, "FIRE", TODAY - 200 * DAY)
    assert lights(session, hall, hall.staff) == [Light.COVERED]
    workplace.site(session, hall.site_id).public_gathering = True
    session.flush()
    assert lights(session, hall, hall.staff) == [Light.EXPIRED]


def test_a_course_is_a_column_only_where_somebody_needs_it(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    codes = [one.code for one in standing(session, hall.site_id, TODAY).courses]
    assert "FIRE" in codes and "CONTRACTOR" in codes and "SAFETY-FIRST" in codes
    assert "CONTROL-ROOM" not in codes, "nobody has that post"
