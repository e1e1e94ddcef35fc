"""What a set of pixel kernels offers; operations know this interface and no implementation."""

from __future__ import annotations

from typing import Protocol

from PIL import Image

from ..geometry import Region, Size
from ..params import Color


class Kernel(Protocol):
    """Pixel work on images of mode L, LA, RGB or RGBA; every method answers a new image of the same mode."""

    def resample(self, image: Image.Image, size: Size, region: Region | None = None) -> Image.Image:
        """The image, or a region of it, brought to ``size``, transparent pixels weighing nothing in the colour."""
        ...

    def rotate(self, image: Image.Image, degrees: int, fill: Color) -> Image.Image:
        """The image turned clockwise by 0..360 degrees on the canvas that ``geometry.rotated`` gives.

        The corners are transparent where the mode has alpha and ``fill`` where it has none.
        """
        ...
