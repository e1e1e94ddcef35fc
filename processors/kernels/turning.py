"""Turning by any angle: the quarter turns, and the map that the other angles are drawn by."""

from __future__ import annotations

import math

from PIL import Image

from ..geometry import Size

QUARTER_TURNS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Clockwise degrees to Pillow's counter-clockwise names."""

Affine = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f): the point (x, y) goes to (a x + b y + c, d x + e y + f)."""


def turning(source: Size, canvas: Size, degrees: int) -> Affine:
    """The map from a point of the canvas to the point of the source it shows, centre on centre.

    Points are places, not pixels: the middle of the first pixel lies at (0.5, 0.5).
    """
    angle = math.radians(degrees)
    cosine, sine = math.cos(angle), math.sin(angle)
    across, down = canvas.width / 2, canvas.height / 2
    left = source.width / 2 - cosine * across - sine * down
    upper = source.height / 2 + sine * across - cosine * down
    return cosine, sine, left, -sine, cosine, upper
