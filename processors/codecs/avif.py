"""AVIF: pictures coded as AV1, read and written by libavif through Pillow or the package pillow-avif-plugin."""

from __future__ import annotations

import io
from functools import cache
from typing import Any, ClassVar

from PIL import Image, ImageFile

from ..errors import ImageTooLargeError, image_ec
from ..exif import orientation
from ..limits import Limits
from ..picture import Picture, Source
from ..tools import Tools
from .base import Codec, missing_library
from .brands import has_brand

QUALITY = 60
"""Undocumented, our choice; ``quality`` is for JPEG and WebP alone."""

_BRANDS = frozenset({b"avif", b"avis"})

_SPEED = 8
"""Of 0 to 10: the largest picture that is allowed takes 0.6 s, of pure noise 7 s."""


class AvifCodec(Codec):
    """AVIF in and out; of a sequence the first picture is read.

    libavif leaves pictures as they are stored and tells how they are to be turned, which Pillow puts into the EXIF. A
    header that claims less than is coded gets no further than libavif's own 268 megapixels (0.6 s, 510 MB).
    """

    name: ClassVar[str] = "avif"
    media_type: ClassVar[str] = "image/avif"
    pillow: ClassVar[str] = "AVIF"
    damage_ec: ClassVar[str | None] = image_ec(21)

    def recognises(self, head: bytes) -> bool:
        """By a brand of AV1 pictures."""
        return has_brand(head, _BRANDS)

    def require(self) -> None:
        """Pillow's own plugin where it was compiled with libavif 1.0 or later, else pillow-avif-plugin (Debian 12)."""
        _register()

    def describe(self, image: ImageFile.ImageFile, content: bytes, limits: Limits) -> Source:
        """The facts of an opened source; sides past 10 000 are refused (EC 14)."""
        if max(image.size) > limits.avif_source_side:
            raise _too_large(limits.avif_source_side)
        return super().describe(image, content, limits)

    def orientation(self, image: Image.Image) -> int:
        """From the EXIF item, in which Pillow has put what the container says."""
        return orientation(self.exif(image, b""))

    def exif(self, image: Image.Image, content: bytes) -> bytes:
        """The EXIF item."""
        return image.info.get("exif") or b""

    def encode(self, picture: Picture, tools: Tools) -> bytes:
        """The first frame; a width past 4096 or more than 4096 x 2304 pixels are refused (EC 14)."""
        limits = tools.limits
        if picture.size.width > limits.avif_width:
            raise _too_large(limits.avif_width)
        if picture.size.pixels > limits.avif_pixels:
            raise _too_large(limits.avif_pixels)
        target = io.BytesIO()
        picture.image.save(target, "AVIF", quality=QUALITY, speed=_SPEED, max_threads=1)
        return target.getvalue()


def _too_large(limit: int) -> ImageTooLargeError:
    return ImageTooLargeError(f"Maximal size of image supported is {limit}.", ec=image_ec(14))


@cache
def _register() -> None:
    plugin = _plugin()
    # The server runs as many processes as it may use cores.
    plugin.DEFAULT_MAX_THREADS = 1


def _plugin() -> Any:
    """The module that has made AVIF known to Pillow; not loaded before a process meets AVIF, for it is 13 MB."""
    from PIL import AvifImagePlugin

    if AvifImagePlugin.SUPPORTED:
        return AvifImagePlugin
    try:
        from pillow_avif import AvifImagePlugin as Substitute
    except ImportError:
        raise missing_library("avif", "pillow-avif-plugin") from None
    return Substitute
