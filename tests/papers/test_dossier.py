"""What the shelf gives to an inspector: papers by chapter, scans in order, gaps by name."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from safety_app.core.feature import Chapter
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Note, Table
from safety_app.core.settings import settings
from safety_app.features import features
from safety_app.papers import dossier, service
from safety_app.workplace.models import Site
from tests.cast import NOW, Cast
from tests.papers.test_service import file_paper, scan


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    features()
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()


def chapter(session: Session, hall: Cast, number: int) -> Chapter:
    return dossier.chapter(number, session, hall.site_id, NOW)


def titles(made: Chapter) -> list[str]:
    return [str(row[1]) for one in made.blocks if isinstance(one, Table) for row in one.rows]


def test_an_empty_shelf_names_what_is_expected_with_its_source(
    session: Session, hall: Cast
) -> None:
    made = chapter(session, hall, 7)
    assert not made.blocks and not made.scans
    assert "缺少“建筑消防设施年度检测报告”（消防法第十六条第（三）项）。" in made.missing
    assert len(made.missing) == 4
    assert not chapter(session, hall, 3).missing and not chapter(session, hall, 10).missing
    with use_language("en"):
        wanted = (
            "There is no “Yearly test of the fire facilities” (Fire Protection Law, art. 16 (3))."
        )
        assert wanted in chapter(session, hall, 7).missing


def test_a_chapter_shows_its_papers_and_their_scans(session: Session, hall: Cast) -> None:
    ids = [scan(session, hall.officer, pages) for pages in (2, 1)]
    file_paper(session, hall, file_ids=ids, dated_on=date(2026, 3, 1), title="今年")
    file_paper(session, hall, title="合同", category="care-contract", is_history=True)
    file_paper(session, hall, title="制度", category="rules")
    made = chapter(session, hall, 7)
    assert titles(made) == ["今年", "合同 *"]
    assert list(made.scans[:2]) == ids
    assert isinstance(made.blocks[-1], Note)
    assert not any("检测报告”（消防法" in one for one in made.missing)
    assert titles(chapter(session, hall, 2)) == ["制度"]


def test_a_paper_that_has_ended_or_is_too_old_is_named(session: Session, hall: Cast) -> None:
    file_paper(session, hall, dated_on=date(2025, 3, 1))
    file_paper(
        session, hall, category="electrical-test", dated_on=date(2025, 3, 1),
        valid_until=date(2026, 2, 28),
    )  # fmt: skip
    missing = chapter(session, hall, 7).missing
    assert any("日期为 2025-03-01，应每 12 个月一份" in one for one in missing)
    assert any("已于 2026-02-28 到期" in one for one in missing)


def test_a_monthly_report_has_some_days_of_grace(session: Session, hall: Cast) -> None:
    for day, late in ((date(2026, 10, 10), True), (date(2026, 10, 20), False)):
        file_paper(session, hall, category="care-report", dated_on=day)
        missing = chapter(session, hall, 7).missing
        assert any("月度维护" in one for one in missing) is late


def test_a_key_fire_unit_drills_every_half_year(session: Session, hall: Cast) -> None:
    file_paper(session, hall, category="drill", dated_on=date(2026, 4, 1))
    assert not chapter(session, hall, 9).missing
    session.get_one(Site, hall.site_id).key_fire_unit = True
    assert "应每 6 个月一份" in chapter(session, hall, 9).missing[0]


def test_old_and_replaced_papers_stay_on_the_shelf_only(session: Session, hall: Cast) -> None:
    file_paper(
        session, hall, title="旧合同", category="care-contract", dated_on=date(2024, 1, 1),
        valid_until=date(2024, 12, 31),
    )  # fmt: skip
    file_paper(session, hall, title="新合同", category="care-contract", dated_on=date(2026, 1, 1))
    file_paper(session, hall, title="上月", category="old-patrols", dated_on=date(2026, 10, 31))
    file_paper(session, hall, title="去年", category="old-patrols", dated_on=date(2025, 10, 31))
    gone = file_paper(session, hall, title="误存", category="care-contract")
    service.withdraw(session, hall.officer, gone.id, reason="误存", now=NOW)
    assert titles(chapter(session, hall, 7)) == ["新合同"]
    assert titles(chapter(session, hall, 3)) == ["上月 *"]


def test_every_chapter_with_a_kind_has_its_share() -> None:
    assert [one.chapter for one in dossier.DOSSIER] == [1, 2, 3, 4, 6, 7, 8, 9, 10, 11]
