"""BMP and TIFF, the formats that are written as they come."""

from __future__ import annotations

import io
from collections.abc import Iterator
from struct import Struct
from typing import ClassVar

from PIL import Image, ImageFile, TiffImagePlugin

from ..geometry import Size
from ..picture import Frame, Picture
from ..tools import Tools
from .base import Codec
from .modes import detached

_ORIENTATION = 274
_FILE_HEADER = Struct("<2sIHHI")
_V4_HEADER = Struct("<IiiHHIIiiII4II48x")
_BITFIELDS = 3
_BGRA_MASKS = (0x00FF0000, 0x0000FF00, 0x000000FF, 0xFF000000)
_SRGB = 0x73524742
_BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
"""The sizes of the header that follows a BMP's first 14 bytes; two letters alone would take a text for a picture."""


class BmpCodec(Codec):
    """BMP in and out."""

    name: ClassVar[str] = "bmp"
    media_type: ClassVar[str] = "image/bmp"
    pillow: ClassVar[str] = "BMP"

    def recognises(self, head: bytes) -> bool:
        """By its two letters and the size of its header."""
        return head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS

    def encode(self, picture: Picture, tools: Tools) -> bytes:
        """The first frame; OSS counts BMP among the formats with transparency, so alpha is kept."""
        image = picture.image
        return _with_alpha(image.convert("RGBA")) if image.mode in ("LA", "RGBA") else _saved(image, "BMP")


def _with_alpha(image: Image.Image) -> bytes:
    """A BMP with a mask for alpha in a version 4 header; Pillow writes version 3, whose alpha nobody reads."""
    pixels = image.tobytes("raw", "BGRA", 0, -1)
    offset = _FILE_HEADER.size + _V4_HEADER.size
    file_header = _FILE_HEADER.pack(b"BM", offset + len(pixels), 0, 0, offset)
    header = _V4_HEADER.pack(
        _V4_HEADER.size, *image.size, 1, 32, _BITFIELDS, len(pixels), 0, 0, 0, 0, *_BGRA_MASKS, _SRGB
    )
    return file_header + header + pixels


class TiffCodec(Codec):
    """TIFF in and out; of several pages the first is read."""

    name: ClassVar[str] = "tiff"
    media_type: ClassVar[str] = "image/tiff"
    pillow: ClassVar[str] = "TIFF"

    def recognises(self, head: bytes) -> bool:
        """By its byte order and its number, 42 or BigTIFF's 43."""
        return head[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")

    def stored_size(self, image: Image.Image) -> Size:
        """Pillow shows a TIFF's sides as seen upright; stored, those of orientations 5 to 8 are the other way round."""
        size = Size(*image.size)
        return size.turned if self.orientation(image) > 4 else size

    def orientation(self, image: Image.Image) -> int:
        """From its own tags."""
        value = image.tag_v2.get(_ORIENTATION) if isinstance(image, TiffImagePlugin.TiffImageFile) else None
        return value if isinstance(value, int) and 1 <= value <= 8 else 1

    def exif(self, image: Image.Image, content: bytes) -> bytes:
        """A TIFF is itself the structure that EXIF is kept in."""
        return content

    def frames(self, image: ImageFile.ImageFile, count: int) -> Iterator[Frame]:
        """The first page as stored: Pillow turns it upright while decoding, so it is turned back."""
        turn = _BACK.get(self.orientation(image))
        image.load()
        upright = detached(image.copy())
        yield Frame(upright.transpose(turn) if turn is not None else upright)

    def encode(self, picture: Picture, tools: Tools) -> bytes:
        """The first frame, compressed by LZW, which every reader knows."""
        return _saved(picture.image, "TIFF", compression="tiff_lzw")


_BACK = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""EXIF orientation to the move that undoes putting a picture upright."""


def _saved(image: Image.Image, pillow: str, **options: str) -> bytes:
    target = io.BytesIO()
    image.save(target, pillow, **options)
    return target.getvalue()
