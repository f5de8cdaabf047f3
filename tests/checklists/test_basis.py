"""What hazards ask of checklists: corrections on the spot, and the rule behind a point."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from checklists.basis import corrected, rule_behind
from safety_app.core.i18n import use_language
from tests.cast import NOW, Cast
from tests.checklists.sheets import Tablet
from tests.factories import make_task

DAY = timedelta(days=1)


@pytest.fixture
def tablet(session: Session, hall: Cast) -> Tablet:
    """王晓燕 before opening at window A01, in time."""
    task = make_task(session, hall)
    return Tablet(session, hall.staff, task, now=task.due_at)


def test_what_was_corrected_on_the_spot_is_counted_in_its_span(
    session: Session, hall: Cast, tablet: Tablet
) -> None:
    tablet.pass_all(but=("D09",))
    tablet.answer("D09", "F", disposal="spot", note="已擦干")
    tablet.submit()
    assert corrected(session, hall.site_id, NOW - DAY, NOW + DAY) == 1
    assert corrected(session, hall.site_id, NOW + DAY, NOW + 2 * DAY) == 0
    assert corrected(session, hall.foreign_site_id, NOW - DAY, NOW + DAY) == 0


def test_a_hazard_of_its_own_is_no_correction_on_the_spot(
    session: Session, hall: Cast, tablet: Tablet
) -> None:
    tablet.pass_all(but=("D07",))
    tablet.answer("D07", "F", disposal="hazard")
    tablet.submit()
    assert corrected(session, hall.site_id, NOW - DAY, NOW + DAY) == 0


@pytest.mark.parametrize("source", ["checklists:window/A01/D07", "checklists:window/A01/D07#2"])
def test_a_point_is_cited_with_its_article(session: Session, hall: Cast, source: str) -> None:
    assert rule_behind(session, hall.site_id, source).startswith(
        "D07 电源线"
    ) and "第二十五条" in rule_behind(session, hall.site_id, source)
    with use_language("en"):
        assert "art. 25" in rule_behind(session, hall.site_id, source)


@pytest.mark.parametrize("source", ["", "x", "checklists:window/A01/Z99", "equipment:MHQ-1"])
def test_other_sources_have_no_rule_here(session: Session, hall: Cast, source: str) -> None:
    assert rule_behind(session, hall.site_id, source) == ""
