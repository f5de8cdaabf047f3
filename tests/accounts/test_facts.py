"""What is known of a person besides their name: added, changed, found again."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.accounts import service
from safety_app.accounts.errors import JoinsTooLate, LoginTaken, StaffNoTaken, TrainedLater
from safety_app.core.errors import AppError, NotAllowed, NotFound, TextMissing, TextTooLong
from safety_app.core.journal import Entry
from tests.cast import NOW, TODAY, Cast


def _add(session: Session, hall: Cast, login: str = "newcomer", staff_no: str = "0031") -> int:
    user = service.create_user(
        session,
        hall.administrator,
        site_id=hall.site_id,
        login=login,
        name="新同事",
        staff_no=staff_no,
        phone="１３８００００１２３４",
        joined_on=date(2026, 3, 1),
        trained_on=date(2026, 3, 5),
        exam_result="合格",
        now=NOW,
    )
    return user.id


def _last_action(session: Session) -> str:
    return str(session.scalar(select(Entry.action).order_by(Entry.id.desc()).limit(1)))


def test_a_person_is_added_with_all_that_the_table_says(session: Session, hall: Cast) -> None:
    user = session.get_one(service.User, _add(session, hall))
    assert (user.staff_no, user.phone, user.exam_result) == ("0031", "13800001234", "合格")
    assert (user.joined_on, user.trained_on) == (date(2026, 3, 1), date(2026, 3, 5))


def test_what_is_not_named_stays_as_it_is(session: Session, hall: Cast) -> None:
    user_id = _add(session, hall)
    service.update_person(
        session, hall.administrator, user_id, now=NOW, name="新名字", trained_on=None
    )
    user = session.get_one(service.User, user_id)
    assert (user.name, user.trained_on, user.staff_no) == ("新名字", None, "0031")
    assert _last_action(session) == "accounts.update_person"


def test_a_change_that_changes_nothing_is_not_written_down(session: Session, hall: Cast) -> None:
    user_id = _add(session, hall)
    service.update_person(session, hall.administrator, user_id, now=NOW, name="新同事")
    assert _last_action(session) == "accounts.create_user"


def test_a_staff_number_belongs_to_one_person(session: Session, hall: Cast) -> None:
    first = _add(session, hall, staff_no="b７")
    assert service.find_by_staff_no(session, hall.site_id, " B7 ") == first
    assert service.find_by_staff_no(session, hall.foreign_site_id, "b7") is None
    assert service.find_by_staff_no(session, hall.site_id, "") is None
    with pytest.raises(StaffNoTaken):
        _add(session, hall, login="second", staff_no="B7")
    second = _add(session, hall, login="second", staff_no="")
    with pytest.raises(StaffNoTaken):
        service.update_person(session, None, second, now=NOW, staff_no="B7")
    service.update_person(session, None, first, now=NOW, staff_no="B7")


def test_bad_facts_are_refused_by_name(session: Session, hall: Cast) -> None:
    user_id = _add(session, hall)
    for change, error in (
        ({"name": " "}, TextMissing),
        ({"phone": "1" * 33}, TextTooLong),
        ({"login": "limin"}, LoginTaken),
    ):
        with pytest.raises(error):
            service.update_person(session, None, user_id, now=NOW, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fact", "last", "error"),
    [("trained_on", TODAY, TrainedLater), ("joined_on", TODAY + timedelta(90), JoinsTooLate)],
)
def test_a_day_too_late_is_refused_wherever_it_is_written(
    session: Session, hall: Cast, fact: str, last: date, error: type[AppError]
) -> None:
    admin, late = hall.administrator, last + timedelta(1)
    facts: Any = {fact: last}
    service.update_person(session, admin, hall.staff.user_id, now=NOW, **facts)
    facts[fact] = late
    with pytest.raises(error) as refused:
        service.update_person(session, admin, hall.staff.user_id, now=NOW, **facts)
    assert str(last) in refused.value.message()
    with pytest.raises(error):
        service.create_user(
            session, admin, site_id=hall.site_id, login="late", name="迟", now=NOW, **facts
        )
    newcomer = service.Newcomer("late", "迟", facts)
    with pytest.raises(error):
        service.create_users(session, admin, [newcomer], site_id=hall.site_id, now=NOW)
    assert getattr(session.get_one(service.User, hall.staff.user_id), fact) == last


def test_only_the_administrator_of_the_site_changes_people(session: Session, hall: Cast) -> None:
    for role, actor in hall.everyone().items():
        if role != "administrator":
            with pytest.raises(NotAllowed):
                service.update_person(session, actor, hall.staff.user_id, now=NOW, post="x")
    with pytest.raises(NotFound):
        service.update_person(
            session, hall.administrator, hall.foreign_manager.user_id, now=NOW, post="x"
        )
