"""Made pictures that cost a decoder what a camera's do."""

import io
import random
from functools import lru_cache

from PIL import ExifTags, Image, ImageDraw, ImageFilter

TABLET = (1600, 1200)
CAMERA = (4000, 3000)


@lru_cache(maxsize=2)
def _ground(size: tuple[int, int]) -> Image.Image:
    """Soft light and fine grain, as on a wall."""
    small = (size[0] // 8, size[1] // 8)
    light = Image.effect_noise(small, 60).resize(size, Image.Resampling.BICUBIC)
    grain = Image.effect_noise(size, 18).filter(ImageFilter.GaussianBlur(0.8))
    return Image.merge("RGB", [Image.blend(light, grain, part) for part in (0.3, 0.35, 0.4)])


def jpeg(number: int, size: tuple[int, int] = TABLET, *, turned: bool = False) -> bytes:
    """The picture of this number; no two are alike. `turned` asks to be shown upright."""
    chance = random.Random(number)
    picture = _ground(size).copy()
    draw = ImageDraw.Draw(picture)
    for _ in range(16):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        colour = (chance.randrange(256), chance.randrange(256), chance.randrange(256))
        draw.rectangle((x, y, x + size[0] // 6, y + size[1] // 8), fill=colour)
    exif = Image.Exif()
    if turned:
        exif[ExifTags.Base.Orientation] = 6
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85 if size == TABLET else 92, exif=exif)
    return out.getvalue()
