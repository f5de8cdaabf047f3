"""The stopwatch: stamps that are never doubled, never lost, taken back only in time."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills import service
from drills.entries import Outcome
from drills.errors import ClockUnknown, OtherDay, StepNotPossible
from drills.models import Attendance, Entry, EntryKind, Status
from drills.service import attending, clock
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed
from tests.cast import NOW, TODAY, Cast
from tests.drills.cases import brought_to, make_drill
from tests.drills.clocks import after, moment_of, seconds_of, tablet


def test_a_start_begins_the_drill_and_names_who_is_expected(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    kept = tablet(session, drill, hall.lead).start(2)
    assert (kept.outcome, kept.message) == (Outcome.KEPT, "")
    assert (drill.status, drill.started_at, drill.held_on) == (Status.UNDER_WAY, after(2), TODAY)
    expected = set(
        session.scalars(select(Attendance.user_id).where(Attendance.drill_id == drill.id))
    )
    assert {hall.staff.user_id, hall.other_staff.user_id, hall.officer.user_id} <= expected
    assert hall.foreign_manager.user_id not in expected


def test_a_drill_of_one_window_expects_its_people_and_the_commander(
    session: Session, hall: Cast
) -> None:
    drill = make_drill(session, hall, window_id=hall.a03)
    tablet(session, drill, hall.lead).start()
    expected = session.execute(
        select(Attendance.user_id, Attendance.window_id).where(Attendance.drill_id == drill.id)
    )
    assert {tuple(row) for row in expected} == {
        (hall.other_staff.user_id, hall.a03),
        (hall.other_lead.user_id, hall.a03),
        (hall.lead.user_id, None),
    }


def test_a_tap_stamps_the_seconds_from_the_start(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start(10)
    assert here.stamp("alarm", 35.25).outcome is Outcome.KEPT
    assert seconds_of(session, drill, "alarm") == 25.25


def test_the_same_tap_sent_twice_counts_once_and_answers_alike(
    session: Session, hall: Cast
) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    first = here.stamp("alarm", 20, key="stamp-alarm-1")
    again = here.stamp("alarm", 20, arrives=300, key="stamp-alarm-1")
    assert first == again
    entries = session.scalars(select(Entry).where(Entry.kind == EntryKind.STAMP)).all()
    assert len(entries) == 1


def test_a_milestone_stamped_twice_keeps_the_first_and_says_so(
    session: Session, hall: Cast
) -> None:
    drill = make_drill(session, hall)
    here, there = tablet(session, drill, hall.lead), tablet(session, drill, hall.officer)
    here.start()
    here.stamp("hall_empty", 150)
    second = there.stamp("hall_empty", 160)
    assert second.outcome is Outcome.KEPT_FIRST
    assert "李敏" in second.message and "09:06:30" in second.message
    assert seconds_of(session, drill, "hall_empty") == 150


def test_what_was_tapped_first_without_a_network_is_the_first(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here, there = tablet(session, drill, hall.lead), tablet(session, drill, hall.officer)
    here.start()
    here.stamp("hall_empty", 160)
    late = there.stamp("hall_empty", 150, arrives=400)
    assert late.outcome is Outcome.EARLIER
    assert seconds_of(session, drill, "hall_empty") == 150


def test_two_starts_are_one_drill(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here, there = tablet(session, drill, hall.lead), tablet(session, drill, hall.officer)
    here.start(0)
    joined = there.start(4)
    assert joined.outcome is Outcome.JOINED and "李敏" in joined.message
    assert drill.started_at == after(0)


def test_the_earliest_start_wins_and_nothing_stamped_before_the_later_one_is_lost(
    session: Session, hall: Cast
) -> None:
    drill = make_drill(session, hall)
    away, here = tablet(session, drill, hall.lead), tablet(session, drill, hall.officer)
    here.start(7)
    here.stamp("announcement", 30)
    first = away.send(EntryKind.START, 0, arrives=60)
    assert first.outcome is Outcome.BEGUN_EARLIER and "09:04:00" in first.message
    for code, at in (("alarm", 3), ("call_119", 5)):
        assert away.stamp(code, at, arrives=61).outcome is Outcome.KEPT
    assert drill.started_at == after(0)
    times = [seconds_of(session, drill, one) for one in ("alarm", "call_119", "announcement")]
    assert times == [3, 5, 30]
    joined = here.start(70)
    assert joined.outcome is Outcome.JOINED and "李敏" in joined.message


def test_what_came_before_a_start_that_is_moved_back_counts_then(
    session: Session, hall: Cast
) -> None:
    drill = make_drill(session, hall)
    away, here = tablet(session, drill, hall.lead), tablet(session, drill, hall.officer)
    here.start(10)
    assert away.stamp("alarm", 4, arrives=20).outcome is Outcome.BEFORE_START
    assert away.stamp("call_119", 8, arrives=20).outcome is Outcome.KEPT
    assert seconds_of(session, drill, "call_119") == 0
    away.send(EntryKind.START, 1, arrives=21)
    assert [seconds_of(session, drill, one) for one in ("alarm", "call_119")] == [3, 7]


def test_an_earlier_start_counts_until_the_drill_is_evaluated(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    away, here = tablet(session, drill, hall.lead), tablet(session, drill, hall.officer)
    here.start(7)
    here.sign(hall.staff, 100)
    here.stop(300)
    service.finish(session, hall.officer, drill.id, now=after(310))
    empty = moment_of(session, drill, "hall_empty")
    service.correct_stamp(
        session, hall.officer, drill.id, empty.id, seconds=93, reason="以录像为准", now=after(311)
    )
    assert away.send(EntryKind.START, 0, arrives=400).outcome is Outcome.BEGUN_EARLIER
    away.stamp("hall_empty", 150, arrives=401)
    assert seconds_of(session, drill, "hall_empty") == 100
    service.take(session, None, drill, service.Step.EVALUATE, now=after(800))
    assert away.send(EntryKind.START, -5, arrives=900).outcome is Outcome.OVER
    assert drill.started_at == after(0)


def test_a_start_that_was_set_back_begins_nothing_when_it_arrives_late(
    session: Session, hall: Cast
) -> None:
    drill = make_drill(session, hall)
    away, here = tablet(session, drill, hall.lead), tablet(session, drill, hall.officer)
    here.start(0)
    service.reset(session, hall.officer, drill.id, reason="误触", now=after(30))
    late = away.send(EntryKind.START, 10, arrives=40)
    assert late.outcome is Outcome.RESET and late.message
    assert drill.status == Status.PLANNED
    here.start(60)
    assert away.send(EntryKind.START, 20, arrives=70).outcome is Outcome.RESET
    assert drill.started_at == after(60)


def test_a_stamp_is_taken_back_within_two_minutes(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    here.stamp("alarm", 20, key="stamp-alarm-1")
    assert here.undo("alarm", 140, of="stamp-alarm-1").outcome is Outcome.UNDONE
    assert seconds_of(session, drill, "alarm") is None
    here.stamp("alarm", 150, key="stamp-alarm-2")
    assert here.undo("alarm", 271, of="stamp-alarm-2").outcome is Outcome.TOO_LATE
    assert seconds_of(session, drill, "alarm") == 150


def test_taking_back_the_first_leaves_the_second_ones_time(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here, there = tablet(session, drill, hall.lead), tablet(session, drill, hall.officer)
    here.start()
    here.stamp("alarm", 20, key="stamp-alarm-1")
    there.stamp("alarm", 45)
    here.undo("alarm", 50, of="stamp-alarm-1")
    assert seconds_of(session, drill, "alarm") == 45
    assert here.undo("alarm", 60, of="stamp-alarm-1").outcome is Outcome.NOTHING


def test_taking_back_the_own_second_tap_leaves_the_first(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here, there = tablet(session, drill, hall.lead), tablet(session, drill, hall.officer)
    here.start()
    here.stamp("alarm", 20)
    there.stamp("alarm", 45, key="stamp-second")
    there.undo("alarm", 50, of="stamp-second")
    assert seconds_of(session, drill, "alarm") == 20


@pytest.mark.parametrize(
    ("at", "outcome", "seconds"),
    [(-10, Outcome.BEFORE_START, None), (-2, Outcome.KEPT, 0), (601, Outcome.AFTER_END, None)],
)
def test_a_stamp_lies_between_start_and_end(
    session: Session, hall: Cast, at: float, outcome: Outcome, seconds: float | None
) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start(0)
    here.stop(600)
    assert here.stamp("alarm", at, arrives=650).outcome is outcome
    assert seconds_of(session, drill, "alarm") == seconds


def test_a_clock_that_runs_ahead_stamps_now_and_not_later(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    here.stamp("alarm", 3600, arrives=30)
    assert seconds_of(session, drill, "alarm") == 30


def test_nothing_is_stamped_before_the_start(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    assert tablet(session, drill, hall.lead).stamp("alarm", 5).outcome is Outcome.NOT_BEGUN
    assert seconds_of(session, drill, "alarm") is None


def test_a_milestone_of_another_drill_is_not_stamped(session: Session, hall: Cast) -> None:
    drill, other = make_drill(session, hall), make_drill(session, hall)
    here, there = tablet(session, drill, hall.lead), tablet(session, other, hall.lead)
    here.start()
    there.start()
    strange = service.moments_of(session, other.id)[0]
    kept = here.send(EntryKind.STAMP, 10, milestone_id=strange.id)
    assert kept.outcome is Outcome.UNKNOWN
    assert here.send(EntryKind.STAMP, 10).outcome is Outcome.UNKNOWN
    assert seconds_of(session, other, "alarm") is None


def test_stopping_and_going_on(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here, there = tablet(session, drill, hall.lead), tablet(session, drill, hall.officer)
    here.start()
    here.stop(300)
    assert there.stop(310).outcome is Outcome.JOINED
    ends = [drill.ended_at]
    here.send(EntryKind.GO_ON, 320)
    ends.append(drill.ended_at)
    here.stamp("hall_empty", 400)
    there.stop(350)
    assert [*ends, drill.ended_at] == [after(300), None, after(400)]


def test_what_was_tapped_in_its_course_may_arrive_after_its_end(
    session: Session, hall: Cast
) -> None:
    drill = make_drill(session, hall)
    here, there = tablet(session, drill, hall.lead), tablet(session, drill, hall.officer)
    here.start()
    here.sign(hall.staff)
    here.stop(600)
    service.finish(session, hall.lead, drill.id, now=after(700))
    assert there.stamp("head_count", 290, arrives=900).outcome is Outcome.KEPT
    assert seconds_of(session, drill, "head_count") == 290


def test_after_the_evaluation_nothing_counts_any_more_and_is_kept_all_the_same(
    session: Session, hall: Cast
) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    brought = [here.sign(hall.staff), here.stop(600)]
    assert {one.outcome for one in brought} == {Outcome.KEPT}
    service.finish(session, hall.lead, drill.id, now=after(700))
    service.take(session, None, drill, service.Step.EVALUATE, now=after(800))
    late = here.stamp("alarm", 20, arrives=900)
    assert late.outcome is Outcome.OVER and late.message
    assert seconds_of(session, drill, "alarm") is None
    assert session.scalar(select(Entry.outcome).where(Entry.client_key == here.keys[-1])) == (
        Outcome.OVER
    )


def test_a_drill_of_another_day_is_not_started(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall, on=TODAY + timedelta(days=1))
    with pytest.raises(OtherDay):
        clock.open_clock(session, hall.lead, drill.code, now=NOW)


def test_a_start_that_arrives_on_the_next_day_is_of_the_day_on_which_it_was_tapped(
    session: Session, hall: Cast
) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.send(EntryKind.START, 0, arrives=20 * 3600)
    assert (drill.held_on, drill.started_at) == (TODAY, NOW)
    other = make_drill(session, hall)
    there = tablet(session, other, hall.lead)
    assert there.send(EntryKind.START, 20 * 3600).outcome is Outcome.NOT_TODAY
    assert other.status == Status.PLANNED


@pytest.mark.parametrize("status", [Status.HELD, Status.CLOSED, Status.CANCELLED])
def test_no_clock_is_opened_for_a_drill_that_is_over(
    session: Session, hall: Cast, status: Status
) -> None:
    drill = brought_to(session, make_drill(session, hall), status)
    with pytest.raises(StepNotPossible):
        clock.open_clock(session, hall.lead, drill.code, now=NOW)


def test_staff_who_have_no_part_open_no_clock(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    with pytest.raises(NotAllowed):
        clock.open_clock(session, hall.staff, drill.code, now=NOW)


def test_a_lead_holds_the_drills_of_the_own_window_or_command_alone(
    session: Session, hall: Cast
) -> None:
    def may(person: Actor, **changes: Any) -> bool:
        drill = make_drill(session, hall, **{"commander_id": None, **changes})
        return service.may(session, person, drill, service.Step.START)

    assert may(hall.other_lead, window_id=hall.a03)
    assert may(hall.other_lead, window_id=hall.a01, commander_id=hall.other_lead.user_id)
    assert may(hall.other_lead, owner_id=hall.other_lead.user_id)
    assert not may(hall.other_lead, window_id=hall.a01)
    assert not may(hall.other_lead)
    assert all(may(person) for person in (hall.officer, hall.manager))


def test_a_lead_with_no_part_in_it_changes_nothing_of_it(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    with pytest.raises(NotAllowed):
        service.reset(session, hall.other_lead, drill.id, reason="误触", now=after(5))
    here.sign(hall.staff, 10)
    here.stop(60)
    with pytest.raises(NotAllowed):
        service.finish(session, hall.other_lead, drill.id, now=after(70))
    service.finish(session, hall.lead, drill.id, now=after(70))
    service.take(session, None, drill, service.Step.EVALUATE, now=after(80))
    marks = {hall.second_staff.user_id: False}
    with pytest.raises(NotAllowed):
        attending.tick(session, hall.other_lead, drill.id, marks, now=after(90))


def test_a_reload_keeps_the_token_of_the_same_person_alone(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    assert tablet(session, drill, hall.lead, held=here.token).token == here.token
    assert tablet(session, drill, hall.officer, held=here.token).token != here.token
    other = make_drill(session, hall)
    assert tablet(session, other, hall.lead, held=here.token).token != here.token
    assert tablet(session, drill, hall.lead, held="made up").token != "made up"


def test_a_token_of_nobody_writes_nothing(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.token = "made-up"
    with pytest.raises(ClockUnknown):
        here.start()
    assert drill.status == Status.PLANNED


def test_from_a_lost_tablet_nothing_is_taken_any_more(session: Session, hall: Cast) -> None:
    device, _cookie = accounts.enrol_device(
        session, None, site_id=hall.site_id, name="公用平板 09", window_ids=[], now=NOW
    )
    drill = make_drill(session, hall)
    lost = tablet(session, drill, replace(hall.lead, device_id=device.id))
    other = tablet(session, drill, hall.lead)
    accounts.revoke_device(session, hall.administrator, device.id, NOW)
    with pytest.raises(ClockUnknown):
        lost.start()
    assert other.start().outcome is Outcome.KEPT


TAPS = st.lists(
    st.tuples(st.booleans(), st.sampled_from(["alarm", "hall_empty"]), st.integers(20, 100)),
    max_size=8,
)


@settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(taps=TAPS, first=st.booleans(), starts=st.tuples(st.integers(0, 20), st.integers(0, 20)))
def test_whatever_two_tablets_send_the_earliest_tap_stands(
    session: Session,
    hall: Cast,
    taps: list[tuple[bool, str, int]],
    first: bool,
    starts: tuple[int, int],
) -> None:
    drill = make_drill(session, hall)
    people: dict[bool, Actor] = {True: hall.lead, False: hall.officer}
    tablets = {who: tablet(session, drill, person) for who, person in people.items()}
    for who, at in zip((first, not first), starts, strict=True):
        tablets[who].send(EntryKind.START, at, arrives=150)
    for who, code, at in taps:
        tablets[who].stamp(code, at, arrives=200)
    begun = min(starts)
    assert drill.started_at == after(begun)
    for code in ("alarm", "hall_empty"):
        wanted = [at - begun for _who, one, at in taps if one == code]
        assert seconds_of(session, drill, code) == min(wanted, default=None)
