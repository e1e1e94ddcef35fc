"""Kernels on OpenCV, which is what the live service's recorded bytes come from (docs/fidelity.md).

Needs the extra ``exact``. A process that imports this carries OpenCV and NumPy: only those that draw do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..geometry import Size, rotated
from ..params import Color
from .simd import SimdKernel, corner_ink, in_mode, premultiplied
from .turning import turning

# The server runs as many processes as it may use cores; threads inside them would only fight.
cv2.setNumThreads(1)
cv2.ocl.setUseOpenCL(False)

Pixels = NDArray[np.uint8]
"""Rows of pixels: shape (height, width) or (height, width, channels)."""

_PNG = (cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE)
"""The order matters: a level undoes a strategy asked for before it, and without one OpenCV filters all rows alike.

With this strategy every level from 1 to 9 writes the same bytes.
"""

_TO_BLUE_FIRST = {"RGB": cv2.COLOR_RGB2BGR, "RGBA": cv2.COLOR_RGBA2BGRA}

_BAND_PIXELS = 1 << 18
"""Pixels that are copied or sharpened at a time, so that what passes between the steps stays in the cache.

In float all of a large picture would also take 24 bytes a pixel, and NumPy's own way to the pixels copies them twice.
"""


class ExactKernel(SimdKernel):
    """Area averaging, Gaussians and PNG as the live service's; what moves or maps single pixels stays Pillow's."""

    opencv: ClassVar[str] = cv2.__version__
    """The version of OpenCV."""

    def resample(self, image: Image.Image, size: Size) -> Image.Image:
        """Area averaging where a side shrinks; cubic where it grows, which is on no record, as OpenCV advises."""
        return image if image.size == size else _drawn(image, lambda pixels: _resized(pixels, size))

    def _turn(self, image: Image.Image, degrees: int, fill: Color) -> Image.Image:
        """Linear interpolation, OpenCV's habit; what lies around the picture is ``fill``, so its edges are smooth."""
        canvas = rotated(Size(*image.size), degrees)
        a, b, c, d, e, f = turning(Size(*image.size), canvas, degrees)
        # OpenCV counts from the middle of the first pixel.
        matrix = np.array([[a, b, c + (a + b - 1) / 2], [d, e, f + (d + e - 1) / 2]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        corner = corner_ink(image.mode, fill)
        return _drawn(image, lambda pixels: cv2.warpAffine(pixels, matrix, canvas, flags=flags, borderValue=corner))

    def blur(self, image: Image.Image, radius: int, sigma: float) -> Image.Image:
        """A Gaussian of ``2 * radius + 1`` taps a side."""
        taps = 2 * radius + 1
        return _drawn(image, lambda pixels: cv2.GaussianBlur(pixels, (taps, taps), sigma))

    def unsharp(self, image: Image.Image, sigma: float, amount: float) -> Image.Image:
        """In float, rounded once; the Gaussian has as many taps as OpenCV takes for eight bits."""
        with _memory():
            return _image(_sharpened(_pixels(image), sigma, amount), image.mode)

    def write_png(self, image: Image.Image) -> bytes:
        """By OpenCV, which lets libpng choose the filter of every row; it knows no grey with alpha."""
        if image.mode == "LA":
            return super().write_png(image)
        with _memory():
            _, content = cv2.imencode(".png", _blue_first(image), _PNG)
        return content.tobytes()


@contextmanager
def _memory() -> Iterator[None]:
    """OpenCV's own error for a lack of memory becomes MemoryError."""
    try:
        yield
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise MemoryError(str(error)) from None
        raise


def _drawn(image: Image.Image, work: Callable[[Pixels], Any]) -> Image.Image:
    """The image with ``work`` done to its pixels, colours multiplied by alpha."""
    working = premultiplied(image)
    with _memory():
        return in_mode(_image(work(_pixels(working)), working.mode), image.mode)


def _pixels(image: Image.Image) -> Pixels:
    bands = len(image.getbands())
    pixels = np.empty((image.height, image.width, bands) if bands > 1 else (image.height, image.width), np.uint8)
    for upper, lower in _bands(image.height, _BAND_PIXELS // image.width):
        pixels[upper:lower] = np.asarray(image.crop((0, upper, image.width, lower)))
    return pixels


def _bands(height: int, rows: int) -> Iterator[tuple[int, int]]:
    """First row and end of every band of at most ``rows`` rows, and of one at least."""
    return pairwise([*range(0, height, max(rows, 1)), height])


def _image(pixels: Any, mode: str) -> Image.Image:
    height, width = pixels.shape[:2]
    return Image.frombuffer(mode, (width, height), np.ascontiguousarray(pixels), "raw", mode, 0, 1)


def _blue_first(image: Image.Image) -> Any:
    order = _TO_BLUE_FIRST.get(image.mode)
    return _pixels(image) if order is None else cv2.cvtColor(_pixels(image), order)


def _resized(pixels: Any, size: Size) -> Any:
    """First what shrinks, then what grows: OpenCV averages areas only where neither side grows."""
    height, width = pixels.shape[:2]
    smaller = Size(min(width, size.width), min(height, size.height))
    if smaller != (width, height):
        pixels = cv2.resize(pixels, smaller, interpolation=cv2.INTER_AREA)
    return pixels if smaller == size else cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC)


def _sharpened(pixels: Pixels, sigma: float, amount: float) -> Pixels:
    """Band by band; each sees as many rows of its neighbours as the Gaussian reaches."""
    taps = round(6 * sigma + 1) | 1
    reach = taps // 2
    gaussian = cv2.getGaussianKernel(taps, sigma, cv2.CV_32F)
    sharp = np.empty_like(pixels)
    for upper, lower in _bands(len(pixels), max(_BAND_PIXELS // pixels.shape[1], reach)):
        above = min(reach, upper)
        band = pixels[upper - above : lower + reach]
        sharp[upper:lower] = _sharpened_band(band, gaussian, amount)[above : above + lower - upper]
    return sharp


def _sharpened_band(band: Pixels, gaussian: Any, amount: float) -> Any:
    blurred = _blurred(band, gaussian) if _has_alpha(band) else cv2.sepFilter2D(band, cv2.CV_32F, gaussian, gaussian)
    return cv2.addWeighted(band, 1 + amount, blurred, -amount, 0, dtype=cv2.CV_8U)


def _has_alpha(pixels: Pixels) -> bool:
    return pixels.ndim == 3 and pixels.shape[2] in (2, 4)


def _blurred(band: Pixels, gaussian: Any) -> Any:
    """The blurred colours, each counting by its alpha, beside the alpha as it was."""
    alpha = band[..., -1:]
    weighted = band.astype(np.float32)
    weighted[..., :-1] *= alpha
    blurred: Any = cv2.sepFilter2D(weighted, cv2.CV_32F, gaussian, gaussian)
    blurred[..., :-1] /= np.maximum(blurred[..., -1:], np.finfo(np.float32).tiny)
    blurred[..., -1:] = alpha
    return blurred
