"""The end of a drill: who was there, when it was, what is put right afterwards."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills import service
from drills.errors import (
    DayTooFar,
    DrillChanged,
    EndBeforeStart,
    EndMissing,
    NobodyPresent,
    NotThereYet,
    PersonElsewhere,
    ReasonMissing,
    StampImpossible,
    StepNotPossible,
    TimeAhead,
    TooLong,
)
from drills.models import Entry, How, Status, Step
from drills.service import attending
from drills.service.finishing import OnPaper
from safety_app.accounts.models import User
from safety_app.core.errors import NotAllowed, NotFound, TextMissing
from tests.cast import NOW, TODAY, Cast
from tests.drills.cases import brought_to, facts_of, make_drill
from tests.drills.clocks import after, held, moment_of, seconds_of, tablet


def paper(hall: Cast, **changes: Any) -> OnPaper:
    """An hour ago, for ten minutes, with one person."""
    start = NOW - timedelta(hours=1)
    return OnPaper(
        **{
            "started_at": start,
            "ended_at": start + timedelta(minutes=10),
            "present": frozenset({hall.staff.user_id}),
            **changes,
        }
    )


def test_a_drill_with_nobody_present_is_not_finished(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    here.stop(60)
    with pytest.raises(NobodyPresent):
        service.finish(session, hall.lead, drill.id, now=after(70))
    here.absent(hall.staff)
    with pytest.raises(NobodyPresent):
        service.finish(session, hall.lead, drill.id, now=after(410))
    here.sign(hall.second_staff)
    service.finish(session, hall.lead, drill.id, now=after(420))
    assert (drill.status, drill.ended_at) == (Status.HELD, after(60))


def test_a_drill_whose_clock_runs_is_not_finished(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    here.sign(hall.staff, 5)
    with pytest.raises(EndMissing):
        service.finish(session, hall.lead, drill.id, now=after(70))
    service.finish(session, hall.lead, drill.id, ended_at=after(60), now=after(70))
    assert drill.ended_at == after(60)


@pytest.mark.parametrize(
    ("end", "error"),
    [(-60, EndBeforeStart), (0, EndBeforeStart), (7200, TimeAhead), (30, StampImpossible)],
)
def test_an_end_by_hand_lies_after_all_that_happened(
    session: Session, hall: Cast, end: float, error: type[Exception]
) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    here.stamp("alarm", 40)
    here.sign(hall.staff, 45)
    with pytest.raises(error):
        service.finish(session, hall.lead, drill.id, ended_at=after(end), now=after(3600))


def test_a_forgotten_clock_is_no_drill_of_two_days(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    here.sign(hall.staff, 5)
    with pytest.raises(TooLong):
        service.finish(session, hall.lead, drill.id, ended_at=after(90_000), now=after(100_000))
    here.stop(95_000)
    with pytest.raises(TooLong):
        service.finish(session, hall.lead, drill.id, now=after(100_000))
    service.finish(session, hall.lead, drill.id, ended_at=after(600), now=after(100_000))
    assert drill.ended_at == after(600)


def test_a_false_start_is_set_back_with_a_reason(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    here.stamp("alarm", 20)
    with pytest.raises(ReasonMissing):
        service.reset(session, hall.lead, drill.id, reason="", now=after(30))
    service.reset(session, hall.lead, drill.id, reason="误触", now=after(30))
    assert (drill.status, drill.started_at, drill.held_on) == (Status.PLANNED, None, None)
    assert seconds_of(session, drill, "alarm") is None
    outcomes = set(session.scalars(select(Entry.outcome).where(Entry.drill_id == drill.id)))
    assert outcomes == {"reset"}
    here.start(100)
    here.stamp("alarm", 130)
    assert seconds_of(session, drill, "alarm") == 30


def test_a_planned_drill_is_entered_from_paper(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    empty = moment_of(session, drill, "hall_empty")
    facts = paper(hall, seconds={empty.id: 155}, visitors=8)
    service.enter(session, hall.lead, drill.id, facts, now=NOW)
    assert (drill.status, drill.is_by_hand, drill.held_on) == (Status.HELD, True, TODAY)
    assert (seconds_of(session, drill, "hall_empty"), drill.visitors) == (155, 8)
    rows = {row.user_id: row for row in attending.rows_of(session, drill.id)}
    assert rows[hall.staff.user_id].is_present is True
    assert rows[hall.staff.user_id].how == How.PAPER
    assert rows[hall.other_staff.user_id].is_present is False


def changed(**minutes: float) -> dict[str, datetime]:
    return {name: NOW + timedelta(minutes=m) for name, m in minutes.items()}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (changed(ended_at=-61), EndBeforeStart),
        (changed(ended_at=5), TimeAhead),
        (changed(started_at=-3000), TooLong),
        ({"present": frozenset()}, NobodyPresent),
        ({"present": frozenset({999_999})}, NotFound),
    ],
)
def test_a_paper_that_cannot_be_is_refused_and_nothing_is_written(
    session: Session, hall: Cast, changes: dict[str, Any], error: type[Exception]
) -> None:
    drill = make_drill(session, hall)
    with pytest.raises(error), session.begin_nested():
        service.enter(session, hall.lead, drill.id, paper(hall, **changes), now=NOW)
    session.refresh(drill)
    assert (drill.status, drill.started_at) == (Status.PLANNED, None)


@pytest.mark.parametrize(
    ("days", "planned_in", "is_near"),
    [(6 * 365, 0, False), (60, 0, False), (20, 0, True), (10, 20, True), (10, 200, False)],
)
def test_a_planned_drill_is_entered_of_about_its_time(
    session: Session, hall: Cast, days: int, planned_in: int, is_near: bool
) -> None:
    drill = make_drill(session, hall, on=TODAY + timedelta(days=planned_in))
    start = NOW - timedelta(days=days)
    facts = paper(hall, started_at=start, ended_at=start + timedelta(minutes=9))
    if is_near:
        service.enter(session, hall.lead, drill.id, facts, now=NOW)
        return
    with pytest.raises(DayTooFar):
        service.enter(session, hall.lead, drill.id, facts, now=NOW)


def test_nobody_took_part_before_they_came(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    for who, days in ((hall.staff, 1), (hall.second_staff, 0)):
        session.get_one(User, who.user_id).joined_on = TODAY + timedelta(days=days)
    session.flush()
    with pytest.raises(NotThereYet) as refused, session.begin_nested():
        service.enter(session, hall.lead, drill.id, paper(hall), now=NOW)
    assert "王晓燕" in refused.value.message()
    here = frozenset({hall.second_staff.user_id})
    service.enter(session, hall.lead, drill.id, paper(hall, present=here), now=NOW)
    with pytest.raises(NotThereYet):
        attending.tick(session, hall.lead, drill.id, {hall.staff.user_id: True}, now=NOW)


def test_a_milestone_of_paper_lies_within_the_drill(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    empty = moment_of(session, drill, "hall_empty")
    for seconds in (-1, 601):
        with pytest.raises(StampImpossible), session.begin_nested():
            service.enter(
                session, hall.lead, drill.id, paper(hall, seconds={empty.id: seconds}), now=NOW
            )


def test_nobody_is_in_two_places_on_paper_without_a_reason(session: Session, hall: Cast) -> None:
    service.enter(session, hall.lead, make_drill(session, hall).id, paper(hall), now=NOW)
    second = make_drill(session, hall)
    with pytest.raises(PersonElsewhere), session.begin_nested():
        service.enter(session, hall.lead, second.id, paper(hall), now=NOW)
    service.enter(session, hall.lead, second.id, paper(hall, reason="合并演练"), now=NOW)
    assert second.status == Status.HELD


def test_last_years_drill_is_entered_with_the_code_of_its_year(
    session: Session, hall: Cast
) -> None:
    start = NOW - timedelta(days=400)
    old = paper(hall, started_at=start, ended_at=start + timedelta(minutes=20))
    drill = service.enter_new(session, hall.officer, facts_of(hall), old, now=NOW)
    assert (drill.code, drill.held_on) == ("YL-2025-01", (TODAY - timedelta(days=400)))
    with pytest.raises(NotAllowed):
        service.enter_new(session, hall.lead, facts_of(hall), old, now=NOW)


def test_a_time_is_corrected_with_a_reason_before_the_evaluation(
    session: Session, hall: Cast
) -> None:
    drill = held(session, hall, make_drill(session, hall))
    empty = moment_of(session, drill, "hall_empty")
    with pytest.raises(ReasonMissing):
        service.correct_stamp(
            session, hall.lead, drill.id, empty.id, seconds=160, reason=" ", now=NOW
        )
    with pytest.raises(StampImpossible):
        service.correct_stamp(
            session, hall.lead, drill.id, empty.id, seconds=601, reason="漏按", now=NOW
        )
    service.correct_stamp(
        session, hall.lead, drill.id, empty.id, seconds=160, reason="漏按，以录像为准", now=NOW
    )
    assert seconds_of(session, drill, "hall_empty") == 160
    assert moment_of(session, drill, "hall_empty").corrected == "漏按，以录像为准"
    service.take(session, None, drill, Step.EVALUATE, now=NOW)
    with pytest.raises(StepNotPossible):
        service.correct_stamp(
            session, hall.lead, drill.id, empty.id, seconds=None, reason="错", now=NOW
        )


def test_the_record_is_completed_afterwards(session: Session, hall: Cast) -> None:
    drill = held(session, hall, make_drill(session, hall))
    seen = drill.row_version
    words = {"course": "按下手报。", "debrief": "总体良好", "partners": "物业公司"}
    service.write_down(
        session, hall.lead, drill.id, **words, visitors=6, third_parties=-3,
        row_version=seen, now=NOW,
    )  # fmt: skip
    assert (drill.debrief, drill.debriefed_by) == ("总体良好", hall.lead.user_id)
    assert (drill.visitors, drill.third_parties) == (6, 0)
    with pytest.raises(DrillChanged):
        service.write_down(
            session, hall.officer, drill.id, **words, visitors=6, third_parties=0,
            row_version=seen, now=NOW,
        )  # fmt: skip


def test_a_drill_is_reported_to_the_authority(session: Session, hall: Cast) -> None:
    drill = held(session, hall, make_drill(session, hall))
    with pytest.raises(TimeAhead):
        service.report(
            session, hall.manager, drill.id, on=TODAY + timedelta(days=1), to="局", now=NOW
        )
    with pytest.raises(EndBeforeStart):
        service.report(
            session, hall.manager, drill.id, on=TODAY - timedelta(days=1), to="局", now=NOW
        )
    with pytest.raises(TextMissing):
        service.report(session, hall.manager, drill.id, on=TODAY, to=" ", now=NOW)
    service.report(session, hall.manager, drill.id, on=TODAY, to="县应急管理局", now=NOW)
    assert (drill.reported_on, drill.reported_to) == (TODAY, "县应急管理局")
    planned = make_drill(session, hall)
    with pytest.raises(StepNotPossible):
        service.report(session, hall.manager, planned.id, on=TODAY, to="局", now=NOW)


def test_a_drill_that_was_broken_off_is_cancelled_with_a_reason(
    session: Session, hall: Cast
) -> None:
    drill = brought_to(session, make_drill(session, hall), Status.UNDER_WAY)
    service.cancel(session, hall.manager, drill.id, reason="真实警情", now=NOW)
    assert drill.status == Status.CANCELLED
