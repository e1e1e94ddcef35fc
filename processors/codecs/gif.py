"""GIF, still or animated, with a palette of its own for every frame."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import islice
from struct import unpack_from
from typing import Any, ClassVar

from PIL import Image, ImageFile

from ..errors import ImageDamageError
from ..limits import Limits
from ..picture import Frame, Picture
from ..tools import Tools
from .base import Codec
from .modes import detached

_BLOCK = re.compile(b"[!,;]")
"""What a block starts with: an extension, an image, the trailer. Pillow skips anything else between blocks."""

_IMAGE, _TRAILER = 0x2C, 0x3B
_COMMENT, _APPLICATION = 0xFE, 0xFF
_LOOP = b"NETSCAPE2.0"
_MAX_COMMENT_BYTES = 64 * 1024
"""All comments of a file together; our choice."""

_CLEAR_BEFORE_NEXT = 2
"""The disposal method that leaves nothing of a frame behind."""

_TRANSPARENT_INDEX = 255
_OPAQUE_FROM = 128
"""GIF knows no half-transparent pixels; from this alpha on one counts as opaque."""


class GifCodec(Codec):
    """GIF in and out."""

    name: ClassVar[str] = "gif"
    media_type: ClassVar[str] = "image/gif"
    pillow: ClassVar[str] = "GIF"
    is_animated: ClassVar[bool] = True

    def recognises(self, head: bytes) -> bool:
        """By either of its versions."""
        return head.startswith((b"GIF87a", b"GIF89a"))

    def vet(self, content: bytes) -> None:
        """Pillow joins the blocks of comments, up to 255 bytes each, one by one, each time copying all."""
        if sum(end - at for kind, at, end in _blocks(content) if kind == _COMMENT) > _MAX_COMMENT_BYTES:
            raise ImageDamageError

    def frame_count(self, image: Image.Image, content: bytes, limits: Limits) -> int:
        """The image blocks of the file, counted without decoding any; one that leaves the canvas is damage."""
        corners = list(islice(image_corners(content), limits.source_frames + 1))
        if any(right > image.width or lower > image.height for right, lower in corners):
            raise ImageDamageError
        return max(1, len(corners))

    def plays(self, image: Image.Image) -> int:
        """NETSCAPE's loop is the number of repeats after the first play, and without it a GIF plays once."""
        loop = image.info.get("loop")
        if loop is None:
            return 1
        return int(loop) + 1 if loop else 0

    def frames(self, image: ImageFile.ImageFile, count: int) -> Iterator[Frame]:
        """Frames as Pillow composes them, disposal done."""
        size = image.size
        for index in range(count):
            image.seek(index)
            if image.size != size:
                raise ImageDamageError
            image.load()
            yield Frame(detached(image.copy()), int(image.info.get("duration", 0)))

    def encode(self, picture: Picture, tools: Tools) -> bytes:
        """All frames with their durations; frames with holes are cleared before the next, as they were composed."""
        images = [_indexed(frame.image) for frame in picture.frames]
        options: dict[str, Any] = {"optimize": True}
        if picture.is_animated:
            holes = any(frame.image.mode in ("LA", "RGBA") for frame in picture.frames)
            options |= {
                "save_all": True,
                "append_images": images[1:],
                "duration": [frame.duration for frame in picture.frames],
                "disposal": _CLEAR_BEFORE_NEXT if holes else 1,
            }
            if picture.source.plays != 1:
                options["loop"] = max(0, picture.source.plays - 1)
        target = io.BytesIO()
        images[0].save(target, "GIF", **options)
        return target.getvalue()


def _indexed(image: Image.Image) -> Image.Image:
    """The image with a palette: exact where 256 colours do (255 beside a hole), else by octree, which is fast."""
    if image.mode == "L":
        return image
    if image.mode == "RGB":
        return _quantized(image, 256)
    holes = image.getchannel("A").point(lambda alpha: 0 if alpha >= _OPAQUE_FROM else 255)
    colours = Image.composite(Image.new("RGB", image.size), image.convert("RGB"), holes)
    indexed = _quantized(colours, _TRANSPARENT_INDEX)
    indexed.paste(_TRANSPARENT_INDEX, mask=holes)
    indexed.info["transparency"] = _TRANSPARENT_INDEX
    return indexed


def _quantized(image: Image.Image, colours: int) -> Image.Image:
    few = image.getcolors(colours) is not None
    method = Image.Quantize.MEDIANCUT if few else Image.Quantize.FASTOCTREE
    return image.quantize(colours, method)


def image_corners(content: bytes) -> Iterator[tuple[int, int]]:
    """The lower right corner of every image block of a GIF; a file that breaks off has as many as it got to."""
    for _, at, _ in _blocks(content):
        if content[at] == _IMAGE:
            left, upper, width, height = unpack_from("<4H", content, at + 1)
            yield left + width, upper + height


def _blocks(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind (an extension's label, or that of an image), start and end of every block, as Pillow walks them."""
    at, is_first = 13 + _table_bytes(content, 10), True
    while (start := _BLOCK.search(content, at)) and content[start.start()] != _TRAILER:
        at = start.start()
        if at + 10 >= len(content):
            return
        if content[at] == _IMAGE:
            kind, is_first = _IMAGE, False
            end = _after_run(content, at + 11 + _table_bytes(content, at + 9))
        else:
            kind, end = content[at + 1], _after_extension(content, at + 1, is_first)
        yield kind, at, end
        at = end


def _after_extension(content: bytes, at: int, is_first: bool) -> int:
    """The position after an extension whose label is at ``at``; ``is_first`` as long as no image has come.

    Pillow takes the first block of all but comments on its own, and the second of a first NETSCAPE, and reads on even
    when that one is empty, which should have been the end. What it takes for a comment must not look like data here.
    """
    if content[at] == _COMMENT:
        return _after_run(content, at + 1)
    after = _after_block(content, at + 1)
    if is_first and content[at] == _APPLICATION and content.startswith(_LOOP, at + 2):
        after = _after_block(content, after)
    return _after_run(content, after)


def _table_bytes(content: bytes, at: int) -> int:
    """The size of the colour table that the flags at ``at`` announce."""
    flags = content[at] if at < len(content) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_run(content: bytes, at: int) -> int:
    """The position after a run of data blocks, which ends with an empty one."""
    while at < len(content) and content[at]:
        at += content[at] + 1
    return at + 1


def _after_block(content: bytes, at: int) -> int:
    """The position after one data block, which starts with its length."""
    return at + 1 + (content[at] if at < len(content) else 0)
