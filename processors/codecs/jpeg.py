"""JPEG: optimised Huffman tables, JFIF without density, 4:2:0 but 4:4:4 under a watermark, as OSS's bytes show."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, ClassVar

from PIL import Image, ImageFile

from ..errors import ImageDamageError
from ..exif import orientation
from ..geometry import Region, Size
from ..picture import Picture
from ..tools import Tools
from .base import Codec
from .jpeg_quality import estimate_quality
from .modes import opaque

DEFAULT_QUALITY = 80
"""For sources that have no JPEG quality of their own; undocumented, our choice."""

_MARKER = re.compile(rb"\xff([\xc0-\xfe])")
_START_OF_SCAN = 0xDA
_BARE_MARKERS = frozenset([*range(0xD0, 0xDA), *range(0xF0, 0xFE)])
"""Those that no length follows, as Pillow reads them."""

_MAX_SEGMENTS = 1024
"""Segments before the first scan: four times what a whole ICC profile can take; our choice."""

_DIVISORS = (8, 4, 2)

_DENSITY_UNITS = {0: "1", 1: "2", 2: "3"}
"""JFIF's units to EXIF's ResolutionUnit: none, inch, centimetre."""


class JpegCodec(Codec):
    """JPEG in and out."""

    name: ClassVar[str] = "jpg"
    media_type: ClassVar[str] = "image/jpeg"
    pillow: ClassVar[str] = "JPEG"

    def recognises(self, head: bytes) -> bool:
        """By the start of image and the marker that follows it."""
        return head.startswith(b"\xff\xd8\xff")

    def vet(self, content: bytes) -> None:
        """Pillow joins EXIF segments one by one, each time copying all."""
        if sum(1 for _ in islice(_segments(content), _MAX_SEGMENTS + 1)) > _MAX_SEGMENTS:
            raise ImageDamageError

    def orientation(self, image: Image.Image) -> int:
        """From the EXIF segment."""
        return orientation(self.exif(image, b""))

    def exif(self, image: Image.Image, content: bytes) -> bytes:
        """The EXIF segment."""
        exif = image.info.get("exif", b"")
        return exif if isinstance(exif, bytes) else b""

    def resolution(self, image: Image.Image) -> Mapping[str, str]:
        """JFIF's density as it stands, without a unit too: ``1/1`` is what example.jpg shows."""
        unit = _DENSITY_UNITS.get(image.info.get("jfif_unit", -1))
        if unit is None:
            return {}
        across, down = image.info["jfif_density"]
        return {"ResolutionUnit": unit, "XResolution": f"{across}/1", "YResolution": f"{down}/1"}

    def quality(self, image: Image.Image) -> int | None:
        """Estimated from the quantisation tables."""
        tables = getattr(image, "quantization", None)
        return estimate_quality(tables) if tables else None

    def shrink(self, image: ImageFile.ImageFile, needed: Size) -> Region | None:
        """By the largest of libjpeg's divisors that does not fall below ``needed``, partial pixels counted as whole."""
        whole = image.size
        for divisor in _DIVISORS:
            if -(-whole[0] // divisor) >= needed.width and -(-whole[1] // divisor) >= needed.height:
                image.draft(None, (max(1, whole[0] // divisor), max(1, whole[1] // divisor)))
                break
        actual = -(-whole[0] // image.width)
        return Region(whole[0] / actual, whole[1] / actual) if image.size != whole else None

    def encode(self, picture: Picture, tools: Tools) -> bytes:
        """The first frame, on white, at the quality asked for, else the source's own, else 80."""
        quality = picture.encoding.quality or picture.source.quality or DEFAULT_QUALITY
        subsampling = "4:4:4" if picture.encoding.full_colour else "4:2:0"
        options = {"quality": quality, "subsampling": subsampling}
        image = opaque(picture.image)
        try:
            return _write(image, optimize=True, progressive=picture.encoding.progressive, **options)
        except OSError:
            # Below quality 95 Pillow gives optimised tables and progressive scans one buffer of a byte a pixel, which
            # pure noise overflows.
            return _write(image, **options)


def _segments(content: bytes) -> Iterator[int]:
    """The positions of the segments before the first scan; what lies between them is skipped, as by Pillow."""
    at = 2
    while (marker := _MARKER.search(content, at)) and marker[1][0] != _START_OF_SCAN:
        yield marker.start()
        at = marker.end()
        if marker[1][0] not in _BARE_MARKERS:
            at += max(2, int.from_bytes(content[at : at + 2]))


def _write(image: Image.Image, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG", **options)
    return target.getvalue()
