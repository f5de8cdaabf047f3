"""Each task is counted in one month and no other, and a month that is over never changes."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import comparison
from checklists.models import Kind, PaperForm, Plan, Rhythm, Run, Task, TemplatePart
from checklists.record import Place, lines, tally
from checklists.service.figures import (
    Counts,
    count_unsigned,
    list_missed,
    of_kind,
    place_counts,
    total,
)
from safety_app.core import clock
from safety_app.core.feature import Period
from tests.cast import TODAY, Cast
from tests.checklists.checks import make_check
from tests.factories import make_task

ZONE = "Asia/Shanghai"
A_DAY = timedelta(days=1)
MONTHS = [(2026, month) for month in range(8, 13)] + [(2027, month) for month in range(1, 5)]
BEGIN = datetime(2026, 9, 1, tzinfo=UTC)


def period(year: int, month: int) -> Period:
    """A month, as known when it ended."""
    start, end = clock.month_bounds(year, month, ZONE)
    last = clock.local_day(end - timedelta.resolution, ZONE)
    return Period(date(year, month, 1), last, start, end, end, ZONE)


def counted(session: Session, hall: Cast, year: int, month: int) -> Counts:
    """All of a month's report."""
    one = period(year, month)
    facts = {"first": one.first, "last": one.last, "cutoff": one.cutoff}
    missed = list_missed(session, hall.site_id, None, **facts)  # type: ignore[arg-type]
    found = total(place_counts(session, hall.site_id, None, **facts))  # type: ignore[arg-type]
    assert len(missed) == found.missed, "the list and the figure agree"
    return found


def check_due(session: Session, hall: Cast, due_on: date, closes_on: date) -> Task:
    """A check that is due in the afternoon of a day and closes when another begins."""
    task = make_check(session, hall)
    task.due_on = due_on
    task.due_at = clock.at_local(due_on, time(17), ZONE)
    task.closes_at = clock.at_local(closes_on, time(), ZONE)
    task.opens_at = task.due_at - timedelta(days=5)
    task.on_date = due_on - timedelta(days=5)
    session.flush()
    return task


def test_a_monthly_check_nobody_did_is_missed_in_its_month(session: Session, hall: Cast) -> None:
    check_due(session, hall, date(2026, 11, 30), date(2026, 12, 1))
    assert counted(session, hall, 2026, 11).missed == 1
    assert counted(session, hall, 2026, 12) == Counts()


def test_what_closes_in_the_next_month_is_missed_there(session: Session, hall: Cast) -> None:
    check_due(session, hall, date(2026, 10, 31), date(2026, 11, 2))
    assert counted(session, hall, 2026, 10) == Counts()
    assert counted(session, hall, 2026, 11).missed == 1
    a01 = Place(hall.a01, None, "A01", "A01")
    facts = {"first": date(2026, 11, 1), "last": date(2026, 11, 30), "kind": Kind.CHECK}
    now = clock.at_local(date(2026, 12, 1), time(), ZONE)
    found = lines(session, hall.site_id, a01, now=now, **facts)  # type: ignore[arg-type]
    assert tally(found).missed == 1, "the record of the month says the same"


def test_what_closes_weeks_later_is_missed_there(session: Session, hall: Cast) -> None:
    check_due(session, hall, date(2026, 9, 20), date(2026, 12, 12))
    found = {month: counted(session, hall, 2026, month).due for month in (9, 10, 11, 12)}
    assert found == {9: 0, 10: 0, 11: 0, 12: 1}


def test_checks_are_not_counted_among_the_patrols_of_a_window(session: Session, hall: Cast) -> None:
    make_task(session, hall)
    check_due(session, hall, date(2026, 11, 30), date(2026, 12, 1))
    november = period(2026, 11)
    compared = comparison.build(session, hall.site_id, november)
    facts = {"first": november.first, "last": november.last, "cutoff": november.cutoff}
    parts = place_counts(session, hall.site_id, None, **facts)  # type: ignore[arg-type]
    patrols = total(of_kind(parts, Kind.PATROL))
    assert sum(one.numbers[0] for one in compared.standings.values()) == patrols.due == 3
    assert "检查未完成" in compared.standings[hall.a01].why[-1]


_tasks = st.lists(
    st.tuples(
        st.integers(0, 150 * 24),  # due, in hours
        st.sampled_from([0, 1, 6, 30, 200, 1500]),  # open so long afterwards
        st.none() | st.integers(-100, 1600),  # handed in so long afterwards
        st.booleans(),
    ),
    max_size=8,
)


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(given_tasks=_tasks)
def test_over_the_months_every_task_is_counted_once(
    session: Session, hall: Cast, given_tasks: list[tuple[int, int, int | None, bool]]
) -> None:
    with session.begin_nested() as nested:
        part = session.scalars(select(TemplatePart).order_by(TemplatePart.id)).first()
        assert part is not None
        sheets = 0
        for at, (due, grace, handed_in, counts) in enumerate(given_tasks):
            plan = Plan(
                site_id=hall.site_id, template_code="x", window_id=hall.a01, starts_on=TODAY,
                rhythm=Rhythm.DAILY if grace < 30 else Rhythm.INTERVAL,
            )  # fmt: skip
            session.add(plan)
            session.flush()
            due_at = BEGIN + timedelta(hours=due)
            due_on = clock.local_day(due_at, ZONE)
            task = Task(
                site_id=hall.site_id, plan_id=plan.id, part_id=part.id, part=part.code, slot=at,
                window_id=hall.a01, on_date=due_on, due_on=due_on, counts=counts,
                opens_at=due_at - timedelta(days=5), due_at=due_at,
                closes_at=due_at + timedelta(hours=grace),
            )  # fmt: skip
            session.add(task)
            session.flush()
            if handed_in is not None:
                submitted_at = min(due_at + timedelta(hours=handed_in), task.closes_at)
                sheets += counts
                session.add(
                    Run(
                        site_id=hall.site_id, task_id=task.id, part_id=part.id, answers="",
                        window_id=hall.a01, opened_at=due_at, opened_by=hall.staff.user_id,
                        submitted_at=submitted_at - timedelta(minutes=1),
                    )
                )  # fmt: skip
        session.flush()
        found = [counted(session, hall, *month) for month in MONTHS]
        assert sum(one.due for one in found) == sum(one[3] for one in given_tasks)
        assert sum(one.completed for one in found) == sheets
        in_months = Counter(
            missed.task_id
            for month in (period(*one) for one in MONTHS)
            for missed in list_missed(
                session, hall.site_id, None, first=month.first, last=month.last, cutoff=month.cutoff
            )
        )
        assert set(in_months.values()) <= {1}
        unsigned = sum(
            count_unsigned(
                session, hall.site_id, None, first=month.first, last=month.last, cutoff=month.cutoff
            )
            for month in (period(*one) for one in MONTHS)
        )
        assert unsigned == sheets
        nested.rollback()


def test_paper_of_a_patrol_that_no_longer_counts_is_not_due(session: Session, hall: Cast) -> None:
    task = make_task(session, hall)
    session.add(
        PaperForm(
            site_id=hall.site_id, task_id=task.id, walked_by=hall.staff.user_id,
            handed_in_by=hall.staff.user_id, handed_in_at=task.closes_at,
            confirmed_by=hall.lead.user_id, confirmed_at=task.closes_at,
        )
    )  # fmt: skip
    session.flush()
    assert counted(session, hall, 2026, 11) == Counts(missed=2, paper=1)
    task.counts = False
    session.flush()
    assert counted(session, hall, 2026, 11) == Counts(missed=2, excused=1)
