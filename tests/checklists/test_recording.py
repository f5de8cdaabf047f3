"""Answers of a tablet: kept once, in order, never over what somebody else did."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checklists import service
from checklists.entries import Entry
from checklists.errors import (
    RunSubmitted,
    RunTokenExpired,
    RunTokenUnknown,
    SequenceGap,
    UnknownItem,
)
from checklists.models import Finding, LateEntry
from checklists.service.figures import SpotFix, list_spot_fixes
from hazards import service as hazards
from hazards.models import Hazard
from tests.cast import NOW, Cast
from tests.checklists.sheets import Tablet, items_of
from tests.factories import make_task


@pytest.fixture
def tablet(session: Session, hall: Cast) -> Tablet:
    """王晓燕 before opening at window A01."""
    return Tablet(session, hall.staff, make_task(session, hall))


def count(session: Session, model: type) -> int:
    """Rows of a table."""
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_each_answer_gives_a_receipt(tablet: Tablet) -> None:
    receipt = tablet.answer("D09", "P")
    assert (receipt.seq, receipt.saved, receipt.total) == (1, 1, 4)
    assert tablet.answer("D12", "P").saved == 2
    assert tablet.run.answers == ".P.P"


def test_an_answer_can_be_changed_and_taken_back(tablet: Tablet) -> None:
    tablet.answer("D07", "P")
    tablet.answer("D07", "N", reason="absent")
    assert tablet.run.answers == "N..."
    assert tablet.answer("D07", ".").saved == 0
    assert tablet.run.answers == "...."


def test_the_same_entry_again_gives_the_same_receipt_and_changes_nothing(tablet: Tablet) -> None:
    first = tablet.answer("D07", "P")
    tablet.answer("D07", "F", disposal="spot")
    replay = tablet.send(tablet.entry("D07", "P", seq=1))
    assert (replay.seq, replay.saved) == (first.seq, first.saved)
    assert tablet.run.answers == "F..."


def test_a_gap_is_refused_with_the_number_that_is_missing(tablet: Tablet) -> None:
    tablet.answer("D07", "P")
    with pytest.raises(SequenceGap) as caught:
        tablet.send(tablet.entry("D09", "P", seq=3))
    assert caught.value.facts["expected"] == 2
    assert tablet.run.answers == "P..."


def test_a_token_from_nowhere_is_refused(session: Session, tablet: Tablet) -> None:
    tablet.opened = type(tablet.opened)(1, "x" * 43, 0, "....")
    with pytest.raises(RunTokenUnknown):
        tablet.answer("D07", "P")


def test_an_item_of_another_sheet_is_refused(session: Session, hall: Cast, tablet: Tablet) -> None:
    elsewhere = items_of(session, make_task(session, hall, part="closing"))["D21"]
    with pytest.raises(UnknownItem):
        tablet.send(tablet.entry("D07", "P", seq=1, item_id=elsewhere.id))
    with pytest.raises(UnknownItem):
        tablet.send(tablet.entry(None, "F", seq=1))


@pytest.mark.parametrize(
    "facts",
    [
        {"value": "X"},
        {"value": ""},
        {"value": "N", "reason": "because"},
        {"value": "F", "disposal": "later"},
        {"value": "F", "level": "orange"},
        {"value": "F", "category": "weather"},
        {"value": "P", "note": "字" * 1001},
        {"value": "F", "what": "字" * 201},
        {"value": "P", "seq": 0},
        {"value": "P", "seq": 10**9},
        {"value": "P", "item_id": 2**40},
        {"value": "F", "client_key": "' OR 1=1"},
    ],
)
def test_an_impossible_entry_has_no_shape(facts: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Entry.model_validate({"seq": 1, "item_id": 1, **facts})


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-11-23T01:03:59.123Z", datetime(2026, 11, 23, 1, 3, 59, 123000, tzinfo=UTC)),
        ("2026-11-23T09:03:59+08:00", datetime(2026, 11, 23, 1, 3, 59, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-10:00", None),
        ("yesterday", None),
        (1e300, None),
        ([], None),
        (None, None),
    ],
)
def test_an_absurd_tablet_clock_is_left_out(tablet: Tablet, sent: Any, kept: Any) -> None:
    tablet.answer("D07", "P", client_at=sent)
    assert tablet.run.last_client_at == kept
    assert tablet.run.last_answer_at == NOW


def test_a_failed_item_keeps_its_finding(session: Session, tablet: Tablet) -> None:
    tablet.answer("D07", "F")
    tablet.answer("D07", "F", disposal="hazard", note="插头发热", level="serious")
    finding = session.scalars(select(Finding)).one()
    assert (finding.value, finding.disposal, finding.note) == ("F", "hazard", "插头发热")
    tablet.answer("D07", "P")
    session.expire_all()
    assert session.scalars(select(Finding)).one().value == "P"


def test_a_note_on_a_passed_item_is_kept(session: Session, tablet: Tablet) -> None:
    tablet.answer("D07", "P", note="已换新插排")
    assert session.scalars(select(Finding.note)).one() == "已换新插排"


def test_signs_that_nobody_sees_are_not_kept(session: Session, tablet: Tablet) -> None:
    tablet.answer(
        None,
        "F",
        client_key="key-00000001",
        category="building",
        what="天花板\x00渗\n水\u202e",
        note=" 靠近\x00A02\r\n第二行\x1b\ud800\u2066 ",
        level_reason="已\x00围挡\t",
    )
    finding = session.scalars(select(Finding)).one()
    session.refresh(finding)
    assert finding.what == "天花板渗 水"
    assert finding.note == "靠近A02\n第二行"
    assert finding.level_reason == "已围挡"


def test_what_arrives_after_a_takeover_is_kept_beside_the_run(
    session: Session, hall: Cast, tablet: Tablet
) -> None:
    tablet.answer("D07", "P")
    other = Tablet(session, hall.second_staff, tablet.task)
    other.answer("D09", "P")
    late = tablet.answer("D07", "F", disposal="hazard", note="晚到")
    assert (late.beside, late.by_name) == (True, "周航")
    assert tablet.run.answers == "PP.."
    kept = session.scalars(select(LateEntry)).one()
    assert kept.body["note"] == "晚到"
    assert count(session, Finding) == 0


def test_an_urgent_hazard_from_a_lost_tablet_is_registered_all_the_same(
    session: Session, hall: Cast, tablet: Tablet
) -> None:
    other = Tablet(session, hall.second_staff, tablet.task)
    late = tablet.answer("D07", "F", disposal="hazard", level="urgent", note="冒烟")
    hazard = session.scalars(select(Hazard)).one()
    assert (late.beside, late.hazard_number) == (True, hazard.number)
    assert (hazard.source, hazard.note) == ("checklists:window/A01/D07", "冒烟")
    assert (hazard.origin, hazard.registered_by) == ("patrol", hall.staff.user_id)
    assert tablet.send(tablet.entry("D07", "F")) == late
    tablet.answer("D07", "F", disposal="hazard", level="urgent", note="冒烟，已断电")
    facts = {"client_key": "key-00000001", "what": "天花板要掉", "category": "building"}
    for _twice in range(2):
        tablet.answer(None, "F", disposal="hazard", level="urgent", **facts)
    assert count(session, Hazard) == 2
    tablet.answer("D09", "F", disposal="hazard", level="moderate")
    assert (count(session, Hazard), count(session, Finding)) == (2, 0)
    assert other.run.answers == "...."


def test_an_expired_token_registers_nothing(session: Session, tablet: Tablet) -> None:
    tablet.now = tablet.task.closes_at + timedelta(days=1)
    receipt = tablet.answer("D07", "F", disposal="hazard", level="urgent")
    assert isinstance(receipt.refused, RunTokenExpired)
    assert count(session, Hazard) == 0


def test_the_sheet_shows_what_is_kept_beside_it(
    session: Session, hall: Cast, tablet: Tablet
) -> None:
    Tablet(session, hall.second_staff, tablet.task)
    tablet.answer("D07", "F", disposal="hazard", note="晚到")
    tablet.answer("D09", "P")
    shown = service.sheet(session, hall.officer, tablet.task.id, NOW)
    runs = [tab["run"] for tab in shown["tabs"] if tab["run"]]
    (late,) = runs[0]["late"]
    assert (late["name"], late["count"]) == ("王晓燕", 2)
    told = [(one["code"], one["value"], one["note"]) for one in late["entries"]]
    assert told == [("D07", "F", "晚到"), ("D09", "P", "")]


def test_a_late_entry_sent_twice_is_kept_once(session: Session, hall: Cast, tablet: Tablet) -> None:
    tablet.answer("D07", "P")
    Tablet(session, hall.second_staff, tablet.task)
    tablet.answer("D09", "P")
    again = tablet.send(tablet.entry("D09", "P"))
    assert again.beside
    assert count(session, LateEntry) == 1
    assert not tablet.send(tablet.entry("D07", "P", seq=1)).beside


def test_a_submitted_run_does_not_change_and_what_came_is_kept(
    session: Session, tablet: Tablet
) -> None:
    tablet.pass_all()
    tablet.submit()
    receipt = tablet.answer("D07", "F", disposal="hazard")
    assert isinstance(receipt.refused, RunSubmitted)
    assert isinstance(tablet.send(tablet.entry("D07", "F")).refused, RunSubmitted)
    assert tablet.run.answers == "PPPP"
    assert count(session, LateEntry) == 1
    assert count(session, Finding) == 0


def test_a_token_lives_until_a_day_after_closing(session: Session, tablet: Tablet) -> None:
    tablet.now = tablet.task.closes_at + timedelta(hours=23, minutes=59)
    assert tablet.answer("D07", "P").refused is None
    tablet.now += timedelta(minutes=1)
    assert isinstance(tablet.answer("D09", "P").refused, RunTokenExpired)
    assert tablet.run.answers == "P..."
    assert count(session, LateEntry) == 1


def spot_fixes(session: Session, hall: Cast, until: datetime) -> list[SpotFix]:
    """What the report of window A01 lists."""
    start = until - timedelta(days=30)
    return list_spot_fixes(session, hall.site_id, hall.a01, start=start, until=until)


@pytest.mark.parametrize(
    ("code", "value", "facts"),
    [
        ("D07", "F", {"disposal": "spot", "note": "另写"}),
        ("D07", "F", {"disposal": "hazard", "note": "另写"}),
        ("D07", "P", {}),
        ("D07", ".", {}),
        ("D09", "F", {"disposal": "spot", "note": "已擦干"}),
        (None, ".", {"client_key": "key-00000001"}),
    ],
)
def test_what_was_known_at_closing_is_not_rewritten_afterwards(
    session: Session, hall: Cast, tablet: Tablet, code: str | None, value: str, facts: Any
) -> None:
    tablet.answer("D07", "F", disposal="spot", note="已换新插排")
    tablet.answer("D09", "P")
    other = {"client_key": "key-00000001", "what": "天花板渗水", "category": "building"}
    tablet.answer(None, "F", disposal="hazard", **other)
    closes = tablet.task.closes_at
    before = spot_fixes(session, hall, closes)
    assert [one.note for one in before] == ["已换新插排"]
    tablet.now = closes
    receipt = tablet.answer(code, value, **facts)
    assert (receipt.beside, receipt.refused) == (True, None)
    again = tablet.send(tablet.entry(code, value, **facts))
    assert again == receipt
    assert tablet.run.answers == "FP.."
    assert count(session, LateEntry) == 1
    session.expire_all()
    assert spot_fixes(session, hall, closes) == before
    assert spot_fixes(session, hall, closes + timedelta(days=2)) == before


def test_what_was_open_at_closing_may_still_be_told_on_that_day(
    session: Session, hall: Cast, tablet: Tablet
) -> None:
    tablet.answer("D07", "P")
    tablet.now = tablet.task.closes_at + timedelta(hours=1)
    assert not tablet.answer("D07", "P").beside
    assert not tablet.answer("D09", "F").beside
    told_at = tablet.now = tablet.now + timedelta(minutes=1)
    assert not tablet.answer("D09", "F", disposal="spot", note="已擦干").beside
    assert [one.at for one in spot_fixes(session, hall, told_at + timedelta(days=1))] == [told_at]
    tablet.now += timedelta(hours=14)
    assert tablet.answer("D09", "F", disposal="spot", note="第二天").beside
    assert [one.at for one in spot_fixes(session, hall, tablet.now)] == [told_at]


def test_an_urgent_hazard_is_registered_at_once(session: Session, hall: Cast) -> None:
    noon = NOW + timedelta(hours=3)
    tablet = Tablet(session, hall.staff, make_task(session, hall, part="during"), now=noon)
    receipt = tablet.answer("D17", "F", disposal="hazard", note="柜台下有不明包裹")
    hazard = session.scalars(select(Hazard)).one()
    assert receipt.hazard_number == hazard.number
    assert (hazard.source, hazard.level) == ("checklists:window/A01/D17", "urgent")
    assert hazard.registered_by == hall.staff.user_id
    again = tablet.send(tablet.entry("D17", "F", disposal="hazard"))
    assert again.hazard_number == hazard.number
    assert count(session, Hazard) == 1


def test_raising_a_level_to_urgent_registers_too(session: Session, tablet: Tablet) -> None:
    tablet.answer("D07", "F", disposal="hazard")
    assert count(session, Hazard) == 0
    assert tablet.answer("D07", "F", disposal="hazard", level="urgent").hazard_number
    assert tablet.answer("D07", "F", disposal="hazard", level="urgent", note="冒烟").hazard_number
    assert count(session, Hazard) == 1


def test_a_serious_hazard_waits_for_the_signature(session: Session, tablet: Tablet) -> None:
    assert tablet.answer("D07", "F", disposal="hazard").hazard_number is None
    assert count(session, Hazard) == 0


def test_another_hazard_has_a_key_of_its_own(session: Session, tablet: Tablet) -> None:
    facts = {"client_key": "key-00000001", "what": "天花板渗水", "category": "building"}
    assert tablet.answer(None, "F", disposal="hazard", level="minor", **facts).saved == 0
    tablet.answer(None, "F", disposal="hazard", level="moderate", **facts)
    finding = session.scalars(select(Finding)).one()
    assert (finding.what, finding.level, finding.item_id) == ("天花板渗水", "moderate", None)


def test_an_urgent_other_hazard_is_registered_at_once(session: Session, tablet: Tablet) -> None:
    facts = {"client_key": "key-00000001", "what": "天花板要掉", "category": "building"}
    number = tablet.answer(None, "F", disposal="hazard", level="urgent", **facts).hazard_number
    assert number == session.scalars(select(Hazard.number)).one()


def test_an_urgent_other_hazard_waits_for_its_words_and_no_choice(
    session: Session, tablet: Tablet
) -> None:
    facts: dict[str, Any] = {"client_key": "key-00000001", "level": "urgent"}
    assert tablet.answer(None, "F", **facts).hazard_number is None
    assert tablet.answer(None, "F", what="天花板要掉", **facts).hazard_number is None
    facts |= {"what": "天花板要掉", "category": "building"}
    number = tablet.answer(None, "F", **facts).hazard_number
    assert number
    hazard = session.scalars(select(Hazard)).one()
    assert (hazard.number, hazard.category) == (number, "building")


def test_open_hazards_are_found_by_the_sources_of_the_window(
    session: Session, hall: Cast, tablet: Tablet
) -> None:
    tablet.answer("D07", "F", disposal="hazard", level="urgent")
    found = hazards.open_by_source(session, hall.site_id, "checklists:window/A01/")
    assert list(found) == ["checklists:window/A01/D07"]
