"""The receipt says when the things themselves are to be inspected first."""

from datetime import date

from sqlalchemy.orm import Session

from equipment.pages.first_due import first_due
from safety_app.core.i18n import use_language
from tests.cast import NOW, Cast
from tests.equipment.items import make_item


def test_the_first_inspection_is_told_by_the_kinds(session: Session, hall: Cast) -> None:
    detector = make_item(session, hall, "smoke-detector", size="", registered=NOW).inspect_by
    extinguisher = make_item(session, hall, registered=NOW).inspect_by
    assert first_due([extinguisher, extinguisher]) == ["首次检查最迟于2026年12月23日完成"]
    assert first_due([detector, None]) == ["首次检查最迟于2027年2月23日完成"]
    assert first_due([detector, extinguisher]) == [
        "首次检查按种类最迟于2026年12月23日至2027年2月23日完成"
    ]
    assert first_due([None]) == []
    with use_language("en"):
        assert first_due([date(2027, 2, 23)]) == ["the first inspection is due by 23 Feb 2027"]
