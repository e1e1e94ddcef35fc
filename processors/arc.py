"""The round corners that circles and rounded pictures are cut out with, smooth at the edge."""

from __future__ import annotations

import math

from PIL import Image, ImageChops

from .geometry import Size

_LINES = 16
"""Lines across a row of pixels on which the arc is measured, each exactly; steps of alpha are finer than that."""

_MIRROR, _FLIP = Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM


def cut_round(image: Image.Image, radius: float) -> Image.Image:
    """The image with corners of ``radius`` pixels, at most half of the shorter side, transparent outside the arc.

    The image is of mode L, LA, RGB or RGBA; the result has alpha. A picture without it ends on white (``opaque``) when
    its format has none.
    """
    alpha = _rounded(Size(*image.size), radius)
    if image.mode in ("LA", "RGBA"):
        alpha = ImageChops.multiply(alpha, image.getchannel("A"))
    result = image.copy()
    result.putalpha(alpha)
    return result


def _rounded(size: Size, radius: float) -> Image.Image:
    """A rectangle as mode L: 255 inside, 0 outside of its four arcs, between them how much of a pixel is inside."""
    mask = Image.new("L", size, 255)
    corner = _corner(radius)
    right, lower = size.width - corner.width, size.height - corner.height
    mirrored = corner.transpose(_MIRROR)
    mask.paste(corner, (0, 0))
    mask.paste(mirrored, (right, 0))
    mask.paste(corner.transpose(_FLIP), (0, lower))
    mask.paste(mirrored.transpose(_FLIP), (right, lower))
    return mask


def _corner(radius: float) -> Image.Image:
    """The upper left corner, as many pixels as the radius touches."""
    side = math.ceil(radius)
    return Image.frombytes("L", (side, side), b"".join(_row(radius, side, y) for y in range(side)))


def _row(radius: float, side: int, y: int) -> bytes:
    """One row of a corner: outside, the pixels that the arc passes through, inside."""
    starts = [_start(radius, y + (line + 0.5) / _LINES) for line in range(_LINES)]
    first, after = math.floor(min(starts)), min(side, math.ceil(max(starts)))
    edge = bytes(_coverage(radius, starts, x) for x in range(first, after))
    return bytes(first) + edge + b"\xff" * (side - after)


def _start(radius: float, y: float) -> float:
    """Where the disc begins on the line at ``y``, both counted from the corner of the square around it."""
    below = radius - y
    return radius - math.sqrt(max(0.0, radius * radius - below * below))


def _coverage(radius: float, starts: list[float], x: int) -> int:
    """How much of the pixel at ``x`` is inside, 0 to 255; the middle one of an odd disc may lose on both sides."""
    inside = sum(max(0.0, min(x + 1, 2 * radius - start) - max(x, start)) for start in starts)
    return round(255 * inside / _LINES)
