"""What waits on Today: the same next step as on the board, and to whom."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from drills import service
from drills.models import Drill, Status, Step
from drills.service import attending, listing, problems, years
from drills.service.next_steps import Todo
from drills.service.waiting import due_soon, waiting
from hazards.service import Level
from safety_app.core.access import Actor
from safety_app.workplace import service as workplace
from tests.cast import NOW, TODAY, Cast
from tests.drills.cases import brought_to, make_drill
from tests.drills.clocks import held
from tests.drills.plans.documents import make_plan

LATER = NOW + timedelta(hours=2)


def todos(session: Session, actor: Actor) -> list[tuple[str, Todo]]:
    return [(one.drill.code, one.todo) for one in waiting(session, actor, LATER)]


def of_every_kind(session: Session, hall: Cast) -> list[Drill]:
    """One drill in each state in which something is to be done, and quiet ones."""
    made = [make_drill(session, hall, on=TODAY + timedelta(days=40 * n)) for n in range(3)]
    made.append(make_drill(session, hall, on=TODAY + timedelta(days=1)))
    made.append(make_drill(session, hall, on=TODAY + timedelta(days=2)))
    service.notify(session, hall.officer, made[-1].id, audience="全体", text="演练", now=NOW)
    made.append(held(session, hall, make_drill(session, hall)))
    for at, status in enumerate((Status.UNDER_WAY, Status.CANCELLED, Status.CLOSED), start=1):
        made.append(brought_to(session, make_drill(session, hall), status, now=NOW))
        made[-1].held_on = TODAY if at != 2 else None
    for what in ("", "广播听不清"):
        drill = held(session, hall, make_drill(session, hall), at=1200 if what else 2400)
        if what:
            problems.add_hazard(
                session, hall.officer, drill.id, what=what, level=Level.MINOR, now=LATER
            )
        service.take(session, None, drill, Step.EVALUATE, now=LATER)
        made.append(drill)
    made[-2].debrief = "总体良好"
    session.flush()
    return made


def test_today_says_of_each_drill_what_the_board_says(session: Session, hall: Cast) -> None:
    of_every_kind(session, hall)
    found = years.year_of(session, hall.site_id, 2026, years.just_after(LATER))
    board = listing.pressing(listing.rows(session, hall.site_id, found, LATER))
    assert sorted(todos(session, hall.manager)) == sorted((row.code, row.todo) for row in board)
    said = {todo for _code, todo in todos(session, hall.manager)}
    assert {
        Todo.RUNNING,
        Todo.HOLD,
        Todo.EVALUATE,
        Todo.ANNOUNCE,
        Todo.FOLLOW_UP,
        Todo.CLOSE,
    } <= said


def test_an_operator_is_told_what_the_authority_must_hear_even_of_a_closed_drill(
    session: Session, hall: Cast
) -> None:
    plan_id = make_plan(session, hall).id
    drill = held(session, hall, make_drill(session, hall, plan_ids=(plan_id,)))
    for step in (Step.EVALUATE, Step.CLOSE):
        service.take(session, None, drill, step, now=LATER)
    assert todos(session, hall.manager) == []
    workplace.site(session, hall.site_id).business_operator = True
    session.flush()
    assert todos(session, hall.manager) == [(drill.code, Todo.REPORT)]
    service.report(session, hall.manager, drill.id, on=TODAY, to="应急管理局", now=LATER)
    assert todos(session, hall.manager) == []


def test_only_who_sees_to_a_drill_or_takes_part_today_hears_of_it(
    session: Session, hall: Cast
) -> None:
    one_window = make_drill(session, hall, window_id=hall.a03, commander_id=None)
    code = one_window.code
    for actor, hears in (
        (hall.manager, True), (hall.officer, True), (hall.other_lead, True),
        (hall.other_staff, True), (hall.staff, False), (hall.lead, False),
    ):  # fmt: skip
        assert ([code] == [one for one, _todo in todos(session, actor)]) is hears, actor.name
    held(session, hall, one_window, present=(hall.other_staff,), by=hall.other_lead)
    assert todos(session, hall.other_staff) == []
    assert todos(session, hall.other_lead) == [(code, Todo.EVALUATE)]


@pytest.mark.parametrize(
    ("on", "is_soon"),
    [
        (date(2027, 5, 30), False), (date(2027, 5, 31), True), (date(2027, 6, 30), True),
        (date(2027, 7, 1), False), (date(2027, 11, 30), False), (date(2027, 12, 1), True),
    ],
)  # fmt: skip
def test_the_end_of_a_period_is_told_a_month_ahead(
    session: Session, hall: Cast, on: date, is_soon: bool
) -> None:
    then = NOW.replace(year=on.year, month=on.month, day=on.day)
    found = due_soon(session, hall.manager, then)
    assert (found is not None) is is_soon
    make_drill(session, hall, on=on + timedelta(days=0), now=then - timedelta(hours=1))
    assert due_soon(session, hall.manager, then) is None


def test_a_quiet_hall_costs_one_question(session: Session, hall: Cast) -> None:
    make_drill(session, hall, on=TODAY + timedelta(days=90))
    asked: list[str] = []
    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", lambda *args: asked.append(args[2]))
    assert waiting(session, hall.manager, LATER) == []
    assert due_soon(session, hall.manager, LATER) is None
    assert len(asked) == 1


@pytest.mark.parametrize(("days", "seen"), [(1, True), (14, True), (15, False)])
def test_who_takes_part_sees_a_drill_once_it_was_announced(
    session: Session, hall: Cast, days: int, seen: bool
) -> None:
    drill = make_drill(session, hall, on=TODAY + timedelta(days=days))
    there = sorted(attending.expected(session, drill, drill.planned_on))
    assert hall.staff.user_id in there
    assert todos(session, hall.staff) == []
    service.notify(session, hall.officer, drill.id, audience="全体", text="演练", now=NOW)
    assert todos(session, hall.staff) == ([(drill.code, Todo.WAIT)] if seen else [])
    service.reschedule(
        session, hall.officer, drill.id, planned_on=TODAY + timedelta(days=days + 2), reason="雨",
        now=NOW,
    )  # fmt: skip
    assert todos(session, hall.staff) == []
