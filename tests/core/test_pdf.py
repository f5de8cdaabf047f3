"""Printed papers: line breaking, pages, tables, pictures, fonts, and bytes that repeat."""

import hashlib
import io
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from safety_app.core.pdf import font
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Heading,
    Language,
    Note,
    Paragraph,
    PhotoBox,
    PhotoPair,
    PhotoPairs,
    SignatureLine,
    Signatures,
    Table,
    Title,
    Turned,
)
from safety_app.core.pdf.code import fitting_mask, square_code
from safety_app.core.pdf.document import CODE_SIDE, FOOT_GAP, lay_out, render
from safety_app.core.pdf.font import REGULAR, FontMissing, find_typeface
from safety_app.core.pdf.linebreak import CLOSERS, NO_END, NO_START, clean, visible_width, wrap
from safety_app.core.pdf.page import (
    BOTTOM,
    HEIGHT,
    INNER,
    LANDSCAPE,
    LEFT,
    PORTRAIT,
    SMALL,
    TOP,
    WIDTH,
    Flow,
    Page,
)
from safety_app.core.pdf.paint import paint
from tests.core.pdf_sample import CUT_OFF, page_label, render_sample, report_blocks_sample

FACE = find_typeface()
SIGNATURES = Signatures(
    (SignatureLine("窗口负责人（签字）："), SignatureLine("中心审核（签字）：")),
    "日期：", ("年", "月", "日"), seal="单位（盖章）",
)  # fmt: skip


