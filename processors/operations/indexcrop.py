"""``indexcrop``: cuts a picture into slices of one width or height and keeps one of them."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import model_validator

from ..errors import InvalidArgumentError, MissingArgumentError, image_ec
from ..geometry import Box, Size
from ..params import Whole
from ..picture import Picture
from .base import PixelOperation, Tools, key


class IndexCrop(PixelOperation):
    """Slice ``i`` of those that are ``x`` wide or ``y`` high, ``y`` if both are given (OSS's page "Indexed slice"); a
    narrower rest at the end is no slice."""

    action: ClassVar[str] = "indexcrop"

    width: Whole | None = key("x", ec=223, description="Width of a slice in pixels, from 1; ignored beside `y`.")
    height: Whole | None = key("y", ec=224, description="Height of a slice in pixels, from 1.")
    index: Whole = key("i", ec=229, default=0, description="Which slice, from 0; past the last, all is kept.")

    @model_validator(mode="after")
    def _says_a_width_or_height(self) -> Self:
        """OSS gives a zero an EC of its own."""
        if self.width is None and self.height is None:
            raise MissingArgumentError.of("indexcrop")
        if 0 in (self.width, self.height):
            raise InvalidArgumentError.of("x" if self.width == 0 else "y", "0", image_ec(230))
        return self

    def written(self) -> dict[str, str]:
        """Without a width that loses to a height."""
        written = super().written()
        return {name: value for name, value in written.items() if name != "x" or "y" not in written}

    def apply(self, picture: Picture, tools: Tools) -> Picture:
        """The slice; the picture as it is where there is no such slice."""
        box = self.box(picture.size)
        return picture.draw(box.size, lambda image: image.crop(box))

    def box(self, size: Size) -> Box:
        """The slice of a picture of ``size``, or all of it."""
        width, height = (size.width, self.height) if self.height else (self.width or size.width, size.height)
        left, upper = (0, self.index * height) if self.height else (self.index * width, 0)
        if left + width > size.width or upper + height > size.height:
            return Box(0, 0, *size)
        return Box(left, upper, left + width, upper + height)
