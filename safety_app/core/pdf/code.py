"""QR codes as marks of a page."""

import segno

from safety_app.core.pdf.page import Squares


def square_code(
    content: str, x: float, y: float, side: float, *, mask: int | None = None
) -> Squares:
    """A QR code in a box `side` wide; a given mask saves trying all eight of them."""
    made = segno.make(content, error="m", micro=False, mask=mask)
    return Squares(x, y, side, tuple(bytes(row) for row in made.matrix))


def fitting_mask(content: str) -> int:
    """The best of the eight masks; it suits what differs by a few letters as well."""
    return int(segno.make(content, error="m", micro=False).mask)