def jpeg(size: tuple[int, int] = (160, 120), colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def paper(*blocks: Block, language: Language = "zh_CN", **how: Any) -> bytes:
    how = {"title": "月报", "created_at": CUT_OFF, "footer_left": "截止 10月31日", **how}
    return render(blocks, language=language, page_label=page_label, **how)


def pages(*blocks: Block, language: Language = "zh_CN") -> list[Page]:
    return lay_out(blocks, Flow(FACE, language), "截止 10月31日", page_label)


def words(page: Page) -> list[str]:
    """The lines of a page without its foot, from top to bottom, left to right."""
    inside = [text for text in page.texts if text.y < HEIGHT - BOTTOM + 1]
    return [text.text for text in sorted(inside, key=lambda text: (text.y, text.x))]


def pixels(data: bytes, page: int = 0) -> Image.Image:
    rendered = pypdfium2.PdfDocument(data)[page].render(scale=1).to_pil()
    assert isinstance(rendered, Image.Image)
    return rendered.convert("RGB")


def broken(text: str, width: float = 120) -> list[str]:
    return wrap(text, width, 10, FACE)


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() -> None:
    text = (
        "已要求停用，并更换（带过载保护的）插座。《办法》第三条：“先断电、后整改”！复查：合格……" * 4
    )
    for width in range(60, 200):
        lines = broken(text, width)
        assert "".join(lines) == text
        assert not [line for line in lines[1:] if line[0] in NO_START]
        assert not [line for line in lines[:-1] if line[-1] in NO_END]


def test_words_numbers_and_codes_stay_whole() -> None:
    text = "编号HZ-2026-0123应急灯EL-05于2026-10-09 09:12不亮占98.1%共53/54次温度45℃"
    for width in range(70, 200):
        lines = broken(text, width)
        for whole in ("HZ-2026-0123", "EL-05", "2026-10-09", "09:12", "98.1%", "53/54", "45℃"):
            assert any(whole in line for line in lines), (width, whole, lines)


def test_english_breaks_at_spaces_only() -> None:
    lines = broken("Emergency light does not light up, (window 3) has been told.", 100)
    assert " ".join(lines) == "Emergency light does not light up, (window 3) has been told."
    assert len(lines) > 2


def test_a_word_wider_than_the_line_is_torn_after_its_marks() -> None:
    lines = broken("https://hall.example/reports/2026-10/window-3.pdf", 100)
    assert "".join(lines) == "https://hall.example/reports/2026-10/window-3.pdf"
    assert all(line[-1] in "/-.:" for line in lines[:-1])


def test_a_closing_mark_leans_half_out_rather_than_pushing_a_character_down() -> None:
    assert broken("一二三四五六七八九十，下", 105) == ["一二三四五六七八九十，", "下"]


def test_line_breaks_of_the_writer_are_kept() -> None:
    assert broken("一\n\n二") == ["一", "", "二"]


@given(st.text(alphabet="窗口安全，。（）《》“”、ab1 -/%\n", max_size=80), st.integers(30, 200))
def test_whatever_the_text_nothing_is_lost_and_no_line_is_too_wide(text: str, width: int) -> None:
    lines = broken(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        # A run of marks that may not be parted can be wider than a very narrow column.
        if line and not set(line) <= NO_START | NO_END and width > 90 and len(line) < 9:
            assert visible_width(line, 10, FACE) <= width + 0.1


def test_characters_that_the_font_lacks_show_as_a_stand_in() -> None:
    assert clean("姓名𠮷，🔥\ufe0f", FACE, "zh_CN") == "姓名〓，〓"
    assert clean("CO₂ 3 m³", FACE, "en") == "CO2 3 m³"
    assert (
        "姓名〓"
        in pypdfium2.PdfDocument(paper(Paragraph("姓名𠮷")))[0].get_textpage().get_text_range()
    )


def test_latin_text_takes_quotes_of_latin_width() -> None:
    assert clean("the lead’s “own” hall…", FACE, "en") == 'the lead\'s "own" hall...'
    assert clean("“先断电”的Lead’s", FACE, "zh_CN") == "“先断电”的Lead's"


def test_control_characters_are_dropped() -> None:
    assert clean("a\x00b\u200bc\tdé", FACE, "zh_CN") == "abc dé"


def test_a_chinese_paragraph_is_indented_and_flush_on_both_sides() -> None:
    [page] = pages(Paragraph("发现隐患六项，其中严重一项，普通四项，轻微一项。" * 5))
    lines = [text for text in page.texts if text.y < HEIGHT - BOTTOM]
    assert lines[0].x == pytest.approx(LEFT + 22)
    for line in lines[:-1]:
        width = visible_width(line.text, line.size, FACE) + line.spacing * (len(line.text) - 1)
        assert line.x + width == pytest.approx(LEFT + INNER, abs=0.5)
    assert lines[-1].spacing == 0


def test_an_english_paragraph_is_neither_indented_nor_stretched() -> None:
    [page] = pages(Paragraph("One hazard was found and rectified. " * 10), language="en")
    lines = [text for text in page.texts if text.y < HEIGHT - BOTTOM]
    assert {(line.x, line.spacing) for line in lines} == {(LEFT, 0)}


def table(rows: int, text: str = "应急灯不亮") -> Table:
    columns = (Column("编号", 1, "center"), Column("内容", 3), Column("项", 1, "right"))
    return Table(columns, tuple((f"{at:04}", text, str(at)) for at in range(rows)))


def test_a_long_table_repeats_its_head_and_loses_no_row() -> None:
    found = pages(table(120))
    assert len(found) > 2
    assert all(words(page)[:3] == ["编号", "内容", "项"] for page in found)
    rows = [text for page in found for text in words(page) if len(text) == 4 and text.isdigit()]
    assert rows == [f"{at:04}" for at in range(120)]


def test_nothing_is_drawn_outside_the_type_area() -> None:
    blocks = (
        Title("标题"),
        table(60, "长" * 90),
        Heading("一"),
        Paragraph("文" * 3000),
        SIGNATURES,
    )
    for page in pages(*blocks):
        for text in page.texts:
            right = text.x + visible_width(text.text, text.size, FACE, bold=text.bold)
            assert text.x >= LEFT - 0.1 and right <= WIDTH - 70
        for rule in page.rules:
            assert TOP <= rule.y1 <= HEIGHT - BOTTOM + 0.1
            assert rule.y2 <= HEIGHT - BOTTOM + 0.1


def test_a_row_taller_than_a_page_is_split() -> None:
    found = pages(table(1, "隐患" * 1500))
    assert len(found) > 1
    assert sum(text.count("隐患") for page in found for text in words(page)) == pytest.approx(
        1500, abs=120
    )
    joined = "".join(text for page in found for text in words(page) if set(text) <= set("隐患"))
    assert joined == "隐患" * 1500


def test_a_column_grows_rather_than_tear_a_code() -> None:
    narrow = Table((Column("编号", 1), Column("内容", 12)), (("HZ-2026-0123", "插排" * 40),))
    [page] = pages(narrow)
    assert "HZ-2026-0123" in words(page)


def test_a_heading_is_never_left_alone_at_the_foot() -> None:
    for lines in range(20, 45):
        filler = Paragraph("\n".join(["文"] * lines))
        for following in (table(3), Paragraph("尾" * 90), PhotoPairs((pair(),)), SIGNATURES):
            for page in pages(filler, Heading("标题"), following):
                assert words(page)[-1] != "标题"


def test_signatures_stand_together_and_take_the_last_words_along() -> None:
    for lines in range(15, 45):
        filler = Paragraph("\n".join(["文"] * lines))
        found = pages(filler, Heading("五、下月重点"), Paragraph("督促物业修复。"), SIGNATURES)
        last = words(found[-1])
        assert [text for text in last if "签字" in text or "盖章" in text] == [
            "窗口负责人（签字）：", "中心审核（签字）：", "单位（盖章）",
        ]  # fmt: skip
        assert "督促物业修复。" in last and "五、下月重点" in last
        untitled = pages(filler, Paragraph("督促物业修复。"), SIGNATURES)
        assert "督促物业修复。" in words(untitled[-1])


def test_a_printed_name_and_date_replace_the_blank() -> None:
    [page] = pages(Signatures((SignatureLine("签字：", "王晓燕", "2026年11月1日"),), "日期："))
    assert words(page) == ["签字：", "王晓燕", "日期：", "2026年11月1日"]


@pytest.mark.parametrize("end", ["：", ":"])
def test_words_that_announce_a_list_are_not_left_alone_at_the_foot(end: str) -> None:
    for lines in range(20, 45):
        before = [Paragraph(f"第{n}行") for n in range(lines)]
        found = pages(*before, Paragraph(f"报告内容{end}"), *map(Paragraph, ("甲", "乙", "丙")))
        for page in found:
            assert words(page)[-1] != f"报告内容{end}"


def test_the_foot_numbers_every_page() -> None:
    data = paper(table(120))
    reader = PdfReader(io.BytesIO(data))
    count = len(reader.pages)
    for number, page in enumerate(reader.pages, start=1):
        assert f"第 {number} 页，共 {count} 页" in page.extract_text()
        assert "截止 10月31日" in page.extract_text()


@pytest.mark.parametrize("qr", ["", "code"])
@pytest.mark.parametrize("landscape", [False, True])
def test_the_number_of_a_page_stands_at_the_right_of_every_paper(landscape: bool, qr: str) -> None:
    for left in ("", "截止", "数据截至2026年11月30日 13:53　PX-2026-0001"):
        flow = Flow(FACE, "zh_CN", LANDSCAPE if landscape else PORTRAIT)
        for page in lay_out((table(60),), flow, left, page_label, qr or None):
            [label] = [one for one in page.texts if one.text.startswith("第 ")]
            edge = page.sheet.left + page.sheet.inner - (CODE_SIDE + FOOT_GAP if qr else 0)
            assert label.x + flow.width(label.text, SMALL) == pytest.approx(edge)


def pair(before: bytes | Path | None = None, after: bytes | Path | None = None) -> PhotoPair:
    boxes = [PhotoBox(picture, "说明") if picture else None for picture in (before, after)]
    return PhotoPair("HZ-2026-0123", *boxes)


def test_jpeg_bytes_pass_through_unchanged_once_each() -> None:
    picture = jpeg((400, 900))
    data = paper(PhotoPairs((pair(picture, picture), pair(jpeg(colour="red"), None))))
    assert data.count(picture) == 1
    assert data.count(jpeg(colour="red")) == 1


def test_pictures_are_cut_to_four_by_three_not_squeezed() -> None:
    out = io.BytesIO()
    tall = Image.new("RGB", (300, 900), "red")
    tall.paste("blue", (0, 300, 300, 600))
    tall.save(out, "JPEG", quality=95)
    [page] = pages(PhotoPairs((pair(out.getvalue()),)))
    [picture] = page.pictures
    assert picture.w / picture.h == pytest.approx(4 / 3)
    assert picture.inner[2] / picture.inner[3] == pytest.approx(1 / 3)
    assert picture.inner[2] >= picture.w - 0.1 and picture.inner[3] >= picture.h - 0.1
    image = pixels(paper(PhotoPairs((pair(out.getvalue()),))))
    x, y = round(picture.x + picture.w / 2), round(picture.y + picture.h / 2)
    assert image.getpixel((x, y))[2] > 200  # type: ignore[index]
    assert image.getpixel((x, round(picture.y + picture.h) + 30)) == (255, 255, 255)


@pytest.mark.parametrize(
    "picture", [Path("/nowhere/gone.jpg"), b"no picture", b"\x89PNG\r\n\x1a\n", jpeg()[:20]]
)
def test_a_lost_picture_leaves_its_box_and_spares_the_paper(picture: bytes | Path) -> None:
    found = pages(PhotoPairs((pair(picture, None),), empty="尚未整改", lost="照片缺失"))
    assert [word for word in words(found[0]) if word in ("尚未整改", "照片缺失")] == [
        "照片缺失", "尚未整改",
    ]  # fmt: skip
    assert paper(PhotoPairs((pair(picture, None),)))


def test_a_pair_is_never_torn() -> None:
    for page in pages(
        Paragraph("文" * 700), PhotoPairs(tuple(pair(jpeg(), jpeg()) for _ in range(9)))
    ):
        assert len(page.pictures) % 2 == 0
        for picture in page.pictures:
            assert picture.y + picture.h < HEIGHT - BOTTOM


def test_a_paper_without_rows_pairs_or_words_is_still_a_paper() -> None:
    blocks: Sequence[Block] = (Table((Column("a"),), ()), PhotoPairs(()), Paragraph(""), Note(""))
    assert len(PdfReader(io.BytesIO(paper(*blocks))).pages) == 1
    assert len(PdfReader(io.BytesIO(paper())).pages) == 1


def test_the_properties_name_title_language_and_cut_off_only() -> None:
    reader = PdfReader(
        io.BytesIO(paper(Title("窗口安全生产月度报告"), title="窗口安全生产月度报告"))
    )
    assert reader.metadata is not None
    assert reader.metadata.title == "窗口安全生产月度报告"
    assert reader.metadata.creation_date == CUT_OFF
    assert str(reader.root_object["/Lang"]) == "zh-CN"
    assert "/ModDate" not in reader.metadata
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)


def test_the_code_stands_in_the_lower_right_corner() -> None:
    plain, coded = paper(Title("标题")), paper(Title("标题"), qr="http://hall.example/r/7F3A91C2")
    corner = (round(LEFT + INNER) - 43, round(HEIGHT - BOTTOM) + 9)
    dark = [pixels(data).crop((*corner, corner[0] + 43, corner[1] + 43)) for data in (plain, coded)]
    share = [sum(value < 128 for value in part.convert("L").tobytes()) / 43**2 for part in dark]
    assert share[0] < 0.05 and 0.35 < share[1] < 0.65


PROGRAM = """
import hashlib
from tests.core.pdf_sample import render_sample, report_blocks_sample, sample_jpegs
print(hashlib.sha256(render_sample(report_blocks_sample(FILES))).hexdigest())
"""


def test_two_processes_print_the_same_bytes(tmp_path: Path) -> None:
    files = []
    for number in range(4):
        files.append(tmp_path / f"{number}.jpg")
        files[-1].write_bytes(jpeg(colour=("red", "teal", "navy", "gold")[number]))
    names = "[" + ", ".join(f"__import__('pathlib').Path({str(file)!r})" for file in files) + "]"
    program = PROGRAM.replace("FILES", names)
    runs = [subprocess.check_output([sys.executable, "-c", program]) for _ in range(2)]
    assert runs[0] == runs[1]
    here = render_sample(report_blocks_sample(files))
    assert runs[0].decode().strip() == hashlib.sha256(here).hexdigest()


def test_another_word_or_cut_off_gives_other_bytes() -> None:
    one = paper(Paragraph("甲"))
    assert one == paper(Paragraph("甲"))
    assert one != paper(Paragraph("乙"))
    assert one != paper(Paragraph("甲"), created_at=datetime(2026, 9, 30, tzinfo=UTC))


def static_font(tmp_path: Path, weight: int = REGULAR) -> Path:
    """A font file without weights, as offices buy them."""
    face = FACE.face(weight != REGULAR)
    file = tmp_path / "office.ttf"
    file.write_bytes(face.subset(set("窗口安全月报签字第页共截止0123456789 ，〓")))
    return file


def test_a_configured_font_is_used_with_the_packaged_bold(tmp_path: Path) -> None:
    file = static_font(tmp_path)
    typeface = find_typeface(file)
    assert typeface.path == file
    assert typeface.bold.covered == FACE.bold.covered
    data = paper(Heading("安全"), Paragraph("窗口安全生"), font_path=file)
    text = PdfReader(io.BytesIO(data)).pages[0].extract_text()
    assert "窗口安全〓" in text


@pytest.mark.parametrize("content", [None, b"", b"no font at all"])
def test_a_broken_configured_font_falls_back_and_says_so(
    tmp_path: Path, content: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "broken.ttf"
    if content is not None:
        file.write_bytes(content)
    assert find_typeface(file).path == FACE.path
    assert str(file) in caplog.text


def test_without_any_font_the_error_lists_the_places(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    font._load.cache_clear()
    monkeypatch.setattr(font, "files", lambda package: tmp_path / package)
    monkeypatch.setattr(font, "LINUX", (font.FontFile(tmp_path / "NotoSansCJK-Regular.ttc"),))
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(FontMissing) as caught:
        find_typeface(tmp_path / "own.ttf")
    font._load.cache_clear()
    for place in ("own.ttf", "justmytype_intl_cjk", "NotoSansCJK-Regular.ttc"):
        assert place in caught.value.message()


def test_no_character_of_a_closing_kind_is_wider_than_its_ink_suggests() -> None:
    assert all(FACE.width(mark, 10) == 10 for mark in CLOSERS)


def test_a_landscape_paper_keeps_its_marks_on_the_page() -> None:
    table = Table((Column("项目"), Column("内容", 3)), tuple(("一", "长" * 80) for _ in range(40)))
    data = paper(Title("台账"), table, SIGNATURES, landscape=True)
    boxes = [page.mediabox for page in PdfReader(io.BytesIO(data)).pages]
    assert all(abs(float(box.width) - HEIGHT) < 1 for box in boxes)
    flow = Flow(FACE, "zh_CN", LANDSCAPE)
    for page in lay_out((Title("台账"), table, SIGNATURES), flow, "截止", page_label):
        assert max(rule.x2 for rule in page.rules) <= LANDSCAPE.left + LANDSCAPE.inner + 1
        assert max(text.y for text in page.texts) < LANDSCAPE.height


def test_a_form_has_names_in_bold_and_no_head() -> None:
    form = Table((Column("", is_name=True), Column("", 3)), (("地点", "A01"), ("期限", "今天")))
    (page,) = pages(form)
    assert words(page) == ["地点", "A01", "期限", "今天"]
    assert [text.bold for text in page.texts if text.text in ("地点", "A01")] == [True, False]
    assert len(page.fills) == 2


def test_a_wide_table_lies_on_a_page_of_its_own_and_the_rest_stands() -> None:
    wide = Turned(
        (Heading("二、对照"), Table((Column("窗口"), Column("状态")), (("A01", "正常"),)))
    )
    found = pages(Heading("一、总体"), Paragraph("正文。"), wide, Paragraph("其后。"))
    assert [page.sheet.width > page.sheet.height for page in found] == [False, True, False]
    assert "二、对照" in [text.text for text in found[1].texts]
    assert "其后。" in [text.text for text in found[2].texts]
    assert len(pages(wide)) == 1
    assert len(pages(Paragraph("正文。"), wide)) == 2


@pytest.mark.parametrize("landscape", [False, True])
def test_a_foot_of_three_lines_stays_off_the_edge(landscape: bool) -> None:
    data = paper(Paragraph("正文。"), footer_left="一\n二\n三", landscape=landscape)
    sheet = pypdfium2.PdfDocument(data)[0]
    text = sheet.get_textpage()
    boxes = [text.get_rect(at) for at in range(text.count_rects())]
    assert min(bottom for _left, bottom, _right, _top in boxes) > 4 / 25.4 * 72


def test_a_code_is_one_shape_that_shows_every_square_of_it() -> None:
    content = "http://10.0.0.7:8501/q/MHQ-0032"
    wanted = [bytes(row) for row in segno.make(content, error="m", micro=False).matrix]
    page = Page()
    page.codes.append(square_code(content, 100, 200, 87))
    data = paint([page], FACE, title="码", language="zh_CN", created_at=CUT_OFF)
    drawn = pypdfium2.PdfDocument(data)[0].render(scale=4).to_pil().convert("L")
    unit = 87 / len(wanted)
    for y, row in enumerate(wanted):
        for x, dark in enumerate(row):
            spot = (round(4 * (100 + (x + 0.5) * unit)), round(4 * (200 + (y + 0.5) * unit)))
            assert (drawn.getpixel(spot) < 128) == bool(dark), (x, y)
    again = square_code(content, 0, 0, 87, mask=fitting_mask(content))
    assert again.rows == tuple(wanted)
