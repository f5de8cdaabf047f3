"""Whoever the gate refuses was warned: looking ahead sees all that changes what people need."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from drills.training.ahead import here_on, look_ahead
from drills.training.coverage import Proof, add_months
from drills.training.grid import FOR_EVER, Light, grid
from drills.training.models import EventKind, GatePeriod, Occasion, Requirement, Who
from drills.training.needs import Appointed, Rule, Rules, Stay, Worker, lacking
from drills.training.service import follow_people
from drills.training.service.events import record_event
from drills.training.service.matrix import Filters, matrix, standing
from drills.training.service.session_views import candidates
from drills.training.service.views import Warned, own_warning, person_file, warnings
from safety_app.accounts.service import User
from safety_app.core import clock
from safety_app.core.access import Role
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Absence
from tests.cast import NOW, TODAY, Cast
from tests.dialects import postgresql_only, sqlite_only
from tests.drills.training.lessons import course, here_since, only, passed
from tests.drills.training.test_taking_hold import add, at, barred, change, gathers

DAY: Final = timedelta(days=1)
WINDOW: Final = timedelta(days=30)
YEAR_AGO: Final = add_months(TODAY, -12)

NEAR = st.integers(-45, 45).map(lambda n: TODAY + n * DAY)
JOINED = st.one_of(
    NEAR, st.builds(add_months, NEAR, st.sampled_from([-6, -12])), st.just(date(2020, 1, 6))
)
RULES = st.lists(
    st.builds(
        Rule,
        id=st.just(1),
        course_id=st.integers(1, 2),
        who=st.sampled_from([Who.EVERYBODY, Who.APPOINTED]),
        who_value=st.just("fire_manager"),
        occasion=st.sampled_from(Occasion),
        months=st.sampled_from([6, 12]),
        gates=st.booleans(),
        joined_from=st.none() | JOINED,
        first=st.none() | NEAR,
        last=st.none() | NEAR,
    ),
    max_size=4,
)
PROOFS = st.lists(
    st.builds(
        Proof,
        on=st.one_of(
            st.integers(-60, 0).map(lambda n: TODAY + n * DAY),
            st.builds(add_months, NEAR, st.sampled_from([-6, -12])),
        ).filter(lambda on: on <= TODAY),
        valid_until=st.none() | NEAR,
    ),
    max_size=3,
)


@st.composite
def workers(draw: st.DrawFn) -> Worker:
    joined = draw(JOINED)
    leaves = draw(st.just(date.max) | NEAR)
    held = draw(st.lists(st.tuples(NEAR, NEAR), max_size=1))
    events = draw(st.lists(st.tuples(st.sampled_from(EventKind), NEAR), max_size=2))
    stay = Stay(joined, max(joined, leaves), frozenset({Role.STAFF}), frozenset({1}))
    return Worker(
        user_id=1,
        joined=joined,
        stays=(stay,),
        events=tuple(events),
        appointed=tuple(Appointed("fire_manager", *sorted(days)) for days in held),
    )


def first_days(rules: Rules, one: Worker, proofs: dict[int, list[Proof]]) -> dict[int, date]:
    """From when on each course is lacking within the days of warning, as the gate judges it."""
    within = (TODAY, TODAY + WINDOW)
    found = {}
    for course_id, spans in lacking(rules, one, proofs, within, rules.breaks(within)).items():
        days = [
            first + n * DAY for first, last in spans for n in range((last - first).days + 1)
            if one.is_here(first + n * DAY)
        ]  # fmt: skip
        if days:
            found[course_id] = min(days)
    return found


def warned_days(rules: Rules, one: Worker, proofs: dict[int, list[Proof]]) -> dict[int, date]:
    """From when on each course is lacking within the days of warning, as people are told."""
    passes = [
        (1, course_id, (proof.on - date(1970, 1, 1)).days,
         (proof.valid_until - date(1970, 1, 1)).days if proof.valid_until else FOR_EVER)
        for course_id, held in proofs.items()
        for proof in held
        if proof.valid_until is None or proof.on <= proof.valid_until
    ]  # fmt: skip
    rows = np.array(passes, dtype=np.int64).reshape(-1, 4)
    found = grid(TODAY, here_on(rules, [one], TODAY), [1, 2], rows)
    told = dict(look_ahead(found, rules, [one], rows).get(1, {}))
    for column, course_id in enumerate(found.course_ids if found.user_ids else ()):
        light = Light(int(found.lights[0, column]))
        if light >= Light.EXPIRED:
            told[course_id] = TODAY
        elif light is Light.SOON:
            until = found.covered_until(0, column)
            assert until is not None
            told[course_id] = until + DAY
    return told


@given(rules=RULES, one=workers(), first=PROOFS, second=PROOFS)
def test_what_people_are_told_is_what_the_gate_will_find(
    rules: list[Rule], one: Worker, first: list[Proof], second: list[Proof]
) -> None:
    proofs = {1: first, 2: second}
    every = Rules(rules, 30)
    told = warned_days(every, one, proofs)
    assert told == first_days(every, one, proofs)
    refused = first_days(every.gating(), one, proofs)
    assert all(told[course_id] <= day for course_id, day in refused.items())


Scene = Callable[[Session, Cast], object]


def joins(on: date, *passes: int, code: str = "FIRE", needs: str | None = None) -> Scene:
    """Somebody came on a day and passed so many days after it, or before."""

    def play(session: Session, hall: Cast) -> None:
        only(session, hall, needs or code)
        others_pass(session, hall, needs or code)
        entered = min(at(on), NOW)
        session.execute(
            update(User)
            .where(User.id == hall.staff.user_id)
            .values(joined_on=on, created_at=entered)
        )
        follow_people(session, hall.site_id, NOW)
        for days in passes:
            day = on + days * DAY
            passed(session, hall, hall.staff.user_id, code, day, now=at(day))

    return play


def happens(kind: EventKind, on: int, *passes: int) -> Scene:
    """Somebody comes to another post, or back, in so many days; passes count from then."""

    def play(session: Session, hall: Cast) -> None:
        only(session, hall, "PRE-WINDOW")
        others_pass(session, hall, "PRE-WINDOW")
        old = date(2021, 2, 10)
        passed(session, hall, hall.staff.user_id, "PRE-WINDOW", old, now=at(old))
        day = TODAY + on * DAY
        for days in passes:
            passed(session, hall, hall.staff.user_id, "PRE-WINDOW", day + days * DAY)
        record_event(session, hall.officer, user_id=hall.staff.user_id, kind=kind, on=day, now=NOW)

    return play


def away_until(last: int) -> Scene:
    """Away for more than a year; back on the day after, which the job has written down."""

    def play(session: Session, hall: Cast) -> None:
        only(session, hall, "PRE-WINDOW")
        old = date(2021, 2, 10)
        others_pass(session, hall, "PRE-WINDOW")
        passed(session, hall, hall.staff.user_id, "PRE-WINDOW", old, now=at(old))
        session.add(
            Absence(
                site_id=hall.site_id, user_id=hall.staff.user_id, first=date(2025, 10, 1),
                last=TODAY + last * DAY, reason="leave", created_by=hall.manager.user_id,
                created_at=NOW,
            )
        )  # fmt: skip
        session.flush()
        follow_people(session, hall.site_id, NOW)

    return play


def appointed(first: int, last: int | None = None, passed_ago: int | None = None) -> Scene:
    """Somebody will hold an appointment that asks for a yearly course."""

    def play(session: Session, hall: Cast) -> None:
        only(session, hall)
        session.add(
            Requirement(
                site_id=hall.site_id, course_id=course(session, hall, "FIRE").id, code="held",
                who=Who.APPOINTED, who_value="fire_manager", occasion=Occasion.PERIODIC,
                interval_months=12, gates=True, is_own=True, changed_at=NOW,
            )
        )  # fmt: skip
        session.flush()
        if passed_ago is not None:
            day = TODAY - passed_ago * DAY
            passed(session, hall, hall.staff.user_id, "FIRE", day, now=at(day))
        row = workplace.appoint(
            session, hall.administrator, site_id=hall.site_id, post="fire_manager",  # type: ignore[arg-type]
            user_id=hall.staff.user_id, first=TODAY + first * DAY, now=NOW,
        )  # fmt: skip
        if last is not None:
            row.last = TODAY + last * DAY
        session.flush()

    return play


def changes(what: Scene, *passed_ago: int) -> Scene:
    """Something is asked anew today of somebody who passed fire safety so many days ago."""

    def play(session: Session, hall: Cast) -> None:
        only(session, hall, "FIRE")
        others_pass(session, hall, "FIRE")
        for days in passed_ago:
            day = TODAY - days * DAY
            passed(session, hall, hall.staff.user_id, "FIRE", day, now=at(day))
        what(session, hall)

    return play


def others_pass(session: Session, hall: Cast, code: str) -> None:
    for one in hall.everyone().values():
        if one is not hall.staff:
            passed(session, hall, one.user_id, code, TODAY - 2 * DAY)


def scenes() -> Iterator[tuple[str, Scene]]:
    for n in (0, 1, 3, 14, 15, 29, 30, 31, 45):
        yield f"first interval ends in {n}", joins(YEAR_AGO + n * DAY, 0)
        yield f"refresher begins in {n}", joins(YEAR_AGO + n * DAY, code="REFRESHER")
    yield "passed before coming", joins(YEAR_AGO + 15 * DAY, -20)
    yield "passed again lately", joins(YEAR_AGO + 15 * DAY, -20, 300)
    yield "passed again soon after", joins(YEAR_AGO + 15 * DAY, -20, 10)
    yield "a month without its day", joins(date(2024, 2, 29), 700, code="REFRESHER")
    for n in (1, 15, 30, 31):
        yield f"comes in {n}", joins(TODAY + n * DAY, code="PRE-WINDOW")
        yield f"back in {n}", happens(EventKind.BACK, n)
        yield f"moved in {n}", happens(EventKind.TRANSFERRED, n)
        yield f"appointed in {n}", appointed(n)
    yield "moved in 25, trained for it", happens(EventKind.TRANSFERRED, 25, -30)
    yield "moved in 31, trained too early", happens(EventKind.TRANSFERRED, 31, -31)
    yield "absent for 10 more days", away_until(10)
    yield "absent for 29 more days", away_until(29)
    yield "appointed until before the cover ends", appointed(0, 5, 356)
    yield "appointed until after the cover ends", appointed(0, 12, 356)
    yield "appointed after the cover has ended", appointed(12, None, 356)
    yield "the public gathers", changes(lambda one, hall: gathers(one, hall, True), 275)
    yield "the public gathers, covered", changes(lambda one, hall: gathers(one, hall, True), 100)
    yield "shorter", changes(lambda one, hall: change(one, hall, interval_months=6), 275)
    yield "longer", changes(lambda one, hall: change(one, hall, interval_months=18), 350)
    yield "another course", changes(add, 100)


SCENES: Final = dict(scenes())
SOME: Final = (
    "first interval ends in 15", "refresher begins in 30", "comes in 15", "absent for 10 more days",
    "appointed in 15", "the public gathers",
)  # fmt: skip
STAGES: Final = (31, 30, 14, 3, 0)


@sqlite_only
@pytest.mark.parametrize("name", SCENES)
def test_whoever_is_refused_was_warned(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    check(session, hall, monkeypatch, SCENES[name])


@postgresql_only
@pytest.mark.parametrize("name", SOME)
def test_whoever_is_refused_was_warned_here_too(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    check(session, hall, monkeypatch, SCENES[name])


def check(session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch, play: Scene) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    here_since(session, hall)
    session.add(
        GatePeriod(
            site_id=hall.site_id, starts_on=date(2025, 1, 6), grace_days=0,
            set_by=hall.manager.user_id, set_at=datetime(2025, 1, 5, 4, tzinfo=UTC),
        )
    )  # fmt: skip
    play(session, hall)
    session.flush()
    session.expire_all()
    shut = refused(session, hall)
    begins = {day for day in shut if day - DAY not in shut}
    for today in sorted({max(TODAY, day - n * DAY) for day in begins for n in STAGES} | {TODAY}):
        now = at(today)
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        session.expire_all()
        shuts = min((day for day in shut if today <= day <= today + WINDOW), default=None)
        assert told(session, hall, now) == (None if shuts is None else (shuts - today).days)


def refused(session: Session, hall: Cast) -> set[date]:
    """The days of the next ten weeks on which the person is here and refused."""
    who = hall.staff.user_id
    joined = session.get_one(User, who).joined_on or date.min
    days = (TODAY + n * DAY for n in range(70))
    return {day for day in days if day >= joined and barred(session, hall, day)}


def told(session: Session, hall: Cast, now: datetime) -> int | None:
    """In how many days something is lacking, as everybody is told alike; nothing if all is well."""
    today, who = clock.local_day(now, hall.staff.timezone), hall.staff.user_id
    own = own_warning(session, hall.staff, now=now)
    for actor in (hall.lead, hall.officer):
        shown = warnings(session, actor, now=now, most=99).shown
        assert [facts(one) for one in shown if one.row.person.id == who] == [
            facts(one) for one in (own,) if one
        ]
    needs = person_file(session, hall.lead, who, now=now).needs
    wanted = {one.course.id for one in needs if one.cell.light >= Light.SOON}
    for each in needs:
        asked = candidates(
            session, hall.officer, course_id=each.course.id, window_id=None, on=today
        )
        lacking = {one.user_id for one in asked if one.is_lacking}
        assert (who in lacking) == (each.course.id in wanted)
    listed = matrix(
        standing(session, hall.site_id, today), hall.lead, Filters(only_lacking=True, size=None)
    )
    assert any(row.person.id == who for row in listed.rows) == (own is not None)
    if own is None:
        assert not wanted
        return None
    assert len(own.courses) == len(wanted)
    assert own.refused_on == today + own.days_left * DAY
    return own.days_left


def facts(one: Warned) -> tuple[tuple[str, ...], int, date | None]:
    return one.courses, one.days_left, one.refused_on
