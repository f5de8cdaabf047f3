"""Drawn pictures for the demonstration: people on their way out, and the head count."""

import io
from random import Random
from typing import Final

from PIL import Image, ImageDraw

SIZE: Final = (960, 720)
HORIZON: Final = 430
GREEN: Final = "#1B7A3D"
VESTS: Final = ("#F2C31B", "#E5722A", "#F2C31B")
COATS: Final = ("#2B4C6F", "#5A4B7B", "#7B4B4B", "#40655A", "#6B6B6B", "#31546B")


def draw(place: int) -> bytes:
    """One of the pictures as JPEG."""
    random = Random(f"drill {place}")  # noqa: S311 - a picture, not a secret
    picture = Image.new("RGB", SIZE, "#DCE1E4" if place else "#CFE3F1")
    brush = ImageDraw.Draw(picture)
    brush.rectangle((0, HORIZON, *SIZE), fill="#AEB4B8")
    if place:
        _door(brush)
    else:
        _square(brush)
    for row in range(3):
        for column in range(7):
            x = 90 + column * 125 + random.randint(-18, 18) + row * 20
            _person(brush, x, 440 + row * 90, random, is_guide=column == place + 1)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()


def _door(brush: ImageDraw.ImageDraw) -> None:
    brush.rectangle((380, 130, 600, HORIZON), fill="#F4F8FA", outline="#6C7882", width=8)
    brush.line((490, 130, 490, HORIZON), fill="#6C7882", width=6)
    brush.rounded_rectangle((400, 70, 580, 120), 8, fill=GREEN)
    brush.polygon([(420, 95), (452, 80), (452, 110)], fill="white")
    brush.rectangle((452, 89, 550, 101), fill="white")


def _square(brush: ImageDraw.ImageDraw) -> None:
    brush.rectangle((60, 150, 420, HORIZON), fill="#C9CFD3", outline="#8B949B", width=5)
    for x in range(90, 400, 80):
        brush.rectangle((x, 190, x + 50, 260), fill="#8FB4CC")
    brush.rectangle((700, 120, 715, HORIZON), fill="#6C7882")
    brush.rounded_rectangle((620, 90, 800, 190), 10, fill=GREEN)
    for x in (660, 710, 760):
        brush.ellipse((x - 14, 110, x + 14, 138), fill="white")
        brush.rectangle((x - 16, 140, x + 16, 172), fill="white")


def _person(brush: ImageDraw.ImageDraw, x: int, y: int, random: Random, *, is_guide: bool) -> None:
    coat = random.choice(VESTS) if is_guide else random.choice(COATS)
    brush.ellipse((x - 17, y - 62, x + 17, y - 26), fill="#E3BF9E")
    brush.pieslice((x - 19, y - 66, x + 19, y - 30), 180, 360, fill="#2B2B2B")
    brush.rounded_rectangle((x - 26, y - 26, x + 26, y + 52), 12, fill=coat)
    brush.rectangle((x - 20, y + 50, x - 3, y + 118), fill="#38424B")
    brush.rectangle((x + 3, y + 50, x + 20, y + 118), fill="#38424B")
