"""The table of codecs: OSS's name of a format and how it is read and written."""

from __future__ import annotations

from ..errors import BadRequestError, image_ec
from .base import Codec
from .gif import GifCodec
from .jpeg import JpegCodec
from .plain import BmpCodec, TiffCodec
from .png import PngCodec
from .webp import WebpCodec

CODECS: dict[str, Codec] = {
    codec.name: codec for codec in (JpegCodec(), PngCodec(), WebpCodec(), GifCodec(), BmpCodec(), TiffCodec())
}

_HEAD_BYTES = 32


def identify(content: bytes) -> Codec:
    """The codec whose format the first bytes announce; anything else is refused as the live service does (EC 5)."""
    head = content[:_HEAD_BYTES]
    for codec in CODECS.values():
        if codec.recognises(head):
            return codec
    raise BadRequestError("This image format is not supported.", ec=image_ec(5))


__all__ = ["CODECS", "Codec", "identify"]
