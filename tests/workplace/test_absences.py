"""Who is away: entered for today or later, by those who keep the roster."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import InvalidValue, NotAllowed, NotFound, TextTooLong
from safety_app.core.i18n import use_language
from safety_app.features import features
from safety_app.workplace import service
from safety_app.workplace.models import Absence, AbsenceReason
from safety_app.workplace.roster_errors import (
    AbsenceIsPast,
    AbsencePastStays,
    AbsencesOverlap,
    DaysReversed,
    PeriodTooLong,
)
from tests.cast import NOW, TODAY, Cast

FRIDAY = TODAY + timedelta(days=4)
LATER = NOW + timedelta(days=2)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _words() -> None:
    features()


def _record(session: Session, hall: Cast, by: Actor | None, who: Actor, **facts: Any) -> Absence:
    wanted = {"first": TODAY, "last": FRIDAY, "reason": AbsenceReason.LEAVE, "now": NOW, **facts}
    return service.record_absence(session, by, user_id=who.user_id, site_id=hall.site_id, **wanted)


def _change(session: Session, by: Actor, absence: Absence, **facts: Any) -> Absence:
    wanted = {
        "first": absence.first, "last": absence.last, "reason": absence.reason,
        "note": absence.note, "now": LATER, **facts,
    }  # fmt: skip
    return service.change_absence(session, by, absence.id, **wanted)


@pytest.mark.parametrize(
    ("by", "who", "allowed"),
    [
        ("lead", "staff", True),
        ("lead", "lead", True),
        ("lead", "other_staff", False),
        ("lead", "officer", False),
        ("officer", "other_staff", True),
        ("manager", "officer", True),
        ("administrator", "staff", True),
        ("staff", "staff", False),
        ("third_party", "staff", False),
    ],
)
def test_who_may_mark_whom_as_away(
    session: Session, hall: Cast, by: str, who: str, allowed: bool
) -> None:
    def record() -> None:
        _record(session, hall, getattr(hall, by), getattr(hall, who))

    if allowed:
        record()
    else:
        with pytest.raises(NotAllowed):
            record()


def test_nobody_was_away_after_the_fact(session: Session, hall: Cast) -> None:
    for by in (None, hall.lead, hall.manager):
        with pytest.raises(AbsenceIsPast):
            _record(session, hall, by, hall.staff, first=YESTERDAY)


def test_the_day_of_the_hall_counts_and_not_that_of_the_server(
    session: Session, hall: Cast
) -> None:
    midnight = NOW.replace(hour=16, minute=30)  # 00:30 of the next day in Shanghai
    with pytest.raises(AbsenceIsPast):
        _record(session, hall, hall.lead, hall.staff, now=midnight)


def test_what_cannot_be_an_absence(session: Session, hall: Cast) -> None:
    with pytest.raises(DaysReversed):
        _record(session, hall, hall.lead, hall.staff, last=YESTERDAY)
    with pytest.raises(PeriodTooLong):
        _record(session, hall, hall.lead, hall.staff, last=TODAY + timedelta(days=366))
    with pytest.raises(InvalidValue):
        _record(session, hall, hall.lead, hall.staff, reason="hangover")
    with pytest.raises(TextTooLong):
        _record(session, hall, hall.lead, hall.staff, note="病" * 201)
    with pytest.raises(NotFound):
        _record(session, hall, hall.lead, hall.foreign_manager)


def test_nobody_is_away_twice_at_once(session: Session, hall: Cast) -> None:
    _record(session, hall, hall.lead, hall.staff)
    with pytest.raises(AbsencesOverlap):
        _record(session, hall, hall.lead, hall.staff, first=FRIDAY, last=FRIDAY)
    _record(session, hall, hall.lead, hall.second_staff)
    after = FRIDAY + timedelta(days=1)
    _record(session, hall, hall.lead, hall.staff, first=after, last=after)


def test_an_absence_is_corrected_from_today_on(session: Session, hall: Cast) -> None:
    absence = _record(session, hall, hall.lead, hall.staff)
    wednesday = TODAY + timedelta(days=2)
    _change(session, hall.lead, absence, last=wednesday, reason="sick", note="发烧")
    assert (absence.last, absence.reason, absence.note) == (wednesday, "sick", "发烧")
    _change(session, hall.lead, absence, last=TODAY + timedelta(days=1))
    for facts in (
        {"last": TODAY},
        {"first": TODAY + timedelta(days=1)},
        {"first": YESTERDAY},
    ):
        with pytest.raises(AbsencePastStays):
            _change(session, hall.lead, absence, **facts)
    _change(session, hall.lead, absence, note="已补假条")
    with pytest.raises(NotAllowed):
        _change(session, hall.other_lead, absence)


def test_whoever_comes_back_early_is_there_from_today_on(session: Session, hall: Cast) -> None:
    absence = _record(session, hall, hall.lead, hall.staff)
    service.end_absence(session, hall.lead, absence.id, now=LATER)
    assert (absence.first, absence.last) == (TODAY, TODAY + timedelta(days=1))
    with pytest.raises(AbsencePastStays):
        service.end_absence(session, hall.lead, absence.id, now=LATER)
    planned = _record(session, hall, hall.lead, hall.staff, first=FRIDAY)
    service.end_absence(session, hall.lead, planned.id, now=LATER)
    assert session.get(Absence, planned.id) is None


def test_a_lead_sees_the_absences_of_own_staff(session: Session, hall: Cast) -> None:
    _record(session, hall, None, hall.staff, note="门诊")
    _record(session, hall, None, hall.other_staff)

    def seen(actor: Actor, first: date = TODAY) -> list[str]:
        return [row.name for row in service.list_absences(session, actor, first, FRIDAY)]

    assert seen(hall.lead) == ["王晓燕"]
    assert seen(hall.officer) == ["王晓燕", "吴涛"]
    assert seen(hall.staff) == []
    assert seen(hall.foreign_manager) == []
    assert seen(hall.officer, FRIDAY + timedelta(days=1)) == []
    with use_language("en"):
        (row,) = service.list_absences(session, hall.lead, TODAY, TODAY)
        assert (row.display_reason, row.display_days) == ("Leave", "Mon 23 Nov – Fri 27 Nov")


def test_every_change_of_an_absence_is_in_the_journal(session: Session, hall: Cast) -> None:
    before = session.scalar(select(func.count(journal.Entry.id))) or 0
    absence = _record(session, hall, hall.lead, hall.staff)
    _change(session, hall.lead, absence, note="病假")
    service.end_absence(session, hall.lead, absence.id, now=LATER)
    found = session.scalars(select(journal.Entry.action).order_by(journal.Entry.id)).all()
    assert found[before:] == [
        "workplace.record_absence",
        "workplace.change_absence",
        "workplace.end_absence",
    ]
