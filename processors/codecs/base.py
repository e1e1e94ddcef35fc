"""What a codec is: how a format is recognised, read and written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import ClassVar

from PIL import Image, ImageFile

from ..errors import NotBuiltError
from ..geometry import Region, Size
from ..limits import Limits
from ..picture import Frame, Picture, Source
from ..tools import Tools
from .modes import detached


class Codec(ABC):
    """One format, stateless. Reading methods take an image that Pillow has opened and not decoded."""

    name: ClassVar[str]
    """OSS's name: in ``format,NAME`` and in the ``Format`` of info."""

    media_type: ClassVar[str]
    """The Content-Type of results."""

    pillow: ClassVar[str]
    """Pillow's name."""

    damage_ec: ClassVar[str | None] = None
    """The EC of a source that cannot be decoded."""

    is_animated: ClassVar[bool] = False
    """Whether it can hold an animation, as OSS reads it."""

    @abstractmethod
    def recognises(self, head: bytes) -> bool:
        """Whether bytes that start like ``head`` (64 of them, or all there are) claim to be of this format."""

    def require(self) -> None:
        """Load what reads and writes the format, if that is no part of Pillow; NotBuiltError where it is missing."""
        return

    def vet(self, content: bytes) -> None:
        """Refuse as damage what Pillow would take quadratic time to read; called before it is opened."""
        return

    def describe(self, image: ImageFile.ImageFile, content: bytes, limits: Limits) -> Source:
        """The facts of an opened source; nothing is decoded for them."""
        return Source(
            format=self.name,
            size=self.stored_size(image),
            byte_size=len(content),
            frame_count=self.frame_count(image, content, limits),
            plays=self.plays(image),
            orientation=self.orientation(image),
            has_alpha=image.has_transparency_data,
            quality=self.quality(image),
            resolution=self.resolution(image),
            exif=self.exif(image, content),
        )

    def stored_size(self, image: Image.Image) -> Size:
        """The size of one frame as stored."""
        return Size(*image.size)

    def frame_count(self, image: Image.Image, content: bytes, limits: Limits) -> int:
        """How many frames there are; counting may stop past the limit."""
        return 1

    def plays(self, image: Image.Image) -> int:
        """How often an animation plays, 0 for ever."""
        return 1

    def orientation(self, image: Image.Image) -> int:
        """The EXIF orientation 1..8."""
        return 1

    def exif(self, image: Image.Image, content: bytes) -> bytes:
        """The TIFF structure with the EXIF tags, or nothing."""
        return b""

    def resolution(self, image: Image.Image) -> Mapping[str, str]:
        """The resolution as the tags that ``info`` shows."""
        dots = [round(value) for value in image.info.get("dpi", (0, 0))]
        if not all(dots):
            return {}
        return {"ResolutionUnit": "2", "XResolution": f"{dots[0]}/1", "YResolution": f"{dots[1]}/1"}

    def quality(self, image: Image.Image) -> int | None:
        """The quality 1..100 it was written with, where the format lets one tell."""
        return None

    def shrink(self, image: ImageFile.ImageFile, needed: Size) -> Region | None:
        """Let the decoder shrink, not below ``needed``, and tell which region it will fill; most decoders cannot."""
        return None

    def frames(self, image: ImageFile.ImageFile, count: int) -> Iterator[Frame]:
        """The first ``count`` frames, decoded one by one."""
        image.load()
        yield Frame(detached(image))

    @abstractmethod
    def encode(self, picture: Picture, tools: Tools) -> bytes:
        """The picture as a file; ProcessError when the format cannot hold it."""


def missing_library(format: str, package: str) -> NotBuiltError:
    """The refusal of a format whose package is not installed."""
    message = f"The format {format} needs the package {package}, which is not installed."
    return NotBuiltError(message, parameter="format", value=format)
