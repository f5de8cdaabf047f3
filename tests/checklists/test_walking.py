"""A whole patrol in one call obeys the rules of the sheet."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from checklists import service
from checklists.entries import Entry
from checklists.errors import (
    NotYourPatrol,
    SheetIncomplete,
    TaskClosed,
    TaskNotOpenYet,
    UnknownItem,
)
from checklists.models import FindingPhoto, Run, Task
from checklists.recurrence import State
from checklists.service import Drawn, Submitted
from hazards.models import Hazard, HazardPhoto
from safety_app.accounts.errors import SignatureInvalid
from tests.cast import NOW, TODAY, Cast
from tests.checklists.sheets import INK, items_of
from tests.factories import make_photo, make_task


@pytest.fixture
def task(session: Session, hall: Cast) -> Task:
    """The patrol before opening at window A01."""
    return make_task(session, hall)


def walk(session: Session, hall: Cast, task: Task, *entries: Entry, **facts: Any) -> Submitted:
    """Walk it in the morning, by 王晓燕, unless told otherwise."""
    wanted = {"signature": INK, "opened_at": task.opens_at, "now": task.due_at, **facts}
    actor = wanted.pop("actor", hall.staff)
    items = list(items_of(session, task).values())
    return service.walk(session, actor, task, items, entries, **wanted)


def failed(session: Session, task: Task, **facts: Any) -> Entry:
    """D07 has a problem."""
    item = items_of(session, task)["D07"]
    return Entry.model_validate({"item_id": item.id, "value": "F", **facts})


def test_what_has_no_entry_is_normal(session: Session, hall: Cast, task: Task) -> None:
    assert walk(session, hall, task).state is State.DONE
    assert session.scalars(select(Run.answers)).one() == "PPPP"
    row = service.list_tasks(session, hall.staff, day=TODAY, now=NOW)[0]
    assert (row.state, row.submitted_by) == (State.DONE, "王晓燕")


def test_a_failed_item_is_a_hazard_with_its_picture(
    session: Session, hall: Cast, task: Task
) -> None:
    entry = failed(session, task, disposal="hazard", note="插头发热")
    photos = {entry.item_id: [make_photo("one")]}
    done = walk(session, hall, task, entry, photos=photos)
    assert done.hazards == (session.scalars(select(Hazard.number)).one(),)
    assert session.scalars(select(FindingPhoto.key)).one() == make_photo("one").key
    assert session.scalars(select(HazardPhoto.key)).one() == make_photo("one").key


def test_it_must_be_complete_signed_and_in_time(session: Session, hall: Cast, task: Task) -> None:
    for entry in (failed(session, task), failed(session, task, disposal="spot")):
        with pytest.raises(SheetIncomplete), session.begin_nested():
            walk(session, hall, task, entry)
    with pytest.raises(SheetIncomplete), session.begin_nested():
        walk(session, hall, task, failed(session, task, value="."))
    with pytest.raises(UnknownItem), session.begin_nested():
        walk(session, hall, task, Entry.model_validate({"item_id": 999_999, "value": "P"}))
    with pytest.raises(SignatureInvalid), session.begin_nested():
        walk(session, hall, task, signature=Drawn([], 300, 100))
    with pytest.raises(TaskNotOpenYet):
        walk(session, hall, task, opened_at=task.opens_at - timedelta(minutes=1))
    with pytest.raises(TaskClosed):
        walk(session, hall, task, now=task.closes_at)
    assert session.scalars(select(Run)).all() == []


def test_only_who_may_patrol_walks(session: Session, hall: Cast, task: Task) -> None:
    for actor in (hall.manager, hall.other_staff, hall.third_party, hall.foreign_manager):
        with pytest.raises(NotYourPatrol):
            walk(session, hall, task, actor=actor)


def test_a_task_is_walked_once(session: Session, hall: Cast, task: Task) -> None:
    walk(session, hall, task)
    with pytest.raises(IntegrityError), session.begin_nested():
        walk(session, hall, task)
