"""The pictures that a chain lays on as watermarks: from their bytes to what operations work on."""

from __future__ import annotations

from collections.abc import Mapping

from PIL import Image

from .decoding import decode, open_source
from .errors import BadRequestError, ProcessError, WatermarkError, image_ec
from .operations import AutoOrient
from .picture import Encoding, Picture
from .tools import Tools

_FORMATS = frozenset({"jpg", "png", "bmp", "webp", "tiff"})
"""What a mark may be; OSS's page "Add watermarks" leaves GIF out, and HEIC and AVIF too."""

_WITH_ALPHA = Encoding("png")
"""Marks are worked on as in a format with transparency, so that corners that are cut or turned show the picture."""

_UPRIGHT = AutoOrient(enabled=True)


def read_marks(keys: tuple[str, ...], references: Mapping[str, bytes], tools: Tools) -> dict[str, Picture]:
    """The pictures behind ``keys``, upright, as LA or RGBA; ``WatermarkError`` names the one that is missing or bad."""
    return {key: _read_mark(key, references, tools) for key in keys}


def _read_mark(key: str, references: Mapping[str, bytes], tools: Tools) -> Picture:
    if key not in references:
        raise WatermarkError(f"The watermark image {key} does not exist.", parameter="image", value=key)
    try:
        return _decoded(references[key], tools)
    except ProcessError as error:
        ec = image_ec(27) if isinstance(error, BadRequestError) else error.ec
        raise WatermarkError(
            f"The watermark image {key} can not be used: {error.message}", ec=ec, parameter="image", value=key
        ) from error


def _decoded(content: bytes, tools: Tools) -> Picture:
    opened = open_source(content, tools.limits)
    if opened.source.format not in _FORMATS:
        raise BadRequestError("This image format is not supported.")
    picture = Picture(decode(opened, animated=False), opened.source.size, _WITH_ALPHA, opened.source)
    return _UPRIGHT.apply(picture.draw(picture.size, _with_alpha), tools)


def _with_alpha(image: Image.Image) -> Image.Image:
    return image.convert("LA" if image.mode in ("L", "LA") else "RGBA")
