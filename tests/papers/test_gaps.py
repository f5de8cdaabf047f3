"""What the shelf lacks: never filed, ended, too old, ending soon; and what records stand for."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from safety_app.core.errors import NotAllowed
from safety_app.core.feature import Feature
from safety_app.core.settings import settings
from safety_app.features import features
from safety_app.papers import dossier, gaps
from safety_app.papers.gaps import Gap, Why
from safety_app.papers.kinds import kinds
from tests.cast import NOW, TODAY, Cast
from tests.papers.test_service import file_paper

# What the issue lists that an inspector asks for, beside what this system records itself.
ASKED_FOR = (
    "acceptance", "floor-plan", "responsibility", "facility-test", "care-contract", "care-report",
    "electrical-test", "certificate",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    features()
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()


def found(session: Session, hall: Cast, code: str, today: date = TODAY) -> list[Gap]:
    every = gaps.list_gaps(session, hall.officer, today=today)
    return [gap for gap in every if gap.kind.code == code]


def why(session: Session, hall: Cast, code: str, today: date = TODAY) -> list[Why]:
    return [gap.why for gap in found(session, hall, code, today)]


def test_an_empty_shelf_lacks_all_that_is_asked_for(session: Session, hall: Cast) -> None:
    lacking = {gap.kind.code for gap in gaps.list_gaps(session, hall.officer, today=TODAY)}
    assert set(ASKED_FOR) <= lacking
    assert lacking == {kind.code for kind in kinds().values() if kind.expected}
    assert {kinds()[code].chapter for code in ASKED_FOR} == {1, 2, 7, 11}


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, Why.ENDED), (0, Why.ENDING), (30, Why.ENDING), (31, None)],
)
def test_an_end_is_told_thirty_days_ahead(
    session: Session, hall: Cast, days: int, expected: Why | None
) -> None:
    until = TODAY + timedelta(days=days)
    file_paper(session, hall, dated_on=date(2026, 1, 5), valid_until=until)
    assert why(session, hall, "facility-test") == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("dated", "expected"),
    [
        (date(2025, 12, 24), None),
        (date(2025, 12, 23), Why.ENDING),
        (date(2025, 11, 13), Why.ENDING),
        (date(2025, 11, 12), Why.OLD),
    ],
)
def test_a_yearly_paper_without_an_end_is_due_again(
    session: Session, hall: Cast, dated: date, expected: Why | None
) -> None:
    file_paper(session, hall, dated_on=dated)
    assert why(session, hall, "facility-test") == ([expected] if expected else [])


def test_a_monthly_report_is_not_told_ahead(session: Session, hall: Cast) -> None:
    for dated, expected in ((date(2026, 10, 12), [Why.OLD]), (date(2026, 10, 13), [])):
        file_paper(session, hall, category="care-report", dated_on=dated)
        assert why(session, hall, "care-report") == expected


def test_a_contract_without_an_end_is_asked_for_it(session: Session, hall: Cast) -> None:
    file_paper(session, hall, category="care-contract", dated_on=date(2026, 11, 1))
    assert why(session, hall, "care-contract") == [Why.ENDLESS]
    missing = dossier.chapter(7, session, hall.site_id, NOW).missing
    assert "未登记“消防设施维护保养合同”的截止日期（迎检惯例）。" in missing
    file_paper(
        session, hall, category="care-contract", dated_on=date(2026, 11, 2),
        valid_until=date(2027, 11, 1),
    )  # fmt: skip
    assert why(session, hall, "care-contract") == []


def report_of(session: Session, hall: Cast, *days: date) -> None:
    for day in days:
        file_paper(session, hall, category="care-report", dated_on=day)


def test_months_in_between_without_a_report_are_named(session: Session, hall: Cast) -> None:
    # Of May (dated in June), July, August (dated in September) and October.
    report_of(session, hall, date(2026, 6, 5), date(2026, 7, 30), date(2026, 9, 2),
              date(2026, 10, 28))  # fmt: skip
    [gap] = found(session, hall, "care-report")
    assert (gap.why, gap.without) == (Why.MONTHS, (date(2026, 6, 1), date(2026, 9, 1)))
    missing = dossier.chapter(7, session, hall.site_id, NOW).missing
    assert any("2026年6月、2026年9月" in one for one in missing)
    report_of(session, hall, date(2026, 6, 30), date(2026, 9, 30))
    assert why(session, hall, "care-report") == []


def test_reports_are_wanted_from_the_contract_on_for_a_year(session: Session, hall: Cast) -> None:
    report_of(session, hall, date(2026, 11, 5))
    file_paper(
        session, hall, category="care-contract", dated_on=date(2026, 8, 20),
        valid_until=date(2027, 8, 19),
    )  # fmt: skip
    [gap] = found(session, hall, "care-report")
    assert gap.without == (date(2026, 8, 1), date(2026, 9, 1))
    [later] = found(session, hall, "care-report", date(2028, 1, 15))
    assert later.without[0] == date(2027, 1, 1) and len(later.without) == 12


@pytest.mark.parametrize(("today", "n"), [(date(2026, 12, 10), 0), (date(2026, 12, 11), 1)])
def test_a_report_has_ten_days_to_come(session: Session, hall: Cast, today: date, n: int) -> None:
    report_of(session, hall, date(2026, 10, 31))
    months = [gap for gap in found(session, hall, "care-report", today) if gap.without]
    assert len(months) == n


def test_each_certificate_counts_until_one_of_its_title_is_newer(
    session: Session, hall: Cast
) -> None:
    for title, until in (("操作员证 甲", TODAY - timedelta(days=1)), ("操作员证 乙", TODAY)):
        file_paper(
            session, hall, category="certificate", title=title, dated_on=date(2021, 1, 1),
            valid_until=until,
        )  # fmt: skip
    assert [(gap.why, gap.name.split(" · ")[1]) for gap in found(session, hall, "certificate")] == [
        (Why.ENDED, "操作员证 甲"), (Why.ENDING, "操作员证 乙")
    ]  # fmt: skip
    file_paper(session, hall, category="certificate", title="操作员证 甲")
    assert why(session, hall, "certificate") == [Why.ENDING]
    missing = dossier.chapter(11, session, hall.site_id, NOW).missing
    assert missing == (), "what only ends soon is not missing today"


def test_the_gravest_stand_first(session: Session, hall: Cast) -> None:
    file_paper(session, hall, dated_on=date(2025, 12, 1))
    file_paper(session, hall, category="care-contract", valid_until=TODAY)
    order = [gap.why for gap in gaps.list_gaps(session, hall.officer, today=TODAY)]
    assert order == sorted(order, key=list(Why).index) and order[-2:] == [Why.ENDING] * 2


def test_what_records_stand_for_needs_no_paper(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Feature("sample", Path(), stands_for=lambda _session, _site: frozenset({"training"}))
    monkeypatch.setattr(gaps, "features", lambda: (made,))
    assert why(session, hall, "training") == [] and why(session, hall, "drill") == [Why.MISSING]
    assert dossier.chapter(8, session, hall.site_id, NOW).missing == ()


def test_gaps_are_for_those_who_see_the_shelf(session: Session, hall: Cast) -> None:
    assert gaps.list_gaps(session, hall.manager, today=TODAY)
    for actor in (hall.lead, hall.staff, hall.third_party):
        with pytest.raises(NotAllowed):
            gaps.list_gaps(session, actor, today=TODAY)
