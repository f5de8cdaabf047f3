"""What asks more of people takes hold once they are warned; days gone by stay as they were."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from drills.training import service
from drills.training.asking import refuses_more
from drills.training.errors import GateTooSoon, RequirementTooSoon
from drills.training.grid import Light
from drills.training.models import Course, CourseKind, GatePeriod, Occasion, Requirement, Who
from drills.training.pages import tiles
from drills.training.service import shortages
from drills.training.service.course_keeping import (
    CourseFacts,
    RequirementFacts,
    add_course,
    add_requirement,
    change_requirement,
    end_requirement,
    offer_course,
    outlook,
)
from drills.training.service.courses import follow, requirements_of
from drills.training.service.matrix import coverage_of, row_of, standing
from drills.training.service.month import month_of
from drills.training.service.on_post import on_post
from drills.training.service.rules import intervals, rules
from drills.training.service.session_views import candidates
from drills.training.service.views import own_warning, person_file, warnings
from safety_app.core import clock
from safety_app.core.db import Database
from safety_app.core.feature import Period
from safety_app.core.horizon import TooFarAhead
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Duty, UnitKind
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.drills.training.lessons import course, here_since, only, passed, requirement
from tests.drills.training.test_papers import As
from tests.screens import open_page, text_of

DAY: Final = timedelta(days=1)
LATER: Final = TODAY + 30 * DAY
"""The first day of what asks more from today on."""
YEARLY: Final = RequirementFacts(
    who=Who.EVERYBODY, occasion=Occasion.PERIODIC, interval_months=12, public_months=6
)
PAST: Final = (TODAY - 40 * DAY, TODAY - 20 * DAY, TODAY - DAY)


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(shortages, "FEW", 1)


@pytest.fixture
def gated(session: Session, hall: Cast) -> Session:
    """The gate has been on for long; everybody passed fire safety nine months ago, nothing else."""
    here_since(session, hall)
    only(session, hall, "FIRE")
    everybody = {one.user_id for one in hall.everyone().values()} | {
        one.user_id for one in (hall.second_staff, hall.other_staff, hall.other_lead)
    }
    day = TODAY - 275 * DAY
    for user_id in sorted(everybody):
        passed(session, hall, user_id, "FIRE", day, now=at(day))
    session.add(
        GatePeriod(
            site_id=hall.site_id, starts_on=date(2025, 1, 6), grace_days=90,
            set_by=hall.manager.user_id, set_at=datetime(2025, 1, 5, 4, tzinfo=UTC),
        )
    )  # fmt: skip
    for on in (*PAST, TODAY):
        session.add(
            Duty(site_id=hall.site_id, user_id=hall.staff.user_id, on_date=on, window_id=hall.a01)
        )
    session.flush()
    return session


def at(day: date) -> datetime:
    return datetime.combine(day, time(4), UTC)


def gathers(session: Session, hall: Cast, is_so: bool, on: date = TODAY) -> None:
    site = workplace.site(session, hall.site_id)
    workplace.set_profile(
        session, hall.administrator, site_id=hall.site_id, unit_kind=UnitKind(site.unit_kind),
        key_fire_unit=site.key_fire_unit, public_gathering=is_so,
        crowded_place=site.crowded_place, business_operator=site.business_operator, now=at(on),
    )  # fmt: skip
    session.expire_all()


def change(session: Session, hall: Cast, on: date = TODAY, **facts: object) -> Requirement:
    newest = session.scalars(
        select(Requirement)
        .where(Requirement.course_id == course(session, hall, "FIRE").id)
        .where(Requirement.occasion == Occasion.PERIODIC, Requirement.last.is_(None))
    ).one()
    wanted = replace(YEARLY, **facts)  # type: ignore[arg-type]
    return change_requirement(session, hall.manager, newest.id, wanted, now=at(on))


def add(session: Session, hall: Cast, on: date = TODAY, **facts: object) -> Requirement:
    made = session.scalar(select(Course).where(Course.code == "AED")) or add_course(
        session, hall.officer, "AED", CourseFacts("AED 使用培训", CourseKind.SPECIAL), now=at(on)
    )
    wanted = replace(RequirementFacts(who=Who.EVERYBODY, occasion=Occasion.NEW), **facts)  # type: ignore[arg-type]
    return add_requirement(session, hall.officer, made.id, wanted, now=at(on))


def shipped_anew(session: Session, hall: Cast) -> None:
    """An update brings a requirement that the hall does not know yet."""
    course_id = course(session, hall, "PRE-CENTRE").id
    for one in session.scalars(select(Requirement).where(Requirement.course_id == course_id)):
        session.delete(one)
    session.flush()
    follow(session, hall.site_id, NOW)


CHANGES: Final[Mapping[str, Callable[[Session, Cast], object]]] = {
    "the public gathers": lambda session, hall: gathers(session, hall, True),
    "shorter": lambda session, hall: change(session, hall, interval_months=6),
    "of another role": lambda session, hall: add(session, hall, who=Who.ROLE, who_value="staff"),
    "another course": add,
    "an update": shipped_anew,
}
SAID: Final = {
    "the public gathers": "消防安全培训",
    "shorter": "消防安全培训",
    "of another role": "AED 使用培训",
    "another course": "AED 使用培训",
}


def barred(session: Session, hall: Cast, on: date, user_id: int | None = None) -> bool:
    who = hall.staff.user_id if user_id is None else user_id
    return workplace.find_bar(session, hall.site_id, who, on) is not None


def seen_of(session: Session, hall: Cast, on: date) -> list[object]:
    """All that pages and papers say of who is covered on a day."""
    found = standing(session, hall.site_id, on)
    whole = coverage_of(found)
    post = on_post(session, hall.manager, on, now=NOW)
    zone = "Asia/Shanghai"
    first = on.replace(day=1)
    begins, ends = (clock.at_local(day, time(), zone) for day in (first, on + DAY))
    month = month_of(session, hall.site_id, None, Period(first, on, begins, ends, NOW, zone))
    return [
        (whole.whole, whole.of, [(one.code, *n) for one, *n in whole.courses]),
        found.grid.lights.tolist(),
        (post.lacking, post.coverage.whole, post.coverage.of),
        (month.unfit, month.coverage.whole, month.is_clean, len(month.lacking)),
        workplace.on_duty(session, hall.site_id, on, hall.a01),
        barred(session, hall, on),
    ]


@pytest.mark.parametrize("name", CHANGES)
def test_a_day_gone_by_stays_as_it_was(gated: Session, hall: Cast, name: str) -> None:
    before = [seen_of(gated, hall, on) for on in PAST]
    CHANGES[name](gated, hall)
    gated.expire_all()
    assert [seen_of(gated, hall, on) for on in PAST] == before


@pytest.mark.parametrize("name", CHANGES)
def test_nobody_who_might_serve_yesterday_is_refused_before_thirty_days(
    gated: Session, hall: Cast, name: str
) -> None:
    CHANGES[name](gated, hall)
    gated.expire_all()
    days = [TODAY - DAY, TODAY, LATER - DAY, LATER, LATER + DAY]
    assert [barred(gated, hall, on) for on in days] == [False, False, False, True, True]
    found = workplace.roster(gated, hall.site_id, TODAY - DAY, LATER + DAY)
    assert [bool(found.barred(hall.staff.user_id, on)) for on in days] == [
        barred(gated, hall, on) for on in days
    ]


@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize(
    ("days", "left", "tone"),
    [(0, 30, "yellow"), (16, 14, "orange"), (27, 3, "red"), (30, 0, "red")],
)  # fmt: skip
def test_people_are_warned_thirty_fourteen_and_three_days_before(
    gated: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch, name: str, days: int, left: int,
    tone: str,
) -> None:  # fmt: skip
    assert own_warning(gated, hall.staff, now=NOW) is None
    CHANGES[name](gated, hall)
    gated.expire_all()
    now = at(TODAY + days * DAY)
    monkeypatch.setattr(clock, "now", lambda: now)
    found = own_warning(gated, hall.staff, now=now)
    assert found is not None
    assert (found.days_left, tiles.tone_of(found), found.courses) == (left, tone, (SAID[name],))
    assert found.refused_on == LATER
    told = warnings(gated, hall.lead, now=now, most=9)
    assert "王晓燕" in {one.row.person.name for one in told.shown}
    assert bool(told.lacking) == (left == 0)


def test_the_list_of_whom_to_train_names_them_and_coverage_does_not_count_them_yet(
    gated: Session, hall: Cast
) -> None:
    before = coverage_of(standing(gated, hall.site_id, TODAY))
    row = add(gated, hall)
    found = standing(gated, hall.site_id, TODAY)
    assert coverage_of(found) == before
    mine = row_of(found, hall.staff.user_id)
    assert mine is not None
    assert [(cell.light, cell.needed_from) for cell in mine.pressing] == [(Light.SOON, LATER)]
    asked = candidates(gated, hall.officer, course_id=row.course_id, window_id=None, on=TODAY)
    lacking = {one.user_id for one in asked if one.is_lacking}
    assert {hall.staff.user_id, hall.lead.user_id, hall.other_lead.user_id} <= lacking
    needs = person_file(gated, hall.staff, hall.staff.user_id, now=NOW).needs
    assert [(one.course.code, one.cell.needed_from) for one in needs] == [
        ("FIRE", None),
        ("AED", LATER),
    ]


@pytest.mark.parametrize(
    ("valid", "days", "bare"),
    [
        (None, 0, None),
        (29, 0, 30),
        (30, 0, None),
        (35, 5, None),
        (35, 6, 36),
        (35, 29, 36),
    ],
)
def test_a_pass_that_ends_around_the_first_day_is_warned_of_as_any_other(
    gated: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch, valid: int | None, days: int,
    bare: int | None,
) -> None:  # fmt: skip
    add(gated, hall)
    until = None if valid is None else TODAY + valid * DAY
    passed(gated, hall, hall.staff.user_id, "AED", valid_until=until)
    now = at(TODAY + days * DAY)
    monkeypatch.setattr(clock, "now", lambda: now)
    found = own_warning(gated, hall.staff, now=now)
    told = None if found is None else (found.refused_on, found.days_left)
    assert told == (None if bare is None else (TODAY + bare * DAY, bare - days))


def test_where_the_public_gathers_no_more_the_longer_interval_holds_at_once(
    gated: Session, hall: Cast
) -> None:
    gathers(gated, hall, True, TODAY - 60 * DAY)
    days = [TODAY - 31 * DAY, TODAY - 30 * DAY, TODAY - DAY, TODAY]
    assert [barred(gated, hall, on) for on in days] == [False, True, True, True]
    gathers(gated, hall, False)
    assert [barred(gated, hall, on) for on in days] == [False, True, True, False]


def test_a_tick_taken_back_in_time_refuses_nobody(gated: Session, hall: Cast) -> None:
    gathers(gated, hall, True)
    gathers(gated, hall, False, TODAY + 20 * DAY)
    assert not any(barred(gated, hall, TODAY + n * DAY) for n in range(60))
    gathers(gated, hall, True, TODAY + 40 * DAY)
    gathers(gated, hall, False, TODAY + 41 * DAY)
    gathers(gated, hall, True, TODAY + 41 * DAY)
    days = [TODAY + n * DAY for n in (69, 70)]
    assert [barred(gated, hall, on) for on in days] == [False, True]


@pytest.mark.parametrize(
    ("usual", "publicly", "changes", "expected"),
    [
        (12, 6, (), [(None, 12)]),
        (12, 6, (0,), [(None, 12), (30, 6)]),
        (12, 6, (0, 29), [(None, 12)]),
        (12, 6, (0, 30), [(None, 12)]),
        (12, 6, (0, 31), [(None, 12), (30, 6), (31, 12)]),
        (12, 6, (0, 10, 20), [(None, 12), (50, 6)]),
        (12, None, (0, 40), [(None, 12)]),
        (12, 12, (0, 40), [(None, 12)]),
        (6, 12, (0,), [(None, 6), (0, 12)]),
        (6, 12, (0, 5), [(None, 6), (0, 12), (35, 6)]),
        (6, 12, (0, 5, 20), [(None, 6), (0, 12)]),
    ],
)
def test_the_interval_follows_the_profile(
    usual: int, publicly: int | None, changes: tuple[int, ...],
    expected: list[tuple[int | None, int]],
) -> None:  # fmt: skip
    row = Requirement(interval_months=usual, public_months=publicly)
    said = [(date.min, False)]
    said += [(TODAY + n * DAY, at % 2 == 0) for at, n in enumerate(changes)]
    days = [
        (None if first == date.min else (first - TODAY).days, months)
        for first, months in intervals(row, said)
    ]
    assert days == expected


@pytest.mark.parametrize("periods", ["none", "over", "far", "taken back"])
def test_where_no_gate_is_near_it_holds_from_today(
    gated: Session, hall: Cast, periods: str
) -> None:
    gated.execute(update(GatePeriod).values(last=TODAY - DAY))
    if periods in ("far", "taken back"):
        starts = TODAY + (31 if periods == "far" else 10) * DAY
        service.set_gate(gated, hall.manager, starts_on=starts, now=NOW)
    if periods == "taken back":
        service.end_gate(gated, hall.manager, now=NOW)
    before = [seen_of(gated, hall, on) for on in PAST]
    assert add(gated, hall).first == TODAY
    assert change(gated, hall, interval_months=6).first == TODAY
    gated.expire_all()
    assert [seen_of(gated, hall, on) for on in PAST] == before


def test_a_gate_that_is_to_come_within_the_days_of_warning_counts(
    gated: Session, hall: Cast
) -> None:
    gated.execute(update(GatePeriod).values(last=TODAY - DAY))
    service.set_gate(gated, hall.manager, starts_on=LATER, now=NOW)
    assert add(gated, hall).first == LATER


def end_gate(session: Session, hall: Cast, on: date) -> None:
    service.end_gate(session, hall.manager, now=at(on))
    session.expire_all()


def first_days(session: Session, hall: Cast, on: date) -> date:
    """The first day for which the gate can be set on a day."""
    for n in range(40):
        try:
            with session.begin_nested():
                service.set_gate(session, hall.manager, starts_on=on + n * DAY, now=at(on))
        except GateTooSoon:
            continue
        return on + n * DAY
    pytest.fail("never")


@pytest.mark.parametrize("ago", [0, 1, 12, 29, 30, 45])
@pytest.mark.parametrize("what", ["new", "shorter", "an update"])
def test_what_became_stricter_while_the_gate_was_off_refuses_nobody_unwarned(
    gated: Session, hall: Cast, ago: int, what: str
) -> None:
    changed = TODAY - ago * DAY
    end_gate(gated, hall, changed)
    if what == "new":
        assert add(gated, hall, changed).first == changed
    elif what == "shorter":
        assert change(gated, hall, changed, interval_months=6).first == changed
    else:
        course_id = course(gated, hall, "PRE-CENTRE").id
        for one in gated.scalars(select(Requirement).where(Requirement.course_id == course_id)):
            gated.delete(one)
        gated.flush()
        follow(gated, hall.site_id, at(changed))
    expected = max(TODAY, changed + 30 * DAY)
    assert first_days(gated, hall, TODAY) == expected
    gated.expire_all()
    assert barred(gated, hall, expected)
    assert not any(barred(gated, hall, changed + n * DAY) for n in range(30))


def test_a_gate_to_come_is_not_moved_before_people_are_warned(gated: Session, hall: Cast) -> None:
    end_gate(gated, hall, TODAY)
    service.set_gate(gated, hall.manager, starts_on=TODAY + 31 * DAY, now=NOW)
    assert add(gated, hall).first == TODAY
    assert first_days(gated, hall, TODAY + DAY) == LATER


UNASKED: Final[Mapping[str, Mapping[str, Any]]] = {
    "longer": {"interval_months": 24, "public_months": 12},
    "other words": {"rule": "本中心规定"},
    "gates nobody": {"interval_months": 6, "gates": False},
}


@pytest.mark.parametrize("facts", UNASKED.values(), ids=UNASKED)
def test_what_asks_no_more_lets_the_gate_begin_at_once(
    gated: Session, hall: Cast, facts: Mapping[str, Any]
) -> None:
    end_gate(gated, hall, TODAY)
    change(gated, hall, **facts)
    assert first_days(gated, hall, TODAY) == TODAY


def test_what_was_told_while_the_gate_was_on_lets_it_begin_again_at_once(
    gated: Session, hall: Cast
) -> None:
    told = TODAY - 32 * DAY
    assert change(gated, hall, told, interval_months=6).first == TODAY - 2 * DAY
    end_gate(gated, hall, TODAY)
    change(gated, hall, interval_months=6, rule="本中心规定")
    assert first_days(gated, hall, TODAY) == TODAY


def test_words_changed_later_hide_no_stricter_requirement(gated: Session, hall: Cast) -> None:
    end_gate(gated, hall, TODAY - 20 * DAY)
    change(gated, hall, TODAY - 20 * DAY, interval_months=6)
    change(gated, hall, TODAY - 5 * DAY, interval_months=6, rule="本中心规定")
    assert first_days(gated, hall, TODAY) == TODAY + 10 * DAY


def test_what_was_eased_again_keeps_no_gate_waiting(gated: Session, hall: Cast) -> None:
    end_gate(gated, hall, TODAY - 20 * DAY)
    change(gated, hall, TODAY - 20 * DAY, interval_months=6)
    change(gated, hall, TODAY - 5 * DAY)
    added = add(gated, hall, TODAY - 5 * DAY)
    end_requirement(gated, hall.officer, added.id, now=NOW)
    assert first_days(gated, hall, TODAY) == TODAY


def test_the_first_gate_warns_by_itself(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    only(session, hall, "FIRE")
    add(session, hall)
    assert first_days(session, hall, TODAY) == TODAY


@sqlite_only
def test_the_form_of_the_gate_says_from_when_on_it_may_be_on_again(
    database: Database, hall: Cast
) -> None:
    with database.transaction() as session:
        here_since(session, hall)
        only(session, hall, "FIRE")
        service.set_gate(session, hall.manager, starts_on=TODAY - 3 * DAY, now=at(TODAY - 3 * DAY))
        end_gate(session, hall, TODAY - 2 * DAY)
    told = "停用把关期间培训要求有所提高。为保证提前 30 天提醒相关人员，上岗把关最早可自"
    assert told not in " ".join(text_of(open_page(hall.manager, "training-gate")))
    with database.transaction() as session:
        add(session, hall, TODAY - 2 * DAY)
    page = open_page(hall.manager, "training-gate")
    assert told + "2026年12月21日起启用。" in " ".join(text_of(page))
    assert page.date_input(key="gate.on").value == LATER
    page.date_input(key="gate.on").set_value(date(2026, 12, 20))
    next(one for one in page.button if one.label == "设定启用日期").click().run()
    assert "不能选2026年12月20日，请选择2026年12月21日至" in " ".join(text_of(page))


OLD: Final = replace(YEARLY, joined_from=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("new", "old", "more"),
    [
        ({}, {}, False),
        ({"rule": "本中心规定"}, {}, False),
        ({"interval_months": 11}, {}, True),
        ({"interval_months": 13}, {}, False),
        ({"public_months": 5}, {}, True),
        ({"public_months": None}, {}, False),
        ({"interval_months": 24, "public_months": 3}, {}, True),
        ({"gates": False, "interval_months": 1}, {}, False),
        ({}, {"gates": False}, True),
        ({"joined_from": None}, {}, True),
        ({"joined_from": date(2025, 12, 31)}, {}, True),
        ({"joined_from": date(2026, 1, 2)}, {}, False),
        ({"joined_from": date(2026, 1, 2)}, {"joined_from": None}, False),
        ({"who": Who.ROLE, "who_value": "staff"}, {}, False),
        ({"who": Who.ROLE, "who_value": "administrator"}, {}, True),
        ({"who": Who.ROLE, "who_value": "third_party"}, {}, True),
        ({"who": Who.POST, "who_value": "消防控制室值班员"}, {}, True),
        ({"who": Who.THIRD_PARTY}, {}, True),
        ({}, {"who": Who.ROLE, "who_value": "staff"}, True),
        (
            {"who": Who.ROLE, "who_value": "lead"},
            {"who": Who.ROLE, "who_value": "staff"},
            True,
        ),
        (
            {"who": Who.ROLE, "who_value": "lead"},
            {"who": Who.ROLE, "who_value": "lead"},
            False,
        ),
        ({"occasion": Occasion.NEW}, {}, True),
    ],
)
def test_what_asks_more(new: dict[str, object], old: dict[str, object], more: bool) -> None:
    wanted, held = (replace(OLD, **facts) for facts in (new, old))  # type: ignore[arg-type]
    assert refuses_more(wanted, held) is more
    assert refuses_more(wanted, None) is wanted.gates


def test_what_asks_less_holds_at_once(gated: Session, hall: Cast) -> None:
    fresh = change(gated, hall, interval_months=18)
    assert fresh.first == TODAY
    assert change(gated, hall, interval_months=9, on=TODAY + DAY).first == LATER + DAY


def periods_of(session: Session, hall: Cast) -> list[tuple[date | None, date | None, int | None]]:
    """The days of the yearly requirement and what it was and becomes, those that ever hold."""
    rows = session.scalars(
        select(Requirement)
        .where(Requirement.site_id == hall.site_id)
        .where(Requirement.code == "FIRE/periodic/everybody")
        .order_by(Requirement.id)
    )
    return [
        (one.first, one.last, one.interval_months)
        for one in rows
        if (one.first or date.min) <= (one.last or date.max)
    ]


def test_a_change_to_come_is_replaced_and_never_two_hold_on_a_day(
    gated: Session, hall: Cast
) -> None:
    first = change(gated, hall, interval_months=6)
    assert periods_of(gated, hall) == [(None, LATER - DAY, 12), (LATER, None, 6)]
    again = change(gated, hall, interval_months=8, on=TODAY + 3 * DAY)
    assert again.id == first.id
    assert periods_of(gated, hall) == [(None, LATER - DAY, 12), (LATER, None, 8)], "told before"
    change(gated, hall, interval_months=7, on=TODAY + 5 * DAY)
    later = LATER + 5 * DAY
    assert periods_of(gated, hall) == [(None, later - DAY, 12), (later, None, 7)]
    change(gated, hall, interval_months=12, on=TODAY + 9 * DAY)
    taken = TODAY + 9 * DAY
    assert periods_of(gated, hall) == [(None, taken - DAY, 12), (taken, None, 12)]
    for n in range(60):
        assert len(requirements_of(gated, hall.site_id, TODAY + n * DAY)) == 1
    assert not any(barred(gated, hall, TODAY + n * DAY) for n in range(60))


def test_a_slip_of_the_same_day_is_put_right_at_once(gated: Session, hall: Cast) -> None:
    change(gated, hall, interval_months=24)
    fresh = change(gated, hall, interval_months=12)
    assert (fresh.first, fresh.interval_months) == (TODAY, 12)
    change(gated, hall, interval_months=10)
    assert periods_of(gated, hall)[1:] == [(TODAY, LATER - DAY, 12), (LATER, None, 10)]


def test_a_change_of_one_that_is_new_and_to_come(gated: Session, hall: Cast) -> None:
    row = add(gated, hall)
    assert row.first == LATER

    def change_it(on: date, **facts: object) -> Requirement:
        wanted = replace(RequirementFacts(who=Who.EVERYBODY, occasion=Occasion.NEW), **facts)  # type: ignore[arg-type]
        return change_requirement(gated, hall.manager, row.id, wanted, now=at(on))

    assert change_it(TODAY + 4 * DAY, rule="本中心规定").first == LATER
    assert change_it(TODAY + 4 * DAY, who=Who.ROLE, who_value="staff").first == LATER
    assert change_it(TODAY + 5 * DAY).first == LATER + 5 * DAY, "more people than were told"
    assert change_it(TODAY + 6 * DAY, gates=False).first == TODAY + 6 * DAY


@pytest.mark.parametrize("way", ["ended", "course"])
def test_what_is_ended_ends_at_once_with_what_was_to_become_of_it(
    gated: Session, hall: Cast, way: str
) -> None:
    row = change(gated, hall, interval_months=6)
    if way == "ended":
        end_requirement(gated, hall.manager, row.id, now=NOW)
    else:
        offer_course(
            gated, hall.manager, row.course_id, is_active=False, ends_requirements=True, now=NOW
        )
    assert periods_of(gated, hall) == [(None, TODAY - DAY, 12)]
    assert not any(
        rule.holds(TODAY + n * DAY)
        for rule in rules(gated, hall.site_id).rules
        if rule.occasion is Occasion.PERIODIC
        for n in (0, 29, 30, 400)
    )


def test_a_later_day_may_be_chosen_but_no_earlier_one(gated: Session, hall: Cast) -> None:
    row = requirement(gated, hall, "FIRE/periodic/everybody")
    shorter = replace(YEARLY, interval_months=6)

    def save(first: date) -> Requirement:
        return change_requirement(gated, hall.officer, row.id, shorter, first=first, now=NOW)

    with pytest.raises(RequirementTooSoon):
        save(LATER - DAY)
    with pytest.raises(TooFarAhead):
        save(TODAY + 800 * DAY)
    fresh = save(LATER + 9 * DAY)
    assert fresh.first == LATER + 9 * DAY
    kept = change_requirement(gated, hall.officer, fresh.id, shorter, now=at(TODAY + DAY))
    assert kept.first == LATER + 9 * DAY, "what was told stays"


def test_the_outlook_counts_who_will_lack_it_on_the_day(gated: Session, hall: Cast) -> None:
    row = requirement(gated, hall, "FIRE/periodic/everybody")

    def look(**facts: object) -> tuple[date, int, bool]:
        wanted = replace(YEARLY, **facts)  # type: ignore[arg-type]
        found = outlook(gated, hall.officer, row.course_id, wanted, row.id, now=NOW)
        return found.first, found.lacking, found.refuses

    everybody = len(standing(gated, hall.site_id, TODAY).grid.user_ids) - 2
    assert look() == (TODAY, 0, True)
    assert look(interval_months=6) == (LATER, everybody, True)
    passed(gated, hall, hall.staff.user_id, "FIRE")
    assert look(interval_months=6) == (LATER, everybody - 1, True)
    assert look(interval_months=6, gates=False) == (TODAY, everybody - 1, False)
    assert look(interval_months=6, joined_from=TODAY) == (LATER, 0, True)
    assert periods_of(gated, hall) == [(None, None, 12)], "looking changes nothing"


def test_an_update_waits_for_thirty_days_where_the_gate_is_on(gated: Session, hall: Cast) -> None:
    shipped_anew(gated, hall)
    rows = gated.scalars(
        select(Requirement).where(Requirement.course_id == course(gated, hall, "PRE-CENTRE").id)
    ).all()
    assert rows and {row.first for row in rows if row.gates} == {LATER}


@sqlite_only
def test_the_page_tells_the_day_and_how_many_before_and_after(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        here_since(session, hall)
        only(session, hall, "FIRE")
        service.set_gate(session, hall.manager, starts_on=TODAY, now=NOW)
        fire = course(session, hall, "FIRE").id
        row_id = requirement(session, hall, "FIRE/periodic/everybody").id
        for user_id in (hall.staff.user_id, hall.lead.user_id):
            passed(session, hall, user_id, "FIRE", TODAY - 100 * DAY)
    address = {"id": str(fire), "do": "need", "need": str(row_id)}
    page = open_page(hall.officer, "training-courses", **address)
    page.number_input(key=f"need.{row_id}.interval").set_value(6)
    said = " ".join(text_of(page.run()))
    told = "自2026年12月23日起执行，届时 5 人缺此项，未参训的不得上岗。"
    assert told in said
    page = page.button(key="course.need.save").click().run()
    said = " ".join(text_of(page))
    assert told in said
    assert "每 12 个月一次" in said and "至 2026-12-22" in said
    assert "每 6 个月一次" in said and "2026-12-23 起执行" in said
    with database.transaction() as session:
        gathers(session, hall, True)
        add(session, hall)
    said = " ".join(text_of(open_page(hall.officer, "training-courses")))
    assert "每 12 个月一次" in said and "2026-12-23 起执行" in said
    mine = " ".join(text_of(open_page(hall.staff, "training")))
    assert "即将必训 2026-12-23 起必训" in mine
    paper = As(hall.staff).get(f"/training/person/{hall.staff.user_id}.pdf")
    assert "2026-12-23起必训" in paper.text.replace(" ", "")
