"""Tasks follow pauses, ends of windows, trials and changed plans; what was begun stays."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import service
from checklists.errors import ChangeTooSoon, PlanEndsInPast, PlanExists, PlanOver
from checklists.models import Plan, Rhythm, Run, Task, Unit
from checklists.recurrence import State, repeated
from checklists.service import Place, Timing
from safety_app.workplace import service as workplace
from safety_app.workplace.models import DayKind, Location, Site
from tests.cast import NOW, TODAY, Cast
from tests.checklists.sheets import Tablet

MONTHLY = Timing(Rhythm.PERIOD, unit=Unit.MONTH)
EVENING = NOW + timedelta(hours=12)
A_DAY = timedelta(days=1)


def add(
    session: Session,
    hall: Cast,
    code: str = "window-daily",
    timing: Timing | None = None,
    starts_on: date = TODAY,
    window_id: int | None = None,
    location_id: int | None = None,
    now: datetime = NOW,
) -> Plan:
    """A plan for A01 and its tasks, unless told otherwise."""
    place = Place(None, location_id) if location_id else Place(window_id or hall.a01)
    return service.add_plans(
        session, None, site_id=hall.site_id, template_code=code, places=[place],
        starts_on=starts_on, timing=timing or Timing(), now=now,
    )[0]  # fmt: skip


def follow(session: Session, hall: Cast, now: datetime = NOW) -> int:
    """What the worker does."""
    return service.follow(session, hall.site_id, now)


def tasks(session: Session, **facts: object) -> list[Task]:
    """The tasks that stand, by time."""
    query = select(Task).filter_by(**facts).order_by(Task.opens_at, Task.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def days(session: Session, **facts: object) -> list[date]:
    """Their nominal days."""
    return sorted({task.on_date for task in tasks(session, **facts)})


def pause(session: Session, hall: Cast, first: date, last: date, now: datetime = NOW) -> int:
    """A01 is being renovated."""
    return workplace.pause_window(
        session,
        None,
        hall.a01,
        site_id=hall.site_id,
        first=first,
        last=last,
        reason="装修",
        now=now,
    ).id


# Pauses


def test_a_paused_window_owes_nothing_and_misses_nothing(session: Session, hall: Cast) -> None:
    add(session, hall)
    friday = TODAY + timedelta(days=4)
    pause(session, hall, TODAY + A_DAY, friday)
    assert days(session)[:2] == [TODAY, TODAY + timedelta(days=7)]
    for day in range(1, 9):
        follow(session, hall, NOW + timedelta(days=day))
    assert days(session)[:2] == [TODAY, TODAY + timedelta(days=7)]


def test_a_pause_that_ends_earlier_gives_the_days_back(session: Session, hall: Cast) -> None:
    add(session, hall)
    pause_id = pause(session, hall, TODAY + A_DAY, TODAY + timedelta(days=20))
    wednesday = NOW + timedelta(days=2)
    workplace.set_pause_end(
        session, None, pause_id, site_id=hall.site_id, last=TODAY + timedelta(days=2), now=wednesday
    )
    assert days(session)[:2] == [TODAY, TODAY + timedelta(days=3)]


def test_what_was_begun_on_a_paused_day_stops_counting(session: Session, hall: Cast) -> None:
    add(session, hall)
    begun = tasks(session)[0]
    tablet = Tablet(session, hall.staff, begun)
    tablet.answer("D07", "P")
    pause(session, hall, TODAY, TODAY)
    (left,) = tasks(session, on_date=TODAY)
    assert (left.id, left.counts) == (begun.id, False)
    (row,) = service.list_tasks(session, hall.staff, day=TODAY, now=EVENING)
    assert row.state is State.EXCUSED


def test_what_was_submitted_before_the_pause_still_counts(session: Session, hall: Cast) -> None:
    add(session, hall)
    tablet = Tablet(session, hall.staff, tasks(session)[0])
    tablet.pass_all()
    tablet.submit()
    pause(session, hall, TODAY, TODAY)
    (left,) = tasks(session, on_date=TODAY)
    assert left.counts


def test_what_was_missed_before_the_pause_stays_missed(session: Session, hall: Cast) -> None:
    add(session, hall)
    afternoon = NOW + timedelta(hours=5)
    pause(session, hall, TODAY, TODAY, now=afternoon)
    (row,) = service.list_tasks(session, hall.staff, day=TODAY, now=afternoon)
    assert (row.part, row.state) == ("opening", State.MISSED)


def test_a_month_with_too_few_days_beside_a_pause_asks_for_nothing(
    session: Session, hall: Cast
) -> None:
    add(session, hall, "lead-monthly", MONTHLY, starts_on=date(2026, 12, 1))
    assert days(session) == [date(2026, 12, 1)]
    pause(session, hall, date(2026, 12, 5), date(2026, 12, 31))
    assert days(session) == []


def test_a_month_that_ends_in_a_pause_is_due_before_it(session: Session, hall: Cast) -> None:
    add(session, hall, "lead-monthly", MONTHLY, starts_on=date(2026, 12, 1))
    pause(session, hall, date(2026, 12, 16), date(2027, 1, 10))
    (task,) = tasks(session)
    assert task.due_on == date(2026, 12, 15)


# Windows and places that go out of use


def test_a_retired_window_owes_nothing_from_its_day_on(session: Session, hall: Cast) -> None:
    add(session, hall)
    add(session, hall, "lead-monthly", MONTHLY, starts_on=date(2026, 12, 1))
    last = TODAY + timedelta(days=8)
    workplace.retire_window(
        session, None, hall.a01, site_id=hall.site_id, on=last + A_DAY, now=NOW
    )  # fmt: skip
    assert days(session, part="opening")[-1] == last
    assert days(session, part="all") == []
    workplace.keep_window(session, None, hall.a01, site_id=hall.site_id, now=NOW)
    assert days(session, part="opening")[-1] > last
    assert days(session, part="all") == [date(2026, 12, 1)]


def test_a_place_no_longer_patrolled_is_still_checked(session: Session, hall: Cast) -> None:
    add(session, hall, "common-daily", location_id=hall.floor)
    quarterly = Timing(Rhythm.PERIOD, unit=Unit.QUARTER)
    add(session, hall, "fire-quarterly", quarterly, location_id=hall.floor)
    session.get_one(Location, hall.floor).is_patrolled = False
    follow(session, hall)
    assert {task.part for task in tasks(session)} == {"all"}
    session.get_one(Location, hall.floor).is_active = False
    follow(session, hall)
    assert tasks(session) == []


# A worker that slept, and plans made late


def test_what_fell_due_while_the_worker_slept_is_missed(session: Session, hall: Cast) -> None:
    add(session, hall)
    add(session, hall, "lead-monthly", MONTHLY)
    before = len(days(session, part="opening"))
    weeks = 9
    later = NOW + timedelta(weeks=weeks)
    follow(session, hall, later)
    found = days(session, part="opening")
    assert len(found) > before
    open_days = [TODAY + timedelta(days=n) for n in range(7 * weeks)]
    wanted = {on for on in open_days if workplace.day(session, hall.site_id, on).is_open}
    assert wanted <= set(found)
    assert days(session, part="all")[:3] == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    rows = service.list_tasks(
        session, hall.lead, first=TODAY, last=TODAY + timedelta(days=60), now=later
    )
    assert {row.state for row in rows} == {State.MISSED}


def test_a_plan_made_in_the_afternoon_owes_no_morning(session: Session, hall: Cast) -> None:
    add(session, hall, now=NOW + timedelta(hours=4))
    assert [task.part for task in tasks(session, on_date=TODAY)] == ["during", "closing"]


# The trial


def test_nothing_counts_before_the_trial_ends(session: Session, hall: Cast) -> None:
    add(session, hall)
    add(session, hall, "lead-monthly", MONTHLY)
    first_day = TODAY + timedelta(days=7)
    site = session.get_one(Site, hall.site_id)
    site.counts_from = first_day
    follow(session, hall)
    for task in tasks(session, part="opening"):
        assert task.counts is (task.on_date >= first_day)
    (november, december) = tasks(session, part="all")
    assert (november.counts, december.counts) == (False, True), "one day is left of November"
    assert follow(session, hall) == 0


def test_a_trial_is_practice_not_a_failure(session: Session, hall: Cast) -> None:
    session.get_one(Site, hall.site_id).counts_from = TODAY + A_DAY
    add(session, hall)
    rows = service.list_tasks(session, hall.staff, day=TODAY, now=NOW + timedelta(hours=20))
    assert {row.state for row in rows} == {State.EXCUSED}


def test_a_trial_set_afterwards_excuses_what_was_missed(session: Session, hall: Cast) -> None:
    add(session, hall)
    tomorrow = NOW + A_DAY
    session.get_one(Site, hall.site_id).counts_from = TODAY + timedelta(days=3)
    follow(session, hall, tomorrow)
    assert not any(task.counts for task in tasks(session, on_date=TODAY))


# Periods and intervals


def test_a_month_is_due_on_its_last_open_day_and_closes_with_it(
    session: Session, hall: Cast
) -> None:
    add(session, hall, "lead-monthly", MONTHLY)
    november, december = tasks(session)
    assert (november.on_date, november.due_on) == (date(2026, 11, 1), date(2026, 11, 30))
    assert november.opens_at == datetime(2026, 11, 22, 16, tzinfo=UTC), "on the day it starts"
    assert november.due_at == datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert november.closes_at == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert (december.opens_at, december.doer) == (november.closes_at, "lead")
    workplace.set_day(
        session, None, site_id=hall.site_id, on=date(2026, 11, 30), kind=DayKind.OFF, now=NOW
    )
    (november, _december) = tasks(session)
    assert november.due_on == date(2026, 11, 27), "it is open already and moves nevertheless"
    assert november.closes_at == datetime(2026, 11, 30, 16, tzinfo=UTC)


def test_an_interval_counts_from_the_last_time_it_was_done(session: Session, hall: Cast) -> None:
    plan = add(session, hall, timing=Timing(Rhythm.INTERVAL, every_days=10))
    nominal = TODAY + timedelta(days=9)
    assert days(session) == [nominal]
    first = tasks(session, part="during")[0]
    assert first.opens_at <= NOW, "nothing was done yet, so it may be done at once"
    tablet = Tablet(session, hall.staff, first)
    tablet.pass_all()
    tablet.submit()
    for other in ("opening", "closing"):
        tablet = Tablet(session, hall.staff, tasks(session, part=other, on_date=nominal)[0])
        tablet.pass_all()
        tablet.submit()
    follow(session, hall)
    assert days(session) == [nominal, TODAY + timedelta(days=10)]
    assert all(task.plan_id == plan.id for task in tasks(session))
    assert follow(session, hall) == 0


def test_a_missed_interval_counts_from_the_day_it_was_due(session: Session, hall: Cast) -> None:
    add(session, hall, timing=Timing(Rhythm.INTERVAL, every_days=10))
    task = tasks(session)[0]
    follow(session, hall, task.closes_at)
    assert days(session) == [task.on_date, task.on_date + timedelta(days=10)]
    following = tasks(session, on_date=task.on_date + timedelta(days=10))[0]
    assert following.opens_at == task.closes_at, "it closes when the next opens"


@pytest.mark.parametrize("part", ["opening", "closing"])
def test_every_part_of_an_interval_waits_for_the_slowest(
    session: Session, hall: Cast, part: str
) -> None:
    add(session, hall, timing=Timing(Rhythm.INTERVAL, every_days=10))
    tablet = Tablet(session, hall.staff, tasks(session, part=part)[0])
    tablet.pass_all()
    tablet.submit()
    follow(session, hall)
    assert len(days(session)) == 1


def test_a_repeated_part_covers_the_opening_hours(session: Session, hall: Cast) -> None:
    timing = Timing(slots=(repeated("during", 90),))
    add(session, hall, "common-daily", timing, location_id=hall.floor)
    today = tasks(session, on_date=TODAY + A_DAY)
    assert [task.slot for task in today] == [0, 1, 2, 3, 4, 5]
    assert today[0].opens_at == datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert today[-1].closes_at == datetime(2026, 11, 24, 9, tzinfo=UTC)
    gaps = [b.opens_at - a.closes_at for a, b in pairwise(today)]
    assert set(gaps) == {timedelta()}


def test_a_place_round_the_clock_is_patrolled_round_the_clock(session: Session, hall: Cast) -> None:
    workplace.set_opening_hours(
        session, None, site_id=hall.site_id, location_id=hall.floor,
        hours=dict.fromkeys(range(7), ((time(0), time(0)),)), now=NOW,
    )  # fmt: skip
    timing = Timing(slots=(repeated("during", 120),))
    add(session, hall, "common-daily", timing, location_id=hall.floor)
    saturday = TODAY + timedelta(days=5)
    found = tasks(session, on_date=saturday)
    assert len(found) == 12
    assert found[-1].closes_at == tasks(session, on_date=saturday + A_DAY)[0].opens_at


# Changes by people


def test_a_changed_plan_holds_from_its_day_on(session: Session, hall: Cast) -> None:
    plan = add(session, hall)
    from_on = TODAY + timedelta(days=7)
    timing = Timing(slots=(repeated("during", 60),))
    new = service.change_plan(
        session, hall.lead, plan.id, site_id=hall.site_id, from_on=from_on, timing=timing, now=NOW
    )
    assert new.id != plan.id and plan.ends_on == from_on - A_DAY
    assert days(session, plan_id=plan.id)[-1] == from_on - timedelta(days=3)
    assert days(session, plan_id=new.id)[0] == from_on
    assert {task.part for task in tasks(session, plan_id=new.id)} == {"during"}


def test_a_change_back_before_it_holds_leaves_one_plan(session: Session, hall: Cast) -> None:
    plan = add(session, hall, starts_on=TODAY + timedelta(days=7))
    new = service.change_plan(
        session, None, plan.id, site_id=hall.site_id, from_on=TODAY + timedelta(days=7),
        timing=Timing(slots=(repeated("during", 60),)), now=NOW,
    )  # fmt: skip
    assert new.id == plan.id
    assert {task.part for task in tasks(session)} == {"during"}


def test_todays_patrols_stay_as_they_were_planned(session: Session, hall: Cast) -> None:
    plan = add(session, hall)
    with pytest.raises(ChangeTooSoon):
        service.change_plan(
            session, None, plan.id, site_id=hall.site_id, from_on=TODAY, timing=Timing(), now=NOW
        )


def test_an_ended_plan_owes_nothing_more_and_may_go_on(session: Session, hall: Cast) -> None:
    plan = add(session, hall)
    facts = {"site_id": hall.site_id, "now": NOW}
    with pytest.raises(PlanEndsInPast):
        service.end_plan(session, None, plan.id, last_on=TODAY - A_DAY, **facts)  # type: ignore[arg-type]
    service.end_plan(session, None, plan.id, last_on=TODAY, **facts)  # type: ignore[arg-type]
    assert days(session) == [TODAY]
    service.resume_plan(session, None, plan.id, starts_on=TODAY, **facts)  # type: ignore[arg-type]
    assert len(days(session)) == 25
    service.end_plan(session, None, plan.id, last_on=TODAY, **facts)  # type: ignore[arg-type]
    later = {**facts, "now": NOW + timedelta(days=3)}
    with pytest.raises(PlanOver):
        service.end_plan(session, None, plan.id, last_on=TODAY + timedelta(days=9), **later)  # type: ignore[arg-type]
    back = TODAY + timedelta(days=3)
    new = service.resume_plan(session, None, plan.id, starts_on=back, **later)  # type: ignore[arg-type]
    assert new.id != plan.id
    assert days(session)[:2] == [TODAY, back], "the days between are not owed"
    with pytest.raises(PlanExists):
        service.resume_plan(session, None, plan.id, starts_on=back, **later)  # type: ignore[arg-type]


def test_a_large_hall_is_made_in_batches_the_nearest_days_first(
    session: Session, hall: Cast
) -> None:
    for window_id in (hall.a01, hall.a02, hall.a03):
        service.create_plan(
            session, None, site_id=hall.site_id, template_code="window-daily",
            window_id=window_id, starts_on=TODAY, now=NOW,
        )  # fmt: skip
    last = TODAY + timedelta(days=34)
    facts = {"first": TODAY, "last": last, "now": NOW, "most": 10}
    made: list[int] = []
    while not made or made[-1]:
        made.append(service.materialise(session, hall.site_id, **facts))  # type: ignore[arg-type]
        if len(made) == 1:
            assert days(session) == [TODAY, TODAY + A_DAY]
    assert made == [18] * 12 + [9, 0]
    assert session.scalars(select(Run)).all() == []


def test_an_open_check_cannot_be_put_off_by_ending_and_resuming_its_plan(
    session: Session, hall: Cast
) -> None:
    first, end = datetime(2026, 11, 2, 1, tzinfo=UTC), datetime(2026, 11, 25, 1, tzinfo=UTC)
    plan = add(session, hall, "lead-monthly", MONTHLY, starts_on=first.date(), now=first)
    ids = {"site_id": hall.site_id}
    service.end_plan(session, hall.lead, plan.id, last_on=end.date(), now=end, **ids)
    again = end + A_DAY
    service.resume_plan(session, hall.lead, plan.id, starts_on=again.date(), now=again, **ids)
    owed = select(Task.id).where(
        Task.plan_id == plan.id, Task.on_date == date(2026, 11, 1), Task.counts
    )
    assert session.scalars(owed).all(), "November's check was open already"


QUARTERLY = Timing(Rhythm.PERIOD, unit=Unit.QUARTER)


def owed(session: Session, code: str = "lead-monthly") -> list[date]:
    """The periods for which the tasks of a checklist at A01 stand, whatever the plan."""
    query = select(Task.on_date).join(Plan, Plan.id == Task.plan_id)
    return sorted(session.scalars(query.where(Plan.template_code == code)))


@pytest.mark.parametrize("done", [True, False])
def test_a_period_is_not_owed_twice_because_the_plan_has_changed(
    session: Session, hall: Cast, done: bool
) -> None:
    begin, change = datetime(2026, 11, 2, 1, tzinfo=UTC), datetime(2026, 11, 10, 1, tzinfo=UTC)
    plan = add(session, hall, "lead-monthly", MONTHLY, starts_on=begin.date(), now=begin)
    if done:
        task = session.scalars(select(Task).where(Task.on_date == date(2026, 11, 1))).one()
        run = Run(
            site_id=hall.site_id, task_id=task.id, part_id=task.part_id, window_id=hall.a01,
            answers="P", opened_at=begin, opened_by=hall.lead.user_id, submitted_at=begin,
            submitted_by=hall.lead.user_id,
        )  # fmt: skip
        session.add(run)
        session.flush()
    service.change_plan(
        session,
        hall.lead,
        plan.id,
        site_id=hall.site_id,
        from_on=change.date() + A_DAY,
        timing=MONTHLY,
        now=change,
    )
    assert owed(session) == [date(2026, 11, 1), date(2026, 12, 1)]


def test_a_shorter_period_waits_for_the_open_check_of_the_longer_one(
    session: Session, hall: Cast
) -> None:
    begin, change = datetime(2026, 10, 9, 1, tzinfo=UTC), datetime(2026, 12, 23, 1, tzinfo=UTC)
    plan = add(session, hall, "lead-monthly", QUARTERLY, starts_on=begin.date(), now=begin)
    service.change_plan(
        session,
        hall.lead,
        plan.id,
        site_id=hall.site_id,
        from_on=change.date() + A_DAY,
        timing=MONTHLY,
        now=change,
    )
    assert owed(session) == [date(2026, 10, 1), date(2027, 1, 1)]
