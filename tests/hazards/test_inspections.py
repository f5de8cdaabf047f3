"""Inspections by authorities: every rule once held, once broken."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hazards import errors, service
from hazards.models import AuthorityInspection, ExtensionReason, Hazard, Level, Origin, Status
from hazards.service import Finding, ReplyState
from safety_app.core.access import Actor
from safety_app.core.errors import AppError, NotAllowed, NotFound, TextMissing
from safety_app.core.file_errors import FileGone
from safety_app.core.files import File
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_hazard, make_photo

DAY = timedelta(days=1)


def make_file(session: Session, actor: Actor, name: str = "通知书.pdf") -> int:
    """A scan this person has handed in."""
    file = File(
        site_id=actor.site_id, key=name.encode().hex()[:64], name=name,
        media_type="application/pdf", size=9, pages=1, by=actor.user_id, at=NOW,
    )  # fmt: skip
    session.add(file)
    session.flush()
    return file.id


def record(session: Session, hall: Cast, *findings: Finding, **facts: Any) -> AuthorityInspection:
    """Recorded by the officer: found yesterday, reply in ten days."""
    facts = {
        "authority": "清河县消防救援大队",
        "number": "清消责改字〔2026〕第31号",
        "inspected_on": TODAY - DAY,
        "reply_by": TODAY + 10 * DAY,
        **facts,
    }
    return service.record(session, hall.officer, findings=findings, now=NOW, **facts)


def findings_of(session: Session, hall: Cast, inspection: AuthorityInspection) -> list[Hazard]:
    """Its hazards."""
    detail = service.get_inspection(session, hall.officer, inspection.id, now=NOW)
    return [session.get_one(Hazard, one.id) for one in detail.findings]


def row(session: Session, hall: Cast, inspection: AuthorityInspection, **later: int) -> Any:
    """Its line in the list, some days later."""
    now = NOW + timedelta(**later)
    return service.get_inspection(session, hall.manager, inspection.id, now=now).row


def test_findings_are_hazards_with_the_authoritys_deadline(session: Session, hall: Cast) -> None:
    made = record(
        session, hall,
        Finding("安全出口上锁", level=Level.SERIOUS, window_id=hall.a01, fix_by=TODAY + DAY),
        Finding("应急照明损坏", location_id=hall.floor),
    )  # fmt: skip
    first, second = findings_of(session, hall, made)
    assert (first.origin, first.fix_by) == (Origin.AUTHORITY, TODAY + DAY)
    assert second.fix_by == made.reply_by
    assert (row(session, hall, made).findings, row(session, hall, made).open) == (2, 2)


def test_a_finding_due_after_the_reply_is_refused(session: Session, hall: Cast) -> None:
    with pytest.raises(errors.FindingAfterReply):
        record(session, hall, Finding("x", window_id=hall.a01, fix_by=TODAY + 11 * DAY))


@pytest.mark.parametrize("days", [{"inspected_on": TODAY + DAY}, {"reply_by": TODAY - 2 * DAY}])
def test_days_that_do_not_follow_each_other_are_refused(
    session: Session, hall: Cast, days: dict[str, Any]
) -> None:
    with pytest.raises(errors.InspectionDaysWrong):
        record(session, hall, **days)


def test_an_authority_has_a_name(session: Session, hall: Cast) -> None:
    with pytest.raises(TextMissing):
        record(session, hall, authority=" \x00")


def test_at_most_thirty_findings_at_once(session: Session, hall: Cast) -> None:
    with pytest.raises(errors.TooManyFindings):
        record(session, hall, *[Finding("x", window_id=hall.a01)] * 31)


def test_handing_out_a_finding_keeps_the_authoritys_day(session: Session, hall: Cast) -> None:
    made = record(session, hall, Finding("x", window_id=hall.a01, fix_by=TODAY + 3 * DAY))
    (hazard,) = findings_of(session, hall, made)
    facts: dict[str, Any] = {
        "owner_id": hall.staff.user_id, "measures": "改", "row_version": None, "now": NOW,
    }  # fmt: skip
    with pytest.raises(errors.LaterThanAuthority):
        service.assign(session, hall.officer, hazard.id, fix_by=TODAY + 4 * DAY, **facts)
    service.assign(session, hall.officer, hazard.id, fix_by=TODAY + 3 * DAY, **facts)
    assert hazard.fix_by == TODAY + 3 * DAY


def test_only_the_authority_puts_its_deadline_off(session: Session, hall: Cast) -> None:
    made = record(session, hall, Finding("x", window_id=hall.a01, fix_by=TODAY + DAY))
    (hazard,) = findings_of(session, hall, made)
    service.assign(
        session, hall.officer, hazard.id, owner_id=hall.staff.user_id, fix_by=TODAY,
        measures="改", row_version=None, now=NOW,
    )  # fmt: skip
    facts: dict[str, Any] = {"fix_by": TODAY + 5 * DAY, "row_version": None, "now": NOW}
    with pytest.raises(errors.LaterThanAuthority):
        service.extend(
            session, hall.officer, hazard.id, reason=ExtensionReason.AWAITING_FUNDS, **facts
        )
    with pytest.raises(TextMissing):
        service.extend(
            session, hall.officer, hazard.id, reason=ExtensionReason.AUTHORITY_AGREED, **facts
        )
    service.extend(
        session, hall.officer, hazard.id,
        reason=ExtensionReason.AUTHORITY_AGREED, note="复函〔2026〕7号", **facts,
    )  # fmt: skip
    assert hazard.fix_by == TODAY + 5 * DAY


def test_a_finding_that_is_overdue_can_still_be_handed_out(session: Session, hall: Cast) -> None:
    made = record(session, hall, Finding("x", window_id=hall.a01, fix_by=TODAY - DAY))
    (hazard,) = findings_of(session, hall, made)
    service.assign(
        session, hall.officer, hazard.id, owner_id=hall.staff.user_id, fix_by=TODAY,
        measures="改", row_version=None, now=NOW,
    )  # fmt: skip
    assert hazard.status == Status.ASSIGNED


def test_a_lower_level_gains_no_time_from_an_authority(session: Session, hall: Cast) -> None:
    made = record(session, hall, Finding("x", window_id=hall.a01, fix_by=TODAY + DAY))
    (hazard,) = findings_of(session, hall, made)
    service.set_level(
        session, hall.officer, hazard.id, level=Level.MINOR, reason="轻微", row_version=None,
        now=NOW,
    )  # fmt: skip
    assert hazard.fix_by == TODAY + DAY


def test_the_state_of_the_reply_is_computed(session: Session, hall: Cast) -> None:
    made = record(session, hall)
    assert (row(session, hall, made).state, row(session, hall, made).days_left) == (
        ReplyState.DUE, 10,
    )  # fmt: skip
    late = row(session, hall, made, days=12)
    assert (late.state, late.days_left) == (ReplyState.OVERDUE, -2)
    service.reply(session, hall.manager, made.id, text="已全部整改", replied_on=TODAY, now=NOW)
    assert row(session, hall, made, days=12).state == ReplyState.REPLIED
    asked_for_none = record(session, hall, reply_by=None)
    assert row(session, hall, asked_for_none).state == ReplyState.NOT_ASKED


def test_there_is_no_reply_without_words(session: Session, hall: Cast) -> None:
    made = record(session, hall)
    with pytest.raises(TextMissing):
        service.reply(session, hall.officer, made.id, text=" \n", replied_on=TODAY, now=NOW)
    assert made.replied_on is None


@pytest.mark.parametrize("day", [TODAY - 2 * DAY, TODAY + DAY])
def test_a_reply_lies_between_the_inspection_and_today(
    session: Session, hall: Cast, day: Any
) -> None:
    made = record(session, hall)
    with pytest.raises(errors.ReplyDayWrong):
        service.reply(session, hall.officer, made.id, text="好", replied_on=day, now=NOW)


def test_a_reply_is_recorded_once(session: Session, hall: Cast) -> None:
    made = record(session, hall)
    service.reply(session, hall.officer, made.id, text="好", replied_on=TODAY, now=NOW)
    with pytest.raises(errors.AlreadyReplied):
        service.reply(session, hall.officer, made.id, text="又", replied_on=TODAY, now=NOW)
    assert made.reply == "好"


def test_a_reply_due_in_three_days_or_overdue_is_told_of(session: Session, hall: Cast) -> None:
    soon = record(session, hall, reply_by=TODAY + 3 * DAY)
    record(session, hall, reply_by=TODAY + 4 * DAY)
    late = record(session, hall, reply_by=TODAY - DAY)
    done = record(session, hall, reply_by=TODAY)
    service.reply(session, hall.officer, done.id, text="好", replied_on=TODAY, now=NOW)
    due = service.replies_due(session, hall.manager, TODAY)
    assert {one.id for one in due} == {soon.id, late.id}
    assert service.replies_due(session, hall.lead, TODAY) == []


def test_search_finds_by_authority_and_number(session: Session, hall: Cast) -> None:
    made = record(session, hall)
    record(session, hall, authority="应急管理局", number="应急2026-4")
    for words in ("消防", "第31号"):
        found = service.list_inspections(session, hall.officer, now=NOW, text=words)
        assert [one.id for one in found] == [made.id]


@pytest.mark.parametrize("role", ["staff", "lead", "administrator", "third_party"])
def test_only_officer_and_manager_have_to_do_with_inspections(
    session: Session, hall: Cast, role: str
) -> None:
    made = record(session, hall)
    actor = hall.everyone()[role]
    refused: list[Any] = [
        lambda: service.list_inspections(session, actor, now=NOW),
        lambda: service.get_inspection(session, actor, made.id, now=NOW),
        lambda: service.add_findings(session, actor, made.id, [], now=NOW),
        lambda: service.reply(session, actor, made.id, text="x", replied_on=TODAY, now=NOW),
    ]
    for attempt in refused:
        with pytest.raises(NotAllowed):
            attempt()


@pytest.mark.parametrize("wrong", [0, -1, 2**40])
def test_another_halls_inspection_is_not_found(session: Session, hall: Cast, wrong: int) -> None:
    made = record(session, hall)
    with pytest.raises(NotFound):
        service.get_inspection(session, hall.foreign_manager, made.id, now=NOW)
    with pytest.raises(NotFound):
        service.get_inspection(session, hall.officer, wrong, now=NOW)


def test_papers_are_seen_by_officer_and_manager_of_this_hall(session: Session, hall: Cast) -> None:
    scan, other = make_file(session, hall.officer), make_file(session, hall.officer, "别的.pdf")
    made = record(session, hall, file_ids=[scan])
    assert service.may_see_file(session, hall.manager, scan)
    assert not service.may_see_file(session, hall.lead, scan)
    assert not service.may_see_file(session, hall.foreign_manager, scan)
    assert not service.may_see_file(session, hall.manager, other)
    service.add_scans(session, hall.officer, made.id, [other, scan], is_reply=True, now=NOW)
    shown = service.get_inspection(session, hall.officer, made.id, now=NOW).scans
    assert [(one.id, one.is_reply) for one in shown] == [(scan, False), (other, True)]


def test_a_scan_that_somebody_else_handed_in_is_refused(session: Session, hall: Cast) -> None:
    theirs = make_file(session, hall.staff)
    with pytest.raises(FileGone):
        record(session, hall, file_ids=[theirs])


@pytest.mark.parametrize("yuan", [-1, 10**12])
def test_funds_are_an_amount_that_a_hall_can_spend(session: Session, hall: Cast, yuan: int) -> None:
    hazard = make_hazard(session, hall, Status.ASSIGNED)
    facts: dict[str, Any] = {"note": "好", "row_version": None, "now": NOW}
    with pytest.raises(errors.FundsNotPossible):
        service.fix(
            session, hall.second_staff, hazard.id,
            photos=[make_photo("x")], funds_yuan=yuan, **facts,
        )  # fmt: skip


def test_funds_are_set_when_handed_out_and_told_exactly_when_fixed(
    session: Session, hall: Cast
) -> None:
    hazard = make_hazard(session, hall)
    service.assign(
        session, hall.officer, hazard.id, owner_id=hall.staff.user_id, fix_by=TODAY,
        measures="改", funds_yuan=0, row_version=None, now=NOW,
    )  # fmt: skip
    assert hazard.funds_yuan == 0
    service.fix(
        session, hall.staff, hazard.id, note="好", photos=[make_photo("x")], funds_yuan=1250,
        row_version=None, now=NOW,
    )  # fmt: skip
    assert hazard.funds_yuan == 1250


def test_every_refusal_is_a_sentence_in_chinese() -> None:
    facts = {"day": "2026年1月1日", "limit": 3, "most": "9"}
    for rule in (
        errors.LaterThanAuthority, errors.FundsNotPossible, errors.InspectionDaysWrong,
        errors.FindingAfterReply, errors.AlreadyReplied, errors.ReplyDayWrong,
        errors.TooManyFindings,
    ):  # fmt: skip
        problem: AppError = rule(**facts)
        assert not problem.message().isascii(), rule
