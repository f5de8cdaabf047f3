"""Whose the second signature is when somebody walked along: never nobody's while anybody is left.

The property holds the service against the rule said another way: by trying everybody.
"""

from dataclasses import dataclass
from itertools import product

import pytest
from sqlalchemy.orm import Session

from checklists.errors import OwnSheet
from checklists.models import Run, Task
from checklists.service.countersigning import find_sheet, may_countersign, support
from safety_app.accounts import service as accounts
from safety_app.accounts.models import Deputy
from safety_app.core.access import Actor
from safety_app.core.errors import AppError
from tests.cast import NOW, TODAY, Cast
from tests.checklists.checks import make_check
from tests.checklists.sheets import INK, Tablet
from tests.checklists.test_countersigning import LATER, owed, sign, walked
from tests.factories import make_task


def checked(session: Session, who: Actor, task: Task, companion: Actor | None = None) -> Run:
    """A check without a problem, with somebody along."""
    tablet = Tablet(session, who, task, now=NOW)
    tablet.pass_all()
    tablet.submit(companion_id=companion.user_id if companion else None)
    return tablet.run


def holders(session: Session, hall: Cast, run: Run) -> list[str]:
    """On whose lists a sheet is."""
    return [name for name, who in hall.everyone().items() if run.id in owed(session, who)]


def test_the_lead_inspected_may_walk_along_on_the_fire_check_and_signs_it(
    session: Session, hall: Cast
) -> None:
    run = checked(session, hall.officer, make_check(session, hall, "fire-quarterly"), hall.lead)
    assert holders(session, hall, run) == ["lead"]
    sheet = find_sheet(session, hall.lead, run.id)
    assert sheet and may_countersign(session, hall.lead, sheet)
    assert support(session, hall.lead, [run.id])[run.id].may_sign
    with pytest.raises(OwnSheet):
        sign(session, hall.officer, run)
    assert sign(session, hall.lead, run) == [run.id]


def test_a_manager_along_on_the_monthly_check_signs_it(session: Session, hall: Cast) -> None:
    run = checked(session, hall.lead, make_check(session, hall), hall.manager)
    assert holders(session, hall, run) == ["manager"]
    assert sign(session, hall.manager, run) == [run.id]


def test_a_manager_along_on_the_fire_check_of_a_floor_signs_it(
    session: Session, hall: Cast
) -> None:
    task = make_check(session, hall, "fire-quarterly", common=True)
    run = checked(session, hall.officer, task, hall.manager)
    assert holders(session, hall, run) == ["manager"]
    assert sign(session, hall.manager, run) == [run.id]


def test_a_lead_along_on_a_patrol_is_a_patroller_and_the_officer_signs(
    session: Session, hall: Cast
) -> None:
    run = walked(session, hall, hall.staff, companion=hall.lead)
    assert holders(session, hall, run) == ["officer"]
    sheet = find_sheet(session, hall.lead, run.id)
    assert sheet and not may_countersign(session, hall.lead, sheet)
    with pytest.raises(OwnSheet):
        sign(session, hall.lead, run)
    assert sign(session, hall.officer, run) == [run.id]


def test_a_lead_with_the_officer_along_goes_up_to_the_manager(session: Session, hall: Cast) -> None:
    run = walked(session, hall, hall.lead, companion=hall.officer)
    assert holders(session, hall, run) == ["manager"]


def test_the_officer_with_a_stand_in_along_does_not_sign_a_check_of_a_lead(
    session: Session, hall: Cast
) -> None:
    run = checked(session, hall.officer, make_check(session, hall, "fire-quarterly"), hall.manager)
    assert holders(session, hall, run) == ["lead"]
    with pytest.raises(OwnSheet):
        sign(session, hall.manager, run)


def test_a_sheet_of_a_deputys_days_goes_on_when_nobody_leads_the_window_any_more(
    session: Session, hall: Cast
) -> None:
    deputy = Deputy(
        site_id=hall.site_id, window_id=hall.a01, user_id=hall.second_staff.user_id,
        first=TODAY, last=TODAY, created_at=NOW,
    )  # fmt: skip
    session.add(deputy)
    accounts.deactivate(session, None, hall.lead.user_id, NOW)
    run = walked(session, hall, hall.staff)
    deputy.last = TODAY.replace(day=22)
    deputy.first = TODAY.replace(day=20)
    session.flush()
    assert holders(session, hall, run) == ["officer"]


@dataclass(frozen=True)
class Case:
    """Who walked what with whom, and who has left since."""

    kind: str
    walker: str
    companion: str | None
    left: str | None

    def __str__(self) -> str:
        return f"{self.kind}, {self.walker} with {self.companion}, without {self.left}"


KINDS = {
    "window": ("staff", "lead", "officer"),
    "common": ("officer",),
    "lead-monthly": ("lead", "officer"),
    "fire-quarterly": ("officer",),
    "fire-quarterly common": ("officer",),
}
CASES = [
    Case(kind, walker, companion, left)
    for kind, walkers in KINDS.items()
    for walker, companion, left in product(
        walkers,
        (None, "staff", "second_staff", "lead", "officer", "manager"),
        (None, "lead", "officer", "manager"),
    )
    if walker not in (companion, left) and (companion is None or companion != left)
]


def make(session: Session, hall: Cast, case: Case) -> Run:
    """The sheet of a case."""
    if case.kind in ("window", "common"):
        task = make_task(session, hall, common=case.kind == "common")
    else:
        code, _gap, common = case.kind.partition(" ")
        task = make_check(session, hall, code, common=bool(common))
    tablet = Tablet(session, getattr(hall, case.walker), task, now=task.opens_at)
    tablet.pass_all()
    along = getattr(hall, case.companion).user_id if case.companion else None
    tablet.submit(companion_id=along)
    return tablet.run


def may(session: Session, who: Actor, run: Run) -> bool:
    """Whether somebody can put the second signature, tried and taken back."""
    trial = session.begin_nested()
    try:
        return bool(sign(session, who, run, signature=INK, now=LATER))
    except AppError:
        return False
    finally:
        trial.rollback()


def test_every_sheet_is_on_the_list_of_somebody_who_may_sign_it(
    session: Session, hall: Cast
) -> None:
    nobody = []
    for case in CASES:
        trial = session.begin_nested()
        if case.left:
            accounts.deactivate(session, None, getattr(hall, case.left).user_id, NOW)
        run = make(session, hall, case)
        people = {
            name: who
            for name, who in hall.everyone().items()
            if name not in (case.left, "administrator", "third_party")
        }
        listed = {name for name, who in people.items() if run.id in owed(session, who)}
        able = {name for name, who in people.items() if may(session, who, run)}
        assert listed <= able, f"{case}: on the list of one who may not"
        assert case.walker not in able, f"{case}: the walker signs"
        assert bool(listed) == bool(able), f"{case}: on nobody's list"
        if not listed:
            nobody.append(case)
        trial.rollback()
        session.expire_all()
    assert [str(case) for case in nobody if not has_nobody_above(case)] == []


def has_nobody_above(case: Case) -> bool:
    """In a hall without a manager: the monthly check, and what the officer walked for no lead."""
    if case.left != "manager":
        return False
    return case.kind == "lead-monthly" or case.walker == "officer"
