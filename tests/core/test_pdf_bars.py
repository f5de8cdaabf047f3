"""Spans on paper: drawn to scale over one axis, late ones darker, never torn."""

import pytest

from safety_app.core.pdf.blocks import Bar, Bars, Block, Heading, Paragraph, PhotoPair, PhotoPairs
from safety_app.core.pdf.document import lay_out
from safety_app.core.pdf.font import find_typeface
from safety_app.core.pdf.page import Flow, Page

TICKS = ((0.0, "0"), (60.0, "1 分钟"), (120.0, "2 分钟"))
KEYS = ("实际用时", "超出目标", "目标用时")
ALARM = Bar("发现并报警", 30, 60, "30 秒")
EMPTY = Bar("大厅人员疏散完毕", 120, 90, "2 分钟，超出 30 秒", late=True)
OPEN = Bar("清点人数完毕", None, 120, "未记录")


def pages(*blocks: Block) -> list[Page]:
    """The pages of some blocks."""
    flow = Flow(find_typeface(), "zh_CN")
    return lay_out(blocks, flow, "", lambda page, _pages: str(page))


def test_spans_are_drawn_to_scale_from_one_start() -> None:
    page = pages(Bars((ALARM, EMPTY, OPEN), TICKS, KEYS))[0]
    alarm, empty, *legend = page.fills
    assert len(legend) == 2, "what was not taken has no bar"
    assert (alarm.x, alarm.h) == (empty.x, empty.h)
    assert empty.w == pytest.approx(4 * alarm.w)
    assert empty.shade < alarm.shade, "a late one is darker"
    assert {fill.shade for fill in legend} == {alarm.shade, empty.shade}


def test_the_axis_stands_where_the_spans_end() -> None:
    page = pages(Bars((ALARM, EMPTY), TICKS, KEYS))[0]
    lines = {rule.x1 for rule in page.rules if rule.x1 == rule.x2}
    ends = {round(fill.x + fill.w, 3) for fill in page.fills[:2]}
    assert round(max(ends), 3) in {round(x, 3) for x in lines}
    said = [text.text for text in page.texts]
    assert [words for _at, words in TICKS if words not in said] == []
    assert [words for words in KEYS if words not in said] == []


def test_each_row_says_in_words_what_it_shows_and_a_late_one_in_bold() -> None:
    page = pages(Bars((ALARM, EMPTY, OPEN), TICKS, KEYS))[0]
    rows = {text.text: text for text in page.texts}
    assert rows["30 秒"].y == rows["发现并报警"].y
    assert rows["未记录"].y == rows["清点人数完毕"].y
    assert [text.text for text in page.texts if text.bold] == ["2 分钟，超出 30 秒"]


def test_a_long_name_is_wrapped_and_pushes_nothing_over_another() -> None:
    long = Bar("各应急小组携带器材到达指定位置并向总指挥报告完毕", 60, None, "1 分钟")
    page = pages(Bars((long, ALARM), TICKS, KEYS))[0]
    first, last = [text for text in page.texts if text.text in long.label]
    alarm = next(text for text in page.texts if text.text == ALARM.label)
    assert last.y > first.y and alarm.y - last.y > last.size
    assert first.y < page.fills[0].y + page.fills[0].h / 2 < last.y + last.size


def test_a_chart_is_never_torn_nor_left_by_its_heading() -> None:
    lines = [Paragraph("演练经过。") for _line in range(25)]
    chart = Bars((ALARM, EMPTY, OPEN) * 5, TICKS, KEYS)
    first, second = pages(*lines, Heading("时间进程"), chart)
    assert not first.fills and len(second.fills) == 12
    assert "时间进程" in [text.text for text in second.texts]
    first, second = pages(*lines, chart)
    assert not first.fills and len(second.fills) == 12


def test_pictures_that_are_no_pairs_leave_the_last_place_white() -> None:
    pair = PhotoPair("", None, None)
    assert pages(PhotoPairs((pair,), framed=True))[0].rules
    assert not pages(PhotoPairs((pair,), framed=False))[0].rules
