"""A timeline on paper: moments in order, none torn, the line between them without a gap."""

from itertools import pairwise

from safety_app.core.pdf.blocks import Happening, Timeline
from safety_app.core.pdf.document import lay_out
from safety_app.core.pdf.font import find_typeface
from safety_app.core.pdf.page import Flow, Page

LONG = "烟气从门缝进入大厅，取号区的群众开始向东侧安全出口移动，值班人员引导疏散。" * 2


def pages(*happenings: Happening) -> list[Page]:
    """The pages of a timeline."""
    flow = Flow(find_typeface(), "zh_CN")
    return lay_out((Timeline(happenings),), flow, "", lambda page, _pages: str(page))


def moment(number: int) -> Happening:
    """One of many."""
    return Happening(f"11月23日 09:{number:02}", LONG, "监控录像", f"{number} 分钟后", number == 2)


def test_each_moment_has_a_mark_its_time_and_its_words_on_one_height() -> None:
    other = Happening("11月23日 09:02", "广播疏散", "", "", is_main=True)
    page = pages(moment(1), other)[0]
    assert len(page.fills) == 2
    small, large = sorted(fill.w for fill in page.fills)
    assert small < large, "the main one is marked larger"
    texts = {text.text: text.y for text in page.texts}
    assert texts["11月23日 09:01"] == min(y for words, y in texts.items() if "烟气" in words)
    bold = {text.text[:4] for text in page.texts if text.bold}
    assert bold == {"广播疏散"}


def test_the_line_runs_from_the_first_mark_to_the_last() -> None:
    page = pages(*(moment(number) for number in range(1, 5)))[0]
    rules = sorted(page.rules, key=lambda rule: rule.y1)
    marks = sorted(fill.y + fill.h / 2 for fill in page.fills)
    assert (rules[0].y1, rules[-1].y2) == (marks[0], marks[-1])
    joints = pairwise(rules)
    assert all(abs(above.y2 - below.y1) < 0.01 for above, below in joints)


def test_a_moment_is_not_torn_by_the_end_of_a_page() -> None:
    found = pages(*(moment(number) for number in range(1, 30)))
    assert len(found) > 1
    for page in found:
        times = [text for text in page.texts if "日 09:" in text.text]
        notes = [text for text in page.texts if text.text == "监控录像"]
        assert len(times) == len(notes) == len(page.fills)


def test_an_empty_timeline_is_nothing() -> None:
    assert pages()[0].fills == []
