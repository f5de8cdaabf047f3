"""Dates that people type lie within two years; a year that was mistyped is told."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core.horizon import AHEAD, TooFarAhead
from safety_app.features import features
from safety_app.workplace import service
from safety_app.workplace.models import AbsenceReason, DayKind, Post
from tests.cast import NOW, TODAY, Cast

END = date.max
LAST = TODAY + AHEAD
DAY = timedelta(days=1)
Change = Callable[[Session, Cast, date], object]


@pytest.fixture(autouse=True)
def _words() -> None:
    features()


def _facts(hall: Cast, **facts: Any) -> dict[str, Any]:
    return {"site_id": hall.site_id, "now": NOW, **facts}


def _duty(session: Session, hall: Cast, on: date) -> object:
    who = [hall.staff.user_id]
    service.set_duty(
        session, hall.lead, **_facts(hall, on=on, window_id=hall.a01, user_ids=who)
    )  # fmt: skip
    return who


def _stand_in(session: Session, hall: Cast, on: date) -> object:
    people = {"for_id": hall.staff.user_id, "user_id": hall.officer.user_id}
    return service.stand_in(
        session, hall.lead, **_facts(hall, on=on, window_id=hall.a01, **people)
    )  # fmt: skip


def _pause(session: Session, hall: Cast, on: date) -> object:
    facts = _facts(hall, first=on, last=on, reason="装修")
    return service.pause_window(session, hall.administrator, hall.a01, **facts)


def _longer_pause(session: Session, hall: Cast, on: date) -> object:
    facts = _facts(hall, first=TODAY, last=TODAY, reason="装修")
    made = service.pause_window(session, hall.administrator, hall.a01, **facts)
    service.set_pause_end(session, hall.administrator, made.id, **_facts(hall, last=on))
    return made


def _retire(session: Session, hall: Cast, on: date) -> object:
    return service.retire_window(session, hall.administrator, hall.a01, **_facts(hall, on=on))


def _away(session: Session, hall: Cast, on: date) -> object:
    facts = _facts(hall, first=on, last=on, reason=AbsenceReason.LEAVE)
    return service.record_absence(session, hall.lead, user_id=hall.staff.user_id, **facts)


def _moved_away(session: Session, hall: Cast, on: date) -> object:
    facts = _facts(hall, first=TODAY, last=TODAY, reason=AbsenceReason.LEAVE)
    made = service.record_absence(session, hall.lead, user_id=hall.staff.user_id, **facts)
    moved = {"first": on, "last": on, "reason": AbsenceReason.LEAVE, "now": NOW - DAY}
    return service.change_absence(session, hall.lead, made.id, **moved)  # type: ignore[arg-type]


def _deputy(session: Session, hall: Cast, on: date) -> object:
    return accounts.name_deputy(
        session, hall.lead, hall.a01, hall.staff.user_id, first=on, last=on, now=NOW
    )


def _post(session: Session, hall: Cast, on: date) -> object:
    facts = _facts(hall, post=Post.FIRE_MANAGER, user_id=hall.manager.user_id, first=on)
    return service.appoint(session, hall.administrator, **facts)


def _post_ends(session: Session, hall: Cast, on: date) -> object:
    held = service.appoint(
        session, hall.administrator,
        **_facts(hall, post=Post.FIRE_MANAGER, user_id=hall.manager.user_id, first=TODAY),
    )  # fmt: skip
    service.end_appointment(session, hall.administrator, held.id, **_facts(hall, last=on))
    return held


CHANGES = [
    _duty, _stand_in, _pause, _longer_pause, _retire, _away, _moved_away, _deputy, _post,
    _post_ends,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("on", [LAST + DAY, END])
def test_a_day_more_than_two_years_ahead_is_refused_with_the_last_one(
    session: Session, hall: Cast, change: Change, on: date
) -> None:
    with pytest.raises(TooFarAhead) as told:
        change(session, hall, on)
    assert "太远" in told.value.message() and "2028年11月" in told.value.message()


@pytest.mark.parametrize("change", [one for one in CHANGES if one is not _moved_away])
def test_a_day_two_years_ahead_is_planned(session: Session, hall: Cast, change: Change) -> None:
    change(session, hall, LAST - DAY)


def test_a_week_so_far_away_is_not_copied(session: Session, hall: Cast) -> None:
    with pytest.raises(TooFarAhead):
        service.copy_week(session, hall.lead, monday=date(9999, 12, 27), weeks=1, now=NOW)


def test_exceptions_reach_to_the_end_of_the_last_year_of_a_notice(
    session: Session, hall: Cast
) -> None:
    def close(on: date) -> None:
        service.set_day(session, hall.officer, **_facts(hall, on=on, kind=DayKind.OFF))

    close(date(2028, 12, 31))
    for on in (date(2029, 1, 1), END):
        with pytest.raises(TooFarAhead) as told:
            close(on)
        assert "2028年12月31日" in told.value.message()
