"""HEIC: pictures coded as HEVC, read and written by libheif through the package pillow-heif."""

from __future__ import annotations

import io
from functools import cache
from typing import ClassVar

from PIL import Image

from ..errors import ImageTooLargeError, image_ec
from ..picture import Picture
from ..tools import Tools
from .base import Codec, missing_library
from .brands import has_brand

QUALITY = 60
"""Undocumented, our choice; ``quality`` is for JPEG and WebP alone."""

_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})

_ENCODER = {"preset": "ultrafast", "x265:pools": "none"}
"""A picture of 16 megapixels takes x265 1.5 s so, 5.4 s as ``veryfast``, which saves a sixth of the bytes; one thread,
since the server runs as many processes as it may use cores."""


class HeifCodec(Codec):
    """HEIC in and out; of several pictures in a file the primary one is read.

    libheif puts pictures upright while it reads them, as the format demands, and their EXIF orientation is void. So
    there is nothing left for ``auto-orient`` to turn, and ``info`` shows the upright sides.
    """

    name: ClassVar[str] = "heic"
    media_type: ClassVar[str] = "image/heic"
    pillow: ClassVar[str] = "HEIF"
    damage_ec: ClassVar[str | None] = image_ec(20)

    def recognises(self, head: bytes) -> bool:
        """By a brand of HEVC pictures."""
        return has_brand(head, _BRANDS)

    def require(self) -> None:
        """pillow-heif, made known to Pillow."""
        _register()

    def exif(self, image: Image.Image, content: bytes) -> bytes:
        """The EXIF item of the primary picture, in which pillow-heif has set the orientation to 1."""
        return image.info.get("exif") or b""

    def encode(self, picture: Picture, tools: Tools) -> bytes:
        """The first frame; a side past 4096 is refused (observed on the live service, the EC is unknown)."""
        if max(picture.size) > tools.limits.heic_side:
            raise ImageTooLargeError(f"Maximal size of image supported is {tools.limits.heic_side}.")
        target = io.BytesIO()
        picture.image.save(target, "HEIF", quality=QUALITY, enc_params=_ENCODER)
        return target.getvalue()


@cache
def _register() -> None:
    try:
        # Not at the top: 26 MB of libraries, which only a process that meets HEIC is to load.
        from pillow_heif import register_heif_opener
    except ImportError:
        raise missing_library("heic", "pillow-heif") from None
    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
