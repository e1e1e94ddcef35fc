"""``average-hue``: the colour that a picture mostly has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PIL import Image

from ..codecs.modes import opaque
from ..params import Color
from ..picture import Picture
from .base import PixelQuery

_EIGHTH_OF_CIRCLE = 32
"""How far a hue of 0 to 255 may be from the mean to count; the circle is not closed: 255 is far from 0."""


class AverageHue(PixelQuery):
    """The mean colour of the pixels whose hue is near the mean hue (OSS's page "Query the average tone").

    The definition is a fit to the one answer that is documented, ``0x5c783b`` for example.jpg, and gives it exactly.
    """

    action: ClassVar[str] = "average-hue"

    def answer(self, picture: Picture) -> bytes:
        """JSON in one line, the colour in lower-case hex; transparent parts count as white, which a JPEG would show."""
        red, green, blue = average_hue(opaque(picture.image).convert("RGB"))
        return f'{{"RGB": "0x{red:02x}{green:02x}{blue:02x}"}}'.encode()


def average_hue(image: Image.Image) -> Color:
    """The mean, fractions cut off, of the pixels of an RGB image whose hue is near the mean hue; of all if none is."""
    hues = image.convert("HSV").getchannel("H")
    counts = hues.histogram()
    total, pixels = _weighted(counts), sum(counts)
    near = [255 * (abs(hue * pixels - total) <= _EIGHTH_OF_CIRCLE * pixels) for hue in range(256)]
    kept = image.histogram(hues.point(near))
    return _mean(kept if any(kept) else image.histogram())


def _mean(histogram: Sequence[int]) -> Color:
    bands = [histogram[start : start + 256] for start in (0, 256, 512)]
    return Color(*(_weighted(counts) // sum(counts) for counts in bands))


def _weighted(counts: Sequence[int]) -> int:
    """The sum of all values of which there are ``counts``."""
    return sum(value * count for value, count in enumerate(counts))
