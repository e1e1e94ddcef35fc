"""WebP, lossy, still or animated."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, ClassVar

from PIL import Image, ImageFile

from ..errors import ImageTooLargeError, image_ec
from ..exif import orientation
from ..limits import Limits
from ..picture import Frame, Picture
from ..tools import Tools
from .base import Codec
from .modes import detached

DEFAULT_QUALITY = 80
"""Undocumented, our choice."""


class WebpCodec(Codec):
    """WebP in and out."""

    name: ClassVar[str] = "webp"
    media_type: ClassVar[str] = "image/webp"
    pillow: ClassVar[str] = "WEBP"
    is_animated: ClassVar[bool] = True

    def recognises(self, head: bytes) -> bool:
        """By the names of its RIFF container."""
        return head[:4] == b"RIFF" and head[8:12] == b"WEBP"

    def frame_count(self, image: Image.Image, content: bytes, limits: Limits) -> int:
        """As libwebp counts them from the container."""
        return int(getattr(image, "n_frames", 1))

    def plays(self, image: Image.Image) -> int:
        """WebP's loop count is the number of plays."""
        return int(image.info.get("loop", 0))

    def orientation(self, image: Image.Image) -> int:
        """From the EXIF chunk."""
        return orientation(self.exif(image, b""))

    def exif(self, image: Image.Image, content: bytes) -> bytes:
        """The EXIF chunk."""
        exif = image.info.get("exif", b"")
        return exif if isinstance(exif, bytes) else b""

    def frames(self, image: ImageFile.ImageFile, count: int) -> Iterator[Frame]:
        """Frames as libwebp composes them."""
        for index in range(count):
            image.seek(index)
            image.load()
            yield Frame(detached(image.copy()), int(image.info.get("duration", 0)))

    def encode(self, picture: Picture, tools: Tools) -> bytes:
        """All frames, at the quality asked for or 80; a side past 16383 is refused (EC 11)."""
        if max(picture.size) > tools.limits.webp_side:
            raise ImageTooLargeError(f"Maximal size of image supported is {tools.limits.webp_side}.", ec=image_ec(11))
        options: dict[str, Any] = {"quality": picture.encoding.quality or DEFAULT_QUALITY}
        if picture.is_animated:
            options |= {
                "save_all": True,
                "append_images": [frame.image for frame in picture.frames[1:]],
                "duration": [frame.duration for frame in picture.frames],
                "loop": picture.source.plays,
            }
        target = io.BytesIO()
        picture.image.save(target, "WEBP", **options)
        return target.getvalue()
