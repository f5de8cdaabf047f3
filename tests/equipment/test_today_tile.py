"""What Today says of safety facilities: the same number above and behind its link."""

from datetime import date, timedelta

import pytest

from equipment.models import Step
from equipment.service.steps import take
from safety_app.core import clock
from safety_app.core.db import Database
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.equipment.items import make_item
from tests.screens import open_page, text_of

pytestmark = sqlite_only


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def furnish(database: Database, hall: Cast) -> None:
    """Four overdue, two to be scrapped, one that failed, one due soon, one of another window."""
    with database.transaction() as session:
        for _each in range(4):
            make_item(session, hall, registered=NOW - timedelta(days=40))
        for _each in range(2):
            make_item(session, hall, made_on=date(2016, 1, 1), registered=NOW)
        failed = make_item(session, hall, registered=NOW)
        take(session, hall.officer, failed, Step.INSPECT, on_date=TODAY, now=NOW, passed=False)
        make_item(session, hall, made_on=date(2021, 12, 1), registered=NOW)
        make_item(session, hall, registered=NOW - timedelta(days=40), window_id=hall.a03)


def codes(said: list[str]) -> set[str]:
    return {text for text in said if text.startswith("MHQ-") and len(text) == 8}


def test_the_link_of_the_officer_shows_what_the_heading_counts(
    database: Database, hall: Cast
) -> None:
    furnish(database, hall)
    said = text_of(open_page(hall.officer))
    assert "8 件安全设施到期、超期" in said and "查看全部 8 项" in said
    assert "另有 1 件 30 天内到期" in said
    shown = open_page(hall.officer, "equipment", view="pressing")
    assert codes(text_of(shown)) == {f"MHQ-000{n}" for n in (1, 2, 3, 4, 5, 6, 7, 9)}
    assert "需立即处理" in text_of(shown)
    assert "需立即处理" not in text_of(open_page(hall.officer, "equipment"))


def test_the_link_of_a_lead_shows_what_the_lead_keeps(database: Database, hall: Cast) -> None:
    furnish(database, hall)
    assert "7 件安全设施到期、超期" in text_of(open_page(hall.lead))
    shown = open_page(hall.lead, "equipment", view="pressing", kept="1")
    assert codes(text_of(shown)) == {f"MHQ-000{n}" for n in range(1, 8)}


def test_the_manager_sees_how_many_stand_how(database: Database, hall: Cast) -> None:
    assert "应报废更换" not in text_of(open_page(hall.manager))
    furnish(database, hall)
    said = text_of(open_page(hall.manager))
    for words in ("应报废更换", "到期、超期、不合格", "其中 1 件检查不合格"):
        assert words in said, words
    english = text_of(open_page(hall.manager, language="en"))
    assert "1 of them failed its inspection" in english
    assert "To be scrapped and replaced" in english
    assert "应报废更换" not in text_of(open_page(hall.staff))
