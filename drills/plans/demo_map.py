"""A drawn evacuation map of the demonstration hall's ground floor."""

import io
from contextlib import suppress
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from safety_app.core.pdf.font import find_typeface
from safety_app.core.settings import settings

SIZE: Final = (1400, 900)
WALL, ROOM, GREEN, RED, INK = "#3A4650", "#EDF1F4", "#1B7A3D", "#C3262C", "#1B2733"
ROOMS: Final = (
    ((60, 130, 460, 300), "综合窗口 A01–A04"),
    ((480, 130, 900, 300), "社保医保 A05–A08"),
    ((920, 130, 1340, 300), "公安车驾管 A09–A12"),
    ((60, 640, 360, 800), "24 小时自助区"),
    ((380, 640, 620, 800), "咨询台"),
    ((1060, 640, 1340, 800), "卫生间"),
)
EXITS: Final = (((640, 780, 800, 820), "主出口"), ((40, 440, 80, 540), "西出口"),
                ((1320, 440, 1360, 540), "东出口"))  # fmt: skip
ARROWS: Final = (
    ((260, 330), (260, 480)), ((260, 480), (110, 480)), ((690, 330), (690, 480)),
    ((690, 480), (720, 760)), ((1130, 330), (1130, 480)), ((1130, 480), (1290, 480)),
)  # fmt: skip
BOTTLES: Final = ((420, 330), (860, 330), (1290, 600), (110, 600))
HERE: Final = (560, 590)
WEIGHT: Final = 500


def draw() -> bytes:
    """The map as PNG."""
    picture = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(picture)
    large, small = _font(44), _font(28)
    pen.text((SIZE[0] / 2, 60), "一楼大厅疏散示意图", fill=INK, font=large, anchor="mm")
    pen.rectangle((40, 110, 1360, 820), outline=WALL, width=10)
    for box, name in ROOMS:
        pen.rectangle(box, fill=ROOM, outline=WALL, width=4)
        centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        pen.text(centre, name, fill=INK, font=small, anchor="mm")
    for box, name in EXITS:
        pen.rectangle(box, fill=GREEN)
        _exit_name(pen, box, name, small)
    for start, end in ARROWS:
        _arrow(pen, start, end)
    for x, y in BOTTLES:
        pen.rounded_rectangle((x - 12, y - 22, x + 12, y + 22), 8, fill=RED)
        pen.rectangle((x - 5, y - 32, x + 5, y - 22), fill=INK)
    x, y = HERE
    pen.ellipse((x - 14, y - 14, x + 14, y + 14), fill=RED)
    pen.text((x - 24, y), "您在此处", fill=RED, font=small, anchor="rm")
    pen.text((60, 860), "红色瓶形：灭火器    绿色：安全出口和疏散方向    集合点：门前广场旗杆处",
             fill=INK, font=small, anchor="lm")  # fmt: skip
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont:
    """The font of the papers, in a weight that can be read."""
    font = ImageFont.truetype(str(find_typeface(settings().font_path).path), size)
    with suppress(OSError):  # a font of one weight
        font.set_variation_by_axes([WEIGHT])
    return font


def _exit_name(
    pen: ImageDraw.ImageDraw,
    box: tuple[int, int, int, int],
    name: str,
    font: ImageFont.FreeTypeFont,
) -> None:
    """Inside a wide door, beside a narrow one."""
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    if box[2] - box[0] > box[3] - box[1]:
        pen.text(middle, name, fill="white", font=font, anchor="mm")
    elif box[0] < SIZE[0] / 2:
        pen.text((box[2] + 10, middle[1] - 70), name, fill=GREEN, font=font, anchor="lm")
    else:
        pen.text((box[0] - 10, middle[1] - 70), name, fill=GREEN, font=font, anchor="rm")


def _arrow(pen: ImageDraw.ImageDraw, start: tuple[int, int], end: tuple[int, int]) -> None:
    pen.line((*start, *end), fill=GREEN, width=10)
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = max((dx * dx + dy * dy) ** 0.5, 1)
    ux, uy = dx / length, dy / length
    left = (end[0] - 28 * ux - 18 * uy, end[1] - 28 * uy + 18 * ux)
    right = (end[0] - 28 * ux + 18 * uy, end[1] - 28 * uy - 18 * ux)
    pen.polygon([end, left, right], fill=GREEN)
