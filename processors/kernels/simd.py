"""Kernels on Pillow or Pillow-SIMD."""

from __future__ import annotations

import math
from typing import NamedTuple

from PIL import Image, ImageOps

from ..geometry import Region, Size, rotated
from ..params import Color

Resampling = Image.Resampling


class _Row(NamedTuple):
    below: float
    filter: Resampling


_FILTERS = (
    _Row(1, Resampling.BICUBIC),
    _Row(1.3, Resampling.BILINEAR),
    _Row(8, Resampling.HAMMING),
    _Row(math.inf, Resampling.BOX),
)
"""The filter for ratios below a bound: the nearest to area averaging, which is how the live service shrinks.

Pillow's box takes whole pixels where area averaging takes fractions. So it is exact at whole ratios, near from 8:1 on
(about 48 dB), and poor below (34 dB at 1.1:1, 42 at 2.67:1); Hamming keeps 48 to 51 dB from 1.5:1 to 8:1, and triangles
48 to 55 below 1.3:1. Enlarging is on no record of the service: bicubic, our choice.
"""

_QUARTER_TURNS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Clockwise degrees to Pillow's counter-clockwise names."""

_PREMULTIPLIED = {"RGBA": "RGBa", "LA": "La"}


class SimdKernel:
    """Resampling by the filter nearest to area averaging, turning by bilinear interpolation."""

    def resample(self, image: Image.Image, size: Size, region: Region | None = None) -> Image.Image:
        """The image brought to ``size``; Pillow itself premultiplies LA and RGBA here."""
        width, height = region or image.size
        if (width, height) == image.size == size:
            return image
        across, down = filter_for(width, size.width), filter_for(height, size.height)
        if across is down:
            return image.resize(size, across, (0, 0, width, height))
        # Pillow filters along the rows and then along the columns anyway: two calls cost hardly more than one.
        narrow = image.resize((size.width, image.height), across, (0, 0, width, image.height))
        return narrow.resize(size, down, (0, 0, size.width, height))

    def rotate(self, image: Image.Image, degrees: int, fill: Color) -> Image.Image:
        """The image turned clockwise: quarter turns move pixels, other angles interpolate."""
        if degrees % 360 == 0:
            return image
        if degrees in _QUARTER_TURNS:
            return image.transpose(_QUARTER_TURNS[degrees])
        return _turn(image, degrees, fill)


def filter_for(before: float, after: int) -> Resampling:
    """The filter for one side of ``before`` pixels brought to ``after``."""
    if before % after == 0:
        return Resampling.BOX
    return next(row.filter for row in _FILTERS if before < row.below * after)


def _turn(image: Image.Image, degrees: int, fill: Color) -> Image.Image:
    """Turned by interpolation; one pixel of fill around the picture makes its edges smooth instead of jagged."""
    canvas = rotated(Size(*image.size), degrees)
    working = image.convert(_PREMULTIPLIED.get(image.mode, image.mode))
    transparent = working.mode != image.mode
    corner = (0,) * len(working.getbands()) if transparent else tuple(fill)[: len(working.getbands())]
    framed = ImageOps.expand(working, border=1, fill=corner)
    matrix = _matrix(Size(*framed.size), canvas, degrees)
    turned = framed.transform(canvas, Image.Transform.AFFINE, matrix, Resampling.BILINEAR, fillcolor=corner)
    return turned.convert(image.mode) if transparent else turned


def _matrix(source: Size, canvas: Size, degrees: int) -> tuple[float, float, float, float, float, float]:
    """The affine map from a point of the canvas to the point of the source it shows, centre on centre."""
    angle = math.radians(degrees)
    cosine, sine = math.cos(angle), math.sin(angle)
    across, down = canvas.width / 2, canvas.height / 2
    left = source.width / 2 - cosine * across - sine * down
    upper = source.height / 2 + sine * across - cosine * down
    return cosine, sine, left, -sine, cosine, upper
