"""``contrast``: makes the tones of a picture differ more or less."""

from __future__ import annotations

from typing import ClassVar

from ..params import Change
from ..picture import Picture
from .base import PixelOperation, SingleValue, Tools, key

_DESCRIPTION = "Percent of contrast more or less, -100 to 100: 100 doubles it, -100 halves it, 0 changes nothing."

_PIVOT = 128
"""The tone that stays as it is; measurements of the service show none, so this is our reading."""


class Contrast(SingleValue, PixelOperation):
    """Stretching tones away from middle grey (OSS's page "Adjust the contrast of images"; the gains are measured)."""

    action: ClassVar[str] = "contrast"
    missing_ec: ClassVar[str | None] = None

    change: Change = key("contrast", default=..., description=_DESCRIPTION)

    def apply(self, picture: Picture, tools: Tools) -> Picture:
        """The picture with every colour value moved, clipped to 0..255; transparency stays."""
        if self.change == 0:
            return picture
        gain = self.gain
        return picture.draw(picture.size, lambda image: tools.kernel.linear(image, gain, _PIVOT * (1 - gain)))

    @property
    def gain(self) -> float:
        """How far tones move apart: 2 at 100, 0.5 at -100."""
        return 1 + self.change / (100 if self.change > 0 else 200)
