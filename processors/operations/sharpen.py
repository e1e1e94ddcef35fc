"""``sharpen``: brings out the edges of a picture."""

from __future__ import annotations

from typing import ClassVar

from ..errors import image_ec
from ..params import Strength
from ..picture import Picture
from .base import PixelOperation, SingleValue, Tools, key

_DESCRIPTION = "Strength, 50 to 399; OSS recommends 100."

_AMOUNT = 0.7
"""How much of the difference from a blurred picture is added: gives the one size on record (docs/fidelity.md)."""


class Sharpen(SingleValue, PixelOperation):
    """Unsharp masking (OSS's page "Sharpen images"; that the value is the Gaussian's reach is an inference)."""

    action: ClassVar[str] = "sharpen"
    missing_ec: ClassVar[str | None] = image_ec(279)

    strength: Strength = key("sharpen", ec=280, default=..., description=_DESCRIPTION)

    def apply(self, picture: Picture, tools: Tools) -> Picture:
        """The picture sharpened over a hundredth of the strength in pixels; transparency stays."""
        sigma = self.strength / 100
        return picture.draw(picture.size, lambda image: tools.kernel.unsharp(image, sigma, _AMOUNT))
