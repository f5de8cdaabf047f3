"""Signatures as few points as the eye needs: a month's paper bears a hundred of them."""

from collections.abc import Sequence
from typing import Final

from safety_app.core.pdf.blocks import Ink
from safety_app.core.pdf.page import Stroke

INK_HEIGHT: Final = 24.0
SEEN: Final = 0.25
"""In points: a bend smaller than this is not seen on paper."""

Points = Sequence[tuple[float, float]]


def strokes(ink: Ink, x: float, y: float, width: float, height: float) -> list[Stroke]:
    """The strokes scaled into a box, where the ink is, whatever was left white around it."""
    xs = [point[0] for stroke in ink.strokes for point in stroke]
    ys = [point[1] for stroke in ink.strokes for point in stroke]
    if not xs:
        return []
    left, top = min(xs), min(ys)
    across, down = max(max(xs) - left, 1.0), max(max(ys) - top, 1.0)
    scale = min(width / across, (height - 4) / down)
    x0 = x + (width - across * scale) / 2
    y0 = y + (height - down * scale) / 2
    found = []
    for stroke in ink.strokes:
        points = [(x0 + (a - left) * scale, y0 + (b - top) * scale) for a, b in stroke]
        kept = simplified(points)
        if len(kept) == 1:
            kept = [kept[0], (kept[0][0] + 0.5, kept[0][1])]
        found.append(Stroke(tuple((round(a, 1), round(b, 1)) for a, b in kept)))
    return found


def simplified(points: Points) -> list[tuple[float, float]]:
    """The points without those that lie on the line between others (Douglas and Peucker)."""
    if len(points) < 3:
        return list(points)
    keep = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        far, at = 0.0, first
        for middle in range(first + 1, last):
            distance = _distance(points[middle], points[first], points[last])
            if distance > far:
                far, at = distance, middle
        if far > SEEN:
            keep.add(at)
            spans += [(first, at), (at, last)]
    return [points[at] for at in sorted(keep)]


def _distance(point: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    """From a point to the line through two others."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = (dx * dx + dy * dy) ** 0.5
    if not length:
        return float(((point[0] - a[0]) ** 2 + (point[1] - a[1]) ** 2) ** 0.5)
    return float(abs(dy * (point[0] - a[0]) - dx * (point[1] - a[1])) / length)
