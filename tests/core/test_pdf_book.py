"""A paper of many parts: contents, page numbers, scans on their pages, broken ones named."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from safety_app.core.pdf.blocks import Block, Column, Heading, Paragraph, Table, Title
from safety_app.core.pdf.book import Part, Share, Words, lay_out_book, write_book
from safety_app.core.pdf.scans import Scan, look_at
from tests.core.pdf_sample import page_label, render_sample

NOW = datetime(2026, 11, 23, 1, 4, tzinfo=UTC)
WORDS = Words(
    contents="目录",
    unreadable=lambda scan: f"“{scan.name}”无法读取",
    caption=lambda scan, page, pages: f"{scan.name} {page}/{pages}",
    page_label=page_label,
)


def chapter(number: int, *blocks: Block, scans: tuple[Scan, ...] = (), wide: bool = False) -> Part:
    title = f"第{number}部分"
    shares = (Share((Title(title),)), *((Share(blocks, wide),) if blocks else ()))
    return Part(title, shares, scans)


def book(folder: Path, *parts: Part, front: tuple[Block, ...] = (Title("材料"),)) -> Path:
    out = folder / "book.pdf"
    laid = lay_out_book(front, (Heading("缺项"),), parts, words=WORDS, language="zh_CN")
    write_book(
        laid, out, title="材料", created_at=NOW, footer_left="数据截至 11月23日", qr="code",
        step=lambda _done, _total: None,
    )  # fmt: skip
    return out


def texts(path: Path) -> list[str]:
    return [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(path).pages]


def picture(folder: Path, size: tuple[int, int] = (1600, 1200), colour: str = "teal") -> Path:
    path = folder / f"{colour}.jpg"
    Image.new("RGB", size, colour).save(path, "JPEG")
    return path


def scanned(
    folder: Path, *, rotate: int = 0, pages: int = 1, password: str | None = None,
    size: tuple[float, float] = (300, 200),
) -> Path:  # fmt: skip
    """A PDF whose pages are red in their upper left quarter, as it is seen."""
    from fpdf import FPDF

    pdf = FPDF(unit="pt", format=size)
    for _number in range(pages):
        pdf.add_page()
        pdf.set_fill_color(220, 0, 0)
        pdf.rect(0, 0, size[0] / 2, size[1] / 2, style="F")
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(bytes(pdf.output()))))
    for page in writer.pages:
        if rotate:
            page.rotate(rotate)
    if password is not None:
        writer.encrypt(password)
    path = folder / f"scan{rotate}{pages}{password}.pdf"
    writer.write(path)
    return path


def reds(path: Path, page: int) -> tuple[float, float]:
    """The middle of what is red on a page, as shares of its width and height."""
    image = pypdfium2.PdfDocument(path)[page].render(scale=0.5).to_pil().convert("RGB")
    wide, high = image.size
    spots = [
        (x / wide, y / high)
        for x in range(wide)
        for y in range(high)
        if image.getpixel((x, y))[0] > 180 and image.getpixel((x, y))[1] < 60
    ]
    assert spots
    return (sum(x for x, _y in spots) / len(spots), sum(y for _x, y in spots) / len(spots))


def test_the_contents_name_the_page_where_a_chapter_begins(tmp_path: Path) -> None:
    long = Table((Column("号"), Column("字")), tuple((str(at), "内容") for at in range(90)))
    out = book(tmp_path, chapter(1, long), chapter(2, Paragraph("短。")), chapter(3))
    found = texts(out)
    for title in ("第1部分", "第2部分", "第3部分"):
        page = next(at for at, text in enumerate(found[1:], 2) if title in text)
        assert re.search(rf"{title}{page}(?!\d)", found[0]), (title, page, found[0])
    assert f"第1页，共{len(found)}页" in found[0]
    assert f"第{len(found)}页，共{len(found)}页" in found[-1]


def test_contents_of_many_pages_still_name_the_right_ones(tmp_path: Path) -> None:
    out = book(tmp_path, *(chapter(at) for at in range(1, 61)))
    found = texts(out)
    front = next(at for at, text in enumerate(found) if text.startswith("第1部分"))
    assert front > 1
    assert re.search(rf"第60部分{front + 60}(?!\d)", "".join(found[:front]))


def test_each_chapter_has_a_bookmark(tmp_path: Path) -> None:
    reader = PdfReader(book(tmp_path, chapter(1), chapter(2)))
    titles = [one.title for one in reader.outline]  # type: ignore[union-attr]
    assert titles == ["材料", "第1部分", "第2部分"]
    assert [reader.get_destination_page_number(one) for one in reader.outline] == [0, 1, 2]  # type: ignore[arg-type]


def test_a_chapter_may_lie_down(tmp_path: Path) -> None:
    out = book(tmp_path, chapter(1, Paragraph("横排。"), wide=True), chapter(2))
    sizes = [(page.mediabox.width, page.mediabox.height) for page in PdfReader(out).pages]
    assert [width > height for width, height in sizes] == [False, False, True, False]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_pdf_stands_upright_on_its_page_behind_the_chapter(tmp_path: Path, rotate: int) -> None:
    left, upper = {0: (True, True), 90: (False, True), 180: (False, False), 270: (True, False)}[
        rotate
    ]
    middle = 0.5 if rotate % 180 else 0.28  # of the scan, whose shape fills the page's width
    scan = look_at("检测报告", scanned(tmp_path, rotate=rotate), is_pdf=True)
    out = book(tmp_path, chapter(1, scans=(scan,)), chapter(2))
    found = texts(out)
    assert len(found) == 4 and "检测报告1/1" in found[2] and "第3页" in found[2]
    x, y = reds(out, 2)
    assert (x < 0.5, y < middle) == (left, upper)


def test_a_picture_fills_a_page_and_keeps_its_shape(tmp_path: Path) -> None:
    scan = look_at("值班表", picture(tmp_path, colour="red"), is_pdf=False)
    out = book(tmp_path, chapter(1, scans=(scan,)))
    image = pypdfium2.PdfDocument(out)[2].render(scale=1).to_pil().convert("RGB")
    row = [image.getpixel((x, 200)) for x in range(image.width)]
    wide = sum(pixel[0] > 200 and pixel[1] < 60 for pixel in row)
    assert abs(wide - 156 / 25.4 * 72) < 4


def test_every_page_of_a_long_scan_is_there(tmp_path: Path) -> None:
    scan = look_at("合同", scanned(tmp_path, pages=7), is_pdf=True)
    found = texts(book(tmp_path, chapter(1, scans=(scan,))))
    assert [f"合同{at}/7" in text for at, text in enumerate(found[2:], 1)] == [True] * 7


def test_a_broken_scan_does_not_break_the_paper_and_is_named(tmp_path: Path) -> None:
    torn = tmp_path / "torn.pdf"
    torn.write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>")
    grey = tmp_path / "grey.jpg"
    grey.write_bytes(picture(tmp_path).read_bytes()[:40])
    locked = scanned(tmp_path, password="secret")
    scans = (
        look_at("残缺", torn, is_pdf=True),
        look_at("坏图", grey, is_pdf=False),
        look_at("加密", locked, is_pdf=True),
        look_at("丢失", tmp_path / "gone.pdf", is_pdf=True),
        look_at("完好", scanned(tmp_path), is_pdf=True),
    )
    assert [scan.pages for scan in scans] == [0, 0, 0, 0, 1]
    found = texts(book(tmp_path, chapter(1, scans=scans), chapter(2)))
    for at, name in enumerate(("残缺", "坏图", "加密", "丢失"), 2):
        assert f"“{name}”无法读取" in found[at]
    assert "完好1/1" in found[6] and "第2部分" in found[7]


def test_a_pdf_that_only_forbids_changes_is_read(tmp_path: Path) -> None:
    assert look_at("报告", scanned(tmp_path, password=""), is_pdf=True).pages == 1


def test_the_same_facts_give_the_same_bytes(tmp_path: Path) -> None:
    scans = (
        look_at("合同", scanned(tmp_path), is_pdf=True),
        look_at("图", picture(tmp_path), is_pdf=False),
    )
    one = book(tmp_path, chapter(1, Paragraph("甲。"), scans=scans)).read_bytes()
    assert book(tmp_path, chapter(1, Paragraph("甲。"), scans=scans)).read_bytes() == one
    assert book(tmp_path, chapter(1, Paragraph("乙。"), scans=scans)).read_bytes() != one


def test_our_own_papers_can_be_scans_of_others(tmp_path: Path) -> None:
    path = tmp_path / "own.pdf"
    path.write_bytes(render_sample((Title("月报"), Paragraph("正文。"))))
    out = book(tmp_path, chapter(1, scans=(look_at("月报", path, is_pdf=True),)))
    assert "正文" in texts(out)[2] and "月报1/1" in texts(out)[2]
