"""The monthly figures are as of the cut-off, whatever happens later."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from hazards import sections, service
from hazards.models import ExtensionReason, Kind, LegalClass, Level, Status
from safety_app.core.clock import month_bounds
from safety_app.core.feature import Period, SectionContent
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import PhotoPairs, Table
from tests.cast import Cast
from tests.factories import make_hazard, make_photo

START, END = month_bounds(2026, 10, "Asia/Shanghai")
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31), START, END, END, "Asia/Shanghai")
MID = datetime(2026, 10, 12, 2, tzinfo=UTC)


def figures(content: SectionContent) -> dict[str, tuple[int, int | None]]:
    """Value and denominator by key."""
    return {one.key: (one.value, one.of) for one in content.figures}


def october(session: Session, hall: Cast) -> SectionContent:
    """The section of window A01 for October 2026."""
    return sections.build(session, hall.site_id, hall.a01, OCTOBER)


def fixed_by(session: Session, hall: Cast, hazard_id: int, at: datetime) -> None:
    """Fix and accept at a moment."""
    service.fix(
        session, hall.second_staff, hazard_id,
        note="好", photos=[make_photo(f"{hazard_id} {at}")], row_version=None, now=at,
    )  # fmt: skip
    service.accept(session, hall.officer, hazard_id, row_version=None, now=at)


def test_an_empty_month_is_stated(session: Session, hall: Cast) -> None:
    content = october(session, hall)
    assert content.paragraphs == ("本月未发现安全隐患。", "截至统计时点没有未销号的隐患。")
    assert figures(content)["hazards.general.rectified"] == (0, 0)


def test_found_rectified_carried_open_and_overdue(session: Session, hall: Cast) -> None:
    september = datetime(2026, 9, 21, 2, tzinfo=UTC)
    early: dict[str, Any] = {"now": september, "fix_by": date(2026, 9, 30)}
    carried = make_hazard(session, hall, Status.ASSIGNED, **early)
    make_hazard(session, hall, Status.CLOSED, **early)
    fixed_by(session, hall, carried.id, MID)
    make_hazard(session, hall, Status.CLOSED, now=MID, fix_by=date(2026, 10, 20))
    make_hazard(session, hall, Status.ASSIGNED, now=MID, fix_by=date(2026, 10, 31))
    make_hazard(session, hall, now=MID, level=Level.MINOR)
    make_hazard(session, hall, Status.VOIDED, now=MID)
    make_hazard(session, hall, Status.CLOSED, now=MID, kind=Kind.SERVICE)
    make_hazard(session, hall, now=MID, window_id=hall.a02)
    make_hazard(session, hall, now=END)
    assert figures(october(session, hall)) == {
        "hazards.general.found": (3, None),
        "hazards.general.rectified": (1, 3),
        "hazards.major.found": (0, None),
        "hazards.major.rectified": (0, 0),
        "hazards.carried": (1, None),
        "hazards.carried.closed": (1, 1),
        "hazards.open": (2, None),
        # Due on the 31st and still open at 24:00 of that day; the minor one fell due on the 27th.
        "hazards.overdue": (2, None),
        # The minor one was never handed out; the day proposed for it passed all the same.
        "hazards.on_time": (1, 3),
        "hazards.first_recheck": (2, 2),
        "hazards.repeated": (0, 3),
        "hazards.service": (1, 1),
    }


def test_what_happens_at_or_after_the_cut_off_changes_nothing(session: Session, hall: Cast) -> None:
    hazard = make_hazard(
        session, hall, Status.ASSIGNED, now=MID, fix_by=date(2026, 10, 20), level=Level.SERIOUS
    )
    unassigned = make_hazard(session, hall, now=MID)
    before = october(session, hall)
    service.extend(
        session, hall.manager, hazard.id, fix_by=date(2026, 11, 20),
        reason=ExtensionReason.AWAITING_FUNDS, row_version=None, now=END,
    )  # fmt: skip
    service.assign(
        session, hall.officer, unassigned.id, owner_id=hall.staff.user_id,
        fix_by=date(2026, 11, 30), measures="改", funds="无", contingency="无",
        legal_class=LegalClass.MAJOR, row_version=None, now=END,
    )  # fmt: skip
    fixed_by(session, hall, hazard.id, END + timedelta(days=1))
    service.void(session, hall.manager, unassigned.id, reason="错", row_version=None, now=END)
    make_hazard(session, hall, Status.CLOSED, now=END)
    assert october(session, hall) == before


def test_on_time_is_measured_against_the_first_deadline(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, Status.ASSIGNED, now=MID, fix_by=date(2026, 10, 14))
    service.extend(
        session, hall.officer, hazard.id, fix_by=date(2026, 10, 30),
        reason=ExtensionReason.AWAITING_PROPERTY, row_version=None, now=MID,
    )  # fmt: skip
    fixed_by(session, hall, hazard.id, MID + timedelta(days=10))
    found = figures(october(session, hall))
    assert found["hazards.on_time"] == (0, 1)
    assert found["hazards.overdue"] == (0, None)


def test_neglect_does_not_flatter_the_rate(session: Session, hall: Cast) -> None:
    neglected = make_hazard(session, hall, now=MID, level=Level.SERIOUS)
    assert figures(october(session, hall))["hazards.on_time"] == (0, 1)
    service.assign(
        session, hall.officer, neglected.id, owner_id=hall.second_staff.user_id,
        fix_by=date(2026, 10, 31), measures="改", interim_measure="围挡", row_version=None,
        now=MID + timedelta(days=10),
    )  # fmt: skip
    fixed_by(session, hall, neglected.id, MID + timedelta(days=12))
    assert figures(october(session, hall))["hazards.on_time"] == (0, 1)


def test_major_hazards_are_counted_apart(session: Session, hall: Cast) -> None:
    make_hazard(session, hall, now=MID, legal_class=LegalClass.MAJOR)
    make_hazard(session, hall, now=MID)
    found = figures(october(session, hall))
    assert found["hazards.major.found"] == (1, None)
    assert found["hazards.general.found"] == (1, None)


def test_a_fix_that_was_sent_back_did_not_pass_at_first(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, Status.FIXED, now=MID, fix_by=date(2026, 10, 20))
    service.send_back(session, hall.lead, hazard.id, reason="松动", row_version=None, now=MID)
    fixed_by(session, hall, hazard.id, MID)
    assert figures(october(session, hall))["hazards.first_recheck"] == (0, 1)


def test_a_repeat_is_counted(session: Session, hall: Cast) -> None:
    make_hazard(session, hall, Status.CLOSED, now=MID, source="x", fix_by=date(2026, 10, 20))
    make_hazard(session, hall, now=MID, source="x")
    assert figures(october(session, hall))["hazards.repeated"] == (1, 2)


def test_the_table_and_pictures_speak_both_languages(session: Session, hall: Cast) -> None:
    make_hazard(
        session, hall, Status.CLOSED, now=MID, fix_by=date(2026, 10, 20),
        what_en="Damaged power strip", photos=[make_photo("before")],
    )  # fmt: skip
    chinese = october(session, hall)
    with use_language("en"):
        english = october(session, hall)
    rows = [
        next(block for block in content.blocks if isinstance(block, Table)).rows[0]
        for content in (chinese, english)
    ]
    assert rows[0][1:] == (
        "插排破损", "● 普通", "周航", "10-20", "已销号 10-12",
    )  # fmt: skip
    assert rows[1][1:] == (
        "Damaged power strip", "● Moderate", "Zhou Hang", "20 Oct", "Closed 12 Oct",
    )  # fmt: skip
    pairs = next(block for block in english.blocks if isinstance(block, PhotoPairs)).pairs
    assert len(pairs) == 1 and pairs[0].before and pairs[0].after
    assert chinese.facts == english.facts


def test_what_must_be_done_before_signing_is_named(session: Session, hall: Cast) -> None:
    make_hazard(session, hall, now=MID)
    make_hazard(session, hall, Status.FIXED, now=MID, fix_by=date(2026, 10, 20))
    content = october(session, hall)
    assert [address for _words, address in content.missing] == [
        "/hazards?view=unassigned", "/hazards?view=to_verify",
    ]  # fmt: skip
    assert len(content.focus) == 2


def test_the_legal_class_has_a_column_where_it_tells_hazards_apart(
    session: Session, hall: Cast
) -> None:
    make_hazard(session, hall, now=MID)
    make_hazard(session, hall, now=MID, legal_class=LegalClass.MAJOR)
    blocks = october(session, hall).blocks
    table = next(block for block in blocks if isinstance(block, Table))
    assert [row[3] for row in table.rows] == ["一般", "重大"]


def test_what_the_centre_must_settle_is_named_with_its_reason(session: Session, hall: Cast) -> None:
    facts: dict[str, Any] = {"now": MID, "fix_by": date(2026, 10, 31)}
    funds = make_hazard(session, hall, Status.ASSIGNED, **{**facts, "fix_by": MID.date()})
    service.extend(
        session, hall.officer, funds.id, fix_by=date(2026, 11, 20),
        reason=ExtensionReason.AWAITING_FUNDS, row_version=None, now=MID,
    )  # fmt: skip
    late = make_hazard(session, hall, Status.ASSIGNED, **{**facts, "fix_by": date(2026, 10, 20)})
    returned = make_hazard(session, hall, Status.FIXED, **facts)
    service.send_back(session, hall.lead, returned.id, reason="松", row_version=None, now=MID)
    service.fix(
        session, hall.second_staff, returned.id, note="好", photos=[make_photo("z")],
        row_version=None, now=MID,
    )  # fmt: skip
    service.send_back(session, hall.lead, returned.id, reason="松", row_version=None, now=MID)
    make_hazard(session, hall, Status.ASSIGNED, **facts)
    make_hazard(session, hall, Status.CLOSED, **facts)
    said = october(session, hall).requests
    assert [number in text for number, text in zip(
        (funds.number, late.number, returned.number), said, strict=True
    )] == [True] * 3  # fmt: skip
    assert "经费" in said[0] and "逾期" in said[1] and "退回" in said[2]


def test_a_grave_one_comes_before_the_centre_on_its_first_day_overdue(
    session: Session, hall: Cast
) -> None:
    facts: dict[str, Any] = {"now": MID, "fix_by": date(2026, 10, 31)}
    make_hazard(session, hall, Status.ASSIGNED, **facts)
    grave = make_hazard(session, hall, Status.ASSIGNED, level=Level.SERIOUS, **facts)
    said = october(session, hall).requests
    assert len(said) == 1 and grave.number in said[0]
