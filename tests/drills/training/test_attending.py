"""Who was at a session, and what closing it gives."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.entries import Outcome
from drills.training import service
from drills.training.errors import (
    AttendElsewhere,
    AttendsElsewhere,
    MoreHoursThanTime,
    NobodyElse,
    NobodyPresent,
    NotTheDay,
    PersonGone,
    PresentAlready,
    SessionNotBegun,
    SessionNotOver,
    SessionNotPlanned,
    SheetMissing,
    SignedInAlready,
)
from drills.training.models import Attendance, Purpose, Result, SessionStatus, TrainingSession, Way
from drills.training.service import upcoming
from drills.training.service.courses import get_course
from drills.training.service.presence import present_at
from drills.training.service.session_views import get_session
from safety_app.accounts.errors import SignatureNotOwnName
from safety_app.accounts.service import Drawn, Typed, User
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound, TextMissing
from tests.cast import NOW, TODAY, Cast
from tests.drills.cases import make_drill
from tests.drills.clocks import tablet
from tests.drills.training.lessons import course, passed, scan
from tests.drills.training.test_sessions import AFTERNOON, DAY, make

LATER = AFTERNOON + timedelta(hours=3)
INK = Drawn((((10, 10), (90, 60), (150, 20)),), 200, 80)


def sign(
    session: Session, hall: Cast, one: TrainingSession, who: Actor, at: datetime = AFTERNOON
) -> Attendance:
    return service.sign_in(
        session, hall.officer, one.id, user_id=who.user_id, signature=INK, now=at
    )


def close(session: Session, hall: Cast, one: TrainingSession) -> service.Closed:
    return service.close_session(session, hall.officer, one.id, now=LATER)


def results(session: Session, user_id: int) -> list[Result]:
    query = select(Result).where(Result.user_id == user_id).order_by(Result.id)
    return list(session.scalars(query))


def test_whoever_signs_is_present_invited_or_not(session: Session, hall: Cast) -> None:
    one = make(session, hall, hall.staff)
    row = sign(session, hall, one, hall.staff)
    assert (row.way, row.present_at) == (Way.TABLET, AFTERNOON)
    assert row.signature and '"strokes"' in row.signature
    sign(session, hall, one, hall.second_staff)
    assert upcoming.attended(session, one.id) == sorted(
        [hall.staff.user_id, hall.second_staff.user_id]
    )
    with pytest.raises(SignedInAlready):
        sign(session, hall, one, hall.staff)


def test_a_typed_name_is_the_own_one(session: Session, hall: Cast) -> None:
    one = make(session, hall, hall.staff)

    def typed(name: str) -> None:
        service.sign_in(
            session, hall.officer, one.id, user_id=hall.staff.user_id, signature=Typed(name),
            now=AFTERNOON,
        )  # fmt: skip

    with pytest.raises(SignatureNotOwnName):
        typed("周航")
    typed("王晓燕")


@pytest.mark.parametrize(
    ("shift", "refusal"),
    [
        (timedelta(hours=-1, seconds=-1), SessionNotBegun),
        (timedelta(hours=-1), None),
        (timedelta(hours=9, minutes=59), None),
        (timedelta(hours=10), NotTheDay),
    ],
)
def test_people_sign_on_the_day_from_an_hour_before(
    session: Session, hall: Cast, shift: timedelta, refusal: type[Exception] | None
) -> None:
    one = make(session, hall)

    def at() -> None:
        service.sign_in(
            session, hall.officer, one.id, user_id=hall.staff.user_id, signature=INK,
            now=AFTERNOON + shift,
        )  # fmt: skip

    if refusal is None:
        at()
    else:
        with pytest.raises(refusal):
            at()


def test_nobody_is_at_two_sessions_at_once(session: Session, hall: Cast) -> None:
    one = make(session, hall)
    sign(session, hall, one, hall.staff)
    overlaps = make(
        session, hall, course_id=course(session, hall, "REFRESHER").id,
        starts_at=AFTERNOON + timedelta(hours=1), ends_at=AFTERNOON + timedelta(hours=3),
    )  # fmt: skip
    with pytest.raises(AttendsElsewhere) as refusal:
        sign(session, hall, overlaps, hall.staff)
    assert refusal.value.message() == (
        "王晓燕在同一时间已登记参加“消防安全培训 12月3日 14:00”，请核对实际参加情况。"
    )
    with pytest.raises(AttendsElsewhere):
        service.mark_present(session, hall.officer, overlaps.id, [hall.staff.user_id], now=LATER)
    after = make(
        session, hall, course_id=course(session, hall, "REFRESHER").id,
        starts_at=AFTERNOON + timedelta(hours=2), ends_at=AFTERNOON + timedelta(hours=4),
    )  # fmt: skip
    sign(session, hall, after, hall.staff, at=AFTERNOON + timedelta(hours=2))


def test_a_cancelled_session_keeps_nobody_busy(session: Session, hall: Cast) -> None:
    one = make(session, hall)
    sign(session, hall, one, hall.staff)
    service.cancel_session(session, hall.officer, one.id, reason="教官未到", now=AFTERNOON)
    other = make(session, hall)
    sign(session, hall, other, hall.staff)
    assert [row.user_id for row in present_at(session, other.id)] == [hall.staff.user_id]


def test_nobody_is_at_a_session_and_a_drill_at_once(session: Session, hall: Cast) -> None:
    drill = make_drill(session, hall)
    here = tablet(session, drill, hall.lead)
    here.start(0)
    here.sign(hall.staff, 60)
    one = make(session, hall, starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=1))

    def sign_now(who: Actor) -> None:
        service.sign_in(
            session, hall.officer, one.id, user_id=who.user_id, signature=INK,
            now=NOW + timedelta(minutes=5),
        )  # fmt: skip

    with pytest.raises(AttendsElsewhere) as refusal:
        sign_now(hall.staff)
    assert drill.code in refusal.value.message()
    sign_now(hall.second_staff)
    refused = here.sign(hall.second_staff, 400)
    assert refused.outcome is Outcome.ELSEWHERE
    assert "消防安全培训" in refused.message


def test_who_was_not_there_after_all_is_taken_off_with_a_reason(
    session: Session, hall: Cast
) -> None:
    one = make(session, hall)
    sign(session, hall, one, hall.staff)

    def unmark(reason: str) -> None:
        service.unmark(
            session, hall.officer, one.id, user_id=hall.staff.user_id, reason=reason, now=LATER
        )

    with pytest.raises(TextMissing):
        unmark("")
    unmark("中途离开")
    assert upcoming.attended(session, one.id) == []
    with pytest.raises(NotFound):
        unmark("中途离开")


def test_who_has_left_cannot_have_come(session: Session, hall: Cast) -> None:
    one = make(session, hall)
    session.get_one(User, hall.staff.user_id).is_active = False
    session.flush()
    with pytest.raises(PersonGone):
        sign(session, hall, one, hall.staff)
    with pytest.raises(NotFound):
        sign(session, hall, one, hall.foreign_manager)


def test_nobody_closes_a_session_held_for_themselves_alone(session: Session, hall: Cast) -> None:
    one = make(session, hall, hall.officer)
    sign(session, hall, one, hall.officer)
    with pytest.raises(NobodyElse):
        service.close_session(session, hall.officer, one.id, now=LATER)
    service.close_session(session, hall.manager, one.id, now=LATER)


def test_a_session_without_anybody_is_not_closed(session: Session, hall: Cast) -> None:
    one = make(session, hall, hall.staff)
    with pytest.raises(SessionNotBegun):
        service.close_session(session, hall.officer, one.id, now=AFTERNOON - DAY)
    with pytest.raises(NobodyPresent):
        close(session, hall, one)
    assert one.status == SessionStatus.PLANNED


def test_a_session_is_closed_once_it_is_over(session: Session, hall: Cast) -> None:
    one = make(session, hall, course_id=course(session, hall, "CONTRACTOR").id, hours=1)
    sign(session, hall, one, hall.third_party, at=AFTERNOON - timedelta(minutes=50))
    for too_early in (AFTERNOON - timedelta(minutes=50), one.ends_at - timedelta(seconds=1)):
        with pytest.raises(SessionNotOver) as refusal:
            service.close_session(session, hall.officer, one.id, now=too_early)
        assert "12月3日 周四 16:00" in refusal.value.message()
        assert "改期" in refusal.value.message()
    assert results(session, hall.third_party.user_id) == []
    assert service.close_session(session, hall.officer, one.id, now=one.ends_at).passed


def test_a_session_that_ended_earlier_gets_its_real_time_and_is_closed(
    session: Session, hall: Cast
) -> None:
    one = make(session, hall, course_id=course(session, hall, "CONTRACTOR").id, hours=2)
    sign(session, hall, one, hall.third_party)
    over = AFTERNOON + timedelta(minutes=45)
    with pytest.raises(MoreHoursThanTime):
        service.postpone_session(
            session, hall.officer, one.id, starts_at=AFTERNOON, ends_at=over, reason="提前结束",
            now=over,
        )  # fmt: skip
    service.postpone_session(
        session, hall.officer, one.id, starts_at=AFTERNOON, ends_at=over, reason="提前结束",
        hours=1, now=over,
    )  # fmt: skip
    closed = service.close_session(session, hall.officer, one.id, now=over)
    (result,) = results(session, hall.third_party.user_id)
    assert closed.passed and result.hours == 1


def other(session: Session, hall: Cast, hours: float) -> TrainingSession:
    """A session of two hours, so many hours after the one in the afternoon."""
    start = AFTERNOON + timedelta(hours=hours)
    return make(
        session, hall, course_id=course(session, hall, "REFRESHER").id, starts_at=start,
        ends_at=start + timedelta(hours=2),
    )  # fmt: skip


def put(
    session: Session, hall: Cast, one: TrainingSession, start: datetime, hours: float = 2,
    now: datetime = LATER,
) -> None:  # fmt: skip
    service.postpone_session(
        session, hall.officer, one.id, starts_at=start, ends_at=start + timedelta(hours=hours),
        reason="教官有任务", hours=1, now=now,
    )  # fmt: skip


def test_putting_off_brings_nobody_to_two_sessions_at_once(session: Session, hall: Cast) -> None:
    one, late = make(session, hall), other(session, hall, 4)
    for who in (hall.staff, hall.second_staff):
        sign(session, hall, one, who)
    sign(session, hall, late, hall.staff, at=late.starts_at)
    before = late.starts_at
    with pytest.raises(AttendsElsewhere) as refusal:
        put(session, hall, late, AFTERNOON)
    assert "王晓燕" in refusal.value.message()
    assert "消防安全培训 12月3日 14:00" in refusal.value.message()
    with pytest.raises(AttendsElsewhere):
        put(session, hall, late, AFTERNOON + timedelta(hours=2, seconds=-1))
    with pytest.raises(AttendsElsewhere):
        put(session, hall, one, AFTERNOON, hours=4.01)
    assert late.starts_at == before
    sign(session, hall, late, hall.second_staff, at=late.starts_at)
    with pytest.raises(AttendElsewhere) as both:
        put(session, hall, late, AFTERNOON)
    for words in ("2 人", "王晓燕（“消防安全培训 12月3日 14:00”）", "周航"):
        assert words in both.value.message()
    put(session, hall, late, AFTERNOON + timedelta(hours=2))
    put(session, hall, one, AFTERNOON, hours=1)


def test_putting_off_brings_nobody_to_a_session_and_a_drill_at_once(
    session: Session, hall: Cast
) -> None:
    here = tablet(session, make_drill(session, hall), hall.lead)
    here.start(0)
    here.sign(hall.staff, 60)
    start = NOW - timedelta(hours=5)
    one = make(session, hall, starts_at=start, ends_at=start + timedelta(hours=2))
    service.mark_present(session, hall.officer, one.id, [hall.staff.user_id], now=NOW)
    put(session, hall, one, start - timedelta(minutes=15), now=NOW)
    with pytest.raises(AttendsElsewhere) as refusal:
        put(session, hall, one, NOW - timedelta(hours=1), now=NOW)
    assert "王晓燕" in refusal.value.message()


def test_an_overlap_that_is_there_all_the_same_is_not_closed(session: Session, hall: Cast) -> None:
    one, late = make(session, hall), other(session, hall, 4)
    sign(session, hall, one, hall.staff)
    sign(session, hall, late, hall.staff, at=late.starts_at)
    one.ends_at = late.starts_at + timedelta(minutes=1)
    session.flush()
    with pytest.raises(AttendsElsewhere):
        service.close_session(session, hall.officer, one.id, now=one.ends_at)
    service.unmark(
        session, hall.officer, one.id, user_id=hall.staff.user_id, reason="未到", now=one.ends_at
    )
    sign(session, hall, one, hall.second_staff)
    service.close_session(session, hall.officer, one.id, now=one.ends_at)


def test_who_was_there_on_one_day_was_not_there_on_another(session: Session, hall: Cast) -> None:
    one = make(session, hall)
    sign(session, hall, one, hall.staff)
    for days in (1, -1):
        with pytest.raises(PresentAlready) as refusal:
            put(session, hall, one, AFTERNOON + days * DAY)
        assert "王晓燕已登记于12月3日 周四到场（共 1 人）" in refusal.value.message()
    put(session, hall, one, AFTERNOON + timedelta(hours=4))
    put(session, hall, one, AFTERNOON)
    service.unmark(
        session, hall.officer, one.id, user_id=hall.staff.user_id, reason="未到", now=LATER
    )
    service.mark_present(session, hall.officer, one.id, [hall.staff.user_id], now=LATER)
    put(session, hall, one, AFTERNOON - DAY)
    with pytest.raises(PresentAlready):
        put(session, hall, one, AFTERNOON + DAY)


@pytest.mark.usefixtures("store")
def test_who_signed_on_paper_is_proved_by_its_scan(session: Session, hall: Cast) -> None:
    one = make(session, hall)
    service.mark_present(session, hall.officer, one.id, [hall.staff.user_id], now=LATER)
    with pytest.raises(SheetMissing):
        close(session, hall, one)
    service.add_files(
        session, hall.officer, one.id, [scan(session, hall.officer)], purpose=Purpose.SIGN_IN,
        now=LATER,
    )  # fmt: skip
    close(session, hall, one)
    assert one.status == SessionStatus.HELD


def test_a_course_without_exam_is_passed_by_whoever_has_its_hours(
    session: Session, hall: Cast
) -> None:
    briefing = course(session, hall, "CONTRACTOR")
    one = make(session, hall, course_id=briefing.id, hours=1)
    sign(session, hall, one, hall.third_party)
    found = close(session, hall, one)
    assert found.passed == (hall.third_party.user_id,)
    (result,) = results(session, hall.third_party.user_id)
    assert result.counts and result.hours == 1
    assert result.on_date == TODAY + 10 * DAY
    with pytest.raises(SessionNotPlanned):
        close(session, hall, one)


def test_hours_of_several_sessions_add_up_to_one_pass(session: Session, hall: Cast) -> None:
    refresher = course(session, hall, "REFRESHER")  # eight hours
    found = []
    for number in range(5):
        start = AFTERNOON + number * 30 * DAY
        one = make(
            session, hall, course_id=refresher.id, starts_at=start,
            ends_at=start + timedelta(hours=3), hours=4,
        )  # fmt: skip
        service.sign_in(
            session, hall.officer, one.id, user_id=hall.staff.user_id, signature=INK, now=start
        )
        closed = service.close_session(
            session, hall.officer, one.id, now=start + timedelta(hours=3)
        )
        found.append(bool(closed.passed))
    assert found == [False, True, False, True, False], "what was used for a pass is used up"
    assert [one.hours for one in results(session, hall.staff.user_id)] == [8, 8]


EARLY = AFTERNOON - timedelta(hours=6, minutes=30)  # 07:30 in Shanghai, the day before in UTC


@pytest.mark.parametrize(
    ("first", "last", "is_passed"),
    [
        (AFTERNOON, AFTERNOON + 364 * DAY, True),
        (AFTERNOON, AFTERNOON + 365 * DAY, True),
        (AFTERNOON, AFTERNOON + 366 * DAY, False),
        (EARLY, AFTERNOON + 365 * DAY, True),
        (AFTERNOON, EARLY + 366 * DAY, False),
    ],
)
def test_hours_of_more_than_a_year_ago_do_not_add_up(
    session: Session, hall: Cast, first: datetime, last: datetime, is_passed: bool
) -> None:
    refresher = course(session, hall, "REFRESHER")
    for start in (first, last):
        one = make(
            session, hall, course_id=refresher.id, starts_at=start,
            ends_at=start + timedelta(hours=3), hours=4,
        )  # fmt: skip
        service.sign_in(
            session, hall.officer, one.id, user_id=hall.staff.user_id, signature=INK, now=start
        )
        closed = service.close_session(
            session, hall.officer, one.id, now=start + timedelta(hours=3)
        )
    assert bool(closed.passed) is is_passed


def test_a_course_with_an_exam_waits_for_it(session: Session, hall: Cast) -> None:
    one = make(session, hall)
    get_course(session, hall.site_id, one.course_id).hours = one.hours
    sign(session, hall, one, hall.staff)
    found = close(session, hall, one)
    assert (found.to_exam, found.short) == ((hall.staff.user_id,), ())
    assert results(session, hall.staff.user_id) == []


def test_who_lacks_hours_of_a_course_with_an_exam_does_not_take_it_yet(
    session: Session, hall: Cast
) -> None:
    one = make(session, hall)
    get_course(session, hall.site_id, one.course_id).hours = one.hours + 1
    sign(session, hall, one, hall.staff)
    found = close(session, hall, one)
    assert (found.to_exam, found.short) == ((), (hall.staff.user_id,))
    assert results(session, hall.staff.user_id) == []


def test_only_who_teaches_records_who_was_there(session: Session, hall: Cast) -> None:
    one = make(session, hall, hall.staff)
    with pytest.raises(NotAllowed):
        service.sign_in(
            session, hall.staff, one.id, user_id=hall.staff.user_id, signature=INK, now=AFTERNOON
        )
    with pytest.raises(NotAllowed):
        service.close_session(session, hall.staff, one.id, now=LATER)


@pytest.mark.usefixtures("store")
def test_only_who_teaches_keeps_the_papers_of_a_session(session: Session, hall: Cast) -> None:
    one = make(session, hall, hall.staff)
    sheet = scan(session, hall.officer)
    service.add_files(
        session, hall.officer, one.id, [sheet], purpose=Purpose.SIGN_IN, now=AFTERNOON
    )
    with pytest.raises(NotAllowed):
        service.add_files(
            session, hall.staff, one.id, [scan(session, hall.staff)], purpose=Purpose.SIGN_IN,
            now=AFTERNOON,
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        service.remove_file(session, hall.staff, one.id, sheet, now=AFTERNOON)


@pytest.mark.usefixtures("store")
def test_who_sees_the_papers_of_a_session(session: Session, hall: Cast) -> None:
    one = make(session, hall, hall.staff, window_id=hall.a01)
    seen = {}
    for purpose in (Purpose.MATERIAL, Purpose.SIGN_IN):
        file_id = scan(session, hall.officer)
        service.add_files(session, hall.officer, one.id, [file_id], purpose=purpose, now=AFTERNOON)
        everybody = (
            hall.staff, hall.second_staff, hall.lead, hall.other_lead, hall.officer,
            hall.foreign_manager,
        )  # fmt: skip
        seen[purpose] = [service.may_see_file(session, who, file_id) for who in everybody]
    assert seen[Purpose.MATERIAL] == [True, False, True, False, True, False]
    assert seen[Purpose.SIGN_IN] == [False, False, True, False, True, False]


def test_one_sees_the_own_signature_and_result_and_who_answers_for_people_theirs(
    session: Session, hall: Cast
) -> None:
    refresher = course(session, hall, "REFRESHER")
    refresher.hours = 2
    one = make(session, hall, course_id=refresher.id)
    for who in (hall.staff, hall.second_staff):
        sign(session, hall, one, who)
    assert close(session, hall, one).passed

    def seen(by: Actor) -> set[int]:
        heads = get_session(session, by, one.id, now=LATER).heads
        shown = {head.user_id for head in heads if head.signature}
        assert shown == {head.user_id for head in heads if head.result}
        return shown

    assert seen(hall.staff) == {hall.staff.user_id}
    assert seen(hall.other_lead) == set()
    both = {hall.staff.user_id, hall.second_staff.user_id}
    assert seen(hall.lead) == seen(hall.officer) == both


def test_a_session_up_to_the_beginning_of_another_keeps_nobody_busy(
    session: Session, hall: Cast
) -> None:
    late = other(session, hall, 2)
    sign(session, hall, late, hall.staff, at=late.starts_at)
    one = make(session, hall)
    assert one.ends_at == late.starts_at
    service.mark_present(session, hall.officer, one.id, [hall.staff.user_id], now=LATER)


def half(
    session: Session, hall: Cast, day: int, *there: Actor, code: str = "REFRESHER",
    invited: tuple[Actor, ...] = (), closes: bool = True,
) -> service.Closed | None:  # fmt: skip
    """A session of four of a refresher's eight hours, so many days after the one above."""
    start = AFTERNOON + day * DAY
    one = make(
        session, hall, *invited, course_id=course(session, hall, code).id, starts_at=start,
        ends_at=start + timedelta(hours=3), hours=4,
    )  # fmt: skip
    for who in there:
        sign(session, hall, one, who, at=start)
    end = start + timedelta(hours=3)
    return service.close_session(session, hall.officer, one.id, now=end) if closes else None


