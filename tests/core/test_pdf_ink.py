"""Signatures in cells, rows for handwriting, and pages that begin anew."""

import pytest

from safety_app.core.pdf.blocks import Column, Ink, PageBreak, Table, Title
from safety_app.core.pdf.document import lay_out
from safety_app.core.pdf.font import find_typeface
from safety_app.core.pdf.ink import simplified, strokes
from safety_app.core.pdf.page import Flow


def test_a_signature_in_a_cell_is_drawn_with_few_points() -> None:
    line = [(float(x), 50.0) for x in range(200)]
    assert simplified(line) == [(0.0, 50.0), (199.0, 50.0)]
    ink = Ink(((*line, (199.0, 100.0)), ((30.0, 20.0),)), 640, 200)
    drawn = strokes(ink, 100, 200, 60, 24)
    assert [len(stroke.points) for stroke in drawn] == [3, 2]
    for x, y in (point for stroke in drawn for point in stroke.points):
        assert 100 <= x <= 161 and 200 <= y <= 224


def test_rows_to_be_filled_in_by_hand_are_high_and_a_break_begins_a_page() -> None:
    table = Table((Column("项目"), Column("签名")), (("一", "二"), ("三", "四")), row_height=60)
    pages = lay_out(
        (Title("甲"), table, PageBreak(), Title("乙")),
        Flow(find_typeface(), "zh_CN"),
        "截止",
        lambda page, of: f"{page}/{of}",
    )
    rules = sorted({rule.y1 for rule in pages[0].rules if rule.y1 == rule.y2})
    assert rules[-1] - rules[-2] == pytest.approx(60)
    assert [page.texts[0].text for page in pages[:2]] == ["甲", "乙"]
