"""A report of ten pages with thirty pictures, and the same pages drawn by reportlab."""

import io
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Heading,
    Note,
    Paragraph,
    PhotoBox,
    PhotoPair,
    PhotoPairs,
    SignatureLine,
    Signatures,
    Table,
    Title,
)
from safety_app.core.pdf.document import lay_out, render
from safety_app.core.pdf.font import find_typeface
from safety_app.core.pdf.page import HEIGHT, WIDTH, Flow, Page

CUT_OFF = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
FOOTER = "截止 2026-10-31 24:00　校验码 7F3A-91C2"


def page_label(page: int, pages: int) -> str:
    """The label at the foot of the sample's pages."""
    return f"第 {page} 页，共 {pages} 页"


@lru_cache(maxsize=4)
def sample_jpegs(count: int = 30, size: tuple[int, int] = (1600, 1200)) -> tuple[bytes, ...]:
    """Pictures as heavy as those of a tablet's camera, each a little different."""
    chance = random.Random(7)
    base = Image.effect_noise((size[0] // 4, size[1] // 4), 40).resize(size).convert("RGB")
    found = []
    for number in range(count):
        picture = base.copy()
        draw = ImageDraw.Draw(picture)
        for _ in range(12):
            x, y = chance.randrange(size[0]), chance.randrange(size[1])
            colour = (chance.randrange(256), chance.randrange(256), 90)
            draw.ellipse((x, y, x + 260, y + 190 + number), fill=colour)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=82)
        found.append(out.getvalue())
    return tuple(found)


def report_blocks_sample(jpegs: Sequence[bytes | Path] | None = None) -> tuple[Block, ...]:
    """A window's monthly report, long enough for ten pages with thirty pictures."""
    pictures = list(jpegs if jpegs is not None else sample_jpegs())
    patrols = tuple(
        (f"10-{day:02}", part, f"{8 + at * 4:02}:1{day % 6}", name,
         "按时完成" if day % 9 else "超时完成")
        for day in range(1, 32)
        for at, (part, name) in enumerate((("班前", "王晓燕"), ("班中", "刘洋"), ("班后", "周航")))
    )  # fmt: skip
    hazards = tuple(
        (f"HZ-2026-{100 + number:04}", "台下插排串接，插头温热，已要求停用并更换插座。",
         ("▲ 严重", "● 普通", "○ 轻微")[number % 3], "王晓燕", f"10-{number % 28 + 1:02}", "已销号")
        for number in range(24)
    )  # fmt: skip
    pairs = tuple(
        PhotoPair(
            f"HZ-2026-{100 + at // 2:04}　台下插排串接，插头温热（普通）",
            PhotoBox(pictures[at], "整改前　10月9日 09:12　刘洋"),
            PhotoBox(pictures[at + 1], "整改后　10月10日 15:40　王晓燕"),
        )
        for at in range(0, len(pictures) - 1, 2)
    )
    return (
        Title("窗口安全生产月度报告", "3号综合窗口　2026年10月　编号 AQ-2026-10-W3"),
        Heading("一、总体情况"),
        Paragraph(
            "本月应开展每日巡查 93 次，实际完成 93 次，其中超时完成 9 次。发现隐患 24 项，"
            "其中严重 8 项、普通 8 项、轻微 8 项；已销号 24 项，无逾期。无生产安全事故，险情 1 起。"
        ),
        Heading("二、巡查情况"),
        Table(
            (Column("日期", 1, "center"), Column("时段", 1, "center"), Column("时间", 1, "center"),
             Column("巡查人", 1, "center"), Column("结果", 2)),
            patrols,
            note="班前截止 11:00，班中截止闭厅时间，班后截止闭厅后 2 小时。",
        ),
        Heading("三、隐患及整改"),
        Table(
            (Column("编号", 2.2, "center"), Column("内容", 4), Column("等级", 1.4, "center"),
             Column("整改责任人", 1.6, "center"), Column("期限", 1.2, "center"),
             Column("状态", 1.4, "center")),
            hazards,
        ),
        Heading("四、整改前后对照"),
        PhotoPairs(pairs),
        Heading("五、下月重点"),
        Paragraph("一是督促物业修复空调滴水；二是开展火灾疏散演练；三是安排灭火器送修。"),
        Note("整改率 = 已销号 ÷ 发现；当场改正另计。"),
        Signatures(
            (SignatureLine("窗口负责人（签字）："), SignatureLine("中心审核（签字）：")),
            "日期：", ("年", "月", "日"), seal="单位（盖章）",
        ),
    )  # fmt: skip


def render_sample(blocks: Sequence[Block]) -> bytes:
    """The sample by the product's own kit."""
    return render(
        blocks, title="窗口安全生产月度报告", language="zh_CN", created_at=CUT_OFF,
        footer_left=FOOTER, page_label=page_label, qr="http://hall.example/r/7F3A91C2",
    )  # fmt: skip


def render_with_reportlab(blocks: Sequence[Block], folder: Path) -> bytes:
    """The same pages, marks and fonts through reportlab's canvas; `folder` takes the fonts."""
    rl_config.useA85 = 0  # its default writes pictures as text, which costs it seconds
    flow = Flow(find_typeface(), "zh_CN")
    pages = lay_out(blocks, flow, FOOTER, page_label, "http://hall.example/r/7F3A91C2")
    for name, bold in (("Paper", False), ("PaperB", True)):
        texts = (text.text for page in pages for text in page.texts if text.bold is bold)
        file = folder / f"{name}.ttf"
        file.write_bytes(flow.typeface.face(bold).subset(set().union(*texts)))
        pdfmetrics.registerFont(TTFont(name, str(file)))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), pageCompression=1)
    for page in pages:
        _draw(canvas, page)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, page: Page) -> None:
    for fill in page.fills:
        canvas.setFillGray(fill.shade / 255)
        canvas.rect(fill.x, HEIGHT - fill.y - fill.h, fill.w, fill.h, stroke=0, fill=1)
    for picture in page.pictures:
        _picture(canvas, picture.jpeg, (picture.x, picture.y, picture.w, picture.h), picture.inner)
    for rule in page.rules:
        canvas.setLineWidth(rule.width)
        canvas.setStrokeGray(rule.shade / 255)
        canvas.line(rule.x1, HEIGHT - rule.y1, rule.x2, HEIGHT - rule.y2)
    for text in page.texts:
        canvas.setFillGray(text.shade / 255)
        canvas.setFont("PaperB" if text.bold else "Paper", text.size)
        canvas.drawString(text.x, HEIGHT - text.y, text.text, charSpace=text.spacing)


def _picture(
    canvas: Canvas, jpeg: bytes | Path, box: tuple[float, float, float, float],
    inner: tuple[float, float, float, float],
) -> None:  # fmt: skip
    canvas.saveState()
    clip = canvas.beginPath()
    clip.rect(box[0], HEIGHT - box[1] - box[3], box[2], box[3])
    canvas.clipPath(clip, stroke=0, fill=0)
    x, y, w, h = inner
    # A file name lets reportlab copy the JPEG bytes; from memory it would pack the pixels anew.
    source = str(jpeg) if isinstance(jpeg, Path) else ImageReader(io.BytesIO(jpeg))
    canvas.drawImage(source, x, HEIGHT - y - h, w, h)
    canvas.restoreState()
