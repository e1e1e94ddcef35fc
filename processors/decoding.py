"""From source bytes to frames: every limit is checked on the header, before anything is decoded."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageFile

from .codecs import Codec, identify
from .errors import ImageDamageError, ImageTooLargeError, MemLimitExceededError, ProcessError, image_ec
from .geometry import Region, Size
from .limits import Limits
from .picture import Frame, Source

Image.MAX_IMAGE_PIXELS = Limits().source_pixels
"""Pillow's own guard warns past this and refuses twice as much, in places that ``check`` cannot reach: the canvas
that a later frame of a GIF asks for. Its habit, 89 megapixels, is less than OSS allows."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A source whose header has been read and found within the limits."""

    image: ImageFile.ImageFile
    codec: Codec
    source: Source


@contextmanager
def damage(codec: Codec) -> Iterator[None]:
    """Whatever a decoder raises on hostile bytes becomes ImageDamage; a lack of memory is left to ``render``."""
    try:
        yield
    except (ProcessError, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise MemLimitExceededError(str(error), ec=image_ec(12)) from None
    except Exception as error:
        raise ImageDamageError(ec=codec.damage_ec) from error


def open_source(content: bytes, limits: Limits) -> Opened:
    """The source with its facts; refused as BadRequest if it is no picture, by ``check`` if it is too much of one."""
    if len(content) > limits.source_bytes:
        raise ImageTooLargeError(f"Maximal size of image supported is {limits.source_bytes}.", ec=image_ec(1))
    codec = identify(content, limits)
    codec.require()
    with damage(codec):
        codec.vet(content)
        image = Image.open(io.BytesIO(content), formats=[codec.pillow])
        check(Size(*image.size), 1, limits)
        source = codec.describe(image, content, limits)
    check(source.size, source.frame_count, limits)
    return Opened(image, codec, source)


def check(size: Size, frame_count: int, limits: Limits) -> None:
    """Refuse a source of too long sides (EC 9) or too many pixels over all its frames (EC 12)."""
    if max(size) > limits.source_side:
        raise ImageTooLargeError(f"Maximal size of image supported is {limits.source_side}.", ec=image_ec(9))
    if size.pixels * frame_count > limits.source_pixels or frame_count > limits.source_frames:
        raise MemLimitExceededError(f"Maximal size of image supported is {limits.source_pixels}.", ec=image_ec(12))


def shrink(opened: Opened, needed: Size) -> Region | None:
    """Let the decoder leave out what is finer than ``needed``; None where it decodes every pixel."""
    with damage(opened.codec):
        return opened.codec.shrink(opened.image, needed)


def decode(opened: Opened, *, animated: bool) -> tuple[Frame, ...]:
    """All frames, or the first alone, which is then the only one decoded."""
    count = opened.source.frame_count if animated else 1
    with damage(opened.codec):
        return tuple(opened.codec.frames(opened.image, count))