def test_only_hours_that_were_attended_of_the_course_and_held_add_up(
    session: Session, hall: Cast
) -> None:
    half(session, hall, 0, hall.second_staff, invited=(hall.staff,))  # did not come
    half(session, hall, 1, hall.staff, closes=False)  # nobody has closed it
    course(session, hall, "CONTRACTOR").hours = 9
    half(session, hall, 2, hall.staff, code="CONTRACTOR")  # of another course
    closed = half(session, hall, 3, hall.staff)
    assert closed is not None and closed.short == (hall.staff.user_id,)
    closed = half(session, hall, 4, hall.staff)
    assert closed is not None and closed.passed == (hall.staff.user_id,)


def test_a_certificate_uses_up_no_hours_and_a_struck_pass_gives_them_back(
    session: Session, hall: Cast
) -> None:
    half(session, hall, 0, hall.staff)
    passed(session, hall, hall.staff.user_id, "REFRESHER", now=AFTERNOON + DAY)
    closed = half(session, hall, 2, hall.staff)
    assert closed is not None and closed.passed
    by_hours = next(one for one in results(session, hall.staff.user_id) if one.source == "session")
    service.strike(session, hall.officer, by_hours.id, reason="误", now=AFTERNOON + 3 * DAY)
    closed = half(session, hall, 4, hall.staff)
    assert closed is not None and closed.passed, "twelve hours, none of them used"


