"""``rotate``: turns a picture clockwise by any whole angle."""

from __future__ import annotations

from typing import ClassVar

from ..errors import BadRequestError, image_ec
from ..geometry import rotated
from ..params import WHITE, Degrees
from ..picture import Picture
from .base import PixelOperation, SingleValue, Tools, key


class Rotate(SingleValue, PixelOperation):
    """Turning on a canvas that grows to hold the corners (OSS's page "Rotate images")."""

    action: ClassVar[str] = "rotate"
    missing_ec: ClassVar[str | None] = image_ec(216)

    degrees: Degrees = key("rotate", ec=217, default=..., description="Degrees clockwise, 0 to 360.")

    def apply(self, picture: Picture, tools: Tools) -> Picture:
        """The picture turned, its corners transparent where it has alpha, else white.

        Sides past 4096 are refused, so that a canvas has 5793 a side at most: OSS names no other bound.
        """
        if self.degrees % 360 == 0:
            return picture
        if max(picture.size) > tools.limits.rotate_side:
            raise BadRequestError("Picture exceed the maximum allowable rotation range.")
        size = rotated(picture.size, self.degrees)
        return picture.draw(size, lambda image: tools.kernel.rotate(image, self.degrees, WHITE))
