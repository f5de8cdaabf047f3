"""Papers name who recorded a service that no firm stands for."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from equipment.documents import archive, lists
from equipment.service import figures, reporting, servicing
from equipment.service.asof import AsOf
from safety_app.core.pdf.blocks import Table
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import ABC, make_item
from tests.equipment.lives import at

ASOF = AsOf(NOW + timedelta(hours=1), "Asia/Shanghai")


def test_a_service_without_a_firm_names_who_recorded_it(session: Session, hall: Cast) -> None:
    detector = make_item(session, hall, "smoke-detector", size="")
    servicing.record_service(
        session, hall.officer, detector.id, services=["cleaning"], on_date=TODAY, now=NOW
    )
    work = figures.served(session, hall.site_id, ASOF, TODAY)
    [table] = lists.work_blocks(reporting.report_of(session, hall.site_id, ASOF), work, "")
    assert isinstance(table, Table)
    assert "刘洋登记" in table.rows[0]


def test_what_was_known_at_registration_is_said_to_be_so(session: Session, hall: Cast) -> None:
    make_item(
        session, hall, ABC, made_on=date(2019, 3, 1), last_service_on=date(2025, 3, 1),
        registered=at(date(2026, 3, 1)),
    )  # fmt: skip
    report = reporting.report_of(session, hall.site_id, ASOF)
    assert "按登记时所填" in archive.cells(report, report.items[0])
