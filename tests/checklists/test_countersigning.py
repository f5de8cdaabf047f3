"""The second signature: who owes it, a day at once, one by one, twice, and by nobody else."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checklists import service
from checklists.errors import (
    NoSheets,
    NotSubmitted,
    NotYourCountersignature,
    NotYourPatrol,
    OpenOneByOne,
    OwnSheet,
    SeveralDays,
)
from checklists.models import Countersignature, CountersignedRun, Run, Task
from checklists.service import Drawn, Flag, Typed
from safety_app.accounts import service as accounts
from safety_app.accounts.errors import SignatureInvalid, SignatureNotOwnName
from safety_app.accounts.models import Deputy
from safety_app.core import journal
from safety_app.core.access import Actor, Role
from safety_app.core.db import Database, reading, transaction
from safety_app.core.errors import NotFound, TextTooLong
from tests.cast import NOW, TODAY, Cast
from tests.checklists.checks import make_check
from tests.checklists.sheets import INK, Tablet
from tests.factories import make_task

LATER = NOW + timedelta(hours=12)


def walked(
    session: Session,
    hall: Cast,
    who: Actor,
    *,
    part: str = "opening",
    fails: bool = False,
    late: bool = False,
    companion: Actor | None = None,
    **place: object,
) -> Run:
    """A signed sheet, in time and without a problem unless said otherwise."""
    task = make_task(session, hall, part=part, **place)  # type: ignore[arg-type]
    moment = task.due_at + timedelta(minutes=5 if late else 0)
    tablet = Tablet(session, who, task, now=moment)
    first = next(iter(tablet.items))
    tablet.pass_all(but=(first,) if fails else ())
    if fails:
        tablet.answer(first, "F", disposal="spot", note="已处理")
    tablet.submit(companion_id=companion.user_id if companion else None)
    return tablet.run


def sign(session: Session, who: Actor, *runs: Run, **facts: object) -> list[int]:
    """Put the second signature under some sheets."""
    given = {"signature": INK, "now": LATER, **facts}
    return service.countersign(session, who, [run.id for run in runs], **given)  # type: ignore[arg-type]


def owed(session: Session, who: Actor) -> list[int]:
    """The runs that wait for somebody."""
    found = [one.run_id for one in service.waiting(session, who, now=LATER)]
    assert len(found) == service.count_waiting(session, who, now=LATER)
    return found


def test_what_staff_walked_waits_for_their_lead_alone(session: Session, hall: Cast) -> None:
    run = walked(session, hall, hall.staff)
    assert owed(session, hall.lead) == [run.id]
    for other in (hall.other_lead, hall.officer, hall.manager, hall.staff, hall.administrator):
        assert owed(session, other) == []


def test_what_the_lead_walked_waits_for_the_officer(session: Session, hall: Cast) -> None:
    run = walked(session, hall, hall.lead)
    assert owed(session, hall.officer) == [run.id]
    assert owed(session, hall.lead) == owed(session, hall.manager) == []


def test_the_common_areas_wait_for_the_officer_or_for_the_manager_above(
    session: Session, hall: Cast
) -> None:
    from safety_app.workplace.models import Duty

    session.add(
        Duty(site_id=hall.site_id, user_id=hall.staff.user_id, on_date=TODAY, window_id=None)
    )
    by_staff = walked(session, hall, hall.staff, common=True)
    by_officer = walked(session, hall, hall.officer, part="during", common=True)
    assert owed(session, hall.officer) == [by_staff.id]
    assert owed(session, hall.manager) == [by_officer.id]


def test_a_deputy_signs_for_the_lead_in_those_days(session: Session, hall: Cast) -> None:
    run = walked(session, hall, hall.staff)
    session.add(
        Deputy(
            site_id=hall.site_id, window_id=hall.a01, user_id=hall.second_staff.user_id,
            first=TODAY, last=TODAY, created_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    deputy = accounts.actor_for(session, hall.second_staff.user_id)
    deputy = replace(deputy, led=frozenset({hall.a01}), roles=deputy.roles | {Role.LEAD})
    assert owed(session, deputy) == [run.id]
    assert sign(session, deputy, run) == [run.id]


def test_what_a_deputy_walked_waits_for_the_lead_and_the_officer(
    session: Session, hall: Cast
) -> None:
    session.add(
        Deputy(
            site_id=hall.site_id, window_id=hall.a01, user_id=hall.second_staff.user_id,
            first=TODAY, last=None, created_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    run = walked(session, hall, hall.second_staff)
    assert owed(session, hall.officer) == [run.id]


def test_a_window_without_a_lead_waits_for_the_officer(session: Session, hall: Cast) -> None:
    accounts.deactivate(session, None, hall.lead.user_id, NOW)
    run = walked(session, hall, hall.staff)
    assert owed(session, hall.officer) == [run.id]


def test_one_signature_is_under_all_unflagged_sheets_of_a_day(session: Session, hall: Cast) -> None:
    runs = [walked(session, hall, hall.staff, part=part) for part in ("opening", "during")]
    assert sign(session, hall.lead, *runs, remark="  已核对 ") == [run.id for run in runs]
    assert session.scalar(select(func.count()).select_from(Countersignature)) == 1
    found = service.seconds(session, [run.id for run in runs])
    assert {one.name for one in found.values()} == {"李敏"}
    assert {(one.at, one.remark) for one in found.values()} == {(LATER, "已核对")}
    assert owed(session, hall.lead) == []


@pytest.mark.parametrize(
    ("facts", "flag"), [({"fails": True}, Flag.PROBLEM), ({"late": True}, Flag.LATE)]
)
def test_a_sheet_with_something_to_look_at_is_signed_by_itself(
    session: Session, hall: Cast, facts: dict[str, bool], flag: Flag
) -> None:
    plain = walked(session, hall, hall.staff, part="during")
    flagged = walked(session, hall, hall.staff, **facts)  # type: ignore[arg-type]
    sheets = {one.run_id: one for one in service.waiting(session, hall.lead, now=LATER)}
    assert (sheets[plain.id].flags, sheets[flagged.id].flags) == ((), (flag,))
    with pytest.raises(OpenOneByOne):
        sign(session, hall.lead, plain, flagged)
    assert sign(session, hall.lead, flagged) == [flagged.id]


def test_two_days_are_not_signed_at_once(session: Session, hall: Cast) -> None:
    today = walked(session, hall, hall.staff)
    tomorrow = walked(session, hall, hall.staff, on=TODAY + timedelta(days=1))
    later = NOW + timedelta(days=2)
    with pytest.raises(SeveralDays):
        sign(session, hall.lead, today, tomorrow, now=later)


def test_neither_walker_nor_companion_signs_a_second_time(session: Session, hall: Cast) -> None:
    own = walked(session, hall, hall.lead)
    along = walked(session, hall, hall.staff, part="during", companion=hall.lead)
    assert owed(session, hall.lead) == []
    for run in (own, along):
        with pytest.raises(OwnSheet):
            sign(session, hall.lead, run)


def test_the_next_above_may_stand_in_and_nobody_else(session: Session, hall: Cast) -> None:
    run = walked(session, hall, hall.staff)
    with pytest.raises(NotYourCountersignature) as refused:
        sign(session, hall.second_staff, run)
    assert "窗口负责人" in refused.value.message()
    with pytest.raises(NotYourCountersignature):
        sign(session, hall.manager, run)
    for stranger in (hall.other_lead, hall.foreign_manager, hall.third_party):
        with pytest.raises((NotFound, NotYourCountersignature)):
            sign(session, stranger, run)
    assert sign(session, hall.officer, run) == [run.id]


def test_only_a_submitted_sheet_is_signed_and_at_least_one(session: Session, hall: Cast) -> None:
    task = make_task(session, hall)
    tablet = Tablet(session, hall.staff, task, now=task.due_at)
    with pytest.raises(NotSubmitted):
        sign(session, hall.lead, tablet.run)
    with pytest.raises(NoSheets):
        sign(session, hall.lead)
    with pytest.raises(NotFound):
        service.countersign(session, hall.lead, [99], signature=INK, now=LATER)


def test_signing_twice_or_after_somebody_else_changes_nothing(session: Session, hall: Cast) -> None:
    runs = [walked(session, hall, hall.staff, part=part) for part in ("opening", "during")]
    assert sign(session, hall.lead, runs[0]) == [runs[0].id]
    before = service.seconds(session, [runs[0].id])
    assert sign(session, hall.lead, runs[0]) == []
    assert sign(session, hall.officer, runs[0], remark="又签") == []
    assert service.seconds(session, [runs[0].id]) == before
    assert sign(session, hall.lead, *runs) == [runs[1].id], "what was left"
    assert session.scalar(select(func.count()).select_from(CountersignedRun)) == 2


def test_the_signature_is_asked_for_as_on_submitting(session: Session, hall: Cast) -> None:
    run = walked(session, hall, hall.staff)
    with pytest.raises(SignatureInvalid):
        sign(session, hall.lead, run, signature=Drawn([[[1, 1], [2, 2]]], 300, 120))
    with pytest.raises(SignatureNotOwnName):
        sign(session, hall.lead, run, signature=Typed("王晓燕"))
    with pytest.raises(TextTooLong):
        sign(session, hall.lead, run, remark="字" * 201)
    assert sign(session, hall.lead, run, signature=Typed("李敏")) == [run.id]


def test_the_journal_holds_the_hash_of_what_was_signed(session: Session, hall: Cast) -> None:
    run = walked(session, hall, hall.staff)
    sign(session, hall.lead, run)
    entry = session.scalars(
        select(journal.Entry).where(journal.Entry.action == "checklists:countersign")
    ).one()
    assert (entry.actor_id, entry.object) == (hall.lead.user_id, "countersignature")
    assert journal.first_break(session) is None


def test_it_changes_no_figure(session: Session, hall: Cast) -> None:
    run = walked(session, hall, hall.staff)
    days = {"first": TODAY, "last": TODAY, "now": LATER}
    before = service.counts(session, hall.lead, **days)  # type: ignore[arg-type]
    sign(session, hall.lead, run)
    assert service.counts(session, hall.lead, **days) == before  # type: ignore[arg-type]


def test_an_old_sheet_is_not_waited_for_but_can_still_be_signed(
    session: Session, hall: Cast
) -> None:
    run = walked(session, hall, hall.staff)
    january = NOW + timedelta(days=60)
    assert service.waiting(session, hall.lead, now=january) == []
    assert sign(session, hall.lead, run, now=january) == [run.id]


def test_the_monthly_check_is_the_leads_and_waits_for_the_manager(
    session: Session, hall: Cast
) -> None:
    task = make_check(session, hall)
    with pytest.raises(NotYourPatrol):
        Tablet(session, hall.staff, task, now=NOW)
    run = checked(session, hall.lead, task)
    assert owed(session, hall.manager) == [run.id]
    assert owed(session, hall.officer) == []
    (sheet,) = service.waiting(session, hall.manager, now=LATER)
    assert sheet.flags == (Flag.CHECK,)
    with pytest.raises(NotYourCountersignature):
        sign(session, hall.officer, run)
    assert sign(session, hall.manager, run) == [run.id]


def test_the_fire_check_of_a_window_waits_for_the_lead_inspected(
    session: Session, hall: Cast
) -> None:
    task = make_check(session, hall, "fire-quarterly")
    with pytest.raises(NotYourPatrol):
        Tablet(session, hall.lead, task, now=NOW)
    run = checked(session, hall.officer, task)
    assert owed(session, hall.lead) == [run.id]
    assert owed(session, hall.manager) == []


def test_the_fire_check_of_a_floor_waits_for_the_manager(session: Session, hall: Cast) -> None:
    run = checked(session, hall.officer, make_check(session, hall, "fire-quarterly", common=True))
    assert owed(session, hall.manager) == [run.id]


def test_the_officer_stands_in_for_the_leads_check(session: Session, hall: Cast) -> None:
    run = checked(session, hall.officer, make_check(session, hall))
    assert owed(session, hall.manager) == [run.id]


def checked(session: Session, who: Actor, task: Task) -> Run:
    """A check done without a problem."""
    tablet = Tablet(session, who, task, now=NOW)
    tablet.pass_all()
    tablet.submit()
    return tablet.run


def test_two_who_sign_at_once_make_one_signature_a_sheet(database: Database, hall: Cast) -> None:
    with transaction() as session:
        found = [walked(session, hall, hall.staff, part=part).id for part in ("opening", "during")]
    start = Barrier(4)

    def press(who: Actor) -> list[int]:
        start.wait()
        with transaction() as session:
            return service.countersign(session, who, found, signature=INK, now=LATER)

    with ThreadPoolExecutor(4) as pool:
        signed = list(pool.map(press, [hall.lead, hall.lead, hall.officer, hall.officer]))
    assert sorted(run for runs in signed for run in runs) == found
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(CountersignedRun)) == 2
        assert session.scalar(select(func.count()).select_from(Countersignature)) == 1
        assert journal.first_break(session) is None
