"""Sections whose words do not matter, for what the paper does with them."""

from safety_app.core.feature import Figure, SectionContent
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Heading,
    Paragraph,
    PhotoBox,
    PhotoPair,
    PhotoPairs,
    Table,
)
from tests.core.pdf_sample import sample_jpegs


def many_hazards(count: int, pictures: int) -> SectionContent:
    """A table of `count` hazards and `pictures` pairs of pictures."""
    rows = tuple((f"HZ-2026-{number:04}", "插排破损", "已销号") for number in range(1, count + 1))
    columns = (Column("编号", 1), Column("内容", 3), Column("状态", 1))
    blocks: list[Block] = [Heading("隐患及整改"), Table(columns, rows)]
    if pictures:
        before, after = sample_jpegs(2, (320, 240))
        pairs = tuple(
            PhotoPair(f"HZ-2026-{number:04}", PhotoBox(before, "整改前"), PhotoBox(after, "整改后"))
            for number in range(1, pictures + 1)
        )
        blocks.append(PhotoPairs(pairs))
    return SectionContent(
        figures=(Figure("found", "发现隐患", count), Figure("rate", "整改率", count, count)),
        paragraphs=(f"本月发现安全隐患 {count} 项，全部销号。",),
        blocks=tuple(blocks),
    )


def quiet() -> SectionContent:
    """A section with nothing to count, and a request."""
    return SectionContent(
        figures=(Figure("rate", "整改率", 0, 0, "本月无隐患"),),
        paragraphs=("本月未发现安全隐患。",),
        blocks=(Heading("设施"), Paragraph("设施完好。")),
        requests=("更换顶灯，等待经费", "修复自动门，等待物业"),
        focus=("复查顶灯", "复查自动门", "补做演练"),
    )
