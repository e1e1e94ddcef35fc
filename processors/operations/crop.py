"""``crop``: cuts a rectangle out of a picture."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import model_validator

from ..errors import CutEdgeExceedRangeError, MissingArgumentError
from ..geometry import Box, Gravity, Size, hang
from ..params import Place, Whole
from ..picture import Picture
from .base import PixelOperation, Tools, key

_GRAVITY = (
    "Where the rectangle hangs: `nw` `north` `ne` `west` `center` `east` `sw` `south` `se`; half pixels are cut off."
)


class Crop(PixelOperation):
    """A rectangle hung on one of nine places, moved by (x, y) and clipped (OSS's page "Crop images", since 2022)."""

    action: ClassVar[str] = "crop"

    width: Whole = key("w", ec=225, default=0, description="Width in pixels; 0, or more than there is, means all.")
    height: Whole = key("h", ec=226, default=0, description="Height in pixels; 0, or more than there is, means all.")
    x: Whole = key("x", default=0, description="Pixels to the right of the place that `g` names.")
    y: Whole = key("y", default=0, description="Pixels below the place that `g` names.")
    gravity: Place = key("g", ec=209, default=Gravity.NW, description=_GRAVITY)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise MissingArgumentError.of("crop")
        return self

    def written(self) -> dict[str, str]:
        """The parameters that count; one that says nothing stands in where all have their defaults."""
        return super().written() or {"w": "0"}

    @property
    def keeps_motion(self) -> bool:
        """Animations are cut frame by frame."""
        return True

    def apply(self, picture: Picture, tools: Tools) -> Picture:
        """The rectangle of the picture; one that starts outside of it is refused as the live service does."""
        box = self.box(picture.size)
        return picture.draw(box.size, lambda image: image.crop(box))

    def box(self, size: Size) -> Box:
        """The rectangle in a picture of ``size``; a side of 0 means all of it, and more than all is all."""
        inner = Size(min(self.width or size.width, size.width), min(self.height or size.height, size.height))
        left, upper = hang(size, inner, self.gravity)
        left, upper = left + self.x, upper + self.y
        if left >= size.width or upper >= size.height:
            raise CutEdgeExceedRangeError("Advance cut's position is out of image.")
        return Box(left, upper, min(left + inner.width, size.width), min(upper + inner.height, size.height))
