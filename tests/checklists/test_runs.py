"""Opening a sheet: who may, when, and who takes over from whom."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checklists import service
from checklists.errors import NotYourPatrol, TaskClosed, TaskNotOpenYet
from checklists.models import Run, RunToken
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.workplace import service as workplace
from tests.cast import NOW, TODAY, Cast
from tests.checklists.sheets import Tablet
from tests.factories import make_task


def on_device(actor: Actor, device_id: int | None) -> Actor:
    """The same person at another tablet."""
    return replace(actor, device_id=device_id)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("staff", None),
        ("second_staff", None),
        ("lead", None),
        ("officer", None),
        ("manager", NotYourPatrol),
        ("administrator", NotFound),
        ("third_party", NotFound),
        ("other_staff", NotFound),
        ("other_lead", NotFound),
        ("foreign_manager", NotFound),
    ],
)
def test_who_may_walk_a_windows_sheet(
    session: Session, hall: Cast, who: str, expected: type[Exception] | None
) -> None:
    task = make_task(session, hall)
    actor = getattr(hall, who)
    if expected is None:
        assert service.open_run(session, actor, task.id, now=NOW).token
    else:
        with pytest.raises(expected):
            service.open_run(session, actor, task.id, now=NOW)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("officer", None),
        ("lead", NotYourPatrol),
        ("manager", NotYourPatrol),
        ("staff", NotFound),
        ("third_party", NotFound),
    ],
)
def test_who_may_walk_the_common_areas(
    session: Session, hall: Cast, who: str, expected: type[Exception] | None
) -> None:
    task = make_task(session, hall, common=True)
    actor = getattr(hall, who)
    if expected is None:
        assert service.open_run(session, actor, task.id, now=NOW).token
    else:
        with pytest.raises(expected):
            service.open_run(session, actor, task.id, now=NOW)


@pytest.mark.parametrize("who", ["staff", "third_party", "lead"])
def test_whoever_is_on_duty_walks_the_common_areas(session: Session, hall: Cast, who: str) -> None:
    task = make_task(session, hall, common=True)
    actor = getattr(hall, who)
    workplace.set_duty(
        session,
        None,
        site_id=hall.site_id,
        on=TODAY,
        window_id=None,
        user_ids=[actor.user_id],
        now=NOW,
    )
    assert service.open_run(session, actor, task.id, now=NOW).token


def test_a_sheet_opens_at_its_time_and_closes_at_its_time(session: Session, hall: Cast) -> None:
    task = make_task(session, hall)
    just_before = task.opens_at - timedelta(seconds=1)
    with pytest.raises(TaskNotOpenYet, match="08:00"):
        service.open_run(session, hall.staff, task.id, now=just_before)
    assert service.open_run(session, hall.staff, task.id, now=task.opens_at).token
    last = task.closes_at - timedelta(seconds=1)
    assert service.open_run(session, hall.staff, task.id, now=last).token
    with pytest.raises(TaskClosed, match="11:00"):
        service.open_run(session, hall.staff, task.id, now=task.closes_at)


def test_a_reload_keeps_the_token_and_what_was_answered(session: Session, hall: Cast) -> None:
    tablet = Tablet(session, hall.staff, make_task(session, hall))
    tablet.answer("D07", "P")
    again = service.open_run(
        session, hall.staff, tablet.task.id, held_token=tablet.opened.token, now=NOW
    )
    assert again.token == tablet.opened.token
    assert (again.last_seq, again.answers, again.taken_over_from) == (1, "P...", None)


def test_another_person_takes_over_and_is_told_from_whom(session: Session, hall: Cast) -> None:
    first = Tablet(session, hall.staff, make_task(session, hall))
    first.answer("D07", "P")
    second = service.open_run(session, hall.second_staff, first.task.id, now=NOW)
    assert second.token != first.opened.token
    assert (second.answers, second.taken_over_from) == ("P...", "王晓燕")


def test_a_held_token_of_somebody_else_is_not_handed_on(session: Session, hall: Cast) -> None:
    first = Tablet(session, hall.staff, make_task(session, hall))
    stolen = service.open_run(
        session, hall.second_staff, first.task.id, held_token=first.opened.token, now=NOW
    )
    assert stolen.token != first.opened.token


def test_an_old_token_is_not_taken_up_again(session: Session, hall: Cast) -> None:
    first = Tablet(session, hall.staff, make_task(session, hall))
    service.open_run(session, hall.second_staff, first.task.id, now=NOW)
    back = service.open_run(
        session, hall.staff, first.task.id, held_token=first.opened.token, now=NOW
    )
    assert back.token != first.opened.token
    assert back.taken_over_from == "周航"


def test_the_same_person_at_the_same_tablet_takes_over_from_nobody(
    session: Session, hall: Cast
) -> None:
    task = make_task(session, hall)
    service.open_run(session, hall.staff, task.id, now=NOW)
    assert service.open_run(session, hall.staff, task.id, now=NOW).taken_over_from is None


def test_a_task_has_one_run_and_one_token_that_counts(session: Session, hall: Cast) -> None:
    task = make_task(session, hall)
    for actor in (hall.staff, hall.lead, hall.officer, hall.staff):
        service.open_run(session, actor, task.id, now=NOW)
    assert session.scalar(select(func.count()).select_from(Run)) == 1
    live = select(func.count()).where(RunToken.replaced_at.is_(None))
    assert session.scalar(live) == 1


def test_the_token_itself_is_not_in_the_database(session: Session, hall: Cast) -> None:
    opened = service.open_run(session, hall.staff, make_task(session, hall).id, now=NOW)
    stored = session.scalars(select(RunToken.token_hash)).one()
    assert opened.token not in stored
    assert len(stored) == 64
