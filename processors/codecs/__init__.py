"""The table of codecs: OSS's name of a format and how it is read and written."""

from __future__ import annotations

from ..errors import BadRequestError, image_ec
from ..limits import Limits
from .avif import AvifCodec
from .base import Codec
from .gif import GifCodec
from .heif import HeifCodec
from .jpeg import JpegCodec
from .plain import BmpCodec, TiffCodec
from .png import PngCodec
from .webp import WebpCodec

CODECS: dict[str, Codec] = {
    codec.name: codec
    for codec in (
        JpegCodec(),
        PngCodec(),
        WebpCodec(),
        GifCodec(),
        BmpCodec(),
        TiffCodec(),
        HeifCodec(),
        AvifCodec(),
    )
}

_HEAD_BYTES = 64
"""What every format is known by: HEIC and AVIF name up to a dozen brands there."""


def identify(content: bytes, limits: Limits) -> Codec:
    """The codec whose format the first bytes announce; anything else is refused as the live service does (EC 5)."""
    head = content[:_HEAD_BYTES]
    for codec in CODECS.values():
        if codec.name in limits.formats and codec.recognises(head):
            return codec
    raise BadRequestError("This image format is not supported.", ec=image_ec(5))


__all__ = ["CODECS", "Codec", "identify"]
