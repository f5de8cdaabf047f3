"""Drawn pictures for the demonstration: the same place before and after the fix."""

import io
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from PIL import Image, ImageDraw

from hazards.models import Category, Phase

SIZE: Final = (960, 720)
HORIZON: Final = 470
NEARER: Final = (150, 60, 870, 600)
RED, GREEN, DARK = "#C3262C", "#1B7A3D", "#2B3640"
BOX, TAPE, STEEL = "#B98B57", "#D9C09A", "#8D9AA5"
WALLS: Final = ("#D9DEE2", "#DCD7CB", "#D3DDE0", "#E0DCD6")
FLOORS: Final = ("#A9B0B5", "#B7AEA0", "#9FA9A6", "#B5B0AA")


def _room(random: Random) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", SIZE, random.choice(WALLS))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, HORIZON, *SIZE), fill=random.choice(FLOORS))
    draw.line((0, HORIZON, SIZE[0], HORIZON), fill="#8B949B", width=6)
    for x in range(-400, SIZE[0] + 400, 160):
        draw.line((x, SIZE[1], 480 + (x - 480) // 3, HORIZON), fill="#98A1A7", width=2)
    return picture, draw


def _exit_door(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((360, 150, 600, HORIZON), fill="#96A3AE", outline="#6C7882", width=6)
    draw.line((480, 150, 480, HORIZON), fill="#6C7882", width=5)
    draw.rounded_rectangle((415, 85, 545, 130), 8, fill=GREEN)
    draw.polygon([(440, 108), (470, 95), (470, 121)], fill="white")
    draw.rectangle((470, 103, 520, 113), fill="white")


def _exits(draw: ImageDraw.ImageDraw, random: Random, fixed: bool) -> None:
    _exit_door(draw)
    if fixed:
        return
    for _ in range(4):
        x, y = random.randint(300, 560), random.randint(400, 520)
        draw.rectangle((x, y, x + 150, y + 120), fill=BOX, outline="#8A6536", width=4)
        draw.rectangle((x + 62, y, x + 88, y + 120), fill=TAPE)


def _fire_equipment(draw: ImageDraw.ImageDraw, random: Random, fixed: bool) -> None:
    x = random.randint(360, 460)
    draw.rounded_rectangle((x, 210, x + 130, 520), 40, fill=RED)
    draw.rectangle((x + 45, 160, x + 85, 215), fill=DARK)
    draw.line((x + 85, 185, x + 175, 240, x + 175, 380), fill=DARK, width=12)
    draw.ellipse((x - 110, 150, x - 10, 250), fill="white", outline=DARK, width=6)
    draw.arc((x - 98, 162, x - 22, 238), 200, 250, fill=RED, width=14)
    draw.arc((x - 98, 162, x - 22, 238), 250, 320, fill=GREEN, width=14)
    tip = (x - 50, 168) if fixed else (x - 92, 188)
    draw.line((x - 60, 200, *tip), fill=DARK, width=6)


def _electricity(draw: ImageDraw.ImageDraw, random: Random, fixed: bool) -> None:
    y = random.randint(500, 540)
    strips = ((260, y),) if fixed else ((180, y), (560, y + 40))
    for left, top in strips:
        draw.rounded_rectangle((left, top, left + 260, top + 66), 14, fill="#F1F3F4", outline=STEEL,
                               width=4)  # fmt: skip
        for hole in range(4):
            draw.ellipse((left + 24 + hole * 58, top + 20, left + 50 + hole * 58, top + 46),
                         fill=DARK)  # fmt: skip
    draw.line((strips[0][0], y + 30, 40, y - 30, 20, 300), fill=DARK, width=10)
    if not fixed:
        draw.line((440, y + 33, 500, y - 60, 585, y + 70), fill=DARK, width=10)
        draw.ellipse((560, y + 30, 640, y + 110), outline="#E0652F", width=8)


def _building(draw: ImageDraw.ImageDraw, random: Random, fixed: bool) -> None:
    draw.rectangle((120, 250, 840, 300), fill="#B08D63")
    draw.rectangle((150, 300, 810, HORIZON + 60), fill="#C9B694")
    if fixed:
        draw.polygon([(440, 660), (500, 520), (560, 660)], fill="#F2C31B", outline=DARK)
        return
    x = random.randint(280, 420)
    draw.ellipse((x, 560, x + 340, 670), fill="#7FA9C4")
    draw.ellipse((x + 60, 580, x + 220, 630), fill="#A9CADC")


def _security(draw: ImageDraw.ImageDraw, random: Random, fixed: bool) -> None:
    x = random.randint(380, 460)
    draw.rectangle((x, 120, x + 40, 210), fill=STEEL)
    draw.rounded_rectangle((x - 80, 200, x + 140, 290), 20, fill="#EDF0F3", outline=STEEL, width=5)
    draw.ellipse((x - 70, 215, x, 275), fill=DARK)
    draw.ellipse((x + 90, 235, x + 114, 259), fill=GREEN if fixed else "#5A6570")
    if not fixed:
        draw.line((x + 140, 245, x + 230, 330), fill=DARK, width=8)


def _behaviour(draw: ImageDraw.ImageDraw, random: Random, fixed: bool) -> None:
    draw.rounded_rectangle((90, 300, 190, 380), 10, fill="#F1F3F4", outline=STEEL, width=4)
    if fixed:
        return
    x = random.randint(420, 520)
    draw.rounded_rectangle((x, 420, x + 190, 560), 16, fill="#39434C")
    draw.rectangle((x + 60, 395, x + 130, 425), fill="#39434C")
    draw.line((x, 480, 240, 520, 140, 345), fill=DARK, width=9)
    draw.ellipse((x + 85, 470, x + 111, 496), fill="#E0652F")


def _management(draw: ImageDraw.ImageDraw, random: Random, fixed: bool) -> None:
    draw.rectangle((240, 120, 720, 420), fill="#7A5B3A")
    draw.rectangle((256, 136, 704, 404), fill="#D8C7A5")
    papers = ((290, 160), (430, 160), (570, 160), (360, 285), (500, 285))
    for left, top in papers if fixed else papers[: random.randint(1, 2)]:
        draw.rectangle((left, top, left + 100, top + 105), fill="white", outline=STEEL, width=2)
        for line in range(4):
            draw.line((left + 12, top + 24 + line * 20, left + 86, top + 24 + line * 20),
                      fill=STEEL, width=4)  # fmt: skip


def _other(draw: ImageDraw.ImageDraw, random: Random, fixed: bool) -> None:
    draw.rectangle((220, 130, 740, 430), fill="#C8E0E8", outline=STEEL, width=10)
    draw.rectangle((160, 430, 800, 480), fill="#B08D63")
    if fixed:
        return
    x, y = random.randint(400, 560), random.randint(220, 320)
    for angle in ((-180, -70), (-120, 90), (160, -80), (140, 100), (20, -110)):
        draw.line((x, y, x + angle[0], y + angle[1]), fill="white", width=5)


_DRAWINGS: Final[Mapping[Category, Callable[[ImageDraw.ImageDraw, Random, bool], None]]] = {
    Category.EXITS: _exits,
    Category.FIRE_EQUIPMENT: _fire_equipment,
    Category.ELECTRICITY: _electricity,
    Category.BUILDING: _building,
    Category.SECURITY: _security,
    Category.BEHAVIOUR: _behaviour,
    Category.MANAGEMENT: _management,
    Category.OTHER: _other,
}


def _from_elsewhere(picture: Image.Image) -> Image.Image:
    """As taken on another day, a step nearer and to the side."""
    return picture.crop(NEARER).resize(SIZE)


def draw(category: Category, phase: Phase, seed: int) -> bytes:
    """A JPEG of 960 × 720; the same seed is the same place."""
    random = Random(seed)  # noqa: S311 - a drawing, not a secret
    picture, pencil = _room(random)
    _DRAWINGS[category](pencil, random, phase is Phase.AFTER)
    if phase is Phase.AFTER:
        picture = _from_elsewhere(picture)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()