def test_a_course_with_a_practical_test_waits_for_it(session: Session, hall: Cast) -> None:
    briefing = course(session, hall, "CONTRACTOR")
    briefing.needs_exam, briefing.needs_practical, briefing.hours = False, True, 1
    one = make(session, hall, course_id=briefing.id)
    sign(session, hall, one, hall.third_party)
    assert close(session, hall, one).to_exam == (hall.third_party.user_id,)
    assert results(session, hall.third_party.user_id) == []


def test_a_signature_is_kept_where_the_sheet_has_the_name_too(session: Session, hall: Cast) -> None:
    one = make(session, hall)
    row = sign(session, hall, one, hall.staff)
    service.mark_present(session, hall.officer, one.id, [hall.staff.user_id], now=LATER)
    assert (row.way, row.present_at) == (Way.TABLET, AFTERNOON) and row.signature
    service.unmark(
        session, hall.officer, one.id, user_id=hall.staff.user_id, reason="未到", now=LATER
    )
    assert not any((row.way, row.present_at, row.signature))


def test_who_was_there_is_not_taken_off_the_list(session: Session, hall: Cast) -> None:
    one = make(session, hall, hall.staff, hall.second_staff)
    sign(session, hall, one, hall.staff)
    both = [hall.staff.user_id, hall.second_staff.user_id]
    service.uninvite(session, hall.officer, one.id, both, now=LATER)
    listed = session.scalars(select(Attendance.user_id).where(Attendance.session_id == one.id))
    assert listed.all() == [hall.staff.user_id]


