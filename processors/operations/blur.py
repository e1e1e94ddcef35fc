"""``blur``: makes a picture soft."""

from __future__ import annotations

from typing import ClassVar

from ..params import Softness
from ..picture import Picture
from .base import PixelOperation, Tools, key


class Blur(PixelOperation):
    """A Gaussian blur (OSS's page "Blur images"); both parameters are required, their ECs are unpublished."""

    action: ClassVar[str] = "blur"

    radius: Softness = key("r", default=..., description="Radius in pixels, 1 to 50: how far a pixel's colour can go.")
    spread: Softness = key("s", default=..., description="Standard deviation, 1 to 50: how much of it goes there.")

    def apply(self, picture: Picture, tools: Tools) -> Picture:
        """The picture with every pixel the weighted mean of a square of ``2 * radius + 1`` pixels around it."""
        return picture.draw(picture.size, lambda image: tools.kernel.blur(image, self.radius, self.sigma))

    @property
    def sigma(self) -> float:
        """The deviation in pixels; the curve was fitted to pictures of the service and is close to ``s`` itself."""
        return -0.0057 * self.spread**2 + 1.1787 * self.spread - 0.0694
