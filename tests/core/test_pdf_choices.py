"""Questions on paper: answers side by side where they are short, nothing torn."""

import io

from PIL import Image

from safety_app.core.pdf.blocks import Block, Choices, Heading, SignatureLine, Signatures, Title
from safety_app.core.pdf.choices import choices_height
from safety_app.core.pdf.document import lay_out
from safety_app.core.pdf.font import find_typeface
from safety_app.core.pdf.page import PORTRAIT, Flow, Page

FACE = find_typeface()


def laid_out(*blocks: Choices) -> list[Page]:
    """The pages of these blocks."""
    flow = Flow(FACE, "zh_CN", PORTRAIT)
    return lay_out([Title("试卷"), *blocks], flow, "", lambda page, _pages: str(page))


def lines(pages: list[Page]) -> list[list[tuple[float, str]]]:
    """What stands on each line, from left to right."""
    found: dict[tuple[int, float], list[tuple[float, str]]] = {}
    for at, page in enumerate(pages):
        for text in page.texts:
            found.setdefault((at, round(text.y)), []).append((text.x, text.text))
    return [sorted(row) for _place, row in sorted(found.items())]


def answers_on(pages: list[Page]) -> list[list[str]]:
    """The answers line by line."""
    rows = [[words for _x, words in row if words[1:2] == "."] for row in lines(pages)]
    return [row for row in rows if row and row[0][0] in "ABCD"]


def test_short_answers_share_a_line_longer_ones_two_and_long_ones_stand_alone() -> None:
    short = Choices("1. 问（　　）", ("A. 是", "B. 否", "C. 也许", "D. 不知道"))
    middle = Choices("2. 问", tuple(f"{one}. {'中' * 14}" for one in "ABCD"))
    long = Choices("3. 问", tuple(f"{one}. {'长' * 25}" for one in "ABC"))
    found = answers_on(laid_out(short, middle, long))
    assert [len(row) for row in found] == [4, 2, 2, 1, 1, 1]


def test_a_question_is_never_torn() -> None:
    blocks = [
        Choices(f"{n}. 问", tuple(f"{one}. {n} {'长' * 25}" for one in "ABCD"), ("依据",))
        for n in range(1, 25)
    ]
    pages = laid_out(*blocks)
    assert len(pages) > 2
    for n in range(1, 25):
        holds = {
            at
            for at, page in enumerate(pages)
            for text in page.texts
            if text.text.startswith((f"{n}. 问", f"A. {n} ", f"B. {n} ", f"C. {n} ", f"D. {n} "))
        }
        assert len(holds) == 1, n


def test_a_picture_stands_between_question_and_answers_and_a_lost_one_says_so() -> None:
    out = io.BytesIO()
    Image.new("RGB", (800, 400), "navy").save(out, "JPEG")
    (page,) = laid_out(Choices("1. 图中是什么？", ("A. 海",), jpeg=out.getvalue()))
    (picture,) = page.pictures
    question = next(one for one in page.texts if one.text.startswith("1."))
    answer = next(one for one in page.texts if one.text.startswith("A."))
    assert question.y < picture.y + 1 and picture.y + picture.h < answer.y
    (page,) = laid_out(Choices("1. 图中是什么？", ("A. 海",), jpeg=b"", lost="图片缺失"))
    assert any(one.text == "图片缺失" for one in page.texts) and not page.pictures


def test_its_height_is_what_it_takes() -> None:
    flow = Flow(FACE, "zh_CN", PORTRAIT)
    block = Choices("1. 问", ("A. 甲", "B. 乙"), ("依据",))
    before = flow.y
    from safety_app.core.pdf.choices import place_choices

    place_choices(block, flow)
    assert round(flow.y - before, 3) == round(choices_height(block, flow), 3)


def test_the_last_questions_do_not_stand_by_themselves_on_a_page() -> None:
    """However many fill the pages before, at least four are on the last one."""
    for count in range(10, 60):
        pages = laid_out(*(Choices(f"{n}. 问", (), ("依据",)) for n in range(1, count + 1)))
        last = [text for text in pages[-1].texts if text.text.endswith("问")]
        assert len(pages) == 1 or len(last) >= 4, count


def test_places_to_sign_are_on_the_page_of_the_last_question() -> None:
    signs = Signatures((SignatureLine("考生："), SignatureLine("安全员：")), "日期：")
    for count in range(10, 60):
        flow = Flow(FACE, "zh_CN", PORTRAIT)
        questions = [Choices(f"{n}. 问", (), ("依据",)) for n in range(1, count + 1)]
        blocks: list[Block] = [Title("试卷"), Heading("一"), *questions, signs]
        pages = lay_out(blocks, flow, "", lambda page, _pages: str(page))
        assert [text for text in pages[-1].texts if text.text.endswith("问")], count
