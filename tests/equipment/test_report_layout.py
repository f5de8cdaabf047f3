"""The report on paper: no torn heading, no list that begins with one row at a page's foot."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from equipment.documents import budget, report_tables
from equipment.documents.paper import FEW, head_of
from equipment.service import reporting
from equipment.service.asof import AsOf
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Heading,
    Note,
    Paragraph,
    SignatureLine,
    Signatures,
    Table,
)
from safety_app.core.pdf.document import render
from tests.cast import NOW, Cast
from tests.equipment.items import make_item

ASOF = AsOf(NOW + timedelta(hours=1), "Asia/Shanghai")


@pytest.mark.parametrize("lines", range(28, 40))
def test_the_first_rows_of_a_list_stand_together(lines: int) -> None:
    table = Table((Column("名称"),), tuple((f"第{n}行",) for n in range(9)), first=FEW)
    blocks: tuple[Block, ...] = (
        *(Paragraph("文字") for _each in range(lines)),
        Heading("清单"),
        table,
    )
    paper = render(
        blocks, title="x", language="zh_CN", created_at=NOW, footer_left="",
        page_label=lambda page, pages: "",
    )  # fmt: skip
    for page in PdfReader(BytesIO(paper)).pages:
        text = page.extract_text()
        if "清单" in text:
            assert "第2行" in text


def test_no_heading_of_the_budget_is_torn_or_stands_twice(session: Session, hall: Cast) -> None:
    make_item(session, hall)
    report = reporting.report_of(session, hall.site_id, ASOF)
    labels = [column.label for column in budget.sort_table(report).columns]
    assert "依据条数" in labels and max(map(len, labels)) <= 8
    book = report_tables.report_xlsx(report, head_of(session, hall.site_id, ASOF.cutoff))
    for sheet in openpyxl.load_workbook(BytesIO(book)):
        heads = [cell.value for cell in next(sheet.iter_rows(max_row=1)) if cell.value]
        assert len(heads) == len(set(heads)), sheet.title


@pytest.mark.parametrize("lines", range(20, 44))
@pytest.mark.parametrize("rows", [2, 12])
def test_signatures_stand_under_the_last_rows(lines: int, rows: int) -> None:
    blocks: tuple[Block, ...] = (
        *(Paragraph("文字") for _each in range(lines)),
        Heading("清单"),
        Table((Column("名称"),), tuple((f"第{n}行",) for n in range(rows))),
        Note("说明"),
        Signatures((SignatureLine("签名："), SignatureLine("负责人：")), "日期："),
    )
    paper = render(
        blocks, title="x", language="zh_CN", created_at=NOW, footer_left="",
        page_label=lambda page, pages: "",
    )  # fmt: skip
    [signed] = [page for page in PdfReader(BytesIO(paper)).pages if "签名" in page.extract_text()]
    text = signed.extract_text()
    assert f"第{rows - 1}行" in text and "说明" in text and "负责人" in text
    if rows == 2:
        assert "清单" in text and "第0行" in text
