"""``bright``: makes a picture lighter or darker."""

from __future__ import annotations

from typing import ClassVar

from ..errors import image_ec
from ..params import Change
from ..picture import Picture
from .base import PixelOperation, SingleValue, Tools, key

_DESCRIPTION = "Steps of 0..255 that every colour value is raised by, -100 to 100; 0 changes nothing."


class Bright(SingleValue, PixelOperation):
    """Adding a number to every colour value (OSS's page "Adjust the brightness of images"; the formula is measured)."""

    action: ClassVar[str] = "bright"
    missing_ec: ClassVar[str | None] = image_ec(245)

    change: Change = key("bright", ec=246, default=..., description=_DESCRIPTION)

    def apply(self, picture: Picture, tools: Tools) -> Picture:
        """The picture with the number added, clipped to 0..255; transparency stays."""
        if self.change == 0:
            return picture
        return picture.draw(picture.size, lambda image: tools.kernel.linear(image, 1, self.change))
