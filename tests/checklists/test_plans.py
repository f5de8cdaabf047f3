"""Plans and the tasks they make."""

from contextlib import nullcontext
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from checklists import service
from checklists.errors import (
    PlanExists,
    PlanNeedsPlace,
    PlanStartsInPast,
    SlotInvalid,
    UnknownChecklist,
)
from checklists.models import Anchor, Plan, Task
from checklists.recurrence import Moment, Slot
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.workplace import service as workplace
from safety_app.workplace.models import DayKind, OpeningHours, Window
from tests.cast import NOW, TODAY, Cast

FORTNIGHT = TODAY + timedelta(days=13)


def plan(session: Session, hall: Cast, **facts: object) -> Plan:
    """A plan for window A01 from today, unless told otherwise."""
    wanted: dict[str, object] = {
        "site_id": hall.site_id,
        "template_code": "window-daily",
        "window_id": hall.a01,
        "starts_on": TODAY,
        "now": NOW,
    }
    actor = facts.pop("actor", None)
    return service.create_plan(session, actor, **{**wanted, **facts})  # type: ignore[arg-type]


def make(session: Session, hall: Cast, first: date = TODAY, last: date = FORTNIGHT) -> int:
    """Run the job's work."""
    return service.materialise(session, hall.site_id, first=first, last=last, now=NOW)


def dates(session: Session) -> list[date]:
    """The days that have tasks."""
    return list(session.scalars(select(Task.on_date).distinct().order_by(Task.on_date)))


def test_a_fortnight_has_three_tasks_on_each_open_day(session: Session, hall: Cast) -> None:
    plan(session, hall)
    assert make(session, hall) == 30
    assert all(on.weekday() < 5 for on in dates(session))
    task = session.scalars(select(Task).order_by(Task.opens_at)).first()
    assert task
    assert task.opens_at == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    assert task.due_at == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert task.closes_at == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def test_making_tasks_twice_makes_none_twice(session: Session, hall: Cast) -> None:
    plan(session, hall)
    plan(session, hall, template_code="common-daily", window_id=None, location_id=hall.floor)
    assert make(session, hall) == 60
    assert make(session, hall) == 0
    assert session.scalar(select(func.count()).select_from(Task)) == 60


def test_the_next_day_adds_only_its_own_tasks(session: Session, hall: Cast) -> None:
    plan(session, hall)
    make(session, hall)
    tomorrow = TODAY + timedelta(days=1)
    assert make(session, hall, tomorrow, FORTNIGHT + timedelta(days=1)) == 3


def test_days_the_worker_slept_through_become_due(session: Session, hall: Cast) -> None:
    plan(session, hall)
    make(session, hall, TODAY, TODAY)
    later = TODAY + timedelta(days=9)  # Wednesday of next week
    assert make(session, hall, later, later) == 7 * 3
    assert dates(session)[-1] == later


def test_nothing_is_due_before_the_plan_starts(session: Session, hall: Cast) -> None:
    plan(session, hall, starts_on=TODAY + timedelta(days=3))
    make(session, hall)
    assert dates(session)[0] == TODAY + timedelta(days=3)


def test_a_plan_that_begins_beside_an_older_one_owes_nothing_from_before(
    session: Session, hall: Cast
) -> None:
    plan(session, hall)
    make(session, hall)
    plan(session, hall, window_id=hall.a02)
    make(session, hall)
    assert dates(session)[0] == TODAY


def test_a_closed_day_has_no_tasks_and_a_make_up_day_has(session: Session, hall: Cast) -> None:
    plan(session, hall)
    tuesday, saturday = TODAY + timedelta(days=1), TODAY + timedelta(days=5)
    for on, kind in ((tuesday, DayKind.OFF), (saturday, DayKind.WORKDAY)):
        workplace.set_day(session, None, site_id=hall.site_id, on=on, kind=kind, now=NOW)
    make(session, hall)
    assert tuesday not in dates(session)
    assert saturday in dates(session)


def test_a_window_out_of_use_gets_no_tasks(session: Session, hall: Cast) -> None:
    plan(session, hall)
    window = session.get(Window, hall.a01)
    assert window
    window.is_active = False
    session.flush()
    assert make(session, hall) == 0


