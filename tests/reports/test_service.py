"""The month's figures: as of the cut-off, for those who may see them, in either language."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from hazards import service as hazards
from hazards.models import Hazard, Status
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.i18n import use_language
from safety_app.reports import kinds, service
from safety_app.reports.service import Report
from safety_app.workplace.models import Window
from tests.cast import NOW, Cast
from tests.factories import make_hazard

IN_OCTOBER = datetime(2026, 10, 12, 2, tzinfo=UTC)
END = datetime(2026, 10, 31, 16, tzinfo=UTC)


def october(session: Session, hall: Cast, actor: Actor | None = None) -> Report:
    """The report of A01 for October, in the lead's name unless said otherwise."""
    return service.window_report(session, actor or hall.lead, hall.a01, 2026, 10, now=NOW)


def counted(report: Report) -> dict[str, tuple[int, int | None]]:
    """Value and denominator by key."""
    return {figure.key: (figure.value, figure.of) for figure in report.figures}


def in_october(session: Session, hall: Cast, status: Status) -> Hazard:
    """A hazard of A01 found in October."""
    return make_hazard(session, hall, status, now=IN_OCTOBER, fix_by=date(2026, 10, 20))


def test_later_events_change_neither_figures_nor_check_code(session: Session, hall: Cast) -> None:
    hazard = in_october(session, hall, Status.FIXED)
    before = october(session, hall)
    assert counted(before)["hazards.general.rectified"] == (0, 1)
    hazards.accept(session, hall.officer, hazard.id, row_version=None, now=END)
    make_hazard(session, hall, Status.REGISTERED, now=NOW)
    after = october(session, hall)
    assert counted(after) == counted(before)
    assert after.check_code == before.check_code


def test_an_event_a_moment_before_the_cut_off_counts(session: Session, hall: Cast) -> None:
    hazard = in_october(session, hall, Status.FIXED)
    before = october(session, hall)
    last = END - timedelta(microseconds=1)
    hazards.accept(session, hall.officer, hazard.id, row_version=None, now=last)
    after = october(session, hall)
    assert counted(after)["hazards.general.rectified"] == (1, 1)
    assert after.check_code != before.check_code


def test_first_and_last_moment_of_the_month_are_the_halls_own(session: Session, hall: Cast) -> None:
    for moment in (
        datetime(2026, 9, 30, 15, 59, 59, tzinfo=UTC),
        datetime(2026, 9, 30, 16, tzinfo=UTC),
        datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC),
        datetime(2026, 10, 31, 16, tzinfo=UTC),
    ):
        make_hazard(session, hall, now=moment)
    assert counted(october(session, hall))["hazards.general.found"] == (2, None)


def test_both_languages_carry_the_same_check_code(session: Session, hall: Cast) -> None:
    in_october(session, hall, Status.CLOSED)
    chinese = october(session, hall)
    with use_language("en"):
        english = october(session, hall)
    assert english.check_code == chinese.check_code
    assert (english.unit, english.window) == (
        "Qinghe County Service Centre",
        "A01 General services",
    )


def test_another_figure_window_or_month_has_another_check_code(
    session: Session, hall: Cast
) -> None:
    codes = {october(session, hall).check_code}
    codes.add(service.window_report(session, hall.lead, hall.a02, 2026, 10, now=NOW).check_code)
    codes.add(service.window_report(session, hall.lead, hall.a01, 2026, 9, now=NOW).check_code)
    in_october(session, hall, Status.REGISTERED)
    codes.add(october(session, hall).check_code)
    assert len(codes) == 4


def test_the_paper_does_not_depend_on_who_prints(session: Session, hall: Cast) -> None:
    by_lead = october(session, hall)
    by_officer = october(session, hall, hall.officer)
    by_command = service.window_report(session, None, hall.a01, 2026, 10, now=NOW)
    assert by_lead == by_officer == by_command
    assert by_officer.filled_by == by_officer.lead == "李敏"


def test_a_month_without_hazards_says_so(session: Session, hall: Cast) -> None:
    report = october(session, hall)
    said = "".join(text for part in report.parts for text in part.content.paragraphs)
    assert "未发现安全隐患" in said
    assert counted(report)["hazards.general.rectified"] == (0, 0)


def test_head_names_unit_window_number_and_people(session: Session, hall: Cast) -> None:
    report = october(session, hall)
    assert report.unit == "清河县政务服务中心"
    assert (report.number, report.window) == ("AQ-2026-10-A01", "A01 综合窗口")
    assert (report.lead, report.officers) == ("李敏", ("刘洋",))
    assert report.is_final


def test_the_current_month_is_not_final(session: Session, hall: Cast) -> None:
    report = service.window_report(session, hall.lead, hall.a01, 2026, 11, now=NOW)
    assert not report.is_final
    assert report.period.cutoff == NOW


@pytest.mark.parametrize("role", ["lead", "officer", "manager"])
def test_lead_officer_and_manager_see_the_report(session: Session, hall: Cast, role: str) -> None:
    assert october(session, hall, hall.everyone()[role]).number == "AQ-2026-10-A01"


@pytest.mark.parametrize("role", ["staff", "administrator", "third_party"])
def test_others_are_told_who_can(session: Session, hall: Cast, role: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        october(session, hall, hall.everyone()[role])
    assert "负责人" in refused.value.message() and "安全员" in refused.value.message()


def test_a_lead_sees_own_windows_only(session: Session, hall: Cast) -> None:
    service.window_report(session, hall.lead, hall.a02, 2026, 10, now=NOW)
    with pytest.raises(NotAllowed):
        service.window_report(session, hall.lead, hall.a03, 2026, 10, now=NOW)
    with pytest.raises(NotAllowed):
        october(session, hall, hall.other_lead)


def test_nobody_sees_another_hall(session: Session, hall: Cast) -> None:
    with pytest.raises(NotFound):
        october(session, hall, hall.foreign_manager)
    with pytest.raises(NotFound):
        service.window_report(session, hall.officer, hall.foreign_window, 2026, 10, now=NOW)


def test_the_choice_holds_the_windows_one_may_see(session: Session, hall: Cast) -> None:
    def codes(actor: Actor) -> list[str]:
        return [window.code for window in service.list_choices(session, actor)]

    assert codes(hall.lead) == ["A01", "A02"]
    assert codes(hall.manager) == ["A01", "A02", "A03"]
    assert codes(hall.staff) == []


def test_a_retired_window_keeps_the_reports_of_its_months(session: Session, hall: Cast) -> None:
    window = session.get_one(Window, hall.a02)
    window.is_active, window.retired_on = False, date(2026, 10, 16)

    def codes(year: int, month: int) -> list[str]:
        found = service.list_choices(session, hall.manager, year=year, month=month)
        return [one.code for one in found]

    assert codes(2026, 10) == codes(2026, 9) == ["A01", "A02", "A03"]
    assert codes(2026, 11) == [one.code for one in service.list_choices(session, hall.manager)]
    assert codes(2026, 11) == ["A01", "A03"]
    kind = next(one for one in kinds.offered(hall.manager) if one.name == "window-report")
    names = [place.name for place in kinds.places(session, hall.manager, kind)]
    assert names == ["A01 综合窗口", "A03 税务窗口", "A02 社保窗口（启用至2026年10月16日）"]
    assert service.window_report(session, hall.manager, hall.a02, 2026, 10, now=NOW).number
