"""Signing a sheet: complete, in time, by its holder, once; and the hazards that come of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checklists import service
from checklists.errors import (
    CompanionUnknown,
    EntriesOnTheWay,
    NotYourPatrol,
    RunSubmitted,
    RunTakenOver,
    SheetIncomplete,
    TaskClosed,
)
from checklists.models import Finding, Run
from checklists.recurrence import State
from checklists.service import Drawn, Typed
from checklists.service.figures import list_spot_fixes
from hazards import service as hazards
from hazards.models import Hazard, HazardStep, Status, Step
from safety_app.accounts.errors import SignatureInvalid, SignatureNotOwnName
from safety_app.core import journal
from tests.cast import NOW, Cast
from tests.checklists.sheets import INK, Tablet
from tests.factories import make_hazard, make_task

D07 = "checklists:window/A01/D07"


@pytest.fixture
def tablet(session: Session, hall: Cast) -> Tablet:
    """王晓燕 before opening at window A01, in time."""
    task = make_task(session, hall)
    return Tablet(session, hall.staff, task, now=task.due_at)


def numbers(session: Session) -> list[str]:
    """Of all hazards."""
    return list(session.scalars(select(Hazard.number).order_by(Hazard.id)))


def test_a_complete_sheet_is_done(session: Session, tablet: Tablet) -> None:
    tablet.pass_all()
    done = tablet.submit()
    assert (done.state, done.hazards, done.submitted_at) == (State.DONE, (), tablet.now)
    assert tablet.run.submitted_by == tablet.actor.user_id
    assert '"strokes":' in tablet.run.signature


def test_after_its_time_it_counts_as_late(tablet: Tablet) -> None:
    tablet.pass_all()
    assert tablet.submit(now=tablet.task.due_at + timedelta(seconds=1)).state is State.DONE_LATE


def test_after_closing_it_cannot_be_signed(tablet: Tablet) -> None:
    tablet.pass_all()
    with pytest.raises(TaskClosed):
        tablet.submit(now=tablet.task.closes_at)
    assert tablet.run.submitted_at is None


def test_signing_twice_gives_the_same_answer_and_one_hazard(
    session: Session, tablet: Tablet
) -> None:
    tablet.pass_all(but=("D07",))
    tablet.answer("D07", "F", disposal="hazard", note="插头发热")
    first = tablet.submit()
    assert tablet.submit(now=tablet.now + timedelta(hours=9)) == first
    assert first.hazards == tuple(numbers(session))
    assert len(first.hazards) == 1


@pytest.mark.parametrize(
    ("value", "facts", "lacking"),
    [
        (".", {}, "D07（未答）"),
        ("N", {}, "D07（不涉及的原因）"),
        ("F", {}, "D07（处置方式）"),
        ("F", {"disposal": "spot"}, "D07（照片或说明）"),
        ("F", {"disposal": "hazard", "level": "minor"}, "D07（降级理由）"),
        ("F", {"disposal": "hazard", "level": "moderate", "level_reason": "已断电"}, ""),
        ("F", {"disposal": "hazard", "level": "serious"}, ""),
        ("F", {"disposal": "hazard"}, ""),
        ("F", {"disposal": "spot", "note": "已换插排"}, ""),
        ("N", {"reason": "absent"}, ""),
    ],
)
def test_every_exception_must_be_told(
    tablet: Tablet, value: str, facts: dict[str, Any], lacking: str
) -> None:
    tablet.pass_all(but=("D07",))
    tablet.answer("D07", value, **facts)
    if not lacking:
        assert tablet.submit().state is State.DONE
        return
    with pytest.raises(SheetIncomplete) as caught:
        tablet.submit()
    assert caught.value.facts["items"] == lacking
    assert tablet.run.submitted_at is None


def test_all_that_is_missing_is_named(tablet: Tablet) -> None:
    tablet.answer("D09", "P")
    tablet.answer(None, "F", client_key="key-00000001", disposal="hazard")
    with pytest.raises(SheetIncomplete) as caught:
        tablet.submit()
    named = caught.value.facts["items"]
    assert named == "D07（未答）、D10（未答）、D12（未答）、其他隐患（内容和类别）"


def test_what_is_still_on_the_way_is_waited_for(tablet: Tablet) -> None:
    tablet.pass_all()
    with pytest.raises(EntriesOnTheWay):
        tablet.submit(last_seq=tablet.seq + 1)


def test_only_the_holder_of_the_sheet_signs(session: Session, hall: Cast, tablet: Tablet) -> None:
    tablet.pass_all()
    Tablet(session, hall.second_staff, tablet.task, now=tablet.now)
    with pytest.raises(RunTakenOver, match="周航"):
        tablet.submit()


def test_who_may_not_patrol_may_not_sign(session: Session, hall: Cast, tablet: Tablet) -> None:
    tablet.pass_all()
    with pytest.raises(NotYourPatrol):
        service.submit(
            session,
            hall.manager,
            tablet.opened.run_id,
            signature=INK,
            last_seq=tablet.seq,
            now=tablet.now,
        )


def test_a_signed_sheet_of_somebody_else_says_so(
    session: Session, hall: Cast, tablet: Tablet
) -> None:
    tablet.pass_all()
    tablet.submit()
    with pytest.raises(RunSubmitted):
        service.submit(
            session,
            hall.second_staff,
            tablet.opened.run_id,
            signature=INK,
            last_seq=4,
            now=tablet.now,
        )


LONG = [[[n % 300, n % 100] for n in range(6_001)]]


@pytest.mark.parametrize(
    "drawn",
    [
        Drawn([], 300, 120),
        Drawn([[[10, 10]]], 300, 120),
        Drawn([[[10, 10], [11, 11]]], 300, 120),
        Drawn(LONG, 300, 120),
        Drawn([[[0, 0], [200, 50]]] * 201, 300, 120),
        Drawn([[[10, 10], [float("nan"), 50], [200, 50]]], 300, 120),
        Drawn([[[10, 10], [1e9, 50]]], 300, 120),
        Drawn([[[10, 10, 3], [200, 50]]], 300, 120),
        Drawn(INK.strokes, 0, 0),
        Drawn(INK.strokes, float("inf"), 100),
    ],
)
def test_a_slip_of_the_finger_is_no_signature(tablet: Tablet, drawn: Drawn) -> None:
    tablet.pass_all()
    with pytest.raises(SignatureInvalid):
        tablet.submit(signature=drawn)


def test_the_own_name_may_be_typed(tablet: Tablet) -> None:
    tablet.pass_all()
    with pytest.raises(SignatureNotOwnName, match="王晓燕"):
        tablet.submit(signature=Typed("周航"))
    assert tablet.submit(signature=Typed(" 王 晓燕")).state is State.DONE


def test_a_companion_is_another_person_of_the_hall(
    session: Session, hall: Cast, tablet: Tablet
) -> None:
    tablet.pass_all()
    for wrong in (hall.staff.user_id, hall.foreign_manager.user_id, 999_999):
        with pytest.raises(CompanionUnknown):
            tablet.submit(companion_id=wrong)
    tablet.submit(companion_id=hall.third_party.user_id)
    assert tablet.run.companion_id == hall.third_party.user_id


def test_a_failed_item_becomes_a_hazard_with_the_items_preset(
    session: Session, hall: Cast, tablet: Tablet
) -> None:
    tablet.pass_all(but=("D07", "D09"))
    tablet.answer("D07", "F", disposal="hazard", note="插头发热")
    tablet.answer("D09", "F", disposal="spot", note="已擦干")
    tablet.submit()
    hazard = session.scalars(select(Hazard)).one()
    assert (hazard.source, hazard.level, hazard.preset_days) == (D07, "serious", 1)
    assert (hazard.what, hazard.note) == ("电源线、插排破损、串接或过热", "插头发热")
    assert (hazard.window_id, hazard.category) == (hall.a01, "electricity")
    linked = session.execute(select(Finding.hazard_number).where(Finding.disposal == "hazard"))
    assert linked.scalar() == hazard.number


def test_the_same_problem_adds_a_sighting(session: Session, hall: Cast, tablet: Tablet) -> None:
    known = make_hazard(session, hall, source=D07)
    tablet.pass_all(but=("D07",))
    tablet.answer("D07", "F", disposal="sighting", note="仍未修")
    assert tablet.submit().hazards == (known.number,)
    steps = session.scalars(select(HazardStep.step).where(HazardStep.hazard_id == known.id))
    assert list(steps).count(Step.SIGHT) == 1
    assert len(numbers(session)) == 1


def test_another_problem_at_the_same_item_is_another_hazard(
    session: Session, hall: Cast, tablet: Tablet
) -> None:
    make_hazard(session, hall, source=D07)
    tablet.pass_all(but=("D07",))
    tablet.answer("D07", "F", disposal="hazard", note="另一个插排")
    tablet.submit()
    found = hazards.open_by_source(session, hall.site_id, D07)
    assert sorted(found) == [D07, f"{D07}#2"]


def test_a_sighting_of_a_hazard_closed_meanwhile_is_a_new_one(
    session: Session, hall: Cast, tablet: Tablet
) -> None:
    old = make_hazard(session, hall, Status.CLOSED, source=D07)
    tablet.pass_all(but=("D07",))
    tablet.answer("D07", "F", disposal="sighting")
    tablet.submit()
    new = session.scalars(select(Hazard).where(Hazard.id != old.id)).one()
    assert (new.source, new.repeat_of_id) == (D07, old.id)


def test_another_hazard_is_registered_with_its_words(session: Session, tablet: Tablet) -> None:
    tablet.pass_all()
    facts = {"client_key": "key-00000001", "what": "天花板渗水", "category": "building"}
    tablet.answer(None, "F", disposal="hazard", level="minor", note="靠近A02", **facts)
    tablet.submit()
    hazard = session.scalars(select(Hazard)).one()
    assert (hazard.what, hazard.level, hazard.source) == ("天花板渗水", "minor", None)


def test_another_hazard_that_was_withdrawn_is_not_registered(
    session: Session, tablet: Tablet
) -> None:
    tablet.pass_all()
    facts = {"client_key": "key-00000001", "what": "天花板渗水", "category": "building"}
    tablet.answer(None, "F", disposal="hazard", **facts)
    tablet.answer(None, ".", client_key="key-00000001")
    tablet.submit()
    assert numbers(session) == []


def test_a_note_written_after_an_urgent_hazard_reaches_it(session: Session, tablet: Tablet) -> None:
    tablet.pass_all(but=("D07",))
    tablet.answer("D07", "F", disposal="hazard", level="urgent")
    tablet.answer("D07", "F", disposal="hazard", level="urgent", note="已断电并围挡")
    assert tablet.submit().hazards == tuple(numbers(session))
    notes = session.scalars(select(HazardStep.note)).all()
    assert "已断电并围挡" in notes


@pytest.mark.parametrize(
    ("value", "facts"),
    [
        ("F", {"disposal": "spot", "note": "已换新插排"}),
        ("F", {"disposal": "hazard", "level": "minor"}),
        ("F", {"disposal": "sighting"}),
        ("F", {}),
        ("N", {"reason": "absent"}),
        ("P", {}),
        (".", {}),
    ],
)
def test_what_was_registered_at_once_stays_a_hazard_and_counts_once(
    session: Session, hall: Cast, tablet: Tablet, value: str, facts: dict[str, Any]
) -> None:
    tablet.pass_all(but=("D07",))
    number = tablet.answer("D07", "F", disposal="hazard", level="urgent").hazard_number
    assert tablet.answer("D07", value, **facts).hazard_number == number
    assert tablet.send(tablet.entry("D07", value, **facts)).hazard_number == number
    assert tablet.run.answers == "FPPP"
    assert tablet.submit().hazards == (number,)
    finding = session.scalars(select(Finding)).one()
    assert (finding.value, finding.disposal, finding.level) == ("F", "hazard", "urgent")
    until = tablet.now + timedelta(days=1)
    fixed = list_spot_fixes(session, hall.site_id, hall.a01, start=NOW, until=until)
    assert (fixed, numbers(session)) == ([], [number])


def test_another_hazard_that_is_registered_cannot_be_withdrawn(
    session: Session, tablet: Tablet
) -> None:
    tablet.pass_all()
    facts = {"client_key": "key-00000001", "what": "天花板要掉", "category": "building"}
    number = tablet.answer(None, "F", level="urgent", **facts).hazard_number
    assert tablet.answer(None, ".", client_key="key-00000001").hazard_number == number
    assert tablet.submit().hazards == (number,)
    assert session.scalars(select(Finding.value)).one() == "F"


def test_a_hazard_of_the_common_areas_names_the_location(session: Session, hall: Cast) -> None:
    task = make_task(session, hall, part="opening", common=True)
    tablet = Tablet(session, hall.officer, task, now=NOW)
    tablet.pass_all(but=("D03",))
    tablet.answer("D03", "F", disposal="hazard", note="指针在红区")
    tablet.submit()
    hazard = session.scalars(select(Hazard)).one()
    assert hazard.source == f"checklists:location/{hall.floor}/D03"
    assert (hazard.window_id, hazard.location_id) == (None, hall.floor)


def test_signing_is_in_the_journal_without_words(session: Session, tablet: Tablet) -> None:
    tablet.pass_all(but=("D07",))
    tablet.answer("D07", "F", disposal="spot", note="已换")
    tablet.submit()
    actions = session.scalars(select(journal.Entry.action).order_by(journal.Entry.id)).all()
    assert actions[-2:] == ["checklists:open", "checklists:submit"]
    assert journal.first_break(session) is None


def test_a_task_is_done_by_one_run(session: Session, tablet: Tablet) -> None:
    tablet.pass_all()
    tablet.submit()
    again = service.open_run(session, tablet.actor, tablet.task.id, now=tablet.now)
    assert (again.submitted, again.token, again.answers) == (True, "", "PPPP")
    assert session.scalar(select(func.count()).select_from(Run)) == 1