def test_a_session_that_was_held_keeps_people_busy(session: Session, hall: Cast) -> None:
    one = make(session, hall)
    sign(session, hall, one, hall.staff)
    close(session, hall, one)
    with pytest.raises(AttendsElsewhere):
        service.mark_present(
            session, hall.officer, other(session, hall, 1).id, [hall.staff.user_id], now=LATER
        )


@pytest.mark.usefixtures("store")
def test_material_proves_nobodys_presence_and_a_sheet_stays(session: Session, hall: Cast) -> None:
    one = make(session, hall)
    service.mark_present(session, hall.officer, one.id, [hall.staff.user_id], now=LATER)

    def add(purpose: Purpose) -> int:
        file_id = scan(session, hall.officer)
        service.add_files(session, hall.officer, one.id, [file_id], purpose=purpose, now=LATER)
        return file_id

    def remove(file_id: int) -> None:
        service.remove_file(session, hall.officer, one.id, file_id, now=LATER)

    material = add(Purpose.MATERIAL)
    with pytest.raises(SheetMissing):
        close(session, hall, one)
    remove(add(Purpose.SIGN_IN))
    with pytest.raises(SheetMissing):
        close(session, hall, one)
    sheet = add(Purpose.SIGN_IN)
    close(session, hall, one)
    with pytest.raises(SessionNotPlanned):
        remove(sheet)
    remove(material)
    with pytest.raises(NotFound):
        remove(material)
