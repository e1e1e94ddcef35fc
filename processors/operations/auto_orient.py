"""``auto-orient``: turns a picture the way its EXIF orientation says, before anything else is done to it."""

from __future__ import annotations

from typing import ClassVar

from PIL import Image

from ..errors import BadRequestError, image_ec
from ..params import Flag
from ..picture import Picture
from .base import PixelOperation, SingleValue, Tools, key

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation to the move that puts the picture upright; 1 is upright already."""

_DESCRIPTION = (
    "`1` turns the picture upright before anything else is done, as is done unasked; `0` leaves it as stored."
)


class AutoOrient(SingleValue, PixelOperation):
    """Turning by EXIF orientation, on unless ``auto-orient,0`` says otherwise (OSS's page "Auto-orient images")."""

    action: ClassVar[str] = "auto-orient"
    missing_ec: ClassVar[str | None] = image_ec(214)

    enabled: Flag = key("auto-orient", ec=215, default=..., description=_DESCRIPTION)

    @property
    def keeps_motion(self) -> bool:
        """``auto-orient,0`` asks for nothing, so it leaves an animation alone (our choice); ``1`` makes it still."""
        return not self.enabled

    def apply(self, picture: Picture, tools: Tools) -> Picture:
        """The picture upright; sides past 4096 are refused, as for ``rotate``, if there is anything to turn."""
        turn = _TURNS.get(picture.source.orientation)
        if not self.enabled or turn is None:
            return picture
        if max(picture.size) > tools.limits.rotate_side:
            raise BadRequestError("Picture exceed the maximum allowable rotation range.")
        size = picture.source.upright_size
        return picture.draw(size, lambda image: image.transpose(turn))
