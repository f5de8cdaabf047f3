"""Pictures as a camera takes them, without a camera."""

import io

from PIL import Image, ImageDraw


def jpeg(colour: str, size: tuple[int, int] = (1280, 960)) -> bytes:
    """A JPEG with enough in it to tell it from another."""
    image = Image.new("RGB", size, "gainsboro")
    draw = ImageDraw.Draw(image)
    draw.rectangle((size[0] // 4, size[1] // 4, size[0] // 2, size[1] * 3 // 4), fill=colour)
    draw.ellipse((size[0] // 2, size[1] // 3, size[0] * 3 // 4, size[1] * 2 // 3), outline=colour)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=85)
    return written.getvalue()
