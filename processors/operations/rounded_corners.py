"""``rounded-corners``: rounds the four corners of a picture."""

from __future__ import annotations

from typing import ClassVar

from ..arc import cut_round
from ..params import Radius
from ..picture import Picture
from .base import PixelOperation, Tools, key

_RADIUS = "Radius in pixels, 1 to 4096; at most half of the shorter side counts."


class RoundedCorners(PixelOperation):
    """Corners transparent outside their arcs, or white where the format has no transparency (OSS's page "Rounded
    corners"); the size stays."""

    action: ClassVar[str] = "rounded-corners"

    radius: Radius = key("r", ec=237, default=..., description=_RADIUS)

    def apply(self, picture: Picture, tools: Tools) -> Picture:
        """The picture with its corners cut."""
        radius = min(self.radius, min(picture.size) / 2)
        return picture.draw(picture.size, lambda image: cut_round(image, radius))
