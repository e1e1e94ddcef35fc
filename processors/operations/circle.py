"""``circle``: cuts a disc out of the middle of a picture."""

from __future__ import annotations

from typing import ClassVar

from ..arc import cut_round
from ..geometry import Box, Gravity, Size, hang
from ..params import Radius
from ..picture import Picture
from .base import PixelOperation, Tools, key

_RADIUS = "Radius in pixels, 1 to 4096; at most half of the shorter side counts."


class Circle(PixelOperation):
    """A disc in the square around it, transparent outside, or white where the format has no transparency (OSS's page
    "Circle"; a diameter of 2r + 1 is an observation of another implementation that was compared with OSS)."""

    action: ClassVar[str] = "circle"

    radius: Radius = key("r", ec=233, default=..., description=_RADIUS)

    def apply(self, picture: Picture, tools: Tools) -> Picture:
        """The square with the disc."""
        box = self.box(picture.size)
        return picture.draw(box.size, lambda image: cut_round(image.crop(box), box.size.width / 2))

    def box(self, size: Size) -> Box:
        """The square in the middle of a picture of ``size``; half pixels are cut off."""
        side = min(2 * self.radius + 1, *size)
        left, upper = hang(size, Size(side, side), Gravity.CENTER)
        return Box(left, upper, left + side, upper + side)
