"""Who is on duty: the roster, stand-ins, and what names a tablet offers."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import InvalidValue, NotAllowed, NotFound
from safety_app.features import features
from safety_app.workplace import service
from safety_app.workplace.models import DayKind, Duty, WindowPause
from safety_app.workplace.roster_errors import (
    AlreadyOnDuty,
    DaysReversed,
    NotExpected,
    PeriodTooLong,
    RosterIsPast,
    StandInAway,
)
from tests.accounts.people import tablet
from tests.cast import NOW, TODAY, Cast

TOMORROW = TODAY + timedelta(days=1)
SUNDAY = date(2026, 11, 29)


@pytest.fixture(autouse=True)
def _words() -> None:
    features()


def _set(
    session: Session,
    hall: Cast,
    window_id: int | None,
    *actors: Actor,
    on: date = TODAY,
    by: Actor | None = None,
) -> None:
    service.set_duty(
        session,
        by,
        site_id=hall.site_id,
        on=on,
        window_id=window_id,
        user_ids=[actor.user_id for actor in actors],
        now=NOW,
    )


def _stand_in(session: Session, hall: Cast, who: Actor, whom: Actor, **facts: Any) -> int:
    wanted = {"on": TODAY, "window_id": hall.a01, "by": hall.lead, **facts}
    return service.stand_in(
        session,
        wanted.pop("by"),
        site_id=hall.site_id,
        user_id=who.user_id,
        for_id=whom.user_id,
        now=NOW,
        **wanted,
    )


def _away(
    session: Session, hall: Cast, who: Actor, first: date = TODAY, last: date | None = None
) -> None:
    service.record_absence(
        session,
        None,
        user_id=who.user_id,
        site_id=hall.site_id,
        first=first,
        last=last or first,
        reason="sick",
        now=NOW,
    )


def _duty(session: Session, hall: Cast, window_id: int | None, on: date = TODAY) -> set[int]:
    return set(service.on_duty(session, hall.site_id, on, window_id))


def test_without_a_roster_everybody_of_the_window_is_on_duty(session: Session, hall: Cast) -> None:
    everybody = {hall.staff.user_id, hall.second_staff.user_id, hall.lead.user_id}
    assert _duty(session, hall, hall.a01) == everybody
    assert _duty(session, hall, None) == {hall.officer.user_id}


def test_a_roster_counts_for_its_window_and_day_only(session: Session, hall: Cast) -> None:
    service.set_duty(
        session,
        hall.lead,
        site_id=hall.site_id,
        on=TODAY,
        window_id=hall.a01,
        user_ids=[hall.staff.user_id],
        now=NOW,
    )
    assert _duty(session, hall, hall.a01) == {hall.staff.user_id}
    assert _duty(session, hall, hall.a02) == {hall.lead.user_id}
    assert len(_duty(session, hall, hall.a01, date(2026, 11, 24))) == 3
    service.set_duty(
        session, hall.lead, site_id=hall.site_id, on=TODAY, window_id=hall.a01, user_ids=[], now=NOW
    )
    assert len(_duty(session, hall, hall.a01)) == 3


def test_the_deactivated_are_on_duty_nowhere(session: Session, hall: Cast) -> None:
    accounts.deactivate(session, None, hall.second_staff.user_id, NOW)
    assert hall.second_staff.user_id not in _duty(session, hall, hall.a01)


@pytest.mark.parametrize(
    ("role", "window", "allowed"),
    [
        ("lead", "a01", True),
        ("lead", "a03", False),
        ("lead", None, False),
        ("officer", "a03", True),
        ("officer", None, True),
        ("manager", None, True),
        ("staff", "a01", False),
        ("administrator", "a01", True),
        ("third_party", "a01", False),
    ],
)
def test_who_may_say_who_is_on_duty(
    session: Session, hall: Cast, role: str, window: str | None, allowed: bool
) -> None:
    def say() -> None:
        service.set_duty(
            session,
            hall.everyone()[role],
            site_id=hall.site_id,
            on=TODAY,
            window_id=getattr(hall, window) if window else None,
            user_ids=[hall.officer.user_id],
            now=NOW,
        )

    if allowed:
        say()
    else:
        with pytest.raises(NotAllowed):
            say()


def test_a_roster_knows_people_and_windows_of_its_hall_only(session: Session, hall: Cast) -> None:
    for window, user in (
        (hall.foreign_window, hall.staff.user_id),
        (hall.a01, hall.foreign_manager.user_id),
        (hall.a01, 999_999),
    ):
        with pytest.raises(NotFound):
            service.set_duty(
                session,
                hall.officer,
                site_id=hall.site_id,
                on=TODAY,
                window_id=window,
                user_ids=[user],
                now=NOW,
            )


def test_a_tablet_offers_who_is_on_duty_then_the_rest_it_serves(
    session: Session, hall: Cast
) -> None:
    service.set_duty(
        session,
        None,
        site_id=hall.site_id,
        on=TODAY,
        window_id=hall.a01,
        user_ids=[hall.staff.user_id],
        now=NOW,
    )
    found = accounts.tablet_of(session, tablet(session, hall, hall.a01))
    assert found is not None
    names = service.today_name_list(session, found, TODAY)
    assert [person.id for person in names.on_duty] == [hall.staff.user_id]
    others = {person.id for person in names.others}
    assert {hall.second_staff.user_id, hall.lead.user_id, hall.officer.user_id} <= others
    assert hall.other_staff.user_id not in others
    assert hall.administrator.user_id not in others


def test_whoever_is_away_is_not_on_duty(session: Session, hall: Cast) -> None:
    _away(session, hall, hall.staff)
    assert _duty(session, hall, hall.a01) == {hall.second_staff.user_id, hall.lead.user_id}
    _set(session, hall, hall.a01, hall.staff, hall.lead)
    assert _duty(session, hall, hall.a01) == {hall.lead.user_id}
    assert len(_duty(session, hall, hall.a01, TOMORROW)) == 3


def test_a_roster_of_somebody_away_leaves_nobody(session: Session, hall: Cast) -> None:
    _set(session, hall, hall.a01, hall.staff)
    _away(session, hall, hall.staff)
    assert _duty(session, hall, hall.a01) == set()


def test_a_stand_in_takes_the_place_of_one_person_at_one_window_on_one_day(
    session: Session, hall: Cast
) -> None:
    assert _stand_in(session, hall, hall.other_staff, hall.staff) == 1
    ids = {hall.other_staff.user_id, hall.second_staff.user_id, hall.lead.user_id}
    assert _duty(session, hall, hall.a01) == ids
    assert hall.staff.user_id in _duty(session, hall, hall.a01, TOMORROW)
    assert hall.other_staff.user_id in _duty(session, hall, hall.a03)
    assert hall.other_staff.user_id not in _duty(session, hall, hall.a02)


def test_a_later_stand_in_takes_the_place_of_an_earlier_one(session: Session, hall: Cast) -> None:
    _stand_in(session, hall, hall.other_staff, hall.staff)
    _stand_in(session, hall, hall.officer, hall.staff)
    assert hall.officer.user_id in _duty(session, hall, hall.a01)
    assert hall.other_staff.user_id not in _duty(session, hall, hall.a01)


def test_a_stand_in_who_falls_ill_does_not_bring_the_other_back(
    session: Session, hall: Cast
) -> None:
    _stand_in(session, hall, hall.other_staff, hall.staff)
    _away(session, hall, hall.other_staff)
    assert _duty(session, hall, hall.a01) == {hall.second_staff.user_id, hall.lead.user_id}


def test_a_stand_in_can_be_taken_back(session: Session, hall: Cast) -> None:
    _stand_in(session, hall, hall.other_staff, hall.staff)
    facts: dict[str, Any] = {
        "site_id": hall.site_id, "window_id": hall.a01, "on": TODAY, "now": NOW,
    }  # fmt: skip
    service.remove_stand_in(session, hall.lead, user_id=hall.other_staff.user_id, **facts)
    assert hall.staff.user_id in _duty(session, hall, hall.a01)
    with pytest.raises(NotFound):
        service.remove_stand_in(session, hall.lead, user_id=hall.other_staff.user_id, **facts)


def test_a_stand_in_for_several_days_fills_the_open_ones(session: Session, hall: Cast) -> None:
    _away(session, hall, hall.other_staff, TOMORROW)
    with pytest.raises(StandInAway, match="11月24日"):
        _stand_in(session, hall, hall.other_staff, hall.staff, until=date(2026, 11, 30))
    assert _stand_in(session, hall, hall.officer, hall.staff, until=date(2026, 11, 30)) == 6
    stands = service.duty_days(
        session, hall.officer.user_id, TODAY, date(2026, 12, 6), window_id=hall.a01
    )
    assert SUNDAY not in stands and len(stands) == 6


def test_who_cannot_stand_in(session: Session, hall: Cast) -> None:
    with pytest.raises(NotExpected):
        _stand_in(session, hall, hall.officer, hall.other_staff)
    with pytest.raises(AlreadyOnDuty):
        _stand_in(session, hall, hall.second_staff, hall.staff)
    _away(session, hall, hall.officer)
    with pytest.raises(StandInAway):
        _stand_in(session, hall, hall.officer, hall.staff)
    with pytest.raises(NotFound):
        _stand_in(session, hall, hall.foreign_manager, hall.staff)
    with pytest.raises(NotAllowed):
        _stand_in(session, hall, hall.officer, hall.other_staff, window_id=hall.a03)
    with pytest.raises(DaysReversed):
        _stand_in(session, hall, hall.manager, hall.staff, until=TODAY - timedelta(days=1))
    with pytest.raises(PeriodTooLong):
        _stand_in(session, hall, hall.manager, hall.staff, until=date(2027, 11, 30))


def test_days_that_are_over_are_written_by_nobody(session: Session, hall: Cast) -> None:
    friday = date(2026, 11, 20)
    for by in (None, hall.lead, hall.officer, hall.manager, hall.administrator):
        with pytest.raises(RosterIsPast):
            _set(session, hall, hall.a01, hall.staff, on=friday, by=by)
        with pytest.raises(RosterIsPast):
            _stand_in(session, hall, hall.manager, hall.staff, on=friday, by=by)


def test_naming_others_keeps_the_stand_ins_that_still_make_sense(
    session: Session, hall: Cast
) -> None:
    _stand_in(session, hall, hall.other_staff, hall.staff)
    _set(session, hall, hall.a01, hall.staff)
    assert _duty(session, hall, hall.a01) == {hall.other_staff.user_id}
    _set(session, hall, hall.a01, hall.second_staff)
    assert _duty(session, hall, hall.a01) == {hall.second_staff.user_id}
    _stand_in(session, hall, hall.other_staff, hall.second_staff)
    _set(session, hall, hall.a01, hall.second_staff, hall.other_staff)
    both = {hall.second_staff.user_id, hall.other_staff.user_id}
    assert _duty(session, hall, hall.a01) == both


def test_going_back_to_everybody_forgets_the_stand_ins(session: Session, hall: Cast) -> None:
    _set(session, hall, hall.a01, hall.staff)
    _stand_in(session, hall, hall.other_staff, hall.staff)
    _set(session, hall, hall.a01)
    assert len(_duty(session, hall, hall.a01)) == 3
    assert session.scalar(select(func.count(Duty.id))) == 0


def test_a_person_may_be_at_two_windows_at_once(session: Session, hall: Cast) -> None:
    _set(session, hall, hall.a01, hall.officer)
    _set(session, hall, hall.a02, hall.officer)
    assert _duty(session, hall, hall.a01) == _duty(session, hall, hall.a02)


def test_the_week_is_copied_over_closed_days(session: Session, hall: Cast) -> None:
    closed = TODAY + timedelta(days=7)
    service.set_day(session, None, site_id=hall.site_id, on=closed, kind=DayKind.OFF, now=NOW)
    _set(session, hall, hall.a01, hall.staff)
    _set(session, hall, hall.a01, hall.second_staff, on=TOMORROW)
    _set(session, hall, hall.a03, hall.other_staff)
    _set(session, hall, hall.a01, hall.lead, on=TODAY + timedelta(days=9))
    assert service.copy_week(session, hall.lead, monday=TODAY, weeks=2, now=NOW) == 9
    assert _named(session, hall.a01, closed) == set()
    assert _named(session, hall.a01, TODAY + timedelta(days=14)) == {hall.staff.user_id}
    for weeks in (1, 2):
        day = TOMORROW + timedelta(days=7 * weeks)
        assert _named(session, hall.a01, day) == {hall.second_staff.user_id}
    assert _named(session, hall.a01, TODAY + timedelta(days=9)) == set()
    assert _named(session, hall.a03, TODAY + timedelta(days=14)) == set()
    assert _named(session, hall.a01, TODAY + timedelta(days=21)) == set()


def test_a_window_that_the_week_does_not_name_keeps_what_it_has(
    session: Session, hall: Cast
) -> None:
    later = TODAY + timedelta(days=7)
    _set(session, hall, hall.a01, hall.staff)
    _set(session, hall, hall.a02, hall.lead, on=later)
    service.copy_week(session, hall.lead, monday=TODAY, weeks=1, now=NOW)
    assert _named(session, hall.a02, later) == {hall.lead.user_id}


def test_the_week_marks_who_is_needed_at_two_places(session: Session, hall: Cast) -> None:
    def elsewhere() -> set[tuple[str, tuple[str, ...]]]:
        week = service.week(session, hall.officer, monday=TODAY, now=NOW)
        return {
            (one.name, one.also_at)
            for row in week.rows
            for one in row.cells[0].people
            if one.also_at
        }

    assert elsewhere() == set(), "a lead of two windows is at home in both"
    _stand_in(session, hall, hall.other_staff, hall.staff)
    assert elsewhere() == {("吴涛", ("A03 税务窗口",)), ("吴涛", ("A01 综合窗口",))}


def test_a_paused_window_needs_nobody(session: Session, hall: Cast) -> None:
    session.add(
        WindowPause(
            site_id=hall.site_id,
            window_id=hall.a01,
            first=TODAY,
            last=TODAY,
            reason="装修",
            created_at=NOW,
        )
    )
    for actor in (hall.staff, hall.second_staff, hall.lead):
        _away(session, hall, actor)
    week = service.week(session, hall.lead, monday=TODAY, now=NOW)
    cells = {row.window_id: row.cells[0] for row in week.rows}
    assert (cells[hall.a01].pause, cells[hall.a01].has_nobody) == ("装修", False)
    assert cells[hall.a02].has_nobody
    assert service.without_anybody(session, hall.lead, TODAY, NOW) == ["A02 社保窗口"]
    assert service.without_anybody(session, hall.officer, TOMORROW, NOW) == []


def test_copying_twice_changes_nothing_and_too_far_is_refused(session: Session, hall: Cast) -> None:
    _set(session, hall, None, hall.officer)
    for _again in range(2):
        service.copy_week(session, hall.officer, monday=TODAY, weeks=3, now=NOW)
        assert session.scalar(select(func.count(Duty.id))) == 4
    for weeks in (0, 13):
        with pytest.raises(InvalidValue):
            service.copy_week(session, hall.officer, monday=TODAY, weeks=weeks, now=NOW)


def test_copying_a_week_that_is_over_writes_today_and_later_only(
    session: Session, hall: Cast
) -> None:
    session.add(
        Duty(
            site_id=hall.site_id,
            user_id=hall.staff.user_id,
            window_id=hall.a01,
            on_date=date(2026, 11, 9),
        )
    )
    session.flush()
    assert service.copy_week(session, hall.lead, monday=date(2026, 11, 9), weeks=2, now=NOW) == 5
    assert _named(session, hall.a01, TODAY) == {hall.staff.user_id}
    assert _named(session, hall.a01, date(2026, 11, 16)) == set()


def test_days_of_duty_leave_out_absences_and_days_somebody_stands_in(
    session: Session, hall: Cast
) -> None:
    guard, last = hall.third_party, TODAY + timedelta(days=4)
    for n in range(5):
        _set(session, hall, None, guard, on=TODAY + timedelta(days=n))
    _away(session, hall, guard, TOMORROW)
    wednesday = TODAY + timedelta(days=2)
    _stand_in(session, hall, hall.manager, guard, window_id=None, on=wednesday, by=hall.officer)

    def stands(actor: Actor) -> set[date]:
        return service.duty_days(session, actor.user_id, TODAY, last, window_id=None)

    assert stands(guard) == {TODAY, TODAY + timedelta(days=3), last}
    assert stands(hall.manager) == {wednesday}


def test_the_windows_somebody_serves_by_the_roster(session: Session, hall: Cast) -> None:
    def serves(actor: Actor, on: date = TODAY) -> frozenset[int]:
        return service.serving(session, actor.user_id, on)

    assert serves(hall.other_staff) == frozenset()
    _stand_in(session, hall, hall.other_staff, hall.staff)
    _set(session, hall, hall.a02, hall.other_staff, hall.officer)
    assert serves(hall.other_staff) == {hall.a01, hall.a02}
    assert serves(hall.other_staff, TOMORROW) == frozenset()
    _stand_in(session, hall, hall.manager, hall.officer, window_id=hall.a02)
    assert serves(hall.officer) == frozenset()
    assert serves(hall.manager) == {hall.a02}
    _away(session, hall, hall.other_staff)
    assert serves(hall.other_staff) == frozenset()


def test_a_tablet_offers_the_stand_in_first(session: Session, hall: Cast) -> None:
    _stand_in(session, hall, hall.other_staff, hall.staff)
    found = accounts.tablet_of(session, tablet(session, hall, hall.a01))
    assert found is not None
    names = service.today_name_list(session, found, TODAY)
    assert hall.other_staff.user_id in {person.id for person in names.on_duty}
    assert hall.staff.user_id in {person.id for person in names.others}


def test_every_change_of_the_roster_is_in_the_journal(session: Session, hall: Cast) -> None:
    before = session.scalar(select(func.count(journal.Entry.id))) or 0
    _set(session, hall, hall.a01, hall.staff, by=hall.lead)
    _stand_in(session, hall, hall.other_staff, hall.staff)
    service.copy_week(session, hall.lead, monday=TODAY, weeks=1, now=NOW)
    service.remove_stand_in(
        session,
        hall.lead,
        site_id=hall.site_id,
        window_id=hall.a01,
        on=TODAY,
        user_id=hall.other_staff.user_id,
        now=NOW,
    )
    found = session.scalars(select(journal.Entry.action).order_by(journal.Entry.id)).all()
    assert found[before:] == [
        "workplace.set_duty",
        "workplace.stand_in",
        "workplace.copy_week",
        "workplace.remove_stand_in",
    ]


def test_a_thousand_windows_are_copied_in_few_statements(session: Session, hall: Cast) -> None:
    for number in range(100):
        service.create_window(
            session, None, site_id=hall.site_id, code=f"B{number:03}", name="窗口", now=NOW
        )
    for window in service.list_windows(session, hall.site_id):
        _set(session, hall, window.id, hall.officer)
    statements: list[str] = []

    @event.listens_for(session.get_bind(), "before_cursor_execute")
    def count(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    service.copy_week(session, hall.officer, monday=TODAY, weeks=4, now=NOW)
    event.remove(session.get_bind(), "before_cursor_execute", count)
    assert session.scalar(select(func.count(Duty.id))) == 103 * 5
    assert len(statements) < 25


def _named(session: Session, window_id: int, on: date) -> set[int]:
    return set(
        session.scalars(select(Duty.user_id).where(Duty.window_id == window_id, Duty.on_date == on))
    )
