"""Stocks in the managers' report: how they stand, and what must be bought when."""

import io
from datetime import date, timedelta

import openpyxl
from sqlalchemy.orm import Session

from equipment.documents import report as documents
from equipment.documents import report_tables
from equipment.documents.paper import head_of
from equipment.service import reporting
from equipment.service.asof import AsOf
from equipment.service.stock_figures import purchases
from tests.cast import NOW, TODAY, Cast
from tests.equipment.stocks import fill, hand_out, make_stock
from tests.equipment.test_report import words

ZONE = "Asia/Shanghai"
LATER = NOW + timedelta(hours=1)


def report(session: Session, hall: Cast) -> reporting.Report:
    return reporting.report(session, hall.manager, AsOf(LATER, ZONE))


def furnished(session: Session, hall: Cast) -> None:
    """Masks at a window with two batches, and goggles below their minimum."""
    masks = make_stock(session, hall)
    fill(session, hall, masks.id, 20, date(2026, 12, 5))
    fill(session, hall, masks.id, 30, date(2027, 6, 30))
    fill(session, hall, masks.id, 9, date(2030, 1, 1))
    hand_out(session, hall, masks.id, 4)
    other = make_stock(session, hall, window_id=hall.a03, by=hall.officer)
    fill(session, hall, other.id, 10, date(2027, 6, 1))
    goggles = make_stock(session, hall, kind="goggles", variant="", minimum=6)
    fill(session, hall, goggles.id, 2, None)


def test_what_expires_or_lacks_is_planned_in_its_month(session: Session, hall: Cast) -> None:
    furnished(session, hall)
    found = report(session, hall)
    masks = next(one for one in found.stocks if one.place.startswith("A01") and "口罩" in one.title)
    assert (masks.level.usable, masks.level.minimum) == (55, 10)
    assert masks.level.next_expiry == date(2026, 12, 5)
    bought = [(f"{month:%Y-%m}", title, n) for month, title, _unit, n in purchases(found.stocks)]
    assert bought == [
        ("2026-11", "护目镜", 4), ("2026-12", "防尘口罩 KN95", 16),
        ("2027-06", "防尘口罩 KN95", 40),
    ]  # fmt: skip


def test_what_has_expired_is_bought_at_once(session: Session, hall: Cast) -> None:
    masks = make_stock(session, hall)
    fill(session, hall, masks.id, 20, TODAY + timedelta(days=1))
    asof = AsOf(LATER + timedelta(days=1), ZONE)
    found = reporting.report(session, hall.manager, asof)
    [line] = found.stocks
    assert (line.level.expired, line.level.usable) == (20, 0)
    assert list(line.buy.values()) == [20], "not the minimum on top of it"


def test_the_paper_and_the_workbook_show_them(session: Session, hall: Cast) -> None:
    furnished(session, hall)
    found, head = report(session, hall), head_of(session, hall.site_id, LATER)
    text = words(documents.report_pdf(found, head))
    for part in ("防护用品库存", "防尘口罩KN95", "55个", "2026-12-05", "低于最低存量", "30天内到期",
                 "今后24个月应补购的库存", "40个"):  # fmt: skip
        assert part in text, part
    book = openpyxl.load_workbook(io.BytesIO(report_tables.report_xlsx(found, head)))
    assert len(list(book["防护用品库存"].iter_rows(min_row=2))) == 3
    assert [cell.value for cell in book["库存补购"][2]] == ["2026-11", "护目镜", 4]


def test_a_past_report_knows_no_later_moves(session: Session, hall: Cast) -> None:
    furnished(session, hall)
    before = report(session, hall).stocks
    masks = make_stock(session, hall, window_id=hall.a02, by=hall.officer)
    tomorrow = NOW + timedelta(days=1)
    fill(session, hall, masks.id, 5, now=tomorrow)
    assert report(session, hall).stocks == before
    assert (
        len(reporting.report(session, hall.manager, AsOf(tomorrow + timedelta(1), ZONE)).stocks)
        == 4
    )


def test_a_hall_without_stocks_is_spared_the_tables(session: Session, hall: Cast) -> None:
    text = words(documents.report_pdf(report(session, hall), head_of(session, hall.site_id, LATER)))
    assert "防护用品库存" not in text and "补购" not in text