def test_a_day_closed_afterwards_loses_its_tasks(session: Session, hall: Cast) -> None:
    plan(session, hall)
    make(session, hall)
    tuesday = TODAY + timedelta(days=1)
    site_id = hall.site_id
    for on in (TODAY, tuesday):
        workplace.set_day(session, None, site_id=site_id, on=on, kind=DayKind.OFF, now=NOW)
    for _twice in range(2):
        assert make(session, hall) == 0
        left = session.scalars(select(Task.part).where(Task.on_date == TODAY)).all()
        assert left == ["opening"], "it is open already"
        assert tuesday not in dates(session)
    workplace.set_day(session, None, site_id=site_id, on=tuesday, kind=DayKind.WORKDAY, now=NOW)
    make(session, hall)
    assert tuesday in dates(session)


def test_tasks_ahead_follow_new_opening_hours(session: Session, hall: Cast) -> None:
    plan(session, hall)
    make(session, hall)
    session.execute(update(OpeningHours).values(opens=time(10)))
    for _twice in range(2):
        assert make(session, hall) == 0
        query = select(Task.due_at).where(Task.part == "opening").order_by(Task.due_at).limit(2)
        assert [due.hour for due in session.scalars(query)] == [1, 2], "today's is open already"


def test_a_window_out_of_use_misses_nothing(session: Session, hall: Cast) -> None:
    plan(session, hall)
    make(session, hall)
    window = session.get_one(Window, hall.a01)
    window.is_active = False
    later = NOW + timedelta(days=9)
    for now in (NOW, later):
        day = TODAY + (now - NOW)
        service.materialise(session, hall.site_id, first=day, last=day, now=now)
        assert dates(session) == [], "what nobody has begun is taken back"
    window.is_active = True
    day = TODAY + timedelta(days=9)
    service.materialise(session, hall.site_id, first=day, last=day, now=later)
    assert dates(session) == [day]


def test_another_site_gets_none(session: Session, hall: Cast) -> None:
    plan(session, hall)
    found = service.materialise(session, hall.foreign_site_id, first=TODAY, last=FORTNIGHT, now=NOW)
    assert found == 0


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"template_code": "nothing"}, UnknownChecklist),
        ({"template_code": "common-daily"}, PlanNeedsPlace),
        ({"window_id": None}, PlanNeedsPlace),
        ({"window_id": 999_999}, NotFound),
        ({"starts_on": TODAY - timedelta(days=1)}, PlanStartsInPast),
        (
            {
                "slots": [
                    Slot(
                        "dinner",
                        Moment(Anchor.CLOCK, 0),
                        Moment(Anchor.CLOCK, 0),
                        Moment(Anchor.CLOCK, 0),
                    )
                ]
            },
            SlotInvalid,
        ),
        (
            {
                "slots": [
                    Slot(
                        "opening",
                        Moment(Anchor.CLOCK, 600),
                        Moment(Anchor.CLOCK, 500),
                        Moment(Anchor.CLOCK, 700),
                    )
                ]
            },
            SlotInvalid,
        ),
    ],
)
def test_an_impossible_plan_is_refused(
    session: Session, hall: Cast, facts: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        plan(session, hall, **facts)


def test_the_same_plan_is_refused_a_second_time(session: Session, hall: Cast) -> None:
    plan(session, hall)
    with pytest.raises(PlanExists):
        plan(session, hall)


@pytest.mark.parametrize(
    ("who", "at_a02", "in_the_hall"),
    [
        ("staff", NotAllowed, NotAllowed),
        ("third_party", NotAllowed, NotAllowed),
        ("other_lead", NotAllowed, NotAllowed),
        ("lead", None, NotAllowed),
        ("officer", None, None),
        ("manager", None, None),
        ("administrator", None, None),
        ("foreign_manager", NotFound, NotFound),
    ],
)
def test_a_lead_plans_for_own_windows_and_others_for_the_hall(
    session: Session,
    hall: Cast,
    who: str,
    at_a02: type[Exception] | None,
    in_the_hall: type[Exception] | None,
) -> None:
    actor = getattr(hall, who)
    common = {"template_code": "common-daily", "window_id": None, "location_id": hall.floor}
    for facts, error in (({"window_id": hall.a02}, at_a02), (common, in_the_hall)):
        with pytest.raises(error) if error else nullcontext():
            assert plan(session, hall, actor=actor, **facts).id


def test_own_times_of_a_plan_are_kept(session: Session, hall: Cast) -> None:
    slot = Slot(
        "during",
        Moment(Anchor.CLOCK, 11 * 60),
        Moment(Anchor.CLOCK, 12 * 60),
        Moment(Anchor.CLOCK, 13 * 60),
    )
    plan(session, hall, slots=[slot])
    assert make(session, hall, TODAY, TODAY) == 1
    task = session.scalars(select(Task)).one()
    assert task.due_at == datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
