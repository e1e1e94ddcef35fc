"""What a set of pixel kernels offers; operations and codecs know this interface and no implementation."""

from __future__ import annotations

from typing import Protocol

from PIL import Image

from ..geometry import Size
from ..params import Color


class Kernel(Protocol):
    """Pixel work on images of mode L, LA, RGB or RGBA; every method that answers an image keeps its mode.

    Where colours of neighbours are mixed each counts by its alpha, so that what lies under transparent pixels is never
    seen. Lack of memory is a MemoryError.
    """

    def resample(self, image: Image.Image, size: Size) -> Image.Image:
        """The image brought to ``size``."""
        ...

    def rotate(self, image: Image.Image, degrees: int, fill: Color) -> Image.Image:
        """The image turned clockwise by 0..360 degrees on the canvas that ``geometry.rotated`` gives.

        The corners are transparent where the mode has alpha and ``fill`` where it has none.
        """
        ...

    def blur(self, image: Image.Image, radius: int, sigma: float) -> Image.Image:
        """The image, alpha and all, under a Gaussian of ``sigma`` pixels cut off ``radius`` pixels from its middle."""
        ...

    def unsharp(self, image: Image.Image, sigma: float, amount: float) -> Image.Image:
        """The image plus ``amount`` times what a Gaussian of ``sigma`` pixels takes from it; alpha stays as it is."""
        ...

    def linear(self, image: Image.Image, gain: float, offset: float) -> Image.Image:
        """``gain * value + offset`` for every value of a colour, rounded and clipped; alpha stays as it is."""
        ...

    def write_png(self, image: Image.Image) -> bytes:
        """The image as a PNG file, written with zlib's run-length strategy."""
        ...
