"""The report of the whole hall: who may, what it compares, what it leaves to the windows."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from checklists.models import Task
from hazards.models import Status
from safety_app.core.clock import local_day
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.feature import Light
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Heading, PhotoPairs, Signatures, Table, Turned
from safety_app.reports import service
from safety_app.reports.comparing import lines
from safety_app.reports.documents import file_name, report_blocks
from safety_app.reports.service import Report
from tests.cast import NOW, Cast
from tests.factories import make_hazard, make_task

IN_OCTOBER = datetime(2026, 10, 12, 2, tzinfo=UTC)


def october(session: Session, hall: Cast, language: str = "zh_CN") -> Report:
    with use_language(language):
        return service.site_report(session, hall.manager, hall.site_id, 2026, 10, now=NOW)


def october_task(
    session: Session, hall: Cast, window_id: int | None, part: str = "opening"
) -> Task:
    day = local_day(IN_OCTOBER, "Asia/Shanghai")
    return make_task(
        session, hall, part=part, window_id=window_id, common=window_id is None, on=day,
        now=datetime(2026, 10, 11, 16, tzinfo=UTC),
    )  # fmt: skip


def test_every_window_stands_beside_the_others_with_its_light(session: Session, hall: Cast) -> None:
    make_hazard(session, hall, Status.CLOSED, now=IN_OCTOBER, fix_by=date(2026, 10, 20))
    make_hazard(session, hall, Status.ASSIGNED, now=IN_OCTOBER, fix_by=date(2026, 10, 20),
                window_id=hall.a02)  # fmt: skip
    make_hazard(session, hall, Status.ASSIGNED, now=IN_OCTOBER, fix_by=date(2026, 11, 20),
                common=True)  # fmt: skip
    report = october(session, hall)
    found = {one.place: one for one in lines(report)}
    labels = [key for table in report.compared for key, _label in table.columns]
    at = labels.index("hazards.found")
    assert found["A01 综合窗口"].numbers[at:] == (1, 1, 0, 0)
    assert found["A02 社保窗口"].numbers[at:] == (1, 0, 1, 1)
    assert {name: one.light for name, one in found.items()} == {
        "A01 综合窗口": Light.GOOD, "A02 社保窗口": Light.ACT, "公共区域": Light.WATCH,
    }  # fmt: skip
    assert found["A02 社保窗口"].why == ("隐患逾期 1 项",)


def test_patrols_of_each_window_are_counted_as_its_own_report_counts_them(
    session: Session, hall: Cast
) -> None:
    october_task(session, hall, hall.a01)
    october_task(session, hall, None)
    report = october(session, hall)
    found = {one.place: one for one in lines(report)}
    own = service.window_report(session, hall.manager, hall.a01, 2026, 10, now=NOW)
    missed = {one.key: one.value for one in own.figures}["patrols.missed"]
    assert missed > 0
    assert found["A01 综合窗口"].numbers[:4] == (missed, 0, 0, missed)
    assert found["公共区域"].light is Light.ACT
    total = {one.key: one.value for one in report.figures}["patrols.missed"]
    assert sum(one.numbers[3] for one in found.values()) == total


def test_what_the_manager_signs(session: Session, hall: Cast) -> None:
    make_hazard(session, hall, Status.CLOSED, now=IN_OCTOBER, fix_by=date(2026, 10, 20))
    report = october(session, hall)
    blocks = report_blocks(report)
    heads = [one.text for one in blocks if isinstance(one, Heading)]
    turned = [one for one in blocks if isinstance(one, Turned)]
    assert isinstance(turned[0].blocks[0], Heading)
    assert turned[0].blocks[0].text == "三、各窗口情况对照"
    assert heads[2][0] == "四" and heads[-2].endswith("需中心协调解决的事项")
    table = turned[0].blocks[2]
    assert isinstance(table, Table)
    assert table.rows[-1][0] == "合计" and table.rows[0][-2] == "● 正常"
    signs = blocks[-1]
    assert isinstance(signs, Signatures)
    assert [line.label for line in signs.lines] == ["安全员（签字）：", "单位负责人（签字）："]
    assert (report.number, report.is_site) == ("AQ-2026-10-00", True)
    assert file_name(report, "pdf") == "清河县政务服务中心安全生产月度报告2026-10.pdf"


def test_pictures_are_left_to_the_windows(session: Session, hall: Cast) -> None:
    make_hazard(session, hall, Status.CLOSED, now=IN_OCTOBER, fix_by=date(2026, 10, 20))
    whole = report_blocks(october(session, hall))
    own = report_blocks(service.window_report(session, hall.lead, hall.a01, 2026, 10, now=NOW))
    assert any(isinstance(one, PhotoPairs) for one in own)
    assert not any(isinstance(one, PhotoPairs) for one in whole)
    assert not any("整改前后对照" in one.text for one in whole if isinstance(one, Heading))


def test_both_languages_carry_the_same_code_and_a_hazard_changes_it(
    session: Session, hall: Cast
) -> None:
    before = october(session, hall)
    assert october(session, hall, "en").check_code == before.check_code
    make_hazard(session, hall, now=IN_OCTOBER, window_id=hall.a03)
    assert october(session, hall).check_code != before.check_code


@pytest.mark.parametrize("role", ["staff", "lead", "administrator", "third_party"])
def test_only_those_who_answer_for_the_hall_see_it(session: Session, hall: Cast, role: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        service.site_report(session, hall.everyone()[role], hall.site_id, 2026, 10, now=NOW)
    assert "安全员或中心领导" in refused.value.message()


def test_nobody_sees_another_hall(session: Session, hall: Cast) -> None:
    with pytest.raises(NotFound):
        service.site_report(session, hall.foreign_manager, hall.site_id, 2026, 10, now=NOW)


def test_last_month_stands_beside_this_one(session: Session, hall: Cast) -> None:
    from safety_app.workplace.models import Site

    session.get_one(Site, hall.site_id).created_at = datetime(2026, 8, 1, tzinfo=UTC)
    make_hazard(session, hall, Status.CLOSED, now=datetime(2026, 9, 10, 2, tzinfo=UTC),
                fix_by=date(2026, 9, 20))  # fmt: skip
    report = service.window_report(session, hall.lead, hall.a01, 2026, 10, now=NOW)
    rows = {row[0]: row for row in _figures(report)}
    assert rows["一般隐患排查数"][1:4] == ("0", "", "1")
    assert rows["一般隐患整改率"][1:4] == ("–", "0/0", "100.0%")
    first = service.window_report(session, hall.lead, hall.a01, 2026, 8, now=NOW)
    assert first.previous == {}
    assert {row[3] for row in _figures(first)} == {"–"}


def _figures(report: Report) -> list[tuple[str, ...]]:
    tables = [one for one in report_blocks(report) if isinstance(one, Table)]
    found = next(one for one in tables if one.columns[-2].label == "上月")
    return [tuple(map(str, row)) for row in found.rows]
