"""What plans say in the monthly report of the hall."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from drills.plans.models import Trigger
from drills.plans.sections import build
from drills.plans.service import acknowledge, request_revision
from safety_app.core.feature import Period
from tests.cast import NOW, TODAY, Cast
from tests.drills.plans.documents import make_plan

NOVEMBER = Period(
    date(2026, 11, 1), date(2026, 11, 30), datetime(2026, 10, 31, 16, tzinfo=UTC),
    datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 3, tzinfo=UTC), "Asia/Shanghai",
)  # fmt: skip


def test_the_report_of_the_hall_says_how_its_plans_stand(session: Session, hall: Cast) -> None:
    assert not build(session, hall.site_id, None, NOVEMBER).figures
    document = make_plan(session, hall)
    acknowledge(session, hall.staff, document.current_id or 0, proved=False, now=NOW)
    request_revision(
        session, hall.officer, document.id, why="人流更大", source="t/1",
        owner_id=hall.officer.user_id, due_on=TODAY, trigger=Trigger.RISK, now=NOW,
    )  # fmt: skip
    found = build(session, hall.site_id, None, NOVEMBER)
    assert {one.key: (one.value, one.of) for one in found.figures} == {
        "plans.current": (0, 1), "plans.due": (0, None), "plans.revisions": (1, None),
        "plans.read": (1, 8),
    }  # fmt: skip
    assert found.facts["plans"][0][2:] == ["overdue", 1, 8] and found.blocks and found.focus
    assert not build(session, hall.site_id, hall.a01, NOVEMBER).blocks
