"""Kernels on Pillow or Pillow-SIMD alone."""

from __future__ import annotations

import io
import math
import zlib
from typing import NamedTuple

from PIL import Image, ImageFilter, ImageOps

from ..geometry import Region, Size, rotated
from ..params import Color
from .turning import QUARTER_TURNS, turning

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

PREMULTIPLIED = {"RGBA": "RGBa", "LA": "La"}
"""Modes with alpha to Pillow's names of the same with every colour multiplied by it."""

_WHOLE_ALPHA = tuple(range(256))


class SimdKernel:
    """Resampling by the filter nearest to area averaging, turning by bilinear interpolation, Gaussians by boxes."""

    def resample(self, image: Image.Image, size: Size) -> Image.Image:
        """The image brought to ``size``; Pillow itself premultiplies LA and RGBA here."""
        return resample_region(image, size, Region(*image.size))

    def rotate(self, image: Image.Image, degrees: int, fill: Color) -> Image.Image:
        """The image turned clockwise: quarter turns move pixels, other angles interpolate."""
        if degrees % 360 == 0:
            return image
        if degrees in QUARTER_TURNS:
            return image.transpose(QUARTER_TURNS[degrees])
        return self._turn(image, degrees, fill)

    def _turn(self, image: Image.Image, degrees: int, fill: Color) -> Image.Image:
        """Turned by interpolation; a pixel of fill around the picture makes its edges smooth instead of jagged."""
        canvas = rotated(Size(*image.size), degrees)
        working = premultiplied(image)
        corner = corner_ink(image.mode, fill)
        framed = ImageOps.expand(working, border=1, fill=corner)
        matrix = turning(Size(*framed.size), canvas, degrees)
        turned = framed.transform(canvas, Image.Transform.AFFINE, matrix, Resampling.BILINEAR, fillcolor=corner)
        return in_mode(turned, image.mode)

    def blur(self, image: Image.Image, radius: int, sigma: float) -> Image.Image:
        """The image under boxes that spread as far as the cut-off Gaussian does."""
        spread = ImageFilter.GaussianBlur(deviation(radius, sigma))
        return in_mode(premultiplied(image).filter(spread), image.mode)

    def unsharp(self, image: Image.Image, sigma: float, amount: float) -> Image.Image:
        """The image with its difference from a blurred one added."""
        blurred = in_mode(premultiplied(image).filter(ImageFilter.GaussianBlur(sigma)), image.mode)
        sharp = Image.blend(blurred, image, 1 + amount)
        if image.mode in PREMULTIPLIED:
            sharp.putalpha(image.getchannel("A"))
        return sharp

    def linear(self, image: Image.Image, gain: float, offset: float) -> Image.Image:
        """By a table of 256 values, halves rounded to even as OpenCV rounds them."""
        values = tuple(min(max(round(gain * value + offset), 0), 255) for value in range(256))
        bands = len(image.getbands())
        if image.mode in PREMULTIPLIED:
            return image.point(values * (bands - 1) + _WHOLE_ALPHA)
        return image.point(values * bands)

    def write_png(self, image: Image.Image) -> bytes:
        """By Pillow, whose choice among PNG's filters leaves out one that libpng's own takes."""
        target = io.BytesIO()
        image.save(target, "PNG", compress_type=zlib.Z_RLE)
        return target.getvalue()


def resample_region(image: Image.Image, size: Size, region: Region) -> Image.Image:
    """The upper left part of the image that ``region`` measures, brought to ``size``."""
    width, height = region
    if (width, height) == image.size == size:
        return image
    across, down = filter_for(width, size.width), filter_for(height, size.height)
    if across is down:
        return image.resize(size, across, (0, 0, width, height))
    # Pillow filters along the rows and then along the columns anyway: two calls cost hardly more than one.
    narrow = image.resize((size.width, image.height), across, (0, 0, width, image.height))
    return narrow.resize(size, down, (0, 0, size.width, height))


def filter_for(before: float, after: int) -> Resampling:
    """The filter for one side of ``before`` pixels brought to ``after``."""
    if before % after == 0:
        return Resampling.BOX
    return next(row.filter for row in _FILTERS if before < row.below * after)


def deviation(radius: int, sigma: float) -> float:
    """How far, in pixels, a Gaussian of ``sigma`` spreads once it is cut off ``radius`` pixels from its middle."""
    weights = {at: math.exp(-(at**2) / (2 * sigma**2)) for at in range(-radius, radius + 1)}
    return math.sqrt(sum(at**2 * weight for at, weight in weights.items()) / sum(weights.values()))


def premultiplied(image: Image.Image) -> Image.Image:
    """The image with every colour multiplied by its alpha; the image itself where it has none."""
    return in_mode(image, PREMULTIPLIED.get(image.mode, image.mode))


def in_mode(image: Image.Image, mode: str) -> Image.Image:
    """The image in a mode; the image itself, not a copy, where it is in that already."""
    return image if image.mode == mode else image.convert(mode)


def corner_ink(mode: str, fill: Color) -> tuple[int, ...]:
    """What the corners of a turned image of a mode are filled with: nothing at all where there is alpha."""
    bands = Image.getmodebands(mode)
    return (0,) * bands if mode in PREMULTIPLIED else tuple(fill)[:bands]
