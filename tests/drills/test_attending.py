"""Who was there: signed, ticked, from paper; nobody in two places, nobody made up."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills import service, subjects
from drills.entries import Ink, Outcome, Tap
from drills.errors import (
    LastPresent,
    NobodyPresent,
    NobodyThere,
    PersonElsewhere,
    ReasonMissing,
    SignedAlready,
    StepNotPossible,
)
from drills.models import Attendance, Entry, EntryKind, How, Status, Step
from drills.service import attending, clock, problems
from safety_app.accounts.service import Typed
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from tests.cast import NOW, TODAY, Cast
from tests.drills.cases import brought_to, make_drill
from tests.drills.clocks import after, held, tablet


def row_of(session: Session, drill_id: int, person: Actor) -> Attendance:
    query = select(Attendance).where(
        Attendance.drill_id == drill_id, Attendance.user_id == person.user_id
    )
    return session.scalars(query.execution_options(populate_existing=True)).one()


def test_a_signature_on_the_tablet_proves_presence(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    assert here.sign(hall.staff, 300).outcome is Outcome.KEPT
    row = row_of(session, drill.id, hall.staff)
    assert (row.is_present, row.how, row.window_id) == (True, How.SIGNED, hall.a01)
    assert '"strokes"' in row.signature and row.at == after(300)


def test_a_scrawl_is_no_signature(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    dot = Ink(strokes=[[[1, 1], [2, 2]]], w=300, h=100)
    for ink in (dot, None):
        kept = here.send(EntryKind.SIGN, 10, person_id=hall.staff.user_id, ink=ink)
        assert kept.outcome is Outcome.UNREADABLE and kept.message
    assert row_of(session, drill.id, hall.staff).is_present is None


def test_the_typed_own_name_stands_for_a_drawing(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    at = int(after(10).timestamp() * 1000)
    for name, outcome in (("周航", Outcome.UNREADABLE), ("王晓燕", Outcome.KEPT)):
        tap = Tap(key=f"typed-{name}".encode().hex()[:20], kind=EntryKind.SIGN, at=at,
                  person_id=hall.staff.user_id)  # fmt: skip
        kept = clock.record(session, here.token, tap, signature=Typed(name), now=after(11))
        assert kept.outcome is outcome
    assert row_of(session, drill.id, hall.staff).signature == '{"typed":"王晓燕"}'


def test_a_tick_leaves_the_signature_and_a_later_word_wins(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    here.absent(hall.staff, 100, reason="请假")
    assert row_of(session, drill.id, hall.staff).is_present is False
    here.sign(hall.staff, 200)
    here.present(hall.staff, 210)
    row = row_of(session, drill.id, hall.staff)
    assert (row.is_present, row.how, bool(row.signature)) == (True, How.SIGNED, True)
    assert here.present(hall.staff, 150, arrives=300).outcome is Outcome.OLDER


def test_who_has_signed_is_not_made_absent_by_a_tap(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    here.sign(hall.staff, 100)
    kept = here.absent(hall.staff, 200)
    assert kept.outcome is Outcome.SIGNED and "王晓燕" in kept.message
    marks = {hall.staff.user_id: False}
    with pytest.raises(SignedAlready):
        attending.tick(session, hall.lead, drill.id, marks, now=after(210))
    attending.tick(session, hall.lead, drill.id, marks, reason="代签", now=after(210))
    row = row_of(session, drill.id, hall.staff)
    assert (row.is_present, row.signature, row.reason) == (False, "", "代签")


def test_somebody_who_was_not_expected_may_come_and_counts_apart(
    session: Session, hall: Cast
) -> None:
    drill = make_drill(session, hall, window_id=hall.a03)
    here = tablet(session, drill, hall.lead)
    here.start()
    here.sign(hall.staff)
    here.sign(hall.other_staff)
    found = attending.counts(session, drill.id)
    assert (found.present, found.expected, found.expected_present) == (2, 3, 1)
    assert row_of(session, drill.id, hall.staff).window_id == hall.a01


def test_the_last_one_present_stays_once_the_drill_was_held(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    here.present(hall.staff, 100)
    here.stop(600)
    service.finish(session, hall.lead, drill.id, now=after(605))
    kept = here.absent(hall.staff, 610)
    assert kept.outcome is Outcome.LAST_PRESENT and "王晓燕" in kept.message
    gone, other = {hall.staff.user_id: False}, {hall.second_staff.user_id: True}
    with pytest.raises(LastPresent):
        attending.tick(session, hall.lead, drill.id, gone, reason="记错了", now=after(620))
    assert row_of(session, drill.id, hall.staff).is_present is True
    attending.tick(session, hall.lead, drill.id, gone | other, now=after(630))
    assert attending.counts(session, drill.id).present == 1


def test_a_drill_with_nobody_there_is_neither_judged_nor_closed(
    session: Session, hall: Cast
) -> None:
    drill = brought_to(session, make_drill(session, hall), Status.HELD)
    assert "没有人员到场" in subjects.refusal(session, hall.officer, drill.code)
    with pytest.raises(NobodyThere):
        subjects.require(session, hall.officer, drill.code, NOW)
    service.take(session, None, drill, Step.EVALUATE, now=NOW)
    drill.debrief = "总体良好"
    with pytest.raises(NobodyThere):
        problems.close(session, hall.manager, drill.id, now=NOW)


def test_a_stranger_is_not_present(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    assert here.present(hall.foreign_manager).outcome is Outcome.UNKNOWN
    with pytest.raises(NotFound):
        attending.tick(
            session, hall.lead, drill.id, {hall.foreign_manager.user_id: True}, now=after(1)
        )


def test_people_sign_in_before_the_start_on_its_day(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    assert here.sign(hall.staff, 0).outcome is Outcome.KEPT
    here.start(60)
    assert row_of(session, drill.id, hall.staff).is_present is True


DAY = 24 * 3600


@pytest.mark.parametrize("is_false_start", [True, False])
def test_a_signature_of_the_day_before_the_drill_was_put_off_proves_nothing(
    session: Session, hall: Cast, is_false_start: bool
) -> None:
    drill = make_drill(session, hall, window_id=hall.a01)
    here = tablet(session, drill, hall.lead)
    if is_false_start:
        here.start(0)
    here.sign(hall.staff, 10)
    here.sign(hall.other_staff, 20)
    here.send(EntryKind.OTHERS, 25, visitors=9)
    if is_false_start:
        service.reset(session, hall.lead, drill.id, reason="误触", now=after(30))
    assert row_of(session, drill.id, hall.staff).is_present is True
    on = TODAY + timedelta(days=5)
    service.reschedule(session, hall.manager, drill.id, planned_on=on, reason="停电", now=after(60))
    row = row_of(session, drill.id, hall.staff)
    assert (row.is_present, row.how, row.signature, drill.visitors) == (None, None, "", 0)
    there = tablet(session, drill, hall.lead, at=5 * DAY)
    there.start(5 * DAY)
    there.stop(5 * DAY + 600)
    with pytest.raises(NobodyPresent):
        service.finish(session, hall.lead, drill.id, now=after(5 * DAY + 610))
    kept = session.scalars(select(Entry.outcome).where(Entry.kind == EntryKind.SIGN)).all()
    assert set(kept) == {Outcome.ANOTHER_DAY}


def test_a_page_left_open_signs_nobody_in_on_a_later_day(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    here.sign(hall.lead, 100)
    here.stop(600)
    service.finish(session, hall.lead, drill.id, now=after(610))
    assert here.sign(hall.staff, 3600).outcome is Outcome.KEPT
    for send in (here.sign, here.present, here.absent):
        late = send(hall.second_staff, 3 * DAY)
        assert late.outcome is Outcome.ANOTHER_DAY and late.message
    assert here.send(EntryKind.OTHERS, 3 * DAY, visitors=7).outcome is Outcome.ANOTHER_DAY
    assert row_of(session, drill.id, hall.second_staff).is_present is None
    assert drill.visitors == 0


def test_a_drill_that_goes_on_beyond_midnight_is_signed_in_its_course(
    session: Session, hall: Cast
) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start(14 * 3600)
    assert here.sign(hall.staff, 15.5 * 3600).outcome is Outcome.KEPT
    assert here.sign(hall.second_staff, 40 * 3600).outcome is Outcome.ANOTHER_DAY


def test_nobody_is_in_two_drills_at_one_time(session: Session, hall: Cast) -> None:
    first, second = make_drill(session, hall), make_drill(session, hall, window_id=hall.a01)
    here, there = tablet(session, first, hall.lead), tablet(session, second, hall.lead)
    here.start(0)
    there.start(60)
    here.sign(hall.staff, 100)
    refused = there.sign(hall.staff, 110)
    assert refused.outcome is Outcome.ELSEWHERE
    assert "王晓燕" in refused.message and first.code in refused.message
    assert row_of(session, second.id, hall.staff).is_present is None
    marks = {hall.staff.user_id: True}
    with pytest.raises(PersonElsewhere):
        attending.tick(session, hall.lead, second.id, marks, now=after(120))
    attending.tick(session, hall.lead, second.id, marks, reason="两项合并演练", now=after(120))
    assert row_of(session, second.id, hall.staff).reason == "两项合并演练"


def test_one_drill_after_the_other_is_no_overlap(session: Session, hall: Cast) -> None:
    first, second = make_drill(session, hall), make_drill(session, hall)
    held(session, hall, first, present=(hall.staff,), minutes=10)
    there = tablet(session, second, hall.lead, at=700)
    there.start(700)
    assert there.sign(hall.staff, 710).outcome is Outcome.KEPT


def test_visitors_and_third_parties_are_numbers(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    here.send(EntryKind.OTHERS, 100, visitors=12, third_parties=3)
    assert (drill.visitors, drill.third_parties) == (12, 3)


def test_the_roster_of_the_start_is_who_is_expected(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall, window_id=hall.a01)
    tablet(session, drill, hall.lead)
    row = Attendance(
        site_id=hall.site_id, drill_id=drill.id, user_id=hall.other_staff.user_id, is_expected=True
    )
    session.add(row)
    session.flush()
    attending.expect(session, drill, drill.planned_on)
    found = {one.user_id for one in attending.rows_of(session, drill.id)}
    assert found == {hall.staff.user_id, hall.second_staff.user_id, hall.lead.user_id}


def test_ticking_is_for_whoever_may_hold_it_and_while_it_is_open(
    session: Session, hall: Cast
) -> None:
    drill = brought_to(session, make_drill(session, hall), Status.CLOSED)
    marks = {hall.staff.user_id: True}
    with pytest.raises(StepNotPossible):
        attending.tick(session, hall.lead, drill.id, marks, now=after(1))
    with pytest.raises(NotAllowed):
        attending.tick(session, hall.staff, make_drill(session, hall).id, marks, now=after(1))


def test_a_reason_of_blanks_is_none(session: Session, hall: Cast) -> None:
    first, second = make_drill(session, hall), make_drill(session, hall)
    for drill in (first, second):
        tablet(session, drill, hall.lead).start(0)
    marks = {hall.staff.user_id: True}
    attending.tick(session, hall.lead, first.id, marks, now=after(10))
    with pytest.raises((PersonElsewhere, ReasonMissing)):
        attending.tick(session, hall.lead, second.id, marks, reason="   ", now=after(20))


def test_the_list_is_by_place_and_name(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start()
    here.sign(hall.staff, 9)
    found = attending.heads(session, drill)
    places = [one.place for one in found]
    assert places == sorted(places, key=lambda place: (not place, place))
    assert next(one for one in found if one.user_id == hall.staff.user_id).how is How.SIGNED
